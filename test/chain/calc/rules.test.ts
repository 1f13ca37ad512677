/** The money rules over random terms, and on both sides of each of their borders. */
import {
  accrued,
  bearerOf,
  borne,
  grounds,
  ladder,
  type OverdueTerms,
  openOf,
  overdue,
  priorBearerOf,
  rebate,
  recourses,
  release,
  statutoryInterest,
  useUp,
} from '@tallystick/chain/src/calc/after.ts';
import {
  allocate,
  round,
  roundings,
  share,
  sum,
  whole,
} from '@tallystick/chain/src/calc/amount.ts';
import {
  dayCounts,
  daysAfter,
  daysApart,
  daysOf,
  dueOf,
  isCalendarDate,
  monthsAndDays,
  weekdayOf,
} from '@tallystick/chain/src/calc/days.ts';
import { type OutcomeTerms, outcomes } from '@tallystick/chain/src/calc/outcome.ts';
import { discountMethods, interestTimes, price } from '@tallystick/chain/src/calc/price.ts';
import {
  aprOfDiscount,
  borrowingBase,
  dynamicDiscount,
  redemption,
  splitByShares,
  splitEqually,
} from '@tallystick/chain/src/calc/share.ts';
import { addDays, daysBetween, weekday } from '@tallystick/server/src/kernel/time.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { advanced, due, face, plain, start } from './terms.ts';

const amount = fc.bigInt({ min: 0n, max: 10n ** 15n });
const positive = fc.bigInt({ min: 1n, max: 10n ** 15n });
const micros = fc.bigInt({ min: 0n, max: whole });
const tenor = fc.integer({ min: 1, max: 400 });
const date = fc.integer({ min: -200_000, max: 200_000 }).map((days) => addDays('2026-01-15', days));
const terms = fc.record({
  ...{ rateMicros: micros, method: fc.constantFrom(...discountMethods) },
  ...{ dayCount: fc.constantFrom(...dayCounts), advanceMicros: fc.bigInt({ min: 1n, max: whole }) },
  feeFlatMinor: fc.bigInt({ min: 0n, max: 10n ** 6n }),
  feeMicros: fc.bigInt({ min: 0n, max: 200_000n }),
  feeMinMinor: fc.bigInt({ min: 0n, max: 10n ** 6n }),
  ...{ interestAt: fc.constantFrom(...interestTimes), taxMicros: micros },
  feeAdvanceMicros: fc.bigInt({ min: 0n, max: 200_000n }),
  feeMaxMinor: fc.option(fc.bigInt({ min: 10n ** 6n, max: 10n ** 8n })),
  ...{ supplierMicros: micros, rounding: fc.constantFrom(...roundings) },
});

describe('rounding', () => {
  it('takes a tie up, to the even, down or up, and the same below zero', () => {
    const of = (numerator: bigint) => roundings.map((mode) => round(numerator, 10n, mode));

    expect(of(24n)).toEqual([2n, 2n, 2n, 3n]);
    expect(of(25n)).toEqual([3n, 2n, 2n, 3n]);
    expect(of(35n)).toEqual([4n, 4n, 3n, 4n]);
    expect(of(26n)).toEqual([3n, 3n, 2n, 3n]);
    expect(of(30n)).toEqual([3n, 3n, 3n, 3n]);
    expect(of(-25n)).toEqual([-3n, -2n, -2n, -3n]);
    expect(() => round(1n, 0n)).toThrow('a denominator is positive');
  });

  it('is never further off than its mode allows', () => {
    fc.assert(
      fc.property(amount, positive, (numerator, denominator) => {
        const off = (mode: (typeof roundings)[number]) =>
          round(numerator, denominator, mode) * denominator - numerator;
        for (const mode of ['HALF_UP', 'HALF_EVEN'] as const) {
          expect(2n * off(mode) <= denominator && 2n * off(mode) >= -denominator).toBe(true);
        }
        expect(off('DOWN') <= 0n && off('DOWN') > -denominator).toBe(true);
        expect(off('UP') >= 0n && off('UP') < denominator).toBe(true);
      }),
      { seed: 1 },
    );
  });
});

describe('sharing an amount', () => {
  it('never loses or makes a unit, and gives nobody more than a unit above his due', () => {
    const weights = fc
      .array(fc.bigInt({ min: 0n, max: 10n ** 9n }), { minLength: 1, maxLength: 12 })
      .filter((each) => sum(each) > 0n);

    fc.assert(
      fc.property(amount, weights, (total, by) => {
        const parts = allocate(total, by);
        expect(sum(parts)).toBe(total);
        for (const [order, part] of parts.entries()) {
          const off = part * sum(by) - total * (by[order] ?? 0n);
          expect(off > -sum(by) && off < sum(by)).toBe(true);
        }
      }),
      { seed: 2 },
    );
    expect(() => allocate(1n, [0n])).toThrow('the weights add up');
    expect(() => allocate(-1n, [1n])).toThrow('the amount to split is not negative');
    expect(() => splitByShares(1n, [999_999n])).toThrow('the shares make up the whole');
    expect(() => splitEqually(1n, 0)).toThrow('there is at least one part');
  });

  it('redeems nobody beyond what is open, and says what is over', () => {
    const opens = fc.array(positive, { minLength: 1, maxLength: 8 });

    fc.assert(
      fc.property(amount, opens, (receipt, open) => {
        const { parts, excessMinor } = redemption(receipt, open);
        expect(sum(parts) + excessMinor).toBe(receipt);
        expect(parts.every((part, order) => part <= (open[order] ?? 0n))).toBe(true);
        if (excessMinor > 0n) expect(parts).toEqual(open);
      }),
      { seed: 3 },
    );
  });
});

describe('days', () => {
  it('are counted as by any calendar, over a thousand years', () => {
    fc.assert(
      fc.property(date, date, (one, other) => {
        expect(daysApart(one, other)).toBe(daysBetween(one, other));
        expect(daysAfter(one, daysApart(one, other))).toBe(other);
        expect(weekdayOf(one)).toBe(weekday(one));
      }),
      { seed: 4, numRuns: 2_000 },
    );
  });

  it('tell a date that exists from one that does not', () => {
    const dates = ['2028-02-29', '2026-02-29', '2026-00-10', '2026-13-01', '2026-04-31', '26-1-1'];

    expect(dates.map(isCalendarDate)).toEqual([true, false, false, false, false, false]);
  });

  it('count the 31st as the 30th by 30/360 only where the first day is the 30th or later', () => {
    expect(daysOf('THIRTY_360', '2026-01-31', '2026-03-31')).toBe(60);
    expect(daysOf('THIRTY_360', '2026-01-30', '2026-03-31')).toBe(60);
    expect(daysOf('THIRTY_360', '2026-01-29', '2026-03-31')).toBe(62);
    expect(daysOf('THIRTY_360', '2025-12-31', '2026-01-31')).toBe(30);
  });

  it('make months up to the same day, or to the last of a shorter month', () => {
    expect(monthsAndDays('2026-01-31', '2026-02-28')).toEqual({ months: 1, days: 0 });
    expect(monthsAndDays('2026-01-31', '2026-02-27')).toEqual({ months: 0, days: 27 });
    expect(monthsAndDays('2026-10-31', '2026-12-31')).toEqual({ months: 2, days: 0 });
    expect(monthsAndDays('2025-11-15', '2026-03-01')).toEqual({ months: 3, days: 14 });
  });

  it('follow a calendar that is closed for weeks, and stop at one that never opens', () => {
    const closed = (from: string, to: string) => (day: string) => day < from || day > to;

    expect(dueOf('2026-05-31', 'PRECEDING', closed('2026-05-29', '2026-06-05'))).toBe('2026-05-28');
    expect(dueOf('2026-05-31', 'FOLLOWING', closed('2026-05-29', '2026-06-29'))).toBe('2026-06-30');
    expect(() => dueOf('2026-05-31', 'FOLLOWING', () => false)).toThrow('no business day');
  });
});

describe('a price', () => {
  it('accounts for every unit of the face, whoever bears the cost and whenever', () => {
    fc.assert(
      fc.property(positive, terms, tenor, (faceMinor, offered, days) => {
        const quote = price(faceMinor, offered, start, daysAfter(start, days));
        const cost = quote.discountMinor + quote.feesMinor + quote.taxMinor;
        const withheld = cost - quote.buyerMinor - quote.rearMinor;
        expect(quote.netMinor + withheld + quote.reserveMinor).toBe(faceMinor);
        expect(quote.buyerMinor >= 0n && quote.rearMinor >= 0n).toBe(true);
      }),
      { seed: 5 },
    );
  });

  it('rounds interest once, to the exact amount by its mode', () => {
    fc.assert(
      fc.property(positive, terms, tenor, (faceMinor, offered, days) => {
        const quote = price(faceMinor, offered, start, daysAfter(start, days));
        const year = (offered.dayCount === 'ACT_365F' ? 365n : 360n) * whole;
        const interest = offered.rateMicros * BigInt(quote.days);
        const isYield = offered.method === 'YIELD' && offered.interestAt === 'FRONT';
        const base = isYield ? year + interest : year;
        const exact = round(quote.advanceMinor * interest, base, offered.rounding);
        expect(quote.discountMinor).toBe(exact);
      }),
      { seed: 6 },
    );
  });

  it('costs no less for a day more, and discounts by yield never more than straight', () => {
    fc.assert(
      fc.property(positive, terms, tenor, (faceMinor, offered, days) => {
        const of = (method: 'STRAIGHT' | 'YIELD', after: number) =>
          price(faceMinor, { ...offered, method }, start, daysAfter(start, after)).discountMinor;
        expect(of('STRAIGHT', days + 1) >= of('STRAIGHT', days)).toBe(true);
        expect(of('YIELD', days + 1) >= of('YIELD', days)).toBe(true);
        expect(of('YIELD', days) <= of('STRAIGHT', days)).toBe(true);
        expect(of('YIELD', days) >= 0n).toBe(true);
      }),
      { seed: 7 },
    );
  });

  it('takes interest in arrears from nobody at the start, and not by yield', () => {
    const rear = price(face, { ...plain, method: 'YIELD', interestAt: 'REAR' }, start, due);

    expect(rear).toMatchObject({ netMinor: face, discountMinor: 1_689_04n, rearMinor: 1_689_04n });
  });

  it('charges a fee on face and advance, taxes it, and holds it between minimum and maximum', () => {
    const fee = (faceMinor: bigint) =>
      price(faceMinor, { ...advanced, feeAdvanceMicros: 1_000n, ...taxed }, start, due);
    const taxed = { feeMaxMinor: 300_00n, taxMicros: 60_000n };

    expect(fee(face)).toMatchObject({ feesMinor: 240_00n, taxMinor: 14_40n });
    expect(fee(10_000_00n)).toMatchObject({ feesMinor: 50_00n, taxMinor: 3_00n });
    expect(fee(200_000_00n)).toMatchObject({ feesMinor: 300_00n, taxMinor: 18_00n });
    expect(() => price(face, { ...advanced, feeMaxMinor: 49_99n }, start, due)).toThrow('minimum');
  });

  it('charges the minimum fee when the share is a cent below it, and the share from there on', () => {
    const fee = (faceMinor: bigint) =>
      price(faceMinor, { ...plain, feeMicros: 1_000n, feeMinMinor: 50_00n }, start, due).feesMinor;

    expect([fee(49_990_00n), fee(50_000_00n), fee(50_010_00n)]).toEqual([50_00n, 50_00n, 50_01n]);
  });

  it('leaves the supplier its whole advance where the buyer bears the cost', () => {
    const byBuyer = price(face, { ...advanced, supplierMicros: 0n }, start, due);
    const shared = price(face, { ...advanced, supplierMicros: 500_000n }, start, due);

    const taxed = price(
      face,
      { ...advanced, supplierMicros: 500_000n, taxMicros: 60_000n },
      start,
      due,
    );

    expect(taxed).toMatchObject({ taxMinor: 9_00n, netMinor: 89_160_43n, buyerMinor: 839_57n });
    expect(byBuyer).toMatchObject({ netMinor: 90_000_00n, buyerMinor: 1_670_14n, allInMicros: 0n });
    expect(shared).toMatchObject({ netMinor: 89_164_93n, buyerMinor: 835_07n });
  });

  it('has no yearly cost where nothing arrives or no day passes', () => {
    const eaten = price(face, { ...plain, feeFlatMinor: face }, start, due);

    expect([eaten.netMinor, eaten.allInMicros]).toEqual([-1_689_04n, null]);
    expect(price(face, plain, start, start).allInMicros).toBeNull();
  });

  it('B.9.28, B.9.29: prices a rate of nothing as no discount, and an advance of all as no reserve', () => {
    expect(price(face, { ...plain, rateMicros: 0n }, start, due)).toMatchObject({
      ...{ discountMinor: 0n, netMinor: face, reserveMinor: 0n, allInMicros: 0n },
    });
  });

  it('knows currencies without decimals and with three: a minor unit is all it counts', () => {
    expect(price(1_000_000n, plain, start, due).discountMinor).toBe(16_890n);
    expect(price(100_000_000n, plain, start, due).discountMinor).toBe(1_689_041n);
  });
});

describe('interest for late payment', () => {
  const late = (graceRule: OverdueTerms['graceRule'], days: number) =>
    overdue(
      90_000_00n,
      { ...plain, penaltyMicros: 20_000n, graceDays: 5, graceRule },
      due,
      daysAfter(due, days),
    );

  it('is forgiven within the grace; afterwards it counts from the due date, or from the end of grace', () => {
    const free = { days: 0, overdueMinor: 0n };

    expect([late('DEFER', 5), late('FORGIVE', 5), late('DEFER', -1)]).toEqual([free, free, free]);
    expect(late('DEFER', 6)).toEqual({ days: 6, overdueMinor: 130_93n });
    expect(late('FORGIVE', 6)).toEqual({ days: 1, overdueMinor: 21_82n });
    expect(late('DEFER', 12)).toEqual({ days: 12, overdueMinor: 261_86n });
    expect(late('FORGIVE', 12)).toEqual({ days: 7, overdueMinor: 152_75n });
  });

  it('is compounded by months, and simple for the days that are left', () => {
    expect(statutoryInterest(face, 165_000n, start, '2026-02-15').interestMinor).toBe(1_375_00n);
    expect(statutoryInterest(face, 165_000n, start, '2026-02-25')).toEqual({
      ...{ months: 1, days: 10, interestMinor: 1_833_27n },
    });
    expect(statutoryInterest(face, 165_000n, start, start).interestMinor).toBe(0n);
    expect(() => statutoryInterest(face, 1n, '1900-01-01', '2026-01-01')).toThrow('hundred years');
  });
});

describe('what comes back', () => {
  it('is a rebate between nothing and what was charged', () => {
    const days = fc.integer({ min: -400, max: 400 });

    fc.assert(
      fc.property(amount, micros, micros, amount, days, (advance, rate, back, charged, early) => {
        const offered = { rateMicros: rate, dayCount: 'ACT_360', rebateMicros: back } as const;
        const { rebateMinor } = rebate(advance, offered, charged, daysAfter(due, -early), due);
        expect(rebateMinor >= 0n && rebateMinor <= charged).toBe(true);
        if (early <= 0) expect(rebateMinor).toBe(0n);
      }),
      { seed: 8 },
    );
  });

  it('is a reserve of which every unit is paid out, kept, claimed or lost', () => {
    fc.assert(
      fc.property(amount, amount, amount, amount, fc.constantFrom(...recourses), (...given) => {
        const [reserve, dilutionMinor, overdueMinor, feesMinor, recourse] = given;
        const use = { dilutionMinor, overdueMinor, feesMinor };
        const { releaseMinor, claimMinor, lossMinor } = release(reserve, use, recourse);
        const used = dilutionMinor + overdueMinor + feesMinor;
        expect(releaseMinor - claimMinor - lossMinor).toBe(reserve - used);
        expect([releaseMinor, claimMinor, lossMinor].every((each) => each >= 0n)).toBe(true);
        if (releaseMinor > 0n) expect([claimMinor, lossMinor]).toEqual([0n, 0n]);
        if (recourse === 'NONE') expect(claimMinor).toBe(0n);
        if (recourse === 'FULL') expect(lossMinor).toBe(0n);
        if (dilutionMinor === 0n && recourse !== 'FULL') expect(claimMinor).toBe(0n);
      }),
      { seed: 9 },
    );
  });

  it('is interest that grows day by day, so that nothing is booked twice', () => {
    fc.assert(
      fc.property(amount, micros, tenor, (advance, rateMicros, days) => {
        const at = (day: number) =>
          accrued(advance, { rateMicros, dayCount: 'ACT_365F' }, start, daysAfter(start, day));
        expect(at(0)).toBe(0n);
        expect(at(days) >= at(days - 1)).toBe(true);
      }),
      { seed: 10 },
    );
  });
});

describe('the recourse table', () => {
  const table = Object.fromEntries(
    recourses.map((recourse) => [
      recourse,
      grounds.map((ground) => {
        const limit = { capMicros: 200_000n, afterDays: 60 };
        const bearer = bearerOf(recourse, ground, 90_000_00n, limit);
        return borne(90_000_00n, bearer, 60).claimMinor;
      }),
    ]),
  );

  it('says for each recourse and each ground what the seller owes', () => {
    const [all, none, capped] = [90_000_00n, 0n, 18_000_00n];

    expect(grounds).toEqual(['INSOLVENT', 'UNWILLING', 'DILUTION', 'FALSE_INVOICE']);
    expect(table).toEqual({
      NONE: [none, none, none, all],
      DILUTION_ONLY: [none, none, all, all],
      LIMITED: [capped, capped, all, all],
      FULL: [all, all, all, all],
    });
  });

  it('limits LIMITED to its days: a day before them the financier bears it', () => {
    const limit = { capMicros: 200_000n, afterDays: 60 };
    const bearer = bearerOf('LIMITED', 'INSOLVENT', 90_000_00n, limit);

    expect(bearerOf('LIMITED', 'UNWILLING', whole)).toMatchObject({ capMinor: 0n, afterDays: 0 });
    expect(borne(100n, bearer, 59)).toEqual({ claimMinor: 0n, lossMinor: 100n });
    expect(borne(100n, bearer, 60)).toEqual({ claimMinor: 100n, lossMinor: 0n });
  });

  it('never reaches a prior holder, unless the terms of its own hop say so', () => {
    for (const ground of grounds) {
      expect(priorBearerOf(null, ground, 1n)).toEqual({ kind: 'financier' });
    }
    expect(priorBearerOf('FULL', 'INSOLVENT', 1n)).toMatchObject({ kind: 'seller' });
  });

  it('refuses a ladder whose steps do not rise', () => {
    const steps = [
      { days: 30, micros: 500_000n },
      { days: 60, micros: 500_000n },
    ];

    expect(() => ladder(1n, steps, 60)).toThrow('the steps of a ladder rise');
    expect(() => ladder(1n, [{ days: 60, micros: 1n }, ...steps.slice(1)], 60)).toThrow('rise');
    expect(() => ladder(1n, [{ days: 1, micros: 1_000_001n }], 1)).toThrow('rise');
  });
});

describe('a receipt', () => {
  it('is always used up or left over, and pays a part in full before the next', () => {
    fc.assert(
      fc.property(amount, amount, amount, amount, (receipt, fee, late, principal) => {
        const used = useUp(receipt, { fee, overdue: late, principal });
        const { paid, open, excessMinor } = used;
        expect(sum(Object.values(paid)) + excessMinor).toBe(receipt);
        expect(sum(Object.values(paid)) + openOf(used)).toBe(fee + late + principal);
        if (paid.overdue > 0n) expect(open.fee).toBe(0n);
        if (paid.principal > 0n) expect([open.fee, open.overdue]).toEqual([0n, 0n]);
        if (excessMinor > 0n) expect(openOf(used)).toBe(0n);
      }),
      { seed: 11 },
    );
    expect(() => useUp(-1n, { fee: 0n, overdue: 0n, principal: 0n })).toThrow('not negative');
  });
});

describe('discounts of the buyer', () => {
  const scale = (name: 'FIXED' | 'CLIFF' | 'CLIFF_SLIDING', day: number) =>
    dynamicDiscount(10_000_00n, { scale: name, micros: 15_000n, termDays: 30, cliffDay: 10 }, day);

  it('are whole until the day of the cliff, then nothing or sliding, and nothing at the term', () => {
    expect([scale('FIXED', 29), scale('FIXED', 30)]).toEqual([150_00n, 0n]);
    expect([scale('CLIFF', 10), scale('CLIFF', 11)]).toEqual([150_00n, 0n]);
    expect([scale('CLIFF_SLIDING', 10), scale('CLIFF_SLIDING', 11)]).toEqual([150_00n, 95_00n]);
    expect(scale('CLIFF_SLIDING', 30)).toBe(0n);
  });

  it('are worth no yearly rate on nothing, or for no day', () => {
    expect([aprOfDiscount(0n, 0n, 10), aprOfDiscount(1n, 1n, 0)]).toEqual([null, null]);
    expect(aprOfDiscount(1_000_00n, 10_00n, 1)).toBe(3_650_000n);
  });

  it('never grow with the day on which is paid', () => {
    const name = fc.constantFrom('APR', 'SLIDING', 'CLIFF', 'CLIFF_SLIDING', 'FIXED' as const);
    const day = fc.integer({ min: 0, max: 120 });

    fc.assert(
      fc.property(amount, name, micros, day, day, (total, by, rate, cliffDay, payDay) => {
        const offered = { scale: by, micros: rate, termDays: 90, cliffDay };
        const today = dynamicDiscount(total, offered, payDay);
        expect(dynamicDiscount(total, offered, payDay + 1) <= today).toBe(true);
        expect(today >= 0n && today <= total).toBe(true);
      }),
      { seed: 12 },
    );
  });
});

describe('a borrowing base', () => {
  it('leaves out what is ineligible and what one debtor owes beyond its cap', () => {
    const debtors = [
      { grossMinor: 600_00n, ineligibleMinor: 100_00n },
      { grossMinor: 300_00n, ineligibleMinor: 0n },
      { grossMinor: 200_00n, ineligibleMinor: 0n },
    ];
    const by = { advanceMicros: 850_000n, dilutionMicros: 50_000n, capMicros: 400_000n };

    expect(borrowingBase(debtors, by)).toEqual({
      ...{ eligibleMinor: 1_000_00n, concentratedMinor: 100_00n, baseMinor: 720_00n },
    });
    const odd = [{ grossMinor: 999n, ineligibleMinor: 0n }, ...debtors.slice(1)];
    expect(borrowingBase(odd, { ...by, capMicros: 333_333n }).concentratedMinor).toBe(160_02n);
    expect(
      borrowingBase([{ grossMinor: 99n, ineligibleMinor: 0n }], { ...by, capMicros: whole }),
    ).toEqual({
      ...{ eligibleMinor: 99n, concentratedMinor: 0n, baseMinor: 79n },
    });
    expect(borrowingBase(debtors, { ...by, dilutionMicros: 900_000n }).baseMinor).toBe(0n);
    expect(() => borrowingBase([{ grossMinor: 1n, ineligibleMinor: 2n }], by)).toThrow('owed');
  });
});

describe('what a financing may come to', () => {
  const offered: OutcomeTerms = {
    ...{ ...advanced, recourse: 'DILUTION_ONLY', rebateMicros: 1_000_000n },
    recourseLimit: { capMicros: 0n, afterDays: 0 },
    overdue: { penaltyMicros: 20_000n, graceDays: 0, graceRule: 'DEFER' },
  };
  const cases = { earlyDays: 20, lateDays: 12, partMicros: 500_000n, creditMicros: 150_000n };

  it('is told to the cent before anybody signs, for every way in which it may end', () => {
    const told = outcomes(face, offered, start, due, cases).map((each) => [
      ...[each.scenario, each.supplierMinor, each.bankMinor, each.claimMinor, each.lossMinor],
    ]);

    expect(told).toEqual([
      ['ON_TIME', 98_329_86n, 1_670_14n, 0n, 0n],
      ['EARLY', 98_667_67n, 1_332_33n, 0n, 0n],
      ['LATE', 98_068_00n, 1_932_00n, 0n, 0n],
      ['PART', 88_329_86n, -38_329_86n, 0n, 40_000_00n],
      ['CREDIT_NOTE', 83_329_86n, 1_670_14n, 5_000_00n, 0n],
      ['DISPUTE', -1_670_14n, 1_670_14n, 90_000_00n, 0n],
      ['DEFAULT', 88_329_86n, -88_329_86n, 0n, 90_000_00n],
      ['FALSE_INVOICE', -1_670_14n, 1_670_14n, 90_000_00n, 0n],
    ]);
  });

  it('is what the settlement then books: late by V5, early by V6, less by V7', () => {
    const of = (scenario: string) =>
      outcomes(face, offered, start, due, cases).find((each) => each.scenario === scenario);

    expect(of('LATE')).toMatchObject({ overdueMinor: 261_86n, releaseMinor: 9_738_14n });
    expect(of('EARLY')).toMatchObject({ rebateMinor: 337_81n, releaseMinor: 10_000_00n });
    expect(of('CREDIT_NOTE')).toMatchObject({ claimMinor: 5_000_00n, releaseMinor: 0n });
  });

  it('accounts for all that the buyer pays, and leaves the seller free without recourse', () => {
    const offers = terms.map((each) => ({ ...offered, ...each }));

    fc.assert(
      fc.property(positive, offers, fc.constantFrom(...recourses), tenor, (total, each, by, n) => {
        const to = daysAfter(start, n);
        for (const told of outcomes(total, { ...each, recourse: by }, start, to, cases)) {
          const missing = told.claimMinor + told.lossMinor;
          expect([told.claimMinor, told.lossMinor, told.releaseMinor].some((x) => x < 0n)).toBe(
            false,
          );
          if (missing > 0n) expect(told.releaseMinor).toBe(0n);
          const isFalse = told.scenario === 'FALSE_INVOICE';
          if (by === 'NONE' && !isFalse) expect(told.claimMinor).toBe(0n);
          if (by === 'FULL') expect(told.lossMinor).toBe(0n);
        }
      }),
      { seed: 13, numRuns: 50 },
    );
  });

  it('costs a share of the whole, once rounded', () => {
    expect(share(face, 333_333n)).toBe(33_333_30n);
    expect(share(1n, 500_000n, 'HALF_EVEN')).toBe(0n);
  });
});
