/** Remembers every vote that was heard of a chain, and finds two of one key that may not both exist. */
import { brokenRule } from '../../chain/src/core/equivocation.ts';
import { type Message, signedVotesIn } from '../../chain/src/core/message.ts';
import type { SignedVote } from '../../chain/src/core/vote.ts';

export type VotesHeard = {
  /** Answers which rules are broken by what is new in the message. */
  readonly hear: (message: Message) => readonly string[];
  /** Different votes so far. */
  readonly count: () => number;
};

export function makeVotesHeard(): VotesHeard {
  const votes = new Map<string, SignedVote[]>();
  let count = 0;

  const hearVote = (vote: SignedVote): readonly string[] => {
    const place = `${vote.voter}/${vote.epoch}/${vote.view}`;
    const known = votes.get(place) ?? [];
    votes.set(place, known);
    const isKnown = known.some(({ kind, digest }) => kind === vote.kind && digest === vote.digest);
    if (isKnown) return [];
    const rules = known.flatMap((other) => brokenRule(other, vote) ?? []);
    known.push(vote);
    count += 1;
    return rules.map((rule) => `${rule} at ${place}`);
  };

  return { hear: (message) => signedVotesIn(message).flatMap(hearVote), count: () => count };
}
