/**
 * Amounts of money: whole minor units and a currency, never a float.
 *
 * The exponent of a currency (ISO 4217) says how many decimals its minor unit has. Amounts are
 * divided only by the calculator (chain/src/calc), which rounds each booked amount once.
 */
import { invariant } from './invariant.ts';

export type Money = {
  /** ISO 4217 alphabetic code. */
  readonly currency: string;
  /** In fen, cents, yen or fils. Below zero only in a correcting entry. */
  readonly minor: bigint;
};

/** ISO 4217's code for no currency: for nothing at all, whose currency nobody named. */
export const noCurrency = 'XXX';

/** Decimals of the minor unit where they are not two (ISO 4217, table A.1). */
const exponents: Readonly<Record<string, number>> = {
  BIF: 0,
  CLP: 0,
  DJF: 0,
  GNF: 0,
  ISK: 0,
  JPY: 0,
  KMF: 0,
  KRW: 0,
  PYG: 0,
  RWF: 0,
  UGX: 0,
  UYI: 0,
  VND: 0,
  VUV: 0,
  XAF: 0,
  XOF: 0,
  XPF: 0,
  BHD: 3,
  IQD: 3,
  JOD: 3,
  KWD: 3,
  LYD: 3,
  OMR: 3,
  TND: 3,
};

export function isCurrency(text: string): boolean {
  return /^[A-Z]{3}$/.test(text);
}

/** Decimals of the currency's minor unit: 2 unless ISO 4217 says otherwise. */
export function exponentOf(currency: string): number {
  return exponents[currency] ?? 2;
}

export function money(minor: bigint, currency: string): Money {
  invariant(isCurrency(currency), 'a currency is three capital letters');
  return { currency, minor };
}

/**
 * Reads '98000.00' into minor units. Returns null for anything that is not a plain decimal or has
 * more decimals than the currency (trailing zeros beyond them are accepted, since 500.000 EUR is exact).
 */
export function parseAmount(text: string, currency: string): Money | null {
  if (!isCurrency(currency)) return null;
  const match = /^(-?)(\d{1,15})(?:\.(\d{1,9}))?$/.exec(text);
  if (match === null) return null;
  const [, sign = '', whole = '', fraction = ''] = match;
  const decimals = exponentOf(currency);
  const kept = fraction.slice(0, decimals).padEnd(decimals, '0');
  if (/[1-9]/.test(fraction.slice(decimals))) return null;
  const minor = BigInt(whole + kept);
  return { currency, minor: sign === '-' ? -minor : minor };
}

/** Writes minor units as a plain decimal with all decimals of the currency: 9800000n CNY is '98000.00'. */
export function amountText({ minor, currency }: Money): string {
  const decimals = exponentOf(currency);
  const digits = (minor < 0n ? -minor : minor).toString().padStart(decimals + 1, '0');
  const sign = minor < 0n ? '-' : '';
  if (decimals === 0) return sign + digits;
  return `${sign}${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}

/** '98000.00 CNY', for messages. */
export function moneyText(amount: Money): string {
  return `${amountText(amount)} ${amount.currency}`;
}
