/** What overtakes the end of an epoch is kept for those who have yet to see it, and never more than a little. */
import { describe, expect, it } from 'vitest';
import type { Message } from '../../../chain/src/core/message.ts';
import type { SignedVote } from '../../../chain/src/core/vote.ts';
import { makeEarly } from '../../../chain/src/shell/early.ts';

const digest = 'ab'.repeat(32);
const signature = new Uint8Array(64);

function voteOf(view: bigint): SignedVote {
  return { kind: 'notarize', epoch: 2n, view, digest, voter: 0, signature };
}

const vote = (view: bigint): Message => ({ kind: 'vote', vote: voteOf(view) });

function proposal(payloadBytes: number): Message {
  const payload = { bytes: new Uint8Array(payloadBytes), seals: false };
  const parent = { view: 0n, digest };
  const block = { epoch: 2n, view: 1n, height: 5n, parent, payload, filler: false, digest };
  const own = { ...voteOf(1n), kind: 'propose' as const };
  return {
    kind: 'propose',
    proposal: { block, vote: own, parentCertificate: null, nullifications: [] },
  };
}

describe('messages of the epoch that begins next', () => {
  it('are heard once, in order, by whom they are for, when that epoch has begun', () => {
    const early = makeEarly();
    early.keep(0, 2n, 'north', proposal(10));
    early.keep(0, 2n, 'east', vote(1n));
    early.keep(1, 2n, 'east', vote(1n));

    const tooSoon = early.take(0, 1n);
    const heard = early.take(0, 2n);

    expect(tooSoon).toEqual([]);
    expect(heard.map(({ from, message }) => `${from} ${message.kind}`)).toEqual([
      'north propose',
      'east vote',
    ]);
    expect(early.take(0, 2n)).toEqual([]);
    expect(early.take(1, 2n)).toHaveLength(1);
  });

  it('are forgotten when the chain has gone past their epoch', () => {
    const early = makeEarly();
    early.keep(0, 2n, 'north', vote(1n));
    early.keep(0, 3n, 'north', vote(2n));

    expect(early.take(0, 3n)).toHaveLength(1);
    expect(early.take(0, 2n)).toEqual([]);
  });

  it('are few of each sender, one proposal among them, and no request', () => {
    const early = makeEarly();
    for (let view = 1n; view <= 40n; view += 1n) early.keep(0, 2n, 'north', vote(view));
    for (const from of ['east', 'east', 'south']) early.keep(0, 2n, from, proposal(1_000));
    early.keep(0, 2n, 'west', { kind: 'tip', epoch: 2n, height: 9n });

    const senders = early.take(0, 2n).map(({ from }) => from);

    expect(senders.filter((from) => from === 'north')).toHaveLength(16);
    expect(senders.slice(16)).toEqual(['east', 'south']);
  });

  it('hold no more than two of the largest payloads, whoever sends them', () => {
    const early = makeEarly();
    const largest = 4 * 1024 * 1024;
    for (const from of ['east', 'south', 'west']) early.keep(0, 2n, from, proposal(largest));

    expect(early.take(0, 2n).map(({ from }) => from)).toEqual(['east', 'south']);
  });
});
