/**
 * The write path: one state change, one statement, one round trip.
 *
 * Rows, act, outbox, idempotency, key sequence, object heads and access stand in one CTE, so either
 * all of it is there or nothing. Every part that must meet something (a free idempotency key, the
 * key's sequence, the version of a row) counts what it met; a wrong count raises TS001 and the whole
 * statement is undone. Statements of one shape are prepared once a connection.
 */
import type pg from 'pg';
import type { Change, FollowUp, Grant, Row } from '../kernel/change.ts';
import type { Write } from './group-commit.ts';
import { accessRow } from './memory-reader.ts';
import { identifier, jsonRow } from './rows.ts';

export type ActRecord = {
  readonly hash: Uint8Array;
  readonly kind: string;
  readonly kindVersion: number;
  readonly keyId: string;
  readonly seq: bigint;
  readonly party: string;
  readonly person: string | null;
  readonly mandate: string | null;
  readonly businessDate: string;
  readonly atMs: bigint;
  readonly subject: string;
  readonly header: Uint8Array;
  readonly signature: Uint8Array;
  readonly body: Uint8Array;
  readonly committedMs: bigint;
};

/** What happens to rows together; the parts of a decision that are applied at one moment. */
export type Effect = {
  readonly changes: readonly Change[];
  readonly grants: readonly Grant[];
  readonly next: readonly FollowUp[];
};

/** What an effect is stored as, until the chain has decided. */
export type StoredEffect = {
  readonly inserts: readonly TableRows[];
  readonly updates: readonly TableRows[];
  readonly grants: readonly Readonly<Record<string, unknown>>[];
  readonly heads: readonly string[];
  readonly todos: readonly {
    readonly id: string;
    readonly kind: string;
    readonly input: unknown;
  }[];
};
type TableRows = {
  readonly table: string;
  readonly columns: readonly string[];
  readonly rows: readonly {
    readonly base: number;
    readonly row: Readonly<Record<string, unknown>>;
  }[];
};

export type Commit = {
  readonly act: ActRecord;
  readonly idempotency: { readonly id: string; readonly requestHash: Uint8Array } | null;
  readonly lastAct: Uint8Array | null;
  /** The heads that the act refers to; null where the object has none yet. */
  readonly heads: readonly { readonly id: string; readonly actHash: Uint8Array | null }[];
  readonly now: Effect;
  readonly whenFinal: Effect | null;
  readonly whenRefused: Effect | null;
};

/** A part of the commit did not meet what it expected; nothing was written. */
export class StaleCommit extends Error {
  override readonly name = 'StaleCommit';
  /** idempotency, sequence, head, or the table whose row had moved on. */
  readonly what: string;

  constructor(what: string) {
    super(`not committed: ${what} is not as it was read`);
    this.what = what;
  }
}

/** What is booked never changes, so no act ever refers to it. */
const headless: ReadonlySet<string> = new Set(['ledger_entry', 'ledger_posting']);

/** An effect in the form in which it is written, now or when final. */
export function storedEffect(effect: Effect, hash: Uint8Array): StoredEffect {
  const squashed = squash(effect.changes);
  const inserts = squashed.filter(({ op }) => op === 'insert');
  const updates = squashed.filter(({ op }) => op === 'update');
  const source = Buffer.from(hash).toString('hex');
  return {
    inserts: byTable(inserts),
    updates: byTable(updates),
    grants: [...mergeGrants(effect.grants).values()].map((grant) => jsonRow(accessRow(grant))),
    heads: inserts.filter(({ table }) => !headless.has(table)).map(({ row }) => row.id),
    todos: effect.next.map(({ kind, input }, order) => ({
      id: `${source}:${kind}:${order}`,
      kind,
      input: plain(input),
    })),
  };
}

/** Writes it all, or throws StaleCommit, and nothing is written. Returns the act's position. */
export async function commit(write: Write, { act, ...parts }: Commit): Promise<bigint> {
  const statement = new Statement();
  const hash = statement.value(act.hash, 'bytea');
  const now = storedEffect(parts.now, act.hash);
  const effects =
    parts.whenFinal === null || parts.whenRefused === null
      ? null
      : {
          final: storedEffect(parts.whenFinal, act.hash),
          refused: storedEffect(parts.whenRefused, act.hash),
        };

  if (parts.idempotency !== null) {
    statement.step(
      'idempotency',
      1,
      `INSERT INTO idempotency ("id", "requestHash", "actHash", "createdMs") VALUES (${statement.value(parts.idempotency.id, 'text')}, ${statement.value(parts.idempotency.requestHash, 'bytea')}, ${hash}, ${statement.value(act.committedMs, 'bigint')}) ON CONFLICT DO NOTHING RETURNING 1`,
    );
  }
  statement.step(
    'sequence',
    1,
    `UPDATE signing_key SET "seq" = "seq" + 1, "lastAct" = ${hash}, "version" = "version" + 1 WHERE "id" = ${statement.value(act.keyId, 'text')} AND "seq" + 1 = ${statement.value(act.seq, 'bigint')} AND "lastAct" IS NOT DISTINCT FROM ${statement.value(parts.lastAct, 'bytea')} RETURNING 1`,
  );
  const columns = {
    ...act,
    status: 'PENDING',
    effects: effects === null ? null : JSON.stringify(effects),
  };
  const names = Object.keys(columns).map(identifier).join(', ');
  const values = Object.entries(columns)
    .map(([column, value]) => (column === 'hash' ? hash : statement.value(value, typeOf(column))))
    .join(', ');
  const acted = statement.step(
    'acted',
    1,
    `INSERT INTO act (${names}) VALUES (${values}) RETURNING "position", "hash"`,
  );
  statement.step(
    'outboxed',
    1,
    `INSERT INTO outbox ("position", "actHash") SELECT "position", "hash" FROM ${acted} RETURNING 1`,
  );
  addHeads(statement, hash, parts.heads, now.heads);
  addEffect(statement, now);

  try {
    const result = await write(statement.query(`(SELECT "position" FROM ${acted}) AS "position"`));
    return BigInt(result.rows[0]?.position ?? 0);
  } catch (error) {
    throw staleOr(error);
  }
}

/** Applies the stored effect of a contested act inside the caller's transaction. */
export async function applyStored(
  client: pg.ClientBase,
  hash: Uint8Array,
  effect: StoredEffect,
): Promise<void> {
  const statement = new Statement();
  if (effect.heads.length > 0)
    addHeads(statement, statement.value(hash, 'bytea'), [], effect.heads);
  addEffect(statement, effect);
  if (statement.isEmpty) return;
  try {
    await client.query(statement.query('1'));
  } catch (error) {
    throw staleOr(error);
  }
}

/** The error as StaleCommit when a part was stale or a unique row was taken; itself otherwise. */
function staleOr(error: unknown): unknown {
  const { code, message, constraint } = error as {
    code?: string;
    message?: string;
    constraint?: string;
  };
  if (code === 'TS001') return new StaleCommit(message ?? 'a row');
  if (code === '23505') return new StaleCommit(constraint ?? 'a unique row');
  return error;
}

function addHeads(
  statement: Statement,
  hash: string,
  expected: Commit['heads'],
  inserted: readonly string[],
): void {
  const fresh = new Set([
    ...expected.filter((head) => head.actHash === null).map(({ id }) => id),
    ...inserted,
  ]);
  for (const { id, actHash } of expected) {
    if (actHash === null) continue;
    statement.step(
      'head',
      1,
      `UPDATE object_head SET "actHash" = ${hash}, "version" = "version" + 1 WHERE "id" = ${statement.value(id, 'text')} AND "actHash" = ${statement.value(actHash, 'bytea')} RETURNING 1`,
    );
  }
  if (fresh.size > 0) {
    statement.step(
      'new_head',
      fresh.size,
      `INSERT INTO object_head ("id", "actHash", "version") SELECT id, ${hash}, 1 FROM unnest(${statement.value([...fresh], 'text[]')}) AS id ON CONFLICT DO NOTHING RETURNING 1`,
    );
  }
}

function addEffect(statement: Statement, effect: StoredEffect): void {
  // Updates come first: a unique place that one row leaves may be taken by a new row of the same act.
  for (const { table, columns, rows } of effect.updates) {
    const set = columns
      .filter((column) => column !== 'id')
      .map((column) => `${identifier(column)} = x.${identifier(column)}`)
      .join(', ');
    // A row at a time, so that it is looked up by its id whatever the planner thinks of the table.
    for (const { base, row } of rows)
      statement.step(
        table,
        1,
        `UPDATE ${identifier(table)} t SET ${set} FROM jsonb_populate_record(NULL::${identifier(table)}, ${statement.value(JSON.stringify(row), 'jsonb')}) AS x WHERE t."id" = ${statement.value(row.id, 'text')} AND t."version" = ${statement.value(base, 'int')} RETURNING 1`,
      );
  }
  for (const { table, rows } of effect.inserts) {
    const json = statement.value(JSON.stringify(rows.map(({ row }) => row)), 'jsonb');
    statement.step(
      `insert_${table}`,
      rows.length,
      `INSERT INTO ${identifier(table)} SELECT x.* FROM jsonb_populate_recordset(NULL::${identifier(table)}, ${json}) AS x RETURNING 1`,
    );
  }
  if (effect.grants.length > 0) {
    statement.free(
      `INSERT INTO access SELECT x.* FROM jsonb_populate_recordset(NULL::access, ${statement.value(JSON.stringify(effect.grants), 'jsonb')}) AS x ON CONFLICT ("id") DO UPDATE SET "level" = 'F' WHERE access."level" = 'S' AND excluded."level" = 'F'`,
    );
  }
  if (effect.todos.length > 0) {
    statement.free(
      `INSERT INTO todo ("id", "kind", "input") SELECT x."id", x."kind", x."input" FROM jsonb_to_recordset(${statement.value(JSON.stringify(effect.todos), 'jsonb')}) AS x("id" text, "kind" text, "input" jsonb) ON CONFLICT DO NOTHING`,
    );
  }
}

/** Collects the steps of one CTE; its text depends only on the shape, never on values. */
class Statement {
  readonly #values: unknown[] = [];
  readonly #steps: string[] = [];
  readonly #checks: string[] = [];

  get isEmpty(): boolean {
    return this.#steps.length === 0;
  }

  value(value: unknown, type: string): string {
    this.#values.push(typeof value === 'bigint' ? value.toString() : value);
    return `$${this.#values.length}::${type}`;
  }

  /** A step that must touch exactly `count` rows, or `what` is stale. Returns its name. */
  step(what: string, count: number, sql: string): string {
    const name = identifier(`${what}_${this.#steps.length}`);
    this.#steps.push(`${name} AS (${sql})`);
    const expected = this.value(count, 'bigint');
    this.#checks.push(`tallystick_require('${what}', (SELECT count(*) FROM ${name}), ${expected})`);
    return name;
  }

  /** A step that may touch any number of rows. */
  free(sql: string): void {
    this.#steps.push(`free_${this.#steps.length} AS (${sql})`);
  }

  query(result: string): pg.QueryConfig {
    const text = `WITH ${this.#steps.join(', ')} SELECT ${[result, ...this.#checks].join(', ')}`;
    return { name: shapeName(text), text, values: this.#values };
  }
}

const shapeNames = new Map<string, string>();

/** A short name for a statement's text; there are as many as kinds of act have shapes. */
function shapeName(text: string): string {
  const known = shapeNames.get(text);
  if (known !== undefined) return known;
  const name = `commit ${shapeNames.size}`;
  shapeNames.set(text, name);
  return name;
}

/** Several changes of one row become one, as a statement may touch a row once. */
export function squash(
  changes: readonly Change[],
): readonly (Change & { readonly base: number })[] {
  const byRow = new Map<string, Change & { readonly base: number }>();
  for (const change of changes) {
    const key = `${change.table} ${change.row.id}`;
    const before = byRow.get(key);
    const base = change.op === 'update' ? change.row.version - 1 : 0;
    if (before === undefined) byRow.set(key, { ...change, base });
    else byRow.set(key, { ...before, row: change.row as Change['row'] & { version: number } });
  }
  return [...byRow.values()];
}

function byTable(changes: readonly (Change & { readonly base: number })[]): readonly TableRows[] {
  const tables = new Map<string, { base: number; row: Readonly<Record<string, unknown>> }[]>();
  for (const { table, row, base } of changes) {
    const rows = tables.get(table) ?? [];
    rows.push({ base, row: jsonRow(row as Row) });
    tables.set(table, rows);
  }
  return [...tables].map(([table, rows]) => ({
    table,
    columns: Object.keys(rows[0]?.row ?? {}),
    rows,
  }));
}

function mergeGrants(grants: readonly Grant[]): ReadonlyMap<string, Grant> {
  const merged = new Map<string, Grant>();
  for (const grant of grants) {
    const key = `${grant.reader}:${grant.object}`;
    const before = merged.get(key);
    if (before === undefined || (before.level === 'S' && grant.level === 'F'))
      merged.set(key, grant);
  }
  return merged;
}

/** The SQL type of an act's column. */
function typeOf(column: string): string {
  switch (column) {
    case 'seq':
    case 'atMs':
    case 'committedMs':
      return 'bigint';
    case 'kindVersion':
      return 'int';
    case 'businessDate':
      return 'date';
    case 'header':
    case 'signature':
    case 'body':
      return 'bytea';
    case 'effects':
      return 'jsonb';
    default:
      return 'text';
  }
}

/** JSON without bigints and octets: the GraphQL form of an input, which the automation parses again. */
function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64url');
  if (Array.isArray(value)) return value.map(plain);
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, plain(each)]));
  }
  return value;
}
