/**
 * The views of one epoch, from its starting block up to the sealing block: the
 * state of the machine, and the plain questions asked of it.
 *
 * Everything at or below the last finalized view is gone from here; the shell's
 * store has it. What remains is bounded by params.ts: votes and proposals within
 * a window around the current view, and for older open views their certificates.
 *
 * The state belongs to consensus.ts and is changed in place while one input is
 * handled. Nothing outside of core/ reads or writes it.
 */
import type { DigestOf } from './application.ts';
import type { Certificate } from './certificate.ts';
import type { Effect, TimerName } from './effect.ts';
import type { Evidence } from './equivocation.ts';
import { leaderOf } from './leader.ts';
import { evidenceMax, type Timing, viewsAheadMax, viewsBehindMax } from './params.ts';
import type { Block, FinalTip, Parent } from './proposal.ts';
import type { Rules } from './rules.ts';
import { indexOf, type PeerId, type ValidatorIndex, type ValidatorSet } from './validators.ts';
import { emptyView, isActive, type View } from './view.ts';
import type { Digest, SignedVote, Vote } from './vote.ts';
import { count, evidenceIn } from './votes.ts';

export type ConsensusOptions = {
  readonly self: PeerId;
  /** Of the tip's epoch. */
  readonly validators: ValidatorSet;
  readonly tip: FinalTip;
  readonly digestOf: DigestOf;
  readonly timing: Timing;
  readonly rules: Rules;
};

export type Consensus = {
  readonly self: PeerId;
  readonly digestOf: DigestOf;
  readonly timing: Timing;
  readonly rules: Rules;

  set: ValidatorSet;
  /** My place in the set; null while I only listen. */
  me: ValidatorIndex | null;
  tip: FinalTip;
  /** The sealing block is final: nothing more happens in this epoch. */
  isOver: boolean;
  current: bigint;
  readonly views: Map<bigint, View>;
  readonly bodies: Map<Digest, Block>;
  /** The highest view above the tip that was notarized or finalized; the tip's when there is none. */
  highest: bigint;
  /** The highest finalization that could not yet be committed for want of a body. */
  pending: Certificate | null;
  workWaiting: boolean;
  nullifiedInARow: number;

  /** Bodies that a certificate proves to exist and that I lack (R8). */
  readonly wanted: Map<Digest, Want>;
  /** Views whose certificate I lack, and whether it was asked for since the last retry (R8). */
  readonly missing: Map<bigint, 'asked' | 'asked before'>;
  /** I lag: the peers that say so, and the height that the first of them named. */
  sync: Sync | null;

  readonly timers: { view: bigint | null; extend: bigint | null; retry: 'none' | 'busy' | 'idle' };
  /** The leader's patience with an unfinished parent is over in this view. */
  extending: bigint | null;
  readonly reported: Map<string, bigint>;
  /** What this step asks for, in order. */
  effects: Effect[];
};

export type Sync = { readonly height: bigint; readonly peers: PeerId[]; attempts: number };

export type Want = { readonly view: bigint; readonly from: readonly PeerId[]; attempts: number };

export function emptyConsensus(options: ConsensusOptions): Consensus {
  const { self, validators: set, tip, digestOf, timing, rules } = options;
  if (set.epoch !== tip.epoch) throw new Error('The validator set is not of the tip’s epoch.');
  return {
    ...{ self, digestOf, timing, rules, set, tip },
    me: indexOf(set, self),
    isOver: false,
    current: tip.view + 1n,
    views: new Map(),
    bodies: new Map(),
    highest: tip.view,
    pending: null,
    workWaiting: false,
    nullifiedInARow: 0,
    wanted: new Map(),
    missing: new Map(),
    sync: null,
    timers: { view: null, extend: null, retry: 'none' },
    extending: null,
    reported: new Map(),
    effects: [],
  };
}

/** The old epoch is sealed and applied: start the next one on top of its sealing block. */
export function openEpoch(state: Consensus, set: ValidatorSet): void {
  if (!state.isOver || set.epoch !== state.set.epoch + 1n) {
    throw new Error(`Epoch ${set.epoch} does not follow the sealed epoch ${state.set.epoch}.`);
  }
  const { height, digest } = state.tip;
  state.set = state.rules.setOfOwnEpoch ? set : { ...state.set, epoch: set.epoch };
  state.me = indexOf(state.set, state.self);
  state.tip = { epoch: set.epoch, view: 0n, height, digest, finalization: null };
  state.isOver = false;
  state.current = 1n;
  state.highest = 0n;
  state.pending = null;
  state.nullifiedInARow = 0;
  state.extending = null;
  for (const kept of [state.views, state.bodies, state.wanted, state.missing, state.reported]) {
    kept.clear();
  }
}

// Views

/** The view's record; made when it is first spoken of. Only for views above the tip. */
export function viewAt(state: Consensus, number: bigint): View {
  const known = state.views.get(number);
  if (known !== undefined) return known;
  const view = emptyView(number);
  state.views.set(number, view);
  return view;
}

/** Are single votes and proposals of this view kept? */
export function isWithinWindow(state: Consensus, view: bigint): boolean {
  const { tip, current } = state;
  return view > tip.view && view >= current - viewsBehindMax && view <= current + viewsAheadMax;
}

/** Is there anything that a view should be run for? An idle chain runs none. */
export function isBusy(state: Consensus): boolean {
  const { workWaiting, highest, tip, pending, views, current } = state;
  return workWaiting || highest > tip.view || pending !== null || isActive(views.get(current));
}

export function isMyView(state: Consensus, view: bigint): boolean {
  return state.me !== null && leaderOf(state.set, view) === state.me;
}

export function peerAt(state: Consensus, index: ValidatorIndex): PeerId | null {
  return state.set.validators[index]?.id ?? null;
}

// Blocks

/**
 * The blocks from above the tip up to and including `parent`, oldest first; none when it is the tip.
 * When one is missing, its place. When the line passes the tip by, 'elsewhere'.
 */
export function lineTo(
  state: Consensus,
  parent: Parent,
): readonly Block[] | { readonly missing: Parent } | 'elsewhere' {
  const line: Block[] = [];
  let at = parent;
  while (at.view > state.tip.view) {
    const block = state.bodies.get(at.digest);
    if (block === undefined) return { missing: at };
    if (block.parent.view >= at.view || block.view !== at.view) return 'elsewhere';
    line.push(block);
    at = block.parent;
  }
  const isTip = at.view === state.tip.view && at.digest === state.tip.digest;
  return isTip ? line.reverse() : 'elsewhere';
}

/** Has the epoch's sealing block been placed on this line? Then only fillers may follow. */
export function isSealed(line: readonly Block[]): boolean {
  const last = line.at(-1);
  return last !== undefined && (last.payload.seals || last.filler);
}

// Votes

/** Counts a vote and reports what it proves; says whether it was within the window. */
export function recordVote(state: Consensus, vote: SignedVote): boolean {
  if (!isWithinWindow(state, vote.view)) return false;
  const { ballot } = viewAt(state, vote.view);
  for (const evidence of evidenceIn(ballot, vote)) report(state, evidence);
  count(ballot, vote);
  return true;
}

function report(state: Consensus, evidence: Evidence): void {
  const name = `${evidence.view}/${evidence.voter}/${evidence.kind}`;
  const isKnown = state.reported.has(name) || state.reported.size >= evidenceMax;
  if (isKnown || !state.rules.evidenceReported) return;
  state.reported.set(name, evidence.view);
  emit(state, { kind: 'report', evidence });
}

// Effects

export function emit(state: Consensus, effect: Effect): void {
  state.effects.push(effect);
}

/** What I have decided to say; it is sent when it is signed and durable. */
export function askSignature(state: Consensus, vote: Vote): void {
  emit(state, { kind: 'sign', vote });
}

export function setTimer(state: Consensus, timer: TimerName, view: bigint, afterMs: number): void {
  emit(state, { kind: 'setTimer', timer, epoch: state.set.epoch, view, afterMs });
}

export function clearViewTimers(state: Consensus): void {
  for (const timer of ['view', 'extend'] as const) {
    if (state.timers[timer] === null) continue;
    state.timers[timer] = null;
    emit(state, { kind: 'clearTimer', timer });
  }
}
