/**
 * What waits for a block: checked acts, first come first served, each once, within limits.
 *
 * Pure but for its own memory: the same calls in the same order leave the same contents.
 */
import { entryBytes } from './block.ts';
import type { ReadEntry } from './state.ts';

/** Acts that may wait: some ten seconds of full load. Local. */
export const waitingMax = 50_000;

/** Octets that may wait. Local. */
export const waitingBytesMax = 64 * 1024 * 1024;

export type Mempool = {
  /** False when the pool is full. Adding what is already there changes nothing. */
  readonly add: (entry: ReadEntry) => boolean;
  /** An act is named by the hex of its hash. */
  readonly has: (name: string) => boolean;
  readonly get: (name: string) => ReadEntry | undefined;
  readonly remove: (name: string) => void;
  /** In the order of coming, without those that `skip` names. */
  readonly waiting: (skip: ReadonlySet<string>) => Iterable<ReadEntry>;
  /** The names of the first acts in line, at most `count`. */
  readonly first: (count: number) => readonly string[];
  readonly size: () => number;
};

export function makeMempool(): Mempool {
  const entries = new Map<string, ReadEntry>();
  let bytes = 0;
  return {
    add: (entry) => {
      const { name } = entry;
      if (entries.has(name)) return true;
      const length = entryBytes(entry);
      if (entries.size >= waitingMax || bytes + length > waitingBytesMax) return false;
      entries.set(name, entry);
      bytes += length;
      return true;
    },
    has: (name) => entries.has(name),
    get: (name) => entries.get(name),
    remove: (name) => {
      const entry = entries.get(name);
      if (entry === undefined) return;
      entries.delete(name);
      bytes -= entryBytes(entry);
    },
    waiting: function* (skip) {
      for (const [name, entry] of entries) if (!skip.has(name)) yield entry;
    },
    first: (count) => entries.keys().take(count).toArray(),
    size: () => entries.size,
  };
}
