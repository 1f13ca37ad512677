/**
 * What a credit note takes, and from whom: pure arithmetic over what is open of one promise.
 *
 *   1. what is owed without a certificate
 *   2. what the seller holds itself, pro rata (B.9.57)
 *   3. where the promise may be lessened after its sale: what the seller sold, pro rata
 *   4. the rest is in other hands and is paid in full; the seller owes it back to the buyer
 *
 * Every part is at most what is open, and all of them sum to the credit.
 */
import { allocate, least, sum } from '../../../chain/src/calc/amount.ts';
import { invariant } from '../kernel/invariant.ts';

export type Open = {
  /** Of the promise, what no live certificate stands for. */
  readonly uncertifiedMinor: bigint;
  /** Of each certificate that the seller still holds. */
  readonly ownMinor: readonly bigint[];
  /** Of each that the seller sold where its buyer's duty may be lessened. */
  readonly soldMinor: readonly bigint[];
};

export type Taken = Open & { readonly owedBackMinor: bigint };

/** What `amountMinor` takes from each, in the order above. */
export function dilute(amountMinor: bigint, open: Open): Taken {
  invariant(amountMinor > 0n, 'a credit is more than nothing');
  const uncertifiedMinor = least(amountMinor, open.uncertifiedMinor);
  const ownMinor = proRata(amountMinor - uncertifiedMinor, open.ownMinor);
  const afterOwn = amountMinor - uncertifiedMinor - sum(ownMinor);
  const soldMinor = proRata(afterOwn, open.soldMinor);
  return { uncertifiedMinor, ownMinor, soldMinor, owedBackMinor: afterOwn - sum(soldMinor) };
}

/** The amount shared by what is open of each, and never more than that. */
function proRata(amountMinor: bigint, openMinor: readonly bigint[]): readonly bigint[] {
  const total = sum(openMinor);
  return total === 0n ? openMinor : allocate(least(amountMinor, total), openMinor);
}
