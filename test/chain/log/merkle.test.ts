/** The log's tree: roots and proofs against the definition, and every forged proof refused. */
import { hex, sha256, utf8 } from '@tallystick/chain/src/crypto/digest.ts';
import type { NodeAt, TreeFrontier } from '@tallystick/chain/src/log/merkle.ts';
import {
  appendLeaves,
  consistencyProof,
  emptyFrontier,
  emptyRoot,
  frontierAt,
  frontierRoot,
  inclusionProof,
  leafHash,
  nodeHash,
  rootAt,
  verifyConsistency,
  verifyInclusion,
} from '@tallystick/chain/src/log/merkle.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { itemOf } from '../../support/proofs.ts';

const count = 70;
const leaves = Array.from({ length: count }, (_, order) => leafHash(utf8(`leaf ${order}`)));
const { nodeAt, frontiers } = grown(leaves);

describe('the tree', () => {
  it('has the roots that RFC 6962 defines, at every size, from the frontier and from stored nodes', () => {
    for (let size = 0; size <= count; size += 1) {
      const defined = hex(definedRoot(leaves.slice(0, size)));
      expect(hex(frontierRoot(itemOf(frontiers, size)))).toBe(defined);
      expect(hex(rootAt(BigInt(size), nodeAt))).toBe(defined);
      expect(frontierAt(BigInt(size), nodeAt)).toEqual(itemOf(frontiers, size));
    }
  });

  it('begins with the hash of nothing, and keeps leaves and nodes apart', () => {
    expect(hex(emptyRoot)).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
    const pair = Uint8Array.from([...itemOf(leaves, 0), ...itemOf(leaves, 1)]);
    expect(hex(leafHash(pair))).not.toBe(hex(nodeHash(itemOf(leaves, 0), itemOf(leaves, 1))));
  });

  it('proves every leaf at every size, and only there', () => {
    for (let size = 1; size <= count; size += 3) {
      const root = rootAt(BigInt(size), nodeAt);
      for (let index = 0; index < size; index += 1) {
        const leaf = itemOf(leaves, index);
        const place = { leaf, index: BigInt(index), size: BigInt(size), root };
        const hashes = inclusionProof(place.index, place.size, nodeAt);
        expect(verifyInclusion({ ...place, hashes })).toBe(true);
        expect(verifyInclusion({ ...place, hashes, index: place.index + 1n })).toBe(false);
        expect(verifyInclusion({ ...place, hashes, leaf: sha256(leaf) })).toBe(false);
        expect(verifyInclusion({ ...place, hashes: [...hashes, leaf] })).toBe(false);
        expect(hashes.length > 0 && verifyInclusion({ ...place, hashes: hashes.slice(1) })).toBe(
          false,
        );
      }
    }
  });

  it('proves every size to be the beginning of every later one, and no other tree', () => {
    for (let size2 = 0; size2 <= count; size2 += 1) {
      for (let size1 = 0; size1 <= size2; size1 += 1) {
        const both = { size1: BigInt(size1), size2: BigInt(size2) };
        const hashes = consistencyProof(both.size1, both.size2, nodeAt);
        const roots = { root1: rootAt(both.size1, nodeAt), root2: rootAt(both.size2, nodeAt) };
        expect(verifyConsistency({ ...both, ...roots, hashes })).toBe(true);
        expect(verifyConsistency({ ...both, ...roots, root1: sha256(roots.root1), hashes })).toBe(
          false,
        );
        expect(verifyConsistency({ ...both, ...roots, hashes: [...hashes, roots.root1] })).toBe(
          false,
        );
        if (size1 === 0 || size1 === size2) continue;
        expect(verifyConsistency({ ...both, ...roots, root2: sha256(roots.root2), hashes })).toBe(
          false,
        );
        expect(verifyConsistency({ ...both, ...roots, hashes: hashes.slice(1) })).toBe(false);
      }
    }
  });

  it('refuses a proof with any bit turned', () => {
    const size = 61n;
    const root = rootAt(size, nodeAt);
    fc.assert(
      fc.property(fc.nat(60), fc.nat(), fc.nat(255), (index, at, bit) => {
        const hashes = inclusionProof(BigInt(index), size, nodeAt);
        const altered = hashes.map((hash, order) =>
          order === at % hashes.length
            ? hash.map((octet, place) => (place === bit >> 3 ? octet ^ (1 << (bit & 7)) : octet))
            : hash,
        );
        const place = { leaf: itemOf(leaves, index), index: BigInt(index), size, root };
        return !verifyInclusion({ ...place, hashes: altered });
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  it('reads few nodes for any proof', () => {
    let reads = 0;
    const counting: NodeAt = (level, index) => {
      reads += 1;
      return sha256(utf8(`${level} ${index}`));
    };

    inclusionProof(123_456n, 1_048_575n, counting);

    expect(reads).toBeLessThanOrEqual(40);
  });

  it('never takes a node or the root itself for a leaf', () => {
    const root = rootAt(8n, nodeAt);
    const upper = { leaf: nodeAt(1, 0n), hashes: [nodeAt(1, 1n), nodeAt(2, 1n)] };

    expect(verifyInclusion({ leaf: root, index: 0n, size: 8n, hashes: [], root })).toBe(false);
    expect(verifyInclusion({ ...upper, index: 0n, size: 8n, root })).toBe(false);
    expect(verifyInclusion({ ...upper, index: 0n, size: 4n, root })).toBe(true);
  });

  it('refuses places that are not in it', () => {
    expect(() => inclusionProof(5n, 5n, nodeAt)).toThrow(RangeError);
    expect(() => inclusionProof(-1n, 5n, nodeAt)).toThrow(RangeError);
    expect(() => consistencyProof(6n, 5n, nodeAt)).toThrow(RangeError);
    expect(
      verifyInclusion({ leaf: emptyRoot, index: 0n, size: 0n, hashes: [], root: emptyRoot }),
    ).toBe(false);
  });
});

/** The root by the recursive definition of RFC 6962 §2.1, written without the code under test. */
function definedRoot(all: readonly Uint8Array[]): Uint8Array {
  if (all.length === 0) return sha256(new Uint8Array());
  if (all.length === 1) return itemOf(all, 0);
  let split = 1;
  while (2 * split < all.length) split *= 2;
  return sha256(Uint8Array.of(1), definedRoot(all.slice(0, split)), definedRoot(all.slice(split)));
}

function grown(all: readonly Uint8Array[]) {
  const nodes = new Map<string, Uint8Array>();
  const frontiers: TreeFrontier[] = [emptyFrontier];
  for (const leaf of all) {
    const grown = appendLeaves(itemOf(frontiers, frontiers.length - 1), [leaf]);
    for (const { level, index, hash } of grown.nodes) nodes.set(`${level} ${index}`, hash);
    frontiers.push(grown.frontier);
  }
  const nodeAt: NodeAt = (level, index) => {
    const hash = nodes.get(`${level} ${index}`);
    if (hash === undefined) throw new RangeError(`no node ${level} ${index}`);
    return hash;
  };
  return { nodeAt, frontiers };
}
