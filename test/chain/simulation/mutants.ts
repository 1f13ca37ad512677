/**
 * `node test/chain/simulation/mutants.ts [--seeds N] [--from S] [--rule NAME] [--json]`
 *
 * Takes one rule out at a time and counts the seeds that notice. A rule that
 * nobody misses is either not kept by the code or not tested by the simulation;
 * the program then exits 1.
 */
import { parseArgs } from 'node:util';
import { allRules, type Rules } from '@tallystick/chain/src/core/rules.ts';
import { run } from './run.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '500' },
    from: { type: 'string', default: '1' },
    rule: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});

type Kill = {
  readonly rule: string;
  readonly killingSeeds: number;
  readonly firstSeed: number | null;
  /** The most frequent complaints, without the names and numbers in them. */
  readonly complaints: Readonly<Record<string, number>>;
};

const ruleNames = Object.keys(allRules).filter((name): name is keyof Rules => name in allRules);

function tryWithout(rule: keyof Rules, first: number, count: number): Kill {
  const rules: Rules = { ...allRules, [rule]: false };
  const complaints = new Map<string, number>();
  let killingSeeds = 0;
  let firstSeed: number | null = null;
  for (let seed = first; seed < first + count; seed += 1) {
    const [complaint] = run(seed, rules).violations;
    if (complaint === undefined) continue;
    killingSeeds += 1;
    firstSeed ??= seed;
    const kind = complaint.startsWith('stalled')
      ? 'stalled'
      : complaint.replaceAll(/\bv\d+|\d+(\/\d+)?/g, '…');
    complaints.set(kind, (complaints.get(kind) ?? 0) + 1);
  }
  const ordered = [...complaints].sort(([, a], [, b]) => b - a).slice(0, 3);
  return { rule, killingSeeds, firstSeed, complaints: Object.fromEntries(ordered) };
}

const kills = ruleNames
  .filter((name) => values.rule === undefined || values.rule === name)
  .map((name) => {
    const kill = tryWithout(name, Number(values.from), Number(values.seeds));
    if (!values.json) {
      const complaints = Object.entries(kill.complaints).map(
        ([text, count]) => `${count}× ${text}`,
      );
      console.log(
        `${name.padEnd(26)} ${`${kill.killingSeeds}`.padStart(5)}  first ${kill.firstSeed ?? '—'}`,
      );
      for (const complaint of complaints) console.log(`    ${complaint}`);
    }
    return kill;
  });
const alive = kills.filter(({ killingSeeds }) => killingSeeds === 0);
if (values.json) console.log(JSON.stringify({ seeds: Number(values.seeds), kills }));
else
  console.log(
    `sim:mutants: ${kills.length - alive.length} of ${kills.length} killed within ${values.seeds} seeds`,
  );
process.exitCode = alive.length > 0 ? 1 : 0;
