/** The terms of a programme: which are admitted, and that they bind what is done under them. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { InputOf, KindName } from '../../../chain/src/act/kinds.ts';
import { demoTerms } from '../../../prisma/seed.ts';
import type { InvoiceRow } from '../../../server/src/invoice/model.ts';
import type { Act, Handler } from '../../../server/src/kernel/act.ts';
import { insert } from '../../../server/src/kernel/change.ts';
import type { Refusal } from '../../../server/src/kernel/decision.ts';
import type {
  CalendarRow,
  PartyRow,
  PolicyDecisionRow,
  ProgrammeRow,
} from '../../../server/src/party/model.ts';
import { partyHandlers, payableOn } from '../../../server/src/party/service.ts';
import { type MemoryRows, memoryRows } from '../../../server/src/platform/memory-reader.ts';
import type { CertificateRow } from '../../../server/src/receivable/model.ts';
import { sliceAct } from '../../support/slice-act.ts';
import {
  certified,
  hopTo,
  issueInput,
  newTrade,
  programmeId,
  type Trade,
  who,
} from '../../support/trade.ts';

const core = 'pty_core';
const operator = 'pty_operator';
let rows: MemoryRows;
beforeEach(() => {
  rows = memoryRows([party(core, ['CORE']), party(operator, ['OPERATOR', 'GOVERNOR'])]);
});

function party(id: string, roles: readonly string[]) {
  const row: PartyRow = {
    ...{ id, version: 1, name: id, country: 'CN', scheme: 'USCC', number: id, roles },
    ...{ registrationKey: id, numberMadeUp: true, sponsor: null, state: 'ACTIVE', createdMs: 1n },
  };
  return insert('party', row);
}

async function act<N extends KindName>(kind: N, input: InputOf<N>, by = core) {
  const handler = partyHandlers.find((each) => (each.kind as string) === kind);
  const made = sliceAct(kind, input, { party: by }) as unknown as Act;
  const decision = await (handler as unknown as Handler).decide(rows, made);
  if (decision.kind === 'accepted') rows.apply(decision.changes);
  return decision;
}

const open = (change: Partial<InputOf<'programme.open'>> = {}) =>
  act('programme.open', { ...demoTerms('Aurora suppliers'), ...change });
const said = async (decision: Promise<Refusal | { readonly kind: 'accepted' }>) => {
  const answer = await decision;
  return answer.kind === 'refusal' ? `${answer.code} ${answer.path}` : 'done';
};

const china: InputOf<'calendar.publish'> = {
  ...{ calendar: 'CN', year: 2026n, source: 'State Council' },
  ...{ closed: ['2026-10-02', '2026-10-01'], open: ['2026-10-10'] },
};

describe('a calendar', () => {
  it('is published by the operator, in the order of its days, and corrected by a second text', async () => {
    expect(await said(act('calendar.publish', china, operator))).toBe('done');
    const corrected = { ...china, closed: ['2026-10-01'] };
    expect(await said(act('calendar.publish', corrected, operator))).toBe('done');

    expect(await rows.get<CalendarRow>('calendar', 'CN:2026')).toMatchObject({
      ...{ version: 2, closed: ['2026-10-01'], open: ['2026-10-10'], year: 2026 },
    });
  });

  it('is published by nobody else', async () => {
    expect(await said(act('calendar.publish', china, core))).toBe('NOT_THE_OPERATOR ');
  });

  it.each([
    ['a computed name', { calendar: 'TARGET' }, 'calendar'],
    ['a name in small letters', { calendar: 'cn' }, 'calendar'],
    ['a year of another age', { year: 1989n }, 'year'],
    ['a day of another year', { closed: ['2027-01-01'] }, 'closed'],
    ['a day that does not exist', { closed: ['2026-02-29'] }, 'closed'],
    ['a day twice', { closed: ['2026-10-01', '2026-10-01'] }, 'closed'],
    ['a day that is closed and open', { open: ['2026-10-01'] }, 'open'],
    ['nobody who decided it', { source: ' ' }, 'source'],
  ])('is refused with %s', async (_what, change, path) => {
    const decision = act('calendar.publish', { ...china, ...change }, operator);

    expect(await said(decision)).toBe(`BAD_INPUT ${path}`);
  });
});

describe('the terms of a programme', () => {
  it('name calendars that are published or computed, each once', async () => {
    expect(await said(open({ calendars: ['CN', 'TARGET'] }))).toBe('CALENDAR_UNKNOWN calendars');
    await act('calendar.publish', china, operator);

    expect(await said(open({ calendars: ['CN', 'TARGET'] }))).toBe('done');
    expect(await said(open({ calendars: [] }))).toBe('BAD_INPUT calendars');
    expect(await said(open({ calendars: ['CN', 'CN'] }))).toBe('BAD_INPUT calendars');
  });

  it.each([
    ['a zone that does not exist', { timeZone: 'Asia/Atlantis' }, 'timeZone'],
    ['no time of day', { marketOpens: '9' }, 'marketOpens'],
    ['a market that closes before it opens', { marketOpens: '21:00', marketCloses: '09:00' }],
    ['a market that closes as it opens', { marketOpens: '09:00', marketCloses: '09:00' }],
    ['a market that never closes', { marketCloses: '24:01' }],
    ['a limit in no currency', { issueLimitMinor: 1n }, 'currency'],
    ['a limit of nothing', { issueLimitMinor: 0n, currency: 'CNY' }, 'issueLimitMinor'],
    ['ex-days below nothing', { exDays: -1n }, 'exDays'],
    ['a policy that nobody released', { policyPacks: ['CN-77/2'] }, 'policyPacks'],
    ['a policy twice', { policyPacks: ['CN-77/1', 'CN-77/1'] }, 'policyPacks'],
  ])('are refused with %s', async (_what, change, path = 'marketCloses') => {
    expect(await said(open(change))).toBe(`BAD_INPUT ${path}`);
  });

  it('begin with nothing promised where they have a limit, and keep no count where not', async () => {
    const limited = await open({ issueLimitMinor: 1n, currency: 'CNY' });
    await open({ name: 'Another' });

    const id = limited.kind === 'accepted' ? limited.subject : '';
    expect([...(rows.tables.get('issuance')?.values() ?? [])]).toEqual([
      { id, version: 1, currency: 'CNY', openMinor: 0n },
    ]);
  });

  it('are open all day where the market opens at 00:00 and closes at 24:00', async () => {
    expect(await said(open({ marketOpens: '00:00', marketCloses: '24:00' }))).toBe('done');
  });

  it('tell when money moves, and which holidays are not published yet', async () => {
    await act('calendar.publish', china, operator);
    const programme = { calendars: ['CN', 'TARGET'], businessDayRule: 'FOLLOWING' };

    expect(await payableOn(rows, programme, '2026-10-01')).toEqual({
      ...{ date: '2026-10-05', extraDays: 4, unpublished: [] },
    });
    expect(await payableOn(rows, programme, '2027-10-01')).toEqual({
      ...{ date: '2027-10-01', extraDays: 0, unpublished: ['CN'] },
    });
  });
});

describe('what is done under the terms', () => {
  const asking = (trade: Trade, certificate: string): InputOf<'finance.request'> => ({
    ...{ certificate, invited: [who.bankA.party], payTo: `acc_${who.bolt.party}` },
    closesAtMs: trade.clock.ms + 86_400_000n,
  });
  const quoting = (request: string): InputOf<'quote.submit'> => ({
    ...{ request, rateMicros: 64_000n, method: 'STRAIGHT', dayCount: 'ACT_365F', feeMicros: 0n },
    ...{ advanceMicros: 1_000_000n, feeFlat: [0n, 'EUR'], feeMin: [0n, 'EUR'], recourse: 'NONE' },
    validTo: '2026-03-10',
    ...{ penaltyMicros: null, graceRule: null, recourseDays: null, recourseMicros: null },
  });

  it('B.9.64: a promise of a Sunday is paid on the first day on which both countries are open', async () => {
    const trade = newTrade({ programme: { calendars: ['CN', 'TARGET'] } });
    const closed: CalendarRow = {
      ...{ id: 'CN:2026', version: 1, calendar: 'CN', year: 2026, source: 'x', createdMs: 1n },
      ...{ closed: ['2026-06-01', '2026-06-02'], open: ['2026-05-31'] },
    };
    trade.rows.apply([insert('calendar', closed)]);
    const input = issueInput(trade.row<InvoiceRow>('invoice', 'inv_1'));
    const id = await trade.must('certificate.issue', input, who.automation);

    expect(trade.row<CertificateRow>('certificate', id)).toMatchObject({
      ...{ maturityDate: '2026-05-31', payableDate: '2026-06-03' },
    });
  });

  it('B.9.65: a quote is taken until 20:59:59.999 of the market’s zone and not at 21:00:00.000', async () => {
    const hours = { timeZone: 'Asia/Shanghai', marketOpens: '09:00', marketCloses: '21:00' };
    const trade = newTrade({ programme: hours });
    const { id } = await certified(trade);
    const at = (text: string) => {
      // The next act is made a millisecond later.
      trade.clock.ms = BigInt(Date.parse(text)) - 1n;
    };
    at('2026-03-02T04:00:00.000Z');
    const request = await trade.must('finance.request', asking(trade, id), who.bolt);
    const quote = () => trade.refused('quote.submit', quoting(request), who.bankA);

    at('2026-03-02T13:00:00.000Z');
    expect(await quote()).toBe('MARKET_CLOSED');
    at('2026-03-03T00:59:59.999Z');
    expect(await quote()).toBe('MARKET_CLOSED');
    // Within the hours the next rule speaks: the bank has no limit on this buyer.
    at('2026-03-02T12:59:59.999Z');
    expect(await quote()).toBe('NO_BUYER_LIMIT');
    at('2026-03-02T01:00:00.000Z');
    expect(await quote()).toBe('NO_BUYER_LIMIT');
  });

  it('in dynamic discounting no bank is asked', async () => {
    const trade = newTrade({ programme: { technique: 'DYNAMIC_DISCOUNTING' } });
    const { id } = await certified(trade);

    expect(await trade.refused('finance.request', asking(trade, id), who.bolt)).toBe(
      'TECHNIQUE_DIFFERS',
    );
  });

  it('a policy’s word on an issue and on a hop is stored with them, once they stand', async () => {
    const trade = newTrade({ programme: { policyPacks: ['CN-77/1'] } });
    const { id } = await certified(trade);
    const passed = hopTo(id, who.copper);
    await trade.must('certificate.transfer', passed, who.bolt, 'refused');
    await trade.must('certificate.transfer', passed, who.bolt);

    const decisions = trade.all<PolicyDecisionRow>('policy_decision');
    expect(decisions.map(({ rule, outcome }) => `${rule} ${outcome}`)).toEqual([
      'NO_FORCED_VOUCHER PASS',
      'TRADE_DOC_EACH_HOP PASS',
    ]);
    expect(decisions[0]).toMatchObject({ subject: id, packVersion: 1, decidedDate: '2026-03-02' });
  });

  it('is not passed on in the ex-days before maturity', async () => {
    const terms: Partial<ProgrammeRow> = { exDays: 2 };
    const trade = newTrade({ programme: terms });
    const { id } = await certified(trade);
    const passed = hopTo(id, who.copper);

    trade.clock.today = '2026-05-28';
    expect(await trade.refused('certificate.transfer', passed, who.bolt)).toBe('EX_DATE');
    trade.clock.today = '2026-05-27';
    await trade.must('certificate.transfer', passed, who.bolt);
  });
});

describe('amending a programme', () => {
  const amending: InputOf<'programme.amend'> = {
    ...{ programme: programmeId, name: 'Aurora Suppliers', minTenorDays: 30n, maxTenorDays: 180n },
    ...{ confirmDays: 7n, marketOpens: '09:00', marketCloses: '17:30', policyPacks: ['CN-77/1'] },
    ...{ issueLimitMinor: null, reason: 'Shorter terms.' },
  };
  const amended = (trade: Trade) => trade.row<ProgrammeRow>('programme', programmeId);

  it('changes the terms of what comes later, for its core enterprise, and again changes nothing', async () => {
    const trade = newTrade();
    const before = amended(trade);
    expect(await trade.refused('programme.amend', amending, who.bolt)).toBe('NOT_FOUND');

    await trade.must('programme.amend', amending, who.aurora);
    const { programme: _, reason: __, ...terms } = amending;
    const after = {
      ...{ ...before, ...terms, version: 2 },
      ...{ minTenorDays: 30, maxTenorDays: 180, confirmDays: 7 },
    };
    expect(amended(trade)).toEqual(after);
    await trade.must('programme.amend', amending, who.aurora);

    expect(amended(trade)).toEqual(after);
  });

  it('binds the next promise and not the one before', async () => {
    const trade = newTrade();
    const certificate = await certified(trade);
    await trade.must('programme.amend', { ...amending, maxTenorDays: 60n }, who.aurora);

    // 90 days away: promised under the terms before, and no longer now.
    expect(trade.row<CertificateRow>('certificate', certificate.id)).toEqual(certificate);
    const { id, seller, buyer } = trade.row<InvoiceRow>('invoice', 'inv_1');
    expect(id).toBe('inv_1');
    const submitted = await trade.must(
      'invoice.submit',
      {
        ...{ programme: programmeId, seller, buyer, document: 'doc_2', format: 'UBL 2.1 Invoice' },
        ...{ documentDigest: new Uint8Array(32), number: 'INV-2002', typeCode: '380' },
        ...{ issueDate: '2026-03-01', dueDate: '2026-05-31', payable: [5_000_00n, 'EUR'] as const },
        orderReference: null,
      },
      who.bolt,
    );
    const promise = { invoice: submitted, approved: [5_000_00n, 'EUR'] as const };
    const decision = await trade.act(
      'invoice.propose',
      { ...promise, dueDate: '2026-05-31', reason: null },
      who.aurora,
    );
    expect(decision).toMatchObject({ code: 'TENOR_ABOVE_MAX' });
    await trade.must(
      'invoice.propose',
      { ...promise, dueDate: '2026-05-01', reason: 'Terms of 60 days.' },
      who.aurora,
    );
  });

  it('moves a limit, and neither begins nor ends one', async () => {
    const limited = newTrade({ programme: { currency: 'EUR', issueLimitMinor: 100_00n } });

    await limited.must('programme.amend', { ...amending, issueLimitMinor: 50_00n }, who.aurora);
    expect(amended(limited).issueLimitMinor).toBe(50_00n);
    expect(await limited.refused('programme.amend', amending, who.aurora)).toBe(
      'ISSUE_LIMIT_FIXED',
    );
    const begun = { ...amending, issueLimitMinor: 50_00n };
    expect(await newTrade().refused('programme.amend', begun, who.aurora)).toBe(
      'ISSUE_LIMIT_FIXED',
    );
  });

  it.each([
    ['name', { name: ' ' }],
    ['maxTenorDays', { maxTenorDays: 29n }],
    ['confirmDays', { confirmDays: 367n }],
    ['marketCloses', { marketCloses: '09:00' }],
    ['policyPacks', { policyPacks: ['CN-78/1'] }],
    ['reason', { reason: ' ' }],
  ] as const)('names the term that is wrong: %s', async (path, change) => {
    const decision = await newTrade().act(
      'programme.amend',
      { ...amending, ...change },
      who.aurora,
    );

    expect(decision).toMatchObject({ code: 'BAD_INPUT', path });
  });
});
