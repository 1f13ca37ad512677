/** Mandates at their borders: the exact amount, the last day, the one of another action. */
import { describe, expect, it } from 'vitest';
import { insert } from '../../../server/src/kernel/change.ts';
import { type MandateRow, permitted } from '../../../server/src/platform/mandates.ts';
import { memoryRows } from '../../../server/src/platform/memory-reader.ts';

const mandate: MandateRow = {
  ...{ id: 'mdt_1', version: 1, party: 'pty_aurora', holder: 'per_clara', revoked: false },
  ...{ action: 'invoice.confirm', limitMinor: 100_000_00n, limitCurrency: 'EUR' },
  ...{ validFromDate: '2026-01-01', validToDate: '2026-03-31', createdMs: 1n },
};

function asked(minor: bigint, today: string, row: Partial<MandateRow> = {}) {
  const rows = memoryRows([insert('mandate', { ...mandate, ...row })]);
  const needed = { action: 'invoice.confirm', amount: [minor, 'EUR'] } as const;
  return permitted(rows, mandate.holder, needed, today, null);
}

describe('the mandate of an approver', () => {
  it('B.9.14: covers its limit to the cent, and not a cent more', async () => {
    expect(await asked(100_000_00n, '2026-03-02')).toEqual({ kind: 'mandate', id: 'mdt_1' });
    expect(await asked(100_000_01n, '2026-03-02')).toMatchObject({ code: 'MANDATE_EXCEEDED' });
  });

  it('B.9.14: holds on its first and its last day, and not on the days around them', async () => {
    for (const today of ['2026-01-01', '2026-03-31']) {
      expect(await asked(1n, today)).toMatchObject({ kind: 'mandate' });
    }
    for (const today of ['2025-12-31', '2026-04-01']) {
      expect(await asked(1n, today)).toMatchObject({
        code: 'MANDATE_EXPIRED',
        seen: '2026-01-01 to 2026-03-31',
      });
    }
  });

  it('is gone once it was revoked, and says nothing of another action', async () => {
    const missing = { code: 'MANDATE_MISSING' };

    expect(await asked(1n, '2026-03-02', { revoked: true })).toMatchObject(missing);
    expect(await asked(1n, '2026-03-02', { action: 'invoice.submit' })).toMatchObject(missing);
  });
});
