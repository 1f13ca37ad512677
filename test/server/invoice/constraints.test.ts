/** What must never be in the tables, refused by the database itself. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { InvoiceRow } from '../../../server/src/invoice/model.ts';
import type { Row } from '../../../server/src/kernel/change.ts';
import { type Database, openDatabase } from '../../../server/src/platform/database.ts';
import { identifier, jsonRow } from '../../../server/src/platform/rows.ts';
import { type FreshDatabase, freshDatabase } from '../../support/database.ts';
import { invoiceRow, members, promised, proposalRow } from './builders.ts';

let fresh: FreshDatabase;
let database: Database;

beforeAll(async () => {
  fresh = await freshDatabase();
  database = openDatabase(fresh.url);
  for (const { table, row } of members) await insert(table, row);
});
afterAll(async () => {
  await database.close();
  await fresh.drop();
});
beforeEach(async () => {
  await database.pool.query('DELETE FROM proposal');
  await database.pool.query('DELETE FROM invoice');
});

const act = new Uint8Array(32);

describe('the table of invoices', () => {
  it.each([
    ['received', {}],
    ['submitted, waiting for the chain', { state: 'SUBMITTED', pendingAct: act }],
    ['questioned', { state: 'QUERIED', pausedSinceDate: '2026-03-03' }],
    ['confirmed', { state: 'CONFIRMED', ...promised }],
    ['paid', { state: 'PAID', ...promised, paidMinor: 100_000_00n }],
  ] as const)('takes an invoice that is %s', async (_what, change) => {
    await insert('invoice', invoiceRow(change as Partial<InvoiceRow>));
  });

  it.each([
    ['asks for nothing', { payableMinor: 0n }, 'invoice_payable'],
    ['is of no currency', { currency: 'cny' }, 'invoice_currency'],
    ['is owed to oneself', { buyer: 'pty_bolt' }, 'invoice_two_parties'],
    ['is of nobody', { seller: 'pty_none' }, 'invoice_seller'],
    ['stands nowhere', { state: 'SOMEWHERE' as never }, 'invoice_state'],
    ['is confirmed without a promise', { state: 'CONFIRMED' }, 'invoice_promise'],
    ['is promised and not confirmed', promised, 'invoice_promise'],
    [
      'is half a promise',
      { state: 'CONFIRMED', ...promised, confirmedBy: null },
      'invoice_promise',
    ],
    [
      'promises more than asked',
      { state: 'CONFIRMED', ...promised, approvedMinor: 100_000_01n },
      'invoice_approved',
    ],
    [
      'is wholly confirmed for less',
      { state: 'CONFIRMED', ...promised, approvedMinor: 1n, approvedReason: 'x' },
      'invoice_part',
    ],
    [
      'is partly confirmed without a reason',
      { state: 'PARTLY_CONFIRMED', ...promised, approvedMinor: 1n },
      'invoice_partly',
    ],
    [
      'falls due on its issue date',
      { state: 'CONFIRMED', ...promised, dueDate: '2026-03-02' },
      'invoice_due',
    ],
    [
      'is paid more than promised',
      { state: 'PAID', ...promised, paidMinor: 100_000_01n },
      'invoice_paid',
    ],
    ['waits for the chain and is received', { pendingAct: act }, 'invoice_pending'],
    ['is submitted and does not wait', { state: 'SUBMITTED' }, 'invoice_pending'],
    ['stands still without a question', { pausedSinceDate: '2026-03-03' }, 'invoice_paused'],
  ] as const)('refuses an invoice that %s', async (_what, change, constraint) => {
    await expect(
      insert('invoice', invoiceRow(change as Partial<InvoiceRow>)),
    ).rejects.toMatchObject({ constraint });
  });

  it('holds an invoice once, and again when the first came to nothing', async () => {
    await insert('invoice', invoiceRow({ state: 'SUBMITTED', pendingAct: act }));
    await expect(insert('invoice', invoiceRow({ id: 'inv_2' }))).rejects.toMatchObject({
      constraint: 'invoice_canonical_once',
    });

    await database.pool.query(`UPDATE invoice SET "state" = 'INVALID', "pendingAct" = NULL`);
    await insert('invoice', invoiceRow({ id: 'inv_2' }));
  });

  it('never lets go of a promise', async () => {
    await insert('invoice', invoiceRow({ state: 'CONFIRMED', ...promised }));

    for (const change of [
      `"approvedMinor" = 1, "state" = 'PARTLY_CONFIRMED', "approvedReason" = 'x'`,
      `"dueDate" = '2026-06-30'`,
      `"approvedMinor" = NULL, "dueDate" = NULL, "confirmedBy" = NULL, "state" = 'RECEIVED'`,
      `"seller" = 'pty_copper'`,
    ]) {
      await expect(database.pool.query(`UPDATE invoice SET ${change}`)).rejects.toThrow(
        'a confirmation is irrevocable',
      );
    }
    await database.pool.query(`UPDATE invoice SET "state" = 'CERTIFIED'`);
  });
});

describe('the table of proposals', () => {
  it('has one open proposal of an invoice, and one that was confirmed', async () => {
    await insert('invoice', invoiceRow());
    await insert('proposal', proposalRow({ state: 'RETURNED', returnedReason: 'Wrong day.' }));
    for (const [state, constraint] of [
      ['OPEN', 'proposal_one_open'],
      ['CONFIRMED', 'proposal_one_confirmed'],
    ] as const) {
      await insert('proposal', proposalRow({ id: `prp_${state}`, state }));
      await expect(insert('proposal', proposalRow({ id: 'prp_2', state }))).rejects.toMatchObject({
        constraint,
      });
    }
  });

  it('refuses nothing promised, and a return without a reason', async () => {
    await insert('invoice', invoiceRow());

    await expect(insert('proposal', proposalRow({ approvedMinor: 0n }))).rejects.toMatchObject({
      constraint: 'proposal_approved',
    });
    await expect(insert('proposal', proposalRow({ state: 'RETURNED' }))).rejects.toMatchObject({
      constraint: 'proposal_returned',
    });
  });
});

async function insert(table: string, row: Row): Promise<void> {
  const name = identifier(table);
  await database.pool.query(
    `INSERT INTO ${name} SELECT x.* FROM jsonb_populate_record(NULL::${name}, $1::jsonb) AS x`,
    [JSON.stringify(jsonRow(row))],
  );
}
