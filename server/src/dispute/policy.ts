/**
 * Who may do what with a dispute. Pure.
 *
 * Seller and buyer of the invoice talk; the programme's auditors see it and change nothing. Everybody
 * else does not learn that it exists. Mandates are checked by the pipeline.
 */
import type { Refusal } from '../kernel/decision.ts';
import { texts } from './texts.ts';

export type Side = 'seller' | 'buyer' | 'auditor' | 'stranger';

export type DisputeMove = 'raise' | 'answer' | 'accept' | 'reject' | 'settle' | 'close';

/** What a party is to an invoice and its disputes. */
export function sideOf(
  { seller, buyer }: { readonly seller: string; readonly buyer: string },
  party: string,
  auditors: readonly string[],
): Side {
  if (party === seller) return 'seller';
  if (party === buyer) return 'buyer';
  return auditors.includes(party) ? 'auditor' : 'stranger';
}

/** Null when this side may make the move. A stranger must have been turned away before. */
export function permit(move: DisputeMove, side: Side): Refusal | null {
  switch (move) {
    case 'raise':
    case 'close':
      return side === 'buyer' ? null : texts.onlyBuyer();
    case 'accept':
    case 'reject':
      return side === 'seller' ? null : texts.onlySeller();
    case 'answer':
    case 'settle':
      return side === 'seller' || side === 'buyer' ? null : texts.onlySides();
  }
}
