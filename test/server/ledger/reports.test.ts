/** The arithmetic of reports: both sides of each border, and sums that come out whatever is posted. */
import { csvLine } from '@tallystick/server/src/ledger/csv.ts';
import {
  aged,
  bucketOf,
  costOfFunds,
  ias7,
  shared,
  type Turnover,
  trialBalance,
  turnoverDays,
} from '@tallystick/server/src/ledger/reports.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const turned = (account: string, balanceMinor: bigint, event = 'FUNDED', currency = 'CNY') =>
  ({
    ...{ account, currency, event },
    debitMinor: balanceMinor > 0n ? balanceMinor : 0n,
    creditMinor: balanceMinor < 0n ? -balanceMinor : 0n,
  }) as Turnover;

describe('a trial balance', () => {
  it('is in the order of the chart, by currency, with equal sides', () => {
    const { lines, totals } = trialBalance([
      ...[turned('SALES', -5n), turned('CASH', 3n), turned('RECEIVABLES', 2n)],
      ...[turned('CASH', 7n, 'OVERPAID', 'EUR'), turned('REFUND_OWED', -7n, 'OVERPAID', 'EUR')],
    ]);

    expect(
      lines.map((each) => `${each.currency} ${each.account.code} ${each.balanceMinor}`),
    ).toEqual([
      ...['CNY CASH 3', 'CNY RECEIVABLES 2', 'CNY SALES -5', 'EUR CASH 7', 'EUR REFUND_OWED -7'],
    ]);
    expect(totals).toEqual([
      { currency: 'CNY', debitMinor: 5n, creditMinor: 5n },
      { currency: 'EUR', debitMinor: 7n, creditMinor: 7n },
    ]);
  });

  it('that does not balance is a bug, never a report', () => {
    expect(() => trialBalance([turned('CASH', 1n)])).toThrow(/balance/);
  });
});

describe('ageing', () => {
  it.each([
    [-400, 'NOT_DUE'],
    [0, 'NOT_DUE'],
    [1, 'DAYS_1_30'],
    [30, 'DAYS_1_30'],
    [31, 'DAYS_31_60'],
    [60, 'DAYS_31_60'],
    [61, 'DAYS_61_90'],
    [90, 'DAYS_61_90'],
    [91, 'OVER_90'],
  ])('puts what is %i days late into %s', (days, bucket) => {
    expect(bucketOf(days)).toBe(bucket);
  });

  it('sums to what stands on the accounts', () => {
    const row = fc.record({
      account: fc.constantFrom('RECEIVABLES', 'CERTIFICATES'),
      currency: fc.constantFrom('CNY', 'EUR'),
      balanceMinor: fc.bigInt(-1_000n, 1_000n),
      daysLate: fc.integer({ min: -200, max: 200 }),
    });
    fc.assert(
      fc.property(fc.array(row), (rows) => {
        const sum = (each: readonly { readonly balanceMinor: bigint }[]) =>
          each.reduce((total, { balanceMinor }) => total + balanceMinor, 0n);
        expect(sum(aged(rows))).toBe(sum(rows));
      }),
    );
  });
});

describe('concentration', () => {
  it('is each share of its account, debts as well as claims', () => {
    const row = (account: string, balanceMinor: bigint) => ({
      account,
      currency: 'CNY',
      balanceMinor,
    });
    const rows = [row('RECEIVABLES', 2n), row('RECEIVABLES', 1n), row('PAYABLES', -5n)];

    expect(shared(rows).map(({ shareMicros }) => shareMicros)).toEqual([
      666_667n,
      333_333n,
      1_000_000n,
    ]);
  });
});

describe('working capital', () => {
  it('counts days in tenths, half up, and nothing without turnover', () => {
    expect(turnoverDays(50n, 100n, 31)).toBe(155n);
    expect(turnoverDays(1n, 3n, 1)).toBe(3n);
    expect(turnoverDays(1n, 20n, 1)).toBe(1n);
    expect(turnoverDays(50n, 0n, 31)).toBeNull();
  });

  it('counts the cost of funds on the net, a year', () => {
    expect(costOfFunds(10n, 1_000n * 36n)).toBe(101_389n);
    expect(costOfFunds(10n, 0n)).toBeNull();
  });
});

describe('the disclosure of IAS 7', () => {
  it('goes from the start to the end by what entered and what was paid, whatever happened', () => {
    const issued = (minor: bigint) => [
      turned('PAYABLES', minor, 'CERTIFICATE_ISSUED'),
      turned('PAYABLES_ARRANGED', -minor, 'CERTIFICATE_ISSUED'),
    ];
    const [row] = ias7(issued(100n), [
      ...issued(50n),
      ...[turned('PAYABLES_ARRANGED', 30n), turned('PAYABLES_FINANCED', -30n)],
      turned('PAYABLES_FINANCED', 30n, 'FINANCING_PAID'),
      turned('PAYABLES_ARRANGED', 20n, 'CERTIFICATE_PAID'),
      turned('PAYABLES_ARRANGED', 10n, 'CERTIFICATE_DECLINED'),
      turned('PAYABLES', -170n, 'INVOICE_CONFIRMED'),
    ]);

    expect(row).toEqual({
      ...{ currency: 'CNY', openingMinor: 100n, closingMinor: 90n, comparableMinor: 20n },
      ...{ openingPaidMinor: 0n, closingPaidMinor: 0n },
      ...{ enteredMinor: 40n, financedMinor: 30n, settledMinor: 50n, otherMinor: 0n },
    });
  });

  it('shows what is neither the one nor the other by itself: a credit note lowers what is owed', () => {
    const [row] = ias7(
      [turned('PAYABLES_ARRANGED', -100n, 'CERTIFICATE_ISSUED')],
      [turned('PAYABLES_ARRANGED', 15n, 'OVERPAID')],
    );

    expect(row).toMatchObject({
      ...{ openingMinor: 100n, closingMinor: 85n, otherMinor: -15n },
      ...{ enteredMinor: 0n, settledMinor: 0n },
    });
  });
});

describe('a line of CSV', () => {
  it.each([
    [['a', 'b,c', 'd"e'], 'a,"b,c","d""e"\r\n'],
    [['-12.50', '12', '-7'], '-12.50,12,-7\r\n'],
    [['=1+1', '+1', '@x', '-x', '\t=1', ' =1'], `'=1+1,'+1,'@x,'-x,'\t=1,' =1\r\n`],
    [['="x"'], `"'=""x"""\r\n`],
  ])('of %j makes formulas inert and leaves numbers alone', (fields, line) => {
    expect(csvLine(fields)).toBe(line);
  });
});
