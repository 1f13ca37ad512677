/**
 * What each role looks at first: a few figures out of the sums over its lists, each with the list behind it.
 *
 * Pure.
 */
import type { DashboardQuery, PartyRole } from '../lib/graphql/graphql.ts';

type Dashboard = DashboardQuery['dashboard'];
type Sum = Dashboard['sums'][number];

export type FigureName =
  | 'toConfirm'
  | 'promised'
  | 'waitingForBuyer'
  | 'promisedToYou'
  | 'held'
  | 'asked'
  | 'toQuote'
  | 'bought'
  | 'toPay'
  | 'toReceive'
  | 'parked'
  | 'seenInvoices'
  | 'seenCertificates'
  | 'seenPayments';

type FigureDefinition = {
  readonly type: string;
  readonly side: Sum['side'];
  /** Absent: whatever still has money to come. */
  readonly states?: readonly string[];
  readonly to: string;
};

const figures: Readonly<Record<FigureName, FigureDefinition>> = {
  toConfirm: {
    ...{ type: 'Invoice', side: 'BOUGHT' },
    states: ['RECEIVED'],
    to: '/invoices?show=open',
  },
  promised: { ...{ type: 'Invoice', side: 'BOUGHT' }, to: '/invoices?show=promised' },
  waitingForBuyer: {
    ...{ type: 'Invoice', side: 'SOLD' },
    states: ['RECEIVED', 'QUERIED'],
    to: '/invoices?show=open',
  },
  promisedToYou: { ...{ type: 'Invoice', side: 'SOLD' }, to: '/invoices?show=promised' },
  held: { ...{ type: 'Certificate', side: 'HELD' }, to: '/certificates?show=live' },
  asked: {
    ...{ type: 'FinanceRequest', side: 'ASKED' },
    states: ['OPEN', 'CLOSED'],
    to: '/financing?show=open',
  },
  toQuote: {
    ...{ type: 'FinanceRequest', side: 'SEEN' },
    states: ['OPEN'],
    to: '/financing?show=open',
  },
  bought: { ...{ type: 'Certificate', side: 'HELD' }, to: '/certificates?show=funded' },
  toPay: { ...{ type: 'Leg', side: 'PAYABLE' }, to: '/payments?show=open' },
  toReceive: { ...{ type: 'Leg', side: 'RECEIVABLE' }, to: '/payments?show=open' },
  parked: {
    ...{ type: 'StatementLine', side: 'OWN' },
    states: ['PARKED'],
    to: '/payments/lines?show=parked',
  },
  seenInvoices: { ...{ type: 'Invoice', side: 'SEEN' }, to: '/invoices?show=promised' },
  seenCertificates: { ...{ type: 'Certificate', side: 'SEEN' }, to: '/certificates?show=live' },
  seenPayments: { ...{ type: 'Leg', side: 'SEEN' }, to: '/payments?show=open' },
};

const byRole: Readonly<Partial<Record<PartyRole, readonly FigureName[]>>> = {
  CORE: ['toConfirm', 'promised', 'toPay'],
  BANK: ['toQuote', 'bought', 'toPay', 'toReceive', 'parked'],
  SUPPLIER: ['waitingForBuyer', 'promisedToYou', 'held', 'asked', 'toReceive'],
  AUDITOR: ['seenInvoices', 'seenCertificates', 'seenPayments'],
};

/** Whose dues the role plans with. */
const duesOfRole: Readonly<Partial<Record<PartyRole, Pick<Sum, 'type' | 'side'>>>> = {
  CORE: { type: 'Invoice', side: 'BOUGHT' },
  BANK: { type: 'Certificate', side: 'HELD' },
  SUPPLIER: { type: 'Certificate', side: 'HELD' },
};

const order: readonly PartyRole[] = ['CORE', 'BANK', 'SUPPLIER', 'AUDITOR'];

export type Figure = {
  readonly name: FigureName;
  readonly to: string;
  readonly count: number;
  readonly money: readonly Sum['amount'][];
};

/** The figures of an organisation with these roles; none for a role that has no portfolio. */
export function figuresOf(roles: readonly PartyRole[], { sums }: Dashboard): readonly Figure[] {
  const role = order.find((each) => roles.includes(each));
  return ((role === undefined ? undefined : byRole[role]) ?? []).map((name) => {
    const { type, side, states, to } = figures[name];
    const counted = sums.filter(
      (each) =>
        each.type === type &&
        each.side === side &&
        (states === undefined ? isAboveZero(each.open.amount) : states.includes(each.state)),
    );
    return {
      ...{ name, to },
      count: counted.reduce((sum, each) => sum + each.count, 0),
      money: addUp(counted.map((each) => (states === undefined ? each.open : each.amount))),
    };
  });
}

/** What falls due for an organisation with these roles: a line for each span of days and currency. */
export function duesOf(roles: readonly PartyRole[], { dues }: Dashboard): Dashboard['dues'] {
  const role = order.find((each) => roles.includes(each));
  const of = role === undefined ? undefined : duesOfRole[role];
  const spans = ['OVERDUE', 'TODAY', 'WEEK', 'MONTH', 'LATER'];
  return dues
    .filter(({ type, side }) => type === of?.type && side === of?.side)
    .toSorted((a, b) => spans.indexOf(a.when) - spans.indexOf(b.when));
}

function isAboveZero(amount: string): boolean {
  return /[1-9]/.test(amount) && !amount.startsWith('-');
}

/** Exact sums by currency: all amounts of a currency come with the same digits. */
function addUp(amounts: readonly Sum['amount'][]): readonly Sum['amount'][] {
  const sums = new Map<string, { readonly minor: bigint; readonly digits: number }>();
  for (const { amount, currency } of amounts) {
    const digits = (amount.split('.')[1] ?? '').length;
    const before = sums.get(currency)?.minor ?? 0n;
    sums.set(currency, { minor: before + BigInt(amount.replace('.', '')), digits });
  }
  return [...sums].map(([currency, { minor, digits }]) => ({
    __typename: 'Money',
    currency,
    amount: withPoint(minor, digits),
  }));
}

function withPoint(minor: bigint, digits: number): string {
  const text = minor.toString().padStart(digits + 1, '0');
  return digits === 0 ? text : `${text.slice(0, -digits)}.${text.slice(-digits)}`;
}
