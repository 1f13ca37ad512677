/**
 * Rows on their way to PostgreSQL, exactly.
 *
 * They are written as JSON through `jsonb_populate_recordset`, so one statement writes any number of
 * rows of any table; whole numbers travel as texts and octets as hex, so nothing passes through a float.
 */
import type { Row, Value } from '../kernel/change.ts';

/** A value as PostgreSQL's JSON input understands it for the column's own type. */
export function jsonValue(value: Value): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (value instanceof Uint8Array) return byteaText(value);
  return value;
}

export function jsonRow(row: Row): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(row).map(([column, value]) => [column, jsonValue(value)]),
  );
}

/** Octets as PostgreSQL writes them in text: backslash, x, hex. */
export function byteaText(bytes: Uint8Array): string {
  return `\\x${Buffer.from(bytes).toString('hex')}`;
}

/** A quoted identifier; only names from our own schema come here. */
export function identifier(name: string): string {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) throw new RangeError(`no identifier: ${name}`);
  return `"${name}"`;
}
