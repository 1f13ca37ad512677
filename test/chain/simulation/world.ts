/** What everybody in one run of the simulation shares. */
import type { Random } from '../../support/random.ts';
import type { Agenda } from './agenda.ts';
import type { Network } from './network.ts';
import type { Oracle } from './oracle.ts';
import type { Scenario } from './scenario.ts';
import type { Tally } from './tally.ts';

export type World = {
  readonly scenario: Scenario;
  readonly agenda: Agenda;
  readonly random: Random;
  readonly tally: Tally;
  readonly oracle: Oracle;
  readonly network: () => Network;
  /** Every honest validator crashes now; some time later each starts again. */
  readonly crashAll: () => void;
  /** One line of the readable trace; does nothing unless a seed is replayed. */
  readonly trace: (line: string) => void;
};
