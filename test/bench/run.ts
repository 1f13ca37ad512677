/** `npm run bench acts|chain|portfolio [-- --json]`: how fast it is on this machine. Each prints a table, or one JSON object. */

const benches: ReadonlyMap<string, () => Promise<unknown>> = new Map([
  ['acts', () => import('./acts.ts')],
  ['chain', () => import('./chain.ts')],
  ['portfolio', () => import('./portfolio.ts')],
]);

const [name = ''] = process.argv.slice(2);
const bench = benches.get(name);
if (bench === undefined) {
  console.error(`There is no bench "${name}": ${[...benches.keys()].join(', ')}.`);
  process.exitCode = 2;
} else {
  await bench();
}
