/**
 * The log as anyone may read it, from this process's store: checkpoints, nodes, leaves, proofs.
 *
 * It shows only what a quorum has cosigned, reads what it is asked for and nothing more, and holds
 * nothing. What is not there is a RangeError.
 */
import type { LogReader } from '../client.ts';
import { getFrom, proveIn } from '../core/state-map.ts';
import { placeOf } from '../log/state.ts';
import { encodeStateProof } from '../log/state-proof.ts';
import type { Ledger } from './ledger.ts';
import type { Store } from './store.ts';

export type LogReaderOptions = {
  readonly ledger: Ledger;
  readonly store: Store;
  /** Runs the work while the chain is open, else throws why it is not. */
  readonly opened: <T>(work: () => T) => T;
};

export function makeLogReader({ ledger, store, opened }: LogReaderOptions): LogReader {
  /** Refuses what ends beyond the newest cosigned size. */
  const within = (level: number, first: bigint, count: number): void => {
    const { size } = ledger.shownHead();
    const isWhole = Number.isSafeInteger(level) && level >= 0 && count >= 0 && first >= 0n;
    if (!isWhole || first + BigInt(count) > size >> BigInt(level)) {
      throw new RangeError(`the log of ${size} leaves has no ${count} nodes at ${level}/${first}`);
    }
  };

  return {
    checkpoint: async (size) => opened(() => ledger.signedCheckpoint(size)),
    nodes: async (level, first, count) =>
      opened(() => {
        within(level, first, count);
        return store.nodes(level, first, count);
      }),
    leafLengths: async (first, count) =>
      opened(() => {
        within(0, first, count);
        return store.leafLengths(first, count);
      }),
    leaf: async (index) =>
      opened(() => {
        within(0, index, 1);
        return store.leaf(index);
      }),
    consistency: async (size1, size2) =>
      opened(() => {
        within(0, size2, 0);
        return store.consistency(size1, size2);
      }),
    handovers: async (size) => opened(() => ledger.handovers(size)),
    stateProof: async (name, height) =>
      opened(() => {
        const { map, height: at } = ledger.stateAt(height);
        const place = placeOf(name.type, name.channel, name.id);
        const index = store.headAt(at).size - 1n;
        const { leaf, hashes } = ledger.inclusion(index);
        return encodeStateProof({
          name,
          value: getFrom(map, place)?.slice() ?? null,
          path: proveIn(map, place),
          handovers: ledger.handovers(),
          header: { leaf, index, hashes, ...ledger.signedCheckpoint() },
        });
      }),
  };
}
