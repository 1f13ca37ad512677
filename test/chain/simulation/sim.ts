/**
 * `node test/chain/simulation/sim.ts [--seeds N] [--from S] [--json] [--trace]`
 *
 * Runs seeds S … S+N−1 with every rule in force and prints what was done to the
 * validators and what came of it. Exits 1 when a promise was broken, naming the
 * seeds; `--seeds 1 --from SEED --trace` replays one, message by message.
 */
import { parseArgs } from 'node:util';
import { allRules } from '@tallystick/chain/src/core/rules.ts';
import { type Outcome, run } from './run.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1000' },
    from: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
    trace: { type: 'boolean', default: false },
  },
});

const startedMs = performance.now();
const outcomes: Outcome[] = [];
for (let order = 0; order < Number(values.seeds); order += 1) {
  const trace = values.trace ? (line: string) => console.log(line) : undefined;
  outcomes.push(run(Number(values.from) + order, allRules, trace));
}
const seconds = (performance.now() - startedMs) / 1000;

const bad = outcomes.filter(({ violations }) => violations.length > 0);
const faults = new Map<string, number>();
for (const outcome of outcomes) {
  for (const [kind, count] of outcome.faults) faults.set(kind, (faults.get(kind) ?? 0) + count);
}
const summary = {
  seeds: outcomes.length,
  from: Number(values.from),
  events: outcomes.reduce((sum, { events }) => sum + events, 0),
  commits: outcomes.reduce((sum, { commits }) => sum + commits, 0),
  faults: Object.fromEntries([...faults].sort()),
  violations: bad.map(({ seed, violations }) => ({ seed, violations })),
  seedsPerSecond: Number((outcomes.length / seconds).toFixed(1)),
};

if (values.json) console.log(JSON.stringify(summary));
else {
  console.log(`seeds ${summary.from}…${summary.from + summary.seeds - 1}`);
  console.log(`events ${summary.events}, blocks committed ${summary.commits}`);
  for (const [kind, count] of Object.entries(summary.faults)) console.log(`  ${kind}: ${count}`);
  for (const { seed, violations } of summary.violations.slice(0, 20)) {
    console.log(`seed ${seed}: ${violations.join(' · ')}`);
  }
  console.log(
    `sim: ${summary.seeds} seeds, ${bad.length} with violations, ${summary.seedsPerSecond} seeds/s`,
  );
}
process.exitCode = bad.length > 0 ? 1 : 0;
