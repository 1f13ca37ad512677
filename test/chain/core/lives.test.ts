/**
 * Chains of random blocks through many epochs: what one machine drafts another executes to the same state,
 * whatever was said about the network, whoever was accused, and wherever it started from.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { GovernanceEffect, ParameterName } from '../../../chain/src/act/kind.ts';
import {
  draftBody,
  entryLeaves,
  executePayload,
  type Standing,
} from '../../../chain/src/core/block.ts';
import { encodeProof } from '../../../chain/src/core/evidence.ts';
import { defaultParameters, votersOf } from '../../../chain/src/core/governance-record.ts';
import {
  genesisState,
  governanceOf,
  keyIn,
  type ReadEntry,
  readEntry,
  type StateContext,
} from '../../../chain/src/core/state.ts';
import { mapOf, pairsOf, rootOf } from '../../../chain/src/core/state-map.ts';
import { voteSigningBytes } from '../../../chain/src/core/vote.ts';
import { hex, sha256, utf8 } from '../../../chain/src/crypto/digest.ts';
import { approvalSigningBytes, readySigningBytes } from '../../../chain/src/crypto/signature.ts';
import { decodeHandoverLeaf } from '../../../chain/src/log/handover.ts';
import { leafHash } from '../../../chain/src/log/merkle.ts';
import { stakeOf } from '../../../chain/src/log/policy.ts';
import { signBytes } from '../../../chain/src/shell/signer.ts';
import { actor, operator, person } from '../../support/chain-world.ts';

const chainId = sha256(utf8('a chain'));
const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
const keysOf = (name: string) => ({
  consensus: person(`consensus ${name}`),
  cosigner: person(`cosigner ${name}`),
});
const validator = (name: string, stake = 100n) => ({
  ...{ name, organisation: `Bank ${name}`, operator: `operator ${name}`, stake },
  consensusKey: keysOf(name).consensus.publicKey,
  cosignerKey: keysOf(name).cosigner.publicKey,
});
const network = {
  ...{ origin: 'test/hub', logKey: sha256(utf8('log')) },
  validators: names.slice(0, 4).map((name) => validator(name)),
  parameters: {
    ...defaultParameters,
    ...{ stage: 1n, epochBlocks: 4n, timeLockMs: 3n, evidenceMs: 20n, unbondingMs: 30n },
    membersMin: 2n,
  },
};
const context: StateContext & { readonly network: typeof network } = {
  ...{ chainId, network, operatorGroups: new Set([hex(operator.group)]) },
};
const { channel } = actor(chainId, operator);
const start: Standing = {
  ...{ height: 0n, size: 0n, timeMs: 0n },
  map: genesisState([{ ...operator, channel, custody: 'operator' }]),
};

const nameOf = fc.constantFrom(...names);
const event = fc.oneof(
  fc.record({ kind: fc.constant('admit' as const), name: nameOf }),
  fc.record({ kind: fc.constant('remove' as const), name: nameOf }),
  fc.record({
    ...{ kind: fc.constant('weigh' as const), name: nameOf },
    stake: fc.constantFrom(40n, 100n, 250n),
  }),
  fc.record({
    kind: fc.constant('set' as const),
    parameter: fc.constantFrom<ParameterName>('epochBlocks', 'slashBps', 'stage', 'timeLockMs'),
    value: fc.constantFrom(0n, 1n, 2n, 3n, 5_000n),
  }),
  fc.record({ kind: fc.constant('agree' as const), ready: fc.boolean() }),
  fc.record({ kind: fc.constant('accuse' as const), name: nameOf, epochsAgo: fc.bigInt(0n, 2n) }),
  fc.record({ kind: fc.constant('nothing' as const) }),
);
type Event = typeof event extends fc.Arbitrary<infer T> ? T : never;

/** What the governor says about the network when this happens. */
function effectsOf(standing: Standing, each: Event): readonly GovernanceEffect[] {
  switch (each.kind) {
    case 'admit':
      return [{ op: 'admit', ...validator(each.name) }];
    case 'remove':
      return [{ op: 'remove', name: each.name }];
    case 'weigh':
      return [{ op: 'weigh', name: each.name, stake: each.stake }];
    case 'set':
      return [{ op: 'set', parameter: each.parameter, value: each.value }];
    case 'agree': {
      const governance = governanceOf(network, standing.map);
      const [change] = governance.pending;
      if (change === undefined) return [];
      const message = approvalSigningBytes(chainId, change.id);
      const approvals = votersOf(governance).map(({ name }): GovernanceEffect => {
        const signature = signBytes(keysOf(name).consensus.privateKey, message);
        return { op: 'approve', change: change.id, validator: name, signature };
      });
      const { proposal } = change;
      if (proposal.op !== 'admit' || !each.ready) return approvals;
      const here = readySigningBytes(chainId, change.id);
      const keys = keysOf(proposal.name);
      const consensusSignature = signBytes(keys.consensus.privateKey, here);
      const cosignerSignature = signBytes(keys.cosigner.privateKey, here);
      const ready = { consensusSignature, cosignerSignature };
      return [...approvals, { op: 'ready', change: change.id, ...ready }];
    }
    default:
      return [];
  }
}

/** The governor's acts that carry these effects, in the order of its key. */
function entriesFor(standing: Standing, effects: readonly GovernanceEffect[]): ReadEntry[] {
  const writer = actor(chainId, operator);
  const key = keyIn(standing.map, channel, writer.keyId);
  let [seq, previousAct] = [key?.seq ?? 0n, key?.lastAct ?? null];
  return effects.flatMap((governance) => {
    seq += 1n;
    const act = writer.act({ governance }, { seq, previousAct });
    previousAct = act.actHash;
    return readEntry(act.header, act.signature) ?? [];
  });
}

/** Two votes of one view by the validator that had this place in that epoch; of a stranger when it had none. */
function evidenceFor(standing: Standing, each: Event): readonly Uint8Array[] {
  if (each.kind !== 'accuse') return [];
  const governance = governanceOf(network, standing.map);
  const epoch = governance.epoch > each.epochsAgo ? governance.epoch - each.epochsAgo : 1n;
  const voter = votersOf(governance).findIndex(({ name }) => name === each.name);
  const signed = (digit: string) => {
    const vote = { kind: 'finalize', epoch, view: 3n, digest: digit.repeat(64) } as const;
    const message = voteSigningBytes(chainId, vote);
    const signature = signBytes(keysOf(each.name).consensus.privateKey, message);
    return { ...vote, voter: Math.max(0, voter), signature };
  };
  const place = { epoch, voter: Math.max(0, voter) };
  return [
    encodeProof(chainId, { kind: 'votes', ...place, first: signed('a'), second: signed('b') }),
  ];
}

describe('random blocks', () => {
  it('give every machine the same states, epochs that follow each other, and stake that is conserved', () => {
    const reached = { epochs: 0n, slashed: 0, joined: 0, removed: 0 };
    fc.assert(
      fc.property(fc.array(event, { minLength: 5, maxLength: 30 }), (events) => {
        let standing = start;
        let handover = new Uint8Array(32);
        for (const [order, each] of events.entries()) {
          const { epoch, handover: known } = governanceOf(network, standing.map);
          expect(hex(known)).toBe(hex(handover));
          const at = { timeMs: standing.timeMs + BigInt(order % 3), epoch };
          const entries = entriesFor(standing, effectsOf(standing, each));
          const draft = draftBody(context, standing, entries, at, evidenceFor(standing, each));
          const { executed, payload } = draft;
          const seals = executed.handover !== null;
          // Another machine, which read its state from a snapshot.
          const copy = { ...standing, map: mapOf(pairsOf(standing.map)) };
          const execution = executePayload(context, copy, payload, epoch, seals);
          const other = executePayload(context, copy, payload, epoch, !seals);

          expect(draft.left).toEqual([]);
          if (execution.kind !== 'executed') throw new Error(execution.reason);
          expect(other.kind).toBe('invalid');
          const { standing: same } = execution.executed;
          expect(hex(rootOf(same.map))).toBe(hex(rootOf(executed.standing.map)));
          expect({ ...same, map: null }).toEqual({ ...executed.standing, map: null });
          expect(entryLeaves(execution.executed).map(hex)).toEqual(entryLeaves(executed).map(hex));
          const next = governanceOf(network, same.map);
          expect(next.epoch).toBe(seals ? epoch + 1n : epoch);
          if (executed.handover !== null) {
            const leaf = decodeHandoverLeaf(executed.handover.leaf);
            expect(leaf.epoch).toBe(next.epoch);
            expect(leaf.validators.map(({ name }) => name)).toEqual(
              votersOf(next).map(({ name }) => name),
            );
            handover = new Uint8Array(leafHash(executed.handover.leaf));
          }
          const leaving = next.unbonding.reduce((sum, { stake }) => sum + stake, 0n);
          const { slashed, released, bonded } = next;
          expect(stakeOf(next.members) + leaving + slashed + released).toBe(bonded);
          standing = executed.standing;
        }
        const end = governanceOf(network, standing.map);
        if (end.epoch > reached.epochs) reached.epochs = end.epoch;
        if (end.slashed > 0n) reached.slashed += 1;
        if (end.members.some(({ name }) => name > 'd')) reached.joined += 1;
        if (!end.members.some(({ name }) => name === 'a')) reached.removed += 1;
      }),
      { seed: 3, numRuns: 60 },
    );
    // The runs went where they were meant to go.
    expect(reached.epochs).toBeGreaterThan(6n);
    expect(Math.min(reached.slashed, reached.joined, reached.removed)).toBeGreaterThan(1);
  }, 60_000);
});
