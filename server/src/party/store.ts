/** Parties, programmes and people as one organisation may see them. */
import type pg from 'pg';
import type { FollowUp } from '../kernel/change.ts';
import type { Moment } from '../kernel/time.ts';
import type { PageInput, See, Seen } from '../platform/see.ts';
import { dayAt } from './clock.ts';
import type {
  AccountChangeRow,
  AccountRow,
  BusinessClockRow,
  CalendarRow,
  MandateRow,
  MembershipRow,
  PartyRow,
  PersonRow,
  PolicyDecisionRow,
  ProgrammeRow,
  SigningKeyRow,
} from './model.ts';

export type PartyView = Seen<PartyRow>;
export type ProgrammeView = Seen<ProgrammeRow>;

/** What midnight has brought: the next business day. */
export function dueClock(pool: pg.Pool) {
  return async (now: Moment): Promise<readonly FollowUp[]> => {
    const result = await pool.query<BusinessClockRow>({
      name: 'business clock',
      text: 'SELECT * FROM business_clock',
    });
    return result.rows
      .filter((clock) => dayAt(clock, now) !== clock.date)
      .map((clock) => ({ kind: 'clock.tick', input: { date: dayAt(clock, now) } }));
  };
}

/** Years of published calendars; the same for everyone. */
export function publishedCalendars(pool: pg.Pool) {
  return async (): Promise<readonly CalendarRow[]> => {
    const result = await pool.query<CalendarRow>({
      name: 'published calendars',
      text: `SELECT * FROM calendar ORDER BY "year" DESC, "calendar" LIMIT ${yearsMax}`,
    });
    return result.rows;
  };
}

const yearsMax = 500;
/** Changes of accounts that a day's work looks at. */
const workMax = 50;

export function partyStore(see: See) {
  return {
    party: (id: string) => see.row<PartyRow>('party', id),
    parties: (input: PageInput, role: string | null) =>
      see.page<PartyRow>(
        'party',
        'Party',
        input,
        role === null ? [] : [{ sql: '? = ANY(t."roles")', values: [role] }],
      ),
    person: (id: string) => see.row<PersonRow>('person', id),
    people: (party: string) => see.children<PersonRow>('person', 'party', party),
    mandate: (id: string) => see.row<MandateRow>('mandate', id),
    mandates: (person: string) => see.children<MandateRow>('mandate', 'holder', person),
    key: (id: string) => see.row<SigningKeyRow>('signing_key', id),
    keys: (person: string) => see.children<SigningKeyRow>('signing_key', 'person', person),
    account: (id: string) => see.row<AccountRow>('account', id),
    accounts: (owner: string) => see.children<AccountRow>('account', 'owner', owner),
    accountChange: (id: string) => see.row<AccountChangeRow>('account_change', id),
    accountChanges: (account: string) =>
      see.children<AccountChangeRow>('account_change', 'account', account),
    /** Changes of accounts that are open or held, newest first. */
    async liveAccountChanges(now: Moment) {
      const page = await see.page<AccountChangeRow>(
        'account_change',
        'AccountChange',
        { first: workMax },
        [
          {
            sql: `(t."state" = 'OPEN' OR t."state" = 'IN_FORCE' AND t."heldUntilMs" > ?)`,
            values: [now],
          },
        ],
      );
      return page.rows;
    },
    /** Of an object that the reader sees whole; of any other there are none. */
    async policyDecisions(subject: string): Promise<readonly PolicyDecisionRow[]> {
      if ((await see.level(subject)) !== 'F') return [];
      return see.childrenBy<PolicyDecisionRow>('policy_decision', 'subject', subject, 'subject');
    },
    programme: (id: string) => see.row<ProgrammeRow>('programme', id),
    programmes: (input: PageInput) => see.page<ProgrammeRow>('programme', 'Programme', input),
    /** Members of a programme whose organisation the reader sees. */
    members: (programme: string) =>
      see.childrenBy<MembershipRow>('membership', 'programme', programme, 'member'),
  };
}
