/**
 * `npm run sim:mutants -- [--count N] [--seeds N] [--from S] [--rule NAME] [--json]`
 *
 * Takes one rule out at a time. Runs `--count` seeds and counts those that notice; when none does, it goes
 * on until the first that does, at most `--seeds` of them (the gate). Then the same for the real shell,
 * whose source is changed in one place and put to its own trials (shell-mutants.ts). A rule that nobody misses
 * is argued to be redundant in chain/decisions (`redundant` below); any other one makes the program exit 1.
 */
import { readArguments, runCommand } from './arguments.ts';
import { type LawName, lawNames, lawsWithout } from './laws.ts';
import { run } from './run.ts';
import { type ShellKill, shellMutants, tryShellMutant } from './shell-mutants.ts';

export type Kill = {
  readonly rule: LawName;
  readonly where: 'core and simulated shell';
  readonly killingSeeds: number;
  readonly seedsRun: number;
  readonly firstSeed: number | null;
  /** The most frequent complaints, without the names and numbers in them. */
  readonly complaints: Readonly<Record<string, number>>;
};

/** Rules that other rules make up for; chain/decisions/0003 says how. */
export const redundant: ReadonlySet<string> = new Set([
  'certificatesPassedOn',
  'certificatesFetched',
  'finalizationJustifies',
]);

/** Leaves the rule out in `count` seeds, and on to the gate while none has noticed. */
export function tryWithout(rule: LawName, first: number, count: number, gate: number): Kill {
  const laws = lawsWithout(rule);
  const complaints = new Map<string, number>();
  let killingSeeds = 0;
  let seedsRun = 0;
  let firstSeed: number | null = null;
  while (seedsRun < count || (killingSeeds === 0 && seedsRun < gate)) {
    const seed = first + seedsRun;
    seedsRun += 1;
    const [complaint] = run(seed, laws).violations;
    if (complaint === undefined) continue;
    killingSeeds += 1;
    firstSeed ??= seed;
    const kind = kindOf(complaint);
    complaints.set(kind, (complaints.get(kind) ?? 0) + 1);
  }
  const where = 'core and simulated shell';
  const ordered = [...complaints].sort(([, a], [, b]) => b - a).slice(0, 3);
  return {
    rule,
    where,
    killingSeeds,
    seedsRun,
    firstSeed,
    complaints: Object.fromEntries(ordered),
  };
}

function kindOf(complaint: string): string {
  if (complaint.startsWith('stalled')) return 'stalled';
  return complaint.replaceAll(/\bv\d+|\d+(\/\d+)?/g, '…');
}

function show(kill: Kill | ShellKill): void {
  const { rule, killingSeeds, seedsRun, firstSeed, complaints } = kill;
  const share = `${killingSeeds} of ${seedsRun}`.padStart(13);
  const fate = killingSeeds > 0 ? `first ${firstSeed}` : verdictOf(kill);
  console.log(`${rule.padEnd(26)} ${share}  ${fate}`);
  for (const [text, count] of Object.entries(complaints)) console.log(`    ${count}× ${text}`);
}

function verdictOf({ rule }: Kill | ShellKill): string {
  return redundant.has(rule) ? 'redundant, see chain/decisions/0003' : 'NOT KILLED';
}

if (import.meta.main) {
  await runCommand(async () => {
    const given = readArguments(process.argv.slice(2), {
      ...{ count: 'number', seeds: 'number', from: 'number', rule: 'text', json: 'switch' },
    });
    const from = given.number('from', 1, 0, 2 ** 31);
    const gate = given.number('seeds', 5_000, 1, 1_000_000);
    const count = Math.min(gate, given.number('count', 200, 1, 1_000_000));
    const only = given.choice('rule', [...lawNames, ...shellMutants]);
    const kills: (Kill | ShellKill)[] = [];
    const keep = (kill: Kill | ShellKill): void => {
      kills.push(kill);
      if (!given.has('json')) show(kill);
    };
    for (const rule of lawNames) {
      if (only === null || only === rule) keep(tryWithout(rule, from, count, gate));
    }
    for (const rule of shellMutants) {
      if (only === null || only === rule) keep(await tryShellMutant(rule));
    }
    const alive = kills.filter(({ killingSeeds }) => killingSeeds === 0);
    const missed = alive.filter(({ rule }) => !redundant.has(rule));
    const killed = kills.length - alive.length;
    if (given.has('json')) {
      console.log(JSON.stringify({ gate, rules: kills.length, killed, missed, kills }));
    } else {
      console.log(
        `sim:mutants: ${killed} of ${kills.length} killed, ${alive.length - missed.length} redundant, ${missed.length} missed`,
      );
    }
    return missed.length > 0 ? 1 : 0;
  });
}
