/**
 * Where a Chromium is on this machine, and what to say where there is none.
 */
import { existsSync } from 'node:fs';

const places = [
  process.env.CHROMIUM_PATH,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

/** The first that is there; `CHROMIUM_PATH` names another one. */
export function findChromium(): string | undefined {
  return places.find((place) => place !== undefined && existsSync(place));
}

/** Why the story in the browser is not told here, and what to do about it. */
export const noChromium =
  'skipped: the story in the browser, because there is no Chromium here. Install chromium (and fonts-noto-cjk for Chinese), or set CHROMIUM_PATH.';
