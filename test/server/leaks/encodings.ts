/**
 * A business value in every form in which it could slip into a block.
 *
 * What is shorter than the limits below is not searched, because it would be found by chance or is a
 * common word: texts under six characters, whole numbers under a million. Forms of eight octets and
 * more are looked for everywhere; shorter ones (a 32-bit integer, a CBOR integer, a short text) only
 * where everything that is a digest, key, signature or token by its place has been taken out.
 */
import { createHash } from 'node:crypto';
import { encode } from '../../../chain/src/act/codec.ts';
import { amountOf } from '../../../chain/src/verify.ts';

export type BusinessValue =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'number'; readonly number: bigint; readonly decimals: readonly string[] }
  | { readonly kind: 'octets'; readonly octets: Uint8Array };

export type Pattern = {
  readonly encoding: string;
  readonly octets: Uint8Array;
  /** What it is a form of, for a person. */
  readonly of: string;
};

export const searchLimits = {
  textMin: 6,
  numberMin: 1_000_000n,
  octetsMin: 8,
  /** From here on a form is looked for in everything. */
  strongMin: 8,
  weakMin: 4,
} as const;

/** Prefixes that hashes of the project begin with, and the one of a log's leaf. */
export const hashPrefixes: readonly string[] = [
  ...['act', 'batch', 'block', 'consensus', 'id', 'key', 'leaf', 'node', 'note', 'pad', 'salt'],
  ...['sig', 'state', 'state-leaf', 'state-node', 'validators', 'vote', 'document', 'fingerprint'],
];

export function isSearched(value: BusinessValue): boolean {
  switch (value.kind) {
    case 'text':
      return value.text.length >= searchLimits.textMin;
    case 'number':
      return value.number >= searchLimits.numberMin;
    case 'octets':
      return value.octets.length >= searchLimits.octetsMin && new Set(value.octets).size > 3;
  }
}

export function patternsOf(value: BusinessValue): readonly Pattern[] {
  const forms = [...formsOf(value)];
  const of = describeValue(value);
  return forms
    .filter(([, octets]) => octets.length >= searchLimits.weakMin)
    .map(([encoding, octets]) => ({ encoding, octets, of }));
}

function* formsOf(value: BusinessValue): Generator<readonly [string, Uint8Array]> {
  switch (value.kind) {
    case 'text':
      yield* textForms('', value.text);
      yield* idForms(value.text);
      return;
    case 'octets':
      yield ['octets', value.octets];
      yield* asText('', value.octets);
      yield* hashes('', value.octets);
      return;
    case 'number':
      yield* integerForms(value.number);
      for (const text of [value.number.toString(), ...value.decimals]) {
        yield* textForms(text.includes('.') ? 'decimal, ' : 'whole number, ', text);
      }
  }
}

function* textForms(prefix: string, text: string): Generator<readonly [string, Uint8Array]> {
  const utf8 = utf8Of(text);
  yield [`${prefix}utf-8`, utf8];
  yield [`${prefix}cbor text`, encode(text.normalize('NFC'))];
  const little = Buffer.from(text, 'utf16le');
  yield [`${prefix}utf-16le`, little];
  yield [`${prefix}utf-16be`, Buffer.from(little).swap16()];
  yield* asText(prefix, utf8);
  yield* hashes(prefix, utf8);
  const lower = text.toLowerCase();
  const upper = text.toUpperCase();
  if (lower !== text) {
    yield [`${prefix}lower case`, utf8Of(lower)];
    yield* hashes(`${prefix}lower case, `, utf8Of(lower));
  }
  if (upper !== text) yield [`${prefix}upper case`, utf8Of(upper)];
}

/** Octets written as hex, base64 and base64url, wherever the three-octet groups begin. */
function* asText(prefix: string, octets: Uint8Array): Generator<readonly [string, Uint8Array]> {
  const hex = Buffer.from(octets).toString('hex');
  yield [`${prefix}hex`, utf8Of(hex)];
  yield [`${prefix}hex, upper case`, utf8Of(hex.toUpperCase())];
  for (const shift of [0, 1, 2] as const) {
    for (const form of ['base64', 'base64url'] as const) {
      const middle = middleOf(octets, shift, form);
      yield [`${prefix}${form}, shift ${shift}`, utf8Of(middle)];
    }
  }
}

/** The characters that depend on these octets alone when `shift` octets stand before them. */
function middleOf(octets: Uint8Array, shift: 0 | 1 | 2, form: 'base64' | 'base64url'): string {
  const padded = Buffer.concat([Buffer.alloc(shift), octets]);
  const whole = padded.toString(form).replace(/=+$/, '');
  const start = Math.ceil((shift * 4) / 3);
  const end = Math.floor((padded.length * 8) / 6);
  return whole.slice(start, end);
}

function* hashes(prefix: string, octets: Uint8Array): Generator<readonly [string, Uint8Array]> {
  const named: readonly (readonly [string, Uint8Array])[] = [
    ['sha-256', new Uint8Array()],
    ['sha-256 of a log leaf', new Uint8Array([0])],
    ...hashPrefixes.map((use) => [`sha-256 ${use}`, utf8Of(`tallystick/${use}/1\0`)] as const),
  ];
  for (const [name, before] of named) {
    const digest = createHash('sha256').update(before).update(octets).digest();
    yield [`${prefix}${name}`, digest];
    if (before.length === 0) yield [`${prefix}${name}, hex`, utf8Of(digest.toString('hex'))];
  }
}

function* integerForms(number: bigint): Generator<readonly [string, Uint8Array]> {
  if (number < 2n ** 32n) {
    const big = Buffer.alloc(4);
    big.writeUInt32BE(Number(number));
    yield ['32 bits, big endian', big];
    yield ['32 bits, little endian', Buffer.from(big).reverse()];
  }
  const big = Buffer.alloc(8);
  big.writeBigUInt64BE(number);
  yield ['64 bits, big endian', big];
  yield ['64 bits, little endian', Buffer.from(big).reverse()];
  yield ['cbor integer', encode(number)];
  yield* hashes('64 bits, ', big);
}

/** The octets that an id is the text of. */
function* idForms(text: string): Generator<readonly [string, Uint8Array]> {
  const letters = /^[a-z]{3}_([a-z2-7]{24})$/.exec(text)?.[1];
  if (letters === undefined) return;
  const bits = [...letters].map((letter) =>
    'abcdefghijklmnopqrstuvwxyz234567'.indexOf(letter).toString(2).padStart(5, '0'),
  );
  const octets = bits.join('').match(/.{8}/g) ?? [];
  yield ['id octets', Uint8Array.from(octets, (each) => parseInt(each, 2))];
}

export function numberOf(minor: bigint, currency: string | null): BusinessValue {
  const decimals = currency === null ? [] : [amountOf(minor, currency)];
  return { kind: 'number', number: minor, decimals };
}

function describeValue(value: BusinessValue): string {
  switch (value.kind) {
    case 'text':
      return value.text.slice(0, 60);
    case 'number':
      return value.number.toString();
    case 'octets':
      return Buffer.from(value.octets).toString('hex').slice(0, 60);
  }
}

function utf8Of(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text));
}
