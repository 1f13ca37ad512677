/**
 * Every place where a validator can crash, one after the other.
 *
 * Three validators of four agree on two entries; the fourth is away, so that a view
 * is nullified on the way. One of the three crashes once, at each border
 * between a write, a sync and a send in turn, with each prefix of what it had not
 * synced, and starts again at once or late.
 */
import { allRules, type Rules } from '@tallystick/chain/src/core/rules.ts';
import { validatorSet } from '@tallystick/chain/src/core/validators.ts';
import { describe, expect, it } from 'vitest';
import { seeded } from '../../support/random.ts';
import { runScenario } from './run.ts';
import type { ExactCrash, Scenario } from './scenario.ts';

const peers = ['v0', 'v1', 'v2', 'v3'] as const;
const boundariesMax = 400;
const keptMax = 3;

function scenarioWith(exactly: ExactCrash): Scenario {
  const validators = peers.map((id, index) => ({
    id,
    stake: 1n,
    consensusKey: Uint8Array.of(index),
  }));
  const set = validatorSet(0n, validators);
  return {
    peers,
    adversaries: new Map([['v1', 'silent']]),
    epochLength: 0n,
    setOf: () => set,
    healMs: 300,
    entries: 2,
    network: { delayMaxMs: 3, drop: 0, duplicate: 0, partitions: [], asBytes: false },
    crashes: {
      atBoundary: 0,
      perValidatorMax: 0,
      restartMaxMs: 0,
      allAt: [],
      allAfterVote: 0,
      exactly,
    },
    clockRates: new Map(),
    isSlow: false,
    lateTimers: 0.5,
  };
}

/** All places × prefixes × delays for one validator: how many were tried, and what went wrong. */
function tryAll(
  peer: string,
  rules: Rules,
): { readonly tried: number; readonly failures: string[] } {
  const failures: string[] = [];
  let tried = 0;
  for (let boundary = 1; boundary <= boundariesMax; boundary += 1) {
    let crashes = 0;
    for (let kept = 0; kept <= keptMax; kept += 1) {
      for (const restartMs of [0, 150]) {
        const scenario = scenarioWith({ peer, boundary, kept, restartMs });
        const { violations, faults } = runScenario(scenario, seeded(boundary), rules);
        crashes += faults.get('crash') ?? 0;
        tried += 1;
        for (const violation of violations) failures.push(`${boundary}/${kept}: ${violation}`);
      }
    }
    if (crashes === 0) break;
  }
  return { tried, failures };
}

describe('a validator that crashes', () => {
  it.each(['v0', 'v2', 'v3'])('keeps its promises wherever %s is struck', (peer) => {
    const { tried, failures } = tryAll(peer, allRules);

    expect(failures).toEqual([]);
    expect(tried).toBeGreaterThan(300);
  });

  it.each(['notarizeDurable', 'nullifyDurable'] as const)(
    'breaks them somewhere without the rule %s',
    (rule) => {
      const rules = { ...allRules, [rule]: false };
      const failures = ['v0', 'v2', 'v3'].flatMap((peer) => tryAll(peer, rules).failures);

      expect(failures).not.toEqual([]);
    },
  );
});
