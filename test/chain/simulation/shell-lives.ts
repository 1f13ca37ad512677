/**
 * Lives of a real chain on a disk that fails: the whole embedded engine, started again and again.
 *
 * An oracle sees every message that ever left a validator, across all lives, and remembers what was shown:
 * blocks, roots and cosignatures must be the same for ever, no act and no fingerprint may be there twice,
 * roots follow from the leaves, and every proof verifies.
 *
 * Imports relatively throughout, so that a copy of the whole with a changed source runs the same way
 * (shell-mutants.ts).
 */
import type { ChainClient, FinalBlock } from '../../../chain/src/client.ts';
import type { Message } from '../../../chain/src/core/message.ts';
import { hex, sha256, utf8 } from '../../../chain/src/crypto/digest.ts';
import { startEmbeddedChain } from '../../../chain/src/index.ts';
import type { Anchor } from '../../../chain/src/log/anchor.ts';
import { parseCheckpointBody } from '../../../chain/src/log/checkpoint.ts';
import { leafHash, verifyInclusion } from '../../../chain/src/log/merkle.ts';
import { verifyTlogProof } from '../../../chain/src/verify.ts';
import { type Act, actor, fourBanks, operator } from '../../support/chain-world.ts';
import {
  type DiskFault,
  type DiskOperation,
  type FaultyFiles,
  faultyFiles,
} from '../../support/faulty-files.ts';
import { makeVotesHeard } from '../../support/votes-heard.ts';

const home = '/chain';
/** Small, so that the log is cut short and the store synced within a few blocks. */
const walBytesMax = 12_000;
/** A life that has not ended by then will not: nothing in it waits that long. */
const lifeMaxMs = 20_000;

export type Founded = { readonly disk: FaultyFiles; readonly anchor: Anchor };

/** A disk on which a chain was founded, to copy from. */
export async function founded(): Promise<Founded> {
  const disk = faultyFiles();
  const client = await startEmbeddedChain({
    ...{ home, networkName: 'test', genesis: fourBanks, files: disk },
  });
  const anchor = await client.anchor();
  await client.stop();
  return { disk, anchor };
}

/** Acts of one writer; every third one reserves one of two fingerprints, so that most of these lose. */
export function actsFor({ anchor }: Founded, count: number): readonly Act[] {
  const writer = actor(anchor.chainId, operator);
  return Array.from({ length: count }, (_, order) => {
    const token = sha256(utf8(`invoice ${order % 2}`));
    return order % 3 === 2
      ? writer.act({ fingerprints: [{ op: 'reserve', token }] })
      : writer.act();
  });
}

/** What was seen of one chain across all its lives. */
export type Memory = {
  readonly see: (message: Message) => void;
  /** Two votes of one key that exclude each other; a new one each time. */
  readonly brokenRules: () => readonly string[];
  /** Null when the block is new or as it was shown before. */
  readonly show: (block: FinalBlock) => string | null;
  readonly highest: () => FinalBlock | undefined;
  /** Null when the cosignatures of a checkpoint are as they were seen before. */
  readonly cosigned: (size: bigint, lines: readonly string[]) => string | null;
};

export function makeMemory(): Memory {
  const votes = makeVotesHeard();
  const broken: string[] = [];
  const shown = new Map<bigint, FinalBlock>();
  const cosignatures = new Map<string, string>();
  let highest: FinalBlock | undefined;

  return {
    brokenRules: () => broken,
    highest: () => highest,
    see: (message) => {
      broken.push(...votes.hear(message));
    },
    show: (block) => {
      const before = shown.get(block.height);
      shown.set(block.height, block);
      if (highest === undefined || block.height > highest.height) highest = block;
      return before === undefined || textOf(before) === textOf(block)
        ? null
        : `height ${block.height} became another block`;
    },
    cosigned: (size, lines) => {
      for (const line of lines) {
        const name = `${line.split(' ')[1]} at ${size}`;
        const before = cosignatures.get(name) ?? line;
        cosignatures.set(name, line);
        if (before !== line) return `${name} was cosigned anew`;
      }
      return null;
    },
  };
}

function textOf({ digest, root, stateRoot, firstIndex }: FinalBlock): string {
  return `${hex(digest)} ${hex(root)} ${hex(stateRoot)} ${firstIndex}`;
}

export type Life = {
  readonly disk: FaultyFiles;
  readonly acts: readonly Act[];
  readonly memory: Memory;
  /** What befalls the disk, operation by operation of this life; null for a life without trouble. */
  readonly strike?: (
    operation: DiskOperation,
    file: string,
    order: number,
  ) => DiskFault | undefined;
  /** Called as each message leaves; may throw, and the process is dead. */
  readonly onSend?: (order: number, client: () => ChainClient | null) => void;
};

/**
 * done     all acts are final, and everything that was shown is as it was
 * cut      the chain stopped by itself, or did not start, with the disk that it had
 * wrong    a promise is broken
 */
export type LifeEnd =
  | { readonly kind: 'done' }
  | { readonly kind: 'cut'; readonly by: string }
  | { readonly kind: 'wrong'; readonly problem: string };

/** Starts, submits all acts, follows until all are final or the chain stops, then asks for every proof. */
export async function live(life: Life): Promise<LifeEnd> {
  const { disk, acts, memory, strike, onSend } = life;
  const born = disk.operations();
  disk.onOperation = (operation, file, order) => strike?.(operation, file, order - born);
  const ending = new AbortController();
  let fatal: Error | null = null;
  let client: ChainClient | null = null;
  let sent = 0;
  const clock = setTimeout(() => ending.abort(), lifeMaxMs);
  try {
    const known = memory.highest();
    client = await startEmbeddedChain({
      ...{ home, networkName: 'test', files: disk, walBytesMax },
      ...(known === undefined ? {} : { expect: { height: known.height, root: known.root } }),
      timing: { deltaMs: 5, retryDeltas: 3 },
      onSent: (_from, message) => {
        memory.see(message);
        sent += 1;
        onSend?.(sent, () => client);
      },
      onFatal: (error) => {
        fatal = error;
        ending.abort();
      },
    });
    const wrong = await follow(client, acts, memory, ending.signal);
    if (wrong !== null) return { kind: 'wrong', problem: wrong };
    if (ending.signal.aborted) return endOf(fatal);
    const problem = await judge(client, memory);
    if (problem !== null) return { kind: 'wrong', problem };
    await client.stop();
    return { kind: 'done' };
  } catch (error) {
    return {
      kind: 'cut',
      by: error instanceof Error ? `${error.name}: ${error.message}` : 'nothing',
    };
  } finally {
    clearTimeout(clock);
    disk.onOperation = () => undefined;
    if (client !== null) await client.stop().catch(() => undefined);
  }
}

function endOf(fatal: Error | null): LifeEnd {
  if (fatal === null) return { kind: 'wrong', problem: 'stalled' };
  return { kind: 'cut', by: `${fatal.name}: ${fatal.message}` };
}

/** What was shown before must be shown again, exactly, and no act and no fingerprint twice. */
async function follow(
  client: ChainClient,
  acts: readonly Act[],
  memory: Memory,
  signal: AbortSignal,
): Promise<string | null> {
  const seen = new Set<string>();
  for (let from = 0; from < acts.length; from += 2) {
    void client.submit(acts.slice(from, from + 2)).catch(() => undefined);
  }
  let reserved = 0;
  for await (const block of client.blocksFrom(1n, signal)) {
    const problem = memory.show(block);
    if (problem !== null) return problem;
    for (const { actHash, outcome } of block.entries) {
      if (seen.has(hex(actHash))) return `an act is final twice, again at ${block.height}`;
      seen.add(hex(actHash));
      const order = acts.findIndex((act) => hex(act.actHash) === hex(actHash));
      if (order % 3 === 2 && outcome.kind === 'accepted') reserved += 1;
    }
    if (reserved > 2) return 'a fingerprint is reserved twice';
    if (seen.size === acts.length) return null;
  }
  return null;
}

/** Every leaf is under the root of the last block, every root follows, every proof names its cosigners. */
async function judge(client: ChainClient, memory: Memory): Promise<string | null> {
  const last = memory.highest();
  if (last === undefined) return null;
  for (let index = 0n; index < last.size; index += 1n) {
    const { leaf, hashes, size, root } = await client.inclusion(index);
    if (!verifyInclusion({ leaf: leafHash(leaf), index, size, hashes, root })) {
      return `the proof of leaf ${index} does not lead to the root`;
    }
  }
  for (let height = 1n; height <= last.height; height += 1n) {
    const problem = await judgeCheckpoint(client, memory, height);
    if (problem !== null) return problem;
  }
  const anchor = await client.anchor();
  for (let index = 0n; index < last.size; index += 4n) {
    const { ok } = verifyTlogProof(await client.tlogProof(index), anchor);
    if (!ok) return `the proof file of leaf ${index} does not verify`;
  }
  return null;
}

async function judgeCheckpoint(
  client: ChainClient,
  memory: Memory,
  height: bigint,
): Promise<string | null> {
  for await (const block of client.blocksFrom(height, AbortSignal.timeout(lifeMaxMs))) {
    if (!block.cosigned) return null;
    const parts = await client.inclusion(0n, block.size);
    const body = parseCheckpointBody(parts.checkpointBody);
    if (hex(body.root) !== hex(block.root)) return `the checkpoint of height ${height} is another`;
    return memory.cosigned(block.size, parts.cosignatureLines);
  }
  return null;
}
