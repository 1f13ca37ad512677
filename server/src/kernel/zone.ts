/**
 * Between moments and the clocks on the wall: what day and what minute it is in a zone of the world.
 *
 * A zone is a name of the IANA time zone database ('Europe/Berlin'); the offsets are those of the
 * runtime that the project pins. A day may have 23, 24 or 25 hours: what counts days never counts
 * milliseconds. Pure.
 */
import type { BusinessDate, Moment } from './time.ts';

const hourMs = 3_600_000n;
/** No zone is further from UTC than this, so a day begins within it of the same day in UTC. */
const offsetMaxMs = 26n * hourMs;

const formats = new Map<string, Intl.DateTimeFormat>();

/** True for a zone that this runtime knows. */
export function isZone(zone: string): boolean {
  try {
    formatOf(zone);
    return true;
  } catch {
    return false;
  }
}

/** The day that it is in the zone. */
export function dateIn(at: Moment, zone: string): BusinessDate {
  const { year, month, day } = partsOf(at, zone);
  return `${year}-${month}-${day}`;
}

/** Whole minutes since the clock on the wall showed 00:00: 0 to 1439. */
export function minuteIn(at: Moment, zone: string): number {
  const { hour, minute } = partsOf(at, zone);
  return Number(hour) * 60 + Number(minute);
}

/** The first moment of the day in the zone; where the clocks skip midnight, the first after it. */
export function startOf(date: BusinessDate, zone: string): Moment {
  const utc = BigInt(Date.parse(`${date}T00:00:00Z`));
  let before = utc - offsetMaxMs;
  let within = utc + offsetMaxMs;
  while (within - before > 1n) {
    const middle = (before + within) / 2n;
    if (dateIn(middle, zone) >= date) within = middle;
    else before = middle;
  }
  return within;
}

/**
 * The moment that rules in hours count from: real time, or the beginning of the business day where a
 * demo has moved it ahead of real time. So two days' notice also pass when the day is moved by two.
 */
export function tradeMs(at: Moment, businessDate: BusinessDate, zone: string): Moment {
  const began = startOf(businessDate, zone);
  return began > at ? began : at;
}

type Parts = Readonly<Record<'year' | 'month' | 'day' | 'hour' | 'minute', string>>;

function partsOf(at: Moment, zone: string): Parts {
  const parts = formatOf(zone).formatToParts(Number(at));
  const named = Object.fromEntries(parts.map(({ type, value }) => [type, value]));
  const { year = '', month = '', day = '', hour = '', minute = '' } = named;
  return { year, month, day, hour, minute };
}

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat('en-GB', {
    ...{ timeZone: zone, calendar: 'iso8601', numberingSystem: 'latn', hourCycle: 'h23' },
    ...{ year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' },
  });
  formats.set(zone, made);
  return made;
}

/** The minute of a day as a clock shows it: 540 is '09:00'. */
export function timeOf(minute: number): string {
  const two = (value: number) => `${value}`.padStart(2, '0');
  return `${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
}

/** Minutes of a day written '21:00'; null for what is no time of day. '24:00' is the end of the day. */
export function minuteOf(text: string): number | null {
  const parts = /^(\d{2}):(\d{2})$/.exec(text);
  if (parts === null) return null;
  const minutes = Number(parts[1]) * 60 + Number(parts[2]);
  return Number(parts[2]) < 60 && minutes <= 1440 ? minutes : null;
}
