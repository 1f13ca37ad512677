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
 *   stage 0   the governor decides alone; all stakes are equal
 *   stage 1   anyone proposes, more than two thirds of the stake must approve; the governor may veto
 *   stage 2   organisations admit, weigh and remove their own validators; parameters as in stage 1;
 *             no operator holds more than a third
 *
 * Stake is conserved: what was ever bonded is with a member, in unbonding, slashed, or given back.
 *
 * Pure. Time is chain time.
 */
import type { Encodable, Value } from '../act/codec.ts';
import { decode, encode } from '../act/codec.ts';
import type { ParameterName, Proposal } from '../act/kind.ts';
import { parameterNames } from '../act/kind.ts';
import { limits } from '../act/limits.ts';
import { equalBytes } from '../crypto/digest.ts';
import { isQuorum, stakeOf, type Validator } from '../log/policy.ts';

export type Parameters = Readonly<Record<ParameterName, bigint>>;

/** What the genesis says about the network. */
export type NetworkGenesis = {
  readonly origin: string;
  readonly logKey: Uint8Array;
  readonly validators: readonly Validator[];
  readonly parameters: Parameters;
};

export type Member = Validator & {
  /** The organisation that bonded it; null for those of the genesis and the governor's. */
  readonly owner: Uint8Array | null;
  /** It broke a signing rule and votes no more. */
  readonly jailed: boolean;
};

export type Change = {
  /** The hash of the act that proposed it. */
  readonly id: Uint8Array;
  /** The organisation that proposed it. */
  readonly by: Uint8Array;
  readonly byGovernor: boolean;
  readonly proposal: Proposal;
  readonly proposedMs: bigint;
  readonly dueMs: bigint;
  /** The validator to be admitted has said that it is ready. */
  readonly ready: boolean;
  /** The validators that agreed. */
  readonly approvals: readonly string[];
};

/** Stake that no longer votes but can still be slashed. */
export type Unbonding = {
  readonly name: string;
  readonly consensusKey: Uint8Array;
  readonly stake: bigint;
  readonly untilMs: bigint;
};

export type Accusation = {
  readonly epoch: bigint;
  readonly name: string;
  readonly consensusKey: Uint8Array;
};

export type Governance = {
  readonly epoch: bigint;
  /** The height of the epoch's first block. */
  readonly firstHeight: bigint;
  /** The oldest epoch whose set is kept, to judge evidence. */
  readonly oldestEpoch: bigint;
  /** The leaf hash of the last handover; zeros before the first. */
  readonly handover: Uint8Array;
  readonly parameters: Parameters;
  readonly members: readonly Member[];
  readonly unbonding: readonly Unbonding[];
  readonly pending: readonly Change[];
  readonly accused: readonly Accusation[];
  /** Stake ever bonded, lost by slashing, and given back. */
  readonly bonded: bigint;
  readonly slashed: bigint;
  readonly released: bigint;
};

/** How a proposal may lose. */
export type GovernanceRefusal =
  | 'GOVERNANCE_UNAUTHORISED'
  | 'MEMBER_MALFORMED'
  | 'MEMBER_TAKEN'
  | 'MEMBER_MISSING'
  | 'MEMBER_JAILED'
  | 'STAKE_UNEQUAL'
  | 'STAKE_EXCEEDED'
  | 'OPERATOR_ABOVE_THIRD'
  | 'SET_TOO_SMALL'
  | 'SET_TOO_LARGE'
  | 'PARAMETER_OUT_OF_RANGE'
  | 'CHANGES_FULL'
  | 'CHANGE_MISSING'
  | 'READY_INVALID'
  | 'APPROVAL_INVALID';

/** Changes that may wait. Protocol. */
export const changesMax = 32;

/** Of one organisation. Protocol. */
export const changesOfOneMax = 8;

/** Octets of the whole record: it is one value of the state map, and the set one leaf of the log. Protocol. */
export const governanceBytesMax = 32_000;

/** Stake of all together. Protocol; the same limit as for a handover. */
export const stakeMax = 2n ** 62n;

const day = 86_400_000n;

/** What holds where a genesis says nothing: no length, a day's lock, slashing by a tenth. */
export const defaultParameters: Parameters = {
  stage: 0n,
  epochBlocks: 0n,
  timeLockMs: day,
  evidenceMs: 14n * day,
  unbondingMs: 21n * day,
  slashBps: 1_000n,
  membersMin: 1n,
};

const ranges: Readonly<Record<ParameterName, readonly [least: bigint, most: bigint]>> = {
  stage: [0n, 2n],
  epochBlocks: [0n, 2n ** 40n],
  timeLockMs: [0n, 365n * day],
  evidenceMs: [1n, 365n * day],
  unbondingMs: [2n, 730n * day],
  slashBps: [1n, 10_000n],
  membersMin: [1n, BigInt(limits.validatorsMax)],
};

/** What holds before the first block. */
export function foundedGovernance({ validators, parameters }: NetworkGenesis): Governance {
  return {
    epoch: 1n,
    firstHeight: 1n,
    oldestEpoch: 1n,
    handover: new Uint8Array(32),
    parameters,
    members: validators.map((validator) => ({ ...validator, owner: null, jailed: false })),
    unbonding: [],
    pending: [],
    accused: [],
    bonded: stakeOf(validators),
    slashed: 0n,
    released: 0n,
  };
}

/** Why a genesis with these parameters and stakes cannot stand; null when it can. */
export function problemOfGenesis(network: NetworkGenesis): GovernanceRefusal | null {
  const founded = foundedGovernance(network);
  return problemOf(founded) ?? problemOfStage(founded);
}

/** Who votes: the members that are not jailed, in the order of their admission. */
export function votersOf({ members }: Governance): readonly Member[] {
  return members.filter(({ jailed }) => !jailed);
}

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

/** Is the change due, is its validator ready, and is there the consent that the stage demands? */
export function isEffective(governance: Governance, change: Change, timeMs: bigint): boolean {
  const { proposal, dueMs, ready } = change;
  if (timeMs < dueMs || (proposal.op === 'admit' && !ready)) return false;
  return !needsApproval(governance, proposal) || isApproved(governance, change);
}

/** Must validators with more than two thirds of the stake agree? */
export function needsApproval({ parameters }: Governance, { op }: Proposal): boolean {
  return parameters.stage === 1n || (parameters.stage === 2n && op === 'set');
}

function isApproved(governance: Governance, { approvals }: Change): boolean {
  const voters = votersOf(governance);
  const agreeing = voters.filter(({ name }) => approvals.includes(name));
  return isQuorum(stakeOf(agreeing), stakeOf(voters));
}

/** Who asks: the organisation of the key, and whether the key is the network governor's. */
export type Asker = { readonly group: Uint8Array; readonly isGovernor: boolean };

/** May they propose this in the stage in force? */
export function mayPropose(governance: Governance, proposal: Proposal, asker: Asker): boolean {
  switch (governance.parameters.stage) {
    case 0n:
      return asker.isGovernor;
    case 1n:
      return true;
    default: {
      if (proposal.op === 'set' || proposal.op === 'admit') return true;
      const owner = memberNamed(governance, proposal.name)?.owner ?? null;
      return owner === null ? asker.isGovernor : equalBytes(owner, asker.group);
    }
  }
}

/** The veto: the proposer's own, and the governor's, who in stage 2 has none over an organisation's own validators. */
export function mayCancel(governance: Governance, change: Change, asker: Asker): boolean {
  if (equalBytes(change.by, asker.group)) return true;
  const isOwnMatter = governance.parameters.stage === 2n && change.proposal.op !== 'set';
  return asker.isGovernor && !isOwnMatter;
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

export function changeNamed({ pending }: Governance, id: Uint8Array): Change | undefined {
  return pending.find((change) => equalBytes(change.id, id));
}

export function memberNamed({ members }: Governance, name: string): Member | undefined {
  return members.find((member) => member.name === name);
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

/** The rules that the network keeps in every stage; the first that is broken. */
function problemOf(governance: Governance): GovernanceRefusal | null {
  const { members, parameters } = governance;
  const isOutside = parameterNames.some((name) => {
    const [least, most] = ranges[name];
    return parameters[name] < least || parameters[name] > most;
  });
  // Unbonding outlasts the evidence, so that whoever leaves can still be judged.
  if (isOutside || parameters.unbondingMs <= parameters.evidenceMs) return 'PARAMETER_OUT_OF_RANGE';
  const voters = votersOf(governance);
  if (BigInt(voters.length) < parameters.membersMin) return 'SET_TOO_SMALL';
  if (members.length > limits.validatorsMax) return 'SET_TOO_LARGE';
  if (encodeGovernance(governance).length > governanceBytesMax) return 'SET_TOO_LARGE';
  const total = stakeOf(voters);
  if (total > stakeMax) return 'STAKE_EXCEEDED';
  return null;
}

/** The rules of the stage itself: held by a genesis, and by whoever enters the stage. */
function problemOfStage(governance: Governance): GovernanceRefusal | null {
  const voters = votersOf(governance);
  const total = stakeOf(voters);
  switch (governance.parameters.stage) {
    case 0n:
      return voters.some(({ stake }) => stake !== voters[0]?.stake) ? 'STAKE_UNEQUAL' : null;
    case 2n: {
      const isAbove = voters.some(({ operator }) => 3n * run(voters, operator) > total);
      return isAbove ? 'OPERATOR_ABOVE_THIRD' : null;
    }
    default:
      return null;
  }
}

/**
 * What a stage asks of one change. Slashing may have bent a set; a change then need not straighten it,
 * but must not bend it further.
 */
function problemOfStep(
  before: Governance,
  next: Governance,
  proposal: Proposal,
): GovernanceRefusal | null {
  if (proposal.op === 'set') return proposal.parameter === 'stage' ? problemOfStage(next) : null;
  const [had, have] = [votersOf(before), votersOf(next)];
  switch (next.parameters.stage) {
    case 0n: {
      if (proposal.op === 'remove') return null;
      const usual = had.reduce((most, { stake }) => larger(most, stake), 0n);
      return proposal.stake === usual ? null : 'STAKE_UNEQUAL';
    }
    case 2n: {
      const [was, is] = [stakeOf(had), stakeOf(have)];
      const grewAbove = have.some(({ operator }) => {
        const now = run(have, operator);
        return 3n * now > is && now * was > run(had, operator) * is;
      });
      return grewAbove ? 'OPERATOR_ABOVE_THIRD' : null;
    }
    default:
      return null;
  }
}

/** The stake that one operator runs. */
function run(voters: readonly Member[], operator: string): bigint {
  return stakeOf(voters.filter((voter) => voter.operator === operator));
}

/** A name or key that a member has, or had and is still answerable for. */
function isTaken({ members, unbonding }: Governance, validator: Validator): boolean {
  const { name, consensusKey, cosignerKey } = validator;
  const isOne = (key: Uint8Array) => equalBytes(key, consensusKey) || equalBytes(key, cosignerKey);
  return (
    equalBytes(consensusKey, cosignerKey) ||
    members.some((each) => each.name === name || isOne(each.consensusKey)) ||
    members.some((each) => isOne(each.cosignerKey)) ||
    unbonding.some((each) => each.name === name || isOne(each.consensusKey))
  );
}

function larger(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}

// Bytes

/** The record as one value of the state map. */
export function encodeGovernance(governance: Governance): Uint8Array {
  const { epoch, firstHeight, oldestEpoch, handover, parameters, members } = governance;
  const { unbonding, pending, accused, bonded, slashed, released } = governance;
  return encode([
    ...[1n, epoch, firstHeight, oldestEpoch, handover],
    parameterNames.map((name) => parameters[name]),
    members.map((each) => [...validatorToValue(each), each.owner, each.jailed]),
    unbonding.map(({ name, consensusKey, stake, untilMs }) => [name, consensusKey, stake, untilMs]),
    pending.map(changeToValue),
    accused.map(({ epoch: of, name, consensusKey }) => [of, name, consensusKey]),
    ...[bonded, slashed, released],
  ]);
}

/** The record that was read last: it changes seldom, and every block asks for it. */
let decoded: { readonly bytes: Uint8Array; readonly governance: Governance } | null = null;

/** The record that these bytes are. They come from the state, so another form is a bug and throws. */
export function decodeGovernance(bytes: Uint8Array): Governance {
  if (decoded !== null && isSame(decoded.bytes, bytes)) return decoded.governance;
  const items = listOf(decode(bytes));
  const [, epoch, firstHeight, oldestEpoch, handover] = items;
  const values = listOf(items[5]).map(whole);
  const made: Governance = {
    epoch: whole(epoch),
    firstHeight: whole(firstHeight),
    oldestEpoch: whole(oldestEpoch),
    handover: octets(handover),
    parameters: parametersFrom(values),
    members: listOf(items[6]).map(memberFrom),
    unbonding: listOf(items[7]).map((value) => {
      const [name, consensusKey, stake, untilMs] = listOf(value);
      return {
        ...{ name: text(name), consensusKey: octets(consensusKey) },
        ...{ stake: whole(stake), untilMs: whole(untilMs) },
      };
    }),
    pending: listOf(items[8]).map(changeFrom),
    accused: listOf(items[9]).map((value) => {
      const [of, name, consensusKey] = listOf(value);
      return { epoch: whole(of), name: text(name), consensusKey: octets(consensusKey) };
    }),
    bonded: whole(items[10]),
    slashed: whole(items[11]),
    released: whole(items[12]),
  };
  decoded = { bytes, governance: made };
  return made;
}

/** The same octets, mostly at the same place in memory: values of the state never change where they lie. */
function isSame(a: Uint8Array, b: Uint8Array): boolean {
  const isOne = a.buffer === b.buffer && a.byteOffset === b.byteOffset && a.length === b.length;
  return isOne || equalBytes(a, b);
}

function parametersFrom(values: readonly bigint[]): Parameters {
  const pairs = parameterNames.map((name, order) => [name, values[order] ?? 0n] as const);
  return { ...defaultParameters, ...Object.fromEntries(pairs) };
}

function validatorToValue(validator: Validator): readonly Encodable[] {
  const { name, organisation, operator, consensusKey, cosignerKey, stake } = validator;
  return [name, organisation, operator, consensusKey, cosignerKey, stake];
}

function validatorFrom(parts: readonly Value[]): Validator {
  const [name, organisation, operator, consensusKey, cosignerKey, stake] = parts;
  return {
    ...{ name: text(name), organisation: text(organisation), operator: text(operator) },
    ...{ consensusKey: octets(consensusKey), cosignerKey: octets(cosignerKey) },
    stake: whole(stake),
  };
}

function memberFrom(value: Value): Member {
  const parts = listOf(value);
  const owner = parts[6];
  return {
    ...validatorFrom(parts),
    owner: owner instanceof Uint8Array ? owner : null,
    jailed: parts[7] === true,
  };
}

function changeToValue(change: Change): readonly Encodable[] {
  const { id, by, byGovernor, proposal, proposedMs, dueMs, ready, approvals } = change;
  return [id, by, byGovernor, proposalToValue(proposal), proposedMs, dueMs, ready, approvals];
}

function changeFrom(value: Value): Change {
  const [id, by, byGovernor, proposal, proposedMs, dueMs, ready, approvals] = listOf(value);
  return {
    ...{ id: octets(id), by: octets(by), byGovernor: byGovernor === true },
    proposal: proposalFrom(listOf(proposal)),
    ...{ proposedMs: whole(proposedMs), dueMs: whole(dueMs), ready: ready === true },
    approvals: listOf(approvals).map(text),
  };
}

function proposalToValue(proposal: Proposal): readonly Encodable[] {
  switch (proposal.op) {
    case 'admit':
      return ['admit', ...validatorToValue(proposal)];
    case 'remove':
      return ['remove', proposal.name];
    case 'weigh':
      return ['weigh', proposal.name, proposal.stake];
    case 'set':
      return ['set', proposal.parameter, proposal.value];
  }
}

function proposalFrom([op, first, second, ...rest]: readonly Value[]): Proposal {
  switch (op) {
    case 'admit':
      return { op, ...validatorFrom([first ?? null, second ?? null, ...rest]) };
    case 'remove':
      return { op, name: text(first) };
    case 'weigh':
      return { op, name: text(first), stake: whole(second) };
    default: {
      const parameter = parameterNames.find((name) => name === first);
      if (op !== 'set' || parameter === undefined) throw new TypeError('a change of no known kind');
      return { op, parameter, value: whole(second) };
    }
  }
}

function listOf(value: Value | undefined): readonly Value[] {
  if (!Array.isArray(value)) throw new TypeError('a list stands there');
  return value;
}

function whole(value: Value | undefined): bigint {
  if (typeof value !== 'bigint') throw new TypeError('a whole number stands there');
  return value;
}

function text(value: Value | undefined): string {
  if (typeof value !== 'string') throw new TypeError('a text stands there');
  return value;
}

function octets(value: Value | undefined): Uint8Array {
  if (!(value instanceof Uint8Array)) throw new TypeError('octets stand there');
  return value;
}
