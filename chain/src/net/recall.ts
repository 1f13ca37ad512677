/**
 * P7: may a validator that starts sign at once, or has it forgotten votes?
 *
 * Its log may lack what it once held: the last batch is damaged, or the home was restored from a backup.
 * So it asks its peers where they are, and which vote of it they have seen last.
 *
 *   sound      the log is whole, and nobody has seen a vote above the last one that it holds: it votes when
 *              those who answered are a quorum together with itself, because with fewer nothing is decided
 *   forgetful  the log is damaged, the owner says that it was restored, or a peer shows a later vote of mine:
 *              it needs answers of a quorum without itself, or of everyone, and is silent until whatever it
 *              may have signed is history
 *
 * Answers are weighed by the set of the newest epoch e that has begun here, and weighed anew when the next
 * one begins. Of all quorums that answered, the one that is least far counts; w is its furthest view in e:
 *
 *   in e, view v ≥ 2    whoever signed there had entered by the votes of a quorum in v − 1; an honest one of them
 *                       is in the quorum that answered, and is in v − 1 or above: so v ≤ w + 1
 *   in e, view 1        entered by the end of e − 1; nobody need be in e yet: so w + 1 is at least 1
 *   beyond e            entered by the end of e, which a quorum had voted for in a view u, and gone on: so w ≥ u + 1, and
 *                       every final view of e above w + 1 descends from the sealing block: e would not be open
 *
 * So silence ends with a final view at or above w + 1 while e is still open, or when those who answered had not
 * even reached e − 1, for then it was never in e. decisions/0008 is the whole argument.
 *
 * Pure. The votes shown were verified before.
 */
import { isAtOrBelow, type Place } from '../shell/signer.ts';
import type { Answer } from './words.ts';

export type RecallOptions = {
  readonly self: string;
  /** The last place for which its log holds a vote. */
  readonly lastSigned: Place | null;
  /** Known from the start: a damaged log, or the owner's word. */
  readonly isForgetful: boolean;
};

/** How far the chain is here. */
export type Standing = {
  /** The newest epoch that has begun. */
  readonly epoch: bigint;
  /** The last final view. */
  readonly tip: Place | null;
  /** Who votes in an epoch, by name; undefined for one that there is not. */
  readonly stakesOf: (epoch: bigint) => ReadonlyMap<string, bigint> | undefined;
};

export type Verdict =
  /** Too few have answered. */
  | { readonly kind: 'wait' }
  /** Something may have been signed at or below the floor, or in the epoch after it. */
  | { readonly kind: 'silent'; readonly floor: Place }
  | { readonly kind: 'vote' };

export type Recall = {
  /** Takes a peer's answer. Of its places the first counts: all were given after whatever may be forgotten. */
  readonly hear: (peer: string, answer: Answer) => void;
  /** Once true it stays true. */
  readonly isForgetful: () => boolean;
  readonly verdict: (standing: Standing) => Verdict;
};

export function makeRecall(options: RecallOptions): Recall {
  const { self, lastSigned } = options;
  const answers = new Map<string, Place>();
  let { isForgetful } = options;

  const furthestOf = (stakes: ReadonlyMap<string, bigint>): Place | null =>
    leastFar(self, stakes, answers);

  /** The furthest view of an epoch in which a quorum was; 0 when it was not there yet, null when that is unknown. */
  const reachIn = (epoch: bigint, standing: Standing): bigint | null => {
    const stakes = standing.stakesOf(epoch);
    const furthest = stakes === undefined ? null : furthestOf(stakes);
    if (furthest === null || furthest.epoch > epoch) return null;
    return furthest.epoch === epoch ? furthest.view : 0n;
  };

  const soundly = (stakes: ReadonlyMap<string, bigint>, epoch: bigint): Verdict => {
    // Who is in an epoch that has not begun here says that something is missing here first.
    const near = [...answers].filter(([, place]) => place.epoch <= epoch);
    const weight = near.reduce((sum, [name]) => sum + (stakes.get(name) ?? 0n), 0n);
    const isEnough = isQuorum(weight + (stakes.get(self) ?? 0n), stakes);
    return { kind: isEnough ? 'vote' : 'wait' };
  };

  return {
    hear: (peer, { place, seen }) => {
      if (!answers.has(peer)) answers.set(peer, place);
      if (seen === null) return;
      if (lastSigned === null || !isAtOrBelow(seen, lastSigned)) isForgetful = true;
    },
    isForgetful: () => isForgetful,
    verdict: (standing) => {
      const { epoch, tip, stakesOf } = standing;
      const stakes = stakesOf(epoch);
      if (stakes === undefined) return { kind: 'wait' };
      // Whoever is alone decides alone, and has nobody to ask.
      if ([...stakes.keys()].every((name) => name === self)) return { kind: 'vote' };
      if (!isForgetful) return soundly(stakes, epoch);
      const reach = reachIn(epoch, standing);
      if (reach === null) return { kind: 'wait' };
      const wasHere = lastSigned !== null && lastSigned.epoch >= epoch;
      const known = wasHere ? lastSigned.view : 0n;
      const floor = { epoch, view: (known > reach ? known : reach) + 1n };
      const isHistory = tip !== null && tip.epoch === epoch && isAtOrBelow(floor, tip);
      const wasNeverHere = !wasHere && reachIn(epoch - 1n, standing) === 0n;
      return isHistory || wasNeverHere ? { kind: 'vote' } : { kind: 'silent', floor };
    },
  };
}

/**
 * The furthest place of that quorum among the others which is least far: it holds an honest one of every quorum, so a
 * single liar who names a far view is not heard. Where the others are no quorum without me, all of them. Null while
 * too few have answered.
 */
function leastFar(
  self: string,
  stakes: ReadonlyMap<string, bigint>,
  answers: ReadonlyMap<string, Place>,
): Place | null {
  const others = [...stakes].filter(([name]) => name !== self);
  const known = others.flatMap(([name, stake]) => {
    const place = answers.get(name);
    return place === undefined ? [] : { stake, place };
  });
  known.sort((one, other) => (isAtOrBelow(one.place, other.place) ? -1 : 1));
  let weight = 0n;
  for (const { stake, place } of known) {
    weight += stake;
    if (isQuorum(weight, stakes)) return place;
  }
  return known.length === others.length ? (known.at(-1)?.place ?? null) : null;
}

function isQuorum(weight: bigint, stakes: ReadonlyMap<string, bigint>): boolean {
  const total = [...stakes.values()].reduce((sum, stake) => sum + stake, 0n);
  return 3n * weight > 2n * total;
}
