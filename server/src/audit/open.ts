/**
 * Opens what an audit reads: the rows and the chain of a home, whether its server runs or not.
 *
 * A stopped home is locked and opened as a start would open it. Of a running one, the audit reads the
 * same database and a copy of the chain's files; the copy's validators speak to nobody.
 */
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { allHandlers } from '../app.ts';
import type { Config } from '../config.ts';
import { demoSeed } from '../demo-world.ts';
import { chainHome, openFoundation } from '../foundation.ts';
import { openDatabase } from '../platform/database.ts';
import { HomeInUse, lockHome } from '../platform/lock.ts';
import { startPostgres } from '../platform/postgres.ts';
import { homeMasterKey } from '../platform/seal.ts';
import { type AuditReport, replayAudit } from './replay.ts';

/** Files of a chain in the order in which a copy of a living one is whole: what refers, before what it refers to. */
const copyOrder = ['wal', 'genesis.json', path.join('store', 'head.json'), ''];

export async function auditHome(
  config: Config,
  progress: (done: number) => void,
): Promise<AuditReport> {
  const closers: (() => Promise<void> | void)[] = [];
  try {
    const isRunning = lockOrRunning(config.home, closers);
    const postgres = config.databaseUrl === null ? await startPostgres(config) : null;
    if (postgres !== null && !isRunning) closers.push(() => postgres.stop());
    const database = openDatabase(config.databaseUrl ?? postgres?.url ?? '');
    closers.push(() => database.close());
    const home = isRunning ? await copyOf(config.home, closers) : config.home;
    const masterKey = config.masterKey ?? homeMasterKey(config.home);
    const foundation = await openFoundation({
      ...{ home, masterKey, nowMs: BigInt(Date.now()) },
      facts: demoSeed('1970-01-01').facts,
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
  for (const name of copyOrder) {
    await cp(path.join(chainHome(home), name), path.join(chainHome(copy), name), {
      ...{ recursive: true, filter, force: false, errorOnExist: false },
    });
  }
  return copy;
}
