/**
 * Many clients ask at once for the same certificates, on a real server over HTTP. `npm run race --
 * --clients N --seconds S` goes on for longer.
 */
import { describe, expect, it } from 'vitest';
import { runRaces } from './run.ts';

/** What a machine with two free cores needs some ten seconds for. */
const msMax = 300_000;

describe('clients that ask for the same certificates at once', () => {
  it(
    'have one winner in each race; the others are told why, no promise is touched, and the audit is clean',
    async () => {
      const report = await runRaces({ seed: 1, clients: 32, seconds: 4 });

      console.log('race:', JSON.stringify(report));
      expect(report.broken).toEqual([]);
      expect(report.audit).toContain('0 differences');
      // There was something to win, and something to lose.
      expect(report.heats).toBeGreaterThan(3);
      const { 'certificate.split': split = 0, 'certificate.transfer': passed = 0 } = report.won;
      expect(split + passed).toBeGreaterThan(0);
      const lost = Object.values(report.lost).reduce((sum, count) => sum + count, 0);
      expect(lost).toBeGreaterThan(report.heats);
      expect(report.looks).toBeGreaterThan(1);
    },
    msMax,
  );
});
