/**
 * The life of a receivable certificate.
 *
 *   OFFERED ──accept──▶ ACTIVE ──split──▶ SPLIT (children ACTIVE)
 *      └──decline──▶ VOID  │ ▲
 *                          │ └─reject, lapse─ TRANSFER_PENDING ──receive──▶ TRANSFERRED (child ACTIVE)
 *                          ├──transfer──────────▲
 *                          │ ▲
 *                          │ └──release── RESERVED ──fund──▶ ASSIGNED
 *                          └──reserve────────▲                  │
 *   OFFERED, ACTIVE, TRANSFER_PENDING, ASSIGNED, PLEDGED ──mature──▶ DUE
 *   DUE, PART_REDEEMED ──overdue──▶ OVERDUE ──default──▶ DEFAULTED ──writeOff──▶ WRITTEN_OFF
 *   DUE, PART_REDEEMED, OVERDUE ──redeem──▶ in part: PART_REDEEMED, or OVERDUE still; in full: REDEEMED
 *   DEFAULTED, WRITTEN_OFF ──redeem──▶ in part: as it was; in full: RECOVERED
 *
 * A RESERVED certificate does not mature: the reservation is paid or lapses first, so that the money
 * of the buyer has one addressee. While a contested act waits for the chain nothing else may happen.
 * Who may ask is decided in policy.ts. Pure: the caller passes the business day and the facts.
 */
import type { MoneyValue } from '../../../chain/src/act/kind.ts';
import { businessDaysBefore, type Calendar } from '../kernel/calendar.ts';
import type { Refusal } from '../kernel/decision.ts';
import type { BusinessDate } from '../kernel/time.ts';
import {
  type CertificateRow,
  type CertificateState,
  receivableLimits,
  type TransferRow,
} from './model.ts';
import { texts } from './texts.ts';

export const certificateEvents = [
  'accept',
  'decline',
  'split',
  'transfer',
  'receive',
  'reject',
  'lapse',
  'reserve',
  'release',
  'fund',
  'mature',
  'overdue',
  'default',
  'writeOff',
  'redeem',
] as const;
export type CertificateEvent = (typeof certificateEvents)[number];

/** From which states an event leads where. What is not here is refused by the name of the state. */
const moves: Readonly<
  Record<CertificateEvent, Readonly<Partial<Record<CertificateState, CertificateState>>>>
> = {
  accept: { OFFERED: 'ACTIVE' },
  decline: { OFFERED: 'VOID' },
  split: { ACTIVE: 'SPLIT' },
  transfer: { ACTIVE: 'TRANSFER_PENDING' },
  receive: { TRANSFER_PENDING: 'TRANSFERRED' },
  reject: { TRANSFER_PENDING: 'ACTIVE' },
  lapse: { TRANSFER_PENDING: 'ACTIVE' },
  reserve: { ACTIVE: 'RESERVED' },
  release: { RESERVED: 'ACTIVE' },
  fund: { RESERVED: 'ASSIGNED' },
  mature: {
    OFFERED: 'DUE',
    ACTIVE: 'DUE',
    TRANSFER_PENDING: 'DUE',
    ASSIGNED: 'DUE',
    PLEDGED: 'DUE',
  },
  overdue: { DUE: 'OVERDUE', PART_REDEEMED: 'OVERDUE' },
  default: { OVERDUE: 'DEFAULTED' },
  writeOff: { DEFAULTED: 'WRITTEN_OFF' },
  redeem: {
    DUE: 'REDEEMED',
    PART_REDEEMED: 'REDEEMED',
    OVERDUE: 'REDEEMED',
    DEFAULTED: 'RECOVERED',
    WRITTEN_OFF: 'RECOVERED',
  },
};

/** Where the event would lead, or null where it may not happen. */
export function target(state: CertificateState, event: CertificateEvent): CertificateState | null {
  return moves[event][state] ?? null;
}

/**
 * Why the event may not happen to the certificate, or null. Refuses while a contested act waits
 * for the chain, and by the name of a state that does not admit it; a second answer to an offer
 * is refused as already accepted.
 */
export function barrier(
  certificate: Pick<CertificateRow, 'state' | 'pendingAct'>,
  event: CertificateEvent,
): Refusal | null {
  if (certificate.pendingAct !== null) return texts.pendingReservation();
  if (target(certificate.state, event) !== null) return null;
  const answered = event === 'accept' || event === 'decline';
  if (answered && certificate.state === 'ACTIVE') return texts.alreadyAccepted();
  return texts.state(
    certificate.state,
    event,
    Object.keys(moves[event]) as readonly CertificateState[],
  );
}

/**
 * Why the certificate cannot be split so, or null. Refuses fewer than two parts, another currency,
 * a part that is nothing or below the programme's smallest part, and a sum that differs by a
 * single minor unit.
 */
export function splitBarrier(
  certificate: Pick<CertificateRow, 'faceMinor' | 'currency'>,
  parts: readonly MoneyValue[],
  minSplitMinor: bigint,
): Refusal | null {
  const { currency, faceMinor } = certificate;
  if (parts.length < 2) return texts.tooFewParts(parts.length);
  if (parts.length > receivableLimits.partsMax) return texts.tooManyParts(parts.length);
  for (const [order, [minor, partCurrency]] of parts.entries()) {
    const part = { minor, currency };
    if (partCurrency !== currency) return texts.partCurrency(order, partCurrency, currency);
    if (minor <= 0n) return texts.partNotPositive(order, part);
    if (minor < minSplitMinor) {
      return texts.belowMinSplit(order, part, { minor: minSplitMinor, currency });
    }
  }
  const sum = parts.reduce((total, [minor]) => total + minor, 0n);
  if (sum === faceMinor) return null;
  return texts.splitSumMismatch({ minor: sum, currency }, { minor: faceMinor, currency });
}

/**
 * Why the certificate cannot be passed on so, or null. Refuses the holder and the debtor as
 * transferee, a hop without its trade, a hop beyond the programme's depth, and from the ex-date on.
 * That the transferee is a live supplier of the same programme is decided in policy.ts.
 */
export function transferBarrier(
  certificate: CertificateRow,
  hop: {
    readonly transferee: string;
    readonly tradeReference: string;
    readonly tradeDocument: string | null;
    readonly tradeDocumentDigest: Uint8Array | null;
    readonly businessDate: BusinessDate;
    readonly maxDepth: number | null;
    /** Business days before maturity from which nothing is passed on. */
    readonly exDays: number;
    readonly isOpen: Calendar;
  },
): Refusal | null {
  if (hop.transferee === certificate.holder) return texts.transferToSelf();
  if (hop.transferee === certificate.issuer) return texts.transferToIssuer();
  const reference = hop.tradeReference.trim();
  if (reference === '') return texts.tradeReferenceRequired();
  const most = receivableLimits.tradeReferenceCharactersMax;
  if (reference.length > most) return texts.tooLong('tradeReference', reference.length, most);
  if (hop.tradeDocument === null || hop.tradeDocumentDigest === null) {
    return texts.tradeDocRequired();
  }
  const depth = certificate.depth + 1;
  if (hop.maxDepth !== null && depth > hop.maxDepth) {
    return texts.depthExceeded(depth, hop.maxDepth);
  }
  if (hop.businessDate >= certificate.payableDate) {
    return texts.pastMaturity(hop.businessDate, certificate.payableDate);
  }
  const exDate = businessDaysBefore(certificate.payableDate, hop.exDays, hop.isOpen);
  if (hop.exDays === 0 || hop.businessDate < exDate) return null;
  return texts.exDate(hop.businessDate, exDate);
}

/**
 * Why the transferee may not answer the offer now, or null: an offer is answered once, on its last
 * business day at the latest, even where nobody has marked it as lapsed yet.
 */
export function answerBarrier(
  transfer: Pick<TransferRow, 'state' | 'answerBy'>,
  businessDate: BusinessDate,
): Refusal | null {
  switch (transfer.state) {
    case 'PENDING':
      return businessDate > transfer.answerBy
        ? texts.offerLapsed(businessDate, transfer.answerBy)
        : null;
    case 'RECEIVED':
      return texts.alreadyAccepted();
    case 'REJECTED':
      return texts.alreadyRejected();
    case 'LAPSED':
      return texts.offerLapsed('lapsed', transfer.answerBy);
  }
}

/** Why an offer does not lapse today, or null: only one that waits, from the day after its last. */
export function lapseBarrier(
  transfer: Pick<TransferRow, 'state' | 'answerBy'>,
  businessDate: BusinessDate,
): Refusal | null {
  if (transfer.state !== 'PENDING') return texts.offerAnswered(transfer.state);
  return businessDate > transfer.answerBy ? null : texts.offerOpen(businessDate, transfer.answerBy);
}

/** Why a reason does not do, or null: a no needs one, of bearable length. */
export function reasonBarrier(reason: string): Refusal | null {
  const most = receivableLimits.reasonCharactersMax;
  if (reason.trim() === '') return texts.reasonRequired();
  return reason.length > most ? texts.tooLong('reason', reason.length, most) : null;
}

/** Why the certificate does not fall due today, or null: on its business day or any later one. */
export function dueBarrier(
  certificate: Pick<CertificateRow, 'payableDate'>,
  businessDate: BusinessDate,
): Refusal | null {
  return businessDate < certificate.payableDate
    ? texts.notDue(businessDate, certificate.payableDate)
    : null;
}

/** What a payment leaves: capped by what is open, so an overpayment never makes it negative. */
export function redeemed(
  certificate: Pick<CertificateRow, 'state' | 'openMinor'>,
  appliedMinor: bigint,
): Pick<CertificateRow, 'state' | 'openMinor'> {
  const openMinor = certificate.openMinor - appliedMinor;
  if (appliedMinor <= 0n || openMinor < 0n) {
    throw new RangeError('a payment applies more than nothing and at most what is open');
  }
  if (openMinor === 0n)
    return { openMinor, state: target(certificate.state, 'redeem') ?? 'REDEEMED' };
  return { openMinor, state: certificate.state === 'DUE' ? 'PART_REDEEMED' : certificate.state };
}
