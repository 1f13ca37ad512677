/**
 * Evidence as it stands in the log: two signatures by one validator that break a rule together.
 *
 *   leaf    dCBOR(["tallystick/evidence/1", chainId, epoch, voter, first, second])
 *   vote    [kind 1 propose, 2 notarize, 3 nullify, 4 finalize, view, digest[32], signature]
 *   cosign  [5, size, root[32], timeSeconds, signature]
 *
 * `voter` is the place in the set of that epoch. `first` is the smaller of the two encodings, so the same
 * pair has one form. It is judged from these bytes and the set alone, by validators and by strangers.
 *
 * Pure.
 */
import type { Encodable, Value } from '../act/codec.ts';
import { decode, encode } from '../act/codec.ts';
import { compareBytes, equalBytes, fromHex, hex } from '../crypto/digest.ts';
import { verifyEd25519 } from '../crypto/ed25519.ts';
import { cosigningBytes } from '../crypto/signature.ts';
import { checkpointBody } from '../log/checkpoint.ts';
import type { Validator } from '../log/policy.ts';
import { brokenRule, type Evidence } from './equivocation.ts';
import { type SignedVote, type VoteKind, voteKindCodes, voteSigningBytes } from './vote.ts';

/** A cosignature of a checkpoint of the log. */
export type SignedCheckpoint = {
  readonly size: bigint;
  readonly root: Uint8Array;
  readonly timeSeconds: bigint;
  readonly signature: Uint8Array;
};

export type Proof = { readonly epoch: bigint; readonly voter: number } & (
  | { readonly kind: 'votes'; readonly first: SignedVote; readonly second: SignedVote }
  | {
      readonly kind: 'cosignatures';
      readonly first: SignedCheckpoint;
      readonly second: SignedCheckpoint;
    }
);

/** The chain and set that a proof is judged by. */
export type Bench = {
  readonly chainId: Uint8Array;
  readonly origin: string;
  /** Of the proof's epoch. */
  readonly validators: readonly Validator[];
};

/** Octets of one piece of evidence: two signatures, two digests and what names them. Protocol. */
export const evidenceBytesMax = 512;

/** Pieces of evidence in one block: one for each validator that there can be. Protocol. */
export const blockEvidenceMax = 128;

const leafType = 'tallystick/evidence/1';
const cosignCode = 5n;

/** The proof that a core's report is. */
export function proofOf({ epoch, voter, first, second }: Evidence): Proof {
  return { kind: 'votes', epoch, voter, first, second };
}

/** The one form of a proof. */
export function encodeProof(chainId: Uint8Array, proof: Proof): Uint8Array {
  const parts =
    proof.kind === 'votes'
      ? [voteToValue(proof.first), voteToValue(proof.second)]
      : [checkpointToValue(proof.first), checkpointToValue(proof.second)];
  const ordered = parts.toSorted((a, b) => compareBytes(encode(a), encode(b)));
  return encode([leafType, chainId, proof.epoch, proof.voter, ...ordered]);
}

/** The proof that a leaf is; undefined for any bytes that `encodeProof` would not have written for this chain. */
export function decodeProof(chainId: Uint8Array, bytes: Uint8Array): Proof | undefined {
  if (bytes.length > evidenceBytesMax) return undefined;
  try {
    const items = listOf(decode(bytes), 6);
    const [type, chain, epoch, voter, one, other] = items;
    if (type !== leafType || !(chain instanceof Uint8Array) || !equalBytes(chain, chainId)) {
      return undefined;
    }
    const place = { epoch: natural(epoch), voter: Number(natural(voter)) };
    const proof = pairOf(place, one, other);
    return equalBytes(encodeProof(chainId, proof), bytes) ? proof : undefined;
  } catch {
    return undefined;
  }
}

/** Do these two signatures, both genuine and by one validator of the set, break a rule? */
export function isProven(bench: Bench, proof: Proof): boolean {
  const validator = bench.validators[proof.voter];
  if (validator === undefined) return false;
  if (proof.kind === 'votes') {
    const { first, second } = proof;
    if (brokenRule(first, second) === null) return false;
    return [first, second].every((vote) =>
      verifyEd25519(validator.consensusKey, voteSigningBytes(bench.chainId, vote), vote.signature),
    );
  }
  const { first, second } = proof;
  // One size has one root for ever; a later size extends an earlier one, which two signatures alone do not show.
  if (first.size !== second.size || equalBytes(first.root, second.root)) return false;
  return [first, second].every(({ size, root, timeSeconds, signature }) => {
    const body = checkpointBody({ origin: bench.origin, size, root });
    return verifyEd25519(validator.cosignerKey, cosigningBytes(timeSeconds, body), signature);
  });
}

function pairOf(
  place: { readonly epoch: bigint; readonly voter: number },
  one: Value | undefined,
  other: Value | undefined,
): Proof {
  const isCosigned = [one, other].every((part) => Array.isArray(part) && part[0] === cosignCode);
  if (isCosigned) {
    return {
      ...place,
      kind: 'cosignatures',
      first: checkpointFrom(one),
      second: checkpointFrom(other),
    };
  }
  return { ...place, kind: 'votes', first: voteFrom(place, one), second: voteFrom(place, other) };
}

function voteToValue({ kind, view, digest, signature }: SignedVote): readonly Encodable[] {
  return [voteKindCodes[kind], view, fromHex(digest) ?? new Uint8Array(), signature];
}

function voteFrom(
  { epoch, voter }: { readonly epoch: bigint; readonly voter: number },
  value: Value | undefined,
): SignedVote {
  const [code, view, digest, signature] = listOf(value, 4);
  const kind = voteKinds.find((each) => BigInt(voteKindCodes[each]) === code);
  if (kind === undefined) throw new TypeError('a kind of vote has a code');
  return {
    ...{ kind, epoch, voter, view: natural(view) },
    ...{ digest: hex(octets(digest, 32)), signature: octets(signature, 64) },
  };
}

const voteKinds: readonly VoteKind[] = ['propose', 'notarize', 'nullify', 'finalize'];

function checkpointToValue(signed: SignedCheckpoint): readonly Encodable[] {
  const { size, root, timeSeconds, signature } = signed;
  return [cosignCode, size, root, timeSeconds, signature];
}

function checkpointFrom(value: Value | undefined): SignedCheckpoint {
  const [, size, root, timeSeconds, signature] = listOf(value, 5);
  return {
    ...{ size: natural(size), root: octets(root, 32) },
    ...{ timeSeconds: natural(timeSeconds), signature: octets(signature, 64) },
  };
}

function listOf(value: Value | undefined, length: number): readonly Value[] {
  if (!Array.isArray(value) || value.length !== length) throw new TypeError('a list stands there');
  return value;
}

function natural(value: Value | undefined): bigint {
  if (typeof value !== 'bigint' || value < 0n || value >= 2n ** 63n) {
    throw new TypeError('a whole number stands there');
  }
  return value;
}

function octets(value: Value | undefined, length: number): Uint8Array {
  if (!(value instanceof Uint8Array) || value.length !== length) {
    throw new TypeError('octets stand there');
  }
  return value;
}
