/**
 * A bank line as one line of text, the form in which it is signed.
 *
 * A JSON list of eight texts: booking date, C or D, amount with all decimals of the currency,
 * currency, remittance, counterparty, bank reference, end-to-end id (empty when not provided).
 * Texts are NFC, with single blanks and none around. A line has exactly one such text.
 *
 *   ["2026-04-15","C","100000.00","CNY","TS-7KQ2ABCDEF","Aurora Motors","B-1","E2E-1"]
 *
 * Pure.
 */
import { amountText, isCurrency, parseAmount } from '../kernel/money.ts';
import { isDate } from '../kernel/time.ts';
import { type BankLine, settlementLimits } from './model.ts';

/** A broken field of a line: which one, what was seen, what is expected. */
export type LineError = {
  readonly field: LineField;
  readonly seen: string;
  readonly expected: string;
  /** The most characters, where that is the rule; else null. */
  readonly limit: number | null;
};

/** The texts of a line, in their order. */
export const lineFields = [
  'bookingDate',
  'direction',
  'amount',
  'currency',
  'remittance',
  'counterparty',
  'bankReference',
  'endToEndId',
] as const;
export type LineField = (typeof lineFields)[number];
export type LineTexts = Readonly<Record<LineField, string>>;

/** Reads the texts of a line, or says what is wrong with each field. */
export function lineOf(texts: LineTexts): BankLine | readonly LineError[] {
  const { bookingDate, direction, currency } = texts;
  const errors: LineError[] = [];
  const check = (
    field: LineField,
    holds: boolean,
    expected: string,
    limit: number | null = null,
  ) => {
    if (!holds) errors.push({ field, seen: texts[field], expected, limit });
  };
  const most = (field: LineField, text: string, max: number) =>
    check(field, text.length <= max, `at most ${max} characters`, max);
  const amount = parseAmount(texts.amount, currency);
  check('bookingDate', isDate(bookingDate), 'a day of the calendar, YYYY-MM-DD');
  check('direction', direction === 'C' || direction === 'D', 'C for credit or D for debit');
  check('currency', isCurrency(currency), 'an ISO 4217 code, three capitals');
  check(
    'amount',
    amount !== null && amount.minor > 0n,
    'a decimal above zero with at most the decimals of its currency, such as 1250.00',
  );
  const remittance = blanksOnce(texts.remittance);
  const counterparty = blanksOnce(texts.counterparty);
  const bankReference = blanksOnce(texts.bankReference);
  const endToEndId = blanksOnce(texts.endToEndId);
  most('remittance', remittance, remittanceMax);
  most('counterparty', counterparty, counterpartyMax);
  check(
    'bankReference',
    bankReference !== '' && bankReference.length <= referenceMax,
    `1 to ${referenceMax} characters`,
    referenceMax,
  );
  most('endToEndId', endToEndId, referenceMax);
  if (errors.length > 0 || amount === null) return errors;
  return {
    ...{ bookingDate, credit: direction === 'C', amountMinor: amount.minor, currency },
    ...{ remittance, counterparty, bankReference },
    endToEndId: endToEndId === '' || endToEndId === 'NOTPROVIDED' ? null : endToEndId,
  };
}

const {
  remittanceCharactersMax: remittanceMax,
  counterpartyCharactersMax: counterpartyMax,
  bankReferenceCharactersMax: referenceMax,
} = settlementLimits;

/** The one text of a line. */
export function lineText(line: BankLine): string {
  return JSON.stringify([
    line.bookingDate,
    line.credit ? 'C' : 'D',
    amountText({ minor: line.amountMinor, currency: line.currency }),
    line.currency,
    line.remittance,
    line.counterparty,
    line.bankReference,
    line.endToEndId ?? '',
  ]);
}

/** The line of a canonical text; errors for a text that no line is written as. */
export function parseLineText(text: string): BankLine | readonly LineError[] {
  const values = listOf(text);
  if (values === null) return [notThatText(text, 'a list of eight texts')];
  const line = lineOf(
    Object.fromEntries(lineFields.map((field, order) => [field, values[order] ?? ''])) as LineTexts,
  );
  if (isErrors(line) || lineText(line) === text) return line;
  return [notThatText(text, lineText(line))];
}

function notThatText(text: string, expected: string): LineError {
  return { field: 'bookingDate', seen: text.slice(0, 200), expected, limit: null };
}

export function isErrors(line: BankLine | readonly LineError[]): line is readonly LineError[] {
  return Array.isArray(line);
}

function listOf(text: string): readonly string[] | null {
  try {
    const value: unknown = JSON.parse(text);
    if (!Array.isArray(value) || value.length !== lineFields.length) return null;
    return value.every((each) => typeof each === 'string') ? value : null;
  } catch {
    return null;
  }
}

function blanksOnce(text: string): string {
  return text
    .normalize('NFC')
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim();
}
