/**
 * `npm run model -- [--runs N] [--acts M] [--seed S] [--json]`: N histories (100) of up to M random
 * moves (2000) over the real handlers.
 *
 * Prints what was done and reached; exit code 1 when an invariant or the second bookkeeping was broken,
 * with the shortest failing history that was found. Its seed belongs into seeds.json.
 */
import { parseArgs } from 'node:util';
import { runModel } from './run.ts';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '100' },
    acts: { type: 'string', default: '2000' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    json: { type: 'boolean', default: false },
  },
});
const wholeAbove0 = (name: 'runs' | 'acts' | 'seed'): number => {
  const value = Number(values[name]);
  if (Number.isSafeInteger(value) && value >= (name === 'seed' ? 0 : 1)) return value;
  console.error(`--${name}: ${values[name]}. Expected: a whole number above 0.`);
  return process.exit(2);
};
const report = await runModel({
  ...{ seed: wholeAbove0('seed'), runs: wholeAbove0('runs'), acts: wholeAbove0('acts') },
});
console.log(values.json ? JSON.stringify(report) : report);
process.exit(report.broken === null ? 0 : 1);
