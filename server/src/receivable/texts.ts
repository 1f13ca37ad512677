/**
 * What this slice says when it says no: one entry a code, in plain English, naming the thing, the
 * rule, what was seen and the way out. The codes never change once released. Pure.
 */
import type { Refusal } from '../kernel/decision.ts';
import { refuse } from '../kernel/decision.ts';
import type { Money } from '../kernel/money.ts';
import { amountText, moneyText } from '../kernel/money.ts';
import type { CertificateRow, CertificateState } from './model.ts';
import { receivableLimits } from './model.ts';

export const texts = {
  pendingReservation: () =>
    refuse('PENDING_RESERVATION', 'Another act on this certificate waits for the chain.', {
      path: 'certificate',
      seen: 'an act that is not final yet',
      expected: 'no act under way',
      help: 'Wait until it is final, usually less than a second, and try again.',
    }),

  notHolder: (certificate: CertificateRow) =>
    refuse('NOT_HOLDER', 'Only the holder of record may do this with a certificate.', {
      path: 'certificate',
      seen: `certificate ${certificate.id} is held by another party`,
      expected: 'the holder of record',
      help: 'Ask the holder.',
    }),

  notTransferee: () =>
    refuse('NOT_TRANSFEREE', 'Only the party that the certificate was offered to may answer.', {
      path: 'transfer',
      seen: 'another party',
      expected: 'the transferee',
      help: 'Wait for the transferee to accept or reject.',
    }),

  /** The certificate's state does not admit the event; the code names the state. */
  state: (state: CertificateState, event: string, admitted: readonly CertificateState[]) =>
    refuse(`CERTIFICATE_${state}`, stateMessages[state] ?? 'The certificate is no longer live.', {
      path: 'certificate',
      seen: `${state}, asked to ${event}`,
      expected: admitted.join(' or '),
      help: stateHelp[state] ?? 'Look at the certificate: its history says what became of it.',
    }),

  alreadyAccepted: () =>
    refuse(
      'ALREADY_ACCEPTED',
      'An accepted certificate can be neither rejected nor accepted again.',
      {
        path: 'certificate',
        seen: 'accepted',
        expected: 'an offer that waits for an answer',
        help: 'Reject only as the very next act; now pass it back by a transfer.',
      },
    ),

  alreadyRejected: () =>
    refuse('ALREADY_REJECTED', 'This transfer was rejected; the certificate went back.', {
      path: 'transfer',
      seen: 'rejected',
      expected: 'an offer that waits for an answer',
      help: 'Ask the holder to offer it again.',
    }),

  offerLapsed: (seen: string, answerBy: string) =>
    refuse('OFFER_LAPSED', 'An offer is answered by its last business day.', {
      path: 'transfer',
      seen,
      expected: `an answer by ${answerBy}`,
      help: 'Ask the holder to offer it again.',
    }),

  offerOpen: (today: string, answerBy: string) =>
    refuse('OFFER_OPEN', 'An offer lapses after its last business day, not before.', {
      path: 'transfer',
      seen: `business day ${today}`,
      expected: `after ${answerBy}`,
      help: 'Wait for the answer.',
    }),

  offerAnswered: (state: string) =>
    refuse('OFFER_ANSWERED', 'Only an offer that waits for an answer lapses.', {
      path: 'transfer',
      seen: state,
      expected: 'PENDING',
      help: 'Look at the transfer: it says how it was answered.',
    }),

  notConfirmed: (state: string) =>
    refuse('NOT_CONFIRMED', 'Only a confirmed invoice becomes a certificate.', {
      path: 'invoice',
      seen: state,
      expected: 'CONFIRMED or PARTLY_CONFIRMED',
      help: 'The buyer confirms first.',
    }),

  alreadyCertified: () =>
    refuse('ALREADY_CERTIFIED', 'There is one certificate for each confirmed invoice.', {
      path: 'invoice',
      seen: 'a certificate for this invoice',
      expected: 'none',
      help: 'Use the certificate that exists.',
    }),

  issueMismatch: (path: string, seen: string, expected: string) =>
    refuse('ISSUE_MISMATCH', 'A certificate says exactly what the buyer confirmed.', {
      path,
      seen,
      expected,
      help: 'Derive it from the confirmation.',
    }),

  tooFewParts: (count: number) =>
    refuse('TOO_FEW_PARTS', 'A split makes at least two parts.', {
      path: 'parts',
      seen: `${count}`,
      expected: 'at least 2',
      help: 'To pass the whole on, transfer it.',
    }),

  tooManyParts: (count: number) =>
    refuse('TOO_MANY_PARTS', 'A split makes a limited number of parts.', {
      path: 'parts',
      seen: `${count}`,
      expected: `at most ${receivableLimits.partsMax}`,
      help: 'Split into larger parts and split those again.',
    }),

  partCurrency: (order: number, seen: string, expected: string) =>
    refuse('CURRENCY_MISMATCH', 'A part is in the currency of its certificate.', {
      path: `parts.${order}.currency`,
      seen,
      expected,
      help: `Give every part in ${expected}.`,
    }),

  partNotPositive: (order: number, part: Money) =>
    refuse('PART_NOT_POSITIVE', 'Each part of a split is more than nothing.', {
      path: `parts.${order}.amount`,
      seen: moneyText(part),
      expected: 'more than 0',
      help: 'Leave the part out.',
    }),

  belowMinSplit: (order: number, part: Money, least: Money) =>
    refuse('BELOW_MIN_SPLIT', "A part is at least the programme's smallest part.", {
      path: `parts.${order}.amount`,
      seen: moneyText(part),
      expected: `at least ${moneyText(least)}`,
      help: 'Make this part larger, and another one smaller.',
    }),

  splitSumMismatch: (sum: Money, face: Money) =>
    refuse('SPLIT_SUM_MISMATCH', 'The parts sum to the certificate, exactly.', {
      path: 'parts',
      seen: moneyText(sum),
      expected: moneyText(face),
      help:
        sum.minor < face.minor
          ? `Add ${amountText({ ...face, minor: face.minor - sum.minor })} to one part.`
          : `Take ${amountText({ ...face, minor: sum.minor - face.minor })} from one part.`,
    }),

  transferToSelf: () =>
    refuse('TRANSFER_TO_SELF', 'A certificate is passed to another party.', {
      path: 'transferee',
      seen: 'the holder',
      expected: 'another supplier of the programme',
      help: 'Choose the supplier that you pay.',
    }),

  transferToIssuer: () =>
    refuse('TRANSFER_TO_ISSUER', 'The party that owes a certificate cannot hold it.', {
      path: 'transferee',
      seen: 'the buyer who owes it',
      expected: 'another supplier of the programme',
      help: 'To set it off against a debt to the buyer, agree on a credit note.',
    }),

  notASupplier: () =>
    refuse('NOT_A_SUPPLIER', 'A certificate pays for a trade, so a supplier receives it.', {
      path: 'transferee',
      seen: 'a member with another role',
      expected: 'a supplier of the programme',
      help: 'To get cash from a bank, ask for financing.',
    }),

  tradeReferenceRequired: () =>
    refuse('TRADE_DOC_REQUIRED', tradeDocMessage, {
      path: 'tradeReference',
      seen: 'nothing',
      expected: 'the contract or order that the transferee is paid for',
      help: 'Give the number of the contract or order.',
    }),

  tradeDocRequired: () =>
    refuse('TRADE_DOC_REQUIRED', tradeDocMessage, {
      path: 'tradeDocument',
      seen: 'no document',
      expected: 'a file of the contract or order, and its digest',
      help: 'Upload the contract or order of this delivery to you.',
    }),

  tradeDocDiffers: (expected: string) =>
    refuse('TRADE_DOC_REQUIRED', tradeDocMessage, {
      path: 'tradeDocumentDigest',
      seen: 'the digest of another file',
      expected,
      help: 'Upload the contract or order of this delivery to you.',
    }),

  recourseTerms: (path: string, seen: string, expected: string) =>
    refuse('RECOURSE_TERMS', 'The terms of recourse must fit together.', {
      path,
      seen,
      expected,
      help: 'Say for how long and up to what share the next holder may claim from you, or choose none.',
    }),

  governingLawRequired: () =>
    refuse('GOVERNING_LAW_REQUIRED', 'Each hop names the law under which it stands.', {
      path: 'governingLaw',
      seen: 'nothing',
      expected: 'the name of a law',
      help: 'Name the law that your contract names.',
    }),

  termsNotSeen: (seen: string, expected: string) =>
    refuse('TERMS_NOT_SEEN', 'Whoever receives a certificate signs the terms of that hop.', {
      path: 'termsDigest',
      seen,
      expected,
      help: 'Open the offer again, read whom you can claim from, and sign what it shows.',
    }),

  tooLong: (path: string, length: number, most: number) =>
    refuse('TEXT_TOO_LONG', 'The text is too long.', {
      path,
      seen: `${length} characters`,
      expected: `at most ${most}`,
      help: 'Shorten it.',
    }),

  unknownRecourse: (seen: string, expected: readonly string[]) =>
    refuse('UNKNOWN_RECOURSE', 'The recourse of a hop has one of four names.', {
      path: 'recourse',
      seen,
      expected: expected.join(', '),
      help: 'NONE is usual: earlier holders owe nothing.',
    }),

  depthExceeded: (depth: number, most: number) =>
    refuse('DEPTH_EXCEEDED', 'The programme limits how many hands a certificate passes through.', {
      path: 'certificate',
      seen: `hand ${depth}`,
      expected: `at most ${most}`,
      help: 'Ask for financing instead of passing it on.',
    }),

  exDate: (seen: string, exDate: string) =>
    refuse('EX_DATE', 'So close to maturity a certificate is no longer passed on.', {
      path: 'certificate',
      seen,
      expected: `before ${exDate}`,
      help: 'Keep it until it is paid, or ask a bank for cash.',
    }),

  pastMaturity: (today: string, payable: string) =>
    refuse('PAST_MATURITY', 'A certificate that is due is only paid, nothing else.', {
      path: 'certificate',
      seen: `business day ${today}`,
      expected: `before ${payable}`,
      help: 'Wait for the payment of the buyer.',
    }),

  reasonRequired: () =>
    refuse('REASON_REQUIRED', 'A no needs a reason, so that the other party can mend it.', {
      path: 'reason',
      seen: 'nothing',
      expected: 'a reason',
      help: 'Say in one sentence what is wrong.',
    }),

  notDue: (today: string, payable: string) =>
    refuse('NOT_DUE', 'A certificate falls due on its business day, not before.', {
      path: 'certificate',
      seen: `business day ${today}`,
      expected: `${payable} or later`,
      help: 'Wait for the day.',
    }),

  mandateExceeded: (face: Money, limits: readonly Money[]) =>
    refuse('MANDATE_EXCEEDED', 'The mandate does not cover this certificate.', {
      path: 'mandate',
      seen: moneyText(face),
      expected: `at most ${limits.map(moneyText).join(' or ')}`,
      help: 'Ask a colleague with a larger mandate.',
    }),
} as const satisfies Record<string, (...facts: never[]) => Refusal>;

const tradeDocMessage = 'Each hop pays for a real trade, and its document is attached.';

const stateMessages: Partial<Record<CertificateState, string>> = {
  OFFERED: 'The certificate was not accepted yet.',
  ACTIVE: 'The certificate is live and free.',
  RESERVED: 'The certificate is locked for a bank whose quote was chosen.',
  ASSIGNED: 'The certificate was sold to a bank.',
  PLEDGED: 'The certificate is pledged to a bank.',
  DUE: 'The certificate is due; it is only paid now.',
  PART_REDEEMED: 'The certificate is partly paid; it is only paid now.',
  REDEEMED: 'The certificate was paid in full.',
  OVERDUE: 'The certificate is overdue; it is only paid now.',
  DEFAULTED: 'The buyer of the certificate is in default.',
  RECOVERED: 'The certificate was paid in full, after the default.',
  WRITTEN_OFF: 'The bank has given the certificate up; it is only paid now.',
  TRANSFER_PENDING: 'The certificate is offered to another party, who has not answered.',
  TRANSFERRED: 'The certificate was passed on.',
  SPLIT: 'The certificate was split; its parts live on.',
  FROZEN: 'The certificate is frozen by order.',
  VOID: 'The certificate was declined.',
};

const stateHelp: Partial<Record<CertificateState, string>> = {
  OFFERED: 'Accept it first.',
  RESERVED: 'Wait for the bank to pay, or for the reservation to lapse.',
  TRANSFER_PENDING: 'Wait for the transferee to accept or reject.',
  SPLIT: 'Use one of its parts.',
};
