/**
 * What a validator owes each view: a block when it leads (R2), a notarize vote
 * for the first valid block (R3), a nullify vote when the view fails (R5).
 *
 * Each duty is looked at again after every input and done at most once; what is
 * missing for it is asked for. A decision is noted in `mine` before the
 * signature is asked for, so that no later input can lead to a second one.
 */
import { receiveCertificate, receiveVote } from './decision.ts';
import {
  askSignature,
  type Consensus,
  emit,
  isMyView,
  isSealed,
  isWithinWindow,
  lineTo,
  recordVote,
  setTimer,
  viewAt,
} from './epoch.ts';
import type { Input } from './input.ts';
import { leaderOf } from './leader.ts';
import { certificateFetchesMax, justificationMax, payloadBytesMax } from './params.ts';
import type { Block, Parent, Payload, Proposal } from './proposal.ts';
import { receiveBody, wantBody, wantCertificate } from './supply.ts';
import { buildable, type View } from './view.ts';
import { type SignedVote, zeroDigest } from './vote.ts';

const nothing: Payload = { bytes: new Uint8Array(), seals: false };

// R2: leading

/** R2: propose on the highest notarized view below mine, if every view between is nullified. */
export function propose(state: Consensus): void {
  const { current, isOver } = state;
  if (isOver || !isMyView(state, current)) return;
  const { mine, notarization } = viewAt(state, current);
  if (mine.proposed !== null || mine.nullified || mine.payload === 'asked' || notarization) return;
  const parent = highestParent(state);
  const line = parent === null ? null : lineOrFetch(state, parent);
  if (parent === null || line === null) return;

  const isUnfinished = line.length > 0;
  const mustExtend = isUnfinished && state.extending === current;
  if (mustExtend && isSealed(line)) {
    build(state, parent, line, nothing, true);
    return;
  }
  const isAsking =
    mustExtend || (state.workWaiting && mine.payload === 'unasked' && !isSealed(line));
  if (isAsking) {
    mine.payload = 'asked';
    state.extending = null;
    const { epoch } = state.set;
    emit(state, { kind: 'askPayload', epoch, view: current, parent, ancestors: line, mustExtend });
  } else if (isUnfinished && state.timers.extend === null) {
    state.timers.extend = current;
    setTimer(state, 'extend', current, state.timing.deltaMs);
  }
}

/** The application's answer. One that comes too late for its view or parent is dropped. */
export function receivePayload(state: Consensus, answer: Input & { kind: 'payload' }): void {
  const { current, set, isOver } = state;
  if (isOver || answer.epoch !== set.epoch || answer.view !== current) return;
  const { mine } = viewAt(state, current);
  if (mine.payload !== 'asked') return;
  mine.payload = answer.payload === null ? 'none' : 'unasked';
  const parent = highestParent(state);
  const isStale = parent === null || parent.digest !== answer.parent;
  if (answer.payload === null || mine.nullified || isStale) return;
  const line = lineOrFetch(state, parent);
  if (line !== null) build(state, parent, line, answer.payload, false);
}

/** Makes my block and decides to propose and to notarize it: one decision, one block a view. */
function build(
  state: Consensus,
  parent: Parent,
  line: readonly Block[],
  payload: Payload,
  filler: boolean,
): void {
  if (payload.bytes.length > payloadBytesMax) throw new Error('The payload is too large.');
  const { epoch } = state.set;
  const view = state.current;
  const height = heightOf(state, line) + (filler ? 0n : 1n);
  const content = { epoch, view, height, parent, payload, filler };
  const block: Block = { ...content, digest: state.digestOf(content) };
  const { mine } = viewAt(state, view);
  mine.proposed = block.digest;
  state.bodies.set(block.digest, block);
  persistBlock(state, block);
  askSignature(state, { kind: 'propose', epoch, view, digest: block.digest });
  if (mine.notarized === null) decideNotarize(state, block);
}

/** My signed proposal with its justification (R9: a finalization of the parent will do). */
export function proposalOf(state: Consensus, block: Block, vote: SignedVote): Proposal {
  const { parent } = block;
  const isTip = parent.view === state.tip.view;
  const nullifications = [];
  for (let view = block.view - 1n; view > parent.view; view -= 1n) {
    const certificate = state.views.get(view)?.nullification;
    if (certificate) nullifications.push(certificate);
    if (nullifications.length === justificationMax) break;
  }
  return {
    block,
    vote,
    parentCertificate: isTip
      ? state.tip.finalization
      : buildable(state.views.get(parent.view), state.rules),
    nullifications: nullifications.reverse(),
  };
}

/** Null while a certificate is missing; it is then asked for. */
function highestParent(state: Consensus): Parent | null {
  const { tip, current, views, rules } = state;
  if (!rules.buildsOnHighest) return { view: tip.view, digest: tip.digest };
  for (let number = current - 1n; number > tip.view; number -= 1n) {
    const view = views.get(number);
    const certificate = buildable(view, rules);
    if (certificate !== null) return { view: number, digest: certificate.digest };
    if (view?.nullification) continue;
    wantCertificate(state, number);
    return null;
  }
  return { view: tip.view, digest: tip.digest };
}

// R3: notarizing

/** A leader's proposal: its certificates are learned, its body kept, its signature compared with others. */
export function receiveProposal(state: Consensus, proposal: Proposal): void {
  const { block, vote, parentCertificate, nullifications } = proposal;
  const isLed = vote.voter === leaderOf(state.set, block.view) || !state.rules.leaderOnly;
  const isLeaders = vote.kind === 'propose' && isLed;
  const isSound =
    vote.digest === block.digest && vote.view === block.view && vote.epoch === block.epoch;
  if (block.epoch !== state.set.epoch || !isLeaders || !isSound) return;
  receiveBody(state, block);
  if (!recordVote(state, vote)) return;
  for (const certificate of [...nullifications, parentCertificate]) {
    if (certificate !== null) receiveCertificate(state, certificate);
  }
  if (!isWithinWindow(state, block.view)) return;
  const view = viewAt(state, block.view);
  const isFirst = view.proposal === null;
  const isReplacing = !state.rules.notarizesOnce && view.proposal?.block.digest !== block.digest;
  if (!isFirst && !isReplacing) return; // R3: only the first proposal.
  view.proposal = proposal;
  view.verdict = 'unasked';
  state.bodies.set(block.digest, block);
}

/** R3: vote for the first proposal of the current view, once all that it rests on is known and it is valid. */
export function notarize(state: Consensus): void {
  if (state.isOver || state.me === null) return;
  const view = state.views.get(state.current);
  if (view === undefined || view.proposal === null) return;
  const { block } = view.proposal;
  const isDone = view.mine.notarized !== null && state.rules.notarizesOnce;
  if (isDone || view.mine.notarized === block.digest || view.verdict === 'asked') return;
  const line = justifiedLine(state, block);
  if (line === null) return;
  if (line === 'invalid' || !isPlaced(state, block, line)) {
    refuse(state, view);
    return;
  }

  const isTrusted = block.filler || !state.rules.blockValid;
  if (view.verdict === 'unasked' && !isTrusted) {
    view.verdict = 'asked';
    emit(state, { kind: 'validate', block, ancestors: line });
  } else if (view.verdict === 'valid' || isTrusted) {
    persistBlock(state, block);
    decideNotarize(state, block);
  }
}

/** The application's verdict on a proposal. A later view does not care any more. */
export function receiveVerdict(state: Consensus, answer: Input & { kind: 'validated' }): void {
  const view = state.views.get(state.current);
  if (view?.verdict !== 'asked' || view.proposal?.block.digest !== answer.digest) return;
  view.verdict = answer.verdict.ok ? 'valid' : 'invalid';
  if (!answer.verdict.ok) refuse(state, view);
}

function decideNotarize(state: Consensus, block: Block): void {
  const { epoch, view, digest } = block;
  viewAt(state, view).mine.notarized = digest;
  askSignature(state, { kind: 'notarize', epoch, view, digest });
}

/** P1: the block is durable before it is proposed and before it is voted for. */
function persistBlock(state: Consensus, block: Block): void {
  if (state.rules.notarizeDurable)
    emit(state, { kind: 'persist', record: { kind: 'block', block } });
}

/**
 * The blocks between the tip and this one, when its parent is notarized and all
 * skipped views are nullified. Null while something is missing, which is then
 * asked for; 'invalid' when it can never be justified.
 */
function justifiedLine(state: Consensus, block: Block): readonly Block[] | 'invalid' | null {
  const { tip, rules } = state;
  const { parent } = block;
  if (parent.view >= block.view || parent.view < tip.view) return 'invalid';
  if (parent.view === tip.view) {
    if (parent.digest !== tip.digest) return 'invalid';
  } else if (rules.parentNotarized) {
    const certificate = buildable(state.views.get(parent.view), rules);
    if (certificate === null) {
      wantCertificate(state, parent.view);
      return null;
    }
    if (certificate.digest !== parent.digest) return 'invalid';
  }
  if (rules.skippedNullified && !areNullified(state, parent.view + 1n, block.view)) return null;
  return lineOrFetch(state, parent);
}

/** Every view from `first` up to, not including, `end`; the missing certificates are asked for. */
function areNullified(state: Consensus, first: bigint, end: bigint): boolean {
  let lacking = 0;
  for (let view = end - 1n; view >= first; view -= 1n) {
    if (state.views.get(view)?.nullification) continue;
    wantCertificate(state, view);
    lacking += 1;
    if (lacking === certificateFetchesMax) break;
  }
  return lacking === 0;
}

/** Height and filler follow from the parent; nothing follows a sealing block but fillers. */
function isPlaced(state: Consensus, block: Block, line: readonly Block[]): boolean {
  const sealed = isSealed(line);
  const { payload, filler } = block;
  const isEmptyFiller = !filler || (payload.bytes.length === 0 && !payload.seals);
  const height = heightOf(state, line) + (filler ? 0n : 1n);
  return filler === sealed && isEmptyFiller && block.height === height;
}

function heightOf(state: Consensus, line: readonly Block[]): bigint {
  return line.at(-1)?.height ?? state.tip.height;
}

function lineOrFetch(state: Consensus, parent: Parent): readonly Block[] | null {
  const line = lineTo(state, parent);
  if (line === 'elsewhere') return null;
  if (!('missing' in line)) return line;
  wantBody(state, line.missing.digest, line.missing.view);
  return null;
}

// R5: giving up on a view

/** R5: the timer of a view fired. One that was cleared too late may still come. */
export function giveUp(state: Consensus, number: bigint): void {
  const view = state.views.get(number) ?? (number === state.current ? viewAt(state, number) : null);
  if (view === null || number > state.current || number <= state.tip.view) return;
  if (!state.rules.nullifiesOnTimer) return;
  if (view.nullification !== null || view.finalization !== null) return;
  refuse(state, view);
}

/** R5, R6: nullify, unless I have already voted to finalize. */
function refuse(state: Consensus, view: View): void {
  const { mine, number } = view;
  if (state.me === null || mine.nullified || state.isOver) return;
  if (mine.finalized !== null && state.rules.neverNullifiesFinalized) return;
  mine.nullified = true;
  const { epoch } = state.set;
  askSignature(state, { kind: 'nullify', epoch, view: number, digest: zeroDigest });
}

// Signed

/** My own vote is signed: durable first, then sent and counted. Below the tip it is no longer of use. */
export function receiveSigned(state: Consensus, vote: SignedVote): void {
  if (state.isOver || vote.epoch !== state.set.epoch || vote.view <= state.tip.view) return;
  const view = viewAt(state, vote.view);
  if (!isDecided(view, vote)) return;
  const { rules } = state;
  const before = state.effects.length;
  const isDurable = vote.kind === 'nullify' ? rules.nullifyDurable : rules.notarizeDurable; // P1, P2
  if (isDurable && vote.kind !== 'finalize') {
    emit(state, { kind: 'persist', record: { kind: 'vote', vote } });
  }
  view.mine.votes.push(vote);
  sendOwn(state, vote);
  if (!rules.durableBeforeSent) state.effects.push(...state.effects.splice(before).reverse());
  receiveVote(state, vote);
}

/** Sends, or sends again, one of my votes; a propose vote goes with its block. */
export function sendOwn(state: Consensus, vote: SignedVote): void {
  if (vote.kind !== 'propose') {
    emit(state, { kind: 'broadcast', message: { kind: 'vote', vote } });
    return;
  }
  const block = state.bodies.get(vote.digest);
  if (block === undefined) return;
  const proposal = proposalOf(state, block, vote);
  emit(state, { kind: 'broadcast', message: { kind: 'propose', proposal } });
}

function isDecided({ mine }: View, vote: SignedVote): boolean {
  switch (vote.kind) {
    case 'propose':
      return mine.proposed === vote.digest;
    case 'notarize':
      return mine.notarized === vote.digest;
    case 'nullify':
      return mine.nullified;
    case 'finalize':
      return mine.finalized === vote.digest;
  }
}
