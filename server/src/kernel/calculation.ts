/**
 * Calculations as rows: by what rule an amount was decided, from what, and what came out.
 *
 * Whoever decides an amount writes its calculation with it, once and for good, so that anyone who sees
 * the object can derive the amount again with the calculator alone. Pure.
 */
import type { Calculation, CalculationOf } from '../../../chain/src/calc/run.ts';
import { canonicalValues, parseValues } from '../../../chain/src/calc/run.ts';
import type { Act } from './act.ts';
import { type Change, insert } from './change.ts';

export type CalculationRow = {
  readonly id: string;
  readonly version: number;
  /** The object whose amounts it gives; who sees that sees this. */
  readonly subject: string;
  readonly calculator: string;
  readonly rule: string;
  readonly rounding: string;
  /** Canonical JSON of texts. */
  readonly inputs: string;
  readonly results: string;
  /** The act that decided by it. */
  readonly act: Uint8Array;
  readonly createdMs: bigint;
};

/** Keeps a calculation with its subject: the `order`-th that the act decides by. */
export function kept(
  act: Pick<Act, 'id' | 'hash' | 'at'>,
  order: number,
  subject: string,
  { calculator, rule, rounding, inputs, results }: Calculation,
): Change {
  const row: CalculationRow = {
    ...{ id: act.id('cal', order), version: 1, subject, calculator, rule, rounding },
    ...{ inputs: canonicalValues(inputs), results: canonicalValues(results) },
    ...{ act: act.hash, createdMs: act.at },
  };
  return insert('calculation', row);
}

/** The calculation of a row, as it stands in a file. */
export function calculationIn(row: CalculationRow): CalculationOf {
  const { subject, act, calculator, rule, rounding } = row;
  return {
    ...{ subject, act: hexOf(act), calculator, rule, rounding },
    ...{ inputs: parseValues(row.inputs), results: parseValues(row.results) },
  };
}

function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (octet) => octet.toString(16).padStart(2, '0')).join('');
}
