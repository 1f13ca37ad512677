/**
 * Where a hash stands: a table from 32-octet hashes to numbers, on disk, flat in memory.
 *
 *   slot = first 8 octets of the hash ‖ position + 1 as u64         an empty slot is zeros
 *
 * A hash's home is said by its highest bits, as many as number the slots; it stands there or in the next free
 * slot, and from the last slot the search goes on at the first. What is put waits in memory until `flush`,
 * which goes through the table once, from its start to its end: thousands of hashes share each read and write.
 *
 * The table answers with candidates: two hashes may share their first octets, a crash may leave positions
 * that were never final, and so the caller compares with what stands there. What waited when a process ended
 * is gone; the caller knows from where on to put it again. A table that is enlarged takes the place of the one
 * before only when it is durable.
 */
import { setImmediate as nextMacrotask } from 'node:timers/promises';
import { equalBytes } from '../crypto/digest.ts';
import type { FileSystem, OpenFile } from './files.ts';

export type PositionTable = {
  readonly put: (hash: Uint8Array, position: bigint) => void;
  /** Positions where the hash may stand. */
  readonly candidates: (hash: Uint8Array) => readonly bigint[];
  /** How many are in the file. */
  readonly count: () => number;
  /** How many wait in memory. */
  readonly waiting: () => number;
  /** Makes durable all that was put before the call, in turns that leave others their time. One at a time. */
  readonly flush: () => Promise<void>;
  readonly close: () => void;
};

const slotBytes = 16;
const slotsFirst = 1 << 14;
/** A search reads this many slots at a time. */
const slotsRead = 16;
/** A flush reads and writes this many slots at a time. */
const windowSlots = 1 << 10;
/** The table grows when more than this share of it, in percent, would be full. */
const loadPercentMax = 60;
/** A flush lets others go on after so many hashes. */
const turnMax = 4_096;

/** Opens the table; where none is, or none was finished, it is empty. */
export function openPositionTable(files: FileSystem, path: string): PositionTable {
  const larger = `${path}.larger`;
  files.unlink(larger);
  let file = files.open(path);
  if (slotsIn(file) === 0) clear(file, slotsFirst);
  let slots = slotsIn(file);
  let used = countUsed(file, slots);
  let fresh = makeList();
  /** What a flush is putting in. */
  let flushed = makeList();

  const enlarged = async (count: number): Promise<OpenFile> => {
    const next = files.open(larger);
    clear(next, count);
    await insertAll(next, count, slotsOf(file, slots));
    return next;
  };

  const slotsFor = (count: number): number => {
    let enough = slots;
    while (count * 100 > enough * loadPercentMax) enough *= 2;
    return enough;
  };

  return {
    put: (hash, position) => fresh.put(hash, position),
    candidates: (hash) => [
      ...fresh.candidates(hash),
      ...flushed.candidates(hash),
      ...candidatesIn(file, slots, hash),
    ],
    count: () => used,
    waiting: () => fresh.count(),
    flush: async () => {
      flushed = fresh;
      fresh = makeList();
      const count = slotsFor(used + flushed.count());
      const target = count === slots ? file : await enlarged(count);
      used += await insertAll(target, count, flushed.inOrder());
      await target.datasync();
      if (target !== file) {
        files.rename(larger, path);
        file.close();
        file = target;
        slots = count;
      }
      flushed = makeList();
    },
    close: () => file.close(),
  };
}

/** Slots in memory, with the same search as in the file. */
function makeList() {
  let bytes = new Uint8Array(slotsFirst * slotBytes);
  let view = new DataView(bytes.buffer);
  let count = 0;
  const slots = (): number => bytes.length / slotBytes;
  const put = (hash: Uint8Array, position: bigint): void => {
    if ((count + 1) * 100 > slots() * loadPercentMax) grow();
    let place = homeOf(hash, slots());
    for (; !isEmpty(bytes, place * slotBytes); place = (place + 1) % slots()) {
      const offset = place * slotBytes;
      const isThere = startsWith(bytes, offset, hash);
      if (isThere && view.getBigUint64(offset + 8) === position + 1n) return;
    }
    for (let at = 0; at < 8; at += 1) bytes[place * slotBytes + at] = hash[at] ?? 0;
    view.setBigUint64(place * slotBytes + 8, position + 1n);
    count += 1;
  };
  const grow = (): void => {
    const before = [...inOrder()];
    bytes = new Uint8Array(bytes.length * 2);
    view = new DataView(bytes.buffer);
    count = 0;
    for (const slot of before) put(slot, positionAt(slot, 0));
  };
  function* inOrder(): Generator<Uint8Array> {
    for (let place = 0; place < slots(); place += 1) {
      const offset = place * slotBytes;
      if (!isEmpty(bytes, offset)) yield bytes.subarray(offset, offset + slotBytes);
    }
  }
  return {
    put,
    inOrder,
    count: () => count,
    candidates: (hash: Uint8Array): readonly bigint[] => {
      const found: bigint[] = [];
      let place = homeOf(hash, slots());
      for (; !isEmpty(bytes, place * slotBytes); place = (place + 1) % slots()) {
        const offset = place * slotBytes;
        if (startsWith(bytes, offset, hash)) found.push(positionAt(bytes, offset));
      }
      return found;
    },
  };
}

function candidatesIn(file: OpenFile, slots: number, hash: Uint8Array): readonly bigint[] {
  const found: bigint[] = [];
  let place = homeOf(hash, slots);
  for (let tried = 0; tried < slots; ) {
    const count = Math.min(slotsRead, slots - place);
    const bytes = file.read(place * slotBytes, count * slotBytes);
    for (let offset = 0; offset < bytes.length; offset += slotBytes) {
      if (isEmpty(bytes, offset)) return found;
      if (startsWith(bytes, offset, hash)) found.push(positionAt(bytes, offset));
    }
    place = (place + count) % slots;
    tried += count;
  }
  return found;
}

/**
 * Puts slots into a table, each once, and tells how many were new. Homes in ascending order make one way
 * through the file of it; any other order is right as well.
 */
async function insertAll(
  file: OpenFile,
  slots: number,
  all: Iterable<Uint8Array>,
): Promise<number> {
  let from = 0;
  let window = new Uint8Array();
  let isChanged = false;
  const write = (): void => {
    if (isChanged) file.write(window, from * slotBytes);
    isChanged = false;
  };
  const load = (place: number): void => {
    write();
    from = place - (place % windowSlots);
    window = file.read(from * slotBytes, windowSlots * slotBytes).slice();
  };
  let added = 0;
  let seen = 0;
  for (const slot of all) {
    let place = homeOf(slot, slots);
    for (; ; place = (place + 1) % slots) {
      if (place < from || place >= from + window.length / slotBytes) load(place);
      const offset = (place - from) * slotBytes;
      if (isEmpty(window, offset)) {
        window.set(slot, offset);
        isChanged = true;
        added += 1;
        break;
      }
      if (equalBytes(window.subarray(offset, offset + slotBytes), slot)) break;
    }
    seen += 1;
    if (seen % turnMax === 0) await nextMacrotask();
  }
  write();
  return added;
}

/** All slots of a table that are not empty, in their order. */
function* slotsOf(file: OpenFile, slots: number): Generator<Uint8Array> {
  for (let from = 0; from < slots; from += windowSlots) {
    const bytes = file.read(from * slotBytes, windowSlots * slotBytes);
    for (let at = 0; at < bytes.length; at += slotBytes) {
      if (!isEmpty(bytes, at)) yield bytes.subarray(at, at + slotBytes);
    }
  }
}

function clear(file: OpenFile, slots: number): void {
  file.truncate(0);
  const zeros = new Uint8Array(windowSlots * slotBytes);
  for (let from = 0; from < slots; from += windowSlots) file.write(zeros, from * slotBytes);
}

/** A size that is no power of two is a table that was never finished. */
function slotsIn(file: OpenFile): number {
  const slots = file.size() / slotBytes;
  return Number.isInteger(slots) && slots >= slotsFirst && (slots & (slots - 1)) === 0 ? slots : 0;
}

function countUsed(file: OpenFile, slots: number): number {
  let used = 0;
  for (const _ of slotsOf(file, slots)) used += 1;
  return used;
}

function positionAt(bytes: Uint8Array, offset: number): bigint {
  return new DataView(bytes.buffer, bytes.byteOffset + offset).getBigUint64(8) - 1n;
}

/** The slots are a power of two, at most 2^31. */
function homeOf(hash: Uint8Array, slots: number): number {
  const [a = 0, b = 0, c = 0, d = 0] = hash;
  return (((a << 24) | (b << 16) | (c << 8) | d) >>> 0) >>> (Math.clz32(slots) + 1);
}

function startsWith(bytes: Uint8Array, offset: number, hash: Uint8Array): boolean {
  for (let at = 0; at < 8; at += 1) if (bytes[offset + at] !== hash[at]) return false;
  return true;
}

/** No position is written as zero. */
function isEmpty(bytes: Uint8Array, offset: number): boolean {
  for (let at = offset + 8; at < offset + slotBytes; at += 1) if (bytes[at] !== 0) return false;
  return true;
}
