/** A portfolio brought in by COPY, as the bench brings it in: what is derived is right, and is found. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Database, openDatabase } from '../../../server/src/platform/database.ts';
import { listingsAstray } from '../../../server/src/platform/listings.ts';
import { portfolioOf } from '../../../server/src/platform/portfolio.ts';
import { seeAs } from '../../../server/src/platform/see.ts';
import { numberOf, rareCount, seedPortfolio } from '../../bench/portfolio-seed.ts';
import { type FreshDatabase, freshDatabase } from '../../support/database.ts';

const rows = 1_200;
const cast = {
  core: 'pty_core',
  supplier: 'pty_supplier',
  bank: 'pty_bank',
  auditor: 'pty_auditor',
};
let fresh: FreshDatabase;
let database: Database;

beforeAll(async () => {
  fresh = await freshDatabase();
  database = openDatabase(fresh.url);
  await database.pool.query(
    `INSERT INTO party ("id", "version", "name", "country", "scheme", "number", "registrationKey", "numberMadeUp", "roles", "state", "createdMs")
    SELECT p, 1, p, 'NL', 'KVK', p, p, true, '{CORE}', 'ACTIVE', 0 FROM unnest($1::text[]) AS p`,
    [Object.values(cast)],
  );
  await seedPortfolio(fresh.url, rows, cast);
}, 120_000);
afterAll(async () => {
  await database?.close();
  await fresh?.drop();
});

describe('a portfolio of some thousand invoices', () => {
  it('is summed whole, and each reader’s is their own', async () => {
    const invoicesOf = async (reader: string) =>
      (await portfolioOf(database.pool, reader).sums())
        .filter(({ type }) => type === 'Invoice')
        .reduce((sum, { count }) => sum + count, 0);

    expect(await invoicesOf(cast.core)).toBe(rows);
    expect(await invoicesOf(cast.auditor)).toBe(rows);
    expect(await invoicesOf(cast.supplier)).toBe(rows / 20);
    expect(await invoicesOf(cast.bank)).toBe(rows / 3);
  });

  it('shows all of a rare state, however old', async () => {
    const page = await seeAs(database.pool, cast.core).page(
      ...(['invoice', 'Invoice', { first: 50 }, []] as const),
      ['QUERIED'],
    );

    expect(page.rows.map(({ id }) => id)).toEqual(
      Array.from({ length: rareCount }, (_, order) => `inv_bench${rareCount - 1 - order}`),
    );
  });

  it('finds the one with a number', async () => {
    const { rows: found } = await portfolioOf(database.pool, cast.auditor).find(
      ...([numberOf(3), 'Invoice', {}] as const),
    );

    expect(found).toContain('inv_bench3');
  });

  it('goes on changing exactly after it was brought in', async () => {
    await database.pool.query(`UPDATE leg SET "state" = 'INSTRUCTED' WHERE "state" = 'SCHEDULED'`);
    const client = await database.pool.connect();
    try {
      expect(await listingsAstray(client)).toEqual([]);
    } finally {
      client.release();
    }
  });
});
