/**
 * What a financing comes to, whatever happens: the waterfall shown before anybody signs.
 *
 *   receipt ── fees ── overdue interest ── principal ──▶ the rest is the reserve that is paid out
 *   what the receipt does not cover ──▶ claim on the seller by the recourse table, else the bank's loss
 *
 * The same functions decide what is booked when it happens, so that a forecast is kept to the cent.
 * In every scenario the supplier's money, the bank's money and what is missing account for every unit
 * that the buyer paid. Pure.
 */

import {
  bearerOf,
  borne,
  type Ground,
  type OverdueTerms,
  openOf,
  overdue,
  type Recourse,
  type RecourseLimit,
  rebate,
  useUp,
} from './after.ts';
import { floored, least, sum } from './amount.ts';
import { daysAfter, daysApart } from './days.ts';
import { type PriceTerms, price } from './price.ts';

export const scenarios = [
  'ON_TIME',
  'EARLY',
  'LATE',
  'PART',
  'CREDIT_NOTE',
  'DISPUTE',
  'DEFAULT',
  'FALSE_INVOICE',
] as const;
export type Scenario = (typeof scenarios)[number];

export type OutcomeTerms = PriceTerms & {
  readonly recourse: Recourse;
  readonly recourseLimit: RecourseLimit;
  readonly overdue: Omit<OverdueTerms, 'rateMicros' | 'dayCount'>;
  /** Share of the unused interest that comes back. */
  readonly rebateMicros: bigint;
};

/** One way in which it may end: what the buyer pays and when, and what it is no longer owed. */
export type Ending = {
  readonly scenario: Scenario;
  readonly paidMinor: bigint;
  readonly paidOn: string;
  readonly dilutionMinor: bigint;
};

export type Outcome = {
  readonly scenario: Scenario;
  /** Days that the money was late; below zero when it was early. */
  readonly days: number;
  /** All that the supplier has in the end: the net, the reserve paid out, the rebate, less what is claimed. */
  readonly supplierMinor: bigint;
  /** What the bank has earned in the end, or lost when below zero, if claims on the seller are paid. */
  readonly bankMinor: bigint;
  readonly releaseMinor: bigint;
  readonly rebateMinor: bigint;
  readonly overdueMinor: bigint;
  readonly claimMinor: bigint;
  readonly lossMinor: bigint;
};

/** How one ending is settled. */
export function outcomeOf(
  faceMinor: bigint,
  terms: OutcomeTerms,
  start: string,
  due: string,
  ending: Ending,
): Outcome {
  const { scenario, paidMinor, paidOn, dilutionMinor } = ending;
  const priced = price(faceMinor, terms, start, due);
  const { advanceMinor, netMinor, rearMinor, discountMinor } = priced;
  const { rateMicros, dayCount, rounding = 'HALF_UP', recourse, recourseLimit } = terms;
  const days = daysApart(due, paidOn);
  const late = { ...terms.overdue, rateMicros, dayCount };
  const { overdueMinor } = overdue(advanceMinor, late, due, paidOn, rounding);
  const early = { rateMicros, dayCount, rebateMicros: terms.rebateMicros };
  const { rebateMinor } = rebate(advanceMinor, early, discountMinor, paidOn, due, rounding);

  const dues = { fee: 0n, overdue: overdueMinor + rearMinor, principal: advanceMinor };
  const used = useUp(paidMinor, dues);
  const missing = openOf(used);
  // What the reserve could not take up of the dilution; the rest is missing for the other ground.
  const ofDilution = least(missing, floored(dilutionMinor - (faceMinor - advanceMinor)));
  const parts = [
    borne(ofDilution, bearerOf(recourse, 'DILUTION', advanceMinor, recourseLimit), days),
    borne(
      missing - ofDilution,
      bearerOf(recourse, groundOf(scenario), advanceMinor, recourseLimit),
      Math.max(days, recourseLimit.afterDays),
    ),
  ];
  const claimMinor = sum(parts.map((part) => part.claimMinor));
  const lossMinor = sum(parts.map((part) => part.lossMinor));
  const supplierMinor = netMinor + used.excessMinor + rebateMinor - claimMinor;
  return {
    ...{ scenario, days, supplierMinor },
    bankMinor: priced.buyerMinor + paidMinor - supplierMinor,
    ...{ releaseMinor: used.excessMinor, rebateMinor, overdueMinor, claimMinor, lossMinor },
  };
}

/** How bad each case is taken to be. */
export const usualCases = {
  earlyDays: 10,
  lateDays: 30,
  partMicros: 500_000n,
  creditMicros: 100_000n,
} as const;
export type Cases = {
  readonly earlyDays: number;
  readonly lateDays: number;
  readonly partMicros: bigint;
  readonly creditMicros: bigint;
};

/** Every scenario, settled by the same rules. */
export function outcomes(
  faceMinor: bigint,
  terms: OutcomeTerms,
  start: string,
  due: string,
  cases: Cases = usualCases,
): readonly Outcome[] {
  return scenarios.map((scenario) =>
    outcomeOf(faceMinor, terms, start, due, endingOf(scenario, faceMinor, start, due, cases)),
  );
}

function endingOf(
  scenario: Scenario,
  faceMinor: bigint,
  start: string,
  due: string,
  { earlyDays, lateDays, partMicros, creditMicros }: Cases,
): Ending {
  const onTime = { scenario, paidMinor: faceMinor, paidOn: due, dilutionMinor: 0n };
  switch (scenario) {
    case 'ON_TIME':
      return onTime;
    case 'EARLY':
      return { ...onTime, paidOn: daysAfter(due, -Math.min(earlyDays, daysApart(start, due))) };
    case 'LATE':
      return { ...onTime, paidOn: daysAfter(due, lateDays) };
    case 'PART':
      return { ...onTime, paidMinor: (faceMinor * partMicros) / 1_000_000n };
    case 'CREDIT_NOTE': {
      const dilutionMinor = (faceMinor * creditMicros) / 1_000_000n;
      return { ...onTime, paidMinor: faceMinor - dilutionMinor, dilutionMinor };
    }
    case 'DISPUTE':
      return { ...onTime, paidMinor: 0n, dilutionMinor: faceMinor };
    case 'DEFAULT':
    case 'FALSE_INVOICE':
      return { ...onTime, paidMinor: 0n };
  }
}

function groundOf(scenario: Scenario): Ground {
  switch (scenario) {
    case 'DEFAULT':
      return 'INSOLVENT';
    case 'FALSE_INVOICE':
      return 'FALSE_INVOICE';
    default:
      return 'UNWILLING';
  }
}
