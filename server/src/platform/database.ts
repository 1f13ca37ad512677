/**
 * The way to PostgreSQL: one pool of `pg`, and Prisma on top of the same pool.
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
const connectMsMax = 5_000;

export function openDatabase(url: string, options: DatabaseOptions = {}): Database {
  const pool = new pg.Pool({
    connectionString: url,
    max: options.sessionsMax ?? sessionsMaxUsual,
    options: sessionSettings.map((setting) => `-c ${setting}`).join(' '),
    connectionTimeoutMillis: connectMsMax,
    application_name: 'tallystick',
    types: { getTypeParser: parserOf },
  });
  pool.on('error', options.onIdleError ?? (() => {}));
  const prisma = new PrismaClient({ adapter: new PrismaPg(pool) });
  return {
    prisma,
    pool,
    close: async () => {
      await prisma.$disconnect();
      if (!pool.ended) await pool.end();
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
