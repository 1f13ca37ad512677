/**
 * What the faulty validators know together: they see every message that anyone
 * sends, at once, and share it. They cannot sign for others.
 */
import {
  type Certificate,
  type CertificateKind,
  certificateFrom,
} from '@tallystick/chain/src/core/certificate.ts';
import { type Message, signedVotesIn } from '@tallystick/chain/src/core/message.ts';
import type { Block, Proposal } from '@tallystick/chain/src/core/proposal.ts';
import { type SignedVote, zeroDigest } from '@tallystick/chain/src/core/vote.ts';
import type { Oracle } from '../oracle.ts';
import type { Scenario } from '../scenario.ts';

const messagesKeptMax = 60;

export type Coalition = {
  epoch: bigint;
  /** The highest view of that epoch that anyone spoke of within reach. */
  view: bigint;
  readonly blocks: Map<string, Block>;
  readonly proposals: Map<string, Proposal>;
  /** By epoch/view/kind. */
  readonly certificates: Map<string, Certificate>;
  /** The latest messages, to be played again. */
  readonly messages: Message[];
  readonly observe: (message: Message) => void;
  readonly startOf: (epoch: bigint) => { readonly digest: string; readonly height: bigint };
};

export function createCoalition(scenario: Scenario, oracle: Oracle): Coalition {
  const votes = new Map<string, Map<number, SignedVote>>();

  const countVote = (vote: SignedVote): void => {
    const { epoch, view, kind, digest, voter } = vote;
    if (kind === 'propose' || coalition.certificates.has(`${epoch}/${view}/${kind}`)) return;
    const name = `${epoch}/${view}/${kind}/${digest}`;
    const alike = votes.get(name) ?? new Map<number, SignedVote>();
    votes.set(name, alike.set(voter, vote));
    const set = scenario.setOf(epoch);
    let weight = 0n;
    for (const index of alike.keys()) weight += set.validators[index]?.stake ?? 0n;
    if (3n * weight > 2n * set.stakeSum) keep(certificateFrom(kind, [...alike.values()]));
  };
  const keep = (certificate: Certificate): void => {
    const { epoch, view, kind } = certificate;
    coalition.certificates.set(`${epoch}/${view}/${kind}`, certificate);
  };
  const reach = (epoch: bigint, view: bigint): void => {
    if (epoch > coalition.epoch) {
      coalition.epoch = epoch;
      coalition.view = 0n;
    }
    const isNear = view <= coalition.view + 40n;
    if (epoch === coalition.epoch && view > coalition.view && isNear) coalition.view = view;
  };

  const coalition: Coalition = {
    epoch: 0n,
    view: 0n,
    blocks: new Map(),
    proposals: new Map(),
    certificates: new Map(),
    messages: [],
    observe: (message) => {
      coalition.messages.push(message);
      if (coalition.messages.length > messagesKeptMax) coalition.messages.shift();
      if (message.kind === 'propose') {
        const { block } = message.proposal;
        coalition.blocks.set(block.digest, block);
        coalition.proposals.set(block.digest, message.proposal);
      }
      if (message.kind === 'block') coalition.blocks.set(message.block.digest, message.block);
      if (message.kind === 'certificate') keep(message.certificate);
      if (message.kind !== 'vote' && message.kind !== 'propose') return;
      for (const vote of signedVotesIn(message)) {
        countVote(vote);
        reach(vote.epoch, vote.view);
      }
    },
    startOf: (epoch) => {
      const height = epoch * scenario.epochLength;
      return { height, digest: oracle.chain.get(height)?.digest ?? zeroDigest };
    },
  };
  return coalition;
}

export function certificateAt(
  coalition: Coalition,
  view: bigint,
  kind: CertificateKind,
): Certificate | null {
  return coalition.certificates.get(`${coalition.epoch}/${view}/${kind}`) ?? null;
}
