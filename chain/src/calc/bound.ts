/**
 * What an act says against what its calculation comes to: the amounts that stand in both.
 *
 * An act that decides by a calculation is signed with the amount. Where the act's fields are shown, the
 * amount in them and the result of the calculation must be one and the same. Pure.
 */
import type { CalculationOf, DerivedLine } from './run.ts';

/** Fields of acts that state results: kind, field, rule, result. */
const bound: readonly {
  readonly kind: string;
  readonly field: string;
  readonly rule: string;
  readonly result: string;
}[] = [
  { kind: 'quote.choose', field: 'net', rule: 'price', result: 'netMinor' },
  { kind: 'payment.redeem', field: 'applied', rule: 'redemption', result: 'partsMinor' },
  { kind: 'payment.redeem', field: 'unapplied', rule: 'redemption', result: 'excessMinor' },
];

/** An amount as an act shows it, in minor units; null for what is no amount. */
export type AmountReader = (shown: unknown) => bigint | null;

/**
 * Each amount that the act states and that one of the calculations comes to, with both readings. A
 * part of nothing is left out of an act. Empty when the act states none, or none of it is shown.
 */
export function boundLines(
  kind: string,
  shown: Readonly<Record<string, unknown>>,
  calculations: readonly CalculationOf[],
  amountIn: AmountReader,
): readonly DerivedLine[] {
  return bound
    .filter((each) => each.kind === kind && Object.hasOwn(shown, each.field))
    .map(({ field, rule, result }) => {
      const of = calculations.find((each) => each.rule === rule);
      const said = written(amountsIn(shown[field], amountIn));
      const derived = of === undefined ? null : written(textsOf(of.results[result]));
      return { name: `${kind} ${field}`, seen: said, derived, ok: said === derived };
    });
}

function amountsIn(value: unknown, amountIn: AmountReader): readonly string[] {
  const list = Array.isArray(value) ? value : [value];
  return list.map((each) => amountIn(each)?.toString() ?? 'no amount');
}

function textsOf(value: string | null | readonly string[] | undefined): readonly string[] {
  if (value === undefined || value === null) return [];
  return typeof value === 'string' ? [value] : value.filter((each) => each !== '0');
}

function written(amounts: readonly string[]): string {
  return amounts.join(', ');
}
