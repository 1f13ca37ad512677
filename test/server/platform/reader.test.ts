/** Sums that a decision needs are the database's work: they hold however many rows there are. */
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { insert } from '../../../server/src/kernel/change.ts';
import { type Database, openDatabase } from '../../../server/src/platform/database.ts';
import { memoryRows } from '../../../server/src/platform/memory-reader.ts';
import { databaseReader } from '../../../server/src/platform/reader.ts';
import { type FreshDatabase, freshDatabase } from '../../support/database.ts';

let fresh: FreshDatabase;
let database: Database;

beforeAll(async () => {
  fresh = await freshDatabase();
  const owner = new pg.Client(fresh.url);
  await owner.connect();
  // Financings without what they belong to: only their sum is looked at.
  await owner.query(`ALTER TABLE exposure DROP CONSTRAINT exposure_limit, DROP CONSTRAINT exposure_request,
      DROP CONSTRAINT exposure_bank;
    INSERT INTO exposure SELECT 'exp_' || n, 1, CASE WHEN n <= 10 THEN 'BLOCKED' ELSE 'UTILISED' END,
      'lim_1', 'lim_1', 'req_' || n, 'pty_bank', n, 0 FROM generate_series(1, 10001) AS n;
    INSERT INTO exposure VALUES ('exp_0', 1, 'UTILISED', 'lim_2', 'lim_2', 'req_0', 'pty_bank', 7, 0)`);
  await owner.end();
  database = openDatabase(fresh.url);
});

afterAll(async () => {
  await database.close();
  await fresh.drop();
});

describe('the sum of what is taken of a limit', () => {
  it('counts every one of more financings than a decision may look at', async () => {
    const reader = databaseReader(database.lookUps);

    expect(await reader.total('exposure', { openLimit: 'lim_1' }, 'amountMinor')).toBe(
      (10_001n * 10_002n) / 2n,
    );
    await expect(reader.where('exposure', 'openLimit', 'lim_1')).rejects.toThrow('at most');
  });

  it('is narrowed by a second column, and nothing where no row is', async () => {
    const reader = databaseReader(database.lookUps);
    const blocked = { openLimit: 'lim_1', state: 'BLOCKED' };

    expect(await reader.total('exposure', blocked, 'amountMinor')).toBe(55n);
    expect(await reader.total('exposure', { openLimit: 'lim_3' }, 'amountMinor')).toBe(0n);
  });

  it('is the same from rows in memory, which the audit folds', async () => {
    const result = await database.pool.query('SELECT * FROM exposure');
    const rows = memoryRows(result.rows.map((row) => insert('exposure', row)));

    for (const by of [{ openLimit: 'lim_1' }, { openLimit: 'lim_1', state: 'BLOCKED' }])
      expect(await rows.total('exposure', by, 'amountMinor')).toBe(
        await databaseReader(database.pool).total('exposure', by, 'amountMinor'),
      );
  });
});
