/** The protocol's bytes have not changed. */
import { readFileSync } from 'node:fs';
import { parseAnchor } from '@tallystick/chain/src/log/anchor.ts';
import { verifyPack } from '@tallystick/chain/src/verify.ts';
import { describe, expect, it } from 'vitest';
import { goldenBytes } from './make.ts';

const file = readFileSync(new URL('golden.json', import.meta.url), 'utf8');
const golden = JSON.parse(file) as Readonly<Record<string, string>>;

describe('the golden bytes', () => {
  it('are what the code makes of the same input', async () => {
    expect(await goldenBytes()).toEqual(golden);
  });

  it('hold a pack that verifies with the anchor beside it', () => {
    expect(verifyPack(golden.pack ?? '', parseAnchor(golden.anchor ?? '')).ok).toBe(true);
  });
});
