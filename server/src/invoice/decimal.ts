/**
 * Exact decimal numbers, as XML Schema's `decimal` writes them: no float, no exponent.
 *
 * Pure. Rounding happens only in `round`, half away from zero.
 */
import { round as rounded } from '../../../chain/src/calc/amount.ts';
import { exponentOf } from '../kernel/money.ts';

/** `digits` × 10^-`scale`. */
export type Decimal = { readonly digits: bigint; readonly scale: number };

/** More digits than any amount of money has; longer ones are not read. */
const wholeDigitsMax = 15;
const fractionDigitsMax = 12;

export const zero: Decimal = { digits: 0n, scale: 0 };

/** Reads '-12.50'; null for anything that is not a plain decimal of reasonable length. */
export function parseDecimal(text: string): Decimal | null {
  const match = /^([+-]?)(\d*)(?:\.(\d*))?$/.exec(text);
  if (match === null) return null;
  const [, sign = '', whole = '', fraction = ''] = match;
  if (whole === '' && fraction === '') return null;
  if (whole.replace(/^0+/, '').length > wholeDigitsMax) return null;
  if (fraction.length > fractionDigitsMax) return null;
  const size = BigInt(`${whole}${fraction}` || '0');
  return { digits: sign === '-' ? -size : size, scale: fraction.length };
}

export function add(a: Decimal, b: Decimal): Decimal {
  const scale = Math.max(a.scale, b.scale);
  return { digits: at(a, scale) + at(b, scale), scale };
}

export function subtract(a: Decimal, b: Decimal): Decimal {
  return add(a, { digits: -b.digits, scale: b.scale });
}

export function multiply(a: Decimal, b: Decimal): Decimal {
  return { digits: a.digits * b.digits, scale: a.scale + b.scale };
}

export function sum(all: readonly Decimal[]): Decimal {
  return all.reduce(add, zero);
}

/** -1, 0 or 1. */
export function compare(a: Decimal, b: Decimal): number {
  const difference = subtract(a, b).digits;
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

export function equal(a: Decimal, b: Decimal): boolean {
  return compare(a, b) === 0;
}

export function absolute(a: Decimal): Decimal {
  return a.digits < 0n ? { digits: -a.digits, scale: a.scale } : a;
}

/** Rounds to so many decimals, half away from zero. */
export function round(a: Decimal, decimals: number): Decimal {
  if (a.scale <= decimals) return a;
  return { digits: rounded(a.digits, 10n ** BigInt(a.scale - decimals)), scale: decimals };
}

/** Whole minor units of the currency, or null where the amount has a finer part. */
export function minorUnits(a: Decimal, currency: string): bigint | null {
  const decimals = exponentOf(currency);
  const rounded = round(a, decimals);
  return equal(rounded, a) ? at(rounded, decimals) : null;
}

/** '12.5' without needless zeros, with at least `decimals` of them. */
export function decimalText(a: Decimal, decimals = 0): string {
  const size = (a.digits < 0n ? -a.digits : a.digits).toString().padStart(a.scale + 1, '0');
  const whole = size.slice(0, size.length - a.scale);
  const fraction = size
    .slice(size.length - a.scale)
    .replace(/0+$/, '')
    .padEnd(decimals, '0');
  const sign = a.digits < 0n ? '-' : '';
  return fraction === '' ? `${sign}${whole}` : `${sign}${whole}.${fraction}`;
}

function at({ digits, scale }: Decimal, wanted: number): bigint {
  return digits * 10n ** BigInt(wanted - scale);
}
