/** The signer: no key of a validator ever says two things that exclude each other. */
import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type Vote, voteSigningBytes, zeroDigest } from '../../../chain/src/core/vote.ts';
import { sha256, utf8 } from '../../../chain/src/crypto/digest.ts';
import { verifyEd25519 } from '../../../chain/src/crypto/ed25519.ts';
import { cosigningBytes } from '../../../chain/src/crypto/signature.ts';
import { makeSigner, SignerRefusal } from '../../../chain/src/shell/signer.ts';
import { tryGate } from '../simulation/gate.ts';

const chainId = sha256(utf8('a chain'));
const pair = () => generateKeyPairSync('ed25519');
const consensus = pair();
const cosigner = pair();
const keys = { consensus: consensus.privateKey, cosigner: cosigner.privateKey };
const publicOf = (key: ReturnType<typeof pair>): Uint8Array =>
  new Uint8Array(Buffer.from(key.publicKey.export({ format: 'jwk' }).x ?? '', 'base64url'));

const digest = (letter: string): string => letter.repeat(64);
const vote = (kind: Vote['kind'], view: bigint, block = digest('a')): Vote => ({
  ...{ kind, epoch: 1n, view },
  digest: kind === 'nullify' ? zeroDigest : block,
});
const fresh = () => makeSigner({ chainId, voter: 2, keys });

describe('votes', () => {
  it('are signed by the consensus key over the bytes of the protocol', () => {
    const signed = fresh().vote(vote('notarize', 3n));
    const message = voteSigningBytes(chainId, vote('notarize', 3n));

    expect(verifyEd25519(publicOf(consensus), message, signed.signature)).toBe(true);
    expect(verifyEd25519(publicOf(cosigner), message, signed.signature)).toBe(false);
    expect(signed.voter).toBe(2);
  });

  it.each(['propose', 'notarize', 'finalize'] as const)(
    '%s one block a view, again the same',
    (kind) => {
      const signer = fresh();
      const first = signer.vote(vote(kind, 3n));

      expect(signer.vote(vote(kind, 3n))).toBe(first);
      expect(() => signer.vote(vote(kind, 3n, digest('b')))).toThrow(SignerRefusal);
      expect(signer.vote(vote(kind, 4n, digest('b'))).view).toBe(4n);
    },
  );

  it('never nullify and finalize one view, in either order', () => {
    const nullifying = fresh();
    nullifying.vote(vote('nullify', 3n));
    const finalizing = fresh();
    finalizing.vote(vote('finalize', 3n));

    expect(() => nullifying.vote(vote('finalize', 3n))).toThrow(SignerRefusal);
    expect(() => finalizing.vote(vote('nullify', 3n))).toThrow(SignerRefusal);
    expect(nullifying.vote(vote('notarize', 3n)).kind).toBe('notarize');
  });

  it('do not nullify after a restart what was durably notarized, unless it was nullified', () => {
    const signer = fresh();
    const nullified = fresh().vote(vote('nullify', 4n));
    signer.restoreNotarization({ epoch: 1n, view: 3n });
    signer.restoreVote(nullified);
    signer.restoreNotarization({ epoch: 1n, view: 4n });

    expect(() => signer.vote(vote('nullify', 3n))).toThrow(SignerRefusal);
    expect(signer.vote(vote('nullify', 4n))).toEqual(nullified);
  });

  it('keep after a restart what was signed before it', () => {
    const before = fresh().vote(vote('notarize', 3n));
    const signer = fresh();
    signer.restoreVote(before);

    expect(signer.vote(vote('notarize', 3n))).toEqual(before);
    expect(() => signer.vote(vote('notarize', 3n, digest('b')))).toThrow(SignerRefusal);
  });

  it('sign nothing at or below the floor, which never falls', () => {
    const signer = fresh();
    signer.vote(vote('notarize', 3n));
    signer.raiseFloor({ epoch: 1n, view: 5n });
    signer.raiseFloor({ epoch: 1n, view: 2n });

    for (const view of [1n, 3n, 5n]) {
      expect(() => signer.vote(vote('notarize', view))).toThrow(SignerRefusal);
    }
    expect(signer.vote(vote('notarize', 6n)).view).toBe(6n);
    expect(() => signer.vote({ ...vote('notarize', 9n), epoch: 0n })).toThrow(SignerRefusal);
  });
});

describe('cosignatures', () => {
  it('are of the cosigner key, once a size, and always further on', () => {
    const signer = fresh();
    const first = signer.cosign(4n, 'log\n4\nroot\n', 100n);

    expect(
      verifyEd25519(publicOf(cosigner), cosigningBytes(100n, 'log\n4\nroot\n'), first.signature),
    ).toBe(true);
    expect(signer.cosign(4n, 'log\n4\nroot\n', 200n)).toBe(first);
    expect(() => signer.cosign(4n, 'log\n4\nother\n', 200n)).toThrow(SignerRefusal);
    expect(() => signer.cosign(3n, 'log\n3\nroot\n', 200n)).toThrow(SignerRefusal);
    expect(signer.cosign(9n, 'log\n9\nroot\n', 200n).timeSeconds).toBe(200n);
  });

  it('are remembered across a restart', () => {
    const before = fresh().cosign(4n, 'log\n4\nroot\n', 100n);
    const signer = fresh();
    signer.restoreCosignature(4n, 'log\n4\nroot\n', before);
    signer.restoreCosignature(2n, 'log\n2\nroot\n', before);

    expect(signer.cosign(4n, 'log\n4\nroot\n', 300n)).toBe(before);
    expect(() => signer.cosign(4n, 'log\n4\nother\n', 300n)).toThrow(SignerRefusal);
  });
});

describe('a signer that is asked for anything, in any order, across restarts', () => {
  it('never contradicts itself, signs below its floor, or cosigns anew', () => {
    const problems = Array.from({ length: 150 }, (_, seed) => tryGate(seed + 1));

    expect(problems.filter((problem) => problem !== null)).toEqual([]);
  });
});
