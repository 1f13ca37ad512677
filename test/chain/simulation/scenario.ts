/**
 * What one seed sets up: who votes with what stake, who lies and how, and every
 * fault of network, disk, clock and process, until the network heals.
 *
 * The same seed makes the same scenario. Faulty stake stays below a third in
 * every epoch.
 */
import {
  type Validator,
  type ValidatorSet,
  validatorSet,
} from '@tallystick/chain/src/core/validators.ts';
import type { Random } from '../../support/random.ts';

export type AdversaryKind = 'silent' | 'twin' | 'withholder' | 'tempter' | 'liar';

/** A cut between `start` and `end`: messages over these links vanish. Flapping when `periodMs` is set. */
export type Partition = {
  readonly start: number;
  readonly end: number;
  readonly links: ReadonlySet<string>;
  readonly periodMs: number | null;
};

/** The `boundary`-th border that a validator passes; of its unsynced writes the first `kept` survive. */
export type ExactCrash = {
  readonly peer: string;
  readonly boundary: number;
  readonly kept: number;
  readonly restartMs: number;
};

export type Scenario = {
  readonly peers: readonly string[];
  readonly adversaries: ReadonlyMap<string, AdversaryKind>;
  /** Blocks in an epoch; zero for one epoch without end. */
  readonly epochLength: bigint;
  readonly setOf: (epoch: bigint) => ValidatorSet;
  /** Until then everything goes wrong; afterwards the network is good and nobody honest crashes. */
  readonly healMs: number;
  readonly entries: number;
  readonly network: {
    readonly delayMaxMs: number;
    readonly drop: number;
    readonly duplicate: number;
    readonly partitions: readonly Partition[];
    /** Messages travel as bytes, and some are bent on the way. */
    readonly asBytes: boolean;
  };
  readonly crashes: {
    /** Chance at each boundary: before and after a sync, before and after each send. */
    readonly atBoundary: number;
    readonly perValidatorMax: number;
    readonly restartMaxMs: number;
    readonly allAt: readonly number[];
    /** Chance, after each vote sent, that everybody crashes at once. */
    readonly allAfterVote: number;
    /** One crash at one place, for trying all places in turn. */
    readonly exactly: ExactCrash | null;
  };
  readonly disks: {
    /** Chance at each sync that it fails (EIO) or that the disk is full (ENOSPC). */
    readonly failAtSync: number;
    /** Whose disk may damage what was synced; together with the liars below a third of the stake. */
    readonly lying: ReadonlySet<string>;
    /** Chance at each crash of such a peer that a bit is flipped. */
    readonly flips: number;
  };
  /** How fast each peer's clock runs. */
  readonly clockRates: ReadonlyMap<string, number>;
  /** When a peer's clock jumps ahead (or back, below zero), and how far. */
  readonly clockJumps: readonly {
    readonly peer: string;
    readonly at: number;
    readonly byMs: number;
  }[];
  /** The application and the signer answer later than at once. */
  readonly isSlow: boolean;
  /** Chance that a timer fires although it was cleared. */
  readonly lateTimers: number;
};

export function scenarioOf(random: Random): Scenario {
  const chance = (share: number): boolean => random.below(1000) < share * 1000;
  const stakes = drawStakes(random);
  const peers = stakes.map((_, index) => `v${index}`);
  const adversaries = drawAdversaries(random, peers, stakes);
  const healMs = 400 + random.below(2000);
  const isCalm = chance(0.1);
  const epochLength = chance(0.3) ? BigInt(2 + random.below(5)) : 0n;
  const lying = isCalm ? new Set<string>() : drawLyingDisks(random, peers, stakes, adversaries);
  const unreliable = new Set([...adversaries.keys(), ...lying]);

  return {
    peers,
    adversaries,
    epochLength,
    setOf: setsOf(peers, stakes, unreliable, epochLength),
    healMs,
    entries: 4 + random.below(16),
    network: {
      delayMaxMs: isCalm ? 4 : random.pick([4, 15, 60, 150]),
      drop: isCalm ? 0 : random.pick([0, 0.02, 0.1, 0.3]),
      duplicate: isCalm ? 0 : random.pick([0, 0.05, 0.2]),
      partitions: isCalm ? [] : drawPartitions(random, peers, healMs),
      asBytes: chance(0.1),
    },
    crashes: {
      atBoundary: isCalm ? 0 : random.pick([0, 0.005, 0.02, 0.05]),
      perValidatorMax: 1 + random.below(6),
      restartMaxMs: random.pick([0, 5, 100, 900]),
      allAt: !isCalm && chance(0.3) ? [random.below(healMs), random.below(healMs)] : [],
      exactly: null,
      allAfterVote: isCalm ? 0 : random.pick([0, 0, 0.003, 0.01]),
    },
    disks: { failAtSync: isCalm ? 0 : random.pick([0, 0, 0.01, 0.03]), lying, flips: 0.4 },
    clockJumps: isCalm ? [] : drawJumps(random, peers, healMs),
    clockRates: new Map(peers.map((peer) => [peer, (60 + random.below(90)) / 100])),
    isSlow: chance(0.25),
    lateTimers: isCalm ? 0 : random.pick([0, 0.1, 0.5]),
  };
}

function drawStakes(random: Random): readonly bigint[] {
  switch (random.below(6)) {
    case 0:
      return Array.from({ length: 4 }, () => 1n);
    case 1:
      return Array.from({ length: 5 + random.below(3) }, () => 10n);
    case 2:
      return Array.from({ length: 4 + random.below(4) }, () => BigInt(1 + random.below(9)));
    case 3:
      // A few heavy ones and many light ones: heads and stake disagree.
      return [30n, 30n, 30n, ...Array.from({ length: 2 + random.below(4) }, () => 5n)];
    case 4:
      return Array.from({ length: 7 }, () => 3n);
    default:
      return Array.from({ length: 4 + random.below(2) }, () => 25n);
  }
}

/** As many liars as fit below a third of the stake, most of the time; the light ones first, so that heads matter. */
function drawAdversaries(
  random: Random,
  peers: readonly string[],
  stakes: readonly bigint[],
): ReadonlyMap<string, AdversaryKind> {
  const kinds: readonly AdversaryKind[] = [
    'silent',
    'twin',
    'twin',
    'withholder',
    'tempter',
    'liar',
    'liar',
    'liar',
  ];
  const adversaries = new Map<string, AdversaryKind>();
  if (random.below(4) === 0) return adversaries;
  const total = stakes.reduce((sum, stake) => sum + stake, 0n);
  const offset = random.below(peers.length);
  const order = peers.map((_, index) => (index + offset) % peers.length);
  order.sort((a, b) => Number((stakes[a] ?? 0n) - (stakes[b] ?? 0n)));
  let faulty = 0n;
  for (const index of order) {
    const stake = stakes[index] ?? 0n;
    const peer = peers[index];
    if (peer === undefined || 3n * (faulty + stake) >= total) continue;
    faulty += stake;
    adversaries.set(peer, random.pick(kinds));
  }
  return adversaries;
}

/** A disk that lies costs its owner the promises it made, so its stake counts with the liars'. */
function drawLyingDisks(
  random: Random,
  peers: readonly string[],
  stakes: readonly bigint[],
  adversaries: ReadonlyMap<string, AdversaryKind>,
): ReadonlySet<string> {
  const total = stakes.reduce((sum, stake) => sum + stake, 0n);
  let faulty = 0n;
  peers.forEach((peer, index) => {
    if (adversaries.has(peer)) faulty += stakes[index] ?? 0n;
  });
  const fitting = peers.filter(
    (peer, index) => !adversaries.has(peer) && 3n * (faulty + (stakes[index] ?? 0n)) < total,
  );
  return fitting.length === 0 ? new Set() : new Set([random.pick(fitting)]);
}

/** Up to three jumps, of up to two seconds either way. */
function drawJumps(
  random: Random,
  peers: readonly string[],
  healMs: number,
): Scenario['clockJumps'] {
  return Array.from({ length: random.below(4) }, () => ({
    peer: random.pick(peers),
    at: random.below(healMs),
    byMs: random.pick([-2_000, -200, -30, 30, 200, 2_000]),
  }));
}

/**
 * With epochs, one reliable validator sits out every second epoch, and another has twice its stake
 * every third one, where the fault bound allows it.
 */
function setsOf(
  peers: readonly string[],
  stakes: readonly bigint[],
  unreliable: ReadonlySet<string>,
  epochLength: bigint,
): (epoch: bigint) => ValidatorSet {
  const sets = new Map<bigint, ValidatorSet>();
  const all = peers.map(
    (id, index): Validator => ({
      id,
      stake: stakes[index] ?? 1n,
      consensusKey: Uint8Array.of(index),
    }),
  );
  const isBounded = (validators: readonly Validator[]): boolean => {
    const sum = (list: readonly Validator[]) =>
      list.reduce((total, { stake }) => total + stake, 0n);
    return 3n * sum(validators.filter(({ id }) => unreliable.has(id))) < sum(validators);
  };
  const reliable = peers.filter((peer) => !unreliable.has(peer));
  const make = (epoch: bigint): ValidatorSet => {
    if (epochLength === 0n) return validatorSet(epoch, all);
    const resting = reliable[Number(epoch) % reliable.length];
    const growing = reliable[Number(epoch + 1n) % reliable.length];
    const weighed =
      epoch % 3n === 2n
        ? all.map((each) => (each.id === growing ? { ...each, stake: 2n * each.stake } : each))
        : all;
    const rested = weighed.filter(({ id }) => id !== resting);
    const mayRest = epoch % 2n === 1n && rested.length > 2 && isBounded(rested);
    return validatorSet(epoch, mayRest ? rested : weighed);
  };
  return (epoch) => {
    const set = sets.get(epoch) ?? make(epoch);
    sets.set(epoch, set);
    return set;
  };
}

function drawPartitions(
  random: Random,
  peers: readonly string[],
  healMs: number,
): readonly Partition[] {
  return Array.from({ length: random.below(4) }, () => {
    const start = random.below(healMs);
    const side = new Set(peers.filter(() => random.below(2) === 0));
    const isOneWay = random.below(3) === 0;
    const links = peers.flatMap((from) =>
      peers
        .filter((to) => side.has(from) !== side.has(to) && (!isOneWay || side.has(from)))
        .map((to) => `${from}>${to}`),
    );
    const end = start + 50 + random.below(healMs);
    return { start, end, links: new Set(links), periodMs: random.below(3) === 0 ? 40 : null };
  });
}
