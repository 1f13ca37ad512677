/**
 * A second bookkeeping of the trade, kept from what was said and not from what was stored.
 *
 * It knows five sums only: what each buyer has promised, who holds how much of it, how much of it was
 * paid, who has paid whom, and what each bank has taken on. After every act the rows must say the same.
 * What an act does to the sums is written here a second time, in a line or two a kind; a rule of the
 * server that loses a cent or pays twice is told by the difference.
 */
import type { KindName } from '../../../chain/src/act/kinds.ts';
import type { ExposureRow, QuoteRow, RequestRow } from '../../../server/src/financing/model.ts';
import type { InvoiceRow } from '../../../server/src/invoice/model.ts';
import type { Act } from '../../../server/src/kernel/act.ts';
import type { MemoryRows } from '../../../server/src/platform/memory-reader.ts';
import type { CertificateRow, TransferRow } from '../../../server/src/receivable/model.ts';
import { consumedStates } from '../../../server/src/receivable/model.ts';
import type { LegRow, PaymentRow } from '../../../server/src/settlement/model.ts';
import type { Phase } from '../../support/trade.ts';

/** In minor units; below zero only in `cash`. */
export type Books = {
  /** By invoice. */
  readonly promised: Map<string, bigint>;
  /** By invoice and holder. */
  readonly held: Map<string, bigint>;
  /** By invoice, of its promise. */
  readonly repaid: Map<string, bigint>;
  /** By party: what it got, less what it paid. */
  readonly cash: Map<string, bigint>;
  /** By bank: blocked and utilised. */
  readonly taken: Map<string, bigint>;
  /** By request: what is blocked for it. */
  readonly blocked: Map<string, Stake>;
  /** By certificate that a bank bought: what is utilised. */
  readonly bought: Map<string, Stake>;
};
type Stake = { readonly bank: string; readonly minor: bigint };

export function newBooks(): Books {
  return {
    ...{ promised: new Map(), held: new Map(), repaid: new Map(), cash: new Map() },
    ...{ taken: new Map(), blocked: new Map(), bought: new Map() },
  };
}

/** Enters what an act means, before its rows change. */
export function enter(books: Books, rows: MemoryRows, phase: Phase, act: Act): void {
  const entry = entries[act.kind]?.[phase] as unknown as Entry<Act> | undefined;
  entry?.(books, rows, act);
}

type Entry<A> = (books: Books, rows: MemoryRows, act: A) => void;

const entries: { readonly [K in KindName]?: Partial<Record<Phase, Entry<Act<K>>>> } = {
  'invoice.confirm': {
    final: ({ promised }, _rows, { body }) => {
      const [minor] = body.approved;
      promised.set(body.invoice, minor);
    },
  },
  'certificate.issue': {
    final: ({ held }, _rows, { body }) => {
      const [minor] = body.face;
      add(held, `${body.invoice} ${body.holder}`, minor);
    },
  },
  'certificate.receive': {
    final: ({ held }, rows, { body }) => {
      const { invoice, faceMinor } = rowOf<CertificateRow>(rows, 'certificate', body.certificate);
      const { transferor, transferee } = rowOf<TransferRow>(rows, 'transfer', body.transfer);
      add(held, `${invoice} ${transferor}`, -faceMinor);
      add(held, `${invoice} ${transferee}`, faceMinor);
    },
  },
  'quote.choose': {
    accepted: ({ taken, blocked }, rows, { body }) => {
      const { faceMinor: minor } = rowOf<RequestRow>(rows, 'finance_request', body.request);
      const { bank } = rowOf<QuoteRow>(rows, 'quote', body.quote);
      blocked.set(body.request, { bank, minor });
      add(taken, bank, minor);
    },
    refused: (books, _rows, { body }) => unblock(books, body.request),
  },
  'finance.expire': { final: (books, _rows, { body }) => unblock(books, body.request) },
  'finance.fail': { final: (books, _rows, { body }) => unblock(books, body.request) },
  'finance.decline': { final: (books, _rows, { body }) => unblock(books, body.request) },
  'payment.fund': {
    final: (books, rows, { body }) => {
      const leg = rowOf<LegRow>(rows, 'leg', body.leg);
      const { invoice, faceMinor } = rowOf<CertificateRow>(rows, 'certificate', leg.certificate);
      const stake = books.blocked.get(leg.request ?? '');
      if (stake === undefined) throw new RangeError(`${leg.id} pays a request of no bank`);
      books.blocked.delete(leg.request ?? '');
      books.bought.set(leg.certificate, stake);
      add(books.held, `${invoice} ${leg.payee}`, -faceMinor);
      add(books.held, `${invoice} ${stake.bank}`, faceMinor);
      pay(books, leg, leg.amountMinor);
    },
  },
  'payment.redeem': {
    final: (books, rows, { body }) => {
      const { applied } = body;
      for (const [order, id] of body.legs.entries()) {
        const [minor] = applied[order] ?? [0n];
        const leg = rowOf<LegRow>(rows, 'leg', id);
        pay(books, leg, minor);
        if (leg.kind === 'REPAYMENT') repay(books, leg, minor);
      }
    },
  },
};

/** Where the rows say something else; empty when they agree. */
export function differences(books: Books, rows: MemoryRows): readonly string[] {
  const all = <R>(table: string) => [...rows.all(table)] as unknown as readonly R[];
  const certificates = all<CertificateRow>('certificate');
  const payments = all<PaymentRow>('payment');
  const live = certificates.filter(({ state }) => !consumedStates.has(state));
  const legOf = new Map(all<LegRow>('leg').map((leg) => [leg.id, leg]));
  const paidLegs = payments.flatMap(({ leg: id, appliedMinor }) => {
    const leg = legOf.get(id);
    return leg === undefined ? [] : [{ leg, appliedMinor }];
  });
  return [
    ...compared('promised', books.promised, [
      ...all<InvoiceRow>('invoice')
        .filter(({ confirmedBy }) => confirmedBy !== null)
        .map(({ id, approvedMinor }) => [id, approvedMinor ?? 0n] as const),
    ]),
    ...compared(
      'held',
      books.held,
      live.map(({ invoice, holder, faceMinor }) => [`${invoice} ${holder}`, faceMinor]),
    ),
    ...compared(
      'repaid',
      books.repaid,
      live
        .filter(({ state }) => state !== 'VOID')
        .map(({ invoice, faceMinor, openMinor }) => [invoice, faceMinor - openMinor]),
    ),
    ...compared(
      'cash',
      books.cash,
      paidLegs.flatMap(({ leg, appliedMinor }) => [
        [leg.payer, -appliedMinor] as const,
        [leg.payee, appliedMinor] as const,
      ]),
    ),
    ...compared(
      'taken',
      books.taken,
      all<ExposureRow>('exposure')
        .filter(({ openLimit }) => openLimit !== null)
        .map(({ bank, amountMinor }) => [bank, amountMinor]),
    ),
  ];
}

/** Two accounts of the same thing, by key; a key that is missing is nothing. */
function compared(
  name: string,
  expected: ReadonlyMap<string, bigint>,
  found: readonly (readonly [string, bigint])[],
): readonly string[] {
  const sums = new Map<string, bigint>();
  for (const [key, minor] of found) add(sums, key, minor);
  return [...new Set([...expected.keys(), ...sums.keys()])].flatMap((key) => {
    const [wanted, seen] = [expected.get(key) ?? 0n, sums.get(key) ?? 0n];
    return wanted === seen ? [] : [`${name} ${key}: the books say ${wanted}, the rows ${seen}`];
  });
}

function pay({ cash }: Books, { payer, payee }: LegRow, minor: bigint): void {
  add(cash, payer, -minor);
  add(cash, payee, minor);
}

/** What is repaid of a certificate that a bank bought makes room with that bank. */
function repay({ repaid, bought, taken }: Books, leg: LegRow, minor: bigint): void {
  add(repaid, leg.invoice, minor);
  const stake = bought.get(leg.certificate);
  if (stake === undefined) return;
  bought.set(leg.certificate, { ...stake, minor: stake.minor - minor });
  add(taken, stake.bank, -minor);
}

function unblock({ blocked, taken }: Books, request: string): void {
  const stake = blocked.get(request);
  if (stake === undefined) return;
  blocked.delete(request);
  add(taken, stake.bank, -stake.minor);
}

function add(sums: Map<string, bigint>, key: string, minor: bigint): void {
  sums.set(key, (sums.get(key) ?? 0n) + minor);
}

function rowOf<R extends { readonly id: string; readonly version: number }>(
  rows: MemoryRows,
  table: string,
  id: string,
): R {
  const row = rows.row(table, id);
  if (row === null) throw new RangeError(`no ${table} ${id}`);
  return row as unknown as R;
}
