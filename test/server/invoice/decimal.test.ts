/** Exact decimals as XML writes them. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  add,
  compare,
  decimalText,
  minorUnits,
  multiply,
  parseDecimal,
  round,
} from '../../../server/src/invoice/decimal.ts';

const decimal = fc
  .tuple(fc.bigInt({ min: -(10n ** 14n), max: 10n ** 14n }), fc.integer({ min: 0, max: 8 }))
  .map(([digits, scale]) => ({ digits, scale }));

describe('reading a decimal', () => {
  it.each([
    ['0', '0'],
    ['12.50', '12.5'],
    ['-0.05', '-0.05'],
    ['+7', '7'],
    ['.5', '0.5'],
    ['5.', '5'],
    ['000123.4000', '123.4'],
  ])('reads %s', (written, meant) => {
    const read = parseDecimal(written);

    expect(read && decimalText(read)).toBe(meant);
  });

  it.each(['', '.', '-', '1e3', '1,000.00', '１２', '0x1', '1.2.3', 'NaN', '1234567890123456'])(
    'does not read %j',
    (written) => {
      expect(parseDecimal(written)).toBeNull();
    },
  );

  it('reads back what it writes', () => {
    fc.assert(
      fc.property(decimal, (value) => {
        const again = parseDecimal(decimalText(value));

        expect(again && compare(again, value)).toBe(0);
      }),
      { seed: 20261122 },
    );
  });
});

describe('reckoning with decimals', () => {
  it('loses nothing in sums and products', () => {
    fc.assert(
      fc.property(decimal, decimal, (a, b) => {
        const scale = BigInt(10 ** 8);
        const exact = (x: typeof a) => x.digits * (scale / 10n ** BigInt(x.scale));

        expect(compare(add(a, b), { digits: exact(a) + exact(b), scale: 8 })).toBe(0);
        expect(compare(multiply(a, b), { digits: exact(a) * exact(b), scale: 16 })).toBe(0);
      }),
      { seed: 20261122 },
    );
  });

  it.each([
    ['0.005', '0.01'],
    ['-0.005', '-0.01'],
    ['0.0049999', '0'],
    ['2.345', '2.35'],
  ])('rounds %s to %s, half away from zero', (exact, rounded) => {
    expect(decimalText(round(parseDecimal(exact) ?? fail(exact), 2))).toBe(rounded);
  });

  it.each([
    ['10.50', 'EUR', 1050n],
    ['10.500', 'EUR', 1050n],
    ['10.501', 'EUR', null],
    ['10', 'JPY', 10n],
    ['10.5', 'JPY', null],
    ['4925.125', 'KWD', 4925125n],
  ])('%s %s is %s minor units', (amount, currency, minor) => {
    expect(minorUnits(parseDecimal(amount) ?? fail(amount), currency)).toBe(minor);
  });
});

function fail(text: string): never {
  throw new Error(`not read: ${text}`);
}
