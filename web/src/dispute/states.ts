/** What may be done with a dispute, and how its state is shown. Pure. */
import type { DisputePartsFragment } from '../lib/graphql/graphql.ts';
import type { Tone } from '../ui/StateTag.tsx';

export const tones: Readonly<Record<DisputePartsFragment['state'], Tone>> = {
  RAISED: 'warn',
  EVIDENCE: 'warn',
  REJECTED: 'bad',
  ACCEPTED: 'accent',
  SETTLED: 'accent',
  CLOSED: 'quiet',
};

export type DisputeAct = 'answer' | 'accept' | 'reject' | 'settle' | 'close';

type Looked = Pick<DisputePartsFragment, 'state' | 'invoice'>;

/** The acts that this viewer is offered, the likeliest first. The server decides again. */
export function actsOffered(
  { state, invoice }: Looked,
  party: string,
  hasMandate: boolean,
): readonly DisputeAct[] {
  if (!hasMandate || invoice === null || invoice === undefined) return [];
  const isOpen = state === 'RAISED' || state === 'EVIDENCE' || state === 'REJECTED';
  if (party === invoice.seller.id && isOpen) {
    return state === 'REJECTED'
      ? ['answer', 'settle', 'accept']
      : ['answer', 'settle', 'accept', 'reject'];
  }
  if (party !== invoice.buyer.id || state === 'CLOSED') return [];
  return isOpen ? ['answer', 'settle', 'close'] : ['close'];
}
