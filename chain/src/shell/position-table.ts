/**
 * Where a hash stands, on disk: a table from 32-octet hashes to numbers, flat in memory.
 *
 *   slot = first 8 octets of the hash ‖ position + 1 as u64         an empty slot is zeros
 *
 * A hash's home is its octets 4 to 8 modulo the number of slots; it stands there or in the next free slot.
 * The table answers with candidates: two hashes may share their first octets, a crash may leave
 * positions that were never final, and so the caller compares with what stands there. An enlarged
 * table takes the place of the one before only when it is durable, so a cut loses no more than what
 * was not synced.
 */
import { equalBytes } from '../crypto/digest.ts';
import type { FileSystem, OpenFile } from './files.ts';

export type PositionTable = {
  readonly put: (hash: Uint8Array, position: bigint) => void;
  /** Positions where the hash may stand. */
  readonly candidates: (hash: Uint8Array) => readonly bigint[];
  readonly sync: () => Promise<void>;
  readonly close: () => void;
};

const slotBytes = 16;
const slotsFirst = 1 << 14;
/** A search reads this many slots at a time. */
const slotsRead = 16;
/** The table grows when more than this share of it, in percent, is full. */
const loadPercentMax = 60;

export function openPositionTable(files: FileSystem, path: string): PositionTable {
  // A table that was enlarged and never synced: the one before holds what the caller relies on.
  const draft = `${path}.new`;
  const larger = `${path}.larger`;
  for (const each of [draft, larger]) files.unlink(each);
  let file = files.open(path);
  let isDraft = false;
  let slots = slotsIn(file);
  if (slots === 0) {
    slots = slotsFirst;
    file.truncate(0);
    file.write(new Uint8Array(slots * slotBytes), 0);
  }
  let used = countUsed(file, slots);

  const grow = (): void => {
    const next = files.open(larger);
    const image = new Uint8Array(slots * 2 * slotBytes);
    const bytes = file.read(0, slots * slotBytes);
    for (let at = 0; at < bytes.length; at += slotBytes) {
      const slot = bytes.subarray(at, at + slotBytes);
      if (!isEmpty(slot)) placeInImage(image, slots * 2, slot);
    }
    next.write(image, 0);
    file.close();
    files.rename(larger, draft);
    file = next;
    isDraft = true;
    slots *= 2;
  };

  return {
    put: (hash, position) => {
      if ((used + 1) * 100 > slots * loadPercentMax) grow();
      const slot = slotOf(hash, position);
      let at = homeOf(slot, slots);
      for (let tried = 0; tried < slots; tried += 1) {
        const seen = file.read(at * slotBytes, slotBytes);
        if (isEmpty(seen)) {
          file.write(slot, at * slotBytes);
          used += 1;
          return;
        }
        if (equalBytes(seen, slot)) return;
        at = (at + 1) % slots;
      }
    },
    candidates: (hash) => {
      const found: bigint[] = [];
      const prefix = hash.subarray(0, 8);
      let at = homeOf(prefix, slots);
      for (let tried = 0; tried < slots; ) {
        const count = Math.min(slotsRead, slots - at);
        const bytes = file.read(at * slotBytes, count * slotBytes);
        for (let offset = 0; offset < bytes.length; offset += slotBytes) {
          const slot = bytes.subarray(offset, offset + slotBytes);
          if (isEmpty(slot)) return found;
          if (equalBytes(slot.subarray(0, 8), prefix)) found.push(positionOf(slot));
        }
        at = (at + count) % slots;
        tried += count;
      }
      return found;
    },
    sync: async () => {
      const synced = file;
      await synced.datasync();
      // Enlarged once more meanwhile: then the next sync names it.
      if (!isDraft || file !== synced) return;
      files.rename(draft, path);
      isDraft = false;
    },
    close: () => file.close(),
  };
}

/** A size that is no power of two is a table that was never finished. */
function slotsIn(file: OpenFile): number {
  const slots = file.size() / slotBytes;
  return Number.isInteger(slots) && slots >= slotsFirst && (slots & (slots - 1)) === 0 ? slots : 0;
}

function countUsed(file: OpenFile, slots: number): number {
  let used = 0;
  const step = 4096;
  for (let from = 0; from < slots; from += step) {
    const bytes = file.read(from * slotBytes, step * slotBytes);
    for (let at = 0; at < bytes.length; at += slotBytes) {
      if (!isEmpty(bytes.subarray(at, at + slotBytes))) used += 1;
    }
  }
  return used;
}

function placeInImage(image: Uint8Array, slots: number, slot: Uint8Array): void {
  let at = homeOf(slot, slots);
  while (!isEmpty(image.subarray(at * slotBytes, (at + 1) * slotBytes))) at = (at + 1) % slots;
  image.set(slot, at * slotBytes);
}

function slotOf(hash: Uint8Array, position: bigint): Uint8Array {
  const slot = new Uint8Array(slotBytes);
  slot.set(hash.subarray(0, 8));
  new DataView(slot.buffer).setBigUint64(8, position + 1n);
  return slot;
}

function positionOf(slot: Uint8Array): bigint {
  return new DataView(slot.buffer, slot.byteOffset).getBigUint64(8) - 1n;
}

function homeOf(prefix: Uint8Array, slots: number): number {
  return new DataView(prefix.buffer, prefix.byteOffset).getUint32(4) & (slots - 1);
}

function isEmpty(slot: Uint8Array): boolean {
  for (let at = 8; at < slotBytes; at += 1) if (slot[at] !== 0) return false;
  return true;
}
