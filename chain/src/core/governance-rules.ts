/**
 * Who may decide what about the network, and what a set must keep.
 *
 *   stage 0   the governor decides alone; all stakes are equal
 *   stage 1   anyone proposes, more than two thirds of the stake must approve; the governor may veto
 *   stage 2   organisations admit, weigh and remove their own validators; parameters as in stage 1;
 *             no operator holds more than a third
 *
 * In every stage the log's key is the governor's own matter: it has no weight in any verdict.
 *
 * Pure.
 */
import type { ParameterName, Proposal } from '../act/kind.ts';
import { parameterNames } from '../act/kind.ts';
import { limits } from '../act/limits.ts';
import { equalBytes } from '../crypto/digest.ts';
import { isQuorum, stakeOf, type Validator } from '../log/policy.ts';
import {
  type Change,
  encodeGovernance,
  foundedGovernance,
  type Governance,
  type Member,
  memberNamed,
  type NetworkGenesis,
  votersOf,
} from './governance-record.ts';

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
  | 'APPROVAL_INVALID'
  | 'LOG_KEY_TAKEN'
  | 'LOG_KEY_INVALID';

/** Changes that may wait. Protocol. */
export const changesMax = 32;

/** Of one organisation. Protocol. */
export const changesOfOneMax = 8;

/** Octets of the whole record: it is one value of the state map, and the set one leaf of the log. Protocol. */
export const governanceBytesMax = 32_000;

/** Stake of all together. Protocol; the same limit as for a handover. */
export const stakeMax = 2n ** 62n;

const day = 86_400_000n;

const ranges: Readonly<Record<ParameterName, readonly [least: bigint, most: bigint]>> = {
  stage: [0n, 2n],
  epochBlocks: [0n, 2n ** 40n],
  timeLockMs: [0n, 365n * day],
  evidenceMs: [1n, 365n * day],
  unbondingMs: [2n, 730n * day],
  slashBps: [1n, 10_000n],
  membersMin: [1n, BigInt(limits.validatorsMax)],
};

/** Why a genesis with these parameters and stakes cannot stand; null when it can. */
export function problemOfGenesis(network: NetworkGenesis): GovernanceRefusal | null {
  const founded = foundedGovernance(network);
  return problemOf(founded) ?? problemOfStage(founded);
}

/** Is the change due, is its validator ready, and is there the consent that the stage demands? */
export function isEffective(governance: Governance, change: Change, timeMs: bigint): boolean {
  const { proposal, dueMs, ready } = change;
  if (timeMs < dueMs || (proposal.op === 'admit' && !ready)) return false;
  return !needsApproval(governance, proposal) || isApproved(governance, change);
}

/** Must validators with more than two thirds of the stake agree? */
export function needsApproval({ parameters }: Governance, { op }: Proposal): boolean {
  if (op === 'rotate') return false;
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
  if (proposal.op === 'rotate') return asker.isGovernor;
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
  const isOfNobody = change.proposal.op === 'set' || change.proposal.op === 'rotate';
  const isOwnMatter = governance.parameters.stage === 2n && !isOfNobody;
  return asker.isGovernor && !isOwnMatter;
}

/** The rules that the network keeps in every stage; the first that is broken. */
export function problemOf(governance: Governance): GovernanceRefusal | null {
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
export function problemOfStep(
  before: Governance,
  next: Governance,
  proposal: Proposal,
): GovernanceRefusal | null {
  if (proposal.op === 'set') return proposal.parameter === 'stage' ? problemOfStage(next) : null;
  if (proposal.op === 'rotate') return null;
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
export function isTaken(governance: Governance, validator: Validator): boolean {
  const { name, consensusKey, cosignerKey } = validator;
  const hasName = (each: { readonly name: string }) => each.name === name;
  return (
    equalBytes(consensusKey, cosignerKey) ||
    governance.members.some(hasName) ||
    governance.unbonding.some(hasName) ||
    [consensusKey, cosignerKey].some((key) => isKeyTaken(governance, key))
  );
}

/** One key, one purpose: it is the log's since it was rotated, a member's, or one's that is still answerable. */
export function isKeyTaken({ logKey, members, unbonding }: Governance, key: Uint8Array): boolean {
  return (
    (logKey !== null && equalBytes(logKey, key)) ||
    members.some((each) => equalBytes(each.consensusKey, key)) ||
    members.some((each) => equalBytes(each.cosignerKey, key)) ||
    unbonding.some((each) => equalBytes(each.consensusKey, key))
  );
}

export function larger(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}
