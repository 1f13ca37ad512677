/**
 * What this slice says when it says no: one entry a code, in plain English, naming the thing, the
 * rule, what was seen and the way out. The codes never change once released. Pure.
 */
import type { Ground } from '../../../chain/src/calc/after.ts';
import type { RequestState } from '../financing/model.ts';
import { type Refusal, refuse } from '../kernel/decision.ts';
import { type Money, moneyText } from '../kernel/money.ts';
import type { BusinessDate } from '../kernel/time.ts';
import type { Recourse } from '../receivable/model.ts';

export const texts = {
  notTheBank: () =>
    refuse('NOT_THE_BANK', 'Only the bank that paid out may do this.', {
      path: 'request',
      seen: 'another party',
      expected: 'the bank of the financing',
      help: 'Leave it to the bank.',
    }),

  pendingReservation: () =>
    refuse('PENDING_RESERVATION', 'Another act on this waits for the chain.', {
      path: 'request',
      seen: 'an act that is not final yet',
      expected: 'no act under way',
      help: 'Wait until it is final, usually less than a second, and try again.',
    }),

  nothingOwed: (seen: RequestState, expected: readonly RequestState[]) =>
    refuse('NOTHING_OWED', 'Nothing is claimed where nothing was paid out, or all came back.', {
      path: 'request',
      seen,
      expected: expected.join(' or '),
      help: 'Look at the financing: its history says what became of it.',
    }),

  groundUnknown: (seen: string, expected: readonly Ground[]) =>
    refuse('RECOURSE_GROUND', 'Recourse is called on one of four grounds.', {
      path: 'ground',
      seen: seen.slice(0, 100),
      expected: expected.join(' or '),
      help: 'Say why the buyer does not pay.',
    }),

  noDilution: () =>
    refuse('RECOURSE_GROUND', 'Nothing was credited or conceded that the reserve does not cover.', {
      path: 'ground',
      seen: 'DILUTION',
      expected: 'a credit note or a dispute that was upheld, above the reserve',
      help: 'Choose the ground on which the money is missing.',
    }),

  recourseNone: (recourse: Recourse, ground: Ground): Refusal =>
    refuse('RECOURSE_NONE', 'On this ground the seller owes nothing: the bank bears it.', {
      path: 'ground',
      seen: `${ground}, recourse ${recourse}`,
      expected: 'a ground for which the quote has recourse',
      help: 'The quote says for what the seller answers. What the buyer owes stays owed.',
    }),

  notDefaulted: (seen: RequestState): Refusal =>
    refuse('RECOURSE_TOO_EARLY', 'Nobody is claimed on before the buyer is in default.', {
      path: 'request',
      seen,
      expected: 'DEFAULTED',
      help: 'Wait until the days of grace are over.',
    }),

  recourseTooEarly: (seen: number, expected: number): Refusal =>
    refuse('RECOURSE_TOO_EARLY', 'This recourse begins some days after maturity.', {
      path: 'request',
      seen: `${seen} days after maturity`,
      expected: `at least ${expected} days`,
      help: 'Wait for that day.',
    }),

  aboveCap: (seen: Money, most: Money) =>
    refuse('RECOURSE_ABOVE_CAP', 'No more is claimed than is missing and the recourse gives.', {
      path: 'amount.amount',
      seen: moneyText(seen),
      expected: `at most ${moneyText(most)}`,
      help: 'Claim at most that; what is claimed already counts.',
    }),

  currency: (seen: string, expected: string) =>
    refuse('CURRENCY_MISMATCH', 'An amount is in the currency of the financing.', {
      path: 'amount.currency',
      seen,
      expected,
      help: 'Give the amount in that currency.',
    }),

  notPositive: (seen: Money) =>
    refuse('AMOUNT_NOT_POSITIVE', 'A claim is for more than nothing.', {
      path: 'amount.amount',
      seen: moneyText(seen),
      expected: 'more than zero',
      help: 'Give the amount that is claimed.',
    }),

  dueInPast: (seen: BusinessDate, today: BusinessDate) =>
    refuse('DATE_IN_PAST', 'A claim is to be paid today or later.', {
      path: 'payBy',
      seen,
      expected: `${today} or later`,
      help: 'Give the seller a day that it can keep.',
    }),

  notOverdue: (today: BusinessDate, payable: BusinessDate) =>
    refuse('NOT_OVERDUE', 'The day of maturity is not over yet.', {
      path: 'certificate',
      seen: today,
      expected: `a day after ${payable}`,
      help: 'Wait for the payment.',
    }),

  inGrace: (seen: number, graceDays: number) =>
    refuse('IN_GRACE', 'The days of grace are not over yet.', {
      path: 'certificate',
      seen: `${seen} days after maturity`,
      expected: `more than ${graceDays} days`,
      help: 'Wait for the payment.',
    }),

  openDiffers: (seen: Money, open: Money) =>
    refuse('OPEN_DIFFERS', 'The act must say what is open now.', {
      path: 'owed.amount',
      seen: moneyText(seen),
      expected: moneyText(open),
      help: 'Look again: a payment came in between.',
    }),

  stepDiffers: (seen: bigint, expected: number | null) =>
    refuse('STEP_DIFFERS', 'A provision is made for the step of the ladder that was reached.', {
      path: 'days',
      seen: `${seen} days`,
      expected: expected === null ? 'no step: nothing is to be provided for' : `${expected} days`,
      help: 'Nothing is left to do.',
    }),

  carryingDiffers: (seen: Money, expected: Money) =>
    refuse('CARRYING_DIFFERS', 'The carrying amount follows from the ladder.', {
      path: 'carrying.amount',
      seen: moneyText(seen),
      expected: moneyText(expected),
      help: 'Look again: a payment came in between.',
    }),

  writeOffAmount: (seen: Money, open: Money) =>
    refuse('WRITE_OFF_AMOUNT', 'What is written off is the principal that is open, exactly.', {
      path: 'amount.amount',
      seen: moneyText(seen),
      expected: moneyText(open),
      help: 'Look again: a payment may have come in between. Then propose it anew.',
    }),

  nothingProposed: () =>
    refuse('WRITE_OFF_MISSING', 'Nobody has proposed to write this off.', {
      path: 'request',
      seen: 'no proposal',
      expected: 'a proposal of a colleague',
      help: 'Propose it, and let a colleague approve.',
    }),

  fourEyes: () =>
    refuse('FOUR_EYES_SAME_PERSON', 'Whoever proposed it may not approve it.', {
      seen: 'the person who proposed',
      expected: 'another person of the bank',
      help: 'Ask a colleague with the mandate to write off.',
    }),

  personNeeded: () =>
    refuse('PERSON_NEEDED', 'A write-off is proposed by a person.', {
      seen: 'a program',
      expected: 'a person',
      help: 'Sign in as a person with the mandate to write off.',
    }),

  reasonRequired: () =>
    refuse('REASON_REQUIRED', 'This needs a reason.', {
      path: 'reason',
      seen: 'nothing',
      expected: 'a reason in words',
      help: 'Say why, so that the others can see it.',
    }),

  reasonTooLong: (seen: number, most: number) =>
    refuse('REASON_TOO_LONG', 'The reason is too long.', {
      path: 'reason',
      seen: `${seen} characters`,
      expected: `at most ${most} characters`,
      help: 'Shorten it, and attach a document for the rest.',
    }),
} as const;
