/**
 * A vote: what one validator says about one view, and the bytes it signs.
 *
 *   propose   "this is my block of view v", by its leader
 *   notarize  "the first valid block that I saw from the leader of v"
 *   nullify   "the timer of v expired, or its block was invalid"
 *   finalize  "I hold the notarization of (v, d); I have not signed and shall never sign nullify(v)"
 *
 * Signatures are opaque here: they were checked at the door (shell/inbox.ts) and
 * are kept so that anyone can check a certificate or a piece of evidence again.
 */
import { domain, u64be } from '../crypto/digest.ts';
import type { ValidatorIndex } from './validators.ts';

/** SHA-256 of a block as 64 lower-case hex digits, so that it can be compared and be a key. */
export type Digest = string;

/** What a nullify vote carries in place of a block. */
export const zeroDigest: Digest = '0'.repeat(64);

export type VoteKind = 'propose' | 'notarize' | 'nullify' | 'finalize';

export type Vote = {
  readonly kind: VoteKind;
  readonly epoch: bigint;
  /** Counts from one within the epoch. */
  readonly view: bigint;
  /** The block; the zero digest in a nullify vote. */
  readonly digest: Digest;
};

export type SignedVote = Vote & {
  readonly voter: ValidatorIndex;
  /** Ed25519, 64 octets, over `voteSigningBytes`. */
  readonly signature: Uint8Array;
};

/** The octet that stands for a kind in signed and in encoded bytes; never reused. */
export const voteKindCodes = { propose: 1, notarize: 2, nullify: 3, finalize: 4 } as const;

/** domain "\0" ‖ chainId[32] ‖ epoch u64be ‖ view u64be ‖ kind u8 ‖ digest[32]; the domain is tallystick/vote/1. */
export function voteSigningBytes(chainId: Uint8Array, vote: Vote): Uint8Array {
  const prefix = domain('vote');
  const bytes = new Uint8Array(prefix.length + chainId.length + 49);
  bytes.set(prefix);
  bytes.set(chainId, prefix.length);
  const at = prefix.length + chainId.length;
  bytes.set(u64be(vote.epoch), at);
  bytes.set(u64be(vote.view), at + 8);
  bytes[at + 16] = voteKindCodes[vote.kind];
  writeDigest(bytes, at + 17, vote.digest);
  return bytes;
}

/** Writes the 32 octets of a digest at an offset. */
export function writeDigest(target: Uint8Array, offset: number, digest: Digest): void {
  for (let index = 0; index < 32; index += 1) {
    target[offset + index] = Number.parseInt(digest.slice(2 * index, 2 * index + 2), 16);
  }
}
