/** Where a mandate stands on a day, and when the next one ends. */
import { nextEnd, standingOf } from '@tallystick/web/src/party/mandates.ts';
import { describe, expect, it } from 'vitest';

const march = { validFrom: '2026-03-01', validTo: '2026-03-31', revoked: false };

describe('a mandate', () => {
  it('is valid from its first to its last day, both counted', () => {
    expect(standingOf(march, '2026-02-28')).toBe('COMING');
    expect(standingOf(march, '2026-03-01')).toBe('VALID');
    expect(standingOf(march, '2026-03-31')).toBe('VALID');
    expect(standingOf(march, '2026-04-01')).toBe('EXPIRED');
  });

  it('that was taken back is so on every day', () => {
    expect(standingOf({ ...march, revoked: true }, '2026-03-15')).toBe('REVOKED');
  });
});

describe('the next end', () => {
  it('is that of the first valid mandate to end; others do not count', () => {
    const may = { ...march, validTo: '2026-05-31' };
    const over = { ...march, validTo: '2026-03-02' };
    const takenBack = { ...march, validTo: '2026-03-20', revoked: true };

    expect(nextEnd([may, takenBack, march, over], '2026-03-15')).toBe('2026-03-31');
    expect(nextEnd([over, takenBack], '2026-03-15')).toBeUndefined();
  });
});
