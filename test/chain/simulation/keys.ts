/**
 * Cheap signatures and digests for the simulation.
 *
 * They bind what real ones bind (who, kind, epoch, view, digest) and are checked
 * at the door like real ones, but cost a microsecond. Nobody in the simulation
 * computes another's signature, so they need not be hard to forge.
 */
import type { DigestOf } from '@tallystick/chain/src/core/application.ts';
import type { PeerId } from '@tallystick/chain/src/core/validators.ts';
import { type Vote, zeroDigest } from '@tallystick/chain/src/core/vote.ts';

/** Two independent 32-bit halves over a text. */
function mix(text: string): readonly [number, number] {
  let a = 0xdeadbeef;
  let b = 0x41c6ce57;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    a = Math.imul(a ^ code, 2654435761);
    b = Math.imul(b ^ code, 1597334677);
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
  return [a >>> 0, b >>> 0];
}

function signatureText(signer: PeerId, vote: Vote): string {
  return `${signer}|${vote.kind}|${vote.epoch}|${vote.view}|${vote.digest.slice(0, 16)}`;
}

export function sign(signer: PeerId, vote: Vote): Uint8Array {
  const signature = new Uint8Array(64);
  const words = new DataView(signature.buffer);
  const [high, low] = mix(signatureText(signer, vote));
  words.setUint32(0, high);
  words.setUint32(4, low);
  return signature;
}

/** The one rule: the signer's own octets and nothing but zeros behind them. */
export function isSignedBy(signer: PeerId, vote: Vote, signature: Uint8Array): boolean {
  for (let at = 8; at < signature.length; at += 1) if (signature[at] !== 0) return false;
  return isLaxlySignedBy(signer, vote, signature);
}

/** What a careless verifier takes too: anything may stand behind the signer's octets. */
export function isLaxlySignedBy(signer: PeerId, vote: Vote, signature: Uint8Array): boolean {
  const words = new DataView(signature.buffer, signature.byteOffset, signature.byteLength);
  const [high, low] = mix(signatureText(signer, vote));
  const isWholeDigest = vote.digest.endsWith(digestTail) || vote.digest === zeroDigest;
  return isWholeDigest && words.getUint32(0) === high && words.getUint32(4) === low;
}

/** A signature at the edge: careless verifiers take it, strict ones do not. */
export function edgeSignature(signer: PeerId, vote: Vote): Uint8Array {
  const signature = sign(signer, vote);
  signature[63] = 1;
  return signature;
}

/** What a short digest is filled up with; only the first sixteen digits are signed. */
export const digestTail = 'd'.repeat(48);

const text = new TextDecoder('latin1');

/** 64 digits like a real digest, of which the first sixteen carry the content. */
export const digestOf: DigestOf = ({ epoch, view, height, parent, payload, filler }) => {
  const flags = `${payload.seals}${filler}${text.decode(payload.bytes)}`;
  const [high, low] = mix(`${epoch}/${view}/${height}/${parent.view}/${parent.digest}/${flags}`);
  const digits = [high, low].map((word) => word.toString(16).padStart(8, '0')).join('');
  return digits + digestTail;
};
