/**
 * The one way in which state changes.
 *
 *   input ──▶ body ──▶ signed act ──▶ handler decides ──▶ one statement ──▶ answer
 *                                                              └──▶ the chain, when it can
 *
 * The act's bytes are built here from the typed input, with the same function as in the signer's own
 * hands; a signature over anything else does not verify. The same idempotency key with the same input
 * gives the same answer, with another input IDEMPOTENCY_CONFLICT. A refusal changes nothing.
 */
import { createHash, randomBytes } from 'node:crypto';
import {
  type Act as BuiltAct,
  buildAct,
  keyIdOf,
  noteIdOf,
  objectId,
  signedStatement,
} from '../../../chain/src/act/act.ts';
import { wholeEffects } from '../../../chain/src/act/effects.ts';
import type { ActKind, CommonBody, EffectFacts } from '../../../chain/src/act/kind.ts';
import {
  type BodyOf,
  type InputOf,
  type KindName,
  kindNamed,
} from '../../../chain/src/act/kinds.ts';
import { equalBytes } from '../../../chain/src/crypto/digest.ts';
import { verifyEd25519Async } from '../../../chain/src/crypto/ed25519.ts';
import { actSigningBytes } from '../../../chain/src/crypto/signature.ts';
import type { Act, AnyHandler, Handler, Reader, Secrets } from '../kernel/act.ts';
import type { Grant } from '../kernel/change.ts';
import { type Accepted, type Refusal, refuse } from '../kernel/decision.ts';
import { Fault, notFound } from '../kernel/fault.ts';
import { invariant } from '../kernel/invariant.ts';
import type { BusinessDate } from '../kernel/time.ts';
import type { ActRow } from './acts-seen.ts';
import { type Commit, commit, StaleCommit } from './commit.ts';
import type { Write } from './group-commit.ts';
import type { Keyring } from './keyring.ts';
import { mandatesOf, permitted } from './mandates.ts';
import { manyActs, orRefusal, type PerformAll } from './many-acts.ts';
import { databaseReader } from './reader.ts';
import type { Asks } from './session.ts';
import { together } from './together.ts';

/** Who asks: a person of an organisation, or the automation of the operator. */
export type Actor = { readonly party: string; readonly person: string | null };

/** What a signer sends beside the input: the context it built the act from, and the signature. */
export type Envelope = {
  /** Hex. */
  readonly keyId: string;
  readonly seq: bigint;
  readonly previousAct: Uint8Array | null;
  readonly epoch: bigint;
  readonly timeMs: bigint;
  readonly refs: readonly Uint8Array[];
  readonly mandate: string | null;
  readonly businessDate: BusinessDate;
  readonly seed: Uint8Array;
  readonly signature: Uint8Array;
};

export type Command<N extends KindName = KindName> = {
  readonly kind: N;
  readonly input: InputOf<N>;
  readonly actor: Actor;
  /** Null only for the automation, whose acts are made once by their subject. */
  readonly idempotencyKey: string;
  /** Null: the platform signs with the actor's custodial key. */
  readonly envelope: Envelope | null;
};

export type Done = {
  readonly kind: 'done';
  readonly actHash: Uint8Array;
  readonly subject: string;
  /** The act as the one who made it sees it, pending; null when it was done before. */
  readonly act: ActRow | null;
};

/** A key as the pipeline needs it. */
export type KeyRow = {
  readonly id: string;
  readonly version: number;
  readonly party: string;
  readonly person: string | null;
  readonly publicKey: Uint8Array;
  readonly custody: string;
  readonly revoked: boolean;
  readonly seq: bigint;
  readonly lastAct: Uint8Array | null;
  readonly holderName: string;
  readonly ownerName: string;
};

/** What a signer needs to build the act itself. */
export type ActContext = {
  readonly keyId: string;
  readonly seq: bigint;
  readonly previousAct: Uint8Array | null;
  readonly epoch: bigint;
  readonly timeMs: bigint;
  readonly refs: readonly Uint8Array[];
  readonly party: string;
  readonly person: string | null;
  readonly mandate: string | null;
  readonly businessDate: BusinessDate;
  readonly facts: EffectFacts;
};

/** One of several acts that a signer wants to build. */
export type AskedAct<N extends KindName = KindName> = Pick<
  Command<N>,
  'kind' | 'input' | 'actor' | 'idempotencyKey'
>;

/** What a signer needs beside the place of its key: what the act builds on. */
export type ReadyAct = {
  readonly kind: 'ready';
  readonly refs: readonly Uint8Array[];
  readonly mandate: string | null;
  readonly facts: EffectFacts;
};

/** Where the acts of a key go on, and for each act what it builds on, or that it was done, or why not. */
export type ActContexts = Omit<ActContext, 'refs' | 'mandate' | 'facts'> & {
  readonly publicKey: Uint8Array;
  readonly items: readonly (ReadyAct | Done | Refusal)[];
};

export type ActsOptions = {
  /** For look-ups by key. */
  readonly lookUps: Asks;
  readonly write: Write;
  readonly chainId: Uint8Array;
  readonly channel: Uint8Array;
  readonly epoch: () => bigint;
  readonly handlers: readonly AnyHandler[];
  readonly keyring: Keyring;
  readonly secrets: Secrets;
  /** The key that signs acts which nobody signs in person; hex id. */
  readonly automationKey: string;
  readonly nowMs: () => bigint;
  /** Told after each commit, in commit order of this process. */
  readonly committed: (act: CommittedAct) => void;
};

export type CommittedAct = {
  readonly position: bigint;
  readonly hash: Uint8Array;
  readonly header: Uint8Array;
  readonly signature: Uint8Array;
  readonly subject: string;
  readonly hasTodos: boolean;
  /** Whether the chain's verdict changes rows. */
  readonly contested: boolean;
  /** Acts of this process that are about to be committed as well. */
  readonly comingCount: number;
};

export type Acts = {
  perform<N extends KindName>(command: Command<N>): Promise<Done | Refusal>;
  context<N extends KindName>(
    command: Pick<Command<N>, 'kind' | 'input' | 'actor'> & { readonly keyId: string | null },
  ): Promise<ActContext | Refusal>;
  readonly performAll: PerformAll;
  /**
   * What a signer needs to sign several acts at once. Unlike for one act, each is judged here, so that
   * what would be refused is left out before anything is signed. All are of one kind and one actor.
   */
  contexts<N extends KindName>(
    asked: readonly AskedAct<N>[],
    keyId: string | null,
  ): Promise<ActContexts | Refusal>;
};

/** Tries of a state change that lost a race, when the platform itself signs and may sign again. */
const triesMax = 8;
/** How far a signer's clock may be from ours, in milliseconds. */
const clockSkewMaxMs = 120_000n;

export function acts(options: ActsOptions): Acts {
  const { lookUps, chainId, channel, keyring } = options;
  const handlers = new Map(
    options.handlers.map((each) => [(each as Handler).kind, each as Handler]),
  );
  const turns = keyTurns();
  /** What is between its beginning and its commit. */
  const coming = new Set<unknown>();
  const byKey = together((asked: readonly PreludeAsked[]) => preludes(lookUps, 'key', asked));
  const byPerson = together((asked: readonly PreludeAsked[]) => preludes(lookUps, 'person', asked));
  const head = together((ids: readonly string[]) => headsOf(lookUps, ids));

  async function perform<N extends KindName>(command: Command<N>): Promise<Done | Refusal> {
    const { envelope } = command;
    const idempotency = { id: idempotencyId(command), requestHash: hashOf(command) };
    const attempt = async () => {
      coming.add(command);
      try {
        return await once(command, idempotency);
      } finally {
        coming.delete(command);
      }
    };
    for (let tries = 1; ; tries++) {
      try {
        return envelope === null ? await inTurn(command, attempt) : await attempt();
      } catch (error) {
        if (!(error instanceof StaleCommit)) throw error;
        if (error.what !== 'idempotency' && tries >= (envelope === null ? triesMax : 2)) {
          return stale(error.what);
        }
      }
    }
  }

  async function once<N extends KindName>(
    command: Command<N>,
    idempotency: NonNullable<Commit['idempotency']>,
  ): Promise<Done | Refusal> {
    const { envelope, actor } = command;
    const reader = databaseReader(lookUps);
    const [start] = await Promise.all([
      prelude(actor, envelope?.keyId ?? null, idempotency.id),
      // Nearly every act needs a mandate; the reader remembers them.
      actor.person === null ? null : mandatesOf(reader, actor.person),
    ]);
    const { known, key } = start;
    if (known !== null) return repeated(known, idempotency.requestHash);
    if (key === null) return noKey(actor);
    const wrongStart =
      envelope === null
        ? null
        : checkEnvelope(command, envelope, { ...start, key }, options.nowMs());
    if (wrongStart !== null) return wrongStart;

    const prepared = await prepare(command, { ...start, key }, reader, envelope);
    if (prepared.kind === 'refusal') return prepared;
    const { built, body, handler, heads } = prepared;

    // Decided before the signature is looked at: who lost a race signed what stood before, and is told
    // the rule and not that it signed badly.
    const act = actOf(command, built, body, prepared.seed);
    const decision = await handler.decide(reader, act as unknown as Act);
    if (decision.kind === 'refusal') return decision;
    const signature = await signatureOf(built, key, envelope);
    if (signature === null) return signatureInvalid();
    return write({ command, key, idempotency, built, signature, act, decision, heads });
  }

  /** Everything that must be known before the act's bytes exist. */
  async function prepare<N extends KindName>(
    command: Pick<Command<N>, 'kind' | 'input' | 'actor'>,
    start: Start,
    reader: Reader,
    envelope: Envelope | null,
  ) {
    const handler = handlers.get(command.kind);
    const kind = kindNamed(command.kind);
    invariant(
      handler !== undefined && kind !== undefined,
      `there is a handler for ${command.kind}`,
    );
    const common: CommonBody = { ...command.actor, mandate: null, businessDate: start.today };
    const asked = { ...common, ...command.input } as never;
    const [heads] = await Promise.all([
      readHeads(handler.objects(asked)),
      // Before all rules: what may not be seen is not there, whoever asks and with which mandate.
      mustSee(reader, command.actor, (handler.sees ?? handler.objects)(asked)),
    ]);
    const mandate = await mandateFor(command, handler, reader, start.today, envelope);
    if (mandate.kind === 'refusal') return mandate;
    const body = { ...common, mandate: mandate.id, ...command.input } as unknown as BodyOf<N>;
    const refs = heads.flatMap(({ actHash }) => (actHash === null ? [] : [actHash]));
    if (envelope !== null && !sameList(envelope.refs, refs)) return stale('head');
    const facts = (await handler.facts?.(reader, body as never, options.secrets)) ?? {};
    const seed = envelope?.seed ?? new Uint8Array(randomBytes(32));
    const built = buildAct({
      chainId,
      channel,
      kind,
      keyId: new Uint8Array(Buffer.from(start.key.id, 'hex')),
      seq: start.key.seq + 1n,
      epoch: envelope?.epoch ?? options.epoch(),
      timeMs: envelope?.timeMs ?? options.nowMs(),
      previousAct: start.key.lastAct,
      refs,
      effects: effectsOf(kind, body, channel, facts, seed),
      fields: body as never,
      seed,
    });
    return { kind: 'prepared' as const, built, body, handler, heads, facts, mandate, seed };
  }

  async function signatureOf(
    built: BuiltAct,
    key: KeyRow,
    envelope: Envelope | null,
  ): Promise<Uint8Array | null> {
    if (envelope === null) return keyring.sign(key.id, actSigningBytes(chainId, built.actHash));
    const statement = signedStatement(chainId, built.actHash, envelope.signature);
    const genuine =
      statement !== undefined &&
      (await verifyEd25519Async(key.publicKey, statement.message, statement.signature));
    return genuine ? envelope.signature : null;
  }

  async function write<N extends KindName>(all: {
    readonly command: Command<N>;
    readonly key: KeyRow;
    readonly idempotency: NonNullable<Commit['idempotency']>;
    readonly built: BuiltAct;
    readonly signature: Uint8Array;
    readonly act: Act<N>;
    readonly decision: Accepted;
    readonly heads: Commit['heads'];
  }): Promise<Done> {
    const { command, key, built, signature, act, decision, heads, idempotency } = all;
    const contested = kindNamed(command.kind)?.contested ?? false;
    const own = readersOf(act, decision).map((reader) => actGrant(reader, act));
    const record = {
      hash: act.hash,
      kind: command.kind,
      kindVersion: built.body.kind.version,
      keyId: key.id,
      seq: built.header.seq,
      ...command.actor,
      mandate: act.body.mandate,
      businessDate: act.businessDate,
      atMs: act.at,
      subject: decision.subject,
      header: built.headerBytes,
      signature,
      body: built.body.bytes,
      committedMs: options.nowMs(),
    };
    const position = await commit(options.write, {
      ...{ idempotency, lastAct: key.lastAct, heads, act: record },
      now: {
        changes: decision.changes,
        grants: [...own, ...(contested ? grantsAtOnce(decision, act.party) : decision.grants)],
        next: contested ? [] : decision.next,
      },
      whenFinal: contested
        ? { changes: decision.whenFinal, grants: decision.grants, next: decision.next }
        : null,
      whenRefused: contested ? { changes: decision.whenRefused, grants: [], next: [] } : null,
    });
    coming.delete(command);
    const { hash, subject } = record;
    options.committed({
      ...{ position, hash, signature, subject, contested },
      header: record.header,
      comingCount: coming.size,
      hasTodos: !contested && decision.next.length > 0,
    });
    return {
      ...{ kind: 'done', actHash: hash, subject },
      act: {
        ...{ ...record, position, id: actId(hash), level: 'F', status: 'PENDING' },
        ...{ height: null, index: null, finalMs: null, refusal: null },
        ...{ custody: key.custody, holderName: key.holderName, ownerName: key.ownerName },
      },
    };
  }

  async function context<N extends KindName>(
    command: Pick<Command<N>, 'kind' | 'input' | 'actor'> & { readonly keyId: string | null },
  ): Promise<ActContext | Refusal> {
    const { key, today } = await prelude(command.actor, command.keyId, '');
    if (key === null) return noKey(command.actor);
    const reader = databaseReader(lookUps);
    const prepared = await prepare(command, { key, today }, reader, null);
    if (prepared.kind === 'refusal') return prepared;
    // Decided once without effect, so that what may not be seen is not found here either. A refusal is
    // left to the mutation: it alone knows whether this very request was carried out before.
    const act = actOf(command, prepared.built, prepared.body, prepared.seed);
    await prepared.handler.decide(reader, act as unknown as Act);
    return {
      keyId: key.id,
      seq: key.seq + 1n,
      previousAct: key.lastAct,
      epoch: options.epoch(),
      timeMs: options.nowMs(),
      refs: prepared.built.header.refs,
      ...command.actor,
      mandate: prepared.mandate.id,
      businessDate: today,
      facts: prepared.facts,
    };
  }

  async function contexts<N extends KindName>(
    asked: readonly AskedAct<N>[],
    keyId: string | null,
  ): Promise<ActContexts | Refusal> {
    const starts = await Promise.all(
      asked.map((each) => prelude(each.actor, keyId, idempotencyId(each))),
    );
    const [first] = asked;
    const [start] = starts;
    invariant(first !== undefined && start !== undefined, 'there is an act to sign');
    const { key, today } = start;
    if (key === null) return noKey(first.actor);
    const reader = databaseReader(lookUps);
    return {
      keyId: key.id,
      publicKey: new Uint8Array(key.publicKey),
      seq: key.seq + 1n,
      previousAct: key.lastAct,
      epoch: options.epoch(),
      timeMs: options.nowMs(),
      ...first.actor,
      businessDate: today,
      items: await Promise.all(
        asked.map((each, order) =>
          orRefusal(() => standing(each, { key, today }, starts[order]?.known ?? null, reader)),
        ),
      ),
    };
  }

  /** Where one act of several stands: done before, refused, or ready to be built. */
  async function standing<N extends KindName>(
    asked: AskedAct<N>,
    start: Start,
    known: Prelude['known'],
    reader: Reader,
  ): Promise<ReadyAct | Done | Refusal> {
    if (known !== null) return repeated(known, hashOf(asked));
    const prepared = await prepare(asked, start, reader, null);
    if (prepared.kind === 'refusal') return prepared;
    const { built, body, handler, mandate, facts, seed } = prepared;
    const decision = await handler.decide(
      reader,
      actOf(asked, built, body, seed) as unknown as Act,
    );
    if (decision.kind === 'refusal') return decision;
    return { kind: 'ready', refs: built.header.refs, mandate: mandate.id, facts };
  }

  /** The platform signs one act of a person at a time, so its own acts do not overtake each other. */
  function inTurn<T>({ actor }: Pick<Command, 'actor'>, work: () => Promise<T>): Promise<T> {
    return turns(`${actor.party} ${actor.person ?? ''}`, work);
  }

  /** The signing key, the business day and an earlier answer, in one look-up. */
  async function prelude(
    { party, person }: Actor,
    keyId: string | null,
    idempotencyId: string,
  ): Promise<Prelude> {
    const key = keyId ?? (person === null ? options.automationKey : null);
    const found =
      key === null
        ? await byPerson({ signer: person ?? '', party, idempotencyId })
        : await byKey({ signer: key, party, idempotencyId });
    return found.key === null || found.key.person === person ? found : { ...found, key: null };
  }

  async function readHeads(ids: readonly string[]): Promise<Commit['heads']> {
    return Promise.all([...new Set(ids)].map(async (id) => ({ id, actHash: await head(id) })));
  }

  const performAll = manyActs({ chainId, channel, keyring, perform, contexts, inTurn });
  return { perform, context, performAll, contexts };
}

/** What a state change starts from. */
type Start = { readonly key: KeyRow; readonly today: BusinessDate };
type Prelude = {
  readonly key: KeyRow | null;
  readonly today: BusinessDate;
  /** What the idempotency key did before. */
  readonly known: {
    readonly requestHash: Uint8Array;
    readonly actHash: Uint8Array;
    readonly subject: string;
  } | null;
};
type PreludeAsked = {
  /** The id of a key, or of a person whose key the platform holds. */
  readonly signer: string;
  readonly party: string;
  readonly idempotencyId: string;
};

const signerIs = {
  key: '"id" = asked."signer"',
  person: `"person" = asked."signer" AND "custody" IN ('custodial', 'operator')`,
} as const;

async function preludes(
  database: Asks,
  by: keyof typeof signerIs,
  asked: readonly PreludeAsked[],
): Promise<readonly Prelude[]> {
  const result = await database.query<
    KeyRow & {
      today: string;
      requestHash: Uint8Array | null;
      actHash: Uint8Array;
      subject: string;
    }
  >({
    name: `prelude by ${by}`,
    text: `SELECT c."date" AS today, k.*, i."requestHash", i."actHash", a."subject"
      FROM unnest($1::text[], $2::text[], $3::text[]) WITH ORDINALITY AS asked("signer", "party", "idempotency", "order")
      CROSS JOIN business_clock c
      LEFT JOIN LATERAL (SELECT * FROM signing_key WHERE ${signerIs[by]} AND "party" = asked."party"
        AND NOT "revoked" ORDER BY "createdMs", "id" LIMIT 1) k ON true
      LEFT JOIN idempotency i ON i."id" = asked."idempotency"
      LEFT JOIN act a ON a."hash" = i."actHash" ORDER BY asked."order"`,
    values: [
      asked.map(({ signer }) => signer),
      asked.map(({ party }) => party),
      asked.map(({ idempotencyId }) => idempotencyId),
    ],
  });
  invariant(result.rows.length === asked.length, 'there is a business day');
  return result.rows.map((row) => {
    const { today, requestHash, actHash, subject } = row;
    return {
      today,
      key: row.id === null ? null : row,
      known: requestHash === null ? null : { requestHash, actHash, subject },
    };
  });
}

/** The last act on each object, or null. */
async function headsOf(
  database: Asks,
  ids: readonly string[],
): Promise<readonly (Uint8Array | null)[]> {
  const result = await database.query<{ id: string; actHash: Uint8Array }>({
    name: 'heads',
    text: 'SELECT "id", "actHash" FROM object_head WHERE "id" = ANY($1)',
    values: [ids],
  });
  const found = new Map(result.rows.map((row) => [row.id, new Uint8Array(row.actHash)]));
  return ids.map((id) => found.get(id) ?? null);
}

export function handlersByKind(handlers: readonly AnyHandler[]): ReadonlyMap<string, Handler> {
  return new Map(handlers.map((each) => [each.kind, each]));
}

/** The act as its handler sees it. */
export function actOf<N extends KindName>(
  command: Pick<Command<N>, 'kind' | 'actor'>,
  built: Pick<BuiltAct, 'actHash' | 'header'>,
  body: BodyOf<N>,
  seed: Uint8Array,
): Act<N> {
  const { businessDate } = body as CommonBody;
  return {
    kind: command.kind,
    hash: built.actHash,
    body,
    ...command.actor,
    at: built.header.timeMs,
    businessDate,
    id: (prefix, order) => objectId(prefix, built.actHash, order),
    note: (order) => noteIdOf(seed, order),
    keyId: (publicKey) => Buffer.from(keyIdOf(built.header.channel, publicKey)).toString('hex'),
  };
}

/** The id under which an act is found. */
export function actId(hash: Uint8Array): string {
  return `act_${Buffer.from(hash).toString('hex')}`;
}

/** Of a contested act: whoever hands it in sees at once what it made, and others once it is final. */
export function grantsAtOnce(decision: Accepted, party: string): readonly Grant[] {
  const made = new Set(
    decision.changes.filter(({ op }) => op === 'insert').map(({ row }) => row.id),
  );
  return decision.grants.filter(({ reader, object }) => reader === party && made.has(object));
}

/** Who reads an act: who made it, and who it concerns. What the automation did is not its operator's to read. */
export function readersOf(
  { party, person }: Pick<Act, 'party' | 'person'>,
  { readers }: Pick<Accepted, 'readers'>,
): readonly string[] {
  return [...new Set(person === null ? readers : [party, ...readers])];
}

/** Reading rights on the act itself. */
export function actGrant(reader: string, act: Pick<Act, 'hash' | 'at'>): Grant {
  return { reader, object: actId(act.hash), type: 'Act', level: 'F', sinceMs: act.at };
}

export function effectsOf(
  kind: ActKind,
  body: unknown,
  channel: Uint8Array,
  facts: EffectFacts,
  seed: Uint8Array,
) {
  const fields = body as never;
  const note = (order: number) => noteIdOf(seed, order);
  const keyId = (publicKey: Uint8Array) => keyIdOf(channel, publicKey);
  return wholeEffects(kind.effects?.({ fields, channel, facts, note, keyId }) ?? {});
}

/** The automation looks at everything; a person only at what the organisation may see. */
async function mustSee(
  reader: Reader,
  { party, person }: Actor,
  ids: readonly string[],
): Promise<void> {
  if (person === null) return;
  const rights = await Promise.all(ids.map((id) => reader.get('access', `${party}:${id}`)));
  if (rights.some((right) => right === null)) throw notFound();
}

async function mandateFor<N extends KindName>(
  command: Pick<Command<N>, 'kind' | 'input' | 'actor'>,
  handler: Handler,
  reader: Reader,
  today: BusinessDate,
  envelope: Envelope | null,
): Promise<{ readonly kind: 'mandate'; readonly id: string | null } | Refusal> {
  const { person } = command.actor;
  const body = { ...command.actor, mandate: null, businessDate: today, ...command.input };
  const needed = handler.mandate?.(body as never);
  if (needed === undefined || needed === null || person === null)
    return { kind: 'mandate', id: null };
  return permitted(reader, person, needed, today, envelope?.mandate ?? null);
}

/** What a signer built the act from must be what we have; otherwise it signs again. */
function checkEnvelope(
  { actor }: Pick<Command, 'actor'>,
  envelope: Envelope,
  start: { readonly key: KeyRow; readonly today: BusinessDate },
  nowMs: bigint,
): Refusal | null {
  invariant(start.key.person === actor.person, 'a key signs for its own holder');
  const { key, today } = start;
  const lastAct = key.lastAct ?? new Uint8Array();
  if (
    envelope.seq !== key.seq + 1n ||
    !equalBytes(envelope.previousAct ?? new Uint8Array(), lastAct)
  ) {
    return refuse('SEQUENCE_STALE', 'Another act of this key came first.', {
      path: 'envelope.seq',
      seen: envelope.seq.toString(),
      expected: (key.seq + 1n).toString(),
      help: 'Ask for the act context again and sign again.',
    });
  }
  if (envelope.businessDate !== today) {
    return refuse('BUSINESS_DATE_STALE', 'The business day has changed since this was prepared.', {
      path: 'envelope.businessDate',
      seen: envelope.businessDate,
      expected: today,
      help: 'Look at it again and sign again.',
    });
  }
  const skew = envelope.timeMs - nowMs;
  if (skew > clockSkewMaxMs || skew < -clockSkewMaxMs) {
    return refuse('CLOCK_SKEW', 'The time in the signed act is too far from ours.', {
      path: 'envelope.timeMs',
      seen: envelope.timeMs.toString(),
      expected: `${nowMs} ± ${clockSkewMaxMs} ms`,
      help: 'Take the time from the act context.',
    });
  }
  return null;
}

function repeated(
  known: {
    readonly requestHash: Uint8Array;
    readonly actHash: Uint8Array;
    readonly subject: string;
  },
  requestHash: Uint8Array,
): Done {
  if (!equalBytes(known.requestHash, requestHash)) {
    throw new Fault('IDEMPOTENCY_CONFLICT', 'This idempotency key was used for another request.', {
      path: 'idempotencyKey',
      help: 'Use a new key for a new request.',
    });
  }
  const { subject } = known;
  return { kind: 'done', actHash: new Uint8Array(known.actHash), subject, act: null };
}

function stale(what: string): Refusal {
  return refuse('STALE_VERSION', 'It has changed since you looked at it.', {
    seen: what,
    help: 'Look at it again, then decide again.',
  });
}

function noKey(actor: Actor): Refusal {
  return refuse('KEY_MISSING', 'There is no valid key to sign this with.', {
    path: 'envelope.keyId',
    seen: actor.person ?? 'automation',
    expected: 'a registered key of the person who acts',
    help: 'Register a key for this device, or ask your administrator.',
  });
}

function signatureInvalid(): Refusal {
  return refuse('SIGNATURE_INVALID', 'The signature is not over this input by this key.', {
    path: 'envelope.signature',
    help: 'Build the act from the input that you send, ask for a new context, and sign again.',
  });
}

function idempotencyId({ actor, idempotencyKey }: Pick<Command, 'actor' | 'idempotencyKey'>) {
  return `${actor.party}:${idempotencyKey}`;
}

/** What was asked for: kind and input, not the envelope, so a retry may be signed again. */
function hashOf({ kind, input }: Pick<Command, 'kind' | 'input'>): Uint8Array {
  const text = JSON.stringify([kind, input], (_, value: unknown) => {
    if (typeof value === 'bigint') return { int: value.toString() };
    if (value instanceof Uint8Array) return { bytes: Buffer.from(value).toString('hex') };
    if (value !== null && typeof value === 'object' && !Array.isArray(value)) {
      return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
    }
    return value;
  });
  return new Uint8Array(createHash('sha256').update(text).digest());
}

function sameList(a: readonly Uint8Array[], b: readonly Uint8Array[]): boolean {
  return a.length === b.length && a.every((each, order) => equalBytes(each, b[order] ?? each));
}

/** Lets the platform sign with one key for one act at a time, in the order of asking. */
function keyTurns() {
  const last = new Map<string, Promise<unknown>>();
  return async function turn<T>(key: string, work: () => Promise<T>): Promise<T> {
    const before = last.get(key) ?? Promise.resolve();
    const mine = before.then(work, work);
    last.set(key, mine);
    try {
      return await mine;
    } finally {
      if (last.get(key) === mine) last.delete(key);
    }
  };
}
