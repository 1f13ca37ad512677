/**
 * The epochs of the final chain, who votes in each, and the log's key: from the genesis, and from the handover leaves.
 *
 * One for every engine: whoever checks a signature, weighs a certificate or counts cosignatures asks here
 * for the set of the epoch that the message, or the block, belongs to. An epoch begins the moment its
 * sealing block is committed to the store.
 */
import { type ValidatorSet, validatorSet } from '../core/validators.ts';
import { decodeHandoverLeaf, type Handover } from '../log/handover.ts';
import { isQuorum, stakeOf, type Validator, validatorSetHash } from '../log/policy.ts';
import type { Genesis } from './genesis.ts';
import type { Store } from './store.ts';

export type Epoch = {
  readonly number: bigint;
  /** The height of the block that it stands on: the sealing block before it, or 0. */
  readonly base: bigint;
  readonly validators: readonly Validator[];
  /** The same as the core sees them. */
  readonly set: ValidatorSet;
  readonly setHash: Uint8Array;
  /** The key that signs the log's own line under the checkpoints of this epoch. */
  readonly logKey: Uint8Array;
};

export type Epochs = {
  /** The epoch of the block that comes next. */
  readonly latest: () => Epoch;
  /** Undefined for an epoch that has not begun. */
  readonly of: (number: bigint) => Epoch | undefined;
  /** The epoch that the block of this height is, or will be, of. */
  readonly at: (height: bigint) => Epoch;
  /** The index of the leaf that hands over to an epoch from the second on. */
  readonly handoverIndex: (number: bigint) => bigint | null;
  /**
   * Every name that ever voted, in the order of appearance: those of the genesis, then those of each set. A
   * name keeps its place for ever; logs and peers name validators by it.
   */
  readonly seats: () => readonly string[];
};

/** The first epoch of every chain. */
export const firstEpoch = 1n;

/** Sets kept at hand; any other is read from its leaf again. */
const keptMax = 64;

export function makeEpochs(genesis: Genesis, store: Store): Epochs {
  const kept = new Map<bigint, Epoch>();
  const seats: string[] = [];
  let seatedEpochs = 0n;

  const handoverIndex = (number: bigint): bigint | null => {
    const first = number > firstEpoch ? store.firstHeight(number) : null;
    return first === null ? null : store.headAt(first - 1n).size - 2n;
  };
  const read = (number: bigint): Epoch | undefined => {
    if (number === firstEpoch) return epochOf(number, 0n, genesis);
    const index = handoverIndex(number);
    const first = store.firstHeight(number);
    if (index === null || first === null) return undefined;
    const handover: Handover = decodeHandoverLeaf(store.leaf(index));
    return epochOf(number, first - 1n, handover);
  };
  const of = (number: bigint): Epoch | undefined => {
    const known = kept.get(number);
    if (known !== undefined) return known;
    const made = read(number);
    if (made === undefined) return undefined;
    kept.set(number, made);
    for (const oldest of kept.keys()) {
      if (kept.size <= keptMax) break;
      if (oldest !== firstEpoch) kept.delete(oldest);
    }
    return made;
  };
  const existing = (number: bigint): Epoch => {
    const epoch = of(number);
    if (epoch === undefined) throw new RangeError(`epoch ${number} has not begun`);
    return epoch;
  };

  return {
    latest: () => existing(store.lastEpoch()),
    of,
    at: (height) => existing(store.epochOf(height)),
    handoverIndex,
    seats: () => {
      for (; seatedEpochs < store.lastEpoch(); seatedEpochs += 1n) {
        for (const { name } of existing(seatedEpochs + 1n).validators) {
          if (!seats.includes(name)) seats.push(name);
        }
      }
      return seats;
    },
  };
}

/** Do these places of the set hold more than two thirds of its stake? Each counts once. */
export function isQuorumOf({ validators }: Epoch, places: Iterable<number>): boolean {
  const signers = [...new Set(places)].flatMap((place) => validators[place] ?? []);
  return isQuorum(stakeOf(signers), stakeOf(validators));
}

function epochOf(
  number: bigint,
  base: bigint,
  { validators, logKey }: Pick<Handover, 'validators' | 'logKey'>,
): Epoch {
  const voters = validators.map(({ name, stake, consensusKey }) => ({
    ...{ id: name, stake, consensusKey },
  }));
  return {
    number,
    base,
    validators,
    set: validatorSet(number, voters),
    setHash: validatorSetHash(validators),
    logKey,
  };
}
