/** A calculation that is written down and done again: what holds, what differs, what is no calculation. */
import {
  type Calculation,
  type CalculationOf,
  calculate,
  calculationFile,
  canonicalValues,
  parseCalculations,
  parseValues,
  type RuleName,
  recompute,
  ruleNames,
} from '@tallystick/chain/src/calc/run.ts';
import { describe, expect, it } from 'vitest';

const priced = {
  ...{ currency: 'EUR', faceMinor: 100_000_00n, start: '2026-01-15', end: '2026-04-15' },
  ...{ rateMicros: 68_500n, method: 'STRAIGHT', dayCount: 'ACT_365F', advanceMicros: 900_000n },
  ...{ feeFlatMinor: 0n, feeMicros: 1_500n, feeMinMinor: 50_00n, interestAt: 'FRONT' },
  ...{ feeAdvanceMicros: 0n, feeMaxMinor: null, taxMicros: 0n, supplierMicros: 1_000_000n },
};

/** One example of every rule, with what it must come to. */
const examples: Readonly<
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

describe('a calculation', () => {
  it.each(ruleNames.filter((name) => name !== 'outcomes'))(
    'by the rule %s comes to what its vector says',
    (name) => {
      const [inputs, results] = examples[name];

      expect(calculate(name, inputs).results).toEqual(results);
    },
  );

  it('of every outcome states each scenario by its name', () => {
    const { results } = calculate('outcomes', examples.outcomes[0]);

    expect(results['LATE.overdueMinor']).toBe('26186');
    expect(results['CREDIT_NOTE.claimMinor']).toBe('500000');
    expect(Object.keys(results)).toHaveLength(8 * 8);
  });

  it.each(ruleNames)('by the rule %s is derived again from its file, to the last unit', (name) => {
    const [inputs] = examples[name];
    const file = calculationFile([of(calculate(name, inputs))]);

    const [read] = parseCalculations(file);

    expect(read && recompute(read)).toMatchObject({ ok: true, problem: null });
  });

  it.each(ruleNames)(
    'by the rule %s differs where one digit of a result was altered, by name',
    (name) => {
      const [inputs] = examples[name];
      const right = calculate(name, inputs);
      const [result = ''] = Object.keys(right.results);
      const before = right.results[result];
      const wrong = { ...right, results: { ...right.results, [result]: altered(before) } };

      const { ok, lines } = recompute(wrong);

      expect(ok).toBe(false);
      expect(lines.filter((line) => !line.ok).map((line) => line.name)).toEqual([result]);
    },
  );

  it('rounds as it says: the same inputs come to another cent by another mode', () => {
    const down = calculate('price', priced, 'DOWN');
    const said = recompute({ ...down, rounding: 'HALF_UP' });

    expect(down.results.discountMinor).toBe('152013');
    expect(said.lines.find(({ name }) => name === 'discountMinor')).toEqual({
      ...{ name: 'discountMinor', seen: '152013', derived: '152014', ok: false },
    });
  });

  it('that hides a result, or adds one, differs', () => {
    const { results, ...rest } = calculate('split', examples.split[0]);

    expect(recompute({ ...rest, results: {} }).ok).toBe(false);
    expect(recompute({ ...rest, results: { ...results, more: '1' } }).lines.at(-1)).toEqual({
      ...{ name: 'more', seen: '1', derived: null, ok: false },
    });
  });

  it.each([
    [{ calculator: 'tallystick-calc/2' }, 'tallystick-calc/2 is not known here'],
    [{ rule: 'prices' }, 'prices is no rule'],
    [{ rule: 'toString' }, 'toString is no rule'],
    [{ rounding: 'UPWARDS' }, 'UPWARDS is no way to round'],
    [{ inputs: {} }, 'currency is missing'],
    [{ inputs: inputsWith({ faceMinor: '1.00' }) }, 'faceMinor is a whole number'],
    [{ inputs: inputsWith({ faceMinor: '007' }) }, 'faceMinor is a whole number'],
    [{ inputs: inputsWith({ faceMinor: ['1'] }) }, 'faceMinor is one text'],
    [{ inputs: inputsWith({ start: '2026-02-30' }) }, 'start is a date that exists'],
    [{ inputs: inputsWith({ method: 'GUESS' }) }, 'method is one of STRAIGHT, YIELD'],
    [{ inputs: inputsWith({ rateMicros: null }) }, 'rateMicros is one text'],
    [{ inputs: inputsWith({ bonus: '1' }) }, 'bonus is no input'],
  ])('of which nothing can be derived says why: %j', (change, problem) => {
    const found = recompute({ ...calculate('price', priced), ...change });

    expect(found).toMatchObject({ ok: false, lines: [] });
    expect(found.problem).toContain(problem);
  });

  it.each([
    ['{', 'JSON'],
    ['[]', 'the file is an object'],
    ['{"format":"tallystick-calculation/2","calculations":[]}', 'of the format'],
    ['{"format":"tallystick-calculation/1","calculations":{}}', 'a list of calculations'],
    ['{"format":"tallystick-calculation/1","calculations":[],"more":1}', 'nothing else'],
    ['{"format":"tallystick-calculation/1","calculations":[1]}', 'a calculation is an object'],
  ])('is read strictly: %s', (text, problem) => {
    expect(() => parseCalculations(text)).toThrow(problem);
  });

  it('refuses parts that no calculation has, and values that are no text', () => {
    const whole = of(calculate('split', examples.split[0]));
    const file = (each: object) =>
      JSON.stringify({ format: 'tallystick-calculation/1', calculations: [each] });

    expect(() => parseCalculations(file({ ...whole, note: 'x' }))).toThrow('no other parts');
    expect(() => parseCalculations(file({ ...whole, inputs: { totalMinor: 1000 } }))).toThrow(
      'each of the inputs is a short text',
    );
  });

  it('is the same text however its values were ordered', () => {
    const { inputs } = calculate('split', examples.split[0]);
    const turned = Object.fromEntries(Object.entries(inputs).reverse());

    expect(canonicalValues(turned)).toBe(canonicalValues(inputs));
    expect(parseValues(canonicalValues(turned))).toEqual(inputs);
  });
});

function inputsWith(change: Calculation['inputs']): Calculation['inputs'] {
  return { ...calculate('price', priced).inputs, ...change };
}

function of(calculation: Calculation): CalculationOf {
  return { ...calculation, subject: 'quo_example', act: null };
}

function altered(value: string | null | readonly string[] | undefined) {
  if (typeof value === 'string') return value === '1' ? '2' : `1${value.slice(1)}0`;
  return [...(value ?? []), '0'];
}
