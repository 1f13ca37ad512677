/**
 * All that may come into the core. One input at a time, in an order that the
 * shell decides; the same inputs in the same order give the same effects.
 */
import type { BlockVerdict } from './application.ts';
import type { DurableRecord, TimerName } from './effect.ts';
import type { Message } from './message.ts';
import type { Payload } from './proposal.ts';
import type { PeerId, ValidatorSet } from './validators.ts';
import type { Digest, SignedVote } from './vote.ts';

export type Input =
  /** The first input of a process: its durable records above the last finalized view, in the order written; none at first boot. */
  | { readonly kind: 'restart'; readonly records: readonly DurableRecord[] }
  /** From a peer; well-formed, and every signature in it checked with the set of its epoch. */
  | { readonly kind: 'message'; readonly from: PeerId; readonly message: Message }
  /** A peer speaks of an epoch that this validator does not know yet, so its signatures cannot be checked. */
  | { readonly kind: 'ahead'; readonly from: PeerId }
  | {
      readonly kind: 'timer';
      readonly timer: TimerName;
      readonly epoch: bigint;
      readonly view: bigint;
    }
  /** Does an entry wait that is in no finalized block? Said again whenever a new one comes. */
  | { readonly kind: 'work'; readonly waiting: boolean }
  /** The answer to `askPayload`; null when there is nothing to propose. */
  | {
      readonly kind: 'payload';
      readonly epoch: bigint;
      readonly view: bigint;
      readonly parent: Digest;
      readonly payload: Payload | null;
    }
  /** The answer to `sign`. */
  | { readonly kind: 'signed'; readonly vote: SignedVote }
  /** The answer to `validate`. */
  | { readonly kind: 'validated'; readonly digest: Digest; readonly verdict: BlockVerdict }
  /** The sealing block has been applied, and this is who votes next. Only after a `commit` with `sealed`. */
  | { readonly kind: 'epoch'; readonly validators: ValidatorSet };
