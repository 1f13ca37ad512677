/** The same request many times at once is one act with one answer; the same key for another is an error. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signedInClient } from '../../../server/src/demo/client.ts';
import type { World } from '../../../server/src/world.ts';
import { type FreshDatabase, freshDatabase } from '../../support/database.ts';
import { governor, smallWorld } from '../../support/small-world.ts';

const times = 32;
let fresh: FreshDatabase;
let home: string;
let world: World;
let token: string;

beforeAll(async () => {
  fresh = await freshDatabase();
  home = mkdtempSync(path.join(tmpdir(), 'tallystick-idempotency-'));
  world = await smallWorld(home, { DATABASE_URL: fresh.url });
  const answer = await post(null, {
    query:
      'mutation ($login: String!, $password: String!) { signIn(login: $login, password: $password) { ... on Session { token } } }',
    variables: governor,
  });
  token = (JSON.parse(answer) as { data: { signIn: { token: string } } }).data.signIn.token;
});
afterAll(async () => {
  await world?.stop();
  await fresh.drop();
  rmSync(home, { recursive: true, force: true });
});

describe('the same request, thirty-two times at once', () => {
  it('is one act, and everybody gets the same answer', async () => {
    const before = await actsOf('party.register');
    const answers = await Promise.all(
      Array.from({ length: times }, () => register('same', 'NUMBER-1', true)),
    );

    expect(new Set(answers).size).toBe(1);
    expect(answers[0]).toContain('"status":"FINAL"');
    expect(await actsOf('party.register')).toBe(before + 1);
    expect(await rowsWith('NUMBER-1')).toBe(1);
  });

  it('is one act also for a program that signs each of them itself', async () => {
    const client = await signedInClient(world.url, governor.login, governor.password);
    await client.enrol('a program');
    const input = party('NUMBER-2');
    const one = () =>
      client.act<{ party: { id: string } }>('registerParty', 'party.register', input, {
        select: 'party { id }',
        idempotencyKey: 'signed',
      });
    const first = await one();
    const answers = await Promise.all(Array.from({ length: times }, one));

    expect(new Set(answers.map((each) => each.act.id))).toEqual(new Set([first.act.id]));
    expect(new Set(answers.map((each) => each.party.id))).toEqual(new Set([first.party.id]));
    expect(await rowsWith('NUMBER-2')).toBe(1);
  });

  it('is one act when only some come at once, and the others a moment later', async () => {
    const answers: string[] = [];
    for (const count of [1, 7, 24]) {
      const some = Array.from({ length: count }, () => register('later', 'NUMBER-3', false));
      answers.push(...(await Promise.all(some)));
    }

    expect(new Set(answers.map(idIn)).size).toBe(1);
    expect(await rowsWith('NUMBER-3')).toBe(1);
  });
});

describe('the same key', () => {
  it('with another input is a conflict, also among requests of one moment', async () => {
    const answers = await Promise.all(
      Array.from({ length: times }, (_, order) => register('torn', `NUMBER-4-${order % 2}`, false)),
    );
    const done = answers.filter((each) => each.includes('RegisterPartySuccess'));
    const conflicts = answers.filter((each) => each.includes('IDEMPOTENCY_CONFLICT'));

    expect(done.length).toBe(times / 2);
    expect(conflicts.length).toBe(times / 2);
    expect(new Set(done.map(idIn)).size).toBe(1);
    expect((await rowsWith('NUMBER-4-0')) + (await rowsWith('NUMBER-4-1'))).toBe(1);
  });

  it('of a refused request may be used again, for a refusal changes nothing', async () => {
    const refused = await register('mended', 'NUMBER-1', false);
    const mended = await register('mended', 'NUMBER-5', false);

    expect(refused).toContain('PARTY_KNOWN');
    expect(mended).toContain('RegisterPartySuccess');
  });

  it('with a space, or none at all, is refused', async () => {
    for (const key of ['', 'a b', 'x'.repeat(101)]) {
      expect(await register(key, 'NUMBER-6', false)).toContain('BAD_INPUT');
    }
    expect(await rowsWith('NUMBER-6')).toBe(0);
  });
});

function party(number: string) {
  return {
    ...{ name: 'Twin', country: 'NL', scheme: 'KVK', number, numberMadeUp: false },
    ...{ roles: ['SUPPLIER'], sponsor: null },
  };
}

function register(idempotencyKey: string, number: string, wait: boolean): Promise<string> {
  return post(token, {
    query: `mutation ($input: RegisterPartyInput!) { answer: registerParty(input: $input) { __typename
      ... on RegisterPartySuccess { ${wait ? 'status' : ''} party { id } act { id } } ... on Refusal { code path } } }`,
    variables: { input: { ...party(number), idempotencyKey, wait } },
  });
}

async function post(by: string | null, body: object): Promise<string> {
  const response = await fetch(`${world.url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(by === null ? {} : { authorization: `Bearer ${by}` }),
    },
    body: JSON.stringify(body),
  });
  return response.text();
}

function idIn(answer: string): string {
  return /"party":\{"id":"([^"]+)"/.exec(answer)?.[1] ?? answer;
}

async function actsOf(kind: string): Promise<number> {
  const { rows } = await world.database.pool.query<{ count: bigint }>(
    'SELECT count(*) FROM act WHERE "kind" = $1',
    [kind],
  );
  return Number(rows[0]?.count);
}

async function rowsWith(number: string): Promise<number> {
  const { rows } = await world.database.pool.query<{ count: bigint }>(
    'SELECT count(*) FROM party WHERE "number" = $1',
    [number],
  );
  return Number(rows[0]?.count);
}
