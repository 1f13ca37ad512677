/**
 * What a quote brings and costs: exact to the minor unit, the same on every machine.
 *
 *   advance   A = F · a                         the part of the face that is paid out now
 *   interest  D = A · r·n/B                     STRAIGHT (bank discount), and all that is paid at the end
 *             D = A − A/(1 + r·n/B)             YIELD (true discount), at the front only
 *   fees      flat + F · f + A · g              at least the minimum, at most the maximum
 *   tax       fees · t
 *   net       A − (D if at the front) − fees − tax, as far as the supplier bears them
 *   reserve   F − A                             kept back until the buyer has paid
 *   all-in    cost/net · B/n                    yearly, of what the supplier bears, on the money that arrived
 *
 * F, A and all results are minor units; r, a, f, g and t are millionths. Each booked amount is rounded
 * once, nothing in between (vector V12: rounding daily is off by cents). Pure.
 */
import { must, type Rounding, round, share, whole } from './amount.ts';
import { basisOf, type DayCount, daysOf } from './days.ts';

export const discountMethods = ['STRAIGHT', 'YIELD'] as const;
export type DiscountMethod = (typeof discountMethods)[number];

/** FRONT: taken from what is paid out. REAR: owed when the buyer has paid. */
export const interestTimes = ['FRONT', 'REAR'] as const;
export type InterestTime = (typeof interestTimes)[number];

/** The terms of a price; amounts are in the currency of the face. */
export type PriceTerms = {
  readonly rateMicros: bigint;
  readonly method: DiscountMethod;
  readonly dayCount: DayCount;
  readonly advanceMicros: bigint;
  readonly feeFlatMinor: bigint;
  /** Share of the face. */
  readonly feeMicros: bigint;
  readonly feeMinMinor: bigint;
} & Partial<PriceOptions>;

/** Terms that not every quote has; without them a price is front-ended, untaxed, the supplier's alone. */
export type PriceOptions = {
  readonly interestAt: InterestTime;
  /** Share of the advance. */
  readonly feeAdvanceMicros: bigint;
  /** All fees are at most this; null where there is no maximum. */
  readonly feeMaxMinor: bigint | null;
  /** Share of the fees, owed on top of them. */
  readonly taxMicros: bigint;
  /** Share of interest, fees and tax that the supplier bears; the buyer bears the rest. */
  readonly supplierMicros: bigint;
  readonly rounding: Rounding;
};

export const usualOptions: PriceOptions = {
  interestAt: 'FRONT',
  feeAdvanceMicros: 0n,
  feeMaxMinor: null,
  taxMicros: 0n,
  supplierMicros: whole,
  rounding: 'HALF_UP',
};

export type Price = {
  /** Days from the value date to the business day of maturity, by the day count. */
  readonly days: number;
  readonly advanceMinor: bigint;
  /** Interest, whoever bears it and whenever it is paid. */
  readonly discountMinor: bigint;
  readonly feesMinor: bigint;
  readonly taxMinor: bigint;
  /** What the buyer bears of interest, fees and tax. */
  readonly buyerMinor: bigint;
  /** What the supplier owes at the end: interest in arrears, as far as it bears it. */
  readonly rearMinor: bigint;
  /** Below zero when the cost eats the advance; such a quote is refused. */
  readonly netMinor: bigint;
  readonly reserveMinor: bigint;
  /** Yearly cost on the net, in millionths, half up; null when nothing arrives or no day passes. */
  readonly allInMicros: bigint | null;
};

/** Prices `faceMinor`, paid out on `start` and paid back on `end`. */
export function price(faceMinor: bigint, terms: PriceTerms, start: string, end: string): Price {
  const all = { ...usualOptions, ...terms };
  const { rounding, supplierMicros, interestAt } = all;
  const days = daysOf(terms.dayCount, start, end);
  const advanceMinor = share(faceMinor, terms.advanceMicros, rounding);
  const discountMinor = interestOf(advanceMinor, all, days);
  const feesMinor = feesOf(faceMinor, advanceMinor, all);
  const taxMinor = share(feesMinor, all.taxMicros, rounding);

  const own = (amountMinor: bigint) => share(amountMinor, supplierMicros, rounding);
  const interestBorne = own(discountMinor);
  const feesBorne = own(feesMinor) + own(taxMinor);
  const rearMinor = interestAt === 'REAR' ? interestBorne : 0n;
  const netMinor = advanceMinor - (interestBorne - rearMinor) - feesBorne;
  return {
    ...{ days, advanceMinor, discountMinor, feesMinor, taxMinor },
    buyerMinor: discountMinor + feesMinor + taxMinor - interestBorne - feesBorne,
    ...{ rearMinor, netMinor, reserveMinor: faceMinor - advanceMinor },
    allInMicros: allIn(interestBorne + feesBorne, netMinor, days, terms.dayCount),
  };
}

/** Simple interest on an amount for so many days, in exact parts: what to divide, and by what. */
export function simpleInterest(
  amountMinor: bigint,
  rateMicros: bigint,
  days: number,
  dayCount: DayCount,
): readonly [numerator: bigint, denominator: bigint] {
  return [amountMinor * rateMicros * BigInt(days), basisOf(dayCount) * whole];
}

/** The interest on an amount that is paid out now and comes back after `days`. */
function interestOf(
  amountMinor: bigint,
  { rateMicros, method, dayCount, interestAt, rounding }: PriceTerms & PriceOptions,
  days: number,
): bigint {
  const [interest, year] = simpleInterest(amountMinor, rateMicros, days, dayCount);
  if (method === 'STRAIGHT' || interestAt === 'REAR') return round(interest, year, rounding);
  return round(interest, year + rateMicros * BigInt(days), rounding);
}

function feesOf(faceMinor: bigint, advanceMinor: bigint, terms: PriceTerms & PriceOptions): bigint {
  const { feeFlatMinor, feeMicros, feeAdvanceMicros, feeMinMinor, feeMaxMinor, rounding } = terms;
  must(feeMaxMinor === null || feeMinMinor <= feeMaxMinor, 'the fee has room for its minimum');
  const parts = faceMinor * feeMicros + advanceMinor * feeAdvanceMicros;
  const charged = feeFlatMinor + round(parts, whole, rounding);
  if (charged < feeMinMinor) return feeMinMinor;
  return feeMaxMinor !== null && charged > feeMaxMinor ? feeMaxMinor : charged;
}

function allIn(
  costMinor: bigint,
  netMinor: bigint,
  days: number,
  dayCount: DayCount,
): bigint | null {
  if (netMinor <= 0n || days <= 0) return null;
  return round(costMinor * basisOf(dayCount) * whole, netMinor * BigInt(days));
}
