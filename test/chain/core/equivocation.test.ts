/** Evidence: two signatures that exclude each other, judged by anyone from the two alone. */
import { generateKeyPairSync, sign } from 'node:crypto';
import { type Evidence, evidenceAmong, holds } from '@tallystick/chain/src/core/equivocation.ts';
import {
  type SignedVote,
  type Vote,
  type VoteKind,
  voteSigningBytes,
  zeroDigest,
} from '@tallystick/chain/src/core/vote.ts';
import { verifyEd25519 } from '@tallystick/chain/src/crypto/ed25519.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const chainId = new Uint8Array(32).fill(7);
const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const key = new Uint8Array(Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url'));

function vote(kind: VoteKind, letter: string, place: Partial<SignedVote> = {}): SignedVote {
  const digest = kind === 'nullify' ? zeroDigest : letter.repeat(64);
  const content: Vote = { kind, epoch: 1n, view: 3n, digest, ...place };
  const signature = new Uint8Array(sign(null, voteSigningBytes(chainId, content), privateKey));
  return { ...content, voter: place.voter ?? 2, signature };
}

const isSigned = (each: SignedVote): boolean =>
  verifyEd25519(key, voteSigningBytes(chainId, each), each.signature);

function accusation(first: SignedVote, second: SignedVote): Evidence {
  const [evidence] = evidenceAmong([first, second]);
  if (evidence === undefined) throw new Error('The two votes prove nothing.');
  return evidence;
}

describe('an accusation', () => {
  it.each([
    ['doublePropose', vote('propose', 'a'), vote('propose', 'b')],
    ['doubleNotarize', vote('notarize', 'a'), vote('notarize', 'b')],
    ['doubleFinalize', vote('finalize', 'a'), vote('finalize', 'b')],
    ['nullifyAndFinalize', vote('nullify', 'a'), vote('finalize', 'b')],
    ['nullifyAndFinalize', vote('finalize', 'b'), vote('nullify', 'a')],
  ] as const)('of %s stands by its two signatures alone', (kind, first, second) => {
    const evidence = accusation(first, second);

    expect(evidence).toMatchObject({ kind, epoch: 1n, view: 3n, voter: 2, first, second });
    expect(holds(evidence, isSigned)).toBe(true);
  });

  it('falls with a changed octet, another key, or another name, view or fault', () => {
    const evidence = accusation(vote('notarize', 'a'), vote('notarize', 'b'));
    const bent = evidence.second.signature.slice();
    bent[5] = (bent[5] ?? 0) ^ 1;

    expect(holds({ ...evidence, second: { ...evidence.second, signature: bent } }, isSigned)).toBe(
      false,
    );
    expect(holds(evidence, () => false)).toBe(false);
    expect(holds({ ...evidence, voter: 1 }, isSigned)).toBe(false);
    expect(holds({ ...evidence, view: 4n }, isSigned)).toBe(false);
    expect(holds({ ...evidence, epoch: 2n }, isSigned)).toBe(false);
    expect(holds({ ...evidence, kind: 'doubleFinalize' }, isSigned)).toBe(false);
    expect(holds({ ...evidence, second: evidence.first }, isSigned)).toBe(false);
  });

  it.each([
    ['notarize and nullify in one view', vote('notarize', 'a'), vote('nullify', 'a')],
    [
      'finalizing another block than the one notarized',
      vote('notarize', 'a'),
      vote('finalize', 'b'),
    ],
    ['the same vote twice', vote('notarize', 'a'), vote('notarize', 'a')],
    ['two views', vote('notarize', 'a'), vote('notarize', 'b', { view: 4n })],
    ['two epochs', vote('finalize', 'a'), vote('finalize', 'b', { epoch: 2n })],
    ['two voters', vote('finalize', 'a'), vote('finalize', 'b', { voter: 1 })],
  ])('is not made of %s', (_, first, second) => {
    expect(evidenceAmong([first, second])).toEqual([]);
  });
});

describe('a heap of votes', () => {
  const anyVote = fc.record({
    kind: fc.constantFrom('propose', 'notarize', 'nullify', 'finalize'),
    view: fc.bigInt(1n, 2n),
    voter: fc.integer({ min: 0, max: 2 }),
    letter: fc.constantFrom('a', 'b'),
  });
  const madeOf = (
    drawn: readonly { kind: VoteKind; view: bigint; voter: number; letter: string }[],
  ) =>
    drawn.map(({ kind, view, voter, letter }): SignedVote => {
      const digest = kind === 'nullify' ? zeroDigest : letter.repeat(64);
      return { kind, epoch: 1n, view, voter, digest, signature: new Uint8Array(64) };
    });
  const namesOf = (votes: Iterable<SignedVote>) =>
    evidenceAmong(votes)
      .map(({ kind, view, voter }) => `${kind} ${view} ${voter}`)
      .sort();

  it('proves the same in any order, each fault once', () => {
    fc.assert(
      fc.property(fc.array(anyVote, { maxLength: 30 }), (drawn) => {
        const votes = madeOf(drawn);
        const names = namesOf(votes);

        expect(names).toEqual(namesOf(votes.toReversed()));
        expect(new Set(names).size).toBe(names.length);
      }),
      { seed: 1 },
    );
  });

  it('accuses exactly those of whom two votes exclude each other', () => {
    fc.assert(
      fc.property(fc.array(anyVote, { maxLength: 12 }), (drawn) => {
        const votes = madeOf(drawn);
        const guilty = votes.filter((one) =>
          votes.some((other) => {
            const isSamePlace = one.voter === other.voter && one.view === other.view;
            const isDouble = one.kind === other.kind && one.digest !== other.digest;
            const isBoth = one.kind === 'nullify' && other.kind === 'finalize';
            return isSamePlace && (isDouble || isBoth);
          }),
        );

        expect(new Set(evidenceAmong(votes).map(({ voter }) => voter))).toEqual(
          new Set(guilty.map(({ voter }) => voter)),
        );
      }),
      { seed: 2 },
    );
  });
});
