/** The words of taking part: organisations, people, mandates, keys, programmes, accounts. */
import type { CalendarYear } from '../kernel/calendar.ts';
import type { MandateRow } from '../platform/mandates.ts';

export type { MandateRow };

export const partyRoles = [
  'CORE',
  'SUPPLIER',
  'BANK',
  'CARRIER',
  'AUDITOR',
  'GOVERNOR',
  'OPERATOR',
] as const;
export type PartyRole = (typeof partyRoles)[number];
/** Roles within a programme. */
export const memberRoles = ['CORE', 'SUPPLIER', 'BANK', 'CARRIER', 'AUDITOR'] as const;
export type MemberRole = (typeof memberRoles)[number];

/** What a mandate can be for. */
export const mandateActions = [
  'party.admin',
  'invoice.submit',
  'invoice.propose',
  'invoice.confirm',
  'dispute.raise',
  'credit.issue',
  'certificate.hold',
  'shipment.assign',
  'delivery.record',
  'finance.request',
  'limit.set',
  'quote.submit',
  'finance.propose',
  'finance.approve',
  'statement.import',
  'statement.reconcile',
  'payment.instruct',
  'payment.release',
  'recourse.call',
  'asset.writeoff',
] as const;

/** Techniques by their standard names (Global Supply Chain Finance Forum, standard definitions). */
export const techniques = [
  'RECEIVABLES_DISCOUNTING',
  'PAYABLES_FINANCE',
  'FACTORING',
  'DYNAMIC_DISCOUNTING',
] as const;
export const dayCounts = ['ACT_365F', 'ACT_360', 'THIRTY_360'] as const;
export const businessDayRules = ['FOLLOWING', 'MODIFIED_FOLLOWING', 'PRECEDING'] as const;
export const recourses = ['NONE', 'DILUTION_ONLY', 'LIMITED', 'FULL'] as const;

export type PartyRow = {
  readonly id: string;
  readonly version: number;
  readonly name: string;
  readonly country: string;
  readonly scheme: string;
  readonly number: string;
  /** Scheme and number as they are compared: case, spaces and punctuation make no difference. */
  readonly registrationKey: string;
  readonly numberMadeUp: boolean;
  readonly roles: readonly string[];
  readonly sponsor: string | null;
  readonly state: 'ACTIVE' | 'SUSPENDED';
  readonly createdMs: bigint;
};

export type PersonRow = {
  readonly id: string;
  readonly version: number;
  readonly party: string;
  readonly name: string;
  readonly role: string;
  readonly createdMs: bigint;
};

export type SigningKeyRow = {
  /** The key's pseudonym in the channel, hex. */
  readonly id: string;
  readonly version: number;
  readonly party: string;
  readonly person: string | null;
  readonly publicKey: Uint8Array;
  readonly custody: string;
  readonly label: string;
  readonly holderName: string;
  readonly ownerName: string;
  readonly revoked: boolean;
  /** Acts signed so far, and the last of them. */
  readonly seq: bigint;
  readonly lastAct: Uint8Array | null;
  readonly createdMs: bigint;
};

export type ProgrammeRow = {
  readonly id: string;
  readonly version: number;
  readonly core: string;
  readonly name: string;
  readonly technique: string;
  readonly currency: string | null;
  readonly minSplitMinor: bigint;
  readonly minTenorDays: number;
  readonly maxTenorDays: number;
  readonly confirmDays: number;
  readonly graceDays: number;
  readonly dayCount: string;
  readonly businessDayRule: string;
  readonly recourse: string;
  readonly requireDelivery: boolean;
  readonly maxDepth: number | null;
  /** Names of calendars; a day counts when all are open. */
  readonly calendars: readonly string[];
  readonly timeZone: string;
  /** 'HH:MM' in the zone; quotes are taken from the one until before the other. */
  readonly marketOpens: string;
  readonly marketCloses: string;
  /** Business days before maturity from which nothing is passed on; 0 for none. */
  readonly exDays: number;
  /** Labels of policy packs (policy-packs.ts). */
  readonly policyPacks: readonly string[];
  /** What the core enterprise may owe at a time, in minor units of `currency`; null for any amount. */
  readonly issueLimitMinor: bigint | null;
  readonly createdMs: bigint;
};

/** A year of a published calendar. `id` is the name and the year, joined by a colon. */
export type CalendarRow = CalendarYear & {
  readonly id: string;
  readonly version: number;
  /** Who decided it, such as a notice of a government. */
  readonly source: string;
  readonly createdMs: bigint;
};

/** What a core enterprise has promised in a programme and not yet paid; kept where it has a limit. */
export type IssuanceRow = {
  /** The programme. */
  readonly id: string;
  readonly version: number;
  readonly currency: string;
  readonly openMinor: bigint;
};

/** What one rule of a policy pack said to one decision. Never changes. */
export type PolicyDecisionRow = {
  readonly id: string;
  readonly version: number;
  /** The invoice, certificate or transfer that was decided on. */
  readonly subject: string;
  /** The kind of the act. */
  readonly occasion: string;
  readonly pack: string;
  readonly packVersion: number;
  readonly packHash: string;
  readonly rule: string;
  readonly outcome: string;
  readonly seen: string;
  readonly expected: string;
  readonly reason: string | null;
  /** What the rule looked at, as JSON with its keys in order. */
  readonly facts: string;
  readonly decidedDate: string;
  readonly createdMs: bigint;
};

export type MembershipRow = {
  /** programme, member and role, joined by colons. */
  readonly id: string;
  readonly version: number;
  readonly programme: string;
  readonly member: string;
  readonly role: MemberRole;
  readonly createdMs: bigint;
};

export type AccountRow = {
  readonly id: string;
  readonly version: number;
  readonly owner: string;
  readonly scheme: string;
  readonly identifier: string;
  readonly holderName: string;
  readonly currency: string | null;
  readonly servicer: string | null;
  /** It was changed: nothing is paid to it before this moment of the trade's clock. */
  readonly heldUntilMs: bigint | null;
  readonly createdMs: bigint;
};

export const accountChangeStates = ['OPEN', 'IN_FORCE', 'RETRACTED'] as const;

/** Another account in the place of one. What the account was before stays here. */
export type AccountChangeRow = {
  readonly id: string;
  readonly version: number;
  readonly state: (typeof accountChangeStates)[number];
  readonly account: string;
  readonly owner: string;
  readonly scheme: string;
  readonly identifier: string;
  readonly holderName: string;
  readonly oldScheme: string;
  readonly oldIdentifier: string;
  readonly oldHolderName: string;
  readonly reason: string;
  /** The person. */
  readonly proposedBy: string;
  /** The people who agreed, in order. */
  readonly approvedBy: readonly string[];
  readonly heldUntilMs: bigint | null;
  readonly createdMs: bigint;
};

/** How the business day moves (clock.ts). */
export const clockModes = ['REAL', 'MOVABLE', 'BY_HAND'] as const;
export type ClockMode = (typeof clockModes)[number];

export type BusinessClockRow = {
  readonly id: string;
  readonly version: number;
  readonly date: string;
  /** The day that it was in the zone when `date` was written. */
  readonly realDate: string;
  /** IANA name: where midnight ends the day. */
  readonly zone: string;
  readonly mode: ClockMode;
};

/** The one row of the business clock. */
export const businessClockId = 'business';
/** The operator stands in the genesis; no act registers it. */
export const operatorId = 'pty_operator';
