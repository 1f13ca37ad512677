/**
 * The server's process: read the configuration, start the world, say where it is, stop cleanly.
 *
 *   npm start -- [--fresh] [--port N] [--no-web]
 *   npm start -- --network-line       prints this server's line for the genesis of a network, and ends
 *
 * Ctrl-C stops it; a second Ctrl-C ends the process at once, which loses nothing either.
 */
import path from 'node:path';
import { parseArgs } from 'node:util';
import { type Config, ConfigInvalid, readConfig } from './config.ts';
import { demoSeed } from './demo-world.ts';
import { networkLine } from './foundation.ts';
import { dateIn } from './kernel/zone.ts';
import { HomeInUse, lockHome } from './platform/lock.ts';
import { openLog } from './platform/log.ts';
import { homeMasterKey } from './platform/seal.ts';
import { webFolder } from './platform/web-build.ts';
import { clearHome, type DemoLogin, type Seed, startWorld, type World } from './world.ts';

type Arguments = {
  readonly fresh: boolean;
  readonly port: string | null;
  readonly web: boolean;
  readonly line: boolean;
};

/** A clean stop that takes longer is not waited for. */
const stopMsMax = 15_000;

async function main(given: readonly string[]): Promise<void> {
  const startedMs = performance.now();
  const { fresh, port, web, line } = readArguments(given);
  const config = readConfig(port === null ? process.env : { ...process.env, PORT: port });
  if (fresh) await clearHome(config);

  const { zone } = config;
  const clock = config.mode === 'production' ? 'REAL' : 'MOVABLE';
  const seed = demoSeed(dateIn(BigInt(Date.now()), zone), { zone, clock });
  if (line) {
    console.log(await lineOf(config, seed));
    return;
  }
  const file = config.mode === 'demo' ? path.join(config.home, 'server.log') : null;
  const log = openLog({ level: config.logLevel, file });
  let world: World | null = null;
  const stop = async (code: number) => {
    setTimeout(() => process.exit(code || 1), stopMsMax).unref();
    await world?.stop();
    process.exit(code);
  };
  const failed = (error: unknown) => {
    log.fatal({ err: error }, 'the server cannot go on');
    console.error(error);
    void stop(1);
  };
  process.on('uncaughtException', failed);

  const page = web ? webFolder() : Promise.resolve(null);
  // A failed build is met where the world waits for it, so that what has started is stopped first.
  page.catch(() => undefined);
  world = await startWorld({ config, seed, log, webFolder: page, failed });
  stopOnSignals(() => stop(0));
  announce(world, config, Math.round(performance.now() - startedMs));
}

function readArguments(given: readonly string[]): Arguments {
  const { values } = parseArgs({
    args: [...given],
    options: {
      fresh: { type: 'boolean', default: false },
      port: { type: 'string' },
      'no-web': { type: 'boolean', default: false },
      'network-line': { type: 'boolean', default: false },
    },
  });
  const { fresh, port = null, 'network-line': line } = values;
  return { fresh, port, web: !values['no-web'], line };
}

/** Nothing of a network can be made while a server has the home. */
async function lineOf({ home, masterKey }: Config, { facts }: Seed): Promise<string> {
  const lock = lockHome(home);
  try {
    const nowMs = BigInt(Date.now());
    return await networkLine({ home, masterKey: masterKey ?? homeMasterKey(home), facts, nowMs });
  } finally {
    lock.release();
  }
}

function stopOnSignals(stop: () => Promise<void>): void {
  let isStopping = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.on(signal, () => {
      if (isStopping) process.exit(1);
      isStopping = true;
      console.log('\nStopping …');
      void stop();
    });
}

function announce({ url, logins, isNew }: World, { home }: Config, tookMs: number): void {
  console.log(`\nTallystick is ready at ${url} after ${(tookMs / 1000).toFixed(1)} s.\n`);
  if (logins.length > 0) console.log(`${loginTable(logins)}\n`);
  const kept = isNew ? 'A new world; it is kept' : 'The world of the last start; it is kept';
  console.log(`${kept} in ${home}. Start over with --fresh. Stop with Ctrl-C.`);
}

function loginTable(logins: readonly DemoLogin[]): string {
  const rows = [
    ['Login', 'Password', 'Who'],
    ...logins.map(({ login, password, name, what }) => [login, password, `${name} (${what})`]),
  ];
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '))
    .map((line) => `  ${line}`)
    .join('\n');
}

/** What the person at the terminal can mend is said in a line; anything else is shown whole. */
function explain(error: unknown): string {
  if (error instanceof ConfigInvalid || error instanceof HomeInUse) return error.message;
  if (error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS'))
    return `${error.message}\nUsage: npm start -- [--fresh] [--port N] [--no-web] [--network-line]`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(explain(error));
  process.exit(1);
});
