/**
 * The words of the invoice slice: states, rows, what a file says, what the checks found.
 *
 * Rows are flat, as their tables are; amounts are whole minor units beside their currency.
 */
import type { Calendar } from '../kernel/calendar.ts';
import type { Money } from '../kernel/money.ts';
import type { BusinessDate, Moment } from '../kernel/time.ts';
import type { ProgrammeRow } from '../party/model.ts';

export const invoiceStates = [
  'SUBMITTED',
  'INVALID',
  'RECEIVED',
  'QUERIED',
  'CONFIRMED',
  'PARTLY_CONFIRMED',
  'REFUSED',
  'EXPIRED',
  'CERTIFIED',
  'PART_PAID',
  'PAID',
  'CLOSED',
  'WITHDRAWN',
] as const;
export type InvoiceState = (typeof invoiceStates)[number];

/** States in which the invoice came to nothing: the same invoice may be submitted again. */
export const endedStates: readonly InvoiceState[] = ['INVALID', 'REFUSED', 'EXPIRED', 'WITHDRAWN'];

/** States from the buyer's promise on: nothing takes it back. */
export const promisedStates: readonly InvoiceState[] = [
  'CONFIRMED',
  'PARTLY_CONFIRMED',
  'CERTIFIED',
  'PART_PAID',
  'PAID',
  'CLOSED',
];

export type InvoiceRow = {
  readonly id: string;
  readonly version: number;
  readonly state: InvoiceState;
  readonly programme: string;
  readonly seller: string;
  readonly buyer: string;
  readonly document: string;
  readonly documentDigest: Uint8Array;
  readonly format: string;
  readonly number: string;
  readonly typeCode: string;
  readonly issueDate: BusinessDate;
  readonly statedDueDate: BusinessDate | null;
  readonly payableMinor: bigint;
  readonly currency: string;
  readonly orderReference: string | null;
  readonly canonical: string;
  readonly confirmByDate: BusinessDate;
  readonly pausedSinceDate: BusinessDate | null;
  readonly approvedMinor: bigint | null;
  readonly dueDate: BusinessDate | null;
  readonly approvedReason: string | null;
  readonly confirmedBy: string | null;
  readonly refusalReason: string | null;
  readonly question: string | null;
  readonly answer: string | null;
  readonly paidMinor: bigint;
  /** What the buyer disputes: of what may be promised, and after the promise of what was promised. */
  readonly disputedMinor: bigint;
  /** What credit notes took off the promise: no more owed, though it was promised. */
  readonly creditedMinor: bigint;
  /** Who owes whom in what, while anything of the promise is owed; see `pairOf`. Else null. */
  readonly openPair: string | null;
  readonly pendingAct: Uint8Array | null;
  readonly createdMs: Moment;
};

/** Programme, seller, buyer and currency: what a credit note at large counts against. */
export function pairOf(
  of: Pick<InvoiceRow, 'programme' | 'seller' | 'buyer' | 'currency'>,
): string {
  return [of.programme, of.seller, of.buyer, of.currency].join(':');
}

export const proposalStates = ['OPEN', 'CONFIRMED', 'RETURNED', 'VOID'] as const;
export type ProposalState = (typeof proposalStates)[number];

export type ProposalRow = {
  readonly id: string;
  readonly version: number;
  readonly invoice: string;
  readonly state: ProposalState;
  readonly approvedMinor: bigint;
  readonly currency: string;
  readonly dueDate: BusinessDate;
  readonly reason: string | null;
  readonly proposedBy: string;
  readonly returnedReason: string | null;
  readonly createdMs: Moment;
};

export const matchRules = [
  'NUMBER_LETTER',
  'AMOUNT_AND_ORDER',
  'NUMBER_PART',
  'AMOUNT_AND_WEEK',
  'AMOUNT_CLOSE',
  'AMOUNT',
] as const;
export type MatchRule = (typeof matchRules)[number];

/** HIGH and MEDIUM wait for a person of the buyer; LOW is shown. The first is the worst. */
export const riskClasses = ['HIGH', 'MEDIUM', 'LOW'] as const;
export type RiskClass = (typeof riskClasses)[number];

export const matchStates = ['OPEN', 'CLEARED', 'DUPLICATE'] as const;
export type MatchState = (typeof matchStates)[number];

/** An invoice that looks like an earlier one; see near.ts. */
export type NearMatchRow = {
  readonly id: string;
  readonly version: number;
  /** The later one, which waits. */
  readonly invoice: string;
  readonly other: string;
  readonly rule: MatchRule;
  readonly riskClass: RiskClass;
  readonly state: MatchState;
  /** The person of the buyer who judged it. */
  readonly reviewedBy: string | null;
  readonly reason: string | null;
  readonly createdMs: Moment;
};

/** The newest invoices that share a trait, the newest last; the id is a hash (near.ts). */
export type NearKeyRow = {
  readonly id: string;
  readonly version: number;
  readonly invoices: readonly string[];
};

/** The terms of a programme that bind an invoice in it; `confirmDays` are business days of its calendars. */
export type Terms = Pick<
  ProgrammeRow,
  'currency' | 'minTenorDays' | 'maxTenorDays' | 'confirmDays'
> & { readonly isOpen: Calendar };

/** What the buyer promises: an amount on a day, with the reason where it is less than billed. */
export type Undertaking = {
  readonly approved: Money;
  readonly dueDate: BusinessDate;
  readonly reason: string | null;
};

/** The words under which the buyer's approver signs. A confirmation with other words is refused. */
export const confirmationStatement =
  'We promise, irrevocably and unconditionally, to pay the approved amount in full on the due date ' +
  'to whoever then holds the receivable of record, without set-off or counterclaim.';

/** The one format that is read today. */
export const ublInvoiceFormat = 'UBL 2.1 Invoice';

/** An organisation as a file names it. */
export type ParsedParty = {
  readonly name: string;
  /** Its registered ids, the best first; empty where the file has none. */
  readonly registrations: readonly Registration[];
  /** ISO 3166-1 alpha-2. */
  readonly country: string | null;
};

export type Registration = {
  /** VAT, LEI, GLN, USCC, an ISO 6523 code such as 0007, or REG-NL for a national register not named. */
  readonly scheme: string;
  readonly number: string;
};

export type ParsedLine = {
  readonly id: string;
  readonly description: string;
  /** '10 EA' */
  readonly quantity: string;
  readonly net: Money;
};

/** An invoice as its file states it, every part of it valid in form. */
export type ParsedInvoice = {
  readonly format: string;
  readonly number: string;
  /** UNTDID 1001: 380 for a commercial invoice. */
  readonly typeCode: string;
  readonly issueDate: BusinessDate;
  readonly dueDate: BusinessDate | null;
  readonly seller: ParsedParty;
  readonly buyer: ParsedParty;
  /** Who is to be paid, where that is not the seller. */
  readonly payeeName: string | null;
  readonly currency: string;
  readonly net: Money;
  readonly tax: Money;
  readonly gross: Money;
  readonly prepaid: Money | null;
  readonly rounding: Money | null;
  readonly payable: Money;
  readonly orderReference: string | null;
  readonly lineCount: number;
  /** The first lines, at most `linesShownMax`. */
  readonly lines: readonly ParsedLine[];
};

export type Severity = 'ERROR' | 'WARNING';

/** One thing that a check saw. An ERROR stops the submission; a WARNING is shown and passes. */
export type Finding = {
  readonly severity: Severity;
  /** The rule's name: EN 16931's own where it has one (BR-CO-16), else ours. */
  readonly rule: string;
  /** Where in the file: '/Invoice/cac:LegalMonetaryTotal/cbc:PayableAmount'. Empty for the whole. */
  readonly path: string;
  readonly message: string;
  readonly seen: string;
  readonly expected: string;
};

/** What became of a file: read into findings and, where its form allows, an invoice. */
export type Reading = {
  readonly kind: 'read';
  readonly parsed: ParsedInvoice | null;
  readonly findings: readonly Finding[];
};

/** A file that was read and checked, not yet submitted; its owner's private note. */
export type Draft = {
  readonly id: string;
  readonly owner: string;
  readonly person: string;
  readonly uploadKey: string;
  readonly document: string;
  readonly digest: Uint8Array;
  readonly programme: string | null;
  readonly parsed: ParsedInvoice | null;
  readonly findings: readonly Finding[];
  readonly createdMs: Moment;
};

/** Limits of what is read, shown and written, each against a file or a text made to hurt. */
export const fileBytesMax = 20 * 1024 * 1024;
export const elementsMax = 200_000;
export const linesShownMax = 500;
export const findingsMax = 100;
export const textMax = 2_000;
export const numberCharsMax = 100;
export const nameCharsMax = 300;
/** Invoices kept under one trait, and matches kept of one invoice, the worst and newest first. */
export const nearKeptMax = 16;
export const nearMatchesMax = 8;
