/**
 * Reads rows of folded tables for one decision. What was read once is remembered, so that all rules
 * of a decision see the same row; the write checks that it was still so. Decisions of one moment read
 * together.
 */
import type { Reader } from '../kernel/act.ts';
import type { Row } from '../kernel/change.ts';
import { invariant } from '../kernel/invariant.ts';
import { identifier } from './rows.ts';
import type { Asks } from './session.ts';
import { together } from './together.ts';

/** More rows than a decision may look at; a rule that needs more is wrongly cut. */
const rowsMax = 10_000;

export function databaseReader(database: Asks): Reader {
  const known = new Map<string, Promise<readonly Row[]>>();

  function rows(table: string, column: string, value: string): Promise<readonly Row[]> {
    const key = `${table}.${column}=${value}`;
    const asked = known.get(key) ?? lookUp(database, table, column)(value);
    known.set(key, asked);
    return asked;
  }

  const totals = new Map<string, Promise<bigint>>();

  return {
    async get<R extends Row>(table: string, id: string) {
      const [row] = await rows(table, 'id', id);
      return (row ?? null) as R | null;
    },
    async where<R extends Row>(table: string, column: string, value: string) {
      return (await rows(table, column, value)) as readonly R[];
    },
    total(table, by, column) {
      const key = JSON.stringify([table, column, by]);
      const asked = totals.get(key) ?? totalOf(database, table, by, column);
      totals.set(key, asked);
      return asked;
    },
  };
}

/** Summed by the database, from an index alone where one covers the columns. */
async function totalOf(
  database: Asks,
  table: string,
  by: Readonly<Record<string, string>>,
  column: string,
): Promise<bigint> {
  const columns = Object.keys(by);
  const equal = columns.map((name, order) => `${identifier(name)} = $${order + 1}`);
  const result = await database.query<{ total: string }>({
    // A name has at most 63 characters.
    name: `sum ${table}.${column} ${columns.join()}`,
    text: `SELECT COALESCE(sum(${identifier(column)}), 0)::text AS total FROM ${identifier(table)} WHERE ${equal.join(' AND ')}`,
    values: Object.values(by),
  });
  return BigInt(result.rows[0]?.total ?? 0);
}

type LookUp = (value: string) => Promise<readonly Row[]>;

/** By database, then by table and column. */
const lookUps = new WeakMap<Asks, Map<string, LookUp>>();

/** The rows of a table whose column has a value, in the order of their ids. */
function lookUp(database: Asks, table: string, column: string): LookUp {
  const ofDatabase = lookUps.get(database) ?? new Map<string, LookUp>();
  lookUps.set(database, ofDatabase);
  const name = `${table}.${column}`;
  const made =
    ofDatabase.get(name) ?? together((values) => allRows(database, table, column, values));
  ofDatabase.set(name, made);
  return made;
}

async function allRows(
  database: Asks,
  table: string,
  column: string,
  values: readonly string[],
): Promise<readonly (readonly Row[])[]> {
  const wanted = [...new Set(values)];
  const result = await database.query<Row & { asked: string }>({
    name: `rows ${table}.${column}`,
    // A value at a time, so that no decision's rows crowd out another's.
    text: `SELECT asked, found.* FROM unnest($1::text[]) AS asked
      CROSS JOIN LATERAL (SELECT * FROM ${identifier(table)} WHERE ${identifier(column)} = asked
        ORDER BY "id" LIMIT ${rowsMax + 1}) AS found`,
    values: [wanted],
  });
  const found = new Map<string, Row[]>(wanted.map((value) => [value, []]));
  for (const { asked, ...row } of result.rows) found.get(asked)?.push(row as Row);
  return values.map((value) => {
    const rows = found.get(value) ?? [];
    invariant(rows.length <= rowsMax, `${table} by ${column} has at most ${rowsMax} rows`);
    return rows;
  });
}
