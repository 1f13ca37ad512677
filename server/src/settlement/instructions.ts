/**
 * Payment files, decided: one person proposes what an account pays on a day, another one releases it.
 *
 * What is released is the file itself: its sum and the digest of its octets stand in the act, and the
 * file is written again from its rows whenever it is asked for. The platform hands nothing to a bank
 * and holds no money; a leg is settled by bank lines as before.
 */
import { equalBytes, hex, sha256, utf8 } from '../../../chain/src/crypto/digest.ts';
import { type Act, handler, type Reader } from '../kernel/act.ts';
import { openInAll } from '../kernel/calendar.ts';
import { type Change, update } from '../kernel/change.ts';
import { accept, type Refusal } from '../kernel/decision.ts';
import { notFound } from '../kernel/fault.ts';
import { invariant } from '../kernel/invariant.ts';
import { addDays, type BusinessDate } from '../kernel/time.ts';
import type { AccountRow } from '../party/model.ts';
import { calendarOf, membersOf, requireProgramme } from '../party/service.ts';
import { holdBarrier } from '../party/service-accounts.ts';
import {
  booked,
  changedBarrier,
  draftOf,
  ended,
  legAfter,
  legsBarrier,
  paymentOf,
  proposed,
  stateBarrier,
} from './instruction.ts';
import { grantOf } from './lines.ts';
import {
  type InstructedPaymentRow,
  type InstructionRow,
  type LegRow,
  settlementLimits,
} from './model.ts';
import { type FileInstruction, type FilePayment, paymentFile } from './pain001.ts';
import { auditorsOfAll } from './policy.ts';
import { texts } from './texts.ts';

/**
 * A person of the payer names payments, the account that makes them and the day. Refuses what is not
 * owed by that account's owner, not open, without an account of the payee, in another currency, or in
 * another live file; and a day that is past or on which no money moves.
 */
export const proposeInstruction = handler({
  kind: 'instruction.propose',
  objects: ({ account, legs }) => [account, ...new Set(legs)],
  mandate: () => ({ action: 'payment.instruct', amount: null }),
  async decide(reader, act) {
    const { body, person } = act;
    const account = await reader.get<AccountRow>('account', body.account);
    if (account === null || account.owner !== act.party) throw notFound();
    if (person === null) return texts.personNeeded();
    const legs = await legsNamed(reader, body.legs);
    const known = await paymentsOfLegs(reader, legs);
    const no =
      legsBarrier(legs, account, known) ??
      (await dayBarrier(reader, act, body.executionDate, legs)) ??
      (await accountsBarrier(reader, act, legs, []));
    if (no !== null) return no;

    const id = act.id('ins', 0);
    const payments = await Promise.all(
      legs.map(async (leg, place) => {
        const payTo =
          leg.payTo === null ? null : await reader.get<AccountRow>('account', leg.payTo);
        invariant(payTo !== null, 'the account of a payee is known');
        return paymentOf(leg, payTo, {
          ...{ id: act.id('ipt', place), instruction: id, place, createdMs: act.at },
          before: known.filter((each) => each.leg === leg.id).length,
        });
      }),
    );
    const draft = draftOf(id, account, payments, body.executionDate, act.at);
    const digest = digestOf(draft, payments);
    const readers = await readersOf(reader, act.party, legs);
    return accept(id, proposed({ ...draft, digest, proposedBy: person }, payments), {
      readers,
      grants: readers.map((party) => grantOf(party, 'Instruction', draft)),
    });
  },
});

/**
 * Another person of the payer releases the file, under a mandate for its sum. Refuses another sum or
 * another digest than the file's, and a file one of whose payments has changed since.
 */
export const approveInstruction = handler({
  kind: 'instruction.approve',
  objects: ({ instruction }) => [instruction],
  mandate: ({ controlSum }) => ({ action: 'payment.release', amount: controlSum }),
  async decide(reader, act) {
    const { body } = act;
    const file = await fileOf(reader, act);
    const { instruction, payments, legs } = file;
    const { currency, controlSumMinor, digest } = instruction;
    const [minor, said] = body.controlSum;
    const isSum = minor === controlSumMinor && said === currency;
    const no =
      stateBarrier(instruction, 'approve') ??
      eyesBarrier(instruction, act.person) ??
      (isSum
        ? null
        : texts.sumDiffers({ minor, currency: said }, { minor: controlSumMinor, currency })) ??
      (equalBytes(body.digest, digest)
        ? null
        : texts.digestDiffers(hex(body.digest), hex(digest))) ??
      (instruction.executionDate < act.businessDate
        ? texts.executionPast(instruction.executionDate, act.businessDate)
        : null) ??
      changedBarrier(payments, legs) ??
      (await accountsBarrier(reader, act, legs, payments));
    if (no !== null) return no;
    invariant(equalBytes(digestOf(instruction, payments), digest), 'a file is what its rows say');
    return accept(
      instruction.id,
      [
        update('instruction', instruction, { state: 'APPROVED', approvedBy: act.person }),
        ...legs.map((leg) => legAfter(leg, 'approve')),
      ],
      { readers: await readersOf(reader, act.party, legs) },
    );
  },
});

/**
 * Nothing goes to an account that was changed and is held, and nothing to one that the payee has left
 * since the file was written.
 */
async function accountsBarrier(
  reader: Reader,
  act: Pick<Act, 'at' | 'businessDate'>,
  legs: readonly LegRow[],
  payments: readonly InstructedPaymentRow[],
): Promise<Refusal | null> {
  for (const leg of legs) {
    const account = leg.payTo === null ? null : await reader.get<AccountRow>('account', leg.payTo);
    if (account === null) continue;
    const held = await holdBarrier(reader, account.id, act);
    if (held !== null) return held;
    const payment = payments.find((each) => each.leg === leg.id);
    if (payment !== undefined && payment.identifier !== account.identifier)
      return texts.accountChanged(payment.place, payment.identifier, account.identifier);
  }
  return null;
}

/** The file was handed to the bank. */
export const sendInstruction = handler({
  kind: 'instruction.send',
  objects: ({ instruction }) => [instruction],
  mandate: () => ({ action: 'payment.instruct', amount: null }),
  async decide(reader, act) {
    const { instruction, payments, legs } = await fileOf(reader, act);
    const no = stateBarrier(instruction, 'send');
    if (no !== null) return no;
    return accept(
      instruction.id,
      [
        update('instruction', instruction, { state: 'SENT' }),
        ...liveOnes(payments, legs).map((leg) => legAfter(leg, 'send')),
      ],
      { readers: await readersOf(reader, act.party, legs) },
    );
  },
});

/** The payer takes the file back before the bank has it; its payments can stand in another one. */
export const cancelInstruction = handler({
  kind: 'instruction.cancel',
  objects: ({ instruction }) => [instruction],
  mandate: () => ({ action: 'payment.instruct', amount: null }),
  decide: (reader, act) => takenBack(reader, act, 'cancel'),
});

/**
 * The bank does not carry the file out. What it has booked already stays paid; the rest can be
 * instructed anew. Needs the mandate to release payments, because a file that was carried out after
 * all would then be paid twice.
 */
export const rejectInstruction = handler({
  kind: 'instruction.reject',
  objects: ({ instruction }) => [instruction],
  mandate: () => ({ action: 'payment.release', amount: null }),
  decide: (reader, act) => takenBack(reader, act, 'reject'),
});

async function takenBack(
  reader: Reader,
  act: Act<'instruction.cancel'> | Act<'instruction.reject'>,
  step: 'cancel' | 'reject',
) {
  const { instruction, payments, legs } = await fileOf(reader, act);
  const reason = act.body.reason.trim();
  const isWords = reason.length > 0 && reason.length <= settlementLimits.reasonCharactersMax;
  const no =
    stateBarrier(instruction, step) ?? (isWords ? null : texts.reasonRequired(reason.length));
  if (no !== null) return no;
  const state = step === 'cancel' ? 'CANCELLED' : 'REJECTED';
  return accept(
    instruction.id,
    [
      update('instruction', instruction, { state, reason }),
      ...ended(payments),
      ...(instruction.state === 'PROPOSED'
        ? []
        : liveOnes(payments, legs).map((leg) => legAfter(leg, 'back'))),
    ],
    { readers: await readersOf(reader, act.party, legs) },
  );
}

// What settlement's other concerns ask.

/** What a bank has booked of these legs ends their payments in files, and the file with its last one. */
export async function bookedInFiles(
  reader: Reader,
  legs: readonly Pick<LegRow, 'id'>[],
): Promise<readonly Change[]> {
  const live = (await paymentsOfLegs(reader, legs)).filter((each) => each.live);
  const paid = new Set(legs.map(({ id }) => id));
  const files = [...new Set(live.map(({ instruction }) => instruction))].sort();
  const changes = await Promise.all(
    files.map(async (id) => {
      const instruction = await reader.get<InstructionRow>('instruction', id);
      invariant(instruction !== null, 'a payment stands in a file');
      return booked(instruction, await paymentsOf(reader, id), paid);
    }),
  );
  return changes.flat();
}

// Helpers of the handlers above.

function digestOf(instruction: FileInstruction, payments: readonly FilePayment[]): Uint8Array {
  return sha256(utf8(paymentFile(instruction, payments)));
}

type File = {
  readonly instruction: InstructionRow;
  readonly payments: readonly InstructedPaymentRow[];
  readonly legs: readonly LegRow[];
};

async function fileOf(
  reader: Reader,
  act: { readonly party: string; readonly body: { readonly instruction: string } },
): Promise<File> {
  const instruction = await reader.get<InstructionRow>('instruction', act.body.instruction);
  if (instruction === null || instruction.owner !== act.party) throw notFound();
  const payments = await paymentsOf(reader, instruction.id);
  const legs = await legsNamed(
    reader,
    payments.map(({ leg }) => leg),
  );
  return { instruction, payments, legs };
}

async function paymentsOf(reader: Reader, id: string): Promise<readonly InstructedPaymentRow[]> {
  const rows = await reader.where<InstructedPaymentRow>('instructed_payment', 'instruction', id);
  return [...rows].sort((a, b) => a.place - b.place);
}

async function paymentsOfLegs(
  reader: Reader,
  legs: readonly Pick<LegRow, 'id'>[],
): Promise<readonly InstructedPaymentRow[]> {
  const found = await Promise.all(
    [...new Set(legs.map(({ id }) => id))].map((id) =>
      reader.where<InstructedPaymentRow>('instructed_payment', 'leg', id),
    ),
  );
  return found.flat();
}

async function legsNamed(reader: Reader, ids: readonly string[]): Promise<readonly LegRow[]> {
  return Promise.all(
    ids.map(async (id) => {
      const leg = await reader.get<LegRow>('leg', id);
      if (leg === null) throw notFound();
      return leg;
    }),
  );
}

function liveOnes(
  payments: readonly InstructedPaymentRow[],
  legs: readonly LegRow[],
): readonly LegRow[] {
  const live = new Set(payments.filter((each) => each.live).map(({ leg }) => leg));
  return legs.filter(({ id }) => live.has(id));
}

function eyesBarrier({ proposedBy }: InstructionRow, person: string | null): Refusal | null {
  if (person === null) return texts.personNeeded();
  return person === proposedBy ? texts.fourEyes() : null;
}

/** Money moves on a day that is open in every programme that the payments belong to. */
async function dayBarrier(
  reader: Reader,
  { businessDate }: Pick<Act, 'businessDate'>,
  day: BusinessDate,
  legs: readonly LegRow[],
): Promise<Refusal | null> {
  if (day < businessDate) return texts.executionPast(day, businessDate);
  const ids = [...new Set(legs.map(({ programme }) => programme))];
  const calendars = await Promise.all(
    ids.map(async (id) => calendarOf(reader, await requireProgramme(reader, id))),
  );
  const isOpen = openInAll(calendars);
  if (isOpen(day)) return null;
  let next = addDays(day, 1);
  for (let days = 0; days < closedDaysMax && !isOpen(next); days += 1) next = addDays(next, 1);
  return texts.executionClosed(day, next);
}

/** The longest that calendars are closed together. */
const closedDaysMax = 31;

/** The payer, and the auditors of every programme that the file pays in. */
async function readersOf(
  reader: Reader,
  owner: string,
  legs: readonly LegRow[],
): Promise<readonly string[]> {
  const programmes = [...new Set(legs.map(({ programme }) => programme))];
  const auditors = await Promise.all(programmes.map((each) => membersOf(reader, each, 'AUDITOR')));
  return [...new Set([owner, ...auditorsOfAll(auditors)])];
}
