/** The price of a quote as a calculation: every term in it, so that nothing else is needed to do it again. Pure. */
import { type PriceTerms, usualOptions } from '../../../chain/src/calc/price.ts';
import { type Calculation, calculate } from '../../../chain/src/calc/run.ts';
import type { BusinessDate } from '../kernel/time.ts';
import type { RequestRow } from './model.ts';

/** What a quote brings when it is paid out on `start`: the same amounts as its price. */
export function priceCalculation(
  quote: PriceTerms,
  { faceMinor, currency, payableDate }: Pick<RequestRow, 'faceMinor' | 'currency' | 'payableDate'>,
  start: BusinessDate,
): Calculation {
  const { rateMicros, method, dayCount, advanceMicros, feeFlatMinor, feeMicros, feeMinMinor } =
    quote;
  const { rounding, ...usual } = usualOptions;
  return calculate(
    'price',
    {
      ...{ currency, faceMinor, start, end: payableDate, rateMicros, method, dayCount },
      ...{ advanceMicros, feeFlatMinor, feeMicros, feeMinMinor, ...usual },
    },
    rounding,
  );
}
