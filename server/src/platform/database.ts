/**
 * The way to PostgreSQL: one pool of `pg`, Prisma on top of the same pool, and
 * sessions beside it for the hot path.
 *
 * Every session speaks UTC, without which Prisma misreads moments, and ends a statement, a wait for
 * a lock or a forgotten transaction after a named time. Through the pool itself a bigint arrives as
 * `bigint`, a date as 'YYYY-MM-DD' and bytes as `Uint8Array`; Prisma keeps its own mapping.
 */
import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import { PrismaClient } from '../db/client.ts';
import { openSession, type Session } from './session.ts';

export type Database = {
  readonly prisma: PrismaClient;
  readonly pool: pg.Pool;
  /** One session beside the pool, for work that must not stand behind others. */
  readonly lane: pg.Pool;
  /** Look-ups by key; they stand behind each other, and each takes microseconds. */
  readonly lookUps: Session;
  /** Commits of acts, and nothing else. */
  readonly commits: Session;
  close(): Promise<void>;
};

export type DatabaseOptions = {
  /** Sessions at most. */
  readonly sessionsMax?: number;
  /** Told when an idle session breaks, as it does when PostgreSQL restarts. The pool opens another. */
  readonly onIdleError?: (error: Error) => void;
};

const sessionsMaxUsual = 16;
const sessionSettings = [
  'timezone=UTC',
  'statement_timeout=10s',
  'lock_timeout=5s',
  'idle_in_transaction_session_timeout=30s',
];
/**
 * Statements of the pool start from a few rows and look the rest up by an index, and planning one anew
 * takes longer than running it. So a plan is made once a session; as that may be in the minute when the
 * tables are nearly empty, the plans that suit only small tables are ruled out.
 */
const keptPlans = [
  'plan_cache_mode=force_generic_plan',
  'enable_seqscan=off',
  'enable_hashjoin=off',
  'enable_mergejoin=off',
  // A list is read in the order of its index, and not gathered and sorted, however few rows are expected.
  'random_page_cost=1.1',
];
const connectMsMax = 5_000;

export function openDatabase(url: string, options: DatabaseOptions = {}): Database {
  const settings = {
    connectionString: url,
    connectionTimeoutMillis: connectMsMax,
    application_name: 'tallystick',
    types: { getTypeParser: parserOf },
  };
  const pool = new pg.Pool({
    ...settings,
    options: optionsOf([...sessionSettings, ...keptPlans]),
    max: options.sessionsMax ?? sessionsMaxUsual,
  });
  const lane = new pg.Pool({ ...settings, options: optionsOf(sessionSettings), max: 1 });
  const onIdleError = options.onIdleError ?? (() => {});
  for (const each of [pool, lane]) each.on('error', onIdleError);
  const quick = { ...settings, options: optionsOf([...sessionSettings, ...keptPlans]) };
  const lookUps = openSession(quick, onIdleError);
  const commits = openSession(quick, onIdleError);
  const prisma = new PrismaClient({ adapter: new PrismaPg(pool) });
  return {
    prisma,
    pool,
    lane,
    lookUps,
    commits,
    close: async () => {
      await prisma.$disconnect();
      for (const each of [lookUps, commits]) await each.close();
      for (const each of [pool, lane]) if (!each.ended) await each.end();
    },
  };
}

function optionsOf(settings: readonly string[]): string {
  return settings.map((setting) => `-c ${setting}`).join(' ');
}

const parseDate = (text: string): string => text;
const { INT8, DATE } = pg.types.builtins;

/** Exact values instead of the driver's own: no bigint as text, no date as a local midnight. */
function parserOf(oid: number, format?: 'text' | 'binary'): (value: string) => unknown {
  if (format !== 'binary' && oid === INT8) return BigInt;
  if (format !== 'binary' && oid === DATE) return parseDate;
  return pg.types.getTypeParser(oid, 'text');
}
