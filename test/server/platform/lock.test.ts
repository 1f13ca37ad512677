import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HomeInUse, lockHome } from '../../../server/src/platform/lock.ts';

let home: string;

beforeEach(() => {
  home = mkdtempSync(path.join(tmpdir(), 'tallystick-lock-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const moduleUrl = new URL('../../../server/src/platform/lock.ts', import.meta.url).href;
const holding = `import { lockHome } from ${JSON.stringify(moduleUrl)};
try { lockHome(process.argv[1]); console.log('held'); setInterval(() => {}, 1000); } catch (error) { console.log(error.name); }`;

function startHolder() {
  return spawn(process.execPath, ['--input-type=module', '-e', holding, home], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

describe('the lock of a home', () => {
  it('is refused a second time, naming the process that holds it', () => {
    lockHome(home);

    expect(() => lockHome(home)).toThrow(HomeInUse);
    expect(() => lockHome(home)).toThrow(`process ${process.pid}`);
  });

  it('can be taken again when it was released, and releasing twice is releasing once', () => {
    const lock = lockHome(home);
    lock.release();
    lock.release();

    lockHome(home).release();

    expect(readdirSync(home)).toEqual([]);
  });

  it('is taken over from a process that was killed', async () => {
    const holder = startHolder();
    const [said] = await once(holder.stdout, 'data');
    const whileAlive = () => lockHome(home);
    expect(String(said)).toBe('held\n');
    expect(whileAlive).toThrow(`process ${holder.pid}`);

    holder.kill('SIGKILL');
    await once(holder, 'exit');

    expect(() => lockHome(home)).not.toThrow();
  });

  it('is taken over when its process id now belongs to another process', () => {
    writeFileSync(path.join(home, 'lock'), JSON.stringify({ pid: process.pid, started: '1' }));

    expect(() => lockHome(home)).not.toThrow();
  });

  it('is taken over when its file is no lock at all', () => {
    writeFileSync(path.join(home, 'lock'), 'half wri');

    expect(() => lockHome(home)).not.toThrow();
  });

  it('goes to exactly one of many that start at once on a stale lock', async () => {
    writeFileSync(path.join(home, 'lock'), JSON.stringify({ pid: 2 ** 22 + 1, started: '1' }));

    const holders = Array.from({ length: 8 }, startHolder);
    const said = await Promise.all(holders.map(({ stdout }) => once(stdout, 'data').then(String)));
    for (const holder of holders) holder.kill('SIGKILL');

    expect(said.filter((each) => each === 'held\n')).toHaveLength(1);
  });
});
