/** Bank accounts: loads, permits, decides. Whoever pays asks here whether an account is held. */
import { type Act, type AnyHandler, handler, type Reader } from '../kernel/act.ts';
import type { Refusal } from '../kernel/decision.ts';
import { notFound } from '../kernel/fault.ts';
import { invariant } from '../kernel/invariant.ts';
import type { Moment } from '../kernel/time.ts';
import { tradeMs } from '../kernel/zone.ts';
import {
  type ApprovalFacts,
  approveChange,
  helperOf,
  holdOf,
  openAccount,
  proposeChange,
  retractChange,
} from './accounts.ts';
import {
  type AccountChangeRow,
  type AccountRow,
  type BusinessClockRow,
  businessClockId,
  type MandateRow,
  type PersonRow,
} from './model.ts';
import { requireParty } from './service.ts';

const admin = { action: 'party.admin', amount: null } as const;

type Timed = Pick<Act, 'at' | 'businessDate'>;

/** Why nothing is paid to an account at this moment, or null. */
export async function holdBarrier(
  reader: Reader,
  account: string,
  act: Timed,
): Promise<Refusal | null> {
  const row = await reader.get<AccountRow>('account', account);
  if (row === null || row.heldUntilMs === null) return null;
  return holdOf(row, await tradeNow(reader, act));
}

export const accountHandlers: readonly AnyHandler[] = [
  handler({
    kind: 'account.open',
    objects: () => [],
    sees: ({ owner, servicer }) => (servicer === null ? [owner] : [owner, servicer]),
    mandate: () => admin,
    async decide(reader, act) {
      const { owner, identifier } = act.body;
      if (owner !== act.party) throw notFound();
      const known = await reader.where<AccountRow>('account', 'identifier', identifier);
      return openAccount(act, known, await reader.where<AccountRow>('account', 'owner', owner));
    },
  }),
  handler({
    kind: 'account.change',
    objects: ({ account }) => [account],
    mandate: () => admin,
    async decide(reader, act) {
      const account = await reader.get<AccountRow>('account', act.body.account);
      if (account === null || account.owner !== act.party) throw notFound();
      return proposeChange(act, {
        account,
        owner: await requireParty(reader, account.owner),
        changes: await reader.where<AccountChangeRow>('account_change', 'account', account.id),
        known: await reader.where<AccountRow>('account', 'identifier', act.body.identifier),
        nowMs: await tradeNow(reader, act),
      });
    },
  }),
  handler({
    kind: 'account.approve',
    objects: ({ change, account }) => [change, account],
    mandate: () => admin,
    async decide(reader, act) {
      const facts = await factsOf(reader, act);
      const { owner } = facts;
      if (act.party !== owner.id && act.party !== helperOf(owner)) throw notFound();
      return approveChange(act, facts);
    },
  }),
  handler({
    kind: 'account.retract',
    objects: ({ change, account }) => [change, account],
    mandate: () => admin,
    async decide(reader, act) {
      const facts = await factsOf(reader, act);
      if (act.party !== facts.owner.id) throw notFound();
      return retractChange(act, facts);
    },
  }),
];

async function factsOf(
  reader: Reader,
  act: Act<'account.approve'> | Act<'account.retract'>,
): Promise<ApprovalFacts> {
  const change = await reader.get<AccountChangeRow>('account_change', act.body.change);
  if (change === null || change.account !== act.body.account) throw notFound();
  const account = await reader.get<AccountRow>('account', change.account);
  invariant(account !== null, 'a change is of an account that is there');
  return {
    account,
    change,
    owner: await requireParty(reader, change.owner),
    adminCount: await adminCountOf(reader, change.owner, act.businessDate),
    nowMs: await tradeNow(reader, act),
  };
}

/** People of an organisation who may administer it today. */
async function adminCountOf(reader: Reader, party: string, today: string): Promise<number> {
  const people = await reader.where<PersonRow>('person', 'party', party);
  const held = await Promise.all(
    people.map(({ id }) => reader.where<MandateRow>('mandate', 'holder', id)),
  );
  return held.filter((mandates) =>
    mandates.some(
      ({ action, revoked, validFromDate, validToDate }) =>
        action === admin.action && !revoked && validFromDate <= today && today <= validToDate,
    ),
  ).length;
}

/** Now, by the clock that rules in hours count from. */
export async function tradeNow(reader: Reader, { at, businessDate }: Timed): Promise<Moment> {
  const clock = await reader.get<BusinessClockRow>('business_clock', businessClockId);
  invariant(clock !== null, 'there is a business clock');
  return tradeMs(at, businessDate, clock.zone);
}
