/**
 * What a request's state means on a page, and which acts the viewer is offered.
 *
 * Pure.
 */
import type { RequestPartsFragment, RequestState } from '../lib/graphql/graphql.ts';
import type { Tone } from '../ui/StateTag.tsx';

export const tones: Readonly<Record<RequestState, Tone>> = {
  OPEN: 'accent',
  CLOSED: 'warn',
  CLOSED_NO_BID: 'quiet',
  SELECTED: 'accent',
  RESERVED: 'accent',
  APPROVAL: 'accent',
  INSTRUCTED: 'accent',
  FUNDED: 'good',
  FUNDING_FAILED: 'bad',
  REPAYING: 'accent',
  REPAID: 'good',
  OVERDUE: 'bad',
  DEFAULTED: 'bad',
  RECOURSE_CALLED: 'bad',
  RECOURSE_PAID: 'warn',
  LOSS: 'bad',
  WITHDRAWN: 'quiet',
  EXPIRED: 'quiet',
  INELIGIBLE: 'bad',
};

export const groups = {
  open: ['OPEN', 'CLOSED'],
  running: ['SELECTED', 'RESERVED', 'APPROVAL', 'INSTRUCTED'],
  funded: ['FUNDED', 'REPAYING', 'REPAID'],
  late: ['OVERDUE', 'DEFAULTED', 'RECOURSE_CALLED', 'RECOURSE_PAID', 'LOSS'],
  ended: ['CLOSED_NO_BID', 'FUNDING_FAILED', 'WITHDRAWN', 'EXPIRED', 'INELIGIBLE'],
} as const satisfies Readonly<Record<string, readonly RequestState[]>>;

export function isGroup(name: string | null): name is keyof typeof groups {
  return name !== null && name in groups;
}

export type RequestAct =
  | 'quote'
  | 'withdraw'
  | 'propose'
  | 'approve'
  | 'return'
  | 'decline'
  | 'recourse'
  | 'write-off';

type Looked = Pick<RequestPartsFragment, 'state' | 'quotes' | 'chosen' | 'proposal' | 'holder'>;

/** The bank's quote in the request, where it may still stand. */
export function ownQuote({ quotes }: Pick<Looked, 'quotes'>, party: string) {
  return quotes.find(({ bank, state }) => bank.id === party && state !== 'WITHDRAWN');
}

/** The acts of a bank on a request; the holder chooses in the ranking itself. */
export function actsOffered(
  request: Looked,
  party: string,
  mayDo: (mandate: string) => boolean,
): readonly RequestAct[] {
  const { state, chosen, proposal, holder } = request;
  if (holder.id === party) {
    return [];
  }
  if (state === 'OPEN') {
    if (!mayDo('quote.submit')) {
      return [];
    }
    return ownQuote(request, party) === undefined ? ['quote'] : ['withdraw'];
  }
  if (chosen?.bank.id !== party) {
    return [];
  }
  if (proposal?.state === 'OPEN') {
    return mayDo('finance.approve') ? ['approve', 'return'] : [];
  }
  if (state === 'INSTRUCTED') {
    return mayDo('finance.approve') ? ['decline'] : [];
  }
  if (state === 'DEFAULTED' || state === 'RECOURSE_CALLED' || state === 'RECOURSE_PAID') {
    const recourse = mayDo('recourse.call') && state !== 'RECOURSE_PAID';
    return [
      ...(recourse ? (['recourse'] as const) : []),
      ...(mayDo('asset.writeoff') ? (['write-off'] as const) : []),
    ];
  }
  const mayPropose = state === 'SELECTED' || state === 'RESERVED';
  return mayPropose && mayDo('finance.propose') ? ['propose'] : [];
}
