/**
 * What this slice says when it says no: one entry a code, in plain English, naming the thing, the
 * rule, what was seen and the way out. The codes never change once released. Pure.
 */
import { type Refusal, refuse } from '../kernel/decision.ts';
import { type Money, moneyText } from '../kernel/money.ts';
import type { BusinessDate } from '../kernel/time.ts';
import {
  confirmationStatement,
  type InvoiceRow,
  type InvoiceState,
  type NearMatchRow,
  nearMatchesMax,
  type ProposalRow,
  textMax,
} from './model.ts';

const lawful =
  'Lawful ways remain: a credit note of the supplier, or a dispute on record; the promise stands.';

export const texts = {
  pendingReservation: () =>
    refuse('PENDING_RESERVATION', 'The submission of this invoice waits for the chain.', {
      path: 'invoice',
      seen: 'an act that is not final yet',
      expected: 'no act under way',
      help: 'Wait until it is final, usually less than a second, and try again.',
    }),

  onlySeller: () =>
    refuse('ONLY_SELLER', 'Only the seller may do this with its invoice.', {
      path: 'invoice',
      seen: 'another party',
      expected: 'the seller',
      help: 'Ask the seller.',
    }),

  onlyBuyer: () =>
    refuse('ONLY_BUYER', 'Only the buyer may answer an invoice.', {
      path: 'invoice',
      seen: 'another party',
      expected: 'the buyer',
      help: 'Wait for the buyer.',
    }),

  sellerNotActing: () =>
    refuse('ONLY_SELLER', 'A supplier submits its own invoices only.', {
      path: 'seller',
      seen: 'another party as the seller',
      expected: 'your own organisation as the seller',
      help: 'Upload an invoice in which you are the seller.',
    }),

  sellerIsBuyer: () =>
    refuse('SELLER_IS_BUYER', 'Nobody owes an invoice to itself.', {
      path: 'buyer',
      seen: 'the seller',
      expected: 'another organisation',
      help: 'Upload an invoice to a core enterprise other than yourself.',
    }),

  buyerNotCore: () =>
    refuse(
      'BUYER_UNKNOWN',
      'The buyer of the invoice is not the core enterprise of this programme.',
      {
        path: 'buyer',
        seen: 'another party',
        expected: 'the core enterprise of the programme',
        help: 'Choose the programme of the buyer that the invoice names.',
      },
    ),

  notSupplier: () =>
    refuse('NOT_A_SUPPLIER', 'Only suppliers of the programme may submit invoices to it.', {
      path: 'programme',
      seen: 'a member without the role SUPPLIER',
      expected: 'a supplier of the programme',
      help: 'Ask the core enterprise to admit you as a supplier.',
    }),

  programmeCurrency: (seen: string, expected: string) =>
    refuse('PROGRAMME_CURRENCY', 'The programme takes invoices of one currency only.', {
      path: 'payable.currency',
      seen,
      expected,
      help: 'Choose a programme of that currency.',
    }),

  payableNotPositive: (payable: Money) =>
    refuse('PAYABLE_NOT_POSITIVE', 'Nothing is left to pay, so there is nothing to promise.', {
      path: 'payable.amount',
      seen: moneyText(payable),
      expected: 'more than zero',
      help: 'Only invoices with an open amount can be submitted.',
    }),

  inputInvalid: (path: string, seen: string, expected: string) =>
    refuse('INPUT_INVALID', `The field ${path} is not as an invoice has it.`, {
      path,
      seen,
      expected,
      help: 'Submit the invoice as its file states it.',
    }),

  issueDateFuture: (seen: BusinessDate, today: BusinessDate) =>
    refuse('ISSUE_DATE_FUTURE', 'The invoice is dated after today.', {
      path: 'issueDate',
      seen,
      expected: `at most ${today}`,
      help: 'Submit it on or after its issue date: money is promised for goods that were billed.',
    }),

  duplicateExact: (known: InvoiceRow) =>
    refuse('DUPLICATE_EXACT', 'This invoice is here already; nobody is paid twice for it.', {
      path: 'number',
      seen: `number ${known.number} of ${known.issueDate}, ${known.state}, ${known.id}`,
      expected: 'an invoice that was not submitted before',
      help: 'Case, spaces, leading zeros and punctuation of a number make no difference. Open the invoice that is here.',
    }),

  nearMatchOpen: (open: readonly NearMatchRow[]) =>
    refuse(
      'NEAR_MATCH_OPEN',
      'This invoice looks like an earlier one; somebody has to look at both before it is promised.',
      {
        path: 'invoice',
        seen: open.map(({ rule, riskClass, other }) => `${riskClass} ${rule} ${other}`).join(', '),
        expected: 'no near match that waits for a review',
        help: 'Compare the invoices and say whether it is another bill or the same one.',
      },
    ),

  invoiceDisputed: (seen: Money, undisputed: Money) =>
    refuse('INVOICE_DISPUTED', 'A part of this invoice is disputed; only the rest is promised.', {
      path: 'approved.amount',
      seen: moneyText(seen),
      expected: `at most ${moneyText(undisputed)}`,
      help: 'Promise what is not disputed, or end the dispute first.',
    }),

  nearMatchDuplicate: ({ other, reason }: NearMatchRow) =>
    refuse('NEAR_MATCH_DUPLICATE', 'This invoice was judged to be an earlier one again.', {
      path: 'invoice',
      seen: `a duplicate of ${other}: ${reason ?? ''}`,
      expected: 'an invoice that is none',
      help: 'Refuse it; the seller may submit what is right.',
    }),

  reviewerConfirms: () =>
    refuse('FOUR_EYES_SAME_PERSON', 'Who cleared a near match may not confirm the invoice.', {
      path: 'invoice',
      seen: 'the same person',
      expected: 'another person of the buyer',
      help: 'Ask a colleague with a mandate to confirm.',
    }),

  matchesDiffer: (named: readonly string[], unjudged: readonly NearMatchRow[]) =>
    refuse('MATCHES_DIFFER', 'A review names every near match that waits, and no other.', {
      path: 'matches',
      seen: named.slice(0, nearMatchesMax).join(', ') || 'none',
      expected: unjudged.map(({ id }) => id).join(', ') || 'an invoice with near matches',
      help: 'Read the invoice again and look at all of them.',
    }),

  duplicateFile: (where: string) =>
    refuse('DUPLICATE_FILE', 'This very file was uploaded before.', {
      path: 'file',
      seen: where,
      expected: 'a file that is not here yet',
      help: 'Go on with the draft or invoice that is here, or discard the draft and upload again.',
    }),

  documentMismatch: (path: string, seen: string, expected: string) =>
    refuse('DOCUMENT_MISMATCH', `The ${path} is not what the uploaded file states.`, {
      path,
      seen,
      expected,
      help: 'Submit exactly what the file states, or upload the corrected file.',
    }),

  invoiceState: (state: InvoiceState, admitted: readonly InvoiceState[]) =>
    refuse('INVOICE_NOT_OPEN', stateMessages[state], {
      path: 'invoice',
      seen: state,
      expected: admitted.join(' or '),
      help: 'Open the invoice to see what can be done with it now.',
    }),

  irrevocable: (state: InvoiceState) =>
    refuse(
      'CONFIRMATION_IRREVOCABLE',
      'The buyer has confirmed this invoice; nobody takes that back.',
      {
        path: 'invoice',
        seen: state,
        expected: 'an invoice that is not confirmed',
        help: lawful,
      },
    ),

  answerTimeOver: (confirmBy: BusinessDate, today: BusinessDate) =>
    refuse('ANSWER_TIME_OVER', 'The time to answer this invoice is over.', {
      path: 'invoice',
      seen: today,
      expected: `at most ${confirmBy}`,
      help: 'The invoice expires; the supplier may submit it again.',
    }),

  notExpired: (confirmBy: BusinessDate, today: BusinessDate) =>
    refuse('NOT_EXPIRED', 'The buyer still has time to answer.', {
      path: 'invoice',
      seen: today,
      expected: `after ${confirmBy}`,
      help: 'Wait until the last day to confirm has passed.',
    }),

  proposalOpen: (open: ProposalRow) =>
    refuse('PROPOSAL_OPEN', 'A proposal for this invoice is open already.', {
      path: 'invoice',
      seen: `proposal ${open.id}`,
      expected: 'no open proposal',
      help: 'Confirm it or return it first.',
    }),

  proposalNotOpen: (seen: string) =>
    refuse('PROPOSAL_NOT_OPEN', 'The proposal is no longer the open one of this invoice.', {
      path: 'proposal',
      seen,
      expected: 'OPEN',
      help: 'Read the invoice again and answer the open proposal, or ask the clerk for a new one.',
    }),

  proposalDiffers: (path: string, seen: string, expected: string) =>
    refuse('PROPOSAL_DIFFERS', 'A confirmation says exactly what was proposed.', {
      path,
      seen,
      expected,
      help: 'Return the proposal with a reason if it should say something else.',
    }),

  fourEyes: () =>
    refuse('FOUR_EYES_SAME_PERSON', 'Who proposed a confirmation may not confirm it.', {
      path: 'proposal',
      seen: 'the same person',
      expected: 'another person of the buyer',
      help: 'Ask a colleague with a mandate to confirm.',
    }),

  personNeeded: () =>
    refuse('PERSON_REQUIRED', 'Only a person can promise; a program cannot.', {
      path: 'invoice',
      seen: 'a key of no person',
      expected: 'a person of the buyer',
      help: 'Sign with a person’s key.',
    }),

  statementDiffers: (seen: string) =>
    refuse('STATEMENT_DIFFERS', 'A confirmation is signed under the exact words of the promise.', {
      path: 'statement',
      seen: seen.slice(0, 200),
      expected: confirmationStatement,
      help: 'Sign the words of the query confirmationStatement.',
    }),

  currencyDiffers: (seen: string, expected: string) =>
    refuse('CURRENCY_MISMATCH', 'The approved amount is in the currency of the invoice.', {
      path: 'approved.currency',
      seen,
      expected,
      help: 'Approve an amount in the currency of the invoice.',
    }),

  approvedNotPositive: (approved: Money) =>
    refuse('APPROVED_NOT_POSITIVE', 'The approved amount is more than zero.', {
      path: 'approved.amount',
      seen: moneyText(approved),
      expected: 'more than zero',
      help: 'Refuse the invoice if nothing is to be paid.',
    }),

  approvedAbovePayable: (approved: Money, payable: Money) =>
    refuse('APPROVED_ABOVE_PAYABLE', 'No more can be approved than the invoice asks for.', {
      path: 'approved.amount',
      seen: moneyText(approved),
      expected: `at most ${moneyText(payable)}`,
      help: 'Approve the payable amount or less.',
    }),

  reasonRequired: (path: string, message: string) =>
    refuse('REASON_REQUIRED', message, {
      path,
      seen: 'nothing',
      expected: `one to ${textMax} characters`,
      help: 'The other side reads these words and acts on them.',
    }),

  textTooLong: (path: string, seen: number) =>
    refuse('TEXT_TOO_LONG', 'The text is too long.', {
      path,
      seen: `${seen} characters`,
      expected: `at most ${textMax} characters`,
      help: 'Say it in fewer words.',
    }),

  dueDateNotAfterIssue: (seen: BusinessDate, issued: BusinessDate) =>
    refuse('DUE_DATE_NOT_AFTER_ISSUE', 'An invoice falls due after it was issued.', {
      path: 'dueDate',
      seen,
      expected: `after ${issued}`,
      help: 'Name a later day.',
    }),

  dueDatePast: (seen: BusinessDate, today: BusinessDate) =>
    refuse('DUE_DATE_PAST', 'The due date is over already.', {
      path: 'dueDate',
      seen,
      expected: `${today} or later`,
      help: 'Name a day on which the money can be paid.',
    }),

  dueDateDiffers: (seen: BusinessDate, stated: BusinessDate) =>
    refuse('DUE_DATE_DIFFERS', 'The invoice states its due date; the promise is for that day.', {
      path: 'dueDate',
      seen,
      expected: stated,
      help: 'Promise the stated day, or refuse the invoice and ask for a corrected one.',
    }),

  tenorBelowMin: (dueDate: BusinessDate, days: number, minDays: number) =>
    refuse('TENOR_BELOW_MIN', 'The due date is nearer than the programme admits.', {
      path: 'dueDate',
      seen: `${days} days to ${dueDate}`,
      expected: `at least ${minDays} days`,
      help: 'Name a later due date, or pay the invoice outside the programme.',
    }),

  tenorAboveMax: (dueDate: BusinessDate, days: number, maxDays: number) =>
    refuse('TENOR_ABOVE_MAX', 'The due date is further away than the programme admits.', {
      path: 'dueDate',
      seen: `${days} days to ${dueDate}`,
      expected: `at most ${maxDays} days`,
      help: 'Name an earlier due date.',
    }),
} as const satisfies Readonly<Record<string, (...facts: never[]) => Refusal>>;

const stateMessages: Readonly<Record<InvoiceState, string>> = {
  SUBMITTED: 'The submission of this invoice waits for the chain.',
  INVALID: 'This invoice was not admitted; it may be corrected and submitted again.',
  RECEIVED: 'The buyer has this invoice and has not answered it.',
  QUERIED: 'The buyer asked a question about this invoice; the seller answers it first.',
  CONFIRMED: 'The buyer has confirmed this invoice already.',
  PARTLY_CONFIRMED: 'The buyer has confirmed this invoice in part already.',
  REFUSED: 'The buyer has refused this invoice.',
  EXPIRED: 'The buyer did not answer this invoice in time.',
  CERTIFIED: 'The buyer has confirmed this invoice, and its certificate is issued.',
  PART_PAID: 'This invoice is paid in part.',
  PAID: 'This invoice is paid.',
  CLOSED: 'This invoice is closed.',
  WITHDRAWN: 'The seller has withdrawn this invoice.',
};
