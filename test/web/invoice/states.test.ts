/** Which acts an invoice offers: to whom, with which mandate, in which state. */
import { actsOffered, groups, tones } from '@tallystick/web/src/invoice/states.ts';
import { describe, expect, it } from 'vitest';

const seller = { __typename: 'Party' as const, id: 'pty_bolt', name: 'Bolt & Co' };
const buyer = { __typename: 'Party' as const, id: 'pty_aurora', name: 'Aurora Motors' };
const received = { state: 'RECEIVED' as const, seller, buyer, proposal: null, nearMatches: [] };
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

describe('an invoice that looks like an earlier one', () => {
  const match = {
    ...{ __typename: 'NearMatch' as const, id: 'nma_1', rule: 'NUMBER_LETTER' as const },
    ...{ riskClass: 'HIGH' as const, state: 'OPEN' as const, reason: null, reviewedBy: null },
    other: {
      ...{ __typename: 'Invoice' as const, id: 'inv_0', number: '1001', issueDate: '2026-03-02' },
      ...{ state: 'CONFIRMED' as const, dueDate: null, orderReference: null },
      payable: { __typename: 'Money' as const, amount: '98000.00', currency: 'CNY' },
    },
  };
  const offered = (change: object) =>
    actsOffered(
      { ...received, nearMatches: [{ ...match, ...change }] },
      buyer.id,
      may('invoice.propose'),
    );

  it('offers the clerk to compare, and not to propose', () => {
    expect(offered({})).toEqual(['review', 'query']);
  });

  it('offers to propose when it was cleared, is only shown, or the other came to nothing', () => {
    expect(offered({ state: 'CLEARED' })).toEqual(['propose', 'query']);
    expect(offered({ riskClass: 'LOW' })).toEqual(['propose', 'query']);
    expect(offered({ other: { ...match.other, state: 'WITHDRAWN' } })).toEqual([
      'propose',
      'query',
    ]);
  });

  it('offers neither once it was judged to be the same', () => {
    expect(offered({ state: 'DUPLICATE' })).toEqual(['query']);
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
