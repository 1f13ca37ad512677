/** Acts on a dispute: the buyer says what part of an invoice it does not stand by; both sides end it. */
import { kind } from '../kind.ts';

export const disputeKinds = [
  /** The buyer disputes a part of an invoice, or all of it that is open. */
  kind('dispute.raise', {
    invoice: 'id',
    amount: 'money',
    /** QUALITY, QUANTITY, PRICE, NOT_DELIVERED, NEVER_EXISTED, CARRIAGE or OTHER. */
    reasonCode: 'text',
    text: 'text',
    /** SHA-256 of a document that shows it. */
    documentDigest: 'bytes?',
  }),
  /** Either side says more, with or without a document. */
  kind('dispute.answer', { dispute: 'id', text: 'text', documentDigest: 'bytes?' }),
  /** The seller concedes the whole of the disputed amount. */
  kind('dispute.accept', { dispute: 'id', amount: 'money' }),
  /** The seller stands by its invoice. */
  kind('dispute.reject', { dispute: 'id', reason: 'text' }),
  /** One side offers an amount that the seller concedes; the same amount from the other side settles. */
  kind('dispute.settle', { dispute: 'id', amount: 'money' }),
  /** The buyer takes the dispute back, or waives what was conceded. */
  kind('dispute.close', { dispute: 'id', reason: 'text' }),
] as const;
