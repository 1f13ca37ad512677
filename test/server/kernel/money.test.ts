/** Amounts in the currencies that there are, with the decimals that each has. */
import { amountOf, minorOf } from '@tallystick/chain/src/act/input.ts';
import {
  amountText,
  exponentOf,
  isCurrency,
  parseAmount,
} from '@tallystick/server/src/kernel/money.ts';
import { describe, expect, it } from 'vitest';

describe('a currency', () => {
  it('is one of ISO 4217, not any three capitals', () => {
    expect(['EUR', 'CNY', 'JPY', 'KWD', 'CLF', 'UYW'].every(isCurrency)).toBe(true);
    expect(['EUX', 'XXX', 'XAU', 'XTS', 'eur', 'EURO', ''].some(isCurrency)).toBe(false);
  });

  it('has no, two, three or four decimals', () => {
    expect(['JPY', 'EUR', 'KWD', 'CLF', 'UYW'].map(exponentOf)).toEqual([0, 2, 3, 4, 4]);
  });

  it.each([
    ['JPY', '1250', 1_250n],
    ['EUR', '1250.00', 1_250_00n],
    ['KWD', '1250.005', 1_250_005n],
    ['CLF', '1250.0005', 1_250_0005n],
  ])('is written by who books it as by who signs it: %s', (currency, text, minor) => {
    expect(parseAmount(text, currency)).toEqual({ currency, minor });
    expect(amountText({ currency, minor })).toBe(text);
    expect([minorOf(text, currency), amountOf(minor, currency)]).toEqual([minor, text]);
  });

  it('takes no finer amount than it has decimals for', () => {
    expect([parseAmount('1.5', 'JPY'), parseAmount('1.0001', 'KWD')]).toEqual([null, null]);
    expect(parseAmount('500.000', 'EUR')).toEqual({ currency: 'EUR', minor: 500_00n });
  });
});
