/**
 * `npm run sim:forks -- [--forks N] [--from S] [--json]`
 *
 * Makes forks with a treacherous third to two thirds of the stake and lays open who is to blame. Exits 1
 * when a fork goes without evidence against at least a third of the stake, when evidence names anyone
 * honest, or when the same validators without treachery fork or accuse each other.
 */
import { readArguments, runCommand } from './arguments.ts';
import { type ForkOutcome, playFork } from './fork.ts';

export type ForkSummary = {
  readonly forks: number;
  /** Runs that it took. */
  readonly tried: number;
  /** Forks whose evidence names at least a third of the stake, and nobody honest. */
  readonly blamed: number;
  /** Forks of which already the two that disagree hold enough. */
  readonly blamedByPair: number;
  /** Forks whose evidence holds a fault of this kind. */
  readonly kinds: Readonly<Record<string, number>>;
  /** Seeds that went wrong. */
  readonly unblamed: readonly number[];
  readonly slandered: readonly number[];
  /** The same without treachery: how many runs, and which forked or accused somebody. */
  readonly honestRuns: number;
  readonly honestFailures: readonly number[];
};

/** Plays until `count` forks have come about, and a tenth as many runs without treachery. */
export function playForks(from: number, count: number): ForkSummary {
  const kinds = new Map<string, number>();
  const unblamed: number[] = [];
  const slandered: number[] = [];
  let [forks, tried, blamedByPair] = [0, 0, 0];
  for (; forks < count && tried < 2 * count + 10; tried += 1) {
    const outcome = playFork(from + tried, true);
    if (outcome.slandered.length > 0) slandered.push(outcome.seed);
    if (!outcome.isForked) continue;
    forks += 1;
    if (!isBlamed(outcome)) unblamed.push(outcome.seed);
    if (outcome.isPairEnough) blamedByPair += 1;
    for (const kind of outcome.kinds) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  }
  const honestRuns = Math.ceil(count / 10);
  const honestFailures: number[] = [];
  for (let seed = from; seed < from + honestRuns; seed += 1) {
    const { isForked, guilty } = playFork(seed, false);
    if (isForked || guilty.length > 0) honestFailures.push(seed);
  }
  const blamed = forks - new Set([...unblamed, ...slandered]).size;
  return {
    ...{ forks, tried, blamed, blamedByPair, unblamed, slandered, honestRuns, honestFailures },
    kinds: Object.fromEntries([...kinds].sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}

function isBlamed({ guiltyStake, totalStake }: ForkOutcome): boolean {
  return 3n * guiltyStake >= totalStake;
}

if (import.meta.main) {
  await runCommand(() => {
    const given = readArguments(process.argv.slice(2), {
      ...{ forks: 'number', from: 'number', json: 'switch' },
    });
    const from = given.number('from', 1, 0, 2 ** 31);
    const summary = playForks(from, given.number('forks', 1_000, 1, 1_000_000));
    const { forks, tried, blamed, blamedByPair, kinds, honestRuns, honestFailures } = summary;
    if (given.has('json')) console.log(JSON.stringify(summary));
    else {
      for (const [kind, count] of Object.entries(kinds))
        console.log(`  ${kind}: in ${count} forks`);
      console.log(`forks whose two sides alone hold enough: ${blamedByPair}`);
      for (const seed of summary.unblamed)
        console.log(`nobody to blame for the fork of seed ${seed}`);
      for (const seed of summary.slandered) console.log(`an honest key is accused in seed ${seed}`);
      console.log(
        `without treachery: ${honestRuns} runs, ${honestFailures.length} with a fork or evidence`,
      );
      console.log(
        `sim:forks: ${blamed} of ${forks} forks (${tried} runs) blamed on a third of the stake or more, and on nobody honest`,
      );
    }
    const isSound = blamed === forks && forks > 0 && honestFailures.length === 0;
    return isSound && summary.slandered.length === 0 ? 0 : 1;
  });
}
