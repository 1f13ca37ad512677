/**
 * What an invoice's state means on a page: its colour, its group in the filter, and which acts the
 * viewer is offered. The server decides; an act that it would refuse anyway is not offered.
 *
 * Pure.
 */
import type { InvoicePartsFragment, InvoiceState, RiskClass } from '../lib/graphql/graphql.ts';
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

export const riskTones: Readonly<Record<RiskClass, Tone>> = {
  HIGH: 'bad',
  MEDIUM: 'warn',
  LOW: 'quiet',
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

/** A near match that keeps the buyer from promising until a person of the buyer has looked. */
export function waitsForReview({ state, riskClass, other }: NearMatch): boolean {
  const isOver = other !== null && other !== undefined && isIn(groups.ended, other.state);
  return state === 'OPEN' && riskClass !== 'LOW' && !isOver;
}

type NearMatch = InvoicePartsFragment['nearMatches'][number];

function isIn(states: readonly InvoiceState[], state: InvoiceState): boolean {
  return states.includes(state);
}

export type InvoiceAct =
  | 'review'
  | 'propose'
  | 'confirm'
  | 'return'
  | 'query'
  | 'refuse'
  | 'answer'
  | 'withdraw';

type Looked = Pick<InvoicePartsFragment, 'state' | 'seller' | 'buyer' | 'proposal' | 'nearMatches'>;

/** The acts that this party, with these mandates, may take next; the first is the one to do. */
export function actsOffered(
  invoice: Looked,
  party: string,
  mayDo: (mandate: string) => boolean,
): readonly InvoiceAct[] {
  const open = invoice.proposal?.state === 'OPEN';
  const isSeller = invoice.seller.id === party;
  const isBuyer = invoice.buyer.id === party;
  const isWatched = invoice.nearMatches.some(waitsForReview);
  const isDuplicate = invoice.nearMatches.some(({ state }) => state === 'DUPLICATE');
  const acts: InvoiceAct[] = [];
  if (isBuyer && isAnswerable(invoice.state) && isWatched && mayDo('invoice.propose')) {
    acts.push('review');
  }
  if (isBuyer && invoice.state === 'RECEIVED' && open && mayDo('invoice.confirm')) {
    acts.push('confirm', 'return');
  }
  if (isBuyer && invoice.state === 'RECEIVED' && !open && mayDo('invoice.propose')) {
    acts.push(...(isWatched || isDuplicate ? [] : ['propose' as const]), 'query');
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

type Disputed = Pick<InvoicePartsFragment, 'state' | 'buyer' | 'disputes'>;

export const disputeTones: Readonly<Record<Disputed['disputes'][number]['state'], Tone>> = {
  RAISED: 'warn',
  EVIDENCE: 'warn',
  REJECTED: 'bad',
  ACCEPTED: 'accent',
  SETTLED: 'accent',
  CLOSED: 'quiet',
};

/** The buyer may dispute what waits for it and what it owes. */
export function mayDispute({ state, buyer }: Pick<Disputed, 'state' | 'buyer'>, party: string) {
  return buyer.id === party && disputable.includes(state);
}

/** The seller may credit what is promised and not yet paid. */
export function mayCredit(
  { state, seller }: Pick<InvoicePartsFragment, 'state' | 'seller'>,
  party: string,
) {
  return seller.id === party && (state === 'CERTIFIED' || state === 'PART_PAID');
}

const disputable: readonly InvoiceState[] = [
  ...(['RECEIVED', 'QUERIED', 'CONFIRMED', 'PARTLY_CONFIRMED'] as const),
  ...(['CERTIFIED', 'PART_PAID'] as const),
];
