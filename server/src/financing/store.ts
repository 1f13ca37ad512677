/**
 * Limits, requests, quotes and proposals as one organisation may see them, and what is due.
 *
 * A bank that was invited sees a request in summary: what is offered and until when. Who else was
 * invited, how many quoted, and what was chosen is not its business unless its own quote was.
 */
import type pg from 'pg';
import { type CalculationRow, calculationIn } from '../kernel/calculation.ts';
import type { FollowUp } from '../kernel/change.ts';
import type { BusinessDate, Moment } from '../kernel/time.ts';
import type { PageInput, See, Seen } from '../platform/see.ts';
import type {
  FundingProposalRow,
  FundingSnapshotRow,
  LimitProposalRow,
  LimitRow,
  QuoteRow,
  RequestRow,
  RequestState,
} from './model.ts';

export type RequestView = Seen<RequestRow>;
export type QuoteView = Seen<QuoteRow>;
export type FundingProposalView = Seen<FundingProposalRow>;
export type SnapshotView = Seen<FundingSnapshotRow>;
export type LimitView = Seen<LimitRow>;
export type LimitProposalView = Seen<LimitProposalRow>;

export function financingStore(see: See) {
  const waiting = async (states: readonly RequestState[], sql: string, ...values: unknown[]) =>
    (
      await see.page<RequestRow>(
        ...(['finance_request', 'FinanceRequest', { first: waitingMax }] as const),
        [{ sql, values }],
        states,
      )
    ).rows.map(summary);

  return {
    async request(id: string): Promise<RequestView | null> {
      const row = await see.row<RequestRow>('finance_request', id);
      return row === null ? null : summary(row);
    },
    async requests(input: PageInput, states: readonly string[] | null) {
      const page = await see.page<RequestRow>(
        'finance_request',
        'FinanceRequest',
        input,
        [],
        states,
      );
      return { ...page, rows: page.rows.map(summary) };
    },
    /** The request that offers the remaining quotes of a failed one. */
    async following({ id, certificate }: RequestView): Promise<string | null> {
      const rows = await see.children<RequestRow>('finance_request', 'certificate', certificate);
      return rows.find(({ follows }) => follows === id)?.id ?? null;
    },
    /** The newest request for a certificate. */
    async ofCertificate(certificate: string): Promise<RequestView | null> {
      const rows = await see.children<RequestRow>('finance_request', 'certificate', certificate);
      const newest = rows.at(-1);
      return newest === undefined ? null : summary(newest);
    },
    quote: (id: string) => see.row<QuoteRow>('quote', id),
    /** The quotes of a request that the reader sees, the best first; unranked ones last. */
    async quotes(request: string): Promise<readonly QuoteView[]> {
      const rows = await see.children<QuoteRow>('quote', 'request', request);
      return [...rows].sort((a, b) => (a.rank ?? unranked) - (b.rank ?? unranked));
    },
    /** By what the price of a quote was decided, newest first; none before it was chosen. */
    async calculationsOf(quote: string) {
      const rows = await see.childrenBy<CalculationRow>('calculation', 'subject', quote, 'subject');
      return rows.map(calculationIn).reverse();
    },
    proposal: (id: string) => see.row<FundingProposalRow>('funding_proposal', id),
    snapshot: (id: string) => see.row<FundingSnapshotRow>('funding_snapshot', id),
    /** The state at funding of a request, where the reader may see it. */
    async snapshotOf(request: string): Promise<SnapshotView | null> {
      const rows = await see.children<FundingSnapshotRow>('funding_snapshot', 'request', request);
      return rows[0] ?? null;
    },
    limit: (id: string) => see.row<LimitRow>('credit_limit', id),
    limitProposal: (id: string) => see.row<LimitProposalRow>('limit_proposal', id),
    /** Proposals for limits, the newest first: those that wait, and what became of the others. */
    limitProposals: async (): Promise<readonly LimitProposalView[]> =>
      (
        await see.page<LimitProposalRow>('limit_proposal', 'LimitProposal', {
          first: limitsShownMax,
        })
      ).rows,
    limits: async (): Promise<readonly LimitView[]> =>
      (await see.page<LimitRow>('credit_limit', 'CreditLimit', { first: limitsShownMax })).rows,
    /** Open requests in which the reader, a bank, has no live quote. */
    requestsToQuote: (nowMs: Moment) =>
      waiting(
        ['OPEN'],
        `? = ANY(t."invited") AND t."closesAtMs" > ?::bigint AND NOT EXISTS (
          SELECT 1 FROM quote q WHERE q."request" = t."id" AND q."bank" = ? AND q."state" = 'COMMITTED')`,
        see.reader,
        nowMs.toString(),
        see.reader,
      ),
    requestsToChoose: () => waiting(['CLOSED'], `t."holder" = ?`, see.reader),
    requestsToPay: () => waiting(['RESERVED', 'APPROVAL'], `t."bank" = ?`, see.reader),
  };
}

/** Windows to close, payments that did not come, and requests of which nothing can come any more. */
export function dueRequests(pool: pg.Pool) {
  return async (now: Moment, today: BusinessDate): Promise<readonly FollowUp[]> => {
    const closing = await pool.query<{ id: string }>({
      name: 'windows to close',
      text: `SELECT "id" FROM finance_request WHERE "state" = 'OPEN' AND "closesAtMs" <= $1::bigint
        ORDER BY "closesAtMs", "id" LIMIT ${dueMax}`,
      values: [now.toString()],
    });
    const lapsing = await pool.query<{ id: string }>({
      name: 'requests that lapsed',
      text: `SELECT r."id" FROM finance_request r JOIN certificate c ON c."id" = r."certificate"
        WHERE r."state" IN ('OPEN', 'CLOSED', 'RESERVED', 'APPROVAL') AND r."pendingAct" IS NULL AND (
          r."payableDate" <= $1
          OR (r."state" IN ('OPEN', 'CLOSED') AND c."state" <> 'ACTIVE')
          OR (r."state" = 'CLOSED' AND NOT EXISTS (SELECT 1 FROM quote q WHERE q."request" = r."id" AND q."validToDate" >= $1))
          OR (r."state" IN ('RESERVED', 'APPROVAL') AND EXISTS (
            SELECT 1 FROM quote q WHERE q."id" = r."chosen" AND q."validToDate" < $1))
          OR (r."state" IN ('RESERVED', 'APPROVAL') AND EXISTS (
            SELECT 1 FROM exposure e WHERE e."request" = r."id" AND e."state" = 'BLOCKED' AND e."blockedToDate" < $1)))
        ORDER BY r."id" LIMIT ${dueMax}`,
      values: [today],
    });
    const unpaid = await pool.query<{ id: string }>({
      name: 'payments that did not come',
      text: `SELECT "id" FROM finance_request
        WHERE "state" = 'INSTRUCTED' AND "pendingAct" IS NULL AND "fundByDate" < $1
        ORDER BY "id" LIMIT ${dueMax}`,
      values: [today],
    });
    return [
      ...unpaid.rows.map(({ id }) => ({ kind: 'finance.fail' as const, input: { request: id } })),
      ...closing.rows.map(({ id }) => ({ kind: 'finance.close' as const, input: { request: id } })),
      ...lapsing.rows.map(({ id }) => ({
        kind: 'finance.expire' as const,
        input: { request: id },
      })),
    ];
  };
}

const waitingMax = 50;
const limitsShownMax = 100;
const dueMax = 100;
const unranked = Number.MAX_SAFE_INTEGER;

/** States that a summary shows as they are; what comes of other quotes it shows as closed, in its list too. */
const summaryStates: readonly RequestState[] = ['OPEN', 'CLOSED', 'CLOSED_NO_BID', 'WITHDRAWN'];

/** What a summary leaves of a request. */
function summary(row: RequestView): RequestView {
  if (row.level === 'F') return row;
  return {
    ...row,
    state: summaryStates.includes(row.state) ? row.state : 'CLOSED',
    chosen: null,
    bank: null,
    valueDate: null,
    netMinor: null,
    exposure: null,
    proposal: null,
    fundByDate: null,
    failReason: null,
    follows: null,
    pendingAct: null,
  };
}
