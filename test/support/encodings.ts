/**
 * The forms in which a value of the trade could stand somewhere: as text in several encodings, as a
 * number, as its bare hash.
 *
 * A form shorter than `octetsMin` occurs by chance in a megabyte of hashes and is left out; the bare
 * hashes of such a value are still looked for.
 */
import { createHash } from 'node:crypto';
import { encode } from '../../chain/src/act/codec.ts';

export type Form = { readonly encoding: string; readonly octets: Buffer };

/** Six octets occur by chance in a megabyte once in 2^28 megabytes; a value has a dozen forms. */
export const octetsMin = 6;

/** Every form of a text, those that are long enough. */
export function formsOfText(text: string): readonly Form[] {
  const utf8 = Buffer.from(text, 'utf8');
  const utf16 = Buffer.from(text, 'utf16le');
  const forms: Form[] = [
    { encoding: 'utf-8', octets: utf8 },
    { encoding: 'utf-8, lower case', octets: Buffer.from(text.toLowerCase()) },
    { encoding: 'utf-8, upper case', octets: Buffer.from(text.toUpperCase()) },
    { encoding: 'utf-16le', octets: utf16 },
    { encoding: 'utf-16be', octets: Buffer.from(utf16).swap16() },
    { encoding: 'reversed', octets: Buffer.from(utf8).reverse() },
    ...bytesAsText(utf8),
  ];
  return [
    ...forms.filter(({ octets }) => utf8.length >= octetsMin && octets.length >= octetsMin),
    ...hashesOf(text),
  ];
}

/** Every form of a whole number: decimal, and as octets of both orders. */
export function formsOfInteger(value: bigint): readonly Form[] {
  const big = Buffer.alloc(8);
  big.writeBigInt64BE(value);
  const forms: Form[] = [
    { encoding: '64 bits, big end first', octets: big },
    { encoding: '64 bits, little end first', octets: Buffer.from(big).reverse() },
    { encoding: 'CBOR integer', octets: Buffer.from(encode(value)) },
  ];
  // Small numbers are all zeros but the last octets, and zeros stand everywhere.
  const telling = value > 0xffffffn ? forms : [];
  return [...telling.filter(({ octets }) => octets.length >= 5), ...formsOfText(value.toString())];
}

/** Every form of octets, such as a digest. */
export function formsOfOctets(bytes: Uint8Array): readonly Form[] {
  const octets = Buffer.from(bytes);
  if (octets.length < octetsMin) return [];
  return [{ encoding: 'as it is', octets }, ...bytesAsText(octets)];
}

function bytesAsText(bytes: Buffer): readonly Form[] {
  return [
    { encoding: 'hex', octets: Buffer.from(bytes.toString('hex')) },
    { encoding: 'hex, upper case', octets: Buffer.from(bytes.toString('hex').toUpperCase()) },
    ...([0, 1, 2] as const).flatMap((shift) => aligned(bytes, shift)),
  ];
}

/** Base64 of the bytes wherever they begin in a triple; the letters that depend on neighbours are cut. */
function aligned(bytes: Buffer, shift: 0 | 1 | 2): readonly Form[] {
  const padded = Buffer.concat([Buffer.alloc(shift), bytes]);
  const whole = padded.length - (padded.length % 3);
  const first = shift === 0 ? 0 : 4;
  const cut = (text: string) => Buffer.from(text.slice(first));
  return [
    {
      encoding: `base64, shifted by ${shift}`,
      octets: cut(padded.subarray(0, whole).toString('base64')),
    },
    {
      encoding: `base64url, shifted by ${shift}`,
      octets: cut(padded.subarray(0, whole).toString('base64url')),
    },
  ].filter(({ octets }) => octets.length >= 8);
}

function hashesOf(text: string): readonly Form[] {
  const digest = (name: string, of: string): Form => ({
    encoding: `${name} of ${of === text ? 'it' : 'its lower case'}`,
    octets: createHash(name).update(of).digest(),
  });
  return [
    digest('sha256', text),
    digest('sha256', text.toLowerCase()),
    digest('sha1', text),
    digest('md5', text),
  ];
}
