/**
 * Lists by state, words and sums that the database keeps beside the rows: exact at every commit, the
 * same after a roll-up, right when two commit at once, and a trigger that is gone is noticed.
 */
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Database, openDatabase } from '../../../server/src/platform/database.ts';
import { listingsAstray, rollUp } from '../../../server/src/platform/listings.ts';
import { portfolioOf } from '../../../server/src/platform/portfolio.ts';
import { seeAs } from '../../../server/src/platform/see.ts';
import { type FreshDatabase, freshDatabase } from '../../support/database.ts';

let fresh: FreshDatabase;
let database: Database;
let client: pg.Client;

beforeAll(async () => {
  fresh = await freshDatabase();
  client = new pg.Client(fresh.url);
  await client.connect();
  // Rows by themselves: what they belong to plays no part here.
  const { rows } = await client.query<{ rule: string; owner: string }>(
    `SELECT quote_ident(conname) AS rule, conrelid::regclass::text AS owner FROM pg_constraint WHERE contype = 'f'`,
  );
  for (const { rule, owner } of rows)
    await client.query(`ALTER TABLE ${owner} DROP CONSTRAINT ${rule}`);
  await client.query(`INSERT INTO party ("id", "version", "name", "country", "scheme", "number", "registrationKey", "numberMadeUp", "roles", "state", "createdMs")
    VALUES ('pty_bolt', 1, 'Bolt & Co', 'NL', 'KVK', '1', 'KVK 1', false, '{SUPPLIER}', 'ACTIVE', 0),
      ('pty_aurora', 1, '上海极光 Aurora', 'CN', 'USCC', '2', 'USCC 2', false, '{CORE}', 'ACTIVE', 0)`);
  database = openDatabase(fresh.url);
});
beforeEach(() =>
  client.query('TRUNCATE invoice, access, listing, search_text, summary, summary_delta CASCADE'),
);
afterAll(async () => {
  await database?.close();
  await client?.end();
  await fresh?.drop();
});

/** An invoice of Bolt to Aurora, of so many hundred euros, that both may read. */
async function invoice(order: number, by: pg.ClientBase = client): Promise<void> {
  await by.query(`INSERT INTO invoice ("id", "version", "state", "programme", "seller", "buyer", "document", "documentDigest", "format",
      "number", "typeCode", "issueDate", "payableMinor", "currency", "orderReference", "canonical", "confirmByDate", "paidMinor", "createdMs")
    VALUES ('inv_${order}', 1, 'RECEIVED', 'prg_1', 'pty_bolt', 'pty_aurora', 'doc_1', sha256('x'), 'UBL',
      'INV-2026-${order}', '380', '2026-01-01', ${order}0000, 'EUR', 'PO ${order} Ünal', 'c${order}', '2026-01-10', 0, ${order})`);
  await by.query(`INSERT INTO access SELECT r || ':inv_${order}', r, 'inv_${order}', 'Invoice', l, ${order}
    FROM (VALUES ('pty_bolt', 'F'), ('pty_aurora', 'F'), ('pty_bank', 'S')) AS readers (r, l)`);
}

const confirm = (order: number, due = '2026-03-01') =>
  client.query(`UPDATE invoice SET "state" = 'CONFIRMED', "approvedMinor" = "payableMinor", "dueDate" = '${due}', "confirmedBy" = 'per_1'
    WHERE "id" = 'inv_${order}'`);

const sums = (reader: string) => portfolioOf(database.pool, reader).sums();

describe('the sums of a reader', () => {
  it('are those of the very commit, by state and side, and stay so when they are rolled up', async () => {
    for (const order of [1, 2, 3]) await invoice(order);
    await confirm(3);

    const bolt = await sums('pty_bolt');
    await rollUp(database.pool);

    expect(bolt).toEqual([
      {
        ...{ type: 'Invoice', side: 'SOLD', state: 'CONFIRMED', currency: 'EUR' },
        ...{ count: 1, amountMinor: 30000n, openMinor: 30000n },
      },
      {
        ...{ type: 'Invoice', side: 'SOLD', state: 'RECEIVED', currency: 'EUR' },
        ...{ count: 2, amountMinor: 30000n, openMinor: 0n },
      },
    ]);
    expect(await sums('pty_bolt')).toEqual(bolt);
    expect((await sums('pty_bank')).map(({ side, count }) => [side, count])).toEqual([
      ['SEEN', 1],
      ['SEEN', 2],
    ]);
    expect(await sums('pty_stranger')).toEqual([]);
  });

  it('say when what is promised falls due, the day before and the day after', async () => {
    const days = [
      '2026-02-27',
      '2026-02-28',
      '2026-03-07',
      '2026-03-08',
      '2026-03-30',
      '2026-03-31',
    ];
    for (const [order, day] of days.entries()) {
      await invoice(order + 1);
      await confirm(order + 1, day);
    }

    const dues = await portfolioOf(database.pool, 'pty_aurora').dues('2026-02-28');

    expect(dues.map(({ when, count }) => [when, count])).toEqual([
      ['LATER', 1],
      ['MONTH', 2],
      ['OVERDUE', 1],
      ['TODAY', 1],
      ['WEEK', 1],
    ]);
  });

  it('lose nothing when commits and roll-ups meet', async () => {
    const writer = async (first: number) => {
      const session = new pg.Client(fresh.url);
      await session.connect();
      for (let order = first; order < first + 10; order += 1) {
        await session.query('BEGIN');
        await invoice(order, session);
        await session.query(order % 5 === 0 ? 'ROLLBACK' : 'COMMIT');
      }
      await session.end();
    };
    let writing = true;
    const rolling = (async () => {
      while (writing) await Promise.all([rollUp(database.pool), rollUp(database.pool)]);
    })();
    await Promise.all([writer(100), writer(200), writer(300)]);
    writing = false;
    await rolling;

    expect(await sums('pty_bolt')).toMatchObject([{ state: 'RECEIVED', count: 24 }]);
    expect(await listingsAstray(client)).toEqual([]);
  });

  it('are right for a reader who comes while the object changes', async () => {
    await invoice(1);
    const other = new pg.Client(fresh.url);
    await other.connect();
    await other.query('BEGIN');
    await other.query(
      `UPDATE invoice SET "state" = 'QUERIED', "pausedSinceDate" = '2026-01-02' WHERE "id" = 'inv_1'`,
    );
    const comes = client.query(
      `INSERT INTO access VALUES ('pty_new:inv_1', 'pty_new', 'inv_1', 'Invoice', 'S', 1)`,
    );
    await new Promise((wake) => setTimeout(wake, 100));
    await other.query('COMMIT');
    await comes;
    await other.end();

    expect(await sums('pty_new')).toMatchObject([{ state: 'QUERIED', count: 1 }]);
    expect(await listingsAstray(client)).toEqual([]);
  });
});

describe('a right that is taken away', () => {
  it('leaves lists, words and sums', async () => {
    await invoice(1);
    await rollUp(database.pool);
    await client.query(`DELETE FROM access WHERE "reader" = 'pty_bolt'`);

    expect(await sums('pty_bolt')).toEqual([]);
    expect((await portfolioOf(database.pool, 'pty_bolt').find('bolt', 'Invoice', {})).rows).toEqual(
      [],
    );
    expect(await listingsAstray(client)).toEqual([]);
  });
});

describe('a list by state', () => {
  it('goes through several states in one order, page after page, and shows a row once', async () => {
    for (let order = 1; order <= 9; order += 1) await invoice(order);
    for (const order of [2, 5, 8]) await confirm(order);
    await client.query(`UPDATE invoice SET "state" = 'REFUSED' WHERE "id" = 'inv_4'`);
    const see = seeAs(database.pool, 'pty_aurora');
    const seen: string[] = [];
    for (let after: string | null = null, more = true; more; ) {
      const page: Awaited<ReturnType<typeof see.page>> = await see.page(
        ...(['invoice', 'Invoice', { first: 2, after }, []] as const),
        ['CONFIRMED', 'REFUSED', 'CONFIRMED'],
      );
      seen.push(...page.rows.map(({ id }) => id));
      more = page.hasNextPage;
      after = page.cursors.at(-1) ?? null;
    }
    const none = await see.page('invoice', 'Invoice', {}, [], []);

    expect(seen).toEqual(['inv_8', 'inv_5', 'inv_4', 'inv_2']);
    expect(none.rows).toEqual([]);
  });
});

describe('a search', () => {
  const find = async (reader: string, words: string) =>
    (await portfolioOf(database.pool, reader).find(words, 'Invoice', { first: 2 })).rows;

  it('finds by number, by name and by two Chinese characters, however they are typed', async () => {
    for (const order of [1, 2, 3]) await invoice(order);

    expect(await find('pty_bolt', '2026-2')).toEqual(['inv_2']);
    expect(await find('pty_bolt', 'bOLT & c')).toEqual(['inv_3', 'inv_2']);
    expect(await find('pty_bolt', 'ＩＮＶ－２０２６－３')).toEqual(['inv_3']);
    expect(await find('pty_bolt', '极光')).toEqual(['inv_3', 'inv_2']);
    expect(await find('pty_bolt', 'po 1 ünal')).toEqual(['inv_1']);
    expect(await find('pty_bolt', 'nowhere')).toEqual([]);
  });

  it('does not find by words that a summary hides, nor for somebody else', async () => {
    await invoice(1);

    expect(await find('pty_bank', 'inv-2026')).toEqual(['inv_1']);
    expect(await find('pty_bank', 'ünal')).toEqual([]);
    expect(await find('pty_stranger', 'inv-2026')).toEqual([]);

    await client.query(`UPDATE access SET "level" = 'F' WHERE "reader" = 'pty_bank'`);
    expect(await find('pty_bank', 'ünal')).toEqual(['inv_1']);
  });

  it('goes on after a page, and finds what is old and rare among much that is new', async () => {
    await invoice(1);
    await client.query(
      `INSERT INTO search_text SELECT 'pty_bolt', 'Invoice', n, 'inv_x' || n, 'filler ' || n FROM generate_series(10, 4000) AS n`,
    );
    const portfolio = portfolioOf(database.pool, 'pty_bolt');
    const first = await portfolio.find('filler', 'Invoice', { first: 2 });
    const next = await portfolio.find('filler', 'Invoice', {
      first: 2,
      after: first.cursors[1] ?? '',
    });

    expect(await find('pty_bolt', 'bolt')).toEqual(['inv_1']);
    expect([...first.rows, ...next.rows]).toEqual([
      'inv_x4000',
      'inv_x3999',
      'inv_x3998',
      'inv_x3997',
    ]);
    expect(first.hasNextPage).toBe(true);
  });

  it.each(['ab', '光', ' ab ', 'x'.repeat(101)])('refuses %j', async (words) => {
    await expect(find('pty_bolt', words)).rejects.toThrow('three letters');
  });
});

describe('a trigger that is gone', () => {
  it.each([
    ['invoice', 'invoice_relisted', ['listing', 'summary'], () => confirm(1)],
    ['access', 'access_listed', ['listing', 'search_text', 'summary'], () => invoice(2)],
    [
      ...(['access', 'access_widened', ['search_text']] as const),
      () => client.query(`UPDATE access SET "level" = 'F' WHERE "reader" = 'pty_bank'`),
    ],
  ] as const)('of %s, %s, is noticed', async (table, name, astray, change) => {
    await invoice(1);
    await client.query(`ALTER TABLE ${table} DISABLE TRIGGER ${name}`);
    try {
      await change();
      const seen = new Set((await listingsAstray(client)).map((each) => each.table));

      expect([...seen].sort()).toEqual(astray);
    } finally {
      await client.query(`ALTER TABLE ${table} ENABLE TRIGGER ${name}`);
    }
  });

  it('and a sum that was changed by hand are named with what they should be', async () => {
    await invoice(1);
    await rollUp(database.pool);
    await client.query(`UPDATE summary SET "amountMinor" = 1 WHERE "reader" = 'pty_bolt'`);

    const [astray, ...others] = await listingsAstray(client);

    expect(others).toEqual([]);
    expect(astray).toMatchObject({ table: 'summary', key: expect.stringContaining('pty_bolt') });
    expect(astray?.should).toContain('10000');
    expect(astray?.is).toMatch(/"amountMinor":1\b/);
  });
});
