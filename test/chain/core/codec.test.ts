import type { Certificate } from '@tallystick/chain/src/core/certificate.ts';
import {
  blockDigest,
  decodeBlock,
  decodeMessage,
  decodeRecord,
  encodeBlock,
  encodeMessage,
  encodeRecord,
  MalformedBytes,
} from '@tallystick/chain/src/core/codec.ts';
import type { DurableRecord } from '@tallystick/chain/src/core/effect.ts';
import { type Message, signedVotesIn } from '@tallystick/chain/src/core/message.ts';
import type { Block, BlockContent } from '@tallystick/chain/src/core/proposal.ts';
import { type SignedVote, voteSigningBytes, zeroDigest } from '@tallystick/chain/src/core/vote.ts';
import { hex, sha256, utf8 } from '@tallystick/chain/src/crypto/digest.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const chainId = new Uint8Array(32).fill(7);
const digestOf = blockDigest(chainId);

const u64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const view = fc.bigInt({ min: 1n, max: 2n ** 64n - 1n });
const bytes32 = fc.uint8Array({ minLength: 32, maxLength: 32 });
const digest = bytes32.map(hex).filter((text) => text !== zeroDigest);
const signature = fc.uint8Array({ minLength: 64, maxLength: 64 });

const block: fc.Arbitrary<Block> = fc
  .record({
    epoch: u64,
    view,
    height: u64,
    parent: fc.record({ view: u64, digest: bytes32.map(hex) }),
    bytes: fc.uint8Array({ maxLength: 300 }),
    flag: fc.constantFrom('plain', 'seals', 'filler'),
  })
  .map(({ bytes, flag, ...rest }): Block => {
    const payload = { bytes, seals: flag === 'seals' };
    const content: BlockContent = { ...rest, payload, filler: flag === 'filler' };
    return { ...content, digest: digestOf(content) };
  });

const vote: fc.Arbitrary<SignedVote> = fc
  .record({
    kind: fc.constantFrom('propose', 'notarize', 'nullify', 'finalize'),
    epoch: u64,
    view,
    digest,
    voter: fc.nat({ max: 127 }),
    signature,
  })
  .map((made) => (made.kind === 'nullify' ? { ...made, digest: zeroDigest } : made));

const certificate: fc.Arbitrary<Certificate> = fc
  .record({
    kind: fc.constantFrom('notarize', 'nullify', 'finalize'),
    epoch: u64,
    view,
    digest,
    signers: fc.uniqueArray(fc.nat({ max: 127 }), { minLength: 1, maxLength: 8 }),
    signature,
  })
  .map(({ signature: one, ...made }) => ({
    ...made,
    digest: made.kind === 'nullify' ? zeroDigest : made.digest,
    signers: made.signers.toSorted((a, b) => a - b),
    signatures: made.signers.map(() => one),
  }));

const proposal = fc
  .record({
    block,
    voter: fc.nat({ max: 127 }),
    signature,
    parentCertificate: fc.option(certificate),
    nullifications: fc.array(certificate, { maxLength: 3 }),
  })
  .map(({ voter, signature: mine, ...made }) => {
    const { epoch, view: at, digest: name } = made.block;
    const ballot: SignedVote = {
      kind: 'propose',
      epoch,
      view: at,
      digest: name,
      voter,
      signature: mine,
    };
    return { ...made, vote: ballot };
  });

const message: fc.Arbitrary<Message> = fc.oneof(
  fc.record({ kind: fc.constant('propose' as const), proposal }),
  fc.record({ kind: fc.constant('vote' as const), vote }),
  fc.record({ kind: fc.constant('certificate' as const), certificate }),
  fc.record({ kind: fc.constant('fetchBlock' as const), digest }),
  fc.record({ kind: fc.constant('block' as const), block }),
  fc.record({ kind: fc.constant('fetchCertificate' as const), epoch: u64, view: u64 }),
  fc.record({ kind: fc.constant('fetchFinalized' as const), height: u64 }),
  fc.record({
    kind: fc.constant('finalized' as const),
    blocks: fc.array(block, { maxLength: 3 }),
    trail: fc.array(block, { maxLength: 2 }),
    finalization: certificate,
  }),
  fc.record({ kind: fc.constant('tip' as const), epoch: u64, height: u64 }),
);

const record: fc.Arbitrary<DurableRecord> = fc.oneof(
  fc.record({ kind: fc.constant('block' as const), block }),
  fc.record({ kind: fc.constant('vote' as const), vote }),
  fc.record({ kind: fc.constant('certificate' as const), certificate }),
);

describe('the bytes of a message', () => {
  it('say what was meant', () => {
    fc.assert(
      fc.property(message, (said) => {
        expect(decodeMessage(encodeMessage(said), digestOf)).toEqual(said);
      }),
      { seed: 5, numRuns: 500 },
    );
  });

  it('are the only bytes that say it: whatever is decoded encodes to the same bytes', () => {
    fc.assert(
      fc.property(message, fc.nat(), fc.nat({ max: 7 }), (said, place, bit) => {
        const bytes = encodeMessage(said);
        const at = place % bytes.length;
        bytes[at] = (bytes[at] ?? 0) ^ (1 << bit);
        try {
          expect(hex(encodeMessage(decodeMessage(bytes, digestOf)))).toBe(hex(bytes));
        } catch (error) {
          expect(error).toBeInstanceOf(MalformedBytes);
        }
      }),
      { seed: 6, numRuns: 3000 },
    );
  });

  it('are refused when one is missing or one too many', () => {
    fc.assert(
      fc.property(message, fc.nat(), (said, place) => {
        const bytes = encodeMessage(said);
        const longer = Uint8Array.of(...bytes, 0);
        expect(() => decodeMessage(bytes.subarray(0, place % bytes.length), digestOf)).toThrow(
          MalformedBytes,
        );
        expect(() => decodeMessage(longer, digestOf)).toThrow('left over');
      }),
      { seed: 7, numRuns: 300 },
    );
  });

  it('are refused before memory is taken for a payload that is too large', () => {
    const bytes = encodeBlock({
      epoch: 0n,
      view: 1n,
      height: 1n,
      parent: { view: 0n, digest: zeroDigest },
      payload: { bytes: new Uint8Array(), seals: false },
      filler: false,
    });
    bytes.set([255, 255, 255, 255], bytes.length - 4);

    expect(() => decodeBlock(bytes, digestOf)).toThrow('the payload is too large');
  });
});

describe('the bytes of a durable record', () => {
  it('bring back what was written', () => {
    fc.assert(
      fc.property(record, (kept) => {
        expect(decodeRecord(encodeRecord(kept), digestOf)).toEqual(kept);
      }),
      { seed: 8, numRuns: 300 },
    );
  });
});

describe('a signature', () => {
  it('is over domain, chain, epoch, view, kind and digest, in this order', () => {
    const bytes = voteSigningBytes(chainId, {
      kind: 'finalize',
      epoch: 2n,
      view: 258n,
      digest: 'ab'.repeat(32),
    });

    const parts = [
      hex(utf8('tallystick/vote/1\0')),
      '07'.repeat(32),
      '0000000000000002',
      '0000000000000102',
    ];
    expect(hex(bytes)).toBe([...parts, '04', 'ab'.repeat(32)].join(''));
  });

  it('is never left out of what the door checks', () => {
    fc.assert(
      fc.property(message, (said) => {
        const count = { propose: 1, vote: 1 }[said.kind as 'propose' | 'vote'] ?? 0;
        const certificates =
          said.kind === 'certificate'
            ? [said.certificate]
            : said.kind === 'finalized'
              ? [said.finalization]
              : said.kind === 'propose'
                ? [said.proposal.parentCertificate, ...said.proposal.nullifications]
                : [];
        const inside = certificates.reduce((sum, one) => sum + (one?.signers.length ?? 0), 0);
        expect(signedVotesIn(said)).toHaveLength(count + inside);
      }),
      { seed: 9, numRuns: 300 },
    );
  });
});

describe('a block’s digest', () => {
  it('binds the chain, every field and the payload', () => {
    const content: BlockContent = {
      epoch: 1n,
      view: 2n,
      height: 3n,
      parent: { view: 1n, digest: '11'.repeat(32) },
      payload: { bytes: utf8('abc'), seals: false },
      filler: false,
    };
    const others: readonly BlockContent[] = [
      { ...content, epoch: 2n },
      { ...content, view: 3n },
      { ...content, height: 4n },
      { ...content, parent: { ...content.parent, view: 0n } },
      { ...content, parent: { ...content.parent, digest: '12'.repeat(32) } },
      { ...content, payload: { bytes: utf8('abd'), seals: false } },
      { ...content, payload: { ...content.payload, seals: true } },
      { ...content, filler: true },
    ];

    const digests = [content, ...others].map(digestOf);
    expect(new Set([...digests, blockDigest(sha256(chainId))(content)]).size).toBe(10);
  });

  it('is the golden one', () => {
    const content: BlockContent = {
      epoch: 0n,
      view: 1n,
      height: 1n,
      parent: { view: 0n, digest: zeroDigest },
      payload: { bytes: utf8('abc'), seals: false },
      filler: false,
    };
    const head = new Uint8Array(65);
    head[15] = 1;
    head[23] = 1;

    const expected = sha256(utf8('tallystick/block/1\0'), chainId, head, sha256(utf8('abc')));
    expect(digestOf(content)).toBe(hex(expected));
  });
});
