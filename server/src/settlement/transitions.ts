/**
 * The life of a leg and of a bank line.
 *
 *   leg:   SCHEDULED ─ file released ─▶ INSTRUCTED (a funding begins here) ─ file handed over ─▶ SENT
 *             ◀───── file cancelled or rejected ─────┘────────────────────────────────────────────┘
 *          any of these ─ part ─▶ PART_SETTLED ─ rest ─▶ SETTLED
 *              └──────────────────── all ──────────────────┘
 *          INSTRUCTED, SENT (funding) ─ the bank does not pay ─▶ FAILED
 *   line:  UNMATCHED ─ fund, redeem, the other side of a payment ─▶ MATCHED
 *             ├──────── anything else ─▶ PARKED ─ confirmed by the other side, owed back ─▶ MATCHED
 *             └◀── two people say what it pays ──┘└─ names nothing of ours ─▶ DISMISSED
 *
 * No money moves without a bank line. Pure: rows in, rows out; what a line pays is matching.ts.
 */
import { type Change, insert, update } from '../kernel/change.ts';
import { type Refusal, refuse } from '../kernel/decision.ts';
import { invariant } from '../kernel/invariant.ts';
import { isErrors, parseLineText } from './line-text.ts';
import type { Match } from './matching.ts';
import {
  type BankLine,
  type LegRow,
  type LegState,
  type LineRow,
  type PaymentRow,
  type StatementFormat,
  settlementLimits,
  statementFormats,
} from './model.ts';

/** The leg after a payment: never more than is owed. */
export function paid(leg: LegRow, appliedMinor: bigint): Pick<LegRow, 'settledMinor' | 'state'> {
  const settledMinor = leg.settledMinor + appliedMinor;
  invariant(appliedMinor > 0n && settledMinor <= leg.amountMinor, 'a leg is paid at most once');
  const state: LegState = settledMinor === leg.amountMinor ? 'SETTLED' : 'PART_SETTLED';
  return { settledMinor, state };
}

/** What a line has come to: its columns after the match. */
export function outcome(line: LineRow, match: Match): Partial<LineRow> {
  switch (match.kind) {
    case 'fund':
      return matched([match.leg], line.amountMinor, 0n, match.twin);
    case 'redeem': {
      const legs = match.parts.map(({ leg }) => leg);
      return matched(
        legs,
        line.amountMinor - match.unappliedMinor,
        match.unappliedMinor,
        match.twin,
      );
    }
    case 'park': {
      if (match.reason === 'SAME_PAYMENT')
        return { ...matched(match.legs, 0n, 0n, match.twin), reason: match.reason };
      return {
        state: 'PARKED',
        ...named(match.legs),
        unappliedMinor: line.amountMinor,
        reason: match.reason,
      };
    }
  }
}

function matched(
  legs: readonly LegRow[],
  appliedMinor: bigint,
  unappliedMinor: bigint,
  twin: string | null,
): Partial<LineRow> {
  return { state: 'MATCHED', ...named(legs), appliedMinor, unappliedMinor, twin };
}

function named(legs: readonly LegRow[]): Pick<LineRow, 'legs' | 'leg'> {
  const ids = legs.map(({ id }) => id);
  return { legs: ids, leg: ids[0] ?? null };
}

/** The other account's line, once both sides show the payment. */
export function confirmed(twin: LineRow, by: string): Change {
  return update('statement_line', twin, {
    state: 'MATCHED',
    twin: by,
    unappliedMinor: twin.state === 'PARKED' ? 0n : twin.unappliedMinor,
    reason: twin.state === 'PARKED' ? 'SAME_PAYMENT' : twin.reason,
  });
}

/** The evidence of a settlement: which line paid how much of which leg. */
export function payment(
  id: string,
  line: Pick<LineRow, 'id' | 'currency'>,
  leg: Pick<LegRow, 'id'>,
  appliedMinor: bigint,
  createdMs: bigint,
): Change {
  const row: PaymentRow = {
    ...{ id, version: 1, line: line.id, leg: leg.id, appliedMinor },
    ...{ currency: line.currency, createdMs },
  };
  return insert('payment', row);
}

/** The lines of a statement's texts, or why it cannot be imported. */
export function readLines(
  texts: readonly string[],
  format: string,
  accountCurrency: string | null,
): readonly BankLine[] | Refusal {
  if (!isFormat(format))
    return refuse(
      'FORMAT_UNKNOWN',
      'A statement is a camt.054 or camt.053 message or a CSV file.',
      {
        path: 'format',
        seen: format,
        expected: statementFormats.join(' or '),
        help: 'Upload the statement again; the answer names its format.',
      },
    );
  const { linesMax } = settlementLimits;
  if (texts.length === 0 || texts.length > linesMax)
    return refuse('STATEMENT_SIZE', 'A statement has at least one line, and not too many.', {
      path: 'lines',
      seen: `${texts.length} lines`,
      expected: `1 to ${linesMax} lines`,
      help: 'Split the statement into several files.',
    });
  const lines: BankLine[] = [];
  for (const [order, text] of texts.entries()) {
    const line = parseLineText(text);
    if (isErrors(line)) return lineInvalid(order, line[0]);
    const repeated = lines.findIndex(({ bankReference }) => bankReference === line.bankReference);
    if (repeated >= 0) return lineRepeated(order, repeated, line);
    if (accountCurrency !== null && line.currency !== accountCurrency)
      return refuse(
        'CURRENCY_DIFFERS',
        `Line ${order + 1} is in a currency that the account has not.`,
        {
          path: `lines.${order}`,
          seen: line.currency,
          expected: accountCurrency,
          help: 'Check that this is the statement of that account.',
        },
      );
    lines.push(line);
  }
  return lines;
}

export function isFormat(format: string): format is StatementFormat {
  return statementFormats.some((each) => each === format);
}

/**
 * The new ones among the lines. Refuses a booking that is known with other content: the bank does not
 * change what it has booked, so one of the two files is not the bank's.
 */
export function newLines(
  lines: readonly BankLine[],
  known: ReadonlyMap<string, BankLine>,
): readonly BankLine[] | Refusal {
  for (const [order, line] of lines.entries()) {
    const before = known.get(line.bankReference);
    if (before === undefined || sameLine(before, line)) continue;
    return refuse('LINE_CONTRADICTS', `Line ${order + 1} is known with other content.`, {
      path: `lines.${order}`,
      seen: lineSummary(line),
      expected: lineSummary(before),
      help: 'Ask the bank which statement is right.',
    });
  }
  return lines.filter(({ bankReference }) => !known.has(bankReference));
}

function sameLine(a: BankLine, b: BankLine): boolean {
  return (
    lineSummary(a) === lineSummary(b) &&
    a.remittance === b.remittance &&
    a.endToEndId === b.endToEndId
  );
}

function lineSummary({
  bookingDate,
  credit,
  amountMinor,
  currency,
  bankReference,
}: BankLine): string {
  return `${bankReference}: ${bookingDate} ${credit ? 'credit' : 'debit'} ${amountMinor} minor units ${currency}`;
}

function lineInvalid(
  order: number,
  error: { readonly field: string; readonly seen: string; readonly expected: string } | undefined,
): Refusal {
  return refuse('LINE_INVALID', `Line ${order + 1} is not in the form of a bank line.`, {
    path: `lines.${order}.${error?.field ?? ''}`,
    seen: error?.seen ?? '',
    expected: error?.expected ?? '',
    help: 'Upload the statement again and sign the lines that it gives.',
  });
}

function lineRepeated(order: number, first: number, { bankReference }: BankLine): Refusal {
  return refuse(
    'LINE_REPEATED',
    `Lines ${first + 1} and ${order + 1} have the same bank reference.`,
    {
      path: `lines.${order}.bankReference`,
      seen: bankReference,
      expected: 'a reference of its own for each booking',
      help: 'Check the statement for a line that was copied.',
    },
  );
}

/** A line is decided once. */
export function lineBarrier(line: LineRow): Refusal | null {
  if (line.pendingAct !== null) return pendingReservation('line');
  if (line.state === 'UNMATCHED') return null;
  return refuse('LINE_DECIDED', 'This bank line has been matched or parked already.', {
    path: 'line',
    seen: line.state,
    expected: 'UNMATCHED',
    help: 'Nothing is left to do.',
  });
}

/** An act can only say what the bank line itself says. */
export function matchDiffers(seen: string, expected: string): Refusal {
  return refuse('MATCH_DIFFERS', 'A payment is what the bank line says, and nothing else.', {
    path: 'line',
    seen,
    expected,
    help: 'Let the line be matched again.',
  });
}

/** A claim that was covered otherwise is paid no more. */
export function notPayable(seen: LegState): Refusal {
  return refuse('LEG_NOT_PAYABLE', 'This payment is not owed any more.', {
    path: 'legs',
    seen,
    expected: 'a payment that is open',
    help: 'Ask who was paid to pay it back.',
  });
}

export function pendingReservation(path: string): Refusal {
  return refuse('PENDING_RESERVATION', 'Another act on this waits for the chain.', {
    path,
    seen: 'an act that is not final yet',
    expected: 'no act under way',
    help: 'Wait until it is final, usually less than a second, and try again.',
  });
}
