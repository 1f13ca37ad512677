/** Which invoices look like an earlier one, how suspicious that is, and that they are found again. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { InvoiceRow } from '../../../server/src/invoice/model.ts';
import { alike, nearKeys } from '../../../server/src/invoice/near.ts';
import { canonicalNumber } from '../../../server/src/kernel/document-number.ts';
import { invoiceRow } from './builders.ts';

const first = bill('1001', {});

/** An invoice far from the first in everything that is compared, save for what is said. */
function bill(number: string, change: Partial<InvoiceRow>): InvoiceRow {
  const row = invoiceRow({ number, ...change });
  return { ...row, canonical: `${row.seller} ${canonicalNumber(number)} ${row.issueDate}` };
}
const other: Partial<InvoiceRow> = { issueDate: '2026-01-05', payableMinor: 7_777_77n };
const judged = (number: string, change: Partial<InvoiceRow>, earlier = first) =>
  Object.values(alike(bill(number, change), earlier) ?? {}).join(' ');

describe('an invoice looks like an earlier one', () => {
  it.each([
    ['1001-A', 'NUMBER_LETTER HIGH'],
    ['1001b', 'NUMBER_LETTER HIGH'],
    ['01001 Ｃ', 'NUMBER_LETTER HIGH'],
    ['1001-AB', ''],
    ['A-1001', ''],
    ['1002-A', ''],
  ])('when its number is 1001 with a last letter, whatever else it says: %s', (number, found) => {
    expect(judged(number, { ...other, orderReference: 'PO-9' })).toBe(found);
  });

  it('when one delivery is billed as 1001-A and 1001-B', () => {
    expect(judged('1001-B', other, bill('1001-A', {}))).toBe('NUMBER_LETTER HIGH');
  });

  it('when its number differs in a last part, of one order or, with none named, of one day', () => {
    const part = bill('1001-1', { orderReference: 'PO-1' });

    expect(judged('1001-2', { ...other, orderReference: 'po 01' }, part)).toBe(
      'NUMBER_PART MEDIUM',
    );
    expect(judged('1001-2', { ...other, orderReference: 'PO-2' }, part)).toBe('');
    expect(judged('1001-2', other, part)).toBe('');
    expect(judged('1001-2', { payableMinor: 1n }, part)).toBe('NUMBER_PART MEDIUM');
    expect(judged('1001-123', { payableMinor: 1n }, part)).toBe('');
  });

  it('and the next number of a series is none', () => {
    expect(judged('INV-2', { payableMinor: 1n }, bill('INV-1', {}))).toBe('');
    expect(judged('1002', { payableMinor: 1n })).toBe('');
  });

  it('when it asks for the same amount for the same order, on whatever day', () => {
    const ordered = bill('1001', { orderReference: 'PO-1' });
    const late = { issueDate: '2026-09-01' };

    expect(judged('77', { ...late, orderReference: 'PO-1' }, ordered)).toBe(
      'AMOUNT_AND_ORDER HIGH',
    );
    expect(judged('77', { ...late, orderReference: 'PO-2' }, ordered)).toBe('AMOUNT LOW');
    expect(judged('77', { ...late }, ordered)).toBe('AMOUNT LOW');
  });

  it.each([
    ['2026-03-09', 'AMOUNT_AND_WEEK MEDIUM'],
    ['2026-03-10', 'AMOUNT LOW'],
    ['2026-02-23', 'AMOUNT_AND_WEEK MEDIUM'],
    ['2026-02-22', 'AMOUNT LOW'],
  ])('when it asks for the same amount within seven days: %s', (issueDate, found) => {
    expect(judged('77', { issueDate })).toBe(found);
  });

  it.each([
    [100_001_00n, 'CNY', 'AMOUNT_CLOSE MEDIUM'],
    [99_999_00n, 'CNY', 'AMOUNT_CLOSE MEDIUM'],
    [100_001_01n, 'CNY', ''],
    [99_998_99n, 'CNY', ''],
    [100_000_00n, 'EUR', ''],
  ])('when the amount was changed by one (J7.3): %s %s', (payableMinor, currency, found) => {
    expect(judged('77', { payableMinor, currency })).toBe(found);
  });

  it('by one yen where money has no decimals, and only on its day', () => {
    const yen = bill('1001', { currency: 'JPY', payableMinor: 500n });
    const close = { currency: 'JPY', payableMinor: 501n };

    expect(judged('77', close, yen)).toBe('AMOUNT_CLOSE MEDIUM');
    expect(judged('77', { ...close, issueDate: '2026-03-03' }, yen)).toBe('');
    expect(judged('77', { ...close, payableMinor: 502n }, yen)).toBe('');
  });

  it('never when seller or buyer is another, or when it is the very same', () => {
    expect(judged('1001-A', { seller: 'pty_copper' })).toBe('');
    expect(judged('1001-A', { buyer: 'pty_other' })).toBe('');
    expect(judged('01001', {})).toBe('');
  });
});

describe('the keys of an invoice', () => {
  const numbers = fc.constantFrom('1001', '1001-A', '1001-B', '1001-1', '1001-2', '1001-99', '77');
  const orders = fc.constantFrom(null, 'PO-1', 'po 1', 'PO-2');
  const amounts = fc.constantFrom(100_000_00n, 100_000_99n, 100_001_00n, 99_999_00n, 5n);
  const days = fc.constantFrom('2026-03-02', '2026-03-05', '2026-03-20');
  const bills = fc
    .record({ number: numbers, orderReference: orders, payableMinor: amounts, issueDate: days })
    .map(({ number, ...change }) => bill(number, change));

  it('lead to every earlier one that it looks like', () => {
    fc.assert(
      fc.property(bills, bills, (later, earlier) => {
        const { own, neighbours } = nearKeys(later);
        const shared = nearKeys(earlier).own.filter((key) => [...own, ...neighbours].includes(key));

        expect(alike(later, earlier) === null || shared.length > 0).toBe(true);
      }),
      { seed: 41, numRuns: 2_000 },
    );
  });

  it('are those of its own seller and buyer only', () => {
    const [mine, yours] = [nearKeys(first), nearKeys({ ...first, seller: 'pty_copper' })];

    expect(mine.own.filter((key) => yours.own.includes(key))).toEqual([]);
  });
});
