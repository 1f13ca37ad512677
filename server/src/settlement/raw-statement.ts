/** What a statement file gives before its lines are checked: the texts of each row, and what is wrong. Pure. */
import type { LineTexts } from './line-text.ts';

/** What can be wrong: with the file, with a booking, or with one field of it. */
export const problemCodes = [
  ...(['FILE_EMPTY', 'FILE_TOO_LARGE', 'FILE_NOT_TEXT', 'FILE_NOT_CSV', 'FILE_NOT_XML'] as const),
  ...(['FILE_NOT_CAMT', 'DOCTYPE_DECLARED', 'HEADER_WRONG', 'NO_LINES'] as const),
  ...(['TOO_MANY_LINES', 'ACCOUNT_OTHER', 'CURRENCY_OTHER', 'REFERENCE_REPEATED'] as const),
  ...(['NOT_BOOKED', 'FIELD_WRONG', 'BALANCE_MISSING', 'BALANCE_DIFFERS'] as const),
] as const;
export type ProblemCode = (typeof problemCodes)[number];

export type RowProblem = {
  readonly code: ProblemCode;
  /** 1 for the first booking of the file; 0 for the file as a whole. */
  readonly row: number;
  readonly field: string;
  readonly message: string;
  readonly seen: string;
  readonly expected: string;
  /** The most that is admitted, where the rule is a limit; else null. */
  readonly limit: number | null;
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

/** A problem of a booking, or of the file where no row is named; a long thing that was seen is cut. */
export function problemOf(
  code: ProblemCode,
  {
    row = 0,
    field = 'file',
    message,
    seen,
    expected,
    limit = null,
  }: Partial<RowProblem> & Pick<RowProblem, 'message' | 'seen' | 'expected'>,
): RowProblem {
  return { code, row, field, message, seen: seen.slice(0, 200), expected, limit };
}
