/**
 * The books as files: GET /export/…, for whoever may read them.
 *
 *   /export/trial-balance.csv ?on [&book]
 *   /export/account.csv       ?account&currency&from&to [&book]
 *   /export/standing.csv      [?book]                      who owes how much, and how late
 *   /export/ias7.csv          ?from&to [&book]             figures, and each promise behind them
 *
 * Rows are sent as they are read, so no file is held whole. They are the rows that the screens show.
 */
import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Fault } from '../kernel/fault.ts';
import { amountText } from '../kernel/money.ts';
import { type BusinessDate, isDate } from '../kernel/time.ts';
import { pageMax } from '../platform/see.ts';
import { accountOf, accounts } from './accounts.ts';
import { csvLine } from './csv.ts';
import { arranged, bucketOf, ias7, trialBalance } from './reports.ts';
import type { LedgerStore, OwedItem, Scope } from './store.ts';

type Reader = { readonly party: string; readonly today: BusinessDate };
type Query = Readonly<Record<string, string | undefined>>;
type Rows = AsyncGenerator<readonly string[]>;
type Export = (scope: Scope, query: Query, today: BusinessDate) => Rows;

/** `readerOf` gives whoever asks, and the business day; null when nobody is signed in. */
export function addExports(
  app: FastifyInstance,
  store: LedgerStore,
  readerOf: (request: FastifyRequest, reply: FastifyReply) => Promise<Reader | null>,
): void {
  const add = (name: string, rows: Export): void => {
    app.get<{ Querystring: Query }>(`/export/${name}.csv`, async (request, reply) => {
      const reader = await readerOf(request, reply);
      if (reader === null) throw new Fault('UNAUTHENTICATED', 'Sign in before you take a file.');
      const scope = await store.scopeOf(reader.party, request.query.book ?? null);
      const lines = rows(scope, request.query, reader.today);
      // What is asked wrongly is answered before the first octet is sent.
      const first = await lines.next();
      return reply
        .header('content-disposition', `attachment; filename="${name}.csv"`)
        .header('cache-control', 'private, no-store')
        .type('text/csv; charset=utf-8')
        .send(Readable.from(textOf(first, lines)));
    });
  };
  add('trial-balance', (scope, query, today) => trialRows(store, scope, query, today));
  add('account', (scope, query) => accountRows(store, scope, query));
  add('standing', (scope, _query, today) => standingRows(store, scope, today));
  add('ias7', (scope, query) => ias7Rows(store, scope, query));
}

/** Excel takes UTF-8 for what it is when the file begins so. */
const mark = '\u{feff}';

async function* textOf(first: IteratorResult<readonly string[]>, rest: Rows) {
  yield mark;
  if (first.done === true) return;
  yield csvLine(first.value);
  for await (const row of rest) yield csvLine(row);
}

async function* trialRows(
  store: LedgerStore,
  scope: Scope,
  query: Query,
  today: BusinessDate,
): Rows {
  const on = query.on === undefined ? today : dayOf(query, 'on');
  const { lines } = trialBalance(await store.turnovers(scope, null, on));
  yield [
    'number',
    'account',
    'name',
    'name (zh)',
    'currency',
    'debit',
    'credit',
    'balance',
    'note',
  ];
  for (const { account, currency, debitMinor, creditMinor, balanceMinor } of lines) {
    const money = [debitMinor, creditMinor, balanceMinor];
    yield [
      ...[account.number, account.code, account.en, account.zh, currency],
      ...money.map((minor) => amountText({ minor, currency })),
      account.code.startsWith('CERTIFICATES') ? presented : '',
    ];
  }
}

/** What Chinese rules say of certificates of this kind in a balance sheet (Ministry of Finance, 2021). */
const presented = '列示为应收账款或应收款项融资，不作应收票据 (receivables, not notes receivable)';

async function* accountRows(store: LedgerStore, scope: Scope, query: Query): Rows {
  const [from, to] = [dayOf(query, 'from'), dayOf(query, 'to')];
  const account = accountOf(query.account ?? '')?.code ?? missing('account', query.account);
  const currency = query.currency ?? missing('currency', query.currency);
  const opening = await store.balance(scope, { account, currency }, from, true);
  yield ['date', 'event', 'certificate', 'currency', 'amount', 'balance', 'line'];
  yield [from, 'OPENING', '', currency, '', amountText({ minor: opening, currency }), ''];
  for (let after: string | null = null; ; ) {
    const page = await store.lines(
      scope,
      { account, currency, from, to },
      { first: pageMax, after },
    );
    for (const row of page.rows) {
      yield [
        ...[row.occurredDate, row.event, row.certificate ?? '', currency],
        amountText({ minor: row.amountMinor, currency }),
        ...[amountText({ minor: row.runningMinor, currency }), row.id],
      ];
    }
    after = page.cursors.at(-1) ?? null;
    if (!page.hasNextPage) return;
  }
}

async function* standingRows(store: LedgerStore, scope: Scope, today: BusinessDate): Rows {
  yield ['account', 'counterparty', 'late', 'currency', 'balance'];
  for (const row of await store.byCounterparty(scope))
    yield [row.account, row.name, '', row.currency, amountText(moneyOf(row))];
  for (const row of await store.late(scope, today))
    yield [row.account, '', bucketOf(row.daysLate), row.currency, amountText(moneyOf(row))];
}

function moneyOf({
  balanceMinor: minor,
  currency,
}: {
  readonly balanceMinor: bigint;
  readonly currency: string;
}) {
  return { minor, currency };
}

const items = [
  ['44H(b)(i) in arrangements', arranged],
  ['44H(b)(ii) suppliers already paid', ['PAYABLES_FINANCED']],
  ['comparable payables outside', ['PAYABLES']],
] as const;

async function* ias7Rows(store: LedgerStore, scope: Scope, query: Query): Rows {
  const [from, to] = [dayOf(query, 'from'), dayOf(query, 'to')];
  const before = await store.turnoversBefore(scope, from);
  const figures = ias7(before, await store.turnovers(scope, from, to));
  yield ['figure', 'invoice', 'certificate', 'issued', 'due', 'currency', 'amount'];
  for (const { currency, ...row } of figures) {
    const lines = [
      ['44H(b)(i) in arrangements, opening', row.openingMinor],
      ['44H(c) entered without cash', row.enteredMinor],
      ['44H(c) other changes without cash', row.otherMinor],
      ['settled in cash', -row.settledMinor],
      ['44H(b)(i) in arrangements, closing', row.closingMinor],
      ['44H(b)(ii) suppliers already paid, opening', row.openingPaidMinor],
      ['44H(c) suppliers paid by finance providers', row.financedMinor],
      ['44H(b)(ii) suppliers already paid, closing', row.closingPaidMinor],
      ['comparable payables outside, closing', row.comparableMinor],
    ] as const;
    for (const [name, minor] of lines)
      yield [name, '', '', from, to, currency, amountText({ minor, currency })];
  }
  for (const [name, codes] of items) {
    for await (const item of owedItems(store, scope, codes, to)) {
      const { number, certificate, issueDate, dueDate, currency, owedMinor: minor } = item;
      const amount = amountText({ minor, currency });
      yield [`${name}: line`, number, certificate ?? '', issueDate, dueDate, currency, amount];
    }
  }
}

async function* owedItems(
  store: LedgerStore,
  scope: Scope,
  codes: readonly string[],
  on: BusinessDate,
): AsyncGenerator<OwedItem> {
  for (let after: string | null = null; ; ) {
    const page = await store.owed(scope, codes, on, { first: pageMax, after });
    yield* page.rows;
    after = page.cursors.at(-1) ?? null;
    if (!page.hasNextPage) return;
  }
}

function dayOf(query: Query, name: string): BusinessDate {
  const day = query[name];
  return day !== undefined && isDate(day) ? day : missing(name, day);
}

function missing(name: string, seen: string | undefined): never {
  const codes = accounts.map(({ code }) => code).join(', ');
  const expected = { account: codes, currency: 'such as CNY' }[name] ?? 'a day such as 2026-03-31';
  throw new Fault('BAD_INPUT', `The address says no right ${name}.`, {
    ...{ path: name, seen: (seen ?? '').slice(0, 60), expected },
  });
}
