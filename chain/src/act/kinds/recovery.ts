/** Acts on money that was paid out and does not come back as agreed: recourse, provision, write-off. */
import { kind } from '../kind.ts';

export const recoveryKinds = [
  /** The bank claims from who sold to it what the buyer did not pay, as far as the quote's recourse goes. */
  kind('recourse.call', {
    request: 'id',
    /** INSOLVENT, UNWILLING, DILUTION or FALSE_INVOICE. */
    ground: 'text',
    amount: 'money',
    /** When it is to be paid. */
    payBy: 'date',
    reason: 'text',
  }),
  /** A step of the ladder: so many days after maturity, what is open is carried at so much. */
  kind('asset.provide', { request: 'id', days: 'int', carrying: 'money' }, { automatic: true }),
  /** The bank gives up what is open of the money that it paid out; proposed by one person … */
  kind('writeoff.propose', { request: 'id', amount: 'money', reason: 'text' }),
  /** … and approved by another. What comes later is recovered, and nothing is opened again. */
  kind('writeoff.approve', { request: 'id', amount: 'money' }),
] as const;
