import { leaderOf, leaderTable } from '@tallystick/chain/src/core/leader.ts';
import { leaderSlotsMax } from '@tallystick/chain/src/core/params.ts';
import { allRules } from '@tallystick/chain/src/core/rules.ts';
import { isQuorum, validatorSet } from '@tallystick/chain/src/core/validators.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

function setOf(...stakes: readonly bigint[]) {
  const validators = stakes.map((stake, index) => ({
    id: `v${index}`,
    stake,
    consensusKey: Uint8Array.of(index),
  }));
  return validatorSet(3n, validators);
}

describe('a quorum', () => {
  it('is more than two thirds of the stake, not two thirds exactly', () => {
    const set = setOf(33n, 33n, 33n, 1n);

    expect(isQuorum(setOf(1n, 1n, 1n), [0, 1], allRules)).toBe(false);
    expect(isQuorum(set, [0, 1], allRules)).toBe(false);
    expect(isQuorum(set, [0, 1, 3], allRules)).toBe(true);
  });

  it('is not reached by many heads with little stake', () => {
    expect(isQuorum(setOf(97n, 1n, 1n, 1n), [1, 2, 3], allRules)).toBe(false);
    expect(isQuorum(setOf(97n, 1n, 1n, 1n), [0], allRules)).toBe(true);
  });

  it('gives no weight to an index outside the set', () => {
    expect(isQuorum(setOf(1n, 1n, 1n, 1n), [0, 1, 7], allRules)).toBe(false);
  });

  it('always shares more than a third of the stake with any other quorum', () => {
    const stakes = fc.array(fc.bigInt({ min: 1n, max: 10n ** 12n }), {
      minLength: 1,
      maxLength: 9,
    });
    const choice = fc.array(fc.boolean(), { minLength: 9, maxLength: 9 });
    fc.assert(
      fc.property(stakes, choice, choice, (weights, left, right) => {
        const set = setOf(...weights);
        const chosen = (choices: readonly boolean[]) =>
          weights.flatMap((_, index) => (choices[index] ? [index] : []));
        const [one, other] = [chosen(left), chosen(right)];
        if (!isQuorum(set, one, allRules) || !isQuorum(set, other, allRules)) return true;
        const shared = one.filter((index) => other.includes(index));
        const weight = shared.reduce((sum, index) => sum + (weights[index] ?? 0n), 0n);
        return 3n * weight > set.stakeSum;
      }),
      { seed: 2, numRuns: 2000 },
    );
  });
});

describe('a validator set', () => {
  it('is refused when it is empty, too large, without stake, or names someone twice', () => {
    const one = { id: 'a', stake: 1n, consensusKey: Uint8Array.of(1) };
    const many = Array.from({ length: 129 }, (_, index) => ({
      id: `v${index}`,
      stake: 1n,
      consensusKey: Uint8Array.of(index & 255, index >> 8),
    }));

    expect(() => validatorSet(0n, [])).toThrow('is empty');
    expect(() => validatorSet(0n, many)).toThrow('more than 128');
    expect(() => validatorSet(0n, [{ ...one, stake: 0n }])).toThrow('without stake');
    expect(() => validatorSet(0n, [one, { ...one, consensusKey: Uint8Array.of(2) }])).toThrow(
      'peer twice',
    );
    expect(() => validatorSet(0n, [one, { ...one, id: 'b' }])).toThrow('key twice');
  });
});

describe('the leaders', () => {
  it('take turns when all have the same stake', () => {
    const set = setOf(25n, 25n, 25n, 25n);

    expect([1n, 2n, 3n, 4n, 5n].map((view) => leaderOf(set, view))).toEqual([0, 1, 2, 3, 0]);
  });

  it('lead as often as their stake is large, spread over the turn', () => {
    expect(leaderTable([2n, 1n, 1n])).toEqual([0, 1, 2, 0]);
    expect(leaderTable([30n, 10n])).toEqual([0, 0, 1, 0]);
  });

  it('all lead at least once in a table of bounded length', () => {
    const stakes = fc.array(fc.bigInt({ min: 1n, max: 10n ** 18n }), {
      minLength: 1,
      maxLength: 40,
    });
    fc.assert(
      fc.property(stakes, (weights) => {
        const table = leaderTable(weights);
        expect(table.length).toBeLessThanOrEqual(leaderSlotsMax + weights.length);
        expect(new Set(table).size).toBe(weights.length);
      }),
      { seed: 3, numRuns: 100 },
    );
  });
});
