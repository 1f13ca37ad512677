/**
 * The words of what happens after the money was paid out: what a bank is still owed, what a receipt
 * was used for, who is claimed on, what is provided for and given up.
 *
 * Amounts are minor units of the row's currency; rates and shares are millionths; days are calendar
 * days after the business day of maturity.
 */

import { type GraceRule, grounds, type LadderStep } from '../../../chain/src/calc/after.ts';
import type { DayCount } from '../../../chain/src/calc/days.ts';
import type { Act } from '../kernel/act.ts';
import type { BusinessDate } from '../kernel/time.ts';
import type { Addition, CertificateRow, Recourse } from '../receivable/model.ts';

/** What one financing owes the bank, from the moment it was paid out. One row a financing. */
export type AdvanceRow = {
  readonly id: string;
  readonly version: number;
  readonly request: string;
  readonly certificate: string;
  readonly programme: string;
  readonly bank: string;
  /** Who sold to the bank, and where it is paid. */
  readonly seller: string;
  readonly payTo: string;
  readonly currency: string;
  readonly faceMinor: bigint;
  /** The part of the face that was paid out, before interest and fees. */
  readonly advanceMinor: bigint;
  readonly rateMicros: bigint;
  readonly penaltyMicros: bigint;
  readonly dayCount: DayCount;
  readonly graceDays: number;
  readonly graceRule: GraceRule;
  readonly recourse: Recourse;
  /** What LIMITED recourse is limited to; null for every other. */
  readonly recourseDays: number | null;
  readonly recourseMicros: bigint | null;
  /** The business day on which the buyer pays. */
  readonly dueDate: BusinessDate;
  /** Until when interest for late payment has been booked; the due date while none has. */
  readonly interestDate: BusinessDate;
  /** All that was booked, and what of it is open. */
  readonly feeMinor: bigint;
  readonly feeOpenMinor: bigint;
  readonly overdueMinor: bigint;
  readonly overdueOpenMinor: bigint;
  readonly principalOpenMinor: bigint;
  /** What the buyer no longer owes of the face: credit notes, upheld disputes. */
  readonly dilutionMinor: bigint;
  /** What nobody pays: neither the reserve nor the seller answers for it. */
  readonly lossMinor: bigint;
  /** The last step of the ladder that was provided for, in days; 0 for none. */
  readonly providedDays: number;
  /** What the bank has given up; what is recovered later does not lower it. */
  readonly writtenOffMinor: bigint;
  readonly createdMs: bigint;
};

/** What one receipt was used for. Never changes; the parts sum to the receipt. */
export type AllocationRow = {
  readonly id: string;
  readonly version: number;
  readonly request: string;
  /** The leg that was paid, and the bank line that paid it. */
  readonly leg: string;
  readonly line: string;
  readonly paidDate: BusinessDate;
  readonly sequence: string;
  readonly receiptMinor: bigint;
  readonly feeMinor: bigint;
  readonly overdueMinor: bigint;
  readonly principalMinor: bigint;
  /** What is over: the bank owes it to the seller. */
  readonly excessMinor: bigint;
  /** What is open after it, of all three. */
  readonly openMinor: bigint;
  readonly currency: string;
  /** It came after default or write-off. */
  readonly isRecovery: boolean;
  readonly createdMs: bigint;
};

/**
 * The four of the recourse table, and three more:
 *
 * LATE        interest for late payment that the reserve did not cover, under FULL recourse
 * MISDIRECTED paid to somebody who was not owed any more
 * REVERSED    paid out on a payment that the bank took back
 */
export const claimGrounds = [...grounds, 'LATE', 'MISDIRECTED', 'REVERSED'] as const;
export type ClaimGround = (typeof claimGrounds)[number];

export const claimStates = ['OPEN', 'PART_PAID', 'PAID', 'VOID'] as const;
/** VOID: what was claimed came from somebody else before it was paid. */
export type ClaimState = (typeof claimStates)[number];

/** Money that one party owes another because something went wrong. */
export type ClaimRow = {
  readonly id: string;
  readonly version: number;
  readonly state: ClaimState;
  readonly ground: ClaimGround;
  readonly debtor: string;
  readonly creditor: string;
  readonly certificate: string;
  /** The financing that it comes from, if any. */
  readonly request: string | null;
  readonly amountMinor: bigint;
  readonly paidMinor: bigint;
  readonly currency: string;
  readonly dueDate: BusinessDate;
  readonly reason: string;
  /** The payment that settles it. */
  readonly leg: string;
  readonly createdMs: bigint;
};

/** What settlement must know to claim: it makes the claim and the leg that pays it. */
export type ClaimInput = {
  readonly act: Pick<Act, 'id' | 'at'>;
  /** The how-manieth claim of the act, and the how-manieth leg. */
  readonly order: number;
  readonly legOrder: number;
  readonly certificate: Pick<CertificateRow, 'id' | 'invoice' | 'programme' | 'currency'>;
  readonly request: string | null;
  readonly ground: ClaimGround;
  readonly debtor: string;
  readonly creditor: string;
  readonly payTo: string | null;
  readonly amountMinor: bigint;
  readonly dueDate: BusinessDate;
  readonly reason: string;
  readonly auditors: readonly string[];
};

/** Settlement's part of a claim, handed in where the parts are joined. */
export type ClaimLegs = { readonly claim: (input: ClaimInput) => Addition };

/** A step of the ladder that was reached: what is open is carried at less. */
export type ProvisionRow = {
  readonly id: string;
  readonly version: number;
  readonly request: string;
  readonly bank: string;
  /** Days after maturity. */
  readonly days: number;
  readonly openMinor: bigint;
  readonly providedMinor: bigint;
  readonly carryingMinor: bigint;
  readonly currency: string;
  readonly createdMs: bigint;
};

export const writeOffStates = ['OPEN', 'CONFIRMED', 'VOID'] as const;
export type WriteOffState = (typeof writeOffStates)[number];

/** One person's proposal to give up what is open; another one approves. VOID: a later one took its place. */
export type WriteOffRow = {
  readonly id: string;
  readonly version: number;
  readonly state: WriteOffState;
  readonly request: string;
  readonly bank: string;
  readonly amountMinor: bigint;
  readonly currency: string;
  readonly reason: string;
  readonly proposedBy: string;
  readonly createdMs: bigint;
};

/** The limits of this slice. */
export const recoveryLimits = {
  /** Characters of a reason. */
  reasonCharactersMax: 500,
} as const;

/** What is open after maturity is carried at less, step by step. */
export const ladderSteps: readonly LadderStep[] = [
  { days: 30, micros: 250_000n },
  { days: 60, micros: 500_000n },
  { days: 90, micros: 750_000n },
  { days: 120, micros: 1_000_000n },
];
