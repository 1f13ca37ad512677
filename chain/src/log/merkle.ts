/**
 * The Merkle tree of the log, as RFC 6962 defines it.
 *
 *   leaf = SHA256(0x00 ‖ entry)     node = SHA256(0x01 ‖ left ‖ right)     empty = SHA256("")
 *
 * A tree grows through its frontier: the roots of its whole subtrees, one per set
 * bit of its size. Appending yields every node that became complete, which a store
 * keeps; from those nodes any root or proof of any earlier size is read in
 * O(log n). Nothing here holds more than O(log n) hashes.
 *
 * Pure.
 */
import { equalBytes, sha256 } from '../crypto/digest.ts';

const leafPrefix = Uint8Array.of(0);
const nodePrefix = Uint8Array.of(1);

export const emptyRoot: Uint8Array = sha256(new Uint8Array());

export function leafHash(entry: Uint8Array): Uint8Array {
  return sha256(leafPrefix, entry);
}

export function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  return sha256(nodePrefix, left, right);
}

/** A complete subtree of 2^level leaves, the index-th from the left. */
export type TreeNode = {
  readonly level: number;
  readonly index: bigint;
  readonly hash: Uint8Array;
};

/** Reads a complete node; it throws when the node is not there. */
export type NodeAt = (level: number, index: bigint) => Uint8Array;

/** The roots of the whole subtrees of a tree, from the largest to the smallest. */
export type TreeFrontier = {
  readonly size: bigint;
  readonly peaks: readonly TreeNode[];
};

export const emptyFrontier: TreeFrontier = { size: 0n, peaks: [] };

/** The tree with these leaves more, and every node that became complete by them, each after what is below it. */
export function appendLeaves(
  frontier: TreeFrontier,
  leaves: readonly Uint8Array[],
): { readonly frontier: TreeFrontier; readonly nodes: readonly TreeNode[] } {
  const peaks = [...frontier.peaks];
  const nodes: TreeNode[] = [];
  let { size } = frontier;
  for (const leaf of leaves) {
    let node: TreeNode = { level: 0, index: size, hash: leaf };
    nodes.push(node);
    for (let last = peaks.at(-1); last?.level === node.level; last = peaks.at(-1)) {
      peaks.pop();
      const hash = nodeHash(last.hash, node.hash);
      node = { level: node.level + 1, index: last.index / 2n, hash };
      nodes.push(node);
    }
    peaks.push(node);
    size += 1n;
  }
  return { frontier: { size, peaks }, nodes };
}

export function frontierRoot(frontier: TreeFrontier): Uint8Array {
  return foldPeaks(frontier.peaks.map(({ hash }) => hash));
}

/** The frontier of a tree of `size`, read back from stored nodes, as after a restart. */
export function frontierAt(size: bigint, nodeAt: NodeAt): TreeFrontier {
  return {
    size,
    peaks: wholeSubtrees(0n, size).map((spot) => ({ ...spot, hash: read(nodeAt, spot) })),
  };
}

/** The root of the tree of `size`. */
export function rootAt(size: bigint, nodeAt: NodeAt): Uint8Array {
  return rangeHash(0n, size, nodeAt);
}

/** The hashes that lead from leaf `index` to the root of the tree of `size`, lowest first. */
export function inclusionProof(index: bigint, size: bigint, nodeAt: NodeAt): readonly Uint8Array[] {
  if (index < 0n || index >= size)
    throw new RangeError(`leaf ${index} is not in a tree of ${size}`);
  const hashes: Uint8Array[] = [];
  let start = 0n;
  let end = size;
  while (end - start > 1n) {
    const split = start + largestPowerBelow(end - start);
    if (index < split) {
      hashes.push(rangeHash(split, end, nodeAt));
      end = split;
    } else {
      hashes.push(rangeHash(start, split, nodeAt));
      start = split;
    }
  }
  return hashes.reverse();
}

/** The hashes that show the tree of `size1` to be the beginning of that of `size2`. */
export function consistencyProof(
  size1: bigint,
  size2: bigint,
  nodeAt: NodeAt,
): readonly Uint8Array[] {
  if (size1 < 0n || size1 > size2) throw new RangeError(`${size1} is not a beginning of ${size2}`);
  if (size1 === 0n || size1 === size2) return [];
  const hashes: Uint8Array[] = [];
  let start = 0n;
  let end = size2;
  while (end !== size1) {
    const split = start + largestPowerBelow(end - start);
    if (size1 <= split) {
      hashes.push(rangeHash(split, end, nodeAt));
      end = split;
    } else {
      hashes.push(rangeHash(start, split, nodeAt));
      start = split;
    }
  }
  return [...(start === 0n ? [] : [rangeHash(start, end, nodeAt)]), ...hashes.reverse()];
}

export type Inclusion = {
  readonly leaf: Uint8Array;
  readonly index: bigint;
  readonly size: bigint;
  readonly hashes: readonly Uint8Array[];
  readonly root: Uint8Array;
};

/** Whether the leaf hash stands at `index` in the tree with this size and root (RFC 9162 §2.1.3.2). */
export function verifyInclusion({ leaf, index, size, hashes, root }: Inclusion): boolean {
  if (index < 0n || index >= size || !areHashes([leaf, root, ...hashes])) return false;
  let place = index;
  let last = size - 1n;
  let hash = leaf;
  for (const beside of hashes) {
    if (last === 0n) return false;
    if ((place & 1n) === 1n || place === last) {
      hash = nodeHash(beside, hash);
      while (place !== 0n && (place & 1n) === 0n) {
        place >>= 1n;
        last >>= 1n;
      }
    } else {
      hash = nodeHash(hash, beside);
    }
    place >>= 1n;
    last >>= 1n;
  }
  return last === 0n && equalBytes(hash, root);
}

export type Consistency = {
  readonly size1: bigint;
  readonly root1: Uint8Array;
  readonly size2: bigint;
  readonly root2: Uint8Array;
  readonly hashes: readonly Uint8Array[];
};

/**
 * Whether the first tree is the beginning of the second (RFC 9162 §2.1.4.2).
 * An empty first tree is the beginning of every tree; a proof is then empty, as it
 * is for two equal trees.
 */
export function verifyConsistency({ size1, root1, size2, root2, hashes }: Consistency): boolean {
  if (size1 < 0n || size1 > size2 || !areHashes([root1, root2, ...hashes])) return false;
  if (size1 === size2) return hashes.length === 0 && equalBytes(root1, root2);
  if (size1 === 0n) return hashes.length === 0 && equalBytes(root1, emptyRoot);
  const path = isPowerOfTwo(size1) ? [root1, ...hashes] : hashes;
  const [seed, ...rest] = path;
  if (seed === undefined || hashes.length === 0) return false;
  let place = size1 - 1n;
  let last = size2 - 1n;
  while ((place & 1n) === 1n) {
    place >>= 1n;
    last >>= 1n;
  }
  let first = seed;
  let second = seed;
  for (const beside of rest) {
    if (last === 0n) return false;
    if ((place & 1n) === 1n || place === last) {
      first = nodeHash(beside, first);
      second = nodeHash(beside, second);
      while (place !== 0n && (place & 1n) === 0n) {
        place >>= 1n;
        last >>= 1n;
      }
    } else {
      second = nodeHash(second, beside);
    }
    place >>= 1n;
    last >>= 1n;
  }
  return last === 0n && equalBytes(first, root1) && equalBytes(second, root2);
}

/** The hash of leaves [start, end); `start` is a multiple of a power of two that covers the range. */
function rangeHash(start: bigint, end: bigint, nodeAt: NodeAt): Uint8Array {
  return foldPeaks(wholeSubtrees(start, end).map((spot) => read(nodeAt, spot)));
}

/** [start, end) as whole subtrees, from the left, each at its own multiple. */
function wholeSubtrees(start: bigint, end: bigint): readonly Omit<TreeNode, 'hash'>[] {
  const spots: Omit<TreeNode, 'hash'>[] = [];
  let from = start;
  while (from < end) {
    const level = (end - from).toString(2).length - 1;
    spots.push({ level, index: from >> BigInt(level) });
    from += 1n << BigInt(level);
  }
  return spots;
}

function read(nodeAt: NodeAt, { level, index }: Omit<TreeNode, 'hash'>): Uint8Array {
  return nodeAt(level, index);
}

function foldPeaks(peaks: readonly Uint8Array[]): Uint8Array {
  return peaks.length === 0 ? emptyRoot : peaks.reduceRight((right, left) => nodeHash(left, right));
}

/** The largest power of two that is smaller than `count`, which is at least two. */
function largestPowerBelow(count: bigint): bigint {
  return 1n << BigInt((count - 1n).toString(2).length - 1);
}

function isPowerOfTwo(count: bigint): boolean {
  return (count & (count - 1n)) === 0n;
}

function areHashes(hashes: readonly Uint8Array[]): boolean {
  return hashes.length <= 130 && hashes.every((hash) => hash.length === 32);
}
