/**
 * One seed, from its scenario to its verdict.
 *
 * Until `healMs` everything goes wrong that the scenario holds. Then the network
 * is good, nobody honest crashes any more, and within `convergeMaxMs` every
 * honest validator must have the same chain with every entry in it.
 */
import { ForkFound } from '@tallystick/chain/src/core/decision.ts';
import type { Message } from '@tallystick/chain/src/core/message.ts';
import { viewsAheadMax, viewsBehindMax } from '@tallystick/chain/src/core/params.ts';
import { type Random, seeded } from '../../support/random.ts';
import { createCoalition } from './adversaries/coalition.ts';
import { createTempter, createTwin, createWithholder } from './adversaries/copies.ts';
import { type Adversary, createLiar } from './adversaries/liar.ts';
import { createAgenda } from './agenda.ts';
import { createDoor } from './door.ts';
import { allLaws, type Laws } from './laws.ts';
import { createNetwork, type Network } from './network.ts';
import { createOracle } from './oracle.ts';
import { type Scenario, scenarioOf } from './scenario.ts';
import { createTally } from './tally.ts';
import { createValidator, type Validator } from './validator.ts';
import type { Place, World } from './world.ts';

const convergeMaxMs = 8_000;
const eventsMax = 80_000;
/** Entries of calm weather, for three blocks at least. */
const calmEntries = 8;
/** How long the calm is watched at least, in ms. */
const calmMs = 100;

export type Outcome = {
  readonly seed: number;
  readonly events: number;
  readonly commits: number;
  readonly faults: ReadonlyMap<string, number>;
  readonly violations: readonly string[];
};

/** Who reads the run, line by line; nobody as a rule. */
export type Trace = ((line: string) => void) | null;

/** Runs a seed under the given laws; the same seed and laws always give the same outcome. */
export function run(seed: number, laws: Laws = allLaws, trace: Trace = null): Outcome {
  const random = seeded(seed);
  return { seed, ...runScenario(scenarioOf(random), random, laws, trace) };
}

/** The last lines of a run's trace: what happened before a promise was broken. */
export function lastEvents(seed: number, laws: Laws, count: number): readonly string[] {
  const lines: string[] = [];
  run(seed, laws, (line) => {
    lines.push(line);
    if (lines.length > count) lines.shift();
  });
  return lines;
}

/** The same with a scenario made by hand. */
export function runScenario(
  scenario: Scenario,
  random: Random,
  laws: Laws = allLaws,
  trace: Trace = null,
): Omit<Outcome, 'seed'> {
  const agenda = createAgenda();
  const tally = createTally();
  const oracle = createOracle(scenario, tally);
  const coalition = createCoalition(scenario, oracle);
  const stamped = (line: () => string): void => {
    if (trace !== null) trace(`${agenda.now().toFixed(1).padStart(9)} ms  ${line()}`);
  };
  const rules = laws.core;
  const hasLiar = [...scenario.adversaries.values()].includes('liar');
  const world: World = {
    ...{ scenario, laws, agenda, random, tally, oracle },
    door: createDoor(scenario, laws),
    network: () => network,
    askPlace: (peer) => placeOf(peer),
    crashAll: () => crashAll(world, honest),
    trace: stamped,
  };

  const honest = scenario.peers
    .filter((peer) => !scenario.adversaries.has(peer))
    .map((id) => createValidator(world, id, { rules, isHonest: true, lets: () => true }));
  const adversaries = new Map<string, Adversary>();
  for (const [id, kind] of scenario.adversaries) {
    if (kind === 'twin') adversaries.set(id, createTwin(world, id, rules));
    if (kind === 'withholder') adversaries.set(id, createWithholder(world, id, rules));
    if (kind === 'tempter') adversaries.set(id, createTempter(world, id, rules));
    if (kind === 'liar') adversaries.set(id, createLiar(world, id, coalition));
  }
  const receivers = new Map<string, Pick<Adversary, 'receive'>>([
    ...honest.map((one) => [one.id, one] as const),
    ...adversaries,
  ]);
  const deliver = (from: string, to: string, message: Message): void => {
    stamped(() => `${from} ▶ ${to}  ${describe(message)}`);
    receivers.get(to)?.receive(from, message);
  };
  const wire = createNetwork(scenario, random, agenda, tally, deliver);
  const network: Network = {
    send: (from, to, message) => {
      if (hasLiar) coalition.observe(message);
      oracle.overheard(message);
      wire.send(from, to, message);
    },
    sendBytes: wire.sendBytes,
  };
  /** Honest peers tell the truth when they are up; of the others some are silent and some play it down. */
  const placeOf = (peer: string): Place | null => {
    const one = honest.find(({ id }) => id === peer);
    if (one === undefined) {
      const isAnswering = scenario.adversaries.get(peer) !== 'silent' && random.below(2) === 0;
      return isAnswering ? { epoch: 0n, view: 0n } : null;
    }
    const { set, current } = one.state();
    return one.isUp() && random.below(3) > 0 ? { epoch: set.epoch, view: current } : null;
  };

  for (const validator of honest) agenda.after(random.below(5), validator.restart);
  for (const adversary of adversaries.values()) agenda.after(random.below(5), adversary.start);
  planWork(world, honest);
  planCrashes(world, honest);
  drive(world, honest);
  const { events, commits, faults, violations } = tally;
  return { events, commits, faults, violations };
}

function planWork({ scenario, agenda, random }: World, honest: readonly Validator[]): void {
  for (let number = 0; number < scenario.entries; number += 1) {
    const lucky = honest.filter(() => random.below(2) === 0);
    const first = honest[number % honest.length];
    const takers = lucky.length > 0 || first === undefined ? lucky : [first];
    const at = random.below(scenario.healMs + 300);
    for (const taker of takers) {
      agenda.after(at + random.below(20), () => taker.submit(`e${number}`));
    }
    // In the end everybody has it: whoever took it may have no vote in this epoch.
    for (const validator of honest) {
      agenda.after(scenario.healMs + 310, () => validator.submit(`e${number}`));
    }
  }
}

function planCrashes(world: World, honest: readonly Validator[]): void {
  const { scenario, agenda } = world;
  for (const at of scenario.crashes.allAt) agenda.after(at, world.crashAll);
  for (const validator of honest) agenda.after(scenario.healMs, validator.restart);
  for (const { peer, at, byMs } of scenario.clockJumps) {
    agenda.after(at, () => honest.find(({ id }) => id === peer)?.jumpClock(byMs));
  }
}

function crashAll({ scenario, agenda, random, tally }: World, honest: readonly Validator[]): void {
  tally.fault('crash of all at once');
  for (const validator of honest) {
    validator.crash();
    agenda.after(random.below(scenario.crashes.restartMaxMs + 1), validator.restart);
  }
}

/**
 * Event after event until a promise is broken or all is done: everybody has everything; then a few
 * more entries in calm weather, in which no honest leader may fail.
 */
function drive(world: World, honest: readonly Validator[]): void {
  const { scenario, agenda, tally } = world;
  const workEndMs = scenario.healMs + 320;
  let endMs = scenario.healMs + convergeMaxMs;
  let calmEndMs = endMs;
  let phase: 'storm' | 'calm' = 'storm';
  try {
    while (tally.violations.length === 0 && agenda.next()) {
      tally.events += 1;
      if (agenda.now() < workEndMs) continue;
      if (hasConverged(world, honest)) {
        if (phase === 'storm' && scenario.crashes.exactly === null) {
          phase = 'calm';
          calmEndMs = agenda.now() + calmMs;
          endMs = agenda.now() + convergeMaxMs;
          planCalmWork(world, honest);
        }
        if (phase === 'calm' && agenda.now() < calmEndMs) continue;
        checkLeaders(world);
        checkBounds(world, honest);
        return;
      }
      if (agenda.now() > endMs || tally.events > eventsMax) {
        tally.violation(`stalled: ${standing(honest)}`);
        return;
      }
    }
  } catch (error) {
    if (!(error instanceof ForkFound)) throw error;
    tally.violation(`fork: ${error.message}`);
  }
}

/**
 * After everybody is at one tip, entries for a few blocks come at once. The view that they find does not
 * count: a liar may have started its timer while nobody had anything to propose (R5).
 */
function planCalmWork({ agenda, oracle }: World, honest: readonly Validator[]): void {
  const places = honest.filter(({ isUp }) => isUp()).map(({ state }) => state());
  const epoch = places.reduce((max, { set }) => (set.epoch > max ? set.epoch : max), 0n);
  const view = places.reduce(
    (max, { set, current }) => (set.epoch === epoch && current > max ? current : max),
    0n,
  );
  oracle.watchLeaders({ epoch, view });
  for (const validator of honest) {
    for (let number = 0; number < calmEntries; number += 1) {
      agenda.after(0, () => validator.submit(`e${8000 + number}`));
    }
  }
}

/** A slow application may cost a view its time, so those are left out. */
function checkLeaders({ scenario, oracle, tally }: World): void {
  if (scenario.isSlow) return;
  for (const leader of oracle.failedLeaders()) {
    tally.violation(`calm weather, and the block of ${leader} did not become final`);
  }
}

/** Every honest validator is up or halted, at the same tip, and every entry given to one of them is final. */
function hasConverged({ oracle }: World, honest: readonly Validator[]): boolean {
  const height = BigInt(oracle.chain.size);
  return honest.every((validator) => {
    if (validator.isHalted()) return true;
    const { tip, workWaiting } = validator.state();
    return validator.isUp() && tip.height === height && !workWaiting;
  });
}

/** After it healed nothing may have been left to grow. */
function checkBounds({ tally }: World, honest: readonly Validator[]): void {
  const viewsMax = Number(viewsAheadMax + viewsBehindMax);
  for (const { id, state, disk } of honest.filter(({ isHalted }) => !isHalted())) {
    const { views, bodies, wanted } = state();
    const sizes = [views.size, bodies.size, wanted.size, disk.records().length / 6];
    if (sizes.some((size) => size > viewsMax)) {
      tally.violation(`${id} keeps too much: ${sizes.join(', ')}`);
    }
  }
}

function standing(honest: readonly Validator[]): string {
  return honest
    .map(({ id, isUp, state }) => {
      const { set, current, tip, highest, workWaiting } = state();
      return `${id}${isUp() ? '' : ' down'} epoch ${set.epoch} view ${current} tip ${tip.view} height ${tip.height} highest ${highest}${workWaiting ? ' has work' : ''}`;
    })
    .join('; ');
}

function describe(message: Message): string {
  switch (message.kind) {
    case 'propose': {
      const { epoch, view, height, parent, digest } = message.proposal.block;
      return `propose ${epoch}/${view} height ${height} ${digest.slice(0, 8)} on ${parent.view}`;
    }
    case 'vote':
      return `${message.vote.kind} ${message.vote.epoch}/${message.vote.view} ${message.vote.digest.slice(0, 8)}`;
    case 'certificate': {
      const { kind, epoch, view, digest, signers } = message.certificate;
      return `certificate ${kind} ${epoch}/${view} ${digest.slice(0, 8)} by ${signers.join(',')}`;
    }
    case 'fetchBlock':
      return `fetch block ${message.digest.slice(0, 8)}`;
    case 'block':
      return `block ${message.block.digest.slice(0, 8)}`;
    case 'fetchCertificate':
      return `fetch certificate ${message.epoch}/${message.view}`;
    case 'fetchFinalized':
      return `fetch finalized from ${message.height}`;
    case 'finalized':
      return `finalized ${message.blocks.map(({ height }) => height).join(',')}`;
    case 'tip':
      return `tip ${message.epoch}/${message.height}`;
  }
}
