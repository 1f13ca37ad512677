/**
 * Looks at the chain while the server uses it: how long finality takes, which block is the newest, who of
 * the validators was there, and which evidence stands in the log.
 *
 * It asks nothing of the way that acts take but one note of the time, and keeps no more than its limits say.
 * Everything it knows is public: heights, times, names and stake; nothing of the trade.
 */
import { EventEmitter } from 'node:events';
import { setImmediate as nextMacrotask } from 'node:timers/promises';
import { decode } from '../../../chain/src/act/codec.ts';
import type { ChainClient, FinalBlock, SignedEntry } from '../../../chain/src/client.ts';

export type Finality = {
  /** Acts that became final within the window. */
  readonly count: number;
  /** From the moment the chain was given an act until its block was final and cosigned; null without any. */
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
};

export type Presence = {
  /** When it took part last, by this server's look every second; null when it never did. */
  readonly seenMs: bigint | null;
  /** Share of the looks at which it took part, 0 to 1. */
  readonly uptime: number;
};

/** Proof, in the log, that a validator broke a signing rule. */
export type EvidenceSeen = {
  readonly index: bigint;
  readonly height: bigint;
  readonly timeMs: bigint;
  /** The epoch in which the rule was broken, and the place in its set of who broke it. */
  readonly epoch: bigint;
  readonly voter: number;
};

export type ChainWatch = {
  /** The same chain; acts are given to it through here, so that their way is timed. */
  readonly chain: ChainClient;
  readonly sinceMs: bigint;
  /** The newest final block that a quorum has cosigned; null before the first. */
  readonly newest: () => FinalBlock | null;
  readonly finality: () => Finality;
  readonly presence: (validator: string) => Presence;
  /** Newest first. */
  readonly evidence: () => readonly EvidenceSeen[];
  /** Emits 'block' with the newest FinalBlock, once for a burst, and 'final' with the ms of each act. */
  readonly events: EventEmitter;
  stop(): Promise<void>;
};

/** How far back finality is told, in milliseconds. */
export const finalityWindowMs = 5 * 60_000;

/** Times kept for it, at least; under load the window is shorter. */
const timesMax = 8_192;
/** Acts whose way is timed at once; the oldest beyond that are not. */
const underWayMax = 65_536;
/** Pieces of evidence kept; one is enough to lose one's stake. */
const evidenceMax = 200;
/** How often the validators are looked at, in milliseconds. */
const lookEveryMs = 1_000;
/** News of blocks goes out no more often than this, in milliseconds. */
const newsEveryMs = 250;
/** Blocks read in a row before others in the process get their turn. */
const blocksInARowMax = 32;

/** Begins to look. `failed` is told when the chain can no longer be followed. */
export function watchChain(
  chain: ChainClient,
  nowMs: () => bigint,
  failed: (error: unknown) => void,
): ChainWatch {
  const events = new EventEmitter().setMaxListeners(0);
  const stopping = new AbortController();
  const givenAt = new Map<string, number>();
  const times: { readonly atMs: number; readonly ms: number }[] = [];
  const found: EvidenceSeen[] = [];
  const seen = new Map<string, { looks: number; lastMs: bigint }>();
  const sinceMs = nowMs();
  let looks = 0;
  let newest: FinalBlock | null = null;
  let news: NodeJS.Timeout | null = null;

  const submit: ChainClient['submit'] = (entries) => {
    const atMs = performance.now();
    for (const entry of entries) {
      const name = nameOf(entry);
      if (!givenAt.has(name)) givenAt.set(name, atMs);
    }
    for (const oldest of givenAt.keys()) {
      if (givenAt.size <= underWayMax) break;
      givenAt.delete(oldest);
    }
    return chain.submit(entries);
  };

  const look = (): void => {
    looks += 1;
    for (const { name, running } of chain.status().validators) {
      if (!running) continue;
      const before = seen.get(name)?.looks ?? 0;
      seen.set(name, { looks: before + 1, lastMs: nowMs() });
    }
  };

  const tell = (): void => {
    news ??= setTimeout(() => {
      news = null;
      events.emit('block', newest);
    }, newsEveryMs).unref();
  };

  const take = async (block: FinalBlock): Promise<void> => {
    const atMs = performance.now();
    for (const entry of block.entries) {
      const name = nameOf(entry);
      const given = givenAt.get(name);
      if (given === undefined) continue;
      givenAt.delete(name);
      const ms = atMs - given;
      times.push({ atMs, ms });
      events.emit('final', ms);
    }
    if (times.length > 2 * timesMax) times.splice(0, times.length - timesMax);
    for (const each of await evidenceIn(chain, block)) found.unshift(each);
    found.length = Math.min(found.length, evidenceMax);
    newest = block;
    tell();
  };

  const follow = async (): Promise<void> => {
    let inARow = 0;
    for await (const block of chain.blocksFrom(firstOfInterest(chain), stopping.signal)) {
      await take(block);
      inARow += 1;
      if (inARow % blocksInARowMax === 0) await nextMacrotask();
    }
  };

  look();
  const looking = setInterval(look, lookEveryMs).unref();
  const following = follow().catch(failed);

  return {
    chain: { ...chain, submit },
    sinceMs,
    newest: () => newest,
    finality: () => {
      const from = performance.now() - finalityWindowMs;
      const within = times.filter(({ atMs }) => atMs >= from).map(({ ms }) => ms);
      const sorted = within.sort((a, b) => a - b);
      const at = (share: number) => sorted[Math.ceil(sorted.length * share) - 1] ?? null;
      return { count: sorted.length, p50Ms: at(0.5), p99Ms: at(0.99) };
    },
    presence: (validator) => {
      const one = seen.get(validator);
      return { seenMs: one?.lastMs ?? null, uptime: (one?.looks ?? 0) / looks };
    },
    evidence: () => found,
    events,
    async stop() {
      clearInterval(looking);
      if (news !== null) clearTimeout(news);
      stopping.abort();
      await following;
    },
  };
}

/** Where to begin: at the newest block, unless somebody was ever accused; then all of it is looked through. */
function firstOfInterest(chain: ChainClient): bigint {
  const { height, network } = chain.status();
  const { slashed, accused, members } = network;
  const isCalm = slashed === 0n && accused.length === 0 && members.every(({ jailed }) => !jailed);
  return isCalm && height > 0n ? height : 1n;
}

/** Signatures that cover several acts differ in their place, so this names one act. */
function nameOf({ signature }: Pick<SignedEntry, 'signature'>): string {
  return Buffer.from(signature.buffer, signature.byteOffset, signature.length).toString('latin1');
}

/** Leaves of a block that are neither acts nor its header begin with their type. */
export async function otherLeavesOf(
  chain: ChainClient,
  { firstIndex, entries, headerIndex }: FinalBlock,
): Promise<readonly { readonly index: bigint; readonly type: string; readonly leaf: Leaf }[]> {
  const others = [];
  for (let index = firstIndex + BigInt(entries.length); index < headerIndex; index += 1n) {
    const leaf = decode(await chain.log.leaf(index));
    const [type] = Array.isArray(leaf) ? leaf : [];
    if (Array.isArray(leaf) && typeof type === 'string') others.push({ index, type, leaf });
  }
  return others;
}

type Leaf = readonly unknown[];

async function evidenceIn(chain: ChainClient, block: FinalBlock): Promise<readonly EvidenceSeen[]> {
  const others = await otherLeavesOf(chain, block);
  return others.flatMap(({ index, type, leaf }) => {
    const [, , epoch, voter] = leaf;
    if (type !== 'tallystick/evidence/1' || typeof epoch !== 'bigint' || typeof voter !== 'bigint')
      return [];
    const { height, timeMs } = block;
    return [{ index, height, timeMs, epoch, voter: Number(voter) }];
  });
}
