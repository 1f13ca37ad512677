/**
 * How fast the chain is on this machine: entries a second and time to finality, with real signatures
 * and real syncs, and the device's own sync time beside them.
 *
 * Acts are built and signed beforehand by several keys. Each case keeps some submissions of `perBlock`
 * entries in flight; the time of an entry runs from its submission to its final, cosigned block.
 */
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { batchOf, buildAct, channelOf, keyIdOf } from '../act/act.ts';
import { noEffects } from '../act/effects.ts';
import { kind, type PublicEffects } from '../act/kind.ts';
import type { ChainClient, SignedEntry } from '../client.ts';
import { fromBase64url, sha256, utf8 } from '../crypto/digest.ts';
import { actSigningBytes } from '../crypto/signature.ts';
import { startEmbeddedChain } from '../index.ts';
import { diskFiles } from '../shell/files.ts';
import { type FounderKey, hubName } from '../shell/genesis.ts';

export type BenchCase = {
  readonly perBlock: number;
  readonly inFlight: number;
  readonly signature: 'each' | 'batch';
  readonly entries: number;
};

export type BenchResult = BenchCase & {
  readonly entriesPerSecond: number;
  readonly finalMsP50: number;
  readonly finalMsP99: number;
  readonly blocks: number;
  /** Processor time of the whole process per entry, all threads: steadier than time on a busy machine. */
  readonly cpuMsPerEntry: number;
};

export type BenchReport = {
  readonly syncMsP50: number;
  readonly syncMsP99: number;
  readonly signMs: number;
  readonly proofMsP50: number;
  readonly proofMsP99: number;
  readonly restartMs: number;
  readonly results: readonly BenchResult[];
};

export const benchCases: readonly BenchCase[] = [
  { perBlock: 1, inFlight: 1, signature: 'each', entries: 400 },
  { perBlock: 100, inFlight: 1, signature: 'each', entries: 10_000 },
  { perBlock: 100, inFlight: 3, signature: 'each', entries: 20_000 },
  { perBlock: 100, inFlight: 1, signature: 'batch', entries: 30_000 },
  { perBlock: 100, inFlight: 3, signature: 'batch', entries: 30_000 },
  { perBlock: 1_000, inFlight: 2, signature: 'each', entries: 20_000 },
  { perBlock: 1_000, inFlight: 2, signature: 'batch', entries: 60_000 },
  { perBlock: 1_000, inFlight: 4, signature: 'batch', entries: 60_000 },
];

/** One stretch of a chain that grows. */
export type GrowthStep = {
  /** Entries in the log after it. */
  readonly entries: number;
  readonly entriesPerSecond: number;
  readonly cpuMsPerEntry: number;
  /** What the process holds on to, after a collection, in its heap and beside it. */
  readonly liveMb: number;
  readonly residentMb: number;
  readonly proofMsP50: number;
  readonly proofMsP99: number;
};

export type GrowthReport = {
  readonly syncMsP50: number;
  readonly steps: readonly GrowthStep[];
  /** Of the processor time of an entry against the entries in the log, both logarithmic, by least squares. */
  readonly slope: number;
  /** From a folder that was closed, and from a copy of it as it lay on the disk while the chain ran. */
  readonly restartMs: number;
  readonly restartAfterCrashMs: number;
};

/** Where the validators are: in this process, or wherever else. */
export type BenchGround = {
  /** Starts the chain in a folder, founding it the first time with these keys. */
  readonly start: (folder: string, founders: readonly FounderKey[]) => Promise<ChainClient>;
  /** Ends whatever runs besides the client. */
  readonly end: () => Promise<void>;
};

/** All four validators in this process. */
export const embeddedGround: BenchGround = {
  start: (folder, founders) =>
    startEmbeddedChain({
      home: path.join(folder, 'chain'),
      networkName: 'bench',
      genesis: {
        validators: ['north', 'east', 'south', 'west'].map((name) => ({
          ...{ name, organisation: `Bank of the ${name}`, operator: 'bench' },
        })),
        founders,
        createdMs: BigInt(Date.now()),
      },
    }),
  end: () => Promise.resolve(),
};

/** Runs the cases, each several times, on a chain of its own in a folder that is removed afterwards. */
export function runBench(
  cases: readonly BenchCase[],
  runs = 1,
  ground = embeddedGround,
  parent = os.tmpdir(),
): Promise<BenchReport> {
  return inNewFolder(parent, ground, async (home) => {
    const syncs = await measureSyncs(path.join(home, 'sync'));
    const { keys, founders } = newKeys();
    const first = await ground.start(home, founders);
    const writers = keys.map((key) => writerOf(first.chainId, key));
    const results: BenchResult[] = [];
    for (const each of cases) {
      const times: BenchResult[] = [];
      while (times.length < runs) times.push(await runCase(first, writers, each));
      results.push(medianOf(times));
    }
    const proofs = await measureProofs(first);
    await first.stop();
    return {
      syncMsP50: quantile(syncs, 0.5),
      syncMsP99: quantile(syncs, 0.99),
      signMs: measureSign(),
      proofMsP50: quantile(proofs, 0.5),
      proofMsP99: quantile(proofs, 0.99),
      restartMs: await measureStart(ground, home, founders),
      results,
    };
  });
}

/**
 * Lets a chain grow to `entries`, a thousand a block and under one signature, and tells at each `step` what an
 * entry costs, what memory is taken and how long a proof takes; then how long a restart takes.
 */
export function runGrowth(
  { entries, step }: { readonly entries: number; readonly step: number },
  onStep: (step: GrowthStep) => void = () => undefined,
  ground = embeddedGround,
  parent = os.tmpdir(),
): Promise<GrowthReport> {
  return inNewFolder(parent, ground, async (folder) => {
    const home = path.join(folder, 'home');
    const syncs = await measureSyncs(path.join(folder, 'sync'));
    const { keys, founders } = newKeys();
    const chain = await ground.start(home, founders);
    const writers = keys.map((key) => writerOf(chain.chainId, key));
    const growing = { perBlock: 1_000, inFlight: 4, signature: 'batch', entries: step } as const;
    const steps: GrowthStep[] = [];
    while (steps.length * step < entries) {
      const { entriesPerSecond, cpuMsPerEntry } = await runCase(chain, writers, growing);
      const proofs = await measureProofs(chain);
      const each = {
        ...{ entries: (steps.length + 1) * step, entriesPerSecond, cpuMsPerEntry },
        ...memoryTaken(),
        proofMsP50: quantile(proofs, 0.5),
        proofMsP99: quantile(proofs, 0.99),
      };
      steps.push(each);
      onStep(each);
    }
    const copy = path.join(folder, 'copy');
    // A process that is gone holds no lock.
    const filter = (file: string): boolean => path.basename(file) !== 'lock';
    fs.cpSync(home, copy, { recursive: true, filter });
    await chain.stop();
    const slope = rounded(
      slopeOf(steps.map((each) => [Math.log(each.entries), Math.log(each.cpuMsPerEntry)])),
    );
    const restartMs = await measureStart(ground, home, founders);
    fs.rmSync(home, { recursive: true });
    fs.renameSync(copy, home);
    return {
      ...{ syncMsP50: quantile(syncs, 0.5), steps, slope, restartMs },
      restartAfterCrashMs: await measureStart(ground, home, founders),
    };
  });
}

async function inNewFolder<T>(
  parent: string,
  ground: BenchGround,
  work: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = fs.mkdtempSync(path.join(parent, 'tallystick-bench-'));
  try {
    return await work(folder);
  } finally {
    await ground.end();
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

function newKeys(): { readonly keys: readonly Key[]; readonly founders: readonly FounderKey[] } {
  const keys = Array.from({ length: 16 }, newKey);
  const founders = keys.map(({ publicKey }, order) => ({
    publicKey,
    organisation: 'Bench',
    group: sha256(utf8(`bench ${order}`)).slice(0, 16),
    custody: 'operator' as const,
  }));
  return { keys, founders };
}

async function measureStart(
  ground: BenchGround,
  home: string,
  founders: readonly FounderKey[],
): Promise<number> {
  const began = performance.now();
  const again = await ground.start(home, founders);
  const startMs = performance.now() - began;
  await again.stop();
  return rounded(startMs);
}

/** The median of each figure. */
function medianOf(results: readonly BenchResult[]): BenchResult {
  const [first] = results;
  if (first === undefined) throw new RangeError('a case is run at least once');
  const median = (of: (result: BenchResult) => number): number => quantile(results.map(of), 0.5);
  return {
    ...first,
    entriesPerSecond: median((each) => each.entriesPerSecond),
    finalMsP50: median((each) => each.finalMsP50),
    finalMsP99: median((each) => each.finalMsP99),
    blocks: median((each) => each.blocks),
    cpuMsPerEntry: median((each) => each.cpuMsPerEntry),
  };
}

async function runCase(
  chain: ChainClient,
  writers: readonly Writer[],
  { perBlock, inFlight, signature, entries }: BenchCase,
): Promise<BenchResult> {
  const rounds = Math.ceil(entries / perBlock);
  const prepared = Array.from({ length: rounds }, (_, round) => {
    const writer = writers[round % writers.length];
    if (writer === undefined) throw new RangeError('a bench has writers');
    return signature === 'batch' && perBlock > 1
      ? writer.batch(perBlock)
      : Array.from({ length: perBlock }, () => writer.act());
  });
  /** By the first octets of an act's hash: naming each act whole would cost more than what is measured. */
  const submittedAt = new Map<number, number>();
  const times: number[] = [];
  const wanted = rounds * perBlock;
  const ending = new AbortController();
  const startHeight = chain.status().height;
  const submitNext = async (): Promise<void> => {
    const acts = prepared.shift();
    if (acts === undefined) return;
    const now = performance.now();
    for (const { actHash } of acts) submittedAt.set(firstOctets(actHash), now);
    const results = await chain.submit(acts);
    if (results.some(({ kind: taken }) => taken !== 'waiting')) {
      throw new Error(`an act was not taken in: ${JSON.stringify(results.slice(0, 2))}`);
    }
  };
  // What was prepared is not the chain's: it is put aside before the clock runs.
  collect();
  const busy = process.cpuUsage();
  const began = performance.now();
  const submissions: Promise<void>[] = [];
  for (let started = 0; started < inFlight; started += 1) submissions.push(submitNext());
  let unfinished = 0;
  for await (const block of chain.blocksFrom(startHeight + 1n, ending.signal)) {
    const at = performance.now();
    for (const { actHash } of block.entries) {
      const submitted = submittedAt.get(firstOctets(actHash));
      if (submitted !== undefined) times.push(at - submitted);
    }
    if (times.length >= wanted) break;
    // A new submission for each that is wholly final.
    unfinished += block.entries.length;
    for (; unfinished >= perBlock; unfinished -= perBlock) submissions.push(submitNext());
  }
  const seconds = (performance.now() - began) / 1000;
  const { user, system } = process.cpuUsage(busy);
  await Promise.all(submissions);
  return {
    cpuMsPerEntry: rounded((user + system) / 1000 / wanted),
    ...{ perBlock, inFlight, signature, entries: wanted },
    entriesPerSecond: Math.round(wanted / seconds),
    finalMsP50: quantile(times, 0.5),
    finalMsP99: quantile(times, 0.99),
    blocks: Number(chain.status().height - startHeight),
  };
}

function firstOctets(hash: Uint8Array): number {
  const [at0, at1, at2, at3] = [hash[0] ?? 0, hash[1] ?? 0, hash[2] ?? 0, hash[3] ?? 0];
  return ((at0 << 24) | (at1 << 16) | (at2 << 8) | at3) >>> 0;
}

type BenchAct = SignedEntry & { readonly actHash: Uint8Array };
type Writer = { readonly act: () => BenchAct; readonly batch: (count: number) => BenchAct[] };
type Key = { readonly privateKey: KeyObject; readonly publicKey: Uint8Array };

function writerOf(chainId: Uint8Array, { privateKey, publicKey }: Key): Writer {
  const channel = channelOf(chainId, hubName);
  const keyId = keyIdOf(channel, publicKey);
  const { effects: _, ...benchKind } = kind('bench.note', { text: 'text' });
  let seq = 0n;
  let previousAct: Uint8Array | null = null;
  const build = (effects: PublicEffects) => {
    seq += 1n;
    const made = buildAct({
      ...{ chainId, channel, kind: benchKind, keyId, seq, previousAct, effects },
      epoch: 1n,
      timeMs: BigInt(Date.now()),
      refs: [],
      fields: {
        ...{ party: 'org_bench', person: null, mandate: null },
        ...{ businessDate: '2026-01-02', text: `note ${seq}` },
      },
      seed: sha256(keyId, utf8(`${seq}`)),
    });
    previousAct = made.actHash;
    return made;
  };
  const signed = (message: Uint8Array) => new Uint8Array(sign(null, message, privateKey));
  return {
    act: () => {
      const { headerBytes: header, actHash } = build(noEffects);
      return { header, actHash, signature: signed(actSigningBytes(chainId, actHash)) };
    },
    batch: (count) => {
      const made = Array.from({ length: count }, () => build(noEffects));
      const { message, place } = batchOf(
        chainId,
        made.map(({ actHash }) => actHash),
      );
      const signatures = place(signed(message));
      return made.map(({ headerBytes: header, actHash }, order) => ({
        ...{ header, actHash, signature: signatures[order] ?? new Uint8Array() },
      }));
    },
  };
}

function newKey(): Key {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const { x } = publicKey.export({ format: 'jwk' });
  return { privateKey, publicKey: fromBase64url(x ?? '') ?? new Uint8Array() };
}

async function measureSyncs(file: string): Promise<readonly number[]> {
  const opened = diskFiles.open(file);
  const times: number[] = [];
  for (let round = 0; round < 200; round += 1) {
    const began = performance.now();
    opened.write(new Uint8Array(2_000).fill(round), round * 2_000);
    await opened.datasync();
    times.push(performance.now() - began);
  }
  opened.close();
  return times;
}

/** Has the collector run now. */
function collect(): void {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
}

function memoryTaken(): { readonly liveMb: number; readonly residentMb: number } {
  collect();
  const { heapUsed, external, rss } = process.memoryUsage();
  return {
    liveMb: rounded((heapUsed + external) / 2 ** 20),
    residentMb: Math.round(rss / 2 ** 20),
  };
}

/** Proofs of leaves all over the log, under the latest checkpoint. */
async function measureProofs(chain: ChainClient): Promise<readonly number[]> {
  const times: number[] = [];
  const { size } = chain.status();
  for (let round = 0n; round < 500n; round += 1n) {
    const index = (round * 7_919n) % size;
    const began = performance.now();
    await chain.tlogProof(index);
    times.push(performance.now() - began);
  }
  return times;
}

function measureSign(): number {
  const { privateKey } = generateKeyPairSync('ed25519');
  const message = new Uint8Array(100);
  const began = performance.now();
  for (let round = 0; round < 200; round += 1) sign(null, message, privateKey);
  return rounded((performance.now() - began) / 200);
}

function quantile(times: readonly number[], share: number): number {
  const ordered = [...times].sort((a, b) => a - b);
  return rounded(ordered[Math.min(ordered.length - 1, Math.floor(ordered.length * share))] ?? 0);
}

function slopeOf(points: readonly (readonly [x: number, y: number])[]): number {
  const mean = (of: (point: readonly [number, number]) => number): number =>
    points.reduce((sum, point) => sum + of(point), 0) / points.length;
  const [x, y] = [mean((point) => point[0]), mean((point) => point[1])];
  const shared = mean((point) => (point[0] - x) * (point[1] - y));
  return shared / mean((point) => (point[0] - x) ** 2);
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
