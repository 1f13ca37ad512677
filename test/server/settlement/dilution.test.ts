/** What a credit note takes, and from whom. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dilute, type Open } from '../../../server/src/settlement/dilution.ts';

const none: Open = { uncertifiedMinor: 0n, ownMinor: [], soldMinor: [] };

describe('a credit on one promise', () => {
  it('B.9.57: is taken from what the seller holds, pro rata, before it owes anything back', () => {
    const open = { ...none, ownMinor: [30_000_00n, 10_000_00n] };

    expect(dilute(4_000_00n, open)).toEqual({
      ...{ uncertifiedMinor: 0n, ownMinor: [3_000_00n, 1_000_00n], soldMinor: [] },
      owedBackMinor: 0n,
    });
    expect(dilute(40_000_01n, open)).toMatchObject({
      ...{ ownMinor: [30_000_00n, 10_000_00n], owedBackMinor: 1n },
    });
  });

  it('is taken from what was sold only where the duty may be lessened, and only after that', () => {
    const open = { ...none, ownMinor: [1_000_00n], soldMinor: [90_000_00n] };

    expect(dilute(15_000_00n, open)).toMatchObject({
      ...{ ownMinor: [1_000_00n], soldMinor: [14_000_00n], owedBackMinor: 0n },
    });
    expect(dilute(15_000_00n, { ...open, soldMinor: [] })).toMatchObject({
      owedBackMinor: 14_000_00n,
    });
  });

  it('is taken first from what no certificate stands for', () => {
    expect(dilute(7n, { ...none, uncertifiedMinor: 5n, ownMinor: [9n] })).toEqual({
      ...{ uncertifiedMinor: 5n, ownMinor: [2n], soldMinor: [], owedBackMinor: 0n },
    });
  });

  it('loses and invents no cent, and takes from nothing more than is open of it', () => {
    const minor = fc.bigInt({ min: 0n, max: 1_000n });
    const open = fc.record({
      uncertifiedMinor: minor,
      ownMinor: fc.array(minor, { maxLength: 5 }),
      soldMinor: fc.array(minor, { maxLength: 5 }),
    });
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: 8_000n }), open, (amountMinor, of) => {
        const taken = dilute(amountMinor, of);
        const parts = [taken.uncertifiedMinor, ...taken.ownMinor, ...taken.soldMinor];
        expect(parts.reduce((sum, part) => sum + part, taken.owedBackMinor)).toBe(amountMinor);
        const opens = [of.uncertifiedMinor, ...of.ownMinor, ...of.soldMinor];
        expect(parts.every((part, order) => part >= 0n && part <= (opens[order] ?? 0n))).toBe(true);
      }),
    );
  });
});
