/**
 * Reads rows of folded tables for one decision. What was read once is remembered, so that all rules
 * of a decision see the same row; the write checks that it was still so.
 */
import type pg from 'pg';
import type { Reader } from '../kernel/act.ts';
import type { Row } from '../kernel/change.ts';
import { invariant } from '../kernel/invariant.ts';
import { identifier } from './rows.ts';

/** More rows than a decision may look at; a rule that needs more is wrongly cut. */
const rowsMax = 10_000;

export function databaseReader(pool: pg.Pool): Reader {
  const known = new Map<string, Promise<readonly Row[]>>();

  function rows(table: string, column: string, value: string): Promise<readonly Row[]> {
    const key = `${table}.${column}=${value}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    const order = column === 'id' ? '' : ' ORDER BY "id"';
    const asked = pool
      .query<Row>({
        name: `rows ${table}.${column}`,
        text: `SELECT * FROM ${identifier(table)} WHERE ${identifier(column)} = $1${order} LIMIT ${rowsMax + 1}`,
        values: [value],
      })
      .then((result) => {
        invariant(
          result.rows.length <= rowsMax,
          `${table} by ${column} has at most ${rowsMax} rows`,
        );
        return result.rows;
      });
    known.set(key, asked);
    return asked;
  }

  return {
    async get<R extends Row>(table: string, id: string) {
      const [row] = await rows(table, 'id', id);
      return (row ?? null) as R | null;
    },
    async where<R extends Row>(table: string, column: string, value: string) {
      return (await rows(table, column, value)) as readonly R[];
    },
  };
}
