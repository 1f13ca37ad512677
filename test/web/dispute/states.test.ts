/** What each side of a dispute is offered, and the buyer of an invoice. */
import { actsOffered } from '@tallystick/web/src/dispute/states.ts';
import { mayDispute } from '@tallystick/web/src/invoice/states.ts';
import { describe, expect, it } from 'vitest';

const seller = { __typename: 'Party' as const, id: 'pty_bolt', name: 'Bolt & Co' };
const buyer = { __typename: 'Party' as const, id: 'pty_aurora', name: 'Aurora Motors' };
const invoice = { __typename: 'Invoice' as const, id: 'inv_1', number: '1001', seller, buyer };
const offered = (
  state: Parameters<typeof actsOffered>[0]['state'],
  party: string,
  hasMandate = true,
) => actsOffered({ state, invoice }, party, hasMandate);

describe('a dispute', () => {
  it('offers the seller to answer, to settle, to concede, and to reject once', () => {
    expect(offered('RAISED', seller.id)).toEqual(['answer', 'settle', 'accept', 'reject']);
    expect(offered('REJECTED', seller.id)).toEqual(['answer', 'settle', 'accept']);
    expect(offered('SETTLED', seller.id)).toEqual([]);
  });

  it('offers the buyer to close, also after the end', () => {
    expect(offered('EVIDENCE', buyer.id)).toEqual(['answer', 'settle', 'close']);
    expect(offered('ACCEPTED', buyer.id)).toEqual(['close']);
    expect(offered('CLOSED', buyer.id)).toEqual([]);
  });

  it('offers nothing to others, and to nobody without a mandate', () => {
    expect(offered('RAISED', 'pty_auditor')).toEqual([]);
    expect(offered('RAISED', seller.id, false)).toEqual([]);
  });
});

describe('an invoice', () => {
  it('can be disputed by its buyer while it waits or is owed', () => {
    expect(mayDispute({ state: 'RECEIVED', buyer }, buyer.id)).toBe(true);
    expect(mayDispute({ state: 'CERTIFIED', buyer }, buyer.id)).toBe(true);
    expect(mayDispute({ state: 'PAID', buyer }, buyer.id)).toBe(false);
    expect(mayDispute({ state: 'RECEIVED', buyer }, seller.id)).toBe(false);
  });
});
