import { describe, expect, it } from 'vitest';
import { limitBarrier, limitFor, usageOf } from '../../../server/src/financing/exposure.ts';
import type { ExposureRow, LimitRow } from '../../../server/src/financing/model.ts';

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

function exposure(amountMinor: bigint, state: ExposureRow['state']): ExposureRow {
  return {
    id: `exp_${amountMinor}_${state}`,
    version: 1,
    state,
    buyerLimit: 'lim_1',
    openLimit: state === 'RELEASED' ? null : 'lim_1',
    request: 'req_1',
    bank: 'pty_bank',
    amountMinor,
    createdMs: 0n,
  };
}

describe('the limit of a bank on a buyer', () => {
  it('has room for what is neither blocked nor utilised', () => {
    const taken = [exposure(100_00n, 'BLOCKED'), exposure(20_00n, 'UTILISED')];

    expect(usageOf(limit, [...taken, exposure(5_00n, 'RELEASED')])).toEqual({
      blockedMinor: 100_00n,
      utilisedMinor: 20_00n,
      availableMinor: 999_880_00n,
    });
  });

  it('J3.2: names by how much it is exceeded', () => {
    const taken = [exposure(940_000_00n, 'UTILISED')];
    const no = limitBarrier(limit, taken, 90_000_00n, '2026-01-15');

    expect(no).toMatchObject({
      code: 'LIMIT_EXCEEDED',
      message: 'The limit for the buyer is exceeded by 30000.00 EUR.',
    });
  });

  it('is exceeded by a single cent, and filled to the last one (B.9.20)', () => {
    const taken = [exposure(940_000_00n, 'BLOCKED')];

    expect(limitBarrier(limit, taken, 60_000_01n, '2026-01-15')?.code).toBe('LIMIT_EXCEEDED');
    expect(limitBarrier(limit, taken, 60_000_00n, '2026-01-15')).toBeNull();
  });

  it('counts on its last day and not on the next (B.9.21)', () => {
    expect(limitBarrier(limit, [], 1n, '2026-12-31')).toBeNull();
    expect(limitBarrier(limit, [], 1n, '2027-01-01')?.code).toBe('LIMIT_EXPIRED');
  });

  it('has no room, not negative room, when it was lowered under its use', () => {
    const lowered = { ...limit, sanctionedMinor: 10_00n };

    expect(usageOf(lowered, [exposure(20_00n, 'UTILISED')]).availableMinor).toBe(0n);
    expect(limitBarrier(lowered, [exposure(20_00n, 'UTILISED')], 1n, '2026-01-15')?.code).toBe(
      'LIMIT_EXCEEDED',
    );
  });

  it('is found by buyer and currency, or the refusal says which is missing (J3.1, B.9.31)', () => {
    expect(limitFor([limit], 'pty_aurora', 'EUR')).toBe(limit);
    expect(limitFor([limit], 'pty_other', 'EUR')).toMatchObject({ code: 'NO_BUYER_LIMIT' });
    expect(limitFor([limit], 'pty_aurora', 'USD')).toMatchObject({
      code: 'LIMIT_CURRENCY_MISMATCH',
      seen: 'EUR',
      expected: 'USD',
    });
  });
});
