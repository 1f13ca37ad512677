/** What a credit note may be for, how it is taken to the books, and what it is taken from. */
import { describe, expect, it } from 'vitest';
import {
  acknowledge,
  applied,
  creditText,
  disputeBarrier,
  isBlocked,
  issueBarrier,
  nextApplication,
  openToCredit,
} from '../../../server/src/dispute/credit.ts';
import type { CreditApplicationRow } from '../../../server/src/dispute/model.ts';
import { invoiceRow, promised } from '../invoice/builders.ts';
import { creditNoteRow, disputeRow } from './builders.ts';

const cny = (minor: bigint) => ({ minor, currency: 'CNY' });
const credit = {
  ...{ number: 'CN-2001', issueDate: '2026-03-05', amount: cny(4_000_00n) },
  ...{ reason: 'Bent.', documentDigest: null },
};
const invoice = invoiceRow({ ...promised, state: 'CERTIFIED' });
const about = { invoice, notes: [], applications: [] };

describe('a credit note of an invoice', () => {
  it('J9.4, B.9.58: takes what is open of it, and the cent above is refused', () => {
    expect(issueBarrier({ ...credit, amount: cny(100_000_00n) }, [], about, null)).toBe(null);
    expect(issueBarrier({ ...credit, amount: cny(100_000_01n) }, [], about, null)).toMatchObject({
      code: 'CREDIT_EXCEEDS_OPEN',
      seen: '100000.01 CNY',
      expected: 'at most 100000.00 CNY',
    });
  });

  it('counts what is paid, credited, owed back, and on its way, each once', () => {
    const onItsWay = creditNoteRow({
      invoice: invoice.id,
      amountMinor: 10_00n,
      appliedMinor: 4_00n,
    });
    const rest = {
      invoice: { ...invoice, paidMinor: 1_00n, creditedMinor: 2_00n },
      notes: [onItsWay, creditNoteRow({ state: 'INVALID', amountMinor: 77_00n })],
      applications: [application(3_00n)],
    };

    expect(openToCredit(rest)).toBe(100_000_00n - 1_00n - 2_00n - 3_00n - 6_00n);
  });

  it('is refused before the promise and after the payment', () => {
    for (const state of ['RECEIVED', 'CONFIRMED', 'PAID'] as const) {
      const other = { ...about, invoice: { ...invoice, state } };
      expect(issueBarrier(credit, [], other, null)).toMatchObject({
        ...{ code: 'CREDIT_NOT_POSSIBLE', seen: state },
      });
    }
  });
});

describe('a credit note', () => {
  it('is known once, however its number is typed', () => {
    const text = creditText('pty_bolt', 'pty_aurora', 'CN-2001', '2026-03-05');
    expect(creditText('pty_bolt', 'pty_aurora', 'cn 02001', '2026-03-05')).toBe(text);
    expect(creditText('pty_bolt', 'pty_aurora', 'CN-2002', '2026-03-05')).not.toBe(text);

    expect(issueBarrier(credit, [creditNoteRow()], about, null)?.code).toBe('DUPLICATE_EXACT');
    const lost = creditNoteRow({ state: 'INVALID' });
    expect(issueBarrier(credit, [lost], about, null)).toBe(null);
  });

  it.each([
    ['number', { number: '--' }, 'INPUT_INVALID'],
    ['issueDate', { issueDate: '2026-02-30' }, 'INPUT_INVALID'],
    ['reason', { reason: '  ' }, 'REASON_REQUIRED'],
    ['documentDigest', { documentDigest: new Uint8Array(31) }, 'INPUT_INVALID'],
    ['amount.amount', { amount: cny(0n) }, 'AMOUNT_NOT_POSITIVE'],
    ['amount.currency', { amount: { minor: 1n, currency: 'EUR' } }, 'CURRENCY_DIFFERS'],
  ])('names %s where it is not as it should be', (path, change, code) => {
    expect(issueBarrier({ ...credit, ...change }, [], about, 'CNY')).toMatchObject({ code, path });
  });

  it('of a dispute is for exactly what was conceded of the promise, on that invoice', () => {
    const conceded = disputeRow({
      ...{ state: 'SETTLED', ofPromise: true, settledMinor: 4_000_00n },
    });

    expect(disputeBarrier(conceded, 'inv_1', cny(4_000_00n))).toBe(null);
    expect(disputeBarrier(conceded, 'inv_1', cny(3_999_99n))?.code).toBe('AMOUNT_DIFFERS');
    expect(disputeBarrier(conceded, null, cny(4_000_00n))?.code).toBe('CREDIT_OTHER_INVOICE');
    const before = { ...conceded, ofPromise: false };
    expect(disputeBarrier(before, 'inv_1', cny(4_000_00n))?.code).toBe('DISPUTE_STATE');
    const open = disputeRow({ ofPromise: true });
    expect(disputeBarrier(open, 'inv_1', cny(15_000_00n))?.code).toBe('DISPUTE_STATE');
  });
});

describe('taking a credit note to the books', () => {
  it('is done by a person, for its amount, once, and when the chain has it', () => {
    const note = creditNoteRow();

    expect(acknowledge(note, cny(8_000_00n), 'per_clerk')).toEqual({
      ...{ state: 'ACKNOWLEDGED', acknowledgedBy: 'per_clerk' },
    });
    expect(acknowledge(note, cny(7_999_99n), 'per_clerk')).toMatchObject({
      code: 'AMOUNT_DIFFERS',
    });
    expect(acknowledge(note, cny(8_000_00n), null)).toMatchObject({ code: 'PERSON_NEEDED' });
    const waiting = creditNoteRow({ pendingAct: new Uint8Array(32) });
    expect(acknowledge(waiting, cny(8_000_00n), 'per_clerk')).toMatchObject({
      code: 'PENDING_RESERVATION',
    });
    const done = creditNoteRow({ state: 'APPLIED', appliedMinor: 8_000_00n });
    expect(acknowledge(done, cny(8_000_00n), 'per_clerk')).toMatchObject({ code: 'CREDIT_STATE' });
  });
});

describe('applying a credit note', () => {
  const five = { id: 'inv_five', dueDate: '2026-05-01', openMinor: 5_000_00n };
  const six = { id: 'inv_six', dueDate: '2026-05-01', openMinor: 6_000_00n };
  const note = creditNoteRow({ state: 'ACKNOWLEDGED' });

  it('J9.3: takes the first whole, then of the next what is left', () => {
    const first = nextApplication(note, [six, five]);
    expect(first).toEqual({ invoice: 'inv_five', amountMinor: 5_000_00n });

    const after = { ...note, ...applied(note, 5_000_00n) };
    expect(after).toMatchObject({ state: 'ACKNOWLEDGED', appliedMinor: 5_000_00n });
    expect(nextApplication(after, [six])).toEqual({ invoice: 'inv_six', amountMinor: 3_000_00n });
    expect(applied(after, 3_000_00n)).toEqual({
      ...{ state: 'APPLIED', appliedMinor: 8_000_00n, openPair: null },
    });
  });

  it('waits for the buyer, and for something to be taken from', () => {
    expect(nextApplication(creditNoteRow(), [five])).toBe(null);
    expect(nextApplication(note, [])).toBe(null);
  });

  it('blocks its own invoice alone, or, at large, those that it reaches', () => {
    const own = creditNoteRow({ invoice: 'inv_six' });
    expect(isBlocked('inv_six', [five], [own])).toBe(true);
    expect(isBlocked('inv_five', [five], [own])).toBe(false);
    const small = creditNoteRow({ amountMinor: 5_000_00n });
    expect(isBlocked('inv_five', [five, six], [small])).toBe(true);
    expect(isBlocked('inv_six', [five, six], [small])).toBe(false);
  });
});

function application(owedBackMinor: bigint): CreditApplicationRow {
  return {
    ...{ id: 'cra_1', version: 1, creditNote: 'crn_1', invoice: invoice.id, owedBackMinor },
    ...{ amountMinor: owedBackMinor, currency: 'CNY', appliedDate: '2026-03-05', createdMs: 1n },
  };
}
