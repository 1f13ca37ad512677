/**
 * Goods and money, end to end: real database, real chain, the automation at work. The carrier
 * reports, the bank pays, the buyer pays at maturity, all from statement files through GraphQL; then
 * the audit derives every row from the acts alone.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseCalculations, recompute } from '@tallystick/chain/src/calc/run.ts';
import { calcCommand } from '@tallystick/chain/src/cli/calc.ts';
import { addExports } from '@tallystick/server/src/ledger/download.ts';
import { ledgerStore } from '@tallystick/server/src/ledger/store.ts';
import fastify from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTrade, type Trade } from '../../support/goods-and-money.ts';

type Amount = { readonly amount: string };
type TrialBalance = {
  readonly lines: readonly {
    readonly account: { readonly code: string };
    readonly balance: Amount;
  }[];
  readonly totals: readonly { readonly debit: Amount; readonly credit: Amount }[];
};
type AccountStatement = {
  readonly opening: Amount;
  readonly closing: Amount;
  readonly lines: {
    readonly edges: readonly {
      readonly node: { readonly amount: Amount; readonly balance: Amount };
    }[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  };
};

let trade: Trade;
let shipment: string;
let request: string;

beforeAll(async () => {
  trade = await openTrade();
});

afterAll(() => trade.world.stop());

const ask = <T>(login: string, document: string, variables: object = {}) =>
  trade.world.ask<T>(trade.who(login).person, document, variables as Record<string, unknown>);
const raw = (login: string, document: string, variables: object = {}) =>
  trade.world.raw(trade.who(login).person, document, variables as Record<string, unknown>);
const stateOf = (table: string, id: string) =>
  trade.value(`SELECT "state" FROM ${table} WHERE "id" = $1`, id);
const certificateOf = () =>
  trade.value('SELECT "id" FROM certificate WHERE "invoice" = $1', trade.invoice);

describe('the carrier', () => {
  it('is assigned by the seller, and sees the shipment without its invoice', async () => {
    const answer = await ask<{ assignShipment: { shipment: { id: string } } }>(
      'bolt',
      `mutation ($input: AssignShipmentInput!) { assignShipment(input: $input) {
        ... on AssignShipmentSuccess { status shipment { id reference shipped received invoiceId carrier { name } anchor { actHash } } }
        ... on Refusal { code message } } }`,
      {
        input: {
          invoice: trade.invoice,
          carrier: trade.party('Swift').id,
          reference: 'TO-7',
          idempotencyKey: 's1',
          wait: true,
        },
      },
    );
    expect(answer.assignShipment).toMatchObject({
      status: 'FINAL',
      shipment: { reference: 'TO-7', invoiceId: trade.invoice, carrier: { name: 'Swift' } },
    });
    shipment = answer.assignShipment.shipment.id;

    const query = `query ($id: ID!) { shipment(id: $id) { reference invoiceId events { id } } today { action subjectId title counterparty } }`;
    const seen = await ask('driver', query, { id: shipment });
    expect(seen).toMatchObject({
      shipment: { reference: 'TO-7', invoiceId: null, events: [] },
      today: [{ action: 'record-delivery', subjectId: shipment, title: 'TO-7' }],
    });
    const rival = await raw('rival', query, { id: shipment });
    expect(rival.errors?.[0]?.message).toMatch(/no such thing/);
  });

  it('reports by a form: prepared, signed, recorded', async () => {
    const form = {
      shipment,
      bizStep: 'receiving',
      eventTime: new Date(Date.now() - 60_000).toISOString(),
      location: 'Gate 3, Lyon',
    };
    const { prepareDelivery } = await ask<{ prepareDelivery: object }>(
      'driver',
      `query ($shipment: ID!, $bizStep: String!, $eventTime: String!, $location: String) {
        prepareDelivery(shipment: $shipment, bizStep: $bizStep, eventTime: $eventTime, location: $location) {
          eventId eventHash eventType action bizStep disposition eventTime location event } }`,
      form,
    );
    const mutation = `mutation ($input: RecordDeliveryInput!) { recordDelivery(input: $input) {
      ... on RecordDeliverySuccess { status shipment { received events { bizStep location corrected eventHash anchor { status } } } }
      ... on Refusal { code path seen expected help } } }`;
    const input = { shipment, ...prepareDelivery, idempotencyKey: 'd1', wait: true };

    const answer = await ask<{ recordDelivery: object }>('driver', mutation, { input });
    const again = await ask<{ recordDelivery: object }>('driver', mutation, {
      input: { ...input, idempotencyKey: 'd2' },
    });
    const byTrader = await raw('bolt', mutation, { input: { ...input, idempotencyKey: 'd3' } });

    expect(answer.recordDelivery).toMatchObject({
      status: 'FINAL',
      shipment: {
        received: true,
        events: [
          {
            bizStep: 'receiving',
            location: 'Gate 3, Lyon',
            corrected: false,
            anchor: { status: 'FINAL' },
          },
        ],
      },
    });
    expect(again.recordDelivery).toMatchObject({ code: 'EVENT_KNOWN' });
    expect(byTrader.data?.recordDelivery).toMatchObject({ code: 'MANDATE_MISSING' });
  });
});

describe('the bank pays and is paid', () => {
  const csv = (rows: readonly string[]) =>
    new TextEncoder().encode(
      [
        'bookingDate,direction,amount,currency,remittance,counterparty,bankReference,endToEndId',
        ...rows,
      ].join('\n'),
    );

  async function bring(person: string, account: string, rows: readonly string[], key: string) {
    const file = { name: 's.csv', mediaType: 'text/csv', bytes: csv(rows) };
    const { uploadStatement } = await ask<{
      uploadStatement: { documentDigest: string; lines: string[]; format: string };
    }>(
      person,
      `mutation ($input: UploadStatementInput!) { uploadStatement(input: $input) {
        ... on StatementPreview { account format documentDigest lines rows { amount { amount currency } credit } problems { row field seen } skipped { row } }
        ... on Refusal { code } } }`,
      { input: { file, account } },
    );
    const { format, documentDigest, lines } = uploadStatement;
    return ask<{ importStatement: { statement: { newLines: number } } }>(
      person,
      `mutation ($input: ImportStatementInput!) { importStatement(input: $input) {
        ... on ImportStatementSuccess { status statement { id newLines knownLines lines { id state reference } } }
        ... on Refusal { code path seen expected } } }`,
      { input: { account, format, documentDigest, lines, idempotencyKey: key, wait: true } },
    );
  }

  async function legs(person: string) {
    const { legs: page } = await ask<{
      legs: {
        edges: readonly {
          node: {
            kind: string;
            state: string;
            reference: string;
            amount: { amount: string };
            payTo: object | null;
          };
        }[];
      };
    }>(
      person,
      `{ legs(first: 10) { edges { node { kind state reference amount { amount } settled { amount } payer { name } payee { name } payTo { identifier } lines { state applied { amount } unapplied { amount } } anchor { status } } } } }`,
    );
    return page.edges.map(({ node }) => node);
  }

  it("after the goods arrived, the holder is financed from the bank's statement", async () => {
    const certificate = await certificateOf();
    await trade.act(trade.who('bolt'), 'certificate.accept', { certificate });
    const account = trade.account('Bolt');
    request = await trade.act(trade.who('bolt'), 'finance.request', {
      ...{
        certificate,
        invited: [trade.party('Bank A').id],
        payTo: account,
        closesAtMs: BigInt(Date.now() + 2_000),
      },
    });
    const quote = await trade.act(trade.who('analyst'), 'quote.submit', {
      ...{
        request,
        rateMicros: 68_500n,
        method: 'STRAIGHT',
        dayCount: 'ACT_365F',
        advanceMicros: 900_000n,
      },
      ...{
        feeFlat: [0n, 'CNY'],
        feeMicros: 1_500n,
        feeMin: [50_00n, 'CNY'],
        recourse: 'NONE',
        validTo: '2026-12-31',
        ...{ penaltyMicros: null, graceRule: null, recourseDays: null, recourseMicros: null },
      },
    });
    await trade.until(
      'the window closes',
      async () => (await stateOf('finance_request', request)) === 'CLOSED',
    );
    const { financeRequest } = await ask<{
      financeRequest: { quotes: readonly { net: { amount: string } }[] };
    }>(
      'bolt',
      `query ($id: ID!) { financeRequest(id: $id) { quotes { net { amount } } legs { id } } }`,
      { id: request },
    );
    const net = [
      BigInt((financeRequest.quotes[0]?.net.amount ?? '').replace('.', '')),
      'CNY',
    ] as const;
    await trade.act(trade.who('bolt'), 'quote.choose', { request, quote, net });
    await trade.until(
      'the choice is final',
      async () => (await stateOf('finance_request', request)) === 'RESERVED',
    );
    await trade.act(trade.who('analyst'), 'finance.propose', { request, quote, net });
    const proposal = await trade.value(
      'SELECT "id" FROM funding_proposal WHERE "request" = $1',
      request,
    );
    await trade.act(trade.who('boss'), 'finance.approve', {
      request,
      proposal,
      net,
      payTo: account,
      certificate,
      invoice: await trade.value('SELECT "invoice" FROM certificate WHERE "id" = $1', certificate),
    });
    const [leg] = await legs('analyst');
    expect(leg).toMatchObject({
      kind: 'FUNDING',
      state: 'INSTRUCTED',
      payTo: { identifier: 'NL91ABNA0417164300' },
    });

    const amount = leg?.amount.amount;
    const answer = await bring(
      'analyst',
      trade.account('Bank A'),
      [`2026-03-02,D,${amount},CNY,${leg?.reference},Bolt,B-1,E-1`],
      'b1',
    );

    expect(answer.importStatement).toMatchObject({
      status: 'FINAL',
      statement: { newLines: 1, knownLines: 0 },
    });
    await trade.until(
      'funded',
      async () => (await stateOf('finance_request', request)) === 'FUNDED',
    );
    expect(await stateOf('certificate', certificate)).toBe('ASSIGNED');
    expect(await legs('bolt')).toMatchObject([
      { kind: 'FUNDING', state: 'SETTLED', payTo: { identifier: 'NL91ABNA0417164300' }, lines: [] },
    ]);
    expect(await legs('analyst')).toMatchObject([
      {
        state: 'SETTLED',
        lines: [{ state: 'MATCHED', applied: { amount } }],
        anchor: { status: 'FINAL' },
      },
    ]);
    const again = await bring(
      'analyst',
      trade.account('Bank A'),
      [`2026-03-02,D,${amount},CNY,${leg?.reference},Bolt,B-1,E-1`],
      'b2',
    );
    expect(again.importStatement).toMatchObject({ statement: { newLines: 0, knownLines: 1 } });
  });

  it('while nothing is due, the books show who owes how much, and that none of it is late', async () => {
    const answer = await ask(
      'analyst',
      '{ ageing { account { code } bucket balance { amount } } counterpartyBalances { account { code } name balance { amount } sharePercent } books { name } }',
    );
    const row = (code: string, name: string, amount: string) => ({
      ...{ account: { code }, name, balance: { amount }, sharePercent: '100.00' },
    });

    const account = { code: 'RECEIVABLES_BOUGHT' };
    expect(answer).toEqual({
      ageing: [{ account, bucket: 'NOT_DUE', balance: { amount: '100000.00' } }],
      counterpartyBalances: [
        row('FEE_INCOME', 'Bolt', '-150.00'),
        row('RECEIVABLES_BOUGHT', 'Aurora', '100000.00'),
        row('RESERVE_OWED', 'Bolt', '-10000.00'),
        row('UNEARNED_DISCOUNT', 'Bolt', '-1537.03'),
      ],
      books: [{ name: 'Bank A' }],
    });
    expect(
      await ask('auditor', '{ books { name } trialBalance { lines { account { code } } } }'),
    ).toEqual({
      books: [{ name: 'Aurora' }, { name: 'Bank A' }, { name: 'Bolt' }],
      trialBalance: { lines: [] },
    });
  });

  it('at maturity the buyer pays in part, then too much: all of it is accounted for', async () => {
    const certificate = await certificateOf();
    await trade.act(trade.who('governor'), 'clock.set', { date: '2026-06-01' });
    await trade.until('due', async () => (await stateOf('certificate', certificate)) === 'DUE');
    const due = (await legs('clerk')).find(({ kind }) => kind === 'REPAYMENT');
    expect(due).toMatchObject({
      state: 'SCHEDULED',
      amount: { amount: '100000.00' },
      payTo: { identifier: 'GB29NWBK60161331926819' },
    });
    const account = trade.account('Bank A');

    await bring(
      'analyst',
      account,
      [
        `2026-06-01,C,70000.00,CNY,${due?.reference},Aurora,R-1,`,
        '2026-06-01,C,5.00,CNY,hello,Nobody,R-2,',
      ],
      'r1',
    );
    await trade.until(
      'partly redeemed',
      async () => (await stateOf('certificate', certificate)) === 'PART_REDEEMED',
    );
    await bring(
      'analyst',
      account,
      [`2026-06-01,C,30100.00,CNY,${due?.reference},Aurora,R-3,`],
      'r2',
    );
    await trade.until(
      'redeemed',
      async () => (await stateOf('certificate', certificate)) === 'REDEEMED',
    );

    expect(await stateOf('invoice', trade.invoice)).toBe('PAID');
    expect(await stateOf('finance_request', request)).toBe('REPAID');
    const seen = await legs('analyst');
    expect(
      seen.map(({ kind, state, amount }) => `${kind} ${state} ${amount.amount}`).sort(),
    ).toEqual([
      'FUNDING SETTLED 88312.97',
      'REFUND SCHEDULED 100.00',
      'REPAYMENT SETTLED 100000.00',
      'RESERVE SCHEDULED 10000.00',
    ]);
    const { today } = await ask<{ today: readonly { action: string }[] }>(
      'analyst',
      '{ today { action title amount { amount } deadline urgency } }',
    );
    expect(today).toMatchObject(
      expect.arrayContaining([
        expect.objectContaining({ action: 'refund', amount: { amount: '100.00' } }),
        expect.objectContaining({ action: 'pay', amount: { amount: '10000.00' } }),
        expect.objectContaining({ action: 'check-payment', title: 'REFERENCE_MISSING' }),
      ]) as never,
    );
  });

  it('stands in the books of each: they balance, mirror each other, and say what was paid', async () => {
    const books = async (login: string, book: string | null = null) => {
      const answer = await ask<{ trialBalance: TrialBalance }>(
        login,
        `query ($book: ID) { trialBalance(book: $book) {
          lines { account { code } balance { amount } } totals { debit { amount } credit { amount } } } }`,
        { book },
      );
      const { lines, totals } = answer.trialBalance;
      for (const { debit, credit } of totals) expect(debit).toEqual(credit);
      return lines
        .filter(({ balance }) => !/^[0.]+$/.test(balance.amount))
        .map(({ account, balance }) => `${account.code} ${balance.amount}`);
    };
    const book = trade.party('Bank A').id.replace('pty_', 'bok_');
    const bank = [
      ...['CASH 11787.03', 'RESERVE_OWED -10000.00', 'REFUND_OWED -100.00'],
      ...['DISCOUNT_INCOME -1537.03', 'FEE_INCOME -150.00'],
    ];

    expect(await books('analyst')).toEqual(bank);
    expect(await books('bolt')).toEqual([
      ...['CASH 88312.97', 'RESERVE_DUE 10000.00', 'SALES -100000.00'],
      ...['DISCOUNT_COST 1537.03', 'FEE_COST 150.00'],
    ]);
    expect(await books('clerk')).toEqual([
      ...['CASH -100100.00', 'REFUND_DUE 100.00', 'PURCHASES 100000.00'],
    ]);
    expect(await books('auditor', book)).toEqual(bank);
    for (const stranger of ['rival', 'bolt'])
      await expect(books(stranger, book)).rejects.toThrow(/no such thing/);
  });

  it('runs a statement of account, page by page, to the same balance', async () => {
    const amounts: string[] = [];
    let balance = '';
    for (let after: string | null = null; ; ) {
      const answer: { accountStatement: AccountStatement } = await ask(
        'analyst',
        `query ($after: String) { accountStatement(account: "CASH", currency: "CNY", from: "2026-03-03", to: "2026-12-31") {
          opening { amount } closing { amount } lines(first: 1, after: $after) {
            edges { node { date amount { amount } balance { amount } counterparty { name } anchor { status } } }
            pageInfo { hasNextPage endCursor } } } }`,
        { after },
      );
      const { opening, closing, lines } = answer.accountStatement;
      expect([opening.amount, closing.amount]).toEqual(['-88312.97', '11787.03']);
      for (const { node } of lines.edges) {
        amounts.push(node.amount.amount);
        balance = node.balance.amount;
        expect(node).toMatchObject({
          counterparty: { name: 'Aurora' },
          anchor: { status: 'FINAL' },
        });
      }
      after = lines.pageInfo.endCursor;
      if (!lines.pageInfo.hasNextPage) break;
    }

    expect(amounts.sort()).toEqual(['100.00', '30000.00', '70000.00']);
    expect(balance).toBe('11787.03');
  });

  it('discloses by IAS 7 what the buyer owed its suppliers and others had paid for it, line by line', async () => {
    const disclosed = async (to: string) => {
      const answer = await ask<{
        ias7: readonly object[];
        ias7Items: { edges: readonly object[] };
      }>(
        'clerk',
        `query ($to: Date!) { ias7(from: "2026-03-01", to: $to) {
          opening { amount } entered { amount } financed { amount } other { amount } settled { amount } closing { amount } closingPaid { amount }
          comparable { amount } terms { isArranged daysMin daysMax } }
          ias7Items(figure: SUPPLIER_PAID, on: $to) { edges { node { invoiceNumber owed { amount } issueDate dueDate seller { name } anchor { status } } } } }`,
        { to },
      );
      return [answer.ias7, answer.ias7Items.edges];
    };
    const amount = (text: string) => ({ amount: text });
    const [zero, whole] = [amount('0.00'), amount('100000.00')];
    const terms = { isArranged: true, daysMin: 91, daysMax: 91 };
    const node = {
      ...{ invoiceNumber: 'INV-1001', owed: whole, issueDate: '2026-03-02', dueDate: '2026-06-01' },
      ...{ seller: { name: 'Bolt' }, anchor: { status: 'FINAL' } },
    };

    expect(await disclosed('2026-03-31')).toEqual([
      [
        {
          ...{ opening: zero, entered: whole, financed: whole, other: zero, settled: zero },
          ...{ closing: whole, closingPaid: whole, comparable: zero, terms: [terms] },
        },
      ],
      [{ node }],
    ]);
    expect(await disclosed('2026-06-30')).toEqual([
      [
        {
          ...{ opening: zero, entered: whole, financed: whole, other: zero, settled: whole },
          ...{ closing: zero, closingPaid: zero, comparable: zero, terms: [] },
        },
      ],
      [],
    ]);
  });

  it('measures how long money was bound and what it cost', async () => {
    const measured = (login: string, to: string) =>
      ask(
        login,
        `query ($to: Date!) { workingCapital(from: "2026-03-01", to: $to) { payableDays receivableDays financingCost { amount } costOfFundsPercent } }`,
        { to },
      );

    expect(await measured('clerk', '2026-03-31')).toEqual({
      workingCapital: [
        {
          ...{ payableDays: '31.0', receivableDays: null },
          ...{ financingCost: { amount: '0.00' }, costOfFundsPercent: null },
        },
      ],
    });
    expect(await measured('bolt', '2026-12-31')).toEqual({
      workingCapital: [
        {
          ...{ payableDays: null, receivableDays: '0.0' },
          ...{ financingCost: { amount: '1687.03' }, costOfFundsPercent: '7.66' },
        },
      ],
    });
  });

  it('gives its books as files to who may read them, with formulas inert, and says what is asked wrongly', async () => {
    const http = fastify();
    const store = ledgerStore(trade.world.database.pool);
    addExports(http, store, async ({ headers }) =>
      headers.login === undefined
        ? null
        : { party: trade.who(String(headers.login)).party, today: '2026-06-01' },
    );
    const get = async (url: string, login?: string) =>
      (await http.inject({ url, headers: login === undefined ? {} : { login } })).body;

    expect(await get('/export/trial-balance.csv', 'clerk')).toContain(
      '2020,PAYABLES_FINANCED,"Payables in supplier finance, supplier already paid",供应商融资安排中的应付账款（供应商已收款）,CNY,100000.00,100000.00,0.00,',
    );
    const account = '/export/account.csv?account=CASH&currency=CNY&from=2026-03-01';
    const lines = (await get(`${account}&to=2026-12-31`, 'analyst')).trim().split('\r\n');
    expect(lines).toHaveLength(6);
    expect(lines.at(-1)).toContain(',11787.03,');
    expect(await get('/export/ias7.csv?from=2026-03-01&to=2026-03-31', 'clerk')).toMatch(
      /44H\(b\)\(ii\) suppliers already paid: line,INV-1001,cer_[a-z2-7]+,2026-03-02,2026-06-01,CNY,100000.00/,
    );
    expect(await get('/export/standing.csv', 'bolt')).toContain('RESERVE_DUE,Bank A,,CNY,10000.00');
    expect(await get(`${account}&to=never`, 'analyst')).toContain('The address says no right to.');
    expect(await get('/export/standing.csv')).toContain('Sign in before');
    expect(await get(`/export/standing.csv?book=bok_other`, 'bolt')).toContain('no such thing');
    await http.close();
  });

  it('shows money to nobody else: the carrier and a stranger see no leg, no line, no statement', async () => {
    for (const person of ['driver', 'rival'])
      expect(
        await ask(
          person,
          '{ legs { edges { node { id } } } statementLines { edges { node { id } } } }',
        ),
      ).toEqual({
        legs: { edges: [] },
        statementLines: { edges: [] },
      });
    const stranger = await raw(
      'rival',
      `mutation ($input: UploadStatementInput!) { uploadStatement(input: $input) { __typename } }`,
      {
        input: {
          file: { name: 'x', mediaType: 'text/csv', bytes: csv([]) },
          account: trade.account('Bank A'),
        },
      },
    );
    expect(stranger.errors?.[0]?.message).toMatch(/no such thing/);
    const audited = await ask<{ legs: { edges: readonly object[] } }>(
      'auditor',
      '{ legs { edges { node { id payTo { identifier } } } } }',
    );
    expect(audited.legs.edges).toHaveLength(4);
    expect(JSON.stringify(audited)).not.toContain('NL91');
  });

  it('books a line once when the same statement comes twice at the same moment', async () => {
    const rows = ['2026-06-01,C,7.00,CNY,no reference,Nobody,R-9,'];
    const once = (key: string) => bring('analyst', trade.account('Bank A'), rows, key);

    const answers = await Promise.all([once('t1'), once('t2'), once('t3')]);

    const counts = answers.map(({ importStatement: { statement } }) => statement.newLines);
    expect(counts.sort()).toEqual([0, 0, 1]);
  });

  it('refuses lines that the uploaded file does not have', async () => {
    const account = trade.account('Bank A');
    const file = {
      name: 's.csv',
      mediaType: 'text/csv',
      bytes: csv(['2026-06-01,C,1.00,CNY,x,y,Z-1,']),
    };
    const { uploadStatement } = await ask<{
      uploadStatement: { documentDigest: string; lines: string[] };
    }>(
      'analyst',
      `mutation ($input: UploadStatementInput!) { uploadStatement(input: $input) { ... on StatementPreview { documentDigest lines } } }`,
      { input: { file, account } },
    );
    const { documentDigest, lines } = uploadStatement;
    const send = (change: object) =>
      ask<{ importStatement: object }>(
        'analyst',
        `mutation ($input: ImportStatementInput!) { importStatement(input: $input) { ... on Refusal { code path } } }`,
        {
          input: { account, format: 'CSV', documentDigest, lines, idempotencyKey: 'z1', ...change },
        },
      );

    expect(
      (await send({ lines: lines.map((text) => text.replace('1.00', '9.00')) })).importStatement,
    ).toMatchObject({ code: 'LINES_DIFFER', path: 'lines.0' });
    expect((await send({ lines: [...lines, ...lines] })).importStatement).toMatchObject({
      code: 'LINES_DIFFER',
      path: 'lines.1',
    });
    expect(
      (await send({ documentDigest: Buffer.alloc(32).toString('base64url') })).importStatement,
    ).toMatchObject({ code: 'DOCUMENT_MISSING' });
  });

  it('states by what each amount was decided, and anyone derives it again from the files alone', async () => {
    const files = await calculationFiles('analyst');
    const calculations = files.flatMap(parseCalculations);

    const kept = await trade.world.database.pool.query('SELECT 1 FROM calculation');
    expect(kept.rows).toHaveLength(6);
    expect(calculations.map(({ rule }) => rule).sort()).toEqual([
      ...['price', 'price', 'redemption', 'redemption', 'release'],
    ]);
    expect(calculations.map(recompute).filter(({ ok }) => !ok)).toEqual([]);
    expect(await calculationFiles('rival')).toEqual([]);
  });

  it('signed the very amounts that the calculator comes to: pack and file hold each other', async () => {
    const act = await trade.value(
      `SELECT encode("hash", 'hex') FROM act WHERE "kind" = 'quote.choose' AND "subject" = $1`,
      request,
    );
    const { act: seen } = await ask<{ act: { anchor: { proof: string } } }>(
      ...([
        'bolt',
        'query ($id: ID!) { act(id: $id) { anchor { proof } } }',
        { id: `act_${act}` },
      ] as const),
    );
    const files = await calculationFiles('bolt');
    const [price = ''] = files.filter((file) => file.includes('"price"'));

    const whole = await calc({ 'choice.json': seen.anchor.proof, 'price.json': price });
    const other = price.replaceAll('"8831297"', '"8831298"');
    const altered = await calc({ 'choice.json': seen.anchor.proof, 'price.json': other });

    expect(whole).toMatchObject({ code: 0 });
    expect(whole.output).toMatch(/ok {3}quote.choose net +8831297/);
    expect(altered).toMatchObject({ code: 1 });
    expect(altered.output).toMatch(/DIFF quote.choose net +seen 8831297, derived 8831298/);
    expect(altered.output).toMatch(/DIFF netMinor +seen 8831298, derived 8831297/);
  });

  /** Every calculation file that a person may see. */
  async function calculationFiles(person: string): Promise<readonly string[]> {
    const query = `{ financeRequests { edges { node { quotes { calculation { file } } } } }
      legs { edges { node { calculation { file } } } }
      statementLines { edges { node { calculation { file } } } } }`;
    const answer = await ask<object>(person, query);
    const files: string[] = [];
    JSON.stringify(answer, (name, value: unknown) => {
      if (name === 'file' && typeof value === 'string') files.push(value);
      return value;
    });
    return files;
  }

  async function calc(files: Readonly<Record<string, string>>) {
    const folder = await mkdtemp(join(tmpdir(), 'calc-'));
    const { chain } = await ask<{ chain: { anchorFile: string } }>(
      'bolt',
      '{ chain { anchorFile } }',
    );
    const all = { ...files, 'anchor.json': chain.anchorFile };
    for (const [name, text] of Object.entries(all)) await writeFile(join(folder, name), text);
    let output = '';
    const paths = Object.keys(files).map((name) => join(folder, name));
    const code = await calcCommand([...paths, '--anchor', join(folder, 'anchor.json')], {
      write: (more) => {
        output += more;
      },
    });
    await rm(folder, { recursive: true });
    return { code, output };
  }

  it('leaves rows that the audit derives again from the acts alone', async () => {
    await trade.until('all acts are anchored', async () => {
      const waiting = await trade.world.database.pool.query('SELECT 1 FROM outbox LIMIT 1');
      return waiting.rows.length === 0;
    });

    const report = await trade.world.audit();

    expect(report.differences).toEqual([]);
    expect(report.breaches).toEqual([]);
  });
});

/** One more row, with some columns of another value. */
function copy(table: string, other: Readonly<Record<string, string>>): string {
  return `INSERT INTO ${table} SELECT (jsonb_populate_record(r, '${JSON.stringify(other)}')).* FROM ${table} r LIMIT 1`;
}
const ofLast = `WHERE "index" = (SELECT max("index") FROM act)`;

/** What each edit breaks, what somebody does, and where. */
const edits = [
  [
    'I1',
    'adds a part',
    'certificate',
    copy('certificate', { id: 'crt_more', parent: 'crt_other', note: '\\x01' }),
  ],
  ['I1', 'takes a certificate away', 'certificate', 'DELETE FROM certificate'],
  [
    ...(['I2', 'names a second holder', 'certificate'] as const),
    copy('certificate', {
      id: 'crt_twin',
      parent: 'crt_other',
      root: 'crt_twin',
      holder: 'pty_thief',
    }),
  ],
  ['I3', 'sells it twice', 'finance_request', copy('finance_request', { id: 'frq_twin' })],
  ['I4', 'takes the evidence away', 'payment', 'DELETE FROM payment'],
  [
    ...(['I5', 'takes more than the limit', 'exposure'] as const),
    `UPDATE exposure SET "state" = 'UTILISED', "openLimit" = "creditLimit", "amountMinor" = 9000000000000`,
  ],
  [
    'I6',
    'changes a name',
    'party',
    `UPDATE party SET "name" = 'Bolt & Sons' WHERE "name" = 'Bolt'`,
  ],
  [
    ...(['I7', 'forges a signature', 'act'] as const),
    `UPDATE act SET "signature" = set_byte("signature", 9, 255 - get_byte("signature", 9)) ${ofLast}`,
  ],
  [
    ...(['I8', 'writes a name into what blocks show', 'act'] as const),
    `UPDATE act SET "header" = "header" || 'Bolt'::bytea ${ofLast}`,
  ],
  [
    ...(['I10', 'lowers a promise', 'invoice'] as const),
    'UPDATE invoice SET "approvedMinor" = "approvedMinor" - 1',
  ],
] as const;

describe('somebody who owns the database, with no trigger and no constraint in the way,', () => {
  beforeAll(async () => {
    await trade.world.database.pool.query(`DO $$ DECLARE each record; BEGIN
      FOR each IN SELECT conrelid::regclass AS home, conname FROM pg_constraint
        WHERE contype IN ('c', 'f') AND connamespace = current_schema()::regnamespace AND conrelid <> 0
      LOOP EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', each.home, each.conname); END LOOP;
      FOR each IN SELECT format('%I', tablename) AS home FROM pg_tables WHERE schemaname = current_schema()
      LOOP EXECUTE format('ALTER TABLE %s DISABLE TRIGGER USER', each.home); END LOOP;
    END $$`);
  });

  it.each(edits)('breaks %s, by name, who %s', async (invariant, _what, table, sql) => {
    const owner = await trade.world.database.pool.connect();
    try {
      await owner.query(`CREATE TEMP TABLE kept AS TABLE ${table}`);
      await owner.query(sql);
      const { breaches } = await trade.world.audit();
      await owner.query(`DELETE FROM ${table}`);
      await owner.query(`INSERT INTO ${table} SELECT * FROM kept`);

      expect(new Set(breaches.map((each) => each.invariant))).toContain(invariant);
    } finally {
      owner.release(true);
    }
  });

  it('leaves no breach behind where the rows are put back', async () => {
    expect((await trade.world.audit()).breaches).toEqual([]);
  });
});
