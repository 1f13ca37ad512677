/**
 * What an invoice's state means on a page: its colour, its group in the filter, and which acts the
 * viewer is offered. The server decides; an act that it would refuse anyway is not offered.
 *
 * Pure.
 */
import type { InvoicePartsFragment, InvoiceState } from '../lib/graphql/graphql.ts';
import type { Tone } from '../ui/StateTag.tsx';

export const tones: Readonly<Record<InvoiceState, Tone>> = {
  SUBMITTED: 'quiet',
  INVALID: 'bad',
  RECEIVED: 'accent',
  QUERIED: 'warn',
  CONFIRMED: 'good',
  PARTLY_CONFIRMED: 'good',
  REFUSED: 'bad',
  EXPIRED: 'warn',
  CERTIFIED: 'good',
  PART_PAID: 'accent',
  PAID: 'good',
  CLOSED: 'quiet',
  WITHDRAWN: 'quiet',
};

export const groups = {
  open: ['SUBMITTED', 'RECEIVED', 'QUERIED'],
  promised: ['CONFIRMED', 'PARTLY_CONFIRMED', 'CERTIFIED', 'PART_PAID'],
  paid: ['PAID', 'CLOSED'],
  ended: ['INVALID', 'REFUSED', 'EXPIRED', 'WITHDRAWN'],
} as const satisfies Readonly<Record<string, readonly InvoiceState[]>>;

export function isGroup(name: string | null): name is keyof typeof groups {
  return name !== null && name in groups;
}

export type InvoiceAct =
  | 'propose'
  | 'confirm'
  | 'return'
  | 'query'
  | 'refuse'
  | 'answer'
  | 'withdraw';

type Looked = Pick<InvoicePartsFragment, 'state' | 'seller' | 'buyer' | 'proposal'>;

/** The acts that this party, with these mandates, may take next; the first is the one to do. */
export function actsOffered(
  invoice: Looked,
  party: string,
  mayDo: (mandate: string) => boolean,
): readonly InvoiceAct[] {
  const open = invoice.proposal?.state === 'OPEN';
  const isSeller = invoice.seller.id === party;
  const isBuyer = invoice.buyer.id === party;
  const acts: InvoiceAct[] = [];
  if (isBuyer && invoice.state === 'RECEIVED' && open && mayDo('invoice.confirm')) {
    acts.push('confirm', 'return');
  }
  if (isBuyer && invoice.state === 'RECEIVED' && !open && mayDo('invoice.propose')) {
    acts.push('propose', 'query');
  }
  if (isBuyer && isAnswerable(invoice.state) && mayDo('invoice.confirm')) {
    acts.push('refuse');
  }
  if (isSeller && invoice.state === 'QUERIED' && mayDo('invoice.submit')) {
    acts.push('answer');
  }
  if (isSeller && isAnswerable(invoice.state) && mayDo('invoice.submit')) {
    acts.push('withdraw');
  }
  return acts;
}

function isAnswerable(state: InvoiceState): boolean {
  return state === 'RECEIVED' || state === 'QUERIED';
}
