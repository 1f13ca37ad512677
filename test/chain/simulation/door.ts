/**
 * The door of a simulated validator, and who stands beside it and keeps count.
 *
 * No message passes whose signatures are not genuine. Messages are never changed
 * once they are made, so each is judged once for all who receive it. The
 * watchman knows what pairs came through and so what evidence is due.
 */
import { type Consensus, isWithinWindow } from '@tallystick/chain/src/core/epoch.ts';
import { brokenRule } from '@tallystick/chain/src/core/equivocation.ts';
import { type Message, signedVotesIn } from '@tallystick/chain/src/core/message.ts';
import type { SignedVote, Vote } from '@tallystick/chain/src/core/vote.ts';
import { isLaxlySignedBy, isSignedBy } from './keys.ts';
import type { Laws } from './laws.ts';
import type { Scenario } from './scenario.ts';

export type Door = {
  readonly isGenuine: (message: Message) => boolean;
};

export function createDoor(scenario: Scenario, { shell }: Laws): Door {
  const judged = new WeakMap<object, boolean>();
  const holds = shell.strictSignatures ? isSignedBy : isLaxlySignedBy;
  const isAuthentic = (vote: SignedVote): boolean => {
    const signer = scenario.setOf(vote.epoch).validators[vote.voter];
    return signer !== undefined && holds(signer.id, vote, vote.signature);
  };
  return {
    isGenuine: (message) => {
      const signed = signedPart(message);
      if (signed === null || !shell.signaturesChecked) return true;
      const known = judged.get(signed);
      if (known !== undefined) return known;
      const verdict = signedVotesIn(message).every(isAuthentic);
      judged.set(signed, verdict);
      return verdict;
    },
  };
}

/** What of a message holds signatures and is shared by its copies. */
export function signedPart(message: Message): object | null {
  switch (message.kind) {
    case 'propose':
      return message.proposal;
    case 'vote':
      return message.vote;
    case 'certificate':
      return message.certificate;
    case 'finalized':
      return message.finalization;
    default:
      return null;
  }
}

/** The epoch that a message with signatures speaks of. */
export function epochIn(message: Message): bigint | null {
  switch (message.kind) {
    case 'propose':
      return message.proposal.vote.epoch;
    case 'vote':
      return message.vote.epoch;
    case 'certificate':
      return message.certificate.epoch;
    case 'finalized':
      return message.finalization.epoch;
    default:
      return null;
  }
}

export type Watchman = {
  /** A message comes through the door: a pair that breaks a rule must be reported. */
  readonly note: (state: Consensus, message: Message) => void;
  readonly reported: (name: string) => void;
  /** What was due and not reported since the last settling. */
  readonly settle: () => readonly string[];
  readonly forget: () => void;
};

const voteKinds = ['propose', 'notarize', 'nullify', 'finalize'] as const;

export function createWatchman(scenario: Scenario): Watchman {
  /** Votes that were received one by one in this life. */
  const received = new Map<string, SignedVote>();
  const due = new Set<string>();
  const reported = new Set<string>();

  const note = (state: Consensus, vote: SignedVote): void => {
    const isCounted =
      vote.epoch === state.set.epoch && !state.isOver && isWithinWindow(state, vote.view);
    if (!isCounted || (vote.kind === 'propose' && !isLeaders(scenario, vote))) return;
    const place = `${vote.epoch}/${vote.view}/${vote.voter}`;
    for (const kind of voteKinds) {
      const first = received.get(`${place}/${kind}`);
      const broken = first === undefined ? null : brokenRule(first, vote);
      if (broken !== null) due.add(evidenceName(vote, broken));
    }
    const name = `${place}/${vote.kind}`;
    if (!received.has(name)) received.set(name, vote);
  };

  return {
    note: (state, message) => {
      if (message.kind === 'vote') note(state, message.vote);
      if (message.kind === 'propose') note(state, message.proposal.vote);
    },
    reported: (name) => reported.add(name),
    settle: () => {
      if (due.size === 0) return [];
      const missing = [...due].filter((name) => !reported.has(name));
      due.clear();
      return missing;
    },
    forget: () => {
      for (const kept of [received, due, reported]) kept.clear();
    },
  };
}

export function evidenceName(vote: Vote & { readonly voter: number }, kind: string): string {
  return `${vote.epoch}/${vote.view}/${vote.voter}/${kind}`;
}

function isLeaders(scenario: Scenario, vote: SignedVote): boolean {
  const set = scenario.setOf(vote.epoch);
  const slot = Number((vote.view - 1n) % BigInt(set.leaders.length));
  return set.leaders[slot] === vote.voter;
}
