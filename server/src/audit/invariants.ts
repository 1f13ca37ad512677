/**
 * What must hold of the trade, whatever happened: ten named promises, each checked by a pure function.
 *
 *   over rows     I1–I5, I9, I10   after every replayed act, for what it touched; at the end, over the stored rows
 *   over acts     I6–I8            one act for each change, signatures, and what blocks show
 *
 * The replay decides by the same rules as the server; these checks do not. They say what must be true
 * of the outcome, so that a rule with a bug is named as well as a row that was edited. Pure.
 */
import { ActError, decodeHeader } from '../../../chain/src/act/act.ts';
import { CodecError } from '../../../chain/src/act/codec.ts';
import { EffectsError } from '../../../chain/src/act/effects.ts';
import { networkKinds } from '../../../chain/src/act/kinds/network.ts';
import { kindNamed } from '../../../chain/src/act/kinds.ts';
import type { ExposureRow, LimitRow, RequestRow, RequestState } from '../financing/model.ts';
import type { InvoiceRow } from '../invoice/model.ts';
import type { Change, Row } from '../kernel/change.ts';
import type { EntryRow, PostingRow } from '../ledger/model.ts';
import { type CertificateRow, consumedStates, type TransferRow } from '../receivable/model.ts';
import type { LegRow, LineRow, PaymentRow } from '../settlement/model.ts';

const invariantNames = [
  ...(['I1', 'I2', 'I3', 'I4', 'I5', 'I6', 'I7', 'I8', 'I9', 'I10'] as const),
] as const;
type InvariantName = (typeof invariantNames)[number];

export type Breach = {
  readonly invariant: InvariantName;
  /** The object that breaks it. */
  readonly subject: string;
  readonly problem: string;
  /** The height of the act after which it was seen first; null for the rows as they are stored. */
  readonly height: string | null;
};

/** Rows, to be looked at in one moment. */
export type View = {
  readonly all: (table: string) => Iterable<Row>;
  readonly row: <R extends Row>(table: string, id: string) => R | null;
  readonly find: <R extends Row>(table: string, column: string, value: string) => readonly R[];
};

/** What rows alone no longer tell: the acts' own past. */
export type Past = {
  /** The most that was confirmed of each invoice. */
  readonly confirmed: Map<string, bigint>;
  /** What may be taken of each limit: what is sanctioned, or what was taken when that was lowered. */
  readonly mayBeTaken: Map<string, bigint>;
};

type RowInvariant = {
  readonly over: 'rows';
  readonly promise: string;
  /** Of a row of each table that it speaks of: the id of what is to be looked at. */
  readonly subjects: Readonly<Record<string, (row: Row) => unknown>>;
  /** Why it does not hold for that, or null. */
  readonly broken: (view: View, id: string, past: Past) => string | null;
};
type Invariant = RowInvariant | { readonly over: 'acts'; readonly promise: string };

const ownId = ({ id }: Row): string => id;

const invariants: Readonly<Record<InvariantName, Invariant>> = {
  I1: {
    over: 'rows',
    promise: 'What was issued is all there: live parts, redeemed and void ones sum to it.',
    subjects: { certificate: ({ root }) => root },
    broken: promiseIsWhole,
  },
  I2: {
    over: 'rows',
    promise: 'A certificate has one holder of record at any time.',
    subjects: { certificate: ownId, finance_request: ({ certificate }) => certificate },
    broken: oneHolder,
  },
  I3: {
    over: 'rows',
    promise: 'A unit of face is reserved, assigned or pledged at most once.',
    subjects: { certificate: ownId, finance_request: ({ certificate }) => certificate },
    broken: oneLock,
  },
  I4: {
    over: 'rows',
    promise: 'Nothing is funded or redeemed without the bank line that shows it.',
    subjects: { certificate: ownId, finance_request: ownId },
    broken: paidByEvidence,
  },
  I5: {
    over: 'rows',
    promise: 'No more is blocked and utilised than was sanctioned when it was taken.',
    subjects: { credit_limit: ownId, exposure: ({ openLimit }) => openLimit },
    broken: withinLimit,
  },
  I6: {
    over: 'acts',
    promise: 'Every change has exactly one anchored act; the rows are the fold of the acts.',
  },
  I7: { over: 'acts', promise: 'Every signature verifies with the key valid when it signed.' },
  I8: { over: 'acts', promise: 'No block shows a field of the trade.' },
  I9: {
    over: 'rows',
    promise: 'The postings of each event balance.',
    subjects: { ledger_entry: ownId, ledger_posting: ({ entry }) => entry },
    broken: entryBalances,
  },
  I10: {
    over: 'rows',
    promise: 'A confirmed amount never decreases.',
    subjects: { invoice: ownId, certificate: ({ invoice }) => invoice },
    broken: confirmedStays,
  },
};

/** The tables whose stored rows the checks look at. */
export const tablesWatched: ReadonlySet<string> = new Set([
  ...['certificate', 'transfer', 'invoice', 'finance_request', 'exposure', 'credit_limit'],
  ...['leg', 'payment', 'statement_line', 'ledger_entry', 'ledger_posting'],
]);

export function noPast(): Past {
  return { confirmed: new Map(), mayBeTaken: new Map() };
}

/** What of the changed rows breaks an invariant, each object once; then keeps what later checks must know. */
export function breachesAfter(
  view: View,
  past: Past,
  changes: readonly Change[],
  height: bigint | null,
): readonly Breach[] {
  const found = rowInvariants.flatMap(([name, { subjects, broken }]) => {
    const ids = new Set(changes.flatMap(({ table, row }) => idOf(subjects[table]?.(row)) ?? []));
    return [...ids].flatMap((id) =>
      breach(name, id, broken(view, id, past), height?.toString() ?? null),
    );
  });
  for (const { table, row } of changes) remember(view, past, table, row);
  return found;
}

/** What of the stored rows breaks an invariant: every object of theirs, and of those that the acts made. */
export function breachesOf(stored: View, folded: View, past: Past): readonly Breach[] {
  return rowInvariants.flatMap(([name, { subjects, broken }]) => {
    const ids = new Set<string>();
    for (const [table, subject] of Object.entries(subjects)) {
      for (const view of [folded, stored]) {
        for (const row of view.all(table)) for (const id of idOf(subject(row))) ids.add(id);
      }
    }
    return [...ids].flatMap((id) => breach(name, id, broken(stored, id, past), null));
  });
}

export type Verdict = {
  readonly invariant: InvariantName;
  readonly promise: string;
  readonly state: 'HOLDS' | 'BROKEN';
  readonly breaches: number;
};

/** Each invariant, and whether it holds. */
export function verdicts(breaches: readonly Breach[]): readonly Verdict[] {
  return invariantNames.map((invariant) => {
    const each = invariants[invariant];
    const count = breaches.filter((found) => found.invariant === invariant).length;
    const state = count === 0 ? 'HOLDS' : 'BROKEN';
    return { invariant, promise: each.promise, state, breaches: count };
  });
}

const rowInvariants: readonly (readonly [InvariantName, RowInvariant])[] = invariantNames.flatMap(
  (name) => {
    const each = invariants[name];
    return each.over === 'rows' ? [[name, each] as const] : [];
  },
);

function idOf(id: unknown): readonly string[] {
  return typeof id === 'string' ? [id] : [];
}

function breach(
  invariant: InvariantName,
  subject: string,
  problem: string | null,
  height: string | null,
): readonly Breach[] {
  return problem === null ? [] : [{ invariant, subject, problem, height }];
}

function remember(view: View, { confirmed, mayBeTaken }: Past, table: string, row: Row): void {
  if (table === 'invoice' && typeof row.approvedMinor === 'bigint') {
    const before = confirmed.get(row.id) ?? 0n;
    if (row.approvedMinor > before) confirmed.set(row.id, row.approvedMinor);
  }
  const limits =
    table === 'credit_limit' ? [row.id] : table === 'exposure' ? [row.creditLimit] : [];
  for (const id of limits.flatMap(idOf)) {
    const sanctioned = sanctionedOf(view.row<LimitRow>('credit_limit', id));
    const taken = takenOf(view, id);
    mayBeTaken.set(id, taken > sanctioned ? taken : sanctioned);
  }
}

/** I1, for the first certificate of a promise. */
function promiseIsWhole(view: View, root: string): string | null {
  const issued = view.row<CertificateRow>('certificate', root);
  if (issued === null) return 'the certificate that was issued is not there';
  const all = view.find<CertificateRow>('certificate', 'root', root);
  const live = all.filter(({ state }) => !consumedStates.has(state));
  const sum = live.reduce((total, { faceMinor }) => total + faceMinor, 0n);
  if (sum !== issued.faceMinor) return `${issued.faceMinor} were issued, its parts sum to ${sum}`;
  const more = live.find(({ openMinor, faceMinor }) => openMinor < 0n || openMinor > faceMinor);
  if (more !== undefined) return `${more.openMinor} of ${more.faceMinor} are open on ${more.id}`;
  const open = all.find(({ state, openMinor }) => consumedStates.has(state) && openMinor !== 0n);
  return open === undefined ? null : `${open.openMinor} are open on ${open.id}, which was consumed`;
}

/** I2, for one certificate: nobody else holds its note, and whoever received or financed it does hold it. */
function oneHolder(view: View, id: string): string | null {
  const certificate = view.row<CertificateRow>('certificate', id);
  if (certificate === null) return null;
  const { state, note, holder } = certificate;
  if (state === 'TRANSFERRED') return receivedOnce(view, certificate);
  if (consumedStates.has(state)) return null;
  const twin = view
    .find<CertificateRow>('certificate', 'note', String(note))
    .find((each) => each.id !== id && !consumedStates.has(each.state) && same(each.note, note));
  if (twin !== undefined) return `${holder} holds it, and ${twin.holder} the same note`;
  if (state !== 'ASSIGNED') return null;
  const bank = locksOf(view, id)[0]?.bank ?? 'nobody';
  return bank === holder ? null : `${bank} financed it, ${holder} holds it`;
}

/** What was passed on is held by who received it, or by the bank that has financed it since. */
function receivedOnce(view: View, { id, transfer }: CertificateRow): string | null {
  const [child, ...others] = view.find<CertificateRow>('certificate', 'parent', id);
  if (child === undefined) return 'it was passed on, and nobody holds it';
  const to = view.row<TransferRow>('transfer', transfer ?? '')?.transferee;
  const mayHold = [to, locksOf(view, child.id)[0]?.bank];
  const strange = others[0] ?? (mayHold.includes(child.holder) ? null : child);
  return strange === null ? null : `it was passed to ${to}, and ${strange.holder} holds it`;
}

/** States in which a request holds nothing; in every other, a certificate is locked or sold for it. */
const freeStates: ReadonlySet<RequestState> = new Set([
  ...(['OPEN', 'CLOSED', 'CLOSED_NO_BID', 'SELECTED', 'WITHDRAWN', 'EXPIRED'] as const),
  ...(['INELIGIBLE', 'FUNDING_FAILED'] as const),
]);
/** States of a certificate that nobody has a lock on. */
const unlockedStates: ReadonlySet<string> = new Set([
  ...['OFFERED', 'ACTIVE', 'TRANSFER_PENDING', ...consumedStates],
]);

function locksOf(view: View, certificate: string): readonly RequestRow[] {
  return view
    .find<RequestRow>('finance_request', 'certificate', certificate)
    .filter(({ state }) => !freeStates.has(state));
}

/** I3, for one certificate. */
function oneLock(view: View, id: string): string | null {
  const certificate = view.row<CertificateRow>('certificate', id);
  const locks = locksOf(view, id).map((each) => `${each.id} (${each.state})`);
  if (certificate === null) return locks.length === 0 ? null : `${locks.join()} locks nothing`;
  const { state } = certificate;
  if (locks.length > 1) return `it is taken by ${locks.join(' and ')}`;
  if (['RESERVED', 'ASSIGNED', 'PLEDGED'].includes(state)) {
    return locks.length === 1 ? null : `it is ${state}, and no request has it`;
  }
  return unlockedStates.has(state) && locks.length > 0
    ? `it is ${state}, and ${locks.join()} has it`
    : null;
}

const fundedStates: ReadonlySet<RequestState> = new Set([
  ...(['FUNDED', 'REPAYING', 'REPAID', 'OVERDUE', 'DEFAULTED'] as const),
  ...(['RECOURSE_CALLED', 'RECOURSE_PAID', 'LOSS'] as const),
]);

/** States of a certificate in which its buyer may have paid. */
const paidStates: ReadonlySet<string> = new Set([
  ...['PART_REDEEMED', 'REDEEMED', 'OVERDUE', 'DEFAULTED', 'RECOVERED', 'WRITTEN_OFF'],
]);

/** I4, for one request or certificate. */
function paidByEvidence(view: View, id: string): string | null {
  const asked = view.row<RequestRow>('finance_request', id);
  if (asked !== null && fundedStates.has(asked.state)) {
    const legs = legsOf(view, 'request', id, 'FUNDING');
    const paid = legs.reduce((sum, leg) => sum + paidOf(view, leg), 0n);
    if (paid === 0n || paid !== asked.netMinor) {
      return `it is ${asked.state}, and bank lines show ${paid} of ${asked.netMinor}`;
    }
  }
  const certificate = view.row<CertificateRow>('certificate', id);
  if (certificate === null || !paidStates.has(certificate.state)) return null;
  const { state, faceMinor, openMinor } = certificate;
  const legs = legsOf(view, 'certificate', id, 'REPAYMENT');
  const paid = legs.reduce((sum, leg) => sum + paidOf(view, leg), 0n);
  const said = faceMinor - openMinor;
  return paid === said ? null : `it is ${state} by ${said}, and bank lines show ${paid}`;
}

function legsOf(
  view: View,
  column: 'request' | 'certificate',
  id: string,
  kind: LegRow['kind'],
): readonly LegRow[] {
  return view.find<LegRow>('leg', column, id).filter((leg) => leg.kind === kind);
}

/** What lines that are evidence have paid of a leg. */
function paidOf(view: View, { id }: LegRow): bigint {
  return view
    .find<PaymentRow>('payment', 'leg', id)
    .filter(({ line }) => view.row<LineRow>('statement_line', line)?.evidence === true)
    .reduce((sum, { appliedMinor }) => sum + appliedMinor, 0n);
}

/** I5, for one limit. A limit that was lowered under its use keeps what is taken, and takes no more. */
function withinLimit(view: View, id: string, { mayBeTaken }: Past): string | null {
  const sanctioned = sanctionedOf(view.row<LimitRow>('credit_limit', id));
  const taken = takenOf(view, id);
  const most = mayBeTaken.get(id) ?? sanctioned;
  return taken <= most ? null : `${taken} are taken, ${most} may be`;
}

/** What was sanctioned in all; whether the ad hoc part was still valid is judged when it is taken. */
function sanctionedOf(limit: LimitRow | null): bigint {
  return limit === null ? 0n : limit.sanctionedMinor + limit.adhocMinor;
}

function takenOf(view: View, limit: string): bigint {
  const open = view.find<ExposureRow>('exposure', 'openLimit', limit);
  return open.reduce((sum, { amountMinor }) => sum + amountMinor, 0n);
}

/** I9, for one entry: it has two lines or more, all in the same books, that sum to nothing in each currency. */
function entryBalances(view: View, id: string): string | null {
  const entry = view.row<EntryRow>('ledger_entry', id);
  if (entry === null) return 'its lines are there, the entry is not';
  const lines = view.find<PostingRow>('ledger_posting', 'entry', id);
  if (lines.length < 2) return `it has ${lines.length} lines`;
  const strange = lines.find(({ party }) => party !== entry.party);
  if (strange !== undefined) return `it is in the books of ${entry.party} and ${strange.party}`;
  const sums = new Map<string, bigint>();
  for (const { currency, amountMinor } of lines)
    sums.set(currency, (sums.get(currency) ?? 0n) + amountMinor);
  const off = [...sums].find(([, sum]) => sum !== 0n);
  return off === undefined ? null : `its lines sum to ${off[1]} ${off[0]}`;
}

/** I10, for one invoice: neither what its buyer confirmed, nor what was issued for it. */
function confirmedStays(view: View, id: string, { confirmed }: Past): string | null {
  const promised = confirmed.get(id);
  if (promised === undefined) return null;
  const now = view.row<InvoiceRow>('invoice', id)?.approvedMinor ?? 0n;
  if (now < promised) return `${promised} were confirmed, now ${now}`;
  const issued = view
    .find<CertificateRow>('certificate', 'invoice', id)
    .find(({ parent, faceMinor }) => parent === null && faceMinor < promised);
  return issued === undefined ? null : `${promised} were confirmed, ${issued.faceMinor} issued`;
}

const aboutNetwork: ReadonlySet<string> = new Set(networkKinds.map(({ name }) => name));

/**
 * I8: what a header that is, or will be, in a block shows that is no hash, token or number of the chain, or
 * null. Reading it refuses every part that is not of its fixed form, so that only names are left to look at:
 * its kind is one of ours, and names of validators stand in acts of the network only.
 */
export function plainIn(header: Uint8Array): string | null {
  try {
    const { kind, effects } = decodeHeader(header);
    const [name = '', version] = kind.split('/');
    const known = kindNamed(name);
    if (known === undefined || `${known.version}` !== version) return `it shows the kind ${kind}`;
    return effects.governance !== null && !aboutNetwork.has(name)
      ? `${kind} shows names of validators`
      : null;
  } catch (error) {
    const isForm =
      error instanceof ActError || error instanceof CodecError || error instanceof EffectsError;
    if (isForm) return `it is no header: ${error.message}`;
    throw error;
  }
}

function same(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((octet, place) => octet === other[place]);
}
