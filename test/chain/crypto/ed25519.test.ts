/** The one rule for signatures: what it admits, what it refuses, and that both ways of computing agree. */

import { createHash } from 'node:crypto';
import { ed25519 } from '@noble/curves/ed25519.js';
import { fromHex, hex, sha256, utf8 } from '@tallystick/chain/src/crypto/digest.ts';
import {
  admitPublicKey,
  verifyEd25519,
  verifyEd25519Async,
  verifyEd25519Native,
  verifyEd25519Portable,
} from '@tallystick/chain/src/crypto/ed25519.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { signerFrom } from '../../support/proofs.ts';

const groupOrder = 2n ** 252n + 27742317777372353535851937790883648493n;
const signer = await signerFrom(1);
const message = utf8('I promise to pay.');
const signature = await signer.sign(message);

/** Every encoding of a y of small order, with either sign bit. */
const smallOrder = [
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000000',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
].flatMap((text) => [octets(text), withSign(octets(text))]);

describe('admitting a public key', () => {
  it('admits an ordinary one', () => {
    expect(admitPublicKey(signer.publicKey)).toBe('ok');
  });

  it('refuses every point of small order in every encoding', () => {
    expect(smallOrder.map(admitPublicKey)).toEqual(smallOrder.map(() => 'small order'));
  });

  it('refuses a key with a torsion part, though it is canonical', () => {
    const torsion = ed25519.Point.fromBytes(
      octets('26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05'),
    );
    const mixed = ed25519.Point.fromBytes(signer.publicKey).add(torsion).toBytes();

    expect(admitPublicKey(mixed)).toBe('torsion');
  });

  it('refuses a y that is not below the prime, no point at all, and a wrong length', () => {
    const tooLarge = octets('f0ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f');
    const noPoint = octets(`02${'00'.repeat(31)}`);

    expect(admitPublicKey(tooLarge)).toBe('not canonical');
    expect(admitPublicKey(noPoint)).toBe('not canonical');
    expect(admitPublicKey(signer.publicKey.slice(1))).toBe('length');
  });
});

describe('verifying a signature', () => {
  it('accepts what the key signed, and nothing with one bit turned', () => {
    const both = [verifyEd25519Native, verifyEd25519Portable];

    for (const verify of both) {
      expect(verify(signer.publicKey, message, signature)).toBe(true);
      for (let bit = 0; bit < 512; bit += 37) {
        expect(verify(signer.publicKey, message, turned(signature, bit))).toBe(false);
      }
      expect(verify(signer.publicKey, turned(message, 3), signature)).toBe(false);
      expect(verify(turned(signer.publicKey, 9), message, signature)).toBe(false);
    }
  });

  it('refuses the same signature with S plus the group order', () => {
    const s = littleEndian(signature.slice(32)) + groupOrder;
    const malleable = Uint8Array.from([...signature.slice(0, 32), ...encoded(s)]);

    expect(verifyEd25519Native(signer.publicKey, message, malleable)).toBe(false);
    expect(verifyEd25519Portable(signer.publicKey, message, malleable)).toBe(false);
  });

  it('refuses R of small order even where the equation holds under an ordinary key', () => {
    const secret = littleEndian(sha256(utf8('secret'))) % groupOrder;
    const key = ed25519.Point.BASE.multiply(secret).toBytes();
    const identity = octets(`01${'00'.repeat(31)}`);
    const k = littleEndian(sha512Of(identity, key, message)) % groupOrder;
    const crafted = Uint8Array.from([...identity, ...encoded((k * secret) % groupOrder)]);

    expect(admitPublicKey(key)).toBe('ok');
    expect(verifyEd25519Native(key, message, crafted)).toBe(false);
    expect(verifyEd25519Portable(key, message, crafted)).toBe(false);
  });

  it('gives one verdict natively and portably on ordinary, random and crafted input', async () => {
    const crafted = fc.constantFrom(...smallOrder);
    const octets32 = fc.uint8Array({ minLength: 32, maxLength: 32 });
    const keys = fc.oneof(fc.constant(signer.publicKey), crafted, octets32);
    const firsts = fc.oneof(fc.constant(signature.slice(0, 32)), crafted, octets32);
    const seconds = fc.oneof(
      fc.constant(signature.slice(32)),
      fc.constant(new Uint8Array(32)),
      fc.constant(encoded(groupOrder)),
      fc.constant(encoded(groupOrder - 1n)),
      octets32,
    );

    await fc.assert(
      fc.asyncProperty(keys, firsts, seconds, async (key, r, s) => {
        const whole = Uint8Array.from([...r, ...s]);
        const native = verifyEd25519Native(key, message, whole);
        expect(verifyEd25519Portable(key, message, whole)).toBe(native);
        expect(await verifyEd25519Async(key, message, whole)).toBe(native);
      }),
      { seed: 4, numRuns: 400 },
    );
  });

  it('agrees on signatures with a mixed-order key and R, which only registration refuses', () => {
    const torsion = ed25519.Point.fromBytes(
      octets('26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05'),
    );
    const secret = 123456789n;
    const verdicts = Array.from({ length: 64 }, (_, order) => {
      const text = utf8(`message ${order}`);
      const key = ed25519.Point.BASE.multiply(secret).add(torsion).toBytes();
      const nonce = BigInt(order + 7);
      const r = ed25519.Point.BASE.multiply(nonce)
        .add(torsion.multiplyUnsafe(BigInt(order % 8)))
        .toBytes();
      const k = littleEndian(sha512Of(r, key, text)) % groupOrder;
      const whole = Uint8Array.from([...r, ...encoded((nonce + k * secret) % groupOrder)]);
      return [
        verifyEd25519Native(key, text, whole),
        verifyEd25519Portable(key, text, whole),
      ] as const;
    });

    expect(verdicts.filter(([native, portable]) => native !== portable)).toEqual([]);
    expect(verdicts.some(([native]) => native)).toBe(true);
    expect(verdicts.some(([native]) => !native)).toBe(true);
  });

  it('refuses wrong lengths instead of failing', async () => {
    for (const length of [0, 63, 65]) {
      expect(verifyEd25519(signer.publicKey, message, new Uint8Array(length))).toBe(false);
      expect(await verifyEd25519Async(signer.publicKey, message, new Uint8Array(length))).toBe(
        false,
      );
    }
    expect(verifyEd25519(new Uint8Array(31), message, signature)).toBe(false);
  });

  it('is deterministic in what it signs', async () => {
    expect(hex(await signer.sign(message))).toBe(hex(signature));
  });
});

function sha512Of(...parts: readonly Uint8Array[]): Uint8Array {
  const hash = createHash('sha512');
  for (const part of parts) hash.update(part);
  return hash.digest();
}

function octets(text: string): Uint8Array {
  return fromHex(text) ?? new Uint8Array();
}

function withSign(bytes: Uint8Array): Uint8Array {
  return turned(bytes, 255);
}

function turned(bytes: Uint8Array, bit: number): Uint8Array {
  return bytes.map((octet, order) => (order === bit >> 3 ? octet ^ (1 << (bit & 7)) : octet));
}

function littleEndian(bytes: Uint8Array): bigint {
  return BigInt(`0x${hex(Uint8Array.from(bytes).reverse())}`);
}

function encoded(value: bigint): Uint8Array {
  return octets(value.toString(16).padStart(64, '0')).reverse();
}
