/**
 * The two leaves that the log writes about itself.
 *
 *   block header   dCBOR(["tallystick/block/1", chainId, height, epoch, view, timeMs, parentDigest,
 *                         firstIndex, entryCount, stateRoot, validatorSetHash])
 *   handover       dCBOR(["tallystick/handover/1", origin, chainId, epoch, validators, logKey,
 *                         previousHandover])
 *
 * The header is the last leaf of every block. `firstIndex` is the index of the
 * block's first leaf and `entryCount` the number of act entries; a sealing block
 * has a handover leaf between its entries and its header. The handover names the
 * epoch that follows and its set, and is vouched for by the checkpoint that ends
 * with its block: size = index + 2. `previousHandover` is the leaf hash of the one
 * before, zero for the first.
 *
 * An act's entry begins with octets and these begin with text, so no leaf is ever
 * taken for another. Pure.
 */
import type { Value } from '../act/codec.ts';
import { decode, encode } from '../act/codec.ts';
import { limits } from '../act/limits.ts';
import { isNoteName, NoteError } from './checkpoint.ts';
import type { Validator } from './policy.ts';
import { validatorsFromValue, validatorsToValue } from './policy.ts';

export type BlockHeader = {
  readonly chainId: Uint8Array;
  readonly height: bigint;
  readonly epoch: bigint;
  readonly view: bigint;
  /** Chain time, in milliseconds since 1970; never earlier than the parent's. */
  readonly timeMs: bigint;
  readonly parentDigest: Uint8Array;
  readonly firstIndex: bigint;
  readonly entryCount: bigint;
  readonly stateRoot: Uint8Array;
  readonly validatorSetHash: Uint8Array;
};

export type Handover = {
  readonly origin: string;
  readonly chainId: Uint8Array;
  /** The epoch that begins. */
  readonly epoch: bigint;
  readonly validators: readonly Validator[];
  /** The log's key from then on. */
  readonly logKey: Uint8Array;
  /** The leaf hash of the handover before; 32 zero octets for the first. */
  readonly previousHandover: Uint8Array;
};

const blockType = 'tallystick/block/1';
const handoverType = 'tallystick/handover/1';

export function encodeHeaderLeaf(header: BlockHeader): Uint8Array {
  const { chainId, height, epoch, view, timeMs, parentDigest } = header;
  const { firstIndex, entryCount, stateRoot, validatorSetHash } = header;
  return encode([
    ...[blockType, chainId, height, epoch, view, timeMs, parentDigest],
    ...[firstIndex, entryCount, stateRoot, validatorSetHash],
  ]);
}

export function decodeHeaderLeaf(bytes: Uint8Array): BlockHeader {
  const items = typedList(bytes, blockType, 11);
  return {
    chainId: octets(items[1], 'chainId'),
    height: natural(items[2], 'height'),
    epoch: natural(items[3], 'epoch'),
    view: natural(items[4], 'view'),
    timeMs: natural(items[5], 'timeMs'),
    parentDigest: octets(items[6], 'parentDigest'),
    firstIndex: natural(items[7], 'firstIndex'),
    entryCount: natural(items[8], 'entryCount'),
    stateRoot: octets(items[9], 'stateRoot'),
    validatorSetHash: octets(items[10], 'validatorSetHash'),
  };
}

export function encodeHandoverLeaf(handover: Handover): Uint8Array {
  const { origin, chainId, epoch, validators, logKey, previousHandover } = handover;
  return encode([
    ...[handoverType, origin, chainId, epoch],
    validatorsToValue(validators),
    ...[logKey, previousHandover],
  ]);
}

/** Whether a leaf calls itself a handover. */
export function isHandoverLeaf(leaf: Uint8Array): boolean {
  return beginsWithText(leaf, handoverType);
}

/** Whether a leaf is a list that begins with this text; an entry begins with octets. */
export function beginsWithText(leaf: Uint8Array, text: string): boolean {
  return [...text].every((letter, order) => leaf[2 + order] === letter.charCodeAt(0));
}

/** The handover that a leaf is; its set is checked like an anchor's. */
export function decodeHandoverLeaf(bytes: Uint8Array): Handover {
  const items = typedList(bytes, handoverType, 7);
  const origin = items[1];
  if (typeof origin !== 'string' || !isNoteName(origin)) throw new NoteError('origin is a name');
  return {
    origin,
    chainId: octets(items[2], 'chainId'),
    epoch: natural(items[3], 'epoch'),
    validators: validatorsFromValue(items[4]),
    logKey: octets(items[5], 'logKey'),
    previousHandover: octets(items[6], 'previousHandover'),
  };
}

function typedList(bytes: Uint8Array, type: string, length: number): readonly Value[] {
  if (bytes.length > limits.headerBytesMax) throw new NoteError('a leaf is within its limit');
  const value = decode(bytes);
  if (!Array.isArray(value) || value.length !== length || value[0] !== type) {
    throw new NoteError(`the leaf is a ${type}`);
  }
  return value;
}

function octets(value: Value | undefined, name: string): Uint8Array {
  if (!(value instanceof Uint8Array) || value.length !== 32) {
    throw new NoteError(`${name} has 32 octets`);
  }
  return value;
}

function natural(value: Value | undefined, name: string): bigint {
  if (typeof value !== 'bigint' || value < 0n || value >= 2n ** 63n) {
    throw new NoteError(`${name} is a whole number below 2^63`);
  }
  return value;
}
