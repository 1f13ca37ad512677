/** Translates between GraphQL and the books. No decision lives here. */
import type { ObjectRef } from '@pothos/core';
import type { AnchorSchema } from '../graphql/anchor.ts';
import { pageOf, type Schema, type Types } from '../graphql/builder.ts';
import { type Context, signedIn } from '../graphql/context.ts';
import type { NodeLoader } from '../graphql/node.ts';
import { Fault } from '../kernel/fault.ts';
import { type BusinessDate, daysBetween } from '../kernel/time.ts';
import type { PartySchema } from '../party/graphql.ts';
import type { PartyRow } from '../party/model.ts';
import type { Page } from '../platform/see.ts';
import { type Account, accountOf, accounts, accountTypes } from './accounts.ts';
import { ledgerEvents } from './model.ts';
import {
  type Aged,
  ageBuckets,
  aged,
  arranged,
  balanceOf,
  costOfFunds,
  type Ias7Figures,
  ias7,
  type Share,
  type Standing,
  shared,
  type TrialLine,
  type TrialTotal,
  trialBalance,
  turnoverDays,
} from './reports.ts';
import type {
  AccountAsked,
  AccountLine,
  Book,
  LedgerStore,
  OwedItem,
  Scope,
  TermRange,
} from './store.ts';

type Needs = Pick<PartySchema, 'PartyType'> & { readonly store: LedgerStore };

type Statement = AccountAsked & { readonly scope: Scope };
type Capital = {
  readonly currency: string;
  readonly days: number;
  readonly payablesMinor: bigint;
  readonly purchasesMinor: bigint;
  readonly receivablesMinor: bigint;
  readonly salesMinor: bigint;
  readonly costMinor: bigint;
  readonly netDays: bigint;
};
type Disclosure = Ias7Figures & { readonly terms: readonly TermRange[] };

/** What a drill-down is of, and which accounts stand behind it. */
const figures = {
  ARRANGED: arranged,
  SUPPLIER_PAID: ['PAYABLES_FINANCED'],
  COMPARABLE: ['PAYABLES'],
} as const satisfies Record<string, readonly string[]>;

export function defineLedger(schema: Schema, anchors: AnchorSchema, needs: Needs) {
  const { builder, MoneyType, NodeType } = schema;
  const { store } = needs;

  const AccountTypeEnum = builder.enumType('LedgerAccountType', {
    description: 'What stands on an account.',
    values: accountTypes,
  });
  const LedgerAccount = builder.objectRef<Account>('LedgerAccount').implement({
    description: 'One account of the chart, which is the same for everyone.',
    fields: (t) => ({
      code: t.exposeString('code', { description: 'Stable, for programs.' }),
      number: t.exposeString('number', { description: 'Its place in the chart.' }),
      type: t.expose('type', { type: AccountTypeEnum, description: 'What stands on it.' }),
      name: t.exposeString('en', { description: 'In English.' }),
      nameZh: t.exposeString('zh', { description: 'In Chinese.' }),
    }),
  });
  const BookType = builder.objectRef<Book>('Book').implement({
    description: 'The books of one organisation that you may read.',
    interfaces: [NodeType],
    fields: (t) => ({
      name: t.exposeString('name', { description: 'Its name.' }),
      roles: t.exposeStringList('roles', { description: 'What it is.' }),
    }),
  });
  builder.queryField('books', (t) =>
    t.field({
      type: [BookType],
      description: 'Whose books you may read: your own, and those that you audit.',
      resolve: async (_root, _args, context) => [...(await store.books(signedIn(context).party))],
    }),
  );
  builder.queryField('chartOfAccounts', (t) =>
    t.field({
      type: [LedgerAccount],
      description: 'The chart of accounts.',
      resolve: (_root, _args, context) => {
        signedIn(context);
        return [...accounts];
      },
    }),
  );

  const forms = { ...schema, MoneyType, LedgerAccount };
  defineTrialBalance(forms, store);
  defineStatement(forms, anchors, needs);
  defineStandings(forms, needs);
  defineCapital(forms, store);
  defineIas7(forms, anchors, needs);

  const book: NodeLoader = {
    ...{ prefix: 'bok', type: 'Book' },
    load: async (context, id) => (await store.books(signedIn(context).party, id))[0] ?? null,
  };
  return { nodes: [book] };
}

type Forms = Schema & { readonly LedgerAccount: ObjectRef<Types, Account> };

const bookArg = 'Which books; your own when not said.';

function scopeOf(store: LedgerStore, context: Context, asked: string | null | undefined) {
  return store.scopeOf(signedIn(context).party, asked ?? null);
}

/** The first day and the last, both counted. */
function checkedSpan(from: BusinessDate, to: BusinessDate): number {
  if (from <= to) return daysBetween(from, to) + 1;
  throw new Fault('BAD_INPUT', 'A span begins before it ends.', {
    ...{ path: 'from', seen: from, expected: `${to} or earlier` },
  });
}

function account(code: string): Account {
  const known = accountOf(code);
  if (known !== null) return known;
  throw new Fault('BAD_INPUT', 'There is no such account.', {
    ...{
      path: 'account',
      seen: code.slice(0, 40),
      expected: accounts.map((each) => each.code).join(', '),
    },
  });
}

function defineTrialBalance(
  { builder, MoneyType, LedgerAccount }: Forms,
  store: LedgerStore,
): void {
  const Line = builder.objectRef<TrialLine>('TrialBalanceLine').implement({
    description: 'One account in one currency.',
    fields: (t) => ({
      account: t.expose('account', { type: LedgerAccount, description: 'The account.' }),
      debit: t.field({
        type: MoneyType,
        description: 'All that was debited.',
        resolve: ({ debitMinor: minor, currency }) => ({ minor, currency }),
      }),
      credit: t.field({
        type: MoneyType,
        description: 'All that was credited.',
        resolve: ({ creditMinor: minor, currency }) => ({ minor, currency }),
      }),
      balance: t.field({
        type: MoneyType,
        description: 'Debits minus credits.',
        resolve: ({ balanceMinor: minor, currency }) => ({ minor, currency }),
      }),
    }),
  });
  const Total = builder.objectRef<TrialTotal>('TrialBalanceTotal').implement({
    description: 'What all accounts of one currency come to: the same on both sides.',
    fields: (t) => ({
      debit: t.field({
        type: MoneyType,
        description: 'Of all debits.',
        resolve: ({ debitMinor: minor, currency }) => ({ minor, currency }),
      }),
      credit: t.field({
        type: MoneyType,
        description: 'Of all credits.',
        resolve: ({ creditMinor: minor, currency }) => ({ minor, currency }),
      }),
    }),
  });
  const Trial = builder
    .objectRef<{
      readonly on: string;
      readonly lines: readonly TrialLine[];
      readonly totals: readonly TrialTotal[];
    }>('TrialBalance')
    .implement({
      description: 'Every account with anything on it, at the end of a day.',
      fields: (t) => ({
        on: t.expose('on', { type: 'Date', description: 'The day.' }),
        lines: t.field({
          type: [Line],
          description: 'In the order of the chart.',
          resolve: ({ lines }) => [...lines],
        }),
        totals: t.field({
          type: [Total],
          description: 'By currency.',
          resolve: ({ totals }) => [...totals],
        }),
      }),
    });
  builder.queryField('trialBalance', (t) =>
    t.field({
      type: Trial,
      description: 'The trial balance of one set of books.',
      args: {
        on: t.arg({ type: 'Date', description: 'The end of which day; today when not said.' }),
        book: t.arg.id({ description: bookArg }),
      },
      resolve: async (_root, { on, book }, context) => {
        const scope = await scopeOf(store, context, book);
        const day = on ?? (await context.services.today());
        return { on: day, ...trialBalance(await store.turnovers(scope, null, day)) };
      },
    }),
  );
}

function defineStatement(
  { builder, MoneyType, LedgerAccount, connection, pageArgs }: Forms,
  { Anchor }: AnchorSchema,
  { store, PartyType }: Needs,
): void {
  const EventEnum = builder.enumType('LedgerEvent', {
    description: 'What was booked.',
    values: ledgerEvents,
  });
  const Line = builder.objectRef<AccountLine>('AccountLine').implement({
    description: 'One line of an account.',
    fields: (t) => ({
      id: t.exposeID('id', { description: 'Of this line.' }),
      date: t.expose('occurredDate', { type: 'Date', description: 'The business day.' }),
      event: t.expose('event', { type: EventEnum, description: 'What happened.' }),
      amount: t.field({
        type: MoneyType,
        description: 'A debit above zero, a credit below.',
        resolve: ({ amountMinor: minor, currency }) => ({ minor, currency }),
      }),
      balance: t.field({
        type: MoneyType,
        description: 'What stands on the account after it.',
        resolve: ({ runningMinor: minor, currency }) => ({ minor, currency }),
      }),
      counterparty: t.field({
        type: PartyType,
        nullable: true,
        description: 'With whom; null where it is not yours to see.',
        resolve: ({ counterparty }, _args, { see }) => see.row<PartyRow>('party', counterparty),
      }),
      invoiceNumber: t.string({
        nullable: true,
        description: 'Of the invoice; null where it is not yours to see.',
        resolve: async ({ invoice }, _args, { see }) =>
          (await see.row<{ readonly id: string; readonly number: string }>('invoice', invoice))
            ?.number ?? null,
      }),
      invoiceId: t.id({
        nullable: true,
        description: 'The invoice; null where it is not yours to see.',
        resolve: async ({ invoice }, _args, { see }) =>
          (await see.level(invoice)) === null ? null : invoice,
      }),
      certificateId: t.id({
        nullable: true,
        description: 'The certificate, where there is one.',
        resolve: ({ certificate }) => certificate,
      }),
      anchor: t.field({
        type: Anchor,
        nullable: true,
        description: 'Of the newest act that you may read about what was booked.',
        resolve: ({ certificate, invoice }, _args, { acts }) =>
          acts.anchorOf(certificate ?? invoice),
      }),
    }),
  });
  const Lines = connection('AccountLine', Line);
  const StatementType = builder.objectRef<Statement>('AccountStatement').implement({
    description: 'One account in one currency over a span of days.',
    fields: (t) => ({
      account: t.field({
        type: LedgerAccount,
        description: 'The account.',
        resolve: (statement) => account(statement.account),
      }),
      opening: t.field({
        type: MoneyType,
        description: 'What stood on it before the span.',
        resolve: async ({ scope, account: code, currency, from }) => ({
          currency,
          minor: await store.balance(scope, { account: code, currency }, from, true),
        }),
      }),
      closing: t.field({
        type: MoneyType,
        description: 'What stands on it at the end of the span.',
        resolve: async ({ scope, account: code, currency, to }) => ({
          currency,
          minor: await store.balance(scope, { account: code, currency }, to),
        }),
      }),
      lines: t.field({
        type: Lines,
        description: 'Its lines, oldest first.',
        args: { ...pageArgs },
        resolve: ({ scope, ...asked }, args) => store.lines(scope, asked, pageOf(args)),
      }),
    }),
  });
  builder.queryField('accountStatement', (t) =>
    t.field({
      type: StatementType,
      description: 'The statement of one account, with its running balance.',
      args: {
        account: t.arg.string({ required: true, description: 'The code of the account.' }),
        currency: t.arg.string({ required: true, description: 'ISO 4217, three capitals.' }),
        from: t.arg({ type: 'Date', required: true, description: 'The first day.' }),
        to: t.arg({ type: 'Date', required: true, description: 'The last day.' }),
        book: t.arg.id({ description: bookArg }),
      },
      resolve: async (_root, { book, ...asked }, context) => {
        const scope = await scopeOf(store, context, book);
        checkedSpan(asked.from, asked.to);
        return { scope, ...asked, account: account(asked.account).code };
      },
    }),
  );
}

type Owing = Share<Standing & { readonly counterparty: string; readonly name: string }>;

function defineStandings(
  { builder, MoneyType, LedgerAccount }: Forms,
  { store, PartyType }: Needs,
): void {
  const Bucket = builder.enumType('AgeBucket', {
    description: 'How many days late, counted from the business day on which it is to be paid.',
    values: ageBuckets,
  });
  const AgedType = builder.objectRef<Aged>('AgedBalance').implement({
    description: 'What stands on an account and is so late.',
    fields: (t) => ({
      account: t.field({
        type: LedgerAccount,
        description: 'The account.',
        resolve: (row) => account(row.account),
      }),
      bucket: t.expose('bucket', { type: Bucket, description: 'How late.' }),
      balance: t.field({
        type: MoneyType,
        description: 'Debits minus credits.',
        resolve: ({ balanceMinor: minor, currency }) => ({ minor, currency }),
      }),
    }),
  });
  const OwingType = builder.objectRef<Owing>('CounterpartyBalance').implement({
    description: 'What stands on an account with one counterparty.',
    fields: (t) => ({
      account: t.field({
        type: LedgerAccount,
        description: 'The account.',
        resolve: (row) => account(row.account),
      }),
      name: t.exposeString('name', { description: 'The counterparty.' }),
      counterparty: t.field({
        type: PartyType,
        nullable: true,
        description: 'The same; null where it is not yours to see.',
        resolve: ({ counterparty }, _args, { see }) => see.row<PartyRow>('party', counterparty),
      }),
      balance: t.field({
        type: MoneyType,
        description: 'Debits minus credits.',
        resolve: ({ balanceMinor: minor, currency }) => ({ minor, currency }),
      }),
      sharePercent: t.field({
        type: 'Decimal',
        description: 'Of all that stands on the account in that currency.',
        resolve: ({ shareMicros }) => percent(shareMicros),
      }),
    }),
  });
  builder.queryField('ageing', (t) =>
    t.field({
      type: [AgedType],
      description: 'What is owed and due, by how late it is today.',
      args: { book: t.arg.id({ description: bookArg }) },
      resolve: async (_root, { book }, context) => {
        const scope = await scopeOf(store, context, book);
        return [...aged(await store.late(scope, await context.services.today()))];
      },
    }),
  );
  builder.queryField('counterpartyBalances', (t) =>
    t.field({
      type: [OwingType],
      description: 'Exposure and concentration: what stands with whom, the most first.',
      args: { book: t.arg.id({ description: bookArg }) },
      resolve: async (_root, { book }, context) => {
        const scope = await scopeOf(store, context, book);
        return [...shared(await store.byCounterparty(scope))];
      },
    }),
  );
}

const payables = ['PAYABLES', ...arranged];
const receivables = ['RECEIVABLES', 'CERTIFICATES'];

function defineCapital({ builder, MoneyType }: Forms, store: LedgerStore): void {
  const CapitalType = builder.objectRef<Capital>('WorkingCapital').implement({
    description: 'How long money is bound, and what financing costs, in one currency.',
    fields: (t) => ({
      payables: t.field({
        type: MoneyType,
        description: 'Owed to suppliers at the end of the span.',
        resolve: ({ payablesMinor: minor, currency }) => ({ minor, currency }),
      }),
      purchases: t.field({
        type: MoneyType,
        description: 'Confirmed within the span.',
        resolve: ({ purchasesMinor: minor, currency }) => ({ minor, currency }),
      }),
      payableDays: t.field({
        type: 'Decimal',
        nullable: true,
        description: 'DPO: payables ÷ purchases × days; null without purchases.',
        resolve: (row) => tenths(turnoverDays(row.payablesMinor, row.purchasesMinor, row.days)),
      }),
      receivables: t.field({
        type: MoneyType,
        description: 'Owed by buyers at the end of the span.',
        resolve: ({ receivablesMinor: minor, currency }) => ({ minor, currency }),
      }),
      sales: t.field({
        type: MoneyType,
        description: 'Confirmed within the span.',
        resolve: ({ salesMinor: minor, currency }) => ({ minor, currency }),
      }),
      receivableDays: t.field({
        type: 'Decimal',
        nullable: true,
        description: 'DSO: receivables ÷ sales × days; null without sales.',
        resolve: (row) => tenths(turnoverDays(row.receivablesMinor, row.salesMinor, row.days)),
      }),
      financingCost: t.field({
        type: MoneyType,
        description: 'Discounts and fees within the span.',
        resolve: ({ costMinor: minor, currency }) => ({ minor, currency }),
      }),
      costOfFundsPercent: t.field({
        type: 'Decimal',
        nullable: true,
        description: 'A year: cost ÷ (net cash × days until due) × 365; null without financing.',
        resolve: ({ costMinor, netDays }) => {
          const micros = costOfFunds(costMinor, netDays);
          return micros === null ? null : percent(micros);
        },
      }),
    }),
  });
  builder.queryField('workingCapital', (t) =>
    t.field({
      type: [CapitalType],
      description: 'DPO, DSO and the cost of funds over a span of days, by currency.',
      args: {
        from: t.arg({ type: 'Date', required: true, description: 'The first day.' }),
        to: t.arg({ type: 'Date', required: true, description: 'The last day.' }),
        book: t.arg.id({ description: bookArg }),
      },
      resolve: async (_root, { from, to, book }, context) => {
        const scope = await scopeOf(store, context, book);
        const days = checkedSpan(from, to);
        const all = await store.turnovers(scope, null, to);
        const span = await store.turnovers(scope, from, to);
        const netDays = await store.netDays(scope, from, to);
        return [...new Set(all.map(({ currency }) => currency))].sort().map((currency) => ({
          ...{ currency, days, netDays: netDays.get(currency) ?? 0n },
          payablesMinor: -balanceOf(all, currency, payables),
          purchasesMinor: balanceOf(span, currency, ['PURCHASES']),
          receivablesMinor: balanceOf(all, currency, receivables),
          salesMinor: -balanceOf(span, currency, ['SALES']),
          costMinor: balanceOf(span, currency, ['DISCOUNT_COST', 'FEE_COST']),
        }));
      },
    }),
  );
}

function defineIas7(
  { builder, MoneyType, connection, pageArgs }: Forms,
  { Anchor }: AnchorSchema,
  { store, PartyType }: Needs,
): void {
  const TermsType = builder.objectRef<TermRange>('PaymentTerms').implement({
    description: 'From the date of an invoice to the day on which it is to be paid.',
    fields: (t) => ({
      isArranged: t.exposeBoolean('isArranged', {
        description: 'Of payables within arrangements; else of comparable ones outside.',
      }),
      daysMin: t.exposeInt('daysMin', { description: 'The shortest.' }),
      daysMax: t.exposeInt('daysMax', { description: 'The longest.' }),
    }),
  });
  const amount = (pick: (row: Disclosure) => bigint, description: string) => ({
    type: MoneyType,
    description,
    resolve: (row: Disclosure) => ({ minor: pick(row), currency: row.currency }),
  });
  const FiguresType = builder.objectRef<Disclosure>('Ias7Figures').implement({
    description: 'Supplier finance arrangements in one currency (IAS 7, paragraphs 44F to 44H).',
    fields: (t) => ({
      opening: t.field(amount((row) => row.openingMinor, '44H(b)(i), before the span.')),
      openingPaid: t.field(amount((row) => row.openingPaidMinor, '44H(b)(ii), before the span.')),
      entered: t.field(
        amount((row) => row.enteredMinor, '44H(c): trade payables that became part, without cash.'),
      ),
      financed: t.field(
        amount((row) => row.financedMinor, '44H(c): suppliers paid by finance providers.'),
      ),
      other: t.field(
        amount(
          (row) => row.otherMinor,
          '44H(c): other changes without cash, such as credit notes.',
        ),
      ),
      settled: t.field(amount((row) => row.settledMinor, 'Paid by the buyer in the span.')),
      closing: t.field(
        amount(
          (row) => row.closingMinor,
          '44H(b)(i): carrying amount in arrangements, at the end.',
        ),
      ),
      closingPaid: t.field(
        amount((row) => row.closingPaidMinor, '44H(b)(ii): of it, suppliers have the money.'),
      ),
      comparable: t.field(
        amount((row) => row.comparableMinor, 'Comparable trade payables outside, at the end.'),
      ),
      terms: t.field({
        type: [TermsType],
        description: '44H(b)(iii): the ranges of due dates, at the end.',
        resolve: ({ terms }) => [...terms],
      }),
    }),
  });
  builder.queryField('ias7', (t) =>
    t.field({
      type: [FiguresType],
      description:
        'The disclosure of supplier finance arrangements for a span of days, by currency.',
      args: {
        from: t.arg({ type: 'Date', required: true, description: 'The first day.' }),
        to: t.arg({ type: 'Date', required: true, description: 'The last day.' }),
        book: t.arg.id({ description: bookArg }),
      },
      resolve: async (_root, { from, to, book }, context) => {
        const scope = await scopeOf(store, context, book);
        checkedSpan(from, to);
        return [...(await disclosures(store, scope, from, to))];
      },
    }),
  );

  const Figure = builder.enumType('Ias7Figure', {
    description: 'A figure at the end of a day that can be looked into.',
    values: {
      ARRANGED: { description: 'All payables in arrangements.' },
      SUPPLIER_PAID: { description: 'Those of them whose supplier has the money.' },
      COMPARABLE: { description: 'Trade payables outside of them.' },
    } satisfies Record<keyof typeof figures, object>,
  });
  const Item = builder.objectRef<OwedItem>('Ias7Item').implement({
    description: 'What is owed on one promise.',
    fields: (t) => ({
      id: t.id({ description: 'Of the invoice.', resolve: ({ invoice }) => invoice }),
      invoiceNumber: t.exposeString('number', { description: 'Of the invoice.' }),
      certificateId: t.id({
        nullable: true,
        description: 'The first certificate of the promise.',
        resolve: ({ certificate }) => certificate,
      }),
      seller: t.field({
        type: PartyType,
        nullable: true,
        description: 'The supplier; null where it is not yours to see.',
        resolve: ({ seller }, _args, { see }) => see.row<PartyRow>('party', seller),
      }),
      issueDate: t.expose('issueDate', { type: 'Date', description: 'Of the invoice.' }),
      dueDate: t.expose('dueDate', { type: 'Date', description: 'When it is to be paid.' }),
      owed: t.field({
        type: MoneyType,
        description: 'How much.',
        resolve: ({ owedMinor: minor, currency }) => ({ minor, currency }),
      }),
      anchor: t.field({
        type: Anchor,
        nullable: true,
        description: 'Of the newest act that you may read about it: its proof is behind it.',
        resolve: ({ certificate, invoice }, _args, { acts }) =>
          acts.anchorOf(certificate ?? invoice),
      }),
    }),
  });
  const Items = connection('Ias7Item', Item);
  builder.queryField('ias7Items', (t) =>
    t.field({
      type: Items,
      description: 'The promises that a figure is the sum of, at the end of a day.',
      args: {
        figure: t.arg({ type: Figure, required: true, description: 'Which figure.' }),
        on: t.arg({ type: 'Date', required: true, description: 'The end of which day.' }),
        book: t.arg.id({ description: bookArg }),
        ...pageArgs,
      },
      resolve: async (_root, { figure, on, book, ...args }, context): Promise<Page<OwedItem>> =>
        store.owed(await scopeOf(store, context, book), figures[figure], on, pageOf(args)),
    }),
  );
}

/** The figures of every currency, each with the terms of what stands at the end. */
export async function disclosures(
  store: LedgerStore,
  scope: Scope,
  from: BusinessDate,
  to: BusinessDate,
): Promise<readonly Disclosure[]> {
  const before = await store.turnoversBefore(scope, from);
  const span = await store.turnovers(scope, from, to);
  const terms = await store.terms(scope, to);
  return ias7(before, span).map((row) => ({
    ...row,
    terms: terms.filter(({ currency }) => currency === row.currency),
  }));
}

/** '12.34' of 123400 millionths: a percentage with two decimals, half up on the third. */
function percent(micros: bigint): string {
  const sign = micros < 0n ? '-' : '';
  const hundredths = ((micros < 0n ? -micros : micros) + 50n) / 100n;
  return `${sign}${hundredths / 100n}.${(hundredths % 100n).toString().padStart(2, '0')}`;
}

function tenths(value: bigint | null): string | null {
  return value === null ? null : `${value / 10n}.${value % 10n}`;
}
