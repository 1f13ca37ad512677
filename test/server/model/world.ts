/**
 * The world of random histories: one buyer, three suppliers, three banks, an outsider, and invoices
 * that come and wait for a promise. Beside the rows stands a second bookkeeping; after every act both are
 * compared, and the audit's invariants are checked for what the act touched.
 */
import {
  type Breach,
  breachesAfter,
  breachesOf,
  noPast,
  type Past,
} from '../../../server/src/audit/invariants.ts';
import type { RequestRow } from '../../../server/src/financing/model.ts';
import type { InvoiceRow } from '../../../server/src/invoice/model.ts';
import { type FollowUp, insert } from '../../../server/src/kernel/change.ts';
import { type CertificateRow, consumedStates } from '../../../server/src/receivable/model.ts';
import { followUps } from '../../../server/src/settlement/lines.ts';
import type { LineRow } from '../../../server/src/settlement/model.ts';
import { hex, newTrade, type Trade, type Who, who } from '../../support/trade.ts';
import { type Books, differences, enter, newBooks } from './books.ts';

export type World = {
  readonly trade: Trade;
  readonly books: Books;
  /** What the invariants remember of acts that are over. */
  readonly past: Past;
  /** What accepted acts cause and nobody has made yet. */
  readonly caused: FollowUp[];
  /** How many acts were decided, and of them accepted. */
  readonly counts: { decided: number; accepted: number };
  /** States of certificates, requests, legs and lines that were seen. */
  readonly reached: Set<string>;
};

export const suppliers: readonly Who[] = [who.bolt, who.copper, who.dye];
export const banks: readonly Who[] = [who.bankA, who.bankB, who.bankC];

export function newWorld(): World {
  const books = newBooks();
  const caused: FollowUp[] = [];
  const past = noPast();
  const reached = new Set<string>();
  const trade: Trade = newTrade({
    invoice: unpromised({ minor: 100_000_00n, dueDate: '2026-05-31' }),
    watch: {
      happens: (phase, act) => enter(books, trade.rows, phase, act),
      happened: (changes, next) => {
        caused.push(...next);
        for (const { table, row } of changes) {
          if (typeof row.state === 'string') reached.add(`${table} ${row.state}`);
        }
        const breaches = breachesAfter(trade.rows, past, changes, null);
        if (breaches.length > 0) throw new Error(told(breaches));
      },
    },
  });
  return { trade, books, past, caused, counts: { decided: 0, accepted: 0 }, reached };
}

/** Throws where the rows do not say what the books say. */
export function compare({ trade, books }: World): void {
  const found = differences(books, trade.rows);
  if (found.length > 0) throw new Error(found.join('\n'));
}

/** At the end: every invariant over all rows, and the chain's notes beside the certificates. */
export function lastLook(world: World): void {
  const { trade } = world;
  compare(world);
  const breaches = breachesOf(trade.rows, trade.rows, world.past);
  if (breaches.length > 0) throw new Error(told(breaches));
  const certificates = trade.all<CertificateRow>('certificate');
  const live = certificates.filter(({ state }) => !consumedStates.has(state));
  const [notes, expected] = [[...trade.notes].sort(), live.map(({ note }) => hex(note)).sort()];
  if (notes.join() !== expected.join())
    throw new Error(
      `the chain has ${notes.length} notes, ${expected.length} certificates are live`,
    );
  const locked = trade
    .all<RequestRow>('finance_request')
    .filter((each) => each.pendingAct !== null);
  if (locked.length > 0) throw new Error(`${locked[0]?.id} waits for an act that is decided`);
}

/** The automation makes what acts have caused, and looks again at lines that had to wait. */
export async function automate(world: World): Promise<void> {
  const { trade, caused } = world;
  const undecided = trade.all<LineRow>('statement_line').filter(isUndecided);
  const again = await followUps(trade.rows, undecided);
  for (const { kind, input } of [...caused.splice(0), ...again]) {
    const decision = await trade.act(kind, input as never, who.automation, 'pending');
    world.counts.decided += 1;
    if (decision !== 'NOT_FOUND' && decision.kind === 'accepted') world.counts.accepted += 1;
  }
}

function isUndecided({ state, pendingAct }: LineRow): boolean {
  return state === 'UNMATCHED' && pendingAct === null;
}

function told(breaches: readonly Breach[]): string {
  return breaches
    .map(({ invariant, subject, problem }) => `${invariant} ${subject}: ${problem}`)
    .join('\n');
}

/** Another invoice that waits for a promise; from time to time one comes. */
export function addInvoice({ trade }: World, wanted: Wanted): void {
  const { rows, row, all } = trade;
  const order = all<InvoiceRow>('invoice').length;
  const seller = suppliers[order % suppliers.length] ?? who.bolt;
  const invoice: InvoiceRow = {
    ...row<InvoiceRow>('invoice', 'inv_1'),
    ...{ id: `inv_${order + 1}`, version: 1, seller: seller.party },
    ...{ number: `INV-${1001 + order}`, canonical: `invoice ${order}` },
    ...unpromised(wanted),
  };
  rows.apply([insert('invoice', invoice)]);
  const { id: object, createdMs: sinceMs } = invoice;
  rows.grant(
    [who.aurora.party, invoice.seller, who.auditor.party].map((reader) => ({
      ...{ reader, object, sinceMs },
      ...{ type: 'Invoice', level: 'F' as const },
    })),
  );
}

/** In minor units; a date. */
type Wanted = { readonly minor: bigint; readonly dueDate: string };

function unpromised({ minor, dueDate }: Wanted): Partial<InvoiceRow> {
  return {
    ...{ state: 'RECEIVED', payableMinor: minor, statedDueDate: dueDate, disputedMinor: 0n },
    ...{ approvedMinor: null, dueDate: null, confirmedBy: null, confirmByDate: '2030-12-31' },
    ...{ approvedReason: null, paidMinor: 0n, pendingAct: null },
  };
}
