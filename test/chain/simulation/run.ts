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
import type { Rules } from '@tallystick/chain/src/core/rules.ts';
import { type Random, seeded } from '../../support/random.ts';
import { createCoalition } from './adversaries/coalition.ts';
import { createTempter, createTwin, createWithholder } from './adversaries/copies.ts';
import { type Adversary, createLiar } from './adversaries/liar.ts';
import { createAgenda } from './agenda.ts';
import { createNetwork, type Network } from './network.ts';
import { createOracle } from './oracle.ts';
import { type Scenario, scenarioOf } from './scenario.ts';
import { createTally } from './tally.ts';
import { createValidator, type Validator } from './validator.ts';
import type { World } from './world.ts';

const convergeMaxMs = 60_000;
const eventsMax = 400_000;

export type Outcome = {
  readonly seed: number;
  readonly events: number;
  readonly commits: number;
  readonly faults: ReadonlyMap<string, number>;
  readonly violations: readonly string[];
};

/** Runs a seed under the given rules; the same seed and rules always give the same outcome. */
export function run(seed: number, rules: Rules, trace: (line: string) => void = () => {}): Outcome {
  const random = seeded(seed);
  return { seed, ...runScenario(scenarioOf(random), random, rules, trace) };
}

/** The same with a scenario made by hand. */
export function runScenario(
  scenario: Scenario,
  random: Random,
  rules: Rules,
  trace: (line: string) => void = () => {},
): Omit<Outcome, 'seed'> {
  const agenda = createAgenda();
  const tally = createTally();
  const oracle = createOracle(scenario, tally);
  const coalition = createCoalition(scenario, oracle);
  const stamped = (line: string): void =>
    trace(`${agenda.now().toFixed(1).padStart(9)} ms  ${line}`);
  const world: World = {
    scenario,
    agenda,
    random,
    tally,
    oracle,
    network: () => network,
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
    stamped(`${from} ▶ ${to}  ${describe(message)}`);
    receivers.get(to)?.receive(from, message);
  };
  const wire = createNetwork(scenario, random, agenda, tally, deliver);
  const network: Network = {
    send: (from, to, message) => {
      coalition.observe(message);
      oracle.overheard(message);
      wire.send(from, to, message);
    },
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
}

function crashAll({ scenario, agenda, random }: World, honest: readonly Validator[]): void {
  for (const validator of honest) {
    validator.crash();
    agenda.after(random.below(scenario.crashes.restartMaxMs + 1), validator.restart);
  }
}

function drive(world: World, honest: readonly Validator[]): void {
  const { scenario, agenda, tally } = world;
  const endMs = scenario.healMs + convergeMaxMs;
  const workEndMs = scenario.healMs + 320;
  try {
    while (tally.violations.length === 0 && agenda.next()) {
      tally.events += 1;
      if (agenda.now() < workEndMs) continue;
      if (hasConverged(world, honest)) {
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

/** Every honest validator is up, at the same tip, and every entry given to one of them is final. */
function hasConverged({ oracle }: World, honest: readonly Validator[]): boolean {
  const height = BigInt(oracle.chain.size);
  return honest.every((validator) => {
    const { tip, workWaiting } = validator.state();
    return validator.isUp() && tip.height === height && !workWaiting;
  });
}

/** After it healed nothing may have been left to grow. */
function checkBounds({ tally }: World, honest: readonly Validator[]): void {
  const viewsMax = Number(viewsAheadMax + viewsBehindMax);
  for (const { id, state, disk } of honest) {
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
