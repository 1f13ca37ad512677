/**
 * `npm run audit -- [--json]`: replays all acts, compares with the rows, names every difference.
 *
 * Names the ten invariants, and whether each holds. Ends with
 * `audit: N acts, N rows, 0 differences, N invariants, 0 breaches` and exit code 0; with any difference
 * or breach, 1. Works on the home of TALLYSTICK_HOME, stopped or running, and on DATABASE_URL where that is set.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { ConfigInvalid, readConfig } from '../config.ts';
import { type Breach, type Verdict, verdicts } from './invariants.ts';
import { auditHome } from './open.ts';
import type { AuditReport, Difference } from './replay.ts';

/** Progress is said at most so often, in acts. */
const progressEvery = 5_000;

async function main(given: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...given],
    options: { json: { type: 'boolean', default: false } },
  });
  const config = readConfig(process.env);
  if (!existsSync(path.join(config.home, 'founded.json'))) {
    console.error(
      `There is no world in ${config.home}. Start one with npm start, or set TALLYSTICK_HOME.`,
    );
    return 1;
  }
  const report = await auditHome(config, (done) => {
    if (!values.json && done % progressEvery === 0) console.log(`${done} acts replayed …`);
  });
  const invariants = verdicts(report.breaches);
  if (values.json) console.log(JSON.stringify({ ...report, invariants }));
  else say(report, invariants);
  return report.differences.length + report.breaches.length === 0 ? 0 : 1;
}

function say(
  { acts, rows, differences, breaches }: AuditReport,
  invariants: readonly Verdict[],
): void {
  for (const each of differences) console.log(line(each));
  // What breaks I6 are the differences above.
  for (const each of breaches) if (each.invariant !== 'I6') console.log(breachLine(each));
  for (const { invariant, promise, state, breaches: count } of invariants) {
    const verdict = { HOLDS: 'holds', BROKEN: `is broken ${count} times` }[state];
    console.log(`  ${invariant} ${verdict}: ${promise}`);
  }
  console.log(
    `audit: ${acts} acts, ${rows} rows, ${differences.length} differences, ${invariants.length} invariants, ${breaches.length} breaches`,
  );
}

function breachLine({ invariant, subject, problem, height }: Breach): string {
  return `  ${invariant} ${subject}: ${problem}${height === null ? '' : `; since height ${height}`}`;
}

function line({ table, key, field, old, new: now, lastHeight }: Difference): string {
  const height = lastHeight === null ? '' : `; right at height ${lastHeight}`;
  return `  ${table} ${key}, ${field}: the acts say ${old}, the database says ${now}${height}`;
}

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error instanceof ConfigInvalid ? error.message : error);
    process.exit(1);
  },
);
