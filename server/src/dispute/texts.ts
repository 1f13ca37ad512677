/**
 * What this slice says when it says no: one entry a code, in plain English, naming the thing, the
 * rule, what was seen and the way out. Pure.
 */
import { refuse } from '../kernel/decision.ts';
import { type Money, moneyText } from '../kernel/money.ts';
import type { DisputeState } from './model.ts';
import { disputesMax, textMax } from './model.ts';

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
