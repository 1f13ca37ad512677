/**
 * What a proof says about one place in the map of the state: the value there, or that there is none.
 *
 *   place  = SHA256("tallystick/state/1\0" ‖ type u8 ‖ channel ‖ id)
 *   empty  = 32 zero octets
 *   leaf   = SHA256("tallystick/state-leaf/1\0" ‖ place ‖ SHA256(value))
 *   branch = SHA256("tallystick/state-node/1\0" ‖ left ‖ right)
 *
 * Bit i of the place, the highest first, chooses left (0) or right (1) at depth i. A subtree with one
 * leaf is that leaf. So a path that ends with the leaf of another place, or with nothing, shows that
 * the place itself is empty: it could stand nowhere else.
 *
 * Pure. The map itself is core/state-map.ts.
 */
import { domain, equalBytes, sha256 } from '../crypto/digest.ts';

/** What stands in the map: the type's number is part of its place. */
export const stateTypes = {
  ...{ key: 1, group: 2, fingerprint: 3, note: 4 },
  ...{ network: 5, set: 6, evidence: 7 },
} as const;
export type StateType = keyof typeof stateTypes;

/**
 * What is asked for. `id` is a keyId, a group, a token or a note, in the channel where it counts. The last
 * three are of no channel (32 zero octets): the network's record, the set of an epoch, evidence that is known.
 */
export type StateName = {
  readonly type: StateType;
  readonly channel: Uint8Array;
  readonly id: Uint8Array;
};

/** What shows that a place is, or is not, in the map with a root. */
export type StatePath = {
  /** The hashes beside the path, from the root down. */
  readonly siblings: readonly Uint8Array[];
  /** The leaf at the end of the path: the place's own, another's, or none. */
  readonly leaf: { readonly key: Uint8Array; readonly valueHash: Uint8Array } | null;
};

export const placeBits = 256;
export const emptyStateHash: Uint8Array = new Uint8Array(32);
const stateDomain = domain('state');
const leafDomain = domain('state-leaf');
const branchDomain = domain('state-node');

/** Where in the map a thing stands: for those who prove that it is, or is not, there. */
export function placeOf(type: StateType, channel: Uint8Array, id: Uint8Array): Uint8Array {
  return sha256(stateDomain, Uint8Array.of(stateTypes[type]), channel, id);
}

export function stateLeafHash(place: Uint8Array, valueHash: Uint8Array): Uint8Array {
  return sha256(leafDomain, place, valueHash);
}

export function stateBranchHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  return sha256(branchDomain, left, right);
}

/**
 * Does the path show that the map with `root` holds `value` at `place`, or, with `value` null, nothing?
 * Refuses a path that shows the other, one for another place, and one whose leaf cannot stand where it ends.
 */
export function isProven(
  root: Uint8Array,
  place: Uint8Array,
  value: Uint8Array | null,
  path: StatePath,
): boolean {
  const { siblings, leaf } = path;
  if (siblings.length > placeBits) return false;
  const isOwn = leaf !== null && equalBytes(leaf.key, place);
  if (value === null ? isOwn : !isOwn || !equalBytes(leaf.valueHash, sha256(value))) return false;
  if (leaf !== null && commonBits(leaf.key, place) < siblings.length) return false;
  let hash = leaf === null ? emptyStateHash : stateLeafHash(leaf.key, leaf.valueHash);
  for (let depth = siblings.length - 1; depth >= 0; depth -= 1) {
    const sibling = siblings[depth] ?? emptyStateHash;
    hash =
      bitAt(place, 0, depth) === 0
        ? stateBranchHash(hash, sibling)
        : stateBranchHash(sibling, hash);
  }
  return equalBytes(hash, root);
}

/** Bit `depth`, the highest of an octet first, of what begins at octet `at`. */
export function bitAt(bytes: Uint8Array, at: number, depth: number): number {
  return ((bytes[at + (depth >> 3)] ?? 0) >> (7 - (depth & 7))) & 1;
}

function commonBits(a: Uint8Array, b: Uint8Array): number {
  let depth = 0;
  while (depth < placeBits && bitAt(a, 0, depth) === bitAt(b, 0, depth)) depth += 1;
  return depth;
}
