/**
 * What happens to money after it was paid out: late, early, less, never.
 *
 * Each function is one rule of the trade and rounds once. Amounts are minor units of one currency,
 * shares and yearly rates millionths. Days late are counted from the business day of maturity. Pure.
 */
import { floored, least, must, type Rounding, round, sum, whole } from './amount.ts';
import { basisOf, type DayCount, daysAfter, daysApart, daysOf, monthsAndDays } from './days.ts';
import { simpleInterest } from './price.ts';

export const graceRules = ['DEFER', 'FORGIVE'] as const;
/**
 * A payment within the days of grace costs nothing. After them DEFER counts from the due date, as if
 * there had been no grace; FORGIVE counts from the end of the grace.
 */
export type GraceRule = (typeof graceRules)[number];

export type OverdueTerms = {
  readonly rateMicros: bigint;
  /** On top of the rate. */
  readonly penaltyMicros: bigint;
  readonly dayCount: DayCount;
  /** Calendar days. */
  readonly graceDays: number;
  readonly graceRule: GraceRule;
};

/** Interest on what is open after the due date, until the day on which it is paid: open · (r + penalty) · d/B. */
export function overdue(
  openMinor: bigint,
  terms: OverdueTerms,
  dueDate: string,
  paidOn: string,
  rounding: Rounding = 'HALF_UP',
): { readonly days: number; readonly overdueMinor: bigint } {
  const { rateMicros, penaltyMicros, dayCount, graceDays, graceRule } = terms;
  if (daysApart(dueDate, paidOn) <= graceDays) return { days: 0, overdueMinor: 0n };
  const from = graceRule === 'DEFER' ? dueDate : daysAfter(dueDate, graceDays);
  const days = daysOf(dayCount, from, paidOn);
  const [interest, year] = simpleInterest(openMinor, rateMicros + penaltyMicros, days, dayCount);
  return { days, overdueMinor: round(interest, year, rounding) };
}

/**
 * What comes back when the buyer pays early: advance · r · days/B · rebate. Never below zero, and
 * never more than was charged.
 */
export function rebate(
  advanceMinor: bigint,
  terms: {
    readonly rateMicros: bigint;
    readonly dayCount: DayCount;
    readonly rebateMicros: bigint;
  },
  chargedMinor: bigint,
  paidOn: string,
  dueDate: string,
  rounding: Rounding = 'HALF_UP',
): { readonly days: number; readonly rebateMinor: bigint } {
  const days = daysOf(terms.dayCount, paidOn, dueDate);
  if (days <= 0) return { days: 0, rebateMinor: 0n };
  const [interest, year] = simpleInterest(advanceMinor, terms.rateMicros, days, terms.dayCount);
  const earned = round(interest * terms.rebateMicros, year * whole, rounding);
  return { days, rebateMinor: floored(least(earned, chargedMinor)) };
}

/** The interest that has accrued by a day, cumulative; what is booked is this less what was booked before. */
export function accrued(
  advanceMinor: bigint,
  terms: { readonly rateMicros: bigint; readonly dayCount: DayCount },
  start: string,
  on: string,
  rounding: Rounding = 'HALF_UP',
): bigint {
  const days = daysOf(terms.dayCount, start, on);
  return round(...simpleInterest(advanceMinor, terms.rateMicros, days, terms.dayCount), rounding);
}

export const recourses = ['NONE', 'DILUTION_ONLY', 'LIMITED', 'FULL'] as const;
export type Recourse = (typeof recourses)[number];

/**
 * INSOLVENT      the buyer cannot pay
 * UNWILLING      the buyer does not pay what it owes
 * DILUTION       a dispute was upheld or a credit note given: it is owed less
 * FALSE_INVOICE  there was no such trade, or it was sold twice
 */
export const grounds = ['INSOLVENT', 'UNWILLING', 'DILUTION', 'FALSE_INVOICE'] as const;
export type Ground = (typeof grounds)[number];

/** Who bears what is missing: the seller up to `capMinor` (null: all of it) from a day on, or the financier. */
export type Bearer =
  | { readonly kind: 'financier' }
  | { readonly kind: 'seller'; readonly capMinor: bigint | null; readonly afterDays: number };

/** What LIMITED recourse is limited to: so much of the money paid out, from so many days after the due date. */
export type RecourseLimit = { readonly capMicros: bigint; readonly afterDays: number };

/** The recourse table, for who sold to the financier. */
export function bearerOf(
  recourse: Recourse,
  ground: Ground,
  advanceMinor: bigint,
  limit: RecourseLimit = { capMicros: 0n, afterDays: 0 },
): Bearer {
  const seller: Bearer = { kind: 'seller', capMinor: null, afterDays: 0 };
  if (ground === 'FALSE_INVOICE') return seller;
  if (ground === 'DILUTION') return recourse === 'NONE' ? { kind: 'financier' } : seller;
  switch (recourse) {
    case 'NONE':
    case 'DILUTION_ONLY':
      return { kind: 'financier' };
    case 'LIMITED': {
      const capMinor = round(advanceMinor * limit.capMicros, whole, 'DOWN');
      return { kind: 'seller', capMinor, afterDays: limit.afterDays };
    }
    case 'FULL':
      return seller;
  }
}

/**
 * Who bears it among prior holders in the chain: none of them by default; only where the terms of its
 * own hop say so, by those terms.
 */
export function priorBearerOf(
  ofHop: Recourse | null,
  ground: Ground,
  advanceMinor: bigint,
  limit?: RecourseLimit,
): Bearer {
  return ofHop === null ? { kind: 'financier' } : bearerOf(ofHop, ground, advanceMinor, limit);
}

/** An amount that is missing, split between a claim on the seller and the financier's loss. */
export function borne(
  missingMinor: bigint,
  bearer: Bearer,
  daysLate: number,
): { readonly claimMinor: bigint; readonly lossMinor: bigint } {
  must(missingMinor >= 0n, 'what is missing is not negative');
  if (bearer.kind === 'financier' || daysLate < bearer.afterDays)
    return { claimMinor: 0n, lossMinor: missingMinor };
  const claimMinor = bearer.capMinor === null ? missingMinor : least(missingMinor, bearer.capMinor);
  return { claimMinor, lossMinor: missingMinor - claimMinor };
}

/** What the reserve must answer for, in this order. */
export type ReserveUse = {
  readonly dilutionMinor: bigint;
  readonly overdueMinor: bigint;
  readonly feesMinor: bigint;
};

/**
 * What of the reserve is paid out: R − dilution − overdue interest − unpaid fees, never below zero.
 * What it does not cover is a claim on the seller for dilution, and for all of it under FULL recourse;
 * the rest is the financier's loss.
 */
export function release(
  reserveMinor: bigint,
  use: ReserveUse,
  recourse: Recourse,
): { readonly releaseMinor: bigint; readonly claimMinor: bigint; readonly lossMinor: bigint } {
  const { dilutionMinor, overdueMinor, feesMinor } = use;
  must(
    [reserveMinor, dilutionMinor, overdueMinor, feesMinor].every((each) => each >= 0n),
    'reserve and deductions are not negative',
  );
  const left = reserveMinor - dilutionMinor - overdueMinor - feesMinor;
  if (left >= 0n) return { releaseMinor: left, claimMinor: 0n, lossMinor: 0n };
  const ofDilution = floored(dilutionMinor - reserveMinor);
  const dilution = borne(ofDilution, bearerOf(recourse, 'DILUTION', 0n), 0);
  const others = -left - ofDilution;
  const isFull = recourse === 'FULL';
  return {
    releaseMinor: 0n,
    claimMinor: dilution.claimMinor + (isFull ? others : 0n),
    lossMinor: dilution.lossMinor + (isFull ? 0n : others),
  };
}

/** From so many days after the due date, so much of the claim is provided for; steps rise. */
export type LadderStep = { readonly days: number; readonly micros: bigint };

/** What a claim is carried at, so many days after the due date, and what is provided for it. */
export function ladder(
  openMinor: bigint,
  steps: readonly LadderStep[],
  daysLate: number,
  rounding: Rounding = 'HALF_UP',
): { readonly providedMinor: bigint; readonly carryingMinor: bigint } {
  must(
    steps.every(({ days, micros }, order) => {
      const before = steps[order - 1];
      return (
        micros <= whole && (before === undefined || (days > before.days && micros > before.micros))
      );
    }),
    'the steps of a ladder rise',
  );
  const step = steps.findLast(({ days }) => days <= daysLate);
  const providedMinor = round(openMinor * (step?.micros ?? 0n), whole, rounding);
  return { providedMinor, carryingMinor: openMinor - providedMinor };
}

/**
 * Statutory interest for late payment, compounded with monthly rests: whole months at a twelfth of the yearly rate, the days that are left of the last month simply.
 */
export function statutoryInterest(
  principalMinor: bigint,
  rateMicros: bigint,
  start: string,
  end: string,
  rounding: Rounding = 'HALF_UP',
): { readonly months: number; readonly days: number; readonly interestMinor: bigint } {
  if (end <= start) return { months: 0, days: 0, interestMinor: 0n };
  const { months, days } = monthsAndDays(start, end);
  must(months <= monthsMax, 'interest is compounded for at most a hundred years');
  const yearly = 12n * whole;
  const year = basisOf('ACT_365F') * whole;
  const numerator = (yearly + rateMicros) ** BigInt(months) * (year + rateMicros * BigInt(days));
  const denominator = yearly ** BigInt(months) * year;
  const interest = round(principalMinor * (numerator - denominator), denominator, rounding);
  return { months, days, interestMinor: interest };
}

const monthsMax = 1_200;

export type DueKind = 'fee' | 'overdue' | 'principal';
export type Dues = Readonly<Record<DueKind, bigint>>;

/**
 * In which order a payment is used up, by name: first what it cost to collect, then interest, then the
 * debt. A change of order is a new name, so that a payment of years ago is used up again in the same way.
 */
export const sequences = {
  'fee-overdue-principal/1': ['fee', 'overdue', 'principal'],
} as const satisfies Readonly<Record<string, readonly DueKind[]>>;
export type SequenceName = keyof typeof sequences;

export type Allocation = {
  readonly paid: Dues;
  readonly open: Dues;
  /** What is over when everything is paid. */
  readonly excessMinor: bigint;
};

/** Uses up a receipt on what is due; a part is paid in full before the next gets anything. */
export function useUp(
  receiptMinor: bigint,
  dues: Dues,
  sequence: SequenceName = 'fee-overdue-principal/1',
): Allocation {
  must(receiptMinor >= 0n, 'a receipt is not negative');
  must(
    Object.values(dues).every((due) => due >= 0n),
    'what is due is not negative',
  );
  const paid: Record<DueKind, bigint> = { fee: 0n, overdue: 0n, principal: 0n };
  let left = receiptMinor;
  for (const kind of sequences[sequence]) {
    paid[kind] = least(left, dues[kind]);
    left -= paid[kind];
  }
  const open = {
    fee: dues.fee - paid.fee,
    overdue: dues.overdue - paid.overdue,
    principal: dues.principal - paid.principal,
  };
  return { paid, open, excessMinor: left };
}

/** What is still open of all that was due. */
export function openOf({ open }: Allocation): bigint {
  return sum(Object.values(open));
}
