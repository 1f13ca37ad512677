/**
 * Ids of things that no act makes: documents, requests, references in the log. They look like the
 * ids of acts' objects (prefix, underscore, 24 letters and digits) and carry 120 bits of chance.
 */
import { randomBytes } from 'node:crypto';

const alphabet = 'abcdefghijklmnopqrstuvwxyz234567';
const idBytes = 15;

export type Ids = { next(prefix: string): string };

export function randomIds(chance: (size: number) => Uint8Array = randomBytes): Ids {
  return { next: (prefix) => `${prefix}_${base32(chance(idBytes))}` };
}

function base32(bytes: Uint8Array): string {
  let bits = 0n;
  for (const byte of bytes) bits = (bits << 8n) | BigInt(byte);
  let text = '';
  for (let at = (bytes.length * 8) / 5 - 1; at >= 0; at--)
    text += alphabet[Number((bits >> BigInt(5 * at)) & 31n)];
  return text;
}
