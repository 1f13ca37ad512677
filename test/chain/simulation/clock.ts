/**
 * One peer's clock: it runs too fast or too slow, and it jumps.
 *
 * A timer that was cleared may still fire, as one that was on its way.
 */
import type { TimerName } from '@tallystick/chain/src/core/effect.ts';
import type { Agenda } from './agenda.ts';

export type Clock = {
  /** Replaces a running timer of the same name. */
  readonly set: (timer: TimerName, afterMs: number, fire: () => void) => void;
  readonly clear: (timer: TimerName) => void;
  readonly clearAll: () => void;
  /** The clock is suddenly this many milliseconds further, or, below zero, further back. */
  readonly jump: (byMs: number) => void;
};

export type ClockOptions = {
  readonly agenda: Agenda;
  /** How many real milliseconds one of its own takes. */
  readonly rate: number;
  /** Draws whether a timer that was cleared fires all the same. */
  readonly firesLate: () => boolean;
};

type Running = { readonly made: number; readonly dueAt: number; readonly fire: () => void };

export function createClock({ agenda, rate, firesLate }: ClockOptions): Clock {
  const running = new Map<TimerName, Running>();
  let made = 0;
  let life = 0;

  const start = (timer: TimerName, delayMs: number, fire: () => void): void => {
    made += 1;
    const mine: Running = { made, dueAt: agenda.now() + delayMs, fire };
    const born = life;
    running.set(timer, mine);
    agenda.after(delayMs, () => {
      if (born !== life) return;
      const isLate = running.get(timer)?.made !== mine.made;
      if (isLate && (timer === 'retry' || !firesLate())) return;
      if (!isLate) running.delete(timer);
      fire();
    });
  };

  return {
    set: (timer, afterMs, fire) => start(timer, afterMs * rate, fire),
    clear: (timer) => {
      if (!firesLate()) running.delete(timer);
    },
    clearAll: () => {
      life += 1;
      running.clear();
    },
    jump: (byMs) => {
      for (const [timer, { dueAt, fire }] of [...running]) {
        start(timer, Math.max(0, dueAt - agenda.now() - byMs), fire);
      }
    },
  };
}
