/**
 * The tray of a home: acts that its owner lays there, for the running process to say to the network.
 *
 *   tray/<act hash>.act      header and signature value, as a frame of acts carries them
 *   tray/<act hash>.answer   what became of it at the door: waiting, known, or why not
 *
 * The command line writes the one and reads the other. Nothing listens: whoever may write into a home holds
 * its keys anyway.
 */
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { actHash } from '../act/act.ts';
import type { ChainClient, SignedEntry } from '../client.ts';
import { hex, textOf, utf8 } from '../crypto/digest.ts';
import { diskFiles, replaceFile } from '../shell/files.ts';
import { decodeActs, encodeActs } from './words.ts';

/** Acts that are taken from the tray at once. */
const trayMax = 16;

/** How often the command line looks for the answer, in ms. */
const askMs = 50;

function trayOf(home: string): string {
  return path.join(home, 'tray');
}

/** Hands over what lies in the tray, one caller at a time; what cannot be read is answered so. */
export async function emptyTray(home: string, submit: ChainClient['submit']): Promise<void> {
  const tray = trayOf(home);
  if (!fs.existsSync(tray)) return;
  const laid = fs.readdirSync(tray).filter((name) => /^[0-9a-f]{64}\.act$/.test(name));
  for (const name of laid.slice(0, trayMax)) {
    const file = path.join(tray, name);
    const answer = await answerTo(fs.readFileSync(file), submit);
    await replaceFile(diskFiles, file.replace(/act$/, 'answer'), utf8(answer));
    fs.rmSync(file, { force: true });
  }
}

async function answerTo(bytes: Uint8Array, submit: ChainClient['submit']): Promise<string> {
  try {
    const [result] = await submit(decodeActs(new Uint8Array(bytes)));
    if (result === undefined) return 'ACT_MALFORMED';
    return result.kind === 'malformed' ? result.reason : result.kind;
  } catch {
    return 'ACT_MALFORMED';
  }
}

/** Lays an act into the tray and waits for the answer; null, and the act is gone again, where nobody runs. */
export async function layIn(
  home: string,
  entry: SignedEntry,
  patienceMs: number,
): Promise<string | null> {
  const [bytes] = encodeActs([entry]);
  if (bytes === undefined) throw new RangeError('there is no act');
  diskFiles.makeFolder(trayOf(home));
  const name = hex(actHash(entry.header));
  const file = path.join(trayOf(home), `${name}.act`);
  const answer = path.join(trayOf(home), `${name}.answer`);
  fs.rmSync(answer, { force: true });
  await replaceFile(diskFiles, file, bytes);
  for (const began = performance.now(); performance.now() - began < patienceMs; ) {
    if (fs.existsSync(answer)) {
      const text = textOf(new Uint8Array(fs.readFileSync(answer)));
      fs.rmSync(answer, { force: true });
      return text;
    }
    await sleep(askMs);
  }
  fs.rmSync(file, { force: true });
  return null;
}
