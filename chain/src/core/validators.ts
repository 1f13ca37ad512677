/**
 * Who votes in an epoch, and with what weight.
 *
 * Weight is stake, a whole number. A quorum is more than two thirds of all
 * stake, computed in integers (3·w > 2·S), never a count of validators: while
 * less than a third is faulty, two quorums always share an honest validator.
 *
 * Pure. A set is made once, by `validatorSet`, and cannot be wrong afterwards.
 */
import { leaderTable } from './leader.ts';
import { validatorsMax } from './params.ts';
import type { Rules } from './rules.ts';

/** The lasting name of a validator's node, the same in every epoch; peers are addressed by it. */
export type PeerId = string;

/** A validator's place in its epoch's set; votes and bitmaps name it by this. */
export type ValidatorIndex = number;

export type Validator = {
  readonly id: PeerId;
  /** Voting weight; above zero. */
  readonly stake: bigint;
  /** Ed25519, 32 octets, admitted at registration. Opaque to the core. */
  readonly consensusKey: Uint8Array;
};

export type ValidatorSet = {
  readonly epoch: bigint;
  readonly validators: readonly Validator[];
  readonly stakeSum: bigint;
  /** Who leads, slot by slot; see leader.ts. */
  readonly leaders: readonly ValidatorIndex[];
};

/**
 * Makes the set of one epoch.
 *
 * Throws when it is empty or too large, when an id or a key stands twice, or
 * when a stake is not above zero: such a set could not be voted by honest ones.
 */
export function validatorSet(epoch: bigint, validators: readonly Validator[]): ValidatorSet {
  const problem = problemOf(validators);
  if (problem !== null) throw new Error(`The validator set of epoch ${epoch} ${problem}.`);
  return {
    epoch,
    validators,
    stakeSum: validators.reduce((sum, { stake }) => sum + stake, 0n),
    leaders: leaderTable(validators.map(({ stake }) => stake)),
  };
}

/** The place of a peer in the set; null for a peer that does not vote in this epoch. */
export function indexOf(set: ValidatorSet, id: PeerId): ValidatorIndex | null {
  const index = set.validators.findIndex((validator) => validator.id === id);
  return index < 0 ? null : index;
}

/** The stake of one validator; zero for an index outside the set. */
export function stakeOf(set: ValidatorSet, index: ValidatorIndex): bigint {
  return set.validators[index]?.stake ?? 0n;
}

/**
 * Do these validators together decide? Each index must stand once.
 *
 * Both ways of weighing are here because a test must be able to show that
 * counting heads, or a mere majority, breaks agreement.
 */
export function isQuorum(
  set: ValidatorSet,
  signers: Iterable<ValidatorIndex>,
  rules: Rules,
): boolean {
  let weight = 0n;
  for (const index of signers) weight += rules.quorumByStake ? stakeOf(set, index) : 1n;
  const total = rules.quorumByStake ? set.stakeSum : BigInt(set.validators.length);
  return rules.quorumAboveTwoThirds ? 3n * weight > 2n * total : 2n * weight > total;
}

function problemOf(validators: readonly Validator[]): string | null {
  if (validators.length === 0) return 'is empty';
  if (validators.length > validatorsMax) return `has more than ${validatorsMax} validators`;
  if (validators.some(({ stake }) => stake <= 0n)) return 'has a validator without stake';
  if (new Set(validators.map(({ id }) => id)).size < validators.length) return 'names a peer twice';
  const keys = new Set(validators.map(({ consensusKey }) => consensusKey.join()));
  if (keys.size < validators.length) return 'uses a consensus key twice';
  return null;
}
