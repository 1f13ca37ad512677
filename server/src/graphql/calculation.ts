/** A calculation as the outside sees it: its rule, what went in, what came out, and the file of it. */
import type { CalculationOf, CalculationValues } from '../../../chain/src/calc/run.ts';
import { calculationFile } from '../../../chain/src/calc/run.ts';
import type { Schema } from './builder.ts';

type Named = { readonly name: string; readonly values: readonly string[] };

export function defineCalculation({ builder }: Pick<Schema, 'builder'>) {
  const ValueType = builder.objectRef<Named>('CalculationValue').implement({
    description: 'One input or result: minor units, millionths, days, a date or a name, as text.',
    fields: (t) => ({
      name: t.exposeString('name', { description: 'What it is.' }),
      values: t.exposeStringList('values', {
        description: 'One text, several where it is a list, none where there is nothing.',
      }),
    }),
  });
  return builder.objectRef<CalculationOf>('Calculation').implement({
    description:
      'How an amount was decided, so that anyone can derive it again: npm run calc -- FILE.',
    fields: (t) => ({
      calculator: t.exposeString('calculator', { description: 'Which calculator, by version.' }),
      rule: t.exposeString('rule', { description: 'Which of its rules.' }),
      rounding: t.exposeString('rounding', { description: 'How each amount was rounded, once.' }),
      inputs: t.field({
        type: [ValueType],
        description: 'What went in.',
        resolve: ({ inputs }) => namedValues(inputs),
      }),
      results: t.field({
        type: [ValueType],
        description: 'What came out.',
        resolve: ({ results }) => namedValues(results),
      }),
      file: t.string({
        description: 'The calculation file; keep it, and derive it again anywhere.',
        resolve: (calculation) => calculationFile([calculation]),
      }),
    }),
  });
}

function namedValues(values: CalculationValues): readonly Named[] {
  return Object.entries(values).map(([name, value]) => ({
    name,
    values: value === null ? [] : typeof value === 'string' ? [value] : value,
  }));
}
