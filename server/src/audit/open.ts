/**
 * Opens what an audit reads: the rows and the chain of a home, whether its server runs or not.
 *
 * A stopped home is locked and opened as a start would open it. Of a running one, the audit reads the
 * same database and a copy of the chain's files; the copy's validators speak to nobody.
 */
import { existsSync } from 'node:fs';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { allHandlers } from '../app.ts';
import type { Config } from '../config.ts';
import { demoSeed } from '../demo-world.ts';
import { chainHome, openFoundation } from '../foundation.ts';
import { openDatabase } from '../platform/database.ts';
import { HomeInUse, lockHome } from '../platform/lock.ts';
import { runningPostgres, startPostgres } from '../platform/postgres.ts';
import { homeMasterKey } from '../platform/seal.ts';
import { type AuditReport, replayAudit } from './replay.ts';

const headFile = path.join('store', 'head.json');
/** Files of a chain in the order in which a copy of a living one is whole: what refers, before what it refers to. */
const copyOrder = ['wal', 'genesis.json', headFile, ''];

export async function auditHome(
  config: Config,
  progress: (done: number) => void,
): Promise<AuditReport> {
  const closers: (() => Promise<void> | void)[] = [];
  try {
    const isRunning = lockOrRunning(config.home, closers);
    const url = config.databaseUrl ?? (await embeddedUrl(config, isRunning, closers));
    const database = openDatabase(url);
    closers.push(() => database.close());
    const home = isRunning ? await copyOf(config.home, closers) : config.home;
    const masterKey = config.masterKey ?? homeMasterKey(config.home);
    const foundation = await openFoundation({
      ...{ home, masterKey, nowMs: BigInt(Date.now()) },
      facts: demoSeed('1970-01-01').facts,
      engine: config.chainEngine,
      isAlone: true,
    });
    closers.push(() => foundation.chain.stop());
    return await replayAudit({
      pool: database.pool,
      chain: foundation.chain,
      handlers: allHandlers(),
      genesis: foundation.genesis,
      progress,
      chainMayLag: isRunning,
    });
  } finally {
    for (const close of closers.reverse()) await close();
  }
}

/** The home's own PostgreSQL: that of the running server, which notices nothing, or started for the audit. */
async function embeddedUrl(
  config: Config,
  isRunning: boolean,
  closers: (() => Promise<void> | void)[],
): Promise<string> {
  if (isRunning) return runningPostgres(config.home);
  const postgres = await startPostgres(config);
  closers.push(() => postgres.stop());
  return postgres.url;
}

/** True when a server runs on the home; else the home is ours until closed. */
function lockOrRunning(home: string, closers: (() => Promise<void> | void)[]): boolean {
  try {
    const lock = lockHome(home);
    closers.push(() => lock.release());
    return false;
  } catch (error) {
    if (error instanceof HomeInUse) return true;
    throw error;
  }
}

async function copyOf(home: string, closers: (() => Promise<void> | void)[]): Promise<string> {
  const copy = await mkdtemp(path.join(tmpdir(), 'tallystick-audit-'));
  closers.push(() => rm(copy, { recursive: true, force: true }));
  const filter = (file: string) => path.basename(file) !== 'lock';
  for (const name of ['founded.json', 'keys']) {
    await cp(path.join(home, name), path.join(copy, name), { recursive: true });
  }
  // A young chain has no head yet: all of it is in its write-ahead log. A head that appears while the
  // rest is copied says more than the copy holds, and stays behind.
  const hasHead = existsSync(path.join(chainHome(home), headFile));
  for (const name of copyOrder) {
    if (name === headFile && !hasHead) continue;
    await cp(path.join(chainHome(home), name), path.join(chainHome(copy), name), {
      ...{ recursive: true, force: false, errorOnExist: false },
      filter: (file) => filter(file) && (hasHead || !file.endsWith(headFile)),
    });
  }
  return copy;
}
