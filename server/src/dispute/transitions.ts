/**
 * The life of a dispute.
 *
 *   raise ─▶ RAISED ──answer──▶ EVIDENCE ──reject──▶ REJECTED
 *                 (either side says more: EVIDENCE again)
 *
 *   RAISED, EVIDENCE, REJECTED ─┬─ accept ─────────────────▶ ACCEPTED ─┐
 *                               ├─ both name one amount ───▶ SETTLED ──┤
 *                               └─ the buyer closes ───────▶ CLOSED ◀──┘ (also by its credit note)
 *
 * Held is what is disputed while both talk, what was conceded after, nothing once closed. Before the
 * promise the held part is not promised; after it, nothing is financed on the promise, while the
 * buyer's duty to pay stands as it was. A rejection ends nothing: it is for the buyer to close. Pure:
 * who may ask is decided in policy.ts.
 */
import type { InvoiceRow, InvoiceState } from '../invoice/model.ts';
import type { Refusal } from '../kernel/decision.ts';
import type { Money } from '../kernel/money.ts';
import {
  type DisputeReason,
  type DisputeRow,
  disputeReasons,
  disputesMax,
  openStates,
  textMax,
} from './model.ts';
import { texts } from './texts.ts';

const disputable: readonly InvoiceState[] = [
  ...(['RECEIVED', 'QUERIED'] as const),
  ...(['CONFIRMED', 'PARTLY_CONFIRMED', 'CERTIFIED', 'PART_PAID'] as const),
];

/** What one side says, with the digest of a document where there is one. */
export type Words = { readonly text: string; readonly documentDigest: Uint8Array | null };

export type Claim = Words & {
  readonly amount: Money;
  readonly reasonCode: string;
  readonly person: string | null;
};

/** What a dispute says of itself when it is raised. */
export type Raised = Pick<
  DisputeRow,
  'amountMinor' | 'currency' | 'reasonCode' | 'ofPromise' | 'claim' | 'claimDigest' | 'raisedBy'
>;

/** What is neither paid, credited nor disputed of what is promised, or of what is billed before the promise; minor units. */
export function openToDispute(
  invoice: Pick<
    InvoiceRow,
    'approvedMinor' | 'payableMinor' | 'paidMinor' | 'creditedMinor' | 'disputedMinor'
  >,
): bigint {
  const { approvedMinor, payableMinor, paidMinor, creditedMinor, disputedMinor } = invoice;
  const open = (approvedMinor ?? payableMinor) - paidMinor - creditedMinor - disputedMinor;
  return open > 0n ? open : 0n;
}

/** What a dispute holds back, in minor units: all of it, then what was conceded, then nothing. */
export function heldOf({ state, amountMinor, settledMinor }: DisputeRow): bigint {
  if (state === 'CLOSED') return 0n;
  return settledMinor ?? amountMinor;
}

/**
 * What the invoice's disputed amount is once the dispute has moved. A dispute from before the promise
 * holds nothing of the promise, which was made for the rest.
 */
export function disputedAfter(
  invoice: Pick<InvoiceRow, 'approvedMinor' | 'disputedMinor'>,
  before: DisputeRow,
  after: DisputeRow,
): bigint {
  const concerns = before.ofPromise || invoice.approvedMinor === null;
  return invoice.disputedMinor + (concerns ? heldOf(after) - heldOf(before) : 0n);
}

/**
 * The buyer disputes an amount. Refuses an invoice that ended or is paid, more than is open, a reason
 * that is not in the list, and a claim without words. `count` are the disputes there are.
 */
export function raise(invoice: InvoiceRow, count: number, claim: Claim): Raised | Refusal {
  const { amount, reasonCode, person, text, documentDigest } = claim;
  if (person === null) return texts.personNeeded();
  if (!disputable.includes(invoice.state)) return texts.notDisputable(invoice.state);
  if (count >= disputesMax) return texts.tooManyDisputes();
  if (!isReason(reasonCode)) {
    return texts.inputInvalid('reasonCode', reasonCode.slice(0, 100), disputeReasons.join(', '));
  }
  const { currency } = invoice;
  const open = { minor: openToDispute(invoice), currency };
  const wrong =
    checkAmount(amount, currency) ??
    (amount.minor > open.minor ? texts.exceedsOpen(amount, open) : null) ??
    checkWords('text', { text, documentDigest });
  if (wrong !== null) return wrong;
  return {
    ...{ amountMinor: amount.minor, currency, reasonCode, raisedBy: person },
    ...{ ofPromise: invoice.approvedMinor !== null, claim: text, claimDigest: documentDigest },
  };
}

/** One side says more; what it said before stays in its act. */
export function answer(
  dispute: DisputeRow,
  side: 'seller' | 'buyer',
  words: Words,
): Partial<DisputeRow> | Refusal {
  const wrong = stillOpen(dispute) ?? checkWords('text', words);
  if (wrong !== null) return wrong;
  const { text, documentDigest } = words;
  return side === 'buyer'
    ? { state: 'EVIDENCE', claim: text, claimDigest: documentDigest }
    : { state: 'EVIDENCE', answer: text, answerDigest: documentDigest };
}

/** The seller concedes all of it; the amount is said so that it stands in the signed act. */
export function acceptWhole(dispute: DisputeRow, amount: Money): Partial<DisputeRow> | Refusal {
  const { amountMinor: minor, currency } = dispute;
  const isSame = amount.minor === minor && amount.currency === currency;
  const wrong =
    stillOpen(dispute) ?? (isSame ? null : texts.amountDiffers(amount, { minor, currency }));
  return wrong ?? { state: 'ACCEPTED', settledMinor: minor };
}

/** The seller stands by its invoice. The part stays held until the buyer closes, or both settle. */
export function reject(dispute: DisputeRow, reason: string): Partial<DisputeRow> | Refusal {
  const wrong =
    (dispute.state === 'REJECTED' ? texts.stateNot('REJECTED', 'RAISED or EVIDENCE') : null) ??
    stillOpen(dispute) ??
    checkWords('reason', { text: reason, documentDigest: null });
  return wrong ?? { state: 'REJECTED', answer: reason, answerDigest: null };
}

/**
 * One side names an amount that the seller would concede. It settles when the other side has named
 * the same before; otherwise it stands as the newest offer.
 */
export function settle(
  dispute: DisputeRow,
  party: string,
  amount: Money,
): Partial<DisputeRow> | Refusal {
  const { amountMinor, currency, offeredMinor, offeredBy } = dispute;
  const disputed = { minor: amountMinor, currency };
  const wrong =
    stillOpen(dispute) ??
    checkAmount(amount, currency) ??
    (amount.minor > amountMinor ? texts.settledAbove(amount, disputed) : null);
  if (wrong !== null) return wrong;
  const isAgreed = offeredBy !== null && offeredBy !== party && offeredMinor === amount.minor;
  return isAgreed
    ? { state: 'SETTLED', settledMinor: amount.minor }
    : { state: 'EVIDENCE', offeredMinor: amount.minor, offeredBy: party };
}

/** The buyer gives up the dispute, or what was conceded in it. */
export function close(dispute: DisputeRow, reason: string): Partial<DisputeRow> | Refusal {
  const wrong =
    (dispute.state === 'CLOSED' ? texts.stateNot('CLOSED', 'a dispute not closed') : null) ??
    checkWords('reason', { text: reason, documentDigest: null });
  return wrong ?? { state: 'CLOSED', closedReason: reason };
}

/** The credit note of what was conceded is applied: nothing is held any more. */
export function credited(number: string): Partial<DisputeRow> {
  return { state: 'CLOSED', closedReason: number };
}

function stillOpen({ state }: DisputeRow): Refusal | null {
  return openStates.includes(state) ? null : texts.stateNot(state, openStates.join(', '));
}

function checkAmount(amount: Money, currency: string): Refusal | null {
  if (amount.currency !== currency) return texts.currencyDiffers(amount.currency, currency);
  return amount.minor > 0n ? null : texts.amountNotPositive(amount);
}

function checkWords(path: string, { text, documentDigest }: Words): Refusal | null {
  if (text.trim() === '') return texts.textRequired(path);
  if (text.length > textMax) {
    return texts.inputInvalid(path, `${text.length} characters`, `at most ${textMax} characters`);
  }
  if (documentDigest === null || documentDigest.length === 32) return null;
  return texts.inputInvalid('documentDigest', `${documentDigest.length} octets`, '32 octets');
}

function isReason(text: string): text is DisputeReason {
  return disputeReasons.some((each) => each === text);
}
