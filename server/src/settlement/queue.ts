/**
 * The queue: bank lines that pay nothing we know exactly, and what people do with them.
 *
 *   PARKED ─ assign (one person) ─ confirm (another) ─▶ matched again, as if it named those payments
 *      │                         └ return ─▶ as before
 *      ├─ refund ─▶ owed back to who paid it
 *      └─ dismiss ─▶ out of the queue: it names nothing of ours
 *
 * People only say what a line is for; that the money moved is said by the line, and all rules of
 * matching but the account hold as ever. So nobody settles by hand.
 */
import type { KindName } from '../../../chain/src/act/kinds.ts';
import { type Act, handler, type Reader } from '../kernel/act.ts';
import { insert, update } from '../kernel/change.ts';
import { accept, type Refusal } from '../kernel/decision.ts';
import { notFound } from '../kernel/fault.ts';
import { membersOf } from '../party/service.ts';
import { accountOf } from '../receivable/service.ts';
import { addition, newLeg } from './legs.ts';
import {
  auditorsOfStatement,
  followUps,
  grantOf,
  isRefusal,
  matchedLine,
  matchIf,
  ownersOf,
  twinChange,
} from './lines.ts';
import { type AssignmentRow, type LegRow, type LineRow, settlementLimits } from './model.ts';
import { auditorsOfAll } from './policy.ts';
import { texts } from './texts.ts';
import { outcome, pendingReservation } from './transitions.ts';

/** The line pays nothing that we know exactly: it waits for a person, with the reason. */
export const park = handler({
  kind: 'payment.park',
  objects: ({ line }) => [line],
  async decide(reader, act) {
    const matched = await matchedLine(reader, act);
    if (isRefusal(matched)) return matched;
    const { line, found } = matched;
    const auditors = await auditorsOfStatement(reader, line.owner, [line]);
    return accept(
      line.id,
      [
        update('statement_line', line, outcome(line, found)),
        ...(await twinChange(reader, line, found)),
      ],
      {
        readers: [...ownersOf(line), ...auditors],
        grants: auditors.map((auditor) => grantOf(auditor, 'StatementLine', line)),
      },
    );
  },
});

const reconcile = () => ({ action: 'statement.reconcile', amount: null });

/**
 * Somebody of the account's owner says what a waiting line pays. Refuses a line that proves nothing,
 * payments that it could not pay if it named them, and a second proposal beside an open one.
 */
export const assignLine = handler({
  kind: 'line.assign',
  objects: ({ line, legs }) => [line, ...new Set(legs)],
  mandate: reconcile,
  async decide(reader, act) {
    const { body, person } = act;
    const line = await ownLine(reader, act);
    if (person === null) return texts.personNeeded();
    const no =
      waitingBarrier(line) ??
      reasonBarrier(body.reason) ??
      (line.evidence ? null : texts.lineNotProven()) ??
      countBarrier(body.legs) ??
      ((await openOf(reader, line)) === null ? null : texts.assignmentOpen());
    if (no !== null) return no;
    const legs = await legsOf(reader, body.legs);
    const found = await matchIf(reader, line, legs);
    if (isRefusal(found)) return found;
    if (found.kind === 'park' && found.reason !== 'SAME_PAYMENT')
      return texts.paysNothing(found.reason);
    const assignment: AssignmentRow = {
      ...{ id: act.id('asg', 0), version: 1, state: 'OPEN', line: line.id, owner: line.owner },
      ...{ legs: body.legs, reason: body.reason.trim(), returnedReason: null },
      ...{ proposedBy: person, decidedBy: null, createdMs: act.at },
    };
    const readers = await readersOf(reader, line, legs);
    return accept(line.id, [insert('assignment', assignment)], {
      readers,
      grants: readers.map((party) => grantOf(party, 'Assignment', assignment)),
    });
  },
});

/** Another person agrees: the line is matched again, as if the payer had written these references. */
export const confirmLine = handler({
  kind: 'line.confirm',
  objects: ({ line }) => [line],
  mandate: reconcile,
  async decide(reader, act) {
    const line = await ownLine(reader, act);
    const assignment = await assignmentOf(reader, line, act.body.assignment);
    const no = waitingBarrier(line) ?? openBarrier(assignment) ?? eyesBarrier(assignment, act);
    if (no !== null) return no;
    const legs = await legsOf(reader, assignment.legs);
    const after = update('statement_line', line, {
      ...{ state: 'UNMATCHED', legs: [], leg: null, unappliedMinor: 0n, reason: null },
      assigned: legs.map(({ reference }) => reference),
    });
    const decided = update('assignment', assignment, {
      ...{ state: 'CONFIRMED', decidedBy: act.person },
    });
    return accept(line.id, [after, decided], {
      readers: await readersOf(reader, line, legs),
      next: await followUps(reader, [after.row as LineRow]),
    });
  },
});

/** Who looked at the proposal does not agree, and says why. */
export const returnLine = handler({
  kind: 'line.return',
  objects: ({ line }) => [line],
  mandate: reconcile,
  async decide(reader, act) {
    const line = await ownLine(reader, act);
    const assignment = await assignmentOf(reader, line, act.body.assignment);
    const no = openBarrier(assignment) ?? reasonBarrier(act.body.reason);
    if (no !== null) return no;
    const legs = await legsOf(reader, assignment.legs);
    const returned = update('assignment', assignment, {
      ...{ state: 'RETURNED', decidedBy: act.person, returnedReason: act.body.reason.trim() },
    });
    return accept(line.id, [returned], { readers: await readersOf(reader, line, legs) });
  },
});

/**
 * Money that came in and pays nothing is owed back to who paid it. Refuses where nobody here is known
 * to have paid it; the leg that comes of it is paid like any other.
 */
export const refundLine = handler({
  kind: 'line.refund',
  objects: ({ line }) => [line],
  mandate: reconcile,
  async decide(reader, act) {
    const line = await ownLine(reader, act);
    const barrier =
      waitingBarrier(line) ??
      reasonBarrier(act.body.reason) ??
      (line.evidence ? null : texts.lineNotProven()) ??
      ((await openOf(reader, line)) === null ? null : texts.assignmentOpen());
    if (barrier !== null) return barrier;
    const named = await legsOf(reader, line.legs);
    const [first, ...others] = named;
    const isOnePayer = others.every(({ payer }) => payer === first?.payer);
    if (first === undefined || !line.credit || first.payee !== line.owner || !isOnePayer)
      return texts.refundUnknown();
    const { invoice, programme, certificate, payer } = first;
    const leg = newLeg(act, 0, {
      ...{ kind: 'REFUND', state: 'SCHEDULED', request: null, payer: line.owner, payee: payer },
      payTo: await accountOf(reader, payer, line.currency),
      ...{ amountMinor: line.amountMinor, dueDate: act.businessDate },
      certificate: { id: certificate, invoice, programme, currency: line.currency },
    });
    const auditors = await membersOf(reader, programme, 'AUDITOR');
    const added = addition(leg, auditors);
    return accept(
      line.id,
      [update('statement_line', line, { state: 'MATCHED', leg: first.id }), ...added.changes],
      { readers: [...ownersOf(line), payer, ...auditors], grants: added.grants },
    );
  },
});

/** A line that names nothing of ours leaves the queue; it can still be assigned later. */
export const dismissLine = handler({
  kind: 'line.dismiss',
  objects: ({ line }) => [line],
  mandate: reconcile,
  async decide(reader, act) {
    const line = await ownLine(reader, act);
    const no =
      (line.state === 'PARKED' ? waitingBarrier(line) : texts.lineNotWaiting(line.state)) ??
      reasonBarrier(act.body.reason) ??
      (line.legs.length === 0 ? null : texts.lineNamesOurs()) ??
      ((await openOf(reader, line)) === null ? null : texts.assignmentOpen());
    if (no !== null) return no;
    return accept(line.id, [update('statement_line', line, { state: 'DISMISSED' })], {
      readers: ownersOf(line),
    });
  },
});

// Helpers of the handlers above.

type OfLine = Act<KindName & `line.${string}`>;

async function ownLine(
  reader: Reader,
  act: { readonly party: string; readonly body: { readonly line: string } },
): Promise<LineRow> {
  const line = await reader.get<LineRow>('statement_line', act.body.line);
  if (line === null || line.owner !== act.party) throw notFound();
  return line;
}

async function assignmentOf(reader: Reader, line: LineRow, id: string): Promise<AssignmentRow> {
  const assignment = await reader.get<AssignmentRow>('assignment', id);
  if (assignment === null || assignment.line !== line.id) throw notFound();
  return assignment;
}

async function openOf(reader: Reader, { id }: LineRow): Promise<AssignmentRow | null> {
  const known = await reader.where<AssignmentRow>('assignment', 'line', id);
  return known.find(({ state }) => state === 'OPEN') ?? null;
}

function legsOf(reader: Reader, ids: readonly string[]): Promise<readonly LegRow[]> {
  return Promise.all(
    ids.map(async (id) => {
      const leg = await reader.get<LegRow>('leg', id);
      if (leg === null) throw notFound();
      return leg;
    }),
  );
}

function waitingBarrier({ state, pendingAct }: LineRow): Refusal | null {
  if (pendingAct !== null) return pendingReservation('line');
  return state === 'PARKED' || state === 'DISMISSED' ? null : texts.lineNotWaiting(state);
}

function reasonBarrier(said: string): Refusal | null {
  const { length } = said.trim();
  return length > 0 && length <= settlementLimits.reasonCharactersMax
    ? null
    : texts.reasonRequired(length);
}

function countBarrier(legs: readonly string[]): Refusal | null {
  const isOnce = new Set(legs).size === legs.length;
  return isOnce && legs.length > 0 && legs.length <= settlementLimits.legsOfLineMax
    ? null
    : texts.legCount(legs.length);
}

function openBarrier({ state }: AssignmentRow): Refusal | null {
  return state === 'OPEN' ? null : texts.assignmentClosed(state);
}

function eyesBarrier({ proposedBy }: AssignmentRow, { person }: Pick<OfLine, 'person'>) {
  if (person === null) return texts.personNeeded();
  return person === proposedBy ? texts.fourEyes() : null;
}

/** The owner, and the auditors of everything that the line is said to pay. */
async function readersOf(
  reader: Reader,
  { owner }: LineRow,
  legs: readonly LegRow[],
): Promise<readonly string[]> {
  const programmes = [...new Set(legs.map(({ programme }) => programme))];
  const auditors = await Promise.all(programmes.map((each) => membersOf(reader, each, 'AUDITOR')));
  return [...new Set([owner, ...auditorsOfAll(auditors)])];
}
