/** Acts of competing finance: limits, request, sealed quotes, choice, four eyes at the bank. */
import { kind } from '../kind.ts';

export const financingKinds = [
  /** What a bank is willing to have out: in all, on a buyer, a supplier, a pair of them, a programme. */
  kind('limit.propose', {
    dimension: 'text',
    buyer: 'id?',
    supplier: 'id?',
    programme: 'id?',
    sanctioned: 'money',
    /** On top of it, up to and including a day. */
    adhoc: 'money',
    adhocTo: 'date?',
    validTo: 'date',
  }),
  /** Another person of the bank puts it in force. */
  kind('limit.approve', { proposal: 'id', sanctioned: 'money', adhoc: 'money' }),
  /** The holder asks for cash now; the window closes at a moment of real time. */
  kind('finance.request', {
    certificate: 'id',
    invited: 'ids',
    closesAtMs: 'int',
    payTo: 'id',
  }),
  /** A bank's firm price. Its terms stay in the sealed body until the window closes; the act's hash is the commitment. */
  kind('quote.submit', {
    request: 'id',
    /** Yearly rate in millionths: 6.85 % is 68500. */
    rateMicros: 'int',
    method: 'text',
    dayCount: 'text',
    /** Share of face advanced, in millionths: 1000000 is all of it. */
    advanceMicros: 'int',
    feeFlat: 'money',
    /** Share of face, in millionths. */
    feeMicros: 'int',
    feeMin: 'money',
    recourse: 'text',
    validTo: 'date',
    /** Millionths a year on top of the rate, for what is open after maturity; null for nothing. */
    penaltyMicros: 'int?',
    /** DEFER or FORGIVE, what days of grace mean once they are over; null for DEFER. */
    graceRule: 'text?',
    /** LIMITED recourse: from how many days after maturity, and to which share of the advance in millionths. */
    recourseDays: 'int?',
    recourseMicros: 'int?',
  }),
  kind('quote.withdraw', { quote: 'id' }),
  /** The window closed: quotes are opened and ranked by net cash. */
  kind('finance.close', { request: 'id' }, { automatic: true }),
  /** The holder takes the request back before a quote is chosen. */
  kind('finance.withdraw', { request: 'id', reason: 'text' }),
  /** The quotes or the reservation lapsed, or the certificate went another way; locks are released. */
  kind('finance.expire', { request: 'id' }, { automatic: true }),
  /** The holder chooses; the certificate is locked for that bank. */
  kind(
    'quote.choose',
    { request: 'id', quote: 'id', net: 'money' },
    {
      contested: true,
      effects: ({ facts, note }) => ({ notes: { spend: facts.notes ?? [], create: [note(0)] } }),
    },
  ),
  kind('finance.propose', { request: 'id', quote: 'id', net: 'money' }),
  kind('finance.return', { request: 'id', proposal: 'id', reason: 'text' }),
  /** The bank's approver instructs the payment, after every guard was checked again at that instant. */
  kind('finance.approve', {
    request: 'id',
    proposal: 'id',
    net: 'money',
    payTo: 'id',
    /** What the guards look at; a dispute or a transfer of the same moment is before it or after it. */
    certificate: 'id',
    invoice: 'id',
  }),
  /** The bank says that it will not pay what it has instructed; everything it held is free again. */
  kind('finance.decline', { request: 'id', reason: 'text' }),
  /** The bank has not paid by its last day; everything it held is free again. */
  kind('finance.fail', { request: 'id' }, { automatic: true }),
] as const;
