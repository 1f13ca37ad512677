/** What a change of the network waits for, in the order in which a person can do something about it. */

type Change = {
  readonly ready: boolean;
  readonly needsApproval: boolean;
  readonly approvedStake: string;
  readonly dueAt: string;
};

/**
 * ready      the validator to be admitted has not said that it is there
 * approval   validators with more than two thirds of the stake must agree, and do not yet
 * time       its time lock is not over
 * epoch      nothing is missing: it comes with the end of the epoch
 */
export type ChangeState = 'ready' | 'approval' | 'time' | 'epoch';

/** `total` is the stake of all who vote. A quorum is strictly more than two thirds, in whole numbers. */
export function changeState(change: Change, total: bigint, nowMs: number): ChangeState {
  if (!change.ready) return 'ready';
  if (change.needsApproval && 3n * BigInt(change.approvedStake) <= 2n * total) return 'approval';
  return nowMs < Date.parse(change.dueAt) ? 'time' : 'epoch';
}
