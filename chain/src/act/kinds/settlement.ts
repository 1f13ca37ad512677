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
  /** Somebody of the account's owner says which payments a line of the queue is. */
  kind('line.assign', { line: 'id', legs: 'ids', reason: 'text' }),
  /** Another person agrees: the line is matched again, as if it named them. */
  kind('line.confirm', { line: 'id', assignment: 'id' }),
  kind('line.return', { line: 'id', assignment: 'id', reason: 'text' }),
  /** What came in without being owed is owed back to who paid it. */
  kind('line.refund', { line: 'id', reason: 'text' }),
  /** The line names nothing of ours and is no business of ours: it leaves the queue. */
  kind('line.dismiss', { line: 'id', reason: 'text' }),
  /** Payments that one account is to make on one day, for the bank in one file. */
  kind('instruction.propose', { account: 'id', legs: 'ids', executionDate: 'date' }),
  /** Another person releases the file: its sum and the SHA-256 of its octets are what is signed. */
  kind('instruction.approve', { instruction: 'id', controlSum: 'money', digest: 'bytes' }),
  /** The payer takes it back before the bank has it. */
  kind('instruction.cancel', { instruction: 'id', reason: 'text' }),
  /** The bank has the file. */
  kind('instruction.send', { instruction: 'id' }),
  /** The bank does not carry the file out; its payments can be instructed anew. */
  kind('instruction.reject', { instruction: 'id', reason: 'text' }),
] as const;
