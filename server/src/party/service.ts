/** Taking part: loads, permits, decides. What other slices ask of parties and programmes is here too. */
import { admitPublicKey } from '../../../chain/src/crypto/ed25519.ts';
import { type Act, type AnyHandler, handler, type Parts, type Reader } from '../kernel/act.ts';
import {
  adjust,
  type Calendar,
  calendarNamed,
  isComputed,
  isPublished,
  openInAll,
} from '../kernel/calendar.ts';
import { type Change, insert, update } from '../kernel/change.ts';
import type { Decision, Refusal } from '../kernel/decision.ts';
import { notFound } from '../kernel/fault.ts';
import { invariant } from '../kernel/invariant.ts';
import { registrationKey } from '../kernel/registration.ts';
import { type BusinessDate, daysBetween } from '../kernel/time.ts';
import { setClock, tick } from './clock.ts';
import { issuanceBarrier } from './issuance.ts';
import {
  type BusinessClockRow,
  businessClockId,
  type CalendarRow,
  type IssuanceRow,
  type MandateRow,
  type MemberRole,
  type MembershipRow,
  type PartyRow,
  type PersonRow,
  type PolicyDecisionRow,
  type ProgrammeRow,
  type SigningKeyRow,
} from './model.ts';
import { mayPublish, mayRegister, maySetUp } from './policy.ts';
import type { PolicyFacts } from './policy-pack.ts';
import { findingsOf, packHash, policyBarrier } from './policy-packs.ts';
import { reinstate, sides, suspend, suspendedBarrier } from './suspension.ts';
import * as transitions from './transitions.ts';

/** The members of a programme with a role. */
export async function membersOf(
  reader: Reader,
  programme: string,
  role: MemberRole,
): Promise<readonly string[]> {
  const rows = await reader.where<MembershipRow>('membership', 'programme', programme);
  return rows.filter((each) => each.role === role).map(({ member }) => member);
}

export async function isMember(
  reader: Reader,
  programme: string,
  party: string,
  role: MemberRole,
): Promise<boolean> {
  return (await reader.get('membership', `${programme}:${party}:${role}`)) !== null;
}

export async function requireParty(reader: Reader, id: string): Promise<PartyRow> {
  return present(await reader.get<PartyRow>('party', id));
}

export async function requireProgramme(reader: Reader, id: string): Promise<ProgrammeRow> {
  return present(await reader.get<ProgrammeRow>('programme', id));
}

/** The business days of a programme, as its calendars are published today. */
export async function calendarOf(
  reader: Reader,
  { calendars }: Pick<ProgrammeRow, 'calendars'>,
): Promise<Calendar> {
  return openInAll(
    await Promise.all(
      calendars.map(async (name) => calendarNamed(name, await yearsOf(reader, name))),
    ),
  );
}

/** What the buyer has paid gives room back in the issuer's limit, where the programme has one. */
export async function issuancePaid(
  reader: Reader,
  programme: string,
  paidMinor: bigint,
): Promise<readonly Change[]> {
  const row = await reader.get<IssuanceRow>('issuance', programme);
  return row === null ? [] : [update('issuance', row, { openMinor: row.openMinor - paidMinor })];
}

/**
 * The room that a promise takes in the issuer's limit, or why there is none. Promises of one moment
 * meet at this row, and only one of them is in time.
 */
export async function issuanceTaken(
  reader: Reader,
  programme: Pick<ProgrammeRow, 'id' | 'issueLimitMinor'>,
  addedMinor: bigint,
): Promise<readonly Change[] | Refusal> {
  if (programme.issueLimitMinor === null) return [];
  const row = present(await reader.get<IssuanceRow>('issuance', programme.id));
  const refused = issuanceBarrier(row, programme, addedMinor);
  return refused ?? [update('issuance', row, { openMinor: row.openMinor + addedMinor })];
}

/**
 * What the policy packs of a programme say to a decision, as rows to store with it, or why it may not
 * be. A programme without packs has nothing to say.
 */
export function policyOf(
  act: Pick<Act, 'id' | 'at' | 'businessDate'>,
  { policyPacks }: Pick<ProgrammeRow, 'policyPacks'>,
  subject: string,
  asked: Partial<PolicyFacts> & Pick<PolicyFacts, 'occasion' | 'dueDate'>,
): readonly Change[] | Refusal {
  const facts: PolicyFacts = {
    ...{ today: act.businessDate, reason: null, hasTradeDocument: null, isOffer: null },
    ...asked,
  };
  const findings = findingsOf(policyPacks, facts);
  return (
    policyBarrier(findings, facts) ??
    findings.map(({ pack, rule, outcome, seen, expected }, order) => {
      const row: PolicyDecisionRow = {
        ...{ id: act.id('pol', order), version: 1, subject, occasion: facts.occasion },
        ...{ pack: pack.id, packVersion: pack.version, packHash: packHash(pack) },
        ...{ rule: rule.name, outcome, seen, expected, reason: facts.reason },
        facts: JSON.stringify(facts),
        ...{ decidedDate: act.businessDate, createdMs: act.at },
      };
      return insert('policy_decision', row);
    })
  );
}

/** When money moves for a promise, as the programme's calendars are published today. */
export type Payable = {
  readonly date: BusinessDate;
  readonly extraDays: number;
  readonly unpublished: readonly string[];
};

export async function payableOn(
  reader: Reader,
  programme: Pick<ProgrammeRow, 'calendars' | 'businessDayRule'>,
  dueDate: BusinessDate,
): Promise<Payable> {
  const date = adjust(dueDate, programme.businessDayRule, await calendarOf(reader, programme));
  const years = await Promise.all(
    programme.calendars.map(async (name) => ({ name, published: await yearsOf(reader, name) })),
  );
  return {
    date,
    extraDays: daysBetween(dueDate, date),
    unpublished: years
      .filter(({ name, published }) => !isPublished(name, published, date))
      .map(({ name }) => name),
  };
}

async function yearsOf(reader: Reader, calendar: string): Promise<readonly CalendarRow[]> {
  return isComputed(calendar) ? [] : reader.where<CalendarRow>('calendar', 'calendar', calendar);
}

/** Why something new may not be begun, or null: none of these organisations may be suspended. */
export async function exposureBarrier(reader: Reader, parts: Parts): Promise<Refusal | null> {
  const rows = await Promise.all(
    Object.entries(parts).map(async ([part, id]) => {
      const party = await reader.get<PartyRow>('party', id);
      return party === null ? [] : [[part, party] as const];
    }),
  );
  return suspendedBarrier(rows.flat());
}

/**
 * The handlers, each on its side of a suspension: what begins something new is refused while somebody
 * who takes part in it is suspended. The acting organisation is told at once; of another it is told
 * only when all other rules have accepted, so that nobody learns of what it may not see.
 */
export function withExposureBarrier(handlers: readonly AnyHandler[]): readonly AnyHandler[] {
  return handlers.map((each) => {
    const { kind, exposes, decide } = each;
    const isNew = sides[kind] === 'NEW_EXPOSURE';
    invariant(isNew === (exposes !== undefined), `${kind} says whom it exposes if it does`);
    if (exposes === undefined) return each;
    return {
      ...each,
      async decide(reader, act) {
        const [decision, parts] = await Promise.all([decide(reader, act), exposes(reader, act)]);
        const own = Object.fromEntries(
          Object.entries(parts).filter(([, party]) => party === act.party),
        );
        const [ownRefusal, refusal] = await Promise.all([
          exposureBarrier(reader, own),
          exposureBarrier(reader, parts),
        ]);
        return ownRefusal ?? (decision.kind === 'refusal' ? decision : (refusal ?? decision));
      },
    };
  });
}

const admin = { action: 'party.admin', amount: null } as const;

export const partyHandlers: readonly AnyHandler[] = [
  handler({
    kind: 'party.register',
    objects: () => [],
    sees: ({ sponsor }) => (sponsor === null ? [] : [sponsor]),
    mandate: () => admin,
    exposes: async (_reader, { party }) => ({ sponsor: party }),
    async decide(reader, act) {
      const acting = await requireParty(reader, act.party);
      const { scheme, number, roles, sponsor } = act.body;
      const refused = mayRegister(acting, roles, sponsor);
      if (refused !== null) return refused;
      const key = registrationKey({ scheme, number });
      const known = await reader.where<PartyRow>('party', 'registrationKey', key);
      return transitions.register(act, known);
    },
  }),
  handler({
    kind: 'party.suspend',
    objects: ({ suspended }) => [suspended],
    mandate: () => admin,
    async decide(reader, act) {
      const acting = await requireParty(reader, act.party);
      return suspend(act, acting, await requireParty(reader, act.body.suspended));
    },
  }),
  handler({
    kind: 'party.reinstate',
    objects: ({ reinstated }) => [reinstated],
    mandate: () => admin,
    async decide(reader, act) {
      const acting = await requireParty(reader, act.party);
      return reinstate(act, acting, await requireParty(reader, act.body.reinstated));
    },
  }),
  handler({
    kind: 'person.appoint',
    objects: () => [],
    sees: ({ employer }) => [employer],
    mandate: () => admin,
    decide: (reader, act) =>
      settingUp(reader, act, act.body.employer, async () => transitions.appoint(act)),
  }),
  handler({
    kind: 'mandate.grant',
    objects: () => [],
    sees: ({ holder }) => [holder],
    mandate: () => admin,
    async decide(reader, act) {
      const holder = present(await reader.get<PersonRow>('person', act.body.holder));
      return settingUp(reader, act, holder.party, async () =>
        transitions.grantMandate(act, holder),
      );
    },
  }),
  handler({
    kind: 'mandate.revoke',
    objects: ({ revoked }) => [revoked],
    mandate: () => admin,
    async decide(reader, act) {
      const mandate = present(await reader.get<MandateRow>('mandate', act.body.revoked));
      if (mandate.party !== act.party) throw notFound();
      return transitions.revokeMandate(mandate);
    },
  }),
  handler({
    kind: 'key.register',
    objects: () => [],
    sees: ({ owner, holder }) => (holder === null ? [owner] : [owner, holder]),
    // One's own further key needs no mandate: the existing key countersigns it.
    mandate: (body) => (body.person === body.holder ? null : admin),
    facts: async (_reader, body, secrets) => ({ group: secrets.group(body.owner) }),
    async decide(reader, act) {
      const owner = present(await reader.get<PartyRow>('party', act.body.owner));
      const holder =
        act.body.holder === null
          ? null
          : present(await reader.get<PersonRow>('person', act.body.holder));
      if (holder !== null && holder.party !== owner.id) throw notFound();
      const known = await reader.get<SigningKeyRow>('signing_key', act.keyId(act.body.publicKey));
      const admission = admitPublicKey(act.body.publicKey);
      return settingUp(reader, act, owner.id, async () =>
        transitions.registerKey(act, { owner, holder, known, admission }),
      );
    },
  }),
  handler({
    kind: 'key.revoke',
    objects: () => [],
    mandate: () => admin,
    facts: async (_reader, body, secrets) => ({ group: secrets.group(body.party) }),
    async decide(reader, act) {
      const key = present(
        await reader.get<SigningKeyRow>('signing_key', act.keyId(act.body.publicKey)),
      );
      if (key.party !== act.party) throw notFound();
      return transitions.revokeKey(key);
    },
  }),
  handler({
    kind: 'programme.open',
    objects: () => [],
    mandate: () => admin,
    exposes: async (_reader, { party }) => ({ core: party }),
    async decide(reader, act) {
      const core = await requireParty(reader, act.party);
      const known = new Set<string>();
      for (const name of act.body.calendars) {
        if ((await yearsOf(reader, name)).length > 0) known.add(name);
      }
      return transitions.openProgramme(act, core, known);
    },
  }),
  handler({
    kind: 'calendar.publish',
    objects: ({ calendar, year }) => [`${calendar}:${year}`],
    sees: () => [],
    mandate: () => admin,
    async decide(reader, act) {
      const refused = mayPublish(await requireParty(reader, act.party));
      if (refused !== null) return refused;
      const id = `${act.body.calendar}:${act.body.year}`;
      return transitions.publishCalendar(act, await reader.get<CalendarRow>('calendar', id));
    },
  }),
  handler({
    kind: 'programme.amend',
    objects: ({ programme }) => [programme],
    mandate: () => admin,
    async decide(reader, act) {
      const programme = await requireProgramme(reader, act.body.programme);
      if (programme.core !== act.party) throw notFound();
      const members = await reader.where<MembershipRow>('membership', 'programme', programme.id);
      return transitions.amendProgramme(act, programme, members);
    },
  }),
  handler({
    kind: 'programme.admit',
    objects: ({ programme }) => [programme],
    mandate: () => admin,
    exposes: async (_reader, { party, body }) => ({ core: party, member: body.member }),
    async decide(reader, act) {
      const programme = await requireProgramme(reader, act.body.programme);
      if (programme.core !== act.party) throw notFound();
      const joining = await requireParty(reader, act.body.member);
      const members = await reader.where<MembershipRow>('membership', 'programme', programme.id);
      return transitions.admit(act, programme, joining, members);
    },
  }),
  handler({
    kind: 'clock.set',
    objects: () => [businessClockId],
    sees: () => [],
    mandate: () => admin,
    async decide(reader, act) {
      const acting = await requireParty(reader, act.party);
      if (!acting.roles.includes('GOVERNOR')) throw notFound();
      return setClock(await clockOf(reader), { date: act.body.date, at: act.at });
    },
  }),
  handler({
    kind: 'clock.tick',
    objects: () => [businessClockId],
    decide: async (reader, act) => tick(await clockOf(reader), { date: act.body.date, at: act.at }),
  }),
];

async function clockOf(reader: Reader): Promise<BusinessClockRow> {
  const clock = await reader.get<BusinessClockRow>('business_clock', businessClockId);
  invariant(clock !== null, 'there is a business clock');
  return clock;
}

/** Does it when the acting party may set the target up. What is not its own and has a key is not found. */
async function settingUp(
  reader: Reader,
  act: Act,
  target: string,
  decide: () => Promise<Decision>,
): Promise<Decision> {
  const acting = await requireParty(reader, act.party);
  const party = await requireParty(reader, target);
  const keys = await reader.where<SigningKeyRow>('signing_key', 'party', target);
  const refused = maySetUp(acting, party, keys.length > 0);
  if (refused === null) return decide();
  if (acting.roles.includes('OPERATOR') || party.sponsor === acting.id) return refused;
  throw notFound();
}

function present<T>(row: T | null): T {
  if (row === null) throw notFound();
  return row;
}
