/**
 * The log in tiles, as C2SP tlog-tiles v0.1.0 lays it out, for those who serve them and those who read them.
 *
 *   tile/<L>/<N>[.p/<W>]          256 (or W) hashes of whole subtrees of 2^(8·L) leaves, 32 octets each
 *   tile/entries/<N>[.p/<W>]      256 (or W) leaves, each after its length as u16, big endian
 *   <N>                           in groups of three digits, all but the last behind an x: 1234067 is x001/x234/067
 *
 * A tile never changes: the full one is for ever, and so is a partial one of its width. From the tiles
 * alone a reader computes any root, inclusion or consistency, and holds no more than the few that these name.
 *
 * Pure.
 */
import { concat } from '../crypto/digest.ts';
import { type NodeAt, nodeHash } from './merkle.ts';

/** Hashes or leaves in a full tile. */
export const tileWidth = 256;
const tileLevels = 8;
/** Subtrees of 2^56 leaves are the highest that a log of less than 2^63 leaves has whole. */
const levelMax = 7;

export type HashTile = {
  readonly kind: 'hashes';
  readonly level: number;
  readonly index: bigint;
  /** 1 to 256; below 256 the tile is partial. */
  readonly width: number;
};
export type EntryTile = {
  readonly kind: 'entries';
  readonly index: bigint;
  readonly width: number;
};
export type Tile = HashTile | EntryTile;

/** The address of a tile below the log's own. */
export function tilePath(tile: Tile): string {
  const level = tile.kind === 'entries' ? 'entries' : `${tile.level}`;
  const partial = tile.width === tileWidth ? '' : `.p/${tile.width}`;
  return `tile/${level}/${groupedIndex(tile.index)}${partial}`;
}

/** The tile that an address names; undefined for every text that tilePath would not have written. */
export function parseTilePath(path: string): Tile | undefined {
  const form = /^tile\/(entries|[0-7])\/((?:x[0-9]{3}\/){0,6}[0-9]{3})(?:\.p\/([1-9][0-9]{0,2}))?$/;
  const [, level = '', groups = '', partial] = form.exec(path) ?? [];
  if (groups === '') return undefined;
  const width = partial === undefined ? tileWidth : Number(partial);
  const index = BigInt(groups.replace(/[x/]/g, ''));
  const tile: Tile =
    level === 'entries'
      ? { kind: 'entries', index, width }
      : { kind: 'hashes', level: Number(level), index, width };
  return tilePath(tile) === path ? tile : undefined;
}

/** Where the hashes of a tile, or of its leaves, stand in the tree. */
export function nodesOfTile(tile: Tile): {
  readonly level: number;
  readonly first: bigint;
  readonly count: number;
} {
  const level = tile.kind === 'entries' ? 0 : tile.level * tileLevels;
  return { level, first: tile.index * BigInt(tileWidth), count: tile.width };
}

/** Does a log of `size` leaves have the tile? */
export function isTileOf(size: bigint, tile: Tile): boolean {
  const { level, first, count } = nodesOfTile(tile);
  return first + BigInt(count) <= size >> BigInt(level);
}

/** The tile of hashes in which a node stands, or from which it is computed, as wide as a log of `size` has it. */
function tileOfNode(size: bigint, level: number, index: bigint) {
  const tileLevel = Math.min(Math.floor(level / tileLevels), levelMax);
  const depth = level - tileLevel * tileLevels;
  const first = index << BigInt(depth);
  const tileIndex = first / BigInt(tileWidth);
  const held = (size >> BigInt(tileLevel * tileLevels)) - tileIndex * BigInt(tileWidth);
  const width = held < BigInt(tileWidth) ? Number(held) : tileWidth;
  const tile: HashTile = { kind: 'hashes', level: tileLevel, index: tileIndex, width };
  return { tile, from: Number(first % BigInt(tileWidth)), count: 2 ** depth };
}

/**
 * The tiles that `work` will read in a log of `size`: a root, an inclusion or a consistency proof. What
 * is read does not depend on what the hashes are, so `work` is tried once with none.
 */
export function tilesFor(size: bigint, work: (nodeAt: NodeAt) => unknown): readonly HashTile[] {
  const found = new Map<string, HashTile>();
  work((level, index) => {
    const { tile } = tileOfNode(size, level, index);
    found.set(tilePath(tile), tile);
    return new Uint8Array(32);
  });
  return [...found.values()];
}

/** Reads nodes from tiles by their address. Throws a RangeError for a tile that is not there or not whole. */
export function nodesFromTiles(size: bigint, tiles: ReadonlyMap<string, Uint8Array>): NodeAt {
  return (level, index) => {
    const { tile, from, count } = tileOfNode(size, level, index);
    const bytes = tiles.get(tilePath(tile));
    if (bytes?.length !== tile.width * 32 || from + count > tile.width) {
      throw new RangeError(`the tile ${tilePath(tile)} is not there, or not whole`);
    }
    return foldWhole(
      Array.from({ length: count }, (_, order) => {
        const at = (from + order) * 32;
        return bytes.slice(at, at + 32);
      }),
    );
  };
}

/** A leaf as it stands in a tile of entries. */
export function tiledEntry(leaf: Uint8Array): Uint8Array {
  if (leaf.length > 0xffff) throw new RangeError('a leaf has at most 65,535 octets');
  return concat(Uint8Array.of(leaf.length >> 8, leaf.length & 255), leaf);
}

/** The leaves of a tile of entries; undefined when it does not hold exactly `width` whole ones. */
export function entriesOfTile(bytes: Uint8Array, width: number): readonly Uint8Array[] | undefined {
  const leaves: Uint8Array[] = [];
  let at = 0;
  while (leaves.length < width && at + 2 <= bytes.length) {
    const end = at + 2 + (((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0));
    if (end > bytes.length) return undefined;
    leaves.push(bytes.slice(at + 2, end));
    at = end;
  }
  return leaves.length === width && at === bytes.length ? leaves : undefined;
}

/** The root over a power of two of hashes. */
function foldWhole(hashes: readonly Uint8Array[]): Uint8Array {
  let row = hashes;
  while (row.length > 1) {
    row = row.flatMap((left, order) => {
      const right = row[order + 1];
      return order % 2 === 0 && right !== undefined ? [nodeHash(left, right)] : [];
    });
  }
  const [root] = row;
  if (root === undefined) throw new RangeError('a node has at least one hash below it');
  return root;
}

function groupedIndex(index: bigint): string {
  const digits = `${index}`;
  const padded = digits.padStart(Math.ceil(digits.length / 3) * 3, '0');
  const groups = padded.match(/.{3}/g) ?? [];
  return groups.map((group, order) => (order < groups.length - 1 ? `x${group}` : group)).join('/');
}
