/** The buyer's time to answer, in business days of the programme. */
import { describe, expect, it } from 'vitest';
import { deadlineAfterPause } from '../../../server/src/invoice/deadline.ts';
import { calendarNamed, openInAll, weekdays } from '../../../server/src/kernel/calendar.ts';

const moved = (pausedSince: string, today: string, isOpen = weekdays) =>
  deadlineAfterPause({ deadline: '2026-03-09', pausedSince, today }, isOpen);

describe('the last day to answer', () => {
  it('moves by the business days of a pause', () => {
    expect(moved('2026-03-03', '2026-03-06')).toBe('2026-03-12');
  });

  it('does not move for a weekend in the pause', () => {
    expect(moved('2026-03-06', '2026-03-08')).toBe('2026-03-09');
  });

  it('does not move when the answer comes the same day', () => {
    expect(moved('2026-03-03', '2026-03-03')).toBe('2026-03-09');
  });

  it('counts a pause of weeks exactly', () => {
    expect(moved('2026-03-03', '2026-03-24')).toBe('2026-03-30');
  });

  it('B.9.19: never ends on a holiday of the programme, nor does a holiday count', () => {
    const closed = ['2026-03-10', '2026-03-12'];
    const holidays = calendarNamed('XX', [{ calendar: 'XX', year: 2026, closed, open: [] }]);
    const isOpen = openInAll([weekdays, holidays]);

    expect(moved('2026-03-03', '2026-03-04', isOpen)).toBe('2026-03-11');
    expect(moved('2026-03-03', '2026-03-05', isOpen)).toBe('2026-03-13');
  });
});
