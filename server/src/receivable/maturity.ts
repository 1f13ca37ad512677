/**
 * The business day on which a promise falls due.
 *
 * The buyer promises a date; money moves on business days only, so the programme's rule (ISDA 2006,
 * section 4.12) moves the date when it is none. Which days are business days is an input. Pure.
 */
import type { BusinessDate } from '../kernel/time.ts';
import { addDays, weekday } from '../kernel/time.ts';

/** True when banks move money on that day. */
export type Calendar = (date: BusinessDate) => boolean;

/** Monday to Friday; holidays belong to a calendar that knows the country. */
export const weekdays: Calendar = (date) => weekday(date) <= 5;

/** More days in a row without business than any calendar has; beyond it the calendar is wrong. */
const closedDaysMax = 30;

/**
 * Moves `date` to a business day. FOLLOWING goes forward; PRECEDING goes back; MODIFIED_FOLLOWING
 * goes forward unless that leaves the month, and then back. Any other rule leaves the date alone.
 */
export function adjust(date: BusinessDate, rule: string, isOpen: Calendar): BusinessDate {
  switch (rule) {
    case 'FOLLOWING':
      return nearest(date, 1, isOpen);
    case 'PRECEDING':
      return nearest(date, -1, isOpen);
    case 'MODIFIED_FOLLOWING': {
      const later = nearest(date, 1, isOpen);
      return later.slice(0, 7) === date.slice(0, 7) ? later : nearest(date, -1, isOpen);
    }
    default:
      return date;
  }
}

function nearest(date: BusinessDate, step: 1 | -1, isOpen: Calendar): BusinessDate {
  for (let distance = 0; distance <= closedDaysMax; distance += 1) {
    const candidate = addDays(date, step * distance);
    if (isOpen(candidate)) return candidate;
  }
  throw new RangeError(`the calendar has no business day within ${closedDaysMax} days of ${date}`);
}
