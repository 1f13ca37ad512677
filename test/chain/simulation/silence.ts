/**
 * What a validator keeps to itself after its last batch turned out damaged (P7).
 *
 * It may have voted and forgotten. The real rule (chain/src/net/recall.ts) says when it may vote again; here are
 * its questions, and peers who answer when they like. Until then it listens, without a seat.
 */
import { makeRecall } from '@tallystick/chain/src/net/recall.ts';
import type { Place, World } from './world.ts';

export type Silence = {
  /**
   * Starts asking, again after every start until it is over; `later` ends with the validator's life, `onEnd`
   * is called when votes may be signed.
   */
  readonly begin: (options: {
    readonly lastSigned: Place;
    readonly here: () => { readonly epoch: bigint; readonly tip: Place };
    readonly later: (delayMs: number, run: () => void) => void;
    readonly onEnd: () => void;
  }) => void;
  readonly isSilent: () => boolean;
};

const askEveryMs = 2;

export function createSilence({ scenario, askPlace }: World, id: string): Silence {
  let isSilent = false;

  const begin: Silence['begin'] = ({ lastSigned, here, later, onEnd }) => {
    const recall = makeRecall({ self: id, lastSigned, isForgetful: true });
    const stakesOf = (epoch: bigint): ReadonlyMap<string, bigint> | undefined =>
      epoch < 0n
        ? undefined
        : new Map(scenario.setOf(epoch).validators.map((each) => [each.id, each.stake]));
    isSilent = true;
    const ask = (): void => {
      for (const peer of scenario.peers) {
        const place = peer === id ? null : askPlace(peer);
        if (place !== null) recall.hear(peer, { place, seen: null });
      }
      if (recall.verdict({ ...here(), stakesOf }).kind !== 'vote') {
        later(askEveryMs, ask);
        return;
      }
      isSilent = false;
      onEnd();
    };
    later(askEveryMs, ask);
  };

  return { begin, isSilent: () => isSilent };
}
