/**
 * Reports over the books: sums in, figures out. Each is arithmetic on what is posted, so each can be
 * checked against the lines that it comes from. Pure.
 *
 * Balances are debits minus credits. A share or a yearly cost is in millionths, half up; a turnover time
 * is in tenths of a day, half up.
 */
import { round } from '../../../chain/src/calc/amount.ts';
import { invariant } from '../kernel/invariant.ts';
import { type Account, accountOf, accounts } from './accounts.ts';
import type { LedgerEvent } from './model.ts';

/** What was debited and credited to an account by one event in a span of days. */
export type Turnover = {
  readonly account: string;
  readonly currency: string;
  readonly event: LedgerEvent;
  readonly debitMinor: bigint;
  readonly creditMinor: bigint;
};

export type TrialLine = {
  readonly account: Account;
  readonly currency: string;
  readonly debitMinor: bigint;
  readonly creditMinor: bigint;
  /** Debits minus credits. */
  readonly balanceMinor: bigint;
};

export type TrialTotal = Pick<TrialLine, 'currency' | 'debitMinor' | 'creditMinor'>;

/** Every account with anything on it, in the order of the chart, and what all come to: the same on both sides. */
export function trialBalance(turnovers: readonly Turnover[]): {
  readonly lines: readonly TrialLine[];
  readonly totals: readonly TrialTotal[];
} {
  const currencies = [...new Set(turnovers.map(({ currency }) => currency))].sort();
  const lines = currencies.flatMap((currency) =>
    accounts.flatMap((account) => {
      const own = turnovers.filter(
        (each) => each.currency === currency && each.account === account.code,
      );
      if (own.length === 0) return [];
      const { debitMinor, creditMinor } = sumOf(own);
      const balanceMinor = debitMinor - creditMinor;
      return [{ account, currency, debitMinor, creditMinor, balanceMinor }];
    }),
  );
  const totals = currencies.map((currency) => ({
    currency,
    ...sumOf(lines.filter((each) => each.currency === currency)),
  }));
  for (const { debitMinor, creditMinor } of totals)
    invariant(debitMinor === creditMinor, 'the books balance');
  return { lines, totals };
}

function sumOf(
  rows: readonly Pick<Turnover, 'debitMinor' | 'creditMinor'>[],
): Pick<Turnover, 'debitMinor' | 'creditMinor'> {
  return rows.reduce(
    (sum, { debitMinor, creditMinor }) => ({
      debitMinor: sum.debitMinor + debitMinor,
      creditMinor: sum.creditMinor + creditMinor,
    }),
    { debitMinor: 0n, creditMinor: 0n },
  );
}

/** Debits minus credits of some accounts, by some events or all. */
export function balanceOf(
  turnovers: readonly Turnover[],
  currency: string,
  codes: readonly string[],
  events: readonly LedgerEvent[] | null = null,
): bigint {
  const { debitMinor, creditMinor } = sumOf(
    turnovers.filter(
      (each) =>
        each.currency === currency &&
        codes.includes(each.account) &&
        (events === null || events.includes(each.event)),
    ),
  );
  return debitMinor - creditMinor;
}

/** How late something is, by its due date and the business day. */
export const ageBuckets = ['NOT_DUE', 'DAYS_1_30', 'DAYS_31_60', 'DAYS_61_90', 'OVER_90'] as const;
export type AgeBucket = (typeof ageBuckets)[number];

/** The bucket of what is so many days late; due today is not late. */
export function bucketOf(daysLate: number): AgeBucket {
  if (daysLate <= 0) return 'NOT_DUE';
  if (daysLate <= 30) return 'DAYS_1_30';
  if (daysLate <= 60) return 'DAYS_31_60';
  return daysLate <= 90 ? 'DAYS_61_90' : 'OVER_90';
}

/** What stands on an account, by some trait of its lines. */
export type Standing = {
  readonly account: string;
  readonly currency: string;
  readonly balanceMinor: bigint;
};
export type Late = Standing & { readonly daysLate: number };
export type Aged = Standing & { readonly bucket: AgeBucket };

/** By account, currency and bucket, in the order of the chart and of time; amounts as the account shows them. */
export function aged(rows: readonly Late[]): readonly Aged[] {
  const sums = new Map<string, Aged>();
  for (const { daysLate, ...row } of rows) {
    const bucket = bucketOf(daysLate);
    const key = `${row.account} ${row.currency} ${bucket}`;
    const before = sums.get(key)?.balanceMinor ?? 0n;
    sums.set(key, { ...row, bucket, balanceMinor: before + row.balanceMinor });
  }
  const place = (each: Aged) =>
    `${each.currency} ${accountOf(each.account)?.number} ${ageBuckets.indexOf(each.bucket)}`;
  return [...sums.values()]
    .filter(({ balanceMinor }) => balanceMinor !== 0n)
    .sort((a, b) => (place(a) < place(b) ? -1 : 1));
}

export type Share<R> = R & { readonly shareMicros: bigint };

/** Each row's share of all rows of its account and currency. */
export function shared<R extends Standing>(rows: readonly R[]): readonly Share<R>[] {
  const sums = new Map<string, bigint>();
  const keyOf = ({ account, currency }: Standing) => `${account} ${currency}`;
  for (const row of rows) sums.set(keyOf(row), (sums.get(keyOf(row)) ?? 0n) + row.balanceMinor);
  return rows.map((row) => {
    const whole = sums.get(keyOf(row)) ?? 0n;
    const sign = whole < 0n ? -1n : 1n;
    const shareMicros =
      whole === 0n ? 0n : round(sign * row.balanceMinor * million, sign * whole, 'HALF_UP');
    return { ...row, shareMicros };
  });
}

const million = 1_000_000n;

/** Days that a turnover stands open: balance ÷ turnover × days, in tenths; null without turnover. */
export function turnoverDays(balance: bigint, turnover: bigint, days: number): bigint | null {
  if (turnover <= 0n || balance < 0n) return null;
  return round(balance * BigInt(days) * 10n, turnover, 'HALF_UP');
}

/** What financing costs a year: cost ÷ (net × days) × 365, in millionths; null when nothing was financed. */
export function costOfFunds(costMinor: bigint, netDays: bigint): bigint | null {
  return netDays <= 0n ? null : round(costMinor * 365n * million, netDays, 'HALF_UP');
}

// IAS 7, paragraphs 44F to 44H: supplier finance arrangements.

/** Payables that are part of an arrangement, and those of them whose supplier has the money. */
export const arranged = ['PAYABLES_ARRANGED', 'PAYABLES_FINANCED'] as const;

export type Ias7Figures = {
  readonly currency: string;
  /** 44H(b)(i): carrying amounts in the arrangements, at the start and at the end. */
  readonly openingMinor: bigint;
  readonly closingMinor: bigint;
  /** 44H(b)(ii): of these, what suppliers have already been paid by finance providers. */
  readonly openingPaidMinor: bigint;
  readonly closingPaidMinor: bigint;
  /** 44H(c): changes without cash. Trade payables that became part of the arrangements, less what left them again. */
  readonly enteredMinor: bigint;
  /** Suppliers paid by finance providers in the span: no cash of the buyer either. */
  readonly financedMinor: bigint;
  /** Other changes without cash, such as credit notes; below zero where less is owed. */
  readonly otherMinor: bigint;
  /** What the buyer has paid. */
  readonly settledMinor: bigint;
  /** Comparable trade payables outside of the arrangements, at the end. */
  readonly comparableMinor: bigint;
};

/** The figures in each currency; `opening` is all turnover before the span, `span` that within it. */
export function ias7(
  opening: readonly Turnover[],
  span: readonly Turnover[],
): readonly Ias7Figures[] {
  const all = [...opening, ...span];
  const currencies = [...new Set(all.map(({ currency }) => currency))].sort();
  return currencies.map((currency) => {
    const owed = (rows: readonly Turnover[], codes: readonly string[]) =>
      -balanceOf(rows, currency, codes);
    const moved = (codes: readonly string[], ...events: readonly LedgerEvent[]) =>
      -balanceOf(span, currency, codes, events);
    const figures = {
      currency,
      openingMinor: owed(opening, arranged),
      closingMinor: owed(all, arranged),
      openingPaidMinor: owed(opening, ['PAYABLES_FINANCED']),
      closingPaidMinor: owed(all, ['PAYABLES_FINANCED']),
      enteredMinor: moved(arranged, 'CERTIFICATE_ISSUED', 'CERTIFICATE_DECLINED'),
      financedMinor: moved(['PAYABLES_FINANCED'], 'FUNDED', 'FUNDED_WITH_RECOURSE'),
      settledMinor: -moved(arranged, 'CERTIFICATE_PAID', 'FINANCING_PAID'),
      comparableMinor: owed(all, ['PAYABLES']),
    };
    const { openingMinor, closingMinor, enteredMinor, settledMinor } = figures;
    const otherMinor = closingMinor - openingMinor - enteredMinor + settledMinor;
    return { ...figures, otherMinor };
  });
}
