/**
 * What this slice says when it says no: one entry a code, in plain English, naming the thing, the
 * rule, what was seen and the way out. The codes never change once released. Pure.
 */
import type { Refusal } from '../kernel/decision.ts';
import { refuse } from '../kernel/decision.ts';
import type { Money } from '../kernel/money.ts';
import { amountText, moneyText } from '../kernel/money.ts';
import type { ProgrammeRow } from '../party/model.ts';
import type { LimitDimension, RequestState } from './model.ts';
import { financingLimits } from './model.ts';

export const texts = {
  pendingReservation: () =>
    refuse('PENDING_RESERVATION', 'Another act on this request waits for the chain.', {
      path: 'request',
      seen: 'an act that is not final yet',
      expected: 'no act under way',
      help: 'Wait until it is final, usually less than a second, and try again.',
    }),

  /** The request's state does not admit the event; the code names the state. */
  state: (state: RequestState, event: string, admitted: readonly RequestState[]) =>
    refuse(`REQUEST_${state}`, stateMessages[state], {
      path: 'request',
      seen: `${state}, asked to ${event}`,
      expected: admitted.join(' or '),
      help: stateHelp[state] ?? 'Look at the request: its history says what became of it.',
    }),

  notHolder: () =>
    refuse('NOT_HOLDER', 'Only the holder of the certificate may do this.', {
      path: 'request',
      seen: 'another party',
      expected: 'the holder',
      help: 'Ask the holder.',
    }),

  recourseLimit: (recourse: string) =>
    refuse('RECOURSE_LIMIT', 'LIMITED recourse says to what it is limited; no other does.', {
      path: 'recourseMicros',
      seen: recourse,
      expected: 'for LIMITED: recourseDays and recourseMicros; for every other: neither',
      help: 'Say from which day and for which share of the advance the seller answers.',
    }),

  notTheBank: () =>
    refuse('NOT_CHOSEN_BANK', 'Only the bank whose quote was chosen funds the request.', {
      path: 'request',
      seen: 'another party',
      expected: 'the chosen bank',
      help: 'There is nothing to do for this bank.',
    }),

  notConfirmed: (state: string) =>
    refuse('NOT_CONFIRMED', 'Only a promise of the buyer can be financed.', {
      path: 'certificate',
      seen: `an invoice that is ${state}`,
      expected: 'the certificate of a confirmed invoice',
      help: 'Wait until the buyer confirms, accept the certificate, then ask.',
    }),

  certificateNotActive: (state: string) =>
    refuse('CERTIFICATE_NOT_ACTIVE', 'Only a live and free certificate can be financed.', {
      path: 'certificate',
      seen: state,
      expected: 'ACTIVE',
      help:
        state === 'OFFERED'
          ? 'Accept the certificate first.'
          : 'Look at the certificate: its history says what became of it.',
    }),

  certificateNotReserved: (state: string) =>
    refuse('CERTIFICATE_NOT_RESERVED', 'The certificate must be locked for the bank that pays.', {
      path: 'request',
      seen: state,
      expected: 'RESERVED',
      help: 'Do not pay; ask the holder what happened.',
    }),

  requestExists: (state: string) =>
    refuse('REQUEST_EXISTS', 'There is one request at a time for a certificate.', {
      path: 'certificate',
      seen: `a request that is ${state}`,
      expected: 'none under way',
      help: 'Use the request that is under way, or withdraw it first.',
    }),

  pastMaturity: (today: string, payable: string) =>
    refuse('PAST_MATURITY', 'A certificate is financed before its maturity, not on or after it.', {
      path: 'certificate',
      seen: `business day ${today}`,
      expected: `before ${payable}`,
      help: 'Wait for the payment of the buyer.',
    }),

  deliveryRequired: () =>
    refuse('DELIVERY_REQUIRED', 'The programme pays only for goods that were received.', {
      path: 'certificate',
      seen: 'no receipt of the goods on record',
      expected: 'an event that says the goods were received',
      help: 'Ask the carrier to record the receipt.',
    }),

  invoiceDisputed: () =>
    refuse('INVOICE_DISPUTED', 'A part of the promise is disputed; nothing is financed on it.', {
      path: 'certificate',
      seen: 'disputed',
      expected: 'no dispute on record',
      help: 'Wait until seller and buyer have ended the dispute.',
    }),

  noBankInvited: () =>
    refuse('NO_BANK_INVITED', 'A request invites at least one bank.', {
      path: 'invited',
      seen: 'none',
      expected: 'one or more banks of the programme',
      help: 'Choose the banks that may quote.',
    }),

  tooManyInvited: (count: number) =>
    refuse('TOO_MANY_INVITED', 'A request invites a limited number of banks.', {
      path: 'invited',
      seen: `${count}`,
      expected: `at most ${financingLimits.invitedMax}`,
      help: 'Choose fewer banks.',
    }),

  invitedTwice: (order: number) =>
    refuse('BANK_INVITED_TWICE', 'Each bank is invited once.', {
      path: `invited.${order}`,
      seen: 'the same bank again',
      expected: 'each bank once',
      help: 'Leave it out.',
    }),

  windowInPast: (closesAt: bigint, now: bigint) =>
    refuse('WINDOW_IN_PAST', 'The window for quotes closes later than now.', {
      path: 'closesAtMs',
      seen: momentText(closesAt),
      expected: `after ${momentText(now)}`,
      help: 'Choose a later time.',
    }),

  windowTooLong: (closesAt: bigint, latest: bigint) =>
    refuse('WINDOW_TOO_LONG', 'The window for quotes is at most 30 days.', {
      path: 'closesAtMs',
      seen: momentText(closesAt),
      expected: `at most ${momentText(latest)}`,
      help: 'Choose an earlier time.',
    }),

  accountCurrency: (seen: string, expected: string) =>
    refuse('ACCOUNT_CURRENCY', 'The money arrives in the currency of the certificate.', {
      path: 'payTo',
      seen,
      expected,
      help: `Name an account that takes ${expected}.`,
    }),

  windowClosed: (closedAt: bigint) =>
    refuse('WINDOW_CLOSED', 'The window for quotes has closed.', {
      path: 'request',
      seen: `closed at ${momentText(closedAt)}`,
      expected: 'an open window',
      help: 'Quotes count only until the window closes.',
    }),

  windowOpen: (closesAt: bigint) =>
    refuse('WINDOW_OPEN', 'Quotes stay sealed until the window closes.', {
      path: 'request',
      seen: `open until ${momentText(closesAt)}`,
      expected: 'a closed window',
      help: 'Wait until then.',
    }),

  quoteExists: () =>
    refuse('QUOTE_EXISTS', 'A bank has one live quote in a request.', {
      path: 'request',
      seen: 'a live quote of this bank',
      expected: 'none',
      help: 'Withdraw the earlier quote, then give the new one.',
    }),

  quoteNotLive: (state: string) =>
    refuse(`QUOTE_${state}`, 'Only a sealed quote can be withdrawn.', {
      path: 'quote',
      seen: state,
      expected: 'COMMITTED',
      help: 'After the close a quote is firm until its last day.',
    }),

  quoteNotFirm: (state: string) =>
    refuse(`QUOTE_${state}`, 'Only a firm quote of this request can be chosen.', {
      path: 'quote',
      seen: state,
      expected: 'REVEALED',
      help: 'Choose one of the ranked quotes.',
    }),

  quoteExpired: (validTo: string, today: string) =>
    refuse('QUOTE_EXPIRED', 'A quote is firm until its last day and not longer.', {
      path: 'quote',
      seen: `business day ${today}`,
      expected: `${validTo} or earlier`,
      help: 'Choose another quote, or ask again.',
    }),

  validToInPast: (validTo: string, today: string) =>
    refuse('VALID_TO_IN_PAST', 'The last day is today or later.', {
      path: 'validTo',
      seen: validTo,
      expected: `${today} or later`,
      help: 'Choose a later day.',
    }),

  outOfRange: (path: string, seen: bigint, least: bigint, most: bigint) =>
    refuse(rangeCodes[path] ?? 'OUT_OF_RANGE', 'The number is outside of what a quote may say.', {
      path,
      seen: percentText(seen),
      expected: `${percentText(least)} to ${percentText(most)}`,
      help: 'Look at the decimal point.',
    }),

  feeNegative: (path: string, fee: Money) =>
    refuse('FEE_NEGATIVE', 'A fee is nothing or more.', {
      path: `${path}.amount`,
      seen: moneyText(fee),
      expected: '0 or more',
      help: 'Leave it at 0.',
    }),

  currencyMismatch: (path: string, seen: string, expected: string) =>
    refuse('CURRENCY_MISMATCH', 'All amounts of a request are in one currency.', {
      path: `${path}.currency`,
      seen,
      expected,
      help: `Give the amount in ${expected}.`,
    }),

  unknownName: (path: string, seen: string, expected: readonly string[]) =>
    refuse('UNKNOWN_NAME', 'This must be one of the known names.', {
      path,
      seen,
      expected: expected.join(', '),
      help: 'Choose one of them.',
    }),

  netNotPositive: (net: Money) =>
    refuse('NET_NOT_POSITIVE', 'Discount and fees leave nothing to pay out.', {
      path: 'rateMicros',
      seen: moneyText(net),
      expected: 'more than 0',
      help: 'Lower the rate or the fees.',
    }),

  netMismatch: (seen: Money, expected: Money) =>
    refuse('NET_MISMATCH', 'The net amount is not what the quote brings on this business day.', {
      path: 'net.amount',
      seen: moneyText(seen),
      expected: moneyText(expected),
      help: 'Look at the price again, then decide again.',
    }),

  payToMismatch: (seen: string, expected: string) =>
    refuse('PAY_TO_MISMATCH', 'The money goes to the account that the holder named.', {
      path: 'payTo',
      seen,
      expected,
      help: 'Use the account of the request.',
    }),

  noBuyerLimit: () =>
    refuse('NO_BUYER_LIMIT', 'A bank quotes on a buyer only under a limit for that buyer.', {
      path: 'request',
      seen: 'no limit',
      expected: 'a limit for this buyer',
      help: 'Set a limit for the buyer first.',
    }),

  limitCurrency: (seen: readonly string[], expected: string) =>
    refuse('LIMIT_CURRENCY_MISMATCH', 'A limit covers certificates of its own currency.', {
      path: 'request',
      seen: seen.join(', '),
      expected,
      help: `Set a limit in ${expected} for the buyer.`,
    }),

  limitExpired: (validTo: string, today: string) =>
    refuse('LIMIT_EXPIRED', 'The limit for the buyer is no longer valid.', {
      path: 'request',
      seen: `valid to ${validTo}`,
      expected: `valid on ${today}`,
      help: 'Renew the limit for the buyer.',
    }),

  limitSubject: (path: string, dimension: LimitDimension, isNeeded: boolean) =>
    refuse('LIMIT_SUBJECT', 'A limit names exactly what its dimension is about.', {
      path,
      seen: isNeeded ? `no ${path}` : `a ${path}`,
      expected: `${isNeeded ? `a ${path}` : `no ${path}`} for ${dimension}`,
      help: 'Name what the limit is about, and nothing else.',
    }),

  adhocWithoutDay: (adhoc: Money) =>
    refuse('ADHOC_WITHOUT_DAY', 'What is granted ad hoc has its last day.', {
      path: 'adhocTo',
      seen: `${moneyText(adhoc)} without a day`,
      expected: 'an amount and its last business day, or neither',
      help: 'Give the last day of the ad hoc amount, or leave both out.',
    }),

  limitProposalNotOpen: (state: string) =>
    refuse('LIMIT_PROPOSAL_NOT_OPEN', 'Only a proposal that waits can be approved.', {
      path: 'proposal',
      seen: state,
      expected: 'OPEN',
      help: 'Look at the limits: a newer proposal took its place, or it is in force already.',
    }),

  limitAmounts: (seen: Money, expected: Money) =>
    refuse('LIMIT_AMOUNTS', 'The approval names what was proposed.', {
      path: 'sanctioned',
      seen: moneyText(seen),
      expected: moneyText(expected),
      help: 'Look at the proposal again, then approve.',
    }),

  limitExceeded: (dimension: LimitDimension, needed: Money, available: Money) =>
    refuse(
      'LIMIT_EXCEEDED',
      `The limit ${dimensionWords[dimension]} is exceeded by ${moneyText({ ...needed, minor: needed.minor - available.minor })}.`,
      {
        path: 'request',
        seen: `${amountText(needed)} needed`,
        expected: `at most ${moneyText(available)} available`,
        help: 'Raise the limit, or leave this request to others.',
      },
    ),

  /** The same, told to the holder, who must not learn of the bank's limits. */
  bankCannotFund: () =>
    refuse('BANK_CANNOT_FUND', 'This bank cannot take on the amount at present.', {
      path: 'quote',
      seen: 'no room at the bank',
      expected: 'a bank that can take it on',
      help: 'Choose another quote.',
    }),

  limitNegative: (seen: Money) =>
    refuse('LIMIT_NEGATIVE', 'A limit is nothing or more.', {
      path: 'sanctioned.amount',
      seen: moneyText(seen),
      expected: '0 or more',
      help: 'Set 0 to stop new business.',
    }),

  techniqueDiffers: (technique: string) =>
    refuse('TECHNIQUE_DIFFERS', 'In this programme the buyer itself pays early; no bank does.', {
      path: 'certificate',
      seen: technique,
      expected: 'a programme whose technique is financed by banks',
      help: 'Wait until it is due, or ask the buyer to pay early.',
    }),

  marketClosed: (
    minute: string,
    {
      marketOpens,
      marketCloses,
      timeZone,
    }: Pick<ProgrammeRow, 'marketOpens' | 'marketCloses' | 'timeZone'>,
  ) =>
    refuse('MARKET_CLOSED', 'Quotes are taken during the hours of the market only.', {
      seen: `${minute} in ${timeZone}`,
      expected: `from ${marketOpens} until before ${marketCloses}`,
      help: 'Quote again when the market is open.',
    }),

  notABank: () =>
    refuse('NOT_A_BANK', 'Only a bank of the programme may do this.', {
      seen: 'a party with another role',
      expected: 'a bank',
      help: 'There is nothing to do for this party.',
    }),

  fourEyes: () =>
    refuse('FOUR_EYES_SAME_PERSON', 'One person proposes, another one approves.', {
      path: 'proposal',
      seen: 'the person who proposed it',
      expected: 'another approver of the bank',
      help: 'Ask a colleague to approve.',
    }),

  proposalNotOpen: (state: string) =>
    refuse('PROPOSAL_NOT_OPEN', 'Only the open proposal can be approved or returned.', {
      path: 'proposal',
      seen: state,
      expected: 'OPEN',
      help: 'Look at the request: another proposal may be open.',
    }),

  stillPayable: (fundBy: string | null, today: string) =>
    refuse('FUNDING_NOT_LATE', 'A payment fails only after its last day.', {
      path: 'request',
      seen: `business day ${today}`,
      expected: `after ${fundBy ?? 'the day that the approval sets'}`,
      help: 'Wait, or let the bank say that it will not pay.',
    }),

  reasonRequired: () =>
    refuse('REASON_REQUIRED', 'A no needs a reason, so that the other person can mend it.', {
      path: 'reason',
      seen: 'nothing',
      expected: 'a reason',
      help: 'Say in one sentence what is wrong.',
    }),

  reasonTooLong: (length: number) =>
    refuse('TEXT_TOO_LONG', 'The text is too long.', {
      path: 'reason',
      seen: `${length} characters`,
      expected: `at most ${financingLimits.reasonCharactersMax}`,
      help: 'Shorten it.',
    }),

  notLapsed: () =>
    refuse('REQUEST_NOT_LAPSED', 'A request ends only when its quotes or its time have run out.', {
      path: 'request',
      seen: 'a quote that can still be chosen or paid',
      expected: 'none',
      help: 'Wait, or withdraw the request.',
    }),
} as const satisfies Record<string, (...facts: never[]) => Refusal>;

/** '6.85 %' for 68500 millionths. */
function percentText(micros: bigint): string {
  const sign = micros < 0n ? '-' : '';
  const size = micros < 0n ? -micros : micros;
  const fraction = (size % 10_000n).toString().padStart(4, '0').replace(/0+$/, '');
  return `${sign}${size / 10_000n}${fraction === '' ? '' : `.${fraction}`} %`;
}

function momentText(ms: bigint): string {
  const date = new Date(Number(ms));
  return Number.isNaN(date.getTime()) ? `${ms} ms` : date.toISOString();
}

const rangeCodes: Readonly<Record<string, string>> = {
  rateMicros: 'RATE_OUT_OF_RANGE',
  advanceMicros: 'ADVANCE_OUT_OF_RANGE',
  feeMicros: 'FEE_OUT_OF_RANGE',
  penaltyMicros: 'RATE_OUT_OF_RANGE',
  recourseDays: 'RECOURSE_LIMIT',
  recourseMicros: 'RECOURSE_LIMIT',
};

const stateMessages: Readonly<Record<RequestState, string>> = {
  OPEN: 'The window for quotes is open.',
  CLOSED: 'The window for quotes has closed.',
  CLOSED_NO_BID: 'The window closed without a quote.',
  SELECTED: 'A quote was chosen and waits for the chain.',
  RESERVED: 'A quote was chosen; the certificate is locked for that bank.',
  APPROVAL: 'A payment is proposed and waits for the approver.',
  INSTRUCTED: 'The payment was instructed.',
  FUNDED: 'The request was paid out.',
  FUNDING_FAILED: 'The payment failed.',
  REPAYING: 'The request is being paid back.',
  REPAID: 'The request was paid back.',
  OVERDUE: 'The buyer is late.',
  DEFAULTED: 'The buyer is in default.',
  RECOURSE_CALLED: 'The seller was claimed on.',
  RECOURSE_PAID: 'The seller has paid what was claimed.',
  LOSS: 'The bank has given up what was open.',
  WITHDRAWN: 'The request was withdrawn.',
  EXPIRED: 'The request ran out of time.',
  INELIGIBLE: 'The certificate cannot be financed.',
};

const stateHelp: Readonly<Partial<Record<RequestState, string>>> = {
  OPEN: 'Wait until the window closes.',
  CLOSED_NO_BID: 'Ask again, with more banks or a longer window.',
  EXPIRED: 'Ask again.',
  FUNDING_FAILED: 'Choose among the quotes that are firm still, or ask again.',
  WITHDRAWN: 'Ask again.',
};

/** Of which limit a sentence speaks. */
const dimensionWords: Readonly<Record<LimitDimension, string>> = {
  TOTAL: 'for everything',
  BUYER: 'for the buyer',
  SUPPLIER: 'for the supplier',
  PAIR: 'for the buyer and the supplier together',
  PROGRAMME: 'for the programme',
};
