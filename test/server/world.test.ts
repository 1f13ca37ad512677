import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseAnchor } from '../../chain/src/log/anchor.ts';
import { readConfig } from '../../server/src/config.ts';
import { isRunning } from '../../server/src/platform/lock.ts';
import { clearHome, type World } from '../../server/src/world.ts';
import { bareDatabase } from '../support/database.ts';
import { governor, smallWorld } from '../support/small-world.ts';

let home: string;
let world: World | null;

beforeEach(() => {
  home = mkdtempSync(path.join(tmpdir(), 'tallystick-home-'));
  world = null;
});
afterEach(async () => {
  await world?.stop();
  await clearHome(readConfig({ TALLYSTICK_HOME: home }));
});

async function ask(url: string, query: string, token = ''): Promise<Record<string, unknown>> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query }),
  });
  const { data, errors } = (await response.json()) as {
    data: Record<string, unknown>;
    errors?: unknown;
  };
  if (errors !== undefined) throw new Error(JSON.stringify(errors));
  return data;
}

async function signIn(url: string): Promise<string> {
  const { login, password } = governor;
  const { signIn: answer } = await ask(
    url,
    `mutation { signIn(login: "${login}", password: "${password}") { ... on Session { token } } }`,
  );
  return (answer as { token: string }).token;
}

const who = (url: string, token: string) => ask(url, '{ viewer { person { name } } }', token);

/** A world in a process of its own, which is ready. */
async function startProcess() {
  const program = fileURLToPath(new URL('../support/small-world.ts', import.meta.url));
  const child = spawn(process.execPath, [program, home], { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  child.stderr.on('data', (chunk) => {
    said += chunk;
  });
  const [line] = await Promise.race([once(child.stdout, 'data'), once(child, 'exit')]);
  return { child, line: String(line), said: () => said };
}

describe('a world', () => {
  it('starts from nothing, lets the governor in, says that it is healthy, and stops without a trace', async () => {
    world = await smallWorld(home);
    const { url } = world;
    const token = await signIn(url);
    const answer = await who(url, token);
    const health = await (await fetch(`${url}/healthz`)).json();
    await world.stop();
    await world.stop();

    expect(world.isNew).toBe(true);
    expect(answer).toEqual({ viewer: { person: { name: 'Gia Governor' } } });
    expect(health).toMatchObject({ status: 'ok', validators: 4 });
    await expect(fetch(`${url}/healthz`)).rejects.toThrow();
    expect(existsSync(path.join(home, 'lock'))).toBe(false);
    expect(existsSync(path.join(home, 'postgres', 'postmaster.pid'))).toBe(false);
  });

  it('shows who signed in within the same request, and nothing more once signed out in it', async () => {
    world = await smallWorld(home);
    const { login, password } = governor;
    const enter = `signIn(login: "${login}", password: "${password}")`;

    const entered = await ask(
      world.url,
      `mutation { ${enter} { ... on Session { viewer { person { name } } } } }`,
    );
    const left = ask(
      world.url,
      `mutation { ${enter} { __typename } signOut
        confirm: revokeMandate(input: { revoked: "man_x", reason: "r", idempotencyKey: "k" }) { __typename } }`,
    );

    expect(entered).toEqual({ signIn: { viewer: { person: { name: 'Gia Governor' } } } });
    await expect(left).rejects.toThrow('UNAUTHENTICATED');
  });

  it('pins the anchor that an offline verifier starts from', async () => {
    world = await smallWorld(home);

    const pinned = parseAnchor(readFileSync(path.join(home, 'anchor.json'), 'utf8'));

    expect(pinned).toEqual(await world.foundation.chain.anchor());
  });

  it('is the same world when it is started again: same chain, same people, same sessions', async () => {
    const first = await smallWorld(home);
    const token = await signIn(first.url);
    const chainId = Buffer.from(first.foundation.chain.chainId);
    await first.stop();

    world = await smallWorld(home);

    expect(world.isNew).toBe(false);
    expect(world.logins).toEqual(first.logins);
    expect(Buffer.from(world.foundation.chain.chainId)).toEqual(chainId);
    expect(await who(world.url, token)).toEqual({ viewer: { person: { name: 'Gia Governor' } } });
  });

  it('is refused a second time on one home, naming the process, and the first goes on', async () => {
    const first = await startProcess();
    const { url } = JSON.parse(first.line) as { url: string };

    await expect(smallWorld(home)).rejects.toThrow(`in use by process ${first.child.pid}`);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);

    first.child.kill('SIGKILL');
    await once(first.child, 'exit');
  });

  it('is taken up where it stood when its process was killed', async () => {
    const first = await startProcess();
    const { url } = JSON.parse(first.line) as { url: string };
    const token = await signIn(url);
    first.child.kill('SIGKILL');
    await once(first.child, 'exit');

    world = await smallWorld(home);

    expect(await who(world.url, token)).toEqual({ viewer: { person: { name: 'Gia Governor' } } });
  });

  it('uses the PostgreSQL of DATABASE_URL, and does not empty it for --fresh', async () => {
    const database = await bareDatabase();
    const environment = { DATABASE_URL: database.url };
    world = await smallWorld(home, environment);

    expect(await who(world.url, await signIn(world.url))).toBeDefined();
    expect(existsSync(path.join(home, 'postgres'))).toBe(false);
    await expect(clearHome(readConfig({ TALLYSTICK_HOME: home, ...environment }))).rejects.toThrow(
      'DATABASE_URL',
    );

    await world.stop();
    await database.drop();
  });

  it('stops what it had started when a later part cannot start', async () => {
    world = await smallWorld(home);
    const taken = new URL(world.url).port;
    const other = mkdtempSync(path.join(tmpdir(), 'tallystick-home-'));

    await expect(smallWorld(other, { PORT: taken })).rejects.toThrow(`Port ${taken}`);

    expect(existsSync(path.join(other, 'lock'))).toBe(false);
    expect(existsSync(path.join(other, 'postgres', 'postmaster.pid'))).toBe(false);
    await clearHome(readConfig({ TALLYSTICK_HOME: other }));
  });

  it('is forgotten by --fresh, with the PostgreSQL that a killed process left running', async () => {
    const { child } = await startProcess();
    child.kill('SIGKILL');
    await once(child, 'exit');
    const pid = Number(
      readFileSync(path.join(home, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0],
    );

    await clearHome(readConfig({ TALLYSTICK_HOME: home }));

    expect(isRunning(pid)).toBe(false);
    expect(existsSync(home)).toBe(false);
  });
});
