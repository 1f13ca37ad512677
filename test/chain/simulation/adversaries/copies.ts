/**
 * Adversaries made of the honest machine.
 *
 *   twin        one key run twice: each copy talks to one half of the peers, so that all
 *               its votes and blocks contradict each other
 *   tempter     shows its block to some, helps to notarize it, and is never heard again about it
 *   withholder  one copy that shows its blocks to few and hands out no body and no certificate
 */
import type { Rules } from '@tallystick/chain/src/core/rules.ts';
import { createValidator } from '../validator.ts';
import type { World } from '../world.ts';
import type { Adversary } from './liar.ts';

export function createTwin(world: World, id: string, rules: Rules): Adversary {
  const { scenario, random } = world;
  const half = new Set(scenario.peers.filter(() => random.below(2) === 0));
  const copies = [true, false].map((side) =>
    createValidator(world, id, {
      rules: { ...rules, neverFinalizesNullified: false, evidenceReported: false },
      isHonest: false,
      lets: (to) => half.has(to) === side || scenario.adversaries.has(to),
    }),
  );
  return {
    start: () => {
      copies.forEach((copy, number) => {
        copy.restart();
        copy.submit(`e${5000 + number}`);
      });
    },
    receive: (from, message) => {
      for (const copy of copies) copy.receive(from, message);
    },
  };
}

export function createWithholder(world: World, id: string, rules: Rules): Adversary {
  const { scenario, random } = world;
  const favoured = new Set(scenario.peers.filter(() => random.below(2) === 0));
  const copy = createValidator(world, id, {
    rules,
    isHonest: false,
    lets: (to, message) => {
      switch (message.kind) {
        case 'propose':
          return favoured.has(to);
        case 'block':
        case 'finalized':
          return false;
        case 'certificate':
          return random.below(4) === 0;
        default:
          return true;
      }
    },
  });
  return {
    start: () => {
      copy.restart();
      copy.submit('e6000');
    },
    receive: copy.receive,
  };
}

export function createTempter(world: World, id: string, rules: Rules): Adversary {
  const { scenario, random } = world;
  const favoured = new Set(scenario.peers.filter(() => random.below(3) > 0));
  const mine = new Set<string>();
  const copy = createValidator(world, id, {
    rules,
    isHonest: false,
    lets: (to, message) => {
      if (message.kind === 'propose') {
        mine.add(message.proposal.block.digest);
        return favoured.has(to);
      }
      return (
        message.kind === 'vote' && message.vote.kind === 'notarize' && mine.has(message.vote.digest)
      );
    },
  });
  return {
    start: () => {
      copy.restart();
      copy.submit('e7000');
    },
    receive: copy.receive,
  };
}
