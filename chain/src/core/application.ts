/**
 * What the core needs of the application that it puts in order.
 *
 * The core is handed only `digestOf`. The rest is run by the shell when the core
 * asks for it by an effect, because checking a block means checking signatures,
 * and may take its time; the answer comes back as an input.
 */
import type { Block, BlockContent, Payload } from './proposal.ts';
import type { Digest } from './vote.ts';

/** A block's digest: the same bytes give the same digest on every machine. Pure. */
export type DigestOf = (content: BlockContent) => Digest;

export type BlockVerdict = { readonly ok: true } | { readonly ok: false; readonly reason: string };

export type Application = {
  /**
   * What the next block on top of `ancestors` shall contain; null when nothing waits that they do not hold.
   * `ancestors` are the blocks above the last finalized one, oldest first, the parent last; none when the
   * parent is the last finalized block. With `mustExtend` an empty payload is asked for rather than none:
   * the parent is notarized and can only become final with a block on top.
   */
  readonly propose: (ancestors: readonly Block[], mustExtend: boolean) => Promise<Payload | null>;
  /** May this block stand on top of these ancestors? The same answer on every machine. */
  readonly check: (block: Block, ancestors: readonly Block[]) => Promise<BlockVerdict>;
};
