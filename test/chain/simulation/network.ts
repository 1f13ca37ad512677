/**
 * The network between validators: it delays, reorders, doubles, drops, cuts and
 * bends messages until it heals. Everything comes from the seed.
 */
import { decodeMessage, encodeMessage, MalformedBytes } from '@tallystick/chain/src/core/codec.ts';
import type { Message } from '@tallystick/chain/src/core/message.ts';
import type { Random } from '../../support/random.ts';
import type { Agenda } from './agenda.ts';
import { digestOf } from './keys.ts';
import type { Scenario } from './scenario.ts';
import type { Tally } from './tally.ts';

export type Network = {
  readonly send: (from: string, to: string, message: Message) => void;
};

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
  const isCut = (from: string, to: string): boolean => {
    const now = agenda.now();
    return network.partitions.some(({ start, end, links, periodMs }) => {
      const isOn = periodMs === null || Math.floor(now / periodMs) % 2 === 0;
      return isOn && now >= start && now < end && links.has(`${from}>${to}`);
    });
  };
  const travel = (from: string, to: string, message: Message): void => {
    const isHealed = agenda.now() >= healMs;
    const delayMs = isHealed ? 1 + random.below(4) : 1 + random.below(network.delayMaxMs);
    const arriving = network.asBytes ? throughBytes(message, isHealed ? 0 : 0.02) : message;
    if (arriving !== null) agenda.after(delayMs, () => deliver(from, to, arriving));
  };
  const throughBytes = (message: Message, bending: number): Message | null => {
    const bytes = encodeMessage(message);
    if (chance(bending)) {
      const at = random.below(bytes.length);
      bytes[at] = (bytes[at] ?? 0) ^ (1 << random.below(8));
      tally.fault('bent');
    }
    try {
      return decodeMessage(bytes, digestOf);
    } catch (error) {
      if (!(error instanceof MalformedBytes)) throw error;
      return null;
    }
  };

  return {
    send: (from, to, message) => {
      if (agenda.now() < healMs) {
        if (isCut(from, to)) {
          tally.fault('cut');
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
  };
}
