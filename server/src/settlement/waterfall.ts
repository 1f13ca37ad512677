/**
 * In which order a payment is used up: first what it cost to collect, then interest, then the debt.
 *
 * The order is a named sequence, kept with its name, so that a payment of years ago is used up again
 * in the same way. A part is paid in full before the next gets anything; a payment never pays more
 * than is open, and what is over is said.  Pure; minor units of one currency.
 */
import { invariant } from '../kernel/invariant.ts';

export type DueKind = 'fee' | 'overdue' | 'principal';
export type Dues = Readonly<Record<DueKind, bigint>>;

/** The sequences by name; a change of order is a new name. */
export const sequences = {
  'fee-overdue-principal/1': ['fee', 'overdue', 'principal'],
} as const satisfies Readonly<Record<string, readonly DueKind[]>>;
export type SequenceName = keyof typeof sequences;

export type Allocation = {
  readonly paid: Dues;
  readonly open: Dues;
  /** What is over when everything is paid. */
  readonly excessMinor: bigint;
};

/** Uses up a receipt on what is due. Refuses nothing: amounts below zero are a bug. */
export function useUp(
  receiptMinor: bigint,
  dues: Dues,
  sequence: SequenceName = 'fee-overdue-principal/1',
): Allocation {
  invariant(receiptMinor >= 0n, 'a receipt is not negative');
  invariant(
    Object.values(dues).every((due) => due >= 0n),
    'what is due is not negative',
  );
  const paid: Record<DueKind, bigint> = { fee: 0n, overdue: 0n, principal: 0n };
  let left = receiptMinor;
  for (const kind of sequences[sequence]) {
    const isEnough = left >= dues[kind];
    paid[kind] = isEnough ? dues[kind] : left;
    left -= paid[kind];
  }
  return {
    paid,
    open: {
      fee: dues.fee - paid.fee,
      overdue: dues.overdue - paid.overdue,
      principal: dues.principal - paid.principal,
    },
    excessMinor: left,
  };
}
