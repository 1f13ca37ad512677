/**
 * What one organisation may see: the only way from a request to rows.
 *
 * Every look-up and every list starts at `access`, which names reader and object, and joins the rows
 * from there. What is not in access does not exist for the reader: not in lists, counts or nested
 * fields. Look-ups of one moment are sent together.
 */
import DataLoader from 'dataloader';
import type pg from 'pg';
import type { Row } from '../kernel/change.ts';
import { Fault } from '../kernel/fault.ts';
import { invariant } from '../kernel/invariant.ts';
import { identifier } from './rows.ts';
import type { Asks } from './session.ts';
import { together } from './together.ts';

/** F the whole, S a summary; a field that a summary does not show is null. */
export type Level = 'F' | 'S';
export type Seen<R> = R & { readonly level: Level };

/** A page of a list, newest first. */
export type PageInput = { readonly first?: number | null; readonly after?: string | null };
export type Page<R> = {
  readonly rows: readonly R[];
  readonly hasNextPage: boolean;
  /** The cursor of each row, in the same order. */
  readonly cursors: readonly string[];
};

/** A condition on the joined row `t`: SQL with `?` for each value, in order. */
export type Condition = { readonly sql: string; readonly values: readonly unknown[] };

export type See = {
  /** The reader, an organisation. */
  readonly reader: string;
  row<R extends Row>(table: string, id: string): Promise<Seen<R> | null>;
  level(id: string): Promise<Level | null>;
  /** Visible rows whose column equals the value, oldest first, at most `childrenMax`. */
  children<R extends Row>(
    table: string,
    column: string,
    value: string,
  ): Promise<readonly Seen<R>[]>;
  /** Rows whose column equals the value and whose `object` column names a visible object. */
  childrenBy<R extends Row>(
    table: string,
    column: string,
    value: string,
    object: string,
  ): Promise<readonly Seen<R>[]>;
  /**
   * A page of the visible objects of a Relay type, newest first, by keyset. With `states`, only objects
   * that the reader sees in one of them, and none but these is looked at; the type is one that is listed.
   */
  page<R extends Row>(
    table: string,
    type: string,
    input: PageInput,
    conditions?: readonly Condition[],
    states?: readonly string[] | null,
  ): Promise<Page<Seen<R>>>;
};

const pageUsual = 20;
export const pageMax = 100;
const childrenMax = 200;

/** Types whose objects are listed by state, as prisma/constraints/listing.sql says. */
const listedTypes = ['Invoice', 'Certificate', 'FinanceRequest', 'Leg', 'StatementLine'];

/** Single rows and levels are asked of `lookUps`, lists of the pool. */
export function seeAs(pool: pg.Pool, reader: string, lookUps: Asks = pool): See {
  const byTable = new Map<string, DataLoader<string, Seen<Row> | null>>();
  const levels = new DataLoader<string, Level | null>(async (ids) => {
    const result = await lookUps.query<{ object: string; level: Level }>({
      name: 'see levels',
      text: 'SELECT "object", "level" FROM access WHERE "reader" = $1 AND "object" = ANY($2)',
      values: [reader, ids],
    });
    const found = new Map(result.rows.map(({ object, level }) => [object, level]));
    return ids.map((id) => found.get(id) ?? null);
  });

  function loaderOf(table: string): DataLoader<string, Seen<Row> | null> {
    const known = byTable.get(table);
    if (known !== undefined) return known;
    const look = lookAt(lookUps, table);
    const loader = new DataLoader<string, Seen<Row> | null>((ids) =>
      Promise.all(ids.map((id) => look({ reader, id }))),
    );
    byTable.set(table, loader);
    return loader;
  }

  async function childrenBy<R extends Row>(
    table: string,
    column: string,
    value: string,
    object: string,
  ): Promise<readonly Seen<R>[]> {
    const result = await pool.query<Seen<R>>({
      name: `see ${table} by ${column} of ${object}`,
      text: `SELECT t.*, a."level" FROM ${identifier(table)} t
        JOIN access a ON a."reader" = $1 AND a."object" = t.${identifier(object)}
        WHERE t.${identifier(column)} = $2 ORDER BY a."sinceMs", t."id" LIMIT ${childrenMax}`,
      values: [reader, value],
    });
    return result.rows;
  }

  return {
    reader,
    level: (id) => levels.load(id),
    row: async <R extends Row>(table: string, id: string) =>
      (await loaderOf(table).load(id)) as Seen<R> | null,
    children: (table, column, value) => childrenBy(table, column, value, 'id'),
    childrenBy,
    page: (table, type, input, conditions = [], states = null) =>
      pageOf(pool, { reader, table, type, states, input, conditions }),
  };
}

type PageAsked = {
  readonly reader: string;
  readonly table: string;
  readonly type: string;
  readonly states: readonly string[] | null;
  readonly input: PageInput;
  readonly conditions: readonly Condition[];
};

/** Limits are part of a statement's text, because a plan is made for it: so there are only a few. */
const limits = [11, 21, 51, pageMax + 1] as const;

async function pageOf<R extends Row>(pool: pg.Pool, asked: PageAsked): Promise<Page<Seen<R>>> {
  invariant(
    asked.states === null || listedTypes.includes(asked.type),
    'the type is listed by state',
  );
  const first = checkedFirst(asked.input.first);
  const limit = limits.find((each) => each > first) ?? pageMax + 1;
  const { text, values } =
    asked.states === null ? walkOfAccess(asked, limit) : walkOfStates(asked, asked.states, limit);
  const result = await pool.query<Seen<R> & { sinceMs: bigint }>({
    ...{ name: nameOf(text), text, values },
  });
  const rows = result.rows.slice(0, first);
  return {
    rows,
    hasNextPage: result.rows.length > first,
    cursors: rows.map(({ sinceMs, id }) => cursorOf(sinceMs, id)),
  };
}

type Statement = { readonly text: string; readonly values: unknown[] };

function walkOfAccess(
  { reader, table, type, input, conditions }: PageAsked,
  limit: number,
): Statement {
  const values: unknown[] = [reader, type];
  const where = [
    ...conditions.map((each) => bind(each, values)),
    ...afterCursor('a', input, values),
  ].map((each) => ` AND (${each})`);
  return {
    text: `SELECT t.*, a."level", a."sinceMs" FROM access a JOIN ${identifier(table)} t ON t."id" = a."object"
      WHERE a."reader" = $1 AND a."type" = $2${where.join('')}
      ORDER BY a."sinceMs" DESC, a."object" DESC LIMIT ${limit}`,
    values,
  };
}

/** Each state is walked in its own order, and the walks are merged: what is in other states costs nothing. */
function walkOfStates(
  { reader, table, type, input, conditions }: PageAsked,
  states: readonly string[],
  limit: number,
): Statement {
  const values: unknown[] = [reader, type];
  const rest = [
    ...afterCursor('l', input, values),
    ...conditions.map((each) => bind(each, values)),
  ].map((each) => ` AND (${each})`);
  const joined = `JOIN access a ON a."reader" = l."reader" AND a."object" = l."object" JOIN ${identifier(table)} t ON t."id" = l."object"`;
  const walks = [...new Set(states)].map((state) => {
    values.push(state);
    return `(SELECT l."reader", l."sinceMs", l."object" FROM listing l${conditions.length === 0 ? '' : ` ${joined}`}
      WHERE l."reader" = $1 AND l."type" = $2 AND l."state" = $${values.length}${rest.join('')}
      ORDER BY l."sinceMs" DESC, l."object" DESC LIMIT ${limit})`;
  });
  const none = `SELECT "reader", "sinceMs", "object" FROM listing WHERE false AND "reader" = $1 AND "type" = $2`;
  return {
    text: `SELECT t.*, a."level", a."sinceMs" FROM (
        SELECT * FROM (${walks.length === 0 ? none : walks.join(' UNION ALL ')}) AS w
        ORDER BY "sinceMs" DESC, "object" DESC LIMIT ${limit}) AS l ${joined}
      ORDER BY l."sinceMs" DESC, l."object" DESC`,
    values,
  };
}

/** The keyset: what stands after the cursor in an order by time and id, both falling. */
function afterCursor(row: 'a' | 'l', { after }: PageInput, values: unknown[]): readonly string[] {
  if (after === null || after === undefined) return [];
  const { sinceMs, object } = parseCursor(after);
  values.push(sinceMs, object);
  const [since, last] = [`$${values.length - 1}::bigint`, `$${values.length}::text`];
  return [
    `${row}."sinceMs" <= ${since} AND NOT (${row}."sinceMs" = ${since} AND ${row}."object" >= ${last})`,
  ];
}

/** A statement's name, so that it is planned once a session; there are as many as pages have shapes. */
const names = new Map<string, string>();

function nameOf(text: string): string | undefined {
  const known = names.get(text);
  if (known !== undefined || names.size >= namesMax) return known;
  const name = `page ${names.size}`;
  names.set(text, name);
  return name;
}

/** Shapes that keep their plan; one more is planned each time. */
const namesMax = 500;

/** Who looks, and at what. */
type Look = { readonly reader: string; readonly id: string };

/** By database, then by table. */
const looks = new WeakMap<Asks, Map<string, (look: Look) => Promise<Seen<Row> | null>>>();

/**
 * A row as one reader may see it. Looks of one moment share a query, and each is joined to the access of
 * its own reader, so that none is answered by another's.
 */
function lookAt(database: Asks, table: string): (look: Look) => Promise<Seen<Row> | null> {
  const ofDatabase =
    looks.get(database) ?? new Map<string, (look: Look) => Promise<Seen<Row> | null>>();
  looks.set(database, ofDatabase);
  const made =
    ofDatabase.get(table) ?? together((asked: readonly Look[]) => seen(database, table, asked));
  ofDatabase.set(table, made);
  return made;
}

async function seen(
  database: Asks,
  table: string,
  asked: readonly Look[],
): Promise<readonly (Seen<Row> | null)[]> {
  const result = await database.query<Seen<Row> & { lookedBy: string }>({
    name: `see ${table}`,
    text: `SELECT a."reader" AS "lookedBy", t.*, a."level"
      FROM (SELECT DISTINCT * FROM unnest($1::text[], $2::text[])) AS look("reader", "object")
      JOIN access a ON a."reader" = look."reader" AND a."object" = look."object"
      JOIN ${identifier(table)} t ON t."id" = a."object"`,
    values: [asked.map(({ reader }) => reader), asked.map(({ id }) => id)],
  });
  const found = new Map(
    result.rows.map(({ lookedBy, ...row }) => [`${lookedBy} ${row.id}`, row as Seen<Row>]),
  );
  return asked.map(({ reader, id }) => found.get(`${reader} ${id}`) ?? null);
}

function bind({ sql, values: given }: Condition, values: unknown[]): string {
  let order = 0;
  return sql.replaceAll('?', () => {
    values.push(given[order]);
    order += 1;
    return `$${values.length}`;
  });
}

export function checkedFirst(first: number | null | undefined): number {
  const wanted = first ?? pageUsual;
  if (!Number.isInteger(wanted) || wanted < 1 || wanted > pageMax) {
    throw new Fault('BAD_INPUT', `A page has 1 to ${pageMax} rows.`, {
      path: 'first',
      seen: String(wanted),
      expected: `1 to ${pageMax}`,
    });
  }
  return wanted;
}

export function cursorOf(sinceMs: bigint, object: string): string {
  return Buffer.from(`${sinceMs}:${object}`).toString('base64url');
}

export function parseCursor(cursor: string): { readonly sinceMs: string; readonly object: string } {
  const match = /^(\d{1,18}):(\S{1,200})$/.exec(Buffer.from(cursor, 'base64url').toString());
  const [, sinceMs, object] = match ?? [];
  if (sinceMs === undefined || object === undefined) {
    throw new Fault('BAD_INPUT', 'This is no cursor of this list.', {
      path: 'after',
      seen: cursor.slice(0, 100),
      expected: 'an endCursor of the same list',
    });
  }
  return { sinceMs, object };
}
