import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../server/src/platform/clock.ts';

describe('the clock of the process', () => {
  it('never moves back when the clock of the machine is corrected', () => {
    const machine = [1_000.9, 1_500, 400, 1_499, 1_501];
    const clock = systemClock(() => machine.shift() ?? 0);

    expect(Array.from({ length: 5 }, () => clock.now())).toEqual([
      1_000n,
      1_500n,
      1_500n,
      1_500n,
      1_501n,
    ]);
  });

  it('tells real time', () => {
    const before = BigInt(Date.now());
    const now = systemClock().now();

    expect(now).toBeGreaterThanOrEqual(before);
    expect(now).toBeLessThanOrEqual(BigInt(Date.now()));
  });
});
