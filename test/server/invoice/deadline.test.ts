/** The buyer's time to answer, in business days. */
import { describe, expect, it } from 'vitest';
import { businessDaysAfter, deadlineAfterPause } from '../../../server/src/invoice/deadline.ts';

describe('the last day to answer', () => {
  it.each([
    ['2026-03-02', 5, '2026-03-09', 'Monday to Monday'],
    ['2026-03-06', 1, '2026-03-09', 'Friday to Monday'],
    ['2026-03-07', 1, '2026-03-09', 'Saturday to Monday'],
    ['2026-03-07', 0, '2026-03-09', 'a weekend moves on to Monday'],
    ['2026-03-04', 0, '2026-03-04', 'the same day'],
    ['2026-02-27', 5, '2026-03-06', 'over the end of a month'],
  ])('from %s, %i business days: %s (%s)', (from, days, deadline) => {
    expect(businessDaysAfter(from, days)).toBe(deadline);
  });

  it('moves by the business days of a pause', () => {
    expect(deadlineAfterPause('2026-03-09', '2026-03-03', '2026-03-06')).toBe('2026-03-12');
  });

  it('does not move for a weekend in the pause', () => {
    expect(deadlineAfterPause('2026-03-09', '2026-03-06', '2026-03-08')).toBe('2026-03-09');
  });

  it('does not move when the answer comes the same day', () => {
    expect(deadlineAfterPause('2026-03-09', '2026-03-03', '2026-03-03')).toBe('2026-03-09');
  });

  it('counts a pause of weeks exactly', () => {
    expect(deadlineAfterPause('2026-03-09', '2026-03-03', '2026-03-24')).toBe('2026-03-30');
  });
});
