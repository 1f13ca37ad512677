/** Disputes over rows: who may, who reads, and what they keep from being promised and financed. */
import { describe, expect, it } from 'vitest';
import type { InputOf, KindName } from '../../../chain/src/act/kinds.ts';
import type { DisputeRow } from '../../../server/src/dispute/model.ts';
import { disputeHandlers } from '../../../server/src/dispute/service.ts';
import { confirmationStatement, type InvoiceRow } from '../../../server/src/invoice/model.ts';
import { invoiceHandlers, isDisputed } from '../../../server/src/invoice/service.ts';
import type { AnyHandler, Handler } from '../../../server/src/kernel/act.ts';
import { insert } from '../../../server/src/kernel/change.ts';
import type { Accepted, Decision } from '../../../server/src/kernel/decision.ts';
import { memoryRows } from '../../../server/src/platform/memory-reader.ts';
import {
  type Actor,
  actOf,
  approver,
  auditor,
  bank,
  clerk,
  dueDay,
  invoiceRow,
  members,
  promised,
  supplier,
} from '../invoice/builders.ts';

const invoice = 'inv_1';
const fifteen = [15_000_00n, 'CNY'] as const;
const words = { text: 'Two hundred are bent.', documentDigest: null };
const claim = { invoice, amount: fifteen, reasonCode: 'QUALITY', ...words };

describe('a dispute before the promise', () => {
  it('keeps the disputed part from being promised, to the cent, and lets the rest through', async () => {
    const world = newWorld();
    await world.done('dispute.raise', clerk, claim);
    const promise = (minor: bigint) => ({
      ...{ invoice, approved: [minor, 'CNY'] as const, dueDate: dueDay, reason: 'Disputed.' },
    });

    expect(await world.decide('invoice.propose', clerk, promise(85_000_01n))).toMatchObject({
      code: 'INVOICE_DISPUTED',
      expected: 'at most 85000.00 CNY',
    });
    const { changes } = await world.done('invoice.propose', clerk, promise(85_000_00n));
    const proposal = changes[0]?.row.id ?? '';
    await world.done('invoice.confirm', approver, {
      ...{ ...promise(85_000_00n), proposal, statement: confirmationStatement },
    });

    // The promise is for the rest: nothing of it is disputed, and the end of the dispute changes nothing.
    expect(await isDisputed(world.rows, invoice)).toBe(false);
    const { id: dispute } = await world.dispute();
    await world.done('dispute.accept', supplier, { dispute, amount: fifteen });
    expect(await world.invoice()).toMatchObject({ disputedMinor: 0n, approvedMinor: 85_000_00n });
  });

  it('stops a promise that was proposed before it was raised', async () => {
    const world = newWorld();
    const promise = { invoice, approved: [100_000_00n, 'CNY'] as const, dueDate: dueDay };
    const terms = { ...promise, reason: null };
    const { changes } = await world.done('invoice.propose', clerk, terms);
    await world.done('dispute.raise', clerk, claim);

    const confirmation = { ...terms, proposal: changes[0]?.row.id ?? '' };
    expect(
      await world.decide('invoice.confirm', approver, {
        ...{ ...confirmation, statement: confirmationStatement },
      }),
    ).toMatchObject({ code: 'INVOICE_DISPUTED' });
  });
});

describe('a dispute after the promise', () => {
  it('is on record, leaves the promise as it is, and is over when the buyer closes it', async () => {
    const world = newWorld({ ...promised, state: 'CERTIFIED' });
    const raised = await world.done('dispute.raise', clerk, claim);
    expect(raised.readers).toEqual(['pty_bolt', 'pty_aurora', 'pty_auditor']);
    expect(raised.grants.map(({ reader, level }) => `${reader} ${level}`)).toEqual([
      ...['pty_bolt F', 'pty_aurora F', 'pty_auditor F'],
    ]);
    expect(await world.invoice()).toMatchObject({
      ...{ state: 'CERTIFIED', approvedMinor: 100_000_00n, disputedMinor: 15_000_00n },
    });
    const { id: dispute } = await world.dispute();

    await world.done('dispute.answer', supplier, { dispute, ...words });
    await world.done('dispute.reject', supplier, { dispute, reason: 'They were straight.' });
    expect(await isDisputed(world.rows, invoice)).toBe(true);
    await world.done('dispute.close', clerk, { dispute, reason: 'Counted again.' });

    expect(await world.dispute()).toMatchObject({ state: 'CLOSED', version: 4 });
    expect(await isDisputed(world.rows, invoice)).toBe(false);
  });

  it('goes on holding what was conceded, until the buyer waives it', async () => {
    const world = newWorld({ ...promised, state: 'CERTIFIED' });
    await world.done('dispute.raise', clerk, claim);
    const { id: dispute } = await world.dispute();
    const offer = { dispute, amount: [4_000_00n, 'CNY'] as const };

    await world.done('dispute.settle', supplier, offer);
    expect(await world.invoice()).toMatchObject({ disputedMinor: 15_000_00n });
    await world.done('dispute.settle', clerk, offer);
    expect(await world.dispute()).toMatchObject({ state: 'SETTLED', settledMinor: 4_000_00n });
    expect(await world.invoice()).toMatchObject({ disputedMinor: 4_000_00n });
    await world.done('dispute.close', clerk, { dispute, reason: 'Waived.' });
    expect(await world.invoice()).toMatchObject({ disputedMinor: 0n });
  });
});

describe('who takes part in a dispute', () => {
  it('is the buyer who raises and closes, the seller who accepts and rejects; auditors only read', async () => {
    const world = newWorld();
    await world.done('dispute.raise', clerk, claim);
    const { id: dispute } = await world.dispute();
    const reason = 'Because.';
    const refused = async <N extends KindName>(kind: N, by: Actor, input: InputOf<N>) => {
      const decision = await world.decide(kind, by, input);
      return decision.kind === 'refusal' ? decision.code : decision.kind;
    };

    expect(await refused('dispute.raise', supplier, claim)).toBe('ONLY_BUYER');
    expect(await refused('dispute.close', supplier, { dispute, reason })).toBe('ONLY_BUYER');
    expect(await refused('dispute.accept', clerk, { dispute, amount: fifteen })).toBe(
      'ONLY_SELLER',
    );
    expect(await refused('dispute.reject', clerk, { dispute, reason })).toBe('ONLY_SELLER');
    expect(await refused('dispute.answer', auditor, { dispute, ...words })).toBe(
      'ONLY_SELLER_OR_BUYER',
    );
  });

  it('is nobody else: for a bank there is no such dispute, and no such invoice to dispute', async () => {
    const world = newWorld();
    await world.done('dispute.raise', clerk, claim);
    const { id: dispute } = await world.dispute();

    await expect(world.decide('dispute.raise', bank, claim)).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    await expect(world.decide('dispute.answer', bank, { dispute, ...words })).rejects.toMatchObject(
      { code: 'NOT_FOUND' },
    );
  });
});

function newWorld(change: Partial<InvoiceRow> = {}) {
  const rows = memoryRows();
  rows.apply([...members, insert('invoice', invoiceRow(change))]);
  const handlers: readonly AnyHandler[] = [...invoiceHandlers, ...disputeHandlers];
  async function decide<N extends KindName>(
    kind: N,
    actor: Actor,
    input: InputOf<N>,
  ): Promise<Decision> {
    const handler = handlers.find((each) => each.kind === (kind as KindName));
    if (handler === undefined) throw new Error(`${kind} has a handler`);
    return (handler as unknown as Handler<N>).decide(rows, actOf(kind, actor, input));
  }
  return {
    rows,
    decide,
    async done<N extends KindName>(kind: N, actor: Actor, input: InputOf<N>): Promise<Accepted> {
      const decision = await decide(kind, actor, input);
      if (decision.kind === 'refusal') throw new Error(`${decision.code}: ${decision.seen}`);
      rows.apply(decision.changes);
      return decision;
    },
    async dispute(): Promise<DisputeRow> {
      const [row] = await rows.where<DisputeRow>('dispute', 'invoice', invoice);
      if (row === undefined) throw new Error('the dispute is there');
      return row;
    },
    async invoice(): Promise<InvoiceRow> {
      const row = await rows.get<InvoiceRow>('invoice', invoice);
      if (row === null) throw new Error('the invoice is there');
      return row;
    },
  };
}
