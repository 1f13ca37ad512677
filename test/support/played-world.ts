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
import { demoPassword, type Seeder, seeder } from '../../prisma/seed.ts';
import { readConfig } from '../../server/src/config.ts';
import { type ActClient, signedInClient } from '../../server/src/demo/client.ts';
import { governorId } from '../../server/src/party/genesis.ts';
import { mandateActions, operatorId } from '../../server/src/party/model.ts';
import { openLog } from '../../server/src/platform/log.ts';
import { startWorld, type World } from '../../server/src/world.ts';
import { type Canaries, canaries } from './canaries.ts';
import {
  amendTerms,
  type Consortium,
  changeAccount,
  foundConsortium,
  type Principal,
  playMain,
  playRest,
  suspendAndReinstate,
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
  /** Of an organisation that takes part in nothing. */
  readonly stranger: Principal;
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
  for (const ground of grounds) {
    await suspendAndReinstate(governing, ground);
    await changeAccount(ground);
    await amendTerms(ground);
    consortia.push(await playRest(ground));
  }
  await quiet();

  const governor: Principal = {
    ...{ login: 'governor', role: 'governor', person: governorId, party: operatorId },
    hasMandates: true,
  };
  const stranger = await strangerOf(seeder(app, sessions));
  const members = consortia.flatMap((each) => Object.values(each.members));
  const principals = [...members.flatMap((each) => each.principals), governor, stranger];
  const tokens = new Map<string, string>();
  for (const { login } of principals) tokens.set(login, await tokenOf(url, login));

  function headersOf(principal: Principal | null): Readonly<Record<string, string>> {
    const token = principal === null ? undefined : tokens.get(principal.login);
    return token === undefined ? {} : { authorization: `Bearer ${token}` };
  }

  async function quiet(): Promise<void> {
    let waits = '';
    for (let tries = 0; tries < 1_500; tries += 1) {
      const { rows } = await database.pool.query<{ what: string }>(
        `SELECT 'act ' || a."kind" AS what FROM outbox o JOIN act a ON a."hash" = o."actHash"
         UNION ALL SELECT 'todo ' || "kind" || ' ' || coalesce("lastError", '') FROM todo`,
      );
      if (rows.length === 0) return;
      waits = rows.map(({ what }) => what).join(', ');
      await new Promise((wake) => setTimeout(wake, 20));
    }
    throw new Error(`still waiting after half a minute: ${waits}`);
  }

  return {
    ...{ world, consortia, canaries: told, governor, stranger, principals, governing, quiet },
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

async function strangerOf({ party }: Seeder): Promise<Principal> {
  const login = 'stranger';
  const mandates = mandateActions.map((action) => [action] as const);
  const seeded = await party({
    ...{ name: 'Stranger', country: 'NL', scheme: 'KVK', number: 'STRANGER', roles: ['SUPPLIER'] },
    people: [{ name: 'Stella Strange', role: 'owner', login, mandates: mandates.slice(1) }],
  });
  const person = seeded.people.get(login)?.person ?? '';
  return { login, role: 'stranger', person, party: seeded.id, hasMandates: true };
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
