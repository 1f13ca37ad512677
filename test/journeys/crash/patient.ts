/**
 * Clients of a server that is killed again and again: they give up nothing and remember everything.
 *
 * A request that got no answer is sent again under the same idempotency key, with the same input, once
 * there is a server again. What was answered is kept by a witness: the same key never gives another
 * act, and an act that was final is final for ever, in its place.
 */
import {
  type ActAnswer,
  type ActClient,
  type Json,
  Refused,
} from '../../../server/src/demo/client.ts';

/** Open while there is a server to speak to. */
export type Gate = { readonly wait: () => Promise<void>; open(): void; close(): void };

export function gate(): Gate {
  let waiting: (() => void)[] = [];
  let isOpen = false;
  return {
    wait: () => (isOpen ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve))),
    open() {
      isOpen = true;
      for (const wake of waiting) wake();
      waiting = [];
    },
    close() {
      isOpen = false;
    },
  };
}

type Place = { readonly height: number; readonly index: number };

/** A state change that the server said it has made. */
export type Ack = {
  /** As the database has it: party, colon, the client's key. */
  readonly id: string;
  readonly mutation: string;
  /** Hex. */
  readonly actHash: string;
  /** Where the server said the act is final; null while it only said that it is committed. */
  readonly place: Place | null;
  /** Asks for the same again. */
  readonly repeat: () => Promise<ActAnswer>;
};

export type Witness = {
  readonly acks: ReadonlyMap<string, Ack>;
  /** Acknowledged or made final since the last call. */
  takeNews(): readonly Ack[];
  heard(ack: Ack): void;
  /** What was promised and not kept; empty when all is well. */
  readonly broken: string[];
  readonly counts: { unanswered: number; repeated: number; putOff: number };
  /** Bugs of the server do not count while its database is being killed. */
  isDatabaseDying: boolean;
};

export function witness(): Witness {
  const acks = new Map<string, Ack>();
  const broken: string[] = [];
  let news: Ack[] = [];
  return {
    acks,
    broken,
    counts: { unanswered: 0, repeated: 0, putOff: 0 },
    isDatabaseDying: false,
    takeNews() {
      const taken = news;
      news = [];
      return taken;
    },
    heard(ack) {
      const before = acks.get(ack.id);
      if (before !== undefined && before.actHash !== ack.actHash) {
        broken.push(`${ack.mutation} ${ack.id} was act ${before.actHash}, then ${ack.actHash}`);
      }
      const [was, is] = [before?.place ?? null, ack.place];
      if (was !== null && (was.height !== is?.height || was.index !== is.index)) {
        broken.push(`act ${ack.actHash} was final at ${was.index}, then ${is?.index ?? 'pending'}`);
      }
      if (before === undefined || was === null) {
        acks.set(ack.id, ack);
        news.push(ack);
      }
    },
  };
}

/** Refusals that pass by themselves: somebody else was first, or what came before is not final yet. */
const passing = new Set([
  ...['PENDING_RESERVATION', 'STALE_VERSION', 'SEQUENCE_STALE', 'BUSINESS_DATE_STALE'],
]);
const retryMs = 30;
/** A request that was put off so often is not going to be done. */
const triesMax = 2_000;

export type Order = {
  /** Under which it is done once. */
  readonly key: string;
  readonly select?: string;
  readonly beside?: Json;
  /** Answer when final. */
  readonly wait: boolean;
};

export type Patient = {
  readonly query: ActClient['query'];
  readonly upload: ActClient['upload'];
  act<T extends Json>(
    mutation: string,
    kind: Parameters<ActClient['act']>[1],
    input: Json,
    order: Order,
  ): Promise<T & ActAnswer>;
};

/** `party` is the id of the client's organisation. */
export function patient(client: ActClient, party: string, watch: Witness, door: Gate): Patient {
  let line: Promise<unknown> = Promise.resolve();

  /** Until there is an answer, which may be a refusal. */
  async function persist<T>(ask: () => Promise<T>): Promise<T> {
    for (let tries = 1; ; tries += 1) {
      await door.wait();
      try {
        return await ask();
      } catch (error) {
        if (tries > triesMax || !passes(error)) throw error;
        await new Promise((resolve) => setTimeout(resolve, retryMs));
      }
    }
  }

  /** True when asking again makes sense. */
  function passes(error: unknown): boolean {
    if (!(error instanceof Refused)) {
      watch.counts.unanswered += 1;
      return true;
    }
    if (passing.has(error.code)) {
      watch.counts.putOff += 1;
      return true;
    }
    const isBug = error.code === 'INTERNAL' || error.code === 'ERROR' || error.code === 'NO_ANSWER';
    if (isBug && !watch.isDatabaseDying) watch.broken.push(`the server failed: ${error.message}`);
    return isBug;
  }

  async function act<T extends Json>(
    mutation: string,
    kind: Parameters<ActClient['act']>[1],
    input: Json,
    { key, wait, ...more }: Order,
  ): Promise<T & ActAnswer> {
    const once = async () => {
      const answer = await client.act<T>(mutation, kind, input, {
        ...{ ...more, wait, idempotencyKey: key },
      });
      const { actHash, status, height, index } = answer.act.anchor;
      const isFinal = status === 'FINAL' && height !== null && index !== null;
      const place = isFinal ? { height, index } : null;
      watch.heard({ id: `${party}:${key}`, mutation, actHash, place, repeat });
      return answer;
    };
    const repeat = () => {
      watch.counts.repeated += 1;
      return inLine(() => persist(once));
    };
    return inLine(() => persist(once));
  }

  /** One act of a key at a time, as one device does. */
  function inLine<T>(work: () => Promise<T>): Promise<T> {
    const mine = line.then(work);
    line = mine.catch(() => undefined);
    return mine;
  }

  return {
    act,
    query: (document, variables) => persist(() => client.query(document, variables)),
    upload: (document, variables, file, at) =>
      persist(() => client.upload(document, variables, file, at)),
  };
}
