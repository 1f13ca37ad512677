/**
 * A calculation that anyone can do again: calculator, rule, inputs, rounding, and what came out.
 *
 * Everything stands in it as text: amounts in minor units, rates and shares in millionths, dates as
 * YYYY-MM-DD. `recompute` derives the results from the inputs and names every value that differs. A
 * rule of a released calculator never changes; another way to count is another calculator. A file is
 * JSON of the format below and is read strictly: what is not a calculation is refused. Pure.
 */
import {
  accrued,
  bearerOf,
  borne,
  graceRules,
  grounds,
  ladder,
  overdue,
  rebate,
  recourses,
  release,
  sequences,
  statutoryInterest,
  useUp,
} from './after.ts';
import { allocate, CalculationError, must, type Rounding, roundings } from './amount.ts';
import { dateRules, dayCounts, dueOf, isCalendarDate, weekdayOf } from './days.ts';
import { outcomes } from './outcome.ts';
import { discountMethods, interestTimes, price } from './price.ts';
import {
  aprOfDiscount,
  borrowingBase,
  discountScales,
  dynamicDiscount,
  redemption,
} from './share.ts';

export const calculator = 'tallystick-calc/1';
export const calculationFormat = 'tallystick-calculation/1';

/** Inputs or results by name: a text, a list of texts, or nothing. */
export type CalculationValues = Readonly<Record<string, string | null | readonly string[]>>;

export type Calculation = {
  readonly calculator: string;
  readonly rule: string;
  readonly rounding: string;
  readonly inputs: CalculationValues;
  readonly results: CalculationValues;
};

/** A calculation, and what it is of: an object, and the act that decided by it. */
export type CalculationOf = Calculation & {
  readonly subject: string | null;
  /** SHA-256 of the act's header, hex. */
  readonly act: string | null;
};

/**
 * integer  a whole number · count a whole number of days, months or parts, 0 to 100,000
 * date     YYYY-MM-DD · text anything short · else one of these names. A `?` admits nothing.
 */
type Form = 'integer' | 'integer?' | 'count' | 'date' | 'text' | 'integers' | 'counts' | 'dates';
type Spec = Readonly<Record<string, Form | readonly string[]>>;
type Read<F> = F extends 'integer'
  ? bigint
  : F extends 'integer?'
    ? bigint | null
    : F extends 'count'
      ? number
      : F extends 'date' | 'text'
        ? string
        : F extends 'integers'
          ? readonly bigint[]
          : F extends 'counts'
            ? readonly number[]
            : F extends 'dates'
              ? readonly string[]
              : F extends readonly (infer N)[]
                ? N
                : never;
type ReadAll<S extends Spec> = { readonly [K in keyof S]: Read<S[K]> };

type Plain = bigint | number | string | null | readonly (bigint | number | string)[];
type PlainValues = Readonly<Record<string, Plain>>;
type Rule = {
  readonly inputs: Spec;
  readonly run: (inputs: never, rounding: Rounding) => PlainValues;
};

/** Checks a rule against its own inputs, then forgets which they are. */
function rule<const S extends Spec>(
  inputs: S,
  run: (inputs: ReadAll<S>, rounding: Rounding) => PlainValues,
): Rule {
  return { inputs, run };
}

const priceInputs = {
  ...{ currency: 'text', faceMinor: 'integer', start: 'date', end: 'date' },
  ...{ rateMicros: 'integer', method: discountMethods, dayCount: dayCounts },
  ...{ advanceMicros: 'integer', feeFlatMinor: 'integer', feeMicros: 'integer' },
  ...{ feeMinMinor: 'integer', interestAt: interestTimes, feeAdvanceMicros: 'integer' },
  ...{ feeMaxMinor: 'integer?', taxMicros: 'integer', supplierMicros: 'integer' },
} as const satisfies Spec;

const rules = {
  price: rule(priceInputs, ({ faceMinor, start, end, ...terms }, rounding) =>
    price(faceMinor, { ...terms, rounding }, start, end),
  ),
  overdue: rule(
    {
      ...{ currency: 'text', openMinor: 'integer', rateMicros: 'integer' },
      ...{ penaltyMicros: 'integer', dayCount: dayCounts, graceDays: 'count' },
      ...{ graceRule: graceRules, dueDate: 'date', paidOn: 'date' },
    },
    ({ openMinor, dueDate, paidOn, ...terms }, rounding) =>
      overdue(openMinor, terms, dueDate, paidOn, rounding),
  ),
  rebate: rule(
    {
      ...{ currency: 'text', advanceMinor: 'integer', rateMicros: 'integer' },
      ...{ dayCount: dayCounts, rebateMicros: 'integer', chargedMinor: 'integer' },
      ...{ paidOn: 'date', dueDate: 'date' },
    },
    ({ advanceMinor, chargedMinor, paidOn, dueDate, ...terms }, rounding) =>
      rebate(advanceMinor, terms, chargedMinor, paidOn, dueDate, rounding),
  ),
  release: rule(
    {
      ...{ currency: 'text', reserveMinor: 'integer', dilutionMinor: 'integer' },
      ...{ overdueMinor: 'integer', feesMinor: 'integer', recourse: recourses },
    },
    ({ reserveMinor, recourse, ...use }) => release(reserveMinor, use, recourse),
  ),
  recourse: rule(
    {
      ...{ currency: 'text', missingMinor: 'integer', recourse: recourses, ground: grounds },
      ...{ advanceMinor: 'integer', daysLate: 'count', capMicros: 'integer', afterDays: 'count' },
    },
    ({ missingMinor, recourse, ground, advanceMinor, daysLate, ...limit }) =>
      borne(missingMinor, bearerOf(recourse, ground, advanceMinor, limit), daysLate),
  ),
  ladder: rule(
    {
      ...{ currency: 'text', openMinor: 'integer', stepDays: 'counts', stepMicros: 'integers' },
      daysLate: 'count',
    },
    ({ openMinor, stepDays, stepMicros, daysLate }, rounding) => {
      const steps = stepDays.map((days, order) => ({ days, micros: at(stepMicros, order) }));
      must(steps.length === stepMicros.length, 'each step has its days and its share');
      return ladder(openMinor, steps, daysLate, rounding);
    },
  ),
  statutory: rule(
    {
      ...{ currency: 'text', principalMinor: 'integer', rateMicros: 'integer' },
      ...{ start: 'date', end: 'date' },
    },
    ({ principalMinor, rateMicros, start, end }, rounding) =>
      statutoryInterest(principalMinor, rateMicros, start, end, rounding),
  ),
  accrual: rule(
    {
      ...{ currency: 'text', advanceMinor: 'integer', rateMicros: 'integer' },
      ...{ dayCount: dayCounts, start: 'date', on: 'date', bookedMinor: 'integer' },
    },
    ({ advanceMinor, start, on, bookedMinor, ...terms }, rounding) => {
      const accruedMinor = accrued(advanceMinor, terms, start, on, rounding);
      return { accruedMinor, toBookMinor: accruedMinor - bookedMinor };
    },
  ),
  waterfall: rule(
    {
      ...{ currency: 'text', receiptMinor: 'integer', feeMinor: 'integer' },
      ...{ overdueMinor: 'integer', principalMinor: 'integer' },
      sequence: Object.keys(sequences) as (keyof typeof sequences)[],
    },
    ({ receiptMinor, feeMinor, overdueMinor, principalMinor, sequence }) => {
      const dues = { fee: feeMinor, overdue: overdueMinor, principal: principalMinor };
      const { paid, open, excessMinor } = useUp(receiptMinor, dues, sequence);
      return {
        ...{ feePaidMinor: paid.fee, overduePaidMinor: paid.overdue },
        ...{ principalPaidMinor: paid.principal, feeOpenMinor: open.fee },
        ...{ overdueOpenMinor: open.overdue, principalOpenMinor: open.principal, excessMinor },
      };
    },
  ),
  split: rule(
    { currency: 'text', totalMinor: 'integer', weights: 'integers' },
    ({ totalMinor, weights }) => ({ partsMinor: allocate(totalMinor, weights) }),
  ),
  redemption: rule(
    { currency: 'text', receiptMinor: 'integer', openMinor: 'integers' },
    ({ receiptMinor, openMinor }) => {
      const { parts, excessMinor } = redemption(receiptMinor, openMinor);
      return { partsMinor: parts, excessMinor };
    },
  ),
  dynamic: rule(
    {
      ...{ currency: 'text', amountMinor: 'integer', scale: discountScales, micros: 'integer' },
      ...{ termDays: 'count', cliffDay: 'count', payDay: 'count' },
    },
    ({ amountMinor, payDay, ...terms }, rounding) => {
      const discountMinor = dynamicDiscount(amountMinor, terms, payDay, rounding);
      const aprMicros = aprOfDiscount(amountMinor, discountMinor, terms.termDays - payDay);
      return { discountMinor, aprMicros };
    },
  ),
  base: rule(
    {
      ...{ currency: 'text', grossMinor: 'integers', ineligibleMinor: 'integers' },
      ...{ advanceMicros: 'integer', dilutionMicros: 'integer', capMicros: 'integer' },
    },
    ({ grossMinor, ineligibleMinor, ...terms }, rounding) => {
      must(grossMinor.length === ineligibleMinor.length, 'each debtor has both amounts');
      const debtors = grossMinor.map((gross, order) => ({
        grossMinor: gross,
        ineligibleMinor: at(ineligibleMinor, order),
      }));
      return borrowingBase(debtors, terms, rounding);
    },
  ),
  due: rule(
    { date: 'date', rule: dateRules, closedWeekdays: 'counts', closedDates: 'dates' },
    ({ date, rule: by, closedWeekdays, closedDates }) => {
      const isOpen = (day: string) =>
        !closedWeekdays.includes(weekdayOf(day)) && !closedDates.includes(day);
      return { dueDate: dueOf(date, by, isOpen) };
    },
  ),
  outcomes: rule(
    {
      ...priceInputs,
      ...{ recourse: recourses, capMicros: 'integer', afterDays: 'count' },
      ...{ penaltyMicros: 'integer', graceDays: 'count', graceRule: graceRules },
      ...{ rebateMicros: 'integer', earlyDays: 'count', lateDays: 'count' },
      ...{ partMicros: 'integer', creditMicros: 'integer' },
    },
    ({ faceMinor, start, end, capMicros, afterDays, ...rest }, rounding) => {
      const terms = {
        ...rest,
        ...{ rounding, recourseLimit: { capMicros, afterDays }, overdue: rest },
      };
      const all = outcomes(faceMinor, terms, start, end, rest);
      return Object.fromEntries(
        all.flatMap(({ scenario, ...result }) =>
          Object.entries(result).map(([name, value]) => [`${scenario}.${name}`, value] as const),
        ),
      );
    },
  ),
} as const satisfies Readonly<Record<string, Rule>>;

export type RuleName = keyof typeof rules;
export const ruleNames = Object.keys(rules) as readonly RuleName[];

/** Does a calculation and writes it down. Throws CalculationError, naming the rule, for inputs that make no sense. */
export function calculate(
  name: RuleName,
  inputs: PlainValues,
  rounding: Rounding = 'HALF_UP',
): Calculation {
  const written = textValues(inputs);
  return {
    calculator,
    rule: name,
    rounding,
    inputs: written,
    results: run(name, written, rounding),
  };
}

/** A single amount among the results. */
export function resultOf({ results }: Calculation, name: string): bigint {
  const value = results[name];
  must(typeof value === 'string', `${name} is one of the results`);
  return BigInt(value);
}

function run(name: RuleName, inputs: CalculationValues, rounding: Rounding): CalculationValues {
  const each: Rule = rules[name];
  return textValues(each.run(readAll(each.inputs, inputs) as never, rounding));
}

/** One value as the calculation states it and as it comes out again. */
export type DerivedLine = {
  readonly name: string;
  readonly seen: string | null;
  readonly derived: string | null;
  readonly ok: boolean;
};

export type Recomputed = {
  readonly ok: boolean;
  readonly lines: readonly DerivedLine[];
  /** Why nothing could be derived, or null. */
  readonly problem: string | null;
};

/** Derives the results again. Every value is named, those that differ with both readings. */
export function recompute(calculation: Calculation): Recomputed {
  let derived: CalculationValues;
  try {
    derived = derivedFrom(calculation);
  } catch (fault) {
    const isTerms = fault instanceof CalculationError || fault instanceof RangeError;
    if (!isTerms) throw fault;
    return { ok: false, lines: [], problem: fault.message };
  }
  const names = [...new Set([...Object.keys(derived), ...Object.keys(calculation.results)])];
  const lines = names.map((name) => {
    const [seen, own] = [shown(calculation.results[name]), shown(derived[name])];
    return { name, seen, derived: own, ok: seen === own };
  });
  return { ok: lines.every(({ ok }) => ok), lines, problem: null };
}

function derivedFrom({ calculator: by, rule: name, rounding, inputs }: Calculation) {
  must(by === calculator, `${by} is not known here; this is ${calculator}`);
  const known = ruleNames.find((each) => each === name);
  must(known !== undefined, `${name} is no rule of ${calculator}`);
  const mode = roundings.find((each) => each === rounding);
  must(mode !== undefined, `${rounding} is no way to round`);
  return run(known, inputs, mode);
}

/** A list is written with commas; what is not there is null. */
function shown(value: string | null | readonly string[] | undefined): string | null {
  if (value === undefined) return null;
  if (value === null) return 'none';
  return typeof value === 'string' ? value : value.join(', ');
}

/** Values as text, with their names in order, so that the same calculation is the same text. */
export function canonicalValues(values: CalculationValues): string {
  return JSON.stringify(
    Object.fromEntries(Object.entries(values).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))),
  );
}

/** The text of a file with these calculations. */
export function calculationFile(calculations: readonly CalculationOf[]): string {
  return `${JSON.stringify({ format: calculationFormat, calculations }, null, 2)}\n`;
}

/** Reads values that were written by `canonicalValues`. */
export function parseValues(text: string): CalculationValues {
  return valuesIn(parsedJson(text), 'the values');
}

/** Calculations that one file may hold. */
export const calculationsMax = 100_000;

/** Reads a file strictly. Throws CalculationError for anything that is not of the format. */
export function parseCalculations(text: string): readonly CalculationOf[] {
  const file = parsedJson(text);
  const { format, calculations, ...more } = recordIn(file, 'the file');
  must(format === calculationFormat, `the file is of the format ${calculationFormat}`);
  must(Object.keys(more).length === 0, 'the file holds calculations and nothing else');
  must(Array.isArray(calculations), 'the file has a list of calculations');
  must(calculations.length <= calculationsMax, 'the file holds no more than can be judged');
  return calculations.map(calculationIn);
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new CalculationError('the file is JSON');
  }
}

function calculationIn(value: unknown): CalculationOf {
  const each = recordIn(value, 'a calculation');
  const { calculator: by, rule: name, rounding, inputs, results, subject, act, ...more } = each;
  must(Object.keys(more).length === 0, 'a calculation has no other parts');
  return {
    ...{ calculator: textIn(by, 'the calculator'), rule: textIn(name, 'the rule') },
    rounding: textIn(rounding, 'the rounding'),
    ...{ inputs: valuesIn(inputs, 'the inputs'), results: valuesIn(results, 'the results') },
    subject: subject == null ? null : textIn(subject, 'the subject'),
    act: act == null ? null : textIn(act, 'the act'),
  };
}

function recordIn(value: unknown, what: string): Readonly<Record<string, unknown>> {
  must(
    typeof value === 'object' && value !== null && !Array.isArray(value),
    `${what} is an object`,
  );
  return value as Readonly<Record<string, unknown>>;
}

function textIn(value: unknown, what: string): string {
  must(typeof value === 'string' && value.length <= textMax, `${what} is a short text`);
  return value;
}

function valuesIn(value: unknown, what: string): CalculationValues {
  const record = recordIn(value, what);
  for (const each of Object.values(record)) {
    const texts = Array.isArray(each) ? each : each === null ? [] : [each];
    must(texts.length <= listMax, `${what} are short lists`);
    for (const text of texts) textIn(text, `each of ${what}`);
  }
  return record as CalculationValues;
}

/** Characters of one text, and entries of one list. */
const textMax = 200;
const listMax = 10_000;

function textValues(values: PlainValues): CalculationValues {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      value === null ? null : Array.isArray(value) ? value.map(String) : String(value),
    ]),
  );
}

function readAll(spec: Spec, values: CalculationValues): PlainValues {
  for (const name of Object.keys(values)) must(Object.hasOwn(spec, name), `${name} is no input`);
  return Object.fromEntries(
    Object.entries(spec).map(([name, form]) => {
      must(Object.hasOwn(values, name), `${name} is missing`);
      return [name, readOne(name, form, values[name] ?? null)];
    }),
  );
}

function readOne(
  name: string,
  form: Form | readonly string[],
  value: string | null | readonly string[],
): Plain {
  if (form === 'integer?' && value === null) return null;
  if (typeof form !== 'string') {
    must(typeof value === 'string' && form.includes(value), `${name} is one of ${form.join(', ')}`);
    return value;
  }
  switch (form) {
    case 'integers':
    case 'counts':
    case 'dates': {
      must(Array.isArray(value), `${name} is a list`);
      const each = ({ integers: 'integer', counts: 'count', dates: 'date' } as const)[form];
      return value.map((text) => single(name, each, text));
    }
    default:
      must(typeof value === 'string', `${name} is one text`);
      return single(name, form === 'integer?' ? 'integer' : form, value);
  }
}

function single(
  name: string,
  form: 'integer' | 'count' | 'date' | 'text',
  text: string,
): bigint | number | string {
  switch (form) {
    case 'integer':
      must(/^(0|-?[1-9]\d{0,29})$/.test(text), `${name} is a whole number`);
      return BigInt(text);
    case 'count':
      must(/^(0|[1-9]\d{0,4}|100000)$/.test(text), `${name} is a whole number up to 100000`);
      return Number(text);
    case 'date':
      must(isCalendarDate(text), `${name} is a date that exists`);
      return text;
    case 'text':
      return text;
  }
}

function at(list: readonly bigint[], order: number): bigint {
  const value = list[order];
  must(value !== undefined, 'lists that belong together are of one length');
  return value;
}
