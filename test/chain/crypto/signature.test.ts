/** Signers, and that the bytes of no two purposes coincide. */
import { generateKeyPairSync } from 'node:crypto';
import { hex, sha256, utf8 } from '@tallystick/chain/src/crypto/digest.ts';
import { verifyEd25519 } from '@tallystick/chain/src/crypto/ed25519.ts';
import {
  actSigningBytes,
  batchSigningBytes,
  consensusSigningBytes,
  cosigningBytes,
  pkcs8Signer,
  webCryptoSigner,
} from '@tallystick/chain/src/crypto/signature.ts';
import { describe, expect, it } from 'vitest';

describe('a signer', () => {
  it('over a PKCS#8 key signs for its own public key', async () => {
    const { privateKey } = generateKeyPairSync('ed25519');
    const signer = await pkcs8Signer(privateKey.export({ format: 'der', type: 'pkcs8' }));

    const signature = await signer.sign(utf8('act'));

    expect(signer.publicKey).toHaveLength(32);
    expect(verifyEd25519(signer.publicKey, utf8('act'), signature)).toBe(true);
  });

  it('over a key that cannot be read out of WebCrypto signs the same way', async () => {
    const pair = await crypto.subtle.generateKey('Ed25519', false, ['sign', 'verify']);
    const publicKey = new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey));
    const signer = webCryptoSigner(pair.privateKey, publicKey);

    expect(verifyEd25519(publicKey, utf8('act'), await signer.sign(utf8('act')))).toBe(true);
    await expect(crypto.subtle.exportKey('pkcs8', pair.privateKey)).rejects.toThrow();
  });

  it('refuses a key of another kind', async () => {
    const { privateKey } = generateKeyPairSync('x25519');
    const bytes = privateKey.export({ format: 'der', type: 'pkcs8' });

    await expect(pkcs8Signer(bytes)).rejects.toThrow('an Ed25519 private key is expected');
  });
});

describe('the bytes to sign', () => {
  const chainId = sha256(utf8('chain'));
  const digest = sha256(utf8('digest'));

  it('name their purpose, so that none is the beginning of another', () => {
    const all = [
      actSigningBytes(chainId, digest),
      batchSigningBytes(chainId, 2, digest),
      consensusSigningBytes({ chainId, epoch: 0n, view: 1n, kind: 1, digest }),
      cosigningBytes(1n, 'origin\n1\nroot\n'),
    ].map(hex);

    const clashes = all.filter((one) =>
      all.some((other) => other !== one && other.startsWith(one)),
    );

    expect(clashes).toEqual([]);
    expect(new Set(all.map((text) => text.slice(0, 40))).size).toBe(4);
  });
});
