/**
 * What waits to be sent to one peer: bounded, and the urgent first.
 *
 *   urgent  votes, certificates, proposals, cosignatures, questions: said again by rule R9 if they are lost
 *   bulk    blocks that were asked for: asked for again if they are lost
 *   acts    what waits for a block: said again when nothing moves
 *
 * When the octets are too many, acts are not taken in, because a later act of a key is of no use without
 * the earlier one; of the others the oldest go, bulk before urgent, because the newest say most.
 *
 * Pure but for its own memory.
 */

export type Urgency = 'urgent' | 'bulk' | 'acts';

export type Outbox = {
  /** False when something was dropped for it, or it was itself not taken. */
  readonly push: (urgency: Urgency, bytes: Uint8Array) => boolean;
  readonly shift: () => Uint8Array | undefined;
  readonly bytes: () => number;
  readonly dropped: () => number;
};

const order: readonly Urgency[] = ['urgent', 'bulk', 'acts'];

export function makeOutbox(bytesMax: number): Outbox {
  const lines: Readonly<Record<Urgency, Uint8Array[]>> = { urgent: [], bulk: [], acts: [] };
  let bytes = 0;
  let dropped = 0;

  const drop = (urgency: Urgency): boolean => {
    const oldest = lines[urgency].shift();
    if (oldest === undefined) return false;
    bytes -= oldest.length;
    dropped += 1;
    return true;
  };

  return {
    push: (urgency, frame) => {
      if (urgency === 'acts' && bytes + frame.length > bytesMax) {
        dropped += 1;
        return false;
      }
      lines[urgency].push(frame);
      bytes += frame.length;
      const before = dropped;
      while (bytes > bytesMax && (drop('bulk') || drop('acts') || drop('urgent')));
      return dropped === before;
    },
    shift: () => {
      for (const urgency of order) {
        const frame = lines[urgency].shift();
        if (frame === undefined) continue;
        bytes -= frame.length;
        return frame;
      }
      return undefined;
    },
    bytes: () => bytes,
    dropped: () => dropped,
  };
}
