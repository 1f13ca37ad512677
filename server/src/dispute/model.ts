/**
 * The words of disputes: what the buyer disputes of an invoice, and how both sides end it; and of credit
 * notes, by which the seller takes back what it billed.
 *
 * Rows are flat, as their table is; amounts are whole minor units in the invoice's currency.
 */
import type { InvoiceRow } from '../invoice/model.ts';
import type { Act, Reader } from '../kernel/act.ts';
import type { Change, Grant } from '../kernel/change.ts';
import type { Refusal } from '../kernel/decision.ts';
import type { BusinessDate, Moment } from '../kernel/time.ts';

export const disputeStates = [
  'RAISED',
  'EVIDENCE',
  'REJECTED',
  'ACCEPTED',
  'SETTLED',
  'CLOSED',
] as const;
export type DisputeState = (typeof disputeStates)[number];

/** States in which both sides still talk. */
export const openStates: readonly DisputeState[] = ['RAISED', 'EVIDENCE', 'REJECTED'];

export const disputeReasons = [
  'QUALITY',
  'QUANTITY',
  'PRICE',
  'NOT_DELIVERED',
  'NEVER_EXISTED',
  'CARRIAGE',
  'OTHER',
] as const;
export type DisputeReason = (typeof disputeReasons)[number];

export type DisputeRow = {
  readonly id: string;
  readonly version: number;
  readonly state: DisputeState;
  readonly invoice: string;
  readonly programme: string;
  readonly seller: string;
  readonly buyer: string;
  readonly amountMinor: bigint;
  readonly currency: string;
  readonly reasonCode: DisputeReason;
  /** True where it was raised after the promise, and so is about what was promised. */
  readonly ofPromise: boolean;
  /** The buyer's newest words, and the digest of the document beside them. */
  readonly claim: string;
  readonly claimDigest: Uint8Array | null;
  /** The seller's newest words, its reason when it rejects. */
  readonly answer: string | null;
  readonly answerDigest: Uint8Array | null;
  /** What one side would settle at, and which. */
  readonly offeredMinor: bigint | null;
  readonly offeredBy: string | null;
  /** What the seller concedes, once it accepted or both settled. */
  readonly settledMinor: bigint | null;
  readonly closedReason: string | null;
  /** The person of the buyer. */
  readonly raisedBy: string;
  readonly raisedDate: BusinessDate;
  readonly createdMs: Moment;
};

export const creditNoteStates = ['ISSUED', 'ACKNOWLEDGED', 'APPLIED', 'INVALID'] as const;
export type CreditNoteState = (typeof creditNoteStates)[number];

export type CreditNoteRow = {
  readonly id: string;
  readonly version: number;
  readonly state: CreditNoteState;
  readonly programme: string;
  readonly seller: string;
  readonly buyer: string;
  readonly number: string;
  readonly issueDate: BusinessDate;
  readonly amountMinor: bigint;
  readonly currency: string;
  /** What of it was taken from invoices so far. */
  readonly appliedMinor: bigint;
  /** The one invoice that it is about; null for one at large. */
  readonly invoice: string | null;
  readonly dispute: string | null;
  readonly reason: string;
  readonly documentDigest: Uint8Array | null;
  readonly canonical: string;
  /** As of an invoice (`pairOf`), while anything of it is not yet applied. */
  readonly openPair: string | null;
  /** The persons of the seller and of the buyer. */
  readonly issuedBy: string;
  readonly acknowledgedBy: string | null;
  readonly pendingAct: Uint8Array | null;
  readonly createdMs: Moment;
};

/** What of a credit note was taken from one invoice. */
export type CreditApplicationRow = {
  readonly id: string;
  readonly version: number;
  readonly creditNote: string;
  readonly invoice: string;
  readonly amountMinor: bigint;
  /** Of that, what others hold and the buyer goes on owing; the seller owes it back to the buyer. */
  readonly owedBackMinor: bigint;
  readonly currency: string;
  readonly appliedDate: BusinessDate;
  readonly createdMs: Moment;
};

/** What a credit does to the certificates of an invoice and to what is paid on them. */
export type Lessened = {
  readonly changes: readonly Change[];
  readonly grants: readonly Grant[];
  readonly owedBackMinor: bigint;
};

/** The part of `credit.apply` that the slices to the right decide, handed in where the parts are joined. */
export type CreditEffects = {
  readonly lessen: (
    reader: Reader,
    act: Act,
    invoice: InvoiceRow,
    amountMinor: bigint,
  ) => Promise<Lessened | Refusal>;
};

/** Characters of the number and of the reason of a credit note. */
export const numberMax = 100;
export const reasonMax = 2_000;
/** Credit notes of one invoice. */
export const creditNotesMax = 50;
/** Characters of what one side says. */
export const textMax = 2_000;
/** Disputes of one invoice. */
export const disputesMax = 50;
