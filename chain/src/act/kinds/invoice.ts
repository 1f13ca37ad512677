/** Acts on an invoice: from the supplier's submission to the buyer's irrevocable promise. */
import { kind } from '../kind.ts';

export const invoiceKinds = [
  /** The supplier asks the buyer for a promise. The fingerprint is reserved; the chain decides who was first. */
  kind(
    'invoice.submit',
    {
      programme: 'id',
      seller: 'id',
      buyer: 'id',
      document: 'id',
      documentDigest: 'bytes',
      format: 'text',
      number: 'text',
      typeCode: 'text',
      issueDate: 'date',
      dueDate: 'date?',
      payable: 'money',
      orderReference: 'text?',
    },
    {
      contested: true,
      effects: ({ facts }) =>
        facts.fingerprint === undefined
          ? {}
          : { fingerprints: [{ op: 'reserve', token: facts.fingerprint }] },
    },
  ),
  kind('invoice.withdraw', { invoice: 'id', reason: 'text' }, { effects: release }),
  kind('invoice.query', { invoice: 'id', question: 'text' }),
  kind('invoice.answer', { invoice: 'id', answer: 'text' }),
  /** The buyer's clerk proposes what to promise. */
  kind('invoice.propose', { invoice: 'id', approved: 'money', dueDate: 'date', reason: 'text?' }),
  /** The buyer's approver sends a proposal back. */
  kind('invoice.return', { invoice: 'id', proposal: 'id', reason: 'text' }),
  /** The buyer's approver promises, irrevocably: unconditional, amount, due date, no set-off. */
  kind('invoice.confirm', {
    invoice: 'id',
    proposal: 'id',
    approved: 'money',
    dueDate: 'date',
    reason: 'text?',
    statement: 'text',
  }),
  kind('invoice.refuse', { invoice: 'id', reason: 'text' }, { effects: release }),
  /** The buyer's clerk has looked at the earlier invoices that this one looks like. CLEARED or DUPLICATE. */
  kind('match.review', { invoice: 'id', matches: 'ids', verdict: 'text', reason: 'text' }),
  /** The buyer stayed silent past the programme's time. */
  kind('invoice.expire', { invoice: 'id' }, { automatic: true, effects: release }),
] as const;

function release({ facts }: { readonly facts: { readonly fingerprint?: Uint8Array } }) {
  return facts.fingerprint === undefined
    ? {}
    : { fingerprints: [{ op: 'release' as const, token: facts.fingerprint }] };
}
