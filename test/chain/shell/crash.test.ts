/**
 * Crashes at every moment: what was shown stays, nothing is twice, no key contradicts itself.
 *
 * The whole engine runs on a disk in memory that loses what was not synced, fails, and lies; an oracle sees
 * every message that ever left a validator, across all its lives (simulation/shell-lives.ts). One
 * block's life is tried exhaustively: every operation of the disk, every message that leaves.
 */
import { describe, expect, it } from 'vitest';
import type { FaultyFiles } from '../../support/faulty-files.ts';
import { type Random, seeded } from '../../support/random.ts';
import {
  actsFor,
  type Founded,
  founded,
  type Life,
  type LifeEnd,
  live,
  makeMemory,
} from '../simulation/shell-lives.ts';
import { tryMany } from '../simulation/shell-trials.ts';

const validators = ['north', 'east', 'south', 'west'] as const;
const patienceMs = 400_000;

type Trial = Pick<Life, 'strike' | 'onSend'> & {
  /** What the power cut leaves of what was not synced. */
  readonly landing: Random;
};

type TrialEnd = {
  readonly first: LifeEnd;
  readonly disk: FaultyFiles;
  readonly problem: string | null;
};

/** A few acts, one life with trouble, a power cut, and a life that must finish. */
async function tryOne(
  world: Founded,
  { landing, ...trouble }: Trial,
  count = 1,
): Promise<TrialEnd> {
  const disk = world.disk.copy();
  const acts = actsFor(world, count);
  const memory = makeMemory();
  const first = await live({ disk, acts, memory, ...trouble });
  disk.crash(landing);
  const last = await live({ disk, acts, memory });
  const wrong = [first, last].map((end) => (end.kind === 'wrong' ? end.problem : null));
  const unfinished = last.kind === 'cut' ? last.by : null;
  const broken = memory.brokenRules()[0] ?? null;
  return { first, disk, problem: wrong[0] ?? wrong[1] ?? unfinished ?? broken };
}

/** Of each unsynced write: nothing lands, all of it does, or its first sectors do. */
function landings(): readonly (readonly [string, () => Random])[] {
  const always = (fate: number, sectors = 0) => {
    let left = sectors;
    const below = (limit: number): number => {
      if (limit !== 2) return Math.min(fate, limit - 1);
      left -= 1;
      return left >= 0 ? 0 : 1;
    };
    return (): Random => ({ ...seeded(1), below });
  };
  return [
    ['nothing', always(0)],
    ['everything', always(1)],
    ['one sector', always(2, 1)],
    ['three sectors', always(2, 3)],
  ];
}

/** Calls `attempt` with 1, 2, … until a first life finishes in spite of it; says how far that was. */
async function untilUnharmed(attempt: (at: number) => Promise<TrialEnd>): Promise<number> {
  for (let at = 1; ; at += 1) {
    const { first, problem } = await attempt(at);
    expect(problem, `at ${at}`).toBeNull();
    if (first.kind === 'done') return at - 1;
  }
}

describe('a chain whose power is cut', () => {
  it(
    'loses nothing that was shown, shows nothing twice and never contradicts itself',
    async () => {
      const { cuts, problems } = await tryMany('cut', await founded(), 50);

      expect(problems).toEqual([]);
      expect(cuts).toBeGreaterThan(60);
    },
    patienceMs,
  );

  it.each(landings())(
    'comes back from a cut at every single operation of one block’s life, and of what was not synced lands: %s',
    async (_, landing) => {
      const world = await founded();

      const operations = await untilUnharmed((at) =>
        tryOne(world, {
          landing: landing(),
          strike: (_operation, _file, order) => (order >= at ? 'EIO' : undefined),
        }),
      );

      expect(operations).toBeGreaterThan(60);
    },
    patienceMs,
  );

  it(
    'is caught when a single sync of the log is left out before the power goes',
    async () => {
      const world = await founded();
      const problems: string[] = [];
      for (let seed = 1; seed <= 200 && problems.length === 0; seed += 1) {
        const random = seeded(5_000 + seed);
        const forgotten = 1 + random.below(14);
        let syncs = 0;
        const { problem } = await tryOne(world, {
          landing: random,
          strike: (operation, file) => {
            if (operation !== 'datasync' || !file.includes('wal-')) return undefined;
            syncs += 1;
            if (syncs === forgotten) return 'forget';
            // The next sync of the file would make up for it.
            return syncs > forgotten ? 'EIO' : undefined;
          },
        });
        if (problem !== null) problems.push(problem);
      }

      expect(problems.length).toBeGreaterThan(0);
    },
    patienceMs,
  );

  it(
    'is caught losing what it showed when syncs are left out, so the tests above can fail',
    async () => {
      const { problems } = await tryMany('forget', await founded(), 12);

      expect(problems.length).toBeGreaterThan(0);
    },
    patienceMs,
  );
});

function killAt(at: number): (order: number) => void {
  return (order) => {
    if (order === at) throw new Error('killed as a message leaves');
  };
}

describe('a process that dies', () => {
  it(
    'comes back from its death at every message that leaves, with and without what was not synced',
    async () => {
      const world = await founded();
      for (const [, landing] of landings().slice(0, 2)) {
        const messages = await untilUnharmed((at) =>
          tryOne(world, { landing: landing(), onSend: killAt(at) }, 3),
        );

        expect(messages).toBeGreaterThan(25);
      }
    },
    patienceMs,
  );

  it.each(validators)(
    'keeps its promises when %s alone stops and starts at any message that leaves',
    async (name) => {
      const world = await founded();
      let struck = 0;
      for (let at = 1; struck === at - 1; at += 1) {
        const { first, problem } = await tryOne(
          world,
          {
            landing: seeded(at),
            onSend: (order, client) => {
              if (order !== at) return;
              struck += 1;
              void client()?.stopValidator(name);
              void client()?.startValidator(name);
            },
          },
          3,
        );

        expect([first.kind, problem], `at ${at}`).toEqual(['done', null]);
      }

      expect(struck).toBeGreaterThan(25);
    },
    patienceMs,
  );
});

describe('a disk that fails once', () => {
  it.each(['EIO', 'ENOSPC'] as const)(
    'stops the chain with %s at whatever operation, though it works again, and nothing is lost',
    async (fault) => {
      const world = await founded();
      let stopped = 0;
      for (let at = 1; stopped === at - 1; at += 1) {
        const { first, problem } = await tryOne(world, {
          landing: seeded(at),
          strike: (_operation, _file, order) => (order === at ? fault : undefined),
        });

        expect(problem, `at ${at}`).toBeNull();
        if (first.kind === 'cut') stopped += 1;
      }

      expect(stopped).toBeGreaterThan(60);
    },
    patienceMs,
  );
});

describe('a log that cannot be synced once', () => {
  it(
    'stops the chain there, and nothing is lost or contradicted afterwards',
    async () => {
      const { problems, cuts } = await tryMany('sync', await founded(), 30);

      expect(problems).toEqual([]);
      expect(cuts).toBeGreaterThan(20);
    },
    patienceMs,
  );
});

describe('a disk that lies', () => {
  it.each(['flip', 'misdirect', 'hole'] as const)(
    'makes the chain refuse or recover, and never show another block or a false proof (%s)',
    async (kind) => {
      const { problems, refused } = await tryMany(kind, await founded(), 80);

      expect(problems).toEqual([]);
      expect(refused).toBeGreaterThan(0);
    },
    patienceMs,
  );
});
