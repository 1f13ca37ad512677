/** What the database itself forbids of money: settling by hand, booking twice, changing evidence. */
import { openDatabase } from '@tallystick/server/src/platform/database.ts';
import type pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type FreshDatabase, freshDatabase } from '../../support/database.ts';

let fresh: FreshDatabase;
let database: ReturnType<typeof openDatabase>;
let client: pg.PoolClient;

beforeAll(async () => {
  fresh = await freshDatabase();
  database = openDatabase(fresh.url);
});

afterAll(async () => {
  await database.close();
  await fresh.drop();
});

/** Each test in a transaction of its own that never ends well. */
beforeEach(async () => {
  client = await database.pool.connect();
  await client.query('BEGIN');
  // Rows of other slices are not what these tests are about.
  for (const sql of [
    `ALTER TABLE leg DROP CONSTRAINT leg_certificate, DROP CONSTRAINT leg_invoice, DROP CONSTRAINT leg_programme,
       DROP CONSTRAINT leg_payer, DROP CONSTRAINT leg_payee`,
    `ALTER TABLE statement DROP CONSTRAINT statement_account, DROP CONSTRAINT statement_importer`,
    `ALTER TABLE statement_line DROP CONSTRAINT statement_line_account`,
  ])
    await client.query(sql);
  await insertRow('leg', leg);
  await insertRow('statement', statement);
  await insertRow('statement_line', line);
});

afterEach(async () => {
  await client.query('ROLLBACK');
  client.release();
});

const leg = {
  ...{ id: 'leg_1', version: 1, kind: 'REPAYMENT', state: 'SCHEDULED', certificate: 'cer_1' },
  ...{ invoice: 'inv_1', programme: 'prg_1', payer: 'aurora', payee: 'bank', amountMinor: 100 },
  ...{ settledMinor: 0, currency: 'CNY', dueDate: '2026-04-15', reference: 'TS-ABCDEFGHIJ' },
  createdMs: 1,
};
const statement = {
  ...{ id: 'stm_1', version: 1, account: 'acc_1', owner: 'bank', importer: 'bank', format: 'CSV' },
  ...{ documentDigest: '\\x00', lineCount: 1, newLines: 1, knownLines: 0, createdMs: 1 },
};
const line = {
  ...{ id: 'lin_1', version: 1, state: 'UNMATCHED', statement: 'stm_1', account: 'acc_1' },
  ...{ owner: 'bank', importer: 'bank', key: 'acc_1:R-1', bookingDate: '2026-04-15', credit: true },
  ...{ amountMinor: 100, currency: 'CNY', remittance: '', counterparty: '', bankReference: 'R-1' },
  ...{ evidence: true, legs: '{}', appliedMinor: 0, unappliedMinor: 0, createdMs: 1 },
};
const payment = {
  ...{ id: 'pay_1', version: 1, line: 'lin_1', leg: 'leg_1', appliedMinor: 100, currency: 'CNY' },
  createdMs: 1,
};

async function insertRow(table: string, row: Readonly<Record<string, unknown>>): Promise<void> {
  const columns = Object.keys(row);
  const places = columns.map((_, order) => `$${order + 1}`).join(', ');
  const names = columns.map((column) => `"${column}"`).join(', ');
  await client.query(`INSERT INTO ${table} (${names}) VALUES (${places})`, Object.values(row));
}

/** Looks at what is checked at the end of a transaction. */
const atTheEnd = () => client.query('SET CONSTRAINTS ALL IMMEDIATE');

describe('the database', () => {
  it('takes a leg as settled when payments settle it', async () => {
    await insertRow('payment', payment);
    await client.query(
      `UPDATE leg SET "settledMinor" = 100, "state" = 'SETTLED' WHERE "id" = 'leg_1'`,
    );

    await expect(atTheEnd()).resolves.toBeDefined();
  });

  it('refuses a leg that is settled by hand', async () => {
    await client.query(
      `UPDATE leg SET "settledMinor" = 100, "state" = 'SETTLED' WHERE "id" = 'leg_1'`,
    );

    await expect(atTheEnd()).rejects.toThrow('leg leg_1 is settled by bank lines only');
  });

  it('refuses a payment that its leg does not show', async () => {
    await insertRow('payment', payment);

    await expect(atTheEnd()).rejects.toThrow('settled by bank lines only');
  });

  it.each([
    [`UPDATE leg SET "state" = 'SETTLED' WHERE "id" = 'leg_1'`, 'leg_state'],
    [`UPDATE leg SET "settledMinor" = 101 WHERE "id" = 'leg_1'`, 'leg_money'],
    [`UPDATE leg SET "amountMinor" = -1 WHERE "id" = 'leg_1'`, 'leg_money'],
    [`UPDATE leg SET "currency" = 'cny' WHERE "id" = 'leg_1'`, 'leg_money'],
    [`UPDATE leg SET "kind" = 'FUNDING' WHERE "id" = 'leg_1'`, 'leg_request_of_funding'],
    [`UPDATE statement_line SET "state" = 'MATCHED' WHERE "id" = 'lin_1'`, 'statement_line_whole'],
    [
      `UPDATE statement_line SET "state" = 'PARKED', "unappliedMinor" = 100 WHERE "id" = 'lin_1'`,
      'statement_line_whole',
    ],
    [`UPDATE statement_line SET "key" = 'x' WHERE "id" = 'lin_1'`, 'statement_line_key'],
  ])('refuses %s', async (sql, constraint) => {
    await expect(client.query(sql)).rejects.toMatchObject({ constraint });
  });

  it('refuses the same booking of a bank twice', async () => {
    await expect(insertRow('statement_line', { ...line, id: 'lin_2' })).rejects.toMatchObject({
      constraint: 'statement_line_key_key',
    });
  });

  it.each(['UPDATE payment SET "appliedMinor" = 99', 'DELETE FROM payment'])(
    'never lets evidence be changed: %s',
    async (sql) => {
      await insertRow('payment', payment);

      await expect(client.query(sql)).rejects.toThrow('a payment never changes');
    },
  );
});
