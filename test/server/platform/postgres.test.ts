import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isRunning } from '../../../server/src/platform/lock.ts';
import {
  type Postgres,
  removePostgres,
  startPostgres,
  startScratchPostgres,
  stopLeftOver,
} from '../../../server/src/platform/postgres.ts';

let home: string;
const settings = { fsync: 'off' };

beforeEach(() => {
  home = mkdtempSync(path.join(tmpdir(), 'tallystick-postgres-'));
});
afterEach(async () => {
  await stopLeftOver(home);
  removePostgres(home);
  rmSync(home, { recursive: true, force: true });
});

async function ask(url: string, sql: string): Promise<unknown> {
  const client = new pg.Client(url);
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query(sql)).rows[0];
  } finally {
    await client.end();
  }
}

describe('the embedded PostgreSQL', () => {
  it('speaks UTC, keeps checksums, listens on the loopback only and gives us no superuser', async () => {
    const server = await startPostgres({ home, settings });

    expect(
      await ask(
        server.url,
        `SELECT current_setting('timezone') AS zone, current_setting('data_checksums') AS checksums,
           current_setting('listen_addresses') AS listens, current_setting('password_encryption') AS passwords,
           (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) AS super`,
      ),
    ).toEqual({
      zone: 'UTC',
      checksums: 'on',
      listens: '127.0.0.1',
      passwords: 'scram-sha-256',
      super: false,
    });
  });

  it('lets nobody in without the password, which only its owner can read', async () => {
    const server = await startPostgres({ home, settings });
    const stranger = Object.assign(new URL(server.url), { password: 'guess' }).href;

    await expect(ask(stranger, 'SELECT 1')).rejects.toThrow('password authentication failed');
    expect(statSync(path.join(home, 'postgres.json')).mode & 0o777).toBe(0o600);
  });

  it('keeps what was written when it stops and starts again, on whatever port is free', async () => {
    const first = await startPostgres({ home, settings });
    await ask(first.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
    await first.stop();
    await first.stop();

    const second = await startPostgres({ home, settings });

    expect(isRunning(first.pid)).toBe(false);
    expect(second.isTakenOver).toBe(false);
    expect(await ask(second.url, 'SELECT answer FROM kept')).toEqual({ answer: 42 });
  });

  it('is taken over from a server that was killed, and its open statements never commit', async () => {
    const orphan = await leaveBehind(home);
    const before = new pg.Client(orphan.url);
    before.on('error', () => {});
    await before.connect();
    await before.query('CREATE TABLE written (n int)');
    await before.query('BEGIN');
    await before.query('INSERT INTO written VALUES (1)');
    const late = before.query('SELECT pg_sleep(30)').catch((error: Error) => error.message);

    const server = await startPostgres({ home, settings });

    expect(server).toMatchObject({ isTakenOver: true, pid: orphan.pid });
    expect(await late).toMatch(/terminat/);
    expect(await ask(server.url, 'SELECT count(*)::int AS n FROM written')).toEqual({ n: 0 });
  });

  it('recovers when PostgreSQL itself was killed', async () => {
    const first = await startPostgres({ home });
    await ask(first.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
    process.kill(first.pid, 'SIGKILL');
    while (isRunning(first.pid)) await sleep(10);

    const second = await startPostgres({ home });

    expect(await ask(second.url, 'SELECT answer FROM kept')).toEqual({ answer: 42 });
  });

  it('says what is wrong when its data is damaged', async () => {
    const server = await startPostgres({ home, settings });
    await server.stop();
    rmSync(path.join(home, 'postgres', 'global'), { recursive: true });

    await expect(startPostgres({ home, settings })).rejects.toThrow(path.join(home, 'postgres'));
  });

  it.runIf(process.getuid?.() === 0)('runs for root even where nobody else may look', async () => {
    const closed = mkdtempSync(path.join(tmpdir(), 'tallystick-closed-'));
    chmodSync(closed, 0o700);
    const inner = path.join(closed, 'home');
    const server = await startPostgres({ home: inner, settings });
    const { dataFolder } = JSON.parse(readFileSync(path.join(inner, 'postgres.json'), 'utf8'));

    expect(await ask(server.url, 'SELECT 1 AS one')).toEqual({ one: 1 });
    expect(dataFolder).toMatch(/^\/var\/tmp\/tallystick-data-/);
    await server.stop();
    removePostgres(inner);
    expect(() => statSync(path.dirname(dataFolder))).toThrow('ENOENT');
    rmSync(closed, { recursive: true });
  });
});

describe('a scratch server', () => {
  it('whose process was killed is ended and removed by the next one', async () => {
    const orphan = await leaveBehind('scratch');

    const next = await startScratchPostgres();
    await next.stop();

    expect(isRunning(orphan.pid)).toBe(false);
    expect(isRunning(next.pid)).toBe(false);
  });
});

/** A process that starts the server and is killed before it can stop it. */
async function leaveBehind(at: string): Promise<Pick<Postgres, 'url' | 'pid'>> {
  const moduleUrl = new URL('../../../server/src/platform/postgres.ts', import.meta.url).href;
  const program = `import { startPostgres, startScratchPostgres } from ${JSON.stringify(moduleUrl)};
    const [home] = process.argv.slice(1);
    const { url, pid } = home === 'scratch' ? await startScratchPostgres() : await startPostgres({ home, settings: { fsync: 'off' } });
    console.log(JSON.stringify({ url, pid })); setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program, at], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [said] = await once(child.stdout, 'data');
  child.kill('SIGKILL');
  await once(child, 'exit');
  return JSON.parse(String(said)) as Pick<Postgres, 'url' | 'pid'>;
}
