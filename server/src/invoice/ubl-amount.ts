/**
 * The amounts of a UBL invoice: lines, allowances, charges, taxes and totals, in its one currency.
 */
import { exponentOf, type Money, money, moneyText } from '../kernel/money.ts';
import type { Amounts, Located, TaxOfRate } from './arithmetic.ts';
import { decimalText, minorUnits, parseDecimal, round } from './decimal.ts';
import type { Checks } from './findings.ts';
import type { ParsedInvoice } from './model.ts';
import { child, childrenOf, type Element, textAt } from './xml.ts';

export function readAmounts(root: Element, currency: string, checks: Checks): Amounts {
  const totals = child(root, 'cac:LegalMonetaryTotal');
  const total = (name: string): Located | null =>
    totals === null ? null : readAmount(totals, name, currency, checks);
  const needed = (rule: string, name: string, what: string): Located | null => {
    const path = `${root.path}/cac:LegalMonetaryTotal/${name}`;
    const isThere = totals !== null && child(totals, name) !== null;
    if (!isThere) checks.missing('ERROR', rule, path, what, true);
    return total(name);
  };
  const discounts = childrenOf(root, 'cac:AllowanceCharge');
  const amountsOf = (isCharge: boolean): readonly Located[] =>
    discounts
      .filter((each) => (textAt(each, 'cbc:ChargeIndicator') === 'true') === isCharge)
      .map((each) => readAmount(each, 'cbc:Amount', currency, checks))
      .filter((each) => each !== null);
  const tax = taxTotal(root, currency);
  const lines = childrenOf(root, 'cac:InvoiceLine').map((line) =>
    readAmount(line, 'cbc:LineExtensionAmount', currency, checks),
  );
  return {
    currency,
    lines: lines.every((line) => line !== null) ? lines : null,
    allowances: amountsOf(false),
    charges: amountsOf(true),
    taxes: tax === null ? [] : readTaxes(tax, currency, checks),
    lineTotal: needed('BR-12', 'cbc:LineExtensionAmount', 'The total of the lines'),
    allowanceTotal: total('cbc:AllowanceTotalAmount'),
    chargeTotal: total('cbc:ChargeTotalAmount'),
    net: needed('BR-13', 'cbc:TaxExclusiveAmount', 'The total without tax'),
    tax: tax === null ? null : readAmount(tax, 'cbc:TaxAmount', currency, checks),
    gross: needed('BR-14', 'cbc:TaxInclusiveAmount', 'The total with tax'),
    prepaid: total('cbc:PrepaidAmount'),
    rounding: total('cbc:PayableRoundingAmount'),
    payable: needed('BR-15', 'cbc:PayableAmount', 'The payable amount'),
  };
}

/** A file may state its tax a second time in the currency of the tax authority; we want the invoice's. */
function taxTotal(root: Element, currency: string): Element | null {
  const all = childrenOf(root, 'cac:TaxTotal');
  const inCurrency = all.find(
    (each) => child(each, 'cbc:TaxAmount')?.attributes.get('currencyID') === currency,
  );
  return inCurrency ?? all[0] ?? null;
}

function readTaxes(tax: Element, currency: string, checks: Checks): readonly TaxOfRate[] {
  return childrenOf(tax, 'cac:TaxSubtotal').flatMap((each) => {
    const base = readAmount(each, 'cbc:TaxableAmount', currency, checks);
    const amount = readAmount(each, 'cbc:TaxAmount', currency, checks);
    if (base === null || amount === null) return [];
    const percent = parseDecimal(textAt(each, 'cac:TaxCategory/cbc:Percent') ?? '');
    return [{ base, tax: amount, percent }];
  });
}

/** A number in the invoice's currency, or null; an unreadable or foreign one is found. */
function readAmount(
  parent: Element,
  name: string,
  currency: string,
  checks: Checks,
): Located | null {
  const element = child(parent, name);
  if (element === null) return null;
  const { path, text } = element;
  const value = parseDecimal(text);
  if (value === null) {
    checks.unreadable('AMOUNT_INVALID', path, {
      message: 'This is no amount.',
      seen: text,
      expected: 'a decimal such as 98000.00',
    });
    return null;
  }
  const stated = element.attributes.get('currencyID');
  if (currency !== '' && stated !== undefined && stated !== currency) {
    checks.unreadable('AMOUNT_CURRENCY', path, {
      message: 'The amount is in another currency than the invoice.',
      seen: stated,
      expected: currency,
    });
  }
  if (stated === undefined) {
    checks.missing(
      'WARNING',
      'AMOUNT_CURRENCY',
      `${path}/@currencyID`,
      'The currency of the amount',
    );
  }
  return { value, path };
}

type Totals = Pick<ParsedInvoice, 'net' | 'tax' | 'gross' | 'prepaid' | 'rounding' | 'payable'>;

/** The totals as money; each must be whole in the currency's minor unit. */
export function readTotals(amounts: Amounts, currency: string, checks: Checks): Totals | null {
  const whole = (located: Located | null): Money | null => {
    if (located === null) return null;
    const minor = minorUnits(located.value, currency);
    if (minor !== null) return money(minor, currency);
    const decimals = exponentOf(currency);
    checks.unreadable('AMOUNT_DECIMALS', located.path, {
      message: `An amount in ${currency} has at most ${decimals} decimals.`,
      seen: decimalText(located.value),
      expected: decimalText(round(located.value, decimals), decimals),
    });
    return null;
  };
  const net = whole(amounts.net);
  const gross = whole(amounts.gross);
  const payable = whole(amounts.payable);
  const tax = amounts.tax === null ? money(0n, currency) : whole(amounts.tax);
  if (payable !== null && payable.minor <= 0n) {
    checks.add('ERROR', 'PAYABLE_NOT_POSITIVE', amounts.payable?.path ?? '', {
      message: 'Nothing is left to pay, so there is nothing to promise.',
      seen: moneyText(payable),
      expected: 'more than zero',
    });
  }
  if (net === null || gross === null || payable === null || tax === null) return null;
  return {
    net,
    tax,
    gross,
    prepaid: whole(amounts.prepaid),
    rounding: whole(amounts.rounding),
    payable,
  };
}
