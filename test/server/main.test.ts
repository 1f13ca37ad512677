/** `npm start` as a person meets it: the program itself, its words and its exit codes. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseAnchor, verifyFile } from '../../chain/src/verify.ts';
import { readConfig } from '../../server/src/config.ts';
import { signedInClient } from '../../server/src/demo/client.ts';
import { clearHome } from '../../server/src/world.ts';

const main = fileURLToPath(new URL('../../server/src/main.ts', import.meta.url));
const password = 'tallystick';

let folder: string;
let home: string;
let children: ChildProcess[];

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'tallystick-start-'));
  home = path.join(folder, 'home');
  children = [];
});
afterEach(async () => {
  for (const child of children) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGKILL');
    await once(child, 'close');
  }
  await clearHome(readConfig({ TALLYSTICK_HOME: home }));
  rmSync(folder, { recursive: true, force: true });
});

type Start = {
  readonly child: ChildProcess;
  readonly url: string;
  readonly said: () => string;
  /** The exit code. */
  readonly ended: Promise<number | null>;
};

/** Resolves when it is ready or has ended; the address is empty then. */
async function start(...args: readonly string[]): Promise<Start> {
  const child = spawn(process.execPath, [main, '--no-web', '--port', '0', ...args], {
    env: { PATH: process.env.PATH, TALLYSTICK_HOME: home, LOG_LEVEL: 'warn' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  let said = '';
  const ended = once(child, 'close').then(([code]) => code as number | null);
  const url = await new Promise<string>((resolve) => {
    const hear = (chunk: Buffer) => {
      said += chunk.toString();
      const address = /is ready at (\S+)/.exec(said)?.[1];
      if (address !== undefined && said.includes('Stop with Ctrl-C')) resolve(address);
    };
    child.stdout?.on('data', hear);
    child.stderr?.on('data', hear);
    void ended.then(() => resolve(''));
  });
  return { child, url, ended, said: () => said };
}

async function stopped({ child, ended }: Start): Promise<number | null> {
  child.kill('SIGINT');
  return ended;
}

/** What a browser gets at an address. */
async function page(url: string): Promise<{ readonly status: number; readonly text: string }> {
  const answer = await fetch(url, { headers: { accept: 'text/html' } });
  return { status: answer.status, text: await answer.text() };
}

type Anchor = { readonly chainId: string };

function chainIdOf(): string {
  const anchor = JSON.parse(readFileSync(path.join(home, 'anchor.json'), 'utf8')) as Anchor;
  return anchor.chainId;
}

describe('npm start', { timeout: 240_000 }, () => {
  it('prints address, logins and time; stops on Ctrl-C; and keeps everything for the next start', async () => {
    const first = await start();
    const said = first.said();
    const chainId = chainIdOf();
    const clerk = await signedInClient(first.url, 'clerk', password);
    const { viewer } = await clerk.query<{ viewer: object }>(
      '{ viewer { person { name } party { name } } }',
    );
    const proof = await page(`${first.url}/log/proof/0`);
    const nothing = await page(`${first.url}/tile/none`);
    const code = await stopped(first);

    // The log is there for everyone, and where it has nothing no page comes in its place.
    const anchor = parseAnchor(readFileSync(path.join(home, 'anchor.json'), 'utf8'));
    expect(verifyFile(proof.text, anchor)).toMatchObject({ ok: true, proven: { index: 0n } });
    expect(nothing.status).toBe(404);
    expect(said).toMatch(/Tallystick is ready at http:\/\/127\.0\.0\.1:\d+ after \d+\.\d s\./);
    for (const login of ['clerk', 'approver', 'treasurer', 'bank-a-analyst', 'auditor', 'governor'])
      expect(said).toContain(`  ${login} `);
    expect(said).toContain('A new world');
    expect(viewer).toEqual({ person: { name: 'Clara Chen' }, party: { name: 'Aurora Motors' } });
    expect(code).toBe(0);
    expect(existsSync(path.join(home, 'lock'))).toBe(false);

    const second = await start();
    const again = await signedInClient(second.url, 'clerk', password);
    expect(second.said()).toContain('The world of the last start');
    expect(await again.query('{ viewer { person { name } party { name } } }')).toEqual({ viewer });
    expect(chainIdOf()).toBe(chainId);
    expect(await stopped(second)).toBe(0);
  });

  it('is refused on a home that is in use, in one line, and the first goes on', async () => {
    const first = await start();

    const second = await start();
    const code = await second.ended;

    expect(second.url).toBe('');
    expect(code).toBe(1);
    expect(second.said().trim()).toBe(
      `${home} is in use by process ${first.child.pid}. Stop that process, or choose another directory with TALLYSTICK_HOME.`,
    );
    const fresh = await start('--fresh');
    expect(await fresh.ended).toBe(1);
    expect(fresh.said()).toContain('in use by process');
    expect((await fetch(`${first.url}/healthz`)).status).toBe(200);
  });

  it('starts over with --fresh, also after a kill', async () => {
    const first = await start();
    const chainId = chainIdOf();
    first.child.kill('SIGKILL');
    await first.ended;

    const second = await start('--fresh');

    expect(second.said()).toContain('A new world');
    expect(chainIdOf()).not.toBe(chainId);
    expect(await stopped(second)).toBe(0);
  });

  it('says how it is called when it is called wrongly', async () => {
    const wrong = await start('--colour');

    expect(await wrong.ended).toBe(1);
    expect(wrong.said()).toContain('Usage: npm start -- [--fresh] [--port N] [--no-web]');
    expect(existsSync(home)).toBe(false);
  });
});
