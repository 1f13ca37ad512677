/**
 * Every rule is missed when it is left out: each mutant is tried until the first seed that notices.
 *
 * How many seeds notice each is `npm run sim:mutants`; which rules others make up for, and why, is
 * chain/decisions/0003.
 */
import { describe, expect, it } from 'vitest';
import { type LawName, lawNames } from './laws.ts';
import { redundant, tryWithout } from './mutants.ts';
import { shellMutants, tryShellMutant } from './shell-mutants.ts';

/** Noticed too late for a test: after 886 seeds. The command has the patience. */
const slow: ReadonlySet<string> = new Set(['movesDurable']);
const seedsMax = 250;

function isQuick(rule: LawName): boolean {
  return !slow.has(rule) && !redundant.has(rule);
}

describe('a protocol without one of its rules', () => {
  it.each(lawNames.filter(isQuick))(
    'is noticed: %s',
    (rule) => {
      expect(tryWithout(rule, 1, 1, seedsMax).killingSeeds).toBe(1);
    },
    240_000,
  );
});

describe('a shell without one of its rules', () => {
  it.each(shellMutants)(
    'is noticed: %s',
    async (mutant) => {
      const { killingSeeds, seedsRun } = await tryShellMutant(mutant);

      expect(killingSeeds).toBeGreaterThan(0);
      expect(killingSeeds).toBeLessThanOrEqual(seedsRun);
    },
    400_000,
  );
});
