/** Invoices, proposals and terms for tests: state only what a test is about. */
import type { InputOf, KindName } from '../../../chain/src/act/kinds.ts';
import type {
  InvoiceRow,
  ProposalRow,
  Terms,
  Undertaking,
} from '../../../server/src/invoice/model.ts';
import { confirmationStatement } from '../../../server/src/invoice/model.ts';
import type { Act } from '../../../server/src/kernel/act.ts';
import { weekdays } from '../../../server/src/kernel/calendar.ts';
import type { Change } from '../../../server/src/kernel/change.ts';
import { insert } from '../../../server/src/kernel/change.ts';

/** Monday, the day of the tests. */
export const today = '2026-03-02';
/** In 90 days. */
export const dueDay = '2026-05-31';

const numbers = { currency: null, minTenorDays: 15, maxTenorDays: 180, confirmDays: 5 } as const;
export const terms: Terms = { ...numbers, isOpen: weekdays };

export function invoiceRow(change: Partial<InvoiceRow> = {}): InvoiceRow {
  return {
    id: 'inv_1',
    version: 2,
    state: 'RECEIVED',
    programme: 'prg_aurora',
    seller: 'pty_bolt',
    buyer: 'pty_aurora',
    document: 'doc_1',
    documentDigest: new Uint8Array(32).fill(7),
    format: 'UBL 2.1 Invoice',
    number: 'INV-1001',
    typeCode: '380',
    issueDate: today,
    statedDueDate: dueDay,
    payableMinor: 100_000_00n,
    currency: 'CNY',
    orderReference: null,
    canonical: 'tallystick/invoice/1\nUSCC B\nUSCC A\nINV-1001\n2026-03-02',
    confirmByDate: '2026-03-09',
    pausedSinceDate: null,
    approvedMinor: null,
    dueDate: null,
    approvedReason: null,
    confirmedBy: null,
    refusalReason: null,
    question: null,
    answer: null,
    paidMinor: 0n,
    disputedMinor: 0n,
    creditedMinor: 0n,
    openPair: null,
    pendingAct: null,
    createdMs: 1n,
    ...change,
  };
}

/** The promise as columns of the row, in full. */
export const promised: Partial<InvoiceRow> = {
  approvedMinor: 100_000_00n,
  dueDate: dueDay,
  confirmedBy: 'per_approver',
};

export function proposalRow(change: Partial<ProposalRow> = {}): ProposalRow {
  return {
    id: 'prp_1',
    version: 1,
    invoice: 'inv_1',
    state: 'OPEN',
    approvedMinor: 100_000_00n,
    currency: 'CNY',
    dueDate: dueDay,
    reason: null,
    proposedBy: 'per_clerk',
    returnedReason: null,
    createdMs: 2n,
    ...change,
  };
}

export function undertaking(change: Partial<Undertaking> = {}): Undertaking {
  return {
    approved: { minor: 100_000_00n, currency: 'CNY' },
    dueDate: dueDay,
    reason: null,
    ...change,
  };
}

export const promiseWords = { person: 'per_approver', statement: confirmationStatement };

/** Who takes part in the tests of the service: Aurora's programme, and one of somebody else. */
export const members: readonly Change[] = [
  ...['pty_bolt', 'pty_copper', 'pty_aurora', 'pty_bank', 'pty_auditor', 'pty_outsider'].map((id) =>
    insert('party', {
      ...{ id, version: 1, name: id, country: 'CN', scheme: 'USCC', number: id.toUpperCase() },
      ...{
        registrationKey: id,
        numberMadeUp: true,
        roles: [],
        sponsor: null,
        state: 'ACTIVE',
        createdMs: 0n,
      },
    }),
  ),
  insert('programme', {
    ...{ id: 'prg_aurora', version: 1, core: 'pty_aurora', name: 'Aurora', technique: 'X' },
    ...{ ...numbers, minSplitMinor: 1n, graceDays: 3, dayCount: 'ACT_365F' },
    ...{ businessDayRule: 'FOLLOWING', recourse: 'NONE', requireDelivery: false, maxDepth: null },
    ...{ calendars: ['WEEKDAYS'], timeZone: 'UTC', marketOpens: '00:00', marketCloses: '24:00' },
    ...{ exDays: 0, policyPacks: [], issueLimitMinor: null, createdMs: 0n },
  }),
  ...[
    ['pty_bolt', 'SUPPLIER'],
    ['pty_copper', 'SUPPLIER'],
    ['pty_aurora', 'CORE'],
    ['pty_bank', 'BANK'],
    ['pty_auditor', 'AUDITOR'],
  ].map(([member = '', role = '']) =>
    insert('membership', {
      ...{ id: `prg_aurora:${member}:${role}`, version: 1, programme: 'prg_aurora', member, role },
      createdMs: 0n,
    }),
  ),
];

export type Actor = { readonly party: string; readonly person: string | null };
export const supplier: Actor = { party: 'pty_bolt', person: 'per_seller' };
export const clerk: Actor = { party: 'pty_aurora', person: 'per_clerk' };
export const approver: Actor = { party: 'pty_aurora', person: 'per_approver' };
export const auditor: Actor = { party: 'pty_auditor', person: 'per_auditor' };
export const outsider: Actor = { party: 'pty_outsider', person: 'per_outsider' };
export const bank: Actor = { party: 'pty_bank', person: 'per_analyst' };
export const automation: Actor = { party: 'pty_operator', person: null };

let acts = 0;

/** An act as the pipeline would hand it to a handler. */
export function actOf<N extends KindName>(
  kind: N,
  actor: Actor,
  input: InputOf<N>,
  businessDate = today,
): Act<N> {
  acts += 1;
  const order = acts;
  return {
    kind,
    hash: new Uint8Array(32).fill(order % 256),
    body: { ...actor, mandate: null, businessDate, ...input } as Act<N>['body'],
    ...actor,
    at: BigInt(order),
    businessDate,
    id: (prefix, nth) => `${prefix}_${order}_${nth}`,
    note: () => new Uint8Array(32),
    keyId: () => 'key',
  };
}
