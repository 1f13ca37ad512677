/** Acts of money: what the bank says happened, and what it settles. Nobody settles by hand. */
import { kind } from '../kind.ts';

export const settlementKinds = [
  /** A bank statement comes in, line by line, as canonical texts. */
  kind('statement.import', {
    account: 'id',
    format: 'text',
    documentDigest: 'bytes',
    lines: 'texts',
  }),
  /**
   * A bank line that pays the supplier: the certificate passes to the bank, and the invoice's fingerprint
   * is marked financed. The chain decides.
   */
  kind(
    'payment.fund',
    { line: 'id', leg: 'id', amount: 'money' },
    {
      automatic: true,
      contested: true,
      effects: ({ facts: { fingerprint, notes }, note }) => ({
        fingerprints: fingerprint === undefined ? [] : [{ op: 'mark', token: fingerprint }],
        notes: { spend: notes ?? [], create: [note(0)] },
      }),
    },
  ),
  /**
   * A bank line that pays what is owed, in full or in part: one leg, or the several that it names.
   * What is over stays unapplied cash.
   */
  kind(
    'payment.redeem',
    { line: 'id', legs: 'ids', applied: 'moneys', unapplied: 'money' },
    { automatic: true },
  ),
  /** A bank line that pays nothing we know exactly: queued with the reason. */
  kind('payment.park', { line: 'id', reason: 'text' }, { automatic: true }),
] as const;
