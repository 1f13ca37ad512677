/**
 * A certificate: proof that a quorum said the same about a view.
 *
 *   notarize  the block is the only one of its view that may be built on
 *   nullify   no block of this view will ever be final
 *   finalize  the block, and with it all its ancestors, is final
 *
 * A certificate is weighed by itself, with the validator set of its own epoch,
 * and never by votes that happen to be known already.
 */
import type { Rules } from './rules.ts';
import { isQuorum, type ValidatorIndex, type ValidatorSet } from './validators.ts';
import { type Digest, type SignedVote, zeroDigest } from './vote.ts';

export type CertificateKind = 'notarize' | 'nullify' | 'finalize';

export type Certificate = {
  readonly kind: CertificateKind;
  readonly epoch: bigint;
  readonly view: bigint;
  /** The zero digest in a nullification. */
  readonly digest: Digest;
  /** Strictly ascending; a bitmap in encoded form. */
  readonly signers: readonly ValidatorIndex[];
  /** One for each signer, in the same order. */
  readonly signatures: readonly Uint8Array[];
};

/** Joins equal votes into their certificate, signers ascending. The votes must agree in all but voter. */
export function certificateFrom(kind: CertificateKind, votes: readonly SignedVote[]): Certificate {
  const [first] = votes;
  if (first === undefined) throw new Error('A certificate is made of at least one vote.');
  const ordered = [...votes].sort((a, b) => a.voter - b.voter);
  return {
    kind,
    epoch: first.epoch,
    view: first.view,
    digest: first.digest,
    signers: ordered.map(({ voter }) => voter),
    signatures: ordered.map(({ signature }) => signature),
  };
}

/**
 * Is this a decision of the set? Refuses another epoch, unordered, repeated or
 * unknown signers, a digest that does not fit the kind, and too little stake.
 */
export function isDecision(set: ValidatorSet, certificate: Certificate, rules: Rules): boolean {
  const { epoch, kind, digest, signers, signatures } = certificate;
  if (epoch !== set.epoch || signers.length !== signatures.length) return false;
  if ((kind === 'nullify') !== (digest === zeroDigest)) return false;
  const isOrdered = signers.every(
    (signer, order) => order === 0 || signer > (signers[order - 1] ?? -1),
  );
  if (!isOrdered || signers.some((signer) => set.validators[signer] === undefined)) return false;
  return !rules.certificatesWeighed || isQuorum(set, signers, rules);
}

/** The votes inside, each with its own signature. */
export function votesOf(certificate: Certificate): readonly SignedVote[] {
  const { kind, epoch, view, digest, signers, signatures } = certificate;
  return signers.flatMap((voter, order) => {
    const signature = signatures[order];
    return signature === undefined ? [] : [{ kind, epoch, view, digest, voter, signature }];
  });
}
