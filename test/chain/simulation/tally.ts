/** What a run counts: events, commits, faults by kind, and the violations it found. */

export type Tally = {
  events: number;
  commits: number;
  readonly faults: Map<string, number>;
  readonly violations: string[];
  readonly fault: (kind: string) => void;
  /** A broken promise. The run goes on to its end of this event and then stops. */
  readonly violation: (text: string) => void;
};

export function createTally(): Tally {
  const faults = new Map<string, number>();
  const violations: string[] = [];
  return {
    events: 0,
    commits: 0,
    faults,
    violations,
    fault: (kind) => faults.set(kind, (faults.get(kind) ?? 0) + 1),
    violation: (text) => violations.push(text),
  };
}
