/**
 * The small Merkle tree of an act's body and of a batch of acts.
 *
 *   node = SHA256("tallystick/node/1\0" ‖ left ‖ right)
 *
 * The leaves are padded with one fixed hash to a power of two, so that every leaf
 * has the same depth and its position is read from its index alone. Nobody knows
 * a preimage of the padding under another prefix, so padding passes for nothing.
 *
 * Pure.
 */
import { domain, equalBytes, sha256 } from '../crypto/digest.ts';

export const paddingLeaf: Uint8Array = sha256(domain('pad'));

/** All levels, leaves first. `depth` says how many leaves there are after padding: 2^depth. */
export type TreeLevels = readonly (readonly Uint8Array[])[];

export function treeLevels(leaves: readonly Uint8Array[], depth: number): TreeLevels {
  const width = 2 ** depth;
  if (leaves.length > width) throw new RangeError(`${leaves.length} leaves exceed depth ${depth}`);
  let level = Array.from({ length: width }, (_, index) => leaves[index] ?? paddingLeaf);
  const levels = [level];
  let used = leaves.length;
  let padding = paddingLeaf;
  while (level.length > 1) {
    const below = level;
    used = Math.ceil(used / 2);
    padding = paddingAbove(padding);
    level = Array.from({ length: below.length / 2 }, (_, index) =>
      index < used ? treeNode(at(below, 2 * index), at(below, 2 * index + 1)) : padding,
    );
    levels.push(level);
  }
  return levels;
}

/** The node over two equal paddings; there is one for each level, and the depth is bounded. */
function paddingAbove(padding: Uint8Array): Uint8Array {
  const known = paddingNodes.get(padding);
  if (known !== undefined) return known;
  const node = treeNode(padding, padding);
  paddingNodes.set(padding, node);
  return node;
}

const paddingNodes = new Map<Uint8Array, Uint8Array>();

export function treeRoot(levels: TreeLevels): Uint8Array {
  return at(at(levels, levels.length - 1), 0);
}

/** The hashes beside the way from leaf `index` up to the root, lowest first. */
export function treeSiblings(levels: TreeLevels, index: number): readonly Uint8Array[] {
  return levels.slice(0, -1).map((level, height) => at(level, (index >> height) ^ 1));
}

/** The root that `leaf` at `index` leads to through `siblings`. */
export function rootFrom(
  leaf: Uint8Array,
  index: number,
  siblings: readonly Uint8Array[],
): Uint8Array {
  return siblings.reduce(
    (hash, sibling, height) =>
      ((index >> height) & 1) === 0 ? treeNode(hash, sibling) : treeNode(sibling, hash),
    leaf,
  );
}

/**
 * A climber that remembers the ways of one tree: leaves of one batch come in a row, and a way that joins
 * one climbed before, with the same hashes beside it from there up, leads to the same root.
 */
export function makeClimber(): typeof rootFrom {
  /** By height and place, as in a heap: the root is 1. */
  const known = new Map<number, Uint8Array>();
  let depth = -1;
  let root = paddingLeaf;
  return (leaf, index, siblings) => {
    const spot = (height: number, side: 0 | 1): number =>
      2 ** (siblings.length - height) + ((index >> height) ^ side);
    const isKnown = (place: number, hash: Uint8Array): boolean => {
      const there = known.get(place);
      return there !== undefined && equalBytes(there, hash);
    };
    const joinsAt = (height: number, hash: Uint8Array): boolean =>
      isKnown(spot(height, 0), hash) &&
      siblings.every((beside, at) => at < height || isKnown(spot(at, 1), beside));
    const remember = (way: readonly Uint8Array[]): void => {
      way.forEach((hash, height) => {
        known.set(spot(height, 0), hash);
        known.set(spot(height, 1), at(siblings, height));
      });
    };
    const way: Uint8Array[] = [];
    let hash = leaf;
    for (const [height, beside] of siblings.entries()) {
      if (depth === siblings.length && joinsAt(height, hash)) {
        remember(way);
        return root;
      }
      way.push(hash);
      hash = rootFrom(hash, (index >> height) & 1, [beside]);
    }
    known.clear();
    remember(way);
    depth = siblings.length;
    root = hash;
    return root;
  };
}

function treeNode(left: Uint8Array, right: Uint8Array): Uint8Array {
  return sha256(domain('node'), left, right);
}

function at<T>(items: readonly T[], index: number): T {
  const item = items[index];
  if (item === undefined) throw new RangeError(`no item at ${index} of ${items.length}`);
  return item;
}
