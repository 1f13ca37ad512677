/**
 * The last gate before a signature: what a validator's keys may say, whatever the core asks for.
 *
 * The consensus key signs votes, the cosigner key signs checkpoints; neither signs for the other.
 * The signer refuses, by itself and across restarts:
 *   - a second, different proposal, notarization or finalization of one view;
 *   - a finalization of a view that it nullified, and the reverse (R6); a notarization that is durable
 *     counts as a finalization, because that vote is not kept;
 *   - anything at or below the floor, which is the last final view (P6), but for the same bytes again;
 *   - a cosignature that does not follow the one before, or another root for the same size.
 * A refusal here is a bug above: it is thrown, and the process must stop.
 */
import { type KeyObject, sign } from 'node:crypto';
import type { SignedVote, Vote, VoteKind } from '../core/vote.ts';
import { voteSigningBytes } from '../core/vote.ts';
import { plainBytes } from '../crypto/digest.ts';
import { cosigningBytes } from '../crypto/signature.ts';
import type { Cosignature } from '../log/cosignature.ts';
import type { ValidatorKeys } from './genesis.ts';

/** A signature that the rules forbid was asked for. */
export class SignerRefusal extends Error {
  override readonly name = 'SignerRefusal';
}

export type Place = { readonly epoch: bigint; readonly view: bigint };

export type ValidatorSigner = {
  /** The vote with this validator's signature. The same vote gives the same bytes. */
  readonly vote: (vote: Vote) => SignedVote;
  /** A cosignature of a final checkpoint. For a size that was cosigned before, the stored one. */
  readonly cosign: (size: bigint, body: string, timeSeconds: bigint) => Cosignature;
  /** What was signed before a restart. */
  readonly restoreVote: (vote: SignedVote) => void;
  /** After a restart: a durable notarization of this view stands for a finalize vote. */
  readonly restoreNotarization: (place: Place) => void;
  readonly restoreCosignature: (size: bigint, body: string, cosignature: Cosignature) => void;
  /** Forgets what is at or below a final view and refuses to sign there again. Never lowers. */
  readonly raiseFloor: (place: Place) => void;
};

export type SignerOptions = {
  readonly chainId: Uint8Array;
  /** Its place in the set of an epoch; a number where that is the same in all. */
  readonly voter: number | ((epoch: bigint) => number);
  readonly keys: ValidatorKeys;
};

export function makeSigner({ chainId, voter, keys }: SignerOptions): ValidatorSigner {
  const signed = new Map<string, SignedVote>();
  const presumedFinal = new Map<string, Place>();
  let floor: Place = { epoch: 0n, view: 0n };
  let cosigned: { size: bigint; body: string; cosignature: Cosignature } | null = null;

  const mustNot = (vote: Vote): string | null => {
    if (isAtOrBelow(vote, floor)) return 'it is at or below the last final view';
    if (vote.kind === 'nullify') {
      const isFinal = signed.has(nameOf(vote, 'finalize')) || presumedFinal.has(placeName(vote));
      return isFinal ? 'the view was voted to be final' : null;
    }
    if (vote.kind === 'finalize' && signed.has(nameOf(vote, 'nullify')))
      return 'the view was nullified';
    return null;
  };

  return {
    vote: (vote) => {
      const before = signed.get(nameOf(vote, vote.kind));
      if (before !== undefined) {
        if (before.digest === vote.digest) return before;
        throw new SignerRefusal(`${describe(vote)}: another block was signed in that view`);
      }
      const problem = mustNot(vote);
      if (problem !== null) throw new SignerRefusal(`${describe(vote)}: ${problem}`);
      const signature = signBytes(keys.consensus, voteSigningBytes(chainId, vote));
      const { kind, epoch, view, digest } = vote;
      const place = typeof voter === 'number' ? voter : voter(epoch);
      const made = { kind, epoch, view, digest, voter: place, signature };
      signed.set(nameOf(vote, vote.kind), made);
      return made;
    },
    cosign: (size, body, timeSeconds) => {
      if (cosigned !== null && size === cosigned.size) {
        if (body === cosigned.body) return cosigned.cosignature;
        throw new SignerRefusal(`another checkpoint of size ${size} was cosigned`);
      }
      if (cosigned !== null && size < cosigned.size) {
        throw new SignerRefusal(`size ${size} is below ${cosigned.size}, which was cosigned`);
      }
      const signature = signBytes(keys.cosigner, cosigningBytes(timeSeconds, body));
      cosigned = { size, body, cosignature: { timeSeconds, signature } };
      return cosigned.cosignature;
    },
    restoreVote: (vote) => {
      signed.set(nameOf(vote, vote.kind), vote);
    },
    restoreNotarization: (place) => {
      if (!signed.has(nameOf(place, 'nullify'))) presumedFinal.set(placeName(place), place);
    },
    restoreCosignature: (size, body, cosignature) => {
      if (cosigned === null || size > cosigned.size) cosigned = { size, body, cosignature };
    },
    raiseFloor: (place) => {
      if (isAtOrBelow(place, floor)) return;
      floor = { epoch: place.epoch, view: place.view };
      for (const [name, vote] of signed) if (isAtOrBelow(vote, floor)) signed.delete(name);
      for (const [name, view] of presumedFinal) {
        if (isAtOrBelow(view, floor)) presumedFinal.delete(name);
      }
    },
  };
}

/** Ed25519 by the runtime; the private key never leaves its object. */
export function signBytes(key: KeyObject, message: Uint8Array): Uint8Array {
  return plainBytes(sign(null, message, key));
}

/** Is the place not above the other? */
export function isAtOrBelow(place: Place, other: Place): boolean {
  return place.epoch < other.epoch || (place.epoch === other.epoch && place.view <= other.view);
}

function placeName({ epoch, view }: Place): string {
  return `${epoch}/${view}`;
}

function nameOf(place: Place, kind: VoteKind): string {
  return `${placeName(place)}/${kind}`;
}

function describe(vote: Vote): string {
  return `${vote.kind} of epoch ${vote.epoch}, view ${vote.view} is refused`;
}
