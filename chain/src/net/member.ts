/**
 * A process of a network: the engine in its midst, and peers around it.
 *
 * A validator hosts itself and votes; a follower hosts nobody, checks and keeps everything, and takes acts in
 * from its owner. What comes from a peer is decoded strictly and handed to the engine, which looks at every
 * signature before its core does; whoever sends what no honest peer sends is cut off. What goes out goes to
 * everyone it concerns: followers ask nobody to vote and are asked for nothing.
 */
import { decodeMessage, encodeMessage } from '../core/codec.ts';
import { evidenceBytesMax } from '../core/evidence.ts';
import { type Message, signedVotesIn } from '../core/message.ts';
import type { SignedVote } from '../core/vote.ts';
import { voteSigningBytes } from '../core/vote.ts';
import { verifyEd25519 } from '../crypto/ed25519.ts';
import { type Engine, type EngineOptions, type Outside, startEngine } from '../shell/engine.ts';
import type { Opened } from '../shell/opening.ts';
import { isAtOrBelow } from '../shell/signer.ts';
import { encodeFrame, type Frame, PeerFault } from './frame.ts';
import type { Identity } from './identity.ts';
import {
  actsAgainMax,
  actsAgainPulses,
  actsInFlightMax,
  evidenceAgainMax,
  evidenceCostBytes,
  pulseMs,
  requestCostBytes,
  serveBytesMax,
} from './limits.ts';
import type { Link } from './link.ts';
import type { Network, Party } from './network-file.ts';
import type { Urgency } from './outbox.ts';
import { openPeers, type Peers } from './peers.ts';
import { makeRecall, type Standing } from './recall.ts';
import {
  decodeActs,
  decodeAnswer,
  decodeCosigned,
  decodeRecosign,
  encodeActs,
  encodeAnswer,
  encodeCosigned,
  encodeRecosign,
} from './words.ts';

export type MemberOptions = Pick<
  EngineOptions,
  'now' | 'walBytesMax' | 'expected' | 'onEvidence' | 'onFatal'
> & {
  readonly opened: Opened;
  readonly network: Network;
  /** One of the network's parties; its transport key is that of `identity`. */
  readonly self: Party;
  readonly identity: Identity;
  /** P7: the log is damaged, or its owner says that the home was restored. */
  readonly isForgetful: boolean;
  /** A peer has shown a vote of mine that is not in my log. */
  readonly onForgetful: () => void;
  /** Calls nobody. */
  readonly isAlone: boolean;
  readonly note: (text: string) => void;
  /** Sees every message of a peer whose signatures are genuine. */
  readonly onHeard: (from: string, message: Message) => void;
};

export type PeerStatus = {
  readonly name: string;
  readonly role: Party['role'];
  readonly isNear: boolean;
  readonly queuedBytes: number;
  readonly dropped: number;
};

export type Member = {
  readonly engine: Engine;
  readonly peers: () => readonly PeerStatus[];
  /** The network file has changed: who is in it is spoken to. */
  readonly meet: (network: Network) => void;
  /** Resolves when votes may be signed; at once for a follower. */
  readonly voting: Promise<void>;
  readonly stop: () => Promise<void>;
};

/** Starts engine and connections. Throws ChainBehind before anything runs, rejects when the address is taken. */
export async function startMember(options: MemberOptions): Promise<Member> {
  const { opened, self, note } = options;
  let { network } = options;
  const { genesis, digestOf } = opened;
  const { chainId } = genesis;
  const others = () => network.parties.filter(({ name }) => name !== self.name);
  const isVoter = self.role === 'validator';

  let peers: Peers | null = null;
  /** The vote of the highest view that was seen of each validator, by name. */
  const seen = new Map<string, SignedVote>();
  const inFlight = new Map<string, number>();

  // Out

  const outside: Outside = {
    send: (to, message) => {
      if (!isVoter && !isRequest(message)) return;
      const frame = encodeFrame({ type: 'message', payload: encodeMessage(message) });
      const urgency = urgencyOf(message);
      if (to !== null) peers?.send(to, urgency, frame);
      else {
        const isForAll = !message.kind.startsWith('fetch');
        peers?.broadcast(urgency, frame, ({ role }) => isForAll || role === 'validator');
      }
    },
    relay: (entries) => {
      for (const payload of encodeActs(entries)) {
        const frame = encodeFrame({ type: 'acts', payload });
        peers?.broadcast('acts', frame, ({ role }) => role === 'validator');
      }
    },
    cosigned: (cosigned) => {
      const frame = encodeFrame({ type: 'cosigned', payload: encodeCosigned(cosigned) });
      peers?.broadcast('urgent', frame, ({ role }) => role === 'follower');
    },
    isNear: (name) => peers?.isNear(name) ?? false,
  };

  const running = startEngine({
    ...opened,
    now: options.now,
    walBytesMax: options.walBytesMax,
    expected: options.expected,
    onEvidence: options.onEvidence,
    onFatal: options.onFatal,
    onSent: () => undefined,
    hosted: isVoter ? [self.name] : [],
    outside,
    isListening: isVoter,
  });
  const engine: Engine = {
    ...running,
    reportEvidence: async (leaf) => {
      const result = await running.reportEvidence(leaf);
      if (result === 'waiting') accuse([leaf]);
      return result;
    },
  };

  /** Only who proposes can put evidence into a block. */
  const accuse = (leaves: readonly Uint8Array[]): void => {
    for (const payload of leaves) {
      const frame = encodeFrame({ type: 'evidence', payload });
      peers?.broadcast('urgent', frame, ({ role }) => role === 'validator');
    }
  };

  // P7

  const recall = makeRecall({
    self: self.name,
    lastSigned: isVoter ? engine.lastSigned(self.name) : null,
    isForgetful: options.isForgetful,
  });
  const { promise: voting, resolve: nowVoting } = Promise.withResolvers<void>();
  let isDecided = !isVoter;
  let floorSaid = '';

  const standing = (): Standing => ({
    epoch: engine.place().epoch,
    tip: engine.finalPlace(),
    stakesOf: (epoch) => {
      const voters = engine.votersOf(epoch);
      return voters === null ? undefined : new Map(voters.map(({ name, stake }) => [name, stake]));
    },
  });

  /** Asked after every answer and every second, because the chain goes on meanwhile. */
  const consider = (): void => {
    if (isDecided) return;
    const verdict = recall.verdict(standing());
    if (verdict.kind === 'vote') {
      isDecided = true;
      void engine.beginVoting().then(nowVoting);
    }
    if (verdict.kind !== 'silent') return;
    const { epoch, view } = verdict.floor;
    const said = `votes may be forgotten: nothing is signed up to view ${view} of epoch ${epoch}`;
    if (said !== floorSaid) note(said);
    floorSaid = said;
  };

  const ask = (link: Link): void => {
    if (!isDecided) link.send('urgent', encodeFrame({ type: 'ask', payload: new Uint8Array() }));
  };

  const hearAnswer = ({ name }: Party, payload: Uint8Array): void => {
    const answer = decodeAnswer(payload, digestOf);
    const { seen: shown } = answer;
    if (shown !== null) {
      const voters = engine.votersOf(shown.epoch);
      // Of an epoch that has not begun here: asked again when more of the chain has come.
      if (voters === null) return;
      const voter = voters[shown.voter];
      const message = voteSigningBytes(chainId, shown);
      const isMine =
        voter?.name === self.name && verifyEd25519(voter.consensusKey, message, shown.signature);
      if (!isMine) throw new PeerFault('it shows a vote that is not mine');
    }
    // What I have signed since is no surprise.
    if (isDecided) return;
    const wasForgetful = recall.isForgetful();
    recall.hear(name, answer);
    if (!wasForgetful && recall.isForgetful()) options.onForgetful();
    consider();
  };

  // In

  const remember = (message: Message): void => {
    for (const vote of signedVotesIn(message)) {
      const name = engine.votersOf(vote.epoch)?.[vote.voter]?.name;
      if (name === undefined) continue;
      const known = seen.get(name);
      if (known === undefined || !isAtOrBelow(vote, known)) seen.set(name, vote);
    }
  };

  const hearMessage = (party: Party, payload: Uint8Array, link: Link): void => {
    const message = decodeMessage(payload, digestOf);
    if (party.role === 'follower' && !isRequest(message)) {
      throw new PeerFault('a follower has no part in consensus');
    }
    if (message.kind === 'fetchFinalized' || message.kind === 'fetchBlock') {
      link.charge(requestCostBytes);
      if (link.queued() > serveBytesMax) return;
    }
    if (!engine.receive(party.name, message)) throw new PeerFault('a signature is not genuine');
    options.onHeard(party.name, message);
    if (isVoter) remember(message);
  };

  const hearActs = ({ name }: Party, payload: Uint8Array, link: Link): void => {
    if (!isVoter) throw new PeerFault('a follower takes no acts from others');
    const entries = decodeActs(payload);
    const count = (inFlight.get(name) ?? 0) + entries.length;
    inFlight.set(name, count);
    const isFull = count > actsInFlightMax;
    if (isFull) link.hold();
    void engine.receiveActs(entries).finally(() => {
      inFlight.set(name, (inFlight.get(name) ?? 0) - entries.length);
      if (isFull) link.release();
    });
  };

  const hearEvidence = (payload: Uint8Array, link: Link): void => {
    if (!isVoter) throw new PeerFault('a follower takes no evidence from others');
    if (payload.length > evidenceBytesMax) throw new PeerFault('evidence is too long');
    link.charge(evidenceCostBytes);
    // What is refused may have been judged by now: whoever still says it does not know.
    void running.reportEvidence(payload).catch(() => undefined);
  };

  const hear = (party: Party, { type, payload }: Frame, link: Link): void => {
    switch (type) {
      case 'message':
        hearMessage(party, payload, link);
        return;
      case 'acts':
        hearActs(party, payload, link);
        return;
      case 'evidence':
        hearEvidence(payload, link);
        return;
      case 'cosigned':
        void engine.receiveCosignature(decodeCosigned(payload)).then((isGenuine) => {
          if (!isGenuine) peers?.bar(party.name, new PeerFault('a cosignature is not genuine'));
        });
        return;
      case 'ask': {
        const answer = encodeAnswer({
          place: engine.place(),
          seen: seen.get(party.name) ?? null,
        });
        link.send('urgent', encodeFrame({ type: 'answer', payload: answer }));
        return;
      }
      case 'answer':
        hearAnswer(party, payload);
        return;
      case 'recosign': {
        const height = decodeRecosign(payload);
        const cosigned = isVoter ? engine.cosignatureAt(self.name, height) : null;
        if (cosigned === null) return;
        link.send('urgent', encodeFrame({ type: 'cosigned', payload: encodeCosigned(cosigned) }));
        return;
      }
      case 'pulse':
      case 'hello':
        return;
    }
  };

  // Said again

  const ownTip = (): Uint8Array => {
    const { epoch, height } = engine.status();
    const tip: Message = { kind: 'tip', epoch, height };
    return encodeFrame({ type: 'message', payload: encodeMessage(tip) });
  };

  /** What a peer that was away needs first: how far the chain is, my cosignature, and the acts that wait. */
  const greet = (party: Party, link: Link): void => {
    link.send('urgent', ownTip());
    if (party.role === 'follower') sendLastCosigned();
    else {
      ask(link);
      for (const payload of encodeActs(engine.waiting(actsAgainMax))) {
        link.send('acts', encodeFrame({ type: 'acts', payload }));
      }
    }
  };

  const sendLastCosigned = (): void => {
    const cosigned = isVoter ? engine.lastCosigned(self.name) : null;
    if (cosigned !== null) outside.cosigned(cosigned);
  };

  let firstInLine: Uint8Array | null = null;
  let [pulsesStuck, pulsesPatient] = [0, actsAgainPulses.first];

  /** The first act in line has not moved: others may lack it. Said ever more seldom, because it costs them work. */
  const sayActsAgain = (): void => {
    const [first] = engine.waiting(1);
    if (first === undefined || first.header !== firstInLine) {
      firstInLine = first?.header ?? null;
      [pulsesStuck, pulsesPatient] = [0, actsAgainPulses.first];
      return;
    }
    pulsesStuck += 1;
    if (pulsesStuck < pulsesPatient) return;
    pulsesStuck = 0;
    pulsesPatient = Math.min(pulsesPatient * 2, actsAgainPulses.max);
    outside.relay(engine.waiting(actsAgainMax));
  };

  const heart = setInterval(() => {
    peers?.broadcast('urgent', ownTip(), ({ role }) => role === 'validator');
    sendLastCosigned();
    consider();
    if (!isDecided) {
      for (const { name } of others()) {
        const link = peers?.link(name);
        if (link !== undefined) ask(link);
      }
    }
    for (const height of isVoter ? [] : engine.lacking()) {
      const frame = encodeFrame({ type: 'recosign', payload: encodeRecosign(height) });
      peers?.broadcast('urgent', frame, ({ role }) => role === 'validator');
    }
    accuse(engine.accusing().slice(0, evidenceAgainMax));
    sayActsAgain();
  }, pulseMs);

  const close = async (): Promise<void> => {
    clearInterval(heart);
    await peers?.close();
  };

  try {
    peers = await openPeers({
      chainId,
      key: options.identity.key,
      listen: self.address,
      parties: others(),
      isCalled: (party) => !options.isAlone && isCalledBy(network, self, party),
      onOpen: greet,
      onFrame: hear,
      note,
    });
  } catch (error) {
    clearInterval(heart);
    await engine.stop();
    throw error;
  }
  if (isDecided) nowVoting();
  consider();

  return {
    engine,
    voting,
    peers: () =>
      others().map(({ name, role }) => {
        const link = peers?.link(name);
        return {
          ...{ name, role, isNear: link !== undefined },
          ...{ queuedBytes: link?.queued() ?? 0, dropped: link?.dropped() ?? 0 },
        };
      }),
    meet: (known) => {
      network = known;
      peers?.meet(others());
    },
    stop: async () => {
      await close();
      await engine.stop();
    },
  };
}

/** Of two validators the one that stands first calls; a follower calls every validator. */
function isCalledBy({ parties }: Network, self: Party, other: Party): boolean {
  if (other.role === 'follower') return false;
  const placeOf = ({ name }: Party): number => parties.findIndex((each) => each.name === name);
  return self.role === 'follower' || placeOf(self) < placeOf(other);
}

/** What asks for something that is public and final; the rest is for validators. */
function isRequest({ kind }: Message): boolean {
  return kind.startsWith('fetch') || kind === 'tip';
}

function urgencyOf({ kind }: Message): Urgency {
  return kind === 'block' || kind === 'finalized' ? 'bulk' : 'urgent';
}
