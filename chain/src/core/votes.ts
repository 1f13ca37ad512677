/**
 * The votes of one kind in one view, counted once per validator.
 *
 * A validator that signs two different votes is counted for the first; the pair
 * is proof against it (equivocation.ts). While less than a third of the stake is
 * faulty, two quorums always share an honest validator, and so cannot decide two
 * things.
 *
 * Pure but for the map that it is handed. Signatures were checked at the door, in shell/inbox.ts.
 */
import { brokenRule, type Evidence } from './equivocation.ts';
import type { Rules } from './rules.ts';
import { isQuorum, type ValidatorIndex, type ValidatorSet } from './validators.ts';
import type { Digest, SignedVote, VoteKind } from './vote.ts';

export type Votes = Map<ValidatorIndex, SignedVote>;

/** The votes of one view. */
export type Ballot = Readonly<Record<VoteKind, Votes>>;

export function emptyBallot(): Ballot {
  return { propose: new Map(), notarize: new Map(), nullify: new Map(), finalize: new Map() };
}

/** Keeps a validator's first vote of its kind; the same or another one later changes nothing. */
export function count(ballot: Ballot, vote: SignedVote): void {
  const votes = ballot[vote.kind];
  if (!votes.has(vote.voter)) votes.set(vote.voter, vote);
}

/** What this vote proves together with the votes counted before; none for an honest voter. */
export function evidenceIn(ballot: Ballot, vote: SignedVote): readonly Evidence[] {
  const rivals = [ballot[vote.kind].get(vote.voter), rivalOf(ballot, vote)];
  return rivals.flatMap((first) => {
    const kind = first === undefined ? null : brokenRule(first, vote);
    if (first === undefined || kind === null) return [];
    return [{ kind, epoch: vote.epoch, view: vote.view, voter: vote.voter, first, second: vote }];
  });
}

/** The counted votes for one digest, when they are a quorum; null while they are not. */
export function quorumFor(
  votes: Votes,
  digest: Digest,
  set: ValidatorSet,
  rules: Rules,
): readonly SignedVote[] | null {
  const agreeing = [...votes.values()].filter((vote) => vote.digest === digest);
  return isQuorum(
    set,
    agreeing.map(({ voter }) => voter),
    rules,
  )
    ? agreeing
    : null;
}

export function isEmpty(ballot: Ballot): boolean {
  return Object.values(ballot).every((votes) => votes.size === 0);
}

function rivalOf(ballot: Ballot, vote: SignedVote): SignedVote | undefined {
  if (vote.kind === 'nullify') return ballot.finalize.get(vote.voter);
  return vote.kind === 'finalize' ? ballot.nullify.get(vote.voter) : undefined;
}
