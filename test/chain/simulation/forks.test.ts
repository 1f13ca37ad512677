/**
 * Forks made by a third to two thirds of the stake: who is to blame is always known.
 *
 * 10,000 of them are `npm run sim:forks -- --forks 10000`.
 */
import { describe, expect, it } from 'vitest';
import { playForks } from './forks.ts';

describe('validators with a third of the stake or more, who run their keys twice', () => {
  it('B.9.69: fork the chain, and every fork names a third of the stake and nobody honest', () => {
    const summary = playForks(50_001, 300);

    expect(summary).toMatchObject({
      ...{ forks: 300, blamed: 300, unblamed: [], slandered: [] },
      ...{ honestRuns: 30, honestFailures: [] },
    });
    expect(Object.keys(summary.kinds)).toEqual(
      expect.arrayContaining(['doubleFinalize', 'doubleNotarize', 'nullifyAndFinalize']),
    );
  }, 240_000);
});
