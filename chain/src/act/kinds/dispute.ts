/**
 * Acts on a dispute: the buyer says what part of an invoice it does not stand by; both sides end it.
 * And acts on a credit note, by which the seller owes back, or is owed less.
 */
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
  /**
   * The seller takes back a part of what it billed: of one invoice, or at large. Its fingerprint is
   * reserved; the chain decides who was first.
   */
  kind(
    'credit.issue',
    {
      programme: 'id',
      seller: 'id',
      buyer: 'id',
      /** The one invoice that it is about; null where it is about none in particular. */
      invoice: 'id?',
      /** The dispute that it settles. */
      dispute: 'id?',
      number: 'text',
      issueDate: 'date',
      amount: 'money',
      reason: 'text',
      /** SHA-256 of its document. */
      documentDigest: 'bytes?',
    },
    {
      contested: true,
      effects: ({ facts }) =>
        facts.fingerprint === undefined
          ? {}
          : { fingerprints: [{ op: 'reserve', token: facts.fingerprint }] },
    },
  ),
  /** The buyer takes the credit note to its books. */
  kind('credit.acknowledge', { creditNote: 'id', amount: 'money' }),
  /** The credit note lessens what one invoice owes; what others hold of it, the seller owes back. */
  kind('credit.apply', { creditNote: 'id', invoice: 'id', amount: 'money' }, { automatic: true }),
] as const;
