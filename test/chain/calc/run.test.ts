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
  resultOf,
  ruleNames,
} from '@tallystick/chain/src/calc/run.ts';
import { describe, expect, it } from 'vitest';
import { examples, priced } from './examples.ts';

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

  it.each<readonly [RuleName, Parameters<typeof calculate>[1], string]>([
    ['price', {}, 'discountMinor'],
    ['price', { faceMinor: 100_000_01n }, 'feesMinor'],
    ['price', { taxMicros: 1n }, 'taxMinor'],
    ['overdue', {}, 'overdueMinor'],
    ['rebate', {}, 'rebateMinor'],
    ['ladder', { openMinor: 1n }, 'providedMinor'],
    ['statutory', {}, 'interestMinor'],
    ['accrual', {}, 'accruedMinor'],
    ['dynamic', {}, 'discountMinor'],
    ['dynamic', { scale: 'FIXED', micros: 15_000n }, 'discountMinor'],
    ['dynamic', { scale: 'SLIDING', micros: 15_000n, payDay: 1 }, 'discountMinor'],
    ['base', { grossMinor: [601_02n, 400_01n] }, 'baseMinor'],
    ['outcomes', {}, 'LATE.overdueMinor'],
    ['outcomes', {}, 'EARLY.rebateMinor'],
  ])(
    'by the rule %s with %o is rounded once, up or down, as it says: %s',
    (name, change, result) => {
      const of = (mode: 'UP' | 'DOWN') =>
        resultOf(calculate(name, { ...examples[name][0], ...change }, mode), result);

      expect(of('UP') - of('DOWN')).toBe(1n);
    },
  );

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
