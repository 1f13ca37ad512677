/**
 * `npm run bench portfolio [-- --rows 10000,100000,1000000 --json]`: how fast one looks at a portfolio
 * of that many invoices, and how that grows: a page at any depth, a rare state, a search, the dashboard,
 * one invoice. Each through GraphQL over HTTP in a server of its own, beside the same SQL by hand on one
 * connection, one request at a time, isolation on: every row is joined from what its reader may see.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { demoPassword } from '../../prisma/seed.ts';
import { withDatabase } from '../../server/src/platform/migrate.ts';
import { startScratchPostgres } from '../../server/src/platform/postgres.ts';
import type { Ready } from './acts-server.ts';
import { numberOf, seedPortfolio } from './portfolio-seed.ts';

/** Milliseconds. */
type Times = { readonly p50: number; readonly p99: number };
type Measured = { readonly name: string; readonly graphql: Times; readonly byHand: Times };
type Size = {
  readonly rows: number;
  readonly seededInS: number;
  readonly databaseMb: number;
  readonly measured: readonly Measured[];
};
type Goal = { readonly what: string; readonly seen: string; readonly met: boolean };

const { values: options } = parseArgs({
  args: process.argv.slice(3),
  options: {
    json: { type: 'boolean', default: false },
    rows: { type: 'string', default: '10000,100000,1000000' },
  },
});
const sizes = options.rows.split(',').map(Number);
const rounds = 60;
/** So many first, until the server has compiled what it runs. */
const warmUps = 60;
/** What an invoice with all that belongs to it takes on the disk, indexes included, and while it is made. */
const bytesPerInvoice = 20_000;

async function main(): Promise<readonly Size[]> {
  const { bavail, bsize } = statfsSync(tmpdir());
  const needed = Math.max(...sizes) * bytesPerInvoice;
  if (bavail * bsize < needed)
    throw new Error(`${tmpdir()} needs ${Math.round(needed / 1e6)} MB free for that many rows.`);
  const postgres = await startScratchPostgres({ shared_buffers: '256MB', max_wal_size: '4GB' });
  const results: Size[] = [];
  try {
    for (const rows of sizes) results.push(await measureSize(postgres.url, rows));
  } finally {
    await postgres.stop();
  }
  return results;
}

async function measureSize(postgresUrl: string, rows: number): Promise<Size> {
  const home = mkdtempSync(path.join(tmpdir(), 'tallystick-bench-portfolio-'));
  const url = withDatabase(postgresUrl, `portfolio_${rows}`);
  await runSql(postgresUrl, `CREATE DATABASE portfolio_${rows}`);
  const server = fork(new URL('./acts-server.ts', import.meta.url), [home, '4'], {
    env: { ...process.env, DATABASE_URL: url },
  });
  try {
    const ended = once(server, 'exit').then(([code]) => {
      throw new Error(`the server ended with ${code}`);
    });
    const [ready] = (await Promise.race([once(server, 'message'), ended])) as [Ready];
    ended.catch(() => {});
    const [core, supplier, bank, auditor] = ready.parties.map(({ id }) => id);
    if (core === undefined || supplier === undefined || bank === undefined || auditor === undefined)
      throw new Error('four organisations have joined');
    const began = performance.now();
    await seedPortfolio(url, rows, { core, supplier, bank, auditor });
    const seededInS = (performance.now() - began) / 1_000;
    const client = new pg.Client({ connectionString: url, options: '-c timezone=UTC' });
    await client.connect();
    try {
      const measured = await measure(ready, client, core, rows);
      const size = await client.query<{ mb: number }>(
        'SELECT (pg_database_size(current_database()) / 1048576)::int AS mb',
      );
      return { rows, seededInS, databaseMb: size.rows[0]?.mb ?? 0, measured };
    } finally {
      await client.end();
    }
  } finally {
    await stop(server);
    await runSql(postgresUrl, `DROP DATABASE portfolio_${rows} WITH (FORCE)`);
    rmSync(home, { recursive: true, force: true });
  }
}

type Question = {
  readonly name: string;
  readonly document: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly sql: string;
  readonly values: readonly unknown[];
  /** Rows or sums that both must bring. */
  readonly countMin: number;
};

async function measure(
  { url, parties }: Ready,
  client: pg.Client,
  reader: string,
  rows: number,
): Promise<readonly Measured[]> {
  const ask = await signIn(url, parties[0]?.login ?? '');
  const results: Measured[] = [];
  for (const question of await questionsOf(client, reader, rows)) {
    const { name, document, variables, sql, values, countMin } = question;
    const body = JSON.stringify({ query: document, variables });
    const statement = { name, text: sql, values: [...values] };
    const graphql: number[] = [];
    const byHand: number[] = [];
    for (let round = -warmUps; round < rounds; round += 1) {
      const began = performance.now();
      const answer = await ask(body);
      const between = performance.now();
      const result = await client.query(statement);
      const done = performance.now();
      const count = answer.split('"id"').length - 1;
      if (answer.includes('"errors"') || count < countMin || result.rows.length < countMin)
        throw new Error(
          `${name}: ${count} and ${result.rows.length} rows; ${answer.slice(0, 300)}`,
        );
      if (round < 0) continue;
      graphql.push(between - began);
      byHand.push(done - between);
    }
    results.push({ name, graphql: timesOf(graphql), byHand: timesOf(byHand) });
  }
  return results;
}

async function signIn(url: string, login: string): Promise<(body: string) => Promise<string>> {
  const post = async (body: string, token: string | null) => {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      },
      body,
    });
    return response.text();
  };
  const query = `mutation { signIn(login: "${login}", password: "${demoPassword}") { ... on Session { token } } }`;
  const text = await post(JSON.stringify({ query }), null);
  const answer = JSON.parse(text) as {
    readonly data: { readonly signIn: { readonly token: string } };
  };
  return (body) => post(body, answer.data.signIn.token);
}

/** A page of fifty by GraphQL, and what it shows. */
const page = `query ($after: String, $filter: InvoiceFilter) { invoices(first: 50, after: $after, filter: $filter) {
  edges { node { id number state dueDate payable { amount currency } } } pageInfo { hasNextPage endCursor } } }`;
const pageSql = (
  where: string,
) => `SELECT t.*, a."level" FROM access a JOIN invoice t ON t."id" = a."object"
  WHERE a."reader" = $1 AND a."type" = 'Invoice' ${where} ORDER BY a."sinceMs" DESC, a."object" DESC LIMIT 51`;
const search = `query ($text: String!) { search(text: $text, type: Invoice, first: 20) { edges { node { id ... on Invoice { number state } } } } }`;
const searchSql = `SELECT t."id", t."number", t."state" FROM search_text s JOIN invoice t ON t."id" = s."object"
  WHERE search_keys(s."reader", s."type", s."text") @> search_keys($1, 'Invoice', search_form($2)) AND s."reader" = $1
    AND s."type" = 'Invoice' AND strpos(s."text", search_form($2)) > 0 ORDER BY s."sinceMs" DESC LIMIT 21`;

async function questionsOf(
  client: pg.Client,
  reader: string,
  rows: number,
): Promise<readonly Question[]> {
  const after = async (depth: number) => {
    const { rows: found } = await client.query<{ sinceMs: string; object: string }>(
      `SELECT "sinceMs"::text, "object" FROM access WHERE "reader" = $1 AND "type" = 'Invoice'
       ORDER BY "sinceMs" DESC, "object" DESC OFFSET $2 LIMIT 1`,
      [reader, depth],
    );
    const { sinceMs = '', object = '' } = found[0] ?? {};
    return { sinceMs, object, cursor: Buffer.from(`${sinceMs}:${object}`).toString('base64url') };
  };
  const deep = await after(Math.floor(rows / 2));
  const invoice = `inv_bench${Math.floor(rows / 3)}`;
  const nothing = 'no such words';
  return [
    {
      ...{ name: 'first page', document: page, variables: {} },
      ...{ sql: pageSql(''), values: [reader], countMin: 50 },
    },
    {
      ...{ name: 'page at half', document: page, variables: { after: deep.cursor } },
      sql: pageSql(`AND a."sinceMs" <= $2 AND NOT (a."sinceMs" = $2 AND a."object" >= $3)`),
      ...{ values: [reader, deep.sinceMs, deep.object], countMin: 50 },
    },
    {
      ...{ name: 'rare state', document: page, variables: { filter: { states: ['QUERIED'] } } },
      sql: `SELECT t.*, a."level" FROM listing l JOIN access a ON a."reader" = l."reader" AND a."object" = l."object"
        JOIN invoice t ON t."id" = l."object" WHERE l."reader" = $1 AND l."type" = 'Invoice' AND l."state" = 'QUERIED'
        ORDER BY l."sinceMs" DESC, l."object" DESC LIMIT 51`,
      ...{ values: [reader], countMin: 30 },
    },
    {
      name: 'search, one',
      ...{ document: search, variables: { text: numberOf(Math.floor(rows / 3)) } },
      ...{ sql: searchSql, values: [reader, numberOf(Math.floor(rows / 3))], countMin: 1 },
    },
    {
      ...{ name: 'search, many', document: search, variables: { text: 'bench supplier' } },
      sql: `SELECT s."object" FROM search_text s WHERE s."reader" = $1 AND s."type" = 'Invoice'
        AND strpos(s."text", search_form($2)) > 0 ORDER BY s."sinceMs" DESC, s."object" DESC LIMIT 21`,
      ...{ values: [reader, 'bench supplier'], countMin: 20 },
    },
    {
      ...{ name: 'search, none', document: search, variables: { text: nothing } },
      ...{ sql: searchSql, values: [reader, nothing], countMin: 0 },
    },
    {
      name: 'dashboard',
      document:
        '{ dashboard { asOf sums { id: type side state count amount { amount } open { amount } } dues { type when count open { amount } } } }',
      variables: {},
      sql: `SELECT "type", "side", "state", "currency", sum("count"), sum("amountMinor"), sum("openMinor")
        FROM (SELECT * FROM summary WHERE "reader" = $1 UNION ALL SELECT * FROM summary_delta WHERE "reader" = $1) AS p GROUP BY 1, 2, 3, 4`,
      ...{ values: [reader], countMin: 5 },
    },
    {
      name: 'one invoice',
      document:
        'query ($id: ID!) { node(id: $id) { id ... on Invoice { number state payable { amount } anchor { status } } } }',
      variables: { id: invoice },
      sql: `SELECT t.*, a."level" FROM access a JOIN invoice t ON t."id" = a."object" WHERE a."reader" = $1 AND a."object" = $2`,
      ...{ values: [reader, invoice], countMin: 1 },
    },
  ];
}

async function stop(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null) return;
  const ended = once(server, 'exit');
  if (server.connected) server.disconnect();
  await ended;
}

async function runSql(url: string, statement: string): Promise<void> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

function timesOf(times: readonly number[]): Times {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share: number) =>
    sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  return { p50: at(0.5), p99: at(0.99) };
}

// What is printed.

/** How many times as long for ten times as many rows, as a power of ten: the log-log slope. */
function slopeOf(results: readonly Size[], name: string): number | null {
  const [first, last] = [results[0], results.at(-1)];
  if (first === undefined || last === undefined || first.rows === last.rows) return null;
  const time = (size: Size) => size.measured.find((each) => each.name === name)?.graphql.p50 ?? 0;
  return Math.log(time(last) / time(first)) / Math.log(last.rows / first.rows);
}

function goalsOf(results: readonly Size[]): readonly Goal[] {
  const last = results.at(-1);
  const seen = (name: string) => last?.measured.find((each) => each.name === name)?.graphql;
  const within = (name: string, p50: number, p99: number): Goal => {
    const times = seen(name) ?? { p50: 0, p99: 0 };
    return {
      what: `${name} ≤ ${p50} / ${p99} ms`,
      seen: `${times.p50.toFixed(1)} / ${times.p99.toFixed(1)}`,
      met: times.p50 <= p50 && times.p99 <= p99,
    };
  };
  const depth = (seen('page at half')?.p50 ?? 0) / (seen('first page')?.p50 ?? 1);
  const flat = ['first page', 'page at half', 'rare state', 'one invoice'].flatMap(
    (name): Goal[] => {
      const slope = slopeOf(results, name);
      return slope === null
        ? []
        : [{ what: `${name}: slope ≤ 0.1`, seen: slope.toFixed(2), met: slope <= 0.1 }];
    },
  );
  return [
    ...['first page', 'page at half', 'rare state'].map((name) => within(name, 5, 15)),
    { what: 'page at half ≤ 1.5 × the first', seen: depth.toFixed(2), met: depth <= 1.5 },
    ...['search, one', 'search, many', 'search, none'].map((name) => within(name, 30, 100)),
    within('dashboard', 10, 30),
    ...flat,
  ];
}

function tableOf(results: readonly Size[]): string {
  const lines = results.flatMap(({ rows, seededInS, databaseMb, measured }) => [
    `${rows} invoices, seeded in ${seededInS.toFixed(1)} s, ${databaseMb} MB`,
    `  ${'ms, p50 / p99'.padEnd(16)}${'GraphQL'.padStart(16)}${'SQL by hand'.padStart(16)}${'ratio'.padStart(8)}`,
    ...measured.map(({ name, graphql, byHand }) => {
      const both = ({ p50, p99 }: Times) => `${p50.toFixed(2)} / ${p99.toFixed(2)}`.padStart(16);
      return `  ${name.padEnd(16)}${both(graphql)}${both(byHand)}${(graphql.p50 / byHand.p50).toFixed(1).padStart(8)}`;
    }),
    '',
  ]);
  const goals = goalsOf(results).map(
    ({ what, seen, met }) => `  ${met ? 'met ' : 'MISSED'} ${what}: ${seen}`,
  );
  return [
    ...lines,
    `goals at ${results.at(-1)?.rows ?? 0} invoices; isolation on: rows are joined from access, row-level security is not used`,
    ...goals,
  ].join('\n');
}

const results = await main();
process.stdout.write(
  `${options.json ? JSON.stringify({ results, goals: goalsOf(results) }) : tableOf(results)}\n`,
);
