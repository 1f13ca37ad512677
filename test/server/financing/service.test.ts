import { beforeEach, describe, expect, it } from 'vitest';
import type { InputOf } from '../../../chain/src/act/kinds.ts';
import { recompute } from '../../../chain/src/calc/run.ts';
import { checksOf } from '../../../server/src/financing/checks.ts';
import type {
  ExposureRow,
  FundingProposalRow,
  FundingSnapshotRow,
  LimitRow,
  QuoteRow,
  RequestRow,
} from '../../../server/src/financing/model.ts';
import { fundedChanges, repaidChanges } from '../../../server/src/financing/service.ts';
import { eligibilityGuards, guardsOf } from '../../../server/src/financing/service-guards.ts';
import { limitUsage } from '../../../server/src/financing/service-room.ts';
import { checksIn } from '../../../server/src/financing/snapshot.ts';
import type { InvoiceRow } from '../../../server/src/invoice/model.ts';
import { type CalculationRow, calculationIn } from '../../../server/src/kernel/calculation.ts';
import { type Row, update } from '../../../server/src/kernel/change.ts';
import { actId } from '../../../server/src/platform/acts.ts';
import type { CertificateRow } from '../../../server/src/receivable/model.ts';
import { redeemChange } from '../../../server/src/receivable/service.ts';
import type { LegRow } from '../../../server/src/settlement/model.ts';
import {
  certified,
  hopTo,
  limited,
  limitTerms,
  newTrade,
  programmeId,
  type Trade,
  type Who,
  who,
} from '../../support/trade.ts';

let trade: Trade;
let certificate: string;

beforeEach(async () => {
  trade = newTrade({ faceMinor: 500_000_00n });
  certificate = (await certified(trade)).id;
});

const req = (id: string) => trade.row<RequestRow>('finance_request', id);
const quo = (id: string) => trade.row<QuoteRow>('quote', id);
const cer = (id: string) => trade.row<CertificateRow>('certificate', id);

function asking(change: Partial<InputOf<'finance.request'>> = {}): InputOf<'finance.request'> {
  return {
    certificate,
    invited: [who.bankA.party, who.bankB.party, who.bankC.party],
    closesAtMs: trade.clock.ms + 60_000n,
    payTo: 'acc_pty_bolt',
    ...change,
  };
}

function quoting(
  request: string,
  change: Partial<InputOf<'quote.submit'>> = {},
): InputOf<'quote.submit'> {
  return {
    request,
    rateMicros: 64_000n,
    method: 'STRAIGHT',
    dayCount: 'ACT_365F',
    advanceMicros: 1_000_000n,
    feeFlat: [0n, 'EUR'],
    feeMicros: 0n,
    feeMin: [0n, 'EUR'],
    recourse: 'NONE',
    validTo: '2026-03-10',
    ...{ penaltyMicros: null, graceRule: null, recourseDays: null, recourseMicros: null },
    ...change,
  };
}

async function limits(...banks: readonly Who[]): Promise<void> {
  for (const bank of banks) await limited(trade, bank);
}

/** A request whose window has closed over the quotes of two banks. */
async function closed(): Promise<{
  readonly request: string;
  readonly a: string;
  readonly b: string;
}> {
  await limits(who.bankA, who.bankB);
  const request = await trade.must('finance.request', asking(), who.bolt);
  const b = await trade.must('quote.submit', quoting(request, { rateMicros: 65_500n }), who.bankB);
  const a = await trade.must('quote.submit', quoting(request), who.bankA);
  trade.clock.ms += 60_000n;
  await trade.must('finance.close', { request }, who.automation);
  return { request, a, b };
}

// 500,000.00 at 6.40 % from 2026-03-02 to 2026-06-01: 91 days.
const net: readonly [bigint, string] = [492_021_92n, 'EUR'];

async function reserved() {
  const all = await closed();
  await trade.must('quote.choose', { request: all.request, quote: all.a, net }, who.bolt);
  return all;
}

async function proposed() {
  const all = await reserved();
  await trade.must('finance.propose', { request: all.request, quote: all.a, net }, who.bankA);
  return { ...all, proposal: req(all.request).proposal ?? '' };
}

function approval(request: string, proposal: string): InputOf<'finance.approve'> {
  const of = { certificate, invoice: cer(certificate).invoice };
  return { request, proposal, net, payTo: 'acc_pty_bolt', ...of };
}

async function instructed() {
  const all = await proposed();
  const { request, proposal } = all;
  await trade.must('finance.approve', approval(request, proposal), who.bankAApprover);
  return all;
}

describe('setting a limit', () => {
  const { sanctioned, adhoc } = limitTerms();
  const put = (proposal: string) => ({ proposal, sanctioned, adhoc });
  const rows = () => trade.all<LimitRow>('credit_limit');

  it('takes two people of the bank: one proposes, another approves what was proposed', async () => {
    const proposal = await trade.must('limit.propose', limitTerms(), who.bankA);
    expect(rows()).toEqual([]);

    expect(await trade.refused('limit.approve', put(proposal), who.bankA)).toBe(
      'FOUR_EYES_SAME_PERSON',
    );
    const other = { ...put(proposal), sanctioned: [1n, 'EUR'] as const };
    expect(await trade.refused('limit.approve', other, who.bankAApprover)).toBe('LIMIT_AMOUNTS');
    expect(await trade.refused('limit.approve', put(proposal), who.bankB)).toBe('NOT_FOUND');
    const id = await trade.must('limit.approve', put(proposal), who.bankAApprover);
    expect(trade.row('credit_limit', id)).toMatchObject({ sanctionedMinor: 1_000_000_00n });
    expect(await trade.refused('limit.approve', put(proposal), who.bankAApprover)).toBe(
      'LIMIT_PROPOSAL_NOT_OPEN',
    );
  });

  it('replaces the one about the same in the same currency; a newer proposal voids the older', async () => {
    const id = await limited(trade, who.bankA);
    const older = await trade.must('limit.propose', limitTerms(), who.bankA);
    const again = await limited(trade, who.bankA, { sanctioned: [2n, 'EUR'] });
    const other = await limited(trade, who.bankA, { sanctioned: [3n, 'USD'] });

    expect(again).toBe(id);
    expect(other).not.toBe(id);
    expect(trade.row('credit_limit', id)).toMatchObject({ sanctionedMinor: 2n, version: 2 });
    expect(await trade.refused('limit.approve', put(older), who.bankAApprover)).toBe(
      'LIMIT_PROPOSAL_NOT_OPEN',
    );
  });

  it('is about everything, a buyer, a supplier, a pair of them, or a programme', async () => {
    const [buyer, supplier, programme] = [who.aurora.party, who.bolt.party, programmeId];
    const none = { buyer: null, supplier: null, programme: null };
    const subjects = [
      { dimension: 'TOTAL', ...none },
      { dimension: 'BUYER', ...none, buyer },
      { dimension: 'SUPPLIER', ...none, supplier },
      { dimension: 'PAIR', ...none, buyer, supplier },
      { dimension: 'PROGRAMME', ...none, programme },
    ];
    for (const subject of subjects) await limited(trade, who.bankA, subject);
    expect(rows()).toHaveLength(subjects.length);
    expect(rows()).toEqual(
      expect.arrayContaining(subjects.map((subject) => expect.objectContaining(subject))),
    );
  });

  it('is for banks; whom the bank has nothing to do with is not found', async () => {
    const no = (change: Partial<InputOf<'limit.propose'>>, by: Who = who.bankA) =>
      trade.refused('limit.propose', limitTerms(change), by);
    expect(await no({}, who.bolt)).toBe('NOT_A_BANK');
    expect(await no({}, who.outsider)).toBe('NOT_FOUND');
    expect(await no({ buyer: who.bolt.party })).toBe('NOT_FOUND');
    const onSupplier = { dimension: 'SUPPLIER', buyer: null };
    expect(await no({ ...onSupplier, supplier: who.outsider.party })).toBe('NOT_FOUND');
    expect(await no({ dimension: 'PROGRAMME', buyer: null, programme: 'prg_2' })).toBe('NOT_FOUND');
    expect(await no({ dimension: 'TOTAL' })).toBe('LIMIT_SUBJECT');
    expect(await no({ sanctioned: [-1n, 'EUR'] })).toBe('LIMIT_NEGATIVE');
    expect(await no({ adhoc: [1n, 'USD'], adhocTo: '2026-12-31' })).toBe('CURRENCY_MISMATCH');
    expect(await no({ adhoc: [1n, 'EUR'] })).toBe('ADHOC_WITHOUT_DAY');
    expect(await no({ adhocTo: '2026-12-31' })).toBe('ADHOC_WITHOUT_DAY');
    expect(await no({ adhoc: [1n, 'EUR'], adhocTo: '2026-03-01' })).toBe('VALID_TO_IN_PAST');
    expect(await no({ validTo: '2026-03-01' })).toBe('VALID_TO_IN_PAST');
  });

  it('is seen by the bank and the auditor, not by the buyer or another bank', async () => {
    const id = await limited(trade, who.bankA);
    const proposal = trade.all('limit_proposal')[0]?.id ?? '';

    for (const object of [id, proposal]) {
      expect(
        [who.bankA, who.auditor, who.aurora, who.bankB].map((one) => trade.sees(one, object)),
      ).toEqual([true, true, false, false]);
    }
  });
});

describe('a limit of another kind', () => {
  const of = (dimension: string, minor: bigint): Partial<InputOf<'limit.propose'>> => ({
    ...{ dimension, sanctioned: [minor, 'EUR'] },
    buyer: ['BUYER', 'PAIR'].includes(dimension) ? who.aurora.party : null,
    supplier: ['SUPPLIER', 'PAIR'].includes(dimension) ? who.bolt.party : null,
    programme: dimension === 'PROGRAMME' ? programmeId : null,
  });
  const dimensions = ['TOTAL', 'SUPPLIER', 'PAIR', 'PROGRAMME'];

  it.each(dimensions)('%s stops a quote by a single cent, and is named', async (dimension) => {
    await limits(who.bankA);
    await limited(trade, who.bankA, of(dimension, 499_999_99n));
    const request = await trade.must('finance.request', asking(), who.bolt);

    const refused = await trade.act('quote.submit', quoting(request), who.bankA);
    expect(refused).toMatchObject({
      code: 'LIMIT_EXCEEDED',
      message: expect.stringContaining('is exceeded by 0.01 EUR'),
    });
    await limited(trade, who.bankA, of(dimension, 500_000_00n));
    await trade.must('quote.submit', quoting(request), who.bankA);
  });

  it('gives its part beside the one on the buyer: blocked, utilised, released with it', async () => {
    for (const dimension of dimensions) await limited(trade, who.bankA, of(dimension, 600_000_00n));
    const states = () => trade.all<ExposureRow>('exposure').map(({ state }) => state);
    const { request } = await instructed();
    expect(states()).toEqual(Array.from({ length: 5 }, () => 'BLOCKED'));
    const { invoice } = cer(certificate);
    await trade.settle((act) => fundedChanges(trade.rows, act, request));
    expect(states()).toEqual(Array.from({ length: 5 }, () => 'UTILISED'));
    expect(invoice).toBe('inv_1');

    await trade.settle(async () => ({
      changes: await repaidChanges(trade.rows, req(request), 500_000_00n, true),
    }));
    expect(states()).toEqual(Array.from({ length: 5 }, () => 'RELEASED'));
  });

  it('has an ad hoc part until its last day, which the approval of a payment looks at again', async () => {
    const adhoc = { adhoc: [100_00n, 'EUR'], adhocTo: '2026-03-03' } as const;
    const all = await proposed();
    await limited(trade, who.bankA, { sanctioned: [499_950_00n, 'EUR'], ...adhoc });
    const approving = approval(all.request, all.proposal);

    trade.clock.today = '2026-03-04';
    expect(await trade.refused('finance.approve', approving, who.bankAApprover)).toBe(
      'LIMIT_EXCEEDED',
    );
    trade.clock.today = '2026-03-03';
    await trade.must('finance.approve', approving, who.bankAApprover);
  });

  it('stays blocked for five business days, and is free when the bank has not approved by then', async () => {
    const { request } = await reserved();
    expect(trade.all<ExposureRow>('exposure')[0]?.blockedToDate).toBe('2026-03-09');
    trade.clock.today = '2026-03-09';
    expect(await trade.refused('finance.expire', { request }, who.automation)).toBe(
      'REQUEST_NOT_LAPSED',
    );
    trade.clock.today = '2026-03-10';
    await trade.must('finance.expire', { request }, who.automation);
    expect(trade.all<ExposureRow>('exposure')[0]?.state).toBe('RELEASED');
  });
});

describe('asking for financing', () => {
  it('opens a request that invited banks see in summary, and nobody else', async () => {
    const request = await trade.must('finance.request', asking(), who.bolt);

    expect(req(request)).toMatchObject({
      state: 'OPEN',
      faceMinor: 500_000_00n,
      payableDate: '2026-06-01',
      issuer: who.aurora.party,
      quoteCount: 0,
    });
    const level = (one: Who) =>
      trade.rows.tables.get('access')?.get(`${one.party}:${request}`)?.level;
    expect(
      [who.bolt, who.auditor, who.bankA, who.aurora, who.copper, who.outsider].map(level),
    ).toEqual(['F', 'F', 'S', undefined, undefined, undefined]);
    expect(trade.sees(who.bankA, certificate)).toBe(false);
    expect(trade.sees(who.bankA, 'inv_1')).toBe(false);
  });

  it('J1.4: is refused before the buyer has confirmed', async () => {
    const early = newTrade({ invoice: { state: 'RECEIVED' } });

    expect(
      await early.refused('finance.request', { ...asking(), certificate: 'inv_1' }, who.bolt),
    ).toBe('NOT_CONFIRMED');
    expect(
      await early.refused('finance.request', { ...asking(), certificate: 'inv_1' }, who.copper),
    ).toBe('NOT_FOUND');
  });

  it('is for the holder of a certificate that is live and accepted', async () => {
    const fresh = newTrade();
    const offered = await fresh.must(
      'certificate.issue',
      {
        invoice: 'inv_1',
        issuer: who.aurora.party,
        holder: who.bolt.party,
        face: [100_000_00n, 'EUR'],
        maturity: '2026-05-31',
      },
      who.automation,
    );

    expect(
      await fresh.refused('finance.request', { ...asking(), certificate: offered }, who.bolt),
    ).toBe('CERTIFICATE_NOT_ACTIVE');
    expect(await trade.refused('finance.request', asking(), who.aurora)).toBe('NOT_HOLDER');
    expect(await trade.refused('finance.request', asking(), who.copper)).toBe('NOT_FOUND');
  });

  it('B.9.32: comes before maturity, and while no other request is under way', async () => {
    await trade.must('finance.request', asking(), who.bolt);
    expect(await trade.refused('finance.request', asking(), who.bolt)).toBe('REQUEST_EXISTS');

    const late = newTrade();
    certificate = (await certified(late)).id;
    late.clock.today = '2026-06-01';
    expect(await late.refused('finance.request', asking(), who.bolt)).toBe('PAST_MATURITY');
  });

  it('invites banks of the programme; another party is not found', async () => {
    const inviting = (invited: readonly string[]) =>
      trade.refused('finance.request', asking({ invited }), who.bolt);

    expect(await inviting([])).toBe('NO_BANK_INVITED');
    expect(await inviting([who.outsider.party])).toBe('NOT_FOUND');
    expect(await inviting([who.bankA.party, who.copper.party])).toBe('NOT_FOUND');
  });

  it("is paid to the holder's own account, in the right currency", async () => {
    const paying = (payTo: string) => trade.refused('finance.request', asking({ payTo }), who.bolt);
    trade.rows.apply([
      {
        op: 'insert',
        table: 'account',
        row: { id: 'acc_usd', version: 1, owner: who.bolt.party, currency: 'USD', createdMs: 1n },
      },
    ]);

    expect(await paying('acc_pty_copper')).toBe('NOT_FOUND');
    expect(await paying('acc_usd')).toBe('ACCOUNT_CURRENCY');
  });

  it('waits for the goods where the programme asks for delivery', async () => {
    trade = newTrade({ programme: { requireDelivery: true } });
    certificate = (await certified(trade)).id;
    const shipment = { id: 'shp_1', version: 1, invoice: 'inv_1', received: false, createdMs: 1n };

    expect(await trade.refused('finance.request', asking(), who.bolt)).toBe('DELIVERY_REQUIRED');
    trade.rows.apply([{ op: 'insert', table: 'shipment', row: shipment }]);
    expect(await trade.refused('finance.request', asking(), who.bolt)).toBe('DELIVERY_REQUIRED');
    trade.rows.apply([
      { op: 'update', table: 'shipment', row: { ...shipment, version: 2, received: true } },
    ]);
    await trade.must('finance.request', asking(), who.bolt);
  });

  it('waits while a cent of the promise is disputed, and goes on once nothing is', async () => {
    await disputed(1n);
    expect(await trade.refused('finance.request', asking(), who.bolt)).toBe('INVOICE_DISPUTED');

    await disputed(0n);
    await trade.must('finance.request', asking(), who.bolt);
  });
});

/** What the buyer disputes of the one invoice. */
async function disputed(disputedMinor: bigint): Promise<void> {
  const row = await trade.rows.get<InvoiceRow>('invoice', 'inv_1');
  if (row === null) throw new Error('the invoice is there');
  trade.rows.apply([update('invoice', row, { disputedMinor })]);
}

describe('quoting', () => {
  it('J3.1, B.9.20, B.9.31: needs room in a limit on the buyer in that currency', async () => {
    const request = await trade.must('finance.request', asking(), who.bolt);
    const quote = () => trade.refused('quote.submit', quoting(request), who.bankA);
    const limit = (minor: bigint, currency: string) =>
      limited(trade, who.bankA, { sanctioned: [minor, currency] });

    expect(await quote()).toBe('NO_BUYER_LIMIT');
    await limit(1_000_000_00n, 'USD');
    expect(await quote()).toBe('LIMIT_CURRENCY_MISMATCH');
    await limit(499_999_99n, 'EUR');
    expect(await quote()).toBe('LIMIT_EXCEEDED');
    await limit(500_000_00n, 'EUR');
    await trade.must('quote.submit', quoting(request), who.bankA);
  });

  it('J3.7: is sealed: nobody but its bank sees the quote or its act before the close', async () => {
    await limits(who.bankA);
    const request = await trade.must('finance.request', asking(), who.bolt);
    const quote = await trade.must('quote.submit', quoting(request), who.bankA);
    const act = actId(quo(quote).act);

    for (const one of [who.bolt, who.auditor, who.bankB, who.aurora]) {
      expect([trade.sees(one, quote), trade.sees(one, act)]).toEqual([false, false]);
    }
    expect([trade.sees(who.bankA, quote), trade.sees(who.bankA, act)]).toEqual([true, true]);
    expect(req(request).quoteCount).toBe(1);
  });

  it('is one for a bank; a new one comes after the old one was withdrawn', async () => {
    await limits(who.bankA);
    const request = await trade.must('finance.request', asking(), who.bolt);
    const quote = await trade.must('quote.submit', quoting(request), who.bankA);

    expect(await trade.refused('quote.submit', quoting(request), who.bankA)).toBe('QUOTE_EXISTS');
    expect(await trade.refused('quote.withdraw', { quote }, who.bankB)).toBe('NOT_FOUND');
    await trade.must('quote.withdraw', { quote }, who.bankA);
    expect(await trade.refused('quote.withdraw', { quote }, who.bankA)).toBe('QUOTE_WITHDRAWN');
    await trade.must('quote.submit', quoting(request, { rateMicros: 60_000n }), who.bankA);
    expect(req(request).quoteCount).toBe(1);
  });

  it('is for invited banks; another bank does not find the request', async () => {
    await limits(who.bankB);
    const request = await trade.must(
      'finance.request',
      asking({ invited: [who.bankA.party] }),
      who.bolt,
    );

    expect(await trade.refused('quote.submit', quoting(request), who.bankB)).toBe('NOT_FOUND');
    expect(await trade.refused('quote.submit', quoting(request), who.bolt)).toBe('NOT_A_BANK');
  });

  it('ends with the window, even before anybody has closed it', async () => {
    await limits(who.bankA);
    const request = await trade.must('finance.request', asking(), who.bolt);
    trade.clock.ms = req(request).closesAtMs - 2n;
    await trade.must('quote.submit', quoting(request), who.bankA);
    const late = await trade.refused('quote.submit', quoting(request), who.bankB);

    expect(late).toBe('WINDOW_CLOSED');
  });
});

describe('closing the window', () => {
  it('ranks by net cash and opens the quotes to the holder and the auditor only', async () => {
    const { request, a, b } = await closed();

    expect(req(request).state).toBe('CLOSED');
    expect([quo(a).rank, quo(b).rank]).toEqual([1, 2]);
    for (const quote of [a, b]) {
      const act = actId(quo(quote).act);
      expect([who.bolt, who.auditor].every((one) => trade.sees(one, quote))).toBe(true);
      expect([who.bolt, who.auditor].every((one) => trade.sees(one, act))).toBe(true);
    }
    expect([trade.sees(who.bankA, b), trade.sees(who.bankB, a)]).toEqual([false, false]);
    expect([trade.sees(who.bankA, a), trade.sees(who.bankB, b)]).toEqual([true, true]);
  });

  it('does not happen early, and not twice', async () => {
    const request = await trade.must('finance.request', asking(), who.bolt);

    expect(await trade.refused('finance.close', { request }, who.automation)).toBe('WINDOW_OPEN');
    trade.clock.ms += 60_000n;
    await trade.must('finance.close', { request }, who.automation);
    expect(await trade.refused('finance.close', { request }, who.automation)).toBe(
      'REQUEST_CLOSED_NO_BID',
    );
  });

  it('B.9.27: without a quote the request is over, and a new one may be made', async () => {
    const request = await trade.must('finance.request', asking(), who.bolt);
    trade.clock.ms += 60_000n;
    await trade.must('finance.close', { request }, who.automation);

    expect(req(request).state).toBe('CLOSED_NO_BID');
    await trade.must('finance.request', asking(), who.bolt);
  });

  it('can be forestalled by the holder, whose sealed quotes stay sealed', async () => {
    await limits(who.bankA);
    const request = await trade.must('finance.request', asking(), who.bolt);
    const quote = await trade.must('quote.submit', quoting(request), who.bankA);
    const input = { request, reason: 'not needed' };

    expect(await trade.refused('finance.withdraw', input, who.bankA)).toBe('NOT_HOLDER');
    await trade.must('finance.withdraw', input, who.bolt);

    expect([req(request).state, quo(quote).state]).toEqual(['WITHDRAWN', 'EXPIRED']);
    expect(trade.sees(who.bolt, quote)).toBe(false);
  });
});

describe('choosing a quote', () => {
  it('locks the certificate, blocks the limit, and shows the bank what it buys', async () => {
    const { request, a, b } = await closed();
    await trade.must('quote.choose', { request, quote: a, net }, who.bolt);

    expect(req(request)).toMatchObject({
      state: 'RESERVED',
      chosen: a,
      bank: who.bankA.party,
      netMinor: 492_021_92n,
      valueDate: '2026-03-02',
      pendingAct: null,
    });
    expect([quo(a).state, quo(b).state]).toEqual(['SELECTED', 'LOST']);
    expect(cer(certificate)).toMatchObject({ state: 'RESERVED', holder: who.bolt.party });
    const limit = trade.row(
      'credit_limit',
      trade.all<ExposureRow>('exposure')[0]?.creditLimit ?? '',
    );
    expect(await limitUsage(trade.rows, limit as never, '2026-03-02')).toMatchObject({
      blockedMinor: 500_000_00n,
      utilisedMinor: 0n,
      availableMinor: 500_000_00n,
    });
    for (const object of [certificate, 'inv_1', 'doc_1', 'acc_pty_bolt']) {
      expect([trade.sees(who.bankA, object), trade.sees(who.bankB, object)]).toEqual([true, false]);
    }
    expect(trade.row('access', `${who.bankA.party}:${request}`).level).toBe('F');
    expect(trade.row('access', `${who.bankB.party}:${request}`).level).toBe('S');
  });

  it('keeps by what the price was decided, so that anyone derives the same net again', async () => {
    const { request, a } = await closed();
    await trade.must('quote.choose', { request, quote: a, net }, who.bolt, 'pending');
    expect(trade.all<CalculationRow>('calculation')).toEqual([]);

    trade = newTrade({ faceMinor: 500_000_00n });
    certificate = (await certified(trade)).id;
    await reserved();
    const [row, ...others] = trade.all<CalculationRow>('calculation');

    expect(others).toEqual([]);
    expect(row).toMatchObject({
      subject: req(trade.all<RequestRow>('finance_request')[0]?.id ?? '').chosen,
    });
    const calculation = calculationIn(row as CalculationRow);
    expect(recompute(calculation)).toMatchObject({ ok: true, problem: null });
    expect(calculation.results.netMinor).toBe('49202192');
  });

  it('moves the limit on, so that of two choices at once only one can see the same room', async () => {
    const { request, a } = await closed();
    const limit = trade
      .all<LimitRow>('credit_limit')
      .find(({ bank }) => bank === who.bankA.party) as LimitRow;
    await trade.must('quote.choose', { request, quote: a, net }, who.bolt, 'pending');

    expect(trade.row('credit_limit', limit.id)).toEqual({ ...limit, version: limit.version + 1 });
  });

  it('is for the holder, at the price of the day', async () => {
    const { request, a } = await closed();
    const choosing = (by: Who, minor = net[0], quote = a) =>
      trade.refused('quote.choose', { request, quote, net: [minor, 'EUR'] }, by);

    expect(await choosing(who.bankA)).toBe('NOT_HOLDER');
    expect(await choosing(who.copper)).toBe('NOT_FOUND');
    expect(await choosing(who.bolt, net[0] + 1n)).toBe('NET_MISMATCH');
    expect(await choosing(who.bolt, net[0], 'quo_none')).toBe('NOT_FOUND');
    trade.clock.today = '2026-03-03';
    expect(await choosing(who.bolt)).toBe('NET_MISMATCH');
  });

  it('B.9.23: takes a quote on its last day, and not on the next', async () => {
    const { request, a } = await closed();
    trade.clock.today = '2026-03-11';
    expect(await trade.refused('quote.choose', { request, quote: a, net }, who.bolt)).toBe(
      'QUOTE_EXPIRED',
    );

    trade.clock.today = '2026-03-10';
    // One day of 6.40 % on 500,000.00 is 87.67; eight days are 701.37.
    const later: readonly [bigint, string] = [492_723_29n, 'EUR'];
    await trade.must('quote.choose', { request, quote: a, net: later }, who.bolt);
  });

  it('B.9.22: of two acts on one certificate the chain takes one', async () => {
    const { request, a } = await closed();
    await trade.must('quote.choose', { request, quote: a, net }, who.bolt, 'pending');
    const split = {
      certificate,
      parts: [
        [250_000_00n, 'EUR'],
        [250_000_00n, 'EUR'],
      ],
    } as const;

    expect(await trade.refused('certificate.split', split, who.bolt)).toBe('PENDING_RESERVATION');
    expect(await trade.refused('quote.choose', { request, quote: a, net }, who.bolt)).toBe(
      'PENDING_RESERVATION',
    );
    trade.decideWaiting('refused');
    expect(req(request)).toMatchObject({ state: 'CLOSED', chosen: null, pendingAct: null });
    expect(cer(certificate)).toMatchObject({ state: 'ACTIVE', pendingAct: null });
    expect(trade.all<ExposureRow>('exposure')).toMatchObject([
      { state: 'RELEASED', openLimit: null },
    ]);
    expect(trade.sees(who.bankA, 'inv_1')).toBe(false);
  });

  it('tells the holder no more than that the bank cannot, when its limit is full', async () => {
    const { request, a } = await closed();
    await limited(trade, who.bankA, { sanctioned: [499_999_99n, 'EUR'] });
    const decision = await trade.act('quote.choose', { request, quote: a, net }, who.bolt);

    expect(decision).toMatchObject({ code: 'BANK_CANNOT_FUND' });
    expect(JSON.stringify(decision)).not.toMatch(/499|500/);
  });

  it('finds the certificate free: one that was passed on meanwhile is not locked', async () => {
    const { request, a } = await closed();
    await trade.must('certificate.transfer', hopTo(certificate, who.copper), who.bolt);

    expect(await trade.refused('quote.choose', { request, quote: a, net }, who.bolt)).toBe(
      'CERTIFICATE_NOT_ACTIVE',
    );
    await trade.must('finance.expire', { request }, who.automation);
    expect(req(request).state).toBe('EXPIRED');
    expect(cer(certificate).state).toBe('TRANSFER_PENDING');
  });
});

describe('four eyes at the bank', () => {
  it('proposes and approves by two persons of the chosen bank, and instructs exactly that', async () => {
    const { request, proposal } = await proposed();
    expect(req(request).state).toBe('APPROVAL');
    const approving = approval(request, proposal);

    expect(await trade.refused('finance.approve', approving, who.bankA)).toBe(
      'FOUR_EYES_SAME_PERSON',
    );
    expect(
      await trade.refused('finance.approve', { ...approving, net: [1n, 'EUR'] }, who.bankAApprover),
    ).toBe('NET_MISMATCH');
    expect(
      await trade.refused(
        'finance.approve',
        { ...approving, payTo: 'acc_pty_copper' },
        who.bankAApprover,
      ),
    ).toBe('PAY_TO_MISMATCH');
    await trade.must('finance.approve', approving, who.bankAApprover);

    expect(req(request).state).toBe('INSTRUCTED');
    expect(trade.row<FundingProposalRow>('funding_proposal', proposal).state).toBe('CONFIRMED');
    expect(trade.all('leg')).toMatchObject([
      {
        kind: 'FUNDING',
        payer: who.bankA.party,
        payee: who.bolt.party,
        payTo: 'acc_pty_bolt',
        amountMinor: 492_021_92n,
      },
    ]);
    expect(await trade.refused('finance.approve', approving, who.bankAApprover)).toBe(
      'REQUEST_INSTRUCTED',
    );
  });

  it('is for the chosen bank; its proposal is not found by others', async () => {
    const { request, a, proposal } = await proposed();

    expect(await trade.refused('finance.propose', { request, quote: a, net }, who.bankB)).toBe(
      'NOT_CHOSEN_BANK',
    );
    expect(await trade.refused('finance.approve', approval(request, proposal), who.bankB)).toBe(
      'NOT_FOUND',
    );
    expect(trade.sees(who.bolt, proposal)).toBe(false);
  });

  it('sends a proposal back with a reason, and takes a new one', async () => {
    const { request, a, proposal } = await proposed();
    const back = { request, proposal, reason: 'check the account' };

    expect(await trade.refused('finance.return', { ...back, reason: '' }, who.bankAApprover)).toBe(
      'REASON_REQUIRED',
    );
    await trade.must('finance.return', back, who.bankAApprover);
    expect(req(request).state).toBe('RESERVED');
    expect(
      await trade.refused('finance.approve', approval(request, proposal), who.bankAApprover),
    ).toBe('REQUEST_RESERVED');
    await trade.must('finance.propose', { request, quote: a, net }, who.bankA);
    expect(req(request).proposal).not.toBe(proposal);
  });

  it('B.9.21: looks at everything again: the limit that was cut or ran out stops the payment', async () => {
    const { request, proposal } = await proposed();
    const approving = approval(request, proposal);
    const cut = (minor: bigint, validTo: string) =>
      limited(trade, who.bankA, { sanctioned: [minor, 'EUR'], validTo });

    await cut(499_999_99n, '2026-12-31');
    expect(await trade.refused('finance.approve', approving, who.bankAApprover)).toBe(
      'LIMIT_EXCEEDED',
    );
    await cut(500_000_00n, '2026-03-05');
    trade.clock.today = '2026-03-06';
    expect(await trade.refused('finance.approve', approving, who.bankAApprover)).toBe(
      'LIMIT_EXPIRED',
    );
    trade.clock.today = '2026-03-05';
    await trade.must('finance.approve', approving, who.bankAApprover);
  });

  it('B.9.23: does not pay on a quote that ran out, and then releases all locks', async () => {
    const { request, proposal } = await proposed();
    expect(await trade.refused('finance.expire', { request }, who.automation)).toBe(
      'REQUEST_NOT_LAPSED',
    );
    trade.clock.today = '2026-03-11';
    expect(
      await trade.refused('finance.approve', approval(request, proposal), who.bankAApprover),
    ).toBe('QUOTE_EXPIRED');

    await trade.must('finance.expire', { request }, who.automation);

    expect(req(request).state).toBe('EXPIRED');
    expect(cer(certificate).state).toBe('ACTIVE');
    expect(trade.row<FundingProposalRow>('funding_proposal', proposal).state).toBe('VOID');
    expect(trade.all<ExposureRow>('exposure')[0]).toMatchObject({ state: 'RELEASED' });
    await trade.must('finance.request', asking(), who.bolt);
  });

  it('stops when the goods are no longer on record as received', async () => {
    trade = newTrade({ faceMinor: 500_000_00n, programme: { requireDelivery: true } });
    const shipment = { id: 'shp_1', version: 1, invoice: 'inv_1', received: true, createdMs: 1n };
    trade.rows.apply([{ op: 'insert', table: 'shipment', row: shipment }]);
    certificate = (await certified(trade)).id;
    const { request, proposal } = await proposed();
    trade.rows.apply([
      { op: 'update', table: 'shipment', row: { ...shipment, version: 2, received: false } },
    ]);

    expect(
      await trade.refused('finance.approve', approval(request, proposal), who.bankAApprover),
    ).toBe('DELIVERY_REQUIRED');
  });

  it('stops when the promise is disputed after the proposal', async () => {
    const { request, proposal } = await proposed();
    await disputed(1n);

    expect(
      await trade.refused('finance.approve', approval(request, proposal), who.bankAApprover),
    ).toBe('INVOICE_DISPUTED');
  });

  it('shows every guard with what was seen, the same ones that decide', async () => {
    const { request } = await reserved();
    const seen = async (viewer: Who, today: string) =>
      checksOf(await guardsOf(trade.rows, req(request), viewer.party, today)).map(
        ({ rule, ok }) => `${ok ? '+' : '-'}${rule}`,
      );

    expect(await seen(who.bankA, '2026-03-02')).toEqual([
      '+PROMISE',
      '+CERTIFICATE',
      '+DISPUTE',
      '+CREDIT_NOTE',
      '+DELIVERY',
      '+PARTIES',
      '+ACCOUNT',
      '+QUOTE',
      '+BUYER_LIMIT',
    ]);
    expect(await seen(who.bankA, '2026-03-11')).toContain('-QUOTE');
    expect(await seen(who.bankB, '2026-03-02')).toEqual(['+PROMISE']);
  });
});

describe('the state at funding', () => {
  const snapshots = () => trade.all<FundingSnapshotRow>('funding_snapshot');

  it('is kept by the approval: every rule with what it saw, and under which rules of the market', async () => {
    trade = newTrade({ faceMinor: 500_000_00n, programme: { policyPacks: ['CN-77/1'] } });
    certificate = (await certified(trade)).id;
    const { request, a, proposal } = await proposed();
    expect(snapshots()).toEqual([]);

    await trade.must('finance.approve', approval(request, proposal), who.bankAApprover);

    const [snapshot] = snapshots();
    expect(snapshot).toMatchObject({
      ...{ request, certificate, invoice: 'inv_1', proposal, quote: a, bank: who.bankA.party },
      ...{ policies: ['CN-77/1'], calculator: 'tallystick-calc/1', takenDate: '2026-03-02' },
    });
    expect(checksIn(snapshot as FundingSnapshotRow).map(({ rule, seen }) => [rule, seen])).toEqual([
      ['PROMISE', 'CERTIFIED'],
      ['CERTIFICATE', 'RESERVED, due 2026-06-01'],
      ['DISPUTE', 'none'],
      ['CREDIT_NOTE', 'none'],
      ['DELIVERY', 'not asked for'],
      ['PARTIES', 'ACTIVE'],
      ['ACCOUNT', 'pty_bolt'],
      ['QUOTE', 'firm until 2026-03-10'],
      ['BUYER_LIMIT', '500000.00 EUR blocked'],
    ]);
  });

  it('is for the bank that pays and the auditor, not for the holder or another bank', async () => {
    await instructed();
    const { id } = snapshots()[0] as FundingSnapshotRow;
    expect([who.bankA, who.auditor].map((each) => trade.sees(each, id))).toEqual([true, true]);
    expect(
      [who.bolt, who.aurora, who.bankB, who.outsider].map((each) => trade.sees(each, id)),
    ).toEqual([false, false, false, false]);
  });

  it('is of the certificate and the invoice that the approver names', async () => {
    const { request, proposal } = await proposed();
    const other = { ...approval(request, proposal), invoice: 'inv_2' };
    expect(await trade.refused('finance.approve', other, who.bankAApprover)).toBe('NOT_FOUND');
  });

  it('is not reached while one of those who take part is suspended, or the promise is gone', async () => {
    const { request, proposal } = await proposed();
    const approving = approval(request, proposal);
    const change = (table: string, id: string, fields: Readonly<Record<string, string>>) =>
      trade.rows.apply([update(table, trade.row<Row & { version: number }>(table, id), fields)]);

    for (const party of [who.bankA.party, who.bolt.party, who.aurora.party]) {
      change('party', party, { state: 'SUSPENDED' });
      expect(await trade.refused('finance.approve', approving, who.bankAApprover)).toBe(
        'PARTY_SUSPENDED',
      );
      change('party', party, { state: 'ACTIVE' });
    }
    change('invoice', 'inv_1', { state: 'WITHDRAWN' });
    expect(await trade.refused('finance.approve', approving, who.bankAApprover)).toBe(
      'NOT_CONFIRMED',
    );
  });
});

describe('asking whether cash can be asked for', () => {
  it('explains every rule, also those in order, by the guards that decide the asking', async () => {
    const rules = async (today: string) =>
      checksOf(await eligibilityGuards(trade.rows, cer(certificate), today))
        .filter(({ ok }) => !ok)
        .map(({ rule }) => rule);

    expect(
      checksOf(await eligibilityGuards(trade.rows, cer(certificate), '2026-03-02')).map(
        ({ rule }) => rule,
      ),
    ).toEqual([
      'PROMISE',
      'CERTIFICATE',
      'REQUEST',
      'TECHNIQUE',
      'DISPUTE',
      'CREDIT_NOTE',
      'DELIVERY',
      'PARTIES',
    ]);
    expect(await rules('2026-05-31')).toEqual([]);
    expect(await rules('2026-06-01')).toEqual(['CERTIFICATE']);
    await disputed(1n);
    await limits(who.bankA);
    expect(await rules('2026-03-02')).toEqual(['DISPUTE']);
    expect(await trade.refused('finance.request', asking(), who.bolt)).toBe('INVOICE_DISPUTED');
  });

  it('says that a request is under way', async () => {
    await closed();
    const guards = await eligibilityGuards(trade.rows, cer(certificate), '2026-03-02');
    expect(guards.find(({ refusal }) => refusal !== null)).toMatchObject({
      rule: 'REQUEST',
      refusal: { code: 'REQUEST_EXISTS', seen: 'a request that is CLOSED' },
    });
  });
});

describe('a bank that approves and does not pay', () => {
  const declining = (request: string) => ({ request, reason: 'our account was closed' });

  it('is held to its last day: two business days, and always before the buyer pays', async () => {
    const { request } = await instructed();
    expect(req(request).fundByDate).toBe('2026-03-04');
    trade.clock.today = '2026-03-04';
    expect(await trade.refused('finance.fail', { request }, who.automation)).toBe(
      'FUNDING_NOT_LATE',
    );
    trade.clock.today = '2026-03-05';

    await trade.must('finance.fail', { request }, who.automation);

    expect(req(request)).toMatchObject({
      state: 'FUNDING_FAILED',
      failReason: 'NOT_PAID_IN_TIME',
      bank: who.bankA.party,
    });
    expect(cer(certificate).state).toBe('ACTIVE');
    expect(trade.all<ExposureRow>('exposure')[0]).toMatchObject({
      state: 'RELEASED',
      openLimit: null,
    });
    expect(trade.all<LegRow>('leg')).toMatchObject([{ kind: 'FUNDING', state: 'FAILED' }]);
  });

  it('gives the holder the quotes that are firm still, in a request that it does not see', async () => {
    const { request, b } = await instructed();
    await trade.must('finance.decline', declining(request), who.bankAApprover);
    const [next] = trade.all<RequestRow>('finance_request').filter((each) => each.id !== request);
    const offers = trade.all<QuoteRow>('quote').filter((each) => each.request === next?.id);

    expect(next).toMatchObject({
      state: 'CLOSED',
      follows: request,
      invited: [who.bankB.party],
      quoteCount: 1,
      chosen: null,
      bank: null,
    });
    expect(offers).toMatchObject([
      { bank: who.bankB.party, state: 'REVEALED', rank: 1, rateMicros: 65_500n, act: quo(b).act },
    ]);
    expect(quo(b).state).toBe('LOST');
    const [id, offer] = [next?.id ?? '', offers[0]?.id ?? ''];
    const seen = ({ party }: Who) => [
      trade.sees({ party, person: null }, id),
      trade.sees({ party, person: null }, offer),
    ];
    expect([seen(who.bolt), seen(who.bankB), seen(who.bankA)]).toEqual([
      [true, true],
      [true, true],
      [false, false],
    ]);

    // 500,000.00 at 6.55 % for 91 days.
    const second: readonly [bigint, string] = [491_834_93n, 'EUR'];
    await trade.must('quote.choose', { request: id, quote: offer, net: second }, who.bolt);
    expect(req(id)).toMatchObject({ state: 'RESERVED', bank: who.bankB.party });
    expect(cer(certificate).state).toBe('RESERVED');
    expect(await trade.refused('finance.decline', declining(request), who.bankAApprover)).toBe(
      'REQUEST_FUNDING_FAILED',
    );
  });

  it('leaves the certificate to the holder when no other quote is firm', async () => {
    const { request } = await instructed();
    trade.clock.today = '2026-03-11';
    await trade.must('finance.fail', { request }, who.automation);

    expect(trade.all<RequestRow>('finance_request')).toHaveLength(1);
    await trade.must('finance.request', asking(), who.bolt);
  });

  it('lets a certificate mature that was locked for it', async () => {
    const { request } = await instructed();
    trade.clock.today = '2026-06-01';
    await trade.must('finance.fail', { request }, who.automation);
    await trade.must('certificate.due', { certificate }, who.automation);
    expect(cer(certificate).state).toBe('DUE');
  });

  it('says so itself with a reason, and nobody says it for it', async () => {
    const { request } = await proposed();
    expect(await trade.refused('finance.decline', declining(request), who.bankAApprover)).toBe(
      'REQUEST_APPROVAL',
    );
    const { proposal } = req(request);
    await trade.must('finance.approve', approval(request, proposal ?? ''), who.bankAApprover);
    const empty = { request, reason: ' ' };
    expect(await trade.refused('finance.decline', empty, who.bankAApprover)).toBe(
      'REASON_REQUIRED',
    );
    expect(await trade.refused('finance.decline', declining(request), who.bankB)).toBe(
      'NOT_CHOSEN_BANK',
    );
    expect(await trade.refused('finance.decline', declining(request), who.bolt)).toBe(
      'NOT_CHOSEN_BANK',
    );
    expect(await trade.refused('finance.decline', declining(request), who.outsider)).toBe(
      'NOT_FOUND',
    );
  });

  it('cannot take back what it has paid while the chain decides', async () => {
    const { request } = await instructed();
    await trade.settle(async (act) => ({
      changes: (await fundedChanges(trade.rows, act, request)).changes,
    }));
    expect(await trade.refused('finance.decline', declining(request), who.bankAApprover)).toBe(
      'PENDING_RESERVATION',
    );
  });
});

describe('money', () => {
  it('passes the certificate to the bank when paid, and gives the limit back as the buyer pays', async () => {
    const { request } = await instructed();
    await trade.settle((act) => fundedChanges(trade.rows, act, request));

    expect(req(request)).toMatchObject({ state: 'FUNDED', pendingAct: null });
    expect(cer(certificate)).toMatchObject({ state: 'ASSIGNED', holder: who.bankA.party });
    expect(trade.all<ExposureRow>('exposure')[0]).toMatchObject({ state: 'UTILISED' });

    trade.clock.today = '2026-06-01';
    await trade.must('certificate.due', { certificate }, who.automation);
    const pay = (minor: bigint) =>
      trade.settle(async () => ({
        changes: [
          ...(await repaidChanges(
            trade.rows,
            req(request),
            minor,
            minor === cer(certificate).openMinor,
          )),
          redeemChange(cer(certificate), minor),
        ],
      }));
    await pay(499_999_99n);
    expect([req(request).state, cer(certificate).state]).toEqual(['REPAYING', 'PART_REDEEMED']);
    expect(trade.all<ExposureRow>('exposure')[0]).toMatchObject({ amountMinor: 1n });
    await pay(1n);
    expect([req(request).state, cer(certificate).state]).toEqual(['REPAID', 'REDEEMED']);
    expect(trade.all<ExposureRow>('exposure')[0]).toMatchObject({
      state: 'RELEASED',
      openLimit: null,
    });
  });

  it('holds back maturity while a bank has been told to pay', async () => {
    await instructed();
    trade.clock.today = '2026-06-01';

    expect(await trade.refused('certificate.due', { certificate }, who.automation)).toBe(
      'CERTIFICATE_RESERVED',
    );
  });
});
