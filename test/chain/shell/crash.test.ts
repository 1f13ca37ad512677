/**
 * Power cuts at every moment: what was shown stays, nothing is twice, no key contradicts itself.
 *
 * The whole engine runs on a disk in memory that loses what was not synced. It fails from a random
 * operation on, the power goes, and the chain starts again from what is left, several times over. An
 * oracle sees every message that ever left a validator, across all its lives.
 */
import { describe, expect, it } from 'vitest';
import type { ChainClient, FinalBlock } from '../../../chain/src/client.ts';
import { brokenRule } from '../../../chain/src/core/equivocation.ts';
import { type Message, signedVotesIn } from '../../../chain/src/core/message.ts';
import type { SignedVote } from '../../../chain/src/core/vote.ts';
import { hex } from '../../../chain/src/crypto/digest.ts';
import { startEmbeddedChain } from '../../../chain/src/index.ts';
import { type Act, actor, fourBanks, operator } from '../../support/chain-world.ts';
import {
  type DiskFault,
  type DiskOperation,
  type FaultyFiles,
  faultyFiles,
} from '../../support/faulty-files.ts';
import { type Random, seeded } from '../../support/random.ts';

const home = '/chain';
/** Small, so that the log is cut short and the store synced within a few blocks. */
const walBytesMax = 12_000;
const actsPerRun = 14;

/** A disk on which a chain was founded, to copy from. */
async function founded(): Promise<{ disk: FaultyFiles; chainId: Uint8Array }> {
  const disk = faultyFiles();
  const client = await startEmbeddedChain({
    ...{ home, networkName: 'test', genesis: fourBanks, files: disk },
  });
  await client.stop();
  return { disk, chainId: client.chainId };
}

/** Remembers every vote that left, and finds two that may not both exist. */
function makeOracle() {
  const votes = new Map<string, SignedVote[]>();
  const broken: string[] = [];
  return {
    broken,
    see: (message: Message): void => {
      for (const vote of signedVotesIn(message)) {
        const place = `${vote.voter}/${vote.epoch}/${vote.view}`;
        const others = votes.get(place) ?? [];
        votes.set(place, others);
        const isKnown = others.some(
          ({ kind, digest }) => kind === vote.kind && digest === vote.digest,
        );
        if (isKnown) continue;
        for (const other of others) {
          const rule = brokenRule(other, vote);
          if (rule !== null) broken.push(`${rule} at ${place}`);
        }
        others.push(vote);
      }
    },
  };
}

type Shown = Map<bigint, FinalBlock>;

/** What was shown before must be shown again, exactly. */
function compare(shown: Shown, block: FinalBlock): string | null {
  const before = shown.get(block.height);
  shown.set(block.height, block);
  if (before === undefined) return null;
  const isSame =
    hex(before.digest) === hex(block.digest) &&
    hex(before.root) === hex(block.root) &&
    hex(before.stateRoot) === hex(block.stateRoot) &&
    before.firstIndex === block.firstIndex;
  return isSame ? null : `height ${block.height} became another block`;
}

type Life = {
  readonly disk: FaultyFiles;
  readonly acts: readonly Act[];
  readonly shown: Shown;
  readonly oracle: ReturnType<typeof makeOracle>;
  readonly strike:
    | ((operation: DiskOperation, file: string, order: number) => DiskFault | undefined)
    | null;
};

/** Starts, submits all acts that are not final yet, follows until all are final or the disk fails. */
async function live({ disk, acts, shown, oracle, strike }: Life): Promise<string | null> {
  const born = disk.operations();
  disk.onOperation = (operation, file, order) => strike?.(operation, file, order - born);
  const ending = new AbortController();
  const highest = [...shown.keys()].reduce((max, height) => (height > max ? height : max), 0n);
  const known = shown.get(highest);
  let client: ChainClient | null = null;
  try {
    client = await startEmbeddedChain({
      ...{ home, networkName: 'test', files: disk, walBytesMax },
      ...(known === undefined ? {} : { expect: { height: highest, root: known.root } }),
      timing: { deltaMs: 5, retryDeltas: 3 },
      onSent: (_from, message) => oracle.see(message),
      onFatal: () => ending.abort(),
    });
    const seen = new Set<string>();
    for (let from = 0; from < acts.length; from += 2) {
      void client.submit(acts.slice(from, from + 2)).catch(() => undefined);
    }
    for await (const block of client.blocksFrom(1n, ending.signal)) {
      const problem = compare(shown, block);
      if (problem !== null) return problem;
      for (const { actHash } of block.entries) {
        if (seen.has(hex(actHash))) return `an act is final twice, again at ${block.height}`;
        seen.add(hex(actHash));
      }
      if (seen.size === acts.length) break;
    }
    if (seen.size < acts.length) return 'cut';
    await client.stop();
    return null;
  } catch (error) {
    if (strike !== null && !(error instanceof Error && error.name === 'ChainBehind')) return 'cut';
    return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  } finally {
    disk.onOperation = () => undefined;
    if (client !== null) await client.stop().catch(() => undefined);
  }
}

function actsFor(chainId: Uint8Array): readonly Act[] {
  const writer = actor(chainId, operator);
  return Array.from({ length: actsPerRun }, () => writer.act());
}

/** Some lives that end in a power cut, then one that must finish. Returns what went wrong, if anything. */
async function trial(
  world: { readonly disk: FaultyFiles; readonly chainId: Uint8Array },
  random: Random,
  fault: 'EIO' | 'forget',
): Promise<{ readonly problem: string | null; readonly cuts: number }> {
  const disk = world.disk.copy();
  const acts = actsFor(world.chainId);
  const shown: Shown = new Map();
  const oracle = makeOracle();
  let cuts = 0;
  for (let life = 0; life < 3; life += 1) {
    const cutAt = 1 + random.below(fault === 'EIO' ? 260 : 200);
    const forgotten = 1 + random.below(cutAt);
    const end = await live({
      ...{ disk, acts, shown, oracle },
      strike: (operation, _file, order) => {
        if (order >= cutAt) return 'EIO';
        if (fault !== 'forget' || order < forgotten || operation !== 'datasync') return undefined;
        return 'forget';
      },
    });
    if (end !== null && end !== 'cut') return { problem: end, cuts };
    if (end === 'cut') cuts += 1;
    disk.crash(random);
  }
  const last = await live({ disk, acts, shown, oracle, strike: null });
  return { problem: last ?? oracle.broken[0] ?? null, cuts };
}

describe('a chain whose power is cut', () => {
  it('loses nothing that was shown, shows nothing twice and never contradicts itself', async () => {
    const world = await founded();
    let cuts = 0;
    const trials = 110;

    for (let seed = 1; seed <= trials; seed += 1) {
      const result = await trial(world, seeded(seed), 'EIO');

      expect(result.problem, `seed ${seed}`).toBeNull();
      cuts += result.cuts;
    }

    expect(cuts).toBeGreaterThan(200);
  }, 240_000);

  it('comes back from a cut at every single operation of one block’s life', async () => {
    const world = await founded();
    const acts = actsFor(world.chainId).slice(0, 1);
    let cuts = 0;
    for (let cutAt = 1; cutAt < 90; cutAt += 1) {
      for (const seed of [1, 2]) {
        const disk = world.disk.copy();
        const shown: Shown = new Map();
        const oracle = makeOracle();
        const strike: Life['strike'] = (_operation, _file, order) =>
          order >= cutAt ? 'EIO' : undefined;
        const first = await live({ disk, acts, shown, oracle, strike });
        if (first === 'cut') cuts += 1;
        disk.crash(seeded(1000 * cutAt + seed));
        const last = await live({ disk, acts, shown, oracle, strike: null });

        expect([first, last, ...oracle.broken], `cut at ${cutAt}`).toEqual([
          first === 'cut' ? 'cut' : null,
          null,
        ]);
      }
    }

    expect(cuts).toBeGreaterThan(100);
  }, 240_000);

  it('is caught when a single sync of the log is left out before the power goes', async () => {
    const world = await founded();
    const acts = actsFor(world.chainId).slice(0, 3);
    const problems: string[] = [];
    for (let seed = 1; seed <= 200 && problems.length === 0; seed += 1) {
      const random = seeded(5_000 + seed);
      const disk = world.disk.copy();
      const shown: Shown = new Map();
      const oracle = makeOracle();
      const forgotten = 1 + random.below(14);
      let syncs = 0;
      const strike: Life['strike'] = (operation, file) => {
        if (operation !== 'datasync' || !file.includes('wal-')) return undefined;
        syncs += 1;
        if (syncs === forgotten) return 'forget';
        // The next sync of the file would make up for it.
        return syncs > forgotten ? 'EIO' : undefined;
      };
      const first = await live({ disk, acts, shown, oracle, strike });
      disk.crash(random);
      const last = await live({ disk, acts, shown, oracle, strike: null });
      const problem = [first === 'cut' ? null : first, last, ...oracle.broken].find(Boolean);
      if (problem !== undefined && problem !== null) problems.push(problem);
    }

    expect(problems.length).toBeGreaterThan(0);
  }, 120_000);

  it('is caught losing what it showed when syncs are left out, so the test above can fail', async () => {
    const world = await founded();
    const problems: string[] = [];

    for (let seed = 1; seed <= 25; seed += 1) {
      const { problem } = await trial(world, seeded(1000 + seed), 'forget');
      if (problem !== null) problems.push(problem);
    }

    expect(problems.length).toBeGreaterThan(0);
  }, 120_000);
});
