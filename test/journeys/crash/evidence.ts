/**
 * What is looked at after each kill and at the end, from outside of the server: its rows by SQL, and
 * the blocks as they lie on the disk.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { startEmbeddedChain } from '../../../chain/src/index.ts';
import { parseAnchor } from '../../../chain/src/log/anchor.ts';
import { parsePack } from '../../../chain/src/log/pack.ts';
import { verifyFile } from '../../../chain/src/verify.ts';
import type { Ack } from './patient.ts';
import { postgresOf } from './server.ts';

/** Runs on the home's PostgreSQL, which must be up. */
export async function withRows<T>(
  home: string,
  work: (client: pg.Client) => Promise<T>,
  user = 'tallystick',
): Promise<T> {
  const client = new pg.Client({ connectionString: postgresOf(home, user)?.url });
  client.on('error', () => {});
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Every state change that was acknowledged stands under its key, and is final where it was said to be. */
export async function missingAcks(
  client: pg.Client,
  acks: readonly Ack[],
): Promise<readonly string[]> {
  const { rows } = await client.query<{
    id: string;
    hash: string;
    status: string;
    height: string | null;
    index: string | null;
  }>(
    `SELECT i."id", encode(a."hash", 'hex') AS hash, a."status", a."height", a."index"
     FROM idempotency i JOIN act a ON a."hash" = i."actHash" WHERE i."id" = ANY($1)`,
    [acks.map(({ id }) => id)],
  );
  const found = new Map(rows.map((row) => [row.id, row]));
  return acks.flatMap(({ id, mutation, actHash, place }) => {
    const row = found.get(id);
    if (row?.hash !== actHash) return [`${mutation} ${id}: act ${actHash} is not there`];
    // What is final in the chain may be pending here until its block has been applied again.
    if (place === null || row.status === 'PENDING') return [];
    const isThere = Number(row.height) === place.height && Number(row.index) === place.index;
    return isThere ? [] : [`${mutation} ${id} was final at ${place.index}, is at ${row.index}`];
  });
}

/** What is still owed: acts that are not final, and follow-ups that are not done. */
export async function owed(client: pg.Client): Promise<{ acts: number; todos: number }> {
  const { rows } = await client.query<{ acts: string; todos: string }>(
    'SELECT (SELECT count(*) FROM outbox) AS acts, (SELECT count(*) FROM todo) AS todos',
  );
  return { acts: Number(rows[0]?.acts), todos: Number(rows[0]?.todos) };
}

/** Waits until nothing is owed any more; says what still is when that takes too long. */
export async function drained(client: pg.Client, msMax: number): Promise<readonly string[]> {
  const endMs = performance.now() + msMax;
  for (;;) {
    const { acts, todos } = await owed(client);
    if (acts + todos === 0) return [];
    if (performance.now() > endMs) return [`${acts} acts and ${todos} follow-ups stay undone`];
    await sleep(100);
  }
}

/** How far the database has applied blocks. */
export async function cursorOf(client: pg.Client): Promise<{ height: number; root: string }> {
  const { rows } = await client.query<{ height: string; root: string }>(
    `SELECT "height", encode("root", 'hex') AS root FROM chain_cursor`,
  );
  return { height: Number(rows[0]?.height ?? 0), root: rows[0]?.root ?? '' };
}

const rowBytes = 64;
/** Within a row: first index, time and root; what stands before them says where the block lies. */
const factsFrom = 16;

/** The first index, time and root of each block, as hexadecimal text, from the files of a dead chain. */
export function blocksOn(home: string): readonly string[] {
  const bytes = readFileSync(path.join(home, 'chain', 'store', 'blocks.idx'));
  return Array.from({ length: Math.floor(bytes.length / rowBytes) }, (_, order) =>
    bytes.subarray(order * rowBytes + factsFrom, (order + 1) * rowBytes).toString('hex'),
  );
}

/** Compares what two lives of one chain wrote; null when neither has another block than the other. */
export function fork(before: readonly string[], after: readonly string[]): string | null {
  const shared = Math.min(before.length, after.length);
  for (let order = 0; order < shared; order += 1) {
    if (before[order] !== after[order]) return `height ${order + 1} became another block`;
  }
  return null;
}

/** The root in a row of `blocksOn`. */
export function rootIn(row: string | undefined): string {
  return (row ?? '').slice(-64);
}

export type ChainFacts = {
  readonly blocks: number;
  readonly acts: number;
  readonly problems: readonly string[];
};

/** Reads the chain of a stopped home from its first block on, beside the rows of its acts. */
export async function chainAgainstRows(
  home: string,
  client: pg.Client,
  proofs: ReadonlyMap<string, string>,
): Promise<ChainFacts> {
  const { rows } = await client.query<{ hash: string; place: string }>(
    `SELECT encode("hash", 'hex') AS hash, concat("height", '/', "index") AS place FROM act`,
  );
  const expected = new Map(rows.map(({ hash, place }) => [hash, place]));
  const problems: string[] = [];
  const roots = new Map<bigint, string>();
  const seen = new Set<string>();
  const founded = JSON.parse(readFileSync(path.join(home, 'founded.json'), 'utf8')) as {
    readonly networkName: string;
  };
  const { networkName } = founded;
  const chain = await startEmbeddedChain({ home: path.join(home, 'chain'), networkName });
  try {
    const { height } = chain.status();
    const reading = new AbortController();
    for await (const block of chain.blocksFrom(1n, reading.signal)) {
      roots.set(block.size, hex(block.root));
      for (const { actHash, index } of block.entries) {
        const hash = hex(actHash);
        if (seen.has(hash)) problems.push(`act ${hash} is in the chain twice`);
        seen.add(hash);
        const place = `${block.height}/${index}`;
        if (expected.get(hash) !== place)
          problems.push(`act ${hash} is at ${place}, its row says ${expected.get(hash)}`);
      }
      if (block.height === height) reading.abort();
    }
    for (const hash of expected.keys())
      if (!seen.has(hash)) problems.push(`act ${hash} is not in the chain`);
    problems.push(...wrongProofs(home, proofs, roots));
    return { blocks: Number(height), acts: seen.size, problems };
  } finally {
    await chain.stop();
  }
}

/** Proofs that were handed out in any life are proven, by checkpoints that the log has still. */
function wrongProofs(
  home: string,
  proofs: ReadonlyMap<string, string>,
  roots: ReadonlyMap<bigint, string>,
): readonly string[] {
  const anchor = parseAnchor(readFileSync(path.join(home, 'anchor.json'), 'utf8'));
  return [...proofs].flatMap(([hash, text]) => {
    const verdict = verifyFile(text, anchor);
    if (!verdict.ok) return [`the proof of act ${hash} is not proven`];
    const { size, root } = parsePack(text).proof.checkpoint;
    return roots.get(size) === hex(root) ? [] : [`the log was another one at size ${size}`];
  });
}

/** Acts of one key stand in the log in the order in which it signed them. */
export async function outOfOrder(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ count: string }>(
    `SELECT count(*) FROM (SELECT "index" < lag("index") OVER (PARTITION BY "keyId" ORDER BY "seq") AS wrong
     FROM act) AS each WHERE wrong`,
  );
  return Number(rows[0]?.count);
}

/** Acts that the chain refused. Here nobody competes with anybody, so there is no reason for one. */
export async function refusedActs(client: pg.Client): Promise<readonly string[]> {
  const { rows } = await client.query<{ line: string }>(
    `SELECT concat("kind", ' ', "subject", ': ', "refusal") AS line FROM act WHERE "status" = 'REFUSED'`,
  );
  return rows.map(({ line }) => `the chain refused ${line}`);
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
