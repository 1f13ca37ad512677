/**
 * One race: several clients ask at once for what only one of them can have.
 *
 * Exactly one answer is final; every other is a refusal with a name that this race expects, or an act
 * that the chain refused. Anything else is kept as a promise that was broken.
 */
import type { KindName } from '../../../chain/src/act/kinds.ts';
import { type ActClient, type Json, Refused } from '../../../server/src/demo/client.ts';
import type { Random } from '../../support/random.ts';

/** A client of a party, which sends one act at a time. */
export type Racer = {
  readonly name: string;
  readonly party: string;
  readonly partyName: string;
  readonly account: string;
  readonly query: ActClient['query'];
  readonly upload: ActClient['upload'];
  act<T extends Json>(
    mutation: string,
    kind: KindName,
    input: Json,
    select?: string,
  ): Promise<Outcome<T>>;
};

export type Outcome<T> =
  | { readonly won: true; readonly answer: T }
  /** The name of the refusal; REFUSED_BY_CHAIN where the act was committed and lost in the chain. */
  | { readonly won: false; readonly code: string; readonly message: string };

/** What one racer wants in a heat. */
export type Attempt = {
  readonly by: Racer;
  readonly mutation: string;
  readonly kind: KindName;
  readonly input: Json;
};

export type Heat = {
  readonly name: string;
  readonly attempts: readonly Attempt[];
  /** How a racer may lose, beside the refusals that any race knows. */
  readonly losing: RegExp;
  /** False where nobody may win, because time has moved on. */
  readonly needsWinner?: boolean;
};

export type Tally = {
  heats: number;
  /** How often each kind of act was asked for in a race, and how often it won. */
  readonly asked: Map<string, number>;
  readonly won: Map<string, number>;
  /** How the others lost. */
  readonly lost: Map<string, number>;
  readonly broken: string[];
};

export function newTally(): Tally {
  return { heats: 0, asked: new Map(), won: new Map(), lost: new Map(), broken: [] };
}

/** Somebody else was first: whatever the race is about. */
const anyRace: ReadonlySet<string> = new Set([
  ...['PENDING_RESERVATION', 'STALE_VERSION', 'SEQUENCE_STALE', 'REFUSED_BY_CHAIN'],
]);

/** Runs a race; the attempt that won it, or null. */
export async function run(heat: Heat, random: Random, tally: Tally): Promise<Attempt | null> {
  const { name, losing, needsWinner = true } = heat;
  const attempts = shuffled(heat.attempts, random);
  const outcomes = await Promise.all(
    attempts.map(({ by, mutation, kind, input }) => by.act(mutation, kind, input)),
  );
  tally.heats += 1;
  const winners: Attempt[] = [];
  for (const [order, attempt] of attempts.entries()) {
    const outcome = outcomes[order];
    count(tally.asked, attempt.kind);
    if (outcome === undefined) continue;
    if (outcome.won) {
      winners.push(attempt);
      count(tally.won, attempt.kind);
      continue;
    }
    count(tally.lost, outcome.code);
    if (!anyRace.has(outcome.code) && !losing.test(outcome.code))
      tally.broken.push(`${name}: ${attempt.kind} lost by ${outcome.message}`);
  }
  const [first, ...others] = winners;
  if (others.length > 0) {
    const all = winners.map(({ by, kind }) => `${kind} of ${by.name}`);
    tally.broken.push(`${name}: ${all.join(' and ')} both won`);
  }
  if (first === undefined && needsWinner) {
    const codes = outcomes.map((outcome) => (outcome.won ? '' : outcome.code));
    tally.broken.push(`${name}: nobody won, for ${[...new Set(codes)].join(', ')}`);
  }
  return first ?? null;
}

/** A client that waits for the chain, and whose acts do not overtake each other. */
export function racer(
  client: ActClient,
  of: Pick<Racer, 'name' | 'party' | 'partyName' | 'account'>,
): Racer {
  let line: Promise<unknown> = Promise.resolve();
  return {
    ...of,
    query: client.query,
    upload: client.upload,
    act<T extends Json>(mutation: string, kind: KindName, input: Json, select = '') {
      const mine = line.then(() =>
        client.act<T>(mutation, kind, input, { select }).then(
          (answer): Outcome<T> => {
            const { status } = answer.act.anchor;
            if (status === 'FINAL') return { won: true, answer };
            return { won: false, code: `${status}_BY_CHAIN`, message: `${kind} is ${status}` };
          },
          (error: unknown): Outcome<T> => {
            const code = error instanceof Refused ? error.code : 'NO_ANSWER';
            return { won: false, code, message: String(error) };
          },
        ),
      );
      line = mine;
      return mine;
    },
  };
}

function shuffled<T>(from: readonly T[], random: Random): readonly T[] {
  return from
    .map((each) => ({ each, place: random.below(1_000_000) }))
    .sort((a, b) => a.place - b.place)
    .map(({ each }) => each);
}

function count(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}
