/** P7: when a validator that starts may sign, and from where on. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SignedVote } from '../../../chain/src/core/vote.ts';
import { makeRecall, type RecallOptions, type Standing } from '../../../chain/src/net/recall.ts';
import type { Place } from '../../../chain/src/shell/signer.ts';

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
  const names = ['north', 'east', 'south', 'west', 'up', 'down', 'over'];
  const set = fc
    .uniqueArray(fc.constantFrom(...names.slice(1)), { minLength: 3, maxLength: 6 })
    .chain((others) =>
      fc.array(fc.bigInt({ min: 1n, max: 3n }), { minLength: 6, maxLength: 6 }).map(
        (stakes): Stakes => ({
          north: 1n,
          ...Object.fromEntries(others.map((name, order) => [name, stakes[order] ?? 1n])),
        }),
      ),
    );

  /**
   * A history: in each epoch a few views, each entered by the votes of a quorum in the one before, the next epoch by
   * their finalize votes for the last. Whoever voted in a view is in the next, or still there; whoever did not may
   * be anywhere before. Of the votes nobody forgets anything but north, and one liar says what it likes.
   */
  const history = fc.record({
    sets: fc.array(set, { minLength: 1, maxLength: 4 }),
    views: fc.array(fc.integer({ min: 2, max: 4 }), { minLength: 4, maxLength: 4 }),
    end: fc.record({ epoch: fc.integer({ min: 0, max: 3 }), view: fc.integer({ min: 1, max: 4 }) }),
    away: fc.array(fc.constantFrom(...names.slice(1)), { minLength: 8, maxLength: 16 }),
    liar: fc.constantFrom(...names.slice(1), 'nobody'),
    lie: fc.record({ epoch: fc.bigInt(1n, 4n), view: fc.bigInt(1n, 9n) }),
    tips: fc.array(fc.bigInt(1n, 9n), { minLength: 4, maxLength: 4 }),
  });

  it('it signs again nowhere, through any change of the set', () => {
    const seen = { decided: 0, silent: 0, later: 0 };
    fc.assert(
      fc.property(history, ({ sets, views, end, away, liar, lie, tips }) => {
        const isFaultBounded = sets.every((each) => {
          const total = Object.values(each).reduce((sum, stake) => sum + stake, 0n);
          return 3n * ((each[liar] ?? 0n) + 1n) < total;
        });
        fc.pre(isFaultBounded);
        const { places, signed } = lived(sets, views, end, away);
        const recall = recallOf({ isForgetful: true });
        for (const name of names.slice(1)) {
          const place = name === liar ? lie : places.get(name);
          if (place !== undefined) recall.hear(name, answer(place));
        }

        // The chain goes on, epoch after epoch, and the validator with it, until it may vote.
        for (let epoch = 1; epoch <= sets.length; epoch += 1) {
          const known = sets.slice(0, epoch);
          const ended = epoch === 1 ? null : at(9n, BigInt(epoch - 1));
          const open = at(tips[epoch - 1] ?? 1n, BigInt(epoch));
          // A view of an epoch can be final and the epoch open only below the view that ended it.
          const last = places.size > 0 ? endOf(views, end, epoch) : null;
          const tipsHere = last === null || open.view < last ? [ended, open] : [ended];
          for (const tip of tipsHere) {
            const verdict = recall.verdict(standing(tip, ...known));
            if (verdict.kind === 'silent') seen.silent += 1;
            if (verdict.kind !== 'vote') continue;
            seen.decided += 1;
            if (epoch > 1) seen.later += 1;
            const from = tip !== null && tip.epoch === BigInt(epoch) ? tip : at(0n, BigInt(epoch));
            const again = signed.find(
              (place) =>
                place.epoch > from.epoch || (place.epoch === from.epoch && place.view > from.view),
            );
            expect(again).toBeUndefined();
            return;
          }
        }
      }),
      { seed: 7, numRuns: 4_000 },
    );
    expect(Math.min(seen.decided, seen.silent, seen.later)).toBeGreaterThan(100);
  });

  /** The view whose finalization ended an epoch in that history; null while it was open at its end. */
  function endOf(
    views: readonly number[],
    end: { readonly epoch: number; readonly view: number },
    epoch: number,
  ): bigint | null {
    return epoch - 1 < end.epoch ? BigInt(views[epoch - 1] ?? 2) : null;
  }

  /** Where everybody is at the end, and where north may have signed: everywhere that it could enter. */
  function lived(
    sets: readonly Stakes[],
    views: readonly number[],
    end: { readonly epoch: number; readonly view: number },
    away: readonly string[],
  ): { readonly places: ReadonlyMap<string, Place>; readonly signed: readonly Place[] } {
    const places = new Map<string, Place>();
    const signed: Place[] = [];
    let step = 0;
    for (const [order, stakes] of sets.entries()) {
      if (order > end.epoch) break;
      const epoch = BigInt(order + 1);
      const total = Object.values(stakes).reduce((sum, stake) => sum + stake, 0n);
      const last = order < end.epoch ? (views[order] ?? 2) : end.view;
      for (let view = 1; view <= last; view += 1) {
        signed.push(at(BigInt(view), epoch));
        // Who is left out of this quorum; nobody where the rest would be none.
        const left = away[step % away.length] ?? '';
        step += 1;
        const rest = total - (stakes[left] ?? 0n);
        const isLeftOut = 3n * rest > 2n * total;
        const isLastOfAll = order === end.epoch && view === last;
        for (const name of Object.keys(stakes)) {
          if (name === 'north' || (isLeftOut && name === left)) continue;
          // In the last view of all only north has voted so far.
          if (!isLastOfAll) places.set(name, at(BigInt(view), epoch));
        }
        // Who voted that the last view of an epoch is final was in the view after it.
        if (order < end.epoch && view === last) {
          for (const [name, place] of places) {
            const isVoter = place.epoch === epoch && place.view === BigInt(view);
            if (isVoter) places.set(name, at(BigInt(view) + 1n, epoch));
          }
        }
      }
    }
    for (const name of names.slice(1)) if (!places.has(name)) places.set(name, at(1n));
    return { places, signed };
  }
});
