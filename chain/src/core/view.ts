/**
 * One view: what was said in it, what was decided, and what I said myself.
 *
 *   entered ──first valid proposal──▶ notarize vote ──quorum──▶ notarized ──▶ finalize vote ──quorum──▶ final
 *      └────────────timer, or an invalid block────▶ nullify vote ──quorum──▶ nullified
 *
 * `mine` holds what I have decided to sign, from the moment I decide, so that a
 * slow signer can never make me sign twice. A view may be both notarized and
 * nullified, but never both nullified and final.
 */
import type { Certificate } from './certificate.ts';
import type { Proposal } from './proposal.ts';
import type { Rules } from './rules.ts';
import type { Digest, SignedVote } from './vote.ts';
import { type Ballot, emptyBallot, isEmpty } from './votes.ts';

export type View = {
  readonly number: bigint;
  readonly ballot: Ballot;
  /** The leader's first proposal. */
  proposal: Proposal | null;
  /** What the application thinks of the proposal's block, once it was asked. */
  verdict: 'unasked' | 'asked' | 'valid' | 'invalid';
  notarization: Certificate | null;
  nullification: Certificate | null;
  finalization: Certificate | null;
  readonly mine: Mine;
};

export type Mine = {
  proposed: Digest | null;
  notarized: Digest | null;
  nullified: boolean;
  finalized: Digest | null;
  /** What of it is signed, to be sent again (R9). */
  readonly votes: SignedVote[];
  /** Leading: the application was asked for a payload, or has said that it has none. */
  payload: 'unasked' | 'asked' | 'none';
};

export function emptyView(number: bigint): View {
  return {
    number,
    ballot: emptyBallot(),
    proposal: null,
    verdict: 'unasked',
    notarization: null,
    nullification: null,
    finalization: null,
    mine: {
      proposed: null,
      notarized: null,
      nullified: false,
      finalized: null,
      votes: [],
      payload: 'unasked',
    },
  };
}

/** The certificate that lets others build on the view's block; a finalization is as good as a notarization (R9). */
export function buildable(view: View | undefined, rules: Rules): Certificate | null {
  const finalization = rules.finalizationJustifies ? view?.finalization : null;
  return view?.notarization ?? finalization ?? null;
}

/** Has anybody said anything in this view? */
export function isActive(view: View | undefined): boolean {
  return view !== undefined && (view.proposal !== null || !isEmpty(view.ballot));
}
