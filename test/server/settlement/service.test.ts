/**
 * Settlement over rows in memory: statements come in, the automation does what follows, and legs,
 * certificates, financings and invoices move together. The slices to the left are the real ones.
 */
import { recompute } from '@tallystick/chain/src/calc/run.ts';
import { sha256, utf8 } from '@tallystick/chain/src/crypto/digest.ts';
import type {
  ExposureRow,
  LimitRow,
  QuoteRow,
  RequestRow,
} from '@tallystick/server/src/financing/model.ts';
import type { InvoiceRow } from '@tallystick/server/src/invoice/model.ts';
import type { Handler } from '@tallystick/server/src/kernel/act.ts';
import { type CalculationRow, calculationIn } from '@tallystick/server/src/kernel/calculation.ts';
import {
  type Change,
  type FollowUp,
  insert,
  type Row,
  update,
} from '@tallystick/server/src/kernel/change.ts';
import type { Decision } from '@tallystick/server/src/kernel/decision.ts';
import type { ProgrammeRow } from '@tallystick/server/src/party/model.ts';
import { type MemoryRows, memoryRows } from '@tallystick/server/src/platform/memory-reader.ts';
import type { CertificateRow } from '@tallystick/server/src/receivable/model.ts';
import { funding, repayment } from '@tallystick/server/src/settlement/legs.ts';
import { lineText } from '@tallystick/server/src/settlement/line-text.ts';
import { followUps } from '@tallystick/server/src/settlement/lines.ts';
import type { BankLine, LegRow, LineRow } from '@tallystick/server/src/settlement/model.ts';
import { settlementHandlers } from '@tallystick/server/src/settlement/service.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ActOptions, sliceAct } from '../../support/slice-act.ts';

const handlers = new Map(
  settlementHandlers.map((each) => [each.kind as string, each as unknown as Handler]),
);

const certificate: CertificateRow = {
  ...{ id: 'cer_1', version: 1, state: 'RESERVED', invoice: 'inv_1', programme: 'prg_1' },
  ...{
    issuer: 'aurora',
    holder: 'bolt',
    faceMinor: 100_000_00n,
    openMinor: 100_000_00n,
    creditedMinor: 0n,
    rootFaceMinor: 100_000_00n,
  },
  ...{ currency: 'CNY', maturityDate: '2026-04-15', payableDate: '2026-04-15', recourse: 'NONE' },
  ...{
    hop: null,
    depth: 0,
    parent: null,
    root: 'cer_bbbbbbbbbb',
    part: 0,
    transfer: null,
    note: new Uint8Array(32),
  },
  ...{ pendingAct: null, createdMs: 1n },
};

const asked: RequestRow = {
  ...{ id: 'req_1', version: 1, state: 'INSTRUCTED', certificate: 'cer_1', invoice: 'inv_1' },
  ...{ programme: 'prg_1', holder: 'bolt', issuer: 'aurora', faceMinor: 100_000_00n },
  ...{ currency: 'CNY', payableDate: '2026-04-15', payTo: 'acc_bolt', invited: ['bank'] },
  ...{ closesAtMs: 1n, quoteCount: 1, chosen: 'quo_1', bank: 'bank', valueDate: '2026-03-02' },
  ...{
    netMinor: 88_329_86n,
    exposure: 'exp_1',
    proposal: 'fnd_1',
    fundByDate: '2026-03-04',
    failReason: null,
    follows: null,
    pendingAct: null,
    createdMs: 1n,
  },
};

const quote: QuoteRow = {
  ...{
    id: 'quo_1',
    version: 1,
    state: 'SELECTED',
    request: 'req_1',
    bank: 'bank',
    currency: 'CNY',
  },
  ...{ rateMicros: 68_500n, method: 'STRAIGHT', dayCount: 'ACT_365F', advanceMicros: 900_000n },
  ...{ feeFlatMinor: 0n, feeMicros: 1_500n, feeMinMinor: 50_00n, recourse: 'NONE' },
  ...{ penaltyMicros: 20_000n, graceRule: 'DEFER', recourseDays: null, recourseMicros: null },
  ...{ validToDate: '2026-12-31', rank: 1, act: new Uint8Array(32), createdMs: 1n },
};

const limit: LimitRow = {
  ...{ id: 'lim_1', version: 1, bank: 'bank', dimension: 'BUYER', buyer: 'aurora' },
  ...{ supplier: null, programme: null, currency: 'CNY', adhocMinor: 0n, adhocToDate: null },
  ...{ sanctionedMinor: 1_000_000_00n, validToDate: '2026-12-31', createdMs: 1n },
};

const exposure: ExposureRow = {
  ...{ id: 'exp_1', version: 1, state: 'BLOCKED', creditLimit: 'lim_1', openLimit: 'lim_1' },
  ...{
    request: 'req_1',
    bank: 'bank',
    amountMinor: 100_000_00n,
    blockedToDate: null,
    createdMs: 1n,
  },
};

const invoice: InvoiceRow = {
  ...{ id: 'inv_1', version: 1, state: 'CERTIFIED', programme: 'prg_1', seller: 'bolt' },
  ...{ buyer: 'aurora', document: 'doc_1', documentDigest: new Uint8Array(32), format: 'UBL' },
  ...{ number: '1001', typeCode: '380', issueDate: '2026-01-15', statedDueDate: '2026-04-15' },
  ...{ payableMinor: 100_000_00n, currency: 'CNY', orderReference: null, canonical: 'c' },
  ...{ confirmByDate: '2026-01-22', pausedSinceDate: null, approvedMinor: 100_000_00n },
  ...{ dueDate: '2026-04-15', approvedReason: null, confirmedBy: 'per_b', refusalReason: null },
  ...{
    question: null,
    answer: null,
    paidMinor: 0n,
    disputedMinor: 0n,
    creditedMinor: 0n,
    openPair: null,
    pendingAct: null,
    createdMs: 1n,
  },
};

const programme: ProgrammeRow = {
  ...{ id: 'prg_1', version: 1, core: 'aurora', name: 'P', technique: 'RECEIVABLES_DISCOUNTING' },
  ...{ currency: 'CNY', minSplitMinor: 1n, minTenorDays: 1, maxTenorDays: 365, confirmDays: 5 },
  ...{ graceDays: 5, dayCount: 'ACT_365F', businessDayRule: 'FOLLOWING', recourse: 'NONE' },
  ...{ requireDelivery: false, maxDepth: null, calendars: [], timeZone: 'Asia/Shanghai' },
  ...{ marketOpens: '00:00', marketCloses: '24:00', exDays: 0, policyPacks: [] },
  ...{ issueLimitMinor: null, createdMs: 0n },
};

function party(id: string, roles: readonly string[]): Change {
  return insert('party', {
    ...{ id, version: 1, name: id, country: 'CN', scheme: 'USCC', number: id },
    ...{ registrationKey: id, numberMadeUp: true },
    ...{ roles, sponsor: null, state: 'ACTIVE', createdMs: 0n },
  });
}

function account(owner: string): Change {
  return insert('account', {
    ...{ id: `acc_${owner}`, version: 1, owner, scheme: 'OTHER', identifier: owner },
    ...{ holderName: owner, currency: 'CNY', servicer: null, createdMs: 0n },
  });
}

/** An approved financing that waits for the bank's money. */
function instructed(): { readonly rows: MemoryRows; readonly leg: LegRow } {
  const rows = memoryRows([
    ...[party('bolt', ['SUPPLIER']), party('aurora', ['CORE']), party('bank', ['BANK'])],
    ...[account('bolt'), account('aurora'), account('bank')],
    insert('programme', programme),
    insert('membership', {
      ...{
        id: 'prg_1:ina:AUDITOR',
        version: 1,
        programme: 'prg_1',
        member: 'ina',
        role: 'AUDITOR',
      },
      createdMs: 0n,
    }),
    ...[insert('certificate', certificate), insert('finance_request', asked)],
    ...[insert('quote', quote), insert('credit_limit', limit), insert('exposure', exposure)],
    insert('invoice', invoice),
  ]);
  const act = sliceAct(
    'finance.approve',
    {
      request: 'req_1',
      proposal: 'fnd_1',
      net: [88_329_86n, 'CNY'],
      payTo: 'acc_bolt',
      certificate: 'cer_1',
      invoice: 'inv_1',
    },
    { party: 'bank', seed: 'approve' },
  );
  const added = funding({
    ...{ act, request: asked, quote, certificate, payer: 'bank', payee: 'bolt' },
    ...{ payTo: 'acc_bolt', netMinor: 88_329_86n, dueDate: '2026-03-02', auditors: ['ina'] },
  });
  rows.apply(added.changes);
  rows.grant(added.grants);
  return { rows, leg: added.changes[0]?.row as unknown as LegRow };
}

/** The same after the money came and maturity has passed: the buyer owes the bank. */
async function matured() {
  const { rows, leg } = instructed();
  await bring(rows, 'bank', [
    bankLine({
      credit: false,
      amountMinor: 88_329_86n,
      remittance: leg.reference,
      bankReference: 'B-1',
    }),
  ]);
  const held = await row<CertificateRow>(rows, 'certificate', 'cer_1');
  rows.apply([update('certificate', held, { state: 'DUE' })]);
  const added = repayment({
    act: sliceAct(
      'certificate.due',
      { certificate: 'cer_1' },
      { party: 'op', person: null, seed: 'due' },
    ),
    certificate: { ...held, state: 'DUE', version: held.version + 1 },
    ...{
      payer: 'aurora',
      payee: 'bank',
      payTo: 'acc_bank',
      dueDate: '2026-04-15',
      auditors: ['ina'],
    },
  });
  rows.apply(added.changes);
  return { rows, leg: added.changes[0]?.row as unknown as LegRow };
}

function bankLine(more: Partial<BankLine>): BankLine {
  return {
    ...{ bookingDate: '2026-04-15', credit: true, amountMinor: 100_000_00n, currency: 'CNY' },
    ...{ remittance: '', counterparty: 'x', bankReference: 'R-1', endToEndId: null },
    ...more,
  };
}

async function row<R extends Row>(rows: MemoryRows, table: string, id: string): Promise<R> {
  const found = await rows.get<R>(table, id);
  if (found === null) throw new Error(`no ${table} ${id}`);
  return found;
}

async function decide(rows: MemoryRows, kind: string, input: object, options: ActOptions) {
  const handler = handlers.get(kind);
  if (handler === undefined) throw new Error(`no handler of ${kind}`);
  return handler.decide(rows, sliceAct(kind as never, input as never, options) as never);
}

const contested = new Set(['payment.fund']);

/** Does an act and what follows from it; the chain takes every contested act, or refuses it. */
async function perform(
  rows: MemoryRows,
  kind: string,
  input: object,
  options: ActOptions,
  chainTakes = true,
): Promise<Decision> {
  const decision = await decide(rows, kind, input, options);
  if (decision.kind === 'refusal') return decision;
  rows.apply(decision.changes);
  if (contested.has(kind)) rows.apply(chainTakes ? decision.whenFinal : decision.whenRefused);
  rows.grant(decision.grants);
  for (const next of decision.next) await follow(rows, next, chainTakes);
  return decision;
}

function follow(rows: MemoryRows, { kind, input }: FollowUp, chainTakes = true) {
  return perform(rows, kind, input, { party: 'op', person: null }, chainTakes);
}

function bring(
  rows: MemoryRows,
  who: string,
  lines: readonly BankLine[],
  options: {
    readonly format?: string;
    readonly account?: string;
    readonly chainTakes?: boolean;
  } = {},
) {
  const input = {
    account: options.account ?? `acc_${who}`,
    format: options.format ?? 'CSV',
    documentDigest: sha256(utf8(JSON.stringify(lines.map(lineText)))),
    lines: lines.map(lineText),
  };
  return perform(rows, 'statement.import', input, { party: who }, options.chainTakes ?? true);
}

async function line(rows: MemoryRows, bankReference: string): Promise<LineRow> {
  const all = [...(rows.tables.get('statement_line')?.values() ?? [])] as unknown as LineRow[];
  const found = all.find((each) => each.bankReference === bankReference);
  if (found === undefined) throw new Error(`no line ${bankReference}`);
  return found;
}

const paidOut = (leg: LegRow) =>
  bankLine({
    credit: false,
    amountMinor: 88_329_86n,
    remittance: leg.reference,
    bankReference: 'B-1',
  });

describe('bringing in a statement', () => {
  it('is for the owner of the account and the bank that keeps it; for others there is no such account', async () => {
    const { rows, leg } = instructed();
    const kept = await row<Row & { version: number }>(rows, 'account', 'acc_bolt');
    rows.apply([update('account', kept, { servicer: 'bank' } as never)]);

    await expect(
      bring(rows, 'aurora', [paidOut(leg)], { account: 'acc_bank' }),
    ).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(
      bring(rows, 'bank', [paidOut(leg)], { account: 'acc_none' }),
    ).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await bring(rows, 'bank', [bankLine({})], { account: 'acc_bolt' })).toMatchObject({
      kind: 'accepted',
    });
  });

  it('B.9.43: books the same statement once, however often it comes', async () => {
    const { rows, leg } = instructed();
    await bring(rows, 'bank', [paidOut(leg)]);
    const before = rows.tables.get('payment')?.size;

    const again = await bring(rows, 'bank', [paidOut(leg)]);

    expect(again).toMatchObject({ kind: 'accepted', next: [] });
    const statements = [...(rows.tables.get('statement')?.values() ?? [])];
    expect(statements.map(({ newLines, knownLines }) => [newLines, knownLines])).toContainEqual([
      0, 1,
    ]);
    expect(rows.tables.get('payment')?.size).toBe(before);
  });

  it('refuses a known booking with other content', async () => {
    const { rows, leg } = instructed();
    await bring(rows, 'bank', [paidOut(leg)]);

    expect(await bring(rows, 'bank', [{ ...paidOut(leg), amountMinor: 1n }])).toMatchObject({
      code: 'LINE_CONTRADICTS',
      path: 'lines.0',
    });
  });

  it.each([
    ['another currency', [bankLine({ currency: 'EUR' })], 'CURRENCY_DIFFERS'],
    ['no line', [], 'STATEMENT_SIZE'],
    [
      'the same bank reference twice',
      [bankLine({}), bankLine({ amountMinor: 1n })],
      'LINE_REPEATED',
    ],
  ])('refuses a statement with %s', async (_name, lines, code) => {
    const { rows } = instructed();

    expect(await bring(rows, 'bank', lines)).toMatchObject({ code });
  });

  it('refuses texts that are no lines, and names the field', async () => {
    const { rows } = instructed();
    const text = lineText(bankLine({})).replace('"C"', '"X"');
    const input = {
      account: 'acc_bank',
      format: 'CSV',
      documentDigest: new Uint8Array(32),
      lines: [text],
    };

    expect(await decide(rows, 'statement.import', input, { party: 'bank' })).toMatchObject({
      code: 'LINE_INVALID',
      path: 'lines.0.direction',
    });
    expect(
      await decide(rows, 'statement.import', { ...input, format: 'PDF' }, { party: 'bank' }),
    ).toMatchObject({ code: 'FORMAT_UNKNOWN' });
  });

  it('shows an auditor the lines of the programme, and the statement only when it has no others', async () => {
    const { rows, leg } = instructed();

    const mixed = await bring(rows, 'bank', [
      paidOut(leg),
      bankLine({ bankReference: 'R-9', remittance: 'rent' }),
    ]);

    expect(mixed).toMatchObject({ readers: ['bank'] });
    const [own, other] = [await line(rows, 'B-1'), await line(rows, 'R-9')];
    expect(await rows.get('access', `ina:${own.id}`)).not.toBeNull();
    expect(await rows.get('access', `ina:${other.id}`)).toBeNull();
    const clean = await bring(rows, 'bank', [
      bankLine({ bankReference: 'R-10', remittance: leg.reference, credit: false }),
    ]);
    expect(clean).toMatchObject({ readers: ['bank', 'ina'] });
  });
});

describe('the bank pays the holder', () => {
  it('settles the leg, passes the certificate to the bank and uses its limit, all at once when final', async () => {
    const { rows, leg } = instructed();

    await bring(rows, 'bank', [paidOut(leg)]);

    expect(await rows.get('leg', leg.id)).toMatchObject({
      state: 'SETTLED',
      settledMinor: 88_329_86n,
      pendingAct: null,
    });
    expect(await rows.get('certificate', 'cer_1')).toMatchObject({
      state: 'ASSIGNED',
      holder: 'bank',
      pendingAct: null,
    });
    expect(await rows.get('finance_request', 'req_1')).toMatchObject({
      state: 'FUNDED',
      pendingAct: null,
    });
    expect(await rows.get('exposure', 'exp_1')).toMatchObject({ state: 'UTILISED' });
    expect(await line(rows, 'B-1')).toMatchObject({
      state: 'MATCHED',
      appliedMinor: 88_329_86n,
      unappliedMinor: 0n,
    });
  });

  it('changes nothing but a lock while the chain has not decided', async () => {
    const { rows, leg } = instructed();
    await bring(rows, 'bank', [paidOut(leg)], { chainTakes: false });
    const { rows: fresh, leg: same } = instructed();
    const added = await decide(
      fresh,
      'statement.import',
      {
        account: 'acc_bank',
        format: 'CSV',
        documentDigest: new Uint8Array(32),
        lines: [lineText(paidOut(same))],
      },
      { party: 'bank' },
    );
    if (added.kind !== 'accepted') throw new Error(added.code);
    fresh.apply(added.changes);
    const [next] = added.next;

    const decision = await decide(fresh, 'payment.fund', next?.input ?? {}, {
      party: 'op',
      person: null,
    });

    if (decision.kind !== 'accepted') throw new Error(decision.code);
    fresh.apply(decision.changes);
    expect(await fresh.get('certificate', 'cer_1')).toMatchObject({
      state: 'RESERVED',
      holder: 'bolt',
    });
    expect(await fresh.get('leg', same.id)).toMatchObject({
      state: 'INSTRUCTED',
      settledMinor: 0n,
    });
    expect(
      await decide(fresh, 'payment.fund', next?.input ?? {}, { party: 'op', person: null }),
    ).toMatchObject({ code: 'PENDING_RESERVATION' });
  });

  it('parks the line with the code of the chain when the chain refuses', async () => {
    const { rows, leg } = instructed();

    await bring(rows, 'bank', [paidOut(leg)], { chainTakes: false });

    expect(await line(rows, 'B-1')).toMatchObject({
      state: 'PARKED',
      reason: '$refusal',
      unappliedMinor: 88_329_86n,
    });
    expect(await rows.get('leg', leg.id)).toMatchObject({
      state: 'INSTRUCTED',
      settledMinor: 0n,
      pendingAct: null,
    });
    expect(await rows.get('finance_request', 'req_1')).toMatchObject({
      state: 'INSTRUCTED',
      pendingAct: null,
    });
    expect(await rows.get('certificate', 'cer_1')).toMatchObject({
      state: 'RESERVED',
      holder: 'bolt',
      pendingAct: null,
    });
  });

  it.each([88_329_85n, 88_329_87n])(
    'does not fund when it differs by a cent: %s',
    async (amountMinor) => {
      const { rows, leg } = instructed();

      await bring(rows, 'bank', [{ ...paidOut(leg), amountMinor }]);

      expect(await line(rows, 'B-1')).toMatchObject({ state: 'PARKED', reason: 'AMOUNT_DIFFERS' });
      expect(await rows.get('finance_request', 'req_1')).toMatchObject({ state: 'INSTRUCTED' });
    },
  );

  it("counts once when the holder's statement shows it as well", async () => {
    const { rows, leg } = instructed();
    await bring(rows, 'bank', [paidOut(leg)]);

    await bring(rows, 'bolt', [{ ...paidOut(leg), credit: true, bankReference: 'C-1' }]);

    const [debit, credit] = [await line(rows, 'B-1'), await line(rows, 'C-1')];
    expect(credit).toMatchObject({
      state: 'MATCHED',
      appliedMinor: 0n,
      reason: 'SAME_PAYMENT',
      twin: debit.id,
    });
    expect(debit.twin).toBe(credit.id);
    expect(rows.tables.get('payment')?.size).toBe(1);
  });

  it('pays two lines of one statement for one leg once', async () => {
    const { rows, leg } = instructed();

    await bring(rows, 'bank', [paidOut(leg), { ...paidOut(leg), bankReference: 'B-2' }]);

    expect(await line(rows, 'B-2')).toMatchObject({ state: 'PARKED', reason: 'ALREADY_SETTLED' });
  });
});

describe('the buyer pays at maturity', () => {
  const paid = (leg: LegRow, amountMinor: bigint, bankReference: string) =>
    bankLine({ amountMinor, remittance: `inv 1001 ${leg.reference}`, bankReference });

  it('in part, then the rest: certificate, financing, limit and invoice follow', async () => {
    const { rows, leg } = await matured();

    await bring(rows, 'bank', [paid(leg, 70_000_00n, 'R-1')]);

    expect(await rows.get('leg', leg.id)).toMatchObject({
      state: 'PART_SETTLED',
      settledMinor: 70_000_00n,
    });
    expect(await rows.get('certificate', 'cer_1')).toMatchObject({
      state: 'PART_REDEEMED',
      openMinor: 30_000_00n,
    });
    expect(await rows.get('finance_request', 'req_1')).toMatchObject({ state: 'REPAYING' });
    expect(await rows.get('exposure', 'exp_1')).toMatchObject({
      state: 'UTILISED',
      amountMinor: 30_000_00n,
    });
    expect(await rows.get('invoice', 'inv_1')).toMatchObject({
      state: 'PART_PAID',
      paidMinor: 70_000_00n,
    });

    await bring(rows, 'bank', [paid(leg, 30_000_00n, 'R-2')]);

    expect(await rows.get('leg', leg.id)).toMatchObject({ state: 'SETTLED' });
    expect(await rows.get('certificate', 'cer_1')).toMatchObject({
      state: 'REDEEMED',
      openMinor: 0n,
    });
    expect(await rows.get('finance_request', 'req_1')).toMatchObject({ state: 'REPAID' });
    expect(await rows.get('exposure', 'exp_1')).toMatchObject({ state: 'RELEASED' });
    expect(await rows.get('invoice', 'inv_1')).toMatchObject({ state: 'PAID' });
  });

  it('and the bank owes the reserve that it kept back (V4)', async () => {
    const { rows, leg } = await matured();

    await bring(rows, 'bank', [paid(leg, 100_000_00n, 'R-1')]);

    const legs = await rows.where<LegRow & Row>('leg', 'certificate', 'cer_1');
    const reserve = legs.find(({ kind }) => kind === 'RESERVE');
    const calculations = await rows.where<CalculationRow & Row>(
      ...(['calculation', 'subject', reserve?.id ?? ''] as const),
    );
    expect(calculations.map(calculationIn)).toMatchObject([
      { rule: 'release', results: { releaseMinor: '1000000', claimMinor: '0', lossMinor: '0' } },
    ]);
    expect(calculations.map(calculationIn).map(recompute)).toMatchObject([{ ok: true }]);
    expect(reserve).toMatchObject({
      payer: 'bank',
      payee: 'bolt',
      amountMinor: 10_000_00n,
      payTo: 'acc_bolt',
    });
    await bring(rows, 'bolt', [
      bankLine({
        amountMinor: 10_000_00n,
        remittance: reserve?.reference ?? '',
        bankReference: 'C-9',
      }),
    ]);
    expect(await rows.get('leg', reserve?.id ?? '')).toMatchObject({ state: 'SETTLED' });
  });

  it('V11: one payment that names the whole promise is shared among its holders of record', async () => {
    const faces = [50_000_01n, 29_999_99n, 20_000_00n];
    const parts = faces.map(
      (faceMinor, order): CertificateRow => ({
        ...{ ...certificate, id: `cer_${order + 2}`, state: 'DUE', root: 'cer_aaaaaaaaaa' },
        ...{ holder: order === 0 ? 'bank' : 'bolt', faceMinor, openMinor: faceMinor },
      }),
    );
    const { rows } = instructed();
    rows.apply(parts.map((part) => insert('certificate', part)));
    const added = parts.map((part) =>
      repayment({
        act: sliceAct('certificate.due', { certificate: part.id }, { party: 'op', person: null }),
        ...{ certificate: part, payer: 'aurora', payee: part.holder, dueDate: '2026-04-15' },
        ...{ payTo: `acc_${part.holder}`, auditors: ['ina'] },
      }),
    );
    for (const { changes, grants } of added) {
      rows.apply(changes);
      rows.grant(grants);
    }
    const paidInPart = bankLine({
      ...{ credit: false, amountMinor: 70_000_00n, remittance: 'TS-AAAAAAAAAA invoice 1001' },
    });

    await bring(rows, 'aurora', [paidInPart], { format: 'CAMT054' });

    const legs = added.map(({ changes }) => changes[0]?.row as unknown as LegRow);
    const settled = await Promise.all(legs.map(({ id }) => row<LegRow>(rows, 'leg', id)));
    expect(settled.map(({ settledMinor }) => settledMinor)).toEqual([
      35_000_01n,
      20_999_99n,
      14_000_00n,
    ]);
    const open = await Promise.all(
      parts.map(({ id }) => row<CertificateRow>(rows, 'certificate', id)),
    );
    expect(open.map(({ state, openMinor }) => [state, openMinor])).toEqual([
      ['PART_REDEEMED', 15_000_00n],
      ['PART_REDEEMED', 9_000_00n],
      ['PART_REDEEMED', 6_000_00n],
    ]);
  });

  it('names by the whole promise only what its own account is paid', async () => {
    const { rows, leg } = await matured();
    const whole = leg.rootReference ?? '';
    expect(whole).toMatch(/^TS-[A-Z2-7]{10}$/);

    await bring(rows, 'bank', [bankLine({ remittance: whole })]);

    expect(await row<LegRow>(rows, 'leg', leg.id)).toMatchObject({ state: 'SETTLED' });
    await bring(rows, 'bolt', [bankLine({ remittance: whole, bankReference: 'X-1' })]);
    expect(await line(rows, 'X-1')).toMatchObject({ reason: 'REFERENCE_UNKNOWN' });
  });

  it('B.9.45: too much: what is over is unapplied and owed back', async () => {
    const { rows, leg } = await matured();

    await bring(rows, 'bank', [paid(leg, 100_100_00n, 'R-1')]);

    expect(await line(rows, 'R-1')).toMatchObject({
      appliedMinor: 100_000_00n,
      unappliedMinor: 100_00n,
    });
    const legs = await rows.where<LegRow & Row>('leg', 'certificate', 'cer_1');
    expect(legs.find(({ kind }) => kind === 'REFUND')).toMatchObject({
      ...{ payer: 'bank', payee: 'aurora', amountMinor: 100_00n, payTo: 'acc_aurora' },
    });
    const kinds = new Set(legs.map(({ reference }) => reference));
    expect(kinds.size).toBe(legs.length);
  });

  it("waits for the bank when it is only the buyer's own word, and both lines then stand for one payment", async () => {
    const { rows, leg } = await matured();

    await bring(rows, 'aurora', [{ ...paid(leg, 100_000_00n, 'A-1'), credit: false }]);
    expect(await line(rows, 'A-1')).toMatchObject({ state: 'PARKED', reason: 'SELF_DECLARED' });
    expect(await rows.get('leg', leg.id)).toMatchObject({ settledMinor: 0n });

    await bring(rows, 'bank', [paid(leg, 100_000_00n, 'R-1')]);
    expect(await rows.get('leg', leg.id)).toMatchObject({ state: 'SETTLED' });
    expect(await line(rows, 'A-1')).toMatchObject({
      state: 'MATCHED',
      reason: 'SAME_PAYMENT',
      unappliedMinor: 0n,
    });
  });

  it("is believed by the bank's own message", async () => {
    const { rows, leg } = await matured();

    await bring(rows, 'aurora', [{ ...paid(leg, 100_000_00n, 'A-1'), credit: false }], {
      format: 'CAMT054',
    });

    expect(await rows.get('leg', leg.id)).toMatchObject({ state: 'SETTLED' });
  });
});

describe('settling by hand', () => {
  it.each([
    [
      'a payment that the line does not make',
      'payment.redeem',
      { unapplied: [0n, 'CNY'], applied: [[100_000_00n, 'CNY']] },
    ],
    ['a payment of another leg', 'payment.redeem', { legs: ['leg_zzzzzzzzzz'] }],
    ['a line parked that pays', 'payment.park', { reason: 'REFERENCE_MISSING' }],
  ])('is refused: %s', async (_name, kind, change) => {
    const { rows, leg } = await matured();
    const half = bankLine({ amountMinor: 50_000_00n, remittance: leg.reference });
    const decision = await decide(
      rows,
      'statement.import',
      {
        account: 'acc_bank',
        format: 'CSV',
        documentDigest: new Uint8Array(32),
        lines: [lineText(half)],
      },
      { party: 'bank' },
    );
    if (decision.kind !== 'accepted') throw new Error(decision.code);
    rows.apply(decision.changes);
    const [next] = decision.next;

    const forged = await decide(
      rows,
      kind,
      { ...next?.input, ...change },
      { party: 'op', person: null },
    );

    expect(forged).toMatchObject({ code: 'MATCH_DIFFERS' });
    expect(await rows.get('leg', leg.id)).toMatchObject({ settledMinor: 0n });
  });

  it('finds no line that does not exist, and decides none twice', async () => {
    const { rows, leg } = await matured();
    const input = { legs: [leg.id], applied: [[1n, 'CNY']], unapplied: [0n, 'CNY'] };
    await bring(rows, 'bank', [bankLine({ remittance: leg.reference })]);
    const done = await line(rows, 'R-1');

    await expect(
      decide(rows, 'payment.redeem', { line: 'lin_none', ...input }, { party: 'op', person: null }),
    ).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(
      await decide(
        rows,
        'payment.redeem',
        { line: done.id, ...input },
        { party: 'op', person: null },
      ),
    ).toMatchObject({ code: 'LINE_DECIDED' });
  });
});

describe('whatever statements come, in whatever order', () => {
  const booking = fc.record({
    who: fc.constantFrom('bank', 'aurora'),
    amountMinor: fc.constantFrom(1n, 30_000_00n, 50_000_00n, 70_000_00n, 100_000_00n, 120_000_00n),
    number: fc.integer({ min: 1, max: 4 }),
    endToEndId: fc.constantFrom(null, 'E-1', 'E-2'),
    isNamed: fc.boolean(),
    format: fc.constantFrom('CSV', 'CAMT054'),
  });

  it('no unit is lost, none is booked twice, and a leg is what its payments are', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(booking, { maxLength: 8 }), async (bookings) => {
        const { rows, leg } = await matured();
        for (const { who, number, isNamed, format, ...rest } of bookings)
          await bring(
            rows,
            who,
            [
              bankLine({
                ...rest,
                credit: who === 'bank',
                remittance: isNamed ? leg.reference : 'x',
                bankReference: `N-${number}`,
              }),
            ],
            { format },
          );

        const lines = [
          ...(rows.tables.get('statement_line')?.values() ?? []),
        ] as unknown as LineRow[];
        const payments = [...(rows.tables.get('payment')?.values() ?? [])];
        for (const each of lines) {
          const whole = each.appliedMinor + each.unappliedMinor;
          expect(each.state).not.toBe('UNMATCHED');
          expect(whole).toBe(each.reason === 'SAME_PAYMENT' ? 0n : each.amountMinor);
        }
        for (const each of [...(rows.tables.get('leg')?.values() ?? [])] as unknown as LegRow[]) {
          const paid = payments
            .filter((payment) => payment.leg === each.id)
            .reduce((sum, payment) => sum + (payment.appliedMinor as bigint), 0n);
          expect(each.settledMinor).toBe(paid);
          expect(paid).toBeLessThanOrEqual(each.amountMinor);
        }
        const held = await row<CertificateRow>(rows, 'certificate', 'cer_1');
        const owed = await row<LegRow & Row>(rows, 'leg', leg.id);
        expect(held.openMinor).toBe(owed.amountMinor - owed.settledMinor);
        const twins = lines.filter(({ twin }) => twin !== null);
        for (const each of twins)
          expect(lines.find(({ id }) => id === each.twin)?.twin).toBe(each.id);
      }),
      { seed: 2026, numRuns: 150 },
    );
  });

  it('a line that waits is found again', async () => {
    const { rows, leg } = await matured();
    const decision = await decide(
      rows,
      'statement.import',
      {
        account: 'acc_bank',
        format: 'CSV',
        documentDigest: new Uint8Array(32),
        lines: [lineText(bankLine({ remittance: leg.reference }))],
      },
      { party: 'bank' },
    );
    if (decision.kind !== 'accepted') throw new Error(decision.code);
    rows.apply(decision.changes);
    const waiting = await line(rows, 'R-1');

    expect(await followUps(rows, [waiting])).toEqual(decision.next);
  });
});
