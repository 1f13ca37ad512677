/**
 * The words of settlement: legs that are to be paid, and what banks say was paid.
 *
 * A leg is one payment that one party owes another. It moves only by bank lines; nobody sets it by
 * hand. Amounts are minor units of the row's currency. What a bank line brings is always applied or
 * unapplied, to the last unit.
 */
import type { BusinessDate } from '../kernel/time.ts';

export const legStates = [
  'SCHEDULED',
  'INSTRUCTED',
  'SENT',
  'PART_SETTLED',
  'SETTLED',
  'RETURNED',
  'FAILED',
] as const;
export type LegState = (typeof legStates)[number];

/**
 * FUNDING    the bank pays the holder the net of its quote
 * REPAYMENT  the buyer pays the holder of record at maturity
 * RESERVE    the bank pays out what it had kept back, when the buyer has paid all
 * REFUND     who was paid too much pays it back
 * RECOURSE   who is claimed on pays the claim
 */
export const legKinds = ['FUNDING', 'REPAYMENT', 'RESERVE', 'REFUND', 'RECOURSE'] as const;
export type LegKind = (typeof legKinds)[number];

export type LegRow = {
  readonly id: string;
  readonly version: number;
  readonly kind: LegKind;
  readonly state: LegState;
  readonly certificate: string;
  /** The financing that it belongs to, if any. */
  readonly request: string | null;
  readonly invoice: string;
  readonly programme: string;
  readonly payer: string;
  readonly payee: string;
  /** The payee's account; null while it has named none. */
  readonly payTo: string | null;
  readonly amountMinor: bigint;
  readonly settledMinor: bigint;
  readonly currency: string;
  readonly dueDate: BusinessDate;
  /** What the payer writes into the payment, so that it matches exactly. */
  readonly reference: string;
  /** The reference of the whole promise, shared by all its parts; null where it is no repayment. */
  readonly rootReference: string | null;
  readonly pendingAct: Uint8Array | null;
  readonly createdMs: bigint;
};

export const statementFormats = ['CAMT054', 'CAMT053', 'CSV'] as const;
export type StatementFormat = (typeof statementFormats)[number];

export type StatementRow = {
  readonly id: string;
  readonly version: number;
  readonly account: string;
  readonly owner: string;
  /** The organisation that brought it in: the account's owner or its bank. */
  readonly importer: string;
  readonly format: StatementFormat;
  readonly documentDigest: Uint8Array;
  readonly lineCount: number;
  readonly newLines: number;
  readonly knownLines: number;
  readonly createdMs: bigint;
};

export const lineStates = ['UNMATCHED', 'MATCHED', 'PARKED', 'DISMISSED'] as const;
export type LineState = (typeof lineStates)[number];

/** One booking of a bank, as its statement says. */
export type BankLine = {
  readonly bookingDate: BusinessDate;
  /** True when the account received the money. */
  readonly credit: boolean;
  readonly amountMinor: bigint;
  readonly currency: string;
  /** What the payer wrote. */
  readonly remittance: string;
  readonly counterparty: string;
  /** The bank's own name of the booking; with the account it is known once. */
  readonly bankReference: string;
  /** The payer's name of the payment, carried to the payee; null when not provided. */
  readonly endToEndId: string | null;
};

export type LineRow = BankLine & {
  readonly id: string;
  readonly version: number;
  readonly state: LineState;
  readonly statement: string;
  readonly account: string;
  readonly owner: string;
  readonly importer: string;
  /** account, colon, bank reference: the same booking is never counted twice. */
  readonly key: string;
  /** True when a bank says it, or who says it loses by it; see `isEvidence`. */
  readonly evidence: boolean;
  /** The legs that it names, in the order of their ids; the first stands in `leg`. */
  readonly legs: readonly string[];
  readonly leg: string | null;
  readonly appliedMinor: bigint;
  readonly unappliedMinor: bigint;
  /** References that two people of the owner put in the place of what the payer wrote. */
  readonly assigned: readonly string[];
  /** The line of the other account that shows the same payment. */
  readonly twin: string | null;
  /** Why it is parked. */
  readonly reason: string | null;
  readonly pendingAct: Uint8Array | null;
  readonly createdMs: bigint;
};

/** What one line has paid of one leg: the evidence of a settlement. */
export type PaymentRow = {
  readonly id: string;
  readonly version: number;
  readonly line: string;
  readonly leg: string;
  readonly appliedMinor: bigint;
  readonly currency: string;
  readonly createdMs: bigint;
};

/** Why a line pays nothing. */
export const parkReasons = [
  'REFERENCE_MISSING',
  'REFERENCE_UNKNOWN',
  'REFERENCES_MIXED',
  'DIRECTION_DIFFERS',
  'ACCOUNT_DIFFERS',
  'CURRENCY_DIFFERS',
  'AMOUNT_DIFFERS',
  'ALREADY_SETTLED',
  'SELF_DECLARED',
  'SAME_PAYMENT',
  'NOT_PAYABLE',
] as const;
export type ParkReason = (typeof parkReasons)[number];

export const assignmentStates = ['OPEN', 'CONFIRMED', 'RETURNED'] as const;
export type AssignmentState = (typeof assignmentStates)[number];

/** What one person says that a line of the queue pays; another one agrees or not. */
export type AssignmentRow = {
  readonly id: string;
  readonly version: number;
  readonly state: AssignmentState;
  readonly line: string;
  readonly owner: string;
  readonly legs: readonly string[];
  readonly reason: string;
  readonly returnedReason: string | null;
  /** The persons. */
  readonly proposedBy: string;
  readonly decidedBy: string | null;
  readonly createdMs: bigint;
};

export const instructionStates = [
  'PROPOSED',
  'APPROVED',
  'SENT',
  'DONE',
  'REJECTED',
  'CANCELLED',
] as const;
export type InstructionState = (typeof instructionStates)[number];

/** An account as a payment file names it, as it was when the file was proposed. */
export type NamedAccount = {
  readonly holderName: string;
  /** IBAN or OTHER. */
  readonly scheme: string;
  readonly identifier: string;
};

/** Payments of one account on one day, for its bank in one file. */
export type InstructionRow = NamedAccount & {
  readonly id: string;
  readonly version: number;
  readonly state: InstructionState;
  readonly account: string;
  /** Who pays: the owner of the account. */
  readonly owner: string;
  readonly executionDate: BusinessDate;
  readonly paymentCount: number;
  readonly controlSumMinor: bigint;
  readonly currency: string;
  /** SHA-256 of the file, which is written from this row and its payments alone. */
  readonly digest: Uint8Array;
  /** The person. */
  readonly proposedBy: string;
  /** The person. */
  readonly approvedBy: string | null;
  /** Why it was cancelled or rejected. */
  readonly reason: string | null;
  readonly createdMs: bigint;
};

/** One payment of a file, as it stands there. Its account is the payee's. */
export type InstructedPaymentRow = NamedAccount & {
  readonly id: string;
  readonly version: number;
  readonly instruction: string;
  readonly leg: string;
  /** Its place in the file, from 0. */
  readonly place: number;
  /** True while it may still be carried out; a leg has one such payment at most. */
  readonly live: boolean;
  readonly amountMinor: bigint;
  readonly currency: string;
  /** What the payee reads: the reference of the leg. */
  readonly reference: string;
  /** The reference; with a number from the second time on, so that each payment has its own. */
  readonly endToEndId: string;
  readonly createdMs: bigint;
};

/** The limits of this slice. */
export const settlementLimits = {
  /** Lines of one statement: the act carries each as one text. */
  linesMax: 256,
  /** Octets of a statement file. */
  statementBytesMax: 2_097_152,
  /** Legs that one line may pay; each is a reference of the act. */
  legsOfLineMax: 32,
  /** Payments of one file; each is a reference of the act. */
  paymentsOfFileMax: 32,
  /** Characters of a name in a payment file (ISO 20022 Max140Text). */
  nameCharactersMax: 140,
  /** Characters of a reason. */
  reasonCharactersMax: 500,
  /** Characters of what the payer wrote (ISO 20022 allows more lines than a payer can use). */
  remittanceCharactersMax: 1000,
  /** Characters of a name. */
  counterpartyCharactersMax: 200,
  /** Characters of a bank reference or an end-to-end id. */
  bankReferenceCharactersMax: 100,
} as const;
