/**
 * Every place where a validator can crash, one after the other.
 *
 * Four validators agree on two entries, or three of them while the fourth is away, so that a
 * view is nullified on the way. One of them crashes once, at each border between a write, a
 * sync and a send in turn, with each prefix of what it had not synced, and starts again at once or late.
 */
import { validatorSet } from '@tallystick/chain/src/core/validators.ts';
import { describe, expect, it } from 'vitest';
import { seeded } from '../../support/random.ts';
import { allLaws, type Laws, lawsWithout } from './laws.ts';
import { runScenario } from './run.ts';
import type { ExactCrash, Scenario } from './scenario.ts';

const peers = ['v0', 'v1', 'v2', 'v3'] as const;
const boundariesMax = 400;
/** As validator.ts counts what an exact crash could have lost. */
const lostOf = 'lost of ';

function scenarioWith(exactly: ExactCrash, silent: string | null): Scenario {
  const validators = peers.map((id, index) => ({
    id,
    stake: 1n,
    consensusKey: Uint8Array.of(index),
  }));
  const set = validatorSet(0n, validators);
  return {
    peers,
    adversaries: new Map(silent === null ? [] : [[silent, 'silent']]),
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
    disks: { failAtSync: 0, lying: new Set(), flips: 0 },
    clockRates: new Map(),
    clockJumps: [],
    isSlow: false,
    lateTimers: 0.5,
  };
}

type Trials = { tried: number; borders: number; readonly failures: string[] };

/**
 * All places × prefixes × delays for one validator: at each border that it passes, every prefix of
 * what it had not synced there survives in turn. How many were tried, and what went wrong.
 */
function tryAll(peer: string, laws: Laws, silent: string | null): Trials {
  const trials: Trials = { tried: 0, borders: 0, failures: [] };
  for (let boundary = 1; boundary <= boundariesMax; boundary += 1) {
    let unsynced = 0;
    let crashes = 0;
    for (let kept = 0; kept <= unsynced; kept += 1) {
      for (const restartMs of [0, 150]) {
        const scenario = scenarioWith({ peer, boundary, kept, restartMs }, silent);
        const { violations, faults } = runScenario(scenario, seeded(boundary), laws);
        crashes += faults.get('crash') ?? 0;
        unsynced = Math.max(unsynced, unsyncedAt(faults));
        trials.tried += 1;
        for (const violation of violations)
          trials.failures.push(`${boundary}/${kept}: ${violation}`);
      }
    }
    if (crashes === 0) return trials;
    trials.borders = boundary;
  }
  trials.failures.push(`${peer} passes more than ${boundariesMax} borders`);
  return trials;
}

/** How many writes were lost at the struck border when none was kept. */
function unsyncedAt(faults: ReadonlyMap<string, number>): number {
  const name = [...faults.keys()].find((kind) => kind.startsWith(lostOf));
  return name === undefined ? 0 : Number(name.slice(lostOf.length));
}

describe('a validator that crashes', () => {
  it.each([
    ['v0', 'v1'],
    ['v2', 'v1'],
    ['v3', 'v1'],
    ['v0', null],
    ['v1', null],
    ['v2', null],
    ['v3', null],
  ])(
    'keeps its promises wherever %s is struck while %s is away',
    (peer, silent) => {
      const { tried, borders, failures } = tryAll(peer, allLaws, silent);

      expect(failures).toEqual([]);
      expect(borders).toBeGreaterThan(30);
      expect(tried).toBeGreaterThan(2 * borders);
    },
    240_000,
  );

  it.each(['notarizeDurable', 'nullifyDurable'] as const)(
    'breaks them somewhere without the rule %s',
    (rule) => {
      const failures = ['v0', 'v2', 'v3'].flatMap(
        (peer) => tryAll(peer, lawsWithout(rule), 'v1').failures,
      );

      expect(failures).not.toEqual([]);
    },
    240_000,
  );
});
