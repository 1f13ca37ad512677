/**
 * What validators enforce: the state that blocks change and may not break.
 *
 *   key          status u8 ‖ custody u8 ‖ group[16] ‖ publicKey[32] ‖ seq u64 ‖ lastAct[32]   status 1 active, 2 revoked
 *   group        active keys u32 ‖ keys ever u32
 *   fingerprint  status u8                                                         1 reserved, 2 financed
 *   note         status u8                                                             1 live, 2 spent
 *   network      the record of governance.ts; absent while it is what the genesis says
 *   set          dCBOR([endedMs, validators])            of an epoch that is over, while evidence may name it
 *   evidence     SHA256 of its leaf                      one for each validator and epoch
 *
 * Each stands in one map (state-map.ts) at SHA256("tallystick/state/1\0" ‖ type u8 ‖ channel ‖ id),
 * types 1 to 7 in that order, the last three in the channel of zeros with the ids "governance", epoch u64
 * and epoch u64 ‖ voter u32; the root of the map is in every block-header leaf.
 *
 * An act is *invalid* when nobody may put it into a block: a wrong sequence number, an unknown or
 * revoked key, an authority it does not have. An act that may stand but loses a contest is
 * *refused* with a code: it stands in the log, uses up its sequence number, and changes nothing else.
 *
 * Who may release a fingerprint, and what a note is worth, is not known here: the audit judges that.
 *
 * Pure. Signatures are checked by the shell, for the keys that this file names.
 */
import {
  type ActHeader,
  actHash,
  decodeHeader,
  keyIdOf,
  makeStatementReader,
  type StatementReader,
} from '../act/act.ts';
import { decode, encode } from '../act/codec.ts';
import type {
  Custody,
  FingerprintChange,
  GovernanceEffect,
  KeyChange,
  NoteChange,
  PublicEffects,
} from '../act/kind.ts';
import { kindNamed } from '../act/kinds.ts';
import { concat, equalBytes, hex, sha256, u32be, u64be, utf8 } from '../crypto/digest.ts';
import { admitPublicKey, verifyEd25519 } from '../crypto/ed25519.ts';
import {
  approvalSigningBytes,
  logKeySigningBytes,
  readySigningBytes,
} from '../crypto/signature.ts';
import { isNoteName } from '../log/checkpoint.ts';
import { type Validator, validatorsFromValue, validatorsToValue } from '../log/policy.ts';
import { placeOf } from '../log/state.ts';
import { decodeProof, isProven } from './evidence.ts';
import { accuse, cancel, nextEpoch, noteApproval, noteReady, propose } from './governance.ts';
import {
  changeNamed,
  decodeGovernance,
  encodeGovernance,
  foundedGovernance,
  type Governance,
  memberNamed,
  type NetworkGenesis,
  votersOf,
} from './governance-record.ts';
import { type GovernanceRefusal, mayCancel, mayPropose } from './governance-rules.ts';
import { emptyMap, getFrom, putInto, removeFrom, type StateMap } from './state-map.ts';

/** What the genesis fixes for ever. */
export type StateContext = {
  readonly chainId: Uint8Array;
  /** The organisations, by the hex of their pseudonym, whose keys may admit others and revoke. */
  readonly operatorGroups: ReadonlySet<string>;
  /** Who validates at first. Where it is not given nothing of the network can be changed, and no epoch ends. */
  readonly network?: NetworkGenesis;
};

/** Where an act stands: the epoch and the time of its block. */
export type Moment = { readonly epoch: bigint; readonly timeMs: bigint };

/** A key that stands from the first block on. */
export type GenesisKey = {
  readonly channel: Uint8Array;
  readonly publicKey: Uint8Array;
  readonly group: Uint8Array;
  readonly custody: Custody;
};

export type KeyRecord = {
  readonly active: boolean;
  readonly custody: Custody;
  readonly group: Uint8Array;
  readonly publicKey: Uint8Array;
  /** The number of the last act that it signed in this channel; 0 before the first. */
  readonly seq: bigint;
  readonly lastAct: Uint8Array | null;
};

/** An act as it came, decoded. */
export type ReadEntry = {
  readonly header: ActHeader;
  readonly headerBytes: Uint8Array;
  readonly signature: Uint8Array;
  readonly actHash: Uint8Array;
  /** The hex of `actHash`, by which it is looked up. */
  readonly name: string;
  /** Where the record of its key stands in the map. */
  readonly keyPlace: Uint8Array;
};

/** Why an act cannot stand in any block on top of this state. */
export type EntryFault =
  | 'ACT_MALFORMED'
  | 'CHAIN_MISMATCH'
  | 'SIGNATURE_INVALID'
  | 'KEY_UNKNOWN'
  | 'KEY_REVOKED'
  | 'SEQUENCE_STALE'
  | 'SEQUENCE_AHEAD'
  | 'KEY_UNAUTHORISED'
  | 'EFFECT_MALFORMED';

/** How an authorised act may lose. */
export type Refusal =
  | 'KEY_TAKEN'
  | 'KEY_MISSING'
  | 'FINGERPRINT_TAKEN'
  | 'FINGERPRINT_MISSING'
  | 'FINGERPRINT_FINANCED'
  | 'NOTE_SPENT'
  | 'NOTE_MISSING'
  | 'NOTE_TAKEN'
  | GovernanceRefusal;

/** Who must have signed what for the entry to be genuine. */
export type SignatureDemand = {
  readonly publicKey: Uint8Array;
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
};

export type Applied =
  | {
      readonly kind: 'valid';
      readonly map: StateMap;
      readonly refusal: Refusal | null;
      readonly signer: Uint8Array;
    }
  | { readonly kind: 'invalid'; readonly fault: EntryFault };

const custodies: readonly Custody[] = [
  ...(['device', 'program', 'custodial', 'automation', 'operator', 'network'] as const),
];
const one = Uint8Array.of(1);
const two = Uint8Array.of(2);
const nothing: Uint8Array = new Uint8Array();

/** The state before the first block. */
export function genesisState(keys: readonly GenesisKey[]): StateMap {
  return keys.reduce((map, { channel, publicKey, group, custody }) => {
    const keyId = keyIdOf(channel, publicKey);
    const record = { active: true, custody, group, publicKey, seq: 0n, lastAct: null };
    const counted = countKey(map, channel, group, 1, 1);
    return putInto(counted, placeOf('key', channel, keyId), encodeKey(record));
  }, emptyMap);
}

/**
 * The entry that these bytes are; undefined when the header breaks a rule of its form. One that `atHand` has under
 * its name, with the same signature, was read before and is taken as it is.
 */
export function readEntry(
  headerBytes: Uint8Array,
  signature: Uint8Array,
  atHand: (name: string) => ReadEntry | undefined = () => undefined,
): ReadEntry | undefined {
  try {
    const hash = actHash(headerBytes);
    const name = hex(hash);
    const known = atHand(name);
    if (known !== undefined && equalBytes(known.signature, signature)) return known;
    const header = decodeHeader(headerBytes);
    const keyPlace = keyPlaceOf(header.channel, header.keyId);
    return { header, headerBytes, signature, actHash: hash, name, keyPlace };
  } catch {
    return undefined;
  }
}

/** Where a key's record stands. Acts of one key come in a row, so the last place is at hand. */
function keyPlaceOf(channel: Uint8Array, keyId: Uint8Array): Uint8Array {
  if (channel !== lastKey.channel || keyId !== lastKey.keyId) {
    lastKey = { channel, keyId, place: placeOf('key', channel, keyId) };
  }
  return lastKey.place;
}

let lastKey = { channel: nothing, keyId: nothing, place: nothing };

/** What must be verified for an entry that `signer` is said to have signed; undefined when the signature has no known form. */
export function signatureDemand(
  context: StateContext,
  entry: ReadEntry,
  signer: Uint8Array,
  read: StatementReader = makeStatementReader(context.chainId),
): SignatureDemand | undefined {
  const statement = read(entry.actHash, entry.signature);
  return statement === undefined ? undefined : { publicKey: signer, ...statement };
}

/**
 * Applies one act. Invalid when no block may hold it here; else the new map, with the refusal when
 * it lost. The same act a second time is invalid (SEQUENCE_STALE), so nothing happens twice.
 */
export function applyEntry(
  context: StateContext,
  map: StateMap,
  entry: ReadEntry,
  at: Moment,
): Applied {
  const { header, keyPlace: place } = entry;
  if (!equalBytes(header.chainId, context.chainId)) return invalid('CHAIN_MISMATCH');
  const key = keyAtPlace(map, place);
  if (key === undefined) return invalid('KEY_UNKNOWN');
  if (header.seq <= key.seq) return invalid('SEQUENCE_STALE');
  if (header.seq > key.seq + 1n) return invalid('SEQUENCE_AHEAD');
  if (!sameAct(header.previousAct, key.lastAct)) return invalid('SEQUENCE_STALE');
  if (!key.active) return invalid('KEY_REVOKED');
  if (header.epoch > at.epoch) return invalid('ACT_MALFORMED');
  if (key.custody === 'automation' && !isAutomatic(header.kind)) return invalid('KEY_UNAUTHORISED');
  if (key.custody === 'network' && !speaksOfNetwork(header.effects))
    return invalid('KEY_UNAUTHORISED');

  const counted = putInto(
    map,
    place,
    encodeKey({ ...key, seq: header.seq, lastAct: entry.actHash }),
  );
  const changed = changeAll(context, counted, entry, key, at);
  switch (changed.kind) {
    case 'invalid':
      return changed;
    case 'refused':
      return { kind: 'valid', map: counted, refusal: changed.code, signer: key.publicKey };
    case 'changed':
      return { kind: 'valid', map: changed.map, refusal: null, signer: key.publicKey };
  }
}

/** The record of a key in a channel; undefined where it was never added. */
export function keyIn(
  map: StateMap,
  channel: Uint8Array,
  keyId: Uint8Array,
): KeyRecord | undefined {
  return keyAtPlace(map, placeOf('key', channel, keyId));
}

/** The record of the key that an act names as its signer. */
export function signerOf(map: StateMap, entry: ReadEntry): KeyRecord | undefined {
  return keyAtPlace(map, entry.keyPlace);
}

type Changed =
  | { readonly kind: 'changed'; readonly map: StateMap }
  | { readonly kind: 'refused'; readonly code: Refusal }
  | { readonly kind: 'invalid'; readonly fault: EntryFault };

function changeAll(
  context: StateContext,
  start: StateMap,
  entry: ReadEntry,
  signer: KeyRecord,
  at: Moment,
): Changed {
  const { channel, effects } = entry.header;
  const { governance } = effects;
  const steps = [
    ...effects.keys.map(
      (change) => (map: StateMap) =>
        change.op === 'add'
          ? addKey(context, map, channel, signer, change)
          : revokeKey(context, map, channel, signer, change),
    ),
    ...effects.fingerprints.map(
      (change) => (map: StateMap) => changeFingerprint(map, channel, change),
    ),
    (map: StateMap) => changeNotes(map, channel, effects.notes),
    ...(governance === null
      ? []
      : [
          (map: StateMap) => govern(context, map, signer, governance, { ...at, id: entry.actHash }),
        ]),
  ];
  let map = start;
  let refused: Changed | null = null;
  for (const step of steps) {
    const changed = step(map);
    // An act without authority is invalid even where it would also have lost.
    if (changed.kind === 'invalid') return changed;
    if (changed.kind === 'refused') refused ??= changed;
    else map = changed.map;
  }
  return refused ?? { kind: 'changed', map };
}

/**
 * A key is added by a key of its own organisation; the first of an organisation by its sponsor,
 * which is any active key of the channel; where all were revoked, by an operator only.
 */
function addKey(
  context: StateContext,
  map: StateMap,
  channel: Uint8Array,
  signer: KeyRecord,
  change: KeyChange,
): Changed {
  const { keyId, publicKey, group, custody } = change;
  const isOperatorGroup = context.operatorGroups.has(hex(group));
  const bySelf = equalBytes(signer.group, group);
  const byOperator = isOperator(context, signer);
  const isFirst = groupCounts(map, channel, group).ever === 0;
  if (!bySelf && !byOperator && !isFirst) return invalid('KEY_UNAUTHORISED');
  if (custody === 'automation' && !byOperator) return invalid('KEY_UNAUTHORISED');
  if (custody === 'operator' && !isOperatorGroup) return invalid('EFFECT_MALFORMED');
  if (isOperatorGroup && !bySelf) return invalid('KEY_UNAUTHORISED');
  if (publicKey === null) return invalid('EFFECT_MALFORMED');
  const place = placeOf('key', channel, keyId);
  if (getFrom(map, place) !== undefined) return refused('KEY_TAKEN');
  if (admitPublicKey(publicKey) !== 'ok') return invalid('EFFECT_MALFORMED');
  const record = { active: true, custody, group, publicKey, seq: 0n, lastAct: null };
  return changedTo(putInto(countKey(map, channel, group, 1, 1), place, encodeKey(record)));
}

/** A key is revoked by its own organisation or by an operator; from the next act on it signs nothing. */
function revokeKey(
  context: StateContext,
  map: StateMap,
  channel: Uint8Array,
  signer: KeyRecord,
  change: KeyChange,
): Changed {
  const place = placeOf('key', channel, change.keyId);
  const key = keyAtPlace(map, place);
  if (key === undefined) return refused('KEY_MISSING');
  if (!equalBytes(key.group, change.group)) return invalid('EFFECT_MALFORMED');
  if (!equalBytes(signer.group, key.group) && !isOperator(context, signer)) {
    return invalid('KEY_UNAUTHORISED');
  }
  if (!key.active) return refused('KEY_MISSING');
  const counted = countKey(map, channel, key.group, -1, 0);
  return changedTo(putInto(counted, place, encodeKey({ ...key, active: false })));
}

/**
 * Reserve what is free, release what is reserved, finance what is reserved: once each. To mark says that
 * a part was financed: what is reserved or already financed is financed.
 */
function changeFingerprint(
  map: StateMap,
  channel: Uint8Array,
  { op, token }: FingerprintChange,
): Changed {
  const place = placeOf('fingerprint', channel, token);
  const status = getFrom(map, place)?.[0];
  switch (op) {
    case 'reserve':
      return status === undefined
        ? changedTo(putInto(map, place, one))
        : refused('FINGERPRINT_TAKEN');
    case 'release':
      if (status === undefined) return refused('FINGERPRINT_MISSING');
      return status === 1 ? changedTo(removeFrom(map, place)) : refused('FINGERPRINT_FINANCED');
    case 'finance':
      if (status === undefined) return refused('FINGERPRINT_MISSING');
      return status === 1 ? changedTo(putInto(map, place, two)) : refused('FINGERPRINT_FINANCED');
    case 'mark':
      if (status === undefined) return refused('FINGERPRINT_MISSING');
      return changedTo(putInto(map, place, two));
  }
}

/** Spends what is live and creates what never was; all or nothing. */
function changeNotes(map: StateMap, channel: Uint8Array, notes: NoteChange): Changed {
  let next = map;
  for (const note of notes.spend) {
    const place = placeOf('note', channel, note);
    const status = getFrom(next, place)?.[0];
    if (status === undefined) return refused('NOTE_MISSING');
    if (status !== 1) return refused('NOTE_SPENT');
    next = putInto(next, place, two);
  }
  for (const note of notes.create) {
    const place = placeOf('note', channel, note);
    if (getFrom(next, place) !== undefined) return refused('NOTE_TAKEN');
    next = putInto(next, place, one);
  }
  return changedTo(next);
}

// The network

const noChannel = new Uint8Array(32);
const governancePlace = placeOf('network', noChannel, utf8('governance'));
const founded = new WeakMap<NetworkGenesis, Governance>();

/** Sets that one boundary forgets at most. Protocol. */
const setsForgottenMax = 16;

/** Who votes and what is decided about it, in this state. */
export function governanceOf(network: NetworkGenesis, map: StateMap): Governance {
  const value = getFrom(map, governancePlace);
  if (value !== undefined) return decodeGovernance(value);
  const first = founded.get(network) ?? foundedGovernance(network);
  founded.set(network, first);
  return first;
}

/**
 * Carries out what an act says about the network, or refuses it. The network's governor is any key of an
 * operator group but the automation's; what a stage demands of whom is governance.ts's. Whoever may not is
 * refused and not invalid, because the stage may have changed since the act was signed. `ready` and
 * `approve` carry the consent inside, so anyone may bring them.
 */
function govern(
  context: StateContext,
  map: StateMap,
  signer: KeyRecord,
  effect: GovernanceEffect,
  at: Moment & { readonly id: Uint8Array },
): Changed {
  const { network, chainId } = context;
  if (network === undefined) return invalid('KEY_UNAUTHORISED');
  const governance = governanceOf(network, map);
  const isGovernor = isOperator(context, signer) && signer.custody !== 'automation';
  const asker = { group: signer.group, isGovernor };
  const settled = (outcome: Governance | GovernanceRefusal): Changed =>
    typeof outcome === 'string'
      ? refused(outcome)
      : changedTo(putInto(map, governancePlace, encodeGovernance(outcome)));
  switch (effect.op) {
    case 'cancel': {
      const change = changeNamed(governance, effect.change);
      if (change === undefined) return refused('CHANGE_MISSING');
      if (!mayCancel(governance, change, asker)) return refused('GOVERNANCE_UNAUTHORISED');
      return settled(cancel(governance, effect.change));
    }
    case 'ready': {
      const proposal = changeNamed(governance, effect.change)?.proposal;
      if (proposal?.op !== 'admit') return refused('CHANGE_MISSING');
      const message = readySigningBytes(chainId, effect.change);
      const isReady =
        verifyEd25519(proposal.consensusKey, message, effect.consensusSignature) &&
        verifyEd25519(proposal.cosignerKey, message, effect.cosignerSignature);
      return settled(isReady ? noteReady(governance, effect.change) : 'READY_INVALID');
    }
    case 'approve': {
      if (changeNamed(governance, effect.change) === undefined) return refused('CHANGE_MISSING');
      const voter = memberNamed(governance, effect.validator);
      if (voter === undefined || voter.jailed) return refused('MEMBER_MISSING');
      const message = approvalSigningBytes(chainId, effect.change);
      const agrees = verifyEd25519(voter.consensusKey, message, effect.signature);
      if (!agrees) return refused('APPROVAL_INVALID');
      return settled(noteApproval(governance, effect.change, effect.validator));
    }
    case 'rotate': {
      const { op, logKey, signature } = effect;
      if (!mayPropose(governance, { op, logKey }, asker)) return refused('GOVERNANCE_UNAUTHORISED');
      const message = logKeySigningBytes(chainId, logKey);
      const isHeld = admitPublicKey(logKey) === 'ok' && verifyEd25519(logKey, message, signature);
      if (!isHeld) return refused('LOG_KEY_INVALID');
      if (equalBytes(logKey, network.logKey)) return refused('LOG_KEY_TAKEN');
      return settled(propose(governance, { op, logKey }, asker, at));
    }
    default: {
      if (!mayPropose(governance, effect, asker)) return refused('GOVERNANCE_UNAUTHORISED');
      if (effect.op === 'admit' && !isAdmissible(effect)) return refused('MEMBER_MALFORMED');
      return settled(propose(governance, effect, asker, at));
    }
  }
}

function isAdmissible({ name, consensusKey, cosignerKey }: Validator): boolean {
  const isNamed = isNoteName(name) && !name.includes('/');
  return isNamed && [consensusKey, cosignerKey].every((key) => admitPublicKey(key) === 'ok');
}

/**
 * Takes evidence into the state: its validator is accused, and the epoch's end judges. Undefined when it
 * may not stand here: no proof, of an unknown or too old epoch, or of one who is accused for that epoch already.
 */
export function applyEvidence(
  context: StateContext,
  map: StateMap,
  leaf: Uint8Array,
  timeMs: bigint,
): StateMap | undefined {
  const { network, chainId } = context;
  const proof = network === undefined ? undefined : decodeProof(chainId, leaf);
  if (network === undefined || proof === undefined) return undefined;
  const { epoch, voter } = proof;
  const place = placeOf('evidence', noChannel, concat(u64be(epoch), u32be(voter)));
  if (getFrom(map, place) !== undefined) return undefined;
  const governance = governanceOf(network, map);
  const validators = judgedSet(governance, map, epoch, timeMs);
  const guilty = validators?.[voter];
  if (validators === undefined || guilty === undefined) return undefined;
  if (!isProven({ chainId, origin: network.origin, validators }, proof)) return undefined;
  const { name, consensusKey } = guilty;
  const accused = accuse(governance, { epoch, name, consensusKey });
  return putInto(putInto(map, governancePlace, encodeGovernance(accused)), place, sha256(leaf));
}

/** The set of an epoch while evidence may still name it. */
function judgedSet(
  governance: Governance,
  map: StateMap,
  epoch: bigint,
  timeMs: bigint,
): readonly Validator[] | undefined {
  if (epoch === governance.epoch) return votersOf(governance);
  const value = getFrom(map, placeOf('set', noChannel, u64be(epoch)));
  const items = value === undefined ? [] : decode(value);
  const [endedMs, validators] = Array.isArray(items) ? items : [];
  if (typeof endedMs !== 'bigint' || timeMs > endedMs + governance.parameters.evidenceMs) {
    return undefined;
  }
  return validatorsFromValue(validators);
}

/**
 * Ends the epoch: the set that voted is kept for as long as evidence may name it, the record becomes that of
 * the next epoch. `handover` is the leaf hash of what the log says about it.
 */
export function endEpoch(
  network: NetworkGenesis,
  map: StateMap,
  at: { readonly height: bigint; readonly timeMs: bigint },
  handoverOf: (next: Governance) => Uint8Array,
): StateMap {
  const governance = governanceOf(network, map);
  const { epoch, parameters } = governance;
  const setPlace = (of: bigint) => placeOf('set', noChannel, u64be(of));
  let kept = putInto(
    map,
    setPlace(epoch),
    encode([at.timeMs, validatorsToValue(votersOf(governance))]),
  );
  let { oldestEpoch } = governance;
  for (let count = 0; count < setsForgottenMax && oldestEpoch < epoch; count += 1) {
    const value = getFrom(kept, setPlace(oldestEpoch));
    const items = value === undefined ? [] : decode(value);
    const endedMs = Array.isArray(items) ? items[0] : undefined;
    if (typeof endedMs === 'bigint' && at.timeMs <= endedMs + parameters.evidenceMs) break;
    kept = removeFrom(kept, setPlace(oldestEpoch));
    oldestEpoch += 1n;
  }
  const next = { ...nextEpoch(governance, at), oldestEpoch };
  const handed = { ...next, handover: handoverOf(next) };
  return putInto(kept, governancePlace, encodeGovernance(handed));
}

function isOperator(context: StateContext, signer: KeyRecord): boolean {
  return context.operatorGroups.has(hex(signer.group));
}

/** Does it say something about the network, and touch nothing else? */
function speaksOfNetwork({ keys, fingerprints, notes, governance }: PublicEffects): boolean {
  const { spend, create } = notes;
  const others = keys.length + fingerprints.length + spend.length + create.length;
  return governance !== null && others === 0;
}

/** An unknown kind is not automatic: automation signs only what anyone can derive again. */
function isAutomatic(kindLabel: string): boolean {
  return kindNamed(kindLabel.slice(0, kindLabel.indexOf('/')))?.automatic === true;
}

function sameAct(a: Uint8Array | null, b: Uint8Array | null): boolean {
  return a === null || b === null ? a === b : equalBytes(a, b);
}

function invalid(fault: EntryFault): { readonly kind: 'invalid'; readonly fault: EntryFault } {
  return { kind: 'invalid', fault };
}

function refused(code: Refusal): Changed {
  return { kind: 'refused', code };
}

function changedTo(map: StateMap): Changed {
  return { kind: 'changed', map };
}

function groupCounts(
  map: StateMap,
  channel: Uint8Array,
  group: Uint8Array,
): { readonly active: number; readonly ever: number } {
  const value = getFrom(map, placeOf('group', channel, group));
  if (value === undefined) return { active: 0, ever: 0 };
  const view = new DataView(value.buffer, value.byteOffset, value.byteLength);
  return { active: view.getUint32(0), ever: view.getUint32(4) };
}

function countKey(
  map: StateMap,
  channel: Uint8Array,
  group: Uint8Array,
  active: number,
  ever: number,
): StateMap {
  const before = groupCounts(map, channel, group);
  const value = new Uint8Array(8);
  const view = new DataView(value.buffer);
  view.setUint32(0, before.active + active);
  view.setUint32(4, before.ever + ever);
  return putInto(map, placeOf('group', channel, group), value);
}

function keyAtPlace(map: StateMap, place: Uint8Array): KeyRecord | undefined {
  const value = getFrom(map, place);
  if (value === undefined) return undefined;
  const seq = new DataView(value.buffer, value.byteOffset, value.byteLength).getBigUint64(50);
  return {
    active: value[0] === 1,
    custody: custodies[(value[1] ?? 0) - 1] ?? 'device',
    group: value.subarray(2, 18),
    publicKey: value.subarray(18, 50),
    seq,
    lastAct: seq === 0n ? null : value.subarray(58, 90),
  };
}

/** On a desk that the next record clears: the map copies what is put into it. */
function encodeKey(key: KeyRecord): Uint8Array {
  keyDesk[0] = key.active ? 1 : 2;
  keyDesk[1] = custodies.indexOf(key.custody) + 1;
  keyDesk.set(key.group, 2);
  keyDesk.set(key.publicKey, 18);
  keyDeskView.setBigUint64(50, key.seq);
  keyDesk.set(key.lastAct ?? noAct, 58);
  return keyDesk;
}

const keyDesk = new Uint8Array(90);
const keyDeskView = new DataView(keyDesk.buffer);
const noAct = new Uint8Array(32);
