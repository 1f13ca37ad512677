/**
 * Many acts of one kind, asked for together: one signature, and each act still its own.
 *
 *   signed by the caller     carried out in their order; the first refusal stops, and the rest are
 *                            NOT_TRIED, because the acts of a key have no gaps
 *   signed by the platform   what would be refused is left out before signing; what a race refused
 *                            after all is left out as well, and the rest is signed again
 *
 * Each act is committed by itself under an idempotency key of its own. Asking again, also after a
 * crash, does what was left and answers for what was done as before. A fault of one act (not found, an
 * idempotency key that was used for another input) is that act's refusal, so that the answers for the
 * acts before it are not lost.
 */
import { randomBytes } from 'node:crypto';
import type { KindName } from '../../../chain/src/act/kinds.ts';
import { signActs } from '../../../chain/src/act/sign.ts';
import { type Refusal, refuse } from '../kernel/decision.ts';
import { Fault } from '../kernel/fault.ts';
import { invariant } from '../kernel/invariant.ts';
import type { ActContexts, AskedAct, Command, Done, Envelope, ReadyAct } from './acts.ts';
import type { Keyring } from './keyring.ts';

/** Acts in one request: their inputs and envelopes fit its body, and their work its time. */
export const actsAtOnceMax = 100;

export type PerformAll = <N extends KindName>(
  commands: readonly Command<N>[],
) => Promise<readonly (Done | Refusal)[]>;

type Options = {
  readonly chainId: Uint8Array;
  readonly channel: Uint8Array;
  readonly keyring: Pick<Keyring, 'sign'>;
  readonly perform: <N extends KindName>(command: Command<N>) => Promise<Done | Refusal>;
  /** In the same order; a refusal when there is no key. */
  readonly contexts: <N extends KindName>(
    asked: readonly AskedAct<N>[],
    keyId: string | null,
  ) => Promise<ActContexts | Refusal>;
  /** The platform signs for one person at a time. */
  readonly inTurn: <T>(command: Pick<Command, 'actor'>, work: () => Promise<T>) => Promise<T>;
};

type Answered<N extends KindName> = readonly [Command<N>, Done | Refusal];

/** How often the platform signs again without getting any further. */
const idleMax = 4;
/** Refusals after which the same act may yet be done, signed again. */
const passing: ReadonlySet<string> = new Set([
  ...['NOT_TRIED', 'SEQUENCE_STALE', 'STALE_VERSION', 'BUSINESS_DATE_STALE'],
]);

/** The answers stand in the order of the commands, which are of one kind and one actor. */
export function manyActs(options: Options): PerformAll {
  const { chainId, channel, keyring, perform, contexts, inTurn } = options;

  async function performAll<N extends KindName>(commands: readonly Command<N>[]) {
    checkCount(commands.length);
    const signed = commands.filter(({ envelope }) => envelope !== null);
    if (signed.length === commands.length) return (await inOrder(commands)).map(([, each]) => each);
    const [first] = commands;
    if (signed.length > 0 || first === undefined) throw halfSigned(signed.length, commands.length);
    return inTurn(first, () => signedHere(commands));
  }

  async function inOrder<N extends KindName>(
    commands: readonly Command<N>[],
  ): Promise<readonly Answered<N>[]> {
    const answers: Answered<N>[] = [];
    let isStopped = false;
    for (const command of commands) {
      const answer: Done | Refusal = isStopped
        ? notTried()
        : await orRefusal(() => perform(command));
      isStopped ||= answer.kind === 'refusal';
      answers.push([command, answer]);
    }
    return answers;
  }

  async function signedHere<N extends KindName>(
    commands: readonly Command<N>[],
  ): Promise<readonly (Done | Refusal)[]> {
    const answers = new Map<Command<N>, Done | Refusal>();
    let open = commands;
    for (let idle = 0; open.length > 0 && idle < idleMax; idle++) {
      for (const [command, answer] of await signAndPerform(open)) answers.set(command, answer);
      const left = open.filter((command) => isPassing(answers.get(command)));
      if (left.length < open.length) idle = 0;
      open = left;
    }
    return commands.map((command) => answers.get(command) ?? notTried());
  }

  /** What is ready is signed and carried out; the rest has its answer before. */
  async function signAndPerform<N extends KindName>(
    commands: readonly Command<N>[],
  ): Promise<readonly Answered<N>[]> {
    const given = await contexts(commands, null);
    if ('code' in given) return commands.map((command) => [command, given]);
    const ready: { readonly command: Command<N>; readonly item: ReadyAct }[] = [];
    const answered: Answered<N>[] = [];
    for (const [order, command] of commands.entries()) {
      const item = given.items[order];
      invariant(item !== undefined, 'there is a context for each act');
      if (item.kind === 'ready') ready.push({ command, item });
      else answered.push([command, item]);
    }
    return ready.length === 0
      ? answered
      : [...answered, ...(await inOrder(await signed(given, ready)))];
  }

  /** The commands with envelopes, all from one signature of the platform's key. */
  async function signed<N extends KindName>(
    given: ActContexts,
    ready: readonly { readonly command: Command<N>; readonly item: ReadyAct }[],
  ): Promise<readonly Command<N>[]> {
    const { keyId, publicKey, epoch, businessDate } = given;
    const acts = await signActs(
      ready.map(({ command, item }) => ({
        kind: command.kind,
        input: command.input,
        context: { ...{ chainId, channel, epoch, businessDate }, ...command.actor, ...item },
        seed: new Uint8Array(randomBytes(32)),
      })),
      { ...given, keyId: new Uint8Array(Buffer.from(keyId, 'hex')) },
      {
        publicKey,
        async sign(message) {
          const signature = await keyring.sign(keyId, message);
          invariant(signature !== null, 'the platform holds the keys in its custody');
          return signature;
        },
      },
    );
    return ready.map(({ command, item }, order): Command<N> => {
      const act = acts[order];
      invariant(act !== undefined, 'each act is signed');
      const { seq, previousAct, timeMs, seed, signature } = act.envelope;
      const { refs, mandate } = item;
      const envelope: Envelope = {
        ...{ keyId, seq, previousAct, epoch, timeMs, refs, mandate, businessDate, seed, signature },
      };
      return { ...command, envelope };
    });
  }

  return performAll;
}

/** The answer, or the fault as a refusal of the same code. */
export async function orRefusal<T>(work: () => Promise<T>): Promise<T | Refusal> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return refuse(error.code, error.message, error.facts);
  }
}

/** Refuses a request of no act, or of more than one request carries. */
export function checkCount(count: number): void {
  if (count >= 1 && count <= actsAtOnceMax) return;
  throw new Fault('BAD_INPUT', `A request is for 1 to ${actsAtOnceMax} acts.`, {
    path: 'items',
    seen: String(count),
    expected: `1 to ${actsAtOnceMax}`,
    help: 'Send the rest in further requests; one signature may cover all of them.',
  });
}

/** The answer for an act that stands behind one that was refused. */
export function notTried(): Refusal {
  return refuse('NOT_TRIED', 'An act before this one was refused, so this one was not tried.', {
    help: 'Sign what is left again.',
  });
}

function isPassing(answer: Done | Refusal | undefined): boolean {
  return answer === undefined || (answer.kind === 'refusal' && passing.has(answer.code));
}

function halfSigned(seen: number, all: number): Fault {
  return new Fault('BAD_INPUT', 'Either all acts of a request are signed by you, or none is.', {
    path: 'items.envelope',
    seen: `${seen} of ${all}`,
    expected: 'an envelope with each, or with none',
  });
}
