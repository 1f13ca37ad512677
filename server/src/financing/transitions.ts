/**
 * The life of a request for financing, and of the quotes in it.
 *
 *   OPEN ──close──▶ CLOSED ──choose──▶ SELECTED ──reserve──▶ RESERVED ──propose──▶ APPROVAL
 *     │                │ ▲                 │                     ▲ └──────return──────┘ │
 *     │                │ └─────drop────────┘                                          approve
 *     ├─close─▶ CLOSED_NO_BID                                                          ▼
 *     ├─withdraw─▶ WITHDRAWN     (OPEN, CLOSED)              FUNDED ◀──fund── INSTRUCTED
 *     └─expire─▶ EXPIRED         (OPEN, CLOSED, RESERVED, APPROVAL)
 *                                  FUNDING_FAILED ◀──fail── INSTRUCTED
 *                                                            FUNDED ──repay──▶ REPAYING ──▶ REPAID
 *
 *   FUNDED, REPAYING ──overdue──▶ OVERDUE ──default──▶ DEFAULTED ──recourse──▶ RECOURSE_CALLED
 *                                               │                                    │
 *                                               └─────────writeOff───▶ LOSS ◀───── RECOURSE_PAID
 *
 * A payment of all that the buyer owes leads from each of these to REPAID, save from LOSS: what comes
 * after a write-off is recovered, and nothing is opened again.
 *
 *   COMMITTED ──close──▶ REVEALED ──choose──▶ SELECTED | LOST      COMMITTED ──▶ WITHDRAWN
 *                            └──expire──▶ EXPIRED
 *
 * After FUNDING_FAILED a request of its own, CLOSED from the start, offers the holder the quotes that
 * are firm still; so the bank that did not pay learns nothing of what comes of them.
 *
 * SELECTED waits for the chain, which decides whether the certificate is still free; nothing else may
 * happen meanwhile. Who may ask is decided in policy.ts. Pure: moments and days are inputs.
 */
import { graceRules } from '../../../chain/src/calc/after.ts';
import { whole } from '../../../chain/src/calc/amount.ts';
import { dayCounts } from '../../../chain/src/calc/days.ts';
import {
  discountMethods,
  type Price,
  type PriceTerms,
  price,
} from '../../../chain/src/calc/price.ts';
import { businessDaysAfter, type Calendar } from '../kernel/calendar.ts';
import type { Refusal } from '../kernel/decision.ts';
import { addDays, type BusinessDate, type Moment } from '../kernel/time.ts';
import { minuteIn, minuteOf, timeOf } from '../kernel/zone.ts';
import type { ProgrammeRow } from '../party/model.ts';
import type { CertificateRow } from '../receivable/model.ts';
import { recourses } from '../receivable/model.ts';
import type { QuoteRow, QuoteState, RequestRow, RequestState } from './model.ts';
import { financingLimits } from './model.ts';
import { texts } from './texts.ts';

export const requestEvents = [
  'quote',
  'close',
  'withdraw',
  'expire',
  'choose',
  'propose',
  'return',
  'approve',
  'fund',
  'fail',
  'repay',
  'overdue',
  'default',
  'recourse',
  'recoursePaid',
  'writeOff',
] as const;
export type RequestEvent = (typeof requestEvents)[number];

const admitted: Readonly<Record<RequestEvent, readonly RequestState[]>> = {
  quote: ['OPEN'],
  close: ['OPEN'],
  withdraw: ['OPEN', 'CLOSED'],
  expire: ['OPEN', 'CLOSED', 'RESERVED', 'APPROVAL'],
  choose: ['CLOSED'],
  propose: ['RESERVED'],
  return: ['APPROVAL'],
  approve: ['APPROVAL'],
  fund: ['INSTRUCTED'],
  fail: ['INSTRUCTED'],
  repay: [
    ...(['FUNDED', 'REPAYING', 'OVERDUE', 'DEFAULTED'] as const),
    ...(['RECOURSE_CALLED', 'RECOURSE_PAID', 'LOSS'] as const),
  ],
  overdue: ['FUNDED', 'REPAYING'],
  default: ['OVERDUE'],
  recourse: ['DEFAULTED'],
  recoursePaid: ['RECOURSE_CALLED'],
  writeOff: ['DEFAULTED', 'RECOURSE_CALLED', 'RECOURSE_PAID'],
};

/**
 * Why the event may not happen to the request, or null. Refuses while a contested act waits for the
 * chain, and by the name of a state that does not admit the event.
 */
export function barrier(
  request: Pick<RequestRow, 'state' | 'pendingAct'>,
  event: RequestEvent,
): Refusal | null {
  if (request.pendingAct !== null) return texts.pendingReservation();
  return admitted[event].includes(request.state)
    ? null
    : texts.state(request.state, event, admitted[event]);
}

/** Whether a certificate that is financed is paid to the bank in this state. */
export function isRepayable({ state }: Pick<RequestRow, 'state'>): boolean {
  return admitted.repay.includes(state);
}

const lateStates = {
  overdue: 'OVERDUE',
  default: 'DEFAULTED',
  recourse: 'RECOURSE_CALLED',
  recoursePaid: 'RECOURSE_PAID',
  writeOff: 'LOSS',
} as const satisfies Partial<Record<RequestEvent, RequestState>>;
export type LateEvent = keyof typeof lateStates;

/** Where what happens after maturity leads, or null where the request stays as it is. */
export function lateState(
  request: Pick<RequestRow, 'state' | 'pendingAct'>,
  event: LateEvent,
): RequestState | null {
  return barrier(request, event) === null ? lateStates[event] : null;
}

/** Where a payment of the buyer leads: of all that it owes, or of a part. */
export function repaidState(state: RequestState, isWhole: boolean): RequestState {
  if (state === 'LOSS') return 'LOSS';
  if (isWhole) return 'REPAID';
  return state === 'FUNDED' ? 'REPAYING' : state;
}

/** Why the window cannot be so, or null: it closes later than now, and within thirty days. */
export function windowBarrier(closesAtMs: Moment, now: Moment): Refusal | null {
  if (closesAtMs <= now) return texts.windowInPast(closesAtMs, now);
  const latest = now + financingLimits.windowMsMax;
  return closesAtMs > latest ? texts.windowTooLong(closesAtMs, latest) : null;
}

/** Why no quote is taken at this moment, or null: from the opening minute until before the closing one. */
export function hoursBarrier(
  market: Pick<ProgrammeRow, 'marketOpens' | 'marketCloses' | 'timeZone'>,
  at: Moment,
): Refusal | null {
  const now = minuteIn(at, market.timeZone);
  const opens = minuteOf(market.marketOpens) ?? 0;
  const closes = minuteOf(market.marketCloses) ?? 0;
  return now >= opens && now < closes ? null : texts.marketClosed(timeOf(now), market);
}

/** Why these banks cannot be invited, or null. That each is a bank of the programme is policy. */
export function invitedBarrier(invited: readonly string[]): Refusal | null {
  if (invited.length === 0) return texts.noBankInvited();
  if (invited.length > financingLimits.invitedMax) return texts.tooManyInvited(invited.length);
  const twice = invited.findIndex((bank, order) => invited.indexOf(bank) !== order);
  return twice < 0 ? null : texts.invitedTwice(twice);
}

/** Why the certificate cannot be financed today, or null: it is live and free, and not yet due. */
export function certificateBarrier(
  certificate: Pick<CertificateRow, 'state' | 'payableDate'>,
  needed: 'ACTIVE' | 'RESERVED',
  today: BusinessDate,
): Refusal | null {
  if (certificate.state !== needed) {
    return needed === 'ACTIVE'
      ? texts.certificateNotActive(certificate.state)
      : texts.certificateNotReserved(certificate.state);
  }
  return today < certificate.payableDate
    ? null
    : texts.pastMaturity(today, certificate.payableDate);
}

/** Why a quote may not come or go now, or null: only before the window closes. */
export function beforeClose(request: Pick<RequestRow, 'closesAtMs'>, at: Moment): Refusal | null {
  return at < request.closesAtMs ? null : texts.windowClosed(request.closesAtMs);
}

/** Why the window may not be closed now, or null: from its moment on. */
export function afterClose(request: Pick<RequestRow, 'closesAtMs'>, at: Moment): Refusal | null {
  return at >= request.closesAtMs ? null : texts.windowOpen(request.closesAtMs);
}

/** The terms of a quote as they come in. */
export type OfferedTerms = {
  readonly rateMicros: bigint;
  readonly method: string;
  readonly dayCount: string;
  readonly advanceMicros: bigint;
  readonly feeFlat: readonly [bigint, string];
  readonly feeMicros: bigint;
  readonly feeMin: readonly [bigint, string];
  readonly recourse: string;
  readonly validTo: BusinessDate;
  readonly penaltyMicros: bigint | null;
  readonly graceRule: string | null;
  readonly recourseDays: bigint | null;
  readonly recourseMicros: bigint | null;
};

/**
 * Why the terms cannot be quoted, or null. A rate of nothing is a price; a negative rate, a rate
 * above all reason, an advance of nothing or above the face, a fee below nothing or in another
 * currency, and terms that leave nothing to pay out are not.
 */
export function termsBarrier(
  terms: OfferedTerms,
  request: Pick<RequestRow, 'faceMinor' | 'currency' | 'payableDate'>,
  today: BusinessDate,
): Refusal | null {
  const { rateMicrosMax, feeMicrosMax } = financingLimits;
  return (
    oneOf('method', terms.method, discountMethods) ??
    oneOf('dayCount', terms.dayCount, dayCounts) ??
    oneOf('recourse', terms.recourse, recourses) ??
    within('rateMicros', terms.rateMicros, 0n, rateMicrosMax) ??
    within('advanceMicros', terms.advanceMicros, 1n, whole) ??
    within('feeMicros', terms.feeMicros, 0n, feeMicrosMax) ??
    feeBarrier('feeFlat', terms.feeFlat, request.currency) ??
    feeBarrier('feeMin', terms.feeMin, request.currency) ??
    lateBarrier(terms) ??
    (terms.validTo < today ? texts.validToInPast(terms.validTo, today) : null) ??
    netBarrier(terms, request, today)
  );
}

/** The terms as a quote states them; only after termsBarrier has let them pass. */
export function typedTerms(terms: OfferedTerms): PriceTerms {
  const method = discountMethods.find((name) => name === terms.method);
  const dayCount = dayCounts.find((name) => name === terms.dayCount);
  if (method === undefined || dayCount === undefined) throw new RangeError('unknown terms');
  return {
    rateMicros: terms.rateMicros,
    method,
    dayCount,
    advanceMicros: terms.advanceMicros,
    feeFlatMinor: terms.feeFlat[0],
    feeMicros: terms.feeMicros,
    feeMinMinor: terms.feeMin[0],
  };
}

/** What a quote says of late payment and of recourse; only after termsBarrier has let the terms pass. */
export function lateTerms(
  terms: OfferedTerms,
): Pick<QuoteRow, 'penaltyMicros' | 'graceRule' | 'recourseDays' | 'recourseMicros'> {
  const { penaltyMicros, recourseDays, recourseMicros } = terms;
  return {
    penaltyMicros: penaltyMicros ?? 0n,
    graceRule: graceRules.find((name) => name === terms.graceRule) ?? 'DEFER',
    recourseDays: recourseDays === null ? null : Number(recourseDays),
    recourseMicros,
  };
}

/** What a quote brings when it is paid out on `start`. */
export function priceOf(
  quote: PriceTerms,
  request: Pick<RequestRow, 'faceMinor' | 'payableDate'>,
  start: BusinessDate,
): Price {
  return price(request.faceMinor, quote, start, request.payableDate);
}

/** Why a quote is no longer firm, or null. */
export function firmBarrier(
  quote: Pick<QuoteRow, 'validToDate'>,
  today: BusinessDate,
): Refusal | null {
  return today <= quote.validToDate ? null : texts.quoteExpired(quote.validToDate, today);
}

type Ranked = { readonly quote: QuoteRow; readonly netMinor: bigint; readonly rank: number };

/**
 * The quotes that count in that state, most net cash first; a tie goes to the one committed earlier, then to the
 * smaller id. Quotes that are no longer firm on that day do not count.
 */
export function ranking(
  quotes: readonly QuoteRow[],
  request: Pick<RequestRow, 'faceMinor' | 'payableDate'>,
  today: BusinessDate,
  state: QuoteState = 'COMMITTED',
): readonly Ranked[] {
  return quotes
    .filter((quote) => quote.state === state && firmBarrier(quote, today) === null)
    .map((quote) => ({ quote, netMinor: priceOf(quote, request, today).netMinor }))
    .sort(
      (a, b) =>
        ascending(b.netMinor, a.netMinor) ||
        ascending(a.quote.createdMs, b.quote.createdMs) ||
        ascending(a.quote.id, b.quote.id),
    )
    .map((each, order) => ({ ...each, rank: order + 1 }));
}

/**
 * The last day on which the bank may pay what it approves today: `fundDays` business days later, and
 * before the buyer pays in any case.
 */
export function fundByOf(
  { payableDate }: Pick<RequestRow, 'payableDate'>,
  today: BusinessDate,
  isOpen: Calendar,
): BusinessDate {
  const last = businessDaysAfter(today, financingLimits.fundDays, isOpen);
  const before = addDays(payableDate, -1);
  return last < before ? last : before;
}

/** Why the payment has not failed yet, or null: its last day is over. */
export function unpaidBarrier(
  { fundByDate }: Pick<RequestRow, 'fundByDate'>,
  today: BusinessDate,
): Refusal | null {
  return fundByDate !== null && today > fundByDate ? null : texts.stillPayable(fundByDate, today);
}

/** True when nothing can come of the request any more, so that its locks must be released. */
export function isLapsed(
  request: Pick<RequestRow, 'state' | 'payableDate' | 'chosen'> & {
    /** The last day on which the limits stay blocked for it. */
    readonly blockedTo: BusinessDate | null;
  },
  quotes: readonly QuoteRow[],
  certificate: Pick<CertificateRow, 'state'>,
  today: BusinessDate,
): boolean {
  if (today >= request.payableDate) return true;
  switch (request.state) {
    case 'OPEN':
    case 'CLOSED': {
      const free = certificate.state === 'ACTIVE';
      const anyFirm = quotes.some((each) => firmBarrier(each, today) === null);
      return !free || (request.state === 'CLOSED' && !anyFirm);
    }
    case 'RESERVED':
    case 'APPROVAL': {
      const chosen = quotes.find(({ id }) => id === request.chosen);
      const isOver = request.blockedTo !== null && today > request.blockedTo;
      return isOver || chosen === undefined || firmBarrier(chosen, today) !== null;
    }
    default:
      return false;
  }
}

/** Why a reason does not do, or null: a no needs one, of bearable length. */
export function reasonBarrier(reason: string): Refusal | null {
  if (reason.trim() === '') return texts.reasonRequired();
  return reason.length > financingLimits.reasonCharactersMax
    ? texts.reasonTooLong(reason.length)
    : null;
}

/** LIMITED recourse says to what it is limited, and no other recourse does. */
function lateBarrier(terms: OfferedTerms): Refusal | null {
  const { rateMicrosMax, recourseDaysMax } = financingLimits;
  const { recourse, penaltyMicros, graceRule, recourseDays, recourseMicros } = terms;
  const isLimited = recourse === 'LIMITED';
  const isSaid = recourseDays !== null && recourseMicros !== null;
  const isSilent = recourseDays === null && recourseMicros === null;
  if (isLimited ? !isSaid : !isSilent) return texts.recourseLimit(recourse);
  return (
    within('penaltyMicros', penaltyMicros ?? 0n, 0n, rateMicrosMax) ??
    oneOf('graceRule', graceRule ?? 'DEFER', graceRules) ??
    within('recourseDays', recourseDays ?? 0n, 0n, recourseDaysMax) ??
    within('recourseMicros', recourseMicros ?? whole, 1n, whole)
  );
}

function oneOf(path: string, seen: string, names: readonly string[]): Refusal | null {
  return names.includes(seen) ? null : texts.unknownName(path, seen, names);
}

function within(path: string, seen: bigint, least: bigint, most: bigint): Refusal | null {
  return seen >= least && seen <= most ? null : texts.outOfRange(path, seen, least, most);
}

function feeBarrier(
  path: string,
  [minor, seen]: readonly [bigint, string],
  currency: string,
): Refusal | null {
  if (seen !== currency) return texts.currencyMismatch(path, seen, currency);
  return minor < 0n ? texts.feeNegative(path, { minor, currency }) : null;
}

function netBarrier(
  terms: OfferedTerms,
  request: Pick<RequestRow, 'faceMinor' | 'currency' | 'payableDate'>,
  today: BusinessDate,
): Refusal | null {
  const { netMinor } = priceOf(typedTerms(terms), request, today);
  if (netMinor > 0n) return null;
  return texts.netNotPositive({ minor: netMinor, currency: request.currency });
}

function ascending(a: bigint | string, b: bigint | string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
