/**
 * What the walk must know beside the printed schema: which arguments are ids and of what, which
 * mutation is which act, and which fields cannot tell anything, each with its reason.
 *
 * A field, an id argument or a mutation that is named nowhere fails the walk; so does an entry that
 * names nothing any more.
 */
import type { KindName } from '../../../chain/src/act/kinds.ts';

/** The type of the object that an id names. 'Any' for every object. */
export type ObjectType =
  | 'Account'
  | 'AccountChange'
  | 'Act'
  | 'Assignment'
  | 'Book'
  | 'CreditLimit'
  | 'LimitProposal'
  | 'Certificate'
  | 'CreditNote'
  | 'Claim'
  | 'DeliveryEvent'
  | 'Dispute'
  | 'Document'
  | 'Draft'
  | 'FinanceRequest'
  | 'FundingProposal'
  | 'FundingSnapshot'
  | 'Instruction'
  | 'Invoice'
  | 'Key'
  | 'Leg'
  | 'Mandate'
  | 'NearMatch'
  | 'Party'
  | 'Person'
  | 'Programme'
  | 'Proposal'
  | 'Quote'
  | 'Shipment'
  | 'Statement'
  | 'StatementLine'
  | 'Transfer';

/** Where the rows of a type are, and which columns a summary hides. */
export const tables: Readonly<Partial<Record<ObjectType, string>>> = {
  Account: 'account',
  Assignment: 'assignment',
  AccountChange: 'account_change',
  CreditLimit: 'credit_limit',
  LimitProposal: 'limit_proposal',
  Certificate: 'certificate',
  CreditNote: 'credit_note',
  Claim: 'claim',
  DeliveryEvent: 'delivery_event',
  Dispute: 'dispute',
  Document: 'document',
  Draft: 'draft',
  FinanceRequest: 'finance_request',
  FundingProposal: 'funding_proposal',
  FundingSnapshot: 'funding_snapshot',
  Instruction: 'instruction',
  Invoice: 'invoice',
  Key: 'signing_key',
  Leg: 'leg',
  Mandate: 'mandate',
  NearMatch: 'near_match',
  Party: 'party',
  Person: 'person',
  Programme: 'programme',
  Proposal: 'proposal',
  Quote: 'quote',
  Shipment: 'shipment',
  Statement: 'statement',
  StatementLine: 'statement_line',
  Transfer: 'transfer',
};

/** Columns of a row that its summary does not show. */
export const hiddenInSummary: Readonly<Partial<Record<ObjectType, readonly string[]>>> = {
  Invoice: [
    ...['approvedReason', 'orderReference', 'refusalReason', 'question', 'answer'],
    ...['canonical', 'documentDigest', 'disputedMinor', 'creditedMinor', 'openPair'],
  ],
};

/** Objects that are asked for by this query argument. */
export const queryIds: Readonly<Record<string, ObjectType | 'Any'>> = {
  'accountStatement book': 'Book',
  'ageing book': 'Book',
  'counterpartyBalances book': 'Book',
  'ias7 book': 'Book',
  'ias7Items book': 'Book',
  'trialBalance book': 'Book',
  'workingCapital book': 'Book',
  'accountChange id': 'AccountChange',
  'act id': 'Act',
  'acts subjectId': 'Any',
  'certificate id': 'Certificate',
  'certificates filter.holderId': 'Party',
  'creditNote id': 'CreditNote',
  'claim id': 'Claim',
  'dispute id': 'Dispute',
  'draft id': 'Draft',
  'financeRequest id': 'FinanceRequest',
  'instruction id': 'Instruction',
  'invoice id': 'Invoice',
  'invoices filter.buyerId': 'Party',
  'invoices filter.ids': 'Invoice',
  'invoices filter.sellerId': 'Party',
  'leg id': 'Leg',
  'legs filter.payerId': 'Party',
  'node id': 'Any',
  'party id': 'Party',
  'person id': 'Person',
  'prepareDelivery shipment': 'Shipment',
  'priceQuote requestId': 'FinanceRequest',
  'policyDecisions subjectId': 'Any',
  'programme id': 'Programme',
  'shipment id': 'Shipment',
  'statement id': 'Statement',
  'statementLine id': 'StatementLine',
};

/** Other arguments that these queries need. */
export const queryArguments: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  accountStatement: { account: 'CASH', currency: 'CNY', from: '2026-01-01', to: '2026-12-31' },
  ias7: { from: '2026-01-01', to: '2026-12-31' },
  ias7Items: { figure: 'ARRANGED', on: '2026-12-31' },
  workingCapital: { from: '2026-01-01', to: '2026-12-31' },
  prepareDelivery: { bizStep: 'shipping', eventTime: '2026-03-02T12:00:00Z' },
  priceQuote: {
    ...{ ratePercent: '6.85', method: 'STRAIGHT', dayCount: 'ACT_365F', advancePercent: '100' },
    ...{ feeFlat: '0', feePercent: '0', feeMin: '0' },
  },
};

/** Objects that a mutation names, by its own argument or a field of its input. */
export const mutationIds: Readonly<Record<string, ObjectType>> = {
  'acceptCertificate certificate': 'Certificate',
  'acceptDispute dispute': 'Dispute',
  'acknowledgeCreditNote creditNote': 'CreditNote',
  'admitMember programme': 'Programme',
  'amendProgramme programme': 'Programme',
  'answerDispute dispute': 'Dispute',
  'answerInvoice invoice': 'Invoice',
  'appointPerson employer': 'Party',
  'approveFunding certificate': 'Certificate',
  'approveFunding invoice': 'Invoice',
  'approveAccountChange account': 'Account',
  'approveAccountChange change': 'AccountChange',
  'approveFunding payTo': 'Account',
  'approveFunding proposal': 'FundingProposal',
  'approveFunding request': 'FinanceRequest',
  'approveInstruction instruction': 'Instruction',
  'assignLine legs': 'Leg',
  'assignLine line': 'StatementLine',
  'assignShipment carrier': 'Party',
  'assignShipment invoice': 'Invoice',
  'cancelInstruction instruction': 'Instruction',
  'changeAccount account': 'Account',
  'approveWriteOff request': 'FinanceRequest',
  'callRecourse request': 'FinanceRequest',
  'chooseQuote quote': 'Quote',
  'chooseQuote request': 'FinanceRequest',
  'closeDispute dispute': 'Dispute',
  'confirmInvoice invoice': 'Invoice',
  'confirmInvoice proposal': 'Proposal',
  'confirmLine assignment': 'Assignment',
  'confirmLine line': 'StatementLine',
  'dismissLine line': 'StatementLine',
  'refundLine line': 'StatementLine',
  'returnLine assignment': 'Assignment',
  'returnLine line': 'StatementLine',
  'confirmInvoices items.invoice': 'Invoice',
  'confirmInvoices items.proposal': 'Proposal',
  'declineCertificate certificate': 'Certificate',
  'declineFunding request': 'FinanceRequest',
  'discardDraft id': 'Draft',
  'grantMandate holder': 'Person',
  'importStatement account': 'Account',
  'issueCreditNote buyer': 'Party',
  'issueCreditNote dispute': 'Dispute',
  'issueCreditNote invoice': 'Invoice',
  'issueCreditNote programme': 'Programme',
  'issueCreditNote seller': 'Party',
  'openAccount owner': 'Party',
  'openAccount servicer': 'Party',
  'prepareCustodialKey holder': 'Person',
  'proposeConfirmation invoice': 'Invoice',
  'proposeConfirmations items.invoice': 'Invoice',
  'proposeFunding quote': 'Quote',
  'proposeFunding request': 'FinanceRequest',
  'proposeInstruction account': 'Account',
  'proposeInstruction legs': 'Leg',
  'proposeWriteOff request': 'FinanceRequest',
  'queryInvoice invoice': 'Invoice',
  'raiseDispute invoice': 'Invoice',
  'receiveCertificate certificate': 'Certificate',
  'receiveCertificate transfer': 'Transfer',
  'recordDelivery shipment': 'Shipment',
  'refuseInvoice invoice': 'Invoice',
  'registerKey holder': 'Person',
  'registerKey owner': 'Party',
  'registerParty sponsor': 'Party',
  'reinstateParty reinstated': 'Party',
  'rejectCertificate certificate': 'Certificate',
  'rejectCertificate transfer': 'Transfer',
  'rejectDispute dispute': 'Dispute',
  'rejectInstruction instruction': 'Instruction',
  'requestFinancing certificate': 'Certificate',
  'requestFinancing invited': 'Party',
  'requestFinancing payTo': 'Account',
  'retractAccountChange account': 'Account',
  'retractAccountChange change': 'AccountChange',
  'returnFunding proposal': 'FundingProposal',
  'returnFunding request': 'FinanceRequest',
  'returnProposal invoice': 'Invoice',
  'returnProposal proposal': 'Proposal',
  'reviewMatches invoice': 'Invoice',
  'reviewMatches matches': 'NearMatch',
  'revokeKey publicKey': 'Key',
  'revokeMandate revoked': 'Mandate',
  'settleDispute dispute': 'Dispute',
  'sendInstruction instruction': 'Instruction',
  'approveLimit proposal': 'LimitProposal',
  'proposeLimit buyer': 'Party',
  'proposeLimit programme': 'Programme',
  'proposeLimit supplier': 'Party',
  'splitCertificate certificate': 'Certificate',
  'submitInvoice buyer': 'Party',
  'submitInvoice document': 'Document',
  'submitInvoice draft': 'Draft',
  'submitInvoice programme': 'Programme',
  'submitInvoice seller': 'Party',
  'submitQuote request': 'FinanceRequest',
  'suspendParty suspended': 'Party',
  'transferCertificate certificate': 'Certificate',
  'transferCertificate tradeDocument': 'Document',
  'transferCertificate transferee': 'Party',
  'uploadInvoice programme': 'Programme',
  'uploadStatement account': 'Account',
  'withdrawInvoice invoice': 'Invoice',
  'withdrawQuote quote': 'Quote',
  'withdrawRequest request': 'FinanceRequest',
};

/** Id arguments that need not hide what they name, each with its reason. */
export const openIds: Readonly<Record<string, string>> = {
  'admitMember member':
    'an organisation joins by telling the core enterprise its id, which nobody can guess; what the core enterprise then sees is its business from then on',
};

/**
 * Ids that stand beside the object of a mutation: with an object of one's own, they answer alike for
 * what is another's and for what does not exist. All other ids name the object itself, which is not
 * found.
 */
export const besideIds: ReadonlySet<string> = new Set([
  ...['approveAccountChange account', 'retractAccountChange account'],
  ...['approveFunding payTo', 'approveFunding proposal', 'assignShipment carrier'],
  ...['chooseQuote quote', 'confirmInvoice proposal', 'requestFinancing invited'],
  'confirmInvoices items.proposal',
  ...['proposeFunding quote', 'receiveCertificate transfer'],
  ...['rejectCertificate transfer', 'confirmLine assignment', 'returnLine assignment'],
  ...['requestFinancing payTo', 'returnFunding proposal', 'returnProposal proposal'],
  ...['submitInvoice buyer', 'submitInvoice document', 'submitInvoice seller'],
  'reviewMatches matches',
  ...['transferCertificate tradeDocument', 'transferCertificate transferee'],
  ...['uploadInvoice programme', 'revokeKey publicKey'],
]);

/** The kind of act that each mutation signs. */
export const kinds: Readonly<Record<string, KindName>> = {
  acceptCertificate: 'certificate.accept',
  acceptDispute: 'dispute.accept',
  acknowledgeCreditNote: 'credit.acknowledge',
  issueCreditNote: 'credit.issue',
  answerDispute: 'dispute.answer',
  closeDispute: 'dispute.close',
  raiseDispute: 'dispute.raise',
  rejectDispute: 'dispute.reject',
  settleDispute: 'dispute.settle',
  admitMember: 'programme.admit',
  admitValidator: 'validator.admit',
  amendProgramme: 'programme.amend',
  answerInvoice: 'invoice.answer',
  appointPerson: 'person.appoint',
  approveAccountChange: 'account.approve',
  approveChange: 'change.approve',
  approveFunding: 'finance.approve',
  approveInstruction: 'instruction.approve',
  assignLine: 'line.assign',
  approveWriteOff: 'writeoff.approve',
  callRecourse: 'recourse.call',
  assignShipment: 'shipment.assign',
  confirmLine: 'line.confirm',
  dismissLine: 'line.dismiss',
  refundLine: 'line.refund',
  returnLine: 'line.return',
  cancelInstruction: 'instruction.cancel',
  proposeInstruction: 'instruction.propose',
  rejectInstruction: 'instruction.reject',
  sendInstruction: 'instruction.send',
  cancelChange: 'change.cancel',
  changeAccount: 'account.change',
  chooseQuote: 'quote.choose',
  confirmInvoice: 'invoice.confirm',
  confirmInvoices: 'invoice.confirm',
  confirmReadiness: 'validator.ready',
  declineCertificate: 'certificate.decline',
  declineFunding: 'finance.decline',
  grantMandate: 'mandate.grant',
  importStatement: 'statement.import',
  openAccount: 'account.open',
  openProgramme: 'programme.open',
  publishCalendar: 'calendar.publish',
  proposeConfirmation: 'invoice.propose',
  proposeConfirmations: 'invoice.propose',
  proposeFunding: 'finance.propose',
  proposeWriteOff: 'writeoff.propose',
  queryInvoice: 'invoice.query',
  receiveCertificate: 'certificate.receive',
  recordDelivery: 'delivery.record',
  refuseInvoice: 'invoice.refuse',
  registerKey: 'key.register',
  registerParty: 'party.register',
  reinstateParty: 'party.reinstate',
  rejectCertificate: 'certificate.reject',
  removeValidator: 'validator.remove',
  requestFinancing: 'finance.request',
  retractAccountChange: 'account.retract',
  returnFunding: 'finance.return',
  returnProposal: 'invoice.return',
  reviewMatches: 'match.review',
  revokeKey: 'key.revoke',
  revokeMandate: 'mandate.revoke',
  setBusinessDate: 'clock.set',
  approveLimit: 'limit.approve',
  proposeLimit: 'limit.propose',
  rotateLogKey: 'log.rotate',
  setParameter: 'parameter.set',
  splitCertificate: 'certificate.split',
  submitInvoice: 'invoice.submit',
  submitQuote: 'quote.submit',
  suspendParty: 'party.suspend',
  transferCertificate: 'certificate.transfer',
  weighValidator: 'validator.weigh',
  withdrawInvoice: 'invoice.withdraw',
  withdrawQuote: 'quote.withdraw',
  withdrawRequest: 'finance.withdraw',
};

/** Lists: what each shows is what its reader may see, no more and no less. */
export const lists: Readonly<Record<string, ObjectType | null>> = {
  acts: 'Act',
  books: 'Book',
  certificates: 'Certificate',
  creditNotes: 'CreditNote',
  claims: 'Claim',
  disputes: 'Dispute',
  drafts: 'Draft',
  financeRequests: 'FinanceRequest',
  instructions: 'Instruction',
  invoices: 'Invoice',
  legs: 'Leg',
  limits: 'CreditLimit',
  limitProposals: 'LimitProposal',
  nearMatches: 'NearMatch',
  parties: 'Party',
  programmes: 'Programme',
  shipments: 'Shipment',
  statementLines: 'StatementLine',
  today: null,
  'viewer.programmes': 'Programme',
};

/**
 * Fields that cannot tell anything that their parent did not, by `Type.field`; `*` stands for any.
 * Everything else is walked.
 */
export const cannotLeak: Readonly<Record<string, string>> = {
  'Certificate.claims':
    'grounds and days from its own terms; whom one claims from is looked up by sight',
  'CreditNote.applications': 'days and amounts of the note; of which invoice is looked up by sight',
  'Invoice.creditPlan': 'arithmetic for its seller, and null for everyone else',
  'Query.chain': 'public: the height of the chain, its validators and the anchor for verifiers',
  'Query.network': 'public: who validates and how that changes, as the blocks themselves say',
  'Query.networkHealth': 'public to members: heights, times, names and stake of validators',
  'Query.block': 'public to members: hashes and outcomes; a height names nothing of anybody',
  'Query.blocks': 'public to members: hashes and outcomes, the same for everyone',
  'Query.logEntry':
    'public to members: where a hash stands in the log, as the log itself says over HTTP; no act is opened',
  'Query.epochs': 'public to members: who validated when, as the handovers say',
  'Subscription.blockFinal': 'public to members, as Query.block is',
  'Block.*': 'public, as Query.block is',
  'Epoch.*': 'public, as Query.epochs is',
  'NetworkHealth.*': 'public, as Query.networkHealth is',
  'Query.mandateActions': 'names of what a mandate can be for, the same for everyone',
  'Query.viewer': 'the one who asks; its fields are walked as lists of their own',
  'Query.dashboard': 'sums over the lists of the one who asks; compared with them for everyone',
  'Query.search': 'a list by words; tried for everyone with the words of what is not theirs',
  'Dashboard.*': 'sums, as Query.dashboard is',
  'Query.actContext': 'walked by kind of act, beside the other queries',
  'Query.actContexts': 'walked by kind of act, beside the other queries',
  'Mutation.signIn': 'opens a session for who knows the password',
  'Mutation.openProgramme': 'names no object; makes a new one of the one who signs',
  'Mutation.publishCalendar': 'names a calendar, which all may see; of the operator only',
  'Mutation.setBusinessDate': 'names no object; of the governor only, in demo and tests',
  'Mutation.stopValidator':
    'names a validator, which all may see; of the governor only, in demo and tests',
  'Mutation.startValidator':
    'names a validator, which all may see; of the governor only, in demo and tests',
  'Mutation.admitValidator':
    'names a validator, a rule or a change of the network, which all may see; the chain decides who may',
  'Mutation.removeValidator':
    'names a validator, a rule or a change of the network, which all may see; the chain decides who may',
  'Mutation.weighValidator':
    'names a validator, a rule or a change of the network, which all may see; the chain decides who may',
  'Mutation.setParameter':
    'names a validator, a rule or a change of the network, which all may see; the chain decides who may',
  'Mutation.cancelChange':
    'names a validator, a rule or a change of the network, which all may see; the chain decides who may',
  'Mutation.confirmReadiness':
    'names a validator, a rule or a change of the network, which all may see; what it brings is signed by that validator',
  'Mutation.approveChange':
    'names a validator, a rule or a change of the network, which all may see; what it brings is signed by that validator',
  'Mutation.rotateLogKey':
    'names a validator, a rule or a change of the network, which all may see; the chain decides who may',
  'Mutation.prepareLogKey': 'names nothing; of the governor only',
  'Mutation.prepareValidator':
    'names a validator, a rule or a change of the network, which all may see; of the governor only',
  'Mutation.signReadiness':
    'names a validator, a rule or a change of the network, which all may see; of the governor only',
  'Mutation.signApproval':
    'names a validator, a rule or a change of the network, which all may see; of the governor only',
  'Network.*': 'public, as Query.network is',
  'Session.viewer': 'who has just signed in',
  'Viewer.person': 'the one who asks',
  'Viewer.party': 'the organisation of the one who asks',
  'Viewer.programmes': 'walked as a list',
  'Viewer.colleagues': "people of the viewer's own organisation, by its id",
  'Viewer.accounts': "rows of the viewer's own organisation, by its id",
  'ActContexts.results': 'walked as the answer of Query.actContexts, byte for byte',
  'ActStanding.refusal': 'walked as part of the answer of Query.actContexts, byte for byte',
  '*Results.results':
    'what a mutation of many answers for each, walked as that mutation, byte for byte',
  '*Success.*':
    'what the one who signed has just made or changed; reached only through a mutation that was accepted',
  '*Connection.edges': 'the rows that the list has found; the list is walked',
  '*Edge.node': 'a row that the list has found',
  'Act.signer': 'columns of the act and its key: who signed is what an act shows to its readers',
  'Act.anchor': 'columns of the act',
  'Membership.party':
    'a member is listed only where its organisation is seen: the filter of Programme.members',
  'Shipment.events': 'who sees a shipment sees what was reported of it: one right, not two',
  'Draft.*': 'reached only through Query.draft, Query.drafts and node, which are walked',
  'Invoice.parsed': 'what the invoice itself says, from its own file',
  'ParsedInvoice.*': 'values of one file',
  'StatementPreview.*': 'values of the file that was just uploaded',
};

/** Types that are values of their parent: they have no row and no right of their own. */
export const valueTypes: Readonly<Record<string, string>> = {
  Money: 'an amount of its parent, or arithmetic on it',
  PolicyPack: 'rules in words, the same for everyone',
  PolicyRule: 'of a policy pack',
  PolicyVerdict: 'what a public rule says of dates of its parent',
  PolicyDecision: 'said of an object that the reader sees whole',
  CalendarYear: 'holidays of a country, the same for everyone',
  Payable: "arithmetic on the programme's terms and public holidays",
  Price: 'arithmetic on the terms that the asker gives',
  Advance: 'read by the access to its request, whole; canaries are looked for in it',
  Owed: 'arithmetic on the advance',
  Receipt: 'of the advance',
  RecourseOption: 'what a public rule says of the advance',
  Provision: 'of the advance, for the bank and its auditors; canaries are looked for in it',
  WriteOff: 'of the advance, for the bank and its auditors; canaries are looked for in it',
  Calculation: 'read by the access to its subject; canaries are looked for in it',
  CalculationValue: 'of a calculation',
  PageInfo: 'counts of the rows of a page',
  Check:
    'words and states that the rules show to whoever sees the request; canaries are looked for in them',
  Finding: 'about the file of a draft',
  ParsedLine: 'of the parsed file',
  ParsedParty: 'of the parsed file',
  RowProblem: 'about the file that was just uploaded',
  PreviewLine: 'of the file that was just uploaded',
  LedgerAccount: 'of the chart of accounts, the same for everyone',
  TrialBalance: 'sums over books that the one who asks may read',
  TrialBalanceLine: 'a sum over such books',
  TrialBalanceTotal: 'a sum over such books',
  AccountStatement: 'sums over such books',
  AccountLine: 'a line of such books',
  AgedBalance: 'a sum over such books',
  CounterpartyBalance: 'a sum over such books',
  WorkingCapital: 'arithmetic on sums over such books',
  Ias7Figures: 'sums over such books',
  Ias7Item: 'what such books say of one promise',
  PaymentTerms: 'the shortest and the longest of such terms',
  DashboardDue: 'a sum over the lists of the one who asks',
  DashboardSum: 'a sum over the lists of the one who asks',
  ActField: 'the body of the act, for those who read the act',
  ValidatorStatus: 'public',
};

/** How a field of a type without an id is reached from an object that has one. */
export const paths: Readonly<Record<string, readonly [type: ObjectType, ...fields: string[]]>> = {
  'Signer.mandate': ['Act', 'signer'],
  'PossibleClaim.from': ['Certificate', 'claims'],
  'CreditApplication.invoice': ['CreditNote', 'applications'],
};

/** Single values that are drawn from another object than their parent. */
export const drawnValues: readonly string[] = [
  'AccountChange.proposedBy',
  'AccountChange.approvedBy',
  'Shipment.invoiceId',
  'Proposal.proposedBy',
  'FundingProposal.proposedBy',
];
