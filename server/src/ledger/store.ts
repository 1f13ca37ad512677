/**
 * The books as one organisation may read them: its own, and those of the members of a programme that it
 * audits, as far as they belong to that programme.
 *
 * Balances come from sums by day and by counterparty, with what has come since; they grow with days and
 * counterparties, never with the number of lines. Pages of lines walk an index from a place in it.
 */
import type pg from 'pg';
import { Fault, notFound } from '../kernel/fault.ts';
import { addDays, type BusinessDate } from '../kernel/time.ts';
import { checkedFirst, type Page, type PageInput } from '../platform/see.ts';
import type { LedgerEvent, PostingRow } from './model.ts';
import type { Late, Standing, Turnover } from './reports.ts';

/** Whose books, and of which programmes; null for all of them. */
export type Scope = { readonly party: string; readonly programmes: readonly string[] | null };

export type Book = {
  /** The organisation's own, with another prefix: who may see an organisation need not see its books. */
  readonly id: string;
  readonly party: string;
  readonly name: string;
  readonly roles: readonly string[];
};

/** What a statement of account is of. */
export type AccountAsked = {
  readonly account: string;
  readonly currency: string;
  readonly from: BusinessDate;
  readonly to: BusinessDate;
};

/** A line of a statement of account, with the balance after it. */
export type AccountLine = PostingRow & { readonly runningMinor: bigint };

/** What is owed on one promise at the end of a day. */
export type OwedItem = {
  readonly invoice: string;
  readonly number: string;
  readonly currency: string;
  readonly seller: string;
  readonly issueDate: BusinessDate;
  readonly dueDate: BusinessDate;
  /** The first certificate of the promise; null where there is none. */
  readonly certificate: string | null;
  readonly owedMinor: bigint;
};

/** From the date of the invoice to the day on which it is to be paid. */
export type TermRange = {
  readonly currency: string;
  readonly isArranged: boolean;
  readonly daysMin: number;
  readonly daysMax: number;
};

export type LedgerStore = ReturnType<typeof ledgerStore>;

const inScope = `"party" = $1 AND ($2::text[] IS NULL OR "programme" = ANY($2))`;

export function ledgerStore(pool: pg.Pool) {
  /** The books of that id, or the viewer's own. What the viewer may not read is not found. */
  async function scopeOf(viewer: string, book: string | null): Promise<Scope> {
    const asked = book === null ? viewer : partyOfBook(book);
    if (asked === viewer) return { party: viewer, programmes: null };
    const result = await pool.query<{ programme: string }>({
      name: 'ledger scope',
      text: `SELECT DISTINCT a."programme" FROM membership a JOIN programme p ON p."id" = a."programme"
        WHERE a."member" = $1 AND a."role" = 'AUDITOR' AND (p."core" = $2 OR EXISTS (
          SELECT 1 FROM membership m WHERE m."programme" = a."programme" AND m."member" = $2 AND m."role" IN ('CORE', 'SUPPLIER', 'BANK')))`,
      values: [viewer, asked],
    });
    if (result.rows.length === 0) throw notFound();
    return { party: asked, programmes: result.rows.map(({ programme }) => programme) };
  }

  /** By account, currency and event, from one day to another, both counted; null for the beginning. */
  async function turnovers(
    { party, programmes }: Scope,
    from: BusinessDate | null,
    to: BusinessDate,
  ): Promise<readonly Turnover[]> {
    const result = await pool.query<
      Record<'account' | 'currency' | 'debitMinor' | 'creditMinor', string> & { event: LedgerEvent }
    >({
      name: 'ledger turnovers',
      text: `SELECT "account", "currency", "event", sum("debitMinor")::text AS "debitMinor", sum("creditMinor")::text AS "creditMinor"
        FROM (SELECT "account", "currency", "event", "debitMinor", "creditMinor" FROM ledger_day
            WHERE ${inScope} AND ($3::date IS NULL OR "occurredDate" >= $3) AND "occurredDate" <= $4
          UNION ALL SELECT "account", "currency", "event", "debitMinor", "creditMinor" FROM ledger_delta
            WHERE ${inScope} AND ($3::date IS NULL OR "occurredDate" >= $3) AND "occurredDate" <= $4) AS part
        GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`,
      values: [party, programmes, from, to],
    });
    return result.rows.map(({ debitMinor, creditMinor, ...rest }) => ({
      ...rest,
      ...{ debitMinor: BigInt(debitMinor), creditMinor: BigInt(creditMinor) },
    }));
  }

  return {
    scopeOf,

    /** Whose books the viewer may open: its own where anything can stand in them, and those it audits. */
    async books(viewer: string, only: string | null = null): Promise<readonly Book[]> {
      const result = await pool.query<Omit<Book, 'id'>>({
        name: 'ledger books',
        text: `SELECT o."id" AS party, o."name", o."roles" FROM party o WHERE o."roles" && ARRAY['CORE', 'SUPPLIER', 'BANK'] AND ($2::text IS NULL OR o."id" = $2) AND (o."id" = $1 OR EXISTS (
            SELECT 1 FROM membership a JOIN programme p ON p."id" = a."programme"
            WHERE a."member" = $1 AND a."role" = 'AUDITOR' AND (p."core" = o."id" OR EXISTS (
              SELECT 1 FROM membership m WHERE m."programme" = a."programme" AND m."member" = o."id" AND m."role" IN ('CORE', 'SUPPLIER', 'BANK')))))
          ORDER BY o."id" <> $1, o."name", o."id" LIMIT ${booksMax}`,
        values: [viewer, only === null ? null : partyOfBook(only)],
      });
      return result.rows.map((row) => ({ ...row, id: row.party.replace(/^pty_/, bookPrefix) }));
    },

    turnovers,

    /** What stands on accounts that fall due, by how many days it is late on the given day. */
    async late({ party, programmes }: Scope, today: BusinessDate): Promise<readonly Late[]> {
      const result = await pool.query<StandingRow & { daysLate: number }>({
        name: 'ledger late',
        text: `SELECT "account", "currency", ($3::date - "dueDate") AS "daysLate", sum("balanceMinor")::text AS "balanceMinor"
          FROM (${standing}) AS part WHERE "dueDate" <> 'infinity'
          GROUP BY 1, 2, 3 HAVING sum("balanceMinor") <> 0 ORDER BY 1, 2, 3`,
        values: [party, programmes, today],
      });
      return result.rows.map((row) => ({ ...row, balanceMinor: BigInt(row.balanceMinor) }));
    },

    /** What stands on accounts that fall due, by counterparty, the most first. */
    async byCounterparty({
      party,
      programmes,
    }: Scope): Promise<
      readonly (Standing & { readonly counterparty: string; readonly name: string })[]
    > {
      const result = await pool.query<StandingRow & { counterparty: string; name: string }>({
        name: 'ledger by counterparty',
        text: `SELECT s.*, o."name" FROM (
            SELECT "account", "currency", "counterparty", sum("balanceMinor")::text AS "balanceMinor", abs(sum("balanceMinor")) AS size
            FROM (${standing}) AS part WHERE "account" <> 'CASH' GROUP BY 1, 2, 3 HAVING sum("balanceMinor") <> 0
            ORDER BY 1, 2, 5 DESC, 3 LIMIT ${counterpartiesMax}) s JOIN party o ON o."id" = s."counterparty"
          ORDER BY s."account", s."currency", s.size DESC, s."counterparty"`,
        values: [party, programmes],
      });
      return result.rows.map(({ account, currency, counterparty, name, balanceMinor }) => ({
        ...{ account, currency, counterparty, name },
        balanceMinor: BigInt(balanceMinor),
      }));
    },

    /** Net cash of financings taken in a span, times the days until they are paid back. */
    async netDays(
      { party, programmes }: Scope,
      from: BusinessDate,
      to: BusinessDate,
    ): Promise<ReadonlyMap<string, bigint>> {
      const result = await pool.query<{ currency: string; netDays: string }>({
        name: 'ledger net days',
        text: `SELECT l."currency", sum(l."amountMinor" * (f."payableDate" - f."valueDate"))::text AS "netDays"
          FROM ledger_entry e JOIN ledger_posting l ON l."entry" = e."id" AND l."account" = 'CASH' AND l."amountMinor" > 0
          JOIN finance_request f ON f."certificate" = l."certificate" AND f."holder" = e."party" AND f."bank" = l."counterparty"
            AND f."netMinor" = l."amountMinor" AND f."state" IN (${fundedStates})
          WHERE e."party" = $1 AND ($2::text[] IS NULL OR e."programme" = ANY($2))
            AND e."event" IN ('FUNDED', 'FUNDED_WITH_RECOURSE') AND e."occurredDate" BETWEEN $3 AND $4 GROUP BY 1`,
        values: [party, programmes, from, to],
      });
      return new Map(result.rows.map((row) => [row.currency, BigInt(row.netDays)]));
    },

    /** The same from the beginning up to a day that is not counted. */
    turnoversBefore: (scope: Scope, day: BusinessDate) => turnovers(scope, null, addDays(day, -1)),

    /** What stands on an account at the end of a day, or before it begins. */
    balance: (
      scope: Scope,
      asked: Pick<AccountAsked, 'account' | 'currency'>,
      day: BusinessDate,
      before = false,
    ) => balanceAt(pool, scope, asked, day, before),

    /** A page of an account's lines, oldest first, each with the balance after it. */
    async lines(
      { party, programmes }: Scope,
      { account, currency, from, to }: AccountAsked,
      input: PageInput,
    ): Promise<Page<AccountLine>> {
      const first = checkedFirst(input.first);
      const after = input.after == null ? null : placeIn(input.after);
      const result = await pool.query<PostingRow>({
        name: 'ledger lines',
        text: `SELECT * FROM ledger_posting WHERE ${inScope} AND "account" = $3 AND "currency" = $4
            AND "occurredDate" BETWEEN $5 AND $6
            AND ($7::date IS NULL OR ("occurredDate", "createdMs", "id") > ($7::date, $8::bigint, $9::text))
          ORDER BY "occurredDate", "createdMs", "id" LIMIT $10`,
        values: [
          ...[party, programmes, account, currency, from, to],
          ...[after?.date ?? null, after?.ms ?? null, after?.id ?? null, first + 1],
        ],
      });
      const rows = result.rows.slice(0, first);
      let running = await balanceBefore(
        pool,
        { party, programmes },
        { account, currency, from },
        after,
      );
      const lines = rows.map((row): AccountLine => {
        running += row.amountMinor;
        return { ...row, runningMinor: running };
      });
      return {
        rows: lines,
        hasNextPage: result.rows.length > first,
        cursors: rows.map(cursorOfLine),
      };
    },

    /** What is owed on each promise at the end of a day, on these accounts, by invoice. */
    async owed(
      { party, programmes }: Scope,
      codes: readonly string[],
      on: BusinessDate,
      input: PageInput,
    ): Promise<Page<OwedItem>> {
      const first = checkedFirst(input.first);
      const result = await pool.query<Omit<OwedItem, 'owedMinor'> & { owedMinor: string }>({
        name: 'ledger owed',
        text: `SELECT s."invoice", s."currency", s."owedMinor"::text AS "owedMinor", i."number", i."seller", i."issueDate",
            coalesce(c."payableDate", i."dueDate") AS "dueDate", c."id" AS "certificate"
          FROM (SELECT "invoice", "currency", -sum("amountMinor") AS "owedMinor" FROM ledger_posting
              WHERE ${inScope} AND "account" = ANY($3) AND "occurredDate" <= $4 AND ($5::text IS NULL OR "invoice" > $5)
              GROUP BY 1, 2 HAVING sum("amountMinor") <> 0 ORDER BY 1, 2 LIMIT $6) s
          JOIN invoice i ON i."id" = s."invoice"
          LEFT JOIN certificate c ON c."invoice" = s."invoice" AND c."parent" IS NULL ORDER BY 1`,
        values: [party, programmes, codes, on, input.after ?? null, first + 1],
      });
      const rows = result.rows.slice(0, first);
      return {
        rows: rows.map((row) => ({ ...row, owedMinor: BigInt(row.owedMinor) })),
        hasNextPage: result.rows.length > first,
        cursors: rows.map(({ invoice }) => invoice),
      };
    },

    /** The payment terms of what is owed at the end of a day, within arrangements and beside them. */
    async terms({ party, programmes }: Scope, on: BusinessDate): Promise<readonly TermRange[]> {
      const result = await pool.query<TermRange>({
        name: 'ledger terms',
        text: `SELECT s."currency", s."isArranged", min(coalesce(c."payableDate", i."dueDate") - i."issueDate")::int AS "daysMin",
            max(coalesce(c."payableDate", i."dueDate") - i."issueDate")::int AS "daysMax"
          FROM (SELECT "invoice", "currency", "account" <> 'PAYABLES' AS "isArranged" FROM ledger_posting
              WHERE ${inScope} AND "account" IN ('PAYABLES', 'PAYABLES_ARRANGED', 'PAYABLES_FINANCED') AND "occurredDate" <= $3
              GROUP BY 1, 2, 3 HAVING sum("amountMinor") <> 0) s
          JOIN invoice i ON i."id" = s."invoice"
          LEFT JOIN certificate c ON c."invoice" = s."invoice" AND c."parent" IS NULL AND s."isArranged"
          GROUP BY 1, 2 ORDER BY 1, 2 DESC`,
        values: [party, programmes, on],
      });
      return result.rows;
    },
  };
}

const bookPrefix = 'bok_';

function partyOfBook(book: string): string {
  return book.startsWith(bookPrefix) ? book.replace(bookPrefix, 'pty_') : '';
}

type StandingRow = Record<'account' | 'currency' | 'balanceMinor', string>;

/** Books that one may open: the members of the programmes that one audits. */
const booksMax = 1_000;
/** Counterparties of a report. */
const counterpartiesMax = 1_000;

const fundedStates = ['FUNDED', 'REPAYING', 'REPAID'].map((state) => `'${state}'`).join(', ');

const standing = `SELECT "account", "currency", "counterparty", "dueDate", "balanceMinor" FROM ledger_standing WHERE ${inScope}
  UNION ALL SELECT "account", "currency", "counterparty", "dueDate", "debitMinor" - "creditMinor" FROM ledger_delta WHERE ${inScope}`;

async function balanceAt(
  pool: pg.Pool,
  { party, programmes }: Scope,
  { account, currency }: Pick<AccountAsked, 'account' | 'currency'>,
  to: BusinessDate,
  before = false,
): Promise<bigint> {
  const until = before ? '<' : '<=';
  const sum = (table: string) => `SELECT "debitMinor" - "creditMinor" AS minor FROM ${table}
    WHERE ${inScope} AND "account" = $3 AND "currency" = $4 AND "occurredDate" ${until} $5`;
  const result = await pool.query<{ minor: string }>({
    name: `ledger balance ${until}`,
    text: `SELECT coalesce(sum(minor), 0)::text AS minor FROM (${sum('ledger_day')} UNION ALL ${sum('ledger_delta')}) AS part`,
    values: [party, programmes, account, currency, to],
  });
  return BigInt(result.rows[0]?.minor ?? 0);
}

/** The balance before a page: what stood before its day, and what that day brought up to its place. */
async function balanceBefore(
  pool: pg.Pool,
  scope: Scope,
  { account, currency, from }: Omit<AccountAsked, 'to'>,
  after: Place | null,
): Promise<bigint> {
  const asked = { account, currency };
  if (after === null) return balanceAt(pool, scope, asked, from, true);
  const result = await pool.query<{ minor: string }>({
    name: 'ledger of a day',
    text: `SELECT coalesce(sum("amountMinor"), 0)::text AS minor FROM ledger_posting WHERE ${inScope}
      AND "account" = $3 AND "currency" = $4 AND "occurredDate" = $5 AND ("createdMs", "id") <= ($6::bigint, $7::text)`,
    values: [scope.party, scope.programmes, account, currency, after.date, after.ms, after.id],
  });
  return (
    (await balanceAt(pool, scope, asked, after.date, true)) + BigInt(result.rows[0]?.minor ?? 0)
  );
}

type Place = { readonly date: BusinessDate; readonly ms: string; readonly id: string };

function cursorOfLine({ occurredDate, createdMs, id }: PostingRow): string {
  return Buffer.from(`${occurredDate}:${createdMs}:${id}`).toString('base64url');
}

function placeIn(cursor: string): Place {
  const text = Buffer.from(cursor, 'base64url').toString();
  const [, date, ms, id] = /^(\d{4}-\d{2}-\d{2}):(\d{1,18}):(\S{1,100})$/.exec(text) ?? [];
  if (date === undefined || ms === undefined || id === undefined)
    throw new Fault('BAD_INPUT', 'This is no cursor of this list.', {
      ...{ path: 'after', seen: cursor.slice(0, 100), expected: 'an endCursor of the same list' },
    });
  return { date, ms, id };
}
