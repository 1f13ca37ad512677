/**
 * A map of 32-octet keys whose root hash stands for all of it: a sparse Merkle tree.
 *
 *   empty  = 32 zero octets
 *   leaf   = SHA256("tallystick/state-leaf/1\0" ‖ key ‖ SHA256(value))
 *   branch = SHA256("tallystick/state-node/1\0" ‖ left ‖ right)
 *
 * Bit i of the key, the highest first, chooses left (0) or right (1) at depth i. A subtree with
 * one leaf is that leaf, however deep it would stand, so a path is about log2(n) long; both "is in"
 * and "is not in" have a proof. The same contents give the same root, whatever the order of changes.
 *
 * Maps are values: a change gives a new map that shares all else with the old one. Hashes are
 * computed when a root is asked for, once per node, so a block pays for each touched node once.
 *
 * Pure.
 */
import { compareBytes, domain, equalBytes, sha256 } from '../crypto/digest.ts';

export type StateMap = { readonly root: Node; readonly size: number };

/** What shows that a key is, or is not, in the map with a root. */
export type StateProof = {
  /** The hashes beside the path, from the root down. */
  readonly siblings: readonly Uint8Array[];
  /** The leaf at the end of the path: the key's own, another key's, or none. */
  readonly leaf: { readonly key: Uint8Array; readonly valueHash: Uint8Array } | null;
};

type Leaf = {
  readonly kind: 'leaf';
  readonly key: Uint8Array;
  readonly value: Uint8Array;
  hash: Uint8Array | null;
};
type Branch = {
  readonly kind: 'branch';
  readonly left: Node;
  readonly right: Node;
  hash: Uint8Array | null;
};
type Node = Leaf | Branch | null;

const keyBits = 256;
const emptyHash = new Uint8Array(32);
const leafDomain = domain('state-leaf');
const branchDomain = domain('state-node');

export const emptyMap: StateMap = { root: null, size: 0 };

/** The value at a key; undefined where there is none. */
export function getFrom(map: StateMap, key: Uint8Array): Uint8Array | undefined {
  let node = map.root;
  for (let depth = 0; node?.kind === 'branch'; depth += 1) {
    node = bitOf(key, depth) === 0 ? node.left : node.right;
  }
  return node !== null && equalBytes(node.key, key) ? node.value : undefined;
}

/** The map with `value` at `key`, whatever stood there. */
export function putInto(map: StateMap, key: Uint8Array, value: Uint8Array): StateMap {
  const isNew = getFrom(map, key) === undefined;
  return {
    root: put(map.root, { kind: 'leaf', key, value, hash: null }, 0),
    size: map.size + (isNew ? 1 : 0),
  };
}

/** The map without `key`; removing what is not there changes nothing. */
export function removeFrom(map: StateMap, key: Uint8Array): StateMap {
  if (getFrom(map, key) === undefined) return map;
  return { root: remove(map.root, key, 0), size: map.size - 1 };
}

/** The root hash. */
export function rootOf(map: StateMap): Uint8Array {
  return hashOf(map.root);
}

/** All pairs, in the order of their keys. */
export function* pairsOf(map: StateMap): Generator<readonly [key: Uint8Array, value: Uint8Array]> {
  const waiting: Node[] = [map.root];
  while (waiting.length > 0) {
    const node = waiting.pop() ?? null;
    if (node === null) continue;
    if (node.kind === 'leaf') yield [node.key, node.value];
    else waiting.push(node.right, node.left);
  }
}

/** Proves what the map says about `key`. */
export function proveIn(map: StateMap, key: Uint8Array): StateProof {
  const siblings: Uint8Array[] = [];
  let node = map.root;
  for (let depth = 0; node?.kind === 'branch'; depth += 1) {
    const goesLeft = bitOf(key, depth) === 0;
    siblings.push(hashOf(goesLeft ? node.right : node.left));
    node = goesLeft ? node.left : node.right;
  }
  return {
    siblings,
    leaf: node === null ? null : { key: node.key, valueHash: sha256(node.value) },
  };
}

/**
 * Does the proof show that the map with `root` holds `value` at `key`, or, with `value` null, nothing?
 * Refuses a proof that shows the other, one for another key, and one whose leaf cannot stand at its place.
 */
export function isProven(
  root: Uint8Array,
  key: Uint8Array,
  value: Uint8Array | null,
  proof: StateProof,
): boolean {
  const { siblings, leaf } = proof;
  if (siblings.length > keyBits) return false;
  const isOwn = leaf !== null && equalBytes(leaf.key, key);
  if (value === null ? isOwn : !isOwn || !equalBytes(leaf.valueHash, sha256(value))) return false;
  if (leaf !== null && commonBits(leaf.key, key) < siblings.length) return false;
  let hash = leaf === null ? emptyHash : sha256(leafDomain, leaf.key, leaf.valueHash);
  for (let depth = siblings.length - 1; depth >= 0; depth -= 1) {
    const sibling = siblings[depth] ?? emptyHash;
    hash =
      bitOf(key, depth) === 0
        ? sha256(branchDomain, hash, sibling)
        : sha256(branchDomain, sibling, hash);
  }
  return equalBytes(hash, root);
}

/** Builds a map from pairs in any order; a later pair replaces an earlier one of its key. */
export function mapOf(pairs: Iterable<readonly [Uint8Array, Uint8Array]>): StateMap {
  let map = emptyMap;
  for (const [key, value] of pairs) map = putInto(map, key, value);
  return map;
}

/** The order of keys, for those who write pairs down. */
export const compareKeys = compareBytes;

function put(node: Node, leaf: Leaf, depth: number): Node {
  if (node === null) return leaf;
  if (node.kind === 'leaf') {
    return equalBytes(node.key, leaf.key) ? leaf : joined(node, leaf, depth);
  }
  return bitOf(leaf.key, depth) === 0
    ? branch(put(node.left, leaf, depth + 1), node.right)
    : branch(node.left, put(node.right, leaf, depth + 1));
}

/** Two leaves part where their keys first differ; above that each branch has an empty side. */
function joined(a: Leaf, b: Leaf, depth: number): Node {
  const aBit = bitOf(a.key, depth);
  if (aBit !== bitOf(b.key, depth)) return aBit === 0 ? branch(a, b) : branch(b, a);
  const below = joined(a, b, depth + 1);
  return aBit === 0 ? branch(below, null) : branch(null, below);
}

function remove(node: Node, key: Uint8Array, depth: number): Node {
  if (node === null || node.kind === 'leaf') return null;
  const goesLeft = bitOf(key, depth) === 0;
  const left = goesLeft ? remove(node.left, key, depth + 1) : node.left;
  const right = goesLeft ? node.right : remove(node.right, key, depth + 1);
  if (left === null && right?.kind === 'leaf') return right;
  if (right === null && left?.kind === 'leaf') return left;
  return left === null && right === null ? null : branch(left, right);
}

function branch(left: Node, right: Node): Branch {
  return { kind: 'branch', left, right, hash: null };
}

function hashOf(node: Node): Uint8Array {
  if (node === null) return emptyHash;
  node.hash ??=
    node.kind === 'leaf'
      ? sha256(leafDomain, node.key, sha256(node.value))
      : sha256(branchDomain, hashOf(node.left), hashOf(node.right));
  return node.hash;
}

function bitOf(key: Uint8Array, depth: number): number {
  return ((key[depth >> 3] ?? 0) >> (7 - (depth & 7))) & 1;
}

function commonBits(a: Uint8Array, b: Uint8Array): number {
  let depth = 0;
  while (depth < keyBits && bitOf(a, depth) === bitOf(b, depth)) depth += 1;
  return depth;
}
