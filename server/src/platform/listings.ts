/**
 * The sums over what each reader's lists show, and the check that lists, words and sums are right.
 *
 *   access, rows ──view──▶ listed ══ listing ──▶ summary + summary_delta
 *                └─view──▶ searchable ══ search_text
 *
 * The database keeps `listing`, `search_text` and the deltas at every commit (prisma/constraints/listing.sql);
 * a sum is what is rolled up and what has come since, read in one statement, and so exact at commit.
 */
import type pg from 'pg';
import type { BusinessDate } from '../kernel/time.ts';
import { ledgerSums, rollUpLedger } from './ledger-sums.ts';
import { identifier } from './rows.ts';
import type { Asks } from './session.ts';

/** How many objects stand alike in a reader's lists, and what they come to. */
export type Sum = {
  readonly type: string;
  /** What the reader is to them, as in prisma/schema/listing.prisma. */
  readonly side: string;
  readonly state: string;
  readonly currency: string;
  readonly count: number;
  readonly amountMinor: bigint;
  /** What has still to be paid. */
  readonly openMinor: bigint;
};

/** What falls due between two days, in all. */
export type Due = Omit<Sum, 'state' | 'amountMinor'> & {
  readonly when: 'OVERDUE' | 'TODAY' | 'WEEK' | 'MONTH' | 'LATER';
};

const bothParts = `SELECT * FROM summary WHERE "reader" = $1 UNION ALL SELECT * FROM summary_delta WHERE "reader" = $1`;

export async function sumsOf(database: Asks, reader: string): Promise<readonly Sum[]> {
  const result = await database.query<
    Record<'type' | 'side' | 'state' | 'currency', string> & Sums
  >({
    name: 'sums',
    text: `SELECT "type", "side", "state", "currency", sum("count")::text AS "count",
        sum("amountMinor")::text AS "amountMinor", sum("openMinor")::text AS "openMinor"
      FROM (${bothParts}) AS part GROUP BY 1, 2, 3, 4 HAVING sum("count") <> 0 ORDER BY 1, 2, 3, 4`,
    values: [reader],
  });
  return result.rows.map(({ count, amountMinor, openMinor, ...key }) => ({
    ...key,
    ...{ count: Number(count), amountMinor: BigInt(amountMinor), openMinor: BigInt(openMinor) },
  }));
}

type Sums = Record<'count' | 'amountMinor' | 'openMinor', string>;

/** What is still to be paid, by when: before today, today, within a week, within 30 days, later. */
export async function duesOf(
  database: Asks,
  reader: string,
  today: BusinessDate,
): Promise<readonly Due[]> {
  const result = await database.query<
    Record<'type' | 'side' | 'currency', string> & Pick<Due, 'when'> & Sums
  >({
    name: 'dues',
    text: `SELECT "type", "side", "currency", CASE WHEN "dueDate" < $2::date THEN 'OVERDUE' WHEN "dueDate" = $2::date THEN 'TODAY'
          WHEN "dueDate" <= $2::date + 7 THEN 'WEEK' WHEN "dueDate" <= $2::date + 30 THEN 'MONTH' ELSE 'LATER' END AS "when",
        sum("count")::text AS "count", sum("openMinor")::text AS "openMinor"
      FROM (${bothParts}) AS part WHERE "dueDate" <> 'infinity'
      GROUP BY 1, 2, 3, 4 HAVING sum("count") <> 0 ORDER BY 1, 2, 3, 4`,
    values: [reader, today],
  });
  return result.rows.map(({ count, openMinor, ...key }) => ({
    ...key,
    ...{ count: Number(count), openMinor: BigInt(openMinor) },
  }));
}

/** Deltas that one roll-up takes: some ten milliseconds. */
const rollUpMax = 20_000;
/** How often there is a look for deltas, in milliseconds. */
const rollUpEveryMs = 1_000;
/** Deltas after which their dead rows are cleared away. */
const vacuumAfter = 20_000;

/** Moves deltas into the sums. A reader at any moment sees each of them once. Returns how many there were. */
export async function rollUp(pool: pg.Pool): Promise<number> {
  const result = await pool.query<{ taken: number }>({
    name: 'roll up',
    text: `WITH taken AS (
        DELETE FROM summary_delta WHERE ctid = ANY (ARRAY(
          SELECT ctid FROM summary_delta LIMIT ${rollUpMax} FOR UPDATE SKIP LOCKED)) RETURNING *),
      added AS (
        INSERT INTO summary AS s
          SELECT "reader", "type", "side", "state", "currency", "dueDate", sum("count"), sum("amountMinor"), sum("openMinor")
          FROM taken GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 1, 2, 3, 4, 5, 6
        ON CONFLICT ("reader", "type", "side", "state", "currency", "dueDate") DO UPDATE SET "count" = s."count" + excluded."count",
          "amountMinor" = s."amountMinor" + excluded."amountMinor", "openMinor" = s."openMinor" + excluded."openMinor")
      SELECT count(*)::int AS taken FROM taken`,
  });
  const taken = result.rows[0]?.taken ?? 0;
  if (taken > 0)
    await pool.query(
      'DELETE FROM summary WHERE "count" = 0 AND "amountMinor" = 0 AND "openMinor" = 0',
    );
  return taken;
}

/** Rolls up for as long as the server runs. What fails is told, and tried again at the next look. */
export function startRollUps(
  pool: pg.Pool,
  failed: (error: unknown) => void,
): { stop(): Promise<void> } {
  let sinceVacuum = 0;
  let working: Promise<void> = Promise.resolve();
  const look = async () => {
    sinceVacuum += (await rollUp(pool)) + (await rollUpLedger(pool));
    if (sinceVacuum < vacuumAfter) return;
    sinceVacuum = 0;
    await pool.query('VACUUM summary_delta, ledger_delta');
  };
  let isBusy = false;
  const timer = setInterval(() => {
    if (isBusy) return;
    isBusy = true;
    working = look()
      .catch(failed)
      .finally(() => {
        isBusy = false;
      });
  }, rollUpEveryMs);
  return {
    async stop() {
      clearInterval(timer);
      await working;
    },
  };
}

/** A derived row that is not as what it is derived from says. */
export type Astray = {
  readonly table: string;
  readonly key: string;
  readonly should: string;
  readonly is: string;
};

const astrayMax = 1_000;
const sumColumns = ['reader', 'type', 'side', 'state', 'currency', 'dueDate'] as const;

/** Every row of lists, words and sums that is not as the rows and their readers say, up to a thousand each. */
export async function listingsAstray(client: pg.ClientBase): Promise<readonly Astray[]> {
  const key = sumColumns.map(identifier).join(', ');
  const sums = (from: string, count: string) =>
    `SELECT ${key}, ${count} AS "count", sum("amountMinor") AS "amountMinor", sum("openMinor") AS "openMinor" FROM ${from} GROUP BY ${key}`;
  const parts = `(SELECT * FROM summary UNION ALL SELECT * FROM summary_delta) AS part`;
  return [
    ...(await compare(client, 'listing', 'SELECT * FROM listed', 'SELECT * FROM listing')),
    ...(await compare(
      client,
      'search_text',
      'SELECT * FROM searchable',
      'SELECT * FROM search_text',
    )),
    ...(await compare(
      client,
      'summary',
      sums('listed', 'count(*)'),
      `${sums(parts, 'sum("count")')} HAVING sum("count") <> 0 OR sum("amountMinor") <> 0 OR sum("openMinor") <> 0`,
    )),
    ...(await sumsAstray(client)),
  ];
}

async function sumsAstray(client: pg.ClientBase): Promise<readonly Astray[]> {
  const found: Astray[] = [];
  for (const { table, should, is } of ledgerSums)
    found.push(...(await compare(client, table, should, is)));
  return found;
}

async function compare(
  client: pg.ClientBase,
  table: string,
  should: string,
  is: string,
): Promise<readonly Astray[]> {
  const only = async (one: string, other: string) => {
    const result = await client.query<Record<string, unknown>>(
      `SELECT to_jsonb(d) AS row FROM (${one} EXCEPT ALL ${other} LIMIT ${astrayMax}) AS d`,
    );
    return result.rows.map(({ row }) => row as Record<string, unknown>);
  };
  const missing = await only(should, is);
  const strange = await only(is, should);
  const keyOf = ({ reader, object, ...rest }: Record<string, unknown>) =>
    reader === undefined
      ? ledgerKeyOf(rest)
      : `${reader}:${object ?? [rest.type, rest.side, rest.state, rest.currency, rest.dueDate].join(':')}`;
  const found = new Map<string, { should?: string; is?: string }>();
  for (const row of missing) found.set(keyOf(row), { should: JSON.stringify(row) });
  for (const row of strange)
    found.set(keyOf(row), { ...found.get(keyOf(row)), is: JSON.stringify(row) });
  return [...found].map(([each, words]) => ({
    ...{ table, key: each },
    should: words.should ?? 'no such row',
    is: words.is ?? 'no such row',
  }));
}

function ledgerKeyOf(row: Record<string, unknown>): string {
  const { party, account, currency, programme, event, occurredDate, counterparty, dueDate } = row;
  return [party, account, currency, programme, counterparty ?? event, dueDate ?? occurredDate].join(
    ':',
  );
}
