/** Which acts an invoice offers: to whom, with which mandate, in which state. */
import { actsOffered, groups, tones } from '@tallystick/web/src/invoice/states.ts';
import { describe, expect, it } from 'vitest';

const seller = { __typename: 'Party' as const, id: 'pty_bolt', name: 'Bolt & Co' };
const buyer = { __typename: 'Party' as const, id: 'pty_aurora', name: 'Aurora Motors' };
const received = { state: 'RECEIVED' as const, seller, buyer, proposal: null };
const proposed = {
  ...received,
  proposal: {
    __typename: 'Proposal' as const,
    id: 'prp_1',
    state: 'OPEN' as const,
    approved: { __typename: 'Money' as const, amount: '98000.00', currency: 'CNY' },
    dueDate: '2026-05-31',
    reason: null,
    proposedBy: 'Clara Chen',
    returnedReason: null,
  },
};
const may =
  (...mandates: readonly string[]) =>
  (mandate: string) =>
    mandates.includes(mandate);

describe('a received invoice', () => {
  it('offers the clerk to propose first, and to ask', () => {
    expect(actsOffered(received, buyer.id, may('invoice.propose'))).toEqual(['propose', 'query']);
  });

  it('offers the approver only to refuse while nothing is proposed', () => {
    expect(actsOffered(received, buyer.id, may('invoice.confirm'))).toEqual(['refuse']);
  });

  it('offers the seller to withdraw', () => {
    expect(actsOffered(received, seller.id, may('invoice.submit'))).toEqual(['withdraw']);
  });

  it('offers nothing to who holds no mandate, and to others', () => {
    expect(actsOffered(received, buyer.id, may())).toEqual([]);
    expect(actsOffered(received, 'pty_other', may('invoice.confirm', 'invoice.propose'))).toEqual(
      [],
    );
  });
});

describe('a proposed confirmation', () => {
  it('offers the approver to confirm first', () => {
    expect(actsOffered(proposed, buyer.id, may('invoice.confirm'))).toEqual([
      'confirm',
      'return',
      'refuse',
    ]);
  });

  it('offers the clerk nothing more', () => {
    expect(actsOffered(proposed, buyer.id, may('invoice.propose'))).toEqual([]);
  });
});

describe('an open question', () => {
  it('offers the seller to answer first', () => {
    const queried = { ...received, state: 'QUERIED' as const };

    expect(actsOffered(queried, seller.id, may('invoice.submit'))).toEqual(['answer', 'withdraw']);
  });
});

describe('a promised invoice', () => {
  it('offers nothing to anyone: the promise stands', () => {
    const every = may('invoice.submit', 'invoice.propose', 'invoice.confirm');
    for (const state of [...groups.promised, ...groups.paid, ...groups.ended]) {
      expect(actsOffered({ ...received, state }, buyer.id, every)).toEqual([]);
      expect(actsOffered({ ...received, state }, seller.id, every)).toEqual([]);
    }
  });
});

describe('the filter', () => {
  it('has every state in exactly one group', () => {
    const grouped = Object.values(groups).flat().sort();

    expect(grouped).toEqual(Object.keys(tones).sort());
  });
});
