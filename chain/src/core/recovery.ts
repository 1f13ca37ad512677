/**
 * Coming back: from a crash (R6, R10) and from silence (R9).
 *
 * After a restart the durable records rebuild every promise that this validator
 * ever made above the last finalized view, so that it cannot contradict itself.
 * While a view is unfinished everything of mine that might have been lost is
 * said again; with nothing to do, only how far I am, and seldom.
 */
import type { Certificate } from './certificate.ts';
import { place, reach, receiveVote, voteFinalize } from './decision.ts';
import { sendOwn } from './duty.ts';
import type { DurableRecord } from './effect.ts';
import { type Consensus, emit, isBusy, setTimer, viewAt } from './epoch.ts';
import { askBody, retrySync, tipOf } from './supply.ts';
import type { View } from './view.ts';
import type { SignedVote } from './vote.ts';

/** Rebuilds the state from the records above the tip, in the order written. Records below it are ignored. */
export function replay(state: Consensus, records: readonly DurableRecord[]): void {
  for (const record of records) {
    switch (record.kind) {
      case 'block':
        if (isOpen(state, record.block)) state.bodies.set(record.block.digest, record.block);
        break;
      case 'vote':
        if (isOpen(state, record.vote)) remember(state, record.vote);
        break;
      case 'certificate':
        if (isOpen(state, record.certificate)) replayCertificate(state, record.certificate);
        break;
    }
  }
  for (const view of state.views.values()) resume(state, view);
  emit(state, { kind: 'broadcast', message: tipOf(state) });
}

function isOpen(state: Consensus, at: { readonly epoch: bigint; readonly view: bigint }): boolean {
  return at.epoch === state.set.epoch && at.view > state.tip.view;
}

/** A promise that I made, whether or not it was ever sent. */
function remember(state: Consensus, vote: SignedVote): void {
  const { mine } = viewAt(state, vote.view);
  switch (vote.kind) {
    case 'propose':
      mine.proposed = vote.digest;
      break;
    case 'notarize':
      mine.notarized = vote.digest;
      break;
    case 'nullify':
      mine.nullified = true;
      break;
    case 'finalize':
      mine.finalized = vote.digest;
  }
  mine.votes.push(vote);
}

function replayCertificate(state: Consensus, certificate: Certificate): void {
  if (certificate.kind === 'notarize' && !state.rules.restartKeepsFinalize) return;
  place(viewAt(state, certificate.view), certificate);
  if (certificate.kind === 'finalize') state.pending = certificate;
  if (certificate.view >= state.current) state.current = certificate.view + 1n;
}

/** R6: a notarized view that I did not nullify is finalized by me. R10: my own votes count again. */
function resume(state: Consensus, view: View): void {
  const { notarization, finalization, mine } = view;
  for (const certificate of [notarization, finalization]) {
    if (certificate !== null) reach(state, certificate);
  }
  if (notarization !== null) voteFinalize(state, view, notarization);
  if (state.rules.ownVotesRecounted) for (const vote of [...mine.votes]) receiveVote(state, vote);
}

// R9

/** Starts, keeps or slows the retry timer after every step. */
export function armRetry(state: Consensus): void {
  const { timers, timing, rules, current, wanted, sync } = state;
  if (!rules.retries) return;
  const isUnfinished = isBusy(state) || wanted.size > 0 || sync !== null;
  const pace = isUnfinished && !state.isOver ? 'busy' : 'idle';
  if (timers.retry === pace || timers.retry === 'busy') return;
  timers.retry = pace;
  const afterMs = pace === 'busy' ? timing.deltaMs * timing.retryDeltas : timing.idleRetryMs;
  setTimer(state, 'retry', current, afterMs);
}

/** R9: says again whatever may have been lost. `armRetry` sets the timer anew afterwards. */
export function retry(state: Consensus): void {
  const isIdle = state.timers.retry === 'idle' || !isBusy(state) || state.isOver;
  state.timers.retry = 'none';
  if (isIdle || state.sync !== null) {
    emit(state, { kind: 'broadcast', message: tipOf(state) });
  }
  retrySync(state);
  for (const digest of state.wanted.keys()) askBody(state, digest);
  for (const view of state.missing.keys()) state.missing.set(view, 'asked before');
  if (isIdle) return;
  const certificate = state.tip.finalization;
  if (certificate)
    emit(state, { kind: 'broadcast', message: { kind: 'certificate', certificate } });
  const open = [...state.views.keys()].filter((view) => view <= state.current);
  const newest = open.sort((a, b) => (a < b ? -1 : 1)).slice(-state.timing.retryViewsMax);
  for (const number of newest) sayAgain(state, viewAt(state, number));
}

function sayAgain(state: Consensus, view: View): void {
  const { notarization, nullification, finalization, mine } = view;
  for (const certificate of [notarization, nullification, finalization]) {
    if (certificate === null) continue;
    emit(state, { kind: 'broadcast', message: { kind: 'certificate', certificate } });
  }
  for (const vote of mine.votes) {
    const isProven =
      (vote.kind === 'propose' && view.number < state.current) ||
      (vote.kind === 'notarize' && notarization !== null) ||
      (vote.kind === 'nullify' && nullification !== null) ||
      (vote.kind === 'finalize' && finalization !== null);
    if (!isProven) sendOwn(state, vote);
  }
}
