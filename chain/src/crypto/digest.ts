/**
 * Hashes, domain prefixes, and the few encodings of bytes that the protocol uses.
 *
 * Every decoder here is strict: one value has one text, so that no altered
 * character of a proof goes unnoticed. Hashing runs natively where the runtime
 * offers it and in portable code elsewhere, with the same result.
 *
 * Pure.
 */
import { sha256 as portableSha256 } from '@noble/hashes/sha2.js';

/** What the runtime offers natively; undefined in a browser. */
export const nativeCrypto = globalThis.process?.getBuiltinModule?.('node:crypto');
const nativeBuffer = globalThis.process?.getBuiltinModule?.('node:buffer').Buffer;

/** SHA-256 over the parts, as if they were one. */
export function sha256(...parts: readonly Uint8Array[]): Uint8Array {
  const message = parts.length === 1 && parts[0] !== undefined ? parts[0] : joined(parts);
  return nativeCrypto === undefined
    ? portableSha256(message)
    : octetsOf(nativeCrypto.hash('sha256', message, 'binary'));
}

/**
 * The octets that the characters of a text stand for. A hash comes as such a text, because a short array on
 * the heap costs half of what the runtime's own buffer does.
 */
function octetsOf(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at += 1) bytes[at] = text.charCodeAt(at);
  return bytes;
}

/** The parts side by side, on a desk that the next call clears when they fit on it. */
function joined(parts: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of parts) {
    if (length + part.length > desk.length) return concat(...parts);
    desk.set(part, length);
    length += part.length;
  }
  return desk.subarray(0, length);
}

const desk = new Uint8Array(4_096);

/** HMAC-SHA-256 (RFC 2104) over the parts, as if they were one. */
export function hmacSha256(key: Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array {
  return hmacSha256With(key)(...parts);
}

/**
 * HMAC-SHA-256 for several messages under one key. Written out, because two one-shot hashes take a
 * sixth of the time that the runtime's own HMAC object needs.
 */
export function hmacSha256With(key: Uint8Array): (...parts: readonly Uint8Array[]) => Uint8Array {
  const block = new Uint8Array(64);
  block.set(key.length > 64 ? sha256(key) : key);
  const inner = block.map((octet) => octet ^ 0x36);
  const outer = block.map((octet) => octet ^ 0x5c);
  return (...parts) => sha256(outer, sha256(inner, ...parts));
}

const prefixes = new Map<string, Uint8Array>();

/**
 * The prefix `tallystick/<use>/1\0`: bytes hashed or signed for one use can never
 * be taken for another. Uses are few and written in the code, so the cache is bounded.
 */
export function domain(use: string): Uint8Array {
  const known = prefixes.get(use);
  if (known !== undefined) return known;
  const prefix = utf8(`tallystick/${use}/1\0`);
  prefixes.set(use, prefix);
  return prefix;
}

export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of parts) length += part.length;
  const joined = new Uint8Array(length);
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}

export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let at = 0; at < a.length; at += 1) if (a[at] !== b[at]) return false;
  return true;
}

/** The order of bytes as unsigned numbers, a prefix first. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const shared = Math.min(a.length, b.length);
  for (let order = 0; order < shared; order += 1) {
    const difference = (a[order] ?? 0) - (b[order] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export function utf8(text: string): Uint8Array {
  return encoder.encode(text);
}

/** Refuses malformed UTF-8 with a TypeError, and keeps a byte order mark as it is. */
export function textOf(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

export function u32be(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}

export function u64be(value: bigint): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, value);
  return bytes;
}

const hexDigits = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

export function hex(bytes: Uint8Array): string {
  if (nativeBuffer !== undefined) {
    return nativeBuffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
  }
  let text = '';
  for (const byte of bytes) text += hexDigits[byte] ?? '';
  return text;
}

/** Lower-case hexadecimal only; undefined for anything else. */
export function fromHex(text: string): Uint8Array | undefined {
  if (!/^(?:[0-9a-f]{2})*$/.test(text)) return undefined;
  return Uint8Array.from({ length: text.length / 2 }, (_, order) =>
    Number.parseInt(text.slice(2 * order, 2 * order + 2), 16),
  );
}

/** Base64 of RFC 4648 §4, padded. */
export function base64(bytes: Uint8Array): string {
  if (nativeBuffer !== undefined) {
    return nativeBuffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
  }
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}

/** Padded base64 whose spare bits are zero; undefined for anything else. */
export function fromBase64(text: string): Uint8Array | undefined {
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text)) {
    return undefined;
  }
  const bytes = looselyFromBase64(text);
  return base64(bytes) === text ? bytes : undefined;
}

function looselyFromBase64(text: string): Uint8Array {
  if (nativeBuffer !== undefined) return new Uint8Array(nativeBuffer.from(text, 'base64'));
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let order = 0; order < binary.length; order += 1) bytes[order] = binary.charCodeAt(order);
  return bytes;
}

/** Base64url of RFC 4648 §5, without padding. */
export function base64url(bytes: Uint8Array): string {
  return base64(bytes).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/** Unpadded base64url whose spare bits are zero; undefined for anything else. */
export function fromBase64url(text: string): Uint8Array | undefined {
  if (!/^[A-Za-z0-9_-]*$/.test(text)) return undefined;
  const padding = '='.repeat((4 - (text.length % 4)) % 4);
  return fromBase64(text.replaceAll('-', '+').replaceAll('_', '/') + padding);
}

const base32Letters = 'abcdefghijklmnopqrstuvwxyz234567';

/** Lower-case base32 of RFC 4648 §6, without padding; whole groups of five bytes only. */
export function base32(bytes: Uint8Array): string {
  if (bytes.length % 5 !== 0) throw new RangeError('base32 is written for whole groups of 5 bytes');
  let text = '';
  let bits = 0;
  let held = 0;
  for (const byte of bytes) {
    held = (held << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += base32Letters[(held >> bits) & 31] ?? '';
    }
    held &= (1 << bits) - 1;
  }
  return text;
}

/** The same octets as a plain Uint8Array: a Buffer compares and slices differently. */
export function plainBytes(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
