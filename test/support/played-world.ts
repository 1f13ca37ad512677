/**
 * A whole world over HTTP in which everything has happened: one or two consortia that know nothing of
 * each other, and a stranger who belongs to none.
 *
 *   const played = await playedWorld(['A', 'B']);     // in beforeAll
 *   await played.as(principal, '{ … }', { … })        // what that person is answered, whole
 *   await played.stop();                              // in afterAll
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { demoPassword, seeder } from '../../prisma/seed.ts';
import { readConfig } from '../../server/src/config.ts';
import { type ActClient, signedInClient } from '../../server/src/demo/client.ts';
import { governorId } from '../../server/src/party/genesis.ts';
import { operatorId } from '../../server/src/party/model.ts';
import { openLog } from '../../server/src/platform/log.ts';
import { startWorld, type World } from '../../server/src/world.ts';
import { type Canaries, canaries } from './canaries.ts';
import {
  type Consortium,
  foundConsortium,
  type Principal,
  playMain,
  playRest,
} from './consortium.ts';
import { freshDatabase } from './database.ts';
import { smallSeed } from './small-world.ts';

/** The answer of one request, as it came. */
export type Answer = {
  readonly status: number;
  readonly text: string;
  readonly data: Readonly<Record<string, unknown>> | null;
  readonly codes: readonly string[];
};

export type PlayedWorld = {
  readonly world: World;
  readonly consortia: readonly Consortium[];
  readonly canaries: Canaries;
  readonly governor: Principal;
  /** Everybody who can sign in. */
  readonly principals: readonly Principal[];
  readonly governing: ActClient;
  as(principal: Principal | null, document: string, variables?: object): Promise<Answer>;
  /** A request to any path, with the principal's token. */
  get(principal: Principal | null, path: string, init?: RequestInit): Promise<Response>;
  /** Until nothing waits for the chain and the automation owes nothing. */
  quiet(): Promise<void>;
  stop(): Promise<void>;
};

export async function playedWorld(letters: readonly string[], seed = 1): Promise<PlayedWorld> {
  const fresh = await freshDatabase();
  const home = mkdtempSync(path.join(tmpdir(), 'tallystick-played-'));
  let failure: unknown = null;
  const world = await startWorld({
    config: readConfig({
      ...{ TALLYSTICK_HOME: home, PORT: '0', DATABASE_URL: fresh.url },
      TALLYSTICK_REQUESTS_PER_MINUTE: '999999999',
    }),
    seed: { ...smallSeed, facts: { ...smallSeed.facts, businessDate: '2026-03-02' } },
    log: openLog({ level: 'silent', file: null }),
    webFolder: Promise.resolve(null),
    failed: (error) => {
      failure = error;
    },
  });
  const { url, app, sessions, database } = world;
  await sessions.setLogin({ personId: governorId, login: 'governor', password: demoPassword });
  const governing = await signedInClient(url, 'governor', demoPassword);
  const told = canaries(seed);
  const grounds = [];
  for (const letter of letters) {
    const ground = await foundConsortium({
      ...{ letter, url, canaries: told },
      seeder: seeder(app, sessions),
    });
    await playMain(ground, governing);
    grounds.push(ground);
  }
  const consortia = [];
  for (const ground of grounds) consortia.push(await playRest(ground));
  await quiet();

  const governor: Principal = {
    ...{ login: 'governor', role: 'governor', person: governorId, party: operatorId },
    hasMandates: true,
  };
  const members = consortia.flatMap((each) => Object.values(each.members));
  const principals = [...members.flatMap((each) => each.principals), governor];
  const tokens = new Map<string, string>();
  for (const { login } of principals) tokens.set(login, await tokenOf(url, login));

  function headersOf(principal: Principal | null): Readonly<Record<string, string>> {
    const token = principal === null ? undefined : tokens.get(principal.login);
    return token === undefined ? {} : { authorization: `Bearer ${token}` };
  }

  async function quiet(): Promise<void> {
    for (let tries = 0; tries < 1_000; tries += 1) {
      const { rows } = await database.pool.query<{ waits: boolean }>(
        'SELECT EXISTS (SELECT 1 FROM outbox) OR EXISTS (SELECT 1 FROM todo) AS waits',
      );
      if (rows[0]?.waits === false) return;
      await new Promise((wake) => setTimeout(wake, 20));
    }
    throw new Error('something waits for 20 s');
  }

  return {
    ...{ world, consortia, canaries: told, governor, principals, governing, quiet },
    async as(principal, document, variables = {}) {
      const response = await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headersOf(principal) },
        body: JSON.stringify({ query: document, variables }),
      });
      const text = await response.text();
      const body = JSON.parse(text) as {
        readonly data?: Readonly<Record<string, unknown>> | null;
        readonly errors?: readonly { readonly extensions?: { readonly code?: string } }[];
      };
      const codes = (body.errors ?? []).map(({ extensions }) => extensions?.code ?? 'NO_CODE');
      return { status: response.status, text, data: body.data ?? null, codes };
    },
    get: (principal, at, init = {}) =>
      fetch(`${url}${at}`, { ...init, headers: { ...init.headers, ...headersOf(principal) } }),
    async stop() {
      await world.stop();
      await fresh.drop();
      rmSync(home, { recursive: true, force: true });
      if (failure !== null) throw failure;
    },
  };
}

async function tokenOf(url: string, login: string): Promise<string> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      query: `mutation ($login: String!, $password: String!) {
        signIn(login: $login, password: $password) { ... on Session { token } ... on Refusal { code } } }`,
      variables: { login, password: demoPassword },
    }),
  });
  const body = (await response.json()) as { data: { signIn: { token?: string } } };
  if (body.data.signIn.token === undefined) throw new Error(`${login} signs in`);
  return body.data.signIn.token;
}
