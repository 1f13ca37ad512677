/**
 * A road between two processes: passes octets on, both ways, until it is blocked.
 *
 * Blocked, it says nothing and loses nothing that a network would not lose: what is under way stays where it
 * is, new calls are taken and never answered. Cut, all connections over it end at once.
 */
import net from 'node:net';
import type { Address } from '../../../chain/src/net/network-file.ts';

export type Road = {
  /** Where to call. */
  readonly address: Address;
  readonly block: () => void;
  readonly open: () => void;
  readonly cut: () => void;
  readonly close: () => Promise<void>;
};

export async function openRoad(target: Address): Promise<Road> {
  const pairs = new Set<readonly [net.Socket, net.Socket]>();
  let isBlocked = false;
  const server = net.createServer((near) => {
    const far = net.connect(target);
    const pair = [near, far] as const;
    pairs.add(pair);
    const end = (): void => {
      near.destroy();
      far.destroy();
      pairs.delete(pair);
    };
    const lead = (from: net.Socket, to: net.Socket): void => {
      from.on('data', (data) => {
        if (!to.write(data)) from.pause();
      });
      to.on('drain', () => {
        if (!isBlocked) from.resume();
      });
      from.on('error', end);
      from.on('close', end);
    };
    lead(near, far);
    lead(far, near);
    if (isBlocked) for (const socket of pair) socket.pause();
  });
  await new Promise<void>((resolve) =>
    server.listen({ host: '127.0.0.1', port: 0 }, () => resolve()),
  );
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new Error('the road has no address');
  const each = (work: (socket: net.Socket) => void): void => {
    for (const pair of pairs) for (const socket of pair) work(socket);
  };
  return {
    address: { host: '127.0.0.1', port: bound.port },
    block: () => {
      isBlocked = true;
      each((socket) => socket.pause());
    },
    open: () => {
      isBlocked = false;
      each((socket) => socket.resume());
    },
    cut: () => each((socket) => socket.destroy()),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        each((socket) => socket.destroy());
      }),
  };
}
