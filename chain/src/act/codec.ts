/**
 * Deterministic CBOR: one value has one encoding, and nothing else is decoded.
 *
 * A strict part of RFC 8949 §4.2.1: integers of at most 64 bits, byte strings, NFC
 * text, arrays, maps with text keys in the order of their encoded bytes, booleans
 * and null. The decoder refuses longer-than-needed integers and lengths, unsorted
 * or repeated keys, floats, tags, indefinite lengths, depth beyond eight and
 * trailing bytes, so a decoded value always encodes to the bytes it came from.
 *
 * Pure.
 */
import { compareBytes, hex, plainBytes, textOf, utf8 } from '../crypto/digest.ts';
import { limits } from './limits.ts';

/** A decoded value. Integers are always bigint. */
export type Value =
  | bigint
  | string
  | boolean
  | null
  | Uint8Array
  | readonly Value[]
  | ReadonlyMap<string, Value>;

/** What may be encoded: also safe integers as numbers. */
export type Encodable =
  | number
  | bigint
  | string
  | boolean
  | null
  | Uint8Array
  | readonly Encodable[]
  | ReadonlyMap<string, Encodable>;

/** A broken rule of the codec. `offset` counts octets, in the input or in what was written so far. */
export class CodecError extends Error {
  override readonly name = 'CodecError';
  readonly offset: number;
  readonly rule: string;

  constructor(offset: number, rule: string) {
    super(`at octet ${offset}: ${rule}`);
    this.offset = offset;
    this.rule = rule;
  }
}

const unsignedMax = 2n ** 64n - 1n;
const negativeMin = -(2n ** 64n);

/** The one encoding of `value`. Refuses what the format cannot say: floats, text that is not NFC, depth beyond eight. */
export function encode(value: Encodable): Uint8Array {
  const writer: Writer = { bytes: new Uint8Array(256), length: 0 };
  write(writer, value, 0);
  return writer.bytes.slice(0, writer.length);
}

/** The value that `input` encodes. Throws CodecError for any octets that `encode` would not have written. */
export function decode(input: Uint8Array): Value {
  const bytes = plainBytes(input);
  const reader: Reader = {
    bytes,
    view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength),
    offset: 0,
  };
  const value = read(reader, 0);
  if (reader.offset !== bytes.length) {
    throw new CodecError(reader.offset, 'nothing may follow the value');
  }
  return value;
}

type Writer = { bytes: Uint8Array; length: number };

function write(writer: Writer, value: Encodable, depth: number): void {
  if (typeof value === 'bigint') writeInteger(writer, value);
  else if (typeof value === 'number') writeInteger(writer, wholeNumber(writer, value));
  else if (typeof value === 'string') writeText(writer, value);
  else if (value === false) push(writer, Uint8Array.of(0xf4));
  else if (value === true) push(writer, Uint8Array.of(0xf5));
  else if (value === null) push(writer, Uint8Array.of(0xf6));
  else if (value instanceof Uint8Array) {
    writeHead(writer, 2, BigInt(value.length));
    push(writer, value);
  } else {
    enter(depth, writer.length);
    if (isMap(value)) writeMap(writer, value, depth);
    else if (Array.isArray(value)) writeArray(writer, value, depth);
    else throw new CodecError(writer.length, 'the value is of a known type');
  }
}

function wholeNumber(writer: Writer, value: number): bigint {
  if (Number.isSafeInteger(value)) return BigInt(value);
  throw new CodecError(writer.length, 'a number is a safe integer');
}

function writeArray(writer: Writer, items: readonly Encodable[], depth: number): void {
  writeHead(writer, 4, BigInt(items.length));
  for (const item of items) write(writer, item, depth + 1);
}

function writeInteger(writer: Writer, value: bigint): void {
  if (value > unsignedMax || value < negativeMin) {
    throw new CodecError(writer.length, 'an integer fits in 64 bits');
  }
  if (value >= 0n) writeHead(writer, 0, value);
  else writeHead(writer, 1, -1n - value);
}

function writeText(writer: Writer, value: string): void {
  if (!value.isWellFormed() || value.normalize('NFC') !== value) {
    throw new CodecError(writer.length, 'text is well-formed and in NFC');
  }
  const bytes = utf8(value);
  writeHead(writer, 3, BigInt(bytes.length));
  push(writer, bytes);
}

function writeMap(writer: Writer, map: ReadonlyMap<string, Encodable>, depth: number): void {
  const entries = [...map].map(([key, value]) => ({ key: encode(key), value }));
  entries.sort((a, b) => compareBytes(a.key, b.key));
  writeHead(writer, 5, BigInt(entries.length));
  for (const { key, value } of entries) {
    push(writer, key);
    write(writer, value, depth + 1);
  }
}

function writeHead(writer: Writer, major: number, argument: bigint): void {
  const top = major << 5;
  if (argument < 24n) {
    push(writer, Uint8Array.of(top | Number(argument)));
    return;
  }
  const size = argument < 0x100n ? 1 : argument < 0x10000n ? 2 : argument < 0x100000000n ? 4 : 8;
  const head = new Uint8Array(1 + size);
  head[0] = top | { 1: 24, 2: 25, 4: 26, 8: 27 }[size];
  for (let order = size, left = argument; order > 0; order -= 1, left >>= 8n) {
    head[order] = Number(left & 0xffn);
  }
  push(writer, head);
}

function push(writer: Writer, bytes: Uint8Array): void {
  const length = writer.length + bytes.length;
  if (length > writer.bytes.length) {
    const grown = new Uint8Array(Math.max(length, 2 * writer.bytes.length));
    grown.set(writer.bytes.subarray(0, writer.length));
    writer.bytes = grown;
  }
  writer.bytes.set(bytes, writer.length);
  writer.length = length;
}

type Reader = { readonly bytes: Uint8Array; readonly view: DataView; offset: number };

function read(reader: Reader, depth: number): Value {
  const start = reader.offset;
  const first = take(reader, 1)[0] ?? 0;
  const major = first >> 5;
  if (major === 7) return readSimple(first, start);
  if (major === 6) throw new CodecError(start, 'tags are not admitted');
  const argument = readArgument(reader, first & 31, start);
  switch (major) {
    case 0:
      return argument;
    case 1:
      return -1n - argument;
    case 2:
      return takeLength(reader, argument, start).slice();
    case 3:
      return readText(reader, argument, start);
    case 4:
      enter(depth, start);
      return readArray(reader, argument, depth, start);
    default:
      enter(depth, start);
      return readMap(reader, argument, depth, start);
  }
}

function readSimple(first: number, start: number): boolean | null {
  switch (first) {
    case 0xf4:
      return false;
    case 0xf5:
      return true;
    case 0xf6:
      return null;
    default:
      throw new CodecError(start, 'of simple values only false, true and null are admitted');
  }
}

function readArgument(reader: Reader, low: number, start: number): bigint {
  if (low < 24) return BigInt(low);
  if (low > 27) throw new CodecError(start, 'indefinite and reserved lengths are not admitted');
  const size = 1 << (low - 24);
  const at = reader.offset;
  take(reader, size);
  const { view } = reader;
  const value =
    size === 1
      ? BigInt(view.getUint8(at))
      : size === 2
        ? BigInt(view.getUint16(at))
        : size === 4
          ? BigInt(view.getUint32(at))
          : view.getBigUint64(at);
  const least = size === 1 ? 24n : 1n << BigInt(4 * size);
  if (value < least) throw new CodecError(start, 'an integer or length uses its shortest form');
  return value;
}

function readText(reader: Reader, argument: bigint, start: number): string {
  const bytes = takeLength(reader, argument, start);
  let text: string;
  try {
    text = textOf(bytes);
  } catch {
    throw new CodecError(start, 'text is well-formed UTF-8');
  }
  if (text.normalize('NFC') !== text) throw new CodecError(start, 'text is in NFC');
  return text;
}

function readArray(reader: Reader, argument: bigint, depth: number, start: number): Value[] {
  const items: Value[] = [];
  for (let left = countOf(reader, argument, start); left > 0; left -= 1) {
    items.push(read(reader, depth + 1));
  }
  return items;
}

function readMap(
  reader: Reader,
  argument: bigint,
  depth: number,
  start: number,
): ReadonlyMap<string, Value> {
  const map = new Map<string, Value>();
  let previous: Uint8Array | undefined;
  for (let left = countOf(reader, argument, start); left > 0; left -= 1) {
    const keyStart = reader.offset;
    const key = read(reader, limits.codecDepthMax);
    if (typeof key !== 'string') throw new CodecError(keyStart, 'a key is text');
    const encoded = reader.bytes.subarray(keyStart, reader.offset);
    if (previous !== undefined && compareBytes(previous, encoded) >= 0) {
      throw new CodecError(keyStart, 'keys are sorted and never repeated');
    }
    previous = encoded;
    map.set(key, read(reader, depth + 1));
  }
  return map;
}

function enter(depth: number, start: number): void {
  if (depth >= limits.codecDepthMax) {
    throw new CodecError(start, `depth is at most ${limits.codecDepthMax}`);
  }
}

/** Every item has at least one octet, so a larger count is a lie and nothing is reserved for it. */
function countOf(reader: Reader, argument: bigint, start: number): number {
  if (argument > BigInt(reader.bytes.length - reader.offset)) {
    throw new CodecError(start, 'a length does not pass the end');
  }
  return Number(argument);
}

function takeLength(reader: Reader, argument: bigint, start: number): Uint8Array {
  return take(reader, countOf(reader, argument, start));
}

function take(reader: Reader, length: number): Uint8Array {
  const end = reader.offset + length;
  if (end > reader.bytes.length) throw new CodecError(reader.offset, 'the value is complete');
  const taken = reader.bytes.subarray(reader.offset, end);
  reader.offset = end;
  return taken;
}

function isMap(value: Encodable): value is ReadonlyMap<string, Encodable> {
  return value instanceof Map;
}

/** A value in the notation of RFC 8949 §8, for people and for messages. */
export function diagnose(value: Value): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'bigint') return `${value}`;
  if (typeof value === 'string') return JSON.stringify(value);
  if (value instanceof Uint8Array) return `h'${hex(value)}'`;
  if (value instanceof Map) {
    const entries = [...value].map(([key, item]) => `${JSON.stringify(key)}: ${diagnose(item)}`);
    return `{${entries.join(', ')}}`;
  }
  return `[${(value as readonly Value[]).map(diagnose).join(', ')}]`;
}
