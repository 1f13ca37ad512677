/** A dispute over a received invoice, raised in words; and a credit note. */
import type { CreditNoteRow, DisputeRow } from '../../../server/src/dispute/model.ts';

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

/** A credit note of 8,000.00 at large, issued and on the chain. */
export function creditNoteRow(change: Partial<CreditNoteRow> = {}): CreditNoteRow {
  return {
    ...{ id: 'crn_1', version: 1, state: 'ISSUED', programme: 'prg_aurora', seller: 'pty_bolt' },
    ...{ buyer: 'pty_aurora', number: 'CN-2001', issueDate: '2026-03-05', currency: 'CNY' },
    ...{ amountMinor: 8_000_00n, appliedMinor: 0n, invoice: null, dispute: null },
    ...{ reason: 'Bent.', documentDigest: null, canonical: 'cn', acknowledgedBy: null },
    ...{ openPair: 'prg_aurora:pty_bolt:pty_aurora:CNY', issuedBy: 'per_bo', pendingAct: null },
    createdMs: 1n,
    ...change,
  };
}
