/**
 * A server whose chain lies on a disk that forgets, beside a PostgreSQL that does not: what a power cut
 * leaves of a machine whose database is elsewhere.
 *
 *   const world = await cutWorld();              // a core enterprise, a supplier, their programme
 *   const trial = await world.trial();           // a copy of its database and of its disk
 *   const life = await trial.start();            // the whole application on them
 *   await life.end(); trial.disk.crash(random);  // … and again
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import { type SeededParty, seeder } from '../../prisma/seed.ts';
import { type App, allHandlers, openApp } from '../../server/src/app.ts';
import { type AuditReport, replayAudit } from '../../server/src/audit/replay.ts';
import { openBlobs } from '../../server/src/document/blobs.ts';
import { openDocuments } from '../../server/src/document/service.ts';
import { documentStore } from '../../server/src/document/store.ts';
import { type Foundation, foundRows, openFoundation } from '../../server/src/foundation.ts';
import { systemClock } from '../../server/src/platform/clock.ts';
import { type Database, openDatabase } from '../../server/src/platform/database.ts';
import { randomIds } from '../../server/src/platform/ids.ts';
import { openSessions } from '../../server/src/platform/sessions.ts';
import { freshDatabase } from './database.ts';
import { type FaultyFiles, faultyFiles } from './faulty-files.ts';
import { smallSeed } from './small-world.ts';
import { testMasterKey } from './world.ts';

export type Life = {
  readonly app: App;
  readonly foundation: Foundation;
  readonly database: Database;
  /** What made going on impossible; empty while it goes on. */
  readonly failures: readonly string[];
  audit(): Promise<AuditReport>;
  /** Ends the process without a word to the disk. */
  end(): Promise<void>;
};

export type Trial = {
  readonly disk: FaultyFiles;
  start(): Promise<Life>;
  drop(): Promise<void>;
};

export type CutWorld = {
  readonly core: SeededParty;
  readonly supplier: SeededParty;
  readonly programme: string;
  trial(): Promise<Trial>;
  drop(): Promise<void>;
};

/** Small, so that the log is cut short and the store synced every few blocks. */
const walBytesMax = 12_000;

export async function cutWorld(): Promise<CutWorld> {
  const home = mkdtempSync(path.join(tmpdir(), 'tallystick-cut-'));
  const base = await freshDatabase();
  const disk = faultyFiles();
  const life = await startLife(home, base.url, disk);
  const { party, programme } = seeder(life.app, sessionsOf(life.database));
  const core = await party(partySeed('Core', 'CORE'));
  const supplier = await party(partySeed('Supplier', 'SUPPLIER', ['invoice.submit']));
  const id = await programme(core, terms, [[supplier, 'SUPPLIER']]);
  while (life.app.anchoring.waiting() > 0) await new Promise((resolve) => setTimeout(resolve, 10));
  await life.app.stop();
  await life.foundation.chain.stop();
  await life.database.close();

  return {
    ...{ core, supplier, programme: id },
    async trial() {
      const { url, drop } = await freshDatabase(new URL(base.url).pathname.slice(1));
      const copy = disk.copy();
      return { disk: copy, start: () => startLife(home, url, copy), drop };
    },
    async drop() {
      await base.drop();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

async function startLife(home: string, url: string, files: FaultyFiles): Promise<Life> {
  const failures: string[] = [];
  const failed = (error: unknown) => failures.push(String(error));
  const clock = systemClock();
  const database = openDatabase(url, { sessionsMax: 4 });
  let foundation: Foundation | null = null;
  try {
    foundation = await openFoundation({
      ...{ home, masterKey: testMasterKey, facts: smallSeed.facts, nowMs: clock.now() },
      chain: { files, walBytesMax, timing: { deltaMs: 20, retryDeltas: 3 } },
      onFatal: failed,
    });
    const { genesis, chain } = foundation;
    await foundRows({ database, home, masterKey: testMasterKey, genesis });
    const ids = randomIds();
    const app = await openApp({
      ...{ database, chain, masterKey: testMasterKey, clock, ids, failed, isDemo: true },
      log: pino({ level: 'silent' }),
      sessions: sessionsOf(database),
      documents: openDocuments({
        store: documentStore(database.prisma),
        blobs: openBlobs(path.join(home, 'documents')),
        ...{ masterKey: testMasterKey, clock, ids },
      }),
      automationKey: foundation.automationKey,
    });
    return {
      ...{ app, foundation, database, failures },
      audit: () => replayAudit({ pool: database.pool, chain, handlers: allHandlers(), genesis }),
      async end() {
        files.onOperation = () => 'EIO';
        await app.stop();
        await chain.stop().catch(() => undefined);
        await database.close();
        files.onOperation = () => undefined;
      },
    };
  } catch (error) {
    files.onOperation = () => 'EIO';
    await foundation?.chain.stop().catch(() => undefined);
    await database.close();
    files.onOperation = () => undefined;
    throw error;
  }
}

function sessionsOf(database: Database) {
  return openSessions(database.prisma, systemClock());
}

function partySeed(name: string, role: 'CORE' | 'SUPPLIER', actions: readonly string[] = []) {
  return {
    ...{ name, country: 'NL', scheme: 'KVK', number: `1000${name.length}`, roles: [role] },
    people: [
      {
        ...{ name: `Ada ${name}`, role: 'administrator', login: name.toLowerCase() },
        mandates: actions.map((action) => [action] as const),
      },
    ],
  } as const;
}

const terms = {
  ...{ name: 'Programme', technique: 'RECEIVABLES_DISCOUNTING', currency: null },
  ...{ minSplitMinor: 1n, minTenorDays: 1n, maxTenorDays: 365n, confirmDays: 5n, graceDays: 5n },
  ...{ dayCount: 'ACT_365F', businessDayRule: 'FOLLOWING', recourse: 'NONE' },
  ...{ requireDelivery: false, maxDepth: null, calendars: ['WEEKDAYS'], exDays: 0n },
  ...{ policyPacks: [], issueLimitMinor: null },
  ...{ timeZone: 'UTC', marketOpens: '00:00', marketCloses: '24:00' },
} as const;
