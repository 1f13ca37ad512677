/**
 * A disk in memory that forgets what it was not told to keep.
 *
 * `crash` takes the power away: of all writes since the last sync of their file, and of all names
 * since the last sync of their folder, the seed decides which survive, which are cut short and
 * which are lost, in any order. `failAt` makes one operation fail as a real disk does.
 */
import type { FileSystem, OpenFile } from '../../chain/src/shell/files.ts';
import type { Random } from './random.ts';

type Write =
  | { readonly kind: 'write'; readonly position: number; readonly bytes: Uint8Array }
  | { readonly kind: 'truncate'; readonly length: number };
type Inode = { durable: Uint8Array; current: Uint8Array; size: number; pending: Write[] };
type NameChange = { readonly folder: string; readonly apply: (names: Map<string, Inode>) => void };

export type DiskOperation =
  | 'open'
  | 'write'
  | 'datasync'
  | 'dirsync'
  | 'rename'
  | 'unlink'
  | 'truncate';
/** `misdirect`: a write lands a sector away from its place. */
export type DiskFault = 'EIO' | 'ENOSPC' | 'forget' | 'misdirect';

export type FaultyFiles = FileSystem & {
  /**
   * The power goes; handles opened before it are dead. Changes of names survive up to a moment, as
   * journals keep their order, or each for itself.
   */
  readonly crash: (random: Random, names?: 'in order' | 'each for itself') => void;
  /** All that is written survives, as after a kill of the process alone. */
  readonly kill: () => void;
  /** Called before each operation; a fault it returns is what happens instead. */
  onOperation: (operation: DiskOperation, file: string, order: number) => DiskFault | undefined;
  /** How many operations were asked for so far. */
  readonly operations: () => number;
  readonly flipBit: (file: string, octet: number, bit: number) => void;
  readonly bytesOf: (file: string) => Uint8Array;
  /** An independent copy, as a backup would be. */
  readonly copy: () => FaultyFiles;
};

const sectorBytes = 512;

export function faultyFiles(): FaultyFiles {
  return make(new Map(), new Map(), []);
}

function make(
  startNames: Map<string, Inode>,
  startDurable: Map<string, Inode>,
  startChanges: NameChange[],
): FaultyFiles {
  let names = startNames;
  const durableNames = startDurable;
  let nameChanges = startChanges;
  let life = 0;
  let count = 0;

  const strike = (operation: DiskOperation, file: string): DiskFault | undefined => {
    count += 1;
    const fault = disk.onOperation(operation, file, count);
    if (fault === 'EIO' || fault === 'ENOSPC') {
      throw Object.assign(new Error(`${fault}: ${operation} ${file}`), { code: fault });
    }
    return fault;
  };
  const change = (folder: string, apply: (names: Map<string, Inode>) => void): void => {
    apply(names);
    nameChanges.push({ folder, apply });
  };
  const inodeAt = (file: string): Inode => {
    const inode = names.get(file);
    if (inode === undefined) throw Object.assign(new Error(`ENOENT: ${file}`), { code: 'ENOENT' });
    return inode;
  };

  const disk: FaultyFiles = {
    onOperation: () => undefined,
    open: (file) => {
      strike('open', file);
      if (!names.has(file)) {
        const inode = emptyInode();
        change(folderOf(file), (map) => map.set(file, inode));
      }
      const inode = inodeAt(file);
      const born = life;
      const alive = (): void => {
        if (born !== life) throw new Error('a handle from before the crash');
      };
      return openInode(inode, file, alive, strike);
    },
    exists: (file) => names.has(file),
    rename: (from, to) => {
      strike('rename', from);
      const inode = inodeAt(from);
      change(folderOf(to), (map) => {
        map.delete(from);
        map.set(to, inode);
      });
    },
    unlink: (file) => {
      strike('unlink', file);
      change(folderOf(file), (map) => map.delete(file));
    },
    list: (folder) =>
      [...names.keys()]
        .filter((file) => folderOf(file) === folder)
        .map((file) => file.slice(folder.length + 1)),
    makeFolder: () => undefined,
    dirsync: async (folder) => {
      if (strike('dirsync', folder) === 'forget') return;
      const born = life;
      await Promise.resolve();
      if (born !== life) throw new Error('the power went during a sync');
      for (const each of nameChanges) {
        if (each.folder === folder) each.apply(durableNames);
      }
      nameChanges = nameChanges.filter((each) => each.folder !== folder);
    },
    crash: (random, order = 'in order') => {
      life += 1;
      const kept = random.below(nameChanges.length + 1);
      const survivors =
        order === 'in order'
          ? nameChanges.slice(0, kept)
          : nameChanges.filter(() => random.below(2) === 0);
      for (const each of survivors) each.apply(durableNames);
      nameChanges = [];
      for (const inode of new Set([...durableNames.values(), ...names.values()])) {
        for (const write of inode.pending) land(inode, write, random);
        inode.pending = [];
        inode.current = inode.durable.slice();
        inode.size = inode.durable.length;
      }
      names = new Map(durableNames);
    },
    kill: () => {
      life += 1;
    },
    operations: () => count,
    flipBit: (file, octet, bit) => {
      const inode = inodeAt(file);
      for (const bytes of [inode.current, inode.durable]) {
        const before = bytes[octet];
        if (before !== undefined) bytes[octet] = before ^ (1 << bit);
      }
    },
    bytesOf: (file) => {
      const inode = inodeAt(file);
      return inode.current.slice(0, inode.size);
    },
    copy: () => {
      const copies = new Map<Inode, Inode>();
      const copyOf = (inode: Inode): Inode => {
        const known = copies.get(inode);
        if (known !== undefined) return known;
        const current = inode.current.slice(0, inode.size);
        const copied = { durable: current.slice(), current, size: inode.size, pending: [] };
        copies.set(inode, copied);
        return copied;
      };
      const copied = new Map([...names].map(([name, inode]) => [name, copyOf(inode)] as const));
      return make(copied, new Map(copied), []);
    },
  };
  return disk;
}

function openInode(
  inode: Inode,
  file: string,
  alive: () => void,
  strike: (operation: DiskOperation, file: string) => DiskFault | undefined,
): OpenFile {
  /** What a sync could not write the system forgets, and the next sync says nothing of it. */
  const syncFault = (): DiskFault | undefined => {
    try {
      return strike('datasync', file);
    } catch (error) {
      inode.pending = [];
      throw error;
    }
  };
  return {
    write: (bytes, position) => {
      alive();
      const fault = strike('write', file);
      if (fault === 'forget') return;
      const astray = position >= sectorBytes ? position - sectorBytes : position + sectorBytes;
      const place = fault === 'misdirect' ? astray : position;
      const write = { kind: 'write', position: place, bytes: bytes.slice() } as const;
      applyCurrent(inode, write);
      inode.pending.push(write);
    },
    read: (position, length) => {
      alive();
      return inode.current.slice(position, Math.min(position + length, inode.size));
    },
    datasync: async () => {
      alive();
      if (syncFault() === 'forget') return;
      // What is written while the device works may or may not be part of the sync: here it is not.
      const covered = inode.pending.length;
      await Promise.resolve();
      alive();
      for (const write of inode.pending.slice(0, covered)) applyDurable(inode, write);
      inode.pending = inode.pending.slice(covered);
    },
    size: () => {
      alive();
      return inode.size;
    },
    truncate: (length) => {
      alive();
      strike('truncate', file);
      applyCurrent(inode, { kind: 'truncate', length });
      inode.pending.push({ kind: 'truncate', length });
    },
    close: () => undefined,
  };
}

/** One unsynced write meets the power cut: each of its sectors is there or is not. */
function land(inode: Inode, write: Write, random: Random): void {
  const fate = random.below(3);
  if (fate === 0) return;
  if (write.kind === 'truncate' || fate === 1) {
    applyDurable(inode, write);
    return;
  }
  let at = 0;
  while (at < write.bytes.length) {
    const toBorder = sectorBytes - ((write.position + at) % sectorBytes);
    const piece = write.bytes.subarray(at, at + toBorder);
    if (random.below(2) === 0) {
      applyDurable(inode, { kind: 'write', position: write.position + at, bytes: piece });
    }
    at += piece.length;
  }
}

function applyCurrent(inode: Inode, write: Write): void {
  if (write.kind === 'truncate') {
    inode.current.fill(0, Math.min(write.length, inode.current.length));
    inode.current = grown(inode.current, write.length);
    inode.size = write.length;
    return;
  }
  const end = write.position + write.bytes.length;
  inode.current = grown(inode.current, end);
  inode.current.set(write.bytes, write.position);
  inode.size = Math.max(inode.size, end);
}

function applyDurable(inode: Inode, write: Write): void {
  if (write.kind === 'truncate') {
    const bytes = new Uint8Array(write.length);
    bytes.set(inode.durable.subarray(0, write.length));
    inode.durable = bytes;
    return;
  }
  const end = write.position + write.bytes.length;
  if (end > inode.durable.length) {
    const bytes = new Uint8Array(end);
    bytes.set(inode.durable);
    inode.durable = bytes;
  }
  inode.durable.set(write.bytes, write.position);
}

function grown(bytes: Uint8Array, length: number): Uint8Array {
  if (length <= bytes.length) return bytes;
  const larger = new Uint8Array(Math.max(length, bytes.length * 2, 4096));
  larger.set(bytes);
  return larger;
}

function emptyInode(): Inode {
  return { durable: new Uint8Array(0), current: new Uint8Array(0), size: 0, pending: [] };
}

function folderOf(file: string): string {
  return file.slice(0, Math.max(0, file.lastIndexOf('/')));
}
