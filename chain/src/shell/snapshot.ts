/**
 * The state on disk, so that a restart need not execute the whole chain again.
 *
 *   state-<height>.map   magic ‖ height u64 ‖ size u64 ‖ timeMs u64 ‖ count u64 ‖ pairs ‖ SHA256 of all before
 *   pair                 key[32] ‖ length u16 ‖ value
 *
 * A snapshot is written beside the work, piece by piece, of a map that cannot change any more. It is
 * believed only when its checksum holds and its root is the one that the block of its height states;
 * else the one before, or the genesis, is taken.
 */
import { createHash } from 'node:crypto';
import path from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Standing } from '../core/block.ts';
import { mapOf, pairsOf, type StateMap } from '../core/state-map.ts';
import { concat, equalBytes, plainBytes, sha256, u64be, utf8 } from '../crypto/digest.ts';
import { type FileSystem, readWhole } from './files.ts';

const magic = utf8('tallystick/state-file/1\0');
const headBytes = magic.length + 32;
/** How much is written before others get their turn. */
const pieceBytes = 64 * 1024;

/** Writes the state after a block and removes older snapshots. The genesis needs none. */
export async function writeSnapshot(
  files: FileSystem,
  folder: string,
  standing: Standing,
): Promise<void> {
  const { height, size, timeMs, map } = standing;
  if (height === 0n) return;
  const draft = path.join(folder, `state-${height}.map.new`);
  files.unlink(draft);
  const file = files.open(draft);
  const digest = createHash('sha256');
  let end = 0;
  const write = (bytes: Uint8Array): void => {
    digest.update(bytes);
    file.write(bytes, end);
    end += bytes.length;
  };
  try {
    write(concat(magic, u64be(height), u64be(size), u64be(timeMs), u64be(BigInt(map.size))));
    for (const piece of piecesOf(map)) {
      write(piece);
      await nextTurn();
    }
    file.write(plainBytes(digest.digest()), end);
    await file.datasync();
  } finally {
    file.close();
  }
  files.rename(draft, path.join(folder, `state-${height}.map`));
  await files.dirsync(folder);
  for (const older of heightsIn(files, folder).slice(2)) {
    files.unlink(path.join(folder, `state-${older}.map`));
  }
}

/** The newest sound snapshot at or below `height`. `isRoot` says whether a root is the chain's own at a height. */
export function readSnapshot(
  files: FileSystem,
  folder: string,
  height: bigint,
  isRoot: (height: bigint, map: StateMap) => boolean,
): Standing | undefined {
  for (const candidate of heightsIn(files, folder)) {
    if (candidate > height || candidate === 0n) continue;
    const bytes = readWhole(files, path.join(folder, `state-${candidate}.map`));
    const standing = bytes === undefined ? undefined : decode(bytes);
    if (standing?.height === candidate && isRoot(candidate, standing.map)) return standing;
  }
  return undefined;
}

function* piecesOf(map: StateMap): Generator<Uint8Array> {
  let parts: Uint8Array[] = [];
  let length = 0;
  for (const [key, value] of pairsOf(map)) {
    parts.push(key, Uint8Array.of(value.length >> 8, value.length & 255), value);
    length += 34 + value.length;
    if (length < pieceBytes) continue;
    yield concat(...parts);
    parts = [];
    length = 0;
  }
  yield concat(...parts);
}

function decode(bytes: Uint8Array): Standing | undefined {
  const end = bytes.length - 32;
  if (end < headBytes || !equalBytes(bytes.subarray(0, magic.length), magic)) return undefined;
  if (!equalBytes(sha256(bytes.subarray(0, end)), bytes.subarray(end))) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset + magic.length);
  const map = mapOf(pairsIn(bytes.subarray(headBytes, end)));
  if (BigInt(map.size) !== view.getBigUint64(24)) return undefined;
  return {
    height: view.getBigUint64(0),
    size: view.getBigUint64(8),
    timeMs: view.getBigUint64(16),
    map,
  };
}

function* pairsIn(bytes: Uint8Array): Generator<readonly [Uint8Array, Uint8Array]> {
  let at = 0;
  while (at + 34 <= bytes.length) {
    const length = ((bytes[at + 32] ?? 0) << 8) | (bytes[at + 33] ?? 0);
    yield [bytes.slice(at, at + 32), bytes.slice(at + 34, at + 34 + length)];
    at += 34 + length;
  }
}

/** The heights that have a snapshot, the newest first. */
function heightsIn(files: FileSystem, folder: string): readonly bigint[] {
  return files
    .list(folder)
    .flatMap((name) => /^state-(\d+)\.map$/.exec(name)?.[1] ?? [])
    .map(BigInt)
    .sort((a, b) => (a > b ? -1 : 1));
}
