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
  /** A page of the visible objects of a Relay type, newest first, by keyset. */
  page<R extends Row>(
    table: string,
    type: string,
    input: PageInput,
    conditions?: readonly Condition[],
  ): Promise<Page<Seen<R>>>;
};

const pageUsual = 20;
export const pageMax = 100;
const childrenMax = 200;

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
    async page<R extends Row>(
      table: string,
      type: string,
      input: PageInput,
      conditions: readonly Condition[] = [],
    ) {
      const first = checkedFirst(input.first);
      const values: unknown[] = [reader, type, first + 1];
      const where = conditions.map(({ sql, values: given }) => bind(sql, given, values));
      if (input.after !== null && input.after !== undefined) {
        const { sinceMs, object } = parseCursor(input.after);
        values.push(sinceMs, object);
        const [since, last] = [`$${values.length - 1}::bigint`, `$${values.length}::text`];
        where.push(
          `a."sinceMs" <= ${since} AND NOT (a."sinceMs" = ${since} AND a."object" >= ${last})`,
        );
      }
      const result = await pool.query<Seen<R> & { sinceMs: bigint }>(
        `SELECT t.*, a."level", a."sinceMs" FROM access a JOIN ${identifier(table)} t ON t."id" = a."object"
         WHERE a."reader" = $1 AND a."type" = $2${where.map((each) => ` AND (${each})`).join('')}
         ORDER BY a."sinceMs" DESC, a."object" DESC LIMIT $3`,
        values,
      );
      const rows = result.rows.slice(0, first);
      return {
        rows,
        hasNextPage: result.rows.length > first,
        cursors: rows.map(({ sinceMs, id }) => cursorOf(sinceMs, id)),
      };
    },
  };
}

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

function bind(sql: string, given: readonly unknown[], values: unknown[]): string {
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
