/**
 * The words of competing finance: limits, requests, sealed quotes, choice, four eyes at the bank.
 *
 * Amounts are minor units of the request's currency; rates and shares are millionths (6.85 % is
 * 68500). A quote is firm until its last day; its price is counted from the day it is chosen.
 */
import type { GraceRule } from '../../../chain/src/calc/after.ts';
import type { DayCount } from '../../../chain/src/calc/days.ts';
import type { DiscountMethod } from '../../../chain/src/calc/price.ts';
import type { Act, Reader } from '../kernel/act.ts';
import type { Change } from '../kernel/change.ts';
import type { BusinessDate } from '../kernel/time.ts';
import type { Addition, CertificateRow, Recourse } from '../receivable/model.ts';

export const requestStates = [
  'OPEN',
  'CLOSED',
  'CLOSED_NO_BID',
  'SELECTED',
  'RESERVED',
  'APPROVAL',
  'INSTRUCTED',
  'FUNDED',
  'FUNDING_FAILED',
  'REPAYING',
  'REPAID',
  'OVERDUE',
  'DEFAULTED',
  'RECOURSE_CALLED',
  'RECOURSE_PAID',
  'LOSS',
  'WITHDRAWN',
  'EXPIRED',
  'INELIGIBLE',
] as const;
export type RequestState = (typeof requestStates)[number];

/** States in which a request stands in the way of another one for the same certificate. */
export const liveRequestStates: ReadonlySet<RequestState> = new Set([
  'OPEN',
  'CLOSED',
  'SELECTED',
  'RESERVED',
  'APPROVAL',
  'INSTRUCTED',
  'FUNDED',
  'REPAYING',
  'OVERDUE',
  'DEFAULTED',
  'RECOURSE_CALLED',
  'RECOURSE_PAID',
]);

export const quoteStates = [
  'COMMITTED',
  'REVEALED',
  'SELECTED',
  'LOST',
  'EXPIRED',
  'WITHDRAWN',
] as const;
export type QuoteState = (typeof quoteStates)[number];

/** What a limit is about: all that the bank has out, or what it has out on one of these. */
export const limitDimensions = ['TOTAL', 'BUYER', 'SUPPLIER', 'PAIR', 'PROGRAMME'] as const;
export type LimitDimension = (typeof limitDimensions)[number];

/** Whom or what a limit is about; null where its dimension does not speak of it. */
export type LimitSubject = {
  readonly dimension: LimitDimension;
  readonly buyer: string | null;
  readonly supplier: string | null;
  readonly programme: string | null;
};

type LimitTerms = LimitSubject & {
  readonly bank: string;
  readonly currency: string;
  readonly sanctionedMinor: bigint;
  /** On top of what is sanctioned, up to and including a day; zero without one. */
  readonly adhocMinor: bigint;
  readonly adhocToDate: BusinessDate | null;
  readonly validToDate: BusinessDate;
};

export type LimitRow = LimitTerms & {
  readonly id: string;
  readonly version: number;
  readonly createdMs: bigint;
};

/** OPEN until another person approves it; VOID when a newer one took its place. */
export type LimitProposalState = 'OPEN' | 'APPROVED' | 'VOID';

export type LimitProposalRow = LimitTerms & {
  readonly id: string;
  readonly version: number;
  readonly state: LimitProposalState;
  readonly proposedBy: string;
  readonly createdMs: bigint;
};

type ExposureState = 'BLOCKED' | 'UTILISED' | 'RELEASED';

/**
 * What one financing takes of a limit. One row a financing and limit, touched by that financing's acts
 * only, so that acts which wait for the chain never wait for each other.
 */
export type ExposureRow = {
  readonly id: string;
  readonly version: number;
  readonly state: ExposureState;
  readonly creditLimit: string;
  /** The limit's id while anything is taken, then null: sums read only what is open. */
  readonly openLimit: string | null;
  readonly request: string;
  readonly bank: string;
  readonly amountMinor: bigint;
  /** The last day on which what is blocked stays so before the bank has approved. */
  readonly blockedToDate: BusinessDate | null;
  readonly createdMs: bigint;
};

export type RequestRow = {
  readonly id: string;
  readonly version: number;
  readonly state: RequestState;
  readonly certificate: string;
  readonly invoice: string;
  readonly programme: string;
  readonly holder: string;
  readonly issuer: string;
  readonly faceMinor: bigint;
  readonly currency: string;
  /** The business day on which the buyer pays; the discount is counted to it. */
  readonly payableDate: BusinessDate;
  /** The holder's account that is paid. */
  readonly payTo: string;
  readonly invited: readonly string[];
  readonly closesAtMs: bigint;
  /** Quotes that are sealed in it, or were when it closed. */
  readonly quoteCount: number;
  readonly chosen: string | null;
  readonly bank: string | null;
  /** The day from which the chosen price is counted, and that price. */
  readonly valueDate: BusinessDate | null;
  readonly netMinor: bigint | null;
  /** What the bank's limit on the buyer gave for it; other limits have rows of their own. */
  readonly exposure: string | null;
  readonly proposal: string | null;
  /** The last business day on which an instructed payment may arrive. */
  readonly fundByDate: BusinessDate | null;
  /** Why it was not paid: the bank's words, or `notPaidInTime`. */
  readonly failReason: string | null;
  /** The failed request whose remaining quotes this one offers to the holder. */
  readonly follows: string | null;
  readonly pendingAct: Uint8Array | null;
  readonly createdMs: bigint;
};

export type QuoteRow = {
  readonly id: string;
  readonly version: number;
  readonly state: QuoteState;
  readonly request: string;
  readonly bank: string;
  readonly currency: string;
  readonly rateMicros: bigint;
  readonly method: DiscountMethod;
  readonly dayCount: DayCount;
  readonly advanceMicros: bigint;
  readonly feeFlatMinor: bigint;
  readonly feeMicros: bigint;
  readonly feeMinMinor: bigint;
  readonly recourse: Recourse;
  /** Millionths a year on top of the rate, for what is open after maturity. */
  readonly penaltyMicros: bigint;
  readonly graceRule: GraceRule;
  /** LIMITED recourse: from so many days after maturity, for so many millionths of the advance. */
  readonly recourseDays: number | null;
  readonly recourseMicros: bigint | null;
  /** The last business day on which it may be chosen and approved. */
  readonly validToDate: BusinessDate;
  /** 1 is the most net cash at the close; null before, and for a quote that was not ranked. */
  readonly rank: number | null;
  /** The act that committed it: its commitment on the chain, opened with the quote. */
  readonly act: Uint8Array;
  readonly createdMs: bigint;
};

export type FundingProposalState = 'OPEN' | 'CONFIRMED' | 'RETURNED' | 'VOID';

export type FundingProposalRow = {
  readonly id: string;
  readonly version: number;
  readonly state: FundingProposalState;
  readonly request: string;
  readonly quote: string;
  readonly bank: string;
  readonly netMinor: bigint;
  readonly currency: string;
  /** The person who proposed; another one must approve. */
  readonly proposedBy: string;
  /** Why it was returned. */
  readonly reason: string | null;
  readonly createdMs: bigint;
};

/** What every guard saw when the payment was approved. Never changes. */
export type FundingSnapshotRow = {
  readonly id: string;
  readonly version: number;
  readonly request: string;
  readonly certificate: string;
  readonly invoice: string;
  readonly proposal: string;
  readonly quote: string;
  readonly bank: string;
  /** Labels of the policy packs that held. */
  readonly policies: readonly string[];
  readonly calculator: string;
  /** The rules in the order in which they were looked at; what each saw and needs, in the same order. */
  readonly rules: readonly string[];
  readonly seen: readonly string[];
  readonly expected: readonly string[];
  readonly takenDate: BusinessDate;
  /** The act that approved. */
  readonly act: Uint8Array;
  readonly createdMs: bigint;
};

/** What settlement must know to expect the bank's payment. */
export type FundingInput = {
  readonly act: Act;
  /** As it stands after the act: INSTRUCTED. */
  readonly request: RequestRow;
  readonly quote: QuoteRow;
  readonly certificate: CertificateRow;
  readonly payer: string;
  readonly payee: string;
  readonly payTo: string;
  readonly netMinor: bigint;
  readonly dueDate: BusinessDate;
  readonly auditors: readonly string[];
};

/** Settlement's part of `finance.approve` and of its failure, handed in where the parts are joined. */
export type FundingLegs = {
  readonly funding: (input: FundingInput) => Addition;
  /** The payment that was instructed for the request will not come. */
  readonly failed: (reader: Reader, request: string) => Promise<readonly Change[]>;
};

/** The reason of a payment that did not come by its last day. */
export const notPaidInTime = 'NOT_PAID_IN_TIME';

/** One guard, looked at: what was seen and what is needed. */
export type Check = {
  readonly rule: string;
  readonly ok: boolean;
  readonly message: string;
  readonly seen: string;
  readonly expected: string;
};

/** The limits of this slice. */
export const financingLimits = {
  /** Banks that one request invites. */
  invitedMax: 50,
  /** Milliseconds from asking to the close of the window: 30 days. */
  windowMsMax: 2_592_000_000n,
  /** Business days of the programme for which limits stay blocked for a chosen quote. */
  blockDays: 5,
  /** Business days of the programme that a bank has to pay after its approval. */
  fundDays: 2,
  /** Millionths a year: 100 %. Beyond it a rate is a slip of the decimal point. */
  rateMicrosMax: 1_000_000n,
  /** Millionths of the face that may be charged as fee: 20 %. */
  feeMicrosMax: 200_000n,
  /** Calendar days after maturity from which LIMITED recourse may begin. */
  recourseDaysMax: 365n,
  /** Characters of a reason. */
  reasonCharactersMax: 500,
} as const;
