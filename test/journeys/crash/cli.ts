/**
 * `npm run crash -- [--kills N] [--seed S] [--json]`: kills the server N times (200) while it works.
 *
 * Prints what was done and what was seen; exit code 1 when a promise was broken, and the home of the
 * world is then kept to look at.
 */
import { parseArgs } from 'node:util';
import { runCrashes } from './run.ts';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '200' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    json: { type: 'boolean', default: false },
  },
});
const say = values.json ? () => {} : (line: string) => console.log(`  ${line}`);
if (!values.json) console.log(`crash: seed ${values.seed}`);
const report = await runCrashes({ seed: Number(values.seed), kills: Number(values.kills), say });
console.log(values.json ? JSON.stringify(report) : report);
process.exit(report.broken.length === 0 ? 0 : 1);
