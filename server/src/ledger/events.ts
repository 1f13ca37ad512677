/**
 * What each event is booked as: one row a line.
 *
 *   event · whose books · debit or credit · account · which amount · towards whom
 *
 * In each organisation's books the lines of an event balance: `whole` is what stands in the face of a
 * certificate, and `net + reserve + discount + fee` is the same (a bank pays the net, keeps back the
 * reserve, and is paid by discount and fee). The two sides mirror each other: what the bank owes as a
 * reserve is due to who sold; what holders are owed is what the buyer owes. Pure.
 */
import type { KindName } from '../../../chain/src/act/kinds.ts';
import type { AccountCode } from './accounts.ts';
import type { AmountName, LedgerEvent, Part } from './model.ts';

type Line = readonly [
  event: LedgerEvent,
  books: Part,
  side: 'DEBIT' | 'CREDIT',
  account: AccountCode,
  amount: AmountName,
  towards: Part,
];

/** The buyer's side of a financing names its supplier: who financed it stays between the two. */
export const lines: readonly Line[] = [
  ['INVOICE_CONFIRMED', 'buyer', 'DEBIT', 'PURCHASES', 'whole', 'supplier'],
  ['INVOICE_CONFIRMED', 'buyer', 'CREDIT', 'PAYABLES', 'whole', 'supplier'],
  ['INVOICE_CONFIRMED', 'supplier', 'DEBIT', 'RECEIVABLES', 'whole', 'buyer'],
  ['INVOICE_CONFIRMED', 'supplier', 'CREDIT', 'SALES', 'whole', 'buyer'],

  ['CERTIFICATE_ISSUED', 'buyer', 'DEBIT', 'PAYABLES', 'whole', 'supplier'],
  ['CERTIFICATE_ISSUED', 'buyer', 'CREDIT', 'PAYABLES_ARRANGED', 'whole', 'supplier'],

  ['CERTIFICATE_DECLINED', 'buyer', 'DEBIT', 'PAYABLES_ARRANGED', 'whole', 'supplier'],
  ['CERTIFICATE_DECLINED', 'buyer', 'CREDIT', 'PAYABLES', 'whole', 'supplier'],

  ['CERTIFICATE_ACCEPTED', 'supplier', 'DEBIT', 'CERTIFICATES', 'whole', 'buyer'],
  ['CERTIFICATE_ACCEPTED', 'supplier', 'CREDIT', 'RECEIVABLES', 'whole', 'buyer'],

  ['CERTIFICATE_PASSED', 'from', 'DEBIT', 'SETTLED_BY_CERTIFICATE', 'whole', 'to'],
  ['CERTIFICATE_PASSED', 'from', 'CREDIT', 'CERTIFICATES', 'whole', 'buyer'],
  ['CERTIFICATE_PASSED', 'to', 'DEBIT', 'CERTIFICATES', 'whole', 'buyer'],
  ['CERTIFICATE_PASSED', 'to', 'CREDIT', 'SETTLED_BY_CERTIFICATE', 'whole', 'from'],

  ...funded('FUNDED'),
  ['FUNDED', 'seller', 'CREDIT', 'CERTIFICATES', 'whole', 'buyer'],
  ...funded('FUNDED_WITH_RECOURSE'),
  ['FUNDED_WITH_RECOURSE', 'seller', 'CREDIT', 'BORROWINGS', 'whole', 'bank'],
  ['FUNDED_WITH_RECOURSE', 'seller', 'DEBIT', 'CERTIFICATES_SOLD', 'whole', 'buyer'],
  ['FUNDED_WITH_RECOURSE', 'seller', 'CREDIT', 'CERTIFICATES', 'whole', 'buyer'],

  ['CERTIFICATE_PAID', 'buyer', 'DEBIT', 'PAYABLES_ARRANGED', 'whole', 'supplier'],
  ['CERTIFICATE_PAID', 'buyer', 'CREDIT', 'CASH', 'whole', 'payee'],
  ['CERTIFICATE_PAID', 'payee', 'DEBIT', 'CASH', 'whole', 'buyer'],
  ['CERTIFICATE_PAID', 'payee', 'CREDIT', 'CERTIFICATES', 'whole', 'buyer'],

  ['FINANCING_PAID', 'buyer', 'DEBIT', 'PAYABLES_FINANCED', 'whole', 'supplier'],
  ['FINANCING_PAID', 'buyer', 'CREDIT', 'CASH', 'whole', 'bank'],
  ['FINANCING_PAID', 'bank', 'DEBIT', 'CASH', 'whole', 'buyer'],
  ['FINANCING_PAID', 'bank', 'CREDIT', 'RECEIVABLES_BOUGHT', 'whole', 'buyer'],

  ['RECOURSE_LAPSED', 'seller', 'DEBIT', 'BORROWINGS', 'whole', 'bank'],
  ['RECOURSE_LAPSED', 'seller', 'CREDIT', 'CERTIFICATES_SOLD', 'whole', 'buyer'],

  ['DISCOUNT_EARNED', 'bank', 'DEBIT', 'UNEARNED_DISCOUNT', 'discount', 'seller'],
  ['DISCOUNT_EARNED', 'bank', 'CREDIT', 'DISCOUNT_INCOME', 'discount', 'seller'],

  ['RESERVE_PAID', 'payer', 'DEBIT', 'RESERVE_OWED', 'whole', 'payee'],
  ['RESERVE_PAID', 'payer', 'CREDIT', 'CASH', 'whole', 'payee'],
  ['RESERVE_PAID', 'payee', 'DEBIT', 'CASH', 'whole', 'payer'],
  ['RESERVE_PAID', 'payee', 'CREDIT', 'RESERVE_DUE', 'whole', 'payer'],

  // What is kept back answers for the interest, and what it does not cover is paid into it.
  ['LATE_INTEREST', 'bank', 'DEBIT', 'RESERVE_OWED', 'whole', 'seller'],
  ['LATE_INTEREST', 'bank', 'CREDIT', 'LATE_INTEREST_INCOME', 'whole', 'seller'],
  ['LATE_INTEREST', 'seller', 'DEBIT', 'LATE_INTEREST_COST', 'whole', 'bank'],
  ['LATE_INTEREST', 'seller', 'CREDIT', 'RESERVE_DUE', 'whole', 'bank'],

  ['CLAIM_PAID', 'payer', 'DEBIT', 'RESERVE_DUE', 'whole', 'payee'],
  ['CLAIM_PAID', 'payer', 'CREDIT', 'CASH', 'whole', 'payee'],
  ['CLAIM_PAID', 'payee', 'DEBIT', 'CASH', 'whole', 'payer'],
  ['CLAIM_PAID', 'payee', 'CREDIT', 'RESERVE_OWED', 'whole', 'payer'],

  ['OVERPAID', 'from', 'DEBIT', 'REFUND_DUE', 'whole', 'to'],
  ['OVERPAID', 'from', 'CREDIT', 'CASH', 'whole', 'to'],
  ['OVERPAID', 'to', 'DEBIT', 'CASH', 'whole', 'from'],
  ['OVERPAID', 'to', 'CREDIT', 'REFUND_OWED', 'whole', 'from'],

  ['OVERPAYMENT_RETURNED', 'payer', 'DEBIT', 'REFUND_OWED', 'whole', 'payee'],
  ['OVERPAYMENT_RETURNED', 'payer', 'CREDIT', 'CASH', 'whole', 'payee'],
  ['OVERPAYMENT_RETURNED', 'payee', 'DEBIT', 'CASH', 'whole', 'payer'],
  ['OVERPAYMENT_RETURNED', 'payee', 'CREDIT', 'REFUND_DUE', 'whole', 'payer'],

  ...credited('CREDITED', 'PAYABLES_ARRANGED', 'CERTIFICATES'),
  ...credited('CREDITED_UNTAKEN', 'PAYABLES_ARRANGED', 'RECEIVABLES'),
  ...credited('CREDITED_OUTSIDE', 'PAYABLES', 'RECEIVABLES'),
  ...credited('CREDITED_BACK', 'REFUND_DUE', 'REFUND_OWED'),
  ['CREDITED_SOLD', 'buyer', 'DEBIT', 'PAYABLES_FINANCED', 'whole', 'supplier'],
  ['CREDITED_SOLD', 'buyer', 'CREDIT', 'PURCHASES', 'whole', 'supplier'],
  ['CREDITED_SOLD', 'seller', 'DEBIT', 'SALES', 'whole', 'buyer'],
  ['CREDITED_SOLD', 'seller', 'CREDIT', 'RESERVE_DUE', 'whole', 'bank'],
  ['CREDITED_SOLD', 'bank', 'DEBIT', 'RESERVE_OWED', 'whole', 'seller'],
  ['CREDITED_SOLD', 'bank', 'CREDIT', 'RECEIVABLES_BOUGHT', 'whole', 'buyer'],
];

/** Less was bought and sold: off what the one owes and the other is owed, wherever that stands. */
function credited(
  event: 'CREDITED' | 'CREDITED_UNTAKEN' | 'CREDITED_OUTSIDE' | 'CREDITED_BACK',
  owed: AccountCode,
  due: AccountCode,
): readonly Line[] {
  return [
    [event, 'buyer', 'DEBIT', owed, 'whole', 'supplier'],
    [event, 'buyer', 'CREDIT', 'PURCHASES', 'whole', 'supplier'],
    [event, 'supplier', 'DEBIT', 'SALES', 'whole', 'buyer'],
    [event, 'supplier', 'CREDIT', due, 'whole', 'buyer'],
  ];
}

/** What is the same with and without recourse: only how the seller shows what it sold differs. */
function funded(event: 'FUNDED' | 'FUNDED_WITH_RECOURSE'): readonly Line[] {
  return [
    [event, 'bank', 'DEBIT', 'RECEIVABLES_BOUGHT', 'whole', 'buyer'],
    [event, 'bank', 'CREDIT', 'CASH', 'net', 'seller'],
    [event, 'bank', 'CREDIT', 'RESERVE_OWED', 'reserve', 'seller'],
    [event, 'bank', 'CREDIT', 'UNEARNED_DISCOUNT', 'discount', 'seller'],
    [event, 'bank', 'CREDIT', 'FEE_INCOME', 'fee', 'seller'],
    [event, 'buyer', 'DEBIT', 'PAYABLES_ARRANGED', 'whole', 'supplier'],
    [event, 'buyer', 'CREDIT', 'PAYABLES_FINANCED', 'whole', 'supplier'],
    [event, 'seller', 'DEBIT', 'CASH', 'net', 'bank'],
    [event, 'seller', 'DEBIT', 'RESERVE_DUE', 'reserve', 'bank'],
    [event, 'seller', 'DEBIT', 'DISCOUNT_COST', 'discount', 'bank'],
    [event, 'seller', 'DEBIT', 'FEE_COST', 'fee', 'bank'],
  ];
}

const fundings = ['FUNDED', 'FUNDED_WITH_RECOURSE'] as const;
const payments = [
  ...(['CERTIFICATE_PAID', 'FINANCING_PAID', 'RECOURSE_LAPSED', 'DISCOUNT_EARNED'] as const),
  ...(['RESERVE_PAID', 'OVERPAID', 'OVERPAYMENT_RETURNED'] as const),
  ...(['LATE_INTEREST', 'CLAIM_PAID'] as const),
] as const;

const credits = [
  ...(['CREDITED', 'CREDITED_UNTAKEN', 'CREDITED_OUTSIDE'] as const),
  ...(['CREDITED_SOLD', 'CREDITED_BACK'] as const),
] as const;

/** Which events each kind of act may be. */
export const eventsOf: Readonly<Partial<Record<KindName, readonly LedgerEvent[]>>> = {
  'invoice.confirm': ['INVOICE_CONFIRMED'],
  'certificate.issue': ['CERTIFICATE_ISSUED'],
  'certificate.decline': ['CERTIFICATE_DECLINED'],
  'certificate.accept': ['CERTIFICATE_ACCEPTED'],
  'certificate.receive': ['CERTIFICATE_PASSED'],
  'certificate.due': ['CERTIFICATE_ACCEPTED'],
  'payment.fund': fundings,
  'payment.redeem': payments,
  'line.refund': ['OVERPAID'],
  'credit.apply': credits,
};

/**
 * Kinds by which nobody comes to owe, own, earn or spend. A kind that stands neither here nor above is
 * booked by what it changes, and a test asks for its place.
 */
export const booksNothing: ReadonlySet<KindName> = new Set<KindName>([
  ...(['party.register', 'party.suspend', 'party.reinstate', 'person.appoint'] as const),
  ...(['mandate.grant', 'mandate.revoke'] as const),
  ...(['key.register', 'key.revoke', 'account.open', 'programme.open', 'programme.admit'] as const),
  ...(['programme.amend', 'account.change', 'account.approve', 'account.retract'] as const),
  ...(['calendar.publish', 'clock.set', 'clock.tick'] as const),
  ...(['validator.admit', 'validator.remove', 'validator.weigh', 'validator.ready'] as const),
  ...(['parameter.set', 'log.rotate', 'change.cancel', 'change.approve'] as const),
  ...(['shipment.assign', 'delivery.record'] as const),
  ...(['invoice.submit', 'invoice.withdraw', 'invoice.query', 'invoice.answer'] as const),
  ...(['invoice.propose', 'invoice.return', 'invoice.refuse', 'invoice.expire'] as const),
  'match.review',
  // A dispute changes no debt by itself: the duty to pay stands.
  ...(['dispute.raise', 'dispute.answer', 'dispute.accept', 'dispute.reject'] as const),
  ...(['dispute.settle', 'dispute.close'] as const),
  // Nor does a credit note, until it is applied.
  ...(['credit.issue', 'credit.acknowledge'] as const),
  // Parts are together what the whole was, in the same hands; an offer changes no owner yet.
  ...([
    'certificate.split',
    'certificate.transfer',
    'certificate.reject',
    'certificate.lapse',
  ] as const),
  ...(['limit.propose', 'limit.approve', 'finance.request', 'quote.submit'] as const),
  ...(['quote.withdraw', 'finance.close'] as const),
  ...(['finance.withdraw', 'finance.expire', 'quote.choose', 'finance.propose'] as const),
  ...(['finance.return', 'finance.approve', 'finance.decline', 'finance.fail'] as const),
  // What a bank line pays is booked by the payment that follows; what is parked pays nothing.
  ...(['statement.import', 'payment.park'] as const),
  // A payment file moves no money; what the bank books of it does.
  ...(['instruction.propose', 'instruction.approve', 'instruction.cancel'] as const),
  ...(['instruction.send', 'instruction.reject'] as const),
  // What people say about a bank line books nothing; the payment that may follow does.
  ...(['line.assign', 'line.confirm', 'line.return', 'line.dismiss'] as const),
  // Late payment is booked with the money that comes, and giving up when it is approved.
  ...(['certificate.overdue', 'certificate.default', 'writeoff.propose'] as const),
  // Not in the books yet: what is claimed, provided for and given up.
  ...(['recourse.call', 'asset.provide', 'writeoff.approve'] as const),
]);
