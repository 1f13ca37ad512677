import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  homeMasterKey,
  keyBytes,
  newKey,
  purposeKey,
  SealBroken,
  seal,
  sealBytes,
  unseal,
} from '../../../server/src/platform/seal.ts';

describe('sealing', () => {
  it('opens to what was sealed, and is longer by a nonce and a tag', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.string(), (content, context) => {
        const key = newKey();
        const sealed = seal(key, context, content);

        expect(new Uint8Array(unseal(key, context, sealed))).toEqual(content);
        expect(sealed.length).toBe(content.length + sealBytes);
      }),
      { seed: 20261122 },
    );
  });

  it('does not open when any one bit was altered', () => {
    const key = newKey();
    const sealed = seal(key, 'document doc_1', Buffer.from('four words of text'));

    for (let bit = 0; bit < sealed.length * 8; bit++) {
      const altered = Uint8Array.from(sealed);
      altered[bit >> 3] = (altered[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(() => unseal(key, 'document doc_1', altered)).toThrow(SealBroken);
    }
  });

  it('does not open elsewhere, with another key, or when it was cut', () => {
    const key = newKey();
    const sealed = seal(key, 'document doc_1', Buffer.from('text'));

    expect(() => unseal(key, 'document doc_2', sealed)).toThrow(SealBroken);
    expect(() => unseal(newKey(), 'document doc_1', sealed)).toThrow(SealBroken);
    expect(() => unseal(key, 'document doc_1', sealed.subarray(0, sealBytes - 1))).toThrow(
      SealBroken,
    );
  });

  it('gives each purpose a key of its own', () => {
    const master = newKey();

    expect(purposeKey(master, 'document')).toEqual(purposeKey(master, 'document'));
    expect(purposeKey(master, 'document')).not.toEqual(purposeKey(master, 'fingerprint'));
  });
});

describe('the master key of a demo', () => {
  it('is made once, for its owner only, and refused when it is damaged', async () => {
    const home = await mkdtemp(path.join(tmpdir(), 'tallystick-seal-'));
    const first = homeMasterKey(home);

    expect(first.length).toBe(keyBytes);
    expect(homeMasterKey(home)).toEqual(first);
    expect((await stat(path.join(home, 'master.key'))).mode & 0o777).toBe(0o600);
    await writeFile(path.join(home, 'master.key'), 'short');
    expect(() => homeMasterKey(home)).toThrow('seen 5 bytes, expected 32');
    await rm(home, { recursive: true });
  });
});
