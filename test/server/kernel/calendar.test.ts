import { describe, expect, it } from 'vitest';
import {
  adjust,
  businessDaysAfter,
  businessDaysBefore,
  businessDaysPassed,
  type CalendarYear,
  calendarNamed,
  easterSunday,
  isPublished,
  openInAll,
  weekdays,
} from '../../../server/src/kernel/calendar.ts';
import { addDays } from '../../../server/src/kernel/time.ts';

/** China in October 2026: closed from the 1st to the 7th, and Saturday the 10th is worked. */
const china: readonly CalendarYear[] = [
  {
    ...{ calendar: 'CN', year: 2026 },
    closed: [1, 2, 3, 4, 5, 6, 7].map((day) => `2026-10-0${day}`),
    open: ['2026-10-10'],
  },
];
const cn = calendarNamed('CN', china);
const target = calendarNamed('TARGET', []);
const both = openInAll([cn, target]);

describe('Easter', () => {
  it.each([
    '2024-03-31',
    '2025-04-20',
    '2026-04-05',
    '2027-03-28',
    '2038-04-25',
    '1818-03-22',
    '1954-04-18',
    '1981-04-19',
    '2049-04-18',
    '2076-04-19',
  ])('falls on %s', (sunday) => {
    expect(easterSunday(Number(sunday.slice(0, 4)))).toBe(sunday);
  });
});

describe('the calendar of the euro', () => {
  it('is closed on six holidays of 2026 and on every weekend', () => {
    const days = Array.from({ length: 365 }, (_, order) => addDays('2026-01-01', order));

    expect(days.filter((day) => weekdays(day) && !target(day))).toEqual([
      ...['2026-01-01', '2026-04-03', '2026-04-06', '2026-05-01', '2026-12-25'],
    ]);
    expect(days.filter((day) => !weekdays(day) && target(day))).toEqual([]);
    expect(target('2025-12-26')).toBe(false);
  });
});

describe('a published calendar', () => {
  it('is closed on its holidays and open on the Saturday that makes up for one', () => {
    expect(cn('2026-10-07')).toBe(false);
    expect(cn('2026-10-08')).toBe(true);
    expect(cn('2026-10-10')).toBe(true);
    expect(cn('2026-10-11')).toBe(false);
  });

  it('counts weekdays in a year that is not published yet, and says that it does', () => {
    expect(cn('2027-10-01')).toBe(true);
    expect(cn('2027-10-02')).toBe(false);
    expect(isPublished('CN', china, '2026-12-31')).toBe(true);
    expect(isPublished('CN', china, '2027-01-01')).toBe(false);
    expect(isPublished('TARGET', [], '2199-01-01')).toBe(true);
  });
});

describe('two countries', () => {
  it('B.9.64: a holiday in one of them moves the money to the day on which both are open', () => {
    expect(adjust('2026-10-01', 'FOLLOWING', target)).toBe('2026-10-01');
    expect(adjust('2026-10-01', 'FOLLOWING', both)).toBe('2026-10-08');
    expect(adjust('2026-10-10', 'FOLLOWING', cn)).toBe('2026-10-10');
    expect(adjust('2026-10-10', 'FOLLOWING', both)).toBe('2026-10-12');
    expect(adjust('2026-04-03', 'MODIFIED_FOLLOWING', both)).toBe('2026-04-07');
  });

  it('B.9.63: at the end of a month MODIFIED_FOLLOWING stays in the month, holidays or not', () => {
    const closed: readonly CalendarYear[] = [
      { calendar: 'XX', year: 2027, closed: ['2027-02-26'], open: [] },
    ];
    const isOpen = openInAll([calendarNamed('XX', closed), target]);

    expect(adjust('2027-02-28', 'FOLLOWING', isOpen)).toBe('2027-03-01');
    expect(adjust('2027-02-28', 'MODIFIED_FOLLOWING', isOpen)).toBe('2027-02-25');
    expect(adjust('2028-02-29', 'MODIFIED_FOLLOWING', isOpen)).toBe('2028-02-29');
  });
});

describe('counting business days', () => {
  it.each([
    ['2026-03-02', 5, '2026-03-09', 'Monday to Monday'],
    ['2026-03-06', 1, '2026-03-09', 'Friday to Monday'],
    ['2026-03-07', 1, '2026-03-09', 'Saturday to Monday'],
    ['2026-03-07', 0, '2026-03-09', 'a weekend moves on to Monday'],
    ['2026-03-04', 0, '2026-03-04', 'the same day'],
    ['2026-02-27', 5, '2026-03-06', 'over the end of a month'],
  ])('from %s, %i business days: %s (%s)', (from, days, later) => {
    expect(businessDaysAfter(from, days, weekdays)).toBe(later);
  });

  it('skips the holidays of both countries, forth and back', () => {
    expect(businessDaysAfter('2026-09-30', 2, both)).toBe('2026-10-09');
    expect(businessDaysBefore('2026-10-09', 2, both)).toBe('2026-09-30');
    expect(businessDaysPassed('2026-09-30', '2026-10-09', both)).toBe(2);
    expect(businessDaysPassed('2026-10-09', '2026-09-30', both)).toBe(0);
  });

  it('stops at a calendar that never opens instead of looking for ever', () => {
    expect(() => businessDaysAfter('2026-03-02', 1, () => false)).toThrow('no business day');
  });
});

describe('the business day of maturity', () => {
  it('moves a Sunday to Monday under FOLLOWING, even into the next month (V14)', () => {
    expect(adjust('2026-05-31', 'FOLLOWING', weekdays)).toBe('2026-06-01');
  });

  it('moves back to Friday under MODIFIED_FOLLOWING when Monday is in the next month (V14)', () => {
    expect(adjust('2026-05-31', 'MODIFIED_FOLLOWING', weekdays)).toBe('2026-05-29');
  });

  it('moves forward under MODIFIED_FOLLOWING within the month', () => {
    expect(adjust('2026-05-30', 'MODIFIED_FOLLOWING', () => true)).toBe('2026-05-30');
    expect(adjust('2026-05-23', 'MODIFIED_FOLLOWING', weekdays)).toBe('2026-05-25');
  });

  it('moves back under PRECEDING', () => {
    expect(adjust('2026-05-31', 'PRECEDING', weekdays)).toBe('2026-05-29');
  });

  it('leaves a business day where it is, under every rule', () => {
    for (const rule of ['FOLLOWING', 'MODIFIED_FOLLOWING', 'PRECEDING', 'NONE']) {
      expect(adjust('2026-05-29', rule, weekdays)).toBe('2026-05-29');
    }
  });

  it('leaves any day where it is when the programme has no rule', () => {
    expect(adjust('2026-05-31', 'NONE', weekdays)).toBe('2026-05-31');
  });

  it('asks the calendar, not the week: a holiday on Monday moves on to Tuesday', () => {
    const closed = new Set(['2026-06-01']);
    const calendar = (date: string) => weekdays(date) && !closed.has(date);

    expect(adjust('2026-05-31', 'FOLLOWING', calendar)).toBe('2026-06-02');
  });

  it('stops at a calendar that never opens instead of looking for ever', () => {
    expect(() => adjust('2026-05-31', 'FOLLOWING', () => false)).toThrow('no business day');
  });
});
