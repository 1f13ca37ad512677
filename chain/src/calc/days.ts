/**
 * Days: how many there are between two dates, and on which one money moves.
 *
 * A date is a calendar date without a zone, 'YYYY-MM-DD'; the first day counts, the last does not.
 * Which days are business days is an input. Dates are counted by arithmetic alone (the Gregorian
 * calendar, days from 1970-01-01), so there is no clock, no zone and no daylight saving in it. Pure.
 */
import { must } from './amount.ts';

export const dayCounts = ['ACT_365F', 'ACT_360', 'THIRTY_360'] as const;
export type DayCount = (typeof dayCounts)[number];

/** How a date that is no business day moves (ISDA 2006, section 4.12); UNADJUSTED leaves it alone. */
export const dateRules = ['FOLLOWING', 'MODIFIED_FOLLOWING', 'PRECEDING', 'UNADJUSTED'] as const;
export type DateRule = (typeof dateRules)[number];

/** True when banks move money on that day. */
export type IsOpen = (date: string) => boolean;

/** More days in a row without business than any calendar has; beyond it the calendar is wrong. */
const closedDaysMax = 30;

/** True for a date that exists, written YYYY-MM-DD. */
export function isCalendarDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  return dateOfDay(dayOf(text)) === text;
}

/** Days from `start` to `end`; negative when `end` is earlier. */
export function daysApart(start: string, end: string): number {
  return dayOf(end) - dayOf(start);
}

/** The date that many days later, or earlier. */
export function daysAfter(date: string, days: number): string {
  return dateOfDay(dayOf(date) + days);
}

/** 1 for Monday to 7 for Sunday (ISO 8601). */
export function weekdayOf(date: string): number {
  return ((((dayOf(date) + 3) % 7) + 7) % 7) + 1;
}

/** Days between two dates as the market of that day count counts them. */
export function daysOf(dayCount: DayCount, start: string, end: string): number {
  return dayCount === 'THIRTY_360' ? thirtyDays(start, end) : daysApart(start, end);
}

/** Days of the year by which a yearly rate is divided. */
export function basisOf(dayCount: DayCount): bigint {
  return dayCount === 'ACT_365F' ? 365n : 360n;
}

/** 30/360 (bond basis, ISDA 2006 section 4.16(f)): every month has thirty days. */
function thirtyDays(start: string, end: string): number {
  const from = partsOf(start);
  const to = partsOf(end);
  const fromDay = Math.min(from.day, 30);
  const toDay = to.day === 31 && fromDay === 30 ? 30 : to.day;
  return 360 * (to.year - from.year) + 30 * (to.month - from.month) + (toDay - fromDay);
}

/**
 * The business day on which a date falls due. FOLLOWING goes forward; PRECEDING goes back;
 * MODIFIED_FOLLOWING goes forward unless that leaves the month, and then back.
 */
export function dueOf(date: string, rule: DateRule, isOpen: IsOpen): string {
  switch (rule) {
    case 'FOLLOWING':
      return nearest(date, 1, isOpen);
    case 'PRECEDING':
      return nearest(date, -1, isOpen);
    case 'MODIFIED_FOLLOWING': {
      const later = nearest(date, 1, isOpen);
      return later.slice(0, 7) === date.slice(0, 7) ? later : nearest(date, -1, isOpen);
    }
    case 'UNADJUSTED':
      return date;
  }
}

/** Whole months from one date to another, and the days that are left of the last one. */
export function monthsAndDays(
  start: string,
  end: string,
): { readonly months: number; readonly days: number } {
  const from = partsOf(start);
  const to = partsOf(end);
  const apart = 12 * (to.year - from.year) + (to.month - from.month);
  const months = monthsAfter(start, apart) <= end ? apart : apart - 1;
  return { months, days: daysApart(monthsAfter(start, months), end) };
}

/** The same day so many months later, or the last day of a month that is too short for it. */
function monthsAfter(date: string, months: number): string {
  const { year, month, day } = partsOf(date);
  const index = 12 * year + (month - 1) + months;
  const [inYear, inMonth] = [Math.floor(index / 12), (index % 12) + 1];
  const last = lastDayOf(inYear, inMonth);
  return written(inYear, inMonth, Math.min(day, last));
}

function lastDayOf(year: number, month: number): number {
  const [nextYear, nextMonth] = month === 12 ? [year + 1, 1] : [year, month + 1];
  return dayOf(written(nextYear, nextMonth, 1)) - dayOf(written(year, month, 1));
}

function nearest(date: string, step: 1 | -1, isOpen: IsOpen): string {
  for (let distance = 0; distance <= closedDaysMax; distance += 1) {
    const candidate = daysAfter(date, step * distance);
    if (isOpen(candidate)) return candidate;
  }
  throw new RangeError(`the calendar has no business day within ${closedDaysMax} days of ${date}`);
}

function partsOf(date: string) {
  const form = /^(\d{4})-(\d{2})-(\d{2})$/.exec(date);
  must(form !== null, 'a date is written YYYY-MM-DD');
  return { year: Number(form[1]), month: Number(form[2]), day: Number(form[3]) };
}

/** Days from 1970-01-01; years begin in March, so that a leap day is the last of its year. */
function dayOf(date: string): number {
  const { year, month, day } = partsOf(date);
  const marchYear = month > 2 ? year : year - 1;
  const monthFromMarch = (month + 9) % 12;
  const dayOfYear = Math.floor((153 * monthFromMarch + 2) / 5) + day - 1;
  const leapDays = Math.floor(marchYear / 4) - Math.floor(marchYear / 100);
  return 365 * marchYear + leapDays + Math.floor(marchYear / 400) + dayOfYear - daysBefore1970;
}

/** Days from 0000-03-01 to 1970-01-01. */
const daysBefore1970 = 719_468;

function dateOfDay(day: number): string {
  // The year is at most one off the mean; then the month, by its first day.
  const guess = Math.floor((day + daysBefore1970) / 365.2425);
  const year = [guess + 1, guess, guess - 1].find((each) => dayOf(written(each, 1, 1)) <= day) ?? 0;
  const inYear = day - dayOf(written(year, 1, 1));
  const month = [12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2].find(
    (each) => dayOf(written(year, each, 1)) - dayOf(written(year, 1, 1)) <= inYear,
  );
  const first = dayOf(written(year, month ?? 1, 1));
  return written(year, month ?? 1, day - first + 1);
}

function written(year: number, month: number, day: number): string {
  const digits = (value: number, size: number) => value.toString().padStart(size, '0');
  return `${digits(year, 4)}-${digits(month, 2)}-${digits(day, 2)}`;
}
