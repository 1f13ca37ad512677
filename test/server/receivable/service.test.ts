import { beforeEach, describe, expect, it } from 'vitest';
import type { MoneyValue } from '../../../chain/src/act/kind.ts';
import type { InvoiceRow } from '../../../server/src/invoice/model.ts';
import type { CertificateRow, TransferRow } from '../../../server/src/receivable/model.ts';
import {
  offerOf as answerTo,
  certified,
  hopTo,
  issueInput,
  newTrade,
  type Trade,
  who,
} from '../../support/trade.ts';

let trade: Trade;
let first: CertificateRow;

beforeEach(async () => {
  trade = newTrade();
  first = await certified(trade);
});

const cer = (id: string) => trade.row<CertificateRow>('certificate', id);
const childrenOf = (parent: string) =>
  trade
    .all<CertificateRow>('certificate')
    .filter((each) => each.parent === parent)
    .sort((a, b) => a.part - b.part);
const eur = (...minors: readonly bigint[]): readonly MoneyValue[] =>
  minors.map((minor) => [minor, 'EUR'] as const);
const split = (certificate: string, ...minors: readonly bigint[]) => ({
  certificate,
  parts: eur(...minors),
});
const hop = hopTo;
const offerOf = (certificate: string) => answerTo(trade, certificate);

describe('issuing a certificate', () => {
  it('says what the buyer confirmed, falls due on a business day, and marks the invoice', () => {
    expect(first).toMatchObject({
      state: 'ACTIVE',
      issuer: who.aurora.party,
      holder: who.bolt.party,
      faceMinor: 100_000_00n,
      openMinor: 100_000_00n,
      maturityDate: '2026-05-31',
      payableDate: '2026-06-01',
      recourse: 'DILUTION_ONLY',
      depth: 0,
      root: first.id,
    });
    expect(trade.row<InvoiceRow>('invoice', 'inv_1').state).toBe('CERTIFIED');
  });

  it('happens once for an invoice', async () => {
    const input = issueInput(trade.row<InvoiceRow>('invoice', 'inv_1'));

    expect(await trade.refused('certificate.issue', input, who.automation)).toBe(
      'ALREADY_CERTIFIED',
    );
  });

  it('refuses an invoice that is not confirmed, and a word that the buyer did not say', async () => {
    const received = newTrade({ invoice: { state: 'RECEIVED' } });
    const input = issueInput(received.row<InvoiceRow>('invoice', 'inv_1'));
    const other = newTrade();

    expect(await received.refused('certificate.issue', input, who.automation)).toBe(
      'NOT_CONFIRMED',
    );
    for (const change of [
      { issuer: who.bolt.party },
      { holder: who.copper.party },
      { face: [100_000_01n, 'EUR'] as const },
      { face: [100_000_00n, 'USD'] as const },
      { maturity: '2026-06-01' },
    ]) {
      expect(
        await other.refused('certificate.issue', { ...input, ...change }, who.automation),
      ).toBe('ISSUE_MISMATCH');
    }
  });

  it('is not forced on the supplier, who may decline with a reason; both are final', async () => {
    const fresh = newTrade();
    const invoice = fresh.row<InvoiceRow>('invoice', 'inv_1');
    const certificate = await fresh.must('certificate.issue', issueInput(invoice), who.automation);

    expect(await fresh.refused('certificate.decline', { certificate, reason: ' ' }, who.bolt)).toBe(
      'REASON_REQUIRED',
    );
    expect(await fresh.refused('certificate.accept', { certificate }, who.aurora)).toBe(
      'NOT_HOLDER',
    );
    await fresh.must('certificate.decline', { certificate, reason: 'cash preferred' }, who.bolt);

    expect(fresh.row<CertificateRow>('certificate', certificate)).toMatchObject({
      state: 'VOID',
      openMinor: 0n,
    });
    expect(await fresh.refused('certificate.accept', { certificate }, who.bolt)).toBe(
      'CERTIFICATE_VOID',
    );
    expect(await trade.refused('certificate.accept', { certificate: first.id }, who.bolt)).toBe(
      'ALREADY_ACCEPTED',
    );
  });
});

describe('splitting', () => {
  it('J4.1: consumes the parent and makes parts in the order given, each with its own note', async () => {
    await trade.must(
      'certificate.split',
      split(first.id, 40_000_00n, 25_000_00n, 35_000_00n),
      who.bolt,
    );

    const children = childrenOf(first.id);
    expect(cer(first.id)).toMatchObject({ state: 'SPLIT', openMinor: 0n, pendingAct: null });
    expect(children.map(({ faceMinor }) => faceMinor)).toEqual([
      40_000_00n,
      25_000_00n,
      35_000_00n,
    ]);
    for (const child of children) {
      expect(child).toMatchObject({
        state: 'ACTIVE',
        holder: who.bolt.party,
        root: first.id,
        depth: 0,
        payableDate: '2026-06-01',
        recourse: 'DILUTION_ONLY',
      });
    }
    expect(trade.notes.size).toBe(3);
  });

  it('B.9.6: of two splits at once one waits for the chain, the other is refused', async () => {
    await trade.must(
      'certificate.split',
      split(first.id, 50_000_00n, 50_000_00n),
      who.bolt,
      'pending',
    );

    expect(
      await trade.refused('certificate.split', split(first.id, 60_000_00n, 40_000_00n), who.bolt),
    ).toBe('PENDING_RESERVATION');
    trade.decideWaiting('final');
    expect(
      await trade.refused('certificate.split', split(first.id, 60_000_00n, 40_000_00n), who.bolt),
    ).toBe('CERTIFICATE_SPLIT');
  });

  it('leaves everything as it was when the chain refuses', async () => {
    const before = cer(first.id);
    await trade.must(
      'certificate.split',
      split(first.id, 50_000_00n, 50_000_00n),
      who.bolt,
      'refused',
    );

    expect(cer(first.id)).toEqual({ ...before, version: before.version + 2 });
    expect(childrenOf(first.id)).toEqual([]);
  });

  it('belongs to the holder; a stranger does not even learn that it is there', async () => {
    const input = split(first.id, 50_000_00n, 50_000_00n);

    expect(await trade.refused('certificate.split', input, who.aurora)).toBe('NOT_HOLDER');
    expect(await trade.refused('certificate.split', input, who.copper)).toBe('NOT_FOUND');
    expect(await trade.refused('certificate.split', input, who.outsider)).toBe('NOT_FOUND');
    expect(
      await trade.refused('certificate.split', { ...input, certificate: 'cer_none' }, who.bolt),
    ).toBe('NOT_FOUND');
  });

  it('B.9.5: does not happen while it is offered to another, nor once its day has come', async () => {
    const input = split(first.id, 50_000_00n, 50_000_00n);
    await trade.must('certificate.transfer', hop(first.id, who.copper), who.bolt);
    expect(await trade.refused('certificate.split', input, who.bolt)).toBe(
      'CERTIFICATE_TRANSFER_PENDING',
    );

    await trade.must('certificate.reject', { ...offerOf(first.id), reason: 'no' }, who.copper);
    trade.clock.today = '2026-06-01';
    expect(await trade.refused('certificate.split', input, who.bolt)).toBe('PAST_MATURITY');
    await trade.must('certificate.due', { certificate: first.id }, who.automation);
    expect(await trade.refused('certificate.split', input, who.bolt)).toBe('CERTIFICATE_DUE');
  });

  it('stays within the mandates of the person who signs, whichever covers it', async () => {
    const input = split(first.id, 50_000_00n, 50_000_00n);
    const grant = (id: string, limitMinor: bigint, limitCurrency: string) =>
      trade.rows.apply([
        {
          op: 'insert',
          table: 'mandate',
          row: {
            ...{ id, version: 1, party: who.bolt.party, holder: who.bolt.person },
            ...{ action: 'certificate.hold', limitMinor, limitCurrency, revoked: false },
            ...{ validFromDate: '2026-01-01', validToDate: '2026-12-31', createdMs: 1n },
          },
        },
      ]);

    grant('mdt_1', 99_999_99n, 'EUR');
    grant('mdt_2', 100_000_00n, 'USD');
    expect(await trade.refused('certificate.split', input, who.bolt)).toBe('MANDATE_EXCEEDED');
    grant('mdt_3', 100_000_00n, 'EUR');
    await trade.must('certificate.split', input, who.bolt);
  });
});

describe('passing on', () => {
  it('J4.3: is taken by the transferee in a certificate of its own, one hand further', async () => {
    await trade.must('certificate.transfer', hop(first.id, who.copper), who.bolt);
    const offer = offerOf(first.id);
    expect(cer(first.id)).toMatchObject({ state: 'TRANSFER_PENDING', holder: who.bolt.party });

    const taken = await trade.must('certificate.receive', offer, who.copper);

    expect(cer(first.id)).toMatchObject({ state: 'TRANSFERRED', openMinor: 0n });
    expect(cer(taken)).toMatchObject({
      state: 'ACTIVE',
      holder: who.copper.party,
      parent: first.id,
      root: first.id,
      depth: 1,
      recourse: 'NONE',
      openMinor: 100_000_00n,
    });
    expect(trade.row<TransferRow>('transfer', offer.transfer).state).toBe('RECEIVED');
  });

  it('J4.4, B.9.12: goes back when rejected, can be offered again, and is not rejected once taken', async () => {
    await trade.must('certificate.transfer', hop(first.id, who.copper), who.bolt);
    const refusedOffer = offerOf(first.id);
    await trade.must('certificate.reject', { ...refusedOffer, reason: 'wrong sum' }, who.copper);
    expect(cer(first.id)).toMatchObject({ state: 'ACTIVE', holder: who.bolt.party });
    expect(trade.row<TransferRow>('transfer', refusedOffer.transfer)).toMatchObject({
      state: 'REJECTED',
      reason: 'wrong sum',
    });

    await trade.must('certificate.transfer', hop(first.id, who.copper), who.bolt);
    const offer = offerOf(first.id);
    await trade.must('certificate.receive', offer, who.copper);

    expect(
      await trade.refused('certificate.reject', { ...offer, reason: 'too late' }, who.copper),
    ).toBe('ALREADY_ACCEPTED');
    expect(await trade.refused('certificate.receive', refusedOffer, who.copper)).toBe(
      'ALREADY_REJECTED',
    );
  });

  it('J4.3: is received on the terms that were shown, and on no others', async () => {
    const terms = { recourse: 'LIMITED', recourseDays: 180n, recourseCapMicros: 250_000n };
    await trade.must('certificate.transfer', { ...hop(first.id, who.copper), ...terms }, who.bolt);
    const offer = offerOf(first.id);
    const unseen = { ...offer, termsDigest: new Uint8Array(32) };

    expect(await trade.refused('certificate.receive', unseen, who.copper)).toBe('TERMS_NOT_SEEN');
    const taken = await trade.must('certificate.receive', offer, who.copper);
    expect(cer(taken)).toMatchObject({ hop: offer.transfer, recourse: 'LIMITED' });
    await trade.must('certificate.split', split(taken, 60_000_00n, 40_000_00n), who.copper);
    expect(childrenOf(taken).map((each) => each.hop)).toEqual([offer.transfer, offer.transfer]);
  });

  it('shows the transferee and the auditor the file of its trade, nobody else', async () => {
    await trade.must('certificate.transfer', hop(first.id, who.copper), who.bolt);

    const readers = [who.copper, who.auditor, who.dye, who.aurora, who.bankA];
    expect(readers.map((each) => trade.sees(each, 'doc_contract'))).toEqual([
      ...[true, true, false, false, false],
    ]);
  });

  it('is answered by the transferee alone', async () => {
    await trade.must('certificate.transfer', hop(first.id, who.copper), who.bolt);
    const offer = offerOf(first.id);

    expect(await trade.refused('certificate.receive', offer, who.bolt)).toBe('NOT_TRANSFEREE');
    expect(await trade.refused('certificate.receive', offer, who.dye)).toBe('NOT_FOUND');
    expect(await trade.refused('certificate.reject', { ...offer, reason: 'x' }, who.aurora)).toBe(
      'NOT_FOUND',
    );
  });

  it('B.9.7: goes to live suppliers of the programme; others are refused or not found', async () => {
    const to = (party: { readonly party: string }) =>
      trade.refused('certificate.transfer', hop(first.id, party), who.bolt);
    const dye = trade.rows.tables.get('party')?.get(who.dye.party);

    expect(await to(who.bolt)).toBe('TRANSFER_TO_SELF');
    expect(await to(who.aurora)).toBe('TRANSFER_TO_ISSUER');
    expect(await to(who.bankA)).toBe('NOT_A_SUPPLIER');
    expect(await to(who.outsider)).toBe('NOT_FOUND');
    expect(await to({ party: 'pty_none' })).toBe('NOT_FOUND');
    trade.rows.apply([
      {
        op: 'update',
        table: 'party',
        row: { ...dye, id: who.dye.party, version: 2, state: 'SUSPENDED' },
      },
    ]);
    expect(await to(who.dye)).toBe('PARTY_SUSPENDED');
  });

  it('changes nothing when the chain refuses it, and the transferee learns nothing', async () => {
    await trade.must('certificate.transfer', hop(first.id, who.copper), who.bolt, 'refused');

    expect(cer(first.id)).toMatchObject({ state: 'ACTIVE', transfer: null, pendingAct: null });
    expect(trade.sees(who.copper, first.id)).toBe(false);
  });

  it('lapses after ten business days without an answer; the old holder is free again', async () => {
    await trade.must('certificate.transfer', hop(first.id, who.copper), who.bolt);
    const { termsDigest: _seen, ...lapsing } = offerOf(first.id);
    const answerBy = trade.row<TransferRow>('transfer', lapsing.transfer).answerBy;
    expect(answerBy).toBe('2026-03-16');

    trade.clock.today = '2026-03-16';
    expect(await trade.refused('certificate.lapse', lapsing, who.automation)).toBe('OFFER_OPEN');
    trade.clock.today = '2026-03-17';
    expect(await trade.refused('certificate.receive', offerOf(first.id), who.copper)).toBe(
      'OFFER_LAPSED',
    );
    await trade.must('certificate.lapse', lapsing, who.automation);

    expect(cer(first.id)).toMatchObject({ state: 'ACTIVE', holder: who.bolt.party });
    expect(trade.row<TransferRow>('transfer', lapsing.transfer).state).toBe('LAPSED');
    expect(await trade.refused('certificate.lapse', lapsing, who.automation)).toBe(
      'OFFER_ANSWERED',
    );
    await trade.must('certificate.transfer', hop(first.id, who.dye), who.bolt);
  });

  it('is received on the last day for an answer', async () => {
    await trade.must('certificate.transfer', hop(first.id, who.copper), who.bolt);
    trade.clock.today = '2026-03-16';

    await trade.must('certificate.receive', offerOf(first.id), who.copper);
  });

  it('B.9.8: may come back to an earlier holder, and each hand counts', async () => {
    const circle = newTrade({ programme: { maxDepth: 2 } });
    const root = (await certified(circle)).id;
    await circle.must('certificate.transfer', hopTo(root, who.copper), who.bolt);
    const out = await circle.must('certificate.receive', answerTo(circle, root), who.copper);
    await circle.must('certificate.transfer', hopTo(out, who.bolt), who.copper);
    const back = await circle.must('certificate.receive', answerTo(circle, out), who.bolt);

    expect(circle.row<CertificateRow>('certificate', back)).toMatchObject({
      ...{ holder: who.bolt.party, depth: 2, faceMinor: 100_000_00n, root },
    });
    expect(await circle.refused('certificate.transfer', hopTo(back, who.copper), who.bolt)).toBe(
      'DEPTH_EXCEEDED',
    );
  });

  it('lapses at maturity when nobody answered; the buyer then pays the old holder', async () => {
    await trade.must('certificate.transfer', hop(first.id, who.copper), who.bolt);
    trade.clock.today = '2026-06-01';
    await trade.must('certificate.due', { certificate: first.id }, who.automation);

    expect(cer(first.id)).toMatchObject({ state: 'DUE', holder: who.bolt.party });
    expect(trade.all<TransferRow>('transfer')[0]).toMatchObject({
      state: 'LAPSED',
      reason: null,
    });
  });
});

describe('falling due', () => {
  it('waits for the adjusted business day, then tells the buyer whom to pay', async () => {
    await trade.must('certificate.transfer', hop(first.id, who.copper), who.bolt);
    const certificate = await trade.must('certificate.receive', offerOf(first.id), who.copper);
    trade.clock.today = '2026-05-31';
    expect(await trade.refused('certificate.due', { certificate }, who.automation)).toBe('NOT_DUE');
    expect(trade.sees(who.aurora, certificate)).toBe(false);

    trade.clock.today = '2026-06-01';
    await trade.must('certificate.due', { certificate }, who.automation);

    expect(trade.sees(who.aurora, certificate)).toBe(true);
    expect(trade.all('leg')).toMatchObject([
      {
        kind: 'REPAYMENT',
        payer: who.aurora.party,
        payee: who.copper.party,
        payTo: 'acc_pty_copper',
        amountMinor: 100_000_00n,
        dueDate: '2026-06-01',
      },
    ]);
    expect(await trade.refused('certificate.due', { certificate }, who.automation)).toBe(
      'CERTIFICATE_DUE',
    );
  });
});

describe('who sees which hop', () => {
  it('J4.6: who passed a part on does not see to whom the next one passed it; the auditor does', async () => {
    await trade.must('certificate.split', split(first.id, 60_000_00n, 40_000_00n), who.bolt);
    const [kept, given] = childrenOf(first.id).map(({ id }) => id) as [string, string];
    await trade.must('certificate.transfer', hop(given, who.copper), who.bolt);
    const toCopper = offerOf(given);
    const copperHolds = await trade.must('certificate.receive', toCopper, who.copper);
    await trade.must('certificate.transfer', hop(copperHolds, who.dye), who.copper);
    const toDye = offerOf(copperHolds);
    const dyeHolds = await trade.must('certificate.receive', toDye, who.dye);

    const seenBy = (party: { readonly party: string; readonly person: string | null }) =>
      [first.id, kept, given, toCopper.transfer, copperHolds, toDye.transfer, dyeHolds].map((id) =>
        trade.sees(party, id) ? 1 : 0,
      );
    expect(seenBy(who.bolt)).toEqual([1, 1, 1, 1, 0, 0, 0]);
    expect(seenBy(who.copper)).toEqual([0, 0, 1, 1, 1, 1, 0]);
    expect(seenBy(who.dye)).toEqual([0, 0, 0, 0, 1, 1, 1]);
    expect(seenBy(who.aurora)).toEqual([1, 0, 0, 0, 0, 0, 0]);
    expect(seenBy(who.auditor)).toEqual([1, 1, 1, 1, 1, 1, 1]);
    expect(seenBy(who.bankA)).toEqual([0, 0, 0, 0, 0, 0, 0]);
    expect(seenBy(who.haul)).toEqual([0, 0, 0, 0, 0, 0, 0]);
    expect(seenBy(who.outsider)).toEqual([0, 0, 0, 0, 0, 0, 0]);
  });

  it('shows the transferee only a summary of the certificate that it is offered', async () => {
    await trade.must('certificate.transfer', hop(first.id, who.copper), who.bolt);

    expect(trade.row('access', `${who.copper.party}:${first.id}`).level).toBe('S');
    expect(trade.row('access', `${who.bolt.party}:${first.id}`).level).toBe('F');
  });

  it('lets nobody read an act on a hop that is not theirs', async () => {
    const before = trade.all('access').length;
    await trade.must('certificate.split', split(first.id, 60_000_00n, 40_000_00n), who.bolt);

    const readers = trade
      .all<{ readonly id: string; readonly reader: string; readonly type: string }>('access')
      .slice(before)
      .filter(({ type }) => type === 'Act')
      .map(({ reader }) => reader);
    expect(readers.sort()).toEqual([who.auditor.party, who.bolt.party]);
  });
});
