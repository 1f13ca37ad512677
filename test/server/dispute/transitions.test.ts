/** What may be disputed and how a dispute ends; what it holds back on the way. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DisputeRow, openStates } from '../../../server/src/dispute/model.ts';
import {
  acceptWhole,
  answer,
  close,
  disputedAfter,
  heldOf,
  openToDispute,
  raise,
  reject,
  settle,
} from '../../../server/src/dispute/transitions.ts';
import { invoiceRow, promised } from '../invoice/builders.ts';
import { disputeRow } from './builders.ts';

const cny = (minor: bigint) => ({ minor, currency: 'CNY' });
const claim = {
  ...{ amount: cny(15_000_00n), reasonCode: 'QUALITY', text: 'Bent.', documentDigest: null },
  person: 'per_clerk',
};
const words = { text: 'They were straight.', documentDigest: null };

describe('an amount that is disputed', () => {
  it('B.9.56: is at most what is open, and the cent above is refused', () => {
    const invoice = invoiceRow({ disputedMinor: 40_000_00n });
    const most = { ...claim, amount: cny(60_000_00n) };

    expect(raise(invoice, 0, most)).toMatchObject({ amountMinor: 60_000_00n, ofPromise: false });
    expect(raise(invoice, 0, { ...claim, amount: cny(60_000_01n) })).toMatchObject({
      code: 'DISPUTE_EXCEEDS_OPEN',
      seen: '60000.01 CNY',
      expected: 'at most 60000.00 CNY',
    });
  });

  it('is measured on the promise once there is one, less what was paid', () => {
    const invoice = invoiceRow({
      ...{ ...promised, state: 'PART_PAID', approvedMinor: 80_000_00n, paidMinor: 30_000_00n },
    });

    expect(openToDispute(invoice)).toBe(50_000_00n);
    expect(raise(invoice, 0, claim)).toMatchObject({ ofPromise: true });
    expect(openToDispute({ ...invoice, disputedMinor: 60_000_00n })).toBe(0n);
  });

  it.each([
    ['CURRENCY_DIFFERS', { amount: { minor: 1n, currency: 'EUR' } }],
    ['AMOUNT_NOT_POSITIVE', { amount: cny(0n) }],
    ['INPUT_INVALID', { reasonCode: 'MOOD' }],
    ['REASON_REQUIRED', { text: ' \n' }],
    ['INPUT_INVALID', { text: 'x'.repeat(2_001) }],
    ['INPUT_INVALID', { documentDigest: new Uint8Array(31) }],
    ['PERSON_NEEDED', { person: null }],
  ])('is refused with %s for %o', (code, change) => {
    expect(raise(invoiceRow(), 0, { ...claim, ...change })).toMatchObject({ code });
  });

  it('is refused for an invoice that ended or is paid, and past so many disputes', () => {
    for (const state of ['REFUSED', 'WITHDRAWN', 'EXPIRED', 'PAID', 'SUBMITTED'] as const)
      expect(raise(invoiceRow({ state }), 0, claim)).toMatchObject({
        code: 'DISPUTE_NOT_POSSIBLE',
      });
    expect(raise(invoiceRow(), 49, claim)).toMatchObject({ amountMinor: 15_000_00n });
    expect(raise(invoiceRow(), 50, claim)).toMatchObject({ code: 'TOO_MANY_DISPUTES' });
  });
});

describe('a dispute', () => {
  it('goes on when either side says more, each in its own place', () => {
    expect(answer(disputeRow(), 'seller', words)).toEqual({
      ...{ state: 'EVIDENCE', answer: words.text, answerDigest: null },
    });
    expect(answer(disputeRow({ state: 'REJECTED' }), 'buyer', words)).toEqual({
      ...{ state: 'EVIDENCE', claim: words.text, claimDigest: null },
    });
  });

  it('is conceded whole by exactly its amount', () => {
    expect(acceptWhole(disputeRow(), cny(15_000_00n))).toEqual({
      ...{ state: 'ACCEPTED', settledMinor: 15_000_00n },
    });
    for (const amount of [cny(14_999_99n), { minor: 15_000_00n, currency: 'EUR' }])
      expect(acceptWhole(disputeRow(), amount)).toMatchObject({ code: 'AMOUNT_DIFFERS' });
  });

  it('settles when the other side names the same amount, and not when one names it twice', () => {
    const offered = { ...disputeRow(), ...settle(disputeRow(), 'pty_bolt', cny(4_000_00n)) };
    expect(offered).toMatchObject({ state: 'EVIDENCE', offeredMinor: 4_000_00n });

    expect(settle(offered as DisputeRow, 'pty_bolt', cny(4_000_00n))).toMatchObject({
      state: 'EVIDENCE',
    });
    expect(settle(offered as DisputeRow, 'pty_aurora', cny(4_000_01n))).toEqual({
      ...{ state: 'EVIDENCE', offeredMinor: 4_000_01n, offeredBy: 'pty_aurora' },
    });
    expect(settle(offered as DisputeRow, 'pty_aurora', cny(4_000_00n))).toEqual({
      ...{ state: 'SETTLED', settledMinor: 4_000_00n },
    });
    expect(settle(disputeRow(), 'pty_bolt', cny(15_000_01n))).toMatchObject({
      code: 'SETTLEMENT_EXCEEDS_DISPUTE',
    });
  });

  it('holds back all, then what was conceded, then nothing', () => {
    expect(heldOf(disputeRow({ state: 'REJECTED' }))).toBe(15_000_00n);
    expect(heldOf(disputeRow({ state: 'SETTLED', settledMinor: 4_000_00n }))).toBe(4_000_00n);
    expect(heldOf(disputeRow({ state: 'CLOSED', settledMinor: 4_000_00n }))).toBe(0n);
  });

  it('has ended where nothing but closing is left', () => {
    for (const state of ['ACCEPTED', 'SETTLED', 'CLOSED'] as const) {
      const ended = disputeRow({ state, settledMinor: 1_00n });
      for (const moved of [
        answer(ended, 'seller', words),
        acceptWhole(ended, cny(15_000_00n)),
        reject(ended, 'No.'),
        settle(ended, 'pty_bolt', cny(1n)),
      ])
        expect(moved).toMatchObject({ code: 'DISPUTE_STATE' });
    }
    expect(close(disputeRow({ state: 'ACCEPTED' }), 'Waived.')).toMatchObject({ state: 'CLOSED' });
    expect(close(disputeRow({ state: 'CLOSED' }), 'Again.')).toMatchObject({
      code: 'DISPUTE_STATE',
    });
    expect(reject(disputeRow({ state: 'REJECTED' }), 'No.')).toMatchObject({
      code: 'DISPUTE_STATE',
    });
  });
});

describe('what is held back of an invoice', () => {
  it('is the sum of what its disputes hold, and never more than the invoice, whatever both sides do', () => {
    const move = fc.record({
      what: fc.constantFrom('raise', 'answer', 'accept', 'reject', 'settle', 'close'),
      which: fc.nat(4),
      minor: fc.bigInt({ min: 1n, max: 60_000_00n }),
      party: fc.constantFrom('pty_bolt', 'pty_aurora'),
    });
    fc.assert(
      fc.property(fc.array(move, { maxLength: 40 }), (moves) => {
        let invoice = invoiceRow();
        const disputes: DisputeRow[] = [];
        for (const { what, which, minor, party } of moves) {
          if (what === 'raise') {
            const raised = raise(invoice, disputes.length, { ...claim, amount: cny(minor) });
            if ('code' in raised) continue;
            disputes.push(disputeRow(raised));
            invoice = { ...invoice, disputedMinor: invoice.disputedMinor + raised.amountMinor };
            continue;
          }
          const order = which % Math.max(1, disputes.length);
          const before = disputes[order];
          if (before === undefined) continue;
          const moved = {
            answer: () => answer(before, 'seller', words),
            accept: () => acceptWhole(before, cny(before.amountMinor)),
            reject: () => reject(before, 'No.'),
            settle: () => settle(before, party, cny(before.offeredMinor ?? minor)),
            close: () => close(before, 'Enough.'),
          }[what as 'answer']();
          if ('code' in moved) continue;
          const after = { ...before, ...moved };
          disputes[order] = after;
          invoice = { ...invoice, disputedMinor: disputedAfter(invoice, before, after) };
        }
        const held = disputes.reduce((sum, each) => sum + heldOf(each), 0n);
        expect(invoice.disputedMinor).toBe(held);
        expect(held >= 0n && held <= invoice.payableMinor).toBe(true);
        for (const { state, settledMinor } of disputes)
          if (openStates.includes(state)) expect(settledMinor).toBeNull();
      }),
      { seed: 20_261_123, numRuns: 300 },
    );
  });
});
