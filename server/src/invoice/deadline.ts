/**
 * The buyer's time to answer, in business days: Monday to Friday. Pure.
 *
 * While a question of the buyer is open the clock stands still; the days of the pause are added when
 * the supplier answers.
 */
import { addDays, type BusinessDate, daysBetween, weekday } from '../kernel/time.ts';

/** The business day `count` business days after `from`; `from` itself is not counted. */
export function businessDaysAfter(from: BusinessDate, count: number): BusinessDate {
  let date = from;
  let left = count;
  while (left > 0 || !isBusinessDay(date)) {
    date = addDays(date, 1);
    if (isBusinessDay(date) && left > 0) left -= 1;
  }
  return date;
}

/** The deadline after a pause: as many business days later as passed since the pause began. */
export function deadlineAfterPause(
  deadline: BusinessDate,
  pausedSince: BusinessDate,
  today: BusinessDate,
): BusinessDate {
  return businessDaysAfter(deadline, businessDaysPassed(pausedSince, today));
}

/** Business days after `from`, up to and with `to`. */
function businessDaysPassed(from: BusinessDate, to: BusinessDate): number {
  const days = Math.max(daysBetween(from, to), 0);
  const weeks = Math.floor(days / 7);
  const rest = Array.from({ length: days % 7 }, (_, order) => addDays(from, order + 1));
  return weeks * 5 + rest.filter(isBusinessDay).length;
}

function isBusinessDay(date: BusinessDate): boolean {
  return weekday(date) <= 5;
}
