/**
 * The way to PostgreSQL: one pool of `pg`, Prisma on top of the same pool, and a lane.
 *
 * Every session speaks UTC, without which Prisma misreads moments, and ends a statement, a wait for
 * a lock or a forgotten transaction after a named time. Through the pool itself a bigint arrives as
 * `bigint`, a date as 'YYYY-MM-DD' and bytes as `Uint8Array`; Prisma keeps its own mapping.
 */
import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import { PrismaClient } from '../db/client.ts';

export type Database = {
  readonly prisma: PrismaClient;
  readonly pool: pg.Pool;
  /** One session beside the pool, for work that must not stand behind others. */
  readonly lane: pg.Pool;
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
  // Our statements look rows up by an index, and planning one anew takes longer than running it. So a
  // plan is made once a session; it may stem from the minute when the table was nearly empty.
  'plan_cache_mode=force_generic_plan',
  'enable_seqscan=off',
];
const connectMsMax = 5_000;

export function openDatabase(url: string, options: DatabaseOptions = {}): Database {
  const settings = {
    connectionString: url,
    options: sessionSettings.map((setting) => `-c ${setting}`).join(' '),
    connectionTimeoutMillis: connectMsMax,
    application_name: 'tallystick',
    types: { getTypeParser: parserOf },
  };
  const pool = new pg.Pool({ ...settings, max: options.sessionsMax ?? sessionsMaxUsual });
  const lane = new pg.Pool({ ...settings, max: 1 });
  for (const each of [pool, lane]) each.on('error', options.onIdleError ?? (() => {}));
  const prisma = new PrismaClient({ adapter: new PrismaPg(pool) });
  return {
    prisma,
    pool,
    lane,
    close: async () => {
      await prisma.$disconnect();
      for (const each of [pool, lane]) if (!each.ended) await each.end();
    },
  };
}

const parseDate = (text: string): string => text;
const { INT8, DATE } = pg.types.builtins;

/** Exact values instead of the driver's own: no bigint as text, no date as a local midnight. */
function parserOf(oid: number, format?: 'text' | 'binary'): (value: string) => unknown {
  if (format !== 'binary' && oid === INT8) return BigInt;
  if (format !== 'binary' && oid === DATE) return parseDate;
  return pg.types.getTypeParser(oid, 'text');
}
