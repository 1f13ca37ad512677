/**
 * A validator that lies in every way that its key allows: two blocks in a view,
 * blocks on parents that are not notarized or that skip a view, two votes, nullify
 * and finalize together, certificates of too little weight, votes of other epochs
 * and far views, forged signatures, old messages again, wrong bodies.
 */
import type { Certificate, CertificateKind } from '@tallystick/chain/src/core/certificate.ts';
import { encodeMessage } from '@tallystick/chain/src/core/codec.ts';
import { leaderOf } from '@tallystick/chain/src/core/leader.ts';
import type { Message } from '@tallystick/chain/src/core/message.ts';
import type { Block, Parent } from '@tallystick/chain/src/core/proposal.ts';
import { indexOf } from '@tallystick/chain/src/core/validators.ts';
import {
  type SignedVote,
  type Vote,
  type VoteKind,
  zeroDigest,
} from '@tallystick/chain/src/core/vote.ts';
import { digestOf, digestTail, edgeSignature, sign } from '../keys.ts';
import { payloadOf } from '../ledger.ts';
import type { World } from '../world.ts';
import { type Coalition, certificateAt } from './coalition.ts';

export type Adversary = {
  readonly receive: (from: string, message: Message) => void;
  readonly start: () => void;
};

const tickMs = 25;
const certificateKinds: readonly CertificateKind[] = ['notarize', 'nullify', 'finalize'];

export function createLiar(world: World, id: string, coalition: Coalition): Adversary {
  const { scenario, random, agenda, tally } = world;
  const chance = (percent: number): boolean => random.below(100) < percent;
  const others = scenario.peers.filter((peer) => peer !== id);
  const led = new Set<string>();
  const isActive = (): boolean => agenda.now() < scenario.healMs || chance(10);

  const tell = (peers: readonly string[], message: Message): void => {
    for (const peer of peers) world.network().send(id, peer, message);
  };
  const some = (): readonly string[] => {
    switch (random.below(3)) {
      case 0:
        return others;
      case 1:
        return [random.pick(others)];
      default:
        return others.filter(() => chance(50));
    }
  };
  const signed = (vote: Vote): SignedVote | null => {
    const voter = indexOf(scenario.setOf(vote.epoch), id);
    return voter === null ? null : { ...vote, voter, signature: sign(id, vote) };
  };
  const vote = (kind: VoteKind, epoch: bigint, view: bigint, digest: string): void => {
    const ballot = signed({ kind, epoch, view, digest });
    if (ballot === null || view <= 0n) return;
    tell(some(), { kind: 'vote', vote: ballot });
  };
  const nearView = (): bigint => {
    const view = coalition.view - BigInt(random.below(4)) + BigInt(random.below(2));
    return view > 0n ? view : 1n;
  };
  const blocksOf = (view: bigint): readonly Block[] =>
    [...coalition.blocks.values()].filter(
      (block) => block.view === view && block.epoch === coalition.epoch,
    );

  // Leading

  const lead = (view: bigint): void => {
    const { epoch } = coalition;
    const set = scenario.setOf(epoch);
    const name = `${epoch}/${view}`;
    const isMine = view > 0n && set.validators[leaderOf(set, view)]?.id === id;
    if (!isMine || (led.has(name) && !chance(20))) return;
    led.add(name);
    for (let count = 1 + random.below(3); count > 0; count -= 1) proposeIn(view);
  };
  const proposeIn = (view: bigint): void => {
    const { epoch } = coalition;
    const { parent, height, isSealed } = chooseParent(view);
    const number = random.below(scenario.entries * 2);
    const entries = chance(10) ? ['bad'] : [`e${number}`, `e${1000 + random.below(9)}`];
    const seals = scenario.epochLength > 0n && (height + 1n) % scenario.epochLength === 0n;
    const payload = isSealed
      ? payloadOf([], false)
      : payloadOf(entries, chance(95) ? seals : !seals);
    const rise = isSealed ? 0n : chance(95) ? 1n : 2n;
    const content = { epoch, view, height: height + rise, parent, payload, filler: isSealed };
    const block = { ...content, digest: digestOf(content) };
    const ballot = signed({ kind: 'propose', epoch, view, digest: block.digest });
    if (ballot === null) return;
    coalition.blocks.set(block.digest, block);
    const nullifications = [];
    for (let skipped = parent.view + 1n; skipped < view; skipped += 1n) {
      const certificate = certificateAt(coalition, skipped, 'nullify');
      if (certificate !== null) nullifications.push(certificate);
    }
    const parentCertificate =
      certificateAt(coalition, parent.view, 'notarize') ??
      certificateAt(coalition, parent.view, 'finalize');
    tally.fault('lying proposal');
    tell(some(), {
      kind: 'propose',
      proposal: { block, vote: ballot, parentCertificate, nullifications },
    });
    vote('notarize', epoch, view, block.digest);
  };
  /** Mostly the parent that the rules ask for, often an older one, or one that nobody notarized. */
  const chooseParent = (
    view: bigint,
  ): { readonly parent: Parent; readonly height: bigint; readonly isSealed: boolean } => {
    let at = view - 1n - BigInt(chance(40) ? random.below(4) : 0);
    const isCareless = chance(30);
    for (; at > 0n; at -= 1n) {
      const proof = certificateAt(coalition, at, 'notarize');
      const candidates = blocksOf(at).filter(
        ({ digest }) => isCareless || digest === proof?.digest,
      );
      if (candidates.length === 0) continue;
      const block = random.pick(candidates);
      const isSealed = block.payload.seals || block.filler;
      return { parent: { view: at, digest: block.digest }, height: block.height, isSealed };
    }
    const { digest, height } = coalition.startOf(coalition.epoch);
    return { parent: { view: 0n, digest }, height, isSealed: false };
  };

  // Voting and worse

  const mischief = (): void => {
    const { epoch } = coalition;
    const view = nearView();
    const [block] = blocksOf(view);
    switch (random.below(14)) {
      case 0:
      case 1:
        for (const { digest } of blocksOf(view)) vote('notarize', epoch, view, digest);
        break;
      case 2:
        for (const { digest } of blocksOf(view)) vote('finalize', epoch, view, digest);
        break;
      case 3:
        vote('nullify', epoch, view, zeroDigest);
        if (block !== undefined) vote('finalize', epoch, view, block.digest);
        break;
      case 4:
        tell(some(), { kind: 'certificate', certificate: weakCertificate(epoch, view) });
        tally.fault('wrong-weight certificate');
        break;
      case 5:
        vote(
          'nullify',
          epoch + BigInt(random.below(2)),
          view + BigInt(random.below(1000)),
          zeroDigest,
        );
        break;
      case 6:
        if (coalition.messages.length > 0) tell(some(), random.pick(coalition.messages));
        break;
      case 7:
        forge(epoch, view);
        break;
      case 8:
        usurp(view);
        break;
      case 9:
        garble();
        break;
      case 10:
        edge(epoch, view);
        break;
      case 11:
        stale(view);
        break;
      case 12:
        select(view);
        break;
      default:
        for (const { digest } of blocksOf(view)) vote('propose', epoch, view, digest);
    }
    tally.fault('lie');
  };
  /** A block in a view that somebody else leads. */
  const usurp = (view: bigint): void => {
    tally.fault('proposal by another than the leader');
    proposeIn(view);
  };
  /** Octets that are no message, or only almost. */
  const garble = (): void => {
    const message = coalition.messages.at(-1);
    const whole = message === undefined ? random.bytes(40) : encodeMessage(message);
    const bytes = chance(50) ? whole.slice(0, random.below(whole.length)) : random.bytes(60);
    tally.fault('malformed bytes');
    for (const peer of some()) world.network().sendBytes(id, peer, bytes);
  };
  /** A signature that some verifiers take and some refuse. */
  const edge = (epoch: bigint, view: bigint): void => {
    const voter = indexOf(scenario.setOf(epoch), id);
    const [block] = blocksOf(view);
    if (voter === null || block === undefined) return;
    const content: Vote = { kind: 'notarize', epoch, view, digest: block.digest };
    tally.fault('edge signature');
    const ballot = { ...content, voter, signature: edgeSignature(id, content) };
    tell(some(), { kind: 'vote', vote: ballot });
  };
  /** What was right in an epoch that is over: its certificates, and new votes in it. */
  const stale = (view: bigint): void => {
    const old = [...coalition.certificates.values()].find(({ epoch }) => epoch < coalition.epoch);
    if (old === undefined) return;
    tally.fault('stale epoch');
    tell(some(), { kind: 'certificate', certificate: old });
    vote('nullify', old.epoch, view, zeroDigest);
  };
  /** A certificate that only one of them gets to see. */
  const select = (view: bigint): void => {
    const certificate = certificateAt(coalition, view, random.pick(certificateKinds));
    if (certificate === null) return;
    tally.fault('selective certificate');
    tell([random.pick(others)], { kind: 'certificate', certificate });
  };
  /** Only the coalition's own signatures, or the same one twice, or signers out of order. */
  const weakCertificate = (epoch: bigint, view: bigint): Certificate => {
    const kind = random.pick(certificateKinds);
    const digest =
      kind === 'nullify' ? zeroDigest : (blocksOf(view)[0]?.digest ?? '1'.repeat(16) + digestTail);
    const set = scenario.setOf(epoch);
    const members = [...scenario.adversaries.keys()].sort();
    const signers = members.map((peer) => indexOf(set, peer)).filter((index) => index !== null);
    if (scenario.network.asBytes) signers.sort((a, b) => a - b);
    else if (chance(30)) signers.push(...signers, ...signers, ...signers);
    const signatures = signers.map((index) =>
      sign(set.validators[index]?.id ?? id, { kind, epoch, view, digest }),
    );
    if (signers.length === 0)
      return {
        kind,
        epoch,
        view,
        digest,
        signers: [0],
        signatures: [sign(id, { kind, epoch, view, digest })],
      };
    return { kind, epoch, view, digest, signers, signatures };
  };
  /** An honest validator's vote under a signature that it never made. */
  const forge = (epoch: bigint, view: bigint): void => {
    const voter = random.below(scenario.setOf(epoch).validators.length);
    const content: Vote = { kind: 'nullify', epoch, view, digest: zeroDigest };
    const signature = sign(id, content);
    tell(some(), { kind: 'vote', vote: { ...content, voter, signature } });
  };

  const tick = (): void => {
    if (isActive()) {
      lead(coalition.view);
      lead(coalition.view + 1n);
      mischief();
    }
    agenda.after(tickMs + random.below(tickMs), tick);
  };

  return {
    start: tick,
    receive: (from, message) => {
      if (message.kind === 'fetchBlock') {
        const block = chance(70)
          ? coalition.blocks.get(message.digest)
          : [...coalition.blocks.values()][0];
        if (block !== undefined) tell([from], { kind: 'block', block });
      }
      if (!isActive()) return;
      if (message.kind === 'propose' && chance(70)) {
        const { epoch, view, digest } = message.proposal.block;
        vote('notarize', epoch, view, digest);
        if (chance(30)) vote('finalize', epoch, view, digest);
        if (chance(30)) vote('nullify', epoch, view, zeroDigest);
      }
      if (chance(15)) lead(coalition.view + 1n);
      if (chance(10)) mischief();
    },
  };
}
