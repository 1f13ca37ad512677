/** The only place where the parts of the server are joined. Nothing decides here. */
import type { GraphQLSchema } from 'graphql';
import { channelOf, keyIdOf } from '../../chain/src/act/act.ts';
import { FieldError } from '../../chain/src/act/field.ts';
import { bodyFromInput } from '../../chain/src/act/input.ts';
import { type KindName, kindNamed } from '../../chain/src/act/kinds.ts';
import type { ChainClient } from '../../chain/src/client.ts';
import { hex } from '../../chain/src/crypto/digest.ts';
import { hubName } from '../../chain/src/index.ts';
import { defineExplorer } from './audit/explorer-graphql.ts';
import { defineAudit } from './audit/graphql.ts';
import { proofPack } from './audit/proof.ts';
import { makeCreditHandlers } from './dispute/crediting.ts';
import { defineDispute, disputeWork } from './dispute/graphql.ts';
import { disputeHandlers } from './dispute/service.ts';
import { dueCredits } from './dispute/store.ts';
import { defineDocument } from './document/graphql.ts';
import type { Documents } from './document/service.ts';
import { defineFinancing, financingWork } from './financing/graphql.ts';
import { makeFinancingHandlers } from './financing/service.ts';
import { dueRequests } from './financing/store.ts';
import { defineActMutations } from './graphql/act-mutation.ts';
import { defineAnchor } from './graphql/anchor.ts';
import { newBuilder } from './graphql/builder.ts';
import type { Context, Outcome, Services, Viewer } from './graphql/context.ts';
import { defineDashboard } from './graphql/dashboard.ts';
import { defineNode, type NodeLoader } from './graphql/node.ts';
import type { RequestContext } from './graphql/request.ts';
import { defineSearch } from './graphql/search.ts';
import { defineToday } from './graphql/today.ts';
import { type Drafts, openDrafts } from './invoice/draft.ts';
import { defineInvoice } from './invoice/graphql.ts';
import { goodsOf, invoiceHandlers } from './invoice/service.ts';
import { type InvoiceQueries, invoiceQueries } from './invoice/store.ts';
import type { AnyHandler, Secrets } from './kernel/act.ts';
import { type Refusal, refuse } from './kernel/decision.ts';
import { Fault } from './kernel/fault.ts';
import { invariant } from './kernel/invariant.ts';
import { defineLedger } from './ledger/graphql.ts';
import { withBookings } from './ledger/service.ts';
import { ledgerStore } from './ledger/store.ts';
import { defineLogistics, workItems as logisticsWork } from './logistics/graphql.ts';
import { makeLogisticsHandlers } from './logistics/service.ts';
import { defineNetwork } from './network/graphql.ts';
import { networkHandlers, problemOfForm } from './network/service.ts';
import { refusedByNetwork } from './network/texts.ts';
import { accountWork } from './party/accounts-graphql.ts';
import { defineParty } from './party/graphql.ts';
import { operatorId, type PersonRow } from './party/model.ts';
import { partyHandlers, withExposureBarrier } from './party/service.ts';
import { accountHandlers } from './party/service-accounts.ts';
import { dueClock, publishedCalendars } from './party/store.ts';
import { type Acts, acts, type Done } from './platform/acts.ts';
import { actsSeenBy } from './platform/acts-seen.ts';
import {
  type AnchoredAct,
  type Anchoring,
  anchorOf,
  pendingAnchor,
  startAnchoring,
} from './platform/anchoring.ts';
import { type Automation, startAutomation } from './platform/automation.ts';
import { type ChainWatch, watchChain } from './platform/chain-watch.ts';
import type { Clock } from './platform/clock.ts';
import type { Database } from './platform/database.ts';
import { type DedupeGuard, dedupeGuard } from './platform/dedupe.ts';
import { groupCommit } from './platform/group-commit.ts';
import { guessing } from './platform/guessing.ts';
import type { Ids } from './platform/ids.ts';
import { type Keyring, keyring } from './platform/keyring.ts';
import { startRollUps } from './platform/listings.ts';
import type { Log } from './platform/log.ts';
import { checkCount, notTried } from './platform/many-acts.ts';
import { portfolioOf } from './platform/portfolio.ts';
import { databaseReader } from './platform/reader.ts';
import { keyedDigest, purposeKey } from './platform/seal.ts';
import { seeAs } from './platform/see.ts';
import type { Asks } from './platform/session.ts';
import type { Sessions } from './platform/sessions.ts';
import { together } from './platform/together.ts';
import { defineReceivable, receivableWork } from './receivable/graphql.ts';
import { makeReceivableHandlers } from './receivable/handlers.ts';
import { dueCertificates, lapsedOffers } from './receivable/store.ts';
import { defineRecovery, recoveryWork } from './recovery/graphql.ts';
import { makeRecoveryHandlers } from './recovery/service.ts';
import { dueLate } from './recovery/store.ts';
import { defineCreditPlan } from './settlement/credit-graphql.ts';
import { credits } from './settlement/crediting.ts';
import { failedFunding } from './settlement/funding.ts';
import { defineSettlement, workItems as settlementWork } from './settlement/graphql.ts';
import { legs } from './settlement/legs.ts';
import { settlementHandlers } from './settlement/service.ts';
import { settlementDue } from './settlement/store.ts';

export type AppOptions = {
  readonly database: Database;
  readonly chain: ChainClient;
  readonly masterKey: Uint8Array;
  readonly clock: Clock;
  readonly log: Log;
  readonly sessions: Sessions;
  readonly documents: Documents;
  readonly ids: Ids;
  /** Hex id of the key that signs acts nobody signs in person. */
  readonly automationKey: string;
  /** A demo world: the business day can be moved. */
  readonly isDemo: boolean;
  /** Told what makes going on impossible. */
  readonly failed: (error: unknown) => void;
};

export type App = {
  readonly schema: GraphQLSchema;
  readonly contextOf: (request: RequestContext) => Promise<Context>;
  readonly acts: Acts;
  readonly anchoring: Anchoring;
  readonly automation: Automation;
  readonly watch: ChainWatch;
  /** Makes a key that the platform holds for a person; `key.register` then admits it. */
  readonly prepareCustodialKey: (person: string) => Promise<Uint8Array>;
  readonly hasCustodialKey: (person: string) => Promise<boolean>;
  stop(): Promise<void>;
};

/** How long a mutation with `wait` waits for finality, in milliseconds. */
const waitMs = 10_000;

/** Every kind of act and who decides it; the audit replays with the same list. */
export function allHandlers(): readonly AnyHandler[] {
  return withExposureBarrier([
    ...partyHandlers,
    ...accountHandlers,
    ...makeLogisticsHandlers({ goodsOf }),
    ...invoiceHandlers,
    ...disputeHandlers,
    ...makeCreditHandlers({ credits }),
    ...makeReceivableHandlers({ legs }),
    ...makeFinancingHandlers({ legs: { ...legs, failed: failedFunding } }),
    ...makeRecoveryHandlers({ legs }),
    ...settlementHandlers,
    ...networkHandlers,
  ]).map(withBookings);
}

/** Keyed functions of this installation, all from its master key. */
export function secretsOf(masterKey: Uint8Array): Secrets {
  const fingerprintKey = purposeKey(masterKey, 'fingerprint');
  const groupKey = purposeKey(masterKey, 'group');
  return {
    fingerprint: (canonical) =>
      new Uint8Array(keyedDigest(fingerprintKey, Buffer.from(`1\0${canonical}`))),
    group: (party) => new Uint8Array(keyedDigest(groupKey, Buffer.from(party)).subarray(0, 16)),
  };
}

export async function openApp(options: AppOptions): Promise<App> {
  const { database, clock, log } = options;
  const { pool, lookUps } = database;
  const nowMs = () => clock.now();
  const watch = watchChain(options.chain, nowMs, options.failed);
  const { chain } = watch;
  const channel = channelOf(chain.chainId, hubName);
  const keys = keyring(pool, purposeKey(options.masterKey, 'custody'));
  const anchoring = await startAnchoring({
    ...{ pool, lane: database.lane, chain, nowMs },
    failed: options.failed,
  });
  const pipeline = acts({
    ...{ lookUps, write: groupCommit(database.commits), chainId: chain.chainId, channel, nowMs },
    epoch: () => chain.status().epoch,
    handlers: allHandlers(),
    keyring: keys,
    secrets: secretsOf(options.masterKey),
    automationKey: options.automationKey,
    committed: anchoring.offer,
  });
  const queries = invoiceQueries(pool);
  const automation = startAutomation({
    ...{ pool, nowMs, failed: options.failed },
    acts: pipeline,
    actor: { party: operatorId, person: null },
    due: [
      dueClock(pool),
      queries.due,
      dueCredits(pool),
      lapsedOffers(pool),
      dueCertificates(pool),
      dueLate(pool),
      dueRequests(pool),
      settlementDue(pool),
    ],
    events: anchoring.events,
    refused: (todo) => log.warn(todo, 'the automation was refused'),
  });
  const rollUps = startRollUps(pool, (error) =>
    log.warn({ error }, 'the sums were not rolled up; they are right all the same'),
  );
  const dedupe = dedupeGuard({
    ...{ chain, anchoring, nowMs, keyring: keys, automationKey: options.automationKey },
  });
  const services = servicesOf(options, pipeline, anchoring, dedupe);

  const viewerOf = together((persons: readonly string[]) => viewersOf(lookUps, persons));

  const drafts = openDrafts({
    store: queries,
    documents: options.documents,
    ids: options.ids,
    clock,
  });
  const keyIdHex = (publicKey: Uint8Array) => hex(keyIdOf(channel, publicKey));
  const schema = schemaOf({
    ...options,
    watch,
    anchoring,
    channel,
    keyring: keys,
    viewerOf,
    keyIdHex,
    drafts,
    queries,
  });

  return {
    ...{ schema, acts: pipeline, anchoring, automation, watch },
    prepareCustodialKey: (person) => keys.create(person, keyIdHex, nowMs()),
    async hasCustodialKey(person) {
      const result = await pool.query(
        `SELECT 1 FROM signing_key WHERE "person" = $1 AND "custody" = 'custodial' AND NOT "revoked" LIMIT 1`,
        [person],
      );
      return result.rows.length > 0;
    },
    async contextOf(request) {
      const viewer = request.session === null ? null : await viewerOf(request.session.personId);
      const as = (next: Viewer | null) => {
        const reader = next?.party ?? '';
        const fresh = () => ({
          see: seeAs(pool, reader, lookUps),
          acts: actsSeenBy(pool, reader, lookUps),
        });
        return { viewer: next, portfolio: portfolioOf(pool, reader), ...fresh(), fresh };
      };
      return { request, services, ...as(viewer), as };
    },
    async stop() {
      await rollUps.stop();
      await automation.stop();
      await anchoring.stop();
      await watch.stop();
    },
  };
}

async function viewersOf(
  lookUps: Asks,
  persons: readonly string[],
): Promise<readonly (Viewer | null)[]> {
  const result = await lookUps.query<PersonRow & { partyName: string }>({
    name: 'viewers',
    text: 'SELECT p.*, o."name" AS "partyName" FROM person p JOIN party o ON o."id" = p."party" WHERE p."id" = ANY($1)',
    values: [persons],
  });
  const found = new Map(
    result.rows.map(({ id, party, name, role, partyName }): [string, Viewer] => [
      id,
      { person: id, party, personName: name, role, partyName },
    ]),
  );
  return persons.map((person) => found.get(person) ?? null);
}

function schemaOf(
  options: AppOptions & {
    readonly watch: ChainWatch;
    readonly anchoring: Anchoring;
    readonly channel: Uint8Array;
    readonly keyring: Keyring;
    readonly viewerOf: (personId: string) => Promise<Viewer | null>;
    readonly keyIdHex: (publicKey: Uint8Array) => string;
    readonly drafts: Drafts;
    readonly queries: InvoiceQueries;
  },
): GraphQLSchema {
  const { chain, channel, anchoring, sessions, isDemo, viewerOf } = options;
  const schema = newBuilder();
  const anchors = defineAnchor(schema);
  const mutations = defineActMutations(schema, anchors);
  const party = defineParty(schema, anchors, mutations, {
    ...{ sessions, viewerOf, isDemo },
    reader: () => databaseReader(options.database.pool),
    calendars: publishedCalendars(options.database.pool),
    keyring: options.keyring,
    keyIdOf: options.keyIdHex,
  });
  const document = defineDocument(schema, options.documents);
  const { drafts, queries } = options;
  const invoice = defineInvoice(schema, anchors, mutations, party, document, { drafts, queries });
  const { InvoiceType } = invoice;
  const dispute = defineDispute(schema, anchors, mutations, { ...party, InvoiceType });
  const logistics = defineLogistics(schema, anchors, mutations, party);
  logistics.addShipments(InvoiceType);
  const receivable = defineReceivable(schema, anchors, mutations, {
    ...{ ...party, ...document, InvoiceType, documents: options.documents },
  });
  const financing = defineFinancing(schema, anchors, mutations, {
    ...{ ...party, ...receivable, InvoiceType },
    reader: () => databaseReader(options.database.pool),
  });
  const recovery = defineRecovery(schema, anchors, mutations, {
    ...{ ...party, ...receivable, ...financing },
  });
  const settlement = defineSettlement(schema, anchors, mutations, {
    ...{ ...party, ...financing, documents: options.documents },
  });
  defineCreditPlan(schema, {
    InvoiceType,
    reader: () => databaseReader(options.database.pool),
  });
  const ledger = defineLedger(schema, anchors, {
    ...party,
    store: ledgerStore(options.database.pool),
  });
  const slices = [
    ...[party, document, invoice, dispute, logistics, receivable, financing, recovery],
    ...[settlement, ledger],
  ];
  const act: NodeLoader = { prefix: 'act', type: 'Act', load: ({ acts }, id) => acts.act(id) };
  const nodes = [...slices.flatMap((slice) => slice.nodes), act];
  defineNode(schema, nodes);
  defineSearch(schema, nodes);
  defineDashboard(schema);
  defineToday(schema, [
    ...[
      invoice.workItems,
      accountWork(() => databaseReader(options.database.pool)),
      disputeWork,
      logisticsWork,
      receivableWork,
      financingWork,
      recoveryWork,
      settlementWork,
    ],
  ]);
  defineAudit(schema, anchors, { chain, channel, anchoring, isDemo });
  defineExplorer(schema, options.watch);
  defineNetwork(schema, mutations, chain);
  return schema.builder.toSchema();
}

function servicesOf(
  options: AppOptions,
  pipeline: Acts,
  anchoring: Anchoring,
  dedupe: DedupeGuard,
): Services {
  const { database, chain, clock } = options;
  const { pool } = database;
  const guesses = guessing(() => clock.now());

  /** What was done, with where it stands on the chain; waits for that when asked to. */
  async function anchored(outcome: Done | Refusal, wait: boolean): Promise<Outcome | Refusal> {
    if (outcome.kind === 'refusal') return outcome;
    const settled = wait ? await anchoring.settled(outcome.actHash, waitMs) : null;
    const standing =
      outcome.act === null ? await anchorOf(pool, outcome.actHash) : pendingAnchor(outcome.act);
    const anchor = settled ?? standing;
    invariant(anchor !== null, 'a committed act is there');
    return wait && anchor.status === 'REFUSED' ? refusedByChain(anchor) : { ...outcome, anchor };
  }

  return {
    async act({ party, person }, request) {
      const { kind, idempotencyKey, envelope } = request;
      if (!isKey(idempotencyKey)) return badKey(idempotencyKey);
      const input = typed(kind, request.input);
      if ('code' in input) return input;
      const closed =
        (kind === 'invoice.submit' ? guesses.refusal(party) : null) ??
        (await dedupe({ kind, input: request.input, party }));
      if (closed !== null) return closed;
      const outcome = await pipeline.perform({
        ...{ kind, idempotencyKey, envelope },
        actor: { party, person },
        input: input.fields as never,
      });
      const answer = await anchored(outcome, request.wait);
      if ('code' in answer) guesses.told(party, answer.code);
      return answer;
    },
    async manyActs({ party, person }, requests) {
      checkCount(requests.length);
      const inputs = requests.map(({ kind, input, idempotencyKey }) =>
        isKey(idempotencyKey) ? typed(kind, input) : badKey(idempotencyKey),
      );
      const wrong = inputs.some((each) => 'code' in each);
      // An input of the wrong form is a mistake of the program: nothing is done.
      if (wrong) return inputs.map((each) => ('code' in each ? each : notTried()));
      const outcomes = await pipeline.performAll(
        requests.map(({ kind, idempotencyKey, envelope }, order) => ({
          ...{ kind, idempotencyKey, envelope },
          actor: { party, person },
          input: fieldsOf(inputs[order]),
        })),
      );
      const wait = requests.some((each) => each.wait);
      return Promise.all(outcomes.map((outcome) => anchored(outcome, wait)));
    },
    async actContext({ party, person }, { kind, input, keyId }) {
      const name = kindOf(kind);
      const typedInput = typed(name, input);
      if ('code' in typedInput) return typedInput;
      return pipeline.context({
        kind: name,
        keyId,
        actor: { party, person },
        input: typedInput.fields as never,
      });
    },
    async actContexts({ party, person }, { kind, keyId, acts: asked }) {
      checkCount(asked.length);
      const name = kindOf(kind);
      const inputs = asked.map(({ input }) => typed(name, input));
      const wrong = inputs.find((each) => 'code' in each);
      if (wrong !== undefined && 'code' in wrong) return wrong;
      const closed = name === 'invoice.submit' ? guesses.refusal(party) : null;
      if (closed !== null) return closed;
      const given = await pipeline.contexts(
        asked.map(({ idempotencyKey }, order) => ({
          ...{ kind: name, idempotencyKey, actor: { party, person } },
          input: fieldsOf(inputs[order]),
        })),
        keyId,
      );
      if (!('code' in given))
        for (const each of given.items) if ('code' in each) guesses.told(party, each.code);
      return given;
    },
    proofPack: ({ hash, status }) =>
      status === 'PENDING' ? Promise.resolve(null) : proofPack(pool, chain, hash),
    async today() {
      const result = await pool.query<{ date: string }>('SELECT "date" FROM business_clock');
      const [row] = result.rows;
      invariant(row !== undefined, 'there is a business day');
      return row.date;
    },
    now: () => clock.now(),
  };
}

function kindOf(name: string): KindName {
  if (kindNamed(name) !== undefined) return name as KindName;
  throw new Fault('BAD_INPUT', 'There is no such kind of act.', { path: 'input.kind', seen: name });
}

type Typed = { readonly fields: unknown } | Refusal;

/** The fields of an input that was found to be of the right form. */
function fieldsOf(input: Typed | undefined): never {
  invariant(input !== undefined && 'fields' in input, 'the input is of the right form');
  return input.fields as never;
}

/** The typed fields of an act, or which of them is wrong. */
function typed(kind: KindName, json: unknown): Typed {
  try {
    const fields = bodyFromInput(kind, json);
    return problemOfForm(kind, fields) ?? { fields };
  } catch (error) {
    if (!(error instanceof FieldError)) throw error;
    return refuse('BAD_INPUT', error.message, {
      path: error.path,
      seen: JSON.stringify((json as Record<string, unknown> | null)?.[error.path] ?? null).slice(
        0,
        200,
      ),
      expected: error.rule,
    });
  }
}

function isKey(idempotencyKey: string): boolean {
  return /^\S{1,100}$/.test(idempotencyKey);
}

function badKey(seen: string): Refusal {
  return refuse('BAD_INPUT', 'An idempotency key has 1 to 100 characters and no space.', {
    path: 'idempotencyKey',
    seen: seen.slice(0, 100),
    expected: '1 to 100 characters',
  });
}

/** What losing a contest on the chain means to the one who asked. */
function refusedByChain({ refusal }: AnchoredAct): Refusal {
  if (refusal === 'FINGERPRINT_TAKEN') {
    return refuse('DUPLICATE_EXACT', 'This was handed in before; the chain has the first one.', {
      seen: refusal,
      expected: 'an invoice that was not handed in before',
    });
  }
  const somebodyElse = 'Somebody else was first; the chain refused this one.';
  return (
    refusedByNetwork(refusal) ??
    refuse('STALE_VERSION', somebodyElse, {
      seen: refusal ?? '',
      help: 'Look at it again, then decide again.',
    })
  );
}
