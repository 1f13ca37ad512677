/**
 * The protocol under fire: a few hundred seeds, and every seed that ever failed.
 *
 * The gate of 5,000 seeds is `npm run sim -- --seeds 5000`.
 */
import { readFileSync } from 'node:fs';
import { allRules } from '@tallystick/chain/src/core/rules.ts';
import { describe, expect, it } from 'vitest';
import { run } from './run.ts';

type KeptSeed = { readonly seed: number; readonly once: string };

const keptSeeds: readonly KeptSeed[] = JSON.parse(
  readFileSync(new URL('seeds.json', import.meta.url), 'utf8'),
);

describe('validators under faults and lies', () => {
  it('keep one chain, blame only the guilty, and finish all work once the network heals', () => {
    const failures: string[] = [];
    let commits = 0;
    for (let seed = 20_001; seed <= 20_300; seed += 1) {
      const outcome = run(seed, allRules);
      commits += outcome.commits;
      for (const violation of outcome.violations) failures.push(`seed ${seed}: ${violation}`);
    }

    expect(failures).toEqual([]);
    expect(commits).toBeGreaterThan(1_500);
  });

  it.each(keptSeeds)('withstand seed $seed, where once $once', ({ seed }) => {
    expect(run(seed, allRules).violations).toEqual([]);
  });

  it('live through the same events when a seed is run again', () => {
    const once: string[] = [];
    const again: string[] = [];

    run(77, allRules, (line) => once.push(line));
    run(77, allRules, (line) => again.push(line));

    expect(once.length).toBeGreaterThan(100);
    expect(again).toEqual(once);
  });

  it.each([
    ['neverFinalizesNullified', 'signed nullify and finalize'],
    ['skippedNullified', 'is not nullified'],
    ['quorumByStake', 'without a quorum'],
    ['nullifyDurable', 'signed nullify and finalize'],
    ['durableBeforeSent', 'signed'],
    ['ancestorsFirst', 'does not follow'],
    ['retries', 'stalled'],
  ] as const)('are caught when the rule %s is left out', (rule, complaint) => {
    const rules = { ...allRules, [rule]: false };
    const complaints = Array.from(
      { length: 60 },
      (_, seed) => run(seed + 1, rules).violations,
    ).flat();

    expect(complaints.filter((text) => text.includes(complaint))).not.toEqual([]);
  });
});
