/**
 * Getting what I lack (R8) and giving what others lack.
 *
 * A body is asked of those who signed for it, one after the other; a certificate
 * of the leader who built on it, then of everybody. A validator that is far
 * behind asks for whole batches of finalized blocks. Nothing here decides: what
 * comes back is bound to a digest or a certificate before it is believed.
 */
import { type Certificate, isDecision } from './certificate.ts';
import { type Consensus, emit, peerAt } from './epoch.ts';
import { leaderOf } from './leader.ts';
import type { FinalizedMessage, Message } from './message.ts';
import { bodyFetchesMax, certificateFetchesMax, validatorsMax } from './params.ts';
import type { Block } from './proposal.ts';
import type { PeerId } from './validators.ts';
import type { Digest } from './vote.ts';

/** R8: ask the signers for a body that a certificate (or a certified child) proves to exist. */
export function wantBody(state: Consensus, digest: Digest, view: bigint): void {
  const { bodies, wanted, rules } = state;
  const isInHand = bodies.has(digest) || wanted.has(digest) || wanted.size >= bodyFetchesMax;
  if (isInHand || !rules.bodiesFetched) return;
  const want = { view, from: holdersOf(state, digest, view), attempts: 0 };
  wanted.set(digest, want);
  askBody(state, digest);
}

/** Asks the next holder; called again by every retry. */
export function askBody(state: Consensus, digest: Digest): void {
  const want = state.wanted.get(digest);
  if (want === undefined || want.from.length === 0) return;
  const to = want.from[((state.me ?? 0) + want.attempts) % want.from.length];
  want.attempts += 1;
  if (to !== undefined) emit(state, { kind: 'send', to, message: { kind: 'fetchBlock', digest } });
}

/** R8: ask for the certificate of a view that a proposal rests on. */
export function wantCertificate(state: Consensus, view: bigint): void {
  const { missing, set, current, rules } = state;
  if (!rules.certificatesFetched) return;
  const isAgain = missing.has(view);
  const isFull = !isAgain && missing.size >= certificateFetchesMax;
  if (isFull || missing.get(view) === 'asked') return;
  missing.set(view, 'asked');
  const message: Message = { kind: 'fetchCertificate', epoch: set.epoch, view };
  const leader = peerAt(state, leaderOf(set, current));
  if (isAgain || leader === null || leader === state.self)
    emit(state, { kind: 'broadcast', message });
  else emit(state, { kind: 'send', to: leader, message });
}

/** A body came. Kept when it was wanted, whoever sent it: its digest proves it. */
export function receiveBody(state: Consensus, block: Block): void {
  if (!state.wanted.delete(block.digest)) return;
  state.bodies.set(block.digest, block);
}

/** Somebody says that it is ahead of me: ask for the finalized blocks that follow my tip. */
export function startSync(state: Consensus, from: PeerId, height: bigint): void {
  const { sync } = state;
  if (sync === null) {
    state.sync = { height, peers: [from], attempts: 0 };
    askFinalized(state);
  } else if (!sync.peers.includes(from) && sync.peers.length < validatorsMax) sync.peers.push(from);
}

/** Asks on after a batch, until the height that is said to exist is reached. */
export function continueSync(state: Consensus): void {
  if (state.sync === null) return;
  if (state.tip.height >= state.sync.height) state.sync = null;
  else askFinalized(state);
}

/** No answer: asks the next peer that is ahead, and gives up when none is left; whoever is, will say so again. */
export function retrySync(state: Consensus): void {
  const { sync } = state;
  if (sync === null) return;
  sync.attempts += 1;
  if (sync.attempts >= sync.peers.length) state.sync = null;
  else askFinalized(state);
}

function askFinalized(state: Consensus): void {
  const to = state.sync?.peers[state.sync.attempts];
  if (to === undefined || state.isOver) return;
  const message: Message = { kind: 'fetchFinalized', height: state.tip.height + 1n };
  emit(state, { kind: 'send', to, message });
}

/**
 * Takes over the bodies of a batch when its finalization is a decision of this
 * epoch and the blocks lead up to it by their digests. Returns the finalization
 * to be learned, or null when the batch proves nothing.
 */
export function receiveFinalized(state: Consensus, batch: FinalizedMessage): Certificate | null {
  const { finalization } = batch;
  const isNews = finalization.kind === 'finalize' && finalization.view > state.tip.view;
  if (!isNews || !isDecision(state.set, finalization, state.rules)) return null;
  const line = [...batch.blocks, ...batch.trail].reverse();
  let expected = finalization.digest;
  for (const block of line) {
    if (block.digest !== expected) return null;
    expected = block.parent.digest;
  }
  for (const block of line) {
    if (block.epoch !== state.set.epoch || block.view <= state.tip.view) continue;
    state.bodies.set(block.digest, block);
    state.wanted.delete(block.digest);
  }
  return finalization;
}

/** Answers a request from what is at hand; the rest is looked up by the shell. */
export function serve(state: Consensus, to: PeerId, request: Message): void {
  switch (request.kind) {
    case 'fetchBlock': {
      const block = state.bodies.get(request.digest);
      if (block !== undefined) emit(state, { kind: 'send', to, message: { kind: 'block', block } });
      else emit(state, { kind: 'serveBlock', to, digest: request.digest });
      return;
    }
    case 'fetchCertificate':
      serveCertificate(state, to, request.epoch, request.view);
      return;
    case 'fetchFinalized':
      if (request.height > 0n && request.height <= state.tip.height) {
        emit(state, { kind: 'serveFinalized', to, height: request.height });
      }
      return;
    case 'tip':
      compareTips(state, to, request.epoch, request.height);
      return;
    default:
      return;
  }
}

/** Tells a peer how far I am: with proof within the epoch, else by a hint that lets it ask. */
export function showTip(state: Consensus, to: PeerId): void {
  const certificate = state.tip.finalization;
  const message: Message =
    certificate === null ? tipOf(state) : { kind: 'certificate', certificate };
  emit(state, { kind: 'send', to, message });
}

export function tipOf(state: Consensus): Message {
  return { kind: 'tip', epoch: state.set.epoch, height: state.tip.height };
}

function serveCertificate(state: Consensus, to: PeerId, epoch: bigint, view: bigint): void {
  if (epoch > state.set.epoch) return;
  if (epoch < state.set.epoch) emit(state, { kind: 'send', to, message: tipOf(state) });
  else if (view <= state.tip.view) showTip(state, to);
  else {
    const known = state.views.get(view);
    for (const certificate of [known?.notarization, known?.nullification, known?.finalization]) {
      if (!certificate) continue;
      emit(state, { kind: 'send', to, message: { kind: 'certificate', certificate } });
    }
  }
}

function compareTips(state: Consensus, from: PeerId, epoch: bigint, height: bigint): void {
  const isAhead = height > state.tip.height || epoch > state.set.epoch;
  const isBehind = height < state.tip.height || epoch < state.set.epoch;
  if (isAhead) startSync(state, from, height);
  else if (isBehind) {
    emit(state, { kind: 'send', to: from, message: tipOf(state) });
  }
}

/** Who must have a body: the signers of its certificate; failing that, anyone but me. */
function holdersOf(state: Consensus, digest: Digest, view: bigint): readonly PeerId[] {
  const known = state.views.get(view);
  const certificates = [known?.notarization, known?.finalization, state.pending];
  const proof = certificates.find((candidate) => candidate?.digest === digest);
  const indexes = proof?.signers ?? state.set.validators.keys();
  return [...indexes]
    .map((index) => peerAt(state, index))
    .filter((peer) => peer !== null)
    .filter((peer) => peer !== state.self);
}
