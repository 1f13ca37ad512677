/** Acts as one organisation may see them: by id, by object, in lists, newest first. */
import DataLoader from 'dataloader';
import type pg from 'pg';
import { checkedFirst, cursorOf, type Page, type PageInput, parseCursor } from './see.ts';
import type { Asks } from './session.ts';

export type ActRow = {
  /** `act_` and the hash in hex. */
  readonly id: string;
  readonly level: 'F' | 'S';
  readonly hash: Uint8Array;
  readonly position: bigint;
  readonly kind: string;
  readonly kindVersion: number;
  readonly keyId: string;
  readonly seq: bigint;
  readonly party: string;
  readonly person: string | null;
  readonly mandate: string | null;
  readonly businessDate: string;
  readonly atMs: bigint;
  readonly subject: string;
  readonly body: Uint8Array;
  readonly status: 'PENDING' | 'FINAL' | 'REFUSED';
  readonly committedMs: bigint;
  readonly height: bigint | null;
  readonly index: bigint | null;
  readonly finalMs: bigint | null;
  readonly refusal: string | null;
  readonly custody: string;
  readonly holderName: string;
  readonly ownerName: string;
};

export type ActFilter = { readonly kind?: string | null; readonly subject?: string | null };

export type ActsSeen = {
  act(id: string): Promise<ActRow | null>;
  /** The newest readable act about an object, or the one that brought it into being. */
  anchorOf(object: string): Promise<ActRow | null>;
  /** Readable acts about an object, oldest first. */
  about(object: string): Promise<readonly ActRow[]>;
  page(input: PageInput, filter: ActFilter): Promise<Page<ActRow>>;
};

const aboutMax = 200;

const columns = `x."object" AS id, x."level", a."hash", a."position", a."kind", a."kindVersion", a."keyId", a."seq", a."party",
  a."person", a."mandate", a."businessDate", a."atMs", a."subject", a."body", a."status", a."committedMs", a."height", a."index",
  a."finalMs", a."refusal", k."custody", k."holderName", k."ownerName"`;
const joined = `access x JOIN act a ON a."hash" = decode(substr(x."object", 5), 'hex')
  JOIN signing_key k ON k."id" = a."keyId"`;
const readable = `act a JOIN access x ON x."reader" = $1 AND x."object" = 'act_' || encode(a."hash", 'hex')
  JOIN signing_key k ON k."id" = a."keyId"`;

/** Acts by id and anchors are asked of `lookUps`, lists of the pool. */
export function actsSeenBy(pool: pg.Pool, reader: string, lookUps: Asks = pool): ActsSeen {
  const byId = new DataLoader<string, ActRow | null>(async (ids) => {
    const result = await lookUps.query<ActRow>({
      name: 'acts by id',
      text: `SELECT ${columns} FROM ${joined} WHERE x."reader" = $1 AND x."type" = 'Act' AND x."object" = ANY($2)`,
      values: [reader, ids],
    });
    const found = new Map(result.rows.map((row) => [row.id, row]));
    return ids.map((id) => found.get(id) ?? null);
  });
  const anchors = new DataLoader<string, ActRow | null>(async (objects) => {
    const result = await lookUps.query<ActRow & { object: string }>({
      name: 'anchors of objects',
      text: `SELECT DISTINCT ON (o."object") o."object", ${columns}
        FROM (SELECT "subject" AS object, "hash" FROM act WHERE "subject" = ANY($2)
              UNION SELECT "id", "actHash" FROM object_head WHERE "id" = ANY($2)) o
        JOIN ${readable} ON a."hash" = o."hash"
        ORDER BY o."object", a."position" DESC`,
      values: [reader, objects],
    });
    const found = new Map(result.rows.map((row) => [row.object, row]));
    return objects.map((object) => found.get(object) ?? null);
  });

  return {
    act: (id) => byId.load(id),
    anchorOf: (object) => anchors.load(object),
    async about(object) {
      const result = await pool.query<ActRow>({
        name: 'acts about an object',
        text: `SELECT ${columns} FROM ${readable} WHERE a."subject" = $2 ORDER BY a."position" LIMIT ${aboutMax}`,
        values: [reader, object],
      });
      return result.rows;
    },
    async page(input, filter) {
      const first = checkedFirst(input.first);
      const after = input.after == null ? null : parseCursor(input.after);
      const result = await pool.query<ActRow & { sinceMs: bigint }>(
        `SELECT ${columns}, x."sinceMs" FROM ${joined}
         WHERE x."reader" = $1 AND x."type" = 'Act' AND ($2::text IS NULL OR a."kind" = $2) AND ($3::text IS NULL OR a."subject" = $3)
           AND ($4::bigint IS NULL OR (x."sinceMs" <= $4 AND NOT (x."sinceMs" = $4 AND x."object" >= $5::text)))
         ORDER BY x."sinceMs" DESC, x."object" DESC LIMIT $6`,
        [
          reader,
          filter.kind ?? null,
          filter.subject ?? null,
          after?.sinceMs ?? null,
          after?.object ?? null,
          first + 1,
        ],
      );
      const rows = result.rows.slice(0, first);
      return {
        rows,
        hasNextPage: result.rows.length > first,
        cursors: rows.map(({ sinceMs, id }) => cursorOf(sinceMs, id)),
      };
    },
  };
}
