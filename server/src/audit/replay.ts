/**
 * The audit: replays every act through the same handlers as the server, and compares with the rows.
 *
 *   acts in chain order ──▶ hash, signature, sequence ──▶ decide ──▶ rows in memory ══ compare ══ PostgreSQL
 *
 * An act that depends on one that stands later in the log is put off until that one is done. What is
 * pending is replayed last, in commit order. Every difference is named: table, row, field, what the
 * acts say and what the database says. After every act, and at the end over the stored rows, the
 * invariants are looked at (invariants.ts); a difference is a breach of I6.
 */
import type pg from 'pg';
import { actHash, decodeHeader, verifyActSignature } from '../../../chain/src/act/act.ts';
import { decodeBody } from '../../../chain/src/act/body.ts';
import { type KindName, kindNamed } from '../../../chain/src/act/kinds.ts';
import type { ChainClient } from '../../../chain/src/client.ts';
import { equalBytes } from '../../../chain/src/crypto/digest.ts';
import type { AnyHandler } from '../kernel/act.ts';
import { type Change, insert, type Row, type Value } from '../kernel/change.ts';
import { Fault } from '../kernel/fault.ts';
import type { GenesisFacts } from '../party/genesis.ts';
import { genesisRows } from '../party/genesis.ts';
import type { SigningKeyRow } from '../party/model.ts';
import { actGrant, actOf, grantsAtOnce, handlersByKind, readersOf } from '../platform/acts.ts';
import { refusalMark } from '../platform/anchoring.ts';
import { listingsAstray } from '../platform/listings.ts';
import { permitted } from '../platform/mandates.ts';
import { type MemoryRows, memoryRows, StaleChange } from '../platform/memory-reader.ts';
import { identifier, jsonValue } from '../platform/rows.ts';
import { ownPartOf } from '../platform/strangers.ts';
import {
  type Breach,
  breachesAfter,
  breachesOf,
  noPast,
  plainIn,
  tablesWatched,
} from './invariants.ts';

/** Tables that are not folded, each with its reason. Every other table is compared. */
export const exceptions: Readonly<Record<string, string>> = {
  act: 'the acts themselves; checked against their hashes, signatures and the chain',
  outbox: 'acts on their way; a row leaves when its block is applied',
  idempotency: 'answers already given; says nothing of the state',
  object_head: 'the last act of each object; recomputed from the acts by each commit',
  todo: 'what the automation still owes; each leaves with its act',
  chain_cursor: 'how far blocks are applied; checked against the chain at every start',
  login: 'how people sign in; no act of the trade',
  session: 'who is signed in; ends by itself',
  custodial_key: 'wrapped private keys; no act shows them',
  document: 'where encrypted files are; the act carries the digest',
  organisation_key: 'wrapped keys of documents',
  draft: "the owner's private notes; submitting is the first act",
  statement_draft: 'a preview of an uploaded statement; importing is the act',
  capture_job: 'how a capture of events went; each event is an act',
  listing: 'derived from rows and readers; compared with them, as the next three',
  search_text: 'the words by which a reader finds an object',
  summary: 'sums over what the lists of a reader show',
  summary_delta: 'what has come to them since',
  ledger_day: 'derived from postings; compared with them, as the next two',
  ledger_standing: 'what stands on each account towards each counterparty',
  ledger_delta: 'what has come to both since',
  _prisma_migrations: 'the history of the schema',
};

export type Difference = {
  readonly table: string;
  readonly key: string;
  readonly field: string;
  /** What the acts say. */
  readonly old: string;
  /** What the database says. */
  readonly new: string;
  /** The last height at which an act touched the row, if any did. */
  readonly lastHeight: string | null;
};

export type AuditReport = {
  readonly acts: number;
  readonly rows: number;
  readonly differences: readonly Difference[];
  /** Each object once for each invariant that it breaks: where it was seen first. */
  readonly breaches: readonly Breach[];
};

type StoredAct = {
  readonly hash: Uint8Array;
  readonly kind: KindName;
  readonly keyId: string;
  readonly seq: bigint;
  readonly party: string;
  readonly person: string | null;
  readonly mandate: string | null;
  readonly businessDate: string;
  readonly subject: string;
  readonly header: Uint8Array;
  readonly signature: Uint8Array;
  readonly body: Uint8Array;
  readonly status: 'PENDING' | 'FINAL' | 'REFUSED';
  readonly height: bigint | null;
  readonly index: bigint | null;
  readonly refusal: string | null;
};

/** Acts read at a time. */
const pageMax = 1_000;

/** Replays over one snapshot, so that a server may go on working while it is audited. */
export async function replayAudit(options: AuditOptions): Promise<AuditReport> {
  const client = await options.pool.connect();
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    return await replaySnapshot(options, client);
  } finally {
    await client.query('ROLLBACK');
    client.release();
  }
}

export type AuditOptions = {
  readonly pool: pg.Pool;
  readonly chain: ChainClient;
  readonly handlers: readonly AnyHandler[];
  readonly genesis: GenesisFacts;
  readonly progress?: (done: number) => void;
  /** The chain is a copy of a running one and may end before what the database has as final. */
  readonly chainMayLag?: boolean;
};

async function replaySnapshot(options: AuditOptions, client: pg.ClientBase): Promise<AuditReport> {
  const { chain } = options;
  const handlers = handlersByKind(options.handlers);
  const genesis = genesisRows(options.genesis);
  const rows = memoryRows(genesis.changes);
  rows.grant(genesis.grants);
  const touched = new Map<string, bigint>();
  const differences: Difference[] = [];
  const [past, breaches] = [noPast(), new Map<string, Breach>()];
  const broken = (found: readonly Breach[]): void => {
    for (const each of found) {
      const key = `${each.invariant} ${each.subject}`;
      if (!breaches.has(key)) breaches.set(key, each);
    }
  };
  broken(breachesAfter(rows, past, genesis.changes, null));
  let count = 0;

  /** Null when it was applied, else why it could not be yet. */
  async function replay(act: StoredAct): Promise<string | null> {
    const problem = await applyAct(rows, handlers, chain.chainId, act, (changes) => {
      broken(breachesAfter(rows, past, changes, act.height));
      if (act.height === null) return;
      for (const { table, row } of changes) touched.set(`${table} ${row.id}`, act.height);
    });
    if (problem === null) {
      count += 1;
      options.progress?.(count);
    }
    return problem;
  }

  const plain = (header: Uint8Array, hash: Uint8Array, height: bigint | null): void => {
    const problem = plainIn(new Uint8Array(header));
    if (problem !== null) broken([breach('I8', `act ${hex(hash)}`, problem, height)]);
  };

  let waiting: { readonly act: StoredAct; problem: string }[] = [];
  for await (const act of actsInOrder(client)) {
    plain(act.header, act.hash, act.height);
    const problem = await replay(act);
    if (problem !== null) {
      waiting.push({ act, problem });
      continue;
    }
    // An act may have been put off for this one.
    for (let moved = true; moved && waiting.length > 0; ) {
      moved = false;
      const still: typeof waiting = [];
      for (const each of waiting) {
        const again = await replay(each.act);
        if (again === null) moved = true;
        else still.push({ act: each.act, problem: again });
      }
      waiting = still;
    }
  }
  for (const { act, problem } of waiting) {
    differences.push(
      difference(
        'act',
        hex(act.hash),
        act.kind,
        'an act that follows from those before',
        problem,
        null,
      ),
    );
    if (forgeries.has(problem)) broken([breach('I7', `act ${hex(act.hash)}`, problem, act.height)]);
    count += 1;
  }
  differences.push(...(await compareChain(client, options, plain)));
  const stored = memoryRows();
  const compared = await compareRows(client, rows, touched, stored);
  broken(breachesOf(stored, rows, past));
  const astray = (await listingsAstray(client)).map(({ table, key, should, is }) =>
    difference(table, key, 'row', should, is, null),
  );
  differences.push(...compared.differences, ...astray);
  broken(differences.map(unanchored));
  return { acts: count, rows: compared.rows, differences, breaches: [...breaches.values()] };
}

/** A difference is a change that no act made, or an act that changed nothing. */
function unanchored({ table, key, field, old, new: now, lastHeight }: Difference): Breach {
  const problem = `${field}: the acts say ${old}, the database says ${now}`;
  return { invariant: 'I6', subject: `${table} ${key}`, problem, height: lastHeight };
}

function breach(
  invariant: Breach['invariant'],
  subject: string,
  problem: string,
  height: bigint | null,
): Breach {
  return { invariant, subject, problem, height: height?.toString() ?? null };
}

async function applyAct(
  rows: MemoryRows,
  handlers: ReturnType<typeof handlersByKind>,
  chainId: Uint8Array,
  stored: StoredAct,
  applied: (changes: readonly Change[]) => void,
): Promise<string | null> {
  const kind = kindNamed(stored.kind);
  const handler = handlers.get(stored.kind);
  if (kind === undefined || handler === undefined) return `the kind ${stored.kind} is not known`;
  // A header that is none is named by I8.
  if (plainIn(new Uint8Array(stored.header)) !== null) return forgery.header;
  const header = decodeHeader(new Uint8Array(stored.header));
  const body = decodeBody(kind, new Uint8Array(stored.body));
  const key = await rows.get<SigningKeyRow>('signing_key', stored.keyId);
  const wrong = misfit(stored, header, body, key, chainId);
  if (wrong !== null || key === null) return wrong ?? forgery.unknownKey;

  const actor = { party: stored.party, person: stored.person };
  const act = actOf(
    { kind: stored.kind, actor },
    { actHash: new Uint8Array(stored.hash), header },
    body.fields as never,
    body.seed,
  );
  const needed = handler.mandate?.(act.body as never) ?? null;
  if (needed !== null && stored.person !== null) {
    const mandate = await permitted(rows, stored.person, needed, act.businessDate, stored.mandate);
    if (mandate.kind === 'refusal') return `${mandate.code}: ${mandate.message}`;
  }
  try {
    const decision = await handler.decide(rows, act as never);
    if (decision.kind === 'refusal') return `${decision.code}: ${decision.message}`;
    if (decision.subject !== stored.subject) return `its subject is ${decision.subject}`;
    const sequence: Change = {
      op: 'update',
      table: 'signing_key',
      row: { ...key, seq: key.seq + 1n, lastAct: act.hash, version: key.version + 1 },
    };
    const changes = [...decision.changes, sequence];
    rows.apply(changes);
    applied(changes);
    rows.grant(readersOf(act, decision).map((reader) => actGrant(reader, act)));
    rows.grant(kind.contested ? grantsAtOnce(decision, act.party) : decision.grants);
    if (kind.contested && stored.status === 'FINAL') {
      rows.apply(decision.whenFinal);
      rows.grant(decision.grants);
      applied(decision.whenFinal);
    } else if (kind.contested && stored.status === 'REFUSED') {
      const refused = decision.whenRefused.map((change) => marked(change, stored.refusal ?? ''));
      rows.apply(refused);
      applied(refused);
    }
    return null;
  } catch (error) {
    if (error instanceof Fault || error instanceof StaleChange) return error.message;
    throw error;
  }
}

/** Why an act is not what the holder of a valid key signed. */
const forgery = {
  header: 'its header is none',
  hash: 'its hash is not that of its header',
  body: 'its body is not the one that was signed',
  unknownKey: 'its key is not registered',
  otherKey: 'its key is of somebody else',
  revokedKey: 'its key was revoked before',
  signature: 'its signature does not verify',
} as const;
const forgeries: ReadonlySet<string> = new Set(Object.values(forgery));

/** What of the stored act contradicts its own signed bytes or its place in the key's sequence. */
function misfit(
  stored: StoredAct,
  header: ReturnType<typeof decodeHeader>,
  body: ReturnType<typeof decodeBody>,
  key: SigningKeyRow | null,
  chainId: Uint8Array,
): string | null {
  const hash = actHash(new Uint8Array(stored.header));
  if (!equalBytes(hash, new Uint8Array(stored.hash))) return forgery.hash;
  if (!equalBytes(body.root, header.bodyRoot)) return forgery.body;
  if (key === null) return forgery.unknownKey;
  if (key.party !== stored.party || key.person !== stored.person) return forgery.otherKey;
  if (key.revoked) return forgery.revokedKey;
  if (key.seq + 1n !== header.seq) return `its sequence number is ${header.seq}, after ${key.seq}`;
  if (!equalBytes(key.lastAct ?? new Uint8Array(), header.previousAct ?? new Uint8Array())) {
    return 'it follows another act of its key';
  }
  const genuine = verifyActSignature(
    new Uint8Array(key.publicKey),
    chainId,
    hash,
    new Uint8Array(stored.signature),
  );
  return genuine ? null : forgery.signature;
}

/** Where a refused contested act writes the chain's own code. */
function marked(change: Change, code: string): Change {
  const row = Object.fromEntries(
    Object.entries(change.row).map(([column, value]) => [
      column,
      value === refusalMark ? code : value,
    ]),
  );
  return { ...change, row } as unknown as Change;
}

/** Final acts by their place in the log, then pending ones in the order of commit. */
async function* actsInOrder(client: pg.ClientBase): AsyncGenerator<StoredAct> {
  for (const [condition, order] of [
    [`"status" <> 'PENDING'`, 'index'],
    [`"status" = 'PENDING'`, 'position'],
  ] as const) {
    let after = -1n;
    for (;;) {
      const result = await client.query<StoredAct & { readonly place: bigint }>(
        `SELECT *, "${order}" AS place FROM act WHERE ${condition} AND "${order}" > $1 ORDER BY "${order}" LIMIT ${pageMax}`,
        [after.toString()],
      );
      yield* result.rows;
      const last = result.rows.at(-1);
      if (last === undefined || result.rows.length < pageMax) break;
      after = last.place;
    }
  }
}

/** Every final act stands in the chain where the database says, and the chain holds no other but what validators brought. */
async function compareChain(
  client: pg.ClientBase,
  { chain, chainMayLag = false }: AuditOptions,
  look: (header: Uint8Array, hash: Uint8Array, height: bigint) => void,
): Promise<readonly Difference[]> {
  const differences: Difference[] = [];
  const cursor = await client.query<{ height: bigint }>('SELECT "height" FROM chain_cursor');
  const height = cursor.rows[0]?.height ?? 0n;
  const reached = chain.status().height;
  if (reached < height && !chainMayLag) {
    return [difference('chain_cursor', '1', 'height', `${reached}`, `${height}`, reached)];
  }
  if (height === 0n || reached === 0n) return differences;
  const ownPart = await ownPartOf(client, chain);
  const stop = new AbortController();
  for await (const each of chain.blocksFrom(1n, stop.signal)) {
    for (const { header, actHash: hash } of each.entries) look(header, hash, each.height);
    const block = ownPart(each);
    const result = await client.query<{ hash: Uint8Array; index: bigint; status: string }>(
      'SELECT "hash", "index", "status" FROM act WHERE "height" = $1 ORDER BY "index"',
      [block.height.toString()],
    );
    const says = result.rows.map(({ hash, index, status }) => `${index} ${hex(hash)} ${status}`);
    const holds = block.entries.map(
      ({ actHash: hash, index, outcome }) =>
        `${index} ${hex(hash)} ${outcome.kind === 'accepted' ? 'FINAL' : 'REFUSED'}`,
    );
    for (let order = 0; order < Math.max(says.length, holds.length); order++) {
      if (says[order] === holds[order]) continue;
      differences.push(
        difference(
          'act',
          `height ${block.height}`,
          'index, hash, status',
          holds[order] ?? 'nothing',
          says[order] ?? 'nothing',
          block.height,
        ),
      );
    }
    if (block.height >= height || block.height >= reached) stop.abort();
  }
  return differences;
}

async function compareRows(
  client: pg.ClientBase,
  rows: MemoryRows,
  touched: ReadonlyMap<string, bigint>,
  stored: MemoryRows,
): Promise<{ readonly rows: number; readonly differences: readonly Difference[] }> {
  const tables = await client.query<{ name: string }>(
    `SELECT tablename AS name FROM pg_tables WHERE schemaname = current_schema() ORDER BY tablename`,
  );
  const differences: Difference[] = [];
  let count = 0;
  for (const { name } of tables.rows) {
    if (Object.hasOwn(exceptions, name)) continue;
    const expected = new Map(rows.tables.get(name) ?? []);
    for await (const row of tableRows(client, name)) {
      count += 1;
      if (tablesWatched.has(name)) stored.apply([insert(name, row)]);
      const key = String(row.id);
      const height = touched.get(`${name} ${key}`) ?? null;
      const should = expected.get(key);
      expected.delete(key);
      if (should === undefined) {
        differences.push(difference(name, key, 'row', 'no such row', 'a row', height));
        continue;
      }
      for (const field of new Set([...Object.keys(row), ...Object.keys(should)])) {
        const [old, now] = [textOf(should[field]), textOf(row[field])];
        if (old !== now) differences.push(difference(name, key, field, old, now, height));
      }
    }
    for (const key of expected.keys()) {
      const height = touched.get(`${name} ${key}`) ?? null;
      differences.push(difference(name, key, 'row', 'a row', 'no such row', height));
    }
  }
  return { rows: count, differences };
}

async function* tableRows(client: pg.ClientBase, table: string): AsyncGenerator<Row> {
  let after = '';
  for (;;) {
    const result = await client.query<Row>(
      `SELECT * FROM ${identifier(table)} WHERE "id" > $1 ORDER BY "id" LIMIT ${pageMax}`,
      [after],
    );
    yield* result.rows;
    const last = result.rows.at(-1);
    if (last === undefined || result.rows.length < pageMax) return;
    after = last.id;
  }
}

/** A value as text, the same from memory and from the database. */
function textOf(value: Value | undefined): string {
  if (value === null || value === undefined) return 'null';
  const plain = jsonValue(value);
  return typeof plain === 'string' ? plain : JSON.stringify(plain);
}

function difference(
  table: string,
  key: string,
  field: string,
  old: string,
  now: string,
  height: bigint | null,
): Difference {
  return { table, key, field, old, new: now, lastHeight: height?.toString() ?? null };
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
