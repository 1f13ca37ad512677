/**
 * What this slice says when it says no to people who move money: one entry a code, naming the thing,
 * the rule, what was seen and the way out. What is wrong with a bank's line stands in transitions.ts.
 * Pure.
 */
import { refuse } from '../kernel/decision.ts';
import { type Money, moneyText } from '../kernel/money.ts';
import type { BusinessDate } from '../kernel/time.ts';
import { settlementLimits } from './model.ts';

export const texts = {
  accountChanged: (order: number, seen: string, expected: string) =>
    refuse('PAY_TO_CHANGED', 'The payee has changed its account since the file was written.', {
      path: `payments.${order}`,
      seen,
      expected,
      help: 'Take the file back and propose another one.',
    }),

  personNeeded: () =>
    refuse('PERSON_NEEDED', 'Money is moved by people, two of them.', {
      seen: 'a program',
      expected: 'a person',
      help: 'Sign in as a person with a mandate for payments.',
    }),

  fourEyes: () =>
    refuse('FOUR_EYES_SAME_PERSON', 'One person proposes, another one approves.', {
      path: 'instruction',
      seen: 'the person who proposed it',
      expected: 'another person of the payer',
      help: 'Ask a colleague to approve.',
    }),

  paymentCount: (seen: number) =>
    refuse('PAYMENT_COUNT', 'A payment file has at least one payment, and not too many.', {
      path: 'legs',
      seen: String(seen),
      expected: `1 to ${settlementLimits.paymentsOfFileMax}`,
      help: 'Choose the payments; make several files of more.',
    }),

  paymentRepeated: (order: number, reference: string) =>
    refuse('PAYMENT_REPEATED', 'The same payment stands in the list twice.', {
      path: `legs.${order}`,
      seen: reference,
      expected: 'each payment once',
      help: 'Take it out once.',
    }),

  onlyPayer: (order: number) =>
    refuse('ONLY_PAYER', 'Only who owes a payment may instruct it.', {
      path: `legs.${order}`,
      seen: 'another party',
      expected: 'the payer',
      help: 'Choose payments that your organisation owes.',
    }),

  notToPay: (order: number, seen: string) =>
    refuse('PAYMENT_NOT_OPEN', 'Only a payment that is still owed can be instructed.', {
      path: `legs.${order}`,
      seen,
      expected: 'SCHEDULED, INSTRUCTED or PART_SETTLED',
      help: 'Refresh the page: it was paid, or it will not be paid.',
    }),

  noAccount: (order: number, reference: string) =>
    refuse('PAYEE_ACCOUNT_MISSING', 'The payee has not said to which account it is to be paid.', {
      path: `legs.${order}`,
      seen: `no account for ${reference}`,
      expected: 'an account of the payee',
      help: 'Ask the payee to open its account here.',
    }),

  otherCurrency: (order: number, seen: string, expected: string) =>
    refuse('CURRENCY_DIFFERS', 'A payment file is of one currency, the one of its account.', {
      path: `legs.${order}`,
      seen,
      expected,
      help: 'Make a file of its own for each currency.',
    }),

  alreadyInstructed: (order: number, reference: string) =>
    refuse('ALREADY_INSTRUCTED', 'This payment stands in another file that is still live.', {
      path: `legs.${order}`,
      seen: reference,
      expected: 'a payment in no other file',
      help: 'Take the other file back first, or leave the payment out.',
    }),

  executionPast: (seen: BusinessDate, today: BusinessDate) =>
    refuse('EXECUTION_DATE_PAST', 'A bank pays today or later.', {
      path: 'executionDate',
      seen,
      expected: `${today} or later`,
      help: 'Propose the file again with a later day.',
    }),

  executionClosed: (seen: BusinessDate, next: BusinessDate) =>
    refuse('EXECUTION_DATE_CLOSED', 'No money moves on that day.', {
      path: 'executionDate',
      seen,
      expected: `a business day, such as ${next}`,
      help: 'Choose a day on which the calendars of the programme are open.',
    }),

  instructionState: (seen: string, expected: string) =>
    refuse('INSTRUCTION_STATE', 'This cannot be done with the file as it stands.', {
      path: 'instruction',
      seen,
      expected,
      help: 'Refresh the page: somebody has been quicker.',
    }),

  sumDiffers: (seen: Money, expected: Money) =>
    refuse('CONTROL_SUM_DIFFERS', 'What is released is the sum of the file, to the last unit.', {
      path: 'controlSum',
      seen: moneyText(seen),
      expected: moneyText(expected),
      help: 'Open the file again and compare the sum.',
    }),

  digestDiffers: (seen: string, expected: string) =>
    refuse('DIGEST_DIFFERS', 'What is released is this very file, octet by octet.', {
      path: 'digest',
      seen,
      expected,
      help: 'Open the file again and sign the digest that is shown.',
    }),

  paymentChanged: (order: number, seen: Money, expected: Money) =>
    refuse('PAYMENT_CHANGED', 'What is owed has changed since the file was proposed.', {
      path: `payments.${order}`,
      seen: moneyText(seen),
      expected: moneyText(expected),
      help: 'Take the file back and propose a new one.',
    }),

  lineNotWaiting: (seen: string) =>
    refuse('LINE_NOT_WAITING', 'Only a bank line that waits in the queue can be dealt with.', {
      path: 'line',
      seen,
      expected: 'PARKED',
      help: 'Refresh the page: it was matched, or somebody has been quicker.',
    }),

  lineNotProven: () =>
    refuse('LINE_NOT_PROVEN', 'Nobody declares its own payment: the receiver must show it.', {
      path: 'line',
      seen: 'a line of the payer itself',
      expected: "a bank's message, or the receiver's line",
      help: "Bring in the bank's own message, or wait for the receiver's statement.",
    }),

  legCount: (seen: number) =>
    refuse('ASSIGNED_COUNT', 'A bank line is said to pay one thing or several, not too many.', {
      path: 'legs',
      seen: String(seen),
      expected: `1 to ${settlementLimits.legsOfLineMax}, each once`,
      help: 'Choose what it pays.',
    }),

  assignmentOpen: () =>
    refuse('ASSIGNMENT_OPEN', 'Somebody has said already what this line pays.', {
      path: 'line',
      seen: 'a proposal that waits',
      expected: 'none',
      help: 'Confirm or return it first.',
    }),

  assignmentClosed: (seen: string) =>
    refuse(
      'ASSIGNMENT_CLOSED',
      'Only the open proposal of this line can be confirmed or returned.',
      {
        path: 'assignment',
        seen,
        expected: 'OPEN',
        help: 'Refresh the page: somebody has been quicker.',
      },
    ),

  paysNothing: (reason: string) =>
    refuse('LINE_PAYS_NOTHING', 'The line cannot pay that, also when it is said by hand.', {
      path: 'legs',
      seen: reason,
      expected: 'payments of this account, in this direction, currency and, for a funding, amount',
      help: 'Choose other payments, or owe the money back.',
    }),

  refundUnknown: () =>
    refuse('REFUND_UNKNOWN', 'Nobody here is known to have paid this, so nobody is owed it back.', {
      path: 'line',
      seen: 'a line that names no payment of ours from one payer',
      expected: 'money that came in for a payment of ours',
      help: 'Pay it back at your bank, and take the line out of the queue.',
    }),

  lineNamesOurs: () =>
    refuse('LINE_NAMES_OURS', 'A line that names a payment of ours is our business.', {
      path: 'line',
      seen: 'a reference of ours',
      expected: 'none',
      help: 'Say what it pays, or owe it back.',
    }),

  reasonRequired: (seen: number) =>
    refuse('REASON_REQUIRED', 'A no needs a reason, so that the other person can mend it.', {
      path: 'reason',
      seen: `${seen} characters`,
      expected: `1 to ${settlementLimits.reasonCharactersMax} characters`,
      help: 'Write a short reason.',
    }),
} as const;
