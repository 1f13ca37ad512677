/**
 * The server that `npm run bench acts` measures, as a process of its own: the real world on a fresh
 * home, with organisations that each have an administrator and a colleague.
 *
 *   fork('acts-server.ts', [HOME, PARTIES])    sends a Ready when it serves; stops when its parent is gone
 */
import { type SeededParty, type SeedParty, seeder } from '../../prisma/seed.ts';
import { readConfig } from '../../server/src/config.ts';
import { openLog } from '../../server/src/platform/log.ts';
import { type Ground, startWorld } from '../../server/src/world.ts';
import { smallSeed } from '../support/small-world.ts';

/** One organisation of the bench, and who administers it. */
export type BenchParty = {
  readonly id: string;
  readonly login: string;
  /** A colleague of the administrator, without a key. */
  readonly colleague: string;
};

/** What the server says once it serves, and again whenever it is asked. */
export type Ready = {
  readonly url: string;
  readonly parties: readonly BenchParty[];
};
export type Usage = {
  readonly rssBytes: number;
  readonly rssPeakBytes: number;
  /** Of all its threads, since it started. */
  readonly cpuMs: number;
};

const [home, count] = process.argv.slice(2);
if (import.meta.main && home !== undefined) await serve(home, Number(count));

async function serve(folder: string, partyCount: number): Promise<void> {
  const parties: BenchParty[] = [];
  const world = await startWorld({
    config: readConfig({
      ...process.env,
      ...{ TALLYSTICK_HOME: folder, PORT: '0', TALLYSTICK_REQUESTS_PER_MINUTE: '999999999' },
    }),
    seed: {
      ...smallSeed,
      plant: async (ground) => {
        for (let order = 0; order < partyCount; order += 1) parties.push(await join(ground, order));
        return [];
      },
    },
    log: openLog({ level: 'silent', file: null }),
    webFolder: Promise.resolve(null),
    failed: (error) => {
      console.error(error);
      process.exit(1);
    },
  });
  process.on('message', () => process.send?.(usage()));
  process.on('disconnect', () => void world.stop().then(() => process.exit(0)));
  process.send?.({ url: world.url, parties } satisfies Ready);
}

/** An organisation joins by acts, as everywhere. */
async function join({ app, sessions }: Ground, order: number): Promise<BenchParty> {
  const { party, act } = seeder(app, sessions);
  const login = `admin-${order}`;
  const seed: SeedParty = {
    ...{ name: `Member ${order}`, country: 'NL', scheme: 'KVK', number: `${10_000_000 + order}` },
    roles: ['SUPPLIER'],
    people: [{ name: `Ada ${order}`, role: 'administrator', login, mandates: [] }],
  };
  const { id, people }: SeededParty = await party(seed);
  const admin = people.get(login);
  if (admin === undefined) throw new Error(`${seed.name} has an administrator`);
  const colleague = await act(admin, 'person.appoint', `colleague:${order}`, {
    ...{ employer: id, name: `Cor ${order}`, role: 'clerk' },
  });
  return { id, login, colleague };
}

function usage(): Usage {
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  return {
    ...{ rssBytes: process.memoryUsage().rss, rssPeakBytes: maxRSS * 1024 },
    cpuMs: (userCPUTime + systemCPUTime) / 1_000,
  };
}
