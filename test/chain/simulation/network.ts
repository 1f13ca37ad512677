/**
 * The network between validators: it delays, reorders, doubles, drops, cuts and
 * bends messages until it heals. Everything comes from the seed.
 */
import { decodeMessage, encodeMessage, MalformedBytes } from '@tallystick/chain/src/core/codec.ts';
import type { Message } from '@tallystick/chain/src/core/message.ts';
import type { Random } from '../../support/random.ts';
import type { Agenda } from './agenda.ts';
import { digestOf } from './keys.ts';
import type { Partition, Scenario } from './scenario.ts';
import type { Tally } from './tally.ts';

export type Network = {
  readonly send: (from: string, to: string, message: Message) => void;
  /** Whatever these octets are; mostly nothing. */
  readonly sendBytes: (from: string, to: string, bytes: Uint8Array) => void;
};

/** Δ of the validators in the simulation. */
const longDelayMs = 20;

type Deliver = (from: string, to: string, message: Message) => void;

export function createNetwork(
  scenario: Scenario,
  random: Random,
  agenda: Agenda,
  tally: Tally,
  deliver: Deliver,
): Network {
  const { network, healMs } = scenario;
  const chance = (share: number): boolean => share > 0 && random.below(1000) < share * 1000;
  const cutBy = (from: string, to: string): Partition | undefined => {
    const now = agenda.now();
    return network.partitions.find(({ start, end, links, periodMs }) => {
      const isOn = periodMs === null || Math.floor(now / periodMs) % 2 === 0;
      return isOn && now >= start && now < end && links.has(`${from}>${to}`);
    });
  };
  /** When the latest message so far arrives on a link. */
  const latest = new Map<string, number>();
  const noteArrival = (from: string, to: string, delayMs: number): void => {
    const link = `${from}>${to}`;
    const at = agenda.now() + delayMs;
    const before = latest.get(link) ?? 0;
    if (at < before) tally.fault('overtaken');
    else latest.set(link, at);
    if (delayMs > longDelayMs) tally.fault('delayed beyond Δ');
  };
  const travel = (from: string, to: string, message: Message): void => {
    const isHealed = agenda.now() >= healMs;
    const delayMs = isHealed ? 1 + random.below(4) : 1 + random.below(network.delayMaxMs);
    if (!isHealed) noteArrival(from, to, delayMs);
    const arriving = network.asBytes ? throughBytes(message, isHealed ? 0 : 0.02) : message;
    if (arriving !== null) agenda.after(delayMs, () => deliver(from, to, arriving));
  };
  const throughBytes = (message: Message, bending: number): Message | null => {
    const bytes = encodeMessage(message);
    if (chance(bending)) {
      const at = random.below(bytes.length);
      bytes[at] = (bytes[at] ?? 0) ^ (1 << random.below(8));
      tally.fault('bytes bent');
    }
    return fromBytes(bytes);
  };
  const fromBytes = (bytes: Uint8Array): Message | null => {
    try {
      return decodeMessage(bytes, digestOf);
    } catch (error) {
      if (!(error instanceof MalformedBytes)) throw error;
      tally.fault('malformed bytes refused');
      return null;
    }
  };

  return {
    send: (from, to, message) => {
      if (agenda.now() < healMs) {
        const partition = cutBy(from, to);
        if (partition !== undefined) {
          tally.fault(kindOf(partition));
          return;
        }
        if (chance(network.drop)) {
          tally.fault('dropped');
          return;
        }
        if (chance(network.duplicate)) {
          tally.fault('doubled');
          travel(from, to, message);
        }
      }
      travel(from, to, message);
    },
    sendBytes: (from, to, bytes) => {
      const message = fromBytes(bytes);
      if (message !== null) travel(from, to, message);
    },
  };
}

function kindOf({ links, periodMs }: Partition): string {
  const [link = '>'] = links;
  const [from, to] = link.split('>');
  const isOneWay = !links.has(`${to}>${from}`);
  return `cut${isOneWay ? ' one way' : ''}${periodMs === null ? '' : ', flapping'}`;
}
