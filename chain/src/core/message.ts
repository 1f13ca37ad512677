/**
 * What validators say to each other.
 *
 * Votes, proposals and certificates are signed inside and mean the same whoever
 * passes them on. The rest are requests, answers and hints without weight: they
 * can cost a validator some work, bounded by params.ts, but never decide.
 */
import { type Certificate, votesOf } from './certificate.ts';
import type { Block, Proposal } from './proposal.ts';
import type { Digest, SignedVote } from './vote.ts';

export type Message =
  | { readonly kind: 'propose'; readonly proposal: Proposal }
  | { readonly kind: 'vote'; readonly vote: SignedVote }
  | { readonly kind: 'certificate'; readonly certificate: Certificate }
  | { readonly kind: 'fetchBlock'; readonly digest: Digest }
  | { readonly kind: 'block'; readonly block: Block }
  | { readonly kind: 'fetchCertificate'; readonly epoch: bigint; readonly view: bigint }
  | { readonly kind: 'fetchFinalized'; readonly height: bigint }
  | FinalizedMessage
  | TipMessage;

/**
 * Committed blocks from the asked height on, oldest first, with what finalizes the last of them.
 * `trail` are blocks of the same epoch between the last committed one and the finalized digest:
 * only the fillers after a sealing block, else none.
 */
export type FinalizedMessage = {
  readonly kind: 'finalized';
  readonly blocks: readonly Block[];
  readonly trail: readonly Block[];
  readonly finalization: Certificate;
};

/** A hint: "I have finalized up to here". Whoever is behind asks for what it lacks. */
export type TipMessage = { readonly kind: 'tip'; readonly epoch: bigint; readonly height: bigint };

/** Every signature in a message: what the door must check before the core may see it. */
export function signedVotesIn(message: Message): readonly SignedVote[] {
  switch (message.kind) {
    case 'propose': {
      const { vote, parentCertificate, nullifications } = message.proposal;
      const parentVotes = parentCertificate === null ? [] : votesOf(parentCertificate);
      return [vote, ...parentVotes, ...nullifications.flatMap(votesOf)];
    }
    case 'vote':
      return [message.vote];
    case 'certificate':
      return votesOf(message.certificate);
    case 'finalized':
      return votesOf(message.finalization);
    case 'fetchBlock':
    case 'block':
    case 'fetchCertificate':
    case 'fetchFinalized':
    case 'tip':
      return [];
  }
}
