/**
 * Four validators are killed, paused and cut off while acts keep coming, and keep every promise.
 *
 * The acts go in through a follower in this process, which now and then is stopped and started as well. At
 * the end everything is healed, and then it is asked:
 *   - is every act that was sent final, once, and every block that was shown still there, the same?
 *   - do the stores of all four and of the follower hold the same blocks, and recompute soundly?
 *   - does a proof of every act verify from the anchor alone?
 *   - did any key ever break a signing rule, in all that was heard and in all that the validators said?
 *   - did the chain go on after each blow?
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { inspect } from '../../../chain/src/cli/inspect.ts';
import type { ChainClient, FinalBlock } from '../../../chain/src/client.ts';
import { blockDigest } from '../../../chain/src/core/codec.ts';
import type { Message } from '../../../chain/src/core/message.ts';
import { hex } from '../../../chain/src/crypto/digest.ts';
import { startNetworkChain } from '../../../chain/src/index.ts';
import { diskFiles } from '../../../chain/src/shell/files.ts';
import { readGenesis } from '../../../chain/src/shell/genesis.ts';
import { openStore } from '../../../chain/src/shell/store.ts';
import { verifyTlogProof } from '../../../chain/src/verify.ts';
import { type Act, actor, fourBanks, operator } from '../../support/chain-world.ts';
import { type Random, seeded } from '../../support/random.ts';
import { makeVotesHeard } from '../../support/votes-heard.ts';
import { foundWorld, type NetworkWorld, names, type Process } from './world.ts';

export type NetworkReport = {
  readonly seed: number;
  readonly kills: number;
  readonly pauses: number;
  readonly partitions: number;
  readonly cuts: number;
  readonly followerRestarts: number;
  readonly acts: number;
  readonly blocks: number;
  /** Acts that were under way at the moment of a kill, all kills together. */
  readonly pendingAtKills: number;
  readonly proofs: number;
  readonly votesHeard: number;
  /** The most memory that a validator was ever seen with. */
  readonly residentMbMax: number;
  /** From the blow to the next block that was shown: the middle and the longest. */
  readonly recoveryMs: { readonly p50: number; readonly max: number };
  readonly seconds: number;
  /** Every promise that was broken; empty when all is well. */
  readonly broken: readonly string[];
};

/** Acts under way at once. */
const inFlightMax = 60;
/** Without a block for so long after a blow, the chain does not go on. */
const standstillMsMax = 60_000;

export async function runNetworkCrashes(options: {
  readonly seed: number;
  readonly kills: number;
  readonly say?: (line: string) => void;
}): Promise<NetworkReport> {
  const { seed, kills, say = () => undefined } = options;
  const random = seeded(seed);
  const began = performance.now();
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tallystick-network-'));
  const world = await foundWorld({ folder, founders: fourBanks.founders, hasRoads: true });
  const broken: string[] = [];
  const votes = makeVotesHeard();
  const load = makeLoad(world, random, broken, (_from, message) => {
    broken.push(...votes.hear(message));
  });
  const counts = { kills: 0, pauses: 0, partitions: 0, cuts: 0, followerRestarts: 0 };
  const recoveries: number[] = [];
  let pendingAtKills = 0;
  let residentMax = 0;
  try {
    await Promise.all(world.validators.map((each) => each.start()));
    await load.open();
    while (counts.kills < kills && broken.length === 0) {
      for (const each of world.validators) {
        residentMax = Math.max(residentMax, each.isRunning() ? each.residentBytes() : 0);
      }
      pendingAtKills += load.pending();
      const blow = performance.now();
      const what = await strike(world, random, counts, load);
      const isAlive = await load.goesOn();
      if (!isAlive) broken.push(`the chain stood still after ${what}`);
      recoveries.push(Math.round(performance.now() - blow));
      say(`${counts.kills} kills, height ${load.height()}: ${what}`);
    }
    await load.finish();
    await world.validators.reduce(async (before, each) => {
      await before;
      await caughtUp(each, load.height(), broken);
    }, Promise.resolve());
    const proofs = await load.proveAll();
    await load.close();
    for (const each of world.validators) {
      const code = await each.stop();
      if (code !== 0) broken.push(`${each.name} ended with ${code}: ${each.said().slice(-500)}`);
      const evidence = /evidence: .*/.exec(each.said())?.[0];
      if (evidence !== undefined) broken.push(`${each.name} says: ${evidence}`);
    }
    compareStores(world, load.shown(), broken);
    recoveries.sort((a, b) => a - b);
    return {
      ...{ seed, ...counts, acts: load.acts(), blocks: load.shown().size },
      ...{ pendingAtKills, proofs, votesHeard: votes.count() },
      residentMbMax: Math.round(residentMax / 2 ** 20),
      recoveryMs: {
        p50: recoveries[Math.floor(recoveries.length / 2)] ?? 0,
        max: recoveries.at(-1) ?? 0,
      },
      seconds: Math.round((performance.now() - began) / 1000),
      broken,
    };
  } finally {
    await load.close();
    await world.close();
    if (broken.length === 0) fs.rmSync(folder, { recursive: true, force: true });
    else say(`the homes are kept in ${folder}`);
  }
}

// Blows

type Counts = {
  kills: number;
  pauses: number;
  partitions: number;
  cuts: number;
  followerRestarts: number;
};

async function strike(
  world: NetworkWorld,
  random: Random,
  counts: Counts,
  load: Load,
): Promise<string> {
  const victim = world.validator(random.pick(names));
  const wait = (msMax: number) => sleep(random.below(msMax));
  const dice = random.below(20);
  if (dice < 11) {
    counts.kills += 1;
    await wait(150);
    await victim.kill();
    await wait(300);
    await victim.start();
    return `${victim.name} was killed`;
  }
  if (dice < 14) {
    const other = world.validator(random.pick(names.filter((name) => name !== victim.name)));
    counts.kills += 2;
    await Promise.all([victim.kill(), other.kill()]);
    await wait(300);
    await Promise.all([victim.start(), other.start()]);
    return `${victim.name} and ${other.name} were killed together`;
  }
  if (dice < 15) {
    counts.kills += names.length;
    await Promise.all(world.validators.map((each) => each.kill()));
    await Promise.all(world.validators.map((each) => each.start()));
    return 'all were killed together';
  }
  if (dice < 17) {
    counts.pauses += 1;
    victim.pause();
    await sleep(100 + random.below(1_200));
    victim.goOn();
    return `${victim.name} was paused`;
  }
  if (dice < 18) {
    counts.partitions += 1;
    const heal = world.partition([victim.name, ...(random.below(2) === 0 ? ['server'] : [])]);
    await sleep(200 + random.below(1_200));
    heal();
    return `${victim.name} was cut off for a while`;
  }
  if (dice < 19) {
    counts.cuts += 1;
    for (const name of [...names, 'server']) world.road(victim.name, name)?.cut();
    return `all connections of ${victim.name} broke`;
  }
  counts.followerRestarts += 1;
  await load.close();
  await load.open();
  return 'the follower was started again';
}

// Acts

type Load = {
  /** Starts the follower, sends again what is not final, and goes on sending. */
  readonly open: () => Promise<void>;
  readonly close: () => Promise<void>;
  /** True when a new block is shown in time. */
  readonly goesOn: () => Promise<boolean>;
  /** Sends no more and waits until everything is final. */
  readonly finish: () => Promise<void>;
  readonly proveAll: () => Promise<number>;
  readonly pending: () => number;
  readonly height: () => bigint;
  readonly acts: () => number;
  readonly shown: () => ReadonlyMap<bigint, FinalBlock>;
};

function makeLoad(
  world: NetworkWorld,
  random: Random,
  broken: string[],
  onHeard: (from: string, message: Message) => void,
): Load {
  const writer = actor(world.chainId, operator);
  const shown = new Map<bigint, FinalBlock>();
  const waiting = new Map<string, Act>();
  const final = new Map<string, bigint>();
  let client: ChainClient | null = null;
  let ending = new AbortController();
  let isSending = false;
  let running: Promise<unknown> = Promise.resolve();
  let highest = 0n;

  const see = (block: FinalBlock): void => {
    const before = shown.get(block.height);
    if (before !== undefined && hex(before.digest) !== hex(block.digest)) {
      broken.push(`height ${block.height} became another block`);
    }
    shown.set(block.height, block);
    if (block.height > highest) highest = block.height;
    for (const { actHash, index } of block.entries) {
      const name = hex(actHash);
      const known = final.get(name);
      if (known !== undefined && known !== index)
        broken.push(`an act stands at ${known} and ${index}`);
      final.set(name, index);
      waiting.delete(name);
    }
  };

  const follow = async (from: ChainClient, signal: AbortSignal): Promise<void> => {
    let next = 1n;
    for await (const block of from.blocksFrom(1n, signal)) {
      if (block.height !== next) broken.push(`after height ${next - 1n} came ${block.height}`);
      next += 1n;
      see(block);
    }
  };

  const send = async (to: ChainClient, signal: AbortSignal): Promise<void> => {
    if (waiting.size > 0) await to.submit([...waiting.values()]);
    while (isSending && !signal.aborted) {
      await sleep(5 + random.below(20));
      if (waiting.size >= inFlightMax) continue;
      const acts = Array.from({ length: 1 + random.below(3) }, () => writer.act());
      for (const act of acts) waiting.set(hex(act.actHash), act);
      const results = await to.submit(acts);
      const refused = results.find(({ kind }) => kind === 'malformed');
      if (refused !== undefined) broken.push(`an act was not taken: ${JSON.stringify(refused)}`);
    }
  };

  const until = async (holds: () => boolean): Promise<boolean> => {
    const limit = performance.now() + standstillMsMax;
    while (!holds() && performance.now() < limit && broken.length === 0) await sleep(10);
    return holds();
  };

  return {
    open: async () => {
      const [home] = world.followers;
      if (home === undefined) throw new RangeError('a world has a follower');
      const known = shown.get(highest);
      ending = new AbortController();
      const opened = await startNetworkChain({
        home: home.home,
        ...(known === undefined ? {} : { expect: { height: highest, root: known.root } }),
        onFatal: (error) => broken.push(`the follower stopped: ${error.message}`),
        onEvidence: ({ kind, voter, view }) =>
          broken.push(`evidence: validator ${voter}, view ${view}: ${kind}`),
        onHeard,
      });
      client = opened;
      isSending = true;
      const { signal } = ending;
      running = Promise.all([follow(opened, signal), send(opened, signal)]).catch((error) => {
        if (!signal.aborted) broken.push(`the load ended: ${String(error)}`);
      });
    },
    close: async () => {
      isSending = false;
      ending.abort();
      await running;
      await client?.stop();
      client = null;
    },
    goesOn: () => {
      const before = highest;
      return until(() => highest > before);
    },
    finish: async () => {
      isSending = false;
      const isDone = await until(() => waiting.size === 0);
      if (!isDone) broken.push(`${waiting.size} acts never became final`);
    },
    proveAll: async () => {
      const prover = client;
      if (prover === null) return 0;
      const anchor = await prover.anchor();
      let proofs = 0;
      for (const index of final.values()) {
        const verdict = verifyTlogProof(await prover.tlogProof(index), anchor);
        if (!verdict.ok) broken.push(`the proof of leaf ${index} does not verify`);
        proofs += 1;
      }
      return proofs;
    },
    pending: () => waiting.size,
    height: () => highest,
    acts: () => final.size,
    shown: () => shown,
  };
}

// What is looked at

async function caughtUp(each: Process, height: bigint, broken: string[]): Promise<void> {
  const limit = performance.now() + standstillMsMax;
  const file = path.join(each.home, 'status.json');
  let reached = 0n;
  while (performance.now() < limit) {
    const said = JSON.parse(fs.readFileSync(file, 'utf8')) as { readonly height: string };
    reached = BigInt(said.height);
    if (reached >= height) return;
    await sleep(100);
  }
  broken.push(`${each.name} is at height ${reached} and does not reach ${height}`);
}

/** The stores of all, block for block, and each recomputed from its first block. */
function compareStores(
  world: NetworkWorld,
  shown: ReadonlyMap<bigint, FinalBlock>,
  broken: string[],
): void {
  for (const { name, home } of [...world.validators, ...world.followers]) {
    const genesis = readGenesis(diskFiles, home);
    if (genesis === undefined) throw new RangeError(`${name} has no genesis`);
    for (const problem of inspect(home, genesis).problems) broken.push(`${name}: ${problem}`);
    const store = openStore({
      files: diskFiles,
      folder: path.join(home, 'store'),
      validatorCount: genesis.validators.length,
      digestOf: blockDigest(genesis.chainId),
    });
    for (const [height, block] of shown) {
      const isThere = height <= store.head().height;
      if (!isThere || store.block(height).block.digest !== hex(block.digest)) {
        broken.push(`${name} has another block, or none, at height ${height}`);
        break;
      }
      if (hex(store.headAt(height).root) !== hex(block.root)) {
        broken.push(`${name} has another root at height ${height}`);
        break;
      }
    }
    store.close();
  }
}
