/**
 * The signer under an adversary above it: whatever is asked for, in whatever order, across restarts, its
 * keys never contradict themselves. Asks at random, and keeps its own account of what was signed.
 *
 * Imports relatively, as shell-lives.ts does and for the same reason.
 */
import { generateKeyPairSync } from 'node:crypto';
import { brokenRule } from '../../../chain/src/core/equivocation.ts';
import {
  type SignedVote,
  type Vote,
  type VoteKind,
  zeroDigest,
} from '../../../chain/src/core/vote.ts';
import { hex } from '../../../chain/src/crypto/digest.ts';
import type { Cosignature } from '../../../chain/src/log/cosignature.ts';
import {
  makeSigner,
  type Place,
  SignerRefusal,
  type ValidatorSigner,
} from '../../../chain/src/shell/signer.ts';
import { type Random, seeded } from '../../support/random.ts';

const stepsMax = 120;
const kinds: readonly VoteKind[] = ['propose', 'notarize', 'nullify', 'finalize'];
const keys = {
  consensus: generateKeyPairSync('ed25519').privateKey,
  cosigner: generateKeyPairSync('ed25519').privateKey,
};

type Account = {
  votes: SignedVote[];
  /** What a restart finds: all but the finalize votes, for which a notarization stands (R6). */
  durable: SignedVote[];
  notarized: Place[];
  floor: Place;
  cosigned: { readonly size: bigint; readonly body: string; readonly cosignature: Cosignature }[];
};

/** Drives a signer through random requests; the first contradiction, or null. */
export function tryGate(seed: number): string | null {
  const random = seeded(seed);
  const account: Account = {
    ...{ votes: [], durable: [], notarized: [], cosigned: [] },
    floor: { epoch: 1n, view: 0n },
  };
  let signer = restarted(account);
  for (let step = 0; step < stepsMax; step += 1) {
    const choice = random.below(20);
    if (choice === 0) signer = restarted(account);
    else if (choice === 1) raise(signer, account, random);
    else {
      const problem =
        choice < 6 ? askCosignature(signer, account, random) : askVote(signer, account, random);
      if (problem !== null) return problem;
    }
  }
  return null;
}

function newSigner(): ValidatorSigner {
  return makeSigner({ chainId: new Uint8Array(32), voter: 0, keys });
}

function restarted({ floor, durable, notarized, cosigned }: Account): ValidatorSigner {
  const signer = newSigner();
  signer.raiseFloor(floor);
  for (const vote of durable) signer.restoreVote(vote);
  for (const place of notarized) signer.restoreNotarization(place);
  const last = cosigned.at(-1);
  if (last !== undefined) signer.restoreCosignature(last.size, last.body, last.cosignature);
  return signer;
}

/** The floor is raised to a final view, and all below it is forgotten with it. */
function raise(signer: ValidatorSigner, account: Account, random: Random): void {
  const view = account.floor.view + BigInt(random.below(3));
  account.floor = { epoch: 1n, view };
  account.durable = account.durable.filter((vote) => vote.view > view);
  account.notarized = account.notarized.filter((place) => place.view > view);
  signer.raiseFloor(account.floor);
}

function askVote(signer: ValidatorSigner, account: Account, random: Random): string | null {
  const kind = random.pick(kinds);
  const view = atLeastOne(account.floor.view + BigInt(random.below(5)) - 1n);
  // Two blocks of one view are never both notarized, so only one can be asked to be final.
  const letter = kind === 'finalize' ? 'a' : random.pick(['a', 'b']);
  const digest = kind === 'nullify' ? zeroDigest : letter.repeat(64);
  const vote: Vote = { kind, epoch: 1n, view, digest };
  const made = refusedOr(() => signer.vote(vote));
  if (made === null) return null;
  const before = account.votes.find((each) => isSame(each, made));
  if (before === undefined && view <= account.floor.view)
    return `${kind} of view ${view} is signed below the floor`;
  for (const other of account.votes) {
    const broken = brokenRule(other, made);
    if (broken !== null) return `${broken} in view ${view}`;
  }
  account.votes.push(made);
  if (kind === 'finalize') account.notarized.push({ epoch: 1n, view });
  else account.durable.push(made);
  return null;
}

function isSame(one: Vote, other: Vote): boolean {
  return one.kind === other.kind && one.view === other.view && one.digest === other.digest;
}

function askCosignature(signer: ValidatorSigner, account: Account, random: Random): string | null {
  const highest = account.cosigned.at(-1)?.size ?? 0n;
  const size = atLeastOne(highest + BigInt(random.below(4)) - 1n);
  const body = `log\n${size}\n${random.pick(['a', 'a', 'b'])}\n`;
  const cosignature = refusedOr(() => signer.cosign(size, body, BigInt(1 + random.below(1_000))));
  if (cosignature === null) return null;
  const before = account.cosigned.find((each) => each.size === size);
  if (before === undefined && size <= highest) return `size ${size} is cosigned after ${highest}`;
  if (before !== undefined && before.body !== body)
    return `two checkpoints of size ${size} are cosigned`;
  const isAnew =
    before !== undefined && hex(before.cosignature.signature) !== hex(cosignature.signature);
  if (isAnew) return `size ${size} is cosigned anew`;
  if (before === undefined) account.cosigned.push({ size, body, cosignature });
  return null;
}

function atLeastOne(number: bigint): bigint {
  return number < 1n ? 1n : number;
}

function refusedOr<T>(ask: () => T): T | null {
  try {
    return ask();
  } catch (error) {
    if (error instanceof SignerRefusal) return null;
    throw error;
  }
}
