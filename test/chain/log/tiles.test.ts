/** The log in tiles: their addresses, what stands in them, and every proof computed from them alone. */
import { sha256, u64be } from '@tallystick/chain/src/crypto/digest.ts';
import {
  appendLeaves,
  consistencyProof,
  emptyFrontier,
  frontierRoot,
  inclusionProof,
  leafHash,
  type NodeAt,
  rootAt,
  verifyConsistency,
  verifyInclusion,
} from '@tallystick/chain/src/log/merkle.ts';
import {
  entriesOfTile,
  type HashTile,
  isTileOf,
  nodesFromTiles,
  nodesOfTile,
  parseTilePath,
  tiledEntry,
  tilePath,
  tilesFor,
} from '@tallystick/chain/src/log/tiles.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const sizeMax = 70_000;
const levels: Uint8Array[][] = [];
const roots = new Map<bigint, Uint8Array>();
let frontier = emptyFrontier;
for (let index = 0; index < sizeMax; index += 1) {
  const grown = appendLeaves(frontier, [leafHash(u64be(BigInt(index)))]);
  ({ frontier } = grown);
  for (const node of grown.nodes) {
    levels[node.level] ??= [];
    levels[node.level]?.push(node.hash);
  }
  const size = BigInt(index) + 1n;
  if (index % 4999 === 0 || index < 300) roots.set(size, frontierRoot(frontier));
}
const nodeAt: NodeAt = (level, index) => {
  const node = levels[level]?.[Number(index)];
  if (node === undefined) throw new RangeError(`no node ${level}/${index}`);
  return node;
};
const sizes = [...roots.keys()];

/** A tile as a log of these leaves serves it. */
function served(tile: HashTile): Uint8Array {
  const { level, first, count } = nodesOfTile(tile);
  return Uint8Array.from(
    Array.from({ length: count }, (_, order) => [...nodeAt(level, first + BigInt(order))]).flat(),
  );
}

/** Does the work with nothing but the tiles that it needs. */
function fromTiles<T>(size: bigint, work: (nodeAt: NodeAt) => T): { result: T; count: number } {
  const tiles = tilesFor(size, work);
  const bytes = new Map(tiles.map((tile) => [tilePath(tile), served(tile)]));
  return { result: work(nodesFromTiles(size, bytes)), count: tiles.length };
}

describe('the address of a tile', () => {
  it.each([
    ['tile/0/000', { kind: 'hashes', level: 0, index: 0n, width: 256 }],
    ['tile/0/x001/x234/067', { kind: 'hashes', level: 0, index: 1_234_067n, width: 256 }],
    ['tile/1/x001/000.p/1', { kind: 'hashes', level: 1, index: 1000n, width: 1 }],
    ['tile/7/999.p/255', { kind: 'hashes', level: 7, index: 999n, width: 255 }],
    ['tile/entries/x273/063.p/12', { kind: 'entries', index: 273_063n, width: 12 }],
  ] as const)('%s reads back', (path, tile) => {
    expect(parseTilePath(path)).toEqual(tile);
    expect(tilePath(tile)).toBe(path);
  });

  it.each([
    'tile/0/0',
    'tile/0/00',
    'tile/0/x000/005',
    'tile/0/001/005',
    'tile/0/x001/x005',
    'tile/0/000.p/0',
    'tile/0/000.p/256',
    'tile/0/000.p/007',
    'tile/0/000.p/',
    'tile/00/000',
    'tile/8/000',
    'tile/-1/000',
    'tile/data/000',
    'tile/0/000/',
    '/tile/0/000',
    'tile/0/x999/x999/x999/x999/x999/x999/x999/999',
    'tile/entries/../000',
    '',
  ])('is not %j', (path) => {
    expect(parseTilePath(path)).toBeUndefined();
  });

  it('reads back whatever the tile', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 0n, max: 10n ** 18n }),
        fc.integer({ min: 1, max: 256 }),
        fc.option(fc.integer({ min: 0, max: 7 })),
        (index, width, level) => {
          const tile =
            level === null
              ? ({ kind: 'entries', index, width } as const)
              : ({ kind: 'hashes', level, index, width } as const);

          expect(parseTilePath(tilePath(tile))).toEqual(tile);
        },
      ),
      { seed: 11, numRuns: 500 },
    );
  });
});

describe('a log of some size', () => {
  it('has the whole tiles, and the partial ones up to its last leaf, on each level', () => {
    const has = (path: string, size: bigint): boolean => {
      const tile = parseTilePath(path);
      return tile !== undefined && isTileOf(size, tile);
    };

    expect(has('tile/0/000', 255n)).toBe(false);
    expect(has('tile/0/000.p/255', 255n)).toBe(true);
    expect(has('tile/0/000', 256n)).toBe(true);
    expect(has('tile/0/001.p/1', 256n)).toBe(false);
    expect(has('tile/1/000.p/1', 255n)).toBe(false);
    expect(has('tile/1/000.p/1', 256n)).toBe(true);
    expect(has('tile/1/000', 65_535n)).toBe(false);
    expect(has('tile/1/000', 65_536n)).toBe(true);
    expect(has('tile/entries/273.p/112', 70_000n)).toBe(true);
    expect(has('tile/entries/273.p/113', 70_000n)).toBe(false);
  });
});

describe('a reader with nothing but tiles', () => {
  it('computes the root of every size', () => {
    for (const [size, root] of roots) {
      expect(fromTiles(size, (at) => rootAt(size, at)).result).toEqual(root);
    }
  });

  it('computes the inclusion of any leaf in any later size', () => {
    fc.assert(
      fc.property(fc.constantFrom(...sizes), fc.nat(), (size, number) => {
        const index = BigInt(number) % size;
        const { result, count } = fromTiles(size, (at) => inclusionProof(index, size, at));

        expect(result).toEqual(inclusionProof(index, size, nodeAt));
        expect(count).toBeLessThanOrEqual(5);
        const leaf = leafHash(u64be(index));
        const root = roots.get(size) ?? sha256();
        expect(verifyInclusion({ leaf, index, size, hashes: result, root })).toBe(true);
      }),
      { seed: 12, numRuns: 120 },
    );
  });

  it('computes the consistency of any two sizes', () => {
    fc.assert(
      fc.property(fc.constantFrom(...sizes), fc.constantFrom(...sizes), (one, other) => {
        const [size1, size2] = one < other ? [one, other] : [other, one];
        const { result } = fromTiles(size2, (at) => consistencyProof(size1, size2, at));
        const [root1, root2] = [roots.get(size1) ?? sha256(), roots.get(size2) ?? sha256()];

        expect(result).toEqual(consistencyProof(size1, size2, nodeAt));
        expect(verifyConsistency({ size1, root1, size2, root2, hashes: result })).toBe(true);
      }),
      { seed: 13, numRuns: 120 },
    );
  });

  it('refuses a tile that is missing or cut short', () => {
    const size = 600n;
    const [tile] = tilesFor(size, (at) => inclusionProof(3n, size, at));
    if (tile === undefined) throw new Error('a proof needs a tile');

    expect(() => inclusionProof(3n, size, nodesFromTiles(size, new Map()))).toThrow(RangeError);
    const short = new Map([[tilePath(tile), served(tile).slice(32)]]);
    expect(() => inclusionProof(3n, size, nodesFromTiles(size, short))).toThrow(RangeError);
  });
});

describe('a tile of entries', () => {
  const leaves = [new Uint8Array(0), Uint8Array.of(1), new Uint8Array(65_535).fill(7)];
  const bytes = Uint8Array.from(leaves.flatMap((leaf) => [...tiledEntry(leaf)]));

  it('holds each leaf behind its length', () => {
    expect(entriesOfTile(bytes, 3)).toEqual(leaves);
  });

  it('is read whole or not at all', () => {
    expect(entriesOfTile(bytes, 2)).toBeUndefined();
    expect(entriesOfTile(bytes, 4)).toBeUndefined();
    expect(entriesOfTile(bytes.slice(0, -1), 3)).toBeUndefined();
    expect(() => tiledEntry(new Uint8Array(65_536))).toThrow(RangeError);
  });
});
