/**
 * The time of this process: real, in whole milliseconds, and never moving back, so that a correction
 * of the machine's clock cannot put a later act before an earlier one.
 */
import type { Moment } from '../kernel/time.ts';

export type Clock = { now(): Moment };

export function systemClock(source: () => number = Date.now): Clock {
  let latest = 0n;
  return {
    now() {
      const seen = BigInt(Math.floor(source()));
      if (seen > latest) latest = seen;
      return latest;
    },
  };
}
