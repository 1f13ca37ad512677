/**
 * The life of a payment file, and what it does to the legs that it names.
 *
 *   PROPOSED ─ another person releases it ─▶ APPROVED ─ the bank has it ─▶ SENT
 *      └───────────── cancel ────┴─▶ CANCELLED                 │ └─ the bank does not do it ─▶ REJECTED
 *                                  every payment was booked ─▶ DONE (also before anyone said SENT)
 *
 * A leg stands in one live payment at most. What a bank books ends it: a payment that came is not
 * instructed twice. Pure.
 */
import { type Change, insert, update } from '../kernel/change.ts';
import type { Refusal } from '../kernel/decision.ts';
import type { Moment } from '../kernel/time.ts';
import type { AccountRow } from '../party/model.ts';
import { openOf } from './matching.ts';
import {
  type InstructedPaymentRow,
  type InstructionRow,
  type InstructionState,
  type LegRow,
  type LegState,
  settlementLimits,
} from './model.ts';
import { texts } from './texts.ts';
import { pendingReservation } from './transitions.ts';

/** What each step may begin from. */
const from = {
  approve: ['PROPOSED'],
  cancel: ['PROPOSED', 'APPROVED'],
  send: ['APPROVED'],
  reject: ['SENT'],
} as const satisfies Readonly<Record<string, readonly InstructionState[]>>;

export function stateBarrier({ state }: InstructionRow, step: keyof typeof from): Refusal | null {
  const states: readonly InstructionState[] = from[step];
  return states.includes(state) ? null : texts.instructionState(state, states.join(' or '));
}

const payable: readonly LegState[] = ['SCHEDULED', 'INSTRUCTED', 'SENT', 'PART_SETTLED'];

/** Why these legs cannot stand in one file of that account, or null. `known` are payments of the same legs. */
export function legsBarrier(
  legs: readonly LegRow[],
  account: AccountRow,
  known: readonly InstructedPaymentRow[],
): Refusal | null {
  if (legs.length === 0 || legs.length > settlementLimits.paymentsOfFileMax)
    return texts.paymentCount(legs.length);
  const currency = account.currency ?? legs[0]?.currency;
  for (const [order, leg] of legs.entries()) {
    if (legs.findIndex(({ id }) => id === leg.id) < order)
      return texts.paymentRepeated(order, leg.reference);
    if (leg.payer !== account.owner) return texts.onlyPayer(order);
    if (leg.pendingAct !== null) return pendingReservation(`legs.${order}`);
    if (!payable.includes(leg.state)) return texts.notToPay(order, leg.state);
    if (leg.payTo === null) return texts.noAccount(order, leg.reference);
    if (leg.currency !== currency)
      return texts.otherCurrency(order, leg.currency, currency ?? leg.currency);
    if (known.some((each) => each.leg === leg.id && each.live))
      return texts.alreadyInstructed(order, leg.reference);
  }
  return null;
}

/** The payment of a leg: all that is open of it, to the account that the payee named. */
export function paymentOf(
  leg: LegRow,
  payTo: AccountRow,
  more: Pick<InstructedPaymentRow, 'id' | 'instruction' | 'place' | 'createdMs'> & {
    /** How often the leg was instructed before. */
    readonly before: number;
  },
): InstructedPaymentRow {
  const { before, ...rest } = more;
  const { holderName, scheme, identifier } = payTo;
  const { id, reference, currency } = leg;
  return {
    ...{ ...rest, version: 1, leg: id, live: true, holderName, scheme, identifier },
    ...{ amountMinor: openOf(leg), currency, reference },
    endToEndId: before === 0 ? reference : `${reference}-${before + 1}`,
  };
}

/** The first payment whose leg is no longer open by what the file says, or null. */
export function changedBarrier(
  payments: readonly InstructedPaymentRow[],
  legs: readonly LegRow[],
): Refusal | null {
  for (const { place, leg: id, live, amountMinor, currency } of payments) {
    const leg = legs.find((each) => each.id === id);
    const isOpen = live && leg !== undefined && payable.includes(leg.state);
    const openMinor = isOpen ? openOf(leg) : 0n;
    if (openMinor !== amountMinor)
      return texts.paymentChanged(
        place,
        { minor: openMinor, currency },
        { minor: amountMinor, currency },
      );
    if (leg?.pendingAct != null) return pendingReservation(`payments.${place}`);
  }
  return null;
}

/** The leg once its payment is released, handed over, or taken back; one paid in part stays so. */
export function legAfter(leg: LegRow, step: 'approve' | 'send' | 'back'): Change {
  const begins: LegState = leg.kind === 'FUNDING' ? 'INSTRUCTED' : 'SCHEDULED';
  const next = ({ approve: 'INSTRUCTED', send: 'SENT', back: begins } as const)[step];
  const isMoved = ['SCHEDULED', 'INSTRUCTED', 'SENT'].includes(leg.state);
  return update('leg', leg, { state: isMoved ? next : leg.state });
}

/** The payments are no longer live, so that their legs may stand in another file. */
export function ended(payments: readonly InstructedPaymentRow[]): readonly Change[] {
  return payments
    .filter(({ live }) => live)
    .map((payment) => update('instructed_payment', payment, { live: false }));
}

/** The file once the bank has booked payments of these legs, beside the payments that this ends. */
export function booked(
  instruction: InstructionRow,
  payments: readonly InstructedPaymentRow[],
  legs: ReadonlySet<string>,
): readonly Change[] {
  const came = payments.filter(({ leg, live }) => live && legs.has(leg));
  const isOver = payments.every(({ leg, live }) => !live || legs.has(leg));
  const mayBeDone = instruction.state === 'APPROVED' || instruction.state === 'SENT';
  const done = isOver && mayBeDone ? [update('instruction', instruction, { state: 'DONE' })] : [];
  return [...ended(came), ...done];
}

/** The rows of a new file; the digest is that of the file which they give. */
export function proposed(
  row: Omit<InstructionRow, 'version' | 'state' | 'approvedBy' | 'reason'>,
  payments: readonly InstructedPaymentRow[],
): readonly Change[] {
  const instruction: InstructionRow = {
    ...{ ...row, version: 1, state: 'PROPOSED', approvedBy: null, reason: null },
  };
  return [
    insert('instruction', instruction),
    ...payments.map((payment) => insert('instructed_payment', payment)),
  ];
}

/** What a file says before its digest is known. */
export function draftOf(
  id: string,
  account: AccountRow,
  payments: readonly InstructedPaymentRow[],
  executionDate: string,
  createdMs: Moment,
): Omit<InstructionRow, 'version' | 'state' | 'digest' | 'proposedBy' | 'approvedBy' | 'reason'> {
  const { holderName, scheme, identifier, owner, currency } = account;
  return {
    ...{ id, account: account.id, owner, holderName, scheme, identifier, executionDate },
    paymentCount: payments.length,
    controlSumMinor: payments.reduce((sum, { amountMinor }) => sum + amountMinor, 0n),
    currency: currency ?? payments[0]?.currency ?? '',
    createdMs,
  };
}
