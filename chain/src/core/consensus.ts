/**
 * The consensus machine: one input in, effects out.
 *
 * Simplex (Chan and Pass, 2023), weighted by stake: three kinds of vote, no locks, no
 * view change. The rules R1–R10 stand where they are kept: R1, R4, R7 in decision.ts;
 * R2, R3, R5 in duty.ts; R6, R9, R10 in recovery.ts and beside every signature; R8 in
 * supply.ts. P1–P4 show in the order of the effects (effect.ts); P5–P7 are the shell's.
 *
 *   peers ──message──▶ ┌──────┐ ──persist, sign, broadcast, send──▶ disk, signer, peers
 *   clock ──timer────▶ │ step │ ──setTimer, clearTimer────────────▶ clock
 *   application ─────▶ └──────┘ ──askPayload, validate, commit────▶ application
 *
 * Deterministic: no clock, no chance, no I/O. The same inputs in the same order
 * give the same effects on every machine.
 */
import { commitPending, commitUpTo, receiveCertificate, receiveVote } from './decision.ts';
import {
  giveUp,
  notarize,
  propose,
  receivePayload,
  receiveProposal,
  receiveSigned,
  receiveVerdict,
} from './duty.ts';
import type { Effect } from './effect.ts';
import {
  type Consensus,
  type ConsensusOptions,
  clearViewTimers,
  emptyConsensus,
  isBusy,
  openEpoch,
  setTimer,
} from './epoch.ts';
import type { Input } from './input.ts';
import type { Message } from './message.ts';
import { armRetry, replay, retry } from './recovery.ts';
import {
  continueSync,
  receiveBody,
  receiveFinalized,
  serve,
  showTip,
  startSync,
  tipOf,
} from './supply.ts';
import type { PeerId } from './validators.ts';

/** A machine at its last finalized block. Its first input is `restart`. */
export function createConsensus(options: ConsensusOptions): Consensus {
  return emptyConsensus(options);
}

/**
 * Handles one input and returns what is to be done, in order.
 *
 * The state is changed in place. An input that comes twice, too late, or for
 * another epoch changes nothing. Throws only when agreement itself is broken
 * (`ForkFound`) or the shell breaks its contract; the process then stops.
 */
export function step(state: Consensus, input: Input): readonly Effect[] {
  state.effects = [];
  handle(state, input);
  proceed(state);
  return state.effects;
}

/** What a status page may ask. */
export function progressOf(state: Consensus): {
  readonly epoch: bigint;
  readonly view: bigint;
  readonly height: bigint;
  readonly finalView: bigint;
  readonly openViews: number;
} {
  const { set, current, tip, views } = state;
  const { height, view: finalView } = tip;
  return { epoch: set.epoch, view: current, height, finalView, openViews: views.size };
}

function handle(state: Consensus, input: Input): void {
  switch (input.kind) {
    case 'restart':
      replay(state, input.records);
      break;
    case 'message':
      receive(state, input.from, input.message);
      break;
    case 'ahead':
      startSync(state, input.from, state.tip.height + 1n);
      break;
    case 'timer':
      fire(state, input);
      break;
    case 'work':
      noteWork(state, input.waiting);
      break;
    case 'payload':
      receivePayload(state, input);
      break;
    case 'signed':
      receiveSigned(state, input.vote);
      break;
    case 'validated':
      receiveVerdict(state, input);
      break;
    case 'epoch':
      openEpoch(state, input.validators);
      continueSync(state);
      break;
  }
}

function receive(state: Consensus, from: PeerId, message: Message): void {
  if (state.isOver || epochOf(message) < state.set.epoch) {
    answerOld(state, from, message);
    return;
  }
  switch (message.kind) {
    case 'propose':
      receiveProposal(state, message.proposal);
      break;
    case 'vote': {
      const { vote } = message;
      // Whoever still nullifies what is history has missed it.
      if (vote.kind === 'nullify' && vote.view <= state.tip.view) showTip(state, from);
      receiveVote(state, vote);
      break;
    }
    case 'certificate':
      receiveCertificate(state, message.certificate);
      break;
    case 'block':
      receiveBody(state, message.block);
      break;
    case 'finalized': {
      const finalization = receiveFinalized(state, message);
      if (finalization === null) break;
      receiveCertificate(state, finalization);
      commitUpTo(state, finalization);
      break;
    }
    default:
      serve(state, from, message);
  }
}

/** From an epoch that is over: requests are served, and whoever still works in it is told how far we are. */
function answerOld(state: Consensus, from: PeerId, message: Message): void {
  serve(state, from, message);
  const isWork = message.kind === 'vote' && message.vote.kind === 'nullify';
  if (isWork) state.effects.push({ kind: 'send', to: from, message: tipOf(state) });
}

function epochOf(message: Message): bigint {
  switch (message.kind) {
    case 'propose':
      return message.proposal.block.epoch;
    case 'vote':
      return message.vote.epoch;
    case 'certificate':
      return message.certificate.epoch;
    case 'finalized':
      return message.finalization.epoch;
    case 'block':
      return message.block.epoch;
    default:
      return 2n ** 64n;
  }
}

function fire(state: Consensus, { timer, epoch, view }: Input & { kind: 'timer' }): void {
  if (timer === 'retry') {
    retry(state);
    return;
  }
  if (epoch !== state.set.epoch || state.isOver) return;
  if (state.timers[timer] === view) state.timers[timer] = null;
  if (timer === 'view') giveUp(state, view);
  else if (view === state.current) state.extending = view;
}

function noteWork(state: Consensus, waiting: boolean): void {
  state.workWaiting = waiting;
  const mine = state.views.get(state.current)?.mine;
  if (waiting && mine?.payload === 'none') mine.payload = 'unasked';
}

/** After every input: whatever has become possible is done. */
function proceed(state: Consensus): void {
  if (!state.isOver) commitPending(state);
  if (!state.isOver) {
    propose(state);
    notarize(state);
    watchView(state);
  }
  armRetry(state);
}

/** R5: the timer runs while there is something to wait for; an idle chain runs no views. */
function watchView(state: Consensus): void {
  const { timers, timing, current, me, nullifiedInARow } = state;
  if (!isBusy(state)) {
    clearViewTimers(state);
    return;
  }
  const view = state.views.get(current);
  if (timers.view === current || me === null || view?.mine.nullified) return;
  timers.view = current;
  const backoff = Math.min(2 ** nullifiedInARow, timing.backoffMax);
  setTimer(state, 'view', current, timing.deltaMs * timing.viewDeltas * backoff);
}
