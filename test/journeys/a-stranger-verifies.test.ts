/**
 * The journey of somebody who is no member and trusts nobody: the verifier saved as one file, opened from
 * disk without any network, judges what the log hands out.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeAnchor } from '../../chain/src/log/anchor.ts';
import { encodeHandovers } from '../../chain/src/log/proof-files.ts';
import { webFolder } from '../../server/src/platform/web-build.ts';
import { findChromium, noChromium } from '../support/chromium.ts';
import { epochLog, token, twoSets } from '../support/epochs.ts';
import { flipped } from '../support/proofs.ts';

const executable = findChromium();
if (executable === undefined) {
  console.log(noChromium);
}

describe.skipIf(executable === undefined)('a stranger verifies, in the browser', () => {
  let folder: string;
  let browser: Browser;
  let page: Page;
  const asked: string[] = [];
  const errors: string[] = [];

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'tallystick-stranger-'));
    const log = await epochLog(twoSets, 2);
    const absent = await log.stateProof(token(5), 4n);
    const files = {
      'anchor.json': encodeAnchor(log.anchor),
      'absent.state-proof': absent,
      'financed.state-proof': await log.stateProof(token(2), 4n),
      'altered.state-proof': flipped(absent, absent.indexOf('absent') + 40),
      'entry.tlog-proof': await log.tlogProof(1n, log.sealing(2).size, log.council(2)),
      'handovers.txt': encodeHandovers(log.handovers(1)),
      'letter.txt': 'dear auditor',
      'consistency.txt': await log.consistency(log.sealing(1).size, log.sealing(2).size),
    };
    for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text);
    browser = await chromium.launch({
      executablePath: executable ?? '',
      args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-background-networking'],
    });
    const context = await browser.newContext({ locale: 'en-GB' });
    await context.setOffline(true);
    page = await context.newPage();
    page.on('request', (request) => {
      if (!/^(file|data|blob):/.test(request.url())) asked.push(request.url());
    });
    page.on('pageerror', (error) => errors.push(error.message));
    const built = path.join(await webFolder(), 'verify.html');
    await page.goto(pathToFileURL(built).href);
    await page.locator('input[type=file]').first().setInputFiles(path.join(folder, 'anchor.json'));
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true });
  });

  /** What the page says of a file, as it is read aloud. */
  async function verdict(
    ...files: readonly string[]
  ): Promise<{ outcome: string | null; words: string }> {
    const places = files.map((file) => path.join(folder, file));
    await page.locator('input[aria-label="Proof file"]').setInputFiles(places);
    const shown = page.locator('[data-verdict]');
    await shown.waitFor();
    const outcome = await shown.getAttribute('data-verdict');
    const words = await page.locator('body').innerText();
    await page.getByRole('button', { name: 'Verify another' }).click();
    return { outcome, words };
  }

  it('that an invoice is not financed, and that another one is', async () => {
    const absent = await verdict('absent.state-proof');
    const financed = await verdict('financed.state-proof');

    expect(absent.outcome).toBe('proven');
    for (const part of [
      'not there',
      'block 4',
      '3 of 3 validators',
      'epoch 2, handovers from the anchor: 1',
    ]) {
      expect(absent.words.toLowerCase()).toContain(part);
    }
    expect(financed.outcome).toBe('proven');
    expect(financed.words).toMatch(/Status\s+financed/);
  });

  it('that nothing was rewritten between two checkpoints', async () => {
    const { outcome, words } = await verdict('consistency.txt');

    expect(outcome).toBe('proven');
    expect(words).toContain('the first 9 leaves are the same');
  });

  it('that an entry of a later epoch is in the log, with the handovers beside it in any order', async () => {
    const alone = await verdict('entry.tlog-proof');
    const { outcome, words } = await verdict('handovers.txt', 'letter.txt', 'entry.tlog-proof');

    expect(alone.outcome).toBe('failed');
    expect(alone.words).toContain('Handovers may be missing');
    expect(outcome).toBe('proven');
    for (const part of [
      'Handover to epoch 2: the old validators name the new ones',
      'this file cannot be judged here',
      'Epoch 1 handed over with 100.00 % of its stake: Bank of the',
      '100.00 % of the stake (3 of 3)',
    ]) {
      expect(words).toContain(part);
    }
  });

  it('and is told which step failed when one bit was turned', async () => {
    const { outcome, words } = await verdict('altered.state-proof');

    expect(outcome).toBe('failed');
    expect(words).toContain('Not proven: State');
    expect(words).toContain('the path does not lead to the state of block 4');
  });

  it('without asking anybody anything', () => {
    expect(asked).toEqual([]);
    expect(errors).toEqual([]);
  });
});
