/**
 * EPCIS capture by REST, for carriers' own systems (EPCIS 2.0 §12).
 *
 *   POST /epcis/capture[?shipment=shp_…]   202, Location: /epcis/capture/{id}
 *   GET  /epcis/capture/{id}               what became of each event
 *
 * The caller shows a bearer token and may sign the body with a registered key of its organisation; a
 * wrong signature is refused at the door. A document that cannot be read records nothing. Each event
 * is one act; an event that was recorded before gets its first answer again, so sending a document
 * twice is sending it once. Which shipment an event belongs to says the query, else the business
 * transactions of the event, which are looked for among this carrier's references.
 */
import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { inputToJson } from '../../../chain/src/act/input.ts';
import { verifyEd25519 } from '../../../chain/src/crypto/ed25519.ts';
import type { Context, Services, Viewer } from '../graphql/context.ts';
import type { Reader } from '../kernel/act.ts';
import { type Refusal, refuse } from '../kernel/decision.ts';
import { Fault, notFound } from '../kernel/fault.ts';
import { parseEpcis } from './epcis.ts';
import { type EventFacts, logisticsLimits } from './model.ts';
import { deliveryInput, echoOf, notAssigned } from './service.ts';
import type { CaptureJob, CaptureOutcome, CaptureStore } from './store.ts';

export type CaptureOptions = {
  readonly store: CaptureStore;
  /** A fresh view of the rows. */
  readonly reader: () => Reader;
  readonly newId: (prefix: string) => string;
  /** What the caller may do; without a viewer when nobody is signed in. */
  readonly contextOf: (request: FastifyRequest, reply: FastifyReply) => Promise<Context>;
  /** Told of a bug while events were recorded; the job then stays unfinished. */
  readonly failed: (error: unknown) => void;
};

/** Who captures, and with what. */
type Caller = { readonly viewer: Viewer; readonly services: Services };

export const capturePath = '/epcis/capture';

/** What the signature header of a capture signs, before the digest of the body. */
const signaturePurpose = Buffer.from('tallystick/epcis-capture/1\0');

/** Adds the routes. A server that closes waits for the captures that are still being recorded. */
export function addCapture(app: FastifyInstance, options: CaptureOptions): void {
  const running = new Map<string, Promise<void>>();
  const bodyLimit = logisticsLimits.captureBytesMax;

  app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser(
      ['application/json', 'application/ld+json'],
      { parseAs: 'buffer', bodyLimit },
      (_request, body, done) => done(null, body),
    );
    scope.post<{ Querystring: Record<string, string | undefined> }>(
      capturePath,
      { bodyLimit },
      async (request, reply) => {
        const caller = await signedIn(options, request, reply);
        const body = request.body instanceof Buffer ? request.body : Buffer.alloc(0);
        const signed = await checkSignature(options.store, caller.viewer, request, body);
        const parsed = parseEpcis(body.toString('utf8'));
        if (parsed.kind === 'problems') return reply.code(400).send(problemsBody(parsed.problems));

        const shipment = request.query.shipment ?? request.query['tallystick:shipment'] ?? null;
        const job = await begin(options, caller, body, signed);
        const work = record(options, caller, parsed.events, shipment)
          .then((outcomes) => options.store.end(job.id, caller.services.now(), outcomes))
          .catch(options.failed)
          .finally(() => running.delete(job.id));
        running.set(job.id, work);
        return reply
          .code(202)
          .header('location', `${capturePath}/${job.id}`)
          .send(jobBody(job, true));
      },
    );
    scope.get<{ Params: { id: string } }>(`${capturePath}/:id`, async (request, reply) => {
      const { viewer } = await signedIn(options, request, reply);
      const { id } = request.params;
      const wasRunning = running.has(id);
      const job = await options.store.find(viewer.party, id);
      if (job === null) throw notFound();
      return reply.send(jobBody(job, wasRunning && job.finishedMs === null));
    });
  });

  app.addHook('onClose', async () => {
    await Promise.all(running.values());
  });
}

async function signedIn(
  { contextOf }: CaptureOptions,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<Caller> {
  const isBearer = request.headers.authorization !== undefined;
  const { viewer, services } = await contextOf(request, reply);
  // A cookie would come along by itself from any page; a token is sent on purpose.
  if (viewer === null || !isBearer)
    throw new Fault('UNAUTHENTICATED', 'Send the token of a session as a bearer token.', {
      expected: 'Authorization: Bearer …',
    });
  return { viewer, services };
}

type Signed = Pick<CaptureJob, 'signedBy' | 'signature'>;

/** The detached signature of a program, where it sends one: it must be right, or nothing is recorded. */
async function checkSignature(
  store: CaptureStore,
  viewer: Viewer,
  request: FastifyRequest,
  body: Buffer,
): Promise<Signed> {
  const keyId = headerOf(request, 'tallystick-key');
  const text = headerOf(request, 'tallystick-signature');
  if (keyId === null && text === null) return { signedBy: null, signature: null };
  const publicKey = keyId === null ? null : await store.publicKey(viewer.party, keyId);
  const signature = new Uint8Array(Buffer.from(text ?? '', 'base64url'));
  const message = Buffer.concat([signaturePurpose, sha256(body)]);
  if (publicKey === null || !verifyEd25519(publicKey, new Uint8Array(message), signature))
    throw new Fault('UNAUTHENTICATED', 'The signature of this capture is not right.', {
      path: 'Tallystick-Signature',
      expected:
        'Ed25519 by a valid key of your organisation over tallystick/epcis-capture/1, a zero octet and the SHA-256 of the body',
    });
  return { signedBy: keyId, signature };
}

function headerOf(request: FastifyRequest, name: string): string | null {
  const value = request.headers[name];
  return typeof value === 'string' && value !== '' ? value : null;
}

async function begin(
  { store, newId }: CaptureOptions,
  { viewer: { party, person }, services }: Caller,
  body: Buffer,
  signed: Signed,
): Promise<CaptureJob> {
  const job: CaptureJob = {
    ...{ id: newId('cap'), party, person, bodyDigest: new Uint8Array(sha256(body)), ...signed },
    ...{ createdMs: services.now(), finishedMs: null, outcomes: [] },
  };
  await store.begin(job);
  return job;
}

/** Event after event, in the order of the document: a correction follows what it corrects. */
async function record(
  options: CaptureOptions,
  caller: Caller,
  events: readonly EventFacts[],
  shipment: string | null,
): Promise<readonly CaptureOutcome[]> {
  const outcomes: CaptureOutcome[] = [];
  for (const facts of events) outcomes.push(await recordOne(options, caller, facts, shipment));
  return outcomes;
}

async function recordOne(
  options: CaptureOptions,
  { viewer, services }: Caller,
  facts: EventFacts,
  named: string | null,
): Promise<CaptureOutcome> {
  const { eventId } = facts;
  const known = await echoOf(options.reader(), viewer.party, facts);
  if (known !== null) {
    const act = await options.store.actOf(known.id);
    return { eventId, status: 'KNOWN', shipment: known.shipment, act, refusal: null };
  }
  const shipment = named ?? (await shipmentOf(options.store, viewer.party, facts));
  if (typeof shipment !== 'string') return refused(eventId, null, shipment);
  if (facts.bizStep === null) return refused(eventId, shipment, noStep());
  try {
    const outcome = await services.act(viewer, {
      kind: 'delivery.record',
      input: inputToJson('delivery.record', deliveryInput(shipment, facts)),
      idempotencyKey: `epcis:${sha256(Buffer.from(`${shipment}\0${facts.report}`)).toString('hex')}`,
      envelope: null,
      wait: false,
    });
    if (outcome.kind === 'refusal') return refused(eventId, shipment, outcome);
    const act = Buffer.from(outcome.actHash).toString('hex');
    return { eventId, status: 'RECORDED', shipment, act, refusal: null };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    // A shipment that is another carrier's and one that does not exist are answered alike.
    return refused(
      eventId,
      null,
      error.code === 'NOT_FOUND' ? notAssigned(shipment) : ofFault(error),
    );
  }
}

/** The carrier's one shipment that the event names, or why there is none. */
async function shipmentOf(
  store: CaptureStore,
  carrier: string,
  facts: EventFacts,
): Promise<string | Refusal> {
  const found = await store.byReference(carrier, referencesOf(facts));
  const [only, another] = found;
  if (only === undefined) return notAssigned(facts.references.join(', '));
  if (another === undefined) return only.id;
  return refuse('SHIPMENT_AMBIGUOUS', 'The event names more than one of your shipments.', {
    path: 'bizTransactionList',
    seen: found.map(({ reference }) => reference).join(', '),
    expected: 'one shipment',
    help: 'Name the shipment in the query: ?shipment=shp_…',
  });
}

/** Each business transaction whole, and its last part: `urn:epcglobal:cbv:bt:0614141073467:TO-7` names TO-7. */
function referencesOf({ references }: EventFacts): readonly string[] {
  return references.flatMap((reference) => {
    const last = reference.split(/[:/]/).at(-1) ?? '';
    return [reference, last, decoded(last)].filter((each) => each !== '');
  });
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function noStep(): Refusal {
  return refuse('BIZ_STEP_MISSING', 'The event does not say what happened to the goods.', {
    path: 'bizStep',
    seen: 'no bizStep',
    expected: 'a business step, such as shipping or receiving',
    help: 'Add bizStep to the event.',
  });
}

function ofFault({ code, message, facts }: Fault): Refusal {
  return refuse(code, message, facts);
}

function refused(eventId: string, shipment: string | null, no: Refusal): CaptureOutcome {
  const { code, path, message, seen, expected, help } = no;
  const refusal = { code, path, message, seen, expected, help };
  return { eventId, status: 'REFUSED', shipment, act: null, refusal };
}

// Answers, in the words of the EPCIS 2.0 REST binding.

function jobBody(job: CaptureJob, isRunning: boolean) {
  const isCut = job.finishedMs === null && !isRunning;
  const refusals = job.outcomes.filter(({ status }) => status === 'REFUSED');
  return {
    captureID: job.id,
    createdAt: timeText(job.createdMs),
    finishedAt: job.finishedMs === null ? null : timeText(job.finishedMs),
    running: isRunning,
    success: job.finishedMs !== null && refusals.length === 0,
    captureErrorBehaviour: 'proceed',
    errors: [
      ...(isCut ? [interrupted] : []),
      ...refusals.map(({ eventId, refusal }) => ({
        type: `epcisException:${refusal?.code ?? ''}`,
        title: refusal?.message ?? '',
        status: 409,
        detail: `${refusal?.path}: seen ${refusal?.seen}, expected ${refusal?.expected}. ${refusal?.help}`,
        instance: eventId,
      })),
    ],
    outcomes: job.outcomes,
  };
}

const interrupted = {
  type: 'epcisException:Interrupted',
  title: 'The server stopped before all events were recorded.',
  status: 503,
  detail: 'Send the document again; what was recorded is not recorded twice.',
  instance: '',
};

function problemsBody(problems: readonly { readonly path: string; readonly message: string }[]) {
  return {
    type: 'epcisException:ValidationException',
    title: 'The document is not EPCIS 2.0 as we read it; nothing was recorded.',
    status: 400,
    errors: problems,
  };
}

function timeText(ms: bigint): string {
  return new Date(Number(ms)).toISOString();
}

function sha256(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}
