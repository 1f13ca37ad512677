/** Which of the chosen invoices stand under one signature, and why the others do not. */
import {
  type ChosenInvoice,
  sumsOf,
  toConfirm,
  toPropose,
} from '@tallystick/web/src/invoice/many.ts';
import { describe, expect, it } from 'vitest';

const yuan = (amount: string) => ({ __typename: 'Money' as const, amount, currency: 'CNY' });

function invoice(id: string, change: Partial<ChosenInvoice> = {}): ChosenInvoice {
  return {
    ...{ __typename: 'Invoice', id, number: id, state: 'RECEIVED' },
    seller: { __typename: 'Party', id: 'pty_bolt', name: 'Bolt & Co' },
    buyer: { __typename: 'Party', id: 'pty_aurora', name: 'Aurora Motors' },
    ...{ payable: yuan('100000.00'), approved: null, issueDate: '2026-03-02' },
    ...{ dueDate: '2026-06-30', confirmBy: '2026-03-12', createdAt: '2026-03-02T09:00:00Z' },
    ...{ anchor: null, proposal: null },
    ...change,
  };
}

function proposal(amount: string, state: 'OPEN' | 'RETURNED' = 'OPEN') {
  return {
    proposal: {
      ...{ __typename: 'Proposal' as const, id: 'prp_1', state, approved: yuan(amount) },
      ...{ dueDate: '2026-07-31', reason: null, proposedBy: 'Clara Chen' },
    },
  };
}

const upTo = (amount: string, currency = 'CNY') => ({ limit: { amount, currency } });

describe('what an approver confirms together', () => {
  it('is what was proposed, with the proposed amount and day', () => {
    const { fit, leftOut } = toConfirm([invoice('a', proposal('98000.00'))], [{ limit: null }]);

    expect(fit.map(({ id, promise, payOn }) => [id, promise.amount, payOn])).toEqual([
      ['a', '98000.00', '2026-07-31'],
    ]);
    expect(leftOut).toEqual([]);
  });

  it('leaves out what nobody proposed, what was sent back, and what waits no more', () => {
    const chosen = [
      invoice('a'),
      invoice('b', proposal('1.00', 'RETURNED')),
      invoice('c', { ...proposal('1.00'), state: 'REFUSED' }),
      invoice('d', proposal('1.00')),
    ];

    const { fit, leftOut } = toConfirm(chosen, [{ limit: null }]);

    expect(fit.map(({ id }) => id)).toEqual(['d']);
    expect(leftOut.map(({ invoice: { id }, why }) => [id, why])).toEqual([
      ['a', 'noProposal'],
      ['b', 'noProposal'],
      ['c', 'notWaiting'],
    ]);
  });

  it.each([
    ['to the cent of a mandate', [upTo('98000.00')], true],
    ['a cent above it', [upTo('97999.99')], false],
    ['under a mandate in another currency', [upTo('98000.00', 'EUR')], false],
    ['under the larger of two', [upTo('1.00'), upTo('98000.00')], true],
    ['without any mandate', [], false],
  ])('stands %s, or not', (_what, mandates, stands) => {
    const { fit, leftOut } = toConfirm([invoice('a', proposal('98000.00'))], mandates);

    expect(fit.length === 1).toBe(stands);
    expect(leftOut.map(({ why }) => why)).toEqual(stands ? [] : ['aboveLimit']);
  });
});

describe('what a clerk proposes together', () => {
  it('is the whole of what is asked for, on the day that the file states', () => {
    const { fit } = toPropose([invoice('a', proposal('1.00', 'RETURNED'))], [{ limit: null }]);

    expect(fit.map(({ promise, payOn }) => [promise.amount, payOn])).toEqual([
      ['100000.00', '2026-06-30'],
    ]);
  });

  it('leaves out what is proposed already, states no day, or is above the mandate', () => {
    const chosen = [
      invoice('a', proposal('1.00')),
      invoice('b', { dueDate: null }),
      invoice('c', { payable: yuan('100000.01') }),
      invoice('d', { state: 'QUERIED' }),
    ];

    const { fit, leftOut } = toPropose(chosen, [upTo('100000.00')]);

    expect(fit).toEqual([]);
    expect(leftOut.map(({ why }) => why)).toEqual([
      ...['proposalOpen', 'noDueDate', 'aboveLimit', 'notWaiting'],
    ]);
  });
});

describe('the sum of what is chosen', () => {
  it('is one for each currency, to the cent', () => {
    const amounts = [yuan('0.10'), { amount: '5.00', currency: 'EUR' }, yuan('0.20')];

    expect(sumsOf(amounts)).toBe('CNY\u00a00.30 + EUR\u00a05.00');
  });
});
