/**
 * The business day, and what moves it. Pure.
 *
 *   REAL      the day of the network's zone; at its midnight the automation writes the next one.
 *             Nobody can set it: production.
 *   MOVABLE   as many days pass as in the zone, from the day to which the governor last set it: demo.
 *   BY_HAND   only the governor moves it: tests, and demos that play a year in a minute.
 *
 * Which it is stands in the genesis and never changes. The day never moves back.
 */
import { update } from '../kernel/change.ts';
import { accept, type Decision, type Refusal, refuse } from '../kernel/decision.ts';
import { addDays, type BusinessDate, daysBetween, type Moment } from '../kernel/time.ts';
import { dateIn } from '../kernel/zone.ts';
import type { BusinessClockRow } from './model.ts';

type Clock = Pick<BusinessClockRow, 'date' | 'realDate' | 'zone' | 'mode'>;

/** The business day that it should be at that moment by itself; the same day as long as none has passed. */
export function dayAt(clock: Clock, at: Moment): BusinessDate {
  if (clock.mode === 'BY_HAND') return clock.date;
  const passed = daysBetween(clock.realDate, dateIn(at, clock.zone));
  return passed <= 0 ? clock.date : addDays(clock.date, passed);
}

/** Midnight has passed. Anyone derives the day from the row and the moment of the act; another is refused. */
export function tick(
  clock: BusinessClockRow,
  { date, at }: { readonly date: BusinessDate; readonly at: Moment },
): Decision {
  const expected = dayAt(clock, at);
  if (expected === clock.date) {
    return refuse('DAY_NOT_OVER', 'The business day is not over.', {
      path: 'date',
      seen: date,
      expected: `later, when the day after ${clock.date} has begun in ${clock.zone}`,
    });
  }
  return date === expected ? moved(clock, date, at) : badDate(date, expected);
}

/** The governor moves the day forward, in tests and demo only. */
export function setClock(
  clock: BusinessClockRow,
  { date, at }: { readonly date: BusinessDate; readonly at: Moment },
): Decision {
  if (clock.mode === 'REAL') {
    return refuse('CLOCK_IS_REAL', 'The business day of this network cannot be set.', {
      path: 'date',
      seen: date,
      expected: `the day in ${clock.zone}, ${clock.date}`,
      help: 'The day moves by itself at midnight. Only a demo has a day that can be set.',
    });
  }
  if (date < clock.date) return badDate(date, `${clock.date} or later`);
  return moved(clock, date, at);
}

function moved(clock: BusinessClockRow, date: BusinessDate, at: Moment): Decision {
  const realDate = dateIn(at, clock.zone);
  return accept(clock.id, [update('business_clock', clock, { date, realDate })]);
}

function badDate(seen: string, expected: string): Refusal {
  return refuse('BAD_INPUT', 'date is not as it must be.', { path: 'date', seen, expected });
}
