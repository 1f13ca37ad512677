/**
 * What the same database gives to a program that keeps no promises: three rows (idempotency, invoice,
 * outbox) in one transaction by plain `pg`, awaiting each of its five statements, on eight connections;
 * and the same three rows as one statement. The first is R, the measure that all rates are compared with.
 */
import { randomBytes } from 'node:crypto';
import pg from 'pg';

/** Transactions a second. */
export type PlainRates = { readonly fiveTrips: number; readonly oneStatement: number };

const sessions = 8;

const tables = `
  CREATE TABLE plain_idempotency ("id" text PRIMARY KEY, "requestHash" bytea NOT NULL, "reply" text NOT NULL);
  CREATE TABLE plain_invoice ("id" text PRIMARY KEY, "supplier" text NOT NULL, "buyer" text NOT NULL, "number" text NOT NULL,
    "payableMinor" bigint NOT NULL CHECK ("payableMinor" > 0), "currency" char(3) NOT NULL, "state" text NOT NULL,
    "dueDate" date NOT NULL, "version" int NOT NULL, "createdMs" bigint NOT NULL, UNIQUE ("supplier", "number"));
  CREATE TABLE plain_outbox ("position" bigserial PRIMARY KEY, "invoice" text NOT NULL UNIQUE);`;

const insertKey = 'INSERT INTO plain_idempotency VALUES ($1, $2, $3)';
const insertInvoice = 'INSERT INTO plain_invoice VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)';
const insertOutbox = 'INSERT INTO plain_outbox ("invoice") VALUES ($1)';
const insertAll = `WITH key AS (INSERT INTO plain_idempotency VALUES ($1, $2, $3)),
  invoice AS (INSERT INTO plain_invoice VALUES ($4, $5, $6, $7, $8, $9, $10, $11, $12, $13) RETURNING "id")
  INSERT INTO plain_outbox ("invoice") SELECT "id" FROM invoice`;

export type PlainRows = { measure(ms: number): Promise<PlainRates>; close(): Promise<void> };

export async function openPlainRows(url: string): Promise<PlainRows> {
  // A session that breaks fails the statement that waits, and nothing else.
  const clients = Array.from({ length: sessions }, () => new pg.Client(url).on('error', () => {}));
  await Promise.all(clients.map((client) => client.connect()));
  await clients[0]?.query(tables);

  async function rate(ms: number, write: (client: pg.Client) => Promise<unknown>): Promise<number> {
    const began = performance.now();
    let done = 0;
    await Promise.all(
      clients.map(async (client) => {
        for (; performance.now() - began < ms; done += 1) await write(client);
      }),
    );
    return (done * 1_000) / (performance.now() - began);
  }

  return {
    measure: async (ms) => ({
      fiveTrips: await rate(ms, inFiveTrips),
      oneStatement: await rate(ms, inOneStatement),
    }),
    close: async () => {
      await Promise.all(clients.map((client) => client.end()));
    },
  };
}

async function inFiveTrips(client: pg.Client): Promise<void> {
  const { key, invoice, id } = newRows();
  await client.query('BEGIN');
  await client.query({ name: 'key', text: insertKey, values: [...key] });
  await client.query({ name: 'invoice', text: insertInvoice, values: [...invoice] });
  await client.query({ name: 'outbox', text: insertOutbox, values: [id] });
  await client.query('COMMIT');
}

async function inOneStatement(client: pg.Client): Promise<void> {
  const { key, invoice } = newRows();
  await client.query({ name: 'all', text: insertAll, values: [...key, ...invoice] });
}

function newRows() {
  const id = `inv_${randomBytes(16).toString('hex')}`;
  const key = [`pty_1:${id}`, randomBytes(32), '{"kind":"done"}'] as const;
  const party = ['pty_1', 'pty_2'] as const;
  const invoice = [id, ...party, id, '125000', 'EUR', 'SUBMITTED', '2026-06-30', 1, '0'] as const;
  return { id, key, invoice };
}
