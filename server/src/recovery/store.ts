/**
 * What is owed after the money was paid out, as one organisation may see it, and what is due.
 *
 * Advances, receipts and the bank's books are read by the access to their request: whole to who sees
 * it whole. A bank that only quoted sees none; the seller sees none of the bank's books.
 */
import type pg from 'pg';
import type { RequestRow } from '../financing/model.ts';
import { type CalculationRow, calculationIn } from '../kernel/calculation.ts';
import type { FollowUp, Row } from '../kernel/change.ts';
import type { BusinessDate, Moment } from '../kernel/time.ts';
import type { PageInput, See, Seen } from '../platform/see.ts';
import {
  type AdvanceRow,
  type AllocationRow,
  type ClaimRow,
  type ClaimState,
  ladderSteps,
  type ProvisionRow,
  type WriteOffRow,
} from './model.ts';
import { maySeeBooks } from './policy.ts';
import { carryingAt, nextStep } from './transitions.ts';

export type AdvanceView = Seen<AdvanceRow>;
export type ClaimView = Seen<ClaimRow>;

const workMax = 50;

export function recoveryStore(see: See) {
  async function ofRequest<R extends Row>(table: string, request: string) {
    const rows = await see.childrenBy<R>(table, 'request', request, 'request');
    return rows.filter(({ level }) => level === 'F');
  }
  const books = async <R extends Row>(table: string, advance: AdvanceRow) =>
    maySeeBooks(advance, see.reader) ? ofRequest<R>(table, advance.request) : [];

  return {
    async advance(request: string): Promise<AdvanceView | null> {
      return (await ofRequest<AdvanceRow>('advance', request))[0] ?? null;
    },
    /** What each receipt was used for, oldest first. */
    async receipts(request: string) {
      const rows = await ofRequest<AllocationRow>('allocation', request);
      return rows.sort((a, b) => (a.createdMs < b.createdMs ? -1 : 1));
    },
    /** By what amounts after maturity were decided, oldest first. */
    async calculations(request: string) {
      const rows = await see.childrenBy<CalculationRow>(
        ...(['calculation', 'subject', request, 'subject'] as const),
      );
      return rows.filter(({ level }) => level === 'F').map(calculationIn);
    },
    provisions: async (advance: AdvanceRow) =>
      (await books<ProvisionRow>('provision', advance)).sort((a, b) => a.days - b.days),
    async writeOff(advance: AdvanceRow) {
      const all = await books<WriteOffRow>('write_off', advance);
      return all.find(({ state }) => state !== 'VOID') ?? null;
    },
    claim: (id: string) => see.row<ClaimRow>('claim', id),
    claimsOf: (request: string) => see.children<ClaimRow>('claim', 'request', request),
    async claimCalculation(claim: string) {
      const rows = await see.childrenBy<CalculationRow>(
        ...(['calculation', 'subject', claim, 'subject'] as const),
      );
      return rows.map(calculationIn)[0] ?? null;
    },
    claims: (input: PageInput, states: readonly ClaimState[] | null) =>
      see.page<ClaimRow>(
        ...(['claim', 'Claim', input] as const),
        states === null ? [] : [{ sql: 't."state" = ANY(?)', values: [states] }],
      ),
    /** Requests of the bank whose buyer is in default, newest first. */
    async inDefault(): Promise<readonly Seen<RequestRow>[]> {
      const page = await see.page<RequestRow>(
        ...(['finance_request', 'FinanceRequest', { first: workMax }] as const),
        [{ sql: `t."bank" = ?`, values: [see.reader] }],
        ['DEFAULTED', 'RECOURSE_CALLED', 'RECOURSE_PAID'],
      );
      return page.rows;
    },
  };
}

const dueMax = 100;

/** Certificates that became late or defaulted, and steps of the ladder that were reached. */
export function dueLate(pool: pg.Pool) {
  return async (_now: Moment, today: BusinessDate): Promise<readonly FollowUp[]> => [
    ...(await lateCertificates(pool, today)),
    ...(await dueProvisions(pool, today)),
  ];
}

type LateRow = {
  readonly id: string;
  readonly kind: 'certificate.overdue' | 'certificate.default';
  readonly openMinor: bigint;
  readonly currency: string;
};

async function lateCertificates(pool: pg.Pool, today: BusinessDate): Promise<readonly FollowUp[]> {
  const result = await pool.query<LateRow>({
    name: 'certificates that are late',
    text: `(SELECT "id", 'certificate.overdue' AS "kind", "openMinor", "currency" FROM certificate
        WHERE "state" IN ('DUE', 'PART_REDEEMED') AND "payableDate" < $1 AND "pendingAct" IS NULL
        ORDER BY "payableDate", "id" LIMIT ${dueMax})
      UNION ALL
      (SELECT c."id", 'certificate.default', c."openMinor", c."currency" FROM certificate c
        JOIN programme p ON p."id" = c."programme"
        WHERE c."state" = 'OVERDUE' AND c."payableDate" + p."graceDays" < $1 AND c."pendingAct" IS NULL
        ORDER BY c."payableDate", c."id" LIMIT ${dueMax})`,
    values: [today],
  });
  return result.rows.map(({ id, kind, openMinor, currency }) => ({
    kind,
    input: { certificate: id, owed: [openMinor, currency] },
  }));
}

async function dueProvisions(pool: pg.Pool, today: BusinessDate): Promise<readonly FollowUp[]> {
  const result = await pool.query<AdvanceRow>({
    name: 'advances to provide for',
    text: `SELECT * FROM advance a WHERE "principalOpenMinor" > 0 AND "writtenOffMinor" = 0 AND "dueDate" <= $1::date - ${firstStep}
        AND "providedDays" < (SELECT max(step) FROM unnest($2::int[]) step WHERE step <= $1::date - a."dueDate")
      ORDER BY "dueDate", "id" LIMIT ${dueMax}`,
    values: [today, ladderSteps.map(({ days }) => days)],
  });
  return result.rows.flatMap((advance) => {
    const step = nextStep(advance, today);
    if (step === null) return [];
    const carrying = [carryingAt(advance, step), advance.currency];
    const input = { request: advance.request, days: BigInt(step), carrying };
    return [{ kind: 'asset.provide' as const, input }];
  });
}

const firstStep = Math.min(...ladderSteps.map(({ days }) => days));
