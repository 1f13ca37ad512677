/** Which days a report is about, how long its bars are, and on which side a balance is read. */
import { barsOf, daysOf, isSpan, shownBalance } from '@tallystick/web/src/ledger/spans.ts';
import { describe, expect, it } from 'vitest';

describe('a span', () => {
  it.each([
    ['year', '2026-06-01', '2026-01-01', '2026-06-01'],
    ['month', '2026-06-01', '2026-06-01', '2026-06-01'],
    ['month', '2026-12-31', '2026-12-01', '2026-12-31'],
    ['before', '2026-01-01', '2025-01-01', '2025-12-31'],
  ] as const)('%s on %s is from %s to %s', (span, today, from, to) => {
    expect(daysOf(span, today)).toEqual({ from, to });
  });

  it('that nobody knows is none', () => {
    expect([isSpan('month'), isSpan('decade'), isSpan(null)]).toEqual([true, false, false]);
  });
});

describe('bars', () => {
  it('are as long as their part of the largest, debts as well', () => {
    expect(barsOf([-50n, 100n, 0n, 33n])).toEqual([50, 100, 0, 33]);
    expect(barsOf([0n])).toEqual([0]);
  });
});

describe('a balance', () => {
  it('is read by the side of its account', () => {
    const cny = (amount: string) => ({ amount, currency: 'CNY' });

    expect(shownBalance(cny('-12.50'), 'LIABILITY')).toEqual(cny('12.50'));
    expect(shownBalance(cny('3.00'), 'INCOME')).toEqual(cny('-3.00'));
    expect(shownBalance(cny('-12.50'), 'ASSET')).toEqual(cny('-12.50'));
    expect(shownBalance(cny('0.00'), 'LIABILITY')).toEqual(cny('0.00'));
  });
});
