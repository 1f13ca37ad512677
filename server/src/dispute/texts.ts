/**
 * What this slice says when it says no: one entry a code, in plain English, naming the thing, the
 * rule, what was seen and the way out. Pure.
 */
import { refuse } from '../kernel/decision.ts';
import { type Money, moneyText } from '../kernel/money.ts';
import type { CreditNoteState, DisputeState } from './model.ts';
import { creditNotesMax, disputesMax, reasonMax, textMax } from './model.ts';

export const texts = {
  onlyBuyer: () =>
    refuse('ONLY_BUYER', 'Only the buyer may dispute an invoice, or take the dispute back.', {
      path: 'dispute',
      seen: 'another party',
      expected: 'the buyer',
      help: 'Ask the buyer.',
    }),

  onlySeller: () =>
    refuse('ONLY_SELLER', 'Only the seller may accept or reject a dispute.', {
      path: 'dispute',
      seen: 'another party',
      expected: 'the seller',
      help: 'Wait for the seller.',
    }),

  onlySides: () =>
    refuse('ONLY_SELLER_OR_BUYER', 'Only seller and buyer may speak in a dispute.', {
      path: 'dispute',
      seen: 'another party',
      expected: 'the seller or the buyer',
      help: 'Leave it to them.',
    }),

  personNeeded: () =>
    refuse('PERSON_NEEDED', 'A dispute is raised by a person of the buyer.', {
      seen: 'a program',
      expected: 'a person',
      help: 'Sign in as a person with a mandate for disputes.',
    }),

  notDisputable: (seen: string) =>
    refuse('DISPUTE_NOT_POSSIBLE', 'Only an invoice that waits or is owed can be disputed.', {
      path: 'invoice',
      seen,
      expected: 'an invoice received, or promised and not yet paid',
      help: 'An invoice that ended or was paid in full is not disputed here.',
    }),

  tooManyDisputes: () =>
    refuse('TOO_MANY_DISPUTES', 'An invoice has a limited number of disputes.', {
      path: 'invoice',
      seen: `${disputesMax} disputes`,
      expected: `fewer than ${disputesMax}`,
      help: 'Go on in one that is there.',
    }),

  exceedsOpen: (seen: Money, open: Money) =>
    refuse('DISPUTE_EXCEEDS_OPEN', 'No more is disputed than is open on the invoice.', {
      path: 'amount.amount',
      seen: moneyText(seen),
      expected: `at most ${moneyText(open)}`,
      help: 'What is paid, or disputed already, is not disputed again.',
    }),

  currencyDiffers: (seen: string, expected: string) =>
    refuse('CURRENCY_DIFFERS', 'A dispute is about the currency of the invoice.', {
      path: 'amount.currency',
      seen,
      expected,
      help: 'Give the amount in that currency.',
    }),

  amountNotPositive: (seen: Money) =>
    refuse('AMOUNT_NOT_POSITIVE', 'An amount in a dispute is more than nothing.', {
      path: 'amount.amount',
      seen: moneyText(seen),
      expected: 'more than zero',
      help: 'To give the dispute up, close it.',
    }),

  amountDiffers: (seen: Money, expected: Money) =>
    refuse('AMOUNT_DIFFERS', 'Who accepts a dispute concedes exactly what is disputed.', {
      path: 'amount.amount',
      seen: moneyText(seen),
      expected: moneyText(expected),
      help: 'To concede less, offer a settlement.',
    }),

  settledAbove: (seen: Money, disputed: Money) =>
    refuse('SETTLEMENT_EXCEEDS_DISPUTE', 'No more is conceded than is disputed.', {
      path: 'amount.amount',
      seen: moneyText(seen),
      expected: `at most ${moneyText(disputed)}`,
      help: 'Offer at most the disputed amount.',
    }),

  inputInvalid: (path: string, seen: string, expected: string) =>
    refuse('INPUT_INVALID', `The field ${path} is not as a dispute has it.`, {
      path,
      seen,
      expected,
      help: 'Fill it in as expected.',
    }),

  textRequired: (path: string) =>
    refuse('REASON_REQUIRED', 'What is said in a dispute is said in words.', {
      path,
      seen: 'nothing',
      expected: `1 to ${textMax} characters`,
      help: 'Say what is wrong, or what you answer.',
    }),

  stateNot: (seen: DisputeState, expected: string) =>
    refuse('DISPUTE_STATE', 'The dispute does not stand where this can be done.', {
      path: 'dispute',
      seen,
      expected,
      help: 'Read it again: the other side, or a colleague, was there before.',
    }),
} as const;

/** What credit notes refuse, in words. */
export const creditTexts = {
  onlySeller: () =>
    refuse('ONLY_SELLER', 'Only the seller issues a credit note.', {
      path: 'seller',
      seen: 'another party',
      expected: 'the seller',
      help: 'Ask the seller.',
    }),

  onlyBuyer: () =>
    refuse('ONLY_BUYER', 'Only the buyer takes a credit note to its books.', {
      path: 'creditNote',
      seen: 'another party',
      expected: 'the buyer',
      help: 'Wait for the buyer.',
    }),

  personNeeded: () =>
    refuse('PERSON_NEEDED', 'A person stands for a credit note.', {
      seen: 'a program',
      expected: 'a person',
      help: 'Sign in as a person with a mandate for it.',
    }),

  known: (number: string) =>
    refuse('DUPLICATE_EXACT', 'This credit note is here already.', {
      path: 'number',
      seen: number,
      expected: 'a number and day that no other credit note has',
      help: 'Look among the credit notes for it.',
    }),

  notCreditable: (seen: string) =>
    refuse('CREDIT_NOT_POSSIBLE', 'Only what is promised and not yet paid can be credited.', {
      path: 'invoice',
      seen,
      expected: 'CERTIFIED or PART_PAID',
      help: 'Before the promise the buyer promises less; after the payment the credit note names no invoice.',
    }),

  tooMany: () =>
    refuse('TOO_MANY_CREDIT_NOTES', 'An invoice has a limited number of credit notes.', {
      path: 'invoice',
      seen: `${creditNotesMax} credit notes`,
      expected: `fewer than ${creditNotesMax}`,
      help: 'Issue one that names no invoice.',
    }),

  exceedsOpen: (seen: Money, open: Money) =>
    refuse('CREDIT_EXCEEDS_OPEN', 'No more is credited than is open on the invoice.', {
      path: 'amount.amount',
      seen: moneyText(seen),
      expected: `at most ${moneyText(open)}`,
      help: 'What is paid, or credited already, is not credited again. The rest goes into a credit note that names no invoice.',
    }),

  currencyDiffers: (seen: string, expected: string) =>
    refuse('CURRENCY_DIFFERS', 'A credit note is in the currency of what it credits.', {
      path: 'amount.currency',
      seen,
      expected,
      help: 'Give the amount in that currency.',
    }),

  amountNotPositive: (seen: Money) =>
    refuse('AMOUNT_NOT_POSITIVE', 'A credit note is for more than nothing.', {
      path: 'amount.amount',
      seen: moneyText(seen),
      expected: 'more than zero',
      help: 'Give what is credited as a positive amount.',
    }),

  amountDiffers: (seen: Money, expected: Money) =>
    refuse('AMOUNT_DIFFERS', 'The amount is not the one that was agreed.', {
      path: 'amount.amount',
      seen: moneyText(seen),
      expected: moneyText(expected),
      help: 'Read it again: the amount stands in what it answers.',
    }),

  nothingConceded: (seen: DisputeState) =>
    refuse('DISPUTE_STATE', 'A credit note settles a dispute in which something was conceded.', {
      path: 'dispute',
      seen,
      expected: 'ACCEPTED or SETTLED, about what was promised',
      help: 'What was conceded before the promise was never promised, and needs no credit note.',
    }),

  otherInvoice: () =>
    refuse('CREDIT_OTHER_INVOICE', 'A credit note of a dispute names the invoice of the dispute.', {
      path: 'invoice',
      seen: 'another invoice, or none',
      expected: 'the disputed invoice',
      help: 'Name the disputed invoice.',
    }),

  reasonRequired: () =>
    refuse('REASON_REQUIRED', 'A credit note says what it is for.', {
      path: 'reason',
      seen: 'nothing',
      expected: `1 to ${reasonMax} characters`,
      help: 'Say what is taken back, and why.',
    }),

  inputInvalid: (path: string, seen: string, expected: string) =>
    refuse('INPUT_INVALID', `The field ${path} is not as a credit note has it.`, {
      path,
      seen,
      expected,
      help: 'Fill it in as expected.',
    }),

  pendingReservation: () =>
    refuse('PENDING_RESERVATION', 'The chain has yet to decide about this.', {
      path: 'creditNote',
      seen: 'an act under way',
      expected: 'no act under way',
      help: 'Wait until it is final, usually less than a second, and try again.',
    }),

  stateNot: (seen: CreditNoteState, expected: string) =>
    refuse('CREDIT_STATE', 'The credit note does not stand where this can be done.', {
      path: 'creditNote',
      seen,
      expected,
      help: 'Read it again: a colleague was there before.',
    }),

  applicationDiffers: (seen: string, expected: string) =>
    refuse(
      'APPLICATION_DIFFERS',
      'A credit note is taken from what its rule says, and nothing else.',
      {
        path: 'invoice',
        seen,
        expected,
        help: 'Let it be applied again.',
      },
    ),

  blocks: () =>
    refuse('CREDIT_NOTE_BLOCKS', 'A credit note is still to be taken from this invoice.', {
      path: 'certificate',
      seen: 'a credit note that is not applied yet',
      expected: 'nothing to be credited',
      help: 'Let the buyer acknowledge the credit note; what is left is free again.',
    }),
} as const;
