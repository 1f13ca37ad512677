import { describe, expect, it } from 'vitest';
import type { DashboardQuery } from '../../../web/src/lib/graphql/graphql.ts';
import { duesOf, figuresOf } from '../../../web/src/today/figures.ts';
import { isSearchable } from '../../../web/src/today/found.ts';

type Dashboard = DashboardQuery['dashboard'];

function money(amount: string, currency = 'EUR') {
  return { __typename: 'Money' as const, amount, currency };
}

function sum(
  side: Dashboard['sums'][number]['side'],
  state: string,
  open: string,
  currency = 'EUR',
) {
  return {
    ...{ __typename: 'DashboardSum' as const, type: 'Invoice', side, state, count: 2 },
    ...{ amount: money('900.00', currency), open: money(open, currency) },
  };
}

function dashboard(parts: Partial<Dashboard>): Dashboard {
  return { __typename: 'Dashboard', asOf: '2026-03-02', sums: [], dues: [], ...parts };
}

describe('the figures of a role', () => {
  it('add up what has still to be paid, exactly and by currency', () => {
    const seen = dashboard({
      sums: [
        sum('BOUGHT', 'CERTIFIED', '0.10'),
        sum('BOUGHT', 'PART_PAID', '0.20'),
        sum('BOUGHT', 'CERTIFIED', '7', 'JPY'),
        sum('BOUGHT', 'PAID', '0.00'),
        sum('SOLD', 'CERTIFIED', '5.00'),
      ],
    });

    const promised = figuresOf(['CORE'], seen).find(({ name }) => name === 'promised');

    expect(promised).toMatchObject({ count: 6, money: [money('0.30'), money('7', 'JPY')] });
  });

  it('count what waits in its states, and nothing else', () => {
    const seen = dashboard({
      sums: [sum('BOUGHT', 'RECEIVED', '0.00'), sum('BOUGHT', 'CERTIFIED', '1.00')],
    });

    const waits = figuresOf(['CORE'], seen).find(({ name }) => name === 'toConfirm');

    expect(waits).toMatchObject({ count: 2, money: [money('900.00')] });
  });

  it('are those of its first role, and none for a carrier', () => {
    expect(figuresOf(['SUPPLIER', 'BANK'], dashboard({})).map(({ name }) => name)).toContain(
      'toQuote',
    );
    expect(figuresOf(['CARRIER'], dashboard({}))).toEqual([]);
  });

  it('say first what is overdue', () => {
    const due = (when: Dashboard['dues'][number]['when']) => ({
      ...{ __typename: 'DashboardDue' as const, type: 'Invoice', side: 'BOUGHT' as const },
      ...{ when, count: 1, open: money('1.00') },
    });
    const seen = dashboard({ dues: [due('LATER'), due('OVERDUE'), due('WEEK')] });

    expect(duesOf(['CORE'], seen).map(({ when }) => when)).toEqual(['OVERDUE', 'WEEK', 'LATER']);
    expect(duesOf(['BANK'], seen)).toEqual([]);
  });
});

describe('a search', () => {
  it.each([
    ['abc', true],
    [' ab ', false],
    ['华为', true],
    ['光', false],
    ['x'.repeat(100), true],
    ['x'.repeat(101), false],
  ])('for %j is taken: %j', (text, is) => {
    expect(isSearchable(text)).toBe(is);
  });
});
