/**
 * Who may see what in a played world, read from the tables themselves and not through the server.
 */
import { createHash } from 'node:crypto';
import { decodeBody } from '../../../chain/src/act/body.ts';
import { fieldToJson } from '../../../chain/src/act/input.ts';
import type { KindName } from '../../../chain/src/act/kinds.ts';
import { kindNamed } from '../../../chain/src/act/kinds.ts';
import { canariesIn } from '../../support/canaries.ts';
import type { Principal } from '../../support/consortium.ts';
import type { PlayedWorld } from '../../support/played-world.ts';
import { hiddenInSummary, type ObjectType, tables } from './fields.ts';

export type SeenObject = {
  readonly type: ObjectType;
  readonly id: string;
  /** Level by organisation. */
  readonly readers: ReadonlyMap<string, 'F' | 'S'>;
};

export type StoredAct = {
  readonly id: string;
  readonly kind: KindName;
  readonly party: string;
  readonly person: string | null;
  readonly subject: string;
  /** As JSON, by field: the kind's own fields only. */
  readonly input: Readonly<Record<string, unknown>>;
};

export type Rights = {
  readonly objects: ReadonlyMap<string, SeenObject>;
  /** Newest first. */
  readonly acts: readonly StoredAct[];
  /** Canaries that stand in anything that an organisation may see. */
  told(party: string): ReadonlySet<string>;
  sees(principal: Principal, id: string): boolean;
};

export async function readRights({ world, consortia }: PlayedWorld): Promise<Rights> {
  const { pool } = world.database;
  const objects = new Map<string, SeenObject>();
  const put = (type: ObjectType, id: string, reader: string, level: 'F' | 'S') => {
    const known = objects.get(id) ?? { type, id, readers: new Map() };
    objects.set(id, { ...known, readers: new Map([...known.readers, [reader, level]]) });
  };
  const access = await pool.query<{
    reader: string;
    object: string;
    type: ObjectType;
    level: 'F' | 'S';
  }>('SELECT * FROM access ORDER BY "sinceMs", "id"');
  for (const { reader, object, type, level } of access.rows) put(type, object, reader, level);
  const drafts = await pool.query<{ id: string; owner: string }>('SELECT "id", "owner" FROM draft');
  for (const { id, owner } of drafts.rows) put('Draft', id, owner, 'F');

  // Who sees a shipment sees what was reported of it.
  const events = await pool.query<{ id: string; shipment: string }>(
    'SELECT "id", "shipment" FROM delivery_event',
  );
  for (const { id, shipment } of events.rows) {
    const readers = objects.get(shipment)?.readers ?? new Map<string, 'F' | 'S'>();
    for (const [reader, level] of readers) put('DeliveryEvent', id, reader, level);
  }

  // Its own books, and those that it audits.
  const books = await pool.query<{ reader: string; party: string }>(
    `SELECT o."id" AS reader, o."id" AS party FROM party o WHERE o."roles" && '{CORE,SUPPLIER,BANK}'
     UNION SELECT a."member", m."member" FROM membership a JOIN membership m ON m."programme" = a."programme"
       WHERE a."role" = 'AUDITOR' AND m."role" IN ('CORE', 'SUPPLIER', 'BANK')
     UNION SELECT a."member", p."core" FROM membership a JOIN programme p ON p."id" = a."programme" WHERE a."role" = 'AUDITOR'`,
  );
  for (const { reader, party } of books.rows)
    put('Book', party.replace('pty_', 'bok_'), reader, 'F');

  const acts = await readActs(pool);
  const words = new Map<string, { readonly whole: string; readonly summary: string }>();
  for (const [type, table] of Object.entries(tables)) {
    const hidden = hiddenInSummary[type as ObjectType] ?? [];
    const rows = await pool.query<{ id: string }>(`SELECT * FROM ${table}`);
    for (const row of rows.rows) {
      const shown = Object.entries(row).filter(([column]) => !hidden.includes(column));
      words.set(row.id, { whole: textOf(row), summary: textOf(Object.fromEntries(shown)) });
    }
  }
  const signers = await pool.query<{ hash: string; names: string }>(
    `SELECT encode(a."hash", 'hex') AS hash, k."holderName" || ' ' || k."ownerName" AS names
     FROM act a JOIN signing_key k ON k."id" = a."keyId"`,
  );
  const names = new Map(signers.rows.map(({ hash, names: text }) => [`act_${hash}`, text]));
  for (const { id, input } of acts) {
    const whole = `${textOf(input)} ${names.get(id) ?? ''}`;
    words.set(id, { whole, summary: names.get(id) ?? '' });
  }
  const files = new Map(
    consortia.flatMap((each) => each.files).map((bytes) => [digestOf(bytes), textOfBytes(bytes)]),
  );
  // The words of a file are for who may read the file, or the whole invoice that was read from it.
  const handedIn = await pool.query<{ id: string; document: string; digest: string }>(
    `SELECT "id", "document", encode("documentDigest", 'hex') AS digest FROM invoice
     UNION ALL SELECT "id", "document", encode("digest", 'hex') FROM draft`,
  );
  for (const { id, document, digest } of handedIn.rows) {
    const text = files.get(digest) ?? '';
    for (const each of [id, document]) {
      const known = words.get(each) ?? { whole: '', summary: '' };
      words.set(each, { ...known, whole: `${known.whole} ${text}` });
    }
  }

  const toldTo = new Map<string, ReadonlySet<string>>();
  function told(party: string): ReadonlySet<string> {
    const known = toldTo.get(party);
    if (known !== undefined) return known;
    const texts = [...objects.values()].map(({ id, readers }) => {
      const level = readers.get(party);
      const text = words.get(id);
      if (level === undefined || text === undefined) return '';
      return level === 'F' ? text.whole : text.summary;
    });
    const canaries = canariesIn(texts.join(' '));
    toldTo.set(party, canaries);
    return canaries;
  }
  return {
    ...{ objects, acts, told },
    sees: ({ party }, id) => objects.get(id)?.readers.has(party) ?? false,
  };
}

async function readActs(pool: PlayedWorld['world']['database']['pool']) {
  const result = await pool.query<{
    hash: string;
    kind: KindName;
    party: string;
    person: string | null;
    subject: string;
    body: Uint8Array;
  }>(
    `SELECT encode("hash", 'hex') AS hash, "kind", "party", "person", "subject", "body" FROM act ORDER BY "position" DESC`,
  );
  return result.rows.map(({ hash, kind, party, person, subject, body }): StoredAct => {
    const known = kindNamed(kind);
    if (known === undefined) throw new Error(`${kind} is a kind of act`);
    const { fields } = decodeBody(known, new Uint8Array(body));
    const input = Object.fromEntries(
      Object.entries(known.fields).map(([name, type]) => [
        name,
        fieldToJson(type, fields[name] ?? null),
      ]),
    );
    return { id: `act_${hash}`, kind, party, person, subject, input };
  });
}

/** All values of a row as one text; octets are no words. */
function textOf(row: object): string {
  return JSON.stringify(row, (_, value: unknown) =>
    typeof value === 'bigint' ? value.toString() : value,
  );
}

function digestOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function textOfBytes(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('utf8');
}
