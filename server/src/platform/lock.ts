/**
 * One server per home: a lock file that names the process which holds it.
 *
 * The file is made by linking a finished one into place, so that it is never seen half written.
 * A lock whose process is gone is taken over; a process is known by its id and, where the system
 * tells, by the moment it started, so that a reused id does not keep a dead lock alive.
 */
import { randomUUID } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

export type HomeLock = { readonly file: string; release(): void };

type Holder = { readonly pid: number; readonly started: string };

/** How often a lock that vanished meanwhile is tried again. */
const attemptsMax = 5;

export class HomeInUse extends Error {
  override readonly name = 'HomeInUse';
  readonly pid: number;

  constructor(home: string, pid: number) {
    super(
      `${home} is in use by process ${pid}. Stop that process, or choose another directory with TALLYSTICK_HOME.`,
    );
    this.pid = pid;
  }
}

/**
 * Takes the lock of `home`, which is made when it is missing.
 * Throws `HomeInUse` when a living process holds it, this one included.
 */
export function lockHome(home: string): HomeLock {
  const file = path.join(home, 'lock');
  const mine = JSON.stringify({ pid: process.pid, started: startOf(process.pid) } satisfies Holder);
  mkdirSync(home, { recursive: true, mode: 0o700 });
  for (let attempt = 0; attempt < attemptsMax; attempt++) {
    if (place(file, mine)) return { file, release: () => removeIfEqual(file, mine) };
    const seen = readOrNull(file);
    if (seen === null) continue;
    const holder = parseHolder(seen);
    if (holder !== null && isAlive(holder)) throw new HomeInUse(home, holder.pid);
    removeIfEqual(file, seen);
  }
  throw new Error(`${file} is contended; try again.`);
}

/** Links a finished file into place; false when there is one already. */
function place(file: string, content: string): boolean {
  const draft = `${file}.${randomUUID()}`;
  writeFileSync(draft, content, { mode: 0o600 });
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    if (isCode(error, 'EEXIST')) return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Removes the lock only when it is still the one that was judged; another's fresh lock is put back. */
function removeIfEqual(file: string, expected: string): void {
  const aside = `${file}.${randomUUID()}`;
  try {
    renameSync(file, aside);
  } catch (error) {
    if (isCode(error, 'ENOENT')) return;
    throw error;
  }
  const moved = readFileSync(aside, 'utf8');
  if (moved !== expected) place(file, moved);
  rmSync(aside, { force: true });
}

function parseHolder(text: string): Holder | null {
  try {
    const { pid, started } = JSON.parse(text) as Partial<Holder>;
    return typeof pid === 'number' && typeof started === 'string' ? { pid, started } : null;
  } catch {
    return null;
  }
}

function isAlive({ pid, started }: Holder): boolean {
  return isRunning(pid) && startOf(pid) === started;
}

/**
 * True when a process with that id exists and can still do something, whoever owns it. One that has
 * ended and that no parent has asked for yet (a zombie, usual in containers) does not count.
 */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (!isCode(error, 'EPERM')) return false;
  }
  return !['Z', 'X'].includes(processFacts(pid)[0] ?? '');
}

/** When the process started, in the kernel's ticks since boot; empty where the system does not tell. */
function startOf(pid: number): string {
  return processFacts(pid)[19] ?? '';
}

/** What Linux says of a process after its name (proc_pid_stat, from field 3 on); nothing elsewhere. */
function processFacts(pid: number): readonly string[] {
  const stat = readOrNull(`/proc/${pid}/stat`);
  return stat === null ? [] : stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

function readOrNull(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
