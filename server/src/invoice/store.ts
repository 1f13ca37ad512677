/**
 * The tables of this slice: drafts, and invoices as they are listed, worked on and found due.
 *
 * Invoices and proposals are seen through `access` only; a draft is its owner's alone. JSON columns
 * are parsed where they are read.
 */
import type pg from 'pg';
import { z } from 'zod';
import type { FollowUp } from '../kernel/change.ts';
import { invariant } from '../kernel/invariant.ts';
import type { BusinessDate, Moment } from '../kernel/time.ts';
import {
  checkedFirst,
  cursorOf,
  type Page,
  type PageInput,
  parseCursor,
  type See,
  type Seen,
} from '../platform/see.ts';
import type { DraftStore, Outcome } from './draft.ts';
import type { Buyer, KnownParty } from './matching.ts';
import type {
  Draft,
  Finding,
  InvoiceRow,
  InvoiceState,
  MatchState,
  NearMatchRow,
  ParsedInvoice,
  ProposalRow,
} from './model.ts';

export type InvoiceFilter = {
  readonly ids: readonly string[] | null;
  readonly states: readonly InvoiceState[] | null;
  readonly number: string | null;
  readonly seller: string | null;
  readonly buyer: string | null;
};

/** At most so many acts of the automation at a look, and items of work on a page. */
const dueMax = 100;
const workMax = 50;

/** Ends after which a draft waits to be submitted again. */
export const resubmittable: readonly InvoiceState[] = ['INVALID', 'EXPIRED'];

/** Invoices as one organisation may see them. */
export function invoiceStore(see: See) {
  return {
    invoice: (id: string) => see.row<InvoiceRow>('invoice', id),
    /** The open proposal, else the newest, of those that the reader sees. */
    async proposal(invoice: string): Promise<Seen<ProposalRow> | null> {
      const all = await see.children<ProposalRow>('proposal', 'invoice', invoice);
      return all.find(({ state }) => state === 'OPEN') ?? all.at(-1) ?? null;
    },
    nearMatches: (invoice: string) => see.children<NearMatchRow>('near_match', 'invoice', invoice),
    allNearMatches: (input: PageInput, states: readonly MatchState[] | null) =>
      see.page<NearMatchRow>(
        'near_match',
        'NearMatch',
        input,
        states === null ? [] : [{ sql: 't."state" = ANY(?)', values: [states] }],
      ),
    invoices: (input: PageInput, { ids, states, number, seller, buyer }: InvoiceFilter) =>
      see.page<InvoiceRow>(
        'invoice',
        'Invoice',
        input,
        [
          ...(ids === null ? [] : [{ sql: 't."id" = ANY(?)', values: [ids] }]),
          // Of a few that are named, the states are looked at one by one.
          ...(ids === null || states === null
            ? []
            : [{ sql: 't."state" = ANY(?)', values: [states] }]),
          ...(number === null ? [] : [{ sql: 't."number" = ?', values: [number] }]),
          ...(seller === null ? [] : [{ sql: 't."seller" = ?', values: [seller] }]),
          ...(buyer === null ? [] : [{ sql: 't."buyer" = ?', values: [buyer] }]),
        ],
        ids === null ? states : null,
      ),
  };
}

/** An invoice that waits for somebody, with what the item of work shows. */
export type WaitingInvoice = InvoiceRow & {
  readonly sellerName: string;
  readonly buyerName: string;
  readonly openProposal: string | null;
  readonly proposedBy: string | null;
  readonly proposedMinor: bigint | null;
  /** It looks like another that still stands, and nobody has looked at both. */
  readonly isNear: boolean;
};

export type InvoiceQueries = ReturnType<typeof invoiceQueries>;

/** Look-ups of the server itself: what waits, what is due, and the drafts. */
export function invoiceQueries(pool: pg.Pool) {
  return {
    ...draftTable(pool),

    /** Invoices of a party that wait for it or its buyer, the earliest deadline first. */
    async waiting(party: string): Promise<readonly WaitingInvoice[]> {
      const result = await pool.query<WaitingInvoice>({
        name: 'invoices waiting',
        text: `SELECT i.*, s."name" AS "sellerName", b."name" AS "buyerName",
            p."id" AS "openProposal", p."proposedBy", p."approvedMinor" AS "proposedMinor",
            EXISTS (SELECT 1 FROM near_match n JOIN invoice o ON o."id" = n."other"
              WHERE n."invoice" = i."id" AND n."state" = 'OPEN' AND n."riskClass" <> 'LOW'
                AND o."state" NOT IN ('INVALID', 'REFUSED', 'EXPIRED', 'WITHDRAWN')) AS "isNear"
          FROM listing l JOIN invoice i ON i."id" = l."object"
          JOIN party s ON s."id" = i."seller" JOIN party b ON b."id" = i."buyer"
          LEFT JOIN proposal p ON p."invoice" = i."id" AND p."state" = 'OPEN'
          WHERE l."reader" = $1 AND l."type" = 'Invoice' AND l."state" IN ('RECEIVED', 'QUERIED')
            AND l."side" = CASE l."state" WHEN 'RECEIVED' THEN 'BOUGHT' ELSE 'SOLD' END
          ORDER BY i."confirmByDate", i."id" LIMIT ${workMax}`,
        values: [party],
      });
      return result.rows;
    },

    /** What time has brought: invoices whose buyer stayed silent, promises without a certificate. */
    async due(_now: Moment, today: BusinessDate): Promise<readonly FollowUp[]> {
      const result = await pool.query<InvoiceRow>({
        name: 'invoices due',
        text: `SELECT * FROM invoice WHERE "state" IN ('CONFIRMED', 'PARTLY_CONFIRMED')
            OR "state" = 'RECEIVED' AND "confirmByDate" < $1 ORDER BY "createdMs", "id" LIMIT ${dueMax}`,
        values: [today],
      });
      return result.rows.map(followUpOf);
    },

    /** What the file of an invoice says, for those who may see the invoice. */
    async parsedOf(seller: string, document: string): Promise<ParsedInvoice | null> {
      const result = await pool.query<DraftRecord>({
        name: 'draft of document',
        text: 'SELECT * FROM draft WHERE "owner" = $1 AND "document" = $2',
        values: [seller, document],
      });
      return result.rows.map(toDraft)[0]?.parsed ?? null;
    },
  };
}

function followUpOf(invoice: InvoiceRow): FollowUp {
  const { id, seller, buyer, approvedMinor, currency, dueDate } = invoice;
  if (approvedMinor === null || dueDate === null) {
    return { kind: 'invoice.expire', input: { invoice: id } };
  }
  return {
    kind: 'certificate.issue',
    input: {
      invoice: id,
      issuer: buyer,
      holder: seller,
      face: [approvedMinor, currency],
      maturity: dueDate,
    },
  };
}

type DraftRecord = Omit<Draft, 'parsed' | 'findings'> & {
  readonly parsed: unknown;
  readonly findings: unknown;
};

function draftTable(pool: pg.Pool): DraftStore & {
  /** Drafts never submitted, or whose last invoice ended in one of the states; newest first. */
  drafts(owner: string, input: PageInput, states: readonly InvoiceState[]): Promise<Page<Draft>>;
} {
  async function one(text: string, values: readonly unknown[]): Promise<Draft | null> {
    const result = await pool.query<DraftRecord>(text, [...values]);
    return result.rows.map(toDraft)[0] ?? null;
  }
  const ofUpload = (owner: string, uploadKey: string) =>
    one('SELECT * FROM draft WHERE "owner" = $1 AND "uploadKey" = $2', [owner, uploadKey]);
  const ofFile = (owner: string, digest: Uint8Array) =>
    one('SELECT * FROM draft WHERE "owner" = $1 AND "digest" = $2', [owner, digest]);

  return {
    ofUpload,
    ofFile,
    draft: (owner, id) => one('SELECT * FROM draft WHERE "owner" = $1 AND "id" = $2', [owner, id]),

    async add(draft) {
      const { id, owner, person, uploadKey, document, digest, programme, createdMs } = draft;
      await pool.query(
        `INSERT INTO draft ("id", "owner", "person", "uploadKey", "document", "digest", "programme", "createdMs", "parsed", "findings")
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING`,
        [
          ...[id, owner, person, uploadKey, document, digest, programme, createdMs.toString()],
          draft.parsed === null ? null : JSON.stringify(toJson(draft.parsed)),
          JSON.stringify(draft.findings),
        ],
      );
      // What is there now decides: this one, or another that came in at the same time.
      const kept = (await ofUpload(owner, uploadKey)) ?? (await ofFile(owner, digest));
      invariant(kept !== null, 'a draft that was added is there');
      return kept;
    },

    async remove(owner, id) {
      const result = await pool.query(
        `DELETE FROM draft d WHERE d."owner" = $1 AND d."id" = $2
           AND NOT EXISTS (SELECT 1 FROM invoice i WHERE i."document" = d."document" AND i."seller" = d."owner")`,
        [owner, id],
      );
      return result.rowCount === 1;
    },

    async drafts(owner, input, states) {
      const first = checkedFirst(input.first);
      const after = input.after == null ? null : parseCursor(input.after);
      const result = await pool.query<DraftRecord>({
        name: 'drafts',
        text: `SELECT d.* FROM draft d
          LEFT JOIN LATERAL (SELECT i."state" FROM invoice i WHERE i."document" = d."document" AND i."seller" = d."owner"
            ORDER BY i."createdMs" DESC LIMIT 1) i ON true
          WHERE d."owner" = $1 AND (i."state" IS NULL OR i."state" = ANY($5))
            AND ($2::bigint IS NULL OR d."createdMs" <= $2 AND NOT (d."createdMs" = $2 AND d."id" >= $3::text))
          ORDER BY d."createdMs" DESC, d."id" DESC LIMIT $4`,
        values: [owner, after?.sinceMs ?? null, after?.object ?? null, first + 1, states],
      });
      const rows = result.rows.slice(0, first).map(toDraft);
      return {
        rows,
        hasNextPage: result.rows.length > first,
        cursors: rows.map(({ createdMs, id }) => cursorOf(createdMs, id)),
      };
    },

    async party(id) {
      const result = await pool.query<KnownParty>({
        name: 'known party',
        text: 'SELECT "id", "name", "scheme", "number", "numberMadeUp" FROM party WHERE "id" = $1',
        values: [id],
      });
      const [row] = result.rows;
      invariant(row !== undefined, `party ${id} is registered`);
      return row;
    },

    async buyersOf(supplier) {
      const result = await pool.query<KnownParty & { readonly programme: string }>({
        name: 'buyers of a supplier',
        text: `SELECT p."id" AS programme, c."id", c."name", c."scheme", c."number", c."numberMadeUp"
          FROM membership m JOIN programme p ON p."id" = m."programme" JOIN party c ON c."id" = p."core"
          WHERE m."member" = $1 AND m."role" = 'SUPPLIER' ORDER BY m."createdMs", p."id"`,
        values: [supplier],
      });
      return result.rows.map(({ programme, ...party }): Buyer => ({ programme, party }));
    },

    async outcomeOf(seller, document) {
      const result = await pool.query<Outcome>({
        name: 'invoice of a document',
        text: `SELECT "id", "state" FROM invoice WHERE "seller" = $1 AND "document" = $2
          ORDER BY "createdMs" DESC LIMIT 1`,
        values: [seller, document],
      });
      return result.rows[0] ?? null;
    },

    async liveInvoice(canonical) {
      const result = await pool.query<{ id: string; document: string }>({
        name: 'live invoice',
        text: `SELECT "id", "document" FROM invoice WHERE "canonical" = $1
          AND "state" NOT IN ('INVALID', 'REFUSED', 'EXPIRED', 'WITHDRAWN')`,
        values: [canonical],
      });
      return result.rows[0] ?? null;
    },
  };
}

const money = z.object({
  currency: z.string(),
  minor: z.string().transform((text) => BigInt(text)),
});
const party = z.object({
  name: z.string(),
  registrations: z.array(z.object({ scheme: z.string(), number: z.string() })),
  country: z.string().nullable(),
});
const parsedInvoice = z.object({
  format: z.string(),
  number: z.string(),
  typeCode: z.string(),
  issueDate: z.string(),
  dueDate: z.string().nullable(),
  seller: party,
  buyer: party,
  payeeName: z.string().nullable(),
  currency: z.string(),
  net: money,
  tax: money,
  gross: money,
  prepaid: money.nullable(),
  rounding: money.nullable(),
  payable: money,
  orderReference: z.string().nullable(),
  lineCount: z.number(),
  lines: z.array(
    z.object({ id: z.string(), description: z.string(), quantity: z.string(), net: money }),
  ),
});
const finding = z.object({
  severity: z.enum(['ERROR', 'WARNING']),
  rule: z.string(),
  path: z.string(),
  message: z.string(),
  seen: z.string(),
  expected: z.string(),
});

function toDraft(record: DraftRecord): Draft {
  const parsed: ParsedInvoice | null =
    record.parsed === null ? null : parsedInvoice.parse(record.parsed);
  const findings: readonly Finding[] = z.array(finding).parse(record.findings);
  return { ...record, parsed, findings };
}

/** JSON with whole numbers of money as text. */
function toJson(value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (Array.isArray(value)) return value.map(toJson);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, toJson(each)]));
}
