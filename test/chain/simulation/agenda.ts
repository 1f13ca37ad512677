/**
 * What happens next: events ordered by time, then by the order of their making.
 *
 * Simulated milliseconds; nothing ever waits for a real clock.
 */

export type Agenda = {
  readonly now: () => number;
  readonly after: (delayMs: number, run: () => void) => void;
  /** Runs the next event; false when none is left. */
  readonly next: () => boolean;
};

type Event = { readonly at: number; readonly order: number; readonly run: () => void };

export function createAgenda(): Agenda {
  const heap: Event[] = [];
  let clock = 0;
  let made = 0;

  return {
    now: () => clock,
    after: (delayMs, run) => {
      heap.push({ at: clock + Math.max(0, delayMs), order: made, run });
      made += 1;
      rise(heap, heap.length - 1);
    },
    next: () => {
      const [first] = heap;
      const last = heap.pop();
      if (first === undefined || last === undefined) return false;
      if (heap.length > 0) {
        heap[0] = last;
        sink(heap);
      }
      clock = first.at;
      first.run();
      return true;
    },
  };
}

function isBefore(a: Event | undefined, b: Event | undefined): boolean {
  if (a === undefined || b === undefined) return false;
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}

function swap(heap: Event[], a: number, b: number): void {
  const [left, right] = [heap[a], heap[b]];
  if (left === undefined || right === undefined) return;
  heap[a] = right;
  heap[b] = left;
}

function rise(heap: Event[], from: number): void {
  let at = from;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    if (!isBefore(heap[at], heap[parent])) return;
    swap(heap, at, parent);
    at = parent;
  }
}

function sink(heap: Event[]): void {
  let at = 0;
  for (;;) {
    const left = 2 * at + 1;
    const child = isBefore(heap[left + 1], heap[left]) ? left + 1 : left;
    if (!isBefore(heap[child], heap[at])) return;
    swap(heap, at, child);
    at = child;
  }
}
