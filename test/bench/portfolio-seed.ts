/**
 * A portfolio of any size by COPY: invoices of one buyer and two hundred suppliers, certificates and
 * payments of most of them, the act of each, and who may read it; then what the database derives from
 * that, by the same views that the audit compares with. States and days are such that nothing is due.
 */
import pg from 'pg';

/** Who reads: the buyer of all, a supplier of a twentieth, a bank of what it bought, an auditor of all. */
export type Cast = {
  readonly core: string;
  readonly supplier: string;
  readonly bank: string;
  readonly auditor: string;
};

/** Invoices in the state that is looked for as a rare one: the oldest. */
export const rareCount = 30;

const suppliersCount = 200;
const rowsAtOnce = 25_000;
const day = 86_400_000;
const beginsMs = Date.UTC(2026, 0, 1);

/** Fills a database that is its alone. Its foreign keys are gone afterwards. */
export async function seedPortfolio(url: string, rows: number, cast: Cast): Promise<void> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    await client.query(`SET work_mem = '256MB'; SET maintenance_work_mem = '512MB'`);
    await dropForeignKeys(client);
    for (const table of tables) await client.query(`ALTER TABLE ${table} DISABLE TRIGGER USER`);
    await client.query('DROP INDEX search_text_keys');
    await client.query(suppliers);
    for (let from = 0; from < rows; from += rowsAtOnce) {
      const orders = Array.from({ length: Math.min(rowsAtOnce, rows - from) }, (_, n) => from + n);
      const made = orders.map((order) => invoiceOf(order, rows, cast));
      await copy(client, 'invoice', invoiceColumns, made.map(invoiceLine));
      await copy(client, 'certificate', certificateColumns, made.flatMap(certificateLine));
      await copy(client, 'leg', legColumns, made.flatMap(legLine));
      await copy(client, 'access', accessColumns, made.flatMap(accessLines));
    }
    await client.query(acts);
    await client.query(actAccess(cast));
    for (const statement of derived) await client.query(statement);
    for (const table of tables) await client.query(`ALTER TABLE ${table} ENABLE TRIGGER USER`);
    await client.query('VACUUM ANALYZE');
  } finally {
    await client.end();
  }
}

const tables = ['invoice', 'certificate', 'leg', 'access', 'act'];

async function dropForeignKeys(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ rule: string; owner: string }>(
    `SELECT quote_ident(conname) AS rule, conrelid::regclass::text AS owner FROM pg_constraint WHERE contype = 'f'`,
  );
  for (const { rule, owner } of rows)
    await client.query(`ALTER TABLE ${owner} DROP CONSTRAINT ${rule}`);
}

// The rows.

type Made = {
  readonly order: number;
  readonly state: string;
  readonly seller: string;
  readonly sinceMs: number;
  readonly minor: number;
  readonly due: string;
  readonly isSold: boolean;
  readonly cast: Cast;
};

function invoiceOf(order: number, rows: number, cast: Cast): Made {
  const supplier = order % suppliersCount;
  return {
    ...{ order, cast, state: stateOf(order), minor: 100_000 + ((order * 7_919) % 9_000_000) },
    seller: supplier % 20 === 0 ? cast.supplier : `pty_benchsupplier${supplier}`,
    sinceMs: beginsMs + Math.floor((order * 200 * day) / rows),
    due: `2099-${two(1 + (order % 12))}-${two(1 + (order % 28))}`,
    isSold: order % 3 === 0,
  };
}

/** The oldest wait for an answer; of the rest most are paid, as in a portfolio that has run for a while. */
function stateOf(order: number): string {
  if (order < rareCount) return 'QUERIED';
  if (order % 10 < 6) return 'PAID';
  return order % 10 < 9 ? 'CERTIFIED' : 'RECEIVED';
}

const two = (number: number) => String(number).padStart(2, '0');
const isPromised = ({ state }: Made) => state === 'PAID' || state === 'CERTIFIED';

const invoiceColumns =
  'id version state programme seller buyer document documentDigest format number typeCode issueDate payableMinor currency orderReference canonical confirmByDate pausedSinceDate approvedMinor dueDate confirmedBy paidMinor createdMs';
function invoiceLine(made: Made): string {
  const { order, state, seller, sinceMs, minor, due, cast } = made;
  const promised = isPromised(made);
  return line([
    ...[`inv_bench${order}`, 1, state, 'prg_bench', seller, cast.core, `doc_bench${order}`],
    ...[`\\\\x${'ab'.repeat(32)}`, 'UBL', numberOf(order), '380', '2026-01-01', minor, 'EUR'],
    ...[`PO-${order % 5_000}`, `bench ${order}`, '2099-12-31'],
    ...[state === 'QUERIED' ? '2026-01-02' : null, promised ? minor : null],
    ...[promised ? due : null, promised ? 'per_bench' : null],
    ...[state === 'PAID' ? minor : 0, sinceMs],
  ]);
}

/** The number of an invoice of the bench. */
export const numberOf = (order: number) => `BN-${(order * 48_271) % 2_147_483_647}`;

const certificateColumns =
  'id version state invoice programme issuer holder faceMinor openMinor currency maturityDate payableDate recourse depth root rootFaceMinor part note createdMs';
function certificateLine(made: Made): string[] {
  const { order, state, seller, sinceMs, minor, due, isSold, cast } = made;
  if (!isPromised(made)) return [];
  const live = isSold ? 'ASSIGNED' : 'ACTIVE';
  return [
    line([
      ...[`cer_bench${order}`, 1, state === 'PAID' ? 'REDEEMED' : live, `inv_bench${order}`],
      ...['prg_bench', cast.core, isSold ? cast.bank : seller, minor, state === 'PAID' ? 0 : minor],
      ...['EUR', due, due, 'NONE', 0, `cer_bench${order}`, minor, 0, `\\\\x${'cd'.repeat(32)}`],
      sinceMs,
    ]),
  ];
}

const legColumns =
  'id version kind state certificate invoice programme payer payee amountMinor settledMinor currency dueDate reference createdMs';
function legLine(made: Made): string[] {
  const { order, state, seller, sinceMs, minor, due, isSold, cast } = made;
  if (!isPromised(made)) return [];
  const paid = state === 'PAID';
  return [
    line([
      ...[`leg_bench${order}`, 1, 'REPAYMENT', paid ? 'SETTLED' : 'SCHEDULED', `cer_bench${order}`],
      ...[`inv_bench${order}`, 'prg_bench', cast.core, isSold ? cast.bank : seller, minor],
      ...[paid ? minor : 0, 'EUR', due, referenceOf(order), sinceMs],
    ]),
  ];
}

function referenceOf(order: number): string {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  let text = '';
  for (let rest = order, place = 0; place < 10; place += 1) {
    text = `${letters[rest % 32] ?? 'A'}${text}`;
    rest = Math.floor(rest / 32);
  }
  return `TS-${text}`;
}

const accessColumns = 'id reader object type level sinceMs';
function accessLines(made: Made): string[] {
  const { order, seller, sinceMs, isSold, cast } = made;
  const readers = [seller, cast.core, cast.auditor, ...(isSold ? [cast.bank] : [])];
  const objects = [
    ['inv', 'Invoice'],
    ...(isPromised(made)
      ? [
          ['cer', 'Certificate'],
          ['leg', 'Leg'],
        ]
      : []),
  ] as const;
  return objects.flatMap(([prefix, type]) =>
    readers.map((reader) => {
      const object = `${prefix}_bench${order}`;
      return line([`${reader}:${object}`, reader, object, type ?? '', 'F', sinceMs]);
    }),
  );
}

const suppliers = `INSERT INTO party ("id", "version", "name", "country", "scheme", "number", "registrationKey", "numberMadeUp", "roles", "state", "createdMs")
  SELECT 'pty_benchsupplier' || n, 1, 'Bench Supplier ' || n, 'NL', 'KVK', 'bench-' || n, 'KVK bench-' || n, true, '{SUPPLIER}', 'ACTIVE', 0
  FROM generate_series(0, ${suppliersCount - 1}) AS n`;

/** One final act an invoice, whose hash is that of its header, as the table demands. */
const acts = `INSERT INTO act ("hash", "kind", "kindVersion", "keyId", "seq", "party", "businessDate", "atMs", "subject", "header",
    "signature", "body", "status", "committedMs", "height", "index", "finalMs")
  SELECT sha256('tallystick/act/1'::bytea || '\\x00'::bytea || convert_to(i."id", 'UTF8')), 'invoice.submit', 1, 'bench',
    row_number() OVER (), i."seller", '2026-01-01', i."createdMs", i."id", convert_to(i."id", 'UTF8'), '\\x00', '\\x00', 'FINAL',
    i."createdMs", 1, 1000000000 + row_number() OVER (), i."createdMs"
  FROM invoice i WHERE i."programme" = 'prg_bench'`;
const actAccess = ({ core, auditor }: Cast) => `INSERT INTO access
  SELECT r || ':act_' || encode(a."hash", 'hex'), r, 'act_' || encode(a."hash", 'hex'), 'Act', 'F', a."atMs"
  FROM act a CROSS JOIN LATERAL (VALUES (a."party"), ('${core}'), ('${auditor}')) AS readers (r) WHERE a."keyId" = 'bench'`;

const derived = [
  `TRUNCATE listing, search_text, summary, summary_delta`,
  `INSERT INTO listing SELECT * FROM listed`,
  `INSERT INTO search_text SELECT * FROM searchable`,
  `INSERT INTO summary SELECT "reader", "type", "side", "state", "currency", "dueDate", count(*), sum("amountMinor"), sum("openMinor")
    FROM listing GROUP BY 1, 2, 3, 4, 5, 6`,
  `CREATE INDEX search_text_keys ON search_text USING gin (search_keys("reader", "type", "text")) WITH (gin_pending_list_limit = 256)`,
];

// COPY over the driver's own protocol.

type Cell = string | number | null;

function line(cells: readonly Cell[]): string {
  return `${cells.map((cell) => cell ?? '\\N').join('\t')}\n`;
}

type CopyConnection = {
  query(text: string): void;
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
};

function copy(
  client: pg.Client,
  table: string,
  columns: string,
  lines: readonly string[],
): Promise<void> {
  const names = columns.split(' ').map((name) => `"${name}"`);
  return new Promise((resolve, reject) => {
    let failure: unknown = null;
    const statement = {
      submit: (connection: unknown) =>
        (connection as CopyConnection).query(`COPY ${table} (${names.join()}) FROM STDIN`),
      handleCopyInResponse(connection: CopyConnection) {
        connection.sendCopyFromChunk(Buffer.from(lines.join('')));
        connection.endCopyFrom();
      },
      handleCommandComplete() {},
      handleError(error: unknown) {
        failure = error;
        reject(error);
      },
      handleReadyForQuery() {
        if (failure === null) resolve();
      },
    };
    client.query(statement);
  });
}
