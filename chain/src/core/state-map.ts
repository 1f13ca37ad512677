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
 * Small subtrees lie packed in one array of octets, a bucket, because millions of small objects would
 * cost ten times the memory; what is packed and what is not has no influence on any hash.
 *
 * Pure.
 */
import { sha256 } from '../crypto/digest.ts';
import {
  bitAt,
  stateBranchHash as branchHash,
  emptyStateHash as emptyHash,
  type StatePath,
  stateLeafHash,
} from '../log/state.ts';

export type StateMap = { readonly root: Node; readonly size: number };

/**
 * A packed subtree: hashed u8 ‖ hash[32] ‖ its leaves in the order of their keys. The hash is valid
 * when `hashed` is 1. Leaf = key[32] ‖ length u16 ‖ value.
 */
type Bucket = Uint8Array;
type Branch = { readonly left: Node; readonly right: Node; hash: Uint8Array | null };
type Node = Bucket | Branch | null;

/** Leaves in one bucket: more would save memory and cost hashes. Of no influence on any root. */
const bucketLeavesMax = 12;

/** Octets in one bucket of several leaves: a change copies all of them. */
const bucketBytesMax = 512;

const bucketHeadBytes = 33;
const leafHeadBytes = 34;

/** Values of one octet are many and few: their hashes are known. */
const octetHashes = Array.from({ length: 256 }, (_, octet) => sha256(Uint8Array.of(octet)));

export const emptyMap: StateMap = { root: null, size: 0 };

/** The value at a key; undefined where there is none. */
export function getFrom(map: StateMap, key: Uint8Array): Uint8Array | undefined {
  let node = map.root;
  for (let depth = 0; isBranch(node); depth += 1) {
    node = bitOf(key, depth) === 0 ? node.left : node.right;
  }
  if (node === null) return undefined;
  const at = leafAt(node, key);
  return at === -1 ? undefined : valueAt(node, at);
}

/** The map with `value`, at most 65,535 octets, at `key`, whatever stood there. */
export function putInto(map: StateMap, key: Uint8Array, value: Uint8Array): StateMap {
  if (value.length > 0xffff) throw new RangeError('a value of the state is too long');
  const grown = { leaves: 0 };
  const root = put(map.root, key, value, 0, grown);
  return { root, size: map.size + grown.leaves };
}

/** The map without `key`; removing what is not there changes nothing. */
export function removeFrom(map: StateMap, key: Uint8Array): StateMap {
  if (getFrom(map, key) === undefined) return map;
  return { root: remove(map.root, key, 0), size: map.size - 1 };
}

/** The root hash. */
export function rootOf(map: StateMap): Uint8Array {
  return hashOf(map.root, 0);
}

/** All pairs, in the order of their keys. */
export function* pairsOf(map: StateMap): Generator<readonly [key: Uint8Array, value: Uint8Array]> {
  const waiting: Node[] = [map.root];
  while (waiting.length > 0) {
    const node = waiting.pop() ?? null;
    if (node === null) continue;
    if (isBranch(node)) waiting.push(node.right, node.left);
    else
      for (const at of leavesOf(node)) yield [keyOf(node, at).slice(), valueAt(node, at).slice()];
  }
}

/** Proves what the map says about `key`. */
export function proveIn(map: StateMap, key: Uint8Array): StatePath {
  const siblings: Uint8Array[] = [];
  let node = map.root;
  let depth = 0;
  for (; isBranch(node); depth += 1) {
    const goesLeft = bitOf(key, depth) === 0;
    siblings.push(hashOf(goesLeft ? node.right : node.left, depth + 1));
    node = goesLeft ? node.left : node.right;
  }
  if (node === null) return { siblings, leaf: null };
  let leaves = leavesOf(node);
  for (; leaves.length > 1; depth += 1) {
    const [left, right] = parted(node, leaves, depth);
    const goesLeft = bitOf(key, depth) === 0;
    siblings.push(hashOfLeaves(node, goesLeft ? right : left, depth + 1));
    leaves = goesLeft ? left : right;
  }
  const [at] = leaves;
  if (at === undefined) return { siblings, leaf: null };
  const leaf = { key: keyOf(node, at).slice(), valueHash: sha256(valueAt(node, at)) };
  return { siblings, leaf };
}

/** Builds a map from pairs in any order; a later pair replaces an earlier one of its key. */
export function mapOf(pairs: Iterable<readonly [Uint8Array, Uint8Array]>): StateMap {
  let map = emptyMap;
  for (const [key, value] of pairs) map = putInto(map, key, value);
  return map;
}

/** The subtree with the leaf; `grown` counts it where it is new. */
function put(
  node: Node,
  key: Uint8Array,
  value: Uint8Array,
  depth: number,
  grown: { leaves: number },
): Node {
  if (isBranch(node)) {
    return bitOf(key, depth) === 0
      ? branch(put(node.left, key, value, depth + 1, grown), node.right)
      : branch(node.left, put(node.right, key, value, depth + 1, grown));
  }
  const bucket = node ?? new Uint8Array(bucketHeadBytes);
  const at = placeFor(bucket, key);
  const isThere = at < bucket.length && compareAt(bucket, at, key) === 0;
  const end = isThere ? leafEnd(bucket, at) : at;
  const next = new Uint8Array(bucket.length - (end - at) + leafHeadBytes + value.length);
  next.set(bucket.subarray(0, at));
  next[0] = 0;
  next.set(key, at);
  next[at + 32] = value.length >> 8;
  next[at + 33] = value.length & 255;
  next.set(value, at + leafHeadBytes);
  next.set(bucket.subarray(end), at + leafHeadBytes + value.length);
  if (!isThere) grown.leaves += 1;
  return split(next, depth);
}

/** The bucket, or a branch over two halves when it has grown too large. */
function split(bucket: Bucket, depth: number): Node {
  const leaves = leavesOf(bucket);
  return isTooLarge(leaves.length, bucket.length) ? pack(partsOf(bucket), depth) : bucket;
}

function isTooLarge(leaves: number, octets: number): boolean {
  return leaves > bucketLeavesMax || (leaves > 1 && octets > bucketBytesMax);
}

function remove(node: Node, key: Uint8Array, depth: number): Node {
  if (node === null) return null;
  if (!isBranch(node)) return pack(partsWithout(node, key), depth);
  const goesLeft = bitOf(key, depth) === 0;
  const left = goesLeft ? remove(node.left, key, depth + 1) : node.left;
  const right = goesLeft ? node.right : remove(node.right, key, depth + 1);
  if (isBranch(left) || isBranch(right)) return branch(left, right);
  const parts = [
    ...(left === null ? [] : partsOf(left)),
    ...(right === null ? [] : partsOf(right)),
  ];
  // With room to spare, so that a key that comes and goes does not split and join each time.
  return parts.length * 2 <= bucketLeavesMax ? pack(parts, depth) : branch(left, right);
}

/** Leaves in the order of their keys, as one bucket or as a branch over two halves. */
function pack(parts: readonly Uint8Array[], depth: number): Node {
  if (parts.length === 0) return null;
  let length = bucketHeadBytes;
  for (const part of parts) length += part.length;
  if (isTooLarge(parts.length, length)) {
    const firstRight = parts.findIndex((part) => bitOf(part, depth) === 1);
    const border = firstRight === -1 ? parts.length : firstRight;
    return branch(pack(parts.slice(0, border), depth + 1), pack(parts.slice(border), depth + 1));
  }
  const bucket = new Uint8Array(length);
  let at = bucketHeadBytes;
  for (const part of parts) {
    bucket.set(part, at);
    at += part.length;
  }
  return bucket;
}

function branch(left: Node, right: Node): Branch {
  return { left, right, hash: null };
}

function isBranch(node: Node): node is Branch {
  return node !== null && !(node instanceof Uint8Array);
}

function hashOf(node: Node, depth: number): Uint8Array {
  if (node === null) return emptyHash;
  if (isBranch(node)) {
    node.hash ??= branchHash(hashOf(node.left, depth + 1), hashOf(node.right, depth + 1));
    return node.hash;
  }
  if (node[0] !== 1) {
    node.set(hashOfLeaves(node, leavesOf(node), depth), 1);
    node[0] = 1;
  }
  return node.subarray(1, bucketHeadBytes);
}

/** The hash of the subtree at `depth` that has these leaves of a bucket. */
function hashOfLeaves(bucket: Bucket, leaves: readonly number[], depth: number): Uint8Array {
  const [first] = leaves;
  if (first === undefined) return emptyHash;
  if (leaves.length === 1) {
    const value = valueAt(bucket, first);
    const valueHash = value.length === 1 ? octetHashes[value[0] ?? 0] : undefined;
    return stateLeafHash(keyOf(bucket, first), valueHash ?? sha256(value));
  }
  const [left, right] = parted(bucket, leaves, depth);
  return branchHash(hashOfLeaves(bucket, left, depth + 1), hashOfLeaves(bucket, right, depth + 1));
}

/** Where the leaves of a bucket begin. */
function leavesOf(bucket: Bucket): readonly number[] {
  const leaves: number[] = [];
  for (let at = bucketHeadBytes; at < bucket.length; at = leafEnd(bucket, at)) leaves.push(at);
  return leaves;
}

function parted(
  bucket: Bucket,
  leaves: readonly number[],
  depth: number,
): readonly [left: readonly number[], right: readonly number[]] {
  let border = 0;
  while (border < leaves.length && bitAt(bucket, leaves[border] ?? 0, depth) === 0) border += 1;
  return [leaves.slice(0, border), leaves.slice(border)];
}

/** Where the key's leaf begins; -1 when the bucket has none. */
function leafAt(bucket: Bucket, key: Uint8Array): number {
  for (let at = bucketHeadBytes; at < bucket.length; at = leafEnd(bucket, at)) {
    if (compareAt(bucket, at, key) === 0) return at;
  }
  return -1;
}

/** Where the key's leaf begins, or would begin. */
function placeFor(bucket: Bucket, key: Uint8Array): number {
  let at = bucketHeadBytes;
  while (at < bucket.length && compareAt(bucket, at, key) < 0) at = leafEnd(bucket, at);
  return at;
}

function partsOf(bucket: Bucket): Uint8Array[] {
  return leavesOf(bucket).map((at) => bucket.subarray(at, leafEnd(bucket, at)));
}

function partsWithout(bucket: Bucket, key: Uint8Array): Uint8Array[] {
  return leavesOf(bucket)
    .filter((at) => compareAt(bucket, at, key) !== 0)
    .map((at) => bucket.subarray(at, leafEnd(bucket, at)));
}

function leafEnd(bucket: Bucket, at: number): number {
  return at + leafHeadBytes + (((bucket[at + 32] ?? 0) << 8) | (bucket[at + 33] ?? 0));
}

function keyOf(bucket: Bucket, at: number): Uint8Array {
  return bucket.subarray(at, at + 32);
}

function valueAt(bucket: Bucket, at: number): Uint8Array {
  return bucket.subarray(at + leafHeadBytes, leafEnd(bucket, at));
}

function compareAt(bucket: Bucket, at: number, key: Uint8Array): number {
  for (let order = 0; order < 32; order += 1) {
    const difference = (bucket[at + order] ?? 0) - (key[order] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function bitOf(key: Uint8Array, depth: number): number {
  return bitAt(key, 0, depth);
}
