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
  const writer: Writer = { bytes: desk, length: 0 };
  write(writer, value, 0);
  if (writer.bytes.length <= deskMax) desk = writer.bytes;
  return writer.bytes.slice(0, writer.length);
}

/** Where values are written before they are copied out; a new array for each costs more than the writing. */
let desk: Uint8Array = new Uint8Array(1_024);
const deskMax = 65_536;

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
  else if (value === false) pushOctet(writer, 0xf4);
  else if (value === true) pushOctet(writer, 0xf5);
  else if (value === null) pushOctet(writer, 0xf6);
  else if (value instanceof Uint8Array) {
    writeHead(writer, 2, value.length);
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
  writeHead(writer, 4, items.length);
  for (const item of items) write(writer, item, depth + 1);
}

function writeInteger(writer: Writer, value: bigint): void {
  if (value > unsignedMax || value < negativeMin) {
    throw new CodecError(writer.length, 'an integer fits in 64 bits');
  }
  const [major, argument] = value >= 0n ? [0, value] : [1, -1n - value];
  writeHead(writer, major, argument <= 0xffffffffn ? Number(argument) : argument);
}

function writeText(writer: Writer, value: string): void {
  if (isAscii(value)) {
    writeHead(writer, 3, value.length);
    reserve(writer, value.length);
    for (let at = 0; at < value.length; at += 1) {
      writer.bytes[writer.length + at] = value.charCodeAt(at);
    }
    writer.length += value.length;
    return;
  }
  if (!value.isWellFormed() || value.normalize('NFC') !== value) {
    throw new CodecError(writer.length, 'text is well-formed and in NFC');
  }
  const bytes = utf8(value);
  writeHead(writer, 3, bytes.length);
  push(writer, bytes);
}

/** Then it is well-formed, in NFC, and one octet a character. Most texts are short; the rest need not be looked at so. */
function isAscii(value: string): boolean {
  if (value.length > 256) return false;
  for (let at = 0; at < value.length; at += 1) if (value.charCodeAt(at) > 0x7f) return false;
  return true;
}

/** Keys stand in the order of their encodings: shorter ones first, since an encoding begins with the length. */
function writeMap(writer: Writer, map: ReadonlyMap<string, Encodable>, depth: number): void {
  const entries = [...map].map(([key, value]) => ({ key, octets: utf8(key), value }));
  entries.sort((a, b) => a.octets.length - b.octets.length || compareBytes(a.octets, b.octets));
  writeHead(writer, 5, entries.length);
  for (const { key, value } of entries) {
    writeText(writer, key);
    write(writer, value, depth + 1);
  }
}

/** `argument` is a bigint only above 32 bits. */
function writeHead(writer: Writer, major: number, argument: number | bigint): void {
  const top = major << 5;
  if (typeof argument === 'number' && argument < 24) {
    pushOctet(writer, top | argument);
    return;
  }
  const size = argument < 0x100 ? 1 : argument < 0x10000 ? 2 : argument <= 0xffffffff ? 4 : 8;
  pushOctet(writer, top | { 1: 24, 2: 25, 4: 26, 8: 27 }[size]);
  reserve(writer, size);
  for (let order = size - 1, left = BigInt(argument); order >= 0; order -= 1, left >>= 8n) {
    writer.bytes[writer.length + order] = Number(left & 0xffn);
  }
  writer.length += size;
}

function pushOctet(writer: Writer, octet: number): void {
  reserve(writer, 1);
  writer.bytes[writer.length] = octet;
  writer.length += 1;
}

function push(writer: Writer, bytes: Uint8Array): void {
  reserve(writer, bytes.length);
  writer.bytes.set(bytes, writer.length);
  writer.length += bytes.length;
}

/** Makes room for that many octets more. */
function reserve(writer: Writer, count: number): void {
  const length = writer.length + count;
  if (length <= writer.bytes.length) return;
  const grown = new Uint8Array(Math.max(length, 2 * writer.bytes.length));
  grown.set(writer.bytes.subarray(0, writer.length));
  writer.bytes = grown;
}

type Reader = { readonly bytes: Uint8Array; readonly view: DataView; offset: number };

function read(reader: Reader, depth: number): Value {
  const start = reader.offset;
  const first = reader.bytes[start];
  if (first === undefined) throw incomplete(start);
  reader.offset += 1;
  const major = first >> 5;
  if (major === 7) return readSimple(first, start);
  if (major === 6) throw new CodecError(start, 'tags are not admitted');
  const argument = readArgument(reader, first & 31, start);
  switch (major) {
    case 0:
      return BigInt(argument);
    case 1:
      return -1n - BigInt(argument);
    case 2:
      return reader.bytes.slice(...pass(reader, countOf(reader, argument, start)));
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

/** A bigint only from 2^32 on. */
function readArgument(reader: Reader, low: number, start: number): number | bigint {
  if (low < 24) return low;
  if (low > 27) throw new CodecError(start, 'indefinite and reserved lengths are not admitted');
  const size = 1 << (low - 24);
  const [at] = pass(reader, size);
  const { view } = reader;
  const value =
    size === 1
      ? view.getUint8(at)
      : size === 2
        ? view.getUint16(at)
        : size === 4
          ? view.getUint32(at)
          : view.getBigUint64(at);
  const least = size === 1 ? 24 : 2 ** (4 * size);
  if (value < least) throw new CodecError(start, 'an integer or length uses its shortest form');
  return value;
}

function readText(reader: Reader, argument: number | bigint, start: number): string {
  const bytes = reader.bytes.subarray(...pass(reader, countOf(reader, argument, start)));
  let text: string;
  try {
    text = textOf(bytes);
  } catch {
    throw new CodecError(start, 'text is well-formed UTF-8');
  }
  if (text.normalize('NFC') !== text) throw new CodecError(start, 'text is in NFC');
  return text;
}

function readArray(
  reader: Reader,
  argument: number | bigint,
  depth: number,
  start: number,
): Value[] {
  const items: Value[] = [];
  for (let left = countOf(reader, argument, start); left > 0; left -= 1) {
    items.push(read(reader, depth + 1));
  }
  return items;
}

function readMap(
  reader: Reader,
  argument: number | bigint,
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
function countOf(reader: Reader, argument: number | bigint, start: number): number {
  if (typeof argument === 'number' && argument <= reader.bytes.length - reader.offset) {
    return argument;
  }
  throw new CodecError(start, 'a length does not pass the end');
}

/** Where the next octets begin and end; they are read then. */
function pass(reader: Reader, length: number): readonly [start: number, end: number] {
  const start = reader.offset;
  const end = start + length;
  if (end > reader.bytes.length) throw incomplete(start);
  reader.offset = end;
  return [start, end];
}

function incomplete(offset: number): CodecError {
  return new CodecError(offset, 'the value is complete');
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
