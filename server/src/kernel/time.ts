/**
 * Business days and moments.
 *
 * A business day is a calendar date without a zone ('2026-03-02'); the movable clock of tests and
 * demo moves it. A moment is whole milliseconds since 1970 in UTC; it is real and never moves back.
 */
export type BusinessDate = string;
/** Milliseconds since 1970-01-01T00:00Z. */
export type Moment = bigint;

const dayMs = 86_400_000;

/** True for a date that exists, written YYYY-MM-DD (RFC 3339 full-date). */
export function isDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const ms = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(ms) && new Date(ms).toISOString().slice(0, 10) === text;
}

export function addDays(date: BusinessDate, days: number): BusinessDate {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * dayMs).toISOString().slice(0, 10);
}

/** Days from `start` (counted) to `end` (not counted); negative when `end` is earlier. */
export function daysBetween(start: BusinessDate, end: BusinessDate): number {
  return Math.round((Date.parse(`${end}T00:00:00Z`) - Date.parse(`${start}T00:00:00Z`)) / dayMs);
}

/** 1 for Monday to 7 for Sunday (ISO 8601). */
export function weekday(date: BusinessDate): number {
  return new Date(Date.parse(`${date}T00:00:00Z`)).getUTCDay() || 7;
}
