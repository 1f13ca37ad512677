/**
 * A validator of the simulation: the real core, with a shell made of chance.
 *
 * It answers the core's effects in order as the contract in effect.ts demands:
 * what was persisted is synced before the next send. Crashes strike before and
 * after each sync and each send; a restart knows only what was synced.
 */
import type { Certificate } from '@tallystick/chain/src/core/certificate.ts';
import { createConsensus, step } from '@tallystick/chain/src/core/consensus.ts';
import type { Effect, TimerName } from '@tallystick/chain/src/core/effect.ts';
import { type Consensus, isWithinWindow } from '@tallystick/chain/src/core/epoch.ts';
import { brokenRule } from '@tallystick/chain/src/core/equivocation.ts';
import type { Input } from '@tallystick/chain/src/core/input.ts';
import { type Message, signedVotesIn } from '@tallystick/chain/src/core/message.ts';
import type { Timing } from '@tallystick/chain/src/core/params.ts';
import type { Block } from '@tallystick/chain/src/core/proposal.ts';
import type { Rules } from '@tallystick/chain/src/core/rules.ts';
import { indexOf } from '@tallystick/chain/src/core/validators.ts';
import type { SignedVote, Vote } from '@tallystick/chain/src/core/vote.ts';
import { createDisk, type Disk } from './disk.ts';
import { digestOf, isSignedBy, sign } from './keys.ts';
import { checkBlock, entriesOf, nextPayload } from './ledger.ts';
import type { World } from './world.ts';

export const timing: Timing = {
  deltaMs: 20,
  viewDeltas: 3,
  backoffMax: 16,
  retryDeltas: 4,
  retryViewsMax: 2,
  idleRetryMs: 400,
};

export type Habits = {
  readonly rules: Rules;
  /** A liar's copy of the machine: not judged, never crashing. */
  readonly isHonest: boolean;
  /** What really leaves; an honest validator sends everything. */
  readonly lets: (to: string, message: Message) => boolean;
};

export type Validator = {
  readonly id: string;
  readonly disk: Disk;
  readonly state: () => Consensus;
  readonly isUp: () => boolean;
  /** From the network: checked at the door, then handed to the core. */
  readonly receive: (from: string, message: Message) => void;
  readonly submit: (entry: string) => void;
  readonly crash: () => void;
  readonly restart: () => void;
  readonly finalEntries: () => ReadonlySet<string>;
};

type Life = {
  isUp: boolean;
  /** Counts restarts, so that what an earlier life asked for never reaches a later one. */
  number: number;
  crashes: number;
  /** Borders between a write, a sync and a send that were passed so far. */
  boundaries: number;
  isBusy: boolean;
  state: Consensus;
  readonly inputs: Input[];
  readonly timers: Map<TimerName, number>;
  timersMade: number;
  readonly waiting: Set<string>;
  readonly finalized: Set<string>;
  heights: { height: bigint; digest: string };
  wasWorkWaiting: boolean;
  /** Votes that were received one by one in this life, to know what evidence is due. */
  readonly received: Map<string, SignedVote>;
  readonly due: Set<string>;
  readonly reported: Set<string>;
};

export function createValidator(world: World, id: string, habits: Habits): Validator {
  const { scenario, agenda, random, tally, oracle, trace } = world;
  const chance = (share: number): boolean => share > 0 && random.below(1000) < share * 1000;
  const disk = createDisk();
  const fresh = (): Consensus => {
    const tip = disk.tip();
    const validators = scenario.setOf(tip.epoch);
    return createConsensus({ self: id, validators, tip, digestOf, timing, rules: habits.rules });
  };
  const life: Life = {
    isUp: false,
    number: 0,
    crashes: 0,
    boundaries: 0,
    isBusy: false,
    state: fresh(),
    inputs: [],
    timers: new Map(),
    timersMade: 0,
    waiting: new Set(),
    finalized: new Set(),
    heights: { height: 0n, digest: disk.tip().digest },
    wasWorkWaiting: false,
    received: new Map(),
    due: new Set(),
    reported: new Set(),
  };

  // One turn: inputs until none is left, the effects of each in order.

  const take = (input: Input): void => {
    if (!life.isUp) return;
    life.inputs.push(input);
    if (life.isBusy) return;
    life.isBusy = true;
    const { number } = life;
    for (let next = life.inputs.shift(); next !== undefined; next = life.inputs.shift()) {
      for (const effect of step(life.state, next)) {
        carryOut(effect);
        if (number !== life.number) return;
      }
      settleEvidence();
    }
    life.isBusy = false;
  };

  /** Later, unless this life is over by then. */
  const later = (delayMs: number, run: () => void): void => {
    const { number } = life;
    agenda.after(delayMs, () => {
      if (number === life.number) run();
    });
  };
  const answer = (input: Input): void => {
    if (scenario.isSlow) later(random.below(6), () => take(input));
    else take(input);
  };

  const carryOut = (effect: Effect): void => {
    switch (effect.kind) {
      case 'persist':
        disk.persist(effect.record);
        if (effect.record.kind === 'certificate') believe(effect.record.certificate);
        break;
      case 'sign':
        signVote(effect.vote);
        break;
      case 'broadcast':
        for (const peer of scenario.peers) if (peer !== id && !send(peer, effect.message)) return;
        break;
      case 'send':
        send(effect.to, effect.message);
        break;
      case 'setTimer':
        setTimer(effect);
        break;
      case 'clearTimer':
        if (!chance(scenario.lateTimers)) life.timers.delete(effect.timer);
        break;
      case 'askPayload': {
        const { epoch, view, parent, ancestors, mustExtend } = effect;
        const seals = endsEpoch((ancestors.at(-1)?.height ?? life.heights.height) + 1n);
        const { waiting, finalized } = life;
        const payload = nextPayload(waiting, finalized, ancestors, mustExtend, seals);
        answer({ kind: 'payload', epoch, view, parent: parent.digest, payload });
        break;
      }
      case 'validate': {
        const { block, ancestors } = effect;
        const verdict = checkBlock(block, life.finalized, ancestors, endsEpoch(block.height));
        answer({ kind: 'validated', digest: block.digest, verdict });
        break;
      }
      case 'commit':
        commit(effect);
        break;
      case 'report':
        life.reported.add(nameOf(effect.evidence.second, effect.evidence.kind));
        tally.fault('blamed');
        if (habits.isHonest) oracle.reported(id, effect.evidence);
        break;
      case 'serveBlock': {
        const block = disk.blocks().findLast(({ digest }) => digest === effect.digest);
        if (block !== undefined) send(effect.to, { kind: 'block', block });
        break;
      }
      case 'serveFinalized': {
        const message = disk.answer(effect.height);
        if (message !== null) send(effect.to, message);
        break;
      }
    }
  };

  const believe = (certificate: Certificate): void => {
    if (habits.isHonest) oracle.believed(id, certificate);
  };

  const signVote = (vote: Vote): void => {
    const voter = indexOf(scenario.setOf(vote.epoch), id);
    if (voter === null) tally.violation(`${id} signs in epoch ${vote.epoch} without a vote`);
    else answer({ kind: 'signed', vote: { ...vote, voter, signature: sign(id, vote) } });
  };

  /** False when a crash struck. */
  const send = (to: string, message: Message): boolean => {
    if (disk.hasUnsynced()) {
      if (strikes()) return false;
      disk.sync();
      if (strikes()) return false;
    }
    if (habits.isHonest) oracle.sent(id, message);
    if (habits.lets(to, message)) world.network().send(id, to, message);
    return !strikes() && !strikesAll(message);
  };

  const setTimer = (effect: Effect & { kind: 'setTimer' }): void => {
    const { timer, epoch, view, afterMs } = effect;
    const made = ++life.timersMade;
    life.timers.set(timer, made);
    later(afterMs * (scenario.clockRates.get(id) ?? 1), () => {
      const isLate = life.timers.get(timer) !== made;
      if (isLate && (timer === 'retry' || !chance(scenario.lateTimers))) return;
      if (!isLate) life.timers.delete(timer);
      take({ kind: 'timer', timer, epoch, view });
    });
  };

  const commit = (effect: Effect & { kind: 'commit' }): void => {
    const { blocks, trail, finalization, sealed } = effect;
    trace(`${id} commits up to height ${blocks.at(-1)?.height} by view ${finalization.view}`);
    if (habits.isHonest) oracle.committed(id, life.heights, blocks, trail, finalization);
    disk.commit({ blocks, trail, finalization, sealed });
    applyBlocks(blocks);
    noteWork();
    const { epoch } = finalization;
    if (sealed) take({ kind: 'epoch', validators: scenario.setOf(epoch + 1n) });
  };

  const applyBlocks = (blocks: readonly Block[]): void => {
    for (const { payload, height, digest } of blocks) {
      for (const entry of entriesOf(payload.bytes)) life.finalized.add(entry);
      life.heights = { height, digest };
    }
  };

  const endsEpoch = (height: bigint): boolean =>
    scenario.epochLength > 0n && height % scenario.epochLength === 0n;

  const noteWork = (isNew = false): void => {
    const waiting = [...life.waiting].some((entry) => !life.finalized.has(entry));
    if (waiting === life.wasWorkWaiting && !(isNew && waiting)) return;
    life.wasWorkWaiting = waiting;
    take({ kind: 'work', waiting });
  };

  // Crash and restart

  const strikesExactly = (): boolean => {
    const { exactly } = scenario.crashes;
    if (exactly === null || exactly.peer !== id || !habits.isHonest) return false;
    life.boundaries += 1;
    if (life.boundaries !== exactly.boundary) return false;
    crash(exactly.kept);
    later(exactly.restartMs, restart);
    return true;
  };
  const strikes = (): boolean => {
    if (strikesExactly()) return true;
    const { atBoundary, perValidatorMax, restartMaxMs } = scenario.crashes;
    const mayCrash = habits.isHonest && agenda.now() < scenario.healMs;
    if (!mayCrash || life.crashes >= perValidatorMax || !chance(atBoundary)) return false;
    crash();
    later(random.below(restartMaxMs + 1), restart);
    return true;
  };
  /** The power fails for everybody, right after somebody has voted. */
  const strikesAll = (message: Message): boolean => {
    const isVote = message.kind === 'vote' || message.kind === 'propose';
    const mayCrash = habits.isHonest && agenda.now() < scenario.healMs;
    if (!isVote || !mayCrash || !chance(scenario.crashes.allAfterVote)) return false;
    world.crashAll();
    return true;
  };
  const crash = (kept = chance(0.5) ? 0 : random.below(4)): void => {
    if (!life.isUp) return;
    trace(`${id} crashes`);
    tally.fault('crash');
    life.isUp = false;
    life.number += 1;
    life.crashes += 1;
    life.isBusy = false;
    life.inputs.length = 0;
    life.timers.clear();
    disk.crash(kept);
  };
  const restart = (): void => {
    if (life.isUp) return;
    trace(`${id} starts at height ${disk.tip().height} with ${disk.records().length} records`);
    life.number += 1;
    life.isUp = true;
    life.wasWorkWaiting = false;
    for (const kept of [life.finalized, life.received, life.due, life.reported]) kept.clear();
    life.heights = { height: 0n, digest: '0'.repeat(64) };
    applyBlocks(disk.blocks());
    life.state = fresh();
    if (chance(0.2)) checkReplay();
    take({ kind: 'restart', records: disk.records() });
    noteWork();
  };
  /** The same records give the same machine, however often they are replayed. */
  const checkReplay = (): void => {
    const [once, again] = [fresh(), fresh()].map((state) =>
      step(state, { kind: 'restart', records: disk.records() }),
    );
    if (textOf(once) !== textOf(again)) tally.violation(`${id} replays its records in two ways`);
  };

  // The door

  const receive = (from: string, message: Message): void => {
    if (!life.isUp) return;
    const votes = signedVotesIn(message);
    const epoch = votes[0]?.epoch;
    if (epoch !== undefined && epoch > life.state.set.epoch) {
      take({ kind: 'ahead', from });
      return;
    }
    if (!votes.every((vote) => isAuthentic(world, vote))) {
      tally.fault('turned away');
      return;
    }
    if (message.kind === 'vote') noteDue(message.vote);
    if (message.kind === 'propose') noteDue(message.proposal.vote);
    take({ kind: 'message', from, message });
  };

  // A conflicting pair received is a pair reported.

  const noteDue = (vote: SignedVote): void => {
    const { state, received, due } = life;
    const isCounted =
      vote.epoch === state.set.epoch && !state.isOver && isWithinWindow(state, vote.view);
    if (!habits.isHonest || !isCounted) return;
    if (vote.kind === 'propose' && !isLeaders(world, vote)) return;
    for (const kind of ['propose', 'notarize', 'nullify', 'finalize']) {
      const first = received.get(`${vote.epoch}/${vote.view}/${vote.voter}/${kind}`);
      const broken = first === undefined ? null : brokenRule(first, vote);
      if (broken !== null) due.add(nameOf(vote, broken));
    }
    const name = `${vote.epoch}/${vote.view}/${vote.voter}/${vote.kind}`;
    if (!received.has(name)) received.set(name, vote);
  };
  const settleEvidence = (): void => {
    for (const name of life.due) {
      if (!life.reported.has(name)) tally.violation(`${id} received ${name} and did not report it`);
    }
    life.due.clear();
  };

  return {
    id,
    disk,
    state: () => life.state,
    isUp: () => life.isUp,
    receive,
    submit: (entry) => {
      life.waiting.add(entry);
      if (life.isUp) noteWork(true);
    },
    crash: () => crash(),
    restart,
    finalEntries: () => life.finalized,
  };
}

function nameOf(vote: Vote & { readonly voter: number }, kind: string): string {
  return `${vote.epoch}/${vote.view}/${vote.voter}/${kind}`;
}

function isAuthentic({ scenario }: World, vote: SignedVote): boolean {
  const signer = scenario.setOf(vote.epoch).validators[vote.voter];
  return signer !== undefined && isSignedBy(signer.id, vote, vote.signature);
}

function isLeaders({ scenario }: World, vote: SignedVote): boolean {
  const set = scenario.setOf(vote.epoch);
  const slot = Number((vote.view - 1n) % BigInt(set.leaders.length));
  return set.leaders[slot] === vote.voter;
}

function textOf(value: unknown): string {
  return JSON.stringify(value, (_, item) => (typeof item === 'bigint' ? `${item}` : item));
}
