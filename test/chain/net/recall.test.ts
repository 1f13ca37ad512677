/** P7: when a validator that starts may sign, and from where on. */
import { describe, expect, it } from 'vitest';
import type { SignedVote } from '../../../chain/src/core/vote.ts';
import { makeRecall, type RecallOptions, type Standing } from '../../../chain/src/net/recall.ts';
import type { Place } from '../../../chain/src/shell/signer.ts';
import { tryRecall } from '../simulation/forgotten.ts';

type Stakes = Readonly<Record<string, bigint>>;

const equal: Stakes = { north: 1n, east: 1n, south: 1n, west: 1n };
const at = (view: bigint, epoch = 1n): Place => ({ epoch, view });
const answer = (place: Place, seen: SignedVote | null = null) => ({ place, seen });

function vote(view: bigint): SignedVote {
  const digest = 'ab'.repeat(32);
  return { kind: 'notarize', epoch: 1n, view, digest, voter: 0, signature: new Uint8Array(64) };
}

function recallOf(options: Partial<RecallOptions>) {
  return makeRecall({ self: 'north', lastSigned: null, isForgetful: false, ...options });
}

/** Sets by epoch, the first of them for epoch 1; the last is that of the newest. */
function standing(tip: Place | null, ...sets: readonly Stakes[]): Standing {
  const known = sets.length > 0 ? sets : [equal];
  return {
    epoch: BigInt(known.length),
    tip,
    stakesOf: (epoch) => {
      const set = known[Number(epoch) - 1];
      return set === undefined ? undefined : new Map(Object.entries(set));
    },
  };
}

describe('a validator whose log is whole', () => {
  it('signs as soon as those who answered are a quorum with itself', () => {
    const recall = recallOf({ lastSigned: at(7n) });

    recall.hear('east', answer(at(9n)));
    const afterOne = recall.verdict(standing(at(7n)));
    recall.hear('east', answer(at(10n)));
    const afterTheSame = recall.verdict(standing(at(7n)));
    recall.hear('south', answer(at(9n), vote(7n)));

    expect([afterOne, afterTheSame]).toEqual([{ kind: 'wait' }, { kind: 'wait' }]);
    expect(recall.verdict(standing(at(7n)))).toEqual({ kind: 'vote' });
  });

  it('learns that it was set back when a peer shows a later vote of its own', () => {
    const recall = recallOf({ lastSigned: at(7n) });

    recall.hear('east', answer(at(9n), vote(8n)));
    recall.hear('south', answer(at(9n)));
    const afterTwo = recall.verdict(standing(at(7n)));
    recall.hear('west', answer(at(12n)));

    expect(recall.isForgetful()).toBe(true);
    expect(afterTwo).toEqual({ kind: 'wait' });
    expect(recall.verdict(standing(at(7n)))).toEqual({ kind: 'silent', floor: at(13n) });
  });

  it('counts stake and not heads', () => {
    const heavy = { north: 1n, east: 5n, south: 1n };
    const recall = recallOf({});

    recall.hear('south', answer(at(1n)));
    const light = recall.verdict(standing(null, heavy));
    recall.hear('east', answer(at(1n)));

    expect(light).toEqual({ kind: 'wait' });
    expect(recall.verdict(standing(null, heavy))).toEqual({ kind: 'vote' });
  });

  it('counts those who vote in the newest epoch that it knows, and no longer those of the first', () => {
    const later = { north: 1n, west: 1n, up: 1n, down: 1n };
    const recall = recallOf({});

    for (const name of ['east', 'south', 'west']) recall.hear(name, answer(at(3n)));
    const byOldPeers = recall.verdict(standing(at(3n), equal, later));
    recall.hear('up', answer(at(1n, 2n)));

    expect(byOldPeers).toEqual({ kind: 'wait' });
    expect(recall.verdict(standing(at(3n), equal, later))).toEqual({ kind: 'vote' });
  });

  it('first catches up when its peers are in an epoch that has not begun for it', () => {
    const recall = recallOf({});
    for (const name of ['east', 'south', 'west']) recall.hear(name, answer(at(4n, 2n)));

    expect(recall.verdict(standing(at(3n)))).toEqual({ kind: 'wait' });
    expect(recall.verdict(standing(at(3n), equal, equal))).toEqual({ kind: 'vote' });
  });

  it('has nobody to ask when it is alone', () => {
    const recall = recallOf({ lastSigned: at(3n), isForgetful: true });

    expect(recall.verdict(standing(at(3n), { north: 1n }))).toEqual({ kind: 'vote' });
  });

  it('does not count whoever is no validator', () => {
    const recall = recallOf({});
    for (const name of ['server', 'stranger', 'other']) recall.hear(name, answer(at(1n)));

    expect(recall.verdict(standing(null))).toEqual({ kind: 'wait' });
  });
});

describe('a forgetful validator', () => {
  it('is silent until a view above the floor is final, and then votes', () => {
    const recall = recallOf({ isForgetful: true });
    for (const name of ['east', 'south', 'west']) recall.hear(name, answer(at(5n)));

    expect(recall.verdict(standing(at(3n)))).toEqual({ kind: 'silent', floor: at(6n) });
    expect(recall.verdict(standing(at(5n)))).toEqual({ kind: 'silent', floor: at(6n) });
    expect(recall.verdict(standing(at(6n)))).toEqual({ kind: 'vote' });
  });

  it('may have voted in the first view of an epoch that none of its peers has reached', () => {
    // It alone had seen epoch 1 end, at view 4, and led view 1 of epoch 2; its peers were still in view 5.
    const recall = recallOf({ isForgetful: true });
    for (const name of ['east', 'south', 'west']) recall.hear(name, answer(at(5n)));

    // The epoch ends again, by a view that is above the floor: the line that it seals is the same.
    const ended = recall.verdict(standing(at(8n), equal, equal));
    const firstView = recall.verdict(standing(at(1n, 2n), equal, equal));

    expect(ended).toEqual({ kind: 'silent', floor: at(1n, 2n) });
    expect(firstView).toEqual({ kind: 'vote' });
  });

  it('was never in an epoch that its peers could not yet have opened, however short they are', () => {
    const recall = recallOf({ isForgetful: true });
    for (const name of ['east', 'south', 'west']) recall.hear(name, answer(at(2n)));

    // Epochs of one block: no final view ever stands in an epoch that is still open.
    expect(recall.verdict(standing(at(2n), equal, equal)).kind).toBe('silent');
    expect(recall.verdict(standing(at(1n, 2n), equal, equal, equal))).toEqual({ kind: 'vote' });
  });

  it('asks those who vote in the next epoch, when they are others', () => {
    const later = { north: 1n, up: 1n, down: 1n, over: 1n };
    const recall = recallOf({ isForgetful: true });
    for (const name of ['east', 'south', 'west']) recall.hear(name, answer(at(5n)));

    const byOldPeers = recall.verdict(standing(at(30n, 2n), equal, later));
    for (const name of ['up', 'down', 'over']) recall.hear(name, answer(at(60n, 2n)));

    expect(byOldPeers).toEqual({ kind: 'wait' });
    expect(recall.verdict(standing(at(30n, 2n), equal, later))).toEqual({
      kind: 'silent',
      floor: at(61n, 2n),
    });
  });

  it('does not heed a single liar who names a view far away, where there are enough others', () => {
    const seven = { ...equal, up: 1n, down: 1n, over: 1n };
    const recall = recallOf({ isForgetful: true });
    const honest = ['east', 'south', 'west', 'up', 'down'];

    recall.hear('over', answer(at(2n ** 40n)));
    for (const name of honest) recall.hear(name, answer(at(9n)));

    expect(recall.verdict(standing(at(3n), seven))).toEqual({ kind: 'silent', floor: at(10n) });
  });

  it('never comes out below what its own log holds, and minds the epoch', () => {
    const recall = recallOf({ lastSigned: at(40n, 2n), isForgetful: true });
    for (const name of ['east', 'south', 'west']) recall.hear(name, answer(at(90n)));

    expect(recall.verdict(standing(at(91n), equal, equal))).toEqual({
      kind: 'silent',
      floor: at(41n, 2n),
    });
  });
});

describe('whatever a forgetful validator once signed', () => {
  it('it signs again nowhere, through any change of the set, and it is not silent for ever', () => {
    const ends = Array.from({ length: 5_000 }, (_, order) => tryRecall(order + 1));
    const problems = ends.flatMap(({ problem }, order) =>
      problem === null ? [] : [`seed ${order + 1}: ${problem}`],
    );

    expect(problems).toEqual([]);
    expect(ends.filter(({ votesIn }) => votesIn !== null).length).toBeGreaterThan(1_000);
    expect(ends.filter(({ votesIn }) => votesIn !== null && votesIn > 1n).length).toBeGreaterThan(
      500,
    );
    expect(ends.filter(({ silentIn }) => silentIn > 0).length).toBeGreaterThan(1_000);
  });
});
