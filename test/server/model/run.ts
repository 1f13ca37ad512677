/**
 * Random histories as fast-check plays them: lists of moves over a fresh world each, compared with the
 * second bookkeeping after every move, and made shorter when one fails.
 */
import fc from 'fast-check';
import { seeded } from '../../support/random.ts';
import { moves } from './moves.ts';
import { automate, compare, lastLook, newWorld, type World } from './world.ts';

export type ModelOptions = {
  readonly seed: number;
  /** Histories. */
  readonly runs: number;
  /** Moves of a history at most. */
  readonly acts: number;
};

export type ModelReport = ModelOptions & {
  readonly moves: number;
  /** Acts that were decided, and of them accepted. */
  readonly decided: number;
  readonly accepted: number;
  /** Table and state of rows, whatever was seen. */
  readonly reached: readonly string[];
  readonly seconds: number;
  /** The shortest failing history that was found, and what broke; null when all held. */
  readonly broken: { readonly history: string; readonly problem: string } | null;
};

/** A failing history is made shorter for so long. */
const shorteningMs = 60_000;

export async function runModel({ seed, runs, acts }: ModelOptions): Promise<ModelReport> {
  const beganMs = performance.now();
  const reached = new Set<string>();
  const done = { moves: 0, decided: 0, accepted: 0 };
  const property = fc.asyncProperty(histories(acts), async (history) => {
    const world = newWorld();
    await fc.asyncModelRun(() => ({ model: {}, real: world }), history);
    await atTheEnd(world);
    for (const state of world.reached) reached.add(state);
    done.moves += [...history].length;
    done.decided += world.counts.decided;
    done.accepted += world.counts.accepted;
  });
  const found = await fc.check(property, {
    ...{ seed, numRuns: runs, interruptAfterTimeLimit: runs * acts * 20 + shorteningMs },
  });
  return {
    ...{ seed, runs, acts, ...done, reached: [...reached].sort() },
    seconds: Math.round((performance.now() - beganMs) / 100) / 10,
    broken: found.failed
      ? {
          history: String(found.counterexample?.[0]),
          problem: String(found.errorInstance ?? 'it took too long'),
        }
      : null,
  };
}

const tickets = Object.entries(moves).flatMap(([name, [count]]) =>
  Array.from({ length: count }, () => name),
);

function histories(acts: number) {
  const step = fc.record({ name: fc.constantFrom(...tickets), chance: fc.nat(1_000_000) });
  return fc.commands([step.map(commandOf)], { maxCommands: acts, size: 'max' });
}

function commandOf({ name, chance }: { readonly name: string; readonly chance: number }) {
  return {
    check: () => true,
    async run(_model: object, world: World) {
      const move = moves[name]?.[1];
      if (move === undefined) throw new RangeError(`no move ${name}`);
      await move(world, seeded(chance));
      compare(world);
    },
    toString: () => `${name} ${chance}`,
  };
}

/** The chain decides what waits, and the automation makes what is left, until nothing is. */
async function atTheEnd(world: World): Promise<void> {
  world.trade.decideWaiting('final');
  for (let round = 0; round < roundsMax && world.caused.length > 0; round += 1) {
    await automate(world);
    world.trade.decideWaiting('final');
  }
  lastLook(world);
}
const roundsMax = 20;
