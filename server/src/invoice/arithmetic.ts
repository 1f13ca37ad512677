/**
 * The sums of an invoice, checked as EN 16931 asks (BR-CO-10 to BR-CO-17).
 *
 * Sums are exact; the side that is computed is rounded once to the currency's minor unit, since
 * lines may carry finer amounts. Tax alone has a tolerance: the standard lets the tax of a rate
 * differ from rate × base by less than one whole unit of the currency. A rule is checked only where
 * all it needs is there: a missing element has its own finding. Pure.
 */
import { exponentOf } from '../kernel/money.ts';
import {
  absolute,
  add,
  compare,
  type Decimal,
  decimalText,
  equal,
  multiply,
  round,
  subtract,
  sum,
  zero,
} from './decimal.ts';
import type { Finding } from './model.ts';

/** A number and where it stands in the file. */
export type Located = { readonly value: Decimal; readonly path: string };

export type Amounts = {
  readonly currency: string;
  /** Net amounts of the lines; null where one of them could not be read. */
  readonly lines: readonly Located[] | null;
  readonly allowances: readonly Located[];
  readonly charges: readonly Located[];
  readonly taxes: readonly TaxOfRate[];
  readonly lineTotal: Located | null;
  readonly allowanceTotal: Located | null;
  readonly chargeTotal: Located | null;
  readonly net: Located | null;
  /** The tax in the invoice's currency; null where the file has no tax at all. */
  readonly tax: Located | null;
  readonly gross: Located | null;
  readonly prepaid: Located | null;
  readonly rounding: Located | null;
  readonly payable: Located | null;
};

export type TaxOfRate = {
  readonly base: Located;
  readonly tax: Located;
  /** Null where the category has no rate: exempt, outside the scope. */
  readonly percent: Decimal | null;
};

/** Every sum that does not hold, with what stands there and what should. */
export function checkSums(amounts: Amounts): readonly Finding[] {
  const decimals = exponentOf(amounts.currency);
  const { lineTotal, allowanceTotal, chargeTotal, net, tax, gross, prepaid, rounding, payable } =
    amounts;
  const value = (located: Located | null): Decimal => located?.value ?? zero;

  const findings: (Finding | null)[] = [];
  const holds = (rule: string, what: string, stated: Located | null, computed: Decimal): void => {
    if (stated === null) return;
    findings.push(unequal(rule, what, stated, round(computed, decimals), amounts.currency));
  };

  if (amounts.lines !== null && amounts.lines.length > 0) {
    holds('BR-CO-10', 'the net amounts of the lines', lineTotal, total(amounts.lines));
  }
  findings.push(
    ...checkParts('BR-CO-11', 'allowances', allowanceTotal, amounts.allowances, amounts),
  );
  findings.push(...checkParts('BR-CO-12', 'charges', chargeTotal, amounts.charges, amounts));
  if (lineTotal !== null) {
    const expected = add(subtract(lineTotal.value, value(allowanceTotal)), value(chargeTotal));
    holds('BR-CO-13', 'lines less allowances plus charges', net, expected);
  }
  if (tax !== null && amounts.taxes.length > 0) {
    holds('BR-CO-14', 'the tax of all rates', tax, total(amounts.taxes.map((each) => each.tax)));
  }
  if (net !== null) holds('BR-CO-15', 'net plus tax', gross, add(net.value, value(tax)));
  if (gross !== null) {
    const expected = add(subtract(gross.value, value(prepaid)), value(rounding));
    holds('BR-CO-16', 'gross less prepaid plus rounding', payable, expected);
  }
  findings.push(...amounts.taxes.map((each) => checkTax(each, amounts.currency)));
  return findings.filter((finding) => finding !== null);
}

/** A total of parts must be stated as soon as there are parts. */
function checkParts(
  rule: string,
  what: string,
  stated: Located | null,
  parts: readonly Located[],
  { currency }: Amounts,
): readonly (Finding | null)[] {
  const expected = round(total(parts), exponentOf(currency));
  if (stated !== null)
    return [unequal(rule, `the ${what} of the document`, stated, expected, currency)];
  const [first] = parts;
  if (first === undefined || equal(expected, zero)) return [];
  return [
    {
      severity: 'ERROR',
      rule,
      path: first.path,
      message: `The document has ${what}, but their total is not stated.`,
      seen: 'no total',
      expected: text(expected, currency),
    },
  ];
}

function checkTax({ base, tax, percent }: TaxOfRate, currency: string): Finding | null {
  if (percent === null) return null;
  const exact = multiply(base.value, { digits: percent.digits, scale: percent.scale + 2 });
  const one: Decimal = { digits: 1n, scale: 0 };
  if (compare(absolute(subtract(tax.value, exact)), one) < 0) return null;
  return {
    severity: 'ERROR',
    rule: 'BR-CO-17',
    path: tax.path,
    message: `The tax is not ${decimalText(percent)} % of its base.`,
    seen: text(tax.value, currency),
    expected: text(round(exact, exponentOf(currency)), currency),
  };
}

function unequal(
  rule: string,
  what: string,
  stated: Located,
  expected: Decimal,
  currency: string,
): Finding | null {
  if (equal(stated.value, expected)) return null;
  const difference = text(subtract(stated.value, expected), currency);
  return {
    severity: 'ERROR',
    rule,
    path: stated.path,
    message: `The amount is not ${what}; it differs by ${difference}.`,
    seen: text(stated.value, currency),
    expected: text(expected, currency),
  };
}

function total(all: readonly Located[]): Decimal {
  return sum(all.map(({ value }) => value));
}

function text(value: Decimal, currency: string): string {
  return `${decimalText(value, exponentOf(currency))} ${currency}`.trim();
}
