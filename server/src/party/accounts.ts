/**
 * Where an organisation is paid, and how that changes. Pure.
 *
 *   account ──open──▶ in force
 *   change ──propose──▶ OPEN ──approve──approve──▶ IN_FORCE, held for 48 hours
 *                         └──────────retract───────────┴──▶ RETRACTED: the account before stands
 *
 * Who breaks into an organisation changes its bank account first. So a change needs two more people
 * than the one who proposes it, no bank pays to the account while it is held, and in that time one
 * person of the organisation alone can take it back. An account keeps its id through a change: what is
 * owed to it is paid to the new number, once the hold is over.
 */
import { isValidIBAN } from 'ibantools';
import type { Act } from '../kernel/act.ts';
import { type Grant, insert, update } from '../kernel/change.ts';
import { accept, type Decision, type Refusal, refuse } from '../kernel/decision.ts';
import type { Moment } from '../kernel/time.ts';
import { type AccountChangeRow, type AccountRow, operatorId, type PartyRow } from './model.ts';

/** People who agree to a change beside the one who proposes it. */
export const approvalsNeeded = 2;
/** How long nothing is paid to a changed account: time for whoever was not asked to notice. */
const holdMs = 48n * 3_600_000n;
const nameMax = 300;

type Named = {
  readonly scheme: string;
  readonly identifier: string;
  readonly holderName: string;
};

/**
 * The first account for a currency. `known` are those with the same identifier, `own` those that the
 * organisation has: an account that could take another's place is a change, and goes its longer way.
 */
export function openAccount(
  act: Act<'account.open'>,
  known: readonly AccountRow[],
  own: readonly AccountRow[],
): Decision {
  const { owner, scheme, identifier, holderName, currency, servicer } = act.body;
  const wrong = accountProblem(act.body) ?? knownProblem(act.body, known);
  if (wrong !== null) return wrong;
  const before = own.find(
    (each) => each.currency === null || currency === null || each.currency === currency,
  );
  if (before !== undefined) {
    return refuse('ACCOUNT_CHANGE_NEEDED', 'There is an account for this currency already.', {
      path: 'currency',
      seen: `${before.identifier} for ${before.currency ?? 'every currency'}`,
      expected: 'a currency without an account',
      help: 'Propose a change of that account; two other people agree to it.',
    });
  }
  const id = act.id('acc', 0);
  const row: AccountRow = {
    ...{ id, version: 1, owner, scheme, identifier, holderName, currency, servicer },
    ...{ heldUntilMs: null, createdMs: act.at },
  };
  const readers = servicer === null ? [owner] : [owner, servicer];
  return accept(id, [insert('account', row)], {
    grants: readers.map((reader) => granted(reader, 'Account', row)),
  });
}

export type ChangeFacts = {
  readonly account: AccountRow;
  readonly owner: PartyRow;
  /** Changes of the account until now. */
  readonly changes: readonly AccountChangeRow[];
  /** Accounts with the new identifier. */
  readonly known: readonly AccountRow[];
  /** Now, by the clock of the trade. */
  readonly nowMs: Moment;
};

/** Somebody proposes another account. One change at a time; what is the same is no change. */
export function proposeChange(act: Act<'account.change'>, facts: ChangeFacts): Decision {
  const { account, owner, changes, known, nowMs } = facts;
  const { scheme, identifier, holderName, reason } = act.body;
  const { person } = act;
  if (person === null) return personNeeded();
  const open = changes.find((each) => isLive(each, nowMs));
  if (open !== undefined) {
    return refuse('ACCOUNT_CHANGE_OPEN', 'Another change of this account is under way.', {
      path: 'account',
      seen: open.state === 'OPEN' ? 'a change that waits for approval' : 'a change that is held',
      expected: 'no change under way',
      help: 'Approve it or take it back first.',
    });
  }
  const wrong =
    accountProblem(act.body) ??
    reasonProblem(reason) ??
    knownProblem(
      act.body,
      known.filter(({ id }) => id !== account.id),
    );
  if (wrong !== null) return wrong;
  if (isSame(account, act.body)) {
    return bad('identifier', identifier, 'another account than the one in force');
  }
  const change: AccountChangeRow = {
    ...{ id: act.id('acn', 0), version: 1, state: 'OPEN', account: account.id, owner: owner.id },
    ...{ scheme, identifier, holderName, reason: reason.trim() },
    ...{ oldScheme: account.scheme, oldIdentifier: account.identifier },
    ...{ oldHolderName: account.holderName, proposedBy: person, approvedBy: [] },
    ...{ heldUntilMs: null, createdMs: act.at },
  };
  const readers = [owner.id, helperOf(owner)];
  return accept(change.id, [insert('account_change', change)], {
    // Whoever agrees refers to the account too.
    grants: readers.flatMap((reader) => [
      granted(reader, 'AccountChange', change),
      granted(reader, 'Account', account),
    ]),
    readers,
  });
}

export type ApprovalFacts = {
  readonly account: AccountRow;
  readonly change: AccountChangeRow;
  readonly owner: PartyRow;
  /** People of the organisation who may agree today, the proposer among them. */
  readonly adminCount: number;
  readonly nowMs: Moment;
};

/**
 * Somebody else agrees; with the second one the change is in force, and held. Where the organisation
 * has too few people, its sponsor or else the operator agrees in their place, after calling back.
 * Agreeing again changes nothing.
 */
export function approveChange(act: Act<'account.approve'>, facts: ApprovalFacts): Decision {
  const { account, change, owner, adminCount, nowMs } = facts;
  const { person } = act;
  if (person === null) return personNeeded();
  const readers = [owner.id, helperOf(owner)];
  if (change.approvedBy.includes(person)) return accept(change.id, [], { readers });
  const wrong =
    (change.state === 'OPEN' ? null : stateNot(change, 'OPEN')) ??
    (person === change.proposedBy ? samePerson() : null) ??
    (act.party === owner.id || adminCount <= approvalsNeeded ? null : ownPeople(adminCount));
  if (wrong !== null) return wrong;

  const approvedBy = [...change.approvedBy, person];
  if (approvedBy.length < approvalsNeeded) {
    return accept(change.id, [update('account_change', change, { approvedBy })], { readers });
  }
  const heldUntilMs = nowMs + holdMs;
  const { scheme, identifier, holderName } = change;
  return accept(
    change.id,
    [
      update('account_change', change, { approvedBy, state: 'IN_FORCE', heldUntilMs }),
      update('account', account, { scheme, identifier, holderName, heldUntilMs }),
    ],
    { readers },
  );
}

/** One person of the organisation alone takes a change back, until the hold is over. */
export function retractChange(
  act: Act<'account.retract'>,
  { account, change, owner, nowMs }: ApprovalFacts,
): Decision {
  const readers = [owner.id, helperOf(owner)];
  if (change.state === 'RETRACTED') return accept(change.id, [], { readers });
  const wrong = reasonProblem(act.body.reason);
  if (wrong !== null) return wrong;
  if (!isLive(change, nowMs)) return stateNot(change, 'OPEN, or held');
  const retracted = update('account_change', change, { state: 'RETRACTED', heldUntilMs: null });
  if (change.state === 'OPEN') return accept(change.id, [retracted], { readers });
  const { oldScheme: scheme, oldIdentifier: identifier, oldHolderName: holderName } = change;
  const before = { scheme, identifier, holderName, heldUntilMs: null };
  return accept(change.id, [retracted, update('account', account, before)], { readers });
}

/** Why nothing is paid to the account yet, or null. */
export function holdOf({ heldUntilMs }: AccountRow, nowMs: Moment): Refusal | null {
  if (heldUntilMs === null || nowMs >= heldUntilMs) return null;
  const minutes = (heldUntilMs - nowMs + 59_999n) / 60_000n;
  return refuse('ACCOUNT_HOLD', 'The account was changed, and nothing is paid to it yet.', {
    path: 'payTo',
    seen: `${minutes / 60n} h ${minutes % 60n} min of the hold are left`,
    expected: '48 hours after the change came into force',
    help: 'Wait until the hold is over, and call the payee by a number that you knew before.',
  });
}

/** Who agrees in place of people that an organisation does not have. */
export function helperOf({ sponsor }: Pick<PartyRow, 'sponsor'>): string {
  return sponsor ?? operatorId;
}

function isLive({ state, heldUntilMs }: AccountChangeRow, nowMs: Moment): boolean {
  return state === 'OPEN' || (state === 'IN_FORCE' && heldUntilMs !== null && nowMs < heldUntilMs);
}

function isSame(a: Named, b: Named): boolean {
  return a.scheme === b.scheme && a.identifier === b.identifier && a.holderName === b.holderName;
}

function accountProblem({ scheme, identifier, holderName }: Named): Refusal | null {
  if (scheme !== 'IBAN' && scheme !== 'OTHER') return bad('scheme', scheme, 'IBAN, OTHER');
  if (identifier.trim() === '') return bad('identifier', '', 'an account number');
  if (scheme === 'IBAN' && !isValidIBAN(identifier)) {
    return bad('identifier', identifier, 'an IBAN with right check digits (ISO 13616)');
  }
  const length = holderName.trim().length;
  return length > 0 && length <= nameMax
    ? null
    : bad('holderName', `${length} characters`, `1 to ${nameMax} characters`);
}

function knownProblem(
  { scheme, identifier }: Pick<Named, 'scheme' | 'identifier'>,
  known: readonly AccountRow[],
): Refusal | null {
  if (!known.some((each) => each.scheme === scheme)) return null;
  return refuse('ACCOUNT_KNOWN', 'This account is registered already.', {
    path: 'identifier',
    seen: identifier,
    expected: 'an account that is not there yet',
  });
}

function reasonProblem(reason: string): Refusal | null {
  const length = reason.trim().length;
  if (length > 0 && length <= nameMax) return null;
  return refuse('REASON_REQUIRED', 'Whoever changes an account says why.', {
    path: 'reason',
    seen: `${length} characters`,
    expected: `1 to ${nameMax} characters`,
    help: 'Say why; whoever agrees reads it.',
  });
}

function stateNot({ state }: AccountChangeRow, expected: string): Refusal {
  return refuse('ACCOUNT_CHANGE_STATE', 'The change does not stand where this can be done.', {
    path: 'change',
    seen: state,
    expected,
    help: 'Read it again: a colleague was there before, or its hold is over.',
  });
}

function samePerson() {
  return refuse('FOUR_EYES_SAME_PERSON', 'Whoever proposes a change does not approve it.', {
    path: 'change',
    seen: 'the one who proposed it',
    expected: 'another person',
    help: 'Ask a colleague who administers the organisation.',
  });
}

function ownPeople(adminCount: number) {
  return refuse('OWN_PEOPLE_APPROVE', 'The organisation has people enough to agree itself.', {
    path: 'change',
    seen: `${adminCount} people who administer it`,
    expected: `at most ${approvalsNeeded}, for somebody else to agree in their place`,
    help: 'Leave it to them.',
  });
}

function personNeeded() {
  return refuse('PERSON_NEEDED', 'A bank account is changed by people.', {
    seen: 'a program',
    expected: 'a person',
    help: 'Sign in as a person who administers the organisation.',
  });
}

function granted(
  reader: string,
  type: string,
  { id, createdMs }: Pick<AccountRow, 'id' | 'createdMs'>,
): Grant {
  return { reader, object: id, type, level: 'F', sinceMs: createdMs };
}

function bad(path: string, seen: string, expected: string) {
  return refuse('BAD_INPUT', `${path} is not as it must be.`, { path, seen, expected });
}
