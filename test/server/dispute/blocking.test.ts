/** Which invoices wait for a credit note at large: enough to cover it, the earliest due first. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blocked, inOrder, type OpenInvoice } from '../../../server/src/dispute/blocking.ts';

const five = { id: 'inv_five', dueDate: '2026-05-01', openMinor: 5_000_00n };
const six = { id: 'inv_six', dueDate: '2026-05-01', openMinor: 6_000_00n };
const later = { id: 'inv_later', dueDate: '2026-06-01', openMinor: 1_000_00n };

describe('a credit note at large', () => {
  it('J9.3, B.9.59: of 8,000.00 blocks the invoices of 5,000.00 and 6,000.00, and the third stays free', () => {
    expect(blocked([later, six, five], 8_000_00n)).toEqual(['inv_five', 'inv_six']);
  });

  it('blocks one more only from the cent on that the others do not cover', () => {
    expect(blocked([later, six, five], 5_000_00n)).toEqual(['inv_five']);
    expect(blocked([later, six, five], 5_000_01n)).toEqual(['inv_five', 'inv_six']);
  });

  it('blocks nothing once nothing of it is left, and all there is when it is larger', () => {
    expect(blocked([later, six, five], 0n)).toEqual([]);
    expect(blocked([later, six, five], 99_000_00n)).toEqual(['inv_five', 'inv_six', 'inv_later']);
  });

  it('tells invoices of one day and one amount apart by their ids', () => {
    const twins = [
      { ...five, id: 'inv_b' },
      { ...five, id: 'inv_a' },
    ];

    expect(blocked(twins, 1n)).toEqual(['inv_a']);
  });
});

const open = fc
  .uniqueArray(
    fc.record({
      id: fc.integer({ min: 0, max: 50 }).map((n) => `inv_${n}`),
      dueDate: fc.constantFrom('2026-05-01', '2026-05-02', '2026-06-01'),
      openMinor: fc.bigInt({ min: 1n, max: 1_000n }),
    }),
    { selector: ({ id }) => id, maxLength: 12 },
  )
  .map((rows): readonly OpenInvoice[] => rows);
const credit = fc.bigInt({ min: 0n, max: 5_000n });
const sumOf = (rows: readonly OpenInvoice[]) => rows.reduce((sum, row) => sum + row.openMinor, 0n);

describe('what is blocked', () => {
  it('covers the credit, or is everything; and without its last one does not cover it', () => {
    fc.assert(
      fc.property(open, credit, (rows, creditMinor) => {
        const ids = blocked(rows, creditMinor);
        const taken = inOrder(rows).slice(0, ids.length);
        expect(taken.map(({ id }) => id)).toEqual(ids);
        const covers = sumOf(taken) >= creditMinor;
        expect(covers || ids.length === rows.length).toBe(true);
        if (ids.length > 0) expect(sumOf(taken.slice(0, -1))).toBeLessThan(creditMinor);
      }),
    );
  });

  it('is the same in whatever order the invoices come, and grows with the credit', () => {
    fc.assert(
      fc.property(open, credit, credit, (rows, one, more) => {
        const ids = blocked(rows, one);
        expect(blocked([...rows].reverse(), one)).toEqual(ids);
        expect(blocked(rows, one + more).slice(0, ids.length)).toEqual(ids);
      }),
    );
  });
});
