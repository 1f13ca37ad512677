import { setTimeout as sleep } from 'node:timers/promises';
import { type Client, createClient } from 'graphql-ws';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { graphqlLimits } from '../../../server/src/graphql/limits.ts';
import { colleague, type Edge, startEdge } from '../../support/http.ts';

let edge: Edge;
let client: Client | null = null;
let token = '';
let key = '';
let closings: { readonly code: number; readonly reason: string }[] = [];

beforeAll(async () => {
  edge = await startEdge();
});
afterAll(() => edge.stop());

beforeEach(async () => {
  closings = [];
  const answer = await edge.sessions.signIn(colleague.login, colleague.password, '192.0.2.1');
  if (answer.kind === 'signedIn') {
    token = answer.token;
    key = answer.session.key;
  }
});
afterEach(() => client?.dispose());

function connect(headers: Readonly<Record<string, string>>): Client {
  const seen = closings;
  const WithHeaders = class extends WebSocket {
    constructor(address: string, protocols: string | string[]) {
      super(address, protocols, { headers });
    }
  };
  client = createClient({
    url: `${edge.url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WithHeaders,
    retryAttempts: 0,
    on: { closed: (event) => seen.push(event as (typeof closings)[number]) },
  });
  return client;
}

/** What the first event of an operation brings, or the error it ends with. */
function first(client: Client, query: string): Promise<unknown> {
  return new Promise((resolve) => {
    client.subscribe({ query }, { next: resolve, error: resolve, complete: () => resolve('end') });
  });
}

async function until(holds: () => boolean): Promise<void> {
  for (let tries = 0; tries < 200 && !holds(); tries++) await sleep(10);
  expect(holds()).toBe(true);
}

describe('a subscription', () => {
  it('brings what happens to who signed in', async () => {
    const event = first(connect({ authorization: `Bearer ${token}` }), 'subscription { ticks }');
    await sleep(100);
    edge.tick('invoice confirmed');

    expect(await event).toEqual({ data: { ticks: 'invoice confirmed' } });
  });

  it('ends at once when the session is signed out', async () => {
    const event = first(connect({ authorization: `Bearer ${token}` }), 'subscription { ticks }');
    await sleep(100);
    await edge.sessions.signOut(key);

    await event;
    await until(() => closings.length === 1);
    expect(closings[0]).toMatchObject({ code: 4401, reason: 'Signed out.' });
  });

  it('is refused to who has not signed in', async () => {
    await first(connect({}), 'subscription { ticks }');

    await until(() => closings.length === 1);
    expect(closings[0]).toMatchObject({ code: 4401, reason: 'Sign in first.' });
  });

  it('is refused to a page of another site, even with the cookie', async () => {
    const cookie = `tallystick_session=${token}`;
    const foreign = await first(
      connect({ cookie, origin: 'https://evil.example' }),
      'subscription { ticks }',
    );

    expect(foreign).not.toHaveProperty('data');
    expect(String(closings[0]?.code)).toBe('1006');
  });

  it('works for our own page with its cookie', async () => {
    const cookie = `tallystick_session=${token}`;

    expect(await first(connect({ cookie, origin: edge.url }), '{ who }')).toEqual({
      data: { who: colleague.personId },
    });
  });

  it('has the limits of a request', async () => {
    const deep = `{ item { ${'self { '.repeat(20)}name${' }'.repeat(20)} } }`;
    const aliased = `{ ${Array.from({ length: 60 }, (_, n) => `a${n}: __typename`).join(' ')} }`;
    const long = `{ ${'who '.repeat(graphqlLimits.tokensMax)} }`;
    const connected = connect({ authorization: `Bearer ${token}` });

    expect(await first(connected, deep)).toMatchObject([
      { extensions: { code: 'QUERY_TOO_DEEP' } },
    ]);
    expect(await first(connected, aliased)).toMatchObject([
      { extensions: { code: 'QUERY_ALIASED_TOO_OFTEN' } },
    ]);
    expect(await first(connected, long)).toMatchObject([
      { extensions: { code: 'QUERY_TOO_LONG' } },
    ]);
  });

  it('shows errors as requests do: a code for a fault, a reference for a bug', async () => {
    const connected = connect({ authorization: `Bearer ${token}` });

    expect(await first(connected, '{ hidden }')).toMatchObject({
      data: { hidden: null },
      errors: [{ extensions: { code: 'NOT_FOUND' } }],
    });
    const bug = await first(connected, '{ bug }');
    expect(bug).toMatchObject({ errors: [{ extensions: { code: 'INTERNAL' } }] });
    expect(JSON.stringify(bug)).not.toContain('swordfish');
  });

  it('may stand beside others on one socket, but not beside too many', async () => {
    const connected = connect({ authorization: `Bearer ${token}` });
    const { subscriptionsPerSocketMax } = graphqlLimits;
    for (let count = 0; count < subscriptionsPerSocketMax; count++)
      connected.subscribe(
        { query: 'subscription { ticks }' },
        { next: () => {}, error: () => {}, complete: () => {} },
      );

    expect(await first(connected, 'subscription { ticks }')).toMatchObject([
      { extensions: { code: 'TOO_MANY_SUBSCRIPTIONS' } },
    ]);
  });
});
