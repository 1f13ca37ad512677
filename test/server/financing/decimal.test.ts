import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { microsOfPercent, percentOfMicros } from '../../../server/src/financing/decimal.ts';

describe('percentages', () => {
  it('are read exactly, to four decimals', () => {
    expect(['6.85', '0', '100', '0.15', '6.1234', '6.12340'].map(microsOfPercent)).toEqual([
      68_500n,
      0n,
      1_000_000n,
      1_500n,
      61_234n,
      61_234n,
    ]);
  });

  it('are no other text and no finer number', () => {
    for (const text of ['', '.5', '5.', '1e2', '6,85', '6.12345', ' 6', '٣', '1234567']) {
      expect(microsOfPercent(text)).toBeNull();
    }
  });

  it('are written with two decimals, and more where they are needed', () => {
    expect([68_500n, 0n, 1_000_000n, 1n, 69_677n, -68_500n].map(percentOfMicros)).toEqual([
      '6.85',
      '0.00',
      '100.00',
      '0.0001',
      '6.9677',
      '-6.85',
    ]);
  });

  it('come back as they were written', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 9n), max: 10n ** 9n }), (micros) => {
        expect(microsOfPercent(percentOfMicros(micros))).toBe(micros);
      }),
      { seed: 20260120 },
    );
  });
});
