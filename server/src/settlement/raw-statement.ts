/** What a statement file gives before its lines are checked: the texts of each row, and what is wrong. Pure. */
import type { LineTexts } from './line-text.ts';

export type RowProblem = {
  /** 1 for the first booking of the file; 0 for the file as a whole. */
  readonly row: number;
  readonly field: string;
  readonly message: string;
  readonly seen: string;
  readonly expected: string;
};

/** The account that a statement must be of. */
export type ExpectedAccount = { readonly identifier: string; readonly currency: string | null };

/** The texts of one booking with its row, before they are checked. */
export type RawRow = { readonly row: number; readonly texts: LineTexts };

/** What a format gives: rows, or problems of the file itself. */
export type RawStatement = {
  readonly rows: readonly RawRow[];
  readonly problems: readonly RowProblem[];
  readonly skipped: readonly RowProblem[];
};

export function problemOf(
  row: number,
  field: string,
  message: string,
  seen: string,
  expected: string,
): RowProblem {
  return { row, field, message, seen: seen.slice(0, 200), expected };
}
