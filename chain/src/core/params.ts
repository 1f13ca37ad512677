/**
 * Every limit of the consensus core, with its unit and its reason.
 *
 * A limit that two validators must agree on is part of the protocol: changing it
 * is a change of protocol. The others only bound memory and traffic of one
 * validator and may differ from machine to machine; they say so.
 */

/** Validators in one epoch; a certificate's bitmap is then at most 16 bytes. Protocol. */
export const validatorsMax = 128;

/** Octets of a block's payload: some 8,000 entries with signatures, sent well within a second. Protocol. */
export const payloadBytesMax = 4 * 1024 * 1024;

/** Octets of an Ed25519 signature. Protocol. */
export const signatureBytes = 64;

/** Slots of the leader table: stake shares are kept to a thousandth. Protocol. */
export const leaderSlotsMax = 1024;

/** Views above the current one whose votes and proposals are kept; beyond it only certificates count. Local. */
export const viewsAheadMax = 32n;

/** Views below the current one that keep single votes; older open views keep their certificates. Local. */
export const viewsBehindMax = 64n;

/** Nullifications that travel inside one proposal; whoever lacks an older one fetches it. Local. */
export const justificationMax = 64;

/** Nullifications that a received proposal may carry at most; a larger one is malformed. Protocol. */
export const justificationAcceptedMax = 256;

/** Missing certificates asked for in one turn. Local. */
export const certificateFetchesMax = 32;

/** Block bodies asked for and not yet there. Local. */
export const bodyFetchesMax = 64;

/** Finalized blocks in one answer to a validator that lags, unless a single commit was larger. Local. */
export const finalizedBatchMax = 64;

/** Blocks that a received answer may carry at most: the largest single commit. Protocol. */
export const finalizedAcceptedMax = 1024;

/** Conflicting pairs remembered as reported, above the last finalized view. Local. */
export const evidenceMax = 1024;

/** Fillers after a sealing block that an answer may carry; they are empty, 90 octets each. Protocol. */
export const trailMax = 1024;

/** From this many missing heights on, finalized blocks are fetched in batches instead of one by one. Local. */
export const syncGapMin = 4n;

/** How long to wait for what. Local: the slowest honest validator must fit. */
export type Timing = {
  /** Δ, in ms: a message is delivered, checked and made durable within it when all is well. */
  readonly deltaMs: number;
  /** A view lasts this many Δ before its timer fires: proposal, votes, certificate. */
  readonly viewDeltas: number;
  /** The timer doubles with each view nullified in a row, at most to this many times its length. */
  readonly backoffMax: number;
  /** An unfinished view sends again every so many Δ. */
  readonly retryDeltas: number;
  /** Open views, the newest, whose certificates and own votes one retry sends again; older ones are fetched. */
  readonly retryViewsMax: number;
  /** With nothing to do, the last finalization is sent again this seldom, in ms, for whoever slept. */
  readonly idleRetryMs: number;
};

/** For validators on a local network or in one process; the shell raises Δ with the measured fsync. */
export const defaultTiming: Timing = {
  deltaMs: 50,
  viewDeltas: 3,
  backoffMax: 32,
  retryDeltas: 4,
  retryViewsMax: 32,
  idleRetryMs: 10_000,
};
