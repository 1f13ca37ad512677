/** Moves with money that several journeys make: asking banks, quoting, choosing, funding, and what banks book. */
import { type Booking, camt054, statementCsv } from '../../../server/src/demo/bank-files.ts';
import { type Json, Refused } from '../../../server/src/demo/client.ts';
import { type Money, type Player, type Stage, seenBy, until } from './stage.ts';

export const zero: Money = { amount: '0.00', currency: 'CNY' };

/** V1's terms: 6.85 % straight over ACT/365F, all advanced, no fee; each journey says what differs. */
export function quoteOf(request: string, validTo: string, differs: Json = {}): Json {
  return {
    ...{ request, validTo, rateMicros: '68500', method: 'STRAIGHT', dayCount: 'ACT_365F' },
    ...{ advanceMicros: '1000000', feeFlat: zero, feeMicros: '0', feeMin: zero },
    ...{ penaltyMicros: null, graceRule: null, recourseDays: null, recourseMicros: null },
    ...{ recourse: 'NONE', ...differs },
  };
}

/** How long banks may quote, in milliseconds: as long as a test can wait. */
const windowMs = 700;

export async function ask(
  holder: Player,
  certificate: string,
  banks: readonly Player[],
  forMs = windowMs,
): Promise<string> {
  const { request } = await holder.act<{ request: { id: string } }>(
    'requestFinancing',
    'finance.request',
    {
      ...{ certificate, payTo: holder.account, invited: banks.map(({ party }) => party) },
      closesAtMs: String(Date.now() + forMs),
    },
    { select: 'request { id }' },
  );
  return request.id;
}

export type QuoteSeen = {
  readonly id: string;
  readonly rank: number | null;
  readonly net: Money;
  readonly bank: { readonly name: string };
  readonly allInPercent: string;
  readonly discount: Money;
  readonly fees: Money;
};
const quoteFields =
  'id rank net { amount currency } bank { name } allInPercent discount { amount } fees { amount }';

/** The quotes, best first, once the window is closed. */
export function ranking(holder: Player, request: string): Promise<readonly QuoteSeen[]> {
  return until(async () => {
    const seen = await seenBy<{ state: string; quotes: readonly QuoteSeen[] }>(
      ...([holder, 'financeRequest', request, `state quotes { ${quoteFields} }`] as const),
    );
    if (seen.state !== 'CLOSED') return null;
    return [...seen.quotes].sort((a, b) => (a.rank ?? 0) - (b.rank ?? 0));
  });
}

export async function choose(holder: Player, request: string, quote: QuoteSeen): Promise<void> {
  await holder.act('chooseQuote', 'quote.choose', { request, quote: quote.id, net: quote.net });
}

export type Bank = { readonly analyst: Player; readonly approver: Player };
export function bankOf(on: Stage, letter: 'a' | 'b' | 'c'): Bank {
  return { analyst: on[`bank-${letter}-analyst`], approver: on[`bank-${letter}-approver`] };
}

export type LegSeen = {
  readonly id: string;
  readonly kind: string;
  readonly state: string;
  readonly reference: string;
  readonly amount: Money;
  readonly settled: Money;
  readonly payee: { readonly id: string; readonly name: string };
};
export const legFields =
  'id kind state reference amount { amount currency } settled { amount } payee { id name }';

/** Proposed by the analyst, approved by the approver: the leg that the bank is to pay. */
export async function approve(
  { analyst, approver }: Bank,
  request: string,
  quote: QuoteSeen,
): Promise<LegSeen> {
  const { net } = quote;
  const about = await seenBy<About>(analyst, 'financeRequest', request, aboutFields);
  const funding = await analyst.act<{ request: { proposal: { id: string } } }>(
    ...(['proposeFunding', 'finance.propose', { request, quote: quote.id, net }] as const),
    { select: 'request { proposal { id } }' },
  );
  const { request: approved } = await approver.act<{ request: { legs: readonly LegSeen[] } }>(
    'approveFunding',
    'finance.approve',
    {
      ...{ request, net, proposal: funding.request.proposal.id, payTo: about.payTo.id },
      ...{ certificate: about.certificate.id, invoice: about.invoice.id },
    },
    { select: `request { legs { ${legFields} } }` },
  );
  const [leg] = approved.legs;
  if (leg === undefined) throw new Error('an approved funding has a leg');
  return leg;
}
type About = Readonly<Record<'payTo' | 'certificate' | 'invoice', { readonly id: string }>>;
const aboutFields = 'payTo { id } certificate { id } invoice { id }';

/** What the bank of an account books, as its file says it, brought in by somebody of the owner. */
export async function bankBooks(
  by: Player,
  bookings: readonly Booking[],
  format: 'CSV' | 'CAMT054' = 'CSV',
): Promise<readonly LineSeen[]> {
  const { viewer } = await by.query<{ viewer: { accounts: readonly { identifier: string }[] } }>(
    '{ viewer { accounts { identifier } } }',
  );
  const text =
    format === 'CSV'
      ? statementCsv(bookings)
      : camt054(viewer.accounts[0]?.identifier ?? '', bookings);
  const { uploadStatement } = await by.upload<{ uploadStatement: Json }>(
    `mutation ($input: UploadStatementInput!) { uploadStatement(input: $input) {
      ... on StatementPreview { documentDigest lines problems { row field message } } ... on Refusal { code message } } }`,
    { input: { file: null, account: by.account, format } },
    new File([text], format === 'CSV' ? 'statement.csv' : 'statement.xml'),
    'variables.input.file',
  );
  const { documentDigest, lines, code, message } = uploadStatement;
  if (code !== undefined) throw new Refused(String(code), String(message));
  const { statement } = await by.act<{ statement: { lines: readonly LineSeen[] } }>(
    ...(['importStatement', 'statement.import'] as const),
    { account: by.account, format, documentDigest, lines },
    { select: `statement { lines { ${lineFields} } }` },
  );
  return statement.lines;
}
export type LineSeen = {
  readonly id: string;
  readonly state: string;
  readonly reason: string | null;
};
const lineFields = 'id state reason';

/** The line once it has been looked at. */
export function looked(by: Player, line: LineSeen | undefined): Promise<LineSeen> {
  const id = line?.id ?? '';
  return until(async () => {
    const { node } = await by.query<{ node: LineSeen }>(
      `query ($id: ID!) { node(id: $id) { ... on StatementLine { ${lineFields} } } }`,
      { id },
    );
    return node.state === 'UNMATCHED' ? null : node;
  });
}

let bookingCount = 0;

/** A booking with a bank reference of its own. */
export function booking(
  direction: 'credit' | 'debit',
  amount: string,
  reference: string,
  { date, counterparty }: { readonly date: string; readonly counterparty: string },
): Booking {
  bookingCount += 1;
  return {
    ...{ date, direction, reference, counterparty, currency: 'CNY' },
    minor: BigInt(amount.replace('.', '')),
    bankReference: `BK-${bookingCount}`,
  };
}
