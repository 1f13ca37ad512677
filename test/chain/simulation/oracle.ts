/**
 * What must hold after every event, judged from outside.
 *
 * The oracle knows nothing of the machine's rules: it keeps its own account of
 * what every honest key has sent, of every certificate that an honest validator
 * believed, and of every block that one committed, and weighs with its own
 * arithmetic.
 *
 *   agreement · a committed prefix never changes · heights without gap · no entry twice, none invalid
 *   one notarized digest a view · no finalization of a nullified view · certificate weight by its epoch's set
 *   the signing rules of every honest key, across crashes · evidence only against the guilty
 *   an honest propose or notarize vote rests on its leader's proposal, a certified parent and nullified views between
 *   cosignatures of a key: one append-only sequence, each of a final block, one a height · stake adds up
 *   in calm weather every honest leader's block becomes final (asked by run.ts)
 *
 * README.md in this folder says which function checks what.
 */
import type { Certificate } from '@tallystick/chain/src/core/certificate.ts';
import type { Evidence } from '@tallystick/chain/src/core/equivocation.ts';
import { type Message, signedVotesIn } from '@tallystick/chain/src/core/message.ts';
import type { Block } from '@tallystick/chain/src/core/proposal.ts';
import type { ValidatorSet } from '@tallystick/chain/src/core/validators.ts';
import { type SignedVote, type Vote, zeroDigest } from '@tallystick/chain/src/core/vote.ts';
import type { Cosigned } from './disk.ts';
import { signedPart } from './door.ts';
import { isSignedBy } from './keys.ts';
import { entriesOf, isWellFormed } from './ledger.ts';
import type { Scenario } from './scenario.ts';
import type { Tally } from './tally.ts';
import type { Place } from './world.ts';

export type Oracle = {
  /** Anything that anyone sends, liars included. */
  readonly overheard: (message: Message) => void;
  readonly sent: (from: string, message: Message) => void;
  readonly believed: (by: string, certificate: Certificate) => void;
  readonly committed: (
    by: string,
    below: { readonly height: bigint; readonly digest: string },
    blocks: readonly Block[],
    trail: readonly Block[],
    finalization: Certificate,
  ) => void;
  readonly reported: (by: string, evidence: Evidence) => void;
  /** A cosignature leaves; `isRenewed` when its maker has lost what it signed before. */
  readonly cosigned: (by: string, cosigned: Cosigned, isRenewed: boolean) => void;
  readonly entered: (by: string, epoch: bigint) => void;
  /** The weather is calm: in views above this one honest leaders must not fail. */
  readonly watchLeaders: (above: Place) => void;
  /** Honest proposals in calm weather, below the final tip, that did not become final. */
  readonly failedLeaders: () => readonly string[];
  /** Blocks by height, as first committed by anyone. */
  readonly chain: ReadonlyMap<bigint, Block>;
};

type Said = { propose?: string; notarize?: string; nullify?: string; finalize?: string };

export function createOracle(scenario: Scenario, tally: Tally): Oracle {
  const cosignatures = new Map<string, Map<bigint, Cosigned>>();
  const highestCosigned = new Map<string, bigint>();
  const epochs = new Set<bigint>();
  /** Digests of all blocks and fillers that are final. */
  const final = new Set<string>();
  let calmAbove: Place | null = null;
  const calmProposals: { readonly by: string; readonly block: Block }[] = [];
  let tip: Place = { epoch: 0n, view: 0n };
  const said = new Map<string, Said>();
  const notarized = new Map<string, string>();
  const finalized = new Map<string, string>();
  const nullified = new Set<string>();
  const weighed = new WeakSet<Certificate>();
  const chain = new Map<bigint, Block>();
  const entries = new Map<string, bigint>();

  const blocks = new Map<string, Block>();
  const doubles = new Map<string, string>();
  const heard = new WeakSet<object>();
  /** Stake that has signed for (kind, epoch, view, digest), and who. */
  const support = new Map<string, Set<number>>();
  const supportName = (vote: Vote): string =>
    `${vote.kind}/${vote.epoch}/${vote.view}/${vote.digest}`;

  const overhear = (message: Message): void => {
    if (message.kind === 'block') blocks.set(message.block.digest, message.block);
    const signed = signedPart(message);
    if (signed === null || heard.has(signed)) return;
    heard.add(signed);
    if (message.kind === 'propose')
      blocks.set(message.proposal.block.digest, message.proposal.block);
    for (const vote of signedVotesIn(message)) {
      const signer = scenario.setOf(vote.epoch).validators[vote.voter];
      if (signer === undefined || !isSignedBy(signer.id, vote, vote.signature)) continue;
      const name = supportName(vote);
      support.set(name, (support.get(name) ?? new Set()).add(vote.voter));
      if (scenario.adversaries.has(signer.id)) countDouble(signer.id, vote);
    }
  };
  /** Liars that say two things in one view, for the count of faults. */
  const countDouble = (liar: string, vote: Vote): void => {
    const name = `${liar}/${vote.epoch}/${vote.view}/${vote.kind}`;
    const first = doubles.get(name) ?? vote.digest;
    doubles.set(name, first);
    if (first !== vote.digest) tally.fault(`double ${vote.kind}`);
  };
  const isDecided = (vote: Vote): boolean => {
    const set = scenario.setOf(vote.epoch);
    let weight = 0n;
    for (const voter of support.get(supportName(vote)) ?? []) {
      weight += set.validators[voter]?.stake ?? 0n;
    }
    return weight * 3n > set.stakeSum * 2n;
  };
  /** Judged when an honest validator proposes or votes to notarize: could it know that the block is justified? */
  const checkJustified = (from: string, vote: Vote, block: Block | undefined): void => {
    if (block === undefined) return; // Its leader votes before it sends.
    const { epoch, view } = vote;
    const { parent } = block;
    const name = `${from} signed ${vote.kind} in view ${epoch}/${view}`;
    const isCertified = (['notarize', 'finalize'] as const).some((kind) =>
      isDecided({ kind, epoch, view: parent.view, digest: parent.digest }),
    );
    if (!isLed(block)) tally.violation(`${name} for a block that its leader did not propose`);
    if (parent.view > 0n && !isCertified) {
      tally.violation(`${name} for a block on a parent without a quorum`);
    }
    for (let skipped = parent.view + 1n; skipped < view; skipped += 1n) {
      if (isDecided({ kind: 'nullify', epoch, view: skipped, digest: zeroDigest })) continue;
      tally.violation(`${name} across view ${skipped} that is not nullified`);
    }
  };
  const isLed = ({ epoch, view, digest }: Block): boolean => {
    const set = scenario.setOf(epoch);
    const leader = set.leaders[Number((view - 1n) % BigInt(set.leaders.length))];
    const proposers = support.get(supportName({ kind: 'propose', epoch, view, digest }));
    return leader !== undefined && (proposers?.has(leader) ?? false);
  };

  const believe = (by: string, certificate: Certificate): void => {
    if (weighed.has(certificate)) return;
    weighed.add(certificate);
    const { kind, epoch, view, digest } = certificate;
    const place = `${epoch}/${view}`;
    if (!isDecisive(scenario.setOf(epoch), certificate)) {
      tally.violation(`${by} believed a ${kind} certificate of ${place} without a quorum`);
    }
    if (kind === 'nullify') nullified.add(place);
    else {
      const known = (kind === 'notarize' ? notarized : finalized).get(place) ?? digest;
      if (known !== digest)
        tally.violation(`two blocks of view ${place} have a ${kind} certificate`);
      (kind === 'notarize' ? notarized : finalized).set(place, digest);
    }
    if (nullified.has(place) && finalized.has(place)) {
      tally.violation(`view ${place} is both nullified and final`);
    }
  };

  const say = (from: string, vote: SignedVote): void => {
    const name = `${from}/${vote.epoch}/${vote.view}`;
    const before = said.get(name) ?? {};
    said.set(name, before);
    const known = before[vote.kind];
    if (known !== undefined && known !== vote.digest) {
      tally.violation(`${from} signed two ${vote.kind} votes in view ${vote.epoch}/${vote.view}`);
    }
    if (vote.kind === 'notarize' && known === undefined) {
      checkJustified(from, vote, blocks.get(vote.digest));
    }
    before[vote.kind] = vote.digest;
    if (before.nullify !== undefined && before.finalize !== undefined) {
      tally.violation(`${from} signed nullify and finalize in view ${vote.epoch}/${vote.view}`);
    }
  };

  return {
    chain,
    overheard: overhear,
    believed: believe,
    sent: (from, message) => {
      if (message.kind === 'vote') say(from, message.vote);
      if (message.kind !== 'propose') return;
      const { block, vote } = message.proposal;
      const isNew = said.get(`${from}/${vote.epoch}/${vote.view}`)?.propose === undefined;
      say(from, vote);
      if (!isNew) return;
      overhear(message);
      checkJustified(from, vote, block);
      const isWatched = calmAbove !== null && isAbove(block, calmAbove);
      if (isWatched) calmProposals.push({ by: from, block });
    },
    entered: (by, epoch) => {
      const set = scenario.setOf(epoch);
      const sum = set.validators.reduce((total, { stake }) => total + stake, 0n);
      if (sum !== set.stakeSum) tally.violation(`${by} entered epoch ${epoch} with lost stake`);
      if (epochs.has(epoch)) return;
      epochs.add(epoch);
      tally.fault('epoch opened');
      if (textOf(set) !== textOf(scenario.setOf(epoch - 1n))) tally.fault('membership changed');
    },
    cosigned: (by, cosigned, isRenewed) => {
      const { height, digest, bytes } = cosigned;
      const mine = cosignatures.get(by) ?? new Map<bigint, Cosigned>();
      cosignatures.set(by, mine);
      const before = mine.get(height);
      const isOther = before !== undefined && before.digest !== digest;
      if (isOther) tally.violation(`${by} cosigned two checkpoints of height ${height}`);
      else if (before !== undefined && before.bytes !== bytes && !isRenewed) {
        tally.violation(`${by} cosigned height ${height} anew`);
      }
      const highest = highestCosigned.get(by) ?? 0n;
      if (before === undefined && height <= highest && !isRenewed) {
        tally.violation(`${by} cosigned height ${height} after height ${highest}`);
      }
      if (chain.get(height)?.digest !== digest) {
        tally.violation(`${by} cosigned a block of height ${height} that is not final`);
      }
      mine.set(height, cosigned);
      if (height > highest) highestCosigned.set(by, height);
    },
    watchLeaders: (above) => {
      calmAbove = above;
    },
    failedLeaders: () =>
      calmProposals
        .filter(({ block }) => !isAbove(block, tip) && !final.has(block.digest))
        .map(({ by, block }) => `${by} in view ${block.epoch}/${block.view}`),
    committed: (by, below, blocks, trail, finalization) => {
      believe(by, finalization);
      let { height, digest } = below;
      const before = chain.get(height);
      if (before !== undefined && before.digest !== digest) {
        tally.violation(`${by} changed its committed prefix at height ${height}`);
      }
      const { epoch, view } = finalization;
      if (isAbove({ epoch, view }, tip)) tip = { epoch, view };
      for (const block of [...blocks, ...trail]) final.add(block.digest);
      for (const block of blocks) {
        height += 1n;
        if (block.height !== height || block.parent.digest !== digest) {
          tally.violation(
            `${by} committed a block at height ${block.height} that does not follow ${height - 1n}`,
          );
        }
        digest = block.digest;
        const known = chain.get(height);
        if (known === undefined) enterBlock(by, block);
        else if (known.digest !== block.digest) {
          tally.violation(`fork: ${by} committed another block at height ${height}`);
        }
      }
      const last = trail.at(-1) ?? blocks.at(-1);
      if (last?.digest !== finalization.digest || finalization.kind !== 'finalize') {
        tally.violation(`${by} committed up to a block that its finalization does not name`);
      }
    },
    reported: (by, evidence) => judge(scenario, tally, by, evidence),
  };

  function enterBlock(by: string, block: Block): void {
    chain.set(block.height, block);
    tally.commits += 1;
    if (!isWellFormed(block.payload.bytes)) tally.violation(`${by} committed an invalid block`);
    for (const entry of entriesOf(block.payload.bytes)) {
      if (entries.has(entry)) tally.violation(`${by} committed the entry ${entry} twice`);
      entries.set(entry, block.height);
    }
  }
}

/** More than two thirds of the stake of its epoch, each signature good and counted once. */
function isDecisive(set: ValidatorSet, certificate: Certificate): boolean {
  const { kind, epoch, view, digest, signers, signatures } = certificate;
  const vote = { kind, epoch, view, digest };
  let weight = 0n;
  let total = 0n;
  set.validators.forEach(({ id, stake }, index) => {
    total += stake;
    const signature = signatures[signers.indexOf(index)];
    if (signature !== undefined && isSignedBy(id, vote, signature)) weight += stake;
  });
  return weight * 3n > total * 2n;
}

function isAbove(a: Place, b: Place): boolean {
  return a.epoch > b.epoch || (a.epoch === b.epoch && a.view > b.view);
}

function textOf({ validators }: ValidatorSet): string {
  return validators.map(({ id, stake }) => `${id} ${stake}`).join();
}

/** Evidence must hold by its two signatures alone, and never against an honest validator. */
function judge(scenario: Scenario, tally: Tally, by: string, evidence: Evidence): void {
  const { first, second, voter, epoch, kind } = evidence;
  const accused = scenario.setOf(epoch).validators[voter]?.id ?? 'nobody';
  const kinds = new Set([first.kind, second.kind]);
  const isPair =
    kind === 'nullifyAndFinalize'
      ? kinds.has('nullify') && kinds.has('finalize')
      : kinds.size === 1 && first.digest !== second.digest;
  const isSigned = [first, second].every(
    (vote) => vote.voter === voter && isSignedBy(accused, vote, vote.signature),
  );
  const isSameView = first.view === second.view && first.epoch === second.epoch;
  if (!isPair || !isSigned || !isSameView)
    tally.violation(`${by} reported evidence that proves nothing`);
  if (!scenario.adversaries.has(accused)) {
    tally.violation(
      `${by} accused the honest ${accused} of ${kind} in view ${epoch}/${first.view}`,
    );
  }
}
