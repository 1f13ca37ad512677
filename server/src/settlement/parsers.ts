/**
 * Statement files, read strictly: camt.054 (versions 02 and 08) and CSV with a header.
 *
 * A file gives its lines, or every problem with its row, field, what was seen and what is expected;
 * a file with one problem gives no lines at all, so that nothing is half imported. Bookings that are
 * only announced (not BOOK) are left out and listed.
 */
import { parse as parseCsv } from 'csv-parse/sync';
import { camtEntries } from './camt.ts';
import { isErrors, type LineTexts, lineFields, lineOf, lineText } from './line-text.ts';
import { type BankLine, type StatementFormat, settlementLimits } from './model.ts';
import {
  type ExpectedAccount,
  problemOf,
  type RawStatement,
  type RowProblem,
} from './raw-statement.ts';

export type ParsedStatement = {
  readonly lines: readonly BankLine[];
  readonly problems: readonly RowProblem[];
  /** Rows that are announced and not booked. */
  readonly skipped: readonly RowProblem[];
};

/** Reads a statement of that account. Refuses nothing by itself: what is wrong is in `problems`. */
export function parseStatement(
  bytes: Uint8Array,
  format: StatementFormat,
  account: ExpectedAccount,
): ParsedStatement {
  const size = sizeProblem(bytes);
  if (size !== null) return { lines: [], problems: [size], skipped: [] };
  const raw = format === 'CAMT054' ? camtEntries(bytes, account) : csvRows(bytes);
  const problems = [...raw.problems, ...countProblems(raw)];
  const lines: BankLine[] = [];
  const rowOfKey = new Map<string, number>();
  for (const { row, texts } of raw.rows) {
    const line = lineOf(texts);
    if (isErrors(line)) {
      problems.push(
        ...line.map(({ field, seen, expected }) =>
          problemOf(row, field, 'This field is not right.', seen, expected),
        ),
      );
      continue;
    }
    problems.push(...currencyProblem(row, line, account), ...repeatProblem(row, line, rowOfKey));
    rowOfKey.set(line.bankReference, rowOfKey.get(line.bankReference) ?? row);
    lines.push(line);
  }
  return { lines: problems.length === 0 ? lines : [], problems, skipped: raw.skipped };
}

/** The texts that the act carries. */
export function linesToTexts(lines: readonly BankLine[]): readonly string[] {
  return lines.map(lineText);
}

function sizeProblem(bytes: Uint8Array): RowProblem | null {
  const { statementBytesMax } = settlementLimits;
  if (bytes.length === 0)
    return problemOf(0, 'file', 'The file is empty.', '0 octets', 'a statement');
  if (bytes.length <= statementBytesMax) return null;
  return problemOf(
    0,
    'file',
    'The file is too large.',
    `${bytes.length} octets`,
    `at most ${statementBytesMax} octets`,
  );
}

function countProblems({ rows, problems }: RawStatement): readonly RowProblem[] {
  if (problems.length > 0) return [];
  if (rows.length === 0)
    return [problemOf(0, 'file', 'The statement has no booked line.', '0 lines', 'at least one')];
  if (rows.length <= settlementLimits.linesMax) return [];
  const expected = `at most ${settlementLimits.linesMax} lines; split the statement`;
  return [
    problemOf(0, 'file', 'The statement has too many lines.', `${rows.length} lines`, expected),
  ];
}

function currencyProblem(
  row: number,
  { currency }: BankLine,
  account: ExpectedAccount,
): readonly RowProblem[] {
  if (account.currency === null || account.currency === currency) return [];
  return [
    problemOf(row, 'currency', 'The account has another currency.', currency, account.currency),
  ];
}

function repeatProblem(
  row: number,
  { bankReference }: BankLine,
  rowOfKey: ReadonlyMap<string, number>,
): readonly RowProblem[] {
  const first = rowOfKey.get(bankReference);
  if (first === undefined) return [];
  const message = `Row ${first} of this file has the same bank reference.`;
  return [
    problemOf(
      row,
      'bankReference',
      message,
      bankReference,
      'a reference of its own for each booking',
    ),
  ];
}

// CSV.

function csvRows(bytes: Uint8Array): RawStatement {
  const text = textOf(bytes);
  if (text === null)
    return broken('encoding', 'The file is not UTF-8 text.', 'other octets', 'UTF-8');
  try {
    const records = parseCsv(text, { bom: true, skip_empty_lines: true, trim: true }) as string[][];
    const [header = [], ...rest] = records;
    const wrong = headerProblem(header);
    if (wrong !== null) return { rows: [], problems: [wrong], skipped: [] };
    const rows = rest.map((cells, order) => ({
      row: order + 1,
      texts: Object.fromEntries(
        lineFields.map((field) => [field, cells[header.indexOf(field)] ?? '']),
      ) as LineTexts,
    }));
    return { rows, problems: [], skipped: [] };
  } catch (error) {
    const seen = error instanceof Error ? error.message : 'unreadable';
    return broken(
      'file',
      'This is no CSV with one number of columns in every row.',
      seen,
      expectedHeader,
    );
  }
}

const expectedHeader = lineFields.join(',');

function headerProblem(header: readonly string[]): RowProblem | null {
  const missing = lineFields.filter((field) => !header.includes(field));
  const isOnce = new Set(header).size === header.length;
  if (missing.length === 0 && header.length === lineFields.length && isOnce) return null;
  const field = missing[0] ?? 'header';
  return problemOf(
    0,
    field,
    'The first row must name the columns.',
    header.join(','),
    expectedHeader,
  );
}

function textOf(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

function broken(field: string, message: string, seen: string, expected: string): RawStatement {
  return { rows: [], problems: [problemOf(0, field, message, seen, expected)], skipped: [] };
}
