/** Late interest and claims in the books: what is kept back answers for the one, and takes up the other. */
import type { PostingRow } from '@tallystick/server/src/ledger/model.ts';
import { describe, expect, it } from 'vitest';
import { who } from '../../support/trade.ts';
import { type Financed, financed, onDay, paidBy } from '../recovery/builders.ts';

const booked = ({ trade }: Financed, event: PostingRow['event']) =>
  trade
    .all<PostingRow & { readonly id: string }>('ledger_posting')
    .filter((posting) => posting.event === event)
    .map(({ party, account, amountMinor }) => [party, account, amountMinor] as const)
    .sort((a, b) => (`${a}` < `${b}` ? -1 : 1));

describe('the books of late money', () => {
  it('take interest for late payment out of what is kept back, on both sides', async () => {
    const all = await financed();
    await onDay(all, '2026-06-01');
    await onDay(all, '2026-06-13');
    await paidBy(all, all.leg('REPAYMENT'), 100_000_00n);

    expect(booked(all, 'LATE_INTEREST')).toEqual([
      [who.bankA.party, 'LATE_INTEREST_INCOME', -261_86n],
      [who.bankA.party, 'RESERVE_OWED', 261_86n],
      [who.bolt.party, 'LATE_INTEREST_COST', 261_86n],
      [who.bolt.party, 'RESERVE_DUE', -261_86n],
    ]);
  });

  it('book nothing for what comes in time', async () => {
    const all = await financed();
    await onDay(all, '2026-06-01');
    await paidBy(all, all.leg('REPAYMENT'), 100_000_00n);

    expect(booked(all, 'LATE_INTEREST')).toEqual([]);
  });

  it('put what the seller pays on a claim to what is between it and the bank', async () => {
    const all = await financed({ recourse: 'FULL', advanceMicros: 1_000_000n });
    await onDay(all, '2026-06-01');
    await onDay(all, '2026-06-13');
    await paidBy(all, all.leg('REPAYMENT'), 100_000_00n);
    await paidBy(all, all.leg('RECOURSE'), 290_96n);

    expect(booked(all, 'CLAIM_PAID')).toEqual([
      [who.bankA.party, 'CASH', 290_96n],
      [who.bankA.party, 'RESERVE_OWED', -290_96n],
      [who.bolt.party, 'CASH', -290_96n],
      [who.bolt.party, 'RESERVE_DUE', 290_96n],
    ]);
  });
});
