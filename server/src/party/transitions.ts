/**
 * Joining and being set up. Pure: rows and the act in, changes out.
 *
 *   party ──register──▶ ACTIVE      person ──appoint──▶      mandate ──grant──▶ valid ──revoke──▶ revoked
 *   key ──register──▶ active ──revoke──▶ revoked             programme ──open──▶ ──admit──▶ members
 */
import type { Act } from '../kernel/act.ts';
import { computedCalendars, isComputed } from '../kernel/calendar.ts';
import { type Grant, insert, update } from '../kernel/change.ts';
import { accept, type Decision, refuse } from '../kernel/decision.ts';
import { isCurrency } from '../kernel/money.ts';
import { plainNumber, registrationKey } from '../kernel/registration.ts';
import { isDate } from '../kernel/time.ts';
import { isZone, minuteOf } from '../kernel/zone.ts';
import { numberProblem } from './check-digits.ts';
import {
  businessDayRules,
  type CalendarRow,
  dayCounts,
  type IssuanceRow,
  type MandateRow,
  type MemberRole,
  type MembershipRow,
  mandateActions,
  memberRoles,
  operatorId,
  type PartyRow,
  type PersonRow,
  type ProgrammeRow,
  partyRoles,
  recourses,
  type SigningKeyRow,
  techniques,
} from './model.ts';
import { packLabel, packNamed, policyPacks } from './policy-packs.ts';

const nameMax = 300;
const calendarsMax = 8;

/**
 * An organisation joins. A number that is not said to be made up must hold by its check digits, and no
 * two organisations have one number, however it is written; `known` are those that have it.
 */
export function register(act: Act<'party.register'>, known: readonly PartyRow[]): Decision {
  const { name, country, scheme, number, numberMadeUp, roles, sponsor } = act.body;
  if (name.trim() === '' || name.length > nameMax) {
    return bad('name', `${name.length} characters`, `1 to ${nameMax} characters`);
  }
  if (!/^[A-Z]{2}$/.test(country)) return bad('country', country, 'two capitals (ISO 3166-1)');
  if (number.trim() === '') return bad('number', number, 'a registration number');
  if (plainNumber(number) === '') return bad('number', number, 'letters or digits');
  const problem = numberMadeUp ? null : numberProblem(scheme, number);
  if (problem !== null) {
    return refuse(
      'TAX_ID_CHECKSUM',
      'The registration number does not hold by its own check digits.',
      {
        path: 'number',
        ...problem,
        help: 'Read the number again from the register or the licence.',
      },
    );
  }
  const unknown = roles.find((role) => !(partyRoles as readonly string[]).includes(role));
  if (roles.length === 0 || unknown !== undefined) {
    return bad('roles', unknown ?? 'none', partyRoles.join(', '));
  }
  if (known.length > 0) {
    return refuse('PARTY_KNOWN', 'An organisation with this registration takes part already.', {
      path: 'number',
      seen: `${scheme} ${number}`,
      expected: 'a registration that is not there yet',
      help: 'Invite the people of that organisation instead.',
    });
  }
  const id = act.id('pty', 0);
  const row: PartyRow = {
    id,
    version: 1,
    ...{ name, country, scheme, number, numberMadeUp, roles, sponsor },
    registrationKey: registrationKey({ scheme, number }),
    state: 'ACTIVE',
    createdMs: act.at,
  };
  return accept(id, [insert('party', row)], {
    // The operator may set it up until it has a key of its own, whoever brought it in.
    grants: [id, act.party, operatorId].map((reader) => grant(act, reader, id, 'Party')),
  });
}

export function appoint(act: Act<'person.appoint'>): Decision {
  const { employer, name, role } = act.body;
  if (name.trim() === '' || name.length > nameMax) return bad('name', name, 'a name');
  const id = act.id('per', 0);
  const row: PersonRow = { id, version: 1, party: employer, name, role, createdMs: act.at };
  return accept(id, [insert('person', row)], {
    grants: [grant(act, employer, id, 'Person'), grant(act, act.party, id, 'Person')],
    readers: [employer],
  });
}

export function grantMandate(act: Act<'mandate.grant'>, holder: PersonRow): Decision {
  const { action, limit, validFrom, validTo } = act.body;
  if (!(mandateActions as readonly string[]).includes(action)) {
    return bad('action', action, mandateActions.join(', '));
  }
  if (validFrom > validTo) return bad('validTo', validTo, `${validFrom} or later`);
  if (limit !== null && limit[0] < 0n) return bad('limit.amount', `${limit[0]}`, 'not negative');
  const id = act.id('mdt', 0);
  const row: MandateRow = {
    id,
    version: 1,
    party: holder.party,
    holder: holder.id,
    action,
    limitMinor: limit?.[0] ?? null,
    limitCurrency: limit?.[1] ?? null,
    validFromDate: validFrom,
    validToDate: validTo,
    revoked: false,
    createdMs: act.at,
  };
  return accept(id, [insert('mandate', row)], {
    grants: [grant(act, holder.party, id, 'Mandate'), grant(act, act.party, id, 'Mandate')],
    readers: [holder.party],
  });
}

export function revokeMandate(mandate: MandateRow): Decision {
  if (mandate.revoked) return accept(mandate.id, [], { readers: [mandate.party] });
  return accept(mandate.id, [update('mandate', mandate, { revoked: true })], {
    readers: [mandate.party],
  });
}

export type KeyFacts = {
  readonly owner: PartyRow;
  readonly holder: PersonRow | null;
  readonly known: SigningKeyRow | null;
  /** What the Ed25519 rule says of the key: 'ok', or why it is not admitted. */
  readonly admission: string;
};

export function registerKey(act: Act<'key.register'>, facts: KeyFacts): Decision {
  const { owner, holder, known, admission } = facts;
  const { publicKey, custody, label, ownerName, holderName } = act.body;
  if (admission !== 'ok') return bad('publicKey', admission, 'a valid Ed25519 public key');
  if (known !== null) return bad('publicKey', known.id, 'a key that is not registered yet');
  if (custody !== 'device' && custody !== 'program' && custody !== 'custodial') {
    return bad('custody', custody, 'device, program or custodial');
  }
  if (ownerName !== owner.name) return bad('ownerName', ownerName, owner.name);
  if (holder !== null && holderName !== holder.name)
    return bad('holderName', holderName, holder.name);
  const id = act.keyId(publicKey);
  const row: SigningKeyRow = {
    id,
    version: 1,
    party: owner.id,
    person: holder?.id ?? null,
    ...{ publicKey, custody, label, holderName, ownerName },
    revoked: false,
    seq: 0n,
    lastAct: null,
    createdMs: act.at,
  };
  return accept(id, [insert('signing_key', row)], {
    grants: [grant(act, owner.id, id, 'Key'), grant(act, act.party, id, 'Key')],
    readers: [owner.id],
  });
}

export function revokeKey(key: SigningKeyRow): Decision {
  if (key.revoked) return accept(key.id, [], { readers: [key.party] });
  return accept(key.id, [update('signing_key', key, { revoked: true })], { readers: [key.party] });
}

/**
 * A core enterprise sets the terms. `known` are the calendars that anyone has published: a programme
 * that names another could not say when its money moves, and is refused.
 */
export function openProgramme(
  act: Act<'programme.open'>,
  core: PartyRow,
  known: ReadonlySet<string>,
): Decision {
  const body = act.body;
  if (!core.roles.includes('CORE')) {
    return refuse('NOT_A_CORE_ENTERPRISE', 'Only a core enterprise opens a programme.', {
      seen: core.roles.join(', '),
      expected: 'CORE',
      help: 'Ask the operator of the network for that role.',
    });
  }
  const wrong =
    oneOf('technique', body.technique, techniques) ??
    oneOf('dayCount', body.dayCount, dayCounts) ??
    oneOf('businessDayRule', body.businessDayRule, businessDayRules) ??
    oneOf('recourse', body.recourse, recourses) ??
    (body.name.trim() === '' ? bad('name', '', 'a name') : null) ??
    (body.currency !== null && !isCurrency(body.currency)
      ? bad('currency', body.currency, 'three capitals (ISO 4217)')
      : null) ??
    within('minSplitMinor', body.minSplitMinor, 1n, 10n ** 15n) ??
    within('minTenorDays', body.minTenorDays, 0n, 3660n) ??
    within('maxTenorDays', body.maxTenorDays, body.minTenorDays, 3660n) ??
    within('confirmDays', body.confirmDays, 0n, 366n) ??
    within('graceDays', body.graceDays, 0n, 366n) ??
    within('exDays', body.exDays, 0n, 60n) ??
    limitProblem(body) ??
    packsProblem(body.policyPacks) ??
    calendarsProblem(body.calendars, known) ??
    hoursProblem(body);
  if (wrong !== null) return wrong;
  const id = act.id('prg', 0);
  const row: ProgrammeRow = {
    id,
    version: 1,
    core: core.id,
    name: body.name,
    technique: body.technique,
    currency: body.currency,
    minSplitMinor: body.minSplitMinor,
    minTenorDays: Number(body.minTenorDays),
    maxTenorDays: Number(body.maxTenorDays),
    confirmDays: Number(body.confirmDays),
    graceDays: Number(body.graceDays),
    dayCount: body.dayCount,
    businessDayRule: body.businessDayRule,
    recourse: body.recourse,
    requireDelivery: body.requireDelivery,
    maxDepth: body.maxDepth === null ? null : Number(body.maxDepth),
    calendars: body.calendars,
    timeZone: body.timeZone,
    marketOpens: body.marketOpens,
    marketCloses: body.marketCloses,
    exDays: Number(body.exDays),
    policyPacks: body.policyPacks,
    issueLimitMinor: body.issueLimitMinor,
    createdMs: act.at,
  };
  return accept(
    id,
    [
      insert('programme', row),
      insert('membership', member(act, id, core.id, 'CORE')),
      ...issuance(row),
    ],
    {
      grants: [grant(act, core.id, id, 'Programme')],
    },
  );
}

/**
 * Other terms for what is submitted, promised and quoted from now on. What binds a certificate that is
 * there (recourse, smallest part, hands, calendars, day count, grace, delivery) is never amended: another
 * programme has those. A limit is amended, not begun or ended, because what is promised without one is
 * not counted. The same terms again change nothing.
 */
export function amendProgramme(
  act: Act<'programme.amend'>,
  programme: ProgrammeRow,
  members: readonly MembershipRow[],
): Decision {
  const { body } = act;
  const { name, marketOpens, marketCloses, policyPacks, issueLimitMinor, reason } = body;
  const { currency, timeZone } = programme;
  const hasLimit = programme.issueLimitMinor !== null;
  const wrong =
    (name.trim() === '' ? bad('name', '', 'a name') : null) ??
    within('minTenorDays', body.minTenorDays, 0n, 3660n) ??
    within('maxTenorDays', body.maxTenorDays, body.minTenorDays, 3660n) ??
    within('confirmDays', body.confirmDays, 0n, 366n) ??
    packsProblem(policyPacks) ??
    hoursProblem({ marketOpens, marketCloses, timeZone }) ??
    (hasLimit === (issueLimitMinor !== null)
      ? limitProblem({ issueLimitMinor, currency })
      : limitFixed(hasLimit)) ??
    (reason.trim() === '' || reason.length > nameMax
      ? bad('reason', `${reason.trim().length} characters`, `1 to ${nameMax} characters`)
      : null);
  if (wrong !== null) return wrong;
  const after = {
    ...{ name, marketOpens, marketCloses, policyPacks, issueLimitMinor },
    minTenorDays: Number(body.minTenorDays),
    maxTenorDays: Number(body.maxTenorDays),
    confirmDays: Number(body.confirmDays),
  };
  const isSame = Object.entries(after).every(
    ([term, value]) => `${value}` === `${programme[term as keyof typeof after]}`,
  );
  const readers = [...new Set(members.map((each) => each.member))];
  return accept(programme.id, isSame ? [] : [update('programme', programme, after)], { readers });
}

function limitFixed(hasLimit: boolean) {
  return refuse('ISSUE_LIMIT_FIXED', 'A limit is amended, not begun or ended.', {
    path: 'issueLimitMinor',
    seen: hasLimit ? 'no limit' : 'a limit',
    expected: hasLimit ? 'a limit' : 'no limit',
    help: 'Open another programme with or without a limit.',
  });
}

/** A limit is an amount of one currency, so the programme has one. */
function limitProblem({
  issueLimitMinor,
  currency,
}: Pick<ProgrammeRow, 'issueLimitMinor' | 'currency'>) {
  if (issueLimitMinor === null) return null;
  if (currency === null)
    return bad('currency', 'every currency', 'one currency, that of the limit');
  return within('issueLimitMinor', issueLimitMinor, 1n, 10n ** 17n);
}

/** Nothing is promised yet. Kept only where there is a limit, as one row that all promises wait for. */
function issuance({ id, currency, issueLimitMinor }: ProgrammeRow) {
  if (issueLimitMinor === null || currency === null) return [];
  const row: IssuanceRow = { id, version: 1, currency, openMinor: 0n };
  return [insert('issuance', row)];
}

function packsProblem(labels: readonly string[]) {
  const unknown = labels.find((label) => packNamed(label) === null);
  if (unknown === undefined && new Set(labels).size === labels.length) return null;
  return bad('policyPacks', labels.join(', '), policyPacks.map(packLabel).join(', '));
}

function calendarsProblem(named: readonly string[], known: ReadonlySet<string>) {
  if (named.length === 0 || named.length > calendarsMax || new Set(named).size < named.length) {
    return bad('calendars', named.join(', '), `1 to ${calendarsMax} different calendars`);
  }
  const unknown = named.find((name) => !isComputed(name) && !known.has(name));
  if (unknown === undefined) return null;
  return refuse('CALENDAR_UNKNOWN', 'Nobody has published this calendar.', {
    path: 'calendars',
    seen: unknown,
    expected: [...computedCalendars, ...known].join(', '),
    help: 'Ask the operator of the network to publish it.',
  });
}

function hoursProblem({
  timeZone,
  marketOpens,
  marketCloses,
}: Pick<ProgrammeRow, 'timeZone' | 'marketOpens' | 'marketCloses'>) {
  if (!isZone(timeZone)) return bad('timeZone', timeZone, 'a zone such as Asia/Shanghai');
  const opens = minuteOf(marketOpens);
  const closes = minuteOf(marketCloses);
  if (opens === null) return bad('marketOpens', marketOpens, 'a time of day such as 09:00');
  if (closes === null || closes <= opens) {
    return bad('marketCloses', marketCloses, `a time of day after ${marketOpens}, at most 24:00`);
  }
  return null;
}

/**
 * A year of a calendar, or its correction: the later text replaces the earlier. What was decided by
 * the earlier one stands, because dates are stored with what they bind.
 */
export function publishCalendar(
  act: Act<'calendar.publish'>,
  before: CalendarRow | null,
): Decision {
  const { calendar, closed, open, source } = act.body;
  const year = Number(act.body.year);
  const wrong =
    (/^[A-Z][A-Z0-9_]{1,19}$/.test(calendar) && !isComputed(calendar)
      ? null
      : bad('calendar', calendar, 'a name in capitals such as CN, of no computed calendar')) ??
    within('year', act.body.year, 1990n, 2199n) ??
    daysProblem('closed', closed, year) ??
    daysProblem('open', open, year) ??
    (source.trim() === '' || source.length > nameMax
      ? bad('source', source.slice(0, nameMax), 'who decided it, in words')
      : null);
  if (wrong !== null) return wrong;
  const both = closed.find((day) => open.includes(day));
  if (both !== undefined) return bad('open', both, 'a day that is not closed as well');
  const days = { closed: [...closed].sort(), open: [...open].sort(), source };
  const id = `${calendar}:${year}`;
  if (before !== null) return accept(id, [update('calendar', before, days)]);
  const row: CalendarRow = { id, version: 1, calendar, year, ...days, createdMs: act.at };
  return accept(id, [insert('calendar', row)]);
}

function daysProblem(path: string, days: readonly string[], year: number) {
  const strange = days.find((day) => !isDate(day) || !day.startsWith(`${year}-`));
  if (strange !== undefined) return bad(path, strange, `days of ${year}`);
  return new Set(days).size === days.length ? null : bad(path, 'a day twice', 'each day once');
}

/** A member joins with one role. Who then sees whom follows from the roles; carriers see only the core enterprise. */
export function admit(
  act: Act<'programme.admit'>,
  programme: ProgrammeRow,
  joining: PartyRow,
  members: readonly MembershipRow[],
): Decision {
  const { role } = act.body;
  const wrong = oneOf('role', role, memberRoles) ?? oneOf('role', role, joining.roles);
  if (wrong !== null) return wrong;
  const row = member(act, programme.id, joining.id, role as MemberRole);
  if (members.some(({ id }) => id === row.id))
    return accept(programme.id, [], { readers: [joining.id] });
  const grants: Grant[] = [grant(act, joining.id, programme.id, 'Programme')];
  for (const other of members) {
    if (other.member === joining.id) continue;
    if (sees(other.role, row.role)) grants.push(grant(act, other.member, joining.id, 'Party'));
    if (sees(row.role, other.role)) grants.push(grant(act, joining.id, other.member, 'Party'));
  }
  return accept(programme.id, [insert('membership', row)], { grants, readers: [joining.id] });
}

/** Whether one role sees organisations of another within a programme. */
export function sees(reader: MemberRole, other: MemberRole): boolean {
  switch (reader) {
    case 'CORE':
    case 'AUDITOR':
      return true;
    case 'SUPPLIER':
      return other === 'CORE' || other === 'SUPPLIER' || other === 'BANK' || other === 'CARRIER';
    case 'BANK':
      return other === 'CORE' || other === 'SUPPLIER';
    case 'CARRIER':
      return other === 'CORE';
  }
}

function member(act: Act, programme: string, party: string, role: MemberRole): MembershipRow {
  const id = `${programme}:${party}:${role}`;
  return { id, version: 1, programme, member: party, role, createdMs: act.at };
}

function grant(act: Pick<Act, 'at'>, reader: string, object: string, type: string): Grant {
  return { reader, object, type, level: 'F', sinceMs: act.at };
}

function bad(path: string, seen: string, expected: string) {
  return refuse('BAD_INPUT', `${path} is not as it must be.`, { path, seen, expected });
}

function oneOf(path: string, seen: string, allowed: readonly string[]) {
  return allowed.includes(seen) ? null : bad(path, seen, allowed.join(', '));
}

function within(path: string, seen: bigint, min: bigint, max: bigint) {
  return seen >= min && seen <= max ? null : bad(path, seen.toString(), `${min} to ${max}`);
}
