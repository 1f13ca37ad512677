/**
 * Power cuts around the end of an epoch: a chain whose epochs are two blocks long, and whose set changes on
 * the way, dies at every operation of the disk and goes on; nothing that was shown is lost or changed,
 * and no key contradicts itself, in whatever epoch it signs.
 */
import { describe, expect, it } from 'vitest';
import type { ChainClient, FinalBlock } from '../../../chain/src/client.ts';
import { brokenRule } from '../../../chain/src/core/equivocation.ts';
import { type Message, signedVotesIn } from '../../../chain/src/core/message.ts';
import type { SignedVote } from '../../../chain/src/core/vote.ts';
import { hex } from '../../../chain/src/crypto/digest.ts';
import { startEmbeddedChain } from '../../../chain/src/index.ts';
import type { Anchor } from '../../../chain/src/log/anchor.ts';
import { reignsUntil, supportOf } from '../../../chain/src/log/judge.ts';
import { parseTlogProof } from '../../../chain/src/log/proof.ts';
import { type Act, actor, fourBanks, operator } from '../../support/chain-world.ts';
import { type FaultyFiles, faultyFiles } from '../../support/faulty-files.ts';
import { seeded } from '../../support/random.ts';

const home = '/chain';
const genesis = { ...fourBanks, parameters: { epochBlocks: 2n, timeLockMs: 0n } };

type World = { readonly disk: FaultyFiles; readonly anchor: Anchor };

async function founded(): Promise<World> {
  const disk = faultyFiles();
  const client = await startEmbeddedChain({ home, networkName: 'test', genesis, files: disk });
  const anchor = await client.anchor();
  await client.stop();
  return { disk, anchor };
}

/** Five acts: an epoch is full, one loses a validator, and a few more. */
function actsFor({ anchor }: World): readonly Act[] {
  const writer = actor(anchor.chainId, operator);
  return [
    writer.act(),
    writer.act(),
    writer.act({ governance: { op: 'remove', name: 'north' } }),
    writer.act(),
    writer.act(),
  ];
}

/** Finds two votes of one key, by its name and not its place, that may not both exist. */
function makeOracle() {
  const votes = new Map<string, SignedVote[]>();
  const broken: string[] = [];
  const see = (from: string, message: Message): void => {
    const own = message.kind === 'vote' ? [message.vote] : [];
    const proposed = message.kind === 'propose' ? [message.proposal.vote] : [];
    for (const vote of [...own, ...proposed]) {
      const place = `${from}/${vote.epoch}/${vote.view}`;
      const others = votes.get(place) ?? [];
      votes.set(place, [...others, vote]);
      for (const other of others) {
        const rule = brokenRule({ ...other, voter: 0 }, { ...vote, voter: 0 });
        if (rule !== null) broken.push(`${rule} at ${place}`);
      }
    }
    const late = signedVotesIn(message).filter(({ signature }) => signature.length !== 64);
    if (late.length > 0) broken.push('a signature of another length');
  };
  return { broken, see };
}

type Trial = {
  readonly disk: FaultyFiles;
  readonly acts: readonly Act[];
  readonly shown: Map<bigint, string>;
  readonly oracle: ReturnType<typeof makeOracle>;
};

/** One life: submits what is not final, one act after the other; null when all are final in the end. */
async function live(
  { disk, acts, shown, oracle }: Trial,
  cutAt: number | null,
  judge: (client: ChainClient) => Promise<string | null> = async () => null,
): Promise<string | null> {
  const born = disk.operations();
  disk.onOperation = (_operation, _file, order) =>
    cutAt !== null && order - born >= cutAt ? 'EIO' : undefined;
  const ending = new AbortController();
  let client: ChainClient | null = null;
  try {
    client = await startEmbeddedChain({
      ...{ home, networkName: 'test', files: disk, walBytesMax: 12_000 },
      timing: { deltaMs: 5, retryDeltas: 3 },
      onSent: oracle.see,
      onFatal: () => ending.abort(),
    });
    const running = client;
    const waiting = new Set(acts.map(({ actHash }) => hex(actHash)));
    /** One after the other, so that each is in a block of its own. */
    const submitNext = (): void => {
      const next = acts.find(({ actHash }) => waiting.has(hex(actHash)));
      if (next !== undefined) void running.submit([next]).catch(() => undefined);
    };
    submitNext();
    for await (const block of client.blocksFrom(1n, ending.signal)) {
      const before = shown.get(block.height) ?? textOf(block);
      shown.set(block.height, before);
      if (before !== textOf(block)) return `height ${block.height} became another block`;
      for (const { actHash } of block.entries) waiting.delete(hex(actHash));
      if (block.entries.length > 0) submitNext();
      if (waiting.size === 0) break;
    }
    return waiting.size === 0 ? await judge(client) : 'cut';
  } catch (error) {
    if (cutAt !== null) return 'cut';
    return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  } finally {
    disk.onOperation = () => undefined;
    if (client !== null) await client.stop().catch(() => undefined);
  }
}

function textOf({ digest, root, epoch, cosigned: _, ...block }: FinalBlock): string {
  return [block.height, epoch, hex(digest), hex(root), hex(block.stateRoot)].join(' ');
}

/** The proof of the first act leads from the first anchor through all epochs. */
async function walksFrom(anchor: Anchor, client: ChainClient): Promise<string | null> {
  const { network, validators } = client.status();
  if (validators.some(({ name }) => name === 'north')) return 'north still votes';
  const proof = parseTlogProof(await client.tlogProof(0n));
  const handovers = await client.log.handovers();
  const reign = reignsUntil(anchor, handovers, proof.checkpoint).at(-1);
  if (reign === undefined || reign.epoch < 3n) return `the proof ends in epoch ${reign?.epoch}`;
  const support = supportOf(proof.checkpoint, proof.logLine, proof.cosignatures, reign);
  if (!support.isQuorum) return `no quorum in epoch ${reign.epoch}`;
  return network.bonded === 4n ? null : 'stake was not conserved';
}

describe('a chain whose power is cut while an epoch ends', () => {
  it('goes on in the right epoch from a cut at every fifth operation', async () => {
    const world = await founded();
    const acts = actsFor(world);
    let cuts = 0;
    for (let cutAt = 1; cutAt < 190; cutAt += 5) {
      const disk = world.disk.copy();
      const trial = { disk, acts, shown: new Map<bigint, string>(), oracle: makeOracle() };
      const first = await live(trial, cutAt);
      if (first === 'cut') cuts += 1;
      disk.crash(seeded(7 * cutAt));
      const second = await live(trial, cutAt + 40);
      if (second === 'cut') disk.crash(seeded(11 * cutAt));
      const last = await live(trial, null, (client) => walksFrom(world.anchor, client));

      expect([last, ...trial.oracle.broken], `cut at ${cutAt}`).toEqual([null]);
    }

    expect(cuts).toBeGreaterThan(20);
  }, 120_000);
});
