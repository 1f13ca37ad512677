/**
 * From votes to certificates, from certificates to the next view and to final
 * blocks: rules R1, R4 and R7.
 */
import {
  type Certificate,
  type CertificateKind,
  certificateFrom,
  isDecision,
  votesOf,
} from './certificate.ts';
import {
  askSignature,
  type Consensus,
  clearViewTimers,
  emit,
  isSealed,
  lineTo,
  recordVote,
  viewAt,
} from './epoch.ts';
import type { Block, FinalTip } from './proposal.ts';
import { continueSync, wantBody } from './supply.ts';
import type { View } from './view.ts';
import type { SignedVote, VoteKind } from './vote.ts';
import { quorumFor } from './votes.ts';

/**
 * A finalized block does not descend from the last finalized one. Less than a third of faulty stake cannot
 * bring this about, so there is nothing to go on with: the validator stops, and the evidence names the guilty.
 */
export class ForkFound extends Error {
  override readonly name = 'ForkFound';
}

/** Counts a vote; a quorum becomes a certificate at once. Votes outside the window are dropped. */
export function receiveVote(state: Consensus, vote: SignedVote): void {
  const { set, rules } = state;
  if (vote.epoch !== set.epoch || set.validators[vote.voter] === undefined) return;
  if (!recordVote(state, vote) || !certifies(vote.kind)) return;
  const view = viewAt(state, vote.view);
  if (certificateOf(view, vote.kind) !== null) return;
  const votes = quorumFor(view.ballot[vote.kind], vote.digest, set, rules);
  if (votes !== null) learn(state, certificateFrom(vote.kind, votes));
}

/** Takes a certificate from the network: weighed by itself, its votes searched for evidence. */
export function receiveCertificate(state: Consensus, certificate: Certificate): void {
  const known = state.views.get(certificate.view);
  const isKnown =
    known !== undefined && certificateOf(known, certificate.kind)?.digest === certificate.digest;
  if (isKnown || certificate.view <= state.tip.view) return;
  if (!isDecision(state.set, certificate, state.rules)) return;
  learn(state, certificate);
  for (const vote of votesOf(certificate)) recordVote(state, vote);
}

/** Acts on a certificate that is new and sound. The second one of its kind in a view changes nothing. */
export function learn(state: Consensus, certificate: Certificate): void {
  const { rules } = state;
  if (certificate.view <= state.tip.view) return;
  const view = viewAt(state, certificate.view);
  if (certificateOf(view, certificate.kind) !== null) return;
  const isLate = certificate.kind === 'finalize' && certificate.view < state.current;
  if (isLate && !rules.lateFinalizations) return;

  place(view, certificate);
  // P3, P4: durable before the finalize vote and before any vote of the next view.
  if (certificate.kind === 'notarize' ? rules.notarizationsDurable : rules.movesDurable) {
    emit(state, { kind: 'persist', record: { kind: 'certificate', certificate } });
  }
  state.missing.delete(certificate.view);
  switch (certificate.kind) {
    case 'notarize':
      reach(state, certificate);
      voteFinalize(state, view, certificate);
      break;
    case 'finalize':
      reach(state, certificate);
      if (certificate.view > (state.pending?.view ?? 0n)) state.pending = certificate;
      break;
    case 'nullify':
      break;
  }
  moveOn(state, certificate);
}

/** Puts a certificate in its place without acting on it. */
export function place(view: View, certificate: Certificate): void {
  switch (certificate.kind) {
    case 'notarize':
      view.notarization = certificate;
      return;
    case 'nullify':
      view.nullification = certificate;
      return;
    case 'finalize':
      view.finalization = certificate;
  }
}

/** R8: the block exists; its body is needed to build on it and to commit it. */
export function reach(state: Consensus, { view, digest }: Certificate): void {
  if (view > state.highest) state.highest = view;
  wantBody(state, digest, view);
}

/** R4: a notarized view that I have not nullified is finalized by me. */
export function voteFinalize(state: Consensus, view: View, { digest }: Certificate): void {
  const { mine, number } = view;
  if (state.me === null || mine.finalized !== null || !state.rules.finalizesNotarized) return;
  // R6: never finalize after nullify.
  if (mine.nullified && state.rules.neverFinalizesNullified) return;
  mine.finalized = digest;
  askSignature(state, { kind: 'finalize', epoch: state.set.epoch, view: number, digest });
}

/** R1: enter the next view, and pass on, once, what moved me. */
function moveOn(state: Consensus, certificate: Certificate): void {
  const { current, rules } = state;
  if (certificate.view < current) return;
  if (certificate.view > current && !rules.entersHigherViews) return;
  if (rules.certificatesPassedOn) {
    emit(state, { kind: 'broadcast', message: { kind: 'certificate', certificate } });
  }
  if (certificate.kind === 'nullify') state.nullifiedInARow += 1;
  enter(state, certificate.view + 1n);
}

export function enter(state: Consensus, view: bigint): void {
  clearViewTimers(state);
  state.current = view;
  state.missing.clear();
}

/**
 * R7: a finalization makes its block and all its ancestors final, oldest first.
 * Waits for a body that is missing. Throws `ForkFound` when the block does not descend from the tip.
 */
export function commitPending(state: Consensus): void {
  if (state.pending !== null) commitUpTo(state, state.pending);
}

/** The same for a batch that a peer sent, so that a validator that lags need not hold all that it missed at once. */
export function commitUpTo(state: Consensus, finalization: Certificate): void {
  if (finalization.view <= state.tip.view) return;
  const line = lineTo(state, finalization);
  if (line === 'elsewhere') {
    throw new ForkFound(
      `The final block of view ${finalization.view} does not descend from the tip.`,
    );
  }
  if ('missing' in line) {
    wantBody(state, line.missing.digest, line.missing.view);
    return;
  }
  // Without R7 only the block itself would be handed over.
  commit(state, state.rules.ancestorsFirst ? line : line.slice(-1), finalization);
}

function commit(state: Consensus, line: readonly Block[], finalization: Certificate): void {
  const blocks = line.filter(({ filler }) => !filler);
  const trail = line.filter(({ filler }) => filler);
  const sealed = isSealed(line);
  emit(state, { kind: 'commit', blocks, trail, finalization, sealed });

  const last = blocks.at(-1);
  if (last === undefined) throw new ForkFound('A sealed epoch was finalized once more.');
  const { height } = last;
  const tip: FinalTip = {
    epoch: state.set.epoch,
    view: finalization.view,
    height,
    digest: sealed ? last.digest : finalization.digest,
    finalization,
  };
  state.tip = tip;
  if (state.pending !== null && state.pending.view <= tip.view) state.pending = null;
  state.nullifiedInARow = 0;
  prune(state);
  if (state.current <= tip.view) enter(state, tip.view + 1n);
  if (sealed) {
    state.isOver = true;
    clearViewTimers(state);
  } else continueSync(state);
}

/** Forgets all that the tip has made history. */
function prune(state: Consensus): void {
  const { views, bodies, wanted, reported, tip } = state;
  for (const view of views.keys()) if (view <= tip.view) views.delete(view);
  for (const [digest, { view }] of bodies) if (view <= tip.view) bodies.delete(digest);
  for (const [digest, { view }] of wanted) if (view <= tip.view) wanted.delete(digest);
  for (const [name, view] of reported) if (view <= tip.view) reported.delete(name);
  state.highest = tip.view;
  for (const { number, notarization, finalization } of views.values()) {
    const isReached = notarization !== null || finalization !== null;
    if (isReached && number > state.highest) state.highest = number;
  }
}

function certifies(kind: VoteKind): kind is CertificateKind {
  return kind !== 'propose';
}

function certificateOf(view: View, kind: CertificateKind): Certificate | null {
  switch (kind) {
    case 'notarize':
      return view.notarization;
    case 'nullify':
      return view.nullification;
    case 'finalize':
      return view.finalization;
  }
}
