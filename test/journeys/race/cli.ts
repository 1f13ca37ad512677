/**
 * `npm run race -- [--clients N] [--seconds S] [--seed N] [--json]`: N clients (32) race for the same
 * certificates for S seconds (60).
 *
 * Prints what was raced for, who won and how the others lost; exit code 1 when a promise was broken, and
 * the home of the world is then kept to look at.
 */
import { parseArgs } from 'node:util';
import { clientsMin, runRaces } from './run.ts';

const { values } = parseArgs({
  options: {
    clients: { type: 'string', default: '32' },
    seconds: { type: 'string', default: '60' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    json: { type: 'boolean', default: false },
  },
});
const [clients, seconds] = [Number(values.clients), Number(values.seconds)];
if (!Number.isInteger(clients) || clients < clientsMin) {
  console.error(`--clients: ${values.clients}. Expected: a whole number, at least ${clientsMin}.`);
  process.exit(2);
}
if (!(seconds > 0)) {
  console.error(`--seconds: ${values.seconds}. Expected: a number above 0.`);
  process.exit(2);
}
const say = values.json ? () => {} : (line: string) => console.log(`  ${line}`);
if (!values.json) console.log(`race: seed ${values.seed}`);
const report = await runRaces({ seed: Number(values.seed), clients, seconds, say });
console.log(values.json ? JSON.stringify(report) : report);
process.exit(report.broken.length === 0 ? 0 : 1);
