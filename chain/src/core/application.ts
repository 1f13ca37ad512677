/**
 * What the core needs of the application that it puts in order.
 *
 * The core is handed only `digestOf`. The rest is run by the shell when the core
 * asks for it by an effect (`askPayload`, `validate`, `commit`), because checking
 * a block means checking signatures, and may take its time; the answer comes
 * back as an input.
 */
import type { BlockContent } from './proposal.ts';
import type { Digest } from './vote.ts';

/** A block's digest: the same bytes give the same digest on every machine. Pure. */
export type DigestOf = (content: BlockContent) => Digest;

/** May this block stand on top of its ancestors? The same answer on every machine. */
export type BlockVerdict = { readonly ok: true } | { readonly ok: false; readonly reason: string };
