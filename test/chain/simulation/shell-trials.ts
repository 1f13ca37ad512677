/**
 * What a real chain goes through: kinds of trials, each made from a seed.
 *
 *   cut        from an operation on nothing works any more, the power goes; several times over
 *   once       one operation fails with EIO or ENOSPC, and the disk works again as if nothing had been; some
 *              operations later the power goes, if anybody is still there
 *   sync       the same for a sync of the log
 *   send       the process dies as its k-th message leaves
 *   restart    one validator is stopped as the k-th message leaves, and starts again at once
 *   forget     from an operation on no sync is carried out, though each says it was (the trial that must fail)
 *   flip       a bit of what was durable is another when the chain starts
 *   hole       a bit of the log is another before its last batch: the chain must refuse to start
 *   misdirect  one write goes to another place of its file
 *
 *   gate       the signer alone, under whatever may be asked of it (gate.ts)
 *   recall     the rule of what may be forgotten, under histories made of chance (forgotten.ts)
 *
 * A damaged disk (flip, misdirect) may cost the chain its start, or its last batch with the votes in it; it may
 * never show another block, another root or a proof that does not hold.
 *
 * Run by itself it tries the kinds named and prints the first problem of each: `node shell-trials.ts SEEDS kind …`
 */
import type { DiskFault, DiskOperation, FaultyFiles } from '../../support/faulty-files.ts';
import { type Random, seeded } from '../../support/random.ts';
import { tryRecall } from './forgotten.ts';
import { tryGate } from './gate.ts';
import { actsFor, type Founded, founded, type LifeEnd, live, makeMemory } from './shell-lives.ts';

const trialKinds = [
  'cut',
  'once',
  'sync',
  'send',
  'restart',
  'flip',
  'misdirect',
  'hole',
  'forget',
  'gate',
  'recall',
] as const;
export type TrialKind = (typeof trialKinds)[number];

export type TrialResult = {
  /** What went wrong; null when every promise was kept. */
  readonly problem: string | null;
  /** Lives that ended before their work was done. */
  readonly cuts: number;
  /** The chain refused to start with the disk that it found. */
  readonly isRefused: boolean;
};

/** One trial from its seed. The same seed does the same, but for what real timers make of it. */
export async function tryChain(
  kind: TrialKind,
  world: Founded,
  seed: number,
): Promise<TrialResult> {
  if (kind === 'gate') return { problem: tryGate(seed), cuts: 0, isRefused: false };
  if (kind === 'recall') return { problem: tryRecall(seed).problem, cuts: 0, isRefused: false };
  const random = seeded(seed);
  const disk = world.disk.copy();
  const acts = actsFor(world, kind === 'send' || kind === 'restart' ? 2 : 12);
  const memory = makeMemory();
  const isDamaging = kind === 'flip' || kind === 'misdirect';
  const lives = kind === 'cut' || kind === 'forget' ? 3 : 1;
  let cuts = 0;
  for (let count = 0; count < lives; count += 1) {
    const end = await live({ disk, acts, memory, ...troubleOf(kind, random) });
    if (end.kind === 'wrong') return { problem: end.problem, cuts, isRefused: false };
    if (end.kind === 'cut') cuts += 1;
    disk.crash(random);
    if (kind === 'flip') flipSomewhere(disk, random);
  }
  const hasHole = kind === 'hole' && flipBeforeLastBatch(disk, random);
  const last = await live({ disk, acts, memory });
  if (hasHole) {
    const isRefused = last.kind === 'cut' && last.by.startsWith('WalFault');
    return { problem: isRefused ? null : 'a hole in the log is not seen', cuts, isRefused };
  }
  if (last.kind === 'cut' && isDamaging) return { problem: null, cuts, isRefused: true };
  const broken = isDamaging ? undefined : memory.brokenRules()[0];
  return { problem: problemOf(last) ?? broken ?? null, cuts, isRefused: false };
}

function problemOf(end: LifeEnd): string | null {
  if (end.kind === 'done') return null;
  return end.kind === 'cut' ? end.by : end.problem;
}

type Trouble = Pick<Parameters<typeof live>[0], 'strike' | 'onSend'>;

function troubleOf(kind: TrialKind, random: Random): Trouble {
  const at = 1 + random.below(160);
  const fault: DiskFault = random.below(2) === 0 ? 'EIO' : 'ENOSPC';
  const stopped = random.pick(['north', 'east', 'south', 'west']);
  const sendAt = 1 + random.below(90);
  const later = 1 + random.below(40);
  const syncAt = 6 + random.below(10);
  const isSync = (operation: DiskOperation): boolean => operation === 'datasync';
  switch (kind) {
    case 'cut':
      return { strike: (_operation, _file, order) => (order >= at ? 'EIO' : undefined) };
    case 'once':
      return {
        strike: (_operation, _file, order) => {
          if (order === at) return fault;
          return order >= at + later ? 'EIO' : undefined;
        },
      };
    case 'sync': {
      let syncs = 0;
      let failedAt = Number.POSITIVE_INFINITY;
      return {
        strike: (operation, file, order) => {
          if (order >= failedAt + later) return 'EIO';
          if (!isSync(operation) || !file.includes('/wal-')) return undefined;
          syncs += 1;
          if (syncs !== syncAt) return undefined;
          failedAt = order;
          return fault;
        },
      };
    }
    case 'forget':
      return {
        strike: (operation, _file, order) => {
          if (order >= at) return 'EIO';
          return isSync(operation) && order >= at / 2 ? 'forget' : undefined;
        },
      };
    case 'misdirect':
      return {
        strike: (operation, _file, order) =>
          operation === 'write' && order === at ? 'misdirect' : undefined,
      };
    case 'send':
      return {
        onSend: (order) => {
          if (order === sendAt) throw new Error('the process is killed as a message leaves');
        },
      };
    case 'restart':
      return {
        onSend: (order, client) => {
          if (order !== sendAt) return;
          void client()?.stopValidator(stopped);
          void client()?.startValidator(stopped);
        },
      };
    case 'flip':
    case 'hole':
      return { strike: (_operation, _file, order) => (order >= at ? 'EIO' : undefined) };
    case 'gate':
    case 'recall':
      return {};
  }
}

/** A bit of the log or of the store, wherever there is one. */
function flipSomewhere(disk: FaultyFiles, random: Random): void {
  const folder = random.below(2) === 0 ? '/chain/wal' : '/chain/store';
  const files = disk.list(folder).map((name) => `${folder}/${name}`);
  const filled = files.filter((file) => disk.bytesOf(file).some((octet) => octet !== 0));
  if (filled.length === 0) return;
  const file = random.pick(filled);
  const end = disk.bytesOf(file).findLastIndex((octet) => octet !== 0) + 1;
  disk.flipBit(file, random.below(end), random.below(8));
}

/** In the newest segment. False when it holds a single batch. */
function flipBeforeLastBatch(disk: FaultyFiles, random: Random): boolean {
  const name = [...disk.list('/chain/wal')].sort().at(-1);
  const file = `/chain/wal/${name}`;
  const bytes = disk.bytesOf(file);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const ends: number[] = [];
  for (let at = 0; at + 13 <= bytes.length; ) {
    const end = at + 13 + view.getUint32(at) + 4;
    if (view.getBigUint64(at + 4) === 0n || end > bytes.length) break;
    if (bytes[at + 12] === 255) ends.push(end);
    at = end;
  }
  const end = ends.at(-2);
  if (end === undefined) return false;
  disk.flipBit(file, random.below(end), random.below(8));
  return true;
}

/** Tries a kind from seed 1 on; the first seed that finds a problem, and how many do. */
export async function tryMany(kind: TrialKind, world: Founded, seeds: number) {
  const problems: { readonly seed: number; readonly problem: string }[] = [];
  let [cuts, refused] = [0, 0];
  for (let seed = 1; seed <= seeds; seed += 1) {
    const { problem, cuts: cut, isRefused } = await tryChain(kind, world, seed);
    cuts += cut;
    if (isRefused) refused += 1;
    if (problem !== null) problems.push({ seed, problem });
  }
  return { kind, seeds, cuts, refused, problems };
}

if (import.meta.main) {
  const [seeds = '20', ...names] = process.argv.slice(2);
  const world = await founded();
  for (const kind of trialKinds.filter((each) => names.includes(each))) {
    console.log(JSON.stringify(await tryMany(kind, world, Number(seeds))));
  }
}
