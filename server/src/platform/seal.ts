/**
 * Sealing: AES-256-GCM with a fresh nonce, bound to a context, as nonce ‖ ciphertext ‖ tag.
 *
 * What was sealed for one context opens for no other, so a wrapped key or a blob that was moved to
 * another row or file does not open. A key seals at most 2³² things (random 96-bit nonces); keys
 * here seal one document, or the few keys of one organisation.
 */
import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  hkdfSync,
  randomBytes,
  randomUUID,
} from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { syncFolder } from './files.ts';

export const keyBytes = 32;
const nonceBytes = 12;
const tagBytes = 16;
/** A sealed thing is this much longer than what is in it. */
export const sealBytes = nonceBytes + tagBytes;

export class SealBroken extends Error {
  override readonly name = 'SealBroken';

  constructor(context: string) {
    super(
      `What was sealed as ${context} was altered, or belongs elsewhere, or the key is another.`,
    );
  }
}

export function newKey(): Uint8Array {
  return randomBytes(keyBytes);
}

export function seal(key: Uint8Array, context: string, content: Uint8Array): Uint8Array {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes });
  cipher.setAAD(Buffer.from(context));
  return Buffer.concat([nonce, cipher.update(content), cipher.final(), cipher.getAuthTag()]);
}

/** Throws `SealBroken` when a single bit, the key or the context is not the one of the sealing. */
export function unseal(key: Uint8Array, context: string, sealed: Uint8Array): Uint8Array {
  if (sealed.length < sealBytes) throw new SealBroken(context);
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, nonceBytes), {
    authTagLength: tagBytes,
  });
  decipher.setAAD(Buffer.from(context));
  decipher.setAuthTag(sealed.subarray(sealed.length - tagBytes));
  try {
    const content = decipher.update(sealed.subarray(nonceBytes, sealed.length - tagBytes));
    return Buffer.concat([content, decipher.final()]);
  } catch {
    throw new SealBroken(context);
  }
}

/** One key of its own for each purpose, from the one master key. */
export function purposeKey(master: Uint8Array, purpose: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', master, '', `tallystick/${purpose}/1`, keyBytes));
}

export function keyedDigest(key: Uint8Array, content: Uint8Array): Uint8Array {
  return createHmac('sha256', key).update(content).digest();
}

/** The demo's master key: made on the first start, kept in the home, readable by its owner only. */
export function homeMasterKey(home: string): Uint8Array {
  const file = path.join(home, 'master.key');
  mkdirSync(home, { recursive: true });
  if (!existsSync(file)) {
    const draft = `${file}.${randomUUID()}`;
    writeFileSync(draft, newKey(), { mode: 0o600, flush: true });
    linkSync(draft, file);
    rmSync(draft);
    syncFolder(home);
  }
  const key = readFileSync(file);
  if (key.length !== keyBytes)
    throw new Error(`${file} is damaged: seen ${key.length} bytes, expected ${keyBytes}.`);
  return key;
}
