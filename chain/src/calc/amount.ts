/**
 * Amounts: whole minor units, divided in one place and rounded once.
 *
 * A rate or a share is in millionths, so that 6.85 % is 68500. Every booked amount goes through
 * `round` exactly once, in a named mode that is kept with it; nothing is rounded in between. What is
 * split always sums to the whole. Pure.
 */

/** One whole, in millionths. */
export const whole = 1_000_000n;

/**
 * HALF_UP    to the nearest unit, a tie away from zero
 * HALF_EVEN  to the nearest unit, a tie to the even one
 * DOWN       towards zero
 * UP         away from zero
 */
export const roundings = ['HALF_UP', 'HALF_EVEN', 'DOWN', 'UP'] as const;
export type Rounding = (typeof roundings)[number];

/** Terms that no amount can be computed from. The message names the rule. */
export class CalculationError extends Error {
  override readonly name = 'CalculationError';
}

/** Stops a calculation that makes no sense, with the rule that it breaks. */
export function must(holds: boolean, rule: string): asserts holds {
  if (!holds) throw new CalculationError(rule);
}

/** The quotient, rounded once. An amount below zero is rounded as its mirror above zero. */
export function round(numerator: bigint, denominator: bigint, mode: Rounding = 'HALF_UP'): bigint {
  must(denominator > 0n, 'a denominator is positive');
  const size = numerator < 0n ? -numerator : numerator;
  const rounded = roundedUp(size, denominator, mode);
  return numerator < 0n ? -rounded : rounded;
}

function roundedUp(size: bigint, denominator: bigint, mode: Rounding): bigint {
  const floor = size / denominator;
  const rest = size % denominator;
  switch (mode) {
    case 'HALF_UP':
      return 2n * rest >= denominator ? floor + 1n : floor;
    case 'HALF_EVEN': {
      if (2n * rest === denominator) return floor + (floor % 2n);
      return 2n * rest > denominator ? floor + 1n : floor;
    }
    case 'DOWN':
      return floor;
    case 'UP':
      return rest === 0n ? floor : floor + 1n;
  }
}

/** A share of an amount, the share in millionths. */
export function share(amountMinor: bigint, micros: bigint, mode: Rounding = 'HALF_UP'): bigint {
  return round(amountMinor * micros, whole, mode);
}

/**
 * Splits an amount by weights; the parts always sum to it. Leftover units go one each to the largest
 * remainders, ties to the earlier part, so that two machines agree to the last cent.
 */
export function allocate(totalMinor: bigint, weights: readonly bigint[]): readonly bigint[] {
  const weightSum = sum(weights);
  must(totalMinor >= 0n, 'the amount to split is not negative');
  must(weightSum > 0n && weights.every((weight) => weight >= 0n), 'the weights add up');

  const parts = weights.map((weight, order) => ({
    order,
    minor: (totalMinor * weight) / weightSum,
    remainder: (totalMinor * weight) % weightSum,
  }));
  const leftover = totalMinor - sum(parts.map(({ minor }) => minor));
  const luckiest = [...parts].sort(
    (a, b) => ascending(b.remainder, a.remainder) || a.order - b.order,
  );
  const lucky = new Set(luckiest.slice(0, Number(leftover)).map(({ order }) => order));
  return parts.map(({ order, minor }) => minor + (lucky.has(order) ? 1n : 0n));
}

export function sum(amounts: readonly bigint[]): bigint {
  return amounts.reduce((total, amount) => total + amount, 0n);
}

export function least(one: bigint, other: bigint): bigint {
  return one < other ? one : other;
}

/** The amount, or nothing when it is below zero. */
export function floored(amount: bigint): bigint {
  return amount > 0n ? amount : 0n;
}

function ascending(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
