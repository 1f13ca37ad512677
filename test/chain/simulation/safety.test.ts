/**
 * The protocol under fire: the first half of the gate of 5,000 seeds (safety-more.test.ts has the other,
 * so that two workers share it), and every seed that ever failed.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { allLaws } from './laws.ts';
import { run } from './run.ts';
import { simulate } from './sim.ts';

type KeptSeed = { readonly seed: number; readonly once: string };

const keptSeeds: readonly KeptSeed[] = JSON.parse(
  readFileSync(new URL('seeds.json', import.meta.url), 'utf8'),
);

describe('validators under faults and lies', () => {
  it.each([20_001, 20_501, 21_001, 21_501, 22_001])(
    'keep one chain, blame only the guilty, and finish all work once the network heals, from seed %i on',
    (from) => {
      const { violations, commits } = simulate(from, 500);

      expect(violations).toEqual([]);
      expect(commits).toBeGreaterThan(2_500);
    },
    400_000,
  );

  it.each(keptSeeds)('withstand seed $seed, where once $once', ({ seed }) => {
    expect(run(seed).violations).toEqual([]);
  });

  it('live through the same events when a seed is run again', () => {
    const once: string[] = [];
    const again: string[] = [];

    run(77, allLaws, (line) => once.push(line));
    run(77, allLaws, (line) => again.push(line));

    expect(once.length).toBeGreaterThan(100);
    expect(again).toEqual(once);
  });
});
