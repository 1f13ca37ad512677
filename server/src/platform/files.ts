/**
 * Small files that a home cannot do without: its keys, its founding facts, how to reach its database.
 *
 * What `writeDurably` has returned for survives a power cut: the bytes are synced aside, renamed into
 * place, and the folder's own entry is synced too. A reader sees the old file, the new one or none,
 * never a part.
 */
import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Replaces the file; only its owner may read it. Makes the folder where it is missing. */
export function writeDurably(file: string, content: string | Uint8Array): void {
  const folder = path.dirname(file);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(`${file}.new`, content, { mode: 0o600, flush: true });
  renameSync(`${file}.new`, file);
  syncFolder(folder);
}

/** Makes names in the folder durable. Windows cannot, and writes names through. */
export function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const descriptor = openSync(folder, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
