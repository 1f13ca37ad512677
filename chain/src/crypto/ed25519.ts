/**
 * The one rule by which an Ed25519 signature is valid, the same on every machine.
 *
 * Libraries disagree about crafted signatures, and validators that disagree fork.
 * So a key is admitted once (canonical, torsion-free, not of small order), and a
 * signature is valid when
 *
 *   1. the key is a canonical encoding, and not of small order;
 *   2. it has 64 bytes and S < L;
 *   3. R, its sign bit masked, is none of the encodings of a point of small order;
 *   4. encode(S·B − k·A) equals R byte for byte, k = SHA-512(R ‖ A ‖ message) mod L.
 *
 * (4) has no cofactor. It runs natively where the runtime offers it and on noble's
 * points elsewhere; both are exported so that a test can hold them against each other.
 *
 * Pure: the caches only save time.
 */

import type { KeyObject } from 'node:crypto';
import { ed25519 } from '@noble/curves/ed25519.js';
import { sha512 } from '@noble/hashes/sha2.js';
import { concat, equalBytes, fromHex, hex, nativeCrypto } from './digest.ts';

export type Admission = 'ok' | 'length' | 'not canonical' | 'small order' | 'torsion';

const { Point } = ed25519;
const prime = 2n ** 255n - 19n;
const groupOrder = 2n ** 252n + 27742317777372353535851937790883648493n;

/** The y of every point of small order, in all encodings below 2²⁵⁵. */
const smallOrderY: readonly Uint8Array[] = [
  0n,
  1n,
  prime - 1n,
  prime,
  prime + 1n,
  0x05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826n,
  0x7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd84d3d706a17c7n,
].map(littleEndian);
const primeBytes = littleEndian(prime);
const groupOrderBytes = littleEndian(groupOrder);

/**
 * Decides once, at registration, whether a public key may ever sign.
 * A key with a torsion part is refused because batch and single verification
 * could then differ; the check costs about one scalar multiplication.
 */
export function admitPublicKey(publicKey: Uint8Array): Admission {
  if (publicKey.length !== 32) return 'length';
  const name = hex(publicKey);
  const known = admissions.get(name);
  if (known !== undefined) return known;
  const admission = admissionOf(publicKey);
  if (admissions.size >= admissionsMax) admissions.clear();
  admissions.set(name, admission);
  return admission;
}

/** Judging a key costs a millisecond, and the same few keys stand in every anchor and handover. */
const admissionsMax = 4096;
const admissions = new Map<string, Admission>();

function admissionOf(publicKey: Uint8Array): Admission {
  if (hasSmallOrderY(publicKey)) return 'small order';
  if (!isBelow(publicKey, primeBytes, 0x7f)) return 'not canonical';
  try {
    return Point.fromBytes(publicKey).isTorsionFree() ? 'ok' : 'torsion';
  } catch {
    return 'not canonical';
  }
}

/** Whether `signature` is valid, by the rule above. */
export const verifyEd25519: (
  publicKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
) => boolean = nativeCrypto === undefined ? verifyEd25519Portable : verifyEd25519Native;

/**
 * The same verdict, computed off the main thread where the runtime can. What was found valid a moment
 * ago is not computed again: a server that checks an act before it commits, and the chain's door after
 * it, verify one signature once.
 */
export function verifyEd25519Async(
  publicKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
): Promise<boolean> {
  if (nativeCrypto === undefined) {
    return Promise.resolve(verifyEd25519Portable(publicKey, message, signature));
  }
  if (!isWellFormed(publicKey, signature)) return Promise.resolve(false);
  const name = hex(signature);
  const known = recentlyValid.get(name);
  const isKnown =
    known !== undefined &&
    equalBytes(known.publicKey, publicKey) &&
    equalBytes(known.message, message);
  if (isKnown) return Promise.resolve(true);
  const key = nativeKey(publicKey);
  if (key === undefined) return Promise.resolve(false);
  const { verify } = nativeCrypto;
  return new Promise((resolve) => {
    verify(null, message, key, signature, (fault, isValid) => {
      if (fault === null && isValid) remember(name, publicKey, message);
      resolve(fault === null && isValid);
    });
  });
}

/** Valid signatures of the last moments, by their octets in hex; nothing invalid is ever in here. */
const recentlyValid = new Map<string, Statement>();
type Statement = { readonly publicKey: Uint8Array; readonly message: Uint8Array };
const recentMax = 2_000;

function remember(name: string, publicKey: Uint8Array, message: Uint8Array): void {
  const [oldest] = recentlyValid.keys();
  if (recentlyValid.size >= recentMax && oldest !== undefined) recentlyValid.delete(oldest);
  recentlyValid.set(name, { publicKey: publicKey.slice(), message: message.slice() });
}

/** Rule 4 by the runtime's own library. False where there is none. */
export function verifyEd25519Native(
  publicKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
): boolean {
  if (nativeCrypto === undefined || !isWellFormed(publicKey, signature)) return false;
  const key = nativeKey(publicKey);
  return key !== undefined && nativeCrypto.verify(null, message, key, signature);
}

/** Rule 4 on noble's points. */
export function verifyEd25519Portable(
  publicKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
): boolean {
  if (!isWellFormed(publicKey, signature)) return false;
  const r = signature.subarray(0, 32);
  const s = fromLittleEndian(signature.subarray(32));
  try {
    const a = Point.fromBytes(publicKey);
    const k = fromLittleEndian(sha512(concat(r, publicKey, message))) % groupOrder;
    const found = Point.BASE.multiplyUnsafe(s).subtract(a.multiplyUnsafe(k)).toBytes();
    return found.every((byte, order) => byte === r[order]);
  } catch {
    return false;
  }
}

/** Rules 1 to 3: everything that is decided without a curve. */
function isWellFormed(publicKey: Uint8Array, signature: Uint8Array): boolean {
  return (
    publicKey.length === 32 &&
    signature.length === 64 &&
    isBelow(publicKey, primeBytes, 0x7f) &&
    !hasSmallOrderY(publicKey) &&
    !hasSmallOrderY(signature.subarray(0, 32)) &&
    isBelow(signature.subarray(32), groupOrderBytes, 0xff)
  );
}

/** Compares 32 little-endian octets with a bound, the last octet masked. */
function isBelow(bytes: Uint8Array, bound: Uint8Array, topMask: number): boolean {
  for (let order = 31; order >= 0; order -= 1) {
    const octet = (bytes[order] ?? 0) & (order === 31 ? topMask : 0xff);
    const limit = bound[order] ?? 0;
    if (octet !== limit) return octet < limit;
  }
  return false;
}

function hasSmallOrderY(encoded: Uint8Array): boolean {
  return smallOrderY.some((y) =>
    y.every((octet, order) => octet === ((encoded[order] ?? 0) & (order === 31 ? 0x7f : 0xff))),
  );
}

function fromLittleEndian(bytes: Uint8Array): bigint {
  return BigInt(`0x${hex(Uint8Array.from(bytes).reverse())}`);
}

function littleEndian(value: bigint): Uint8Array {
  const bytes = fromHex(value.toString(16).padStart(64, '0'));
  if (bytes === undefined) throw new RangeError('a field element has 32 bytes');
  return bytes.reverse();
}

const nativeKeyMax = 4096;
const nativeKeys = new Map<string, KeyObject>();
const spkiPrefix = fromHex('302a300506032b6570032100') ?? new Uint8Array();

/** A parsed key, kept for the next time; the oldest goes first. */
function nativeKey(publicKey: Uint8Array): KeyObject | undefined {
  if (nativeCrypto === undefined) return undefined;
  const name = hex(publicKey);
  const known = nativeKeys.get(name);
  if (known !== undefined) return known;
  try {
    const key = nativeCrypto.createPublicKey({
      key: Buffer.from(concat(spkiPrefix, publicKey)),
      format: 'der',
      type: 'spki',
    });
    for (const oldest of nativeKeys.keys()) {
      if (nativeKeys.size < nativeKeyMax) break;
      nativeKeys.delete(oldest);
    }
    nativeKeys.set(name, key);
    return key;
  } catch {
    return undefined;
  }
}
