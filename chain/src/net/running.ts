/**
 * Runs what lies in a home: a validator as a process of its own, or a follower inside a server.
 *
 * A validator notes on disk that it is unsure before it cuts a damaged end off its log, or when a peer shows it a
 * vote that it does not know, and takes the note away when it may vote: so a process that dies in between does
 * not forget that it may have forgotten (P7). The owner leaves the same note after restoring a backup.
 */
import path from 'node:path';
import type { ChainClient } from '../client.ts';
import type { Evidence } from '../core/equivocation.ts';
import type { Message } from '../core/message.ts';
import type { Timing } from '../core/params.ts';
import { equalBytes, utf8 } from '../crypto/digest.ts';
import { diskFiles, type FileSystem, readWhole, replaceFile } from '../shell/files.ts';
import { lockHome } from '../shell/lock.ts';
import { openHome } from '../shell/opening.ts';
import { type Place, readPlace } from './home.ts';
import { type Member, startMember } from './member.ts';
import { encodeNetwork, NetworkFault, networkPath } from './network-file.ts';
import { emptyTray } from './tray.ts';

export type RunningOptions = {
  readonly home: string;
  /** Milliseconds since 1970. */
  readonly now?: () => bigint;
  readonly timing?: Partial<Timing>;
  /** The write-ahead log is cut short when it is larger than this. */
  readonly walBytesMax?: number;
  readonly onEvidence?: (evidence: Evidence) => void;
  /** The disk failed or an invariant broke: nothing may run on. By default the process ends. */
  readonly onFatal?: (error: Error) => void;
  /** Hears, in words, who comes and goes. */
  readonly note?: (text: string) => void;
  /** Sees every message of a peer whose signatures are genuine. */
  readonly onHeard?: (from: string, message: Message) => void;
};

/** Half of what the embedded engine keeps, which four validators share. */
const walBytesDefault = 4 * 1024 * 1024;

/** How often the home is looked at for what its owner laid there, in ms. */
const attendMs = 250;

/** Δ of a network, in ms: hosts are not as near as the parts of one process. */
const deltaMsMin = 100;

/** Starts the validator whose home it is. Throws HomeInUse while another process has it. */
export function startValidator(options: RunningOptions): Promise<Member> {
  return start(options, 'validator', null, false);
}

/**
 * Starts the follower whose home it is, and answers its client. What it shows was finalized and cosigned by
 * a quorum, and it has checked every signature and executed every block itself: it trusts no validator.
 * Throws ChainBehind where its own store lacks what the caller knows to be final.
 */
export async function startNetworkChain(
  options: RunningOptions & {
    readonly expect?: { readonly height: bigint; readonly root: Uint8Array };
    /** Speak to nobody: what is here already is enough. */
    readonly isAlone?: boolean;
  },
): Promise<ChainClient> {
  const { expect: expected = null, isAlone = false } = options;
  const member = await start(options, 'follower', expected, isAlone);
  return { ...member.engine, stop: member.stop };
}

async function start(
  options: RunningOptions,
  role: 'validator' | 'follower',
  expected: { readonly height: bigint; readonly root: Uint8Array } | null,
  isAlone: boolean,
): Promise<Member> {
  const { home } = options;
  const files = diskFiles;
  const unlock = lockHome(home);
  try {
    const place = readPlace(files, home);
    if (place.self.role !== role)
      throw new NetworkFault(`${home} is the home of a ${place.self.role}`);
    const opened = await openHome(
      files,
      home,
      place.genesis,
      { deltaMs: deltaMsMin, ...options.timing },
      role === 'validator' ? () => beUnsure(files, home) : undefined,
    );
    const isForgetful = role === 'validator' && files.exists(notePath(home));
    let isNoted: Promise<void> | null = isForgetful ? Promise.resolve() : null;
    const member = await startMember({
      ...place,
      opened,
      isForgetful,
      onForgetful: () => {
        isNoted ??= beUnsure(files, home);
      },
      now: options.now ?? (() => BigInt(Date.now())),
      walBytesMax: options.walBytesMax ?? walBytesDefault,
      expected,
      onEvidence: options.onEvidence ?? (() => undefined),
      onFatal: options.onFatal ?? crash,
      isAlone,
      note: options.note ?? (() => undefined),
      onHeard: options.onHeard ?? (() => undefined),
    }).catch((error: unknown) => {
      opened.close();
      throw error;
    });
    void member.voting.then(() => isNoted?.then(() => beSure(files, home)));
    const leave = attend(home, place, member, options.note ?? (() => undefined));
    return {
      ...member,
      stop: async () => {
        leave();
        await member.stop();
        unlock();
      },
    };
  } catch (error) {
    unlock();
    throw error;
  }
}

/**
 * Looks after what the owner changes in the home while the process runs: acts in its tray, and who is named by
 * the network file. A network file that cannot be used is said so, and the one before holds.
 */
function attend(
  home: string,
  { network, self }: Place,
  member: Member,
  note: (text: string) => void,
): () => void {
  let known = encodeNetwork(network);
  let saidOf: Uint8Array | undefined;
  const readAgain = (): void => {
    const bytes = readWhole(diskFiles, networkPath(home));
    const isNew = bytes !== undefined && !equalBytes(bytes, known);
    if (!isNew || (saidOf !== undefined && equalBytes(bytes, saidOf))) return;
    saidOf = bytes;
    try {
      const { network: next, self: me } = readPlace(diskFiles, home);
      if (me.name !== self.name)
        throw new NetworkFault(`network.json calls ${self.name} ${me.name}`);
      known = bytes;
      member.meet(next);
      note('network.json has changed: who is named there is spoken to');
    } catch (error) {
      note(error instanceof Error ? error.message : String(error));
    }
  };
  let isBusy = false;
  const timer = setInterval(() => {
    readAgain();
    if (isBusy) return;
    isBusy = true;
    emptyTray(home, member.engine.submit)
      .catch((error: unknown) => note(`the tray: ${String(error)}`))
      .finally(() => {
        isBusy = false;
      });
  }, attendMs);
  return () => clearInterval(timer);
}

/** Nothing may run on after a disk that failed: the error goes to the top of the process. */
function crash(error: Error): void {
  setImmediate(() => {
    throw error;
  });
}

function notePath(home: string): string {
  return path.join(home, 'unsure');
}

/** Leaves the note that votes may be forgotten. */
export function beUnsure(files: FileSystem, home: string): Promise<void> {
  return replaceFile(files, notePath(home), utf8('votes may be forgotten\n'));
}

async function beSure(files: FileSystem, home: string): Promise<void> {
  files.unlink(notePath(home));
  await files.dirsync(home);
}
