/**
 * The record of the network's government: who holds stake, what waits, who is accused; and its bytes.
 *
 * One value of the state map. What may be done to it is governance.ts's, and within which rules is
 * governance-rules.ts's.
 *
 * Pure. Time is chain time.
 */
import type { Encodable, Value } from '../act/codec.ts';
import { decode, encode } from '../act/codec.ts';
import type { ParameterName, Proposal } from '../act/kind.ts';
import { parameterNames } from '../act/kind.ts';
import { equalBytes } from '../crypto/digest.ts';
import { stakeOf, type Validator } from '../log/policy.ts';

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
  /** The log's key once it was rotated; null while it is the genesis'. */
  readonly logKey: Uint8Array | null;
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

/** What holds before the first block. */
export function foundedGovernance({ validators, parameters }: NetworkGenesis): Governance {
  return {
    logKey: null,
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

/** Who votes: the members that are not jailed, in the order of their admission. */
export function votersOf({ members }: Governance): readonly Member[] {
  return members.filter(({ jailed }) => !jailed);
}

export function changeNamed({ pending }: Governance, id: Uint8Array): Change | undefined {
  return pending.find((change) => equalBytes(change.id, id));
}

export function memberNamed({ members }: Governance, name: string): Member | undefined {
  return members.find((member) => member.name === name);
}

// Bytes

/** The record as one value of the state map. Where the log's key never changed, it is as it was before it could. */
export function encodeGovernance(governance: Governance): Uint8Array {
  const { epoch, firstHeight, oldestEpoch, handover, parameters, members } = governance;
  const { unbonding, pending, accused, bonded, slashed, released, logKey } = governance;
  return encode([
    ...[logKey === null ? 1n : 2n, epoch, firstHeight, oldestEpoch, handover],
    parameterNames.map((name) => parameters[name]),
    members.map((each) => [...validatorToValue(each), each.owner, each.jailed]),
    unbonding.map(({ name, consensusKey, stake, untilMs }) => [name, consensusKey, stake, untilMs]),
    pending.map(changeToValue),
    accused.map(({ epoch: of, name, consensusKey }) => [of, name, consensusKey]),
    ...[bonded, slashed, released],
    ...(logKey === null ? [] : [logKey]),
  ]);
}

/** The record that was read last: it changes seldom, and every block asks for it. */
let decoded: { readonly bytes: Uint8Array; readonly governance: Governance } | null = null;

/** The record that these bytes are. They come from the state, so another form is a bug and throws. */
export function decodeGovernance(bytes: Uint8Array): Governance {
  if (decoded !== null && isSame(decoded.bytes, bytes)) return decoded.governance;
  const items = listOf(decode(bytes));
  const [version, epoch, firstHeight, oldestEpoch, handover] = items;
  const values = listOf(items[5]).map(whole);
  const made: Governance = {
    logKey: version === 2n ? octets(items[13]) : null,
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
    case 'rotate':
      return ['rotate', proposal.logKey];
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
    case 'rotate':
      return { op, logKey: octets(first) };
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
