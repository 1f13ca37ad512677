/** The door of the core: what is remembered as genuine is bound to what was signed. */
import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { certificateFrom } from '../../../chain/src/core/certificate.ts';
import { validatorSet } from '../../../chain/src/core/validators.ts';
import type { SignedVote, Vote } from '../../../chain/src/core/vote.ts';
import { sha256, utf8 } from '../../../chain/src/crypto/digest.ts';
import { makeInbox } from '../../../chain/src/shell/inbox.ts';
import { makeSigner } from '../../../chain/src/shell/signer.ts';

const chainId = sha256(utf8('a chain'));
const pairs = Array.from({ length: 4 }, () => generateKeyPairSync('ed25519'));
const set = validatorSet(
  1n,
  pairs.map(({ publicKey }, order) => ({
    id: `v${order}`,
    stake: 1n,
    consensusKey: new Uint8Array(
      Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url'),
    ),
  })),
);
const vote: Vote = { kind: 'notarize', epoch: 1n, view: 3n, digest: 'a'.repeat(64) };

function signedBy(voter: number, said: Vote = vote): SignedVote {
  const key = pairs[voter]?.privateKey;
  if (key === undefined) throw new RangeError('there are four validators');
  return makeSigner({ chainId, voter, keys: { consensus: key, cosigner: key } }).vote(said);
}

const said = (signed: SignedVote) => ({ kind: 'vote', vote: signed }) as const;

describe('the inbox', () => {
  it('lets a vote in that its validator signed, the first time and again', () => {
    const inbox = makeInbox(chainId);
    const signed = signedBy(1);

    expect([inbox.isGenuine(said(signed), set), inbox.isGenuine(said(signed), set)]).toEqual([
      true,
      true,
    ]);
  });

  it.each([
    ['another validator', { voter: 2 }],
    ['nobody', { voter: 9 }],
    ['another view', { view: 4n }],
    ['another epoch', { epoch: 2n }],
    ['another kind', { kind: 'finalize' }],
    ['another block', { digest: 'b'.repeat(64) }],
  ] as const)('refuses a known signature under the name of %s', (_, change) => {
    const inbox = makeInbox(chainId);
    const signed = signedBy(1);
    inbox.isGenuine(said(signed), set);

    expect(inbox.isGenuine(said({ ...signed, ...change }), set)).toBe(false);
  });

  it('refuses an altered signature and one of another chain', () => {
    const inbox = makeInbox(chainId);
    const signed = signedBy(1);
    const signature = signed.signature.map((octet, at) => (at === 5 ? octet ^ 4 : octet));

    expect(inbox.isGenuine(said({ ...signed, signature }), set)).toBe(false);
    expect(makeInbox(sha256(chainId)).isGenuine(said(signed), set)).toBe(false);
  });

  it('looks at every signature of a certificate', () => {
    const inbox = makeInbox(chainId);
    const votes = [0, 1, 2].map((voter) => signedBy(voter));
    const whole = certificateFrom('notarize', votes);
    const [first, second] = whole.signatures;
    if (first === undefined || second === undefined) throw new Error('three signed');
    const swapped = { ...whole, signatures: [second, first, ...whole.signatures.slice(2)] };

    expect(inbox.isGenuine({ kind: 'certificate', certificate: whole }, set)).toBe(true);
    expect(inbox.isGenuine({ kind: 'certificate', certificate: swapped }, set)).toBe(false);
  });

  it('trusts what this process signed, and only that statement', () => {
    const inbox = makeInbox(chainId);
    const own = { ...vote, voter: 1, signature: new Uint8Array(64) };
    inbox.trust(own);

    expect(inbox.isGenuine(said(own), set)).toBe(true);
    expect(inbox.isGenuine(said({ ...own, view: 4n }), set)).toBe(false);
  });
});
