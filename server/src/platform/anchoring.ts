/**
 * From the outbox to the chain and back: every committed act is anchored exactly once.
 *
 * A commit hands its act over at once; what was left behind by a crash is found by its row in the
 * outbox, which leaves only when the act's block has been applied. Submitting twice is harmless: the
 * chain knows an act by its key and sequence. Finalised blocks are applied in one transaction with
 * the cursor that says how far we are, so a crash between chain and database repeats nothing and
 * leaves nothing out. Contested acts take effect here, as the chain decided.
 *
 * Under load both ways gather: acts go together with those that are about to be committed or that come
 * while others are under way, into few and large blocks; and blocks that come while others are applied
 * are applied together.
 */
import { EventEmitter, once } from 'node:events';
import pg from 'pg';
import type { ChainClient, FinalBlock, SignedEntry } from '../../../chain/src/client.ts';
import { BrokenInvariant, invariant } from '../kernel/invariant.ts';
import type { CommittedAct } from './acts.ts';
import { applyStored, type StoredEffect } from './commit.ts';
import { ownPartOf } from './strangers.ts';

export type AnchoredAct = {
  /** Hex. */
  readonly hash: string;
  readonly status: 'PENDING' | 'FINAL' | 'REFUSED';
  readonly subject: string;
  readonly refusal: string | null;
  readonly height: bigint | null;
  readonly index: bigint | null;
  readonly finalMs: bigint | null;
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
/** A committed act waits so long at most for company, in milliseconds; one that is alone does not wait. */
const gatherMs = 10;
/** Blocks applied together, and waiting for it. */
const blocksMax = 64;
/** How often the outbox is looked at for acts that were left behind, in milliseconds. */
const sweepMs = 1_000;
/** A committed act is offered from memory at once; only older ones are swept, in milliseconds. */
const sweepAgeMs = 1_000n;

export async function startAnchoring(options: {
  readonly pool: pg.Pool;
  /** Where blocks are applied: all who wait for finality wait for this, so it stands in no queue. */
  readonly lane: pg.Pool;
  readonly chain: ChainClient;
  readonly nowMs: () => bigint;
  /** Told what stops anchoring for good: a bug or a chain that is not ours. */
  readonly failed: (error: unknown) => void;
}): Promise<Anchoring> {
  const { pool, lane, chain, nowMs } = options;
  const events = new EventEmitter().setMaxListeners(0);
  const stopping = new AbortController();
  const waiters = new Map<string, Set<(act: AnchoredAct) => void>>();
  const offered = new Map<string, { readonly entry: SignedEntry; readonly position: bigint }>();
  /** What waits, in the order of arrival. */
  const pending = new Map<string, Pending>();
  /** Acts that were about to be committed when the last one was. */
  let comingCount = 0;
  /** Sent, and not yet seen in a block. */
  const underWay = new Set<string>();
  let sending: Promise<void> | null = null;
  let gathering: NodeJS.Timeout | null = null;

  const cursor = await readCursor(pool);
  await refuseOtherChain(chain, cursor);
  const ownPart = await ownPartOf(pool, chain);

  function offer(act: CommittedAct): void {
    const hash = hex(act.hash);
    const { header, signature } = act;
    offered.set(hash, { entry: { header, signature }, position: act.position });
    pending.set(hash, { sinceMs: nowMs(), contested: act.contested });
    events.emit('act', pendingAnchor(act));
    if (act.hasTodos) events.emit('todo');
    comingCount = act.comingCount;
    send();
  }

  /** Sends what is offered, in order of position, once no company is to be expected or it takes too long. */
  function send(): void {
    if (sending !== null || offered.size === 0 || stopping.signal.aborted) return;
    if (comingCount > 0 || underWay.size > 0) {
      gathering ??= setTimeout(() => {
        comingCount = 0;
        underWay.clear();
        send();
      }, gatherMs);
      return;
    }
    if (gathering !== null) clearTimeout(gathering);
    gathering = null;
    const batch = [...offered]
      .sort(([, a], [, b]) => (a.position < b.position ? -1 : 1))
      .slice(0, batchMax);
    for (const [hash] of batch) {
      offered.delete(hash);
      underWay.add(hash);
    }
    sending = chain
      .submit(batch.map(([, { entry }]) => entry))
      .then((results) => taken(batch, results))
      .catch(options.failed)
      .finally(() => {
        sending = null;
        send();
      });
  }

  /** What the chain cannot take yet comes again with the sweep; what it can never take is our bug. */
  function taken(
    batch: readonly (readonly [string, unknown])[],
    results: Awaited<ReturnType<ChainClient['submit']>>,
  ): void {
    for (const [order, result] of results.entries()) {
      const [hash = '?'] = batch[order] ?? [];
      if (result.kind !== 'waiting') underWay.delete(hash);
      if (result.kind !== 'malformed') continue;
      if (result.reason === 'MEMPOOL_FULL' || result.reason === 'SEQUENCE_AHEAD') continue;
      throw new BrokenInvariant(`the chain takes act ${hash}, but it says ${result.reason}`);
    }
  }

  /** Offers what was left behind: at the start everything, because new acts may build on it; then what is old. */
  async function sweep(isStart = false): Promise<void> {
    const result = await pool.query<{
      position: bigint;
      hash: Uint8Array;
      header: Uint8Array;
      signature: Uint8Array;
    }>(
      `SELECT o."position", a."hash", a."header", a."signature" FROM outbox o JOIN act a ON a."hash" = o."actHash"
       WHERE $1::bigint IS NULL OR a."committedMs" < $1 ORDER BY o."position" LIMIT $2`,
      isStart ? [null, null] : [(nowMs() - sweepAgeMs).toString(), batchMax],
    );
    const leftBehind = new Set(result.rows.map(({ hash }) => hex(hash)));
    for (const [hash, { contested }] of pending)
      if (contested === null && !leftBehind.has(hash)) pending.delete(hash);
    for (const { position, hash, header, signature } of result.rows) {
      if (!pending.has(hex(hash))) pending.set(hex(hash), { sinceMs: nowMs(), contested: null });
      offered.set(hex(hash), { entry: { header, signature }, position });
    }
    send();
  }

  /** Final blocks that are not applied yet, in order. */
  const arrived: FinalBlock[] = [];
  const moved = new EventEmitter();

  async function follow(): Promise<void> {
    for await (const block of chain.blocksFrom(cursor.height + 1n, stopping.signal)) {
      arrived.push(ownPart(block));
      for (const { actHash } of block.entries) underWay.delete(hex(actHash));
      send();
      moved.emit('arrived');
      if (arrived.length >= blocksMax) await once(moved, 'applied', { signal: stopping.signal });
    }
  }

  async function apply(): Promise<void> {
    while (!stopping.signal.aborted) {
      if (arrived.length === 0) await once(moved, 'arrived', { signal: stopping.signal });
      const blocks = arrived.splice(0, blocksMax);
      const mayHaveEffects = blocks.some(({ entries }) =>
        entries.some(({ actHash }) => pending.get(hex(actHash))?.contested !== false),
      );
      const applied = await againAfterDeadlock(() =>
        applyBlocks({ lane, blocks, nowMs: nowMs(), mayHaveEffects }),
      );
      moved.emit('applied');
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

  const failedUnlessStopping = (error: unknown): void => {
    if (!stopping.signal.aborted) options.failed(error);
  };
  const following = Promise.all([
    follow().catch(failedUnlessStopping),
    apply().catch(failedUnlessStopping),
  ]);
  const lookForLeftBehind = () => sweep().catch(failedUnlessStopping);
  await sweep(true);
  const sweeper = setInterval(lookForLeftBehind, sweepMs);

  return {
    offer,
    events,
    waiting: () => pending.size,
    oldestWaitingMs: () => {
      const [oldest] = pending.values();
      return oldest === undefined ? 0 : Number(nowMs() - oldest.sinceMs);
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
      const isOurs = (pending.get(key)?.contested ?? null) !== null;
      const now = isOurs ? null : await anchorOf(pool, hash);
      if (now !== null && now.status !== 'PENDING') wake(now);
      const act = await withTimeout(woken, timeoutMs);
      mine.delete(wake);
      if (mine.size === 0) waiters.delete(key);
      return act;
    },
    async stop() {
      stopping.abort();
      clearInterval(sweeper);
      if (gathering !== null) clearTimeout(gathering);
      await sending;
      await following;
    },
  };
}

/** `contested` is null for acts of an earlier process. */
type Pending = { readonly sinceMs: bigint; readonly contested: boolean | null };

/** Where a committed act stands before the chain has it. */
export function pendingAnchor(act: {
  readonly hash: Uint8Array;
  readonly subject: string;
}): AnchoredAct {
  return {
    ...{ hash: hex(act.hash), status: 'PENDING', subject: act.subject, refusal: null },
    ...{ height: null, index: null, finalMs: null },
  };
}

type Cursor = { readonly height: bigint; readonly size: bigint; readonly root: Uint8Array };

async function readCursor(pool: pg.Pool): Promise<Cursor> {
  const result = await pool.query<Cursor>(
    'SELECT "height", "size", "root" FROM chain_cursor WHERE "id" = 1',
  );
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
    invariant(
      same,
      `the chain at height ${cursor.height} is the one that the database has as final`,
    );
    return;
  }
}

type Applied = { readonly acts: readonly AnchoredAct[]; readonly hasTodos: boolean };

const deadlockTriesMax = 3;

/** PostgreSQL undoes one of two that wait for each other; a commit in flight may be the other. */
async function againAfterDeadlock<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await work();
    } catch (error) {
      const isDeadlock = error instanceof pg.DatabaseError && error.code === '40P01';
      if (!isDeadlock || tries >= deadlockTriesMax) throw error;
    }
  }
}

/**
 * Applies final blocks that follow each other. Applying them again, or by another server at once,
 * changes nothing. The commit does not wait for the disk: the chain has the blocks durably, so what a
 * power cut takes away here is applied again, and nothing that is committed on top of it can outlive it.
 */
async function applyBlocks(options: {
  readonly lane: pg.Pool;
  readonly blocks: readonly FinalBlock[];
  readonly nowMs: bigint;
  /** False when all their acts are known to be uncontested: then one statement is all. */
  readonly mayHaveEffects: boolean;
}): Promise<Applied> {
  const { lane, blocks, nowMs, mayHaveEffects } = options;
  if (!mayHaveEffects) {
    const marked = await markFinal(lane, blocks, nowMs);
    const hasNone = marked.every(({ effects }) => effects === null);
    invariant(hasNone, 'uncontested acts have no effects');
    return { acts: marked.map((act) => anchored(act, nowMs)), hasTodos: false };
  }
  const client = await lane.connect();
  try {
    await client.query('BEGIN');
    const marked = await markFinal(client, blocks, nowMs);
    const hasTodos = await takeEffect(client, marked);
    await client.query('COMMIT');
    return { acts: marked.map((act) => anchored(act, nowMs)), hasTodos };
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {});
    throw error;
  } finally {
    client.release();
  }
}

type Marked = {
  readonly hash: Uint8Array;
  readonly height: bigint;
  readonly index: bigint;
  readonly subject: string;
  readonly status: 'FINAL' | 'REFUSED';
  readonly refusal: string | null;
  readonly effects: { readonly final: StoredEffect; readonly refused: StoredEffect } | null;
};

/** Moves the cursor and marks the acts of the blocks, in order; none of a block that was applied before. */
async function markFinal(
  client: Pick<pg.ClientBase, 'query'>,
  blocks: readonly FinalBlock[],
  nowMs: bigint,
): Promise<readonly Marked[]> {
  const [first] = blocks;
  const last = blocks.at(-1);
  if (first === undefined || last === undefined) return [];
  const entries = blocks.flatMap(({ height, entries }) =>
    entries.map((entry) => ({ ...entry, height })),
  );
  const refusals = entries.map(({ outcome }) => (outcome.kind === 'refused' ? outcome.code : null));
  const result = await client.query<Marked & { readonly moved: bigint }>({
    // Without a name, so that it is planned for the table as it is now and for so many acts.
    text: `WITH moved AS (UPDATE chain_cursor SET "height" = $2, "size" = $3, "root" = $4
        WHERE "id" = 1 AND "height" = $1::bigint - 1 RETURNING 1),
      final AS (UPDATE act a SET "status" = CASE WHEN x."refusal" IS NULL THEN 'FINAL' ELSE 'REFUSED' END,
          "height" = x."height", "index" = x."index", "finalMs" = $5, "refusal" = x."refusal"
        FROM unnest($6::bytea[], $7::bigint[], $8::bigint[], $9::text[]) AS x("hash", "height", "index", "refusal")
        WHERE a."hash" = x."hash" AND a."status" = 'PENDING' AND EXISTS (SELECT 1 FROM moved)
        RETURNING a."hash", a."height", a."index", a."subject", a."status", a."refusal", a."effects"),
      gone AS (DELETE FROM outbox o USING final WHERE o."actHash" = final."hash" RETURNING 1)
      SELECT final.*, (SELECT count(*) FROM moved) AS moved, set_config('synchronous_commit', 'off', true)
        FROM (SELECT 1) AS one LEFT JOIN final ON true ORDER BY final."index"`,
    values: [
      ...[first.height.toString(), last.height.toString(), last.size.toString(), last.root],
      nowMs.toString(),
      entries.map(({ actHash }) => Buffer.from(actHash)),
      entries.map(({ height }) => height.toString()),
      entries.map(({ index }) => index.toString()),
      refusals,
    ],
  });
  // Another server applied some of them: what it left is found block by block.
  if (result.rows[0]?.moved === 0n) {
    if (blocks.length === 1) return [];
    const each: Marked[] = [];
    for (const block of blocks) each.push(...(await markFinal(client, [block], nowMs)));
    return each;
  }
  const marked = result.rows.filter(({ hash }) => hash !== null);
  invariant(
    marked.length === entries.length,
    `every act of blocks ${first.height} to ${last.height} is a pending act of this database (${marked.length} of ${entries.length} are)`,
  );
  return marked;
}

/** What contested acts stored with themselves. True when the automation has work. */
async function takeEffect(client: pg.ClientBase, marked: readonly Marked[]): Promise<boolean> {
  let hasTodos = false;
  for (const { hash, status, refusal, effects } of marked) {
    if (effects === null) continue;
    const effect = status === 'FINAL' ? effects.final : withRefusal(effects.refused, refusal ?? '');
    await applyStored(client, hash, effect);
    hasTodos ||= effect.todos.length > 0;
  }
  return hasTodos;
}

function anchored(marked: Marked, finalMs: bigint): AnchoredAct {
  const { hash, height, index, subject, status, refusal } = marked;
  return { hash: hex(hash), height, index, subject, status, refusal, finalMs };
}

/** The chain's code where a row of the refusal asks for it. */
export const refusalMark = '$refusal';

function withRefusal(effect: StoredEffect, code: string): StoredEffect {
  return JSON.parse(JSON.stringify(effect), (_, value: unknown) =>
    value === refusalMark ? code : value,
  ) as StoredEffect;
}

export async function anchorOf(pool: pg.Pool, hash: Uint8Array): Promise<AnchoredAct | null> {
  const result = await pool.query<Omit<AnchoredAct, 'hash'>>({
    name: 'anchor of act',
    text: 'SELECT "status", "subject", "refusal", "height", "index", "finalMs" FROM act WHERE "hash" = $1',
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
