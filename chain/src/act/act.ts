/**
 * An act: the header that is public, its hash, its signature, and its log entry.
 *
 *   header    dCBOR([1, chainId, channel, kind, keyId, seq, epoch, timeMs,
 *                    previousAct, bodyRoot, depth, refs, public])
 *   actHash   SHA256("tallystick/act/1\0" ‖ header)
 *   entry     dCBOR([channel, actHash, public])              accepted
 *             dCBOR([channel, actHash, public, code])        included, and refused
 *
 * Hash the received bytes, then decode; never encode again to verify. `seq` starts
 * at 1 and, with `previousAct` (null for the first), counts per channel and key:
 * that stops replays and shows omissions.
 *
 * Pure.
 */
import { base32, domain, equalBytes, sha256, u32be, utf8 } from '../crypto/digest.ts';
import { verifyEd25519 } from '../crypto/ed25519.ts';
import { actSigningBytes, batchSigningBytes } from '../crypto/signature.ts';
import type { Body, FieldRecord } from './body.ts';
import { buildBody } from './body.ts';
import type { Value } from './codec.ts';
import { decode, encode } from './codec.ts';
import { effectsFromValue, effectsToValue } from './effects.ts';
import { kindLabel } from './field.ts';
import type { ActKind, PublicEffects } from './kind.ts';
import { limits } from './limits.ts';
import { makeClimber, paddingLeaf, treeLevels, treeRoot, treeSiblings } from './tree.ts';

export type ActHeader = {
  readonly chainId: Uint8Array;
  readonly channel: Uint8Array;
  /** Name and version, e.g. `invoice.confirm/1`. */
  readonly kind: string;
  /** The key's pseudonym in this channel. */
  readonly keyId: Uint8Array;
  /** From 1, without gaps, per channel and key. */
  readonly seq: bigint;
  readonly epoch: bigint;
  /** The actor's clock, in milliseconds since 1970. */
  readonly timeMs: bigint;
  /** The hash of this key's act before; null for its first. */
  readonly previousAct: Uint8Array | null;
  readonly bodyRoot: Uint8Array;
  readonly depth: number;
  /** The hashes of acts that this one builds on. */
  readonly refs: readonly Uint8Array[];
  readonly effects: PublicEffects;
};

/** A header, entry or signature that breaks a rule of its form. */
export class ActError extends Error {
  override readonly name = 'ActError';
}

export function encodeHeader(header: ActHeader): Uint8Array {
  return encode([
    1n,
    header.chainId,
    header.channel,
    header.kind,
    header.keyId,
    header.seq,
    header.epoch,
    header.timeMs,
    header.previousAct,
    header.bodyRoot,
    header.depth,
    header.refs,
    effectsToValue(header.effects),
  ]);
}

const kindRule = /^[a-z][a-z0-9]*(?:\.[a-z][a-z0-9]*)+\/[1-9][0-9]{0,4}$/;

/** The header that `bytes` are. Throws CodecError or ActError, naming the rule, for anything else. */
export function decodeHeader(bytes: Uint8Array): ActHeader {
  if (bytes.length > limits.headerBytesMax) throw new ActError('a header is within its limit');
  const items = arrayOf(decode(bytes), 13, 'header');
  if (items[0] !== 1n) throw new ActError('the version of a header is 1');
  const channel = octets(items[2], 32, 'channel');
  const kind = items[3];
  if (typeof kind !== 'string' || !kindRule.test(kind)) throw new ActError('kind is name/version');
  const seq = natural(items[5], 'seq');
  const previousAct = items[8] === null ? null : octets(items[8], 32, 'previousAct');
  if (seq === 0n) throw new ActError('seq counts from 1');
  if ((seq === 1n) !== (previousAct === null)) {
    throw new ActError('previousAct is null exactly for the first act of a key');
  }
  const depth = natural(items[10], 'depth');
  if (depth < 4n || depth > 6n) throw new ActError('depth is 4, 5 or 6');
  const refs = items[11];
  if (!Array.isArray(refs) || refs.length > limits.refsMax) {
    throw new ActError(`refs is a list of at most ${limits.refsMax}`);
  }
  return {
    chainId: shared('chainId', octets(items[1], 32, 'chainId')),
    channel: shared('channel', channel),
    kind,
    keyId: shared('keyId', octets(items[4], 16, 'keyId')),
    seq,
    epoch: natural(items[6], 'epoch'),
    timeMs: natural(items[7], 'timeMs'),
    previousAct,
    bodyRoot: octets(items[9], 32, 'bodyRoot'),
    depth: Number(depth),
    refs: refs.length === 0 ? noRefs : refs.map((ref: Value) => octets(ref, 32, 'ref')),
    effects: checkedEffects(items[12], channel),
  };
}

/**
 * The array of the header read before where it has the same octets: thousands of acts wait at a time, most of them
 * name one chain, channel and key, and each array kept costs the collector more than the comparison.
 */
function shared(name: keyof typeof lastRead, octets: Uint8Array): Uint8Array {
  const last = lastRead[name];
  if (equalBytes(last, octets)) return last;
  lastRead[name] = octets;
  return octets;
}

const noOctets: Uint8Array = new Uint8Array();
const noRefs: readonly Uint8Array[] = [];
const lastRead = { chainId: noOctets, channel: noOctets, keyId: noOctets };

export function actHash(headerBytes: Uint8Array): Uint8Array {
  return sha256(domain('act'), headerBytes);
}

/** The channel `name` of a chain. */
export function channelOf(chainId: Uint8Array, name: string): Uint8Array {
  return sha256(chainId, utf8(name));
}

/** The pseudonym of a key in a channel: stable within it, unlinkable across channels without the key. */
export function keyIdOf(channel: Uint8Array, publicKey: Uint8Array): Uint8Array {
  return sha256(domain('key'), channel, publicKey).slice(0, 16);
}

/** The id of the `order`-th note that an act with this seed creates. */
export function noteIdOf(seed: Uint8Array, order: number): Uint8Array {
  return sha256(domain('note'), seed, u32be(order));
}

/** The id of the `order`-th object that an act brings into being, e.g. `inv_…`. */
export function objectId(prefix: string, hash: Uint8Array, order = 0): string {
  return `${prefix}_${base32(sha256(domain('id'), hash, u32be(order)).slice(0, 15))}`;
}

export type Act = {
  readonly header: ActHeader;
  readonly headerBytes: Uint8Array;
  readonly actHash: Uint8Array;
  readonly body: Body;
};

export type ActInput = {
  readonly chainId: Uint8Array;
  readonly channel: Uint8Array;
  readonly kind: ActKind;
  readonly keyId: Uint8Array;
  readonly seq: bigint;
  readonly epoch: bigint;
  readonly timeMs: bigint;
  readonly previousAct: Uint8Array | null;
  readonly refs: readonly Uint8Array[];
  readonly effects: PublicEffects;
  readonly fields: FieldRecord;
  readonly seed: Uint8Array;
};

/**
 * Builds an act's bytes from its content. Client and server call this same
 * function, so what was signed is what is done. Refuses fields that the kind does
 * not admit and a header that no decoder would take.
 */
export function buildAct(input: ActInput): Act {
  const { chainId, channel, keyId, seq, epoch, timeMs, previousAct, refs, effects } = input;
  const body = buildBody(input.kind, input.fields, input.seed);
  const kind = kindLabel(input.kind);
  const headerBytes = encodeHeader({
    ...{ chainId, channel, kind, keyId, seq, epoch, timeMs, previousAct, refs, effects },
    bodyRoot: body.root,
    depth: body.depth,
  });
  const header = decodeHeader(headerBytes);
  return { header, headerBytes, actHash: actHash(headerBytes), body };
}

/** One act's signature: 64 octets, or its place in a batch under one signature. */
export type Batch = {
  readonly count: number;
  readonly index: number;
  readonly siblings: readonly Uint8Array[];
  readonly signature: Uint8Array;
};

/** What must be true of a key: that it signed `message` with `signature`. */
export type Statement = { readonly message: Uint8Array; readonly signature: Uint8Array };

/** What the key must have signed for the act to be genuine. Undefined when the value has neither form. */
export function signedStatement(
  chainId: Uint8Array,
  hash: Uint8Array,
  signature: Uint8Array,
): Statement | undefined {
  return makeStatementReader(chainId)(hash, signature);
}

/** Reads what was signed for an act, from its hash and its signature's value. */
export type StatementReader = (hash: Uint8Array, signature: Uint8Array) => Statement | undefined;

/** For many acts: those of one batch that come in a row cost one climb of their tree, and give one message. */
export function makeStatementReader(chainId: Uint8Array): StatementReader {
  const climb = makeClimber();
  let last = { count: 0, root: paddingLeaf, message: paddingLeaf };
  return (hash, signature) => {
    if (signature.length === 64) return { message: actSigningBytes(chainId, hash), signature };
    const batch = decodeBatch(signature);
    if (batch === undefined) return undefined;
    const { count, index, siblings } = batch;
    const root = climb(hash, index, siblings);
    if (count !== last.count || root !== last.root) {
      last = { count, root, message: batchSigningBytes(chainId, count, root) };
    }
    return { message: last.message, signature: batch.signature };
  };
}

/** Whether `publicKey` signed the act, alone or in a batch. */
export function verifyActSignature(
  publicKey: Uint8Array,
  chainId: Uint8Array,
  hash: Uint8Array,
  signature: Uint8Array,
): boolean {
  const statement = signedStatement(chainId, hash, signature);
  return (
    statement !== undefined && verifyEd25519(publicKey, statement.message, statement.signature)
  );
}

/**
 * The bytes to sign once for all `hashes`, and how to make each act's signature
 * value from that one signature. One act alone uses the plain form.
 */
export function batchOf(
  chainId: Uint8Array,
  hashes: readonly Uint8Array[],
): {
  readonly message: Uint8Array;
  readonly place: (signature: Uint8Array) => readonly Uint8Array[];
} {
  const count = hashes.length;
  if (count < 2 || count > limits.batchMax) {
    throw new ActError(`a batch has 2 to ${limits.batchMax} acts`);
  }
  const levels = treeLevels(hashes, batchDepth(count));
  return {
    message: batchSigningBytes(chainId, count, treeRoot(levels)),
    place: (signature) =>
      hashes.map((_, index) => encode([count, index, treeSiblings(levels, index), signature])),
  };
}

function decodeBatch(bytes: Uint8Array): Batch | undefined {
  try {
    const [count, index, siblings, signature] = arrayOf(decode(bytes), 4, 'batch');
    if (typeof count !== 'bigint' || typeof index !== 'bigint' || !Array.isArray(siblings)) {
      return undefined;
    }
    if (count < 2n || count > BigInt(limits.batchMax) || index < 0n || index >= count) {
      return undefined;
    }
    if (siblings.length !== batchDepth(Number(count))) return undefined;
    return {
      count: Number(count),
      index: Number(index),
      siblings: siblings.map((each: Value) => octets(each, 32, 'sibling')),
      signature: octets(signature, 64, 'signature'),
    };
  } catch {
    return undefined;
  }
}

function batchDepth(count: number): number {
  return Math.ceil(Math.log2(count));
}

/** A leaf of the log that stands for an act. `refusal` is null when the act was accepted. */
export type Entry = {
  readonly channel: Uint8Array;
  readonly actHash: Uint8Array;
  readonly effects: PublicEffects;
  readonly refusal: string | null;
};

const refusalRule = /^[A-Z][A-Z0-9_]{0,63}$/;

export function encodeEntry(entry: Entry): Uint8Array {
  const { channel, refusal } = entry;
  const parts = [channel, entry.actHash, effectsToValue(entry.effects)];
  return encode(refusal === null ? parts : [...parts, refusalOf(refusal)]);
}

/** The entry that a leaf is. Throws for every other leaf, so nothing else passes for an act. */
export function decodeEntry(bytes: Uint8Array): Entry {
  if (bytes.length > limits.headerBytesMax) throw new ActError('an entry is within its limit');
  const value = decode(bytes);
  const refused = Array.isArray(value) && value.length === 4;
  const items = arrayOf(value, refused ? 4 : 3, 'entry');
  const refusal = refused ? refusalOf(items[3]) : null;
  const channel = octets(items[0], 32, 'channel');
  return {
    channel,
    actHash: octets(items[1], 32, 'actHash'),
    effects: checkedEffects(items[2], channel),
    refusal,
  };
}

function refusalOf(code: Value | undefined): string {
  if (typeof code === 'string' && refusalRule.test(code)) return code;
  throw new ActError('a refusal has a code in capitals');
}

/** Every added key bears the pseudonym that this channel gives it. */
function checkedEffects(value: Value | undefined, channel: Uint8Array): PublicEffects {
  const effects = effectsFromValue(value);
  for (const { publicKey, keyId } of effects.keys) {
    if (publicKey !== null && !equalBytes(keyIdOf(channel, publicKey), keyId)) {
      throw new ActError('the keyId of an added key is its pseudonym in the channel');
    }
  }
  return effects;
}

function arrayOf(value: Value, length: number, name: string): readonly Value[] {
  if (!Array.isArray(value) || value.length !== length) {
    throw new ActError(`${name} is a list of ${length}`);
  }
  return value;
}

function octets(value: Value | undefined, length: number, name: string): Uint8Array {
  if (!(value instanceof Uint8Array) || value.length !== length) {
    throw new ActError(`${name} has ${length} octets`);
  }
  return value;
}

function natural(value: Value | undefined, name: string): bigint {
  if (typeof value !== 'bigint' || value < 0n || value >= 2n ** 63n) {
    throw new ActError(`${name} is a whole number below 2^63`);
  }
  return value;
}
