import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { daysOf, type PriceTerms, price } from '../../../server/src/financing/pricing.ts';
import { allocate } from '../../../server/src/kernel/money.ts';
import { addDays } from '../../../server/src/kernel/time.ts';
import { adjust, weekdays } from '../../../server/src/receivable/maturity.ts';

const face = 100_000_00n;
const start = '2026-01-15';
const end = '2026-04-15';
const plain: PriceTerms = {
  rateMicros: 68_500n,
  method: 'STRAIGHT',
  dayCount: 'ACT_365F',
  advanceMicros: 1_000_000n,
  feeFlatMinor: 0n,
  feeMicros: 0n,
  feeMinMinor: 0n,
};

describe('pricing a quote', () => {
  it('V1: 100,000.00 at 6.85 % for 90 days, ACT/365F straight', () => {
    expect(price(face, plain, start, end)).toEqual({
      days: 90,
      advanceMinor: 100_000_00n,
      discountMinor: 1_689_04n,
      feesMinor: 0n,
      netMinor: 98_310_96n,
      reserveMinor: 0n,
      allInMicros: 69_677n,
    });
  });

  it('V2: the same by ACT/360 and by 30/360', () => {
    for (const dayCount of ['ACT_360', 'THIRTY_360'] as const) {
      const { days, discountMinor } = price(face, { ...plain, dayCount }, start, end);

      expect([days, discountMinor]).toEqual([90, 1_712_50n]);
    }
  });

  it('V3: discount to yield differs from straight discount', () => {
    const byYear = price(face, { ...plain, method: 'YIELD' }, start, end);
    const by360 = price(face, { ...plain, method: 'YIELD', dayCount: 'ACT_360' }, start, end);

    expect([byYear.netMinor, byYear.discountMinor]).toEqual([98_339_01n, 1_660_99n]);
    expect(by360.netMinor).toBe(98_316_33n);
  });

  it('V4: an advance of 90 % with a fee of 0.15 % of the face, at least 50.00', () => {
    const terms = { ...plain, advanceMicros: 900_000n, feeMicros: 1_500n, feeMinMinor: 50_00n };

    expect(price(face, terms, start, end)).toMatchObject({
      advanceMinor: 90_000_00n,
      discountMinor: 1_520_14n,
      feesMinor: 150_00n,
      netMinor: 88_329_86n,
      reserveMinor: 10_000_00n,
    });
  });

  it('charges the minimum fee when the share is a cent below it, and the share from there on', () => {
    const fee = (faceMinor: bigint) =>
      price(faceMinor, { ...plain, feeMicros: 1_000n, feeMinMinor: 50_00n }, start, end).feesMinor;

    expect([fee(49_990_00n), fee(50_000_00n), fee(50_010_00n)]).toEqual([50_00n, 50_00n, 50_01n]);
  });

  it('V8 and V9: three equal parts cost a cent less together than the whole', () => {
    const parts = allocate({ minor: face, currency: 'EUR' }, [1n, 1n, 1n]);
    const discounts = parts.map(({ minor }) => price(minor, plain, start, end).discountMinor);

    expect(parts.map(({ minor }) => minor)).toEqual([33_333_34n, 33_333_33n, 33_333_33n]);
    expect(discounts).toEqual([563_01n, 563_01n, 563_01n]);
  });

  it('V10: 100,000.01 by 33.33, 33.33 and 33.34 %', () => {
    const parts = allocate({ minor: 100_000_01n, currency: 'EUR' }, [3333n, 3333n, 3334n]);

    expect(parts.map(({ minor }) => minor)).toEqual([33_330_00n, 33_330_00n, 33_340_01n]);
  });

  it('V12: rounding once is not the same as rounding every day', () => {
    const daily = Array.from({ length: 90 }, (_, day) =>
      price(face, plain, addDays(start, day), addDays(start, day + 1)),
    ).reduce((sum, { discountMinor }) => sum + discountMinor, 0n);

    expect(daily).toBe(1_689_30n);
    expect(price(face, plain, start, end).discountMinor).toBe(1_689_04n);
  });

  it('V13: the quote with the lowest rate is not the one with the most cash', () => {
    const quote = (rateMicros: bigint, feeFlatMinor: bigint) =>
      price(
        500_000_00n,
        { ...plain, rateMicros, feeFlatMinor },
        '2026-01-15',
        addDays('2026-01-15', 62),
      );
    const [a, b, c] = [quote(64_000n, 0n), quote(62_500n, 150_00n), quote(65_500n, 0n)];

    expect([a.netMinor, b.netMinor, c.netMinor]).toEqual([494_564_38n, 494_541_78n, 494_436_99n]);
    expect([a, b, c].map(({ allInMicros }) => Math.round(Number(allInMicros) / 10))).toEqual([
      6470, 6498, 6624,
    ]);
  });

  it('V14: a due date on a Sunday costs by the business day on which money moves', () => {
    const discount = (rule: string) => {
      const { days, discountMinor } = price(
        face,
        plain,
        '2026-03-02',
        adjust('2026-05-31', rule, weekdays),
      );
      return [days, discountMinor];
    };

    expect(discount('FOLLOWING')).toEqual([91, 1_707_81n]);
    expect(discount('MODIFIED_FOLLOWING')).toEqual([88, 1_651_51n]);
    expect(discount('NONE')).toEqual([90, 1_689_04n]);
  });

  it('V15: a leap February has 29 actual days and 30 of 30/360', () => {
    expect(daysOf('ACT_365F', '2028-02-01', '2028-03-01')).toBe(29);
    expect(daysOf('ACT_360', '2028-02-01', '2028-03-01')).toBe(29);
    expect(daysOf('THIRTY_360', '2028-02-01', '2028-03-01')).toBe(30);
  });

  it('counts the 31st as the 30th by 30/360 only where the first day is the 30th or later', () => {
    expect(daysOf('THIRTY_360', '2026-01-31', '2026-03-31')).toBe(60);
    expect(daysOf('THIRTY_360', '2026-01-30', '2026-03-31')).toBe(60);
    expect(daysOf('THIRTY_360', '2026-01-29', '2026-03-31')).toBe(62);
  });

  it('V18: 1,000 yen in three parts has no decimals', () => {
    const parts = allocate({ minor: 1_000n, currency: 'JPY' }, [1n, 1n, 1n]);

    expect(parts.map(({ minor }) => minor)).toEqual([334n, 333n, 333n]);
  });

  it('V19: the third tier finances 45,000.55 at 5.9 % for 75 days, ACT/360', () => {
    const terms = { ...plain, rateMicros: 59_000n, dayCount: 'ACT_360' } as const;
    const { discountMinor, netMinor } = price(45_000_55n, terms, start, addDays(start, 75));

    expect([discountMinor, netMinor]).toEqual([553_13n, 44_447_42n]);
  });

  it('prices a rate of nothing as no discount, and an advance of all as no reserve (B.9.28, 29)', () => {
    expect(price(face, { ...plain, rateMicros: 0n }, start, end)).toMatchObject({
      discountMinor: 0n,
      netMinor: face,
      reserveMinor: 0n,
      allInMicros: 0n,
    });
  });

  it('never loses or makes a minor unit: net, discount, fees and reserve are the face', () => {
    fc.assert(
      fc.property(anyFace, anyTerms, anyTenor, (faceMinor, terms, days) => {
        const quote = price(faceMinor, terms, start, addDays(start, days));
        const parts = [quote.netMinor, quote.discountMinor, quote.feesMinor, quote.reserveMinor];
        expect(parts.reduce((sum, part) => sum + part, 0n)).toBe(faceMinor);
      }),
      { seed: 20260115 },
    );
  });

  it('rounds the discount to the nearest unit of the exact amount', () => {
    fc.assert(
      fc.property(anyFace, anyTerms, anyTenor, (faceMinor, terms, days) => {
        const quote = price(faceMinor, terms, start, addDays(start, days));
        const interest = terms.rateMicros * BigInt(quote.days);
        const year = (terms.dayCount === 'ACT_365F' ? 365n : 360n) * 1_000_000n;
        const base = terms.method === 'STRAIGHT' ? year : year + interest;
        const twiceOff = 2n * (quote.discountMinor * base - quote.advanceMinor * interest);
        expect(twiceOff > -base && twiceOff <= base).toBe(true);
      }),
      { seed: 20260116 },
    );
  });

  it('discounts by yield never more than straight, and never below nothing', () => {
    fc.assert(
      fc.property(anyFace, anyTerms, anyTenor, (faceMinor, terms, days) => {
        const at = addDays(start, days);
        const straight = price(faceMinor, { ...terms, method: 'STRAIGHT' }, start, at);
        const byYield = price(faceMinor, { ...terms, method: 'YIELD' }, start, at);
        expect(byYield.discountMinor >= 0n).toBe(true);
        expect(byYield.discountMinor <= straight.discountMinor).toBe(true);
      }),
      { seed: 20260117 },
    );
  });
});

const anyFace = fc.bigInt({ min: 1n, max: 10n ** 15n });
const anyTenor = fc.integer({ min: 1, max: 400 });
const anyTerms: fc.Arbitrary<PriceTerms> = fc.record({
  rateMicros: fc.bigInt({ min: 0n, max: 1_000_000n }),
  method: fc.constantFrom('STRAIGHT' as const, 'YIELD' as const),
  dayCount: fc.constantFrom('ACT_365F' as const, 'ACT_360' as const, 'THIRTY_360' as const),
  advanceMicros: fc.bigInt({ min: 1n, max: 1_000_000n }),
  feeFlatMinor: fc.bigInt({ min: 0n, max: 10n ** 6n }),
  feeMicros: fc.bigInt({ min: 0n, max: 200_000n }),
  feeMinMinor: fc.bigInt({ min: 0n, max: 10n ** 6n }),
});
