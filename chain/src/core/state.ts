/**
 * What validators enforce: the state that blocks change and may not break.
 *
 *   key          status u8 ‖ custody u8 ‖ group[16] ‖ publicKey[32] ‖ seq u64 ‖ lastAct[32]   status 1 active, 2 revoked
 *   group        active keys u32 ‖ keys ever u32
 *   fingerprint  status u8                                                         1 reserved, 2 financed
 *   note         status u8                                                             1 live, 2 spent
 *
 * Each stands in one map (state-map.ts) at SHA256("tallystick/state/1\0" ‖ type u8 ‖ channel ‖ id),
 * types 1 to 4 in that order; the root of the map is in every block-header leaf.
 *
 * An act is *invalid* when nobody may put it into a block: a wrong sequence number, an unknown or
 * revoked key, an authority it does not have. An act that may stand but loses a contest is
 * *refused* with a code: it stands in the log, uses up its sequence number, and changes nothing else.
 *
 * Who may release a fingerprint, and what a note is worth, is not known here: the audit judges that.
 *
 * Pure. Signatures are checked by the shell, for the keys that this file names.
 */
import { type ActHeader, actHash, decodeHeader, keyIdOf, signedStatement } from '../act/act.ts';
import type { Custody, FingerprintChange, KeyChange, NoteChange } from '../act/kind.ts';
import { kindNamed } from '../act/kinds.ts';
import { concat, equalBytes, hex } from '../crypto/digest.ts';
import { admitPublicKey } from '../crypto/ed25519.ts';
import { placeOf } from '../log/state.ts';
import { emptyMap, getFrom, putInto, removeFrom, type StateMap } from './state-map.ts';

/** What the genesis fixes for ever. */
export type StateContext = {
  readonly chainId: Uint8Array;
  /** The organisations, by the hex of their pseudonym, whose keys may admit others and revoke. */
  readonly operatorGroups: ReadonlySet<string>;
};

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
  | 'NOTE_TAKEN';

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

const custodies: readonly Custody[] = ['device', 'program', 'custodial', 'automation', 'operator'];
const one = Uint8Array.of(1);
const two = Uint8Array.of(2);

/** The state before the first block. */
export function genesisState(keys: readonly GenesisKey[]): StateMap {
  return keys.reduce((map, { channel, publicKey, group, custody }) => {
    const keyId = keyIdOf(channel, publicKey);
    const record = { active: true, custody, group, publicKey, seq: 0n, lastAct: null };
    const counted = countKey(map, channel, group, 1, 1);
    return putInto(counted, placeOf('key', channel, keyId), encodeKey(record));
  }, emptyMap);
}

/** The entry that these bytes are; undefined when the header breaks a rule of its form. */
export function readEntry(headerBytes: Uint8Array, signature: Uint8Array): ReadEntry | undefined {
  try {
    const header = decodeHeader(headerBytes);
    const keyPlace = placeOf('key', header.channel, header.keyId);
    return { header, headerBytes, signature, actHash: actHash(headerBytes), keyPlace };
  } catch {
    return undefined;
  }
}

/** What must be verified for an entry that `signer` is said to have signed; undefined when the signature has no known form. */
export function signatureDemand(
  context: StateContext,
  entry: ReadEntry,
  signer: Uint8Array,
): SignatureDemand | undefined {
  const statement = signedStatement(context.chainId, entry.actHash, entry.signature);
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
  epoch: bigint,
): Applied {
  const { header, keyPlace: place } = entry;
  if (!equalBytes(header.chainId, context.chainId)) return invalid('CHAIN_MISMATCH');
  const key = keyAtPlace(map, place);
  if (key === undefined) return invalid('KEY_UNKNOWN');
  if (header.seq <= key.seq) return invalid('SEQUENCE_STALE');
  if (header.seq > key.seq + 1n) return invalid('SEQUENCE_AHEAD');
  if (!sameAct(header.previousAct, key.lastAct)) return invalid('SEQUENCE_STALE');
  if (!key.active) return invalid('KEY_REVOKED');
  if (header.epoch > epoch) return invalid('ACT_MALFORMED');
  if (key.custody === 'automation' && !isAutomatic(header.kind)) return invalid('KEY_UNAUTHORISED');

  const counted = putInto(
    map,
    place,
    encodeKey({ ...key, seq: header.seq, lastAct: entry.actHash }),
  );
  const changed = changeAll(context, counted, header, key);
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
  header: ActHeader,
  signer: KeyRecord,
): Changed {
  const { channel, effects } = header;
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

/** Reserve what is free, release what is reserved, finance what is reserved: once each. */
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

function isOperator(context: StateContext, signer: KeyRecord): boolean {
  return context.operatorGroups.has(hex(signer.group));
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

function encodeKey(key: KeyRecord): Uint8Array {
  const seq = new Uint8Array(8);
  new DataView(seq.buffer).setBigUint64(0, key.seq);
  const head = Uint8Array.of(key.active ? 1 : 2, custodies.indexOf(key.custody) + 1);
  return concat(head, key.group, key.publicKey, seq, key.lastAct ?? new Uint8Array(32));
}
