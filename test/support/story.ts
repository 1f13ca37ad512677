/**
 * How people go through the pages of a story: the work that waits, the bar that signs, the mark that turns
 * final, and the looks at each screen on the way.
 *
 * With KEEP_PICTURES set a picture of every look stays, in a folder that is named at the end.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { axeProblems, dress, everyday, everyWidth, type Look, looks, sideways } from './browser.ts';
import { ublInvoice } from './ubl.ts';

const keepsPictures = process.env.KEEP_PICTURES !== undefined;

/** A folder of this story; also for files that a page hands out. */
export const pictures: string = mkdtempSync(path.join(tmpdir(), 'tallystick-pictures-'));

/** The end of a story. */
export function leavePictures(): void {
  if (keepsPictures) console.log(`pictures in ${pictures}`);
  else rmSync(pictures, { recursive: true, force: true });
}

/** Looks at a page as it is, by day and night, in both languages, on a desk and a phone. */
export async function inspect(
  page: Page,
  name: string,
  as: readonly Look[] = looks,
  open?: () => Promise<void>,
): Promise<void> {
  for (const look of as) {
    await dress(page, look);
    await open?.();
    const seen = `${name}-${look.at}-${look.theme}-${look.language}`;
    expect.soft(await axeProblems(page), seen).toEqual([]);
    expect.soft(await sideways(page), seen).toEqual([]);
    if (keepsPictures) {
      await page.screenshot({ path: path.join(pictures, `${seen}.png`), fullPage: true });
    }
    if (open !== undefined) {
      await page.keyboard.press('Escape');
      await page.locator('.mantine-Drawer-content').waitFor({ state: 'hidden' });
    }
  }
  await dress(page, everyday);
}

/** Nothing is cut off or scrolls sideways, on any width and in either language. */
export async function fits(page: Page, name: string): Promise<void> {
  for (const look of everyWidth) {
    await dress(page, look);
    const seen = `${name}-${look.at}-${look.theme}-${look.language}`;
    expect.soft(await sideways(page), seen).toEqual([]);
    if (keepsPictures) {
      await page.screenshot({ path: path.join(pictures, `${seen}.png`), fullPage: true });
    }
  }
  await dress(page, everyday);
}

/** A line for the next act on the thing that bears these words. */
export async function work(page: Page, words: string, action: string): Promise<void> {
  await page
    .getByRole('row')
    .filter({ hasText: words })
    .getByRole('link', { name: action, exact: true })
    .first()
    .click();
  await signBar(page);
}

/** The act is done, and final. */
export async function signedFinal(page: Page): Promise<void> {
  await page
    .locator('.sign-done')
    .waitFor({ timeout: 20_000 })
    .catch(async () => {
      throw new Error(`the act is not done: ${await page.locator('main').innerText()}`);
    });
  await page.locator('.sign-done [data-anchor=FINAL]').waitFor({ timeout: 20_000 });
}

export async function signBar(page: Page): Promise<void> {
  await page.locator('.sign-bar button[type=submit]').waitFor();
}

export async function sign(page: Page): Promise<void> {
  await page.locator('.sign-bar button[type=submit]').click();
}

export function xml(name: string, text: string) {
  return { name, mimeType: 'application/xml', buffer: Buffer.from(text) };
}

/** The browser says so of a page that is closed or offline while a request is under way. */
export function isExpected(error: string): boolean {
  return /ERR_INTERNET_DISCONNECTED|net::ERR_ABORTED/.test(error);
}

/** An invoice of the demo's supplier to its buyer, of today, for goods of so many minor units before tax. */
export function boltInvoice(number: string, netMinor: bigint, orderReference = `PO-${number}`) {
  const party = { country: 'CN', scheme: 'USCC' };
  const day = (fromToday: number) =>
    new Date(Date.now() + fromToday * 86_400_000).toISOString().slice(0, 10);
  return ublInvoice({
    ...{ number, issueDate: day(0), dueDate: day(180), currency: 'CNY', item: 'Bolts' },
    ...{ orderReference, netMinor },
    seller: { ...party, name: 'Bolt & Co', number: 'DEMO00BOLT' },
    buyer: { ...party, name: 'Aurora Motors', number: 'DEMO00AURORA' },
  });
}
