/**
 * Proof that a validator broke a signing rule: always two of its own signatures.
 *
 * An honest validator never signs such a pair, also across crashes, so evidence
 * blames the guilty and nobody else. It is checked again by anyone from the two
 * votes alone.
 */
import type { ValidatorIndex } from './validators.ts';
import type { SignedVote } from './vote.ts';

export type EvidenceKind =
  | 'doublePropose'
  | 'doubleNotarize'
  | 'doubleFinalize'
  | 'nullifyAndFinalize';

export type Evidence = {
  readonly kind: EvidenceKind;
  readonly epoch: bigint;
  readonly view: bigint;
  readonly voter: ValidatorIndex;
  readonly first: SignedVote;
  readonly second: SignedVote;
};

/**
 * The rule that two votes of one validator break together; null when they break none.
 *
 * Notarize and nullify in one view are both allowed (R5), and so is finalizing
 * another block than the one notarized (R4): only these four pairs are faults.
 */
export function brokenRule(first: SignedVote, second: SignedVote): EvidenceKind | null {
  const isSamePlace =
    first.epoch === second.epoch && first.view === second.view && first.voter === second.voter;
  if (!isSamePlace) return null;
  if (first.kind !== second.kind) {
    const kinds = [first.kind, second.kind];
    return kinds.includes('nullify') && kinds.includes('finalize') ? 'nullifyAndFinalize' : null;
  }
  if (first.digest === second.digest) return null;
  switch (first.kind) {
    case 'propose':
      return 'doublePropose';
    case 'notarize':
      return 'doubleNotarize';
    case 'finalize':
      return 'doubleFinalize';
    case 'nullify':
      return null;
  }
}
