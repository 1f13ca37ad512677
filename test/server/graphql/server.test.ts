import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { auditServer } from 'graphql-http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { graphqlLimits } from '../../../server/src/graphql/limits.ts';
import { colleague, type Edge, person, startEdge } from '../../support/http.ts';

let edge: Edge;
let webFolder: string;

beforeAll(async () => {
  webFolder = await mkdtemp(path.join(tmpdir(), 'tallystick-web-'));
  await mkdir(path.join(webFolder, 'assets'));
  await writeFile(path.join(webFolder, 'index.html'), '<!doctype html><title>Tallystick</title>');
  await writeFile(path.join(webFolder, 'assets', 'app-1a2b.js'), 'export {};');
  edge = await startEdge({ webFolder });
});

afterAll(async () => {
  await edge.stop();
  await rm(webFolder, { recursive: true });
});

type Answer = {
  readonly status: number;
  readonly data?: Readonly<Record<string, unknown>> | null;
  readonly errors?: readonly {
    readonly message: string;
    readonly extensions: Readonly<Record<string, string>>;
  }[];
};

async function send(
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const response = await fetch(`${edge.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return { status: response.status, ...((await response.json()) as Omit<Answer, 'status'>) };
}

const ask = (query: string, variables?: unknown) => send({ query, variables });
const firstError = ({ errors }: Answer) => errors?.[0]?.extensions;

describe('GraphQL over HTTP', () => {
  it('passes every audit of graphql-http', async () => {
    const results = await auditServer({ url: `${edge.url}/graphql` });

    expect(results.length).toBeGreaterThan(50);
    expect(results.filter(({ status }) => status === 'error').map(({ name }) => name)).toEqual([]);
  });

  it('answers what is hidden as not found, with its code and nothing else', async () => {
    const { data, errors } = await ask('{ hidden }');

    expect(data).toEqual({ hidden: null });
    expect(errors?.[0]?.extensions).toEqual({ code: 'NOT_FOUND' });
  });

  it('answers a bug with a reference and none of its words', async () => {
    const answer = await ask('{ bug }');

    expect(firstError(answer)).toEqual({
      code: 'INTERNAL',
      reference: expect.stringMatching(/^err_[a-z2-7]{24}$/),
    });
    expect(JSON.stringify(answer)).not.toContain('swordfish');
  });

  it('keeps the code of an error that has a name', async () => {
    expect(firstError(await ask('{ named }'))).toEqual({ code: 'NAMED' });
  });

  it('does not suggest fields that the caller did not name', async () => {
    const { errors } = await ask('{ hiden }');

    expect(errors?.[0]?.extensions.code).toBe('GRAPHQL_VALIDATION_FAILED');
    expect(errors?.[0]?.message).not.toContain('hidden');
  });
});

describe('the limits of a request', () => {
  const nested = (levels: number) =>
    `{ item { ${'self { '.repeat(levels - 2)}name${' }'.repeat(levels - 1)} }`;

  it('allow the deepest nesting and refuse one level more', async () => {
    const { depthMax } = graphqlLimits;

    expect((await ask(nested(depthMax))).errors).toBeUndefined();
    expect(firstError(await ask(nested(depthMax + 1)))).toEqual({
      code: 'QUERY_TOO_DEEP',
      seen: String(depthMax + 1),
      expected: `at most ${depthMax}`,
    });
  });

  it('see depth through fragments', async () => {
    const query = `{ item { ...a } } fragment a on Item { ${'self { '.repeat(20)}name${' }'.repeat(20)} }`;

    expect(firstError(await ask(query))).toMatchObject({ code: 'QUERY_TOO_DEEP', seen: '22' });
  });

  it.each(['who', '__typename'])('count aliases of %s, also through fragments', async (field) => {
    const { aliasesMax } = graphqlLimits;
    const aliased = (count: number) =>
      `{ ...a } fragment a on Query { ${Array.from({ length: count }, (_, n) => `a${n}: ${field}`).join(' ')} }`;

    expect((await ask(aliased(aliasesMax))).errors).toBeUndefined();
    expect(firstError(await ask(aliased(aliasesMax + 1)))).toMatchObject({
      code: 'QUERY_ALIASED_TOO_OFTEN',
      seen: String(aliasesMax + 1),
    });
  });

  it('count what pages of pages may bring, with the page size of the variables', async () => {
    const query =
      'query Q($n: Int) { items(first: $n) { nodes { items(first: $n) { nodes { name } } } } }';

    expect((await ask(query, { n: 10 })).errors).toBeUndefined();
    expect(firstError(await ask(query, { n: 1000 }))).toMatchObject({ code: 'QUERY_TOO_COSTLY' });
  });

  it('refuse a document of too many tokens', async () => {
    const query = `{ ${'who '.repeat(graphqlLimits.tokensMax)} }`;

    expect(firstError(await ask(query))).toMatchObject({ code: 'QUERY_TOO_LONG' });
  });

  it('allow the largest batch and refuse one operation more', async () => {
    const { batchMax } = graphqlLimits;
    const batch = (size: number) => Array.from({ length: size }, () => ({ query: '{ who }' }));

    expect(await send(batch(batchMax))).toMatchObject({ status: 200 });
    expect(await send(batch(batchMax + 1))).toMatchObject({
      status: 400,
      errors: [{ extensions: { code: 'BATCH_TOO_LARGE', seen: String(batchMax + 1) } }],
    });
  });

  it('refuse a body of one byte too many and say so', async () => {
    const body = (size: number) => {
      const empty = JSON.stringify({ query: '{ who }', pad: '' });
      return JSON.stringify({ query: '{ who }', pad: 'x'.repeat(size - empty.length) });
    };

    expect((await send(body(graphqlLimits.bodyBytesMax))).status).toBe(200);
    expect(await send(body(graphqlLimits.bodyBytesMax + 1))).toMatchObject({
      status: 413,
      errors: [
        { extensions: { code: 'LIMIT_EXCEEDED', seen: `${graphqlLimits.bodyBytesMax + 1} bytes` } },
      ],
    });
  });

  it('let a tool read the whole schema', async () => {
    const { getIntrospectionQuery } = await import('graphql');

    expect((await ask(getIntrospectionQuery())).errors).toBeUndefined();
  });

  it('refuse more requests a minute than an address may send', async () => {
    const strict = await startEdge({ requestsPerMinuteMax: 2 });
    const request = () =>
      fetch(`${strict.url}/graphql?query={who}`, {
        headers: { 'apollo-require-preflight': 'true' },
      });

    const statuses = [(await request()).status, (await request()).status];
    const third = await request();

    expect(statuses).toEqual([200, 200]);
    expect(third.status).toBe(429);
    expect(await third.json()).toMatchObject({
      errors: [{ extensions: { code: 'RATE_LIMITED' } }],
    });
    await strict.stop();
  });
});

describe('signing in', () => {
  it('gives the browser a cookie that scripts and other sites cannot use, and signing out takes it back', async () => {
    const entered = await fetch(`${edge.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: `mutation { signIn(password: "${person.password}") }` }),
    });
    const cookie = entered.headers.get('set-cookie') ?? '';
    const [pair = ''] = cookie.split(';');

    const inside = await send({ query: '{ who }' }, { cookie: pair });
    await send({ query: 'mutation { signOut }' }, { cookie: pair });
    const outside = await send({ query: '{ who }' }, { cookie: pair });

    expect(cookie).toMatch(/HttpOnly/);
    expect(cookie).toMatch(/SameSite=Strict/);
    expect(inside.data).toEqual({ who: person.personId });
    expect(outside.data).toEqual({ who: 'nobody' });
  });

  it('counts the aliases of one request as attempts', async () => {
    const guesses = Array.from({ length: 20 }, (_, n) => `a${n}: signIn(password: "guess ${n}")`);
    const { errors, data } = await ask(`mutation { ${guesses.join(' ')} }`);

    expect(Object.values(data ?? {}).filter((answer) => answer === 'refused')).toHaveLength(10);
    expect(errors).toHaveLength(10);
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'RATE_LIMITED' });
  });
});

describe('uploading a file', () => {
  const query = 'mutation ($file: Upload!) { upload(file: $file) }';

  async function upload(
    bytes: Uint8Array<ArrayBuffer>,
    headers: Readonly<Record<string, string>>,
    map: unknown = { 0: ['variables.file'] },
  ): Promise<Answer> {
    const form = new FormData();
    form.set('operations', JSON.stringify({ query, variables: { file: null } }));
    form.set('map', JSON.stringify(map));
    form.set('0', new Blob([bytes], { type: 'application/xml' }), '../a/invoice.xml');
    const response = await fetch(`${edge.url}/graphql`, { method: 'POST', headers, body: form });
    return { status: response.status, ...((await response.json()) as Omit<Answer, 'status'>) };
  }

  async function freshSession(): Promise<Readonly<Record<string, string>>> {
    const { login, password } = colleague;
    const answer = await edge.sessions.signIn(login, password, '192.0.2.7');
    const token = answer.kind === 'signedIn' ? answer.token : '';
    return { authorization: `Bearer ${token}`, 'apollo-require-preflight': 'true' };
  }

  it('brings it whole to the resolver, under the last part of its name', async () => {
    const answer = await upload(new Uint8Array(3_000_000), await freshSession());

    expect(answer.data).toEqual({ upload: 'invoice.xml application/xml 3000000' });
  });

  it('allows the largest file and refuses a byte more', async () => {
    const headers = await freshSession();
    const largest = await upload(new Uint8Array(graphqlLimits.uploadBytesMax), headers);
    const larger = await upload(new Uint8Array(graphqlLimits.uploadBytesMax + 1), headers);

    expect(largest.errors).toBeUndefined();
    expect(larger).toMatchObject({
      status: 413,
      errors: [
        {
          extensions: {
            code: 'LIMIT_EXCEEDED',
            expected: `at most ${graphqlLimits.uploadBytesMax} bytes`,
          },
        },
      ],
    });
  });

  it('is refused to who is not signed in, before the file is read', async () => {
    const answer = await upload(new Uint8Array(10), { 'apollo-require-preflight': 'true' });

    expect(answer).toMatchObject({
      status: 401,
      errors: [{ extensions: { code: 'UNAUTHENTICATED' } }],
    });
  });

  it('is refused without the header that a form of another site cannot send', async () => {
    const { authorization = '' } = await freshSession();

    expect(await upload(new Uint8Array(10), { authorization })).toMatchObject({
      status: 400,
      errors: [{ extensions: { code: 'BAD_INPUT', seen: 'no such header' } }],
    });
  });

  it.each([
    [{ 0: ['query'] }],
    [{ 0: ['variables.other'] }],
    [{ 0: ['__proto__.file'] }],
    [{ 1: ['variables.file'] }],
    [{ 0: 'variables.file' }],
  ])('is refused when the map does not point to a variable that waits for it: %j', async (map) => {
    const answer = await upload(new Uint8Array(10), await freshSession(), map);

    expect(answer).toMatchObject({ status: 400, errors: [{ extensions: { code: 'BAD_INPUT' } }] });
  });

  it('does not take JSON for a file', async () => {
    const answer = await ask(query, { file: { name: 'a', mediaType: 'b', bytes: [1] } });

    expect(firstError(answer)).toMatchObject({ code: 'BAD_USER_INPUT' });
  });
});

describe('the web app', () => {
  it('is served at every address that a person opens, and is asked for each time', async () => {
    const page = await fetch(`${edge.url}/invoices/inv_1`, { headers: { accept: 'text/html' } });

    expect(await page.text()).toContain('Tallystick');
    expect(page.headers.get('cache-control')).toBe('no-cache');
    expect(page.headers.get('content-security-policy')).toContain("script-src 'self'");
  });

  it('keeps files with a hash in their name for a year', async () => {
    const file = await fetch(`${edge.url}/assets/app-1a2b.js`);

    expect(file.headers.get('cache-control')).toContain('immutable');
  });

  it('answers a missing file or an unknown path of the machine as not found', async () => {
    const missing = await fetch(`${edge.url}/assets/gone.js`, { headers: { accept: 'text/html' } });
    const outside = await fetch(`${edge.url}/..%2f..%2fetc/passwd`);

    expect([missing.status, outside.status]).toEqual([404, 404]);
  });

  it('says that it is healthy', async () => {
    expect(await (await fetch(`${edge.url}/healthz`)).json()).toEqual({ status: 'ok' });
  });
});
