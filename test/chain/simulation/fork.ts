/**
 * A fork made on purpose: a coalition with a third of the stake or more, but less than two thirds, runs
 * every key of it twice, once for each half of the honest, who do not hear each other any more.
 *
 * Until `splitMs` all are one network, so that the fork starts at any moment of any view. Then each half
 * and the coalition go on by themselves, and soon both have final blocks that exclude each other. What the
 * honest of both halves hold is then laid side by side.
 */
import type { Certificate } from '@tallystick/chain/src/core/certificate.ts';
import { votesOf } from '@tallystick/chain/src/core/certificate.ts';
import { ForkFound } from '@tallystick/chain/src/core/decision.ts';
import { type Evidence, evidenceAmong, holds } from '@tallystick/chain/src/core/equivocation.ts';
import type { Message } from '@tallystick/chain/src/core/message.ts';
import { allRules, type Rules } from '@tallystick/chain/src/core/rules.ts';
import { type ValidatorSet, validatorSet } from '@tallystick/chain/src/core/validators.ts';
import { type Random, seeded } from '../../support/random.ts';
import { createAgenda } from './agenda.ts';
import { createDoor } from './door.ts';
import { isSignedBy } from './keys.ts';
import { allLaws } from './laws.ts';
import type { Oracle } from './oracle.ts';
import type { Scenario } from './scenario.ts';
import { createTally } from './tally.ts';
import { createValidator, type Validator } from './validator.ts';
import type { World } from './world.ts';

export type Side = 'left' | 'right';

export type ForkOutcome = {
  readonly seed: number;
  /** Did two honest validators commit different blocks of one height? */
  readonly isForked: boolean;
  /** What the certificates of all honest validators prove together, and what they had reported themselves. */
  readonly kinds: readonly string[];
  readonly guilty: readonly string[];
  /** Stake of the guilty, of all. */
  readonly guiltyStake: bigint;
  readonly totalStake: bigint;
  /** Accused who broke no rule; must be empty. */
  readonly slandered: readonly string[];
  /** Do the two validators that disagree hold enough between them? */
  readonly isPairEnough: boolean;
};

type Plan = {
  readonly set: ValidatorSet;
  readonly coalition: ReadonlySet<string>;
  readonly sideOf: ReadonlyMap<string, Side>;
  readonly splitMs: number;
  readonly delayMaxMs: number;
  /** Chance in a thousand that a message crosses over after the split. */
  readonly leak: number;
  readonly rules: Rules;
};

const endMs = 3_000;
const eventsMax = 60_000;

/** Plays one fork. Without `isTreacherous` the coalition keeps to one copy each, and nothing may come of it. */
export function playFork(seed: number, isTreacherous: boolean): ForkOutcome {
  const random = seeded(seed);
  const plan = drawPlan(random);
  const { agenda, books, start } = stage(plan, random, isTreacherous);
  start();
  for (let events = 0; events < eventsMax && books.forked() === null; events += 1) {
    if (agenda.now() > endMs || !agenda.next()) break;
  }
  return verdict(seed, plan, books);
}

/** Stakes equal or skewed, a coalition that can fork, honest halves of which each makes a quorum with it. */
function drawPlan(random: Random): Plan {
  for (;;) {
    const count = 4 + random.below(4);
    const isEqual = random.below(2) === 0;
    const validators = Array.from({ length: count }, (_, index) => ({
      id: `v${index}`,
      stake: isEqual ? 10n : BigInt(1 + random.below(30)),
      consensusKey: Uint8Array.of(index),
    }));
    const set = validatorSet(0n, validators);
    const coalition = new Set(validators.filter(() => random.below(2) === 0).map(({ id }) => id));
    const sideOf = new Map<string, Side>();
    const weights = { coalition: 0n, left: 0n, right: 0n };
    for (const { id, stake } of validators) {
      if (coalition.has(id)) {
        weights.coalition += stake;
        continue;
      }
      const side = random.below(2) === 0 ? 'left' : 'right';
      sideOf.set(id, side);
      weights[side] += stake;
    }
    const { left, right } = weights;
    const isBounded =
      3n * weights.coalition >= set.stakeSum && 3n * weights.coalition < 2n * set.stakeSum;
    const canDecide = (half: bigint): boolean =>
      half > 0n && 3n * (half + weights.coalition) > 2n * set.stakeSum;
    if (!isBounded || !canDecide(left) || !canDecide(right)) continue;
    return {
      ...{ set, coalition, sideOf },
      splitMs: random.below(150),
      delayMaxMs: random.pick([3, 15, 40]),
      leak: random.pick([0, 0, 20, 100]),
      rules: random.pick([
        allRules,
        { ...allRules, neverFinalizesNullified: false, neverNullifiesFinalized: false },
        { ...allRules, notarizesOnce: false, skippedNullified: false },
      ]),
    };
  }
}

/** What the honest come to hold, and where they first disagree. */
type Books = Oracle & {
  readonly forked: () => readonly [string, string] | null;
  readonly certificates: ReadonlyMap<string, readonly Certificate[]>;
  readonly reports: readonly Evidence[];
};

function openBooks(): Books {
  const chain = new Map<bigint, { readonly digest: string; readonly by: string }>();
  const certificates = new Map<string, Certificate[]>();
  const reports: Evidence[] = [];
  let forked: readonly [string, string] | null = null;
  const nothing = (): void => undefined;
  const believed = (by: string, certificate: Certificate): void => {
    const mine = certificates.get(by) ?? [];
    certificates.set(by, mine);
    mine.push(certificate);
  };
  return {
    ...{ certificates, reports, believed, forked: () => forked, chain: new Map() },
    ...{ overheard: nothing, sent: nothing, cosigned: nothing, entered: nothing },
    ...{ watchLeaders: nothing, failedLeaders: () => [] },
    reported: (_by, evidence) => reports.push(evidence),
    committed: (by, _below, blocks, _trail, finalization) => {
      believed(by, finalization);
      for (const { height, digest } of blocks) {
        const known = chain.get(height);
        if (known === undefined) chain.set(height, { digest, by });
        else if (known.digest !== digest) forked ??= [known.by, by];
      }
    },
  };
}

type Node = { readonly side: () => Side | 'both'; readonly validator: Validator };

function stage(plan: Plan, random: Random, isTreacherous: boolean) {
  const { set, coalition, sideOf, splitMs, delayMaxMs, leak, rules } = plan;
  const peers = set.validators.map(({ id }) => id);
  const agenda = createAgenda();
  const books = openBooks();
  const scenario = quietScenario(plan, peers);
  const nodes: Node[] = [];
  const isSplit = (): boolean => agenda.now() >= splitMs;

  const worldOf = (side: () => Side | 'both'): World => ({
    ...{ scenario, laws: allLaws, agenda, random, tally: createTally(), oracle: books },
    door: createDoor(scenario, allLaws),
    askPlace: () => null,
    crashAll: () => undefined,
    trace: () => undefined,
    network: () => ({
      sendBytes: () => undefined,
      send: (from, to, message) => {
        for (const node of nodes) {
          if (node.validator.id !== to || !reaches(side(), node.side())) continue;
          post(node.validator, from, message);
        }
      },
    }),
  });
  const reaches = (from: Side | 'both', to: Side | 'both'): boolean =>
    from === to || from === 'both' || to === 'both' || random.below(1000) < leak;
  const post = (to: Validator, from: string, message: Message): void => {
    agenda.after(1 + random.below(delayMaxMs), () => {
      try {
        to.receive(from, message);
      } catch (error) {
        // It has seen the other side's final block, and stops, as it must.
        if (!(error instanceof ForkFound)) throw error;
        to.crash();
      }
    });
  };
  const add = (id: string, side: () => Side | 'both', origin: Validator | null): Validator => {
    const isHonest = !coalition.has(id);
    const habits = {
      rules: isHonest || !isTreacherous ? allRules : rules,
      isHonest,
      lets: () => true,
    };
    const disk = origin?.disk.copy();
    const validator = createValidator(worldOf(side), id, {
      ...habits,
      ...(disk === undefined ? {} : { disk }),
    });
    nodes.push({ side, validator });
    return validator;
  };
  /** The second copy of each key of the coalition, from what the first one had on its disk. */
  const betray = (): void => {
    for (const { validator } of [...nodes]) {
      if (!coalition.has(validator.id)) continue;
      const twin = add(validator.id, () => 'right', validator);
      twin.restart();
    }
    submit();
  };
  /** Each half has entries of its own. */
  const submit = (): void => {
    for (const { side, validator } of nodes) {
      const first = side() === 'right' ? 200 : 100;
      for (let number = 0; number < 3; number += 1) validator.submit(`e${first + number}`);
    }
  };

  return {
    ...{ agenda, books },
    start: () => {
      for (const id of peers) {
        const mine = sideOf.get(id) ?? (isTreacherous ? 'left' : 'right');
        const validator = add(id, () => (isSplit() ? mine : 'both'), null);
        agenda.after(random.below(3), () => {
          validator.restart();
          validator.submit('e1');
          validator.submit('e2');
        });
      }
      agenda.after(splitMs, isTreacherous ? betray : submit);
    },
  };
}

/** A network and machines without any fault of their own: the coalition is trouble enough. */
function quietScenario({ set, coalition }: Plan, peers: readonly string[]): Scenario {
  return {
    ...{ peers, epochLength: 0n, setOf: () => set, healMs: 0, entries: 0 },
    adversaries: new Map([...coalition].map((id) => [id, 'twin'])),
    network: { delayMaxMs: 1, drop: 0, duplicate: 0, partitions: [], asBytes: false },
    crashes: {
      ...{ atBoundary: 0, perValidatorMax: 0, restartMaxMs: 0, allAt: [], allAfterVote: 0 },
      exactly: null,
    },
    disks: { failAtSync: 0, lying: new Set(), flips: 0 },
    ...{ clockRates: new Map(), clockJumps: [], isSlow: false, lateTimers: 0 },
  };
}

function verdict(seed: number, plan: Plan, books: Books): ForkOutcome {
  const { set, coalition } = plan;
  const held = (names: Iterable<string>) =>
    [...names].flatMap((name) => books.certificates.get(name) ?? []).flatMap(votesOf);
  const evidence = [...evidenceAmong(held(books.certificates.keys())), ...books.reports];
  const accused = namesIn(set, evidence);
  const pair = books.forked();
  const pairEvidence = pair === null ? [] : evidenceAmong(held(pair));
  return {
    seed,
    isForked: pair !== null,
    kinds: [...new Set(evidence.map(({ kind }) => kind))].sort(),
    guilty: accused,
    guiltyStake: stakeOf(set, accused),
    totalStake: set.stakeSum,
    slandered: accused.filter((name) => !coalition.has(name)),
    isPairEnough: 3n * stakeOf(set, namesIn(set, pairEvidence)) >= set.stakeSum,
  };
}

/** Who is accused by evidence that stands; throws for evidence that does not. */
function namesIn(set: ValidatorSet, evidence: readonly Evidence[]): readonly string[] {
  const names = new Set<string>();
  for (const each of evidence) {
    const name = set.validators[each.voter]?.id ?? 'nobody';
    if (!holds(each, (vote) => isSignedBy(name, vote, vote.signature))) {
      throw new Error(`The evidence against ${name} in view ${each.view} does not stand.`);
    }
    names.add(name);
  }
  return [...names].sort();
}

function stakeOf(set: ValidatorSet, names: readonly string[]): bigint {
  return set.validators.reduce((sum, { id, stake }) => sum + (names.includes(id) ? stake : 0n), 0n);
}
