/**
 * `npm run crash:network -- [--kills N] [--seed S] [--json]`: kills the processes of a network N times (100).
 *
 * Prints what was done and what was seen; exit code 1 when a promise was broken, and the homes are then
 * kept to look at.
 */
import { parseArgs } from 'node:util';
import { runNetworkCrashes } from './run.ts';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '100' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    json: { type: 'boolean', default: false },
  },
});
const say = values.json ? () => undefined : (line: string) => console.log(`  ${line}`);
if (!values.json) console.log(`crash:network: seed ${values.seed}`);
const report = await runNetworkCrashes({
  ...{ seed: Number(values.seed), kills: Number(values.kills), say },
});
console.log(values.json ? JSON.stringify(report) : report);
process.exit(report.broken.length === 0 ? 0 : 1);
