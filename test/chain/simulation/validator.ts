/**
 * A validator of the simulation: the real core, with a shell made of chance.
 *
 * It answers the core's effects in order as the contract in effect.ts demands:
 * what was persisted is synced before the next send. Crashes strike before and
 * after each sync and each send, syncs fail, disks lie; a restart knows only what
 * was synced. What is committed is cosigned, and the cosignature leaves when it is durable.
 */
import type { Certificate } from '@tallystick/chain/src/core/certificate.ts';
import { createConsensus, step } from '@tallystick/chain/src/core/consensus.ts';
import type { Effect } from '@tallystick/chain/src/core/effect.ts';
import type { Consensus } from '@tallystick/chain/src/core/epoch.ts';
import type { Input } from '@tallystick/chain/src/core/input.ts';
import type { Message } from '@tallystick/chain/src/core/message.ts';
import type { Timing } from '@tallystick/chain/src/core/params.ts';
import type { Block } from '@tallystick/chain/src/core/proposal.ts';
import type { Rules } from '@tallystick/chain/src/core/rules.ts';
import { indexOf } from '@tallystick/chain/src/core/validators.ts';
import type { Vote } from '@tallystick/chain/src/core/vote.ts';
import { makeEarly } from '@tallystick/chain/src/shell/early.ts';
import { isAtOrBelow } from '@tallystick/chain/src/shell/signer.ts';
import { createClock } from './clock.ts';
import { type Cosigned, createDisk, type Disk } from './disk.ts';
import { createWatchman, epochIn, evidenceName } from './door.ts';
import { digestOf, sign } from './keys.ts';
import { checkBlock, entriesOf, nextPayload } from './ledger.ts';
import { createSilence } from './silence.ts';
import type { Place, World } from './world.ts';

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
  /** What it starts from; an empty disk as a rule. */
  readonly disk?: Disk;
};

export type Validator = {
  readonly id: string;
  readonly disk: Disk;
  readonly state: () => Consensus;
  readonly isUp: () => boolean;
  /** It found a hole in its log and has halted for good. */
  readonly isHalted: () => boolean;
  /** From the network: checked at the door, then handed to the core. */
  readonly receive: (from: string, message: Message) => void;
  readonly submit: (entry: string) => void;
  readonly crash: () => void;
  readonly restart: () => void;
  readonly jumpClock: (byMs: number) => void;
};

type Border = 'before a sync' | 'after a sync' | 'before a send' | 'after a send';

type Life = {
  isUp: boolean;
  isHalted: boolean;
  /** Counts restarts, so that what an earlier life asked for never reaches a later one. */
  number: number;
  crashes: number;
  /** Borders between a write, a sync and a send that were passed so far. */
  boundaries: number;
  isBusy: boolean;
  state: Consensus;
  readonly inputs: Input[];
  readonly waiting: Set<string>;
  readonly finalized: Set<string>;
  heights: { height: bigint; digest: string };
  wasWorkWaiting: boolean;
  /** Cosignatures that leave with the next sync. */
  cosigned: Cosigned[];
  cosignaturesMade: number;
  /** What its disk has done to what was synced, to be found at the next start. */
  damage: 'none' | 'last batch' | 'hole';
  /** It forgot what it had said once, so it may cosign the same checkpoint at another time. */
  wasDamaged: boolean;
};

/** What a failed or full disk keeps a validator down for at most, in ms. */
const repairMaxMs = 400;

export function createValidator(world: World, id: string, habits: Habits): Validator {
  const { scenario, agenda, random, tally, oracle, trace, laws } = world;
  const { shell } = laws;
  const chance = (share: number): boolean => share > 0 && random.below(1000) < share * 1000;
  const disk = habits.disk ?? createDisk(shell.prunesOnlyFinal);
  const silence = createSilence(world, id);
  const fresh = (): Consensus => {
    const tip = disk.tip();
    const validators = scenario.setOf(tip.epoch);
    const self = silence.isSilent() ? 'a listener' : id;
    return createConsensus({ self, validators, tip, digestOf, timing, rules: habits.rules });
  };
  const clock = createClock({
    agenda,
    rate: scenario.clockRates.get(id) ?? 1,
    firesLate: () => chance(scenario.lateTimers),
  });
  const watchman = createWatchman(scenario);
  let early = makeEarly();
  const life: Life = {
    isUp: false,
    isHalted: false,
    number: 0,
    crashes: 0,
    boundaries: 0,
    isBusy: false,
    state: fresh(),
    inputs: [],
    waiting: new Set(),
    finalized: new Set(),
    heights: { height: 0n, digest: disk.tip().digest },
    wasWorkWaiting: false,
    cosigned: [],
    cosignaturesMade: 0,
    damage: 'none',
    wasDamaged: false,
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
      for (const name of watchman.settle()) {
        if (habits.isHonest) tally.violation(`${id} received ${name} and did not report it`);
      }
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
      case 'setTimer': {
        const { timer, epoch, view, afterMs } = effect;
        clock.set(timer, afterMs, () => take({ kind: 'timer', timer, epoch, view }));
        break;
      }
      case 'clearTimer':
        clock.clear(effect.timer);
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
        watchman.reported(evidenceName(effect.evidence.second, effect.evidence.kind));
        tally.fault(`blamed: ${effect.evidence.kind}`);
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

  // Signing and sending

  const signVote = (vote: Vote): void => {
    const voter = indexOf(scenario.setOf(vote.epoch), id);
    if (voter === null) {
      tally.violation(`${id} signs in epoch ${vote.epoch} without a vote`);
      return;
    }
    if (vote.kind === 'finalize' && !shell.cosignsOnlyFinal) cosignEarly(vote.digest);
    answer({ kind: 'signed', vote: { ...vote, voter, signature: sign(id, vote) } });
  };

  /** False when a crash struck. */
  const send = (to: string, message: Message): boolean => {
    if (disk.unsynced() > 0 && shell.syncsBeforeSending && !sync()) return false;
    if (strikes('before a send')) return false;
    if (habits.isHonest) oracle.sent(id, message);
    if (habits.lets(to, message)) world.network().send(id, to, message);
    else tally.fault('withheld');
    if (strikes('after a send') || strikesAll(message)) return false;
    return shell.syncsBeforeSending || disk.unsynced() === 0 || sync();
  };

  /** False when the disk failed or a crash struck. What was cosigned leaves when it is durable. */
  const sync = (): boolean => {
    if (strikes('before a sync')) return false;
    const { failAtSync } = scenario.disks;
    if (habits.isHonest && agenda.now() < scenario.healMs && chance(failAtSync)) {
      tally.fault(chance(0.5) ? 'disk: EIO' : 'disk: ENOSPC');
      if (!shell.stopsAtFailedSync) {
        // The system forgets what it could not write, and tells nobody a second time.
        disk.crash(0);
        showCosigned();
        return true;
      }
      crash();
      later(random.below(repairMaxMs), restart);
      return false;
    }
    disk.sync();
    showCosigned();
    return !strikes('after a sync');
  };

  // Committing and cosigning

  const commit = (effect: Effect & { kind: 'commit' }): void => {
    const { blocks, trail, finalization, sealed } = effect;
    trace(() => `${id} commits up to height ${blocks.at(-1)?.height} by view ${finalization.view}`);
    if (habits.isHonest) oracle.committed(id, life.heights, blocks, trail, finalization);
    const cosigned = shell.cosignsOnlyFinal ? blocks.map(cosign) : [];
    disk.commit({ blocks, trail, finalization, sealed, cosigned });
    life.cosigned.push(...cosigned);
    if (!shell.cosignatureDurable) showCosigned();
    applyBlocks(blocks);
    noteWork();
    const { epoch } = finalization;
    if (sealed) {
      oracle.entered(id, epoch + 1n);
      take({ kind: 'epoch', validators: scenario.setOf(epoch + 1n) });
      for (const { from, message } of early.take(0, epoch + 1n)) hear(from, message);
    }
  };

  const cosign = ({ height, digest }: { readonly height: bigint; readonly digest: string }) => {
    life.cosignaturesMade += 1;
    const bytes = `${id} at ${agenda.now()} number ${life.cosignaturesMade}`;
    return { height, digest, bytes };
  };
  const cosignEarly = (digest: string): void => {
    const block = life.state.bodies.get(digest);
    if (habits.isHonest && block !== undefined) oracle.cosigned(id, cosign(block), false);
  };
  const showCosigned = (): void => {
    const shown = life.cosigned;
    life.cosigned = [];
    if (!habits.isHonest) return;
    for (const each of shown) oracle.cosigned(id, each, life.wasDamaged);
  };
  /** P5: what was cosigned last is said again, by the same bytes. */
  const cosignAgain = (): void => {
    const last = disk.lastCosigned();
    if (last === undefined || !habits.isHonest) return;
    const again = shell.cosignatureKept ? last : cosign(last);
    oracle.cosigned(id, again, life.wasDamaged);
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
    if (exactly.kept === 0) tally.fault(`lost of ${disk.unsynced()}`);
    crash(exactly.kept);
    later(exactly.restartMs, restart);
    return true;
  };
  const strikes = (border: Border): boolean => {
    if (strikesExactly()) return true;
    const { atBoundary, perValidatorMax } = scenario.crashes;
    const mayCrash = habits.isHonest && agenda.now() < scenario.healMs;
    if (!mayCrash || life.crashes >= perValidatorMax || !chance(atBoundary)) return false;
    tally.fault(`crash ${border}`);
    crash();
    restartSoon();
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
  const restartSoon = (): void => {
    const delayMs = random.below(scenario.crashes.restartMaxMs + 1);
    if (delayMs < 2) tally.fault('restart at once');
    if (delayMs >= 100) tally.fault('restart late');
    later(delayMs, restart);
  };
  const crash = (kept?: number): void => {
    if (!life.isUp) return;
    trace(() => `${id} crashes`);
    tally.fault('crash');
    life.isUp = false;
    life.number += 1;
    life.crashes += 1;
    life.isBusy = false;
    life.inputs.length = 0;
    life.cosigned = [];
    early = makeEarly();
    clock.clearAll();
    loseUnsynced(kept);
  };
  const loseUnsynced = (kept = chance(0.5) ? 0 : random.below(4)): void => {
    const mayLie =
      scenario.disks.lying.has(id) && habits.isHonest && agenda.now() < scenario.healMs;
    if (mayLie && life.damage === 'none' && chance(scenario.disks.flips)) {
      life.damage = chance(0.7) ? 'last batch' : 'hole';
    }
    const survivors = life.damage === 'last batch' ? 0 : kept;
    const unsynced = disk.unsynced();
    if (survivors < unsynced) tally.fault(survivors > 0 ? 'torn tail' : 'unsynced writes lost');
    disk.crash(survivors);
  };
  const restart = (): void => {
    if (life.isUp || life.isHalted) return;
    life.number += 1;
    if (!readDamage()) return;
    trace(
      () => `${id} starts at height ${disk.tip().height} with ${disk.records().length} records`,
    );
    wake();
  };
  const wake = (): void => {
    life.isUp = true;
    life.wasWorkWaiting = false;
    life.finalized.clear();
    watchman.forget();
    life.heights = { height: 0n, digest: '0'.repeat(64) };
    applyBlocks(disk.blocks());
    cosignAgain();
    life.state = fresh();
    if (chance(0.2)) checkReplay();
    take({ kind: 'restart', records: disk.records() });
    noteWork();
  };
  /** P7: what the disk did to the log is seen by its checksums. False when the validator halts. */
  const readDamage = (): boolean => {
    const { damage } = life;
    life.damage = 'none';
    if (damage === 'hole') {
      tally.fault('disk: flipped bit before the last batch');
      trace(() => `${id} finds a hole in its log`);
      life.isHalted = shell.haltsAtHole;
      if (!life.isHalted) disk.tearHole();
    }
    if (damage === 'last batch' && disk.loseLastBatch()) {
      tally.fault('disk: flipped bit in the last batch');
      trace(() => `${id} finds its last batch damaged`);
      life.wasDamaged = true;
      if (shell.asksAfterDamage) beSilent();
    } else if (silence.isSilent()) beSilent();
    return !life.isHalted;
  };
  const beSilent = (): void => {
    tally.fault('kept silent after damage');
    silence.begin({
      lastSigned: lastSigned(disk),
      here: () => ({ epoch: life.state.set.epoch, tip: disk.tip() }),
      later,
      onEnd: () => {
        trace(() => `${id} may vote again`);
        disk.sync();
        life.number += 1;
        clock.clearAll();
        wake();
      },
    });
  };
  /** The same records give the same machine, however often they are replayed. */
  const checkReplay = (): void => {
    const [once, again] = [fresh(), fresh()].map((state) =>
      step(state, { kind: 'restart', records: disk.records() }),
    );
    if (textOf(once) !== textOf(again)) tally.violation(`${id} replays its records in two ways`);
  };

  const receive = (from: string, message: Message): void => {
    if (!life.isUp) return;
    const epoch = epochIn(message);
    if (epoch !== null && epoch > life.state.set.epoch) {
      const isNext = epoch === life.state.set.epoch + 1n;
      if (isNext && shell.earlyKept) early.keep(0, epoch, from, message);
      take({ kind: 'ahead', from });
      return;
    }
    hear(from, message);
  };
  const hear = (from: string, message: Message): void => {
    if (!world.door.isGenuine(message)) {
      tally.fault('turned away');
      return;
    }
    if (habits.isHonest) watchman.note(life.state, message);
    take({ kind: 'message', from, message });
  };

  return {
    id,
    disk,
    state: () => life.state,
    isUp: () => life.isUp,
    isHalted: () => life.isHalted,
    receive,
    submit: (entry) => {
      life.waiting.add(entry);
      if (life.isUp) noteWork(true);
    },
    crash: () => {
      crash();
    },
    restart,
    jumpClock: (byMs) => {
      if (!life.isUp) return;
      tally.fault(byMs > 0 ? 'clock jumped ahead' : 'clock jumped back');
      clock.jump(byMs);
    },
  };
}

/** The last place for which it holds a vote, or a notarization, which stands for one. */
function lastSigned(disk: Disk): Place {
  let last: Place = disk.tip();
  for (const record of disk.records()) {
    if (record.kind === 'block') continue;
    const place = record.kind === 'vote' ? record.vote : record.certificate;
    if (isAtOrBelow(last, place)) last = place;
  }
  return last;
}

function textOf(value: unknown): string {
  return JSON.stringify(value, (_, item) => (typeof item === 'bigint' ? `${item}` : item));
}
