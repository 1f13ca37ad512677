/**
 * `npm run sim -- [--seeds N] [--from S] [--json] [--trace]`
 *
 * Runs seeds S … S+N−1 with every rule in force and prints what was done to the
 * validators and what came of it. Exits 1 when a promise was broken: each seed is
 * named with the command that replays it and with the last events before. With
 * `--trace` every event is printed as it happens.
 */
import { readArguments, runCommand } from './arguments.ts';
import { allLaws, type Laws } from './laws.ts';
import { lastEvents, type Outcome, run, type Trace } from './run.ts';

const seedMax = 2 ** 31;
/** Failing seeds that are told in full. */
const toldMax = 3;
const eventsTold = 60;

export type Summary = {
  readonly seeds: number;
  readonly from: number;
  readonly events: number;
  readonly commits: number;
  readonly faults: Readonly<Record<string, number>>;
  readonly violations: readonly {
    readonly seed: number;
    readonly violations: readonly string[];
    readonly replay: string;
    readonly trace: readonly string[];
  }[];
  readonly seedsPerSecond: number;
};

/** Runs the seeds and counts. Deterministic but for the pace. */
export function simulate(
  from: number,
  count: number,
  onLine: Trace = null,
  laws: Laws = allLaws,
): Summary {
  const startedMs = performance.now();
  const outcomes: Outcome[] = [];
  for (let seed = from; seed < from + count; seed += 1) outcomes.push(run(seed, laws, onLine));
  return summaryOf(from, outcomes, laws, (performance.now() - startedMs) / 1000);
}

function summaryOf(
  from: number,
  outcomes: readonly Outcome[],
  laws: Laws,
  seconds: number,
): Summary {
  const faults = new Map<string, number>();
  for (const outcome of outcomes) {
    for (const [kind, count] of outcome.faults) faults.set(kind, (faults.get(kind) ?? 0) + count);
  }
  const bad = outcomes.filter(({ violations }) => violations.length > 0);
  return {
    seeds: outcomes.length,
    from,
    events: outcomes.reduce((sum, { events }) => sum + events, 0),
    commits: outcomes.reduce((sum, { commits }) => sum + commits, 0),
    faults: Object.fromEntries([...faults].sort(([a], [b]) => (a < b ? -1 : 1))),
    violations: bad.map(({ seed, violations }, order) => ({
      seed,
      violations,
      replay: replayOf(seed),
      trace: order < toldMax ? lastEvents(seed, laws, eventsTold) : [],
    })),
    seedsPerSecond: Number((outcomes.length / seconds).toFixed(1)),
  };
}

function replayOf(seed: number): string {
  return `npm run sim -- --seeds 1 --from ${seed} --trace`;
}

function show(summary: Summary): void {
  const { seeds, from, events, commits, faults, violations, seedsPerSecond } = summary;
  console.log(`seeds ${from}…${from + seeds - 1}`);
  console.log(`events ${events}, blocks committed ${commits}`);
  for (const [kind, count] of Object.entries(faults)) console.log(`  ${kind}: ${count}`);
  for (const { seed, violations: broken, replay, trace } of violations) {
    console.log(`\nseed ${seed}: ${broken.join(' · ')}`);
    if (trace.length > 0) console.log(`the last events before it:\n${trace.join('\n')}`);
    console.log(`replay: ${replay}`);
  }
  console.log(
    `sim: ${seeds} seeds, ${violations.length} with violations, ${seedsPerSecond} seeds/s`,
  );
}

if (import.meta.main) {
  await runCommand(() => {
    const given = readArguments(process.argv.slice(2), {
      ...{ seeds: 'number', from: 'number', json: 'switch', trace: 'switch' },
    });
    const from = given.number('from', 1, 0, seedMax);
    const count = given.number('seeds', 1000, 1, 1_000_000);
    const summary = simulate(from, count, given.has('trace') ? console.log : null);
    if (given.has('json')) console.log(JSON.stringify(summary));
    else show(summary);
    return summary.violations.length > 0 ? 1 : 0;
  });
}
