/**
 * The life of an invoice.
 *
 *   submit ─▶ SUBMITTED ─┬─ final ──▶ RECEIVED ◀──answer── QUERIED
 *                        └─ refused ▶ INVALID     ──query──▶
 *
 *   RECEIVED ─┬─ confirm in full ─▶ CONFIRMED ────────┐
 *             ├─ confirm in part ─▶ PARTLY_CONFIRMED ─┴─ certificate ─▶ CERTIFIED ─▶ PART_PAID ─▶ PAID
 *             ├─ refuse (also QUERIED) ─▶ REFUSED
 *             ├─ withdraw (also QUERIED) ─▶ WITHDRAWN
 *             └─ time passes ─▶ EXPIRED
 *
 * and of a proposal: OPEN ─▶ CONFIRMED | RETURNED | VOID, one open at a time. From the confirmation
 * on nothing is taken back. A submission is decided by the chain: until its block is final every
 * other act on the invoice is refused. Pure: who may ask is decided in policy.ts.
 */
import { businessDaysAfter } from '../kernel/calendar.ts';
import type { Refusal } from '../kernel/decision.ts';
import { isCurrency, type Money, moneyText } from '../kernel/money.ts';
import { type BusinessDate, daysBetween, isDate, type Moment } from '../kernel/time.ts';
import { deadlineAfterPause } from './deadline.ts';
import { isNumber } from './fingerprint.ts';
import {
  confirmationStatement,
  endedStates,
  type InvoiceRow,
  type InvoiceState,
  type MatchState,
  matchStates,
  type NearMatchRow,
  numberCharsMax,
  type ProposalRow,
  pairOf,
  promisedStates,
  type Terms,
  textMax,
  type Undertaking,
  ublInvoiceFormat,
} from './model.ts';
import { texts } from './texts.ts';

/** A near match with the state of the earlier invoice; one that came to nothing holds nobody up. */
export type Match = { readonly row: NearMatchRow; readonly other: InvoiceState };

/** What a move changes: columns of the invoice, columns of its open proposal. */
export type Move = {
  readonly kind: 'move';
  readonly invoice: Partial<InvoiceRow>;
  readonly proposal: Partial<ProposalRow> | null;
};

/** What a submission says of the invoice; the fields of the act. */
export type Submission = Pick<
  InvoiceRow,
  | 'programme'
  | 'seller'
  | 'buyer'
  | 'document'
  | 'documentDigest'
  | 'format'
  | 'number'
  | 'typeCode'
  | 'issueDate'
  | 'statedDueDate'
  | 'payableMinor'
  | 'currency'
  | 'orderReference'
>;

/**
 * The supplier asks the buyer for a promise. Refuses what is not in form, is dated ahead of today,
 * or is known: `known` are all invoices of the same canonical text; those that came to nothing do
 * not count, so an expired invoice may be submitted again.
 */
export function submit(
  submission: Submission,
  facts: {
    readonly id: string;
    readonly canonical: string;
    readonly known: readonly InvoiceRow[];
    readonly terms: Terms;
    readonly today: BusinessDate;
    readonly at: Moment;
    readonly act: Uint8Array;
  },
): InvoiceRow | Refusal {
  const { terms, today } = facts;
  const wrong = checkSubmission(submission, terms, today);
  if (wrong !== null) return wrong;
  const live = facts.known.find(({ state }) => !endedStates.includes(state));
  if (live !== undefined) return texts.duplicateExact(live);
  return {
    id: facts.id,
    version: 1,
    state: 'SUBMITTED',
    ...submission,
    canonical: facts.canonical,
    confirmByDate: businessDaysAfter(today, terms.confirmDays, terms.isOpen),
    pausedSinceDate: null,
    approvedMinor: null,
    dueDate: null,
    approvedReason: null,
    confirmedBy: null,
    refusalReason: null,
    question: null,
    answer: null,
    paidMinor: 0n,
    disputedMinor: 0n,
    creditedMinor: 0n,
    openPair: null,
    pendingAct: facts.act,
    createdMs: facts.at,
  };
}

function checkSubmission(
  submission: Submission,
  terms: Terms,
  today: BusinessDate,
): Refusal | null {
  const { number, typeCode, format, issueDate, statedDueDate, currency, payableMinor } = submission;
  if (format !== ublInvoiceFormat) return texts.inputInvalid('format', format, ublInvoiceFormat);
  if (!isNumber(number) || number.length > numberCharsMax) {
    const expected = `a number with a letter or digit, at most ${numberCharsMax} characters`;
    return texts.inputInvalid('number', number.slice(0, numberCharsMax), expected);
  }
  if (typeCode === '') return texts.inputInvalid('typeCode', 'nothing', 'a code such as 380');
  if (submission.documentDigest.length !== 32) {
    const seen = `${submission.documentDigest.length} octets`;
    return texts.inputInvalid('documentDigest', seen, 'a SHA-256 of 32 octets');
  }
  if (!isDate(issueDate)) return texts.inputInvalid('issueDate', issueDate, 'a date');
  if (statedDueDate !== null && !isDate(statedDueDate)) {
    return texts.inputInvalid('dueDate', statedDueDate, 'a date');
  }
  if (!isCurrency(currency)) return texts.inputInvalid('payable.currency', currency, 'ISO 4217');
  if (payableMinor <= 0n) return texts.payableNotPositive({ minor: payableMinor, currency });
  if (terms.currency !== null && terms.currency !== currency) {
    return texts.programmeCurrency(currency, terms.currency);
  }
  return issueDate > today ? texts.issueDateFuture(issueDate, today) : null;
}

/** The chain took the submission: the buyer has it. */
export const received: Partial<InvoiceRow> = { state: 'RECEIVED', pendingAct: null };

/** The chain refused it: the same invoice is reserved elsewhere. `$refusal` becomes the chain's code. */
export const invalid: Partial<InvoiceRow> = {
  state: 'INVALID',
  pendingAct: null,
  refusalReason: '$refusal',
};

/**
 * The buyer's clerk proposes what to promise. Changes nothing on the invoice; refused while another
 * proposal is open, and for whatever the promise itself would be refused for.
 */
export function propose(
  invoice: InvoiceRow,
  open: ProposalRow | null,
  undertaking: Undertaking,
  terms: Terms,
  today: BusinessDate,
  matches: readonly Match[] = [],
): Refusal | null {
  return (
    answerable(invoice, today) ??
    (open === null ? null : texts.proposalOpen(open)) ??
    nearBarrier(matches) ??
    checkUndertaking(invoice, undertaking, terms, today)
  );
}

/** True where the match keeps the buyer from promising until a person has looked. */
export function isOpen({ row, other }: Match): boolean {
  return row.state === 'OPEN' && row.riskClass !== 'LOW' && !endedStates.includes(other);
}

function nearBarrier(matches: readonly Match[]): Refusal | null {
  const open = matches.filter(isOpen);
  if (open.length > 0) return texts.nearMatchOpen(open.map(({ row }) => row));
  const duplicate = matches.find(({ row }) => row.state === 'DUPLICATE');
  return duplicate === undefined ? null : texts.nearMatchDuplicate(duplicate.row);
}

/**
 * A person of the buyer has looked at what this invoice looks like: another bill after all (CLEARED), or
 * the same one (DUPLICATE), which leaves only to refuse it. `named` are the matches that the person saw:
 * all that wait, and none that was judged before. Once judged it stays so.
 */
export function review(
  invoice: InvoiceRow,
  matches: readonly Match[],
  said: {
    readonly named: readonly string[];
    readonly verdict: string;
    readonly reason: string;
    readonly person: string | null;
  },
): readonly { readonly row: NearMatchRow; readonly after: Partial<NearMatchRow> }[] | Refusal {
  const { named, verdict, reason, person } = said;
  if (person === null) return texts.personNeeded();
  if (!isVerdict(verdict)) return texts.inputInvalid('verdict', verdict, 'CLEARED or DUPLICATE');
  const unjudged = matches.filter(({ row }) => row.state === 'OPEN').map(({ row }) => row);
  const judged = unjudged.filter(({ id }) => named.includes(id));
  const isWhole =
    named.length > 0 &&
    judged.length === named.length &&
    matches.filter(isOpen).every(({ row }) => judged.includes(row));
  const wrong =
    live(invoice, ['RECEIVED', 'QUERIED']) ??
    (isWhole ? null : texts.matchesDiffer(named, unjudged)) ??
    needText('reason', reason, 'Say what you looked at and what you found.');
  if (wrong !== null) return wrong;
  return judged.map((row) => ({ row, after: { state: verdict, reviewedBy: person, reason } }));
}

function isVerdict(text: string): text is Exclude<MatchState, 'OPEN'> {
  return text !== 'OPEN' && matchStates.some((each) => each === text);
}

/** The approver sends the proposal back, with a reason. The invoice waits on. */
export function giveBack(
  invoice: InvoiceRow,
  proposal: ProposalRow,
  reason: string,
): Move | Refusal {
  const wrong =
    live(invoice, ['RECEIVED']) ??
    (proposal.state === 'OPEN' ? null : texts.proposalNotOpen(proposal.state)) ??
    needText('reason', reason, 'Say why the proposal goes back.');
  if (wrong !== null) return wrong;
  return move({}, { state: 'RETURNED', returnedReason: reason });
}

/**
 * The buyer promises: unconditionally, this amount, on this day, without set-off. Exactly what was
 * proposed, by another person than the one who proposed it, under the words of the promise. It is
 * checked again as on the day of the proposal, since days have passed. Never taken back.
 */
export function confirm(
  invoice: InvoiceRow,
  proposal: ProposalRow,
  promise: Undertaking & { readonly person: string | null; readonly statement: string },
  terms: Terms,
  today: BusinessDate,
  matches: readonly Match[] = [],
): Move | Refusal {
  const { approved, dueDate, reason, person, statement } = promise;
  if (person === null) return texts.personNeeded();
  const wrong =
    answerable(invoice, today) ??
    (proposal.state === 'OPEN' ? null : texts.proposalNotOpen(proposal.state)) ??
    (proposal.proposedBy === person ? texts.fourEyes() : null) ??
    nearBarrier(matches) ??
    (matches.some(({ row }) => row.reviewedBy === person) ? texts.reviewerConfirms() : null) ??
    checkUndertaking(invoice, promise, terms, today) ??
    checkSame(proposal, promise) ??
    (statement === confirmationStatement ? null : texts.statementDiffers(statement));
  if (wrong !== null) return wrong;
  const isFull = approved.minor === invoice.payableMinor;
  return move(
    {
      state: isFull ? 'CONFIRMED' : 'PARTLY_CONFIRMED',
      approvedMinor: approved.minor,
      dueDate,
      approvedReason: reason,
      confirmedBy: person,
      // What was disputed is not promised; nothing of the promise is.
      disputedMinor: 0n,
      openPair: pairOf(invoice),
    },
    { state: 'CONFIRMED' },
  );
}

/** The buyer asks; its clock stands still until the seller answers. An open proposal is answered first. */
export function query(
  invoice: InvoiceRow,
  open: ProposalRow | null,
  question: string,
  today: BusinessDate,
): Move | Refusal {
  const wrong =
    asked(invoice, ['RECEIVED']) ??
    (today <= invoice.confirmByDate ? null : texts.answerTimeOver(invoice.confirmByDate, today)) ??
    (open === null ? null : texts.proposalOpen(open)) ??
    needText('question', question, 'Ask a question that the seller can answer.');
  if (wrong !== null) return wrong;
  return move({ state: 'QUERIED', pausedSinceDate: today, question, answer: null });
}

/** The seller answers; the buyer's clock goes on with the business days that it stood still. */
export function answer(
  invoice: InvoiceRow,
  said: string,
  { isOpen }: Pick<Terms, 'isOpen'>,
  today: BusinessDate,
): Move | Refusal {
  const wrong =
    asked(invoice, ['QUERIED']) ?? needText('answer', said, 'Answer what the buyer asked.');
  if (wrong !== null) return wrong;
  const pausedSince = invoice.pausedSinceDate ?? today;
  return move({
    state: 'RECEIVED',
    answer: said,
    pausedSinceDate: null,
    confirmByDate: deadlineAfterPause(
      { deadline: invoice.confirmByDate, pausedSince, today },
      isOpen,
    ),
  });
}

/** The buyer will not pay this invoice, and says why. An open proposal is void. */
export function refuseInvoice(invoice: InvoiceRow, reason: string): Move | Refusal {
  const wrong =
    live(invoice, ['RECEIVED', 'QUERIED']) ??
    needText('reason', reason, 'Say why you refuse the invoice.');
  if (wrong !== null) return wrong;
  return ended('REFUSED', reason);
}

/** The seller takes the invoice back, as long as nothing was promised. An open proposal is void. */
export function withdraw(invoice: InvoiceRow, reason: string): Move | Refusal {
  const wrong =
    live(invoice, ['RECEIVED', 'QUERIED']) ??
    needText('reason', reason, 'Say why you withdraw the invoice.');
  if (wrong !== null) return wrong;
  return ended('WITHDRAWN', reason);
}

/** The buyer stayed silent. Never while its question is open; silence is never a promise. */
export function expire(invoice: InvoiceRow, today: BusinessDate): Move | Refusal {
  const wrong =
    live(invoice, ['RECEIVED']) ??
    (today > invoice.confirmByDate ? null : texts.notExpired(invoice.confirmByDate, today));
  return wrong ?? ended('EXPIRED', null);
}

/** The promised amount became a certificate. */
export function certified(invoice: InvoiceRow): Partial<InvoiceRow> | Refusal {
  return asked(invoice, ['CONFIRMED', 'PARTLY_CONFIRMED']) ?? { state: 'CERTIFIED' };
}

/** Money has come, this much in all; it settles the promise when it reaches it. */
export function paid(invoice: InvoiceRow, paidMinor: bigint): Partial<InvoiceRow> | Refusal {
  const wrong = asked(invoice, ['CONFIRMED', 'PARTLY_CONFIRMED', 'CERTIFIED', 'PART_PAID']);
  if (wrong !== null) return wrong;
  const isSettled = paidMinor + invoice.creditedMinor === invoice.approvedMinor;
  return isSettled
    ? { state: 'PAID', paidMinor, openPair: null }
    : { state: 'PART_PAID', paidMinor };
}

/**
 * A credit note took this much off the promise in all. What then owes nothing more is paid, or closed
 * where no money came at all.
 */
export function credited(
  invoice: InvoiceRow,
  creditedMinor: bigint,
): Partial<InvoiceRow> | Refusal {
  const wrong = asked(invoice, ['CERTIFIED', 'PART_PAID']);
  if (wrong !== null) return wrong;
  const { paidMinor, approvedMinor } = invoice;
  if (paidMinor + creditedMinor !== approvedMinor) return { creditedMinor };
  return { state: paidMinor > 0n ? 'PAID' : 'CLOSED', creditedMinor, openPair: null };
}

/**
 * The due date that the invoice itself sets: stated, after the issue date, and within the tenor of
 * the programme today. Null where the buyer has to set one.
 */
export function bindingDueDate(
  invoice: Pick<InvoiceRow, 'issueDate' | 'statedDueDate'>,
  terms: Terms,
  today: BusinessDate,
): BusinessDate | null {
  const { issueDate, statedDueDate } = invoice;
  if (statedDueDate === null || statedDueDate <= issueDate) return null;
  const days = daysBetween(today, statedDueDate);
  return days >= terms.minTenorDays && days <= terms.maxTenorDays ? statedDueDate : null;
}

function checkUndertaking(
  invoice: InvoiceRow,
  { approved, dueDate, reason }: Undertaking,
  terms: Terms,
  today: BusinessDate,
): Refusal | null {
  const payable: Money = { minor: invoice.payableMinor, currency: invoice.currency };
  if (approved.currency !== payable.currency) {
    return texts.currencyDiffers(approved.currency, payable.currency);
  }
  if (approved.minor <= 0n) return texts.approvedNotPositive(approved);
  if (approved.minor > payable.minor) return texts.approvedAbovePayable(approved, payable);
  const undisputed = { minor: payable.minor - invoice.disputedMinor, currency: payable.currency };
  if (approved.minor > undisputed.minor) return texts.invoiceDisputed(approved, undisputed);
  if (approved.minor < payable.minor && isBlank(reason)) {
    return texts.reasonRequired('reason', 'Say why you approve less than the invoice asks for.');
  }
  if (reason !== null && reason.length > textMax) return texts.textTooLong('reason', reason.length);
  return checkDueDate(invoice, dueDate, terms, today);
}

function checkDueDate(
  invoice: InvoiceRow,
  dueDate: BusinessDate,
  terms: Terms,
  today: BusinessDate,
): Refusal | null {
  if (dueDate <= invoice.issueDate) return texts.dueDateNotAfterIssue(dueDate, invoice.issueDate);
  if (dueDate < today) return texts.dueDatePast(dueDate, today);
  const days = daysBetween(today, dueDate);
  if (days < terms.minTenorDays) return texts.tenorBelowMin(dueDate, days, terms.minTenorDays);
  if (days > terms.maxTenorDays) return texts.tenorAboveMax(dueDate, days, terms.maxTenorDays);
  const binding = bindingDueDate(invoice, terms, today);
  return binding === null || binding === dueDate ? null : texts.dueDateDiffers(dueDate, binding);
}

function checkSame(
  proposal: ProposalRow,
  { approved, dueDate, reason }: Undertaking,
): Refusal | null {
  if (approved.minor !== proposal.approvedMinor) {
    const proposed = { minor: proposal.approvedMinor, currency: proposal.currency };
    return texts.proposalDiffers('approved.amount', moneyText(approved), moneyText(proposed));
  }
  if (dueDate !== proposal.dueDate) {
    return texts.proposalDiffers('dueDate', dueDate, proposal.dueDate);
  }
  if (reason === proposal.reason) return null;
  return texts.proposalDiffers('reason', reason ?? 'nothing', proposal.reason ?? 'nothing');
}

/** The buyer may answer: received, and in time. */
function answerable(invoice: InvoiceRow, today: BusinessDate): Refusal | null {
  const { confirmByDate } = invoice;
  const wrong = live(invoice, ['RECEIVED']);
  if (wrong !== null) return wrong;
  return today <= confirmByDate ? null : texts.answerTimeOver(confirmByDate, today);
}

/** Moves that would change or undo a promise name it when there is one. */
function live(invoice: InvoiceRow, admitted: readonly InvoiceState[]): Refusal | null {
  if (promisedStates.includes(invoice.state)) return texts.irrevocable(invoice.state);
  return asked(invoice, admitted);
}

function asked(invoice: InvoiceRow, admitted: readonly InvoiceState[]): Refusal | null {
  if (invoice.pendingAct !== null) return texts.pendingReservation();
  return admitted.includes(invoice.state) ? null : texts.invoiceState(invoice.state, admitted);
}

function ended(state: InvoiceState, refusalReason: string | null): Move {
  return move({ state, refusalReason, pausedSinceDate: null }, { state: 'VOID' });
}

function move(invoice: Partial<InvoiceRow>, proposal: Partial<ProposalRow> | null = null): Move {
  return { kind: 'move', invoice, proposal };
}

function needText(path: string, text: string, message: string): Refusal | null {
  if (isBlank(text)) return texts.reasonRequired(path, message);
  return text.length > textMax ? texts.textTooLong(path, text.length) : null;
}

function isBlank(text: string | null): boolean {
  return text === null || text.trim() === '';
}
