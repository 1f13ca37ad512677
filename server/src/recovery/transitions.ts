/**
 * What a bank is owed after it has paid out, and what each receipt is used for.
 *
 *   receipt ── fees ── interest for late payment ── principal ──▶ what is over is owed to the seller
 *   the buyer owes nothing more, and something is open ──▶ a claim on the seller by the recourse, else a loss
 *
 *   claim:     OPEN ── part ─▶ PART_PAID ── rest ─▶ PAID
 *                 └───────────────┴── paid by somebody else ─▶ VOID
 *   write-off: OPEN ── another person approves ─▶ CONFIRMED        OPEN ── proposed anew ─▶ VOID
 *
 * Interest is booked when a receipt comes, on what was open until then, and rounded once each time; a
 * receipt within the days of grace books none. What comes after a default is a recovery: it is used up
 * in the same order, and nothing is opened again. Pure: days are inputs.
 */
import { bearerOf, type Ground, grounds } from '../../../chain/src/calc/after.ts';
import { floored, least, share, sum } from '../../../chain/src/calc/amount.ts';
import { daysApart } from '../../../chain/src/calc/days.ts';
import { type Calculation, calculate, resultOf } from '../../../chain/src/calc/run.ts';
import type { QuoteRow, RequestRow, RequestState } from '../financing/model.ts';
import type { Refusal } from '../kernel/decision.ts';
import type { Money } from '../kernel/money.ts';
import type { BusinessDate } from '../kernel/time.ts';
import type { ProgrammeRow } from '../party/model.ts';
import {
  type AdvanceRow,
  type AllocationRow,
  type ClaimRow,
  ladderSteps,
  recoveryLimits,
} from './model.ts';
import { texts } from './texts.ts';

/** What the financing owes the bank on the day on which it is paid out. */
export function opened(
  id: string,
  asked: RequestRow,
  quote: QuoteRow,
  programme: Pick<ProgrammeRow, 'graceDays'>,
  createdMs: bigint,
): AdvanceRow {
  const advanceMinor = share(asked.faceMinor, quote.advanceMicros);
  const isLimited = quote.recourse === 'LIMITED';
  return {
    ...{ id, version: 1, request: asked.id, certificate: asked.certificate },
    ...{ programme: asked.programme, bank: quote.bank, seller: asked.holder, payTo: asked.payTo },
    ...{ currency: asked.currency, faceMinor: asked.faceMinor, advanceMinor },
    ...{ rateMicros: quote.rateMicros, penaltyMicros: quote.penaltyMicros },
    ...{ dayCount: quote.dayCount, graceDays: programme.graceDays, graceRule: quote.graceRule },
    ...{ recourse: quote.recourse, dueDate: asked.payableDate, interestDate: asked.payableDate },
    recourseDays: isLimited ? quote.recourseDays : null,
    recourseMicros: isLimited ? quote.recourseMicros : null,
    ...{ feeMinor: 0n, feeOpenMinor: 0n, overdueMinor: 0n, overdueOpenMinor: 0n },
    ...{ principalOpenMinor: advanceMinor, dilutionMinor: 0n, lossMinor: 0n },
    ...{ providedDays: 0, writtenOffMinor: 0n, createdMs },
  };
}

/** Interest for late payment that has not been booked, on what is open, until a day. */
export function lateInterest(advance: AdvanceRow, on: BusinessDate): Calculation {
  const { currency, rateMicros, penaltyMicros, dayCount, dueDate, interestDate } = advance;
  const isFirst = interestDate === dueDate;
  return calculate('overdue', {
    ...{ currency, openMinor: advance.principalOpenMinor, rateMicros, penaltyMicros, dayCount },
    ...{ graceDays: isFirst ? advance.graceDays : 0, graceRule: advance.graceRule },
    ...{ dueDate: interestDate, paidOn: on },
  });
}

export type Outstanding = {
  readonly feeMinor: bigint;
  /** Booked before and open, and what has run up since. */
  readonly overdueMinor: bigint;
  readonly principalMinor: bigint;
  readonly totalMinor: bigint;
  readonly daysLate: number;
  /** How the interest that is not booked yet was counted. */
  readonly interest: Calculation;
};

/** All that is open on a day. */
export function outstanding(advance: AdvanceRow, on: BusinessDate): Outstanding {
  const interest = lateInterest(advance, on);
  const feeMinor = advance.feeOpenMinor;
  const overdueMinor = advance.overdueOpenMinor + resultOf(interest, 'overdueMinor');
  const principalMinor = advance.principalOpenMinor;
  const daysLate = Math.max(0, daysApart(advance.dueDate, on));
  const totalMinor = feeMinor + overdueMinor + principalMinor;
  return { feeMinor, overdueMinor, principalMinor, totalMinor, daysLate, interest };
}

/** What a receipt does: the advance after it, what it was used for, and both calculations. */
export type Received = {
  readonly advance: AdvanceRow;
  readonly used: Pick<
    AllocationRow,
    | 'paidDate'
    | 'sequence'
    | 'receiptMinor'
    | 'feeMinor'
    | 'overdueMinor'
    | 'principalMinor'
    | 'excessMinor'
    | 'openMinor'
  >;
  readonly interest: Calculation;
  readonly waterfall: Calculation;
};

const sequence = 'fee-overdue-principal/1';

/** Uses up a receipt that arrived on a day: first the fees, then the interest until that day, then principal. */
export function received(
  advance: AdvanceRow,
  receiptMinor: bigint,
  paidOn: BusinessDate,
): Received {
  const { interest } = outstanding(advance, paidOn);
  const fresh = resultOf(interest, 'overdueMinor');
  const waterfall = calculate('waterfall', {
    ...{ currency: advance.currency, receiptMinor, feeMinor: advance.feeOpenMinor },
    overdueMinor: advance.overdueOpenMinor + fresh,
    ...{ principalMinor: advance.principalOpenMinor, sequence },
  });
  const of = (name: string) => resultOf(waterfall, name);
  const open = {
    feeOpenMinor: of('feeOpenMinor'),
    overdueOpenMinor: of('overdueOpenMinor'),
    principalOpenMinor: of('principalOpenMinor'),
  };
  const isBooked = resultOf(interest, 'days') > 0n;
  return {
    advance: {
      ...{ ...advance, ...open, overdueMinor: advance.overdueMinor + fresh },
      interestDate: isBooked ? paidOn : advance.interestDate,
    },
    used: {
      ...{ paidDate: paidOn, sequence, receiptMinor, feeMinor: of('feePaidMinor') },
      ...{ overdueMinor: of('overduePaidMinor'), principalMinor: of('principalPaidMinor') },
      ...{ excessMinor: of('excessMinor'), openMinor: sum(Object.values(open)) },
    },
    interest,
    waterfall,
  };
}

/** What is booked and open. */
export function openOf(
  advance: Pick<AdvanceRow, 'feeOpenMinor' | 'overdueOpenMinor' | 'principalOpenMinor'>,
): bigint {
  return advance.feeOpenMinor + advance.overdueOpenMinor + advance.principalOpenMinor;
}

/** How an advance ends when the buyer owes nothing more and the reserve did not cover all. */
export type Shortfall = {
  readonly calculation: Calculation;
  /** A new claim on the seller. */
  readonly claimMinor: bigint;
  readonly lossMinor: bigint;
};

/**
 * The buyer owes nothing more: what the reserve did not cover is a claim on the seller for dilution,
 * and for all of it under FULL recourse; the rest is the bank's loss. What was claimed before is not
 * claimed twice. Null when nothing is open.
 */
export function shortfall(advance: AdvanceRow, claims: readonly ClaimRow[]): Shortfall | null {
  const open = openOf(advance);
  const claimedOpen = sum(claims.filter(isOpen).map(stillOwed));
  if (open <= claimedOpen) return null;
  const calculation = calculate('release', {
    currency: advance.currency,
    reserveMinor: advance.faceMinor - advance.advanceMinor,
    ...{ dilutionMinor: advance.dilutionMinor, overdueMinor: advance.overdueMinor },
    ...{ feesMinor: advance.feeMinor, recourse: advance.recourse },
  });
  const claimed = sum(claims.filter(({ state }) => state !== 'VOID').map((c) => c.amountMinor));
  const claimMinor = least(
    open - claimedOpen,
    floored(resultOf(calculation, 'claimMinor') - claimed),
  );
  return { calculation, claimMinor, lossMinor: open - claimedOpen - claimMinor };
}

// Claims.

export function isOpen({ state }: Pick<ClaimRow, 'state'>): boolean {
  return state === 'OPEN' || state === 'PART_PAID';
}

export function stillOwed({ amountMinor, paidMinor }: ClaimRow): bigint {
  return amountMinor - paidMinor;
}

/** A claim after a payment. */
export function paidClaim(
  claim: ClaimRow,
  appliedMinor: bigint,
): Pick<ClaimRow, 'paidMinor' | 'state'> {
  const paidMinor = claim.paidMinor + appliedMinor;
  return { paidMinor, state: paidMinor === claim.amountMinor ? 'PAID' : 'PART_PAID' };
}

/** What may be claimed on one ground: the most, and how that follows. */
export type Callable = { readonly mostMinor: bigint; readonly calculation: Calculation };

/** States of a request from which what the buyer did not pay is claimed. */
const defaultedStates: readonly RequestState[] = ['DEFAULTED', 'RECOURSE_CALLED', 'RECOURSE_PAID'];
/** States in which something is owed on it. */
const owedStates: readonly RequestState[] = ['FUNDED', 'REPAYING', 'OVERDUE', ...defaultedStates];

/**
 * What the bank may claim from the seller on a ground, by the recourse table, or why nothing.
 *
 * Refuses an unknown ground; dilution where nothing was credited or conceded; what the buyer only has
 * not paid yet, before its default; a ground that the quote leaves with the bank; and LIMITED recourse
 * before its day. What is claimed already and not paid is not claimed again.
 */
export function callable(
  asked: Pick<RequestRow, 'state'>,
  advance: AdvanceRow,
  claims: readonly ClaimRow[],
  ground: string,
  today: BusinessDate,
): Callable | Refusal {
  const named = grounds.find((each) => each === ground);
  if (named === undefined) return texts.groundUnknown(ground, grounds);
  if (!owedStates.includes(asked.state)) return texts.nothingOwed(asked.state, owedStates);
  const { totalMinor, daysLate } = outstanding(advance, today);
  const missing = missingOn(named, advance, claims, totalMinor);
  if (named === 'DILUTION' && missing === 0n) return texts.noDilution();
  const limit = {
    capMicros: advance.recourseMicros ?? 0n,
    afterDays: advance.recourseDays ?? 0,
  };
  const bearer = bearerOf(advance.recourse, named, advance.advanceMinor, limit);
  if (bearer.kind === 'financier') return texts.recourseNone(advance.recourse, named);
  const isUnpaid = named === 'INSOLVENT' || named === 'UNWILLING';
  if (isUnpaid && !defaultedStates.includes(asked.state)) return texts.notDefaulted(asked.state);
  if (daysLate < bearer.afterDays) return texts.recourseTooEarly(daysLate, bearer.afterDays);
  const calculation = calculate('recourse', {
    ...{ currency: advance.currency, missingMinor: missing, recourse: advance.recourse },
    ...{ ground: named, advanceMinor: advance.advanceMinor, daysLate, ...limit },
  });
  return { mostMinor: cappedBy(resultOf(calculation, 'claimMinor'), bearer, claims), calculation };
}

/** What is missing and not claimed yet; of dilution no more than the reserve did not take up. */
function missingOn(
  ground: Ground,
  advance: AdvanceRow,
  claims: readonly ClaimRow[],
  totalMinor: bigint,
): bigint {
  const unclaimed = floored(totalMinor - sum(claims.filter(isOpen).map(stillOwed)));
  if (ground !== 'DILUTION') return unclaimed;
  const before = claims.filter((each) => each.ground === 'DILUTION' && each.state !== 'VOID');
  const reserveMinor = advance.faceMinor - advance.advanceMinor;
  const diluted = advance.dilutionMinor - reserveMinor - sum(before.map((c) => c.amountMinor));
  return least(unclaimed, floored(diluted));
}

/** A cap holds for all that is claimed under it together. */
function cappedBy(
  claimMinor: bigint,
  bearer: ReturnType<typeof bearerOf>,
  claims: readonly ClaimRow[],
): bigint {
  if (bearer.kind === 'financier' || bearer.capMinor === null) return claimMinor;
  const under = claims.filter(
    ({ ground, state }) => (ground === 'INSOLVENT' || ground === 'UNWILLING') && state !== 'VOID',
  );
  return least(claimMinor, floored(bearer.capMinor - sum(under.map((c) => c.amountMinor))));
}

/** Why so much may not be claimed for that day, or null. */
export function claimBarrier(
  amount: Money,
  most: Money,
  due: BusinessDate,
  today: BusinessDate,
): Refusal | null {
  if (amount.currency !== most.currency) return texts.currency(amount.currency, most.currency);
  if (amount.minor <= 0n) return texts.notPositive(amount);
  if (amount.minor > most.minor) return texts.aboveCap(amount, most);
  return due < today ? texts.dueInPast(due, today) : null;
}

// Overdue and default.

/** Why nothing is overdue yet, or null: from the day after maturity. */
export function overdueBarrier(
  { payableDate }: { readonly payableDate: BusinessDate },
  today: BusinessDate,
): Refusal | null {
  return today > payableDate ? null : texts.notOverdue(today, payableDate);
}

/** Why the buyer is not in default yet, or null: once the days of grace are over. */
export function defaultBarrier(
  { payableDate }: { readonly payableDate: BusinessDate },
  graceDays: number,
  today: BusinessDate,
): Refusal | null {
  const days = daysApart(payableDate, today);
  return days > graceDays ? null : texts.inGrace(days, graceDays);
}

/** Why the act does not say what is open, or null. */
export function openBarrier(seen: Money, open: Money): Refusal | null {
  return sameMoney(seen, open) ? null : texts.openDiffers(seen, open);
}

// Provisions and write-off.

/** The step of the ladder that a day has reached and that is not provided for, or null. */
export function nextStep(advance: AdvanceRow, today: BusinessDate): number | null {
  const { totalMinor, daysLate } = outstanding(advance, today);
  const step = ladderSteps.findLast(({ days }) => days <= daysLate);
  const isOver = advance.principalOpenMinor === 0n || advance.writtenOffMinor > 0n;
  if (step === undefined || totalMinor === 0n || isOver) return null;
  return step.days > advance.providedDays ? step.days : null;
}

/** What the principal that is open is carried at from that step on. */
export function provision(advance: AdvanceRow, days: number): Calculation {
  return calculate('ladder', {
    ...{ currency: advance.currency, openMinor: advance.principalOpenMinor },
    stepDays: ladderSteps.map((step) => step.days),
    stepMicros: ladderSteps.map(({ micros }) => micros),
    daysLate: days,
  });
}

export function carryingAt(advance: AdvanceRow, days: number): bigint {
  return resultOf(provision(advance, days), 'carryingMinor');
}

/** Why so much is not given up, or null: exactly the principal that is open, after a default, and once. */
export function writeOffBarrier(
  asked: Pick<RequestRow, 'state'>,
  advance: AdvanceRow,
  amount: Money,
): Refusal | null {
  if (!defaultedStates.includes(asked.state)) return texts.notDefaulted(asked.state);
  const open = { minor: advance.principalOpenMinor, currency: advance.currency };
  return open.minor > 0n && sameMoney(amount, open) ? null : texts.writeOffAmount(amount, open);
}

/** Why a reason does not do, or null. */
export function reasonBarrier(reason: string): Refusal | null {
  const most = recoveryLimits.reasonCharactersMax;
  if (reason.trim() === '') return texts.reasonRequired();
  return reason.length > most ? texts.reasonTooLong(reason.length, most) : null;
}

function sameMoney(one: Money, other: Money): boolean {
  return one.minor === other.minor && one.currency === other.currency;
}
