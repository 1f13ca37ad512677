/** Which acts a financing request offers to the banks; the holder chooses in the ranking. */

import { actsOffered, groups, tones } from '@tallystick/web/src/financing/states.ts';
import type { RequestPartsFragment } from '@tallystick/web/src/lib/graphql/graphql.ts';
import { describe, expect, it } from 'vitest';

type Looked = Parameters<typeof actsOffered>[0];
type Quote = RequestPartsFragment['quotes'][number];

const money = { __typename: 'Money' as const, amount: '1.00', currency: 'CNY' };
const holder = { __typename: 'Party' as const, id: 'pty_bolt', name: 'Bolt & Co' };
const every = () => true;

describe('an open request', () => {
  it('offers a bank to quote, and once it has quoted to withdraw', () => {
    expect(actsOffered(request({}), 'pty_a', every)).toEqual(['quote']);
    expect(actsOffered(request({ quotes: [quote('pty_a', 'COMMITTED')] }), 'pty_a', every)).toEqual(
      ['withdraw'],
    );
  });

  it('offers to quote again after the quote was withdrawn', () => {
    expect(actsOffered(request({ quotes: [quote('pty_a', 'WITHDRAWN')] }), 'pty_a', every)).toEqual(
      ['quote'],
    );
  });

  it('offers nothing without a mandate, and nothing to the holder', () => {
    expect(actsOffered(request({}), 'pty_a', () => false)).toEqual([]);
    expect(actsOffered(request({}), holder.id, every)).toEqual([]);
  });
});

describe('a chosen quote', () => {
  const chosen = quote('pty_a', 'SELECTED');

  it('lets its bank propose, and no other', () => {
    const reserved = request({ state: 'RESERVED', chosen });

    expect(actsOffered(reserved, 'pty_a', every)).toEqual(['propose']);
    expect(actsOffered(reserved, 'pty_b', every)).toEqual([]);
  });

  it('lets its approver approve or return what is proposed', () => {
    const proposal = {
      __typename: 'FundingProposal' as const,
      id: 'fnd_1',
      state: 'OPEN' as const,
      net: money,
      proposedBy: 'Ana Alvarez',
      reason: null,
    };
    const asked = request({ state: 'APPROVAL', chosen, proposal });

    expect(actsOffered(asked, 'pty_a', (action) => action === 'finance.approve')).toEqual([
      'approve',
      'return',
    ]);
    expect(actsOffered(asked, 'pty_a', (action) => action === 'finance.propose')).toEqual([]);
  });
});

describe('the filter', () => {
  it('has every state in exactly one group', () => {
    expect(Object.values(groups).flat().sort()).toEqual(Object.keys(tones).sort());
  });
});

function request(change: Partial<Looked>): Looked {
  return { state: 'OPEN', holder, quotes: [], chosen: null, proposal: null, ...change };
}

function quote(bank: string, state: Quote['state']): Quote {
  return {
    __typename: 'Quote',
    id: `quo_${bank}`,
    state,
    bank: { __typename: 'Party', id: bank, name: bank },
    ratePercent: '6.85',
    method: 'STRAIGHT',
    dayCount: 'ACT_365F',
    advancePercent: '100',
    feeFlat: money,
    feePercent: '0',
    feeMin: money,
    recourse: 'NONE',
    validTo: '2026-03-10',
    days: 90,
    calculation: { __typename: 'Calculation', file: '' },
    advance: money,
    discount: money,
    fees: money,
    net: money,
    reserve: money,
    allInPercent: '7.1',
    rank: null,
    anchor: {
      __typename: 'Anchor',
      status: 'FINAL',
      actHash: 'aa',
      height: 1,
      index: 1,
      finalAt: null,
      timeToFinalityMs: null,
      refusal: null,
    },
  };
}
