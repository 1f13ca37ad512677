/**
 * The door of the core: no message passes whose signatures are not genuine.
 *
 * Every distinct signature is checked once per process, however many validators see it and however
 * often it comes again inside a certificate; what this process signed itself is not checked again.
 * What is remembered is bound to what was signed.
 */
import { type Message, signedVotesIn } from '../core/message.ts';
import type { ValidatorSet } from '../core/validators.ts';
import { type SignedVote, voteSigningBytes } from '../core/vote.ts';
import { hex } from '../crypto/digest.ts';
import { verifyEd25519 } from '../crypto/ed25519.ts';

export type Inbox = {
  /** Is every signature in the message by the validator that it names, in this set? */
  readonly isGenuine: (message: Message, set: ValidatorSet) => boolean;
  /** A vote that this process signed itself, with a key that it checked when it loaded it. */
  readonly trust: (vote: SignedVote) => void;
};

/** Votes remembered by content: those of a few hundred blocks. Local. */
const recentMax = 4_096;

export function makeInbox(chainId: Uint8Array): Inbox {
  /** The signature's own octets, as an object, and the vote that they were found genuine for. */
  const known = new WeakMap<Uint8Array, string>();
  /** The same by content, for what comes again from another peer; the oldest goes first. */
  const recent = new Set<string>();

  const remember = (signature: Uint8Array, statement: string): void => {
    known.set(signature, statement);
    recent.add(`${statement}/${hex(signature)}`);
    for (const oldest of recent) {
      if (recent.size <= recentMax) break;
      recent.delete(oldest);
    }
  };

  const isGenuineVote = (vote: SignedVote, set: ValidatorSet): boolean => {
    const validator = set.validators[vote.voter];
    if (validator === undefined || vote.epoch !== set.epoch) return false;
    const { signature } = vote;
    const statement = statementOf(vote);
    if (known.get(signature) === statement) return true;
    if (recent.has(`${statement}/${hex(signature)}`)) return true;
    const isSigned = verifyEd25519(
      validator.consensusKey,
      voteSigningBytes(chainId, vote),
      signature,
    );
    if (isSigned) remember(signature, statement);
    return isSigned;
  };

  return {
    trust: (vote) => {
      remember(vote.signature, statementOf(vote));
    },
    isGenuine: (message, set) => signedVotesIn(message).every((vote) => isGenuineVote(vote, set)),
  };
}

function statementOf({ kind, epoch, view, digest, voter }: SignedVote): string {
  return `${kind}/${epoch}/${view}/${digest}/${voter}`;
}
