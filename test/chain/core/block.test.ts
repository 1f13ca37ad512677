/** What a block carries: strict bytes, the state that follows, and nothing that may not stand. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeEntry } from '../../../chain/src/act/act.ts';
import {
  blockEntriesMax,
  decodeBody,
  demandsOf,
  draftBody,
  encodeBody,
  entryLeaves,
  executePayload,
  type Standing,
} from '../../../chain/src/core/block.ts';
import { makeMempool } from '../../../chain/src/core/mempool.ts';
import {
  applyEntry,
  genesisState,
  type ReadEntry,
  readEntry,
} from '../../../chain/src/core/state.ts';
import { rootOf } from '../../../chain/src/core/state-map.ts';
import { hex, sha256, utf8 } from '../../../chain/src/crypto/digest.ts';
import { type Act, actor, operator } from '../../support/chain-world.ts';

const chainId = sha256(utf8('a chain'));
const context = { chainId, operatorGroups: new Set([hex(operator.group)]) };
const { channel } = actor(chainId, operator);
const start: Standing = {
  ...{ height: 0n, size: 0n, timeMs: 1_000n },
  map: genesisState([{ ...operator, channel, custody: 'operator' }]),
};

function read(act: Act): ReadEntry {
  const entry = readEntry(act.header, act.signature);
  if (entry === undefined) throw new Error('the act is readable');
  return entry;
}

function acts(count: number): readonly ReadEntry[] {
  const writer = actor(chainId, operator);
  return Array.from({ length: count }, () => read(writer.act()));
}

const at = { timeMs: 5_000n, epoch: 1n };

describe('a block', () => {
  it('is executed to what its draft said', () => {
    const draft = draftBody(context, start, acts(5), at);
    const execution = executePayload(context, start, draft.payload, 1n);

    expect(execution.kind).toBe('executed');
    if (execution.kind !== 'executed') return;
    expect(execution.executed.standing).toMatchObject({ height: 1n, size: 6n, timeMs: 5_000n });
    expect(hex(rootOf(execution.executed.standing.map))).toBe(hex(draft.executed.body.stateRoot));
    const { executed, signers } = execution;
    expect(demandsOf(context, executed.body, signers)?.length).toBe(5);
    const [first, ...others] = executed.body.entries;
    expect(
      demandsOf(context, executed.body, signers, (entry) => entry !== first)?.map(
        ({ entry }) => entry,
      ),
    ).toEqual([first]);
    if (first === undefined) throw new Error();
    const odd = { ...first, signature: new Uint8Array(63) };
    const unfit = { ...executed.body, entries: [odd, ...others] };
    expect(demandsOf(context, unfit, signers)).toBeUndefined();
    expect(entryLeaves(execution.executed).map((leaf) => hex(decodeEntry(leaf).actHash))).toEqual(
      draft.executed.body.entries.map(({ actHash }) => hex(actHash)),
    );
  });

  it('takes acts that wait as they were read, but not one that came with another signature', () => {
    const waiting = acts(3);
    const { payload } = draftBody(context, start, waiting, at);
    const byName = new Map(waiting.map((entry) => [entry.name, entry]));
    const [first, second] = waiting;
    if (first === undefined || second === undefined) throw new Error('there are three');
    byName.set(first.name, { ...first, signature: new Uint8Array(64) });
    const known = decodeBody(payload, (name) => byName.get(name))?.entries ?? [];
    const alone = decodeBody(payload)?.entries ?? [];

    expect(known[0]).not.toBe(byName.get(first.name));
    expect(known[1]).toBe(second);
    expect(alone[1]).not.toBe(second);
    expect(known).toEqual(alone);
  });

  it('believes what an act was found to do on the same map only', () => {
    const [first, second] = acts(2);
    if (first === undefined || second === undefined) throw new Error('there are two');
    const { payload } = draftBody(context, start, [first, second], at);
    const moment = { epoch: 1n, timeMs: at.timeMs };
    const trial = applyEntry(context, start.map, first, moment);
    const asked: string[] = [];
    const execution = executePayload(context, start, payload, 1n, false, {
      act: (name) => (name === first.name ? first : second),
      foreseen: (entry, map) => {
        asked.push(entry.name);
        return map === start.map ? trial : undefined;
      },
    });

    expect(asked).toEqual([first.name, second.name]);
    expect(execution).toMatchObject({ kind: 'executed' });
    expect(execution).toEqual(executePayload(context, start, payload, 1n));
  });

  it('leaves out what may not stand, names it, and takes the rest', () => {
    const [first, second, third] = acts(3);
    if (first === undefined || second === undefined || third === undefined) throw new Error();
    const draft = draftBody(context, start, [third, first, second, first], at);

    expect(draft.executed.body.entries).toEqual([first, second]);
    expect(draft.left).toEqual([
      { entry: third, fault: 'SEQUENCE_AHEAD' },
      { entry: first, fault: 'SEQUENCE_STALE' },
    ]);
  });

  it('is refused whole for one act that may not stand', () => {
    const [first, second] = acts(2);
    if (first === undefined || second === undefined) throw new Error();
    const { stateRoot } = draftBody(context, start, [first], at).executed.body;
    const payload = encodeBody({ timeMs: 5_000n, stateRoot, entries: [second], evidence: [] });

    expect(executePayload(context, start, payload, 1n)).toEqual({
      kind: 'invalid',
      reason: 'entry 0: SEQUENCE_AHEAD',
    });
  });

  it('is refused when its state root is not the one that follows', () => {
    const { body } = draftBody(context, start, acts(2), at).executed;
    const payload = encodeBody({ ...body, stateRoot: sha256(body.stateRoot) });

    expect(executePayload(context, start, payload, 1n)).toMatchObject({ kind: 'invalid' });
  });

  it('never goes back in time: a slow clock takes the parent’s', () => {
    const late = { ...start, timeMs: 9_000n };
    const draft = draftBody(context, late, acts(1), at);
    const early = encodeBody({ ...draft.executed.body, timeMs: 8_999n });

    expect(draft.executed.body.timeMs).toBe(9_000n);
    expect(executePayload(context, late, draft.payload, 1n).kind).toBe('executed');
    expect(executePayload(context, late, early, 1n)).toEqual({
      kind: 'invalid',
      reason: 'time runs backwards',
    });
  });

  it('has one encoding: no altered octet is the same block, and no other length is a block', () => {
    const { payload } = draftBody(context, start, acts(3), at);
    const before = executePayload(context, start, payload, 1n);
    if (before.kind !== 'executed') throw new Error('the block stands');

    fc.assert(
      fc.property(fc.nat(payload.length - 1), fc.nat(7), (octet, bit) => {
        const hurt = payload.slice();
        hurt[octet] = (hurt[octet] ?? 0) ^ (1 << bit);
        const body = decodeBody(hurt);
        expect(body === undefined || hex(encodeBody(body)) === hex(hurt)).toBe(true);
        expect(body === undefined || hex(encodeBody(body)) !== hex(payload)).toBe(true);
      }),
      { seed: 5, numRuns: 400 },
    );
    for (let length = 0; length < payload.length; length += 1) {
      expect(decodeBody(payload.subarray(0, length))).toBeUndefined();
    }
    expect(decodeBody(Uint8Array.of(...payload, 0))).toBeUndefined();
  });

  it('takes no more entries than its limit', () => {
    const many = acts(3);
    const endless = (function* () {
      for (let round = 0; round <= blockEntriesMax; round += 1) yield* many;
    })();

    expect(draftBody(context, start, endless, at).executed.body.entries.length).toBe(3);
    const empty = { timeMs: 1n, stateRoot: new Uint8Array(32), entries: [], evidence: [] };
    const count = encodeBody(empty);
    new DataView(count.buffer).setUint32(41, blockEntriesMax + 1);
    expect(decodeBody(count)).toBeUndefined();
  });
});

describe('the mempool', () => {
  it('keeps each act once, in the order of coming', () => {
    const pool = makeMempool();
    const [first, second, third] = acts(3);
    if (first === undefined || second === undefined || third === undefined) throw new Error();
    for (const entry of [second, first, second, third]) expect(pool.add(entry)).toBe(true);
    pool.remove(first.name);
    pool.remove(first.name);

    expect(pool.size()).toBe(2);
    expect([...pool.waiting(new Set([second.name]))]).toEqual([third]);
    expect(pool.first(5)).toEqual([second.name, third.name]);
    expect(pool.has(first.name)).toBe(false);
  });
});
