/**
 * The words of disputes: what the buyer disputes of an invoice, and how both sides end it.
 *
 * Rows are flat, as their table is; amounts are whole minor units in the invoice's currency.
 */
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

/** Characters of what one side says. */
export const textMax = 2_000;
/** Disputes of one invoice. */
export const disputesMax = 50;
