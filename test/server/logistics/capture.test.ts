/** EPCIS capture by REST: over real HTTP, with a real session, each event an anchored act. */
import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { serveHttp } from '@tallystick/server/src/graphql/server.ts';
import { addCapture, capturePath } from '@tallystick/server/src/logistics/capture.ts';
import { logisticsLimits } from '@tallystick/server/src/logistics/model.ts';
import { captureStore } from '@tallystick/server/src/logistics/store.ts';
import { randomIds } from '@tallystick/server/src/platform/ids.ts';
import { openLog } from '@tallystick/server/src/platform/log.ts';
import { databaseReader } from '@tallystick/server/src/platform/reader.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demoPassword } from '../../../prisma/seed.ts';
import { openTrade, type Trade } from '../../support/goods-and-money.ts';

let trade: Trade;
let server: Awaited<ReturnType<typeof serveHttp>>;
let shipment: string;
const tokens = new Map<string, string>();
const failures: unknown[] = [];

beforeAll(async () => {
  trade = await openTrade();
  const { app, database, sessions } = trade.world;
  const ids = randomIds();
  server = await serveHttp({
    ...{ schema: app.schema, contextOf: app.contextOf, sessions, ids, host: '127.0.0.1', port: 0 },
    ...{ log: openLog({ level: 'silent', file: null }), isProduction: false, webFolder: null },
    requestsPerMinuteMax: 100_000,
    health: async () => ({ status: 'ok' }),
    routes: [
      (http, requestOf) =>
        addCapture(http, {
          store: captureStore(database.pool),
          reader: () => databaseReader(database.pool),
          newId: ids.next,
          contextOf: async (request, reply) => app.contextOf(await requestOf(request, reply)),
          failed: (error) => failures.push(error),
        }),
    ],
  });
  for (const login of ['driver', 'rival', 'bolt']) {
    const answer = await sessions.signIn(login, demoPassword, '127.0.0.1');
    if (answer.kind === 'refused') throw new Error(`${login} may not sign in`);
    tokens.set(login, answer.token);
  }
  shipment = await trade.act(trade.who('bolt'), 'shipment.assign', {
    ...{ invoice: trade.invoice, carrier: trade.party('Swift').id, reference: 'TO 7/2026' },
  });
});

afterAll(async () => {
  await server.stop();
  await trade.world.stop();
  expect(failures).toEqual([]);
});

function event(more: object = {}): object {
  return {
    type: 'ObjectEvent',
    action: 'OBSERVE',
    bizStep: 'shipping',
    epcList: ['urn:epc:id:sscc:4012345.1234567890'],
    eventTime: '2026-03-02T09:30:00Z',
    eventTimeZoneOffset: '+00:00',
    bizTransactionList: [{ type: 'bol', bizTransaction: 'urn:example:order:TO%207%2F2026' }],
    ...more,
  };
}

function documentOf(events: readonly object[]): string {
  return JSON.stringify({
    '@context': ['https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld'],
    type: 'EPCISDocument',
    schemaVersion: '2.0',
    creationDate: '2026-03-02T10:00:00Z',
    epcisBody: { eventList: events },
  });
}

type Outcome = {
  readonly status: string;
  readonly act: string | null;
  readonly shipment: string | null;
  readonly refusal: { readonly code: string } | null;
};
type Job = {
  readonly captureID: string;
  readonly running: boolean;
  readonly success: boolean;
  readonly errors: readonly { readonly type: string }[];
  readonly outcomes: readonly Outcome[];
};

function post(login: string, body: string, query = '', headers: Record<string, string> = {}) {
  return fetch(`${server.url}${capturePath}${query}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${tokens.get(login)}`,
      'content-type': 'application/ld+json',
      ...headers,
    },
    body,
  });
}

/** Sends a document and waits for what became of it. */
async function capture(
  login: string,
  body: string,
  query = '',
  headers: Record<string, string> = {},
): Promise<Job> {
  const answer = await post(login, body, query, headers);
  expect(answer.status).toBe(202);
  const place = answer.headers.get('location') ?? '';
  expect(place).toMatch(/^\/epcis\/capture\/cap_/);
  let job = (await answer.json()) as Job;
  await trade.until('the capture is done', async () => {
    const headers = { authorization: `Bearer ${tokens.get(login)}` };
    job = (await (await fetch(server.url + place, { headers })).json()) as Job;
    return !job.running;
  });
  return job;
}

describe('a capture', () => {
  it('records each event of a document as an act, and finds the shipment by its reference', async () => {
    const job = await capture('driver', documentOf([event(), event({ bizStep: 'receiving' })]));

    expect(job).toMatchObject({
      success: true,
      errors: [],
      outcomes: [
        { status: 'RECORDED', shipment, act: expect.stringMatching(/^[0-9a-f]{64}$/) },
        { status: 'RECORDED', shipment },
      ],
    });
    const received = await trade.value('SELECT "received" FROM shipment WHERE "id" = $1', shipment);
    expect(received).toBe('true');
  });

  it('gives the first answer again for an event that was recorded before', async () => {
    const first = await capture('driver', JSON.stringify(event({ eventID: 'urn:uuid:1' })));
    const again = await capture('driver', documentOf([event({ eventID: 'urn:uuid:1' })]));
    const events = await trade.value(
      `SELECT count(*) FROM delivery_event WHERE "eventId" = $1`,
      'urn:uuid:1',
    );

    expect(first.outcomes).toMatchObject([{ status: 'RECORDED' }]);
    expect(again).toMatchObject({ success: true, outcomes: [{ status: 'KNOWN' }] });
    expect(again.outcomes[0]?.act).toBe(first.outcomes[0]?.act);
    expect(events).toBe('1');
  });

  it('strikes an event through when it is declared wrong', async () => {
    const wrong = { eventID: 'urn:uuid:2', eventTime: '2026-03-02T09:31:00Z' };
    const errorDeclaration = { declarationTime: '2026-03-02T09:40:00Z', reason: 'did_not_occur' };

    const job = await capture(
      'driver',
      documentOf([event(wrong), event({ ...wrong, errorDeclaration })]),
    );

    expect(job).toMatchObject({ success: true, outcomes: [{}, { status: 'RECORDED' }] });
    const declared = await trade.value(
      'SELECT "errorDeclaration" FROM delivery_event WHERE "eventId" = $1',
      'urn:uuid:2',
    );
    expect(declared).toContain('did_not_occur');
  });

  it.each([
    [
      'an event of tomorrow',
      'driver',
      () => event({ eventTime: new Date(Date.now() + 86_400_000).toISOString() }),
      '',
      'EVENT_TIME_FUTURE',
    ],
    [
      'other content under a known id',
      'driver',
      () => event({ eventID: 'urn:uuid:1', bizStep: 'loading' }),
      '',
      'EVENT_ID_TAKEN',
    ],
    ['no step', 'driver', () => event({ bizStep: undefined }), '', 'BIZ_STEP_MISSING'],
    [
      'a reference that is not ours',
      'driver',
      () => event({ bizTransactionList: [] }),
      '',
      'NOT_ASSIGNED_CARRIER',
    ],
    ["another carrier's shipment by reference", 'rival', () => event(), '', 'NOT_ASSIGNED_CARRIER'],
    [
      "another carrier's shipment by id",
      'rival',
      () => event(),
      '?shipment=OURS',
      'NOT_ASSIGNED_CARRIER',
    ],
    [
      'a shipment that does not exist',
      'rival',
      () => event(),
      '?shipment=shp_none',
      'NOT_ASSIGNED_CARRIER',
    ],
    ['someone without a mandate', 'bolt', () => event(), '?shipment=OURS', 'MANDATE_MISSING'],
  ])('names the reason for %s', async (_name, login, make, query, code) => {
    const job = await capture(login, JSON.stringify(make()), query.replace('OURS', shipment));

    expect(job).toMatchObject({
      success: false,
      errors: [{ type: `epcisException:${code}`, status: 409 }],
      outcomes: [{ status: 'REFUSED', act: null, refusal: { code } }],
    });
  });

  it("answers alike for another carrier's shipment and for none", async () => {
    const theirs = await capture('rival', JSON.stringify(event()), `?shipment=${shipment}`);
    const none = await capture('rival', JSON.stringify(event()), '?shipment=shp_none');
    const shape = (job: Job) =>
      JSON.stringify({ ...job, captureID: '', createdAt: '', finishedAt: '' });

    expect(shape(theirs).replaceAll(shipment, 'X')).toBe(shape(none).replaceAll('shp_none', 'X'));
  });

  it('refuses a document that it cannot read, and records nothing of it', async () => {
    const answer = await post(
      'driver',
      documentOf([event({ eventID: 'urn:uuid:3' }), { type: 'x' }]),
    );

    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({
      errors: expect.arrayContaining([
        expect.objectContaining({ path: 'epcisBody.eventList.1.type' }),
      ]),
    });
    const count = await trade.value(
      `SELECT count(*) FROM delivery_event WHERE "eventId" = $1`,
      'urn:uuid:3',
    );
    expect(count).toBe('0');
  });

  it('is for those who show a token, and of a limited size', async () => {
    const body = documentOf([event()]);
    const withoutToken = await fetch(server.url + capturePath, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        cookie: `tallystick_session=${tokens.get('driver')}`,
      },
      body,
    });
    const tooLarge = await post('driver', ' '.repeat(logisticsLimits.captureBytesMax + 1));
    const unknown = await fetch(`${server.url}${capturePath}/cap_none`, {
      headers: { authorization: `Bearer ${tokens.get('driver')}` },
    });

    expect(withoutToken.status).toBe(401);
    expect(tooLarge.status).toBe(413);
    expect(unknown.status).toBe(404);
  });

  it('shows a job to its own organisation only', async () => {
    const { captureID } = await capture('driver', documentOf([event()]));

    const answer = await fetch(`${server.url}${capturePath}/${captureID}`, {
      headers: { authorization: `Bearer ${tokens.get('rival')}` },
    });

    expect(answer.status).toBe(404);
  });
});

describe('a signed capture', () => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const raw = new Uint8Array(Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url'));

  function signatureOf(body: string): string {
    const digest = createHash('sha256').update(body).digest();
    const message = Buffer.concat([Buffer.from('tallystick/epcis-capture/1\0'), digest]);
    return sign(null, message, privateKey).toString('base64url');
  }

  it('is taken when a key of the organisation signed the body, and refused when one octet differs', async () => {
    const { party } = trade.who('driver');
    await trade.act(trade.who('driver'), 'key.register', {
      ...{ owner: party, ownerName: 'Swift', holder: trade.who('driver').person },
      ...{ holderName: 'driver', publicKey: raw, custody: 'program', label: 'dispatch system' },
    });
    const keyId = await trade.value(
      `SELECT "id" FROM signing_key WHERE "label" = $1`,
      'dispatch system',
    );
    const body = documentOf([event({ eventID: 'urn:uuid:signed' })]);
    const signed = { 'tallystick-key': keyId, 'tallystick-signature': signatureOf(body) };

    const job = await capture('driver', body, '', signed);
    const tampered = await post('driver', body.replace('shipping', 'loading_'), '', signed);
    const byOther = await post('rival', body, '', signed);

    expect(job.success).toBe(true);
    const kept = await trade.value(
      'SELECT "signedBy" FROM capture_job WHERE "id" = $1',
      job.captureID,
    );
    expect(kept).toBe(keyId);
    expect([tampered.status, byOther.status]).toEqual([401, 401]);
  });
});
