/**
 * The life of a credit note.
 *
 *   issue ─▶ ISSUED ──acknowledge──▶ ACKNOWLEDGED ──apply, until nothing is left──▶ APPLIED
 *               └─ the chain had it before ─▶ INVALID
 *
 * The seller issues it, of one invoice that is promised and not yet paid, or at large against what the
 * buyer owes it. From then on what it will be taken from is neither financed nor paid early. Once the
 * buyer has taken it to its books the platform applies it: to its invoice, else to the open ones in the
 * order of blocking.ts. Pure: who may ask is decided in policy.ts.
 */
import type { InvoiceRow, InvoiceState } from '../invoice/model.ts';
import type { Refusal } from '../kernel/decision.ts';
import { canonicalNumber } from '../kernel/document-number.ts';
import type { Money } from '../kernel/money.ts';
import { isDate } from '../kernel/time.ts';
import { blocked, inOrder, type OpenInvoice } from './blocking.ts';
import {
  type CreditApplicationRow,
  type CreditNoteRow,
  creditNotesMax,
  type DisputeRow,
  numberMax,
  reasonMax,
} from './model.ts';
import { creditTexts as texts } from './texts.ts';

/** States of an invoice whose promise a credit note can lessen. */
const creditable: readonly InvoiceState[] = ['CERTIFIED', 'PART_PAID'];

/** What a credit note says of itself. */
export type Credit = {
  readonly number: string;
  readonly issueDate: string;
  readonly amount: Money;
  readonly reason: string;
  readonly documentDigest: Uint8Array | null;
};

/** What of an invoice a credit note was about, and what it may still take. */
export type CreditedInvoice = {
  readonly invoice: InvoiceRow;
  /** Credit notes of this invoice. */
  readonly notes: readonly CreditNoteRow[];
  /** Their applications to it, and those of credit notes at large. */
  readonly applications: readonly CreditApplicationRow[];
};

/** The text that makes a credit note the same one, however it is typed. */
export function creditText(
  seller: string,
  buyer: string,
  number: string,
  issueDate: string,
): string {
  return ['tallystick/credit-note/1', seller, buyer, canonicalNumber(number), issueDate].join('\n');
}

/**
 * What the invoice owes that no payment and no credit note has taken, in minor units: what the seller
 * owes back of it counts as taken, and so does a credit note on its way.
 */
export function openToCredit({ invoice, notes, applications }: CreditedInvoice): bigint {
  const { approvedMinor, paidMinor, creditedMinor } = invoice;
  const owedBackMinor = applications.reduce((sum, each) => sum + each.owedBackMinor, 0n);
  const waitingMinor = notes.filter(isLive).reduce((sum, note) => sum + restOf(note), 0n);
  const open = (approvedMinor ?? 0n) - paidMinor - creditedMinor - owedBackMinor - waitingMinor;
  return open > 0n ? open : 0n;
}

/** What of a credit note is not yet applied, in minor units. */
export function restOf({ amountMinor, appliedMinor }: CreditNoteRow): bigint {
  return amountMinor - appliedMinor;
}

/** True while it is still to be taken from what the buyer owes. */
export function isLive({ state }: CreditNoteRow): boolean {
  return state === 'ISSUED' || state === 'ACKNOWLEDGED';
}

/**
 * Why the credit note cannot be issued so, or null. Refuses one that is known, without number, day or
 * reason, for nothing, and, of an invoice, for more than is open of it (B.9.58).
 */
export function issueBarrier(
  credit: Credit,
  known: readonly CreditNoteRow[],
  about: CreditedInvoice | null,
  currencies: string | null,
): Refusal | null {
  if (known.some(({ state }) => state !== 'INVALID')) return texts.known(credit.number);
  return formBarrier(credit, currencies) ?? (about === null ? null : openBarrier(credit, about));
}

function formBarrier(credit: Credit, currency: string | null): Refusal | null {
  const { number, issueDate, amount, reason, documentDigest } = credit;
  if (canonicalNumber(number) === '' || number.length > numberMax) {
    return texts.inputInvalid('number', number.slice(0, 100), `1 to ${numberMax} characters`);
  }
  if (!isDate(issueDate)) return texts.inputInvalid('issueDate', issueDate, 'a day: 2026-03-31');
  if (reason.trim() === '') return texts.reasonRequired();
  if (reason.length > reasonMax) {
    return texts.inputInvalid('reason', `${reason.length} characters`, `at most ${reasonMax}`);
  }
  if (documentDigest !== null && documentDigest.length !== 32) {
    return texts.inputInvalid('documentDigest', `${documentDigest.length} octets`, '32 octets');
  }
  if (currency !== null && amount.currency !== currency) {
    return texts.currencyDiffers(amount.currency, currency);
  }
  return amount.minor > 0n ? null : texts.amountNotPositive(amount);
}

function openBarrier({ amount }: Credit, about: CreditedInvoice): Refusal | null {
  const { invoice, notes } = about;
  if (!creditable.includes(invoice.state)) return texts.notCreditable(invoice.state);
  if (notes.length >= creditNotesMax) return texts.tooMany();
  if (amount.currency !== invoice.currency) {
    return texts.currencyDiffers(amount.currency, invoice.currency);
  }
  const open = { minor: openToCredit(about), currency: invoice.currency };
  return amount.minor > open.minor ? texts.exceedsOpen(amount, open) : null;
}

/** Why it does not settle that dispute, or null: exactly what was conceded, of the same promise. */
export function disputeBarrier(
  dispute: DisputeRow,
  invoice: string | null,
  amount: Money,
): Refusal | null {
  const { state, settledMinor, currency } = dispute;
  const isConceded = state === 'ACCEPTED' || state === 'SETTLED';
  if (!isConceded || !dispute.ofPromise || settledMinor === null) {
    return texts.nothingConceded(state);
  }
  if (dispute.invoice !== invoice) return texts.otherInvoice();
  const conceded = { minor: settledMinor, currency };
  const isSame = amount.minor === settledMinor && amount.currency === currency;
  return isSame ? null : texts.amountDiffers(amount, conceded);
}

/** The buyer takes it to its books, for exactly its amount. */
export function acknowledge(
  note: CreditNoteRow,
  amount: Money,
  person: string | null,
): Partial<CreditNoteRow> | Refusal {
  if (note.pendingAct !== null) return texts.pendingReservation();
  if (note.state !== 'ISSUED') return texts.stateNot(note.state, 'ISSUED');
  if (person === null) return texts.personNeeded();
  const { amountMinor: minor, currency } = note;
  const isSame = amount.minor === minor && amount.currency === currency;
  return isSame
    ? { state: 'ACKNOWLEDGED', acknowledgedBy: person }
    : texts.amountDiffers(amount, { minor, currency });
}

/** The next invoice that an acknowledged credit note is taken from, and how much; null while there is none. */
export function nextApplication(
  note: CreditNoteRow,
  open: readonly OpenInvoice[],
): { readonly invoice: string; readonly amountMinor: bigint } | null {
  const restMinor = restOf(note);
  if (note.state !== 'ACKNOWLEDGED' || restMinor === 0n) return null;
  const [first] = inOrder(open);
  if (first === undefined) return null;
  const amountMinor = restMinor < first.openMinor ? restMinor : first.openMinor;
  return { invoice: first.id, amountMinor };
}

/** The credit note once so much more of it is applied. */
export function applied(note: CreditNoteRow, amountMinor: bigint): Partial<CreditNoteRow> {
  const appliedMinor = note.appliedMinor + amountMinor;
  const isDone = appliedMinor === note.amountMinor;
  return isDone ? { state: 'APPLIED', appliedMinor, openPair: null } : { appliedMinor };
}

/**
 * True while the invoice waits for a credit note: one of its own, or, of those at large, enough to reach
 * it in the order of blocking.ts. An invoice with a credit note of its own gives nothing to those.
 */
export function isBlocked(
  invoice: string,
  open: readonly OpenInvoice[],
  live: readonly CreditNoteRow[],
): boolean {
  if (live.some((note) => note.invoice === invoice)) return true;
  const atLarge = live.filter((note) => note.invoice === null);
  const creditMinor = atLarge.reduce((sum, note) => sum + restOf(note), 0n);
  return blocked(open, creditMinor).includes(invoice);
}
