/**
 * Amounts of money: whole minor units and a currency, never a float.
 *
 * The exponent of a currency (ISO 4217) says how many decimals its minor unit has. Amounts are
 * divided only by the calculator (chain/src/calc), which rounds each booked amount once.
 */
import { currencies } from '../../../chain/src/act/currency.ts';
import { invariant } from './invariant.ts';

export type Money = {
  /** ISO 4217 alphabetic code. */
  readonly currency: string;
  /** In fen, cents, yen or fils. Below zero only in a correcting entry. */
  readonly minor: bigint;
};

/** ISO 4217's code for no currency: for nothing at all, whose currency nobody named. */
export const noCurrency = 'XXX';

/** True for a currency of ISO 4217; three capitals alone are none. */
export function isCurrency(text: string): boolean {
  return currencies.has(text);
}

/** Decimals of the currency's minor unit, by ISO 4217; 2 where no currency is named. */
export function exponentOf(currency: string): number {
  return currencies.get(currency) ?? 2;
}

/** Three capitals: a currency, or the code for none. */
const code = /^[A-Z]{3}$/;

export function money(minor: bigint, currency: string): Money {
  invariant(code.test(currency), 'a currency is three capital letters');
  return { currency, minor };
}

/**
 * Reads '98000.00' into minor units. Returns null for anything that is not a plain decimal or has
 * more decimals than the currency (trailing zeros beyond them are accepted, since 500.000 EUR is exact).
 */
export function parseAmount(text: string, currency: string): Money | null {
  if (!code.test(currency)) return null;
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
