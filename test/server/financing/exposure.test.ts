import { describe, expect, it } from 'vitest';
import { limitBarrier, limitFor, usageOf } from '../../../server/src/financing/exposure.ts';
import type { LimitRow } from '../../../server/src/financing/model.ts';

const limit: LimitRow = {
  id: 'lim_1',
  version: 1,
  bank: 'pty_bank',
  buyer: 'pty_aurora',
  currency: 'EUR',
  sanctionedMinor: 1_000_000_00n,
  validToDate: '2026-12-31',
  createdMs: 0n,
};

describe('the limit of a bank on a buyer', () => {
  it('has room for what is neither blocked nor utilised', () => {
    expect(usageOf(limit, 100_00n, 20_00n)).toEqual({
      blockedMinor: 100_00n,
      utilisedMinor: 20_00n,
      availableMinor: 999_880_00n,
    });
  });

  it('J3.2: names by how much it is exceeded', () => {
    const no = limitBarrier(limit, 940_000_00n, 90_000_00n, '2026-01-15');

    expect(no).toMatchObject({
      code: 'LIMIT_EXCEEDED',
      message: 'The limit for the buyer is exceeded by 30000.00 EUR.',
    });
  });

  it('B.9.20: is exceeded by a single cent, and filled to the last one', () => {
    const takenMinor = 940_000_00n;

    expect(limitBarrier(limit, takenMinor, 60_000_01n, '2026-01-15')?.code).toBe('LIMIT_EXCEEDED');
    expect(limitBarrier(limit, takenMinor, 60_000_00n, '2026-01-15')).toBeNull();
  });

  it('B.9.21: counts on its last day and not on the next', () => {
    expect(limitBarrier(limit, 0n, 1n, '2026-12-31')).toBeNull();
    expect(limitBarrier(limit, 0n, 1n, '2027-01-01')?.code).toBe('LIMIT_EXPIRED');
  });

  it('has no room, not negative room, when it was lowered under its use', () => {
    const lowered = { ...limit, sanctionedMinor: 10_00n };

    expect(usageOf(lowered, 20_00n, 0n).availableMinor).toBe(0n);
    expect(limitBarrier(lowered, 20_00n, 1n, '2026-01-15')?.code).toBe('LIMIT_EXCEEDED');
  });

  it('J3.1, B.9.31: is found by buyer and currency, or the refusal says which is missing', () => {
    expect(limitFor([limit], 'pty_aurora', 'EUR')).toBe(limit);
    expect(limitFor([limit], 'pty_other', 'EUR')).toMatchObject({ code: 'NO_BUYER_LIMIT' });
    expect(limitFor([limit], 'pty_aurora', 'USD')).toMatchObject({
      code: 'LIMIT_CURRENCY_MISMATCH',
      seen: 'EUR',
      expected: 'USD',
    });
  });
});
