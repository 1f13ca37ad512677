/** The clock's side of the core: named timers of one validator, of which at most one per name runs. */
import type { TimerName } from '../core/effect.ts';

export type Fired = { readonly timer: TimerName; readonly epoch: bigint; readonly view: bigint };

export type Timers = {
  /** Replaces a running timer of the same name. */
  readonly set: (fired: Fired, afterMs: number) => void;
  readonly clear: (timer: TimerName) => void;
  readonly clearAll: () => void;
};

export function makeTimers(fire: (fired: Fired) => void): Timers {
  const running = new Map<TimerName, NodeJS.Timeout>();
  const clear = (timer: TimerName): void => {
    clearTimeout(running.get(timer));
    running.delete(timer);
  };
  return {
    set: (fired, afterMs) => {
      clear(fired.timer);
      const timer = setTimeout(() => {
        running.delete(fired.timer);
        fire(fired);
      }, afterMs);
      running.set(fired.timer, timer);
    },
    clear,
    clearAll: () => {
      for (const timer of [...running.keys()]) clear(timer);
    },
  };
}
