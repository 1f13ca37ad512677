/**
 * Which days are business days.
 *
 *   WEEKDAYS   Monday to Friday.
 *   TARGET     the days of the euro's settlement system (ECB): weekdays but 1 January, Good Friday,
 *              Easter Monday, 1 May, 25 and 26 December. Computed for any year.
 *   others     as published, a year at a time: days closed, and weekend days that are worked (China).
 *              A year that is not published yet counts weekdays, and whoever relies on it is told so.
 *
 * Where several countries are involved a day counts only when all of them are open. Pure.
 */
import { dateRules, dueOf } from '../../../chain/src/calc/days.ts';
import { addDays, type BusinessDate, daysBetween, weekday } from './time.ts';

/** True when money moves on that day. */
export type Calendar = (date: BusinessDate) => boolean;

/** One year of a published calendar. */
export type CalendarYear = {
  readonly calendar: string;
  readonly year: number;
  readonly closed: readonly BusinessDate[];
  /** Saturdays and Sundays that are business days. */
  readonly open: readonly BusinessDate[];
};

export const computedCalendars = ['WEEKDAYS', 'TARGET'] as const;

/** More days in a row without business than any calendar has; beyond it the calendar is wrong. */
const closedDaysMax = 30;

export const weekdays: Calendar = (date) => weekday(date) <= 5;

const target: Calendar = (date) => weekdays(date) && !targetHolidays(yearOf(date)).has(date);

export function isComputed(name: string): boolean {
  return (computedCalendars as readonly string[]).includes(name);
}

/** The calendar of that name; `published` are its years, in any order. */
export function calendarNamed(name: string, published: readonly CalendarYear[]): Calendar {
  if (name === 'WEEKDAYS') return weekdays;
  if (name === 'TARGET') return target;
  const years = new Map(
    published.map(({ year, closed, open }) => [
      year,
      { closed: new Set(closed), open: new Set(open) },
    ]),
  );
  return (date) => {
    const year = years.get(yearOf(date));
    if (year === undefined) return weekdays(date);
    return year.open.has(date) || (weekdays(date) && !year.closed.has(date));
  };
}

/** Open only where every calendar is. */
export function openInAll(calendars: readonly Calendar[]): Calendar {
  return (date) => calendars.every((isOpen) => isOpen(date));
}

/** True when the named calendar says something about that day beyond its weekday. */
export function isPublished(
  name: string,
  published: readonly CalendarYear[],
  date: BusinessDate,
): boolean {
  return isComputed(name) || published.some(({ year }) => year === yearOf(date));
}

/**
 * The business day on which money moves for a promise of that date, by the rule of that name (ISDA 2006,
 * section 4.12). Any other rule leaves the date alone.
 */
export function adjust(date: BusinessDate, rule: string, isOpen: Calendar): BusinessDate {
  const named = dateRules.find((each) => each === rule);
  return named === undefined ? date : dueOf(date, named, isOpen);
}

/** The business day `count` business days after `from`; `from` itself is not counted. */
export function businessDaysAfter(
  from: BusinessDate,
  count: number,
  isOpen: Calendar,
): BusinessDate {
  return walk(from, count, 1, isOpen);
}

/** The business day `count` business days before `from`; `from` itself is not counted. */
export function businessDaysBefore(
  from: BusinessDate,
  count: number,
  isOpen: Calendar,
): BusinessDate {
  return walk(from, count, -1, isOpen);
}

/** Business days after `from`, up to and with `to`; none when `to` is not later. */
export function businessDaysPassed(from: BusinessDate, to: BusinessDate, isOpen: Calendar): number {
  const days = Math.max(daysBetween(from, to), 0);
  return Array.from({ length: days }, (_, order) => addDays(from, order + 1)).filter(isOpen).length;
}

/** Easter Sunday of the Gregorian calendar: the first Sunday after the ecclesiastical full moon of spring. */
export function easterSunday(year: number): BusinessDate {
  const golden = year % 19;
  const century = Math.floor(year / 100);
  const skipped = century - Math.floor(century / 4);
  const moonShift = Math.floor((8 * century + 13) / 25);
  const epact = (skipped - moonShift + 19 * golden + 15) % 30;
  // The two full moons that the tables move a day earlier, so that a month has 29 days.
  const moon = epact - (epact === 29 || (epact === 28 && golden > 10) ? 1 : 0);
  const fullMoon = addDays(`${year}-03-21`, moon);
  return addDays(fullMoon, 7 - (weekday(fullMoon) % 7));
}

const holidaysByYear = new Map<number, ReadonlySet<BusinessDate>>();

function targetHolidays(year: number): ReadonlySet<BusinessDate> {
  const known = holidaysByYear.get(year);
  if (known !== undefined) return known;
  const easter = easterSunday(year);
  const days = new Set([
    `${year}-01-01`,
    addDays(easter, -2),
    addDays(easter, 1),
    ...[`${year}-05-01`, `${year}-12-25`, `${year}-12-26`],
  ]);
  holidaysByYear.set(year, days);
  return days;
}

function walk(from: BusinessDate, count: number, step: 1 | -1, isOpen: Calendar): BusinessDate {
  let date = from;
  let left = count;
  let closed = 0;
  while (left > 0 || !isOpen(date)) {
    date = addDays(date, step);
    closed = isOpen(date) ? 0 : closed + 1;
    if (closed > closedDaysMax) {
      throw new RangeError(`no business day within ${closedDaysMax} days of ${date}`);
    }
    if (closed === 0 && left > 0) left -= 1;
  }
  return date;
}

function yearOf(date: BusinessDate): number {
  return Number(date.slice(0, 4));
}
