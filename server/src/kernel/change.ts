/**
 * Rows, and what happens to them. The same changes are written to PostgreSQL when an act is
 * committed and folded in memory when the audit replays it, so that the two can be compared.
 */
import type { KindName } from '../../../chain/src/act/kinds.ts';

export type Value = string | bigint | number | boolean | null | Uint8Array | readonly string[];
/** A whole row, keyed by column. Every folded table has a text `id`. */
export type Row = Readonly<Record<string, Value>> & { readonly id: string };

export type Change =
  | { readonly op: 'insert'; readonly table: string; readonly row: Row }
  /** The whole new row. `row.version` is one more than the version that was read, or the write is stale. */
  | {
      readonly op: 'update';
      readonly table: string;
      readonly row: Row & { readonly version: number };
    };

export function insert(table: string, row: Row): Change {
  return { op: 'insert', table, row };
}

/** The row with some columns changed and its version raised by one. */
export function update<R extends Row & { readonly version: number }>(
  table: string,
  before: R,
  after: Partial<Omit<R, 'id' | 'version'>>,
): Change {
  return { op: 'update', table, row: { ...before, ...after, version: before.version + 1 } };
}

/**
 * May read an object: F the whole, S its summary. Granting again changes nothing, save that S
 * becomes F. `object` kinds name the Relay type: 'Invoice', 'Certificate' …
 */
export type Grant = {
  readonly reader: string;
  readonly object: string;
  readonly type: string;
  readonly level: 'F' | 'S';
  /** When the object came to be, for the order of lists. */
  readonly sinceMs: bigint;
};

/** An act that the automation makes next. The subject makes it once only. */
export type FollowUp = {
  readonly kind: KindName;
  readonly input: Readonly<Record<string, unknown>>;
};
