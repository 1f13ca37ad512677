/** The golden vectors of the money rules, each by its name: exact rationals, rounded once. */
import {
  accrued,
  ladder,
  type OverdueTerms,
  overdue,
  rebate,
  release,
  statutoryInterest,
  useUp,
} from '@tallystick/chain/src/calc/after.ts';
import { sum } from '@tallystick/chain/src/calc/amount.ts';
import { daysAfter, daysOf, dueOf, weekdayOf } from '@tallystick/chain/src/calc/days.ts';
import { type PriceTerms, price } from '@tallystick/chain/src/calc/price.ts';
import {
  aprOfDiscount,
  dynamicDiscount,
  redemption,
  splitByShares,
  splitEqually,
} from '@tallystick/chain/src/calc/share.ts';
import { describe, expect, it } from 'vitest';
import { advanced, due, face, plain, start } from './terms.ts';

const isWeekday = (date: string) => weekdayOf(date) <= 5;

describe('the golden vectors', () => {
  it('V1: 100,000.00 at 6.85 % for 90 days, ACT/365F straight', () => {
    expect(price(face, plain, start, due)).toEqual({
      ...{ days: 90, advanceMinor: 100_000_00n, discountMinor: 1_689_04n, feesMinor: 0n },
      ...{ taxMinor: 0n, buyerMinor: 0n, rearMinor: 0n, netMinor: 98_310_96n },
      ...{ reserveMinor: 0n, allInMicros: 69_677n },
    });
  });

  it('V2: the same by ACT/360 and by 30/360', () => {
    for (const dayCount of ['ACT_360', 'THIRTY_360'] as const) {
      const { days, discountMinor } = price(face, { ...plain, dayCount }, start, due);

      expect([days, discountMinor]).toEqual([90, 1_712_50n]);
    }
  });

  it('V3: discount to yield differs from straight discount', () => {
    const byYear = price(face, { ...plain, method: 'YIELD' }, start, due);
    const by360 = price(face, { ...plain, method: 'YIELD', dayCount: 'ACT_360' }, start, due);

    expect([byYear.netMinor, byYear.discountMinor]).toEqual([98_339_01n, 1_660_99n]);
    expect(by360.netMinor).toBe(98_316_33n);
  });

  it('V4: an advance of 90 % with a fee of 0.15 % of the face, at least 50.00', () => {
    expect(price(face, advanced, start, due)).toMatchObject({
      ...{ advanceMinor: 90_000_00n, discountMinor: 1_520_14n, feesMinor: 150_00n },
      ...{ netMinor: 88_329_86n, reserveMinor: 10_000_00n },
    });
  });

  it('V5: the buyer pays 12 days late at 2 % more; the reserve answers for it', () => {
    const { overdueMinor } = overdue(90_000_00n, late, due, daysAfter(due, 12));

    expect(overdueMinor).toBe(261_86n);
    expect(release(10_000_00n, { ...nothing, overdueMinor }, 'DILUTION_ONLY')).toEqual({
      ...{ releaseMinor: 9_738_14n, claimMinor: 0n, lossMinor: 0n },
    });
  });

  it('V6: the buyer pays 20 days early, all of the rebate on the advance', () => {
    const terms = { ...plain, rebateMicros: 1_000_000n };

    expect(rebate(90_000_00n, terms, 1_520_14n, daysAfter(due, -20), due)).toEqual({
      ...{ days: 20, rebateMinor: 337_81n },
    });
  });

  it('V7: a credit note of 4,000.00 leaves 6,000.00; one of 15,000.00 is owed by the seller', () => {
    const noted = (dilutionMinor: bigint) =>
      release(10_000_00n, { ...nothing, dilutionMinor }, 'DILUTION_ONLY');

    expect(noted(4_000_00n)).toEqual({ releaseMinor: 6_000_00n, claimMinor: 0n, lossMinor: 0n });
    expect(noted(15_000_00n)).toEqual({ releaseMinor: 0n, claimMinor: 5_000_00n, lossMinor: 0n });
  });

  it('V8: 100,000.00 in three equal parts', () => {
    expect(splitEqually(face, 3)).toEqual([33_333_34n, 33_333_33n, 33_333_33n]);
  });

  it('V9: discounting each of the three costs a cent less together, and that is no error', () => {
    const discounts = splitEqually(face, 3).map(
      (part) => price(part, plain, start, due).discountMinor,
    );

    expect(discounts).toEqual([563_01n, 563_01n, 563_01n]);
    expect(price(face, plain, start, due).discountMinor - sum(discounts)).toBe(1n);
  });

  it('V10: 100,000.01 by 33.33, 33.33 and 33.34 %', () => {
    expect(splitByShares(100_000_01n, [333_300n, 333_300n, 333_400n])).toEqual([
      ...[33_330_00n, 33_330_00n, 33_340_01n],
    ]);
  });

  it('V11: 70,000.00 redeems three holders of record by what is open to each', () => {
    expect(redemption(70_000_00n, [50_000_01n, 29_999_99n, 20_000_00n])).toEqual({
      ...{ parts: [35_000_01n, 20_999_99n, 14_000_00n], excessMinor: 0n },
    });
  });

  it('V12: interest rounded every day is off by cents; what is booked is the whole less what was booked', () => {
    const days = Array.from({ length: 90 }, (_, day) => day);
    const daily = days.map((day) =>
      accrued(face, plain, daysAfter(start, day), daysAfter(start, day + 1)),
    );
    let booked = 0n;
    for (const day of days) {
      booked += accrued(face, plain, start, daysAfter(start, day + 1)) - booked;
    }

    expect(sum(daily)).toBe(1_689_30n);
    expect(booked).toBe(1_689_04n);
  });

  it('V13: the quote with the lowest rate is not the one with the most cash', () => {
    const quote = (rateMicros: bigint, feeFlatMinor: bigint) =>
      price(500_000_00n, { ...plain, rateMicros, feeFlatMinor }, start, daysAfter(start, 62));
    const quotes = [quote(64_000n, 0n), quote(62_500n, 150_00n), quote(65_500n, 0n)];

    expect(quotes.map(({ netMinor }) => netMinor)).toEqual([
      ...[494_564_38n, 494_541_78n, 494_436_99n],
    ]);
    expect(quotes.map(({ allInMicros }) => Math.round(Number(allInMicros) / 10))).toEqual([
      ...[6470, 6498, 6624],
    ]);
  });

  it('V14: a due date on a Sunday costs by the business day on which money moves', () => {
    const discount = (rule: Parameters<typeof dueOf>[1]) => {
      const on = dueOf('2026-05-31', rule, isWeekday);
      const { days, discountMinor } = price(face, plain, '2026-03-02', on);
      return [on, days, discountMinor];
    };

    expect(discount('FOLLOWING')).toEqual(['2026-06-01', 91, 1_707_81n]);
    expect(discount('MODIFIED_FOLLOWING')).toEqual(['2026-05-29', 88, 1_651_51n]);
    expect(discount('UNADJUSTED')).toEqual(['2026-05-31', 90, 1_689_04n]);
  });

  it('V15: a leap February has 29 actual days and 30 of 30/360', () => {
    expect(daysOf('ACT_365F', '2028-02-01', '2028-03-01')).toBe(29);
    expect(daysOf('ACT_360', '2028-02-01', '2028-03-01')).toBe(29);
    expect(daysOf('THIRTY_360', '2028-02-01', '2028-03-01')).toBe(30);
  });

  it('V16: 60,000.00 is used up on the fee, then on overdue interest, then on the debt', () => {
    const dues = { fee: 50_00n, overdue: 261_86n, principal: 90_000_00n };

    expect(useUp(60_000_00n, dues)).toEqual({
      paid: { fee: 50_00n, overdue: 261_86n, principal: 59_688_14n },
      open: { fee: 0n, overdue: 0n, principal: 30_311_86n },
      excessMinor: 0n,
    });
  });

  it('V17: 23,456.78 by a sliding 1.5 % net 30 on day 10, and by 9 % a year 37 days early', () => {
    const sliding = { scale: 'SLIDING', micros: 15_000n, termDays: 30, cliffDay: 0 } as const;
    const byYear = { scale: 'APR', micros: 90_000n, termDays: 37, cliffDay: 0 } as const;

    expect(dynamicDiscount(23_456_78n, sliding, 10)).toBe(234_57n);
    expect(dynamicDiscount(1_000_000n, sliding, 10)).toBe(10_000n);
    expect(dynamicDiscount(23_456_78n, byYear, 0)).toBe(214_00n);
    expect(aprOfDiscount(23_456_78n, 214_00n, 37)).toBe(89_999n);
  });

  it('V18: 1,000 yen in three parts has no decimals', () => {
    expect(splitEqually(1_000n, 3)).toEqual([334n, 333n, 333n]);
  });

  it('V19: the third tier finances 45,000.55 at 5.9 % for 75 days, ACT/360', () => {
    const terms: PriceTerms = { ...plain, rateMicros: 59_000n, dayCount: 'ACT_360' };
    const { discountMinor, netMinor } = price(45_000_55n, terms, start, daysAfter(start, 75));

    expect([discountMinor, netMinor]).toEqual([553_13n, 44_447_42n]);
  });

  it('V20: statutory interest on 100,000.00 at 16.5 % with monthly rests for three months', () => {
    expect(statutoryInterest(face, 165_000n, start, due)).toEqual({
      ...{ months: 3, days: 0, interestMinor: 4_181_98n },
    });
  });

  it('V21: the ladder carries 90,000.00 at three quarters, a half, a quarter and nothing', () => {
    const steps = [
      { days: 30, micros: 250_000n },
      { days: 60, micros: 500_000n },
      { days: 90, micros: 750_000n },
      { days: 120, micros: 1_000_000n },
    ];
    const carried = [29, 30, 60, 90, 119, 120].map(
      (days) => ladder(90_000_00n, steps, days).carryingMinor,
    );

    expect(carried).toEqual([...[90_000_00n, 67_500_00n, 45_000_00n, 22_500_00n, 22_500_00n, 0n]]);
  });
});

const nothing = { dilutionMinor: 0n, overdueMinor: 0n, feesMinor: 0n };
const late: OverdueTerms = {
  ...{ rateMicros: 68_500n, penaltyMicros: 20_000n, dayCount: 'ACT_365F' },
  ...{ graceDays: 0, graceRule: 'DEFER' },
};
