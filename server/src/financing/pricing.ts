/**
 * What a quote brings and costs: exact to the minor unit, the same on every machine.
 *
 *   advance   A = F · a                         the part of the face that is paid out now
 *   discount  D = A · r·n/B                     STRAIGHT (bank discount)
 *             D = A − A/(1 + r·n/B)             YIELD (true discount)
 *   fees      at least the minimum: flat + F · f
 *   net       A − D − fees                      what arrives
 *   reserve   F − A                             kept back until the buyer has paid
 *   all-in    (D + fees)/net · B/n              yearly cost on the money that arrived
 *
 * F, A and all results are minor units; r, a and f are millionths. Each booked amount is rounded
 * once, half up; nothing is rounded in between (vector V12: rounding daily is off by cents). The sum
 * net + discount + fees + reserve is always the face. Pure.
 */
import { ratio } from '../kernel/money.ts';
import type { BusinessDate } from '../kernel/time.ts';
import { daysBetween } from '../kernel/time.ts';
import type { DayCount, DiscountMethod } from './model.ts';

/** One whole, in millionths. */
export const whole = 1_000_000n;

/** The terms of a price; amounts are in the currency of the face. */
export type PriceTerms = {
  readonly rateMicros: bigint;
  readonly method: DiscountMethod;
  readonly dayCount: DayCount;
  readonly advanceMicros: bigint;
  readonly feeFlatMinor: bigint;
  readonly feeMicros: bigint;
  readonly feeMinMinor: bigint;
};

export type Price = {
  /** Days from the value date to the business day of maturity, by the day count. */
  readonly days: number;
  readonly advanceMinor: bigint;
  readonly discountMinor: bigint;
  readonly feesMinor: bigint;
  /** Below zero when discount and fees eat the advance; such a quote is refused. */
  readonly netMinor: bigint;
  readonly reserveMinor: bigint;
  /** Yearly cost on the net, in millionths, half up; null when nothing arrives or no day passes. */
  readonly allInMicros: bigint | null;
};

/** Prices `faceMinor`, paid out on `start` and paid back on `end`. */
export function price(
  faceMinor: bigint,
  terms: PriceTerms,
  start: BusinessDate,
  end: BusinessDate,
): Price {
  const days = daysOf(terms.dayCount, start, end);
  const advanceMinor = ratio(faceMinor * terms.advanceMicros, whole);
  const discountMinor = discountOf(advanceMinor, terms, days);
  const feesMinor = feesOf(faceMinor, terms);
  const netMinor = advanceMinor - discountMinor - feesMinor;
  return {
    days,
    advanceMinor,
    discountMinor,
    feesMinor,
    netMinor,
    reserveMinor: faceMinor - advanceMinor,
    allInMicros: allIn(discountMinor + feesMinor, netMinor, days, terms.dayCount),
  };
}

/** Days between two dates as the market of that day count counts them; the first counts, the last does not. */
export function daysOf(dayCount: DayCount, start: BusinessDate, end: BusinessDate): number {
  switch (dayCount) {
    case 'ACT_365F':
    case 'ACT_360':
      return daysBetween(start, end);
    case 'THIRTY_360':
      return thirtyDays(start, end);
  }
}

/** Days of the year by which a rate is divided. */
function basisOf(dayCount: DayCount): bigint {
  return dayCount === 'ACT_365F' ? 365n : 360n;
}

/** The discount on an amount that is paid out now and comes back after `days`. */
function discountOf(
  amountMinor: bigint,
  { rateMicros, method, dayCount }: Pick<PriceTerms, 'rateMicros' | 'method' | 'dayCount'>,
  days: number,
): bigint {
  const interest = rateMicros * BigInt(days);
  const year = basisOf(dayCount) * whole;
  switch (method) {
    case 'STRAIGHT':
      return ratio(amountMinor * interest, year);
    case 'YIELD':
      return ratio(amountMinor * interest, year + interest);
  }
}

/** 30/360 (bond basis, ISDA 2006 section 4.16(f)): every month has thirty days. */
function thirtyDays(start: BusinessDate, end: BusinessDate): number {
  const from = partsOf(start);
  const to = partsOf(end);
  const fromDay = Math.min(from.day, 30);
  const toDay = to.day === 31 && fromDay === 30 ? 30 : to.day;
  return 360 * (to.year - from.year) + 30 * (to.month - from.month) + (toDay - fromDay);
}

function partsOf(date: BusinessDate) {
  return {
    year: Number(date.slice(0, 4)),
    month: Number(date.slice(5, 7)),
    day: Number(date.slice(8, 10)),
  };
}

function feesOf(
  faceMinor: bigint,
  {
    feeFlatMinor,
    feeMicros,
    feeMinMinor,
  }: Pick<PriceTerms, 'feeFlatMinor' | 'feeMicros' | 'feeMinMinor'>,
): bigint {
  const charged = feeFlatMinor + ratio(faceMinor * feeMicros, whole);
  return charged < feeMinMinor ? feeMinMinor : charged;
}

function allIn(
  costMinor: bigint,
  netMinor: bigint,
  days: number,
  dayCount: DayCount,
): bigint | null {
  if (netMinor <= 0n || days <= 0) return null;
  return ratio(costMinor * basisOf(dayCount) * whole, netMinor * BigInt(days));
}
