/** The spans of days that reports are about, up to the business day, as they stand in the address bar. */
export const spans = ['year', 'month', 'before'] as const;
export type Span = (typeof spans)[number];

export function isSpan(text: string | null): text is Span {
  return spans.some((each) => each === text);
}

/** This year and this month end today; the year before is whole. */
export function daysOf(span: Span, today: string): { readonly from: string; readonly to: string } {
  const year = Number(today.slice(0, 4));
  switch (span) {
    case 'year':
      return { from: `${year}-01-01`, to: today };
    case 'month':
      return { from: `${today.slice(0, 7)}-01`, to: today };
    case 'before':
      return { from: `${year - 1}-01-01`, to: `${year - 1}-12-31` };
  }
}

/** The share of each amount in the largest, in per cent, for a bar: exact enough to look at. */
export function barsOf(minors: readonly bigint[]): readonly number[] {
  const size = (minor: bigint) => (minor < 0n ? -minor : minor);
  const most = minors.reduce((max, each) => (size(each) > max ? size(each) : max), 0n);
  return minors.map((each) => (most === 0n ? 0 : Number((size(each) * 1000n) / most) / 10));
}

/** A debt is read as an amount owed: liabilities and income stand on the credit side. */
export function shownBalance(
  money: { readonly amount: string; readonly currency: string },
  type: string,
): { readonly amount: string; readonly currency: string } {
  const isCredit = type === 'LIABILITY' || type === 'INCOME';
  if (!isCredit || /^[0.]+$/.test(money.amount)) {
    return money;
  }
  const { amount, currency } = money;
  return { amount: amount.startsWith('-') ? amount.slice(1) : `-${amount}`, currency };
}
