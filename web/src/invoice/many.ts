/**
 * Which of the chosen invoices can be proposed or confirmed together, and why the others cannot. The
 * server decides; what it would refuse anyway is not put under the signature.
 *
 * Pure.
 */
import { type Amount, formatMoney, fromMinor, toMinor } from '../lib/format-money.ts';
import type { ChosenInvoicesQuery } from '../lib/graphql/graphql.ts';

export type ChosenInvoice = ChosenInvoicesQuery['invoices']['edges'][number]['node'];
type Proposal = NonNullable<ChosenInvoice['proposal']>;

/** An invoice with what is promised for it. */
export type Promised = ChosenInvoice & { readonly promise: Amount; readonly payOn: string };

export type WhyNot = 'notWaiting' | 'noProposal' | 'proposalOpen' | 'noDueDate' | 'aboveLimit';

export type Sorted<R> = {
  readonly fit: readonly R[];
  readonly leftOut: readonly { readonly invoice: ChosenInvoice; readonly why: WhyNot }[];
};

/** A mandate as far as it says how much. */
type Mandate = { readonly limit?: Amount | null | undefined };

export type Confirmable = Promised & { readonly open: Proposal };

/** What an approver can confirm: where a proposal is open, within one of the mandates. */
export function toConfirm(
  chosen: readonly ChosenInvoice[],
  mandates: readonly Mandate[],
): Sorted<Confirmable> {
  return sorted(chosen, (invoice) => {
    const { proposal } = invoice;
    if (invoice.state !== 'RECEIVED') {
      return 'notWaiting';
    }
    if (proposal === null || proposal === undefined || proposal.state !== 'OPEN') {
      return 'noProposal';
    }
    return mandates.some((mandate) => covers(mandate, proposal.approved))
      ? { ...invoice, open: proposal, promise: proposal.approved, payOn: proposal.dueDate }
      : 'aboveLimit';
  });
}

/** What a clerk can propose in full: nothing is open yet, and the file says when it falls due. */
export function toPropose(
  chosen: readonly ChosenInvoice[],
  mandates: readonly Mandate[],
): Sorted<Promised> {
  return sorted(chosen, (invoice) => {
    const { dueDate, payable } = invoice;
    if (invoice.state !== 'RECEIVED') {
      return 'notWaiting';
    }
    if (invoice.proposal?.state === 'OPEN') {
      return 'proposalOpen';
    }
    if (dueDate === null || dueDate === undefined) {
      return 'noDueDate';
    }
    return mandates.some((mandate) => covers(mandate, payable))
      ? { ...invoice, promise: payable, payOn: dueDate }
      : 'aboveLimit';
  });
}

/** The sum of each currency, in the order in which they first come. */
export function sumsOf(amounts: readonly Amount[]): string {
  const byCurrency = new Map<string, bigint>();
  for (const amount of amounts) {
    const before = byCurrency.get(amount.currency) ?? 0n;
    byCurrency.set(amount.currency, before + toMinor(amount));
  }
  return [...byCurrency]
    .map(([currency, minor]) => formatMoney(fromMinor(minor, currency)))
    .join(' + ');
}

function sorted<R>(
  chosen: readonly ChosenInvoice[],
  judge: (invoice: ChosenInvoice) => R | WhyNot,
): Sorted<R> {
  const fit: R[] = [];
  const leftOut: { readonly invoice: ChosenInvoice; readonly why: WhyNot }[] = [];
  for (const invoice of chosen) {
    const found = judge(invoice);
    if (typeof found === 'string') {
      leftOut.push({ invoice, why: found as WhyNot });
    } else {
      fit.push(found as R);
    }
  }
  return { fit, leftOut };
}

function covers({ limit }: Mandate, amount: Amount): boolean {
  if (limit === null || limit === undefined) {
    return true;
  }
  return limit.currency === amount.currency && toMinor(amount) <= toMinor(limit);
}
