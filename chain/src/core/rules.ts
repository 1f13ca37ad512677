/**
 * Which of the protocol's rules are in force.
 *
 * In production all of them, always: `allRules` is the only value that the shell
 * passes. A test takes one rule out and must then see the protocol break, which
 * is how we know that the rule is really there and that the simulation looks.
 */

export type Rules = {
  /** R1: a certificate of any view from mine on moves me past it, not only one of my own view. */
  readonly entersHigherViews: boolean;
  /** R1: the certificate that moved me on is passed on once. */
  readonly certificatesPassedOn: boolean;
  /** R2: only the leader's proposal counts. */
  readonly leaderOnly: boolean;
  /** R2: a leader builds on the highest notarized block, not on the last final one. */
  readonly buildsOnHighest: boolean;
  /** R3: a second notarize vote in a view is never signed. */
  readonly notarizesOnce: boolean;
  /** R3: the block's parent must be notarized. */
  readonly parentNotarized: boolean;
  /** R3: every view between the parent and the block must be nullified. */
  readonly skippedNullified: boolean;
  /** R3: only a block that the application finds valid is voted for. */
  readonly blockValid: boolean;
  /** R4: a notarized view is voted to be final. */
  readonly finalizesNotarized: boolean;
  /** R4, R6: a view that I nullified is never finalized by me. */
  readonly neverFinalizesNullified: boolean;
  /** R5: a view whose timer fires is nullified. */
  readonly nullifiesOnTimer: boolean;
  /** R5, R6: a view that I voted to finalize is never nullified by me. */
  readonly neverNullifiesFinalized: boolean;
  /** R6: after a restart a durable notarization counts as my finalize vote, and I am past its view. */
  readonly restartKeepsFinalize: boolean;
  /** A quorum is weighed by stake, not counted by heads. */
  readonly quorumByStake: boolean;
  /** A quorum is more than two thirds, not more than a half. */
  readonly quorumAboveTwoThirds: boolean;
  /** A certificate from the network is weighed before it is believed. */
  readonly certificatesWeighed: boolean;
  /** An epoch is weighed and led by its own set, not by the one before. */
  readonly setOfOwnEpoch: boolean;
  /** P1: the notarize vote and its block are durable before they are sent. */
  readonly notarizeDurable: boolean;
  /** P2: the nullify vote is durable before it is sent. */
  readonly nullifyDurable: boolean;
  /** P3: a notarization is durable before the finalize vote. */
  readonly notarizationsDurable: boolean;
  /** P4: the nullification or finalization that moved me on is durable before a vote of the next view. */
  readonly movesDurable: boolean;
  /** P1–P4: durable first, sent afterwards. */
  readonly durableBeforeSent: boolean;
  /** R7: a finalization commits the block's ancestors before the block. */
  readonly ancestorsFirst: boolean;
  /** R7: a finalization counts also when it comes after its view. */
  readonly lateFinalizations: boolean;
  /** R8: a notarized body that I lack is fetched. */
  readonly bodiesFetched: boolean;
  /** R8: a certificate that a proposal rests on and that I lack is fetched. */
  readonly certificatesFetched: boolean;
  /** R9: own votes and certificates are sent again until the view is final. */
  readonly retries: boolean;
  /** R9: a finalization of the parent justifies a proposal as its notarization would. */
  readonly finalizationJustifies: boolean;
  /** R10: own durable votes count again after a restart. */
  readonly ownVotesRecounted: boolean;
  /** A broken signing rule that I can prove is reported. */
  readonly evidenceReported: boolean;
};

/** Every rule in force. */
export const allRules: Rules = {
  entersHigherViews: true,
  certificatesPassedOn: true,
  leaderOnly: true,
  buildsOnHighest: true,
  notarizesOnce: true,
  parentNotarized: true,
  skippedNullified: true,
  blockValid: true,
  finalizesNotarized: true,
  neverFinalizesNullified: true,
  nullifiesOnTimer: true,
  neverNullifiesFinalized: true,
  restartKeepsFinalize: true,
  quorumByStake: true,
  quorumAboveTwoThirds: true,
  certificatesWeighed: true,
  setOfOwnEpoch: true,
  notarizeDurable: true,
  nullifyDurable: true,
  notarizationsDurable: true,
  movesDurable: true,
  durableBeforeSent: true,
  ancestorsFirst: true,
  lateFinalizations: true,
  bodiesFetched: true,
  certificatesFetched: true,
  retries: true,
  finalizationJustifies: true,
  ownVotesRecounted: true,
  evidenceReported: true,
};
