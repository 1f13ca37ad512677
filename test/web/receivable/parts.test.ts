/** Typing the parts of a split: exact to the minor unit, the smallest part respected. */
import { fromMinor } from '@tallystick/web/src/lib/format-money.ts';
import { readParts } from '@tallystick/web/src/receivable/parts.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const face = { amount: '120000.00', currency: 'CNY' };
const min = 100_000n;

describe('the parts of a split', () => {
  it('are exact when they sum to the certificate', () => {
    const read = readParts(['45,000.55', '74,999.45'], face, min);

    expect(read.isExact).toBe(true);
    expect(read.amounts.map(({ amount }) => amount)).toEqual(['45000.55', '74999.45']);
  });

  it('are short or over by exactly what is missing or too much', () => {
    expect(readParts(['45,000.55', '74,999.44'], face, min).leftMinor).toBe(1n);
    expect(readParts(['45,000.55', '74,999.46'], face, min).leftMinor).toBe(-1n);
  });

  it('name what is wrong with each', () => {
    expect(readParts(['', 'much', '999.99', '1,000.00'], face, min).problems).toEqual([
      'required',
      'notAnAmount',
      'belowMin',
      undefined,
    ]);
  });

  it('are never nothing, even where the programme asks for no smallest part', () => {
    expect(readParts(['0', '120000'], face, 0n).problems).toEqual(['belowMin', undefined]);
  });

  it('are exact precisely when every part is right and nothing is left', () => {
    fc.assert(
      fc.property(
        fc.array(fc.bigInt({ min: 0n, max: 200_000n }), { minLength: 1, maxLength: 6 }),
        (units) => {
          const whole = fromMinor(
            units.reduce((sum, each) => sum + each, 0n),
            'CNY',
          );
          const typed = units.map((each) => fromMinor(each, 'CNY').amount);
          const read = readParts(typed, whole, min);

          expect(read.leftMinor).toBe(0n);
          expect(read.isExact).toBe(units.every((each) => each >= min));
        },
      ),
      { seed: 20261122 },
    );
  });
});
