/** One calculation of every rule, with what it must come to; the golden vectors where there is one. */
import type { Calculation, calculate, RuleName } from '@tallystick/chain/src/calc/run.ts';

export const priced = {
  ...{ currency: 'EUR', faceMinor: 100_000_00n, start: '2026-01-15', end: '2026-04-15' },
  ...{ rateMicros: 68_500n, method: 'STRAIGHT', dayCount: 'ACT_365F', advanceMicros: 900_000n },
  ...{ feeFlatMinor: 0n, feeMicros: 1_500n, feeMinMinor: 50_00n, interestAt: 'FRONT' },
  ...{ feeAdvanceMicros: 0n, feeMaxMinor: null, taxMicros: 0n, supplierMicros: 1_000_000n },
};

export const examples: Readonly<
  Record<RuleName, readonly [Parameters<typeof calculate>[1], Calculation['results']]>
> = {
  price: [
    priced,
    {
      ...{ days: '90', advanceMinor: '9000000', discountMinor: '152014', feesMinor: '15000' },
      ...{ taxMinor: '0', buyerMinor: '0', rearMinor: '0', netMinor: '8832986' },
      ...{ reserveMinor: '1000000', allInMicros: '76682' },
    },
  ],
  overdue: [
    {
      ...{ currency: 'EUR', openMinor: 90_000_00n, rateMicros: 68_500n, penaltyMicros: 20_000n },
      ...{ dayCount: 'ACT_365F', graceDays: 5, graceRule: 'DEFER' },
      ...{ dueDate: '2026-04-15', paidOn: '2026-04-27' },
    },
    { days: '12', overdueMinor: '26186' },
  ],
  rebate: [
    {
      ...{ currency: 'EUR', advanceMinor: 90_000_00n, rateMicros: 68_500n, dayCount: 'ACT_365F' },
      ...{ rebateMicros: 1_000_000n, chargedMinor: 1_520_14n },
      ...{ paidOn: '2026-03-26', dueDate: '2026-04-15' },
    },
    { days: '20', rebateMinor: '33781' },
  ],
  release: [
    {
      ...{ currency: 'EUR', reserveMinor: 10_000_00n, dilutionMinor: 15_000_00n },
      ...{ overdueMinor: 0n, feesMinor: 0n, recourse: 'DILUTION_ONLY' },
    },
    { releaseMinor: '0', claimMinor: '500000', lossMinor: '0' },
  ],
  recourse: [
    {
      ...{ currency: 'EUR', missingMinor: 90_000_00n, recourse: 'LIMITED', ground: 'INSOLVENT' },
      ...{ advanceMinor: 90_000_00n, daysLate: 60, capMicros: 200_000n, afterDays: 60 },
    },
    { claimMinor: '1800000', lossMinor: '7200000' },
  ],
  ladder: [
    {
      ...{ currency: 'EUR', openMinor: 90_000_00n, daysLate: 60 },
      ...{ stepDays: [30, 60, 90], stepMicros: [250_000n, 500_000n, 750_000n] },
    },
    { providedMinor: '4500000', carryingMinor: '4500000' },
  ],
  statutory: [
    {
      ...{ currency: 'INR', principalMinor: 100_000_00n, rateMicros: 165_000n },
      ...{ start: '2026-01-15', end: '2026-04-15' },
    },
    { months: '3', days: '0', interestMinor: '418198' },
  ],
  accrual: [
    {
      ...{ currency: 'EUR', advanceMinor: 100_000_00n, rateMicros: 68_500n, dayCount: 'ACT_365F' },
      ...{ start: '2026-01-15', on: '2026-04-15', bookedMinor: 1_000_00n },
    },
    { accruedMinor: '168904', toBookMinor: '68904' },
  ],
  waterfall: [
    {
      ...{ currency: 'EUR', receiptMinor: 60_000_00n, feeMinor: 50_00n, overdueMinor: 261_86n },
      ...{ principalMinor: 90_000_00n, sequence: 'fee-overdue-principal/1' },
    },
    {
      ...{ feePaidMinor: '5000', overduePaidMinor: '26186', principalPaidMinor: '5968814' },
      ...{ feeOpenMinor: '0', overdueOpenMinor: '0', principalOpenMinor: '3031186' },
      excessMinor: '0',
    },
  ],
  split: [
    { currency: 'JPY', totalMinor: 1_000n, weights: [1n, 1n, 1n] },
    { partsMinor: ['334', '333', '333'] },
  ],
  redemption: [
    {
      ...{ currency: 'CNY', receiptMinor: 70_000_00n },
      openMinor: [50_000_01n, 29_999_99n, 20_000_00n],
    },
    { partsMinor: ['3500001', '2099999', '1400000'], excessMinor: '0' },
  ],
  dynamic: [
    {
      ...{ currency: 'EUR', amountMinor: 23_456_78n, scale: 'APR', micros: 90_000n },
      ...{ termDays: 37, cliffDay: 0, payDay: 0 },
    },
    { discountMinor: '21400', aprMicros: '89999' },
  ],
  base: [
    {
      ...{ currency: 'EUR', grossMinor: [600_00n, 400_00n], ineligibleMinor: [0n, 0n] },
      ...{ advanceMicros: 850_000n, dilutionMicros: 50_000n, capMicros: 500_000n },
    },
    { eligibleMinor: '100000', concentratedMinor: '10000', baseMinor: '72000' },
  ],
  due: [
    {
      ...{ date: '2026-05-31', rule: 'FOLLOWING', closedWeekdays: [6, 7] },
      closedDates: ['2026-06-01'],
    },
    { dueDate: '2026-06-02' },
  ],
  outcomes: [
    {
      ...{ ...priced, recourse: 'DILUTION_ONLY', capMicros: 0n, afterDays: 0 },
      ...{ penaltyMicros: 20_000n, graceDays: 0, graceRule: 'DEFER', rebateMicros: 1_000_000n },
      ...{ earlyDays: 20, lateDays: 12, partMicros: 500_000n, creditMicros: 150_000n },
    },
    {},
  ],
};
