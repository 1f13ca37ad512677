/**
 * Statement files, read strictly: camt.054 and camt.053 (versions 02 and 08) and CSV with a header.
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
  const raw = format === 'CSV' ? csvRows(bytes) : camtEntries(bytes, format, account);
  const problems = [...raw.problems, ...countProblems(raw)];
  const lines: BankLine[] = [];
  const rowOfKey = new Map<string, number>();
  for (const { row, texts } of raw.rows) {
    const line = lineOf(texts);
    if (isErrors(line)) {
      problems.push(
        ...line.map(({ field, ...rule }) =>
          problemOf('FIELD_WRONG', { row, field, message: 'This field is not right.', ...rule }),
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
    return problemOf('FILE_EMPTY', {
      message: 'The file is empty.',
      seen: '0 octets',
      expected: 'a statement',
    });
  if (bytes.length <= statementBytesMax) return null;
  return problemOf('FILE_TOO_LARGE', {
    message: 'The file is too large.',
    seen: `${bytes.length} octets`,
    expected: `at most ${statementBytesMax} octets`,
    limit: statementBytesMax,
  });
}

function countProblems({ rows, problems }: RawStatement): readonly RowProblem[] {
  if (problems.length > 0) return [];
  if (rows.length === 0)
    return [
      problemOf('NO_LINES', {
        message: 'The statement has no booked line.',
        seen: '0 lines',
        expected: 'at least one',
      }),
    ];
  const { linesMax } = settlementLimits;
  if (rows.length <= linesMax) return [];
  return [
    problemOf('TOO_MANY_LINES', {
      message: 'The statement has too many lines.',
      seen: `${rows.length} lines`,
      expected: `at most ${linesMax} lines; split the statement`,
      limit: linesMax,
    }),
  ];
}

function currencyProblem(
  row: number,
  { currency }: BankLine,
  account: ExpectedAccount,
): readonly RowProblem[] {
  if (account.currency === null || account.currency === currency) return [];
  return [
    problemOf('CURRENCY_OTHER', {
      row,
      field: 'currency',
      message: 'The account has another currency.',
      seen: currency,
      expected: account.currency,
    }),
  ];
}

function repeatProblem(
  row: number,
  { bankReference }: BankLine,
  rowOfKey: ReadonlyMap<string, number>,
): readonly RowProblem[] {
  const first = rowOfKey.get(bankReference);
  if (first === undefined) return [];
  return [
    problemOf('REFERENCE_REPEATED', {
      row,
      field: 'bankReference',
      message: `Row ${first} of this file has the same bank reference.`,
      seen: bankReference,
      expected: 'a reference of its own for each booking',
    }),
  ];
}

// CSV.

function csvRows(bytes: Uint8Array): RawStatement {
  const text = textOf(bytes);
  if (text === null)
    return broken('FILE_NOT_TEXT', {
      field: 'encoding',
      message: 'The file is not UTF-8 text.',
      seen: 'other octets',
      expected: 'UTF-8',
    });
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
    return broken('FILE_NOT_CSV', {
      message: 'This is no CSV with one number of columns in every row.',
      seen,
      expected: expectedHeader,
    });
  }
}

const expectedHeader = lineFields.join(',');

function headerProblem(header: readonly string[]): RowProblem | null {
  const missing = lineFields.filter((field) => !header.includes(field));
  const isOnce = new Set(header).size === header.length;
  if (missing.length === 0 && header.length === lineFields.length && isOnce) return null;
  return problemOf('HEADER_WRONG', {
    field: missing[0] ?? 'header',
    message: 'The first row must name the columns.',
    seen: header.join(','),
    expected: expectedHeader,
  });
}

function textOf(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

function broken(...problem: Parameters<typeof problemOf>): RawStatement {
  return { rows: [], problems: [problemOf(...problem)], skipped: [] };
}
