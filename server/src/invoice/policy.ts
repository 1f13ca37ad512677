/**
 * Who may do what with an invoice. Pure.
 *
 * Seller and buyer have business with it; the programme's auditors see it and change nothing.
 * Everybody else does not learn that it exists. Mandates are checked by the pipeline.
 */
import type { Refusal } from '../kernel/decision.ts';
import type { InvoiceRow } from './model.ts';
import { texts } from './texts.ts';

export type Part = 'seller' | 'buyer' | 'auditor' | 'stranger';

export type InvoiceMove =
  | 'withdraw'
  | 'answer'
  | 'query'
  | 'review'
  | 'propose'
  | 'return'
  | 'confirm'
  | 'refuse';

const sellersMoves: ReadonlySet<InvoiceMove> = new Set(['withdraw', 'answer']);

/** What a party is to an invoice. */
export function partIn(
  invoice: Pick<InvoiceRow, 'seller' | 'buyer'>,
  party: string,
  auditors: readonly string[],
): Part {
  if (party === invoice.seller) return 'seller';
  if (party === invoice.buyer) return 'buyer';
  return auditors.includes(party) ? 'auditor' : 'stranger';
}

/** Null when this part may make the move. A stranger must have been turned away before. */
export function permit(move: InvoiceMove, part: Part): Refusal | null {
  if (sellersMoves.has(move)) return part === 'seller' ? null : texts.onlySeller();
  return part === 'buyer' ? null : texts.onlyBuyer();
}
