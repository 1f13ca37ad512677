/**
 * The server as a process that can be killed: `npm start` without the web page, on a home and a port
 * that stay the same. Its compiled code is kept aside, so that a start costs less than a second.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../../../server/src/main.ts', import.meta.url));
const auditor = fileURLToPath(new URL('../../../server/src/audit/cli.ts', import.meta.url));
const root = fileURLToPath(new URL('../../..', import.meta.url));
const saidMax = 20_000;

export type Place = { readonly home: string; readonly port: number; readonly cache: string };

export type Server = {
  readonly url: string;
  readonly startedMs: number;
  /** True when it serves, false when it ended before. */
  readonly ready: Promise<boolean>;
  /** The exit code or the signal. */
  readonly ended: Promise<number | NodeJS.Signals>;
  kill(): void;
  stop(): void;
  /** What it printed. */
  readonly said: () => string;
};

export function startServer(place: Place): Server {
  const child = node(place, [main, '--no-web', '--port', String(place.port)]);
  let said = '';
  let isReady: (ready: boolean) => void = () => {};
  const ready = new Promise<boolean>((resolve) => {
    isReady = resolve;
  });
  const hear = (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-saidMax);
    if (said.includes('Tallystick is ready')) isReady(true);
  };
  child.stdout?.on('data', hear);
  child.stderr?.on('data', hear);
  const ended = once(child, 'close').then(([code, signal]) => {
    isReady(false);
    return (code ?? signal) as number | NodeJS.Signals;
  });
  return {
    url: `http://127.0.0.1:${place.port}`,
    startedMs: performance.now(),
    ready,
    ended,
    kill: () => child.kill('SIGKILL'),
    stop: () => child.kill('SIGTERM'),
    said: () => said,
  };
}

/** `npm run audit`, in a process of its own; on a running home or a dead one. */
export async function audit(
  place: Place,
): Promise<{ readonly code: number; readonly said: string }> {
  const child = node(place, [auditor]);
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-saidMax);
    });
  }
  const [code] = await once(child, 'close');
  return { code: Number(code), said: said.trim() };
}

function node({ home, cache }: Place, args: readonly string[]): ChildProcess {
  return spawn(process.execPath, [...args], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env.PATH,
      ...{ TALLYSTICK_HOME: home, NODE_COMPILE_CACHE: cache, LOG_LEVEL: 'warn' },
      TALLYSTICK_REQUESTS_PER_MINUTE: '900000000',
    },
  });
}

/** The embedded PostgreSQL of a home; null where none has noted itself. */
export function postgresOf(
  home: string,
  user = 'tallystick',
): { readonly pid: number; readonly port: number; readonly url: string } | null {
  const identity = path.join(home, 'postgres.json');
  if (!existsSync(identity)) return null;
  const { password, dataFolder } = JSON.parse(readFileSync(identity, 'utf8')) as {
    readonly password: string;
    readonly dataFolder: string;
  };
  const file = path.join(path.resolve(home, dataFolder), 'postmaster.pid');
  if (!existsSync(file)) return null;
  const lines = readFileSync(file, 'utf8').split('\n');
  const [pid, port] = [Number(lines[0]), Number(lines[3])];
  const url = `postgresql://${user}:${password}@127.0.0.1:${port}/tallystick`;
  return { pid, port, url };
}

/** A port that nobody listens on, below those that the system gives to outgoing connections. */
export async function quietPort(from: number): Promise<number> {
  for (let port = from; port < 32_000; port += 1) {
    const isTaken = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1');
      socket.once('connect', () => {
        socket.destroy();
        resolve(true);
      });
      socket.once('error', () => resolve(false));
    });
    if (!isTaken) return port;
  }
  throw new Error('no port is free');
}
