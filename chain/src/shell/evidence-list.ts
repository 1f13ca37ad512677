/**
 * The evidence in the final chain, newest first. A block with evidence ends its epoch, so only the last
 * block of an epoch can hold any: a look at the last few epochs reads a few blocks and nothing more.
 */
import type { SeenEvidence } from '../client.ts';
import { entryCountOf } from '../core/block.ts';
import { brokenRule } from '../core/equivocation.ts';
import { decodeProof } from '../core/evidence.ts';
import type { Epochs } from './epochs.ts';
import type { Store } from './store.ts';

/** Epochs that are looked at. */
const epochsMax = 64n;

export function evidenceIn(
  chainId: Uint8Array,
  store: Store,
  epochs: Epochs,
): readonly SeenEvidence[] {
  const seen: SeenEvidence[] = [];
  const { number: latest } = epochs.latest();
  for (let number = latest; number > 1n && number > latest - epochsMax; number -= 1n) {
    const height = epochs.of(number)?.base ?? 0n;
    const stored = store.block(height);
    const body = stored.body();
    const first = stored.firstIndex + BigInt(entryCountOf(body) - body.evidence.length);
    body.evidence.forEach((leaf, order) => {
      const proof = decodeProof(chainId, leaf);
      const validator = proof && epochs.of(proof.epoch)?.validators[proof.voter];
      const rule = proof?.kind === 'votes' ? brokenRule(proof.first, proof.second) : 'doubleCosign';
      if (proof === undefined || validator === undefined || rule === null) return;
      const { name, organisation } = validator;
      seen.push({
        ...{ name, organisation, epoch: proof.epoch, height, timeMs: stored.timeMs },
        index: first + BigInt(order),
        rule,
      });
    });
  }
  return seen;
}
