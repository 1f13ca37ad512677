/**
 * The business day on which a promise falls due.
 *
 * The buyer promises a date; money moves on business days only, so the programme's rule (ISDA 2006,
 * section 4.12) moves the date when it is none. Which days are business days is an input. Pure.
 */
import { dateRules, dueOf } from '../../../chain/src/calc/days.ts';
import type { BusinessDate } from '../kernel/time.ts';
import { weekday } from '../kernel/time.ts';

/** True when banks move money on that day. */
export type Calendar = (date: BusinessDate) => boolean;

/** Monday to Friday; holidays belong to a calendar that knows the country. */
export const weekdays: Calendar = (date) => weekday(date) <= 5;

/**
 * Moves `date` to a business day, by the rule of that name. Any other rule leaves the date alone.
 */
export function adjust(date: BusinessDate, rule: string, isOpen: Calendar): BusinessDate {
  const named = dateRules.find((each) => each === rule);
  return named === undefined ? date : dueOf(date, named, isOpen);
}
