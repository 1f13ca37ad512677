/**
 * P7: may a validator that starts sign at once, or has it forgotten votes?
 *
 * Its log may lack what it once held: the last batch is damaged, or the home was restored from a backup.
 * So it asks its peers where they are, and which vote of it they have seen last. It waits until those who
 * answered make a quorum together with itself, which costs nothing, because with fewer nothing is decided.
 *
 *   sound      the log is whole, and nobody has seen a vote above the last one that it holds: sign
 *   forgetful  the log is damaged, the owner says that it was restored, or a peer shows a later vote of mine
 *
 * A forgetful validator needs answers of a quorum without itself, or of everyone, and signs nothing at or
 * below the view after the largest answer. For whatever it once signed in view v it was in v, so a quorum
 * had voted in v − 1; of these at least one honest peer is among those who answer, and it is in v − 1 or above.
 *
 * Pure. The votes shown were verified before.
 */
import { isAtOrBelow, type Place } from '../shell/signer.ts';
import type { Answer } from './words.ts';

export type RecallOptions = {
  /** Of the validator itself, and of each of its peers by name. */
  readonly ownStake: bigint;
  readonly peers: ReadonlyMap<string, bigint>;
  /** The last place for which its log holds a vote. */
  readonly lastSigned: Place | null;
  /** Known from the start: a damaged log, or the owner's word. */
  readonly isForgetful: boolean;
};

export type Verdict =
  | { readonly kind: 'wait' }
  | { readonly kind: 'sound' }
  /** Nothing may be signed at or below the floor. */
  | { readonly kind: 'forgetful'; readonly floor: Place };

export type Recall = {
  /** Takes a peer's answer; a later one of the same peer replaces it. */
  readonly hear: (peer: string, answer: Answer) => void;
  readonly verdict: () => Verdict;
};

export function makeRecall(options: RecallOptions): Recall {
  const { ownStake, peers, lastSigned } = options;
  const answers = new Map<string, Place>();
  let { isForgetful } = options;
  const total = [...peers.values()].reduce((sum, stake) => sum + stake, ownStake);

  const isQuorum = (weight: bigint): boolean => 3n * weight > 2n * total;

  return {
    hear: (peer, { place, seen }) => {
      if (!peers.has(peer)) return;
      answers.set(peer, place);
      if (seen === null) return;
      if (lastSigned === null || !isAtOrBelow(seen, lastSigned)) isForgetful = true;
    },
    verdict: () => {
      // Whoever is alone decides alone, and has nobody to ask.
      if (peers.size === 0) return { kind: 'sound' };
      const weight = [...answers.keys()].reduce((sum, name) => sum + (peers.get(name) ?? 0n), 0n);
      if (!isForgetful) return isQuorum(weight + ownStake) ? { kind: 'sound' } : { kind: 'wait' };
      const isEnough = isQuorum(weight) || answers.size === peers.size;
      if (!isEnough) return { kind: 'wait' };
      const largest = [...answers.values()].reduce(
        (highest, place) => (isAtOrBelow(place, highest) ? highest : place),
        lastSigned ?? { epoch: 0n, view: 0n },
      );
      return { kind: 'forgetful', floor: { epoch: largest.epoch, view: largest.view + 1n } };
    },
  };
}
