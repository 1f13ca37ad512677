/** Money as people type and read it: exact, in every currency, with every separator they use. */
import {
  equalParts,
  formatAmount,
  fromMinor,
  grouped,
  minorDigits,
  parseAmount,
  parsePercent,
  percentToMicros,
  toMinor,
} from '@tallystick/web/src/lib/format-money.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const currencies = ['CNY', 'EUR', 'JPY', 'KWD'] as const;
const currency = fc.constantFrom(...currencies);
const minor = fc.bigInt({ min: 0n, max: 10n ** 14n });

describe('writing an amount', () => {
  it('groups the thousands and fills the cents', () => {
    expect(formatAmount({ amount: '9999999999.9', currency: 'CNY' })).toBe('9,999,999,999.90');
  });

  it('shows no point in a currency without cents, and three digits in one with fils', () => {
    expect(formatAmount({ amount: '31000', currency: 'JPY' })).toBe('31,000');
    expect(formatAmount({ amount: '12.5', currency: 'KWD' })).toBe('12.500');
  });

  it('keeps what stands after the point of a quantity', () => {
    expect(grouped('60000')).toBe('60,000');
    expect(grouped('1234.5000')).toBe('1,234.5000');
    expect(grouped('999')).toBe('999');
  });

  it('writes a true minus', () => {
    expect(formatAmount({ amount: '-0.01', currency: 'CNY' })).toBe('−0.01');
  });
});

describe('reading an amount', () => {
  it('understands separators, spaces and full-width digits', () => {
    for (const typed of ['98,000.00', '98 000', "98'000.0", '９８０００', ' 98000. ']) {
      expect(parseAmount(typed, 'CNY')).toBe('98000.00');
    }
  });

  it('refuses what is not an amount, and digits that the currency does not have', () => {
    for (const typed of ['', '-5', '1.2.3', '12,5x', '0.001', '1e3', '٣']) {
      expect(parseAmount(typed, 'CNY')).toBeUndefined();
    }
    expect(parseAmount('1.5', 'JPY')).toBeUndefined();
  });

  it('reads back what it wrote, to the last minor unit', () => {
    fc.assert(
      fc.property(minor, currency, (units, code) => {
        const money = fromMinor(units, code);

        expect(toMinor(money)).toBe(units);
        expect(parseAmount(formatAmount(money), code)).toBe(money.amount);
      }),
      { seed: 20261122 },
    );
  });
});

describe('equal parts', () => {
  it('give the odd cents to the first parts', () => {
    expect(
      equalParts({ amount: '100.00', currency: 'CNY' }, 3).map(({ amount }) => amount),
    ).toEqual(['33.34', '33.33', '33.33']);
  });

  it('always sum to the whole and differ by one minor unit at most', () => {
    fc.assert(
      fc.property(minor, currency, fc.integer({ min: 1, max: 40 }), (units, code, count) => {
        const parts = equalParts(fromMinor(units, code), count).map(toMinor);
        const sorted = [...parts].sort((a, b) => (a < b ? -1 : 1));

        expect(parts.reduce((sum, part) => sum + part, 0n)).toBe(units);
        expect((sorted.at(-1) ?? 0n) - (sorted[0] ?? 0n)).toBeLessThanOrEqual(1n);
      }),
      { seed: 20261122 },
    );
  });
});

describe('a share in percent', () => {
  it('becomes millionths without a float in between', () => {
    expect(percentToMicros('6.85')).toBe('68500');
    expect(percentToMicros('100 %')).toBe('1000000');
    expect(percentToMicros('0,0001')).toBe('1');
  });

  it('is refused with more digits than can be kept', () => {
    expect(percentToMicros('0.00001')).toBeUndefined();
    expect(percentToMicros('1000')).toBeUndefined();
    expect(percentToMicros('')).toBeUndefined();
  });

  it('is written for the server without needless digits', () => {
    expect(parsePercent(' 06.850 ')).toBe('6.85');
    expect(parsePercent('0')).toBe('0');
  });
});

describe('the digits of a currency', () => {
  it('are those of ISO 4217, two where the code is unknown', () => {
    expect(currencies.map(minorDigits)).toEqual([2, 2, 0, 3]);
    expect(minorDigits('not a code')).toBe(2);
  });
});
