/**
 * The disk, as the chain sees it: a seam, so that tests can lose, tear and flip what was not synced.
 *
 * Writing puts bytes into the operating system's hands at once; only `datasync` makes them survive
 * a power cut, and only `dirsync` makes a created, renamed or removed name survive it. Reads and
 * writes are synchronous because they touch the page cache; syncs wait for the device and do not
 * block the process.
 */
import fs from 'node:fs';
import path from 'node:path';

export type OpenFile = {
  readonly write: (bytes: Uint8Array, position: number) => void;
  /** Up to `length` octets; fewer at the end of the file. */
  readonly read: (position: number, length: number) => Uint8Array;
  readonly datasync: () => Promise<void>;
  readonly size: () => number;
  readonly truncate: (length: number) => void;
  readonly close: () => void;
};

export type FileSystem = {
  /** Opens for reading and writing; creates the file where it is missing. */
  readonly open: (file: string) => OpenFile;
  readonly exists: (file: string) => boolean;
  readonly rename: (from: string, to: string) => void;
  /** Removes the file; a missing one is no error. */
  readonly unlink: (file: string) => void;
  readonly list: (folder: string) => readonly string[];
  readonly makeFolder: (folder: string) => void;
  /** Makes names in the folder durable. */
  readonly dirsync: (folder: string) => Promise<void>;
};

/** The real disk. New files are readable by their owner only, because validator keys lie among them. */
export const diskFiles: FileSystem = {
  open: openOnDisk,
  exists: (file) => fs.existsSync(file),
  rename: (from, to) => fs.renameSync(from, to),
  unlink: (file) => fs.rmSync(file, { force: true }),
  list: (folder) => fs.readdirSync(folder),
  makeFolder: (folder) => {
    fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
  },
  dirsync: syncFolder,
};

function openOnDisk(file: string): OpenFile {
  const descriptor = fs.openSync(file, fs.constants.O_RDWR | fs.constants.O_CREAT, 0o600);
  return {
    write: (bytes, position) => {
      let done = 0;
      while (done < bytes.length) {
        done += fs.writeSync(descriptor, bytes, done, bytes.length - done, position + done);
      }
    },
    read: (position, length) => {
      const bytes = new Uint8Array(length);
      let done = 0;
      while (done < length) {
        const count = fs.readSync(descriptor, bytes, done, length - done, position + done);
        if (count === 0) break;
        done += count;
      }
      return bytes.subarray(0, done);
    },
    datasync: () =>
      new Promise((resolve, reject) => {
        fs.fdatasync(descriptor, (error) => (error === null ? resolve() : reject(error)));
      }),
    size: () => fs.fstatSync(descriptor).size,
    truncate: (length) => fs.ftruncateSync(descriptor, length),
    close: () => fs.closeSync(descriptor),
  };
}

async function syncFolder(folder: string): Promise<void> {
  // Windows cannot open a folder; its file systems write names through.
  if (process.platform === 'win32') return;
  const handle = await fs.promises.open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Replaces a small file as a whole: after a crash there is the old one or the new one. */
export async function replaceFile(
  files: FileSystem,
  file: string,
  bytes: Uint8Array,
): Promise<void> {
  const draft = `${file}.new`;
  files.unlink(draft);
  const opened = files.open(draft);
  try {
    opened.write(bytes, 0);
    await opened.datasync();
  } finally {
    opened.close();
  }
  files.rename(draft, file);
  await files.dirsync(path.dirname(file));
}

/** The whole of a small file, or undefined where there is none. */
export function readWhole(files: FileSystem, file: string): Uint8Array | undefined {
  if (!files.exists(file)) return undefined;
  const opened = files.open(file);
  try {
    return opened.read(0, opened.size());
  } finally {
    opened.close();
  }
}
