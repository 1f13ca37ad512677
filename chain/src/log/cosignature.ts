/**
 * A validator's cosignature of a checkpoint (C2SP tlog-cosignature v1).
 *
 *   signed  "cosignature/v1\ntime " T "\n" body
 *   line    "— " name " " base64(keyId ‖ u64be(T) ‖ Ed25519(signed)) "\n"     T in seconds
 *
 * A finalize vote is never the cosignature: honest validators may vote to finalize
 * different blocks of one height, but cosign only what is final and applied.
 *
 * Pure.
 */
import { concat, equalBytes, u64be } from '../crypto/digest.ts';
import { verifyEd25519 } from '../crypto/ed25519.ts';
import { cosigningBytes } from '../crypto/signature.ts';
import type { Checkpoint, NoteLine } from './checkpoint.ts';
import { checkpointBody, cosignerKeyType, noteKeyId, noteLine } from './checkpoint.ts';

export type Cosignature = {
  readonly timeSeconds: bigint;
  readonly signature: Uint8Array;
};

export function cosignatureLine(
  name: string,
  publicKey: Uint8Array,
  { timeSeconds, signature }: Cosignature,
): string {
  return noteLine({
    name,
    keyId: noteKeyId(name, cosignerKeyType, publicKey),
    value: concat(u64be(timeSeconds), signature),
  });
}

/** The time and signature in a line; undefined when it is no cosignature. */
export function cosignatureOf(line: NoteLine): Cosignature | undefined {
  if (line.value.length !== 72) return undefined;
  const view = new DataView(line.value.buffer, line.value.byteOffset, line.value.byteLength);
  const timeSeconds = view.getBigUint64(0);
  if (timeSeconds === 0n || timeSeconds >= 2n ** 63n) return undefined;
  return { timeSeconds, signature: line.value.slice(8) };
}

/** The cosignature in `line`, when the validator `name` with this key made it over this checkpoint. */
export function verifiedCosignature(
  line: NoteLine,
  checkpoint: Checkpoint,
  cosigner: { readonly name: string; readonly cosignerKey: Uint8Array },
): Cosignature | undefined {
  const { name, cosignerKey } = cosigner;
  const cosignature = cosignatureOf(line);
  if (cosignature === undefined || line.name !== name) return undefined;
  if (!equalBytes(line.keyId, noteKeyId(name, cosignerKeyType, cosignerKey))) return undefined;
  const signed = cosigningBytes(cosignature.timeSeconds, checkpointBody(checkpoint));
  return verifyEd25519(cosignerKey, signed, cosignature.signature) ? cosignature : undefined;
}
