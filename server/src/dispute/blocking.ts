/**
 * Which invoices wait for a credit note that names none of them.
 *
 * The credit must find something to be taken from, so as many open invoices wait as cover it: the
 * earliest due first, then the smallest, then by id, up to and just over the credit. The others may be
 * financed and paid early. Where it is applied, the same order counts. Pure.
 */
import type { BusinessDate } from '../kernel/time.ts';

export type OpenInvoice = {
  readonly id: string;
  readonly dueDate: BusinessDate;
  /** What it still owes, in minor units; more than nothing. */
  readonly openMinor: bigint;
};

/** The invoices in the order in which credit is taken from them. */
export function inOrder<I extends OpenInvoice>(open: readonly I[]): readonly I[] {
  return [...open].sort(
    (a, b) =>
      compare(a.dueDate, b.dueDate) || compare(a.openMinor, b.openMinor) || compare(a.id, b.id),
  );
}

/** The ids of the invoices that wait, in that order; none where there is no credit. */
export function blocked(open: readonly OpenInvoice[], creditMinor: bigint): readonly string[] {
  const ids: string[] = [];
  let coveredMinor = 0n;
  for (const { id, openMinor } of inOrder(open)) {
    if (coveredMinor >= creditMinor) break;
    ids.push(id);
    coveredMinor += openMinor;
  }
  return ids;
}

function compare<T extends string | bigint>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
