/**
 * Disputes, decided: the buyer disputes a part of an invoice, both sides speak, and it ends.
 *
 * With each move the invoice's disputed amount follows, so that the promise and the financing look at
 * one column only.
 */
import type { KindName } from '../../../chain/src/act/kinds.ts';
import type { InvoiceRow } from '../invoice/model.ts';
import { markDisputed } from '../invoice/service.ts';
import { type Act, handler, type Reader } from '../kernel/act.ts';
import { type Grant, insert, update } from '../kernel/change.ts';
import { accept, type Decision, type Refusal } from '../kernel/decision.ts';
import { notFound } from '../kernel/fault.ts';
import { invariant } from '../kernel/invariant.ts';
import type { Money } from '../kernel/money.ts';
import { membersOf } from '../party/service.ts';
import type { DisputeRow } from './model.ts';
import { type DisputeMove, permit, type Side, sideOf } from './policy.ts';
import {
  acceptWhole,
  answer,
  close,
  disputedAfter,
  heldOf,
  raise,
  reject,
  settle,
} from './transitions.ts';

const action = 'dispute.raise';

/** The buyer disputes a part of an invoice. */
const raiseDispute = handler({
  kind: 'dispute.raise',
  objects: ({ invoice }) => [invoice],
  mandate: ({ amount }) => ({ action, amount }),
  async decide(reader, act) {
    const invoice = await reader.get<InvoiceRow>('invoice', act.body.invoice);
    if (invoice === null) throw notFound();
    const { side, readers } = await sidesOf(reader, invoice, act.party);
    const no = permit('raise', side);
    if (no !== null) return no;
    const known = await reader.where<DisputeRow>('dispute', 'invoice', invoice.id);
    const { reasonCode, text, documentDigest, amount } = act.body;
    const claim = { reasonCode, text, documentDigest, person: act.person, amount: moneyOf(amount) };
    const raised = raise(invoice, known.length, claim);
    if ('code' in raised) return raised;

    const dispute: DisputeRow = {
      ...{ id: act.id('dsp', 0), version: 1, state: 'RAISED', invoice: invoice.id, ...raised },
      ...{ programme: invoice.programme, seller: invoice.seller, buyer: invoice.buyer },
      ...{ answer: null, answerDigest: null, offeredMinor: null, offeredBy: null },
      ...{ settledMinor: null, closedReason: null },
      ...{ raisedDate: act.businessDate, createdMs: act.at },
    };
    const disputed = markDisputed(invoice, invoice.disputedMinor + heldOf(dispute));
    const grants = readers.map((each) => grant(each, dispute));
    return accept(dispute.id, [insert('dispute', dispute), disputed], { readers, grants });
  },
});

/** Either side says more. */
const answerDispute = handler({
  kind: 'dispute.answer',
  objects: ({ dispute }) => [dispute],
  mandate: () => ({ action, amount: null }),
  decide: (reader, act) =>
    decideMove(reader, act, 'answer', (dispute, side) => answer(dispute, side, act.body)),
});

/** The seller concedes all of it. */
const acceptDispute = handler({
  kind: 'dispute.accept',
  objects: ({ dispute }) => [dispute],
  mandate: ({ amount }) => ({ action, amount }),
  decide: (reader, act) =>
    decideMove(reader, act, 'accept', (dispute) => acceptWhole(dispute, moneyOf(act.body.amount))),
});

/** The seller stands by its invoice. */
const rejectDispute = handler({
  kind: 'dispute.reject',
  objects: ({ dispute }) => [dispute],
  mandate: () => ({ action, amount: null }),
  decide: (reader, act) =>
    decideMove(reader, act, 'reject', (dispute) => reject(dispute, act.body.reason)),
});

/** One side names an amount; the second to name it settles. */
const settleDispute = handler({
  kind: 'dispute.settle',
  objects: ({ dispute }) => [dispute],
  mandate: ({ amount }) => ({ action, amount }),
  decide: (reader, act) =>
    decideMove(reader, act, 'settle', (dispute) =>
      settle(dispute, act.party, moneyOf(act.body.amount)),
    ),
});

/** The buyer takes it back. */
const closeDispute = handler({
  kind: 'dispute.close',
  objects: ({ dispute }) => [dispute],
  mandate: () => ({ action, amount: null }),
  decide: (reader, act) =>
    decideMove(reader, act, 'close', (dispute) => close(dispute, act.body.reason)),
});

export const disputeHandlers = [
  raiseDispute,
  answerDispute,
  acceptDispute,
  rejectDispute,
  settleDispute,
  closeDispute,
] as const;

type MoveKind = Exclude<Extract<KindName, `dispute.${string}`>, 'dispute.raise'>;

/** A move on a dispute that is there, and what follows for its invoice. */
async function decideMove(
  reader: Reader,
  act: Pick<Act<MoveKind>, 'party' | 'body'>,
  name: DisputeMove,
  move: (dispute: DisputeRow, side: 'seller' | 'buyer') => Partial<DisputeRow> | Refusal,
): Promise<Decision> {
  const dispute = await reader.get<DisputeRow>('dispute', act.body.dispute);
  if (dispute === null) throw notFound();
  const { side, readers } = await sidesOf(reader, dispute, act.party);
  const no = permit(name, side);
  if (no !== null) return no;
  const moved = move(dispute, side === 'seller' ? 'seller' : 'buyer');
  if ('code' in moved) return moved as Refusal;

  const invoice = await reader.get<InvoiceRow>('invoice', dispute.invoice);
  invariant(invoice !== null, `invoice ${dispute.invoice} of a dispute is there`);
  const disputedMinor = disputedAfter(invoice, dispute, { ...dispute, ...moved });
  const changes = [update('dispute', dispute, moved)];
  if (disputedMinor !== invoice.disputedMinor) changes.push(markDisputed(invoice, disputedMinor));
  return accept(dispute.id, changes, { readers });
}

/** What the party is here, and who reads along. Whoever has no business with it is told of nothing. */
async function sidesOf(
  reader: Reader,
  of: { readonly seller: string; readonly buyer: string; readonly programme: string },
  party: string,
): Promise<{ readonly side: Side; readonly readers: readonly string[] }> {
  const auditors = await membersOf(reader, of.programme, 'AUDITOR');
  const side = sideOf(of, party, auditors);
  if (side === 'stranger') throw notFound();
  return { side, readers: [of.seller, of.buyer, ...auditors] };
}

function grant(reader: string, { id, createdMs }: DisputeRow): Grant {
  return { reader, object: id, type: 'Dispute', level: 'F', sinceMs: createdMs };
}

function moneyOf([minor, currency]: readonly [bigint, string]): Money {
  return { minor, currency };
}
