/** What everybody in one run of the simulation shares. */
import type { Random } from '../../support/random.ts';
import type { Agenda } from './agenda.ts';
import type { Door } from './door.ts';
import type { Laws } from './laws.ts';
import type { Network } from './network.ts';
import type { Oracle } from './oracle.ts';
import type { Scenario } from './scenario.ts';
import type { Tally } from './tally.ts';

/** Where a validator stands: votes of it are at or below this view of this epoch. */
export type Place = { readonly epoch: bigint; readonly view: bigint };

export type World = {
  readonly scenario: Scenario;
  readonly laws: Laws;
  readonly agenda: Agenda;
  readonly random: Random;
  readonly tally: Tally;
  readonly oracle: Oracle;
  readonly door: Door;
  readonly network: () => Network;
  /** What a peer answers when it is asked how far it is; null when it does not answer. */
  readonly askPlace: (peer: string) => Place | null;
  /** Every honest validator crashes now; some time later each starts again. */
  readonly crashAll: () => void;
  /** One line of the readable trace, made only when somebody reads it. */
  readonly trace: (line: () => string) => void;
};
