/** What the demo is founded with, and who lives in it. Nothing of this is used in production. */
import { demoPassword, seedDemoWorld } from '../../prisma/seed.ts';
import type { FoundingFacts } from './foundation.ts';
import type { BusinessDate } from './kernel/time.ts';
import type { Seed } from './world.ts';

const operator = 'Tallystick demo';

/** Four organisations that stand for the members of a network; here one operator runs them all. */
const validators: FoundingFacts['validators'] = [
  { name: 'aurora', organisation: 'Aurora Motors', operator },
  { name: 'bank-a', organisation: 'Bank A', operator },
  { name: 'bank-b', organisation: 'Bank B', operator },
  { name: 'plumb', organisation: 'Plumb Audit', operator },
];

export function demoSeed(
  today: BusinessDate,
  { zone = 'UTC', clock = 'MOVABLE' }: Partial<Pick<FoundingFacts, 'zone' | 'clock'>> = {},
): Seed {
  return {
    facts: {
      ...{ networkName: 'demo.tallystick.example', operatorName: operator, country: 'NL' },
      ...{ governorName: 'Gia Governor', businessDate: today, validators },
      ...{ zone, clock },
      // Long enough to see a change wait, and to take it back.
      timeLockMs: 60_000,
    },
    async plant({ app, sessions }) {
      const { logins } = await seedDemoWorld(app, sessions);
      return logins.map((each) => ({ ...each, password: demoPassword }));
    },
  };
}
