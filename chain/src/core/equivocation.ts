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

/**
 * Does an accusation stand by its two votes alone? `isSigned` says whether a vote bears the signature of the
 * accused; nothing else is asked, so a stranger who knows only the key can judge. Refuses votes of
 * another voter, view or epoch than the accusation names, and a pair that breaks another rule or none.
 */
export function holds(evidence: Evidence, isSigned: (vote: SignedVote) => boolean): boolean {
  const { kind, epoch, view, voter, first, second } = evidence;
  const isMeant = first.epoch === epoch && first.view === view && first.voter === voter;
  return isMeant && brokenRule(first, second) === kind && isSigned(first) && isSigned(second);
}

/**
 * All that a heap of votes proves, once for each voter, view and kind of fault: what an auditor finds who
 * lays the certificates of two forks side by side. None among the votes of the honest.
 */
export function evidenceAmong(votes: Iterable<SignedVote>): readonly Evidence[] {
  const seen = new Map<string, SignedVote[]>();
  const found = new Map<string, Evidence>();
  for (const second of votes) {
    const { epoch, view, voter } = second;
    const place = `${epoch}/${view}/${voter}`;
    const others = seen.get(place) ?? [];
    seen.set(place, others);
    if (others.some(({ kind, digest }) => kind === second.kind && digest === second.digest))
      continue;
    for (const first of others) {
      const kind = brokenRule(first, second);
      const name = `${place}/${kind}`;
      if (kind !== null && !found.has(name)) {
        found.set(name, { kind, epoch, view, voter, first, second });
      }
    }
    others.push(second);
  }
  return [...found.values()];
}
