import { describe, expect, it } from 'vitest';
import { daysBetween } from '../../../server/src/kernel/time.ts';
import {
  dateIn,
  isZone,
  minuteIn,
  minuteOf,
  startOf,
  tradeMs,
} from '../../../server/src/kernel/zone.ts';

const at = (text: string) => BigInt(Date.parse(text));
const hourMs = 3_600_000n;

describe('the day in a zone', () => {
  it('has begun in Shanghai while it is still yesterday in Berlin', () => {
    const moment = at('2026-03-01T16:00:00.000Z');

    expect(dateIn(moment, 'Asia/Shanghai')).toBe('2026-03-02');
    expect(dateIn(moment - 1n, 'Asia/Shanghai')).toBe('2026-03-01');
    expect(dateIn(moment, 'Europe/Berlin')).toBe('2026-03-01');
  });

  it('begins at the moment that the zone calls midnight, and not a millisecond earlier', () => {
    const began = startOf('2026-07-01', 'America/New_York');

    expect(began).toBe(at('2026-07-01T04:00:00.000Z'));
    expect(dateIn(began - 1n, 'America/New_York')).toBe('2026-06-30');
  });

  it('begins an hour late where the clocks skip midnight', () => {
    expect(startOf('2026-04-24', 'Africa/Cairo')).toBe(at('2026-04-23T22:00:00.000Z'));
    expect(minuteIn(startOf('2026-04-24', 'Africa/Cairo'), 'Africa/Cairo')).toBe(60);
  });

  it('B.9.61: has 23 hours when summer time begins and is still one day of interest', () => {
    const zone = 'Europe/Berlin';
    const length = (date: string, next: string) => startOf(next, zone) - startOf(date, zone);

    expect(length('2026-03-29', '2026-03-30')).toBe(23n * hourMs);
    expect(length('2026-10-25', '2026-10-26')).toBe(25n * hourMs);
    expect(daysBetween('2026-03-28', '2026-03-31')).toBe(3);
    expect(daysBetween('2026-03-29', '2026-03-30')).toBe(1);
  });

  it('B.9.65: closes at 21:00 in its zone: 20:59:59.999 is before, 21:00:00.000 is not', () => {
    const closes = minuteOf('21:00') ?? 0;
    const moment = at('2026-03-02T13:00:00.000Z');

    expect(minuteIn(moment - 1n, 'Asia/Shanghai') < closes).toBe(true);
    expect(minuteIn(moment, 'Asia/Shanghai') < closes).toBe(false);
  });

  it('knows zones by their names only', () => {
    expect(isZone('Europe/Berlin')).toBe(true);
    expect(isZone('Europe/Atlantis')).toBe(false);
    expect(isZone('')).toBe(false);
  });

  it.each([
    ['09:00', 540],
    ['00:00', 0],
    ['24:00', 1440],
    ['24:01', null],
    ['9:00', null],
    ['12:60', null],
    ['noon', null],
  ])('reads the time of day %s as %s', (text, minute) => {
    expect(minuteOf(text)).toBe(minute);
  });
});

describe('the clock of rules in hours', () => {
  const zone = 'Europe/Berlin';
  const midnight = startOf('2026-03-04', zone);

  it('is real time as long as the business day is not ahead of it', () => {
    expect(tradeMs(midnight, '2026-03-04', zone)).toBe(midnight);
    expect(tradeMs(midnight + 5n, '2026-03-04', zone)).toBe(midnight + 5n);
    expect(tradeMs(midnight, '2026-02-01', zone)).toBe(midnight);
  });

  it('is the beginning of the business day where a demo moved it ahead, so that two days pass at once', () => {
    const now = startOf('2026-03-02', zone) + 7n * hourMs;

    expect(tradeMs(now, '2026-03-04', zone)).toBe(midnight);
    expect(tradeMs(midnight - 1n, '2026-03-04', zone)).toBe(midnight);
  });
});
