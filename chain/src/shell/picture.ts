/**
 * A picture of a home as it is on disk now: everything can be read, nothing is changed.
 *
 * Files are opened for reading only. What recovery would write (a cut tail, the blocks that the log has
 * beyond the store) is kept in memory, so a picture may be taken beside the process whose home it is: no
 * lock is taken, no file is created, and the owner notices nothing. It shows what was durable at that
 * moment; what the owner writes later is not in it.
 */
import fs from 'node:fs';
import type { Standing } from '../core/block.ts';
import { makeMempool } from '../core/mempool.ts';
import { makeApplication } from './application.ts';
import { type Epochs, makeEpochs } from './epochs.ts';
import { makeEvidencePool } from './evidence-pool.ts';
import type { FileSystem, OpenFile } from './files.ts';
import { type Genesis, GenesisFault, readGenesis } from './genesis.ts';
import { decodeEntry, type JournalEntry } from './journal.ts';
import { makeLedger } from './ledger.ts';
import { openHome } from './opening.ts';
import { trailOf } from './recovery.ts';
import type { Store } from './store.ts';

/** A chain as a start would find it, and the records of its write-ahead log. */
export type Picture = {
  readonly genesis: Genesis;
  readonly store: Store;
  readonly epochs: Epochs;
  /** The state after the last final block. */
  readonly standing: Standing;
  readonly records: readonly { readonly entry: JournalEntry; readonly bytes: number }[];
  readonly close: () => void;
};

/** The owner may shorten its log while we read: then what we hold does not fit together, and we look again. */
const attemptsMax = 5;

/** Throws a GenesisFault where no chain is, and what a start would throw where it is damaged. */
export async function takePicture(home: string): Promise<Picture> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await look(home);
    } catch (error) {
      if (attempt === attemptsMax || error instanceof GenesisFault) throw error;
    }
  }
}

async function look(home: string): Promise<Picture> {
  const files = untouchedFiles();
  const genesis = readGenesis(files, home);
  if (genesis === undefined) throw new GenesisFault(`there is no chain in ${home}`);
  const opened = await openHome(files, home, genesis);
  const { store, wal, journal, base, beyond, context, digestOf } = opened;
  const now = (): bigint => BigInt(Date.now());
  const application = makeApplication({
    ...{ context, mempool: makeMempool(), now, ...base },
    evidence: makeEvidencePool(context, now).waiting,
  });
  const epochs = makeEpochs(genesis, store);
  const ledger = makeLedger({ genesis, logKeys: () => null, store, application, epochs });
  const tips = journal.finalizations();
  for (const block of beyond) {
    const tip = tips.get(block.digest);
    const trail = tip === undefined ? [] : trailOf(journal, tip);
    ledger.commit(block, tip?.finalization ?? null, trail);
  }
  for (const each of journal.cosigned()) ledger.putCosignature(each);
  return {
    ...{ genesis, store, epochs, standing: application.standing(), close: opened.close },
    records: wal.records().map((record) => ({
      entry: decodeEntry(record, digestOf),
      bytes: record.payload.length,
    })),
  };
}

/** What was written over a file, page by page; the same for everyone who opens it. */
type Overlay = {
  readonly pages: Map<number, Uint8Array>;
  /** Octets of the disk's own that still count. */
  kept: number;
  length: number;
};

const pageBytes = 4096;

/** The disk for reading, and memory for whatever is written. */
function untouchedFiles(): FileSystem {
  const overlays = new Map<string, Overlay>();
  return {
    open: (file) => {
      const onDisk = fs.existsSync(file) ? fs.openSync(file, 'r') : null;
      const length = onDisk === null ? 0 : fs.fstatSync(onDisk).size;
      const overlay = overlays.get(file) ?? { pages: new Map(), kept: length, length };
      overlays.set(file, overlay);
      return overlaid(onDisk, overlay);
    },
    exists: (file) => overlays.has(file) || fs.existsSync(file),
    rename: (from, to) => {
      overlays.set(to, overlays.get(from) ?? nothing());
      overlays.set(from, nothing());
    },
    unlink: (file) => {
      overlays.set(file, nothing());
    },
    list: (folder) => (fs.existsSync(folder) ? fs.readdirSync(folder) : []),
    makeFolder: () => undefined,
    dirsync: async () => undefined,
  };
}

function overlaid(onDisk: number | null, overlay: Overlay): OpenFile {
  const { pages } = overlay;
  const readDisk = (into: Uint8Array, position: number): void => {
    const wanted = Math.min(into.length, overlay.kept - position);
    let done = 0;
    while (onDisk !== null && done < wanted) {
      const count = fs.readSync(onDisk, into, done, wanted - done, position + done);
      if (count === 0) break;
      done += count;
    }
  };
  const pageOf = (number: number): Uint8Array => {
    const known = pages.get(number);
    if (known !== undefined) return known;
    const made = new Uint8Array(pageBytes);
    readDisk(made, number * pageBytes);
    pages.set(number, made);
    return made;
  };
  /** Each stretch of a range that lies in one page. */
  const stretches = function* (position: number, length: number) {
    for (let done = 0; done < length; ) {
      const at = position + done;
      const offset = at % pageBytes;
      const count = Math.min(pageBytes - offset, length - done);
      yield { number: Math.floor(at / pageBytes), offset, done, count };
      done += count;
    }
  };
  return {
    write: (bytes, position) => {
      for (const { number, offset, done, count } of stretches(position, bytes.length)) {
        pageOf(number).set(bytes.subarray(done, done + count), offset);
      }
      overlay.length = Math.max(overlay.length, position + bytes.length);
    },
    read: (position, length) => {
      const bytes = new Uint8Array(Math.max(0, Math.min(length, overlay.length - position)));
      readDisk(bytes, position);
      if (pages.size === 0) return bytes;
      for (const { number, offset, done, count } of stretches(position, bytes.length)) {
        const page = pages.get(number);
        if (page !== undefined) bytes.set(page.subarray(offset, offset + count), done);
      }
      return bytes;
    },
    datasync: async () => undefined,
    size: () => overlay.length,
    truncate: (length) => {
      if (length < overlay.length) {
        for (const number of pages.keys()) if (number * pageBytes >= length) pages.delete(number);
        pages.get(Math.floor(length / pageBytes))?.fill(0, length % pageBytes);
      }
      overlay.kept = Math.min(overlay.kept, length);
      overlay.length = length;
    },
    close: () => {
      if (onDisk !== null) fs.closeSync(onDisk);
    },
  };
}

/** A file that is empty here, whatever the disk holds. */
function nothing(): Overlay {
  return { pages: new Map(), kept: 0, length: 0 };
}
