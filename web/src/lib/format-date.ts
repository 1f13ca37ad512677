/**
 * Dates as people read them: absolute first, relative only as a hint. Business days have no time
 * zone; moments are shown in the reader's own.
 */
import type { Language } from './texts.ts';

const locale = { en: 'en-GB', zh: 'zh-CN' } as const;

/** '2026-03-03' is '3 March 2026' or '2026年3月3日'. */
export function formatDay(day: string, language: Language): string {
  return new Intl.DateTimeFormat(locale[language], { dateStyle: 'long', timeZone: 'UTC' }).format(
    new Date(`${day}T00:00:00Z`),
  );
}

/** Short enough for a table: '3 Mar 2026' or '2026-03-03'. */
export function formatDayShort(day: string, language: Language): string {
  return language === 'zh'
    ? day
    : new Intl.DateTimeFormat(locale.en, { dateStyle: 'medium', timeZone: 'UTC' }).format(
        new Date(`${day}T00:00:00Z`),
      );
}

export function formatMoment(moment: string, language: Language, seconds = false): string {
  return new Intl.DateTimeFormat(locale[language], {
    dateStyle: 'medium',
    timeStyle: seconds ? 'medium' : 'short',
  }).format(new Date(moment));
}

/** Whole days from one business day to another; negative when it has passed. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / 86_400_000);
}

/** The business day that many days later. */
export function addDays(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

/** 'in 5 days', 'yesterday', '今天'. */
export function relativeDay(today: string, day: string, language: Language): string {
  return new Intl.RelativeTimeFormat(locale[language], { numeric: 'auto' }).format(
    daysBetween(today, day),
    'day',
  );
}

/** 'in 3 minutes': the largest unit that is at least one. */
export function relativeMoment(nowMs: number, moment: string, language: Language): string {
  const seconds = Math.round((Date.parse(moment) - nowMs) / 1000);
  const format = new Intl.RelativeTimeFormat(locale[language], { numeric: 'auto' });
  const size = Math.abs(seconds);
  if (size < 60) {
    return format.format(seconds, 'second');
  }
  if (size < 3600) {
    return format.format(Math.round(seconds / 60), 'minute');
  }
  return size < 86_400
    ? format.format(Math.round(seconds / 3600), 'hour')
    : format.format(Math.round(seconds / 86_400), 'day');
}
