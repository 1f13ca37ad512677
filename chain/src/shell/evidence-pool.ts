/**
 * Evidence that waits for a block: each validator and epoch once, and only what may still stand.
 *
 * It is in memory only. What is lost by a restart is reported again by whoever has seen it, or never; what
 * is in a block is never lost.
 */

import type { Standing } from '../core/block.ts';
import { blockEvidenceMax } from '../core/evidence.ts';
import { applyEvidence, type StateContext } from '../core/state.ts';
import { hex } from '../crypto/digest.ts';

export type EvidencePool = {
  /** False when it proves nothing here, or its validator is accused for that epoch already. */
  readonly add: (leaf: Uint8Array, standing: Standing) => boolean;
  readonly waiting: () => Iterable<Uint8Array>;
  readonly size: () => number;
  /** Forgets what may not stand on this state any more. */
  readonly prune: (standing: Standing) => void;
};

export function makeEvidencePool(context: StateContext, now: () => bigint): EvidencePool {
  const leaves = new Map<string, Uint8Array>();
  const mayStand = (leaf: Uint8Array, { map, timeMs }: Standing): boolean => {
    const at = now();
    return applyEvidence(context, map, leaf, at > timeMs ? at : timeMs) !== undefined;
  };
  return {
    add: (leaf, standing) => {
      if (leaves.has(hex(leaf))) return true;
      if (leaves.size >= blockEvidenceMax || !mayStand(leaf, standing)) return false;
      leaves.set(hex(leaf), leaf);
      return true;
    },
    waiting: () => leaves.values(),
    size: () => leaves.size,
    prune: (standing) => {
      for (const [name, leaf] of leaves) if (!mayStand(leaf, standing)) leaves.delete(name);
    },
  };
}
