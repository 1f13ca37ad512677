/**
 * What a validator keeps to itself after its last batch turned out damaged (P7).
 *
 * It may have voted and forgotten. It asks its peers how far they are until a quorum has answered,
 * and signs nothing up to the largest answer and one view beyond: whoever votes in view v holds the
 * certificate of v−1, so a quorum of answers holds an honest peer that has voted in v−1, but perhaps
 * none that has reached v. The same across the border of an epoch.
 */
import type { Vote } from '@tallystick/chain/src/core/vote.ts';
import type { Place, World } from './world.ts';

export type Silence = {
  /** Starts asking; `later` ends with the validator's life. */
  readonly begin: (epoch: bigint, later: (delayMs: number, run: () => void) => void) => void;
  /** Was it cut short before a quorum had answered? */
  readonly isAsking: () => boolean;
  /** May this vote not be signed? */
  readonly covers: (vote: Vote) => boolean;
};

const askEveryMs = 2;

export function createSilence({ scenario, askPlace }: World, id: string): Silence {
  let isAsking = false;
  let largest: Place | null = null;

  const isQuorum = (answered: Iterable<string>, epoch: bigint): boolean => {
    const set = scenario.setOf(epoch);
    const names = new Set(answered);
    let weight = 0n;
    for (const { id: peer, stake } of set.validators) if (names.has(peer)) weight += stake;
    return 3n * weight > 2n * set.stakeSum;
  };

  const begin: Silence['begin'] = (epoch, later) => {
    const answers = new Map<string, Place>();
    isAsking = true;
    const ask = (): void => {
      for (const peer of scenario.peers) {
        const place = peer === id ? null : askPlace(peer);
        if (place !== null && !answers.has(peer)) answers.set(peer, place);
      }
      const furthest = [...answers.values()].reduce(
        (highest, place) => (isBelow(highest, place) ? place : highest),
        largest ?? { epoch, view: 0n },
      );
      const isAnswered =
        isQuorum(answers.keys(), epoch) && isQuorum(answers.keys(), furthest.epoch);
      if (!isAnswered) {
        later(askEveryMs, ask);
        return;
      }
      isAsking = false;
      largest = furthest;
    };
    later(askEveryMs, ask);
  };

  return {
    begin,
    isAsking: () => isAsking,
    covers: ({ epoch, view }) => {
      if (isAsking) return true;
      if (largest === null || epoch > largest.epoch + 1n) return false;
      if (epoch > largest.epoch) return view <= 1n;
      return !isBelow({ ...largest, view: largest.view + 1n }, { epoch, view });
    },
  };
}

function isBelow(a: Place, b: Place): boolean {
  return a.epoch < b.epoch || (a.epoch === b.epoch && a.view < b.view);
}
