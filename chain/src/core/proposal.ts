/**
 * A block, and the proposal that carries it through a view.
 *
 * The core knows a block's place (epoch, view, height, parent) and treats what
 * it contains as opaque bytes; their meaning belongs to block.ts and state.ts.
 * The digest was computed from the content when the block was made or decoded,
 * and is never taken from the network.
 */
import type { Certificate } from './certificate.ts';
import type { Digest, SignedVote } from './vote.ts';

/** What a block builds on. View 0 is the epoch's starting block: the genesis, or the last epoch's sealing block. */
export type Parent = { readonly view: bigint; readonly digest: Digest };

/** What the application puts into a block. */
export type Payload = {
  /** At most `payloadBytesMax` octets, opaque to the core. */
  readonly bytes: Uint8Array;
  /** Does this block end its epoch? Its descendants in the epoch are empty and are never committed. */
  readonly seals: boolean;
};

export type BlockContent = {
  readonly epoch: bigint;
  readonly view: bigint;
  /** One above the parent's; a filler after a sealing block keeps its parent's. */
  readonly height: bigint;
  readonly parent: Parent;
  readonly payload: Payload;
  /** Stands after the sealing block only to finalize it: no payload, no height, never committed. */
  readonly filler: boolean;
};

export type Block = BlockContent & { readonly digest: Digest };

export type Proposal = {
  readonly block: Block;
  /** The leader's propose vote over the block's digest. */
  readonly vote: SignedVote;
  /** The notarization (or finalization) of the parent; null when the parent is the epoch's starting block. */
  readonly parentCertificate: Certificate | null;
  /** Nullifications of the skipped views, ascending; the newest `justificationMax` of them. */
  readonly nullifications: readonly Certificate[];
};

/**
 * How far the chain is final. At the start of an epoch `view` is 0 and `digest` the starting block:
 * the genesis' zero digest, or the sealing block of the epoch before.
 */
export type FinalTip = {
  readonly epoch: bigint;
  readonly view: bigint;
  /** Zero for the genesis; the first block has height one. */
  readonly height: bigint;
  readonly digest: Digest;
  /** Null at the start of an epoch. */
  readonly finalization: Certificate | null;
};
