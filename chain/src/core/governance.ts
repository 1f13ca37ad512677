/**
 * Who votes from one epoch to the next, and how that is changed.
 *
 *   proposed ──time lock──▶ due ──ready, approved──▶ applied or dropped, at the next epoch boundary
 *       └──cancel──▶ gone            └──cancel──▶ gone
 *
 * During an epoch nothing changes but what waits: changes and accusations. At the boundary, in this
 * order, the accused are slashed and jailed, the changes that are due are applied as they were proposed
 * (one that has become impossible is dropped), and stake whose time is over is given back. The
 * boundary comes when the epoch has its length, when such a change waits, or when somebody is accused.
 *
 * Stake is conserved: what was ever bonded is with a member, in unbonding, slashed, or given back.
 *
 * The record is governance-record.ts's; who may decide what, stage by stage, is governance-rules.ts's.
 *
 * Pure. Time is chain time.
 */
import type { Proposal } from '../act/kind.ts';
import { equalBytes } from '../crypto/digest.ts';
import {
  type Accusation,
  type Change,
  encodeGovernance,
  type Governance,
  type Member,
  memberNamed,
  type Parameters,
  type Unbonding,
  votersOf,
} from './governance-record.ts';
import {
  type Asker,
  changesMax,
  changesOfOneMax,
  type GovernanceRefusal,
  governanceBytesMax,
  isEffective,
  isKeyTaken,
  isTaken,
  larger,
  problemOf,
  problemOfStep,
} from './governance-rules.ts';

// What is asked of it

/** Must the block of this height and time be the last of its epoch? */
export function isSealDue(governance: Governance, height: bigint, timeMs: bigint): boolean {
  const { parameters, firstHeight, accused, pending } = governance;
  const { epochBlocks } = parameters;
  const isLong = epochBlocks > 0n && height - firstHeight + 1n >= epochBlocks;
  return (
    isLong ||
    accused.length > 0 ||
    pending.some((change) => isEffective(governance, change, timeMs))
  );
}

/** When a change that waits for nothing but time is due; null when there is none. Milliseconds since 1970. */
export function nextDueMs(governance: Governance): bigint | null {
  let next: bigint | null = null;
  for (const change of governance.pending) {
    const isReady = isEffective(governance, change, change.dueMs);
    if (isReady && (next === null || change.dueMs < next)) next = change.dueMs;
  }
  return next;
}

// What may happen to it within an epoch

type Result = Governance | GovernanceRefusal;

/**
 * Takes a change in; it waits for its time lock. Refused when it could not be applied after all
 * those that wait already, or when too many wait.
 */
export function propose(
  governance: Governance,
  proposal: Proposal,
  asker: Asker,
  at: { readonly id: Uint8Array; readonly timeMs: bigint },
): Result {
  const { pending, parameters } = governance;
  const ofOne = pending.filter(({ by }) => equalBytes(by, asker.group));
  if (pending.length >= changesMax || ofOne.length >= changesOfOneMax) return 'CHANGES_FULL';
  const change: Change = {
    id: at.id,
    by: asker.group,
    byGovernor: asker.isGovernor,
    proposal,
    proposedMs: at.timeMs,
    dueMs: at.timeMs + parameters.timeLockMs,
    ready: false,
    approvals: [],
  };
  let ahead = governance;
  for (const each of pending) {
    const next = applied(ahead, each, at.timeMs);
    if (typeof next !== 'string') ahead = next;
  }
  const outcome = applied(ahead, change, at.timeMs);
  if (typeof outcome === 'string') return outcome;
  const next = { ...governance, pending: [...pending, change] };
  return encodeGovernance(next).length > governanceBytesMax ? 'CHANGES_FULL' : next;
}

/** Takes a change back. One that is not there was applied, dropped, cancelled, or never was. */
export function cancel(governance: Governance, id: Uint8Array): Result {
  const pending = governance.pending.filter((change) => !equalBytes(change.id, id));
  if (pending.length === governance.pending.length) return 'CHANGE_MISSING';
  return { ...governance, pending };
}

/** The validator to be admitted is there. Said again, it changes nothing. */
export function noteReady(governance: Governance, id: Uint8Array): Governance {
  return withChange(governance, id, (change) => ({ ...change, ready: true }));
}

/** A validator agrees. Said again, it changes nothing. */
export function noteApproval(governance: Governance, id: Uint8Array, name: string): Governance {
  return withChange(governance, id, (change) => ({
    ...change,
    approvals: change.approvals.includes(name) ? change.approvals : [...change.approvals, name],
  }));
}

/** Somebody is proven to have broken a rule; the next boundary judges. */
export function accuse(governance: Governance, accusation: Accusation): Governance {
  return { ...governance, accused: [...governance.accused, accusation] };
}

function withChange(
  governance: Governance,
  id: Uint8Array,
  alter: (change: Change) => Change,
): Governance {
  const pending = governance.pending.map((change) =>
    equalBytes(change.id, id) ? alter(change) : change,
  );
  return { ...governance, pending };
}

// The boundary

/** What the epoch that follows begins with. `height` and `timeMs` are the sealing block's. */
export function nextEpoch(
  governance: Governance,
  at: { readonly height: bigint; readonly timeMs: bigint },
): Governance {
  const { timeMs } = at;
  let next = governance.accused.reduce(slash, governance);
  const effective = next.pending.filter((change) => isEffective(next, change, timeMs));
  const waiting = next.pending.filter((change) => !effective.includes(change));
  for (const change of effective) {
    const outcome = applied(next, change, timeMs);
    if (typeof outcome !== 'string') next = outcome;
  }
  const over = next.unbonding.filter(({ untilMs }) => untilMs <= timeMs);
  return {
    ...next,
    epoch: governance.epoch + 1n,
    firstHeight: at.height + 1n,
    pending: waiting,
    accused: [],
    unbonding: next.unbonding.filter((each) => !over.includes(each)),
    released: next.released + over.reduce((sum, { stake }) => sum + stake, 0n),
  };
}

/**
 * Takes the fraction of all stake that the guilty key stands for, also of what is leaving, and jails its
 * member. The set stays workable: where jailing would leave fewer than `membersMin` voters, the guilty
 * votes on with what is left, at least 1, until it is replaced.
 */
function slash(governance: Governance, { consensusKey }: Accusation): Governance {
  const { slashBps, membersMin } = governance.parameters;
  const isGuilty = (each: { readonly consensusKey: Uint8Array }) =>
    equalBytes(each.consensusKey, consensusKey);
  const mayJail = BigInt(votersOf(governance).length) > membersMin;
  let lost = 0n;
  const cut = (stake: bigint, least: bigint): bigint => {
    const left = larger(stake - (stake * slashBps) / 10_000n, least);
    lost += stake - left;
    return left;
  };
  const members = governance.members.map((member) =>
    isGuilty(member)
      ? {
          ...member,
          stake: cut(member.stake, mayJail || member.jailed ? 0n : 1n),
          jailed: member.jailed || mayJail,
        }
      : member,
  );
  const unbonding = governance.unbonding.map((each) =>
    isGuilty(each) ? { ...each, stake: cut(each.stake, 0n) } : each,
  );
  return { ...governance, members, unbonding, slashed: governance.slashed + lost };
}

/** The change carried out, or why it cannot be. */
function applied(governance: Governance, change: Change, timeMs: bigint): Result {
  const { proposal } = change;
  const next = carriedOut(governance, change, proposal, timeMs);
  if (typeof next === 'string') return next;
  return problemOf(next) ?? problemOfStep(governance, next, proposal) ?? next;
}

function carriedOut(
  governance: Governance,
  change: Change,
  proposal: Proposal,
  timeMs: bigint,
): Result {
  const { members, unbonding, parameters, bonded } = governance;
  switch (proposal.op) {
    case 'admit': {
      const { op: _, ...validator } = proposal;
      if (isTaken(governance, validator)) return 'MEMBER_TAKEN';
      if (validator.stake === 0n) return 'STAKE_EXCEEDED';
      const owner = change.byGovernor ? null : change.by;
      const member = { ...validator, owner, jailed: false };
      return { ...governance, members: [...members, member], bonded: bonded + validator.stake };
    }
    case 'remove': {
      const member = memberNamed(governance, proposal.name);
      if (member === undefined) return 'MEMBER_MISSING';
      return {
        ...governance,
        members: members.filter((each) => each !== member),
        unbonding: [...unbonding, leaving(member, member.stake, parameters, timeMs)],
      };
    }
    case 'weigh': {
      const member = memberNamed(governance, proposal.name);
      if (member === undefined) return 'MEMBER_MISSING';
      if (member.jailed) return 'MEMBER_JAILED';
      if (proposal.stake === 0n) return 'STAKE_EXCEEDED';
      const less = member.stake - proposal.stake;
      return {
        ...governance,
        members: members.map((each) =>
          each === member ? { ...member, stake: proposal.stake } : each,
        ),
        unbonding:
          less > 0n ? [...unbonding, leaving(member, less, parameters, timeMs)] : unbonding,
        bonded: less < 0n ? bonded - less : bonded,
      };
    }
    case 'set':
      return {
        ...governance,
        parameters: { ...parameters, [proposal.parameter]: proposal.value },
      };
    case 'rotate': {
      const { logKey } = proposal;
      return isKeyTaken(governance, logKey) ? 'LOG_KEY_TAKEN' : { ...governance, logKey };
    }
  }
}

function leaving(
  { name, consensusKey }: Member,
  stake: bigint,
  { unbondingMs }: Parameters,
  timeMs: bigint,
): Unbonding {
  return { name, consensusKey, stake, untilMs: timeMs + unbondingMs };
}
