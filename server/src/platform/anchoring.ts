/**
 * From the outbox to the chain and back: every committed act is anchored exactly once.
 *
 * A commit hands its act over at once; what was left behind by a crash is found by its row in the
 * outbox, which leaves only when the act's block has been applied. Submitting twice is harmless: the
 * chain knows an act by its key and sequence. A finalised block is applied in one transaction with
 * the cursor that says how far we are, so a crash between chain and database repeats nothing and
 * leaves nothing out. Contested acts take effect here, as the chain decided.
 */
import { EventEmitter } from 'node:events';
import type pg from 'pg';
import type { ChainClient, FinalBlock, SignedEntry } from '../../../chain/src/client.ts';
import { BrokenInvariant, invariant } from '../kernel/invariant.ts';
import type { CommittedAct } from './acts.ts';
import { applyStored, type StoredEffect } from './commit.ts';
import { byteaText } from './rows.ts';

export type AnchoredAct = {
  /** Hex. */
  readonly hash: string;
  readonly status: 'PENDING' | 'FINAL' | 'REFUSED';
  readonly subject: string;
  readonly refusal: string | null;
};

export type Anchoring = {
  /** Hands a committed act to the chain. */
  offer(act: CommittedAct): void;
  /** Resolves when the act is final or refused, or with null when it is still pending after `timeoutMs`. */
  settled(hash: Uint8Array, timeoutMs: number): Promise<AnchoredAct | null>;
  /** Emits 'act' with an AnchoredAct at commit and at finality, and 'todo' when the automation has work. */
  readonly events: EventEmitter;
  /** How many acts wait for their block. */
  readonly waiting: () => number;
  /** How long the oldest of them has waited; 0 when none does. */
  readonly oldestWaitingMs: () => number;
  stop(): Promise<void>;
};

/** Acts sent to the chain together. */
const batchMax = 1_000;
/** How often the outbox is looked at for acts that were left behind, in milliseconds. */
const sweepMs = 250;
/** A committed act is offered from memory at once; only older ones are swept, in milliseconds. */
const sweepAgeMs = 1_000n;

export async function startAnchoring(options: {
  readonly pool: pg.Pool;
  readonly chain: ChainClient;
  readonly nowMs: () => bigint;
  /** Told what stops anchoring for good: a bug or a chain that is not ours. */
  readonly failed: (error: unknown) => void;
}): Promise<Anchoring> {
  const { pool, chain, nowMs } = options;
  const events = new EventEmitter().setMaxListeners(0);
  const stopping = new AbortController();
  const waiters = new Map<string, Set<(act: AnchoredAct) => void>>();
  const offered = new Map<string, { readonly entry: SignedEntry; readonly position: bigint }>();
  /** Since when each waits, in the order of arrival. */
  const pending = new Map<string, bigint>();
  let sending: Promise<void> | null = null;

  const cursor = await readCursor(pool);
  await refuseOtherChain(chain, cursor);

  function offer(act: CommittedAct): void {
    const hash = hex(act.hash);
    const { header, signature } = act;
    offered.set(hash, { entry: { header, signature }, position: act.position });
    pending.set(hash, nowMs());
    events.emit('act', { hash, status: 'PENDING', subject: act.subject, refusal: null });
    if (act.hasTodos) events.emit('todo');
    send();
  }

  /** Sends what is offered, in order of position; one batch under way at a time. */
  function send(): void {
    if (sending !== null || offered.size === 0 || stopping.signal.aborted) return;
    const batch = [...offered]
      .sort(([, a], [, b]) => (a.position < b.position ? -1 : 1))
      .slice(0, batchMax);
    for (const [hash] of batch) offered.delete(hash);
    sending = chain
      .submit(batch.map(([, { entry }]) => entry))
      .then((results) => refuseMalformed(batch, results))
      .catch(options.failed)
      .finally(() => {
        sending = null;
        send();
      });
  }

  /** What the chain cannot take yet comes again with the sweep; what it can never take is our bug. */
  function refuseMalformed(
    batch: readonly (readonly [string, unknown])[],
    results: Awaited<ReturnType<ChainClient['submit']>>,
  ): void {
    for (const [order, result] of results.entries()) {
      if (result.kind !== 'malformed') continue;
      if (result.reason === 'MEMPOOL_FULL' || result.reason === 'SEQUENCE_AHEAD') continue;
      const [hash = '?'] = batch[order] ?? [];
      throw new BrokenInvariant(`the chain takes act ${hash}, but it says ${result.reason}`);
    }
  }

  async function sweep(): Promise<void> {
    const result = await pool.query<{
      position: bigint;
      hash: Uint8Array;
      header: Uint8Array;
      signature: Uint8Array;
    }>(
      `SELECT o."position", a."hash", a."header", a."signature" FROM outbox o JOIN act a ON a."hash" = o."actHash"
       WHERE a."committedMs" < $1 ORDER BY o."position" LIMIT ${batchMax}`,
      [(nowMs() - sweepAgeMs).toString()],
    );
    for (const { position, hash, header, signature } of result.rows) {
      if (!pending.has(hex(hash))) pending.set(hex(hash), nowMs());
      offered.set(hex(hash), { entry: { header, signature }, position });
    }
    send();
  }

  async function follow(): Promise<void> {
    for await (const block of chain.blocksFrom(cursor.height + 1n, stopping.signal)) {
      const applied = await applyBlock(pool, block, nowMs());
      for (const act of applied.acts) {
        pending.delete(act.hash);
        offered.delete(act.hash);
        events.emit('act', act);
        for (const wake of waiters.get(act.hash) ?? []) wake(act);
        waiters.delete(act.hash);
      }
      if (applied.hasTodos) events.emit('todo');
    }
  }

  const following = follow().catch((error: unknown) => {
    if (!stopping.signal.aborted) options.failed(error);
  });
  const sweeper = setInterval(() => {
    sweep().catch((error: unknown) => {
      if (!stopping.signal.aborted) options.failed(error);
    });
  }, sweepMs);

  return {
    offer,
    events,
    waiting: () => pending.size,
    oldestWaitingMs: () => {
      const [since] = pending.values();
      return since === undefined ? 0 : Number(nowMs() - since);
    },
    async settled(hash, timeoutMs) {
      const key = hex(hash);
      let wake: (act: AnchoredAct) => void = () => {};
      const woken = new Promise<AnchoredAct>((resolve) => {
        wake = resolve;
      });
      const mine = waiters.get(key) ?? new Set();
      waiters.set(key, mine.add(wake));
      // Only after listening, so that a block applied in between is not missed.
      const now = await anchorOf(pool, hash);
      if (now !== null && now.status !== 'PENDING') wake(now);
      const act = await withTimeout(woken, timeoutMs);
      mine.delete(wake);
      if (mine.size === 0) waiters.delete(key);
      return act;
    },
    async stop() {
      stopping.abort();
      clearInterval(sweeper);
      await sending;
      await following;
    },
  };
}

type Cursor = { readonly height: bigint; readonly size: bigint; readonly root: Uint8Array };

async function readCursor(pool: pg.Pool): Promise<Cursor> {
  const result = await pool.query<Cursor>('SELECT "height", "size", "root" FROM chain_cursor WHERE "id" = 1');
  const [row] = result.rows;
  if (row !== undefined) return row;
  await pool.query(
    `INSERT INTO chain_cursor ("id", "height", "size", "root") VALUES (1, 0, 0, '') ON CONFLICT DO NOTHING`,
  );
  return { height: 0n, size: 0n, root: new Uint8Array() };
}

/** The database must not be ahead of the chain, nor on another one: then one of them was rolled back. */
async function refuseOtherChain(chain: ChainClient, cursor: Cursor): Promise<void> {
  const { height } = chain.status();
  if (height < cursor.height) {
    throw new BrokenInvariant(
      `the chain is at least as long as the database says; the chain ends at height ${height}, the database has blocks up to ${cursor.height} as final`,
    );
  }
  if (cursor.height === 0n) return;
  const stop = new AbortController();
  for await (const block of chain.blocksFrom(cursor.height, stop.signal)) {
    stop.abort();
    const same = hex(block.root) === hex(cursor.root) && block.size === cursor.size;
    invariant(same, `the chain at height ${cursor.height} is the one that the database has as final`);
    return;
  }
}

type Applied = { readonly acts: readonly AnchoredAct[]; readonly hasTodos: boolean };

/** Applies one final block. Applying it again, or by another server at once, changes nothing. */
async function applyBlock(pool: pg.Pool, block: FinalBlock, nowMs: bigint): Promise<Applied> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    const applied = await applyIn(client, block, nowMs);
    await client.query('COMMIT');
    return applied;
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {});
    throw error;
  } finally {
    client.release();
  }
}

async function applyIn(client: pg.ClientBase, block: FinalBlock, nowMs: bigint): Promise<Applied> {
  const entries = block.entries.map(({ actHash, index, outcome }) => ({
    hash: byteaText(actHash),
    index: index.toString(),
    status: outcome.kind === 'accepted' ? 'FINAL' : 'REFUSED',
    refusal: outcome.kind === 'refused' ? outcome.code : null,
  }));
  const result = await client.query<{
    hash: Uint8Array;
    index: bigint;
    subject: string;
    status: 'FINAL' | 'REFUSED';
    refusal: string | null;
    effects: { readonly final: StoredEffect; readonly refused: StoredEffect } | null;
    moved: bigint;
  }>({
    name: 'apply block',
    text: `WITH moved AS (UPDATE chain_cursor SET "height" = $2, "size" = $3, "root" = $4
        WHERE "id" = 1 AND "height" = $2::bigint - 1 RETURNING 1),
      final AS (UPDATE act a SET "status" = x."status", "height" = $2, "index" = x."index", "finalMs" = $5, "refusal" = x."refusal"
        FROM jsonb_to_recordset($1::jsonb) AS x("hash" bytea, "index" bigint, "status" text, "refusal" text)
        WHERE a."hash" = x."hash" AND a."status" = 'PENDING' AND EXISTS (SELECT 1 FROM moved)
        RETURNING a."hash", a."index", a."subject", a."status", a."refusal", a."effects"),
      gone AS (DELETE FROM outbox o USING final WHERE o."actHash" = final."hash" RETURNING 1)
      SELECT final.*, (SELECT count(*) FROM moved) AS moved FROM (SELECT 1) AS one LEFT JOIN final ON true ORDER BY final."index"`,
    values: [
      JSON.stringify(entries),
      block.height.toString(),
      block.size.toString(),
      block.root,
      nowMs.toString(),
    ],
  });
  if (result.rows[0]?.moved === 0n) return { acts: [], hasTodos: false };
  const acts = result.rows.filter(({ hash }) => hash !== null);
  invariant(
    acts.length === block.entries.length,
    `every act of block ${block.height} is a pending act of this database (${acts.length} of ${block.entries.length} are)`,
  );
  let hasTodos = false;
  for (const { hash, status, refusal, effects } of acts) {
    if (effects === null) continue;
    const effect = status === 'FINAL' ? effects.final : withRefusal(effects.refused, refusal ?? '');
    await applyStored(client, hash, effect);
    hasTodos ||= effect.todos.length > 0;
  }
  return {
    hasTodos,
    acts: acts.map(({ hash, status, subject, refusal }) => ({ hash: hex(hash), status, subject, refusal })),
  };
}

/** The chain's code where a row of the refusal asks for it. */
export const refusalMark = '$refusal';

function withRefusal(effect: StoredEffect, code: string): StoredEffect {
  return JSON.parse(JSON.stringify(effect), (_, value: unknown) =>
    value === refusalMark ? code : value,
  ) as StoredEffect;
}

export async function anchorOf(pool: pg.Pool, hash: Uint8Array): Promise<AnchoredAct | null> {
  const result = await pool.query<Pick<AnchoredAct, 'status' | 'subject' | 'refusal'>>({
    name: 'anchor of act',
    text: 'SELECT "status", "subject", "refusal" FROM act WHERE "hash" = $1',
    values: [hash],
  });
  const [row] = result.rows;
  return row === undefined ? null : { hash: hex(hash), ...row };
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

async function withTimeout<T>(promise: Promise<T>, timeoutMs: number): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), timeoutMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
