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
import { verifyEd25519 } from '../crypto/ed25519.ts';

export type Inbox = {
  /** Is every signature in the message by the validator that it names, in this set? */
  readonly isGenuine: (message: Message, set: ValidatorSet) => boolean;
  /** A vote that this process signed itself, with a key that it checked when it loaded it. */
  readonly trust: (vote: SignedVote) => void;
};

export function makeInbox(chainId: Uint8Array): Inbox {
  /** The signature's own octets, as an object, and the vote that they were found genuine for. */
  const known = new WeakMap<Uint8Array, string>();

  const isGenuineVote = (vote: SignedVote, set: ValidatorSet): boolean => {
    const validator = set.validators[vote.voter];
    if (validator === undefined || vote.epoch !== set.epoch) return false;
    const { signature } = vote;
    const statement = statementOf(vote);
    if (known.get(signature) === statement) return true;
    const isSigned = verifyEd25519(
      validator.consensusKey,
      voteSigningBytes(chainId, vote),
      signature,
    );
    if (isSigned) known.set(signature, statement);
    return isSigned;
  };

  return {
    trust: (vote) => {
      known.set(vote.signature, statementOf(vote));
    },
    isGenuine: (message, set) => signedVotesIn(message).every((vote) => isGenuineVote(vote, set)),
  };
}

function statementOf({ kind, epoch, view, digest, voter }: SignedVote): string {
  return `${kind}/${epoch}/${view}/${digest}/${voter}`;
}
