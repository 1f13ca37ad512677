/**
 * Validators that run the core in lockstep: every message of one round arrives in
 * the next, so that message delays can be counted. No faults; those belong to
 * the simulation.
 */
import { createConsensus, step } from '@tallystick/chain/src/core/consensus.ts';
import type { Effect } from '@tallystick/chain/src/core/effect.ts';
import type { Consensus } from '@tallystick/chain/src/core/epoch.ts';
import type { Input } from '@tallystick/chain/src/core/input.ts';
import { defaultTiming } from '@tallystick/chain/src/core/params.ts';
import type { Block, FinalTip, Payload } from '@tallystick/chain/src/core/proposal.ts';
import { allRules } from '@tallystick/chain/src/core/rules.ts';
import { validatorSet } from '@tallystick/chain/src/core/validators.ts';
import { type SignedVote, type Vote, zeroDigest } from '@tallystick/chain/src/core/vote.ts';
import { digestOf } from '../simulation/keys.ts';

export const peers = ['v0', 'v1', 'v2', 'v3'] as const;

/** Four validators of equal stake; views 1, 2, 3, 4 are led by v0, v1, v2, v3. */
export const fourEqual = validatorSet(
  0n,
  peers.map((id, index) => ({ id, stake: 1n, consensusKey: Uint8Array.of(index) })),
);

export const genesis: FinalTip = {
  epoch: 0n,
  view: 0n,
  height: 0n,
  digest: zeroDigest,
  finalization: null,
};

export function machine(self: string, tip: FinalTip = genesis): Consensus {
  return createConsensus({
    self,
    validators: fourEqual,
    tip,
    digestOf,
    timing: defaultTiming,
    rules: allRules,
  });
}

/** A signature without meaning: the core never looks inside. */
export function signed(voter: number, vote: Vote): SignedVote {
  return { ...vote, voter, signature: new Uint8Array(64).fill(voter + 1) };
}

export function payload(text: string, seals = false): Payload {
  return { bytes: new TextEncoder().encode(text), seals };
}

export function blockOf(
  view: bigint,
  height: bigint,
  parent: Block | null,
  text = `b${view}`,
): Block {
  const content = {
    epoch: 0n,
    view,
    height,
    parent: { view: parent?.view ?? 0n, digest: parent?.digest ?? zeroDigest },
    payload: payload(text),
    filler: false,
  };
  return { ...content, digest: digestOf(content) };
}

/** Everything one input makes a machine do, its own signatures given at once. */
export function drive(state: Consensus, ...inputs: readonly Input[]): readonly Effect[] {
  const effects: Effect[] = [];
  const queue = [...inputs];
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    const made = step(state, next);
    effects.push(...made);
    for (const effect of made) {
      if (effect.kind === 'sign' && state.me !== null) {
        queue.push({ kind: 'signed', vote: signed(state.me, effect.vote) });
      }
      if (effect.kind === 'validate') {
        queue.push({ kind: 'validated', digest: effect.block.digest, verdict: { ok: true } });
      }
    }
  }
  return effects;
}

export function kindsOf(effects: readonly Effect[]): readonly string[] {
  return effects.map((effect) => effect.kind);
}

/** What was said to others: kind of message, or kind of vote. */
export function saidIn(effects: readonly Effect[]): readonly string[] {
  return effects.flatMap((effect) => {
    if (effect.kind !== 'broadcast' && effect.kind !== 'send') return [];
    return [effect.message.kind === 'vote' ? effect.message.vote.kind : effect.message.kind];
  });
}
