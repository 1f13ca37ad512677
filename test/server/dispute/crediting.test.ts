/** Credit notes over certificates: what they stop, what they take, and what the seller owes back. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { InputOf } from '../../../chain/src/act/kinds.ts';
import type { CreditNoteRow, DisputeRow } from '../../../server/src/dispute/model.ts';
import type { InvoiceRow } from '../../../server/src/invoice/model.ts';
import { insert } from '../../../server/src/kernel/change.ts';
import type { PostingRow } from '../../../server/src/ledger/model.ts';
import type { CertificateRow } from '../../../server/src/receivable/model.ts';
import type { LegRow } from '../../../server/src/settlement/model.ts';
import {
  certified,
  hopTo,
  issueInput,
  newTrade,
  offerOf,
  programmeId,
  type Trade,
  who,
} from '../../support/trade.ts';

const eur = (minor: bigint) => [minor, 'EUR'] as const;

let trade: Trade;
let certificate: CertificateRow;

beforeEach(async () => {
  trade = newTrade();
  certificate = await certified(trade);
});

describe('a credit note on an invoice that its seller still holds', () => {
  it('makes so much of the certificate void, and what is left goes on with its face', async () => {
    const note = await issued({ amount: eur(4_000_00n) });
    await applied(note, 4_000_00n);

    expect(trade.row<CreditNoteRow>('credit_note', note)).toMatchObject({
      ...{ state: 'APPLIED', appliedMinor: 4_000_00n, openPair: null, acknowledgedBy: 'per_clara' },
    });
    expect(invoiceNow()).toMatchObject({ state: 'CERTIFIED', creditedMinor: 4_000_00n });
    expect(trade.row('certificate', certificate.id)).toMatchObject({
      state: 'SPLIT',
      openMinor: 0n,
    });
    expect(partsOf(certificate.id)).toMatchObject([
      { state: 'ACTIVE', faceMinor: 96_000_00n, openMinor: 96_000_00n, note: certificate.note },
      { state: 'VOID', faceMinor: 4_000_00n, openMinor: 0n },
    ]);
    expect(legs()).toEqual([]);
    expect(booked()).toEqual([
      ...['pty_aurora PAYABLES_ARRANGED 400000', 'pty_aurora PURCHASES -400000'],
      ...['pty_bolt SALES 400000', 'pty_bolt CERTIFICATES -400000'],
    ]);
    const [rest] = partsOf(certificate.id);
    await trade.must('finance.request', asking(rest?.id ?? ''), who.bolt);
  });

  it('of all that is open ends the certificate and closes the invoice', async () => {
    await applied(await issued({ amount: eur(100_000_00n) }), 100_000_00n);

    expect(trade.row('certificate', certificate.id)).toMatchObject({
      state: 'VOID',
      openMinor: 0n,
    });
    expect(invoiceNow()).toMatchObject({ state: 'CLOSED', openPair: null });
  });

  it('B.9.57: takes the seller’s parts pro rata, leaves what it passed on whole, and owes that back', async () => {
    const parts = [eur(10_000_00n), eur(30_000_00n), eur(60_000_00n)];
    await trade.must('certificate.split', { certificate: certificate.id, parts }, who.bolt);
    const [small, middle, large] = partsOf(certificate.id).map(({ id }) => id);
    await trade.must('certificate.transfer', hopTo(large ?? '', who.copper), who.bolt);
    await trade.must('certificate.receive', offerOf(trade, large ?? ''), who.copper);
    await applied(await issued({ amount: eur(44_000_00n) }), 44_000_00n);

    for (const id of [small, middle]) {
      expect(trade.row('certificate', id ?? '')).toMatchObject({ state: 'VOID' });
    }
    expect(partsOf(large ?? '')).toMatchObject([
      { state: 'ACTIVE', holder: who.copper.party, openMinor: 60_000_00n },
    ]);
    expect(invoiceNow()).toMatchObject({ creditedMinor: 40_000_00n });
    expect(legs()).toMatchObject([
      {
        ...{ kind: 'REFUND', payer: who.bolt.party, payee: who.aurora.party },
        ...{ amountMinor: 4_000_00n, state: 'SCHEDULED', payTo: 'acc_pty_aurora' },
      },
    ]);
    expect(
      await trade.refused(
        'credit.issue',
        noteOf({ amount: eur(56_000_01n), number: 'CN-2' }),
        who.bolt,
      ),
    ).toBe('CREDIT_EXCEEDS_OPEN');
    await issued({ amount: eur(56_000_00n), number: 'CN-2' });
  });
});

describe('a credit note on what its seller did not take', () => {
  it('is taken from the offered certificate, or from what is owed without one', async () => {
    trade = newTrade();
    const invoice = invoiceNow();
    const id = await trade.must('certificate.issue', issueInput(invoice), who.automation);
    await applied(await issued({ amount: eur(4_000_00n) }), 4_000_00n);
    const [rest] = partsOf(id);
    expect(rest).toMatchObject({ state: 'OFFERED', faceMinor: 96_000_00n });

    const declining = { certificate: rest?.id ?? '', reason: 'No.' };
    await trade.must('certificate.decline', declining, who.bolt);
    await applied(await issued({ amount: eur(1_000_00n), number: 'CN-2' }), 1_000_00n);

    expect(invoiceNow()).toMatchObject({ creditedMinor: 5_000_00n });
    expect(
      booked().filter((line) => !line.includes('PURCHASES') && !line.includes('SALES')),
    ).toEqual([
      ...['pty_aurora PAYABLES_ARRANGED 400000', 'pty_bolt RECEIVABLES -400000'],
      ...['pty_aurora PAYABLES 100000', 'pty_bolt RECEIVABLES -100000'],
    ]);
  });
});

describe('a credit note that is not applied yet', () => {
  it('B.9.59: keeps its invoice from being financed, and lets it go when it is applied', async () => {
    const note = await issued({ amount: eur(4_000_00n) });
    expect(await trade.refused('finance.request', asking(certificate.id), who.bolt)).toBe(
      'CREDIT_NOTE_BLOCKS',
    );

    await applied(note, 4_000_00n);
    const [rest] = partsOf(certificate.id);
    await trade.must('finance.request', asking(rest?.id ?? ''), who.bolt);
  });

  it('J9.3: at large, blocks up to and just over, by day and size, and is taken in that order', async () => {
    const first = owed('five', 5_000_00n, '2026-04-10');
    const second = owed('six', 6_000_00n, '2026-04-10');
    const third = owed('seven', 7_000_00n, '2026-04-20');
    const note = await issued({ invoice: null, amount: eur(8_000_00n) });
    const ask = (id: string) => trade.act('finance.request', asking(id), who.bolt);

    expect(await ask(first)).toMatchObject({ code: 'CREDIT_NOTE_BLOCKS' });
    expect(await ask(second)).toMatchObject({ code: 'CREDIT_NOTE_BLOCKS' });
    expect(await ask(third)).toMatchObject({ kind: 'accepted' });

    await acknowledged(note, 8_000_00n);
    expect(await refusedApplication(note, 'inv_six', 5_000_00n)).toBe('APPLICATION_DIFFERS');
    await apply(note, 'inv_five', 5_000_00n);
    await apply(note, 'inv_six', 3_000_00n);
    expect(trade.row('credit_note', note)).toMatchObject({ state: 'APPLIED' });
    expect(trade.row('invoice', 'inv_five')).toMatchObject({ state: 'CLOSED' });
    expect(trade.row('invoice', 'inv_six')).toMatchObject({ creditedMinor: 3_000_00n });
    expect(await refusedApplication(note, 'inv_seven', 1n)).toBe('APPLICATION_DIFFERS');
  });

  it('waits while a part of the seller is on its way to somebody', async () => {
    const note = await issued({ amount: eur(4_000_00n) });
    await trade.must('certificate.transfer', hopTo(certificate.id, who.copper), who.bolt);
    await acknowledged(note, 4_000_00n);

    expect(await refusedApplication(note, 'inv_1', 4_000_00n)).toBe('PENDING_RESERVATION');
  });
});

describe('a credit note of a dispute', () => {
  it('J9.2: is for what was conceded, and ends the dispute when it is applied', async () => {
    const dispute = await conceded(4_000_00n);
    const ask = () => trade.refused('finance.request', asking(certificate.id), who.bolt);
    expect(await ask()).toBe('INVOICE_DISPUTED');
    const of = { dispute, amount: eur(4_000_00n) };
    expect(
      await trade.refused('credit.issue', noteOf({ ...of, amount: eur(5_000_00n) }), who.bolt),
    ).toBe('AMOUNT_DIFFERS');

    const note = await issued(of);
    expect(await trade.refused('credit.issue', noteOf({ ...of, number: 'CN-2' }), who.bolt)).toBe(
      'DUPLICATE_EXACT',
    );
    await applied(note, 4_000_00n);

    expect(trade.row<DisputeRow>('dispute', dispute)).toMatchObject({
      ...{ state: 'CLOSED', closedReason: 'CN-2001' },
    });
    expect(invoiceNow()).toMatchObject({ disputedMinor: 0n, creditedMinor: 4_000_00n });
  });
});

describe('who has to do with a credit note', () => {
  it('is the seller who issues it, the buyer who acknowledges it, and the auditors who read it', async () => {
    const input = noteOf({ amount: eur(4_000_00n) });
    expect(await trade.refused('credit.issue', input, who.aurora)).toBe('ONLY_SELLER');
    const note = await issued({ amount: eur(4_000_00n) });

    const acknowledging = { creditNote: note, amount: eur(4_000_00n) };
    expect(await trade.refused('credit.acknowledge', acknowledging, who.bolt)).toBe('ONLY_BUYER');
    expect([who.bolt, who.aurora, who.auditor].every((each) => trade.sees(each, note))).toBe(true);
    expect([who.copper, who.bankA].some((each) => trade.sees(each, note))).toBe(false);
  });

  it('is nobody else: one outside the programme is not found, nor is an invoice of others', async () => {
    const copperNote = noteOf({ seller: who.copper.party, amount: eur(1_00n) });
    expect(await trade.refused('credit.issue', copperNote, who.copper)).toBe('NOT_FOUND');
    const outsider = noteOf({ seller: who.outsider.party, invoice: null, amount: eur(1_00n) });
    expect(await trade.refused('credit.issue', outsider, who.outsider)).toBe('NOT_FOUND');
  });

  it('loses on the chain to one of the same number: it is invalid, and blocks nothing', async () => {
    const input = noteOf({ amount: eur(4_000_00n) });
    const note = await trade.must('credit.issue', input, who.bolt, 'refused');

    expect(trade.row('credit_note', note)).toMatchObject({ state: 'INVALID', pendingAct: null });
    await trade.must('finance.request', asking(certificate.id), who.bolt);
  });
});

function noteOf(change: Partial<InputOf<'credit.issue'>>): InputOf<'credit.issue'> {
  return {
    ...{ programme: programmeId, seller: who.bolt.party, buyer: who.aurora.party },
    ...{ invoice: 'inv_1', dispute: null, number: 'CN-2001', issueDate: '2026-03-02' },
    ...{ amount: eur(1_00n), reason: 'Bent.', documentDigest: null },
    ...change,
  };
}

function issued(change: Partial<InputOf<'credit.issue'>>): Promise<string> {
  return trade.must('credit.issue', noteOf(change), who.bolt);
}

async function acknowledged(creditNote: string, minor: bigint): Promise<void> {
  await trade.must('credit.acknowledge', { creditNote, amount: eur(minor) }, who.aurora);
}

async function apply(creditNote: string, invoice: string, minor: bigint): Promise<void> {
  await trade.must('credit.apply', { creditNote, invoice, amount: eur(minor) }, who.automation);
}

/** Acknowledged, and taken from the one invoice. */
async function applied(creditNote: string, minor: bigint): Promise<void> {
  await acknowledged(creditNote, minor);
  await apply(creditNote, 'inv_1', minor);
}

function refusedApplication(creditNote: string, invoice: string, minor: bigint): Promise<string> {
  return trade.refused('credit.apply', { creditNote, invoice, amount: eur(minor) }, who.automation);
}

/** A dispute over the promise that both sides settled at `minor`. */
async function conceded(minor: bigint): Promise<string> {
  const raised = {
    ...{ invoice: 'inv_1', amount: eur(15_000_00n), reasonCode: 'QUALITY', text: 'Bent.' },
    documentDigest: null,
  };
  const dispute = await trade.must('dispute.raise', raised, who.aurora);
  await trade.must('dispute.settle', { dispute, amount: eur(minor) }, who.bolt);
  await trade.must('dispute.settle', { dispute, amount: eur(minor) }, who.aurora);
  return dispute;
}

function asking(id: string): InputOf<'finance.request'> {
  return {
    ...{ certificate: id, payTo: 'acc_pty_bolt', invited: [who.bankA.party] },
    closesAtMs: trade.clock.ms + 3_600_000n,
  };
}

/** Another invoice of the two, certified and in the seller's hands; the id of its certificate. */
function owed(name: string, minor: bigint, dueDate: string): string {
  const invoice: InvoiceRow = {
    ...{ ...invoiceNow(), id: `inv_${name}`, number: name, state: 'CERTIFIED', dueDate },
    ...{ payableMinor: minor, approvedMinor: minor },
  };
  const id = `cer_${name}`;
  const row: CertificateRow = {
    ...{ ...trade.row<CertificateRow>('certificate', certificate.id), id, invoice: invoice.id },
    ...{ faceMinor: minor, openMinor: minor, rootFaceMinor: minor, root: id },
  };
  trade.rows.apply([insert('invoice', invoice), insert('certificate', row)]);
  const grants = [id, invoice.id].map((object) => ({
    ...{ reader: who.bolt.party, object, type: 'Certificate', level: 'F' as const, sinceMs: 1n },
  }));
  trade.rows.grant(grants);
  return id;
}

function invoiceNow(): InvoiceRow {
  return trade.row<InvoiceRow>('invoice', 'inv_1');
}

function partsOf(parent: string): readonly CertificateRow[] {
  return trade
    .all<CertificateRow>('certificate')
    .filter((each) => each.parent === parent)
    .sort((a, b) => a.part - b.part);
}

/** What the credit notes are booked as, in the order in which it was. */
function booked(): readonly string[] {
  return trade
    .all<PostingRow>('ledger_posting')
    .filter(({ event }) => event.startsWith('CREDITED'))
    .map(({ party, account, amountMinor }) => `${party} ${account} ${amountMinor}`);
}

function legs(): readonly LegRow[] {
  return trade.all<LegRow>('leg');
}
