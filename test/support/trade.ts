/**
 * A small world of trade in memory, decided by the real handlers, with the chain's one rule about
 * notes: a note is spent once. Acts are made with the real ids and notes; contested ones take effect
 * when the test says that the chain took them.
 */
import { createHash } from 'node:crypto';
import { noteIdOf, objectId } from '../../chain/src/act/act.ts';
import { hopTermsDigest } from '../../chain/src/act/hop-terms.ts';
import { type InputOf, type KindName, kindNamed } from '../../chain/src/act/kinds.ts';
import { makeCreditHandlers } from '../../server/src/dispute/crediting.ts';
import { disputeHandlers } from '../../server/src/dispute/service.ts';
import { makeFinancingHandlers } from '../../server/src/financing/service.ts';
import type { InvoiceRow } from '../../server/src/invoice/model.ts';
import { invoiceHandlers } from '../../server/src/invoice/service.ts';
import type { Act, Handler, Secrets } from '../../server/src/kernel/act.ts';
import { type Change, type FollowUp, insert, type Row } from '../../server/src/kernel/change.ts';
import type { Accepted, Decision, Refusal } from '../../server/src/kernel/decision.ts';
import { Fault } from '../../server/src/kernel/fault.ts';
import { withBookings } from '../../server/src/ledger/service.ts';
import {
  type BusinessClockRow,
  businessClockId,
  type MembershipRow,
  type PartyRow,
  type ProgrammeRow,
} from '../../server/src/party/model.ts';
import { partyHandlers, withExposureBarrier } from '../../server/src/party/service.ts';
import { accountHandlers } from '../../server/src/party/service-accounts.ts';
import { actId } from '../../server/src/platform/acts.ts';
import { type MemoryRows, memoryRows } from '../../server/src/platform/memory-reader.ts';
import { makeReceivableHandlers } from '../../server/src/receivable/handlers.ts';
import type { CertificateRow, TransferRow } from '../../server/src/receivable/model.ts';
import { hopTermsOf } from '../../server/src/receivable/terms.ts';
import { makeRecoveryHandlers } from '../../server/src/recovery/service.ts';
import { credits } from '../../server/src/settlement/crediting.ts';
import { failedFunding } from '../../server/src/settlement/funding.ts';
import { legs } from '../../server/src/settlement/legs.ts';
import { settlementHandlers } from '../../server/src/settlement/service.ts';

/** The input of an offer of that certificate, without recourse, its trade documented. */
export function hopTo(certificate: string, { party: transferee }: Pick<Who, 'party'>) {
  return {
    ...{ certificate, transferee, tradeReference: 'Contract 77', tradeDocument: 'doc_contract' },
    tradeDocumentDigest: digest('contract'),
    ...{ recourse: 'NONE', recourseDays: null, recourseCapMicros: null },
    governingLaw: 'Law of the PRC',
  };
}

/** The answer to the last offer of that certificate, its terms seen. */
export function offerOf(trade: Trade, certificate: string) {
  const offered = trade.row<CertificateRow>('certificate', certificate);
  const offer = trade.row<TransferRow>('transfer', offered.transfer ?? '');
  const termsDigest = hopTermsDigest(hopTermsOf(offered, offer));
  return { certificate, transfer: offer.id, termsDigest };
}

export type Fate = 'final' | 'refused' | 'pending';

export type Who = { readonly party: string; readonly person: string | null };

/** Who takes part: party id, and a person or two of it. */
export const who = {
  aurora: person('aurora', 'clara'),
  bolt: person('bolt', 'bo'),
  copper: person('copper', 'cora'),
  dye: person('dye', 'dana'),
  bankA: person('bank_a', 'ana'),
  bankAApprover: person('bank_a', 'abe'),
  bankB: person('bank_b', 'bea'),
  bankC: person('bank_c', 'cem'),
  haul: person('haul', 'hugo'),
  auditor: person('auditor', 'ada'),
  outsider: person('outsider', 'otto'),
  automation: { party: 'pty_operator', person: null },
} as const satisfies Record<string, Who>;

function person(party: string, name: string): Who {
  return { party: `pty_${party}`, person: `per_${name}` };
}

export const programmeId = 'prg_aurora';

/** What happens to an act: it is accepted, and then final at once or when the chain says so. */
export type Phase = 'accepted' | 'final' | 'refused';

/** Looks on as acts take place. */
export type Watch = {
  /** Before the rows of that phase change. */
  readonly happens: (phase: Phase, act: Act) => void;
  /** What was changed, and what the automation makes next. */
  readonly happened: (changes: readonly Change[], next: readonly FollowUp[]) => void;
};

/** The second person of each bank, who approves what the first has proposed. */
const colleagues: Readonly<Record<string, string>> = {
  pty_bank_a: 'per_abe',
  pty_bank_b: 'per_bob',
  pty_bank_c: 'per_col',
};

/** What a limit on the buyer is proposed with, unless a test says otherwise. */
export function limitTerms(
  change: Partial<InputOf<'limit.propose'>> = {},
): InputOf<'limit.propose'> {
  const sanctioned = change.sanctioned ?? [1_000_000_00n, 'EUR'];
  return {
    ...{ dimension: 'BUYER', buyer: who.aurora.party, supplier: null, programme: null },
    ...{ sanctioned, adhoc: [0n, sanctioned[1]], adhocTo: null, validTo: '2026-12-31' },
    ...change,
  };
}

/** A limit in force: proposed by one person of the bank, approved by another. Gives its id. */
export async function limited(
  trade: Trade,
  bank: Who,
  change: Partial<InputOf<'limit.propose'>> = {},
): Promise<string> {
  const terms = limitTerms(change);
  const proposal = await trade.must('limit.propose', terms, bank);
  const { sanctioned, adhoc } = terms;
  const colleague = { party: bank.party, person: colleagues[bank.party] ?? '' };
  return trade.must('limit.approve', { proposal, sanctioned, adhoc }, colleague);
}

export type Trade = {
  readonly rows: MemoryRows;
  /** Notes of the chain that were created and not yet spent, in hex. */
  readonly notes: ReadonlySet<string>;
  /** Real time in milliseconds, and the business day; both are moved by the test. */
  clock: { ms: bigint; today: string };
  /** Decides one act and applies it; contested ones as `fate` says. */
  act<N extends KindName>(
    kind: N,
    input: InputOf<N>,
    by: Who,
    fate?: Fate,
  ): Promise<Decision | 'NOT_FOUND'>;
  /** The same, and it must be accepted. Returns the id of the subject. */
  must<N extends KindName>(kind: N, input: InputOf<N>, by: Who, fate?: Fate): Promise<string>;
  /** The same, and it must be refused; returns the refusal's code, or NOT_FOUND. */
  refused<N extends KindName>(kind: N, input: InputOf<N>, by: Who): Promise<string>;
  /** The chain decides what waits, in order. */
  decideWaiting(fate: 'final' | 'refused'): void;
  /** Applies what settlement would, outside of an act of these slices. */
  settle(make: (act: Act) => Promise<Partial<Accepted>>): Promise<void>;
  row<R extends Row>(table: string, id: string): R;
  all<R extends Row>(table: string): readonly R[];
  sees(party: Who, object: string): boolean;
};

/** The world with one confirmed invoice of `faceMinor` from bolt to aurora, due on a Sunday. */
export function newTrade(
  options: {
    readonly faceMinor?: bigint;
    readonly currency?: string;
    readonly programme?: Partial<ProgrammeRow>;
    readonly invoice?: Partial<InvoiceRow>;
    readonly watch?: Watch;
  } = {},
): Trade {
  const { watch } = options;
  const rows = memoryRows(setting(options));
  const notes = new Set<string>();
  const clock = { ms: 1_767_225_600_000n, today: '2026-03-02' };
  const handlers = new Map(
    withExposureBarrier([
      ...partyHandlers,
      ...accountHandlers,
      ...invoiceHandlers,
      ...disputeHandlers,
      ...makeCreditHandlers({ credits }),
      ...makeReceivableHandlers({ legs }),
      ...makeFinancingHandlers({ legs: { ...legs, failed: failedFunding } }),
      ...makeRecoveryHandlers({ legs }),
      ...settlementHandlers,
    ])
      .map(withBookings)
      .map((each) => [each.kind as string, each as unknown as Handler]),
  );
  const waiting: {
    readonly made: Act;
    readonly accepted: Accepted;
    readonly spend: readonly string[];
    readonly create: readonly string[];
  }[] = [];
  let count = 0;

  async function act<N extends KindName>(
    kind: N,
    input: InputOf<N>,
    by: Who,
    fate: Fate = 'final',
  ): Promise<Decision | 'NOT_FOUND'> {
    const handler = handlers.get(kind);
    const known = kindNamed(kind);
    if (handler === undefined || known === undefined) throw new RangeError(`no handler of ${kind}`);
    const made = newAct(kind, input, by);
    let decision: Decision;
    try {
      decision = await handler.decide(rows, made as unknown as Act);
    } catch (error) {
      if (error instanceof Fault && error.code === 'NOT_FOUND') return 'NOT_FOUND';
      throw error;
    }
    if (decision.kind === 'refusal') return decision;

    const facts = (await handler.facts?.(rows, made.body as never, noSecrets)) ?? {};
    const effects = known.effects?.({
      fields: made.body as never,
      channel: new Uint8Array(32),
      facts,
      note: made.note,
      keyId: (publicKey) => publicKey,
    });
    const spend = (effects?.notes?.spend ?? []).map(hex);
    const create = (effects?.notes?.create ?? []).map(hex);
    watch?.happens('accepted', made as unknown as Act);
    if (!known.contested) watch?.happens('final', made as unknown as Act);
    rows.apply(decision.changes);
    rows.grant(
      [by.party, ...decision.readers].map((reader) => ({
        reader,
        object: actId(made.hash),
        type: 'Act',
        level: 'F' as const,
        sinceMs: made.at,
      })),
    );
    if (known.contested) {
      watch?.happened(decision.changes, []);
      waiting.push({ made: made as unknown as Act, accepted: decision, spend, create });
      if (fate !== 'pending') decideWaiting(fate);
    } else {
      rows.grant(decision.grants);
      moveNotes(spend, create);
      watch?.happened(decision.changes, decision.next);
    }
    return decision;
  }

  function moveNotes(spend: readonly string[], create: readonly string[]): void {
    for (const note of spend) {
      if (!notes.delete(note)) throw new RangeError(`note ${note} is spent twice`);
    }
    for (const note of create) notes.add(note);
  }

  function decideWaiting(fate: 'final' | 'refused'): void {
    for (const { made, accepted, spend, create } of waiting.splice(0)) {
      watch?.happens(fate, made);
      if (fate === 'refused') {
        rows.apply(accepted.whenRefused);
        watch?.happened(accepted.whenRefused, []);
        continue;
      }
      moveNotes(spend, create);
      rows.apply(accepted.whenFinal);
      rows.grant(accepted.grants);
      watch?.happened(accepted.whenFinal, accepted.next);
    }
  }

  function newAct<N extends KindName>(kind: N, input: InputOf<N>, by: Who): Act<N> {
    count += 1;
    clock.ms += 1n;
    const hash = digest(`act ${count}`);
    const seed = digest(`seed ${count}`);
    const common = { ...by, mandate: null, businessDate: clock.today };
    return {
      kind,
      hash,
      body: { ...common, ...input } as Act<N>['body'],
      ...by,
      at: clock.ms,
      businessDate: clock.today,
      id: (prefix, order) => objectId(prefix, hash, order),
      note: (order) => noteIdOf(seed, order),
      keyId: hex,
    };
  }

  function row<R extends Row>(table: string, id: string): R {
    const found = rows.tables.get(table)?.get(id);
    if (found === undefined) throw new RangeError(`no ${table} ${id}`);
    return found as R;
  }

  return {
    rows,
    notes,
    clock,
    act,
    async must(kind, input, by, fate) {
      const decision = await act(kind, input, by, fate);
      if (decision === 'NOT_FOUND' || decision.kind === 'refusal') {
        throw new Error(`${kind} was not accepted: ${said(decision)}`);
      }
      return decision.subject;
    },
    async refused(kind, input, by) {
      const decision = await act(kind, input, by);
      if (decision === 'NOT_FOUND') return decision;
      if (decision.kind !== 'refusal') throw new Error(`${kind} was accepted`);
      return decision.code;
    },
    decideWaiting,
    async settle(make) {
      const made = newAct('payment.park', { line: 'lin_1', reason: '' }, who.automation);
      const effect = await make(made as unknown as Act);
      rows.apply(effect.changes ?? []);
      rows.apply(effect.whenFinal ?? []);
      rows.grant(effect.grants ?? []);
      for (const change of effect.whenFinal ?? []) followNote(change);
    },
    row,
    all: <R extends Row>(table: string) => [...(rows.tables.get(table)?.values() ?? [])] as R[],
    sees: (party, object) => rows.tables.get('access')?.has(`${party.party}:${object}`) ?? false,
  };

  /** A paid reservation moves on to the bank's note. */
  function followNote({ table, row: after }: Change): void {
    if (table !== 'certificate' || after.state !== 'ASSIGNED') return;
    const live = new Set(
      [...(rows.tables.get('certificate')?.values() ?? [])].map((each) => hex(noteOf(each))),
    );
    for (const note of [...notes]) if (!live.has(note)) notes.delete(note);
    notes.add(hex(noteOf(after)));
  }
}

export function said(decision: Refusal | 'NOT_FOUND'): string {
  return decision === 'NOT_FOUND' ? decision : `${decision.code} ${decision.path} ${decision.seen}`;
}

/** Issues the certificate of the world's invoice and lets bolt accept it. */
export async function certified(trade: Trade): Promise<CertificateRow> {
  const invoice = trade.row<InvoiceRow>('invoice', 'inv_1');
  const id = await trade.must('certificate.issue', issueInput(invoice), who.automation);
  await trade.must('certificate.accept', { certificate: id }, who.bolt);
  return trade.row<CertificateRow>('certificate', id);
}

export function issueInput(invoice: InvoiceRow): InputOf<'certificate.issue'> {
  return {
    invoice: invoice.id,
    issuer: invoice.buyer,
    holder: invoice.seller,
    face: [invoice.approvedMinor ?? 0n, invoice.currency],
    maturity: invoice.dueDate ?? '',
  };
}

function setting(options: Parameters<typeof newTrade>[0] = {}): readonly Change[] {
  const parties = [...new Set(Object.values(who).map(({ party }) => party))];
  const { faceMinor = 100_000_00n, currency = 'EUR' } = options;
  const invoice: InvoiceRow = {
    id: 'inv_1',
    version: 1,
    state: 'CONFIRMED',
    programme: programmeId,
    seller: who.bolt.party,
    buyer: who.aurora.party,
    document: 'doc_1',
    documentDigest: new Uint8Array(32),
    format: 'UBL 2.1 Invoice',
    number: 'INV-1001',
    typeCode: '380',
    issueDate: '2026-03-01',
    statedDueDate: null,
    payableMinor: faceMinor,
    currency,
    orderReference: null,
    canonical: '',
    confirmByDate: '2026-03-10',
    pausedSinceDate: null,
    approvedMinor: faceMinor,
    dueDate: '2026-05-31',
    approvedReason: null,
    confirmedBy: 'per_clara',
    refusalReason: null,
    question: null,
    answer: null,
    paidMinor: 0n,
    disputedMinor: 0n,
    creditedMinor: 0n,
    openPair: [programmeId, who.bolt.party, who.aurora.party, currency].join(':'),
    pendingAct: null,
    createdMs: 1n,
    ...options.invoice,
  };
  const readers = [who.aurora, who.bolt, who.auditor];
  return [
    insert('business_clock', clockRow),
    ...parties.map((id) => insert('party', partyRow(id))),
    insert('programme', { ...programme, ...options.programme }),
    ...members.map(([member, role]) => insert('membership', membershipRow(member, role))),
    ...parties.map((owner) => insert('account', accountRow(owner))),
    insert('invoice', invoice),
    ...readers.map(({ party }) => insert('access', accessRow(party, 'inv_1', 'Invoice'))),
  ];
}

const members: readonly (readonly [Who, MembershipRow['role']])[] = [
  [who.aurora, 'CORE'],
  [who.bolt, 'SUPPLIER'],
  [who.copper, 'SUPPLIER'],
  [who.dye, 'SUPPLIER'],
  [who.bankA, 'BANK'],
  [who.bankB, 'BANK'],
  [who.bankC, 'BANK'],
  [who.haul, 'CARRIER'],
  [who.auditor, 'AUDITOR'],
];

const programme: ProgrammeRow = {
  id: programmeId,
  version: 1,
  core: who.aurora.party,
  name: 'Aurora Suppliers',
  technique: 'RECEIVABLES_DISCOUNTING',
  currency: null,
  minSplitMinor: 1_000_00n,
  minTenorDays: 1,
  maxTenorDays: 365,
  confirmDays: 5,
  graceDays: 5,
  dayCount: 'ACT_365F',
  businessDayRule: 'FOLLOWING',
  recourse: 'DILUTION_ONLY',
  requireDelivery: false,
  maxDepth: null,
  calendars: ['WEEKDAYS'],
  timeZone: 'UTC',
  marketOpens: '00:00',
  marketCloses: '24:00',
  exDays: 0,
  policyPacks: [],
  issueLimitMinor: null,
  createdMs: 1n,
};

function partyRow(id: string): PartyRow {
  return {
    id,
    version: 1,
    name: id,
    country: 'DE',
    scheme: 'VAT',
    number: id,
    registrationKey: id,
    numberMadeUp: true,
    roles: [],
    sponsor: null,
    state: 'ACTIVE',
    createdMs: 1n,
  };
}

function membershipRow({ party }: Who, role: MembershipRow['role']): MembershipRow {
  const id = `${programmeId}:${party}:${role}`;
  return { id, version: 1, programme: programmeId, member: party, role, createdMs: 1n };
}

function accountRow(owner: string): Row {
  return {
    id: `acc_${owner}`,
    version: 1,
    owner,
    scheme: 'OTHER',
    identifier: owner,
    holderName: owner,
    currency: null,
    servicer: null,
    heldUntilMs: null,
    createdMs: 1n,
  };
}

const clockRow: BusinessClockRow = {
  ...{ id: businessClockId, version: 1, date: '2026-03-02', realDate: '2026-03-02' },
  ...{ zone: 'UTC', mode: 'MOVABLE' },
};

function accessRow(reader: string, object: string, type: string): Row {
  return { id: `${reader}:${object}`, reader, object, type, level: 'F', sinceMs: 1n };
}

function digest(text: string): Uint8Array {
  return new Uint8Array(createHash('sha256').update(text).digest());
}

function noteOf(row: Row): Uint8Array {
  if (!(row.note instanceof Uint8Array)) throw new RangeError('a certificate has a note');
  return row.note;
}

export function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

const noSecrets: Secrets = {
  fingerprint: () => new Uint8Array(32),
  group: () => new Uint8Array(16),
};
