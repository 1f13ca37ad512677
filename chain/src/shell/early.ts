/**
 * What came too early: messages of the epoch that begins next, for a validator that has yet to see its epoch end.
 *
 * The leader of an epoch's first view proposes as soon as the end of the epoch before is final for it; its proposal,
 * and the votes for it, may overtake the last vote that makes it final for others. Kept, they are heard when
 * the epoch has begun there; lost, the view would pass without a block. Nobody's signature can be looked at before
 * that, so each sender may leave but a few messages, one proposal among them, and all proposals together few octets.
 */
import type { Message } from '../core/message.ts';
import type { PeerId } from '../core/validators.ts';

export type Early = {
  /** `index` is whom it is for. What is too much is dropped: rule R9 says it again. */
  readonly keep: (index: number, epoch: bigint, from: PeerId, message: Message) => void;
  /** What was kept for this one and this epoch, in order; what is older goes. */
  readonly take: (index: number, epoch: bigint) => readonly EarlyMessage[];
};

export type EarlyMessage = { readonly from: PeerId; readonly message: Message };

type Kept = EarlyMessage & { readonly epoch: bigint };

/** Messages of one sender. */
const messagesMax = 16;

/** Octets of payload of all proposals for one validator: two of the largest. */
const payloadBytesMax = 8 * 1024 * 1024;

export function makeEarly(): Early {
  const all = new Map<number, Kept[]>();

  const hasRoom = (kept: readonly Kept[], { from, message }: EarlyMessage): boolean => {
    const own = kept.filter((each) => each.from === from);
    if (own.length >= messagesMax) return false;
    if (message.kind !== 'propose')
      return message.kind === 'vote' || message.kind === 'certificate';
    const octets = kept.reduce((sum, each) => sum + payloadBytesOf(each.message), 0);
    const isFirst = own.every((each) => each.message.kind !== 'propose');
    return isFirst && octets + payloadBytesOf(message) <= payloadBytesMax;
  };

  return {
    keep: (index, epoch, from, message) => {
      const kept = (all.get(index) ?? []).filter((each) => each.epoch === epoch);
      if (hasRoom(kept, { from, message })) kept.push({ epoch, from, message });
      all.set(index, kept);
    },
    take: (index, epoch) => {
      const kept = all.get(index) ?? [];
      const later = kept.filter((each) => each.epoch > epoch);
      if (later.length > 0) all.set(index, later);
      else all.delete(index);
      return kept.filter((each) => each.epoch === epoch);
    },
  };
}

function payloadBytesOf(message: Message): number {
  return message.kind === 'propose' ? message.proposal.block.payload.bytes.length : 0;
}
