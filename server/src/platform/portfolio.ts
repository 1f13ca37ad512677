/**
 * All that one organisation may see, as a whole: sums over it, and a search through it.
 *
 * Both read tables that hold a reader's own rows only, so what others have costs nothing and shows in
 * nothing. A search looks at the newest objects one after another, which fills a page of what is common,
 * and else asks an index, which knows what is rare; so neither takes long among a million.
 */
import type pg from 'pg';
import { Fault } from '../kernel/fault.ts';
import type { BusinessDate } from '../kernel/time.ts';
import { type Due, duesOf, type Sum, sumsOf } from './listings.ts';
import { checkedFirst, cursorOf, type Page, type PageInput, parseCursor } from './see.ts';

/** Types whose objects can be found by their words, as prisma/constraints/listing.sql says. */
export const searchedTypes = [
  ...['Invoice', 'Certificate', 'FinanceRequest', 'Leg', 'StatementLine', 'Party'],
] as const satisfies readonly string[];

export type Portfolio = {
  /** Sums over what the reader's lists show, exact at commit. */
  sums(): Promise<readonly Sum[]>;
  /** What of it is still to be paid, by when. */
  dues(today: BusinessDate): Promise<readonly Due[]>;
  /** Objects of a type whose lists show these words in this order, newest first. Refuses words that are too short or too long. */
  find(words: string, type: string, input: PageInput): Promise<Page<string>>;
};

export function portfolioOf(pool: pg.Pool, reader: string): Portfolio {
  return {
    sums: () => sumsOf(pool, reader),
    dues: (today) => duesOf(pool, reader, today),
    async find(words, type, input) {
      checkWords(words);
      const first = checkedFirst(input.first);
      const after = input.after == null ? null : parseCursor(input.after);
      const values = [reader, words, type, after?.sinceMs ?? null, after?.object ?? null];
      const ask = async (way: string, from: string) => {
        const result = await pool.query<{ readonly object: string; readonly sinceMs: bigint }>({
          name: `find ${way} ${first}`,
          text: `SELECT "object", "sinceMs" FROM ${from} ORDER BY "sinceMs" DESC, "object" DESC LIMIT ${first + 1}`,
          values,
        });
        return result.rows;
      };
      const newest = await ask('newest', newestOf);
      const found = newest.length > first ? newest : await ask('all', all);
      const rows = found.slice(0, first);
      return {
        rows: rows.map(({ object }) => object),
        hasNextPage: found.length > first,
        cursors: rows.map(({ object, sinceMs }) => cursorOf(sinceMs, object)),
      };
    },
  };
}

/** Objects that are looked at one after another. */
const walkMax = 3_000;
const wordsMax = 100;

const since = `($4::bigint IS NULL OR "sinceMs" <= $4 AND NOT ("sinceMs" = $4 AND "object" >= $5::text))`;
/** The words are brought into form once, not for each row. */
const fits = `strpos("text", (SELECT search_form($2::text))) > 0`;
const newestOf = `(SELECT * FROM (SELECT * FROM search_text WHERE "reader" = $1 AND "type" = $3 AND ${since}
  ORDER BY "sinceMs" DESC, "object" DESC LIMIT ${walkMax}) AS newest WHERE ${fits}) AS found`;
/** The index first, whatever the planner thinks of the order. */
const all = `(WITH held AS MATERIALIZED (SELECT * FROM search_text
  WHERE search_keys("reader", "type", "text") @> (SELECT search_keys($1, $3, search_form($2::text))) AND "reader" = $1 AND "type" = $3)
  SELECT * FROM held WHERE ${fits} AND ${since}) AS found`;

function checkWords(words: string): void {
  const form = words.normalize('NFKC').trim();
  const letters = [...form];
  const isLong = letters.length >= 3 || (letters.length === 2 && /^[^\0-\x7f]{2}$/u.test(form));
  if (isLong && form.length <= wordsMax) return;
  throw new Fault(
    'BAD_INPUT',
    'A search needs three letters, or two Chinese characters, and at most 100.',
    {
      ...{ path: 'text', seen: words.slice(0, wordsMax) },
      expected: '3 to 100 characters',
    },
  );
}
