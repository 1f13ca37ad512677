/** A dispute over a received invoice, raised in words. */
import type { DisputeRow } from '../../../server/src/dispute/model.ts';

export function disputeRow(change: Partial<DisputeRow> = {}): DisputeRow {
  return {
    ...{ id: 'dsp_1', version: 1, state: 'RAISED', invoice: 'inv_1', programme: 'prg_aurora' },
    ...{ seller: 'pty_bolt', buyer: 'pty_aurora', amountMinor: 15_000_00n, currency: 'CNY' },
    ...{ reasonCode: 'QUALITY', ofPromise: false, claim: 'Two hundred are bent.' },
    ...{ claimDigest: null, answer: null, answerDigest: null, offeredMinor: null },
    ...{ offeredBy: null, settledMinor: null, closedReason: null, raisedBy: 'per_clerk' },
    ...{ raisedDate: '2026-03-02', createdMs: 1n },
    ...change,
  };
}
