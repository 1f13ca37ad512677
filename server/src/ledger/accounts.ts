/**
 * The chart of accounts: one for all, of which each role uses its own.
 *
 *   1 assets   2 liabilities   3 settled outside   4 income   5 expense
 *
 * Only what happens here is booked: an organisation's own books hold the rest, and account 3000 is the
 * door between them. Pure.
 */
export const accountTypes = ['ASSET', 'LIABILITY', 'CLEARING', 'INCOME', 'EXPENSE'] as const;
export type AccountType = (typeof accountTypes)[number];

/** Who keeps the account. */
export type BookRole = 'CORE' | 'SUPPLIER' | 'BANK';

export type Account = {
  readonly code: string;
  /** Its place in the chart, and in every report. */
  readonly number: string;
  readonly type: AccountType;
  readonly roles: readonly BookRole[];
  readonly en: string;
  readonly zh: string;
};

const [core, supplier, bank] = [['CORE'], ['SUPPLIER'], ['BANK']] as const;
const everyone = ['CORE', 'SUPPLIER', 'BANK'] as const;

type Line = readonly [
  number: string,
  code: string,
  type: AccountType,
  roles: readonly BookRole[],
  en: string,
  zh: string,
];

const chart = [
  ['1000', 'CASH', 'ASSET', everyone, 'Cash at bank', '银行存款'],
  ['1100', 'RECEIVABLES', 'ASSET', supplier, 'Trade receivables, confirmed', '应收账款（已确权）'],
  ['1110', 'CERTIFICATES', 'ASSET', supplier, 'Receivable certificates held', '持有的应收账款凭证'],
  [
    ...(['1120', 'CERTIFICATES_SOLD', 'ASSET', supplier] as const),
    ...(['Certificates sold with recourse', '附追索权转让的凭证'] as const),
  ],
  ['1130', 'RESERVE_DUE', 'ASSET', supplier, 'Reserves due from banks', '应收融资保留款'],
  ['1140', 'REFUND_DUE', 'ASSET', everyone, 'Overpayments due back to us', '应收多付款'],
  ['1200', 'RECEIVABLES_BOUGHT', 'ASSET', bank, 'Receivables bought', '已买入应收账款'],
  ['2000', 'PAYABLES', 'LIABILITY', core, 'Trade payables, confirmed', '应付账款（已确权）'],
  [
    ...(['2010', 'PAYABLES_ARRANGED', 'LIABILITY', core] as const),
    ...(['Payables in supplier finance, supplier not yet paid'] as const),
    '供应商融资安排中的应付账款（供应商未收款）',
  ],
  [
    ...(['2020', 'PAYABLES_FINANCED', 'LIABILITY', core] as const),
    ...(['Payables in supplier finance, supplier already paid'] as const),
    '供应商融资安排中的应付账款（供应商已收款）',
  ],
  ['2100', 'BORROWINGS', 'LIABILITY', supplier, 'Financing with recourse', '附追索权融资'],
  ['2200', 'RESERVE_OWED', 'LIABILITY', bank, 'Reserves kept back', '应付融资保留款'],
  ['2210', 'UNEARNED_DISCOUNT', 'LIABILITY', bank, 'Discount not yet earned', '未实现贴现收益'],
  ['2300', 'REFUND_OWED', 'LIABILITY', everyone, 'Overpayments to be returned', '应退多收款'],
  [
    ...(['3000', 'SETTLED_BY_CERTIFICATE', 'CLEARING', supplier] as const),
    ...(['Own trade debts settled by certificates', '以凭证结算的往来款'] as const),
  ],
  ['4000', 'SALES', 'INCOME', supplier, 'Sales, confirmed by buyers', '销售（已确权）'],
  ['4100', 'DISCOUNT_INCOME', 'INCOME', bank, 'Discount earned', '贴现收益'],
  ['4110', 'FEE_INCOME', 'INCOME', bank, 'Fees earned', '手续费收入'],
  ['4120', 'LATE_INTEREST_INCOME', 'INCOME', bank, 'Late interest earned', '逾期利息收入'],
  ['5000', 'PURCHASES', 'EXPENSE', core, 'Purchases, confirmed', '采购（已确权）'],
  ['5100', 'DISCOUNT_COST', 'EXPENSE', supplier, 'Discount paid', '贴现费用'],
  ['5110', 'FEE_COST', 'EXPENSE', supplier, 'Fees paid', '手续费支出'],
  ['5120', 'LATE_INTEREST_COST', 'EXPENSE', supplier, 'Late interest paid', '逾期利息支出'],
] as const satisfies readonly Line[];

/** What is paid on the buyer's own day, while it is no certificate. */
export const dueAtMaturity: ReadonlySet<string> = new Set(['RECEIVABLES', 'PAYABLES']);
/** What is paid on the business day of a certificate. */
export const dueOnPayableDate: ReadonlySet<string> = new Set([
  ...['CERTIFICATES', 'CERTIFICATES_SOLD', 'RECEIVABLES_BOUGHT', 'BORROWINGS'],
  ...['PAYABLES_ARRANGED', 'PAYABLES_FINANCED'],
]);

export type AccountCode = (typeof chart)[number][1];

/** In the order of the chart. */
export const accounts: readonly (Account & { readonly code: AccountCode })[] = chart.map(
  ([number, code, type, roles, en, zh]) => ({ number, code, type, roles, en, zh }),
);

const byCode = new Map<string, Account>(accounts.map((each) => [each.code, each]));

/** The account of that code, or null: a code comes from the chart or from a caller. */
export function accountOf(code: string): Account | null {
  return byCode.get(code) ?? null;
}

/** How an account's balance is shown: liabilities and income by their credit. */
export function naturalSign(type: AccountType): 1n | -1n {
  return type === 'LIABILITY' || type === 'INCOME' ? -1n : 1n;
}
