/**
 * One process per home: two that write one log would both be right and both be lost.
 *
 * The lock is a file with the owner's process id and when that process began, so that a lock whose
 * owner is gone is taken over, even when its id has been given to another process since.
 */
import fs from 'node:fs';
import path from 'node:path';

/** The home is in use. */
export class HomeInUse extends Error {
  override readonly name = 'HomeInUse';
}

const own = new Set<string>();

/** Takes the lock; the returned function gives it back. Throws HomeInUse while its owner lives. */
export function lockHome(home: string): () => void {
  fs.mkdirSync(home, { recursive: true, mode: 0o700 });
  const file = path.join(fs.realpathSync(home), 'lock');
  const mine = `${process.pid} ${beganAt(process.pid)}\n`;
  for (let attempt = 0; attempt < 3; attempt += 1) {
    try {
      fs.writeFileSync(file, mine, { flag: 'wx', mode: 0o600 });
      own.add(file);
      return () => {
        own.delete(file);
        fs.rmSync(file, { force: true });
      };
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    }
    const owner = liveOwner(file);
    if (owner !== undefined) {
      throw new HomeInUse(`The chain in ${home} is already running, as process ${owner}.`);
    }
    fs.rmSync(file, { force: true });
  }
  throw new HomeInUse(`The chain in ${home} is being started by another process.`);
}

function liveOwner(file: string): number | undefined {
  let text: string;
  try {
    text = fs.readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
  const [id = '', began = ''] = text.trim().split(' ');
  const owner = Number(id);
  if (!Number.isInteger(owner) || owner <= 0) return undefined;
  if (owner === process.pid) return own.has(file) ? owner : undefined;
  try {
    process.kill(owner, 0);
  } catch (error) {
    const isForeign = error instanceof Error && 'code' in error && error.code === 'EPERM';
    if (!isForeign) return undefined;
  }
  return beganAt(owner) === began ? owner : undefined;
}

/** When a process began, in ticks since boot; '-' where the system does not tell. */
function beganAt(id: number): string {
  try {
    const stat = fs.readFileSync(`/proc/${id}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '-';
  } catch {
    return '-';
  }
}
