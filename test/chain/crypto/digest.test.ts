/** Hashes and strict encodings of bytes. */
import { createHash, createHmac } from 'node:crypto';
import { hmac } from '@noble/hashes/hmac.js';
import { sha256 as portable } from '@noble/hashes/sha2.js';
import {
  base32,
  base64,
  base64url,
  compareBytes,
  domain,
  fromBase64,
  fromBase64url,
  fromHex,
  hex,
  hmacSha256,
  sha256,
  textOf,
  utf8,
} from '@tallystick/chain/src/crypto/digest.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const octets = fc.uint8Array({ maxLength: 300 });

describe('hashing', () => {
  it('is SHA-256 over the parts as one, natively and portably', () => {
    fc.assert(
      fc.property(octets, octets, (a, b) => {
        const whole = Uint8Array.from([...a, ...b]);
        expect(hex(sha256(a, b))).toBe(createHash('sha256').update(whole).digest('hex'));
        expect(sha256(a, b)).toEqual(portable(whole));
        expect(hex(hmacSha256(a, b))).toBe(createHmac('sha256', a).update(b).digest('hex'));
        expect(hmacSha256(a, b)).toEqual(hmac(portable, a, b));
      }),
      { seed: 1, numRuns: 100 },
    );
  });

  it('separates uses by a prefix that ends in a zero octet', () => {
    expect(textOf(domain('leaf'))).toBe('tallystick/leaf/1\0');
  });
});

describe('encodings of bytes', () => {
  it('read back, and no other text reads to the same bytes', () => {
    fc.assert(
      fc.property(octets, (bytes) => {
        expect(fromHex(hex(bytes))).toEqual(bytes);
        expect(fromBase64(base64(bytes))).toEqual(bytes);
        expect(fromBase64url(base64url(bytes))).toEqual(bytes);
        expect(base64(bytes)).toBe(Buffer.from(bytes).toString('base64'));
      }),
      { seed: 1, numRuns: 100 },
    );
  });

  it.each(['AB', 'QUI', 'QUJ=', 'QR==', 'QUI=\n', ' QUI=', 'QU I=', 'Q===', 'QUI-', '='])(
    'refuse %j as base64',
    (text) => {
      expect(fromBase64(text)).toBeUndefined();
    },
  );

  it.each(['AF', 'a', 'xx', '0x00'])('refuse %j as hexadecimal', (text) => {
    expect(fromHex(text)).toBeUndefined();
  });

  it('write base32 in small letters, whole groups only', () => {
    expect(base32(utf8('fooba'))).toBe('mzxw6ytb');
    expect(base32(utf8('foobafooba'))).toBe('mzxw6ytbmzxw6ytb');
    expect(() => base32(utf8('foo'))).toThrow(RangeError);
  });

  it('order bytes as numbers, a beginning first', () => {
    expect(compareBytes(Uint8Array.of(1, 255), Uint8Array.of(2))).toBeLessThan(0);
    expect(compareBytes(Uint8Array.of(1), Uint8Array.of(1, 0))).toBeLessThan(0);
    expect(compareBytes(Uint8Array.of(9), Uint8Array.of(9))).toBe(0);
  });
});
