/**
 * The network that this device remembers. The first anchor file it sees is pinned; a later one that
 * differs is never taken silently, because whoever chooses the anchor chooses what counts as proven.
 */
import { useSyncExternalStore } from 'react';

const name = 'tallystick.anchor';
let inMemory: string | undefined;

/** The pinned anchor file, or undefined on a device that has seen none. */
export function pinnedAnchor(): string | undefined {
  try {
    return localStorage.getItem(name) ?? inMemory;
  } catch {
    return inMemory;
  }
}

/** Pins the file if none is pinned. Says whether the pinned one is this one. */
export function pinAnchor(file: string): 'same' | 'other' {
  const pinned = pinnedAnchor();
  if (pinned !== undefined) {
    return pinned === file ? 'same' : 'other';
  }
  inMemory = file;
  try {
    localStorage.setItem(name, file);
  } catch {
    // Remembered until the tab closes.
  }
  return 'same';
}

/** Forgets the old network and remembers this one: a decision of a person who compared the fingerprints. */
export function replaceAnchor(file: string): void {
  inMemory = file;
  try {
    localStorage.setItem(name, file);
  } catch {
    // Remembered until the tab closes.
  }
}

const verifiedName = 'tallystick.verified';
const verifiedMax = 500;
const listeners = new Set<() => void>();
let verified: readonly string[] = keptVerified();

/** Remembers that this device verified the act of that hash. */
export function markVerified(actHash: string): void {
  verified = [actHash, ...verified.filter((each) => each !== actHash)].slice(0, verifiedMax);
  try {
    localStorage.setItem(verifiedName, JSON.stringify(verified));
  } catch {
    // Remembered until the tab closes.
  }
  for (const listener of listeners) {
    listener();
  }
}

export function useVerified(actHash: string): boolean {
  const all = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => verified,
  );
  return all.includes(actHash);
}

function keptVerified(): readonly string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(verifiedName) ?? '[]');
    return Array.isArray(kept) ? kept.filter((each) => typeof each === 'string') : [];
  } catch {
    return [];
  }
}
