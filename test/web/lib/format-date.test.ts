/** Days and moments in both languages; business days do not move with the reader's time zone. */
import {
  addDays,
  daysBetween,
  formatDay,
  formatDayShort,
  relativeDay,
  relativeMoment,
} from '@tallystick/web/src/lib/format-date.ts';
import { describe, expect, it } from 'vitest';

describe('a business day', () => {
  it('is written out in both languages', () => {
    expect(formatDay('2026-03-03', 'en')).toBe('3 March 2026');
    expect(formatDay('2026-03-03', 'zh')).toBe('2026年3月3日');
    expect(formatDayShort('2026-03-03', 'en')).toBe('3 Mar 2026');
  });

  it('counts whole days over months, leap days and changes of the clock', () => {
    expect(daysBetween('2028-02-28', '2028-03-01')).toBe(2);
    expect(daysBetween('2026-03-28', '2026-03-30')).toBe(2);
    expect(addDays('2026-12-31', 1)).toBe('2027-01-01');
    expect(addDays('2026-11-22', 90)).toBe('2027-02-20');
  });

  it('is told relative to today as people say it', () => {
    expect(relativeDay('2026-03-03', '2026-03-02', 'en')).toBe('yesterday');
    expect(relativeDay('2026-03-03', '2026-03-08', 'en')).toBe('in 5 days');
    expect(relativeDay('2026-03-03', '2026-03-03', 'zh')).toBe('今天');
  });
});

describe('a moment', () => {
  it('is told in the largest unit that is at least one', () => {
    const now = Date.parse('2026-03-03T12:00:00Z');

    expect(relativeMoment(now, '2026-03-03T12:00:30Z', 'en')).toBe('in 30 seconds');
    expect(relativeMoment(now, '2026-03-03T11:00:00Z', 'en')).toBe('1 hour ago');
    expect(relativeMoment(now, '2026-03-06T12:00:00Z', 'en')).toBe('in 3 days');
  });
});
