/**
 * Opens what lies in a home: the store, the log, and what both say together.
 *
 * The log is read before the state is restored, so that nothing that was durable is overlooked. Nothing
 * is signed here and nothing is sent.
 */
import path from 'node:path';
import { blockDigest } from '../core/codec.ts';
import { defaultTiming, type Timing } from '../core/params.ts';
import type { EngineOptions } from './engine.ts';
import type { FileSystem } from './files.ts';
import type { Genesis } from './genesis.ts';
import { blocksBeyond, contextOf, readJournal, restoreState } from './recovery.ts';
import { openStore } from './store.ts';
import { openWal, type Wal } from './wal.ts';

export type Opened = Pick<
  EngineOptions,
  | 'files'
  | 'home'
  | 'storeFolder'
  | 'genesis'
  | 'context'
  | 'digestOf'
  | 'store'
  | 'wal'
  | 'journal'
  | 'base'
  | 'beyond'
  | 'timing'
> & {
  /** Gives the files back where nothing was started with them. */
  readonly close: () => void;
};

/** Δ is at least this long, and this many syncs. */
const deltaMsMin = 40;
const deltaSyncs = 20;

export async function openHome(
  files: FileSystem,
  home: string,
  genesis: Genesis,
  timing: Partial<Timing> = {},
  onDamage?: () => Promise<void>,
): Promise<Opened> {
  const digestOf = blockDigest(genesis.chainId);
  const context = contextOf(genesis);
  const storeFolder = path.join(home, 'store');
  const validatorCount = genesis.validators.length;
  const store = openStore({ files, folder: storeFolder, validatorCount, digestOf });
  const { wal, records } = await openWal(files, path.join(home, 'wal'), onDamage);
  const journal = readJournal(records, digestOf);
  const base = restoreState(files, storeFolder, store, genesis, context);
  const beyond = blocksBeyond(journal, base.standing.height, base.digest);
  const syncMs = await measureSync(wal);
  const deltaMs = Math.max(deltaMsMin, Math.ceil(syncMs * deltaSyncs));
  return {
    ...{ files, home, storeFolder, genesis, context, digestOf, store, wal, journal, base, beyond },
    timing: { ...defaultTiming, deltaMs, ...timing },
    close: () => {
      wal.close();
      store.close();
    },
  };
}

/** The median of a few empty commits, in milliseconds. */
async function measureSync(wal: Wal): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < 5; round += 1) {
    const began = performance.now();
    await wal.append([]);
    times.push(performance.now() - began);
  }
  return times.sort((a, b) => a - b)[2] ?? 0;
}
