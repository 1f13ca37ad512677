/**
 * The buyer's time to answer, in business days of the programme. Pure.
 *
 * While a question of the buyer is open the clock stands still; the days of the pause are added when
 * the supplier answers. The calendar is asked once, when a deadline is set: what is published later
 * moves no deadline that stands.
 */
import { businessDaysAfter, businessDaysPassed, type Calendar } from '../kernel/calendar.ts';
import type { BusinessDate } from '../kernel/time.ts';

/** The deadline after a pause: as many business days later as passed since the pause began. */
export function deadlineAfterPause(
  pause: {
    readonly deadline: BusinessDate;
    readonly pausedSince: BusinessDate;
    readonly today: BusinessDate;
  },
  isOpen: Calendar,
): BusinessDate {
  const passed = businessDaysPassed(pause.pausedSince, pause.today, isOpen);
  return businessDaysAfter(pause.deadline, passed, isOpen);
}
