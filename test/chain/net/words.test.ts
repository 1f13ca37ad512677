/** What frames carry: one value has one encoding, and anything else is refused. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blockDigest } from '../../../chain/src/core/codec.ts';
import type { SignedVote } from '../../../chain/src/core/vote.ts';
import { PeerFault } from '../../../chain/src/net/frame.ts';
import { actsFrameBytesMax, actsPerFrameMax } from '../../../chain/src/net/limits.ts';
import {
  decodeActs,
  decodeAnswer,
  decodeCosigned,
  encodeActs,
  encodeAnswer,
  encodeCosigned,
  encodeHello,
  isHello,
} from '../../../chain/src/net/words.ts';

const digestOf = blockDigest(new Uint8Array(32));
const bytes = (max: number) => fc.uint8Array({ maxLength: max });
const u64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const seed = 20_261_122;

describe('acts on their way', () => {
  it('come out as they went in, in order, over as many frames as it takes', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ header: bytes(200), signature: bytes(100) }), { minLength: 1 }),
        (entries) => {
          const frames = encodeActs(entries);

          expect(frames.flatMap(decodeActs)).toEqual(entries);
        },
      ),
      { seed },
    );
  });

  it('are cut into frames that no receiver refuses', () => {
    const act = { header: new Uint8Array(2_000), signature: new Uint8Array(64) };
    const many = Array.from({ length: 2 * actsPerFrameMax + 1 }, () => act);

    const frames = encodeActs(many);

    expect(frames.every(({ length }) => length <= actsFrameBytesMax)).toBe(true);
    expect(frames.flatMap(decodeActs)).toHaveLength(many.length);
    expect(encodeActs([])).toEqual([]);
  });

  it('are refused when they end too early, are none, or too many', () => {
    const [whole] = encodeActs([{ header: new Uint8Array(9), signature: new Uint8Array(64) }]);
    if (whole === undefined) throw new Error('there is a frame');
    for (let end = 0; end < whole.length; end += 1) {
      expect(() => decodeActs(whole.subarray(0, end))).toThrow(PeerFault);
    }
    expect(() => decodeActs(new Uint8Array(4 * (actsPerFrameMax + 1)))).toThrow(PeerFault);
  });
});

describe('a cosignature on its way', () => {
  it('comes out as it went in, and has exactly 89 octets and a time', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 255 }),
        u64,
        u64,
        fc.bigInt({ min: 1n, max: 2n ** 63n - 1n }),
        fc.uint8Array({ minLength: 64, maxLength: 64 }),
        (validator, height, size, timeSeconds, signature) => {
          const cosigned = { validator, height, size, timeSeconds, signature };

          expect(decodeCosigned(encodeCosigned(cosigned))).toEqual(cosigned);
        },
      ),
      { seed },
    );
    expect(() => decodeCosigned(new Uint8Array(89))).toThrow(PeerFault);
    expect(() => decodeCosigned(new Uint8Array(90))).toThrow(PeerFault);
  });
});

describe('an answer about the past', () => {
  it('names a place, with a vote or without', () => {
    const vote: SignedVote = {
      kind: 'nullify',
      ...{ epoch: 1n, view: 8n, digest: '0'.repeat(64), voter: 2 },
      signature: new Uint8Array(64).fill(5),
    };
    for (const seen of [null, vote]) {
      const answer = { place: { epoch: 3n, view: 9n }, seen };

      expect(decodeAnswer(encodeAnswer(answer), digestOf)).toEqual(answer);
    }
    expect(() => decodeAnswer(new Uint8Array(15), digestOf)).toThrow(PeerFault);
    expect(() => decodeAnswer(new Uint8Array(17), digestOf)).toThrow();
  });
});

describe('a hello', () => {
  it('is of one chain and one version', () => {
    const chainId = new Uint8Array(32).fill(1);
    const hello = encodeHello(chainId);

    expect(isHello(hello, chainId)).toBe(true);
    expect(isHello(hello, new Uint8Array(32).fill(2))).toBe(false);
    expect(isHello(Uint8Array.from([2, ...hello.subarray(1)]), chainId)).toBe(false);
    expect(isHello(hello.subarray(0, 32), chainId)).toBe(false);
  });
});
