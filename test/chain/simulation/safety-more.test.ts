/** The second half of the gate of 5,000 seeds: see safety.test.ts. Every fault of the table must have been met. */
import { describe, expect, it } from 'vitest';
import { simulate } from './sim.ts';

/** What README.md promises to do to the validators, as the runs count it. */
const faults = [
  ...['dropped', 'doubled', 'overtaken', 'delayed beyond Δ', 'bytes bent'],
  ...['cut', 'cut one way', 'cut, flapping', 'cut one way, flapping'],
  ...['crash before a sync', 'crash after a sync', 'crash before a send', 'crash after a send'],
  ...['crash of all at once', 'restart at once', 'restart late'],
  ...['unsynced writes lost', 'torn tail', 'disk: EIO', 'disk: ENOSPC'],
  ...['disk: flipped bit in the last batch', 'disk: flipped bit before the last batch'],
  ...['clock jumped ahead', 'clock jumped back', 'epoch opened', 'membership changed'],
  ...['double propose', 'double notarize', 'double finalize', 'withheld', 'lying proposal'],
  ...['selective certificate', 'wrong-weight certificate', 'stale epoch', 'edge signature'],
  ...['malformed bytes', 'proposal by another than the leader'],
] as const;

describe('validators under more faults and lies', () => {
  it.each([30_001, 30_501, 31_001, 31_501, 32_001])(
    'keep one chain whatever befalls them, from seed %i on',
    (from) => {
      const { violations, commits, faults: met } = simulate(from, 500);
      const missing = faults.filter((kind) => (met[kind] ?? 0) === 0);

      expect(violations).toEqual([]);
      expect(commits).toBeGreaterThan(2_500);
      expect(missing).toEqual([]);
    },
    400_000,
  );
});
