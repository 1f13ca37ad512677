/** The sums of an invoice, both sides of each border. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Amounts, checkSums, type Located } from '../../../server/src/invoice/arithmetic.ts';
import { type Decimal, parseDecimal } from '../../../server/src/invoice/decimal.ts';

describe('the sums of an invoice', () => {
  it('hold', () => {
    expect(checkSums(amounts())).toEqual([]);
  });

  it.each([
    [
      'BR-CO-10',
      { lineTotal: at('1000.01'), net: at('950.01'), gross: at('1140.01'), payable: at('1040.01') },
    ],
    [
      'BR-CO-11',
      {
        allowanceTotal: at('100.01'),
        net: at('949.99'),
        gross: at('1139.99'),
        payable: at('1039.99'),
      },
    ],
    [
      'BR-CO-12',
      { chargeTotal: at('50.01'), net: at('950.01'), gross: at('1140.01'), payable: at('1040.01') },
    ],
    ['BR-CO-13', { net: at('950.01'), gross: at('1140.01'), payable: at('1040.01') }],
    ['BR-CO-14', { tax: at('190.01'), gross: at('1140.01'), payable: at('1040.01') }],
    ['BR-CO-15', { gross: at('1140.01'), payable: at('1040.01') }],
    ['BR-CO-16', { payable: at('1040.01') }],
  ] as const)('%s is found when a single cent is wrong, and alone', (rule, change) => {
    const findings = checkSums(amounts(change));

    expect(findings.map((finding) => finding.rule)).toEqual([rule]);
  });

  it('say what stands there, what should, and the difference', () => {
    const [finding] = checkSums(amounts({ payable: at('1040.50', '/payable') }));

    expect(finding).toEqual({
      severity: 'ERROR',
      rule: 'BR-CO-16',
      path: '/payable',
      message: 'The amount is not gross less prepaid plus rounding; it differs by 0.50 EUR.',
      seen: '1040.50 EUR',
      expected: '1040.00 EUR',
    });
  });

  it('miss the total of allowances when there are some', () => {
    const findings = checkSums(amounts({ allowanceTotal: null }));

    expect(findings.map((finding) => finding.rule)).toEqual(['BR-CO-11', 'BR-CO-13']);
  });

  it('take no tax at all as zero', () => {
    const free = { tax: null, taxes: [], gross: at('950.00'), payable: at('850.00') };

    expect(checkSums(amounts(free))).toEqual([]);
  });

  it('round finer lines once, to the minor unit', () => {
    const lines = [at('333.3333'), at('333.3333'), at('333.3333')];

    expect(checkSums(amounts({ lines }))).toEqual([]);
  });

  it('round to whole yen where the currency has no decimals', () => {
    const yen = {
      ...{ currency: 'JPY', lines: [at('0.5'), at('999.0')], lineTotal: at('1000') },
    };

    expect(checkSums(amounts(yen))).toEqual([]);
  });

  it('let a tax differ by less than one unit of its rate, and no more', () => {
    const withTax = (tax: string) =>
      amounts({
        taxes: [{ base: at('950.00'), tax: at(tax), percent: decimal('20') }],
        tax: at(tax),
        gross: null,
        payable: null,
      });

    expect(checkSums(withTax('190.99'))).toEqual([]);
    expect(checkSums(withTax('191.00')).map(({ rule }) => rule)).toEqual(['BR-CO-17']);
    expect(checkSums(withTax('189.00')).map(({ rule }) => rule)).toEqual(['BR-CO-17']);
  });

  it('hold for every invoice that is summed exactly, and fail when the payable amount moves', () => {
    const cents = fc.bigInt({ min: -(10n ** 9n), max: 10n ** 9n });
    const property = fc.property(
      fc.array(cents, { minLength: 1, maxLength: 20 }),
      fc.array(cents, { maxLength: 3 }),
      cents,
      cents.filter((moved) => moved !== 0n),
      (lines, charges, prepaid, moved) => {
        const lineTotal = lines.reduce((sum, each) => sum + each, 0n);
        const chargeTotal = charges.reduce((sum, each) => sum + each, 0n);
        const net = lineTotal + chargeTotal;
        const summed = amounts({
          lines: lines.map(minor),
          allowances: [],
          allowanceTotal: null,
          charges: charges.map(minor),
          chargeTotal: minor(chargeTotal),
          lineTotal: minor(lineTotal),
          net: minor(net),
          taxes: [],
          tax: null,
          gross: minor(net),
          prepaid: minor(prepaid),
          rounding: null,
          payable: minor(net - prepaid),
        });

        expect(checkSums(summed)).toEqual([]);
        const wrong = { ...summed, payable: minor(net - prepaid + moved) };
        expect(checkSums(wrong).map(({ rule }) => rule)).toEqual(['BR-CO-16']);
      },
    );
    fc.assert(property, { seed: 20261122 });
  });
});

/** 1000.00 less 100.00 plus 50.00 is 950.00; with 190.00 tax 1140.00; 100.00 is paid. */
function amounts(change: Partial<Amounts> = {}): Amounts {
  return {
    currency: 'EUR',
    lines: [at('600.00'), at('400.00')],
    allowances: [at('100.00')],
    charges: [at('50.00')],
    taxes: [{ base: at('950.00'), tax: at('190.00'), percent: decimal('20') }],
    lineTotal: at('1000.00'),
    allowanceTotal: at('100.00'),
    chargeTotal: at('50.00'),
    net: at('950.00'),
    tax: at('190.00'),
    gross: at('1140.00'),
    prepaid: at('100.00'),
    rounding: null,
    payable: at('1040.00'),
    ...change,
  };
}

function at(text: string, path = '/somewhere'): Located {
  return { value: decimal(text), path };
}

function minor(cents: bigint): Located {
  return { value: { digits: cents, scale: 2 }, path: '/somewhere' };
}

function decimal(text: string): Decimal {
  const value = parseDecimal(text);
  if (value === null) throw new Error(`not read: ${text}`);
  return value;
}
