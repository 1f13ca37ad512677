/** Values of a calculation as people read them: minor units as money, millionths as percent, dates as days. */
import { amountOf } from '../../../chain/src/verify.ts';
import { formatDay } from '../lib/format-date.ts';
import { formatMoney } from '../lib/format-money.ts';
import type { Language } from '../lib/texts.ts';

/** One value; its name says what it is, and what is neither amount, share nor date stays as it is. */
export function valueWords(
  name: string,
  value: string,
  currency: string | null,
  language: Language,
): string {
  const isWhole = /^-?\d+$/.test(value);
  if (name.endsWith('Minor') && isWhole && currency !== null) {
    return formatMoney({ amount: amountOf(BigInt(value), currency), currency });
  }
  if (/(M|^m)icros$/.test(name) && isWhole) {
    return `${percentOf(BigInt(value))} %`;
  }
  return /^\d{4}-\d{2}-\d{2}$/.test(value) ? formatDay(value, language) : value;
}

/** 68500 millionths are 6.85 percent. */
export function percentOf(micros: bigint): string {
  const size = (micros < 0n ? -micros : micros).toString().padStart(5, '0');
  const fraction = size.slice(-4).replace(/0+$/, '');
  return `${micros < 0n ? '−' : ''}${size.slice(0, -4)}${fraction === '' ? '' : `.${fraction}`}`;
}
