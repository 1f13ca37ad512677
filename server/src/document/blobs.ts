/**
 * Sealed files on the disk, by name, two levels deep. What `put` has returned for is on the disk:
 * the file is written aside and synced, renamed into place, and its folder synced.
 */
import { randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Blobs } from './service.ts';

const nameForm = /^[0-9a-f]{64}$/;

export function openBlobs(folder: string): Blobs {
  function placeOf(name: string): string {
    if (!nameForm.test(name)) throw new RangeError(`A blob has 64 hexadecimal digits: ${name}`);
    return path.join(folder, name.slice(0, 2), name);
  }

  return {
    async put(name, bytes) {
      const place = placeOf(name);
      const parent = path.dirname(place);
      const made = await mkdir(parent, { recursive: true, mode: 0o700 });
      const draft = `${place}.${randomUUID()}`;
      try {
        await writeSynced(draft, bytes);
        await rename(draft, place);
      } catch (error) {
        await rm(draft, { force: true });
        throw error;
      }
      await syncFolder(parent);
      if (made !== undefined) await syncFolder(path.dirname(made));
    },

    async get(name) {
      try {
        return await readFile(placeOf(name));
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
        throw error;
      }
    },
  };
}

async function writeSynced(file: string, bytes: Uint8Array): Promise<void> {
  const handle = await open(file, 'wx', 0o600);
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Windows cannot sync a folder, and keeps its names in a journal of its own. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
