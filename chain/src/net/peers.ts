/**
 * All connections of a process: who is called, who may call, and which link leads to whom.
 *
 *   validators call the validators that stand after them in the network file; followers call all validators
 *
 * A connection is a peer's when its key is the pinned one and its hello names our chain; until then nothing
 * but a hello is read from it, and not for long. A second connection of the same peer replaces the first.
 * A call that fails is made again after a growing pause. Whoever breaks a rule is not spoken to for a while.
 */
import type { KeyObject } from 'node:crypto';
import type net from 'node:net';
import tls, { type TLSSocket } from 'node:tls';
import { equalBytes } from '../crypto/digest.ts';
import { encodeFrame, type Frame, PeerFault } from './frame.ts';
import { keyShown, tlsOptions } from './identity.ts';
import { barredMs, handshakeMsMax, redialMs, socketsMax } from './limits.ts';
import { type Link, makeLink } from './link.ts';
import type { Address, Party } from './network-file.ts';
import type { Urgency } from './outbox.ts';
import { encodeHello, isHello } from './words.ts';

export type PeersOptions = {
  readonly chainId: Uint8Array;
  readonly key: KeyObject;
  /** Where to listen; null for a follower. */
  readonly listen: Address | null;
  readonly parties: readonly Party[];
  /** Of the parties, who is called from here. */
  readonly isCalled: (party: Party) => boolean;
  readonly onOpen: (party: Party, link: Link) => void;
  readonly onFrame: (party: Party, frame: Frame, link: Link) => void;
  /** Says what happens, for people. */
  readonly note: (text: string) => void;
};

export type Peers = {
  readonly isNear: (name: string) => boolean;
  readonly link: (name: string) => Link | undefined;
  /** To one peer, or to each that `isMeant`. */
  readonly send: (name: string, urgency: Urgency, frame: Uint8Array) => void;
  readonly broadcast: (
    urgency: Urgency,
    frame: Uint8Array,
    isMeant: (party: Party) => boolean,
  ) => void;
  /** Ends the link with a peer that broke a rule, and does not speak to it for a while. */
  readonly bar: (name: string, fault: Error) => void;
  /** Whom the network file names from now on: who is new is called where that is ours, who is gone is not spoken to. */
  readonly meet: (parties: readonly Party[]) => void;
  readonly close: () => Promise<void>;
};

/** Starts listening and calling. Rejects when the address is taken. */
export async function openPeers(options: PeersOptions): Promise<Peers> {
  const { chainId, key, listen, onOpen, onFrame, note } = options;
  let { parties } = options;
  const settings = tlsOptions(key);
  const hello = encodeFrame({ type: 'hello', payload: encodeHello(chainId) });
  const links = new Map<string, Link>();
  const barredUntil = new Map<string, number>();
  const redials = new Map<string, NodeJS.Timeout>();
  const strangers = new Set<net.Socket>();
  let isOpen = true;

  const isBarred = ({ name }: Party): boolean => (barredUntil.get(name) ?? 0) > performance.now();

  const bar = (name: string, fault: Error): void => {
    note(`${name} is cut off for a while: ${fault.message}`);
    barredUntil.set(name, performance.now() + barredMs);
    links.get(name)?.close();
  };

  /** The key was the pinned one: now the hellos are exchanged, and only then is it a link. */
  const greet = (party: Party, socket: TLSSocket, onEnd: () => void): void => {
    socket.setNoDelay(true);
    let isGreeted = false;
    const timer = setTimeout(() => link.close(), handshakeMsMax);
    const link = makeLink({
      socket,
      onFrame: (frame) => {
        if (isGreeted) {
          onFrame(party, frame, link);
          return;
        }
        if (frame.type !== 'hello' || !isHello(frame.payload, chainId)) {
          throw new PeerFault('its hello is not one of this chain');
        }
        isGreeted = true;
        clearTimeout(timer);
        links.get(party.name)?.close();
        links.set(party.name, link);
        note(`${party.name} is connected`);
        onOpen(party, link);
      },
      onClosed: (fault) => {
        clearTimeout(timer);
        if (links.get(party.name) === link) {
          links.delete(party.name);
          if (isOpen) note(`${party.name} is gone`);
        }
        if (fault !== null) bar(party.name, fault);
        onEnd();
      },
    });
    link.send('urgent', hello);
  };

  // Calling

  const call = (party: Party, pauseMs: number): void => {
    const { name, address } = party;
    if (!isOpen || address === null || !parties.includes(party)) return;
    let isDone = false;
    let isKnown = false;
    const again = (): void => {
      if (isDone || !isOpen) return;
      isDone = true;
      clearTimeout(timer);
      strangers.delete(socket);
      const rest = isBarred(party) ? barredMs : isKnown ? redialMs.first : pauseMs;
      const next = Math.min(redialMs.max, isKnown ? redialMs.first : pauseMs * 2);
      redials.set(
        name,
        setTimeout(() => call(party, next), rest),
      );
    };
    const socket = tls.connect({ ...settings, ...address, checkServerIdentity: () => undefined });
    const timer = setTimeout(() => socket.destroy(), handshakeMsMax);
    strangers.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', again);
    socket.on('secureConnect', () => {
      const shown = keyShown(socket);
      if (shown === null || !equalBytes(shown, party.transportKey)) {
        note(`${name} did not show its key at ${address.host}:${address.port}`);
        socket.destroy();
        return;
      }
      isKnown = true;
      clearTimeout(timer);
      strangers.delete(socket);
      greet(party, socket, again);
    });
  };

  // Being called

  const welcome = (socket: TLSSocket): void => {
    const shown = keyShown(socket);
    const party = parties.find((each) => shown !== null && equalBytes(shown, each.transportKey));
    socket.on('error', () => socket.destroy());
    if (party === undefined || !isOpen || isBarred(party)) {
      socket.destroy();
      return;
    }
    strangers.add(socket);
    greet(party, socket, () => strangers.delete(socket));
  };

  const listening =
    listen === null
      ? null
      : await serve({ ...settings, requestCert: true, handshakeTimeout: handshakeMsMax }, listen);
  listening?.server.on('secureConnection', welcome);
  for (const party of parties) if (options.isCalled(party)) call(party, redialMs.first);

  return {
    isNear: (name) => links.has(name),
    link: (name) => links.get(name),
    send: (name, urgency, frame) => links.get(name)?.send(urgency, frame),
    broadcast: (urgency, frame, isMeant) => {
      for (const party of parties) if (isMeant(party)) links.get(party.name)?.send(urgency, frame);
    },
    bar,
    meet: (known) => {
      const fresh = known.filter((party) => !parties.some((each) => isSame(each, party)));
      const kept = parties.filter((each) => known.some((party) => isSame(each, party)));
      for (const party of parties) if (!kept.includes(party)) links.get(party.name)?.close();
      parties = [...kept, ...fresh];
      for (const party of fresh) if (options.isCalled(party)) call(party, redialMs.first);
    },
    close: async () => {
      isOpen = false;
      for (const timer of redials.values()) clearTimeout(timer);
      for (const link of [...links.values()]) link.close();
      for (const socket of strangers) socket.destroy();
      await listening?.close();
    },
  };
}

function isSame(one: Party, other: Party): boolean {
  const { address } = one;
  return (
    one.name === other.name &&
    one.role === other.role &&
    equalBytes(one.transportKey, other.transportKey) &&
    address?.host === other.address?.host &&
    address?.port === other.address?.port
  );
}

type Listening = { readonly server: tls.Server; readonly close: () => Promise<void> };

/** Strangers may connect, but not many at once, and what they send before the handshake harms nobody. */
async function serve(options: tls.TlsOptions, { host, port }: Address): Promise<Listening> {
  const server = tls.createServer(options);
  const sockets = new Set<net.Socket>();
  server.maxConnections = socketsMax;
  server.on('connection', (socket: net.Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
  });
  server.on('tlsClientError', (_error, socket) => socket.destroy());
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port }, () => {
      server.removeListener('error', reject);
      server.on('error', () => undefined);
      resolve();
    });
  });
  return {
    server,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
