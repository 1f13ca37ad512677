/**
 * All that the core may ask for. The shell carries effects out in their order.
 *
 * The one law: whatever was persisted earlier must be durable before anything
 * that comes later in the order is sent. The shell may gather the records of a
 * whole turn, and of all validators of a process, into one group commit.
 */
import type { Certificate } from './certificate.ts';
import type { Evidence } from './equivocation.ts';
import type { Message } from './message.ts';
import type { Block, Parent } from './proposal.ts';
import type { PeerId } from './validators.ts';
import type { Digest, SignedVote, Vote } from './vote.ts';

/**
 * What a validator must find again after a crash: the blocks it proposed or voted for, its propose, notarize and
 * nullify votes, and the certificates that it acted on. A finalize vote is not kept: after a restart the
 * durable notarization stands for it (R6).
 */
export type DurableRecord =
  | { readonly kind: 'block'; readonly block: Block }
  | { readonly kind: 'vote'; readonly vote: SignedVote }
  | { readonly kind: 'certificate'; readonly certificate: Certificate };

/**
 * view    the current view has lasted long enough (R5)
 * retry   say it again (R8, R9)
 * extend  the parent did not become final by itself: the leader puts an empty block on top
 */
export type TimerName = 'view' | 'retry' | 'extend';

export type Effect =
  | { readonly kind: 'persist'; readonly record: DurableRecord }
  /** Sign and answer with `signed`, in this turn or later. The signer refuses what the rules forbid. */
  | { readonly kind: 'sign'; readonly vote: Vote }
  /** To every other peer: the epoch's validators, and whoever else follows the chain. */
  | { readonly kind: 'broadcast'; readonly message: Message }
  | { readonly kind: 'send'; readonly to: PeerId; readonly message: Message }
  /** Replaces a running timer of the same name. The firing names the epoch and view again. */
  | {
      readonly kind: 'setTimer';
      readonly timer: TimerName;
      readonly epoch: bigint;
      readonly view: bigint;
      readonly afterMs: number;
    }
  | { readonly kind: 'clearTimer'; readonly timer: TimerName }
  /**
   * What shall the next block on top of `ancestors` contain? Answer with `payload`; null when nothing waits that
   * they do not hold. `ancestors` are the blocks above the last finalized one, oldest first, the parent last; none
   * when the parent is the last finalized block. With `mustExtend` the answer is an empty payload rather than
   * null: the parent is notarized, and may become final only with a block on top.
   */
  | {
      readonly kind: 'askPayload';
      readonly epoch: bigint;
      readonly view: bigint;
      readonly parent: Parent;
      readonly ancestors: readonly Block[];
      readonly mustExtend: boolean;
    }
  /** Answer with `validated`; `ancestors` as above. */
  | { readonly kind: 'validate'; readonly block: Block; readonly ancestors: readonly Block[] }
  /**
   * These blocks, oldest first, are final for ever; fillers are left out. The finalization is of the last block
   * or, after a sealing block, of the last block of `trail` (its fillers). With `sealed` the epoch is over
   * and the shell answers with `epoch`. Once this is durable, records at or below the
   * finalization's view may be pruned and the signing floor is that view (P5, P6).
   */
  | {
      readonly kind: 'commit';
      readonly blocks: readonly Block[];
      readonly trail: readonly Block[];
      readonly finalization: Certificate;
      readonly sealed: boolean;
    }
  | { readonly kind: 'report'; readonly evidence: Evidence }
  /** A peer wants a block that the core no longer holds: send it from the store, if it is there. */
  | { readonly kind: 'serveBlock'; readonly to: PeerId; readonly digest: Digest }
  /**
   * A peer lags: send it `finalized`: whole commits from the one that holds this height on, as many as fit in
   * `finalizedBatchMax` blocks and of one epoch, but at least one, with the last one's trail and finalization.
   */
  | { readonly kind: 'serveFinalized'; readonly to: PeerId; readonly height: bigint };
