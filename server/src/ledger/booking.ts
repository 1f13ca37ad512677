/**
 * From events to rows: an entry for each organisation that an event touches, by the lines of events.ts.
 *
 * Balanced by construction: an entry whose postings do not sum to nothing is never made. The database
 * holds the same once more. Pure.
 */
import type { Act } from '../kernel/act.ts';
import { type Change, insert } from '../kernel/change.ts';
import { invariant } from '../kernel/invariant.ts';
import type { BusinessDate } from '../kernel/time.ts';
import { dueAtMaturity, dueOnPayableDate } from './accounts.ts';
import { lines } from './events.ts';
import { type EntryRow, never, type Occurrence, type Part, type PostingRow } from './model.ts';

type Booked = Pick<Act, 'hash' | 'at' | 'businessDate' | 'id'>;

/**
 * The rows of all events of one act, in their order. An amount of nothing is not posted, and where a
 * whole event comes to nothing there is no entry.
 */
export function bookings(occurrences: readonly Occurrence[], act: Booked): readonly Change[] {
  const changes: Change[] = [];
  let entries = 0;
  let postings = 0;
  for (const occurrence of occurrences) {
    for (const books of booksOf(occurrence)) {
      const entry = entryOf(occurrence, books, act, entries);
      const rows = postingsOf(occurrence, books, entry, act, postings);
      if (rows.length === 0) continue;
      entries += 1;
      postings += rows.length;
      changes.push(
        insert('ledger_entry', entry),
        ...rows.map((row) => insert('ledger_posting', row)),
      );
    }
  }
  return changes;
}

/** Whose books the event is in, in the order of the lines. */
function booksOf({ event }: Occurrence): readonly Part[] {
  return [...new Set(lines.filter(([each]) => each === event).map(([, books]) => books))];
}

function entryOf(occurrence: Occurrence, books: Part, act: Booked, order: number): EntryRow {
  const { event, programme, invoice, subject, root } = occurrence;
  return {
    ...{ id: act.id('len', order), version: 1, party: partyOf(occurrence, books), programme },
    ...{ event, act: act.hash, occurredDate: act.businessDate },
    // The buyer knows the promise, not the path of its parts.
    subject: books === 'buyer' && isUnseenByBuyer(occurrence) ? (root ?? invoice) : subject,
    ...{ invoice, createdMs: act.at },
  };
}

function postingsOf(
  occurrence: Occurrence,
  books: Part,
  entry: EntryRow,
  act: Booked,
  first: number,
): readonly PostingRow[] {
  const { event, currency, invoice, certificate, root } = occurrence;
  const own = lines.filter(([each, whose]) => each === event && whose === books);
  const rows = own.flatMap(([, , side, account, amount, towards]) => {
    const minor = occurrence.amounts[amount] ?? 0n;
    if (minor === 0n) return [];
    const amountMinor = side === 'DEBIT' ? minor : -minor;
    const dueDate = dueDateOf(occurrence, account);
    return [{ account, amountMinor, dueDate, counterparty: partyOf(occurrence, towards) }];
  });
  const sum = rows.reduce((total, { amountMinor }) => total + amountMinor, 0n);
  invariant(sum === 0n, `the postings of ${event} for the ${books} balance`);
  return rows.map((row, order) => ({
    ...{ id: act.id('lpo', first + order), version: 1, entry: entry.id, party: entry.party },
    ...{ programme: entry.programme, event, ...row, currency, occurredDate: entry.occurredDate },
    ...{ invoice, createdMs: act.at },
    certificate: books === 'buyer' && isUnseenByBuyer(occurrence) ? root : certificate,
  }));
}

/** A debt keeps its day from its first line to its last, so what is left of it is always of one day. */
function dueDateOf(
  { event, maturityDate, payableDate }: Occurrence,
  account: string,
): BusinessDate {
  if (dueAtMaturity.has(account)) return maturityDate;
  if (!dueOnPayableDate.has(account)) return never;
  invariant(payableDate !== null, `${event} is about a certificate`);
  return payableDate;
}

/** The buyer learns of a part and its holder when it falls due; before, it knows its promise only. */
function isUnseenByBuyer({ event }: Occurrence): boolean {
  return event === 'FUNDED' || event === 'FUNDED_WITH_RECOURSE' || event.startsWith('CREDITED');
}

function partyOf({ event, parties }: Occurrence, part: Part): string {
  const party = parties[part];
  invariant(party !== undefined, `${event} has its ${part}`);
  return party;
}
