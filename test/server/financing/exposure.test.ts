import { describe, expect, it } from 'vitest';
import {
  limitBarrier,
  limitsFor,
  subjectBarrier,
  usageOf,
} from '../../../server/src/financing/exposure.ts';
import type { LimitRow } from '../../../server/src/financing/model.ts';

const limit: LimitRow = {
  id: 'lim_1',
  version: 1,
  bank: 'pty_bank',
  dimension: 'BUYER',
  buyer: 'pty_aurora',
  supplier: null,
  programme: null,
  currency: 'EUR',
  sanctionedMinor: 1_000_000_00n,
  adhocMinor: 0n,
  adhocToDate: null,
  validToDate: '2026-12-31',
  createdMs: 0n,
};

const financed = {
  ...{ issuer: 'pty_aurora', holder: 'pty_bolt', programme: 'prg_1', currency: 'EUR' },
};

describe('the limit of a bank on a buyer', () => {
  it('has room for what is neither blocked nor utilised', () => {
    expect(usageOf(limit, 100_00n, 20_00n, '2026-01-15')).toEqual({
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

    expect(usageOf(lowered, 20_00n, 0n, '2026-01-15').availableMinor).toBe(0n);
    expect(limitBarrier(lowered, 20_00n, 1n, '2026-01-15')?.code).toBe('LIMIT_EXCEEDED');
  });

  it('names of which limit it is by how much', () => {
    const words = (['TOTAL', 'SUPPLIER', 'PAIR', 'PROGRAMME'] as const).map(
      (dimension) =>
        limitBarrier({ ...limit, dimension }, 940_000_00n, 60_000_01n, '2026-01-15')?.message,
    );
    expect(words).toEqual([
      'The limit for everything is exceeded by 0.01 EUR.',
      'The limit for the supplier is exceeded by 0.01 EUR.',
      'The limit for the buyer and the supplier together is exceeded by 0.01 EUR.',
      'The limit for the programme is exceeded by 0.01 EUR.',
    ]);
  });

  it('has its ad hoc part on the last day of that, and not on the next', () => {
    const adhoc = { ...limit, adhocMinor: 30_000_00n, adhocToDate: '2026-01-31' };

    expect(limitBarrier(adhoc, 940_000_00n, 90_000_00n, '2026-01-31')).toBeNull();
    expect(limitBarrier(adhoc, 940_000_00n, 90_000_01n, '2026-01-31')?.code).toBe('LIMIT_EXCEEDED');
    expect(limitBarrier(adhoc, 940_000_00n, 90_000_00n, '2026-02-01')?.message).toBe(
      'The limit for the buyer is exceeded by 30000.00 EUR.',
    );
  });

  it('J3.1, B.9.31: is found by buyer and currency, or the refusal says which is missing', () => {
    expect(limitsFor([limit], financed)).toEqual([limit]);
    expect(limitsFor([limit], { ...financed, issuer: 'pty_other' })).toMatchObject({
      code: 'NO_BUYER_LIMIT',
    });
    expect(limitsFor([limit], { ...financed, currency: 'USD' })).toMatchObject({
      code: 'LIMIT_CURRENCY_MISMATCH',
      seen: 'EUR',
      expected: 'USD',
    });
  });

  it('counts beside those on everything, the supplier, the pair and the programme that fit', () => {
    const of = (
      dimension: LimitRow['dimension'],
      named: Partial<Pick<LimitRow, 'buyer' | 'supplier' | 'programme' | 'currency'>>,
    ): LimitRow => ({ ...limit, buyer: null, ...named, id: `lim_${dimension}`, dimension });
    const fitting = [
      of('TOTAL', {}),
      limit,
      of('SUPPLIER', { supplier: 'pty_bolt' }),
      of('PAIR', { buyer: 'pty_aurora', supplier: 'pty_bolt' }),
      of('PROGRAMME', { programme: 'prg_1' }),
    ];
    const others = [
      of('TOTAL', { currency: 'USD' }),
      of('SUPPLIER', { supplier: 'pty_copper' }),
      of('PAIR', { buyer: 'pty_aurora', supplier: 'pty_copper' }),
      of('PAIR', { buyer: 'pty_zenith', supplier: 'pty_bolt' }),
      of('PROGRAMME', { programme: 'prg_2' }),
    ];
    expect(limitsFor([...others, ...fitting].reverse(), financed)).toEqual(fitting);
  });

  it('names exactly what its dimension is about', () => {
    const [buyer, supplier, programme] = ['pty_aurora', 'pty_bolt', 'prg_1'];
    const none = { buyer: null, supplier: null, programme: null };
    expect(subjectBarrier('TOTAL', none)).toBeNull();
    expect(subjectBarrier('BUYER', { ...none, buyer })).toBeNull();
    expect(subjectBarrier('SUPPLIER', { ...none, supplier })).toBeNull();
    expect(subjectBarrier('PAIR', { ...none, buyer, supplier })).toBeNull();
    expect(subjectBarrier('PROGRAMME', { ...none, programme })).toBeNull();

    expect(subjectBarrier('PAIR', { ...none, buyer })).toMatchObject({
      ...{ code: 'LIMIT_SUBJECT', path: 'supplier', expected: 'a supplier for PAIR' },
    });
    expect(subjectBarrier('TOTAL', { ...none, programme })).toMatchObject({
      ...{ code: 'LIMIT_SUBJECT', path: 'programme', expected: 'no programme for TOTAL' },
    });
    expect(subjectBarrier('EVERYTHING', none)).toMatchObject({ code: 'UNKNOWN_NAME' });
  });
});
