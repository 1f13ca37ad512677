/** P7: when a validator that starts may sign, and from where on. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SignedVote } from '../../../chain/src/core/vote.ts';
import { makeRecall } from '../../../chain/src/net/recall.ts';

const peers = new Map([
  ['east', 1n],
  ['south', 1n],
  ['west', 1n],
]);
const at = (view: bigint, epoch = 1n) => ({ epoch, view });
const answer = (view: bigint, seen: SignedVote | null = null) => ({ place: at(view), seen });

function vote(view: bigint): SignedVote {
  const digest = 'ab'.repeat(32);
  return { kind: 'notarize', epoch: 1n, view, digest, voter: 0, signature: new Uint8Array(64) };
}

describe('a validator whose log is whole', () => {
  it('signs as soon as those who answered are a quorum with itself', () => {
    const recall = makeRecall({ ownStake: 1n, peers, lastSigned: at(7n), isForgetful: false });

    recall.hear('east', answer(9n));
    const afterOne = recall.verdict();
    recall.hear('east', answer(10n));
    const afterTheSame = recall.verdict();
    recall.hear('south', answer(9n, vote(7n)));

    expect([afterOne, afterTheSame]).toEqual([{ kind: 'wait' }, { kind: 'wait' }]);
    expect(recall.verdict()).toEqual({ kind: 'sound' });
  });

  it('learns that it was set back when a peer shows a later vote of its own', () => {
    const recall = makeRecall({ ownStake: 1n, peers, lastSigned: at(7n), isForgetful: false });

    recall.hear('east', answer(9n, vote(8n)));
    recall.hear('south', answer(9n));
    const afterTwo = recall.verdict();
    recall.hear('west', answer(12n));

    expect(afterTwo).toEqual({ kind: 'wait' });
    expect(recall.verdict()).toEqual({ kind: 'forgetful', floor: at(13n) });
  });

  it('counts stake and not heads', () => {
    const heavy = new Map([
      ['east', 5n],
      ['south', 1n],
    ]);
    const recall = makeRecall({ ownStake: 1n, peers: heavy, lastSigned: null, isForgetful: false });

    recall.hear('south', answer(1n));
    const light = recall.verdict();
    recall.hear('east', answer(1n));

    expect(light).toEqual({ kind: 'wait' });
    expect(recall.verdict()).toEqual({ kind: 'sound' });
  });

  it('has nobody to ask when it is alone', () => {
    const recall = makeRecall({
      ...{ ownStake: 1n, peers: new Map(), lastSigned: at(3n), isForgetful: true },
    });

    expect(recall.verdict()).toEqual({ kind: 'sound' });
  });

  it('does not count whoever is no validator', () => {
    const recall = makeRecall({ ownStake: 1n, peers, lastSigned: null, isForgetful: false });
    for (const name of ['server', 'stranger', 'other']) recall.hear(name, answer(1n));

    expect(recall.verdict()).toEqual({ kind: 'wait' });
  });
});

describe('a forgetful validator', () => {
  it('signs above everything that any quorum of peers can have seen it in', () => {
    // It voted in a view that it had entered by the votes of a quorum, itself among them or not.
    fc.assert(
      fc.property(
        fc.bigInt({ min: 2n, max: 1_000n }),
        fc.subarray(['east', 'south', 'west'], { minLength: 2, maxLength: 3 }),
        fc.constantFrom('east', 'south', 'west', null),
        fc.array(fc.bigInt({ min: 1n, max: 2_000n }), { minLength: 3, maxLength: 3 }),
        (signedIn, voters, liar, lies) => {
          const recall = makeRecall({ ownStake: 1n, peers, lastSigned: null, isForgetful: true });
          [...peers.keys()].forEach((name, order) => {
            const isHonestVoter = voters.includes(name) && name !== liar;
            recall.hear(name, answer(isHonestVoter ? signedIn - 1n : (lies[order] ?? 1n)));
          });
          const verdict = recall.verdict();

          expect(verdict.kind).toBe('forgetful');
          if (verdict.kind === 'forgetful') {
            expect(verdict.floor.view).toBeGreaterThanOrEqual(signedIn);
          }
        },
      ),
      { seed: 7, numRuns: 300 },
    );
  });

  it('never comes out below what its own log holds, and minds the epoch', () => {
    const recall = makeRecall({ ownStake: 1n, peers, lastSigned: at(40n, 2n), isForgetful: true });
    for (const name of peers.keys()) recall.hear(name, answer(90n));

    expect(recall.verdict()).toEqual({ kind: 'forgetful', floor: at(41n, 2n) });
  });
});
