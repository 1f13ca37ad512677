/**
 * A whole world in one process: the home's lock, PostgreSQL, migrations, four validators, the
 * application, the HTTP server, and in a demo the people who live in it.
 *
 * What was started is stopped in reverse order, also when something in between fails. A world whose
 * process was killed is taken up where it stood by the next start.
 */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { encodeAnchor } from '../../chain/src/log/anchor.ts';
import { type App, openApp } from './app.ts';
import { addLog } from './audit/download.ts';
import { addMetrics } from './audit/metrics.ts';
import type { Config } from './config.ts';
import { openBlobs } from './document/blobs.ts';
import { addDownload } from './document/download.ts';
import { type Documents, openDocuments } from './document/service.ts';
import { documentStore } from './document/store.ts';
import { type Foundation, type FoundingFacts, foundRows, openFoundation } from './foundation.ts';
import { type Routes, serveHttp } from './graphql/server.ts';
import { addExports } from './ledger/download.ts';
import { ledgerStore } from './ledger/store.ts';
import { addCapture } from './logistics/capture.ts';
import { captureStore } from './logistics/store.ts';
import { systemClock } from './platform/clock.ts';
import { type Database, openDatabase } from './platform/database.ts';
import { writeDurably } from './platform/files.ts';
import { type Ids, randomIds } from './platform/ids.ts';
import { lockHome } from './platform/lock.ts';
import type { Log } from './platform/log.ts';
import { deploy } from './platform/migrate.ts';
import { removePostgres, startPostgres, stopLeftOver } from './platform/postgres.ts';
import { databaseReader } from './platform/reader.ts';
import { homeMasterKey } from './platform/seal.ts';
import { openSessions, type Sessions } from './platform/sessions.ts';

/** Who can sign in to the demo, and as whom. */
export type DemoLogin = {
  readonly login: string;
  readonly password: string;
  /** The person and the organisation. */
  readonly name: string;
  /** What they do there. */
  readonly what: string;
};

/** What a new world is founded with, and who moves in. */
export type Seed = {
  readonly facts: FoundingFacts;
  /** Does its acts through the pipeline with fixed idempotency keys, so a second run changes nothing. */
  readonly plant: (ground: Ground) => Promise<readonly DemoLogin[]>;
};

export type Ground = {
  readonly app: App;
  readonly database: Database;
  readonly sessions: Sessions;
  readonly documents: Documents;
  readonly foundation: Foundation;
  readonly home: string;
};

export type World = Ground & {
  readonly url: string;
  readonly logins: readonly DemoLogin[];
  readonly isNew: boolean;
  /** Stops everything cleanly. Stopping twice is stopping once. */
  stop(): Promise<void>;
};

export type WorldOptions = {
  readonly config: Config;
  readonly seed: Seed;
  readonly log: Log;
  /** The built web app, awaited before the server listens; null to serve none. */
  readonly webFolder: Promise<string | null>;
  /** Told what makes going on impossible; the caller stops the world. */
  readonly failed: (error: unknown) => void;
};

type Closer = () => Promise<void> | void;

/** Throws `HomeInUse` when another process has this home. */
export async function startWorld(options: WorldOptions): Promise<World> {
  const closers: Closer[] = [];
  try {
    const world = await open(options, closers);
    return { ...world, stop: () => closeAll(closers) };
  } catch (error) {
    await closeAll(closers);
    throw error;
  }
}

async function closeAll(closers: Closer[]): Promise<void> {
  for (let closer = closers.pop(); closer !== undefined; closer = closers.pop()) await closer();
}

async function open(options: WorldOptions, closers: Closer[]): Promise<Omit<World, 'stop'>> {
  const { config, seed, log, failed } = options;
  const { home } = config;
  const lock = lockHome(home);
  closers.push(lock.release);
  const isNew = !existsSync(seededFile(home));
  const clock = systemClock();
  const ids = randomIds();
  const masterKey = config.masterKey ?? homeMasterKey(home);

  const chainStarts = openFoundation({
    ...{ home, masterKey, facts: seed.facts, nowMs: clock.now(), onFatal: failed },
    engine: config.chainEngine,
  });
  closers.push(async () => (await chainStarts.catch(() => null))?.chain.stop());
  const [foundation, database] = await Promise.all([chainStarts, openRows(options, closers)]);
  const { chain, genesis, automationKey } = foundation;
  await foundRows({ database, home, masterKey, genesis });
  await pinAnchor(home, foundation);

  const sessions = openSessions(database.prisma, clock);
  const documents = openDocuments({
    ...{ store: documentStore(database.prisma), blobs: openBlobs(config.documentFolder) },
    ...{ masterKey, clock, ids },
  });
  const isDemo = config.mode === 'demo';
  const app = await openApp({
    ...{
      database,
      chain,
      masterKey,
      clock,
      log,
      ids,
      sessions,
      documents,
      automationKey,
      isDemo,
      failed,
    },
  });
  closers.push(() => app.stop());

  const ground: Ground = { app, database, sessions, documents, foundation, home };
  const logins = isDemo ? await seededOnce(home, () => seed.plant(ground)) : [];
  const server = await serveHttp({
    ...{ schema: app.schema, contextOf: app.contextOf, sessions, log, ids },
    ...{ host: config.host, port: config.port, isProduction: !isDemo },
    requestsPerMinuteMax: config.requestsPerMinuteMax,
    webFolder: await options.webFolder,
    routes: [
      downloads(app, documents),
      exports(ground),
      captures(ground, ids, log),
      (http) => addLog(http, chain),
      metrics(app, config),
      ...(isDemo ? [demoDoor(logins)] : []),
    ],
    health: () => health(ground),
  });
  closers.push(() => server.stop());
  return { ...ground, url: server.url, logins, isNew };
}

/** The database with all migrations applied: the configured one, or the home's own. */
async function openRows({ config, log }: WorldOptions, closers: Closer[]): Promise<Database> {
  const postgres = config.databaseUrl === null ? await startPostgres(config) : null;
  if (postgres !== null) closers.push(() => postgres.stop());
  const url = config.databaseUrl ?? postgres?.url ?? '';
  const applied = await deploy(url);
  if (applied.length > 0) log.info({ applied }, 'migrations were applied');
  const onIdleError = (error: Error) => log.warn({ err: error }, 'a database session broke');
  const database = openDatabase(url, { onIdleError });
  closers.push(() => database.close());
  return database;
}

/** What an offline verifier on this machine starts from; pinned once, and never replaced by itself. */
async function pinAnchor(home: string, { chain }: Foundation): Promise<void> {
  const file = path.join(home, 'anchor.json');
  if (existsSync(file)) return;
  writeDurably(file, encodeAnchor(await chain.anchor()));
}

function seededFile(home: string): string {
  return path.join(home, 'seeded.json');
}

/** Seeding that was interrupted is done again from the start, which its idempotency keys make harmless. */
async function seededOnce(
  home: string,
  plant: () => Promise<readonly DemoLogin[]>,
): Promise<readonly DemoLogin[]> {
  const file = seededFile(home);
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as readonly DemoLogin[];
  const logins = await plant();
  writeDurably(file, JSON.stringify(logins, null, 2));
  return logins;
}

function downloads(app: App, documents: Documents): Routes {
  return (server, requestOf) =>
    addDownload(server, documents, async (request, reply) => {
      const { viewer } = await app.contextOf(await requestOf(request, reply));
      return viewer?.party ?? null;
    });
}

function exports({ app, database }: Ground): Routes {
  return (server, requestOf) =>
    addExports(server, ledgerStore(database.pool), async (request, reply) => {
      const { viewer, services } = await app.contextOf(await requestOf(request, reply));
      return viewer === null ? null : { party: viewer.party, today: await services.today() };
    });
}

function metrics({ watch, anchoring }: App, { metricsToken: token, mode }: Config): Routes {
  const isProduction = mode === 'production';
  return (http) => addMetrics(http, { watch, anchoring, token, isProduction });
}

/** In a demo world the page shows who one can be; elsewhere there is no such address. */
function demoDoor(logins: readonly DemoLogin[]): Routes {
  return (http) => http.get('/demo/logins', async () => ({ logins }));
}

function captures({ app, database }: Ground, ids: Ids, log: Log): Routes {
  return (server, requestOf) =>
    addCapture(server, {
      store: captureStore(database.pool),
      reader: () => databaseReader(database.pool),
      newId: ids.next,
      contextOf: async (request, reply) => app.contextOf(await requestOf(request, reply)),
      failed: (error) => log.error({ err: error }, 'a capture failed'),
    });
}

async function health({ database, foundation }: Ground) {
  await database.pool.query('SELECT 1');
  const { height, validators, mempool } = foundation.chain.status();
  const running = validators.filter((each) => each.running).length;
  return { status: 'ok', height: height.toString(), validators: running, mempool };
}

/**
 * Forgets everything of a home, once nobody uses it. Refuses when the database is not the home's
 * own, because emptying it is not ours to do.
 */
export async function clearHome({ home, databaseUrl, documentFolder }: Config): Promise<void> {
  if (databaseUrl !== null)
    throw new Error(
      '--fresh does not empty the database of DATABASE_URL. Empty it yourself, or unset DATABASE_URL.',
    );
  if (!existsSync(home)) return;
  const lock = lockHome(home);
  await stopLeftOver(home);
  removePostgres(home);
  rmSync(documentFolder, { recursive: true, force: true });
  rmSync(home, { recursive: true, force: true });
  lock.release();
}
