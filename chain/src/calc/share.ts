/**
 * Amounts that several share: children of a certificate, holders of record, debtors of a pool; and
 * what is taken off for paying early out of one's own cash.
 *
 * What is shared always sums to the whole. Amounts are minor units of one currency, shares and yearly
 * rates millionths. Pure.
 */
import { allocate, floored, least, must, type Rounding, round, sum, whole } from './amount.ts';
import { basisOf } from './days.ts';

/** Splits by percentages that make up the whole; leftover units to the largest remainders. */
export function splitByShares(totalMinor: bigint, micros: readonly bigint[]): readonly bigint[] {
  must(sum(micros) === whole, 'the shares make up the whole');
  return allocate(totalMinor, micros);
}

/** Splits into so many equal parts; leftover units to the first ones. */
export function splitEqually(totalMinor: bigint, parts: number): readonly bigint[] {
  must(Number.isInteger(parts) && parts > 0, 'there is at least one part');
  return allocate(totalMinor, Array<bigint>(parts).fill(1n));
}

/** Shares a receipt among holders of record by what is open to each; nobody gets more than that. */
export function redemption(
  receiptMinor: bigint,
  openMinor: readonly bigint[],
): { readonly parts: readonly bigint[]; readonly excessMinor: bigint } {
  const applied = least(receiptMinor, sum(openMinor));
  return { parts: allocate(applied, openMinor), excessMinor: receiptMinor - applied };
}

/**
 * FIXED    a share of the amount, whenever it is paid
 * APR      a yearly rate for the days paid early
 * SLIDING  the share shrinks day by day, to nothing at the term
 * CLIFF    the whole share until a day, nothing afterwards
 * CLIFF_SLIDING  the whole share until a day, afterwards as SLIDING
 */
export const discountScales = ['FIXED', 'APR', 'SLIDING', 'CLIFF', 'CLIFF_SLIDING'] as const;
export type DiscountScale = (typeof discountScales)[number];

export type DynamicTerms = {
  readonly scale: DiscountScale;
  /** The full share, or the yearly rate under APR. */
  readonly micros: bigint;
  /** Days from the invoice to its due date. */
  readonly termDays: number;
  /** The last day of the full share under CLIFF and CLIFF_SLIDING; 0 otherwise. */
  readonly cliffDay: number;
};

/** What is taken off an amount that is paid on the `payDay`-th day instead of at its term. Nothing from the term on. */
export function dynamicDiscount(
  amountMinor: bigint,
  terms: DynamicTerms,
  payDay: number,
  rounding: Rounding = 'HALF_UP',
): bigint {
  const { scale, micros, termDays, cliffDay } = terms;
  must(payDay >= 0 && termDays > 0, 'days are counted from the invoice to its term');
  const early = BigInt(Math.max(termDays - payDay, 0));
  const sliding = () => round(amountMinor * micros * early, whole * BigInt(termDays), rounding);
  const full = () => (early === 0n ? 0n : round(amountMinor * micros, whole, rounding));
  switch (scale) {
    case 'FIXED':
      return full();
    case 'APR':
      return round(amountMinor * micros * early, whole * basisOf('ACT_365F'), rounding);
    case 'SLIDING':
      return sliding();
    case 'CLIFF':
      return payDay <= cliffDay ? full() : 0n;
    case 'CLIFF_SLIDING':
      return payDay <= cliffDay ? full() : sliding();
  }
}

/** The yearly rate, in millionths, that a discount is worth for the days paid early; null for none. */
export function aprOfDiscount(
  amountMinor: bigint,
  discountMinor: bigint,
  daysEarly: number,
): bigint | null {
  if (amountMinor <= 0n || daysEarly <= 0) return null;
  return round(discountMinor * whole * basisOf('ACT_365F'), amountMinor * BigInt(daysEarly));
}

/** One debtor of a pool: what it owes, and what of it may not be counted. */
export type Debtor = { readonly grossMinor: bigint; readonly ineligibleMinor: bigint };

/**
 * What may be borrowed on a pool: (Σ eligible, each debtor capped) · (advance − dilution reserve),
 * rounded down. A debtor counts for at most `capMicros` of all that is eligible.
 */
export function borrowingBase(
  debtors: readonly Debtor[],
  terms: {
    readonly advanceMicros: bigint;
    readonly dilutionMicros: bigint;
    readonly capMicros: bigint;
  },
  rounding: Rounding = 'DOWN',
): {
  readonly eligibleMinor: bigint;
  readonly concentratedMinor: bigint;
  readonly baseMinor: bigint;
} {
  const owed = debtors.map(({ grossMinor, ineligibleMinor }) => grossMinor - ineligibleMinor);
  must(
    owed.every((each) => each >= 0n),
    'no more is ineligible than is owed',
  );
  const eligibleMinor = sum(owed);
  const cap = round(eligibleMinor * terms.capMicros, whole, 'DOWN');
  const counted = sum(owed.map((each) => least(each, cap)));
  const rate = floored(terms.advanceMicros - terms.dilutionMicros);
  return {
    eligibleMinor,
    concentratedMinor: eligibleMinor - counted,
    baseMinor: round(counted * rate, whole, rounding),
  };
}
