/**
 * The write-ahead log: what a validator may not forget, made durable in batches.
 *
 *   record = length u32 ‖ seq u64 ‖ type u8 ‖ payload ‖ CRC32C u32        (big endian)
 *   batch  = records, then a commit record over them: first seq u64 ‖ count u32 ‖ CRC32C u32
 *
 * `append` resolves when its batch is on the device. One log serves all validators of a process,
 * so a turn of the loop costs one sync. After a crash a damaged last batch is dropped, because
 * nothing was sent that depended on it; damage with a whole batch behind it is a hole in what was
 * promised, and the log refuses to open. After a failed write or sync nothing is known of the disk
 * any more: the log stays failed, and its owner must stop.
 *
 * A log is one segment. `rotate` starts the next one with all that is still needed as its first
 * batch and removes the old one only when the new one is durable.
 */
import path from 'node:path';
import { crc32c, joinedCrc32c } from './crc32c.ts';
import type { FileSystem, OpenFile } from './files.ts';

export type WalRecord = { readonly type: number; readonly payload: Uint8Array };

export type Wal = {
  /** Makes the records durable, in order, as one batch. Never call it while another append runs. */
  readonly append: (records: readonly WalRecord[]) => Promise<void>;
  /** Starts a new segment that begins with `needed` and forgets all else. What is needed is taken one by one. */
  readonly rotate: (needed: Iterable<WalRecord>) => Promise<void>;
  /** Reads the segment again: all durable records, in order. Never call it while an append runs. */
  readonly records: () => readonly WalRecord[];
  /** Octets in the segment. */
  readonly size: () => number;
  readonly close: () => void;
};

export type OpenedWal = {
  readonly wal: Wal;
  readonly records: readonly WalRecord[];
  /** Octets of a damaged last batch that were dropped. */
  readonly droppedBytes: number;
};

/** A record larger than this is damage, not data. */
export const walRecordBytesMax = 16 * 1024 * 1024;

/** The file grows by zeros in steps of this size, so that most syncs need not record a new length. */
const growBytes = 256 * 1024;

/** A segment is named after its first sequence number. */
const segmentPattern = /^wal-\d{16}\.log$/;

const headBytes = 13;
const tailBytes = 4;
const commitType = 255;
const commitPayloadBytes = 16;
const commitBytes = headBytes + commitPayloadBytes + tailBytes;

/** The log lost something in its middle, or its device failed. Nothing may be signed after it. */
export class WalFault extends Error {
  override readonly name = 'WalFault';
}

/**
 * Opens the log in `folder`, or creates it. Throws a WalFault where something durable is missing. `onDamage` is
 * waited for before a damaged last batch is cut off: afterwards nothing tells that there was one.
 */
export async function openWal(
  files: FileSystem,
  folder: string,
  onDamage: () => Promise<void> = () => Promise.resolve(),
): Promise<OpenedWal> {
  files.makeFolder(folder);
  const names = files
    .list(folder)
    .filter((name) => segmentPattern.test(name))
    .sort()
    .reverse();
  for (const name of names) {
    const file = files.open(path.join(folder, name));
    const found = scan(file.read(0, file.size()), numberOf(name), name);
    if (found.goodEnd > 0) {
      for (const other of names) {
        if (other !== name) files.unlink(path.join(folder, other));
      }
      if (found.droppedBytes > 0) await onDamage();
      if (found.droppedBytes > 0 || file.size() > found.goodEnd) {
        file.truncate(found.goodEnd);
        await file.datasync();
      }
      await files.dirsync(folder);
      const segment = { file, name, end: found.goodEnd, nextSeq: found.nextSeq };
      return {
        wal: makeWal(files, folder, segment),
        records: found.records,
        droppedBytes: found.droppedBytes,
      };
    }
    // A rotation was cut short before its first batch was durable: the segment before it holds.
    file.close();
  }
  if (names.some((name) => name !== segmentName(1))) {
    throw new WalFault(`no segment of the log in ${folder} is whole`);
  }
  const segment = await startSegment(files, folder, 1, []);
  return { wal: makeWal(files, folder, segment), records: [], droppedBytes: 0 };
}

type Segment = {
  readonly file: OpenFile;
  readonly name: string;
  readonly end: number;
  readonly nextSeq: number;
};

function makeWal(files: FileSystem, folder: string, first: Segment): Wal {
  let { file, name, end, nextSeq } = first;
  let allocated = end;
  let state: 'idle' | 'busy' | 'failed' | 'closed' = 'idle';

  const guarded = async (work: () => Promise<void>): Promise<void> => {
    if (state !== 'idle') throw new WalFault(`the log is ${state}`);
    state = 'busy';
    try {
      await work();
      state = 'idle';
    } catch (error) {
      state = 'failed';
      throw new WalFault('the log could not be made durable; the process must stop', {
        cause: error,
      });
    }
  };

  return {
    append: (records) =>
      guarded(async () => {
        const batch = encodeBatch(records, nextSeq);
        if (end + batch.length > allocated) {
          const grown = Math.ceil((end + batch.length) / growBytes) * growBytes;
          file.write(new Uint8Array(grown - end - batch.length), end + batch.length);
          allocated = grown;
        }
        file.write(batch, end);
        await file.datasync();
        end += batch.length;
        nextSeq += records.length + 1;
      }),
    rotate: (needed) =>
      guarded(async () => {
        const next = await startSegment(files, folder, nextSeq, needed);
        file.close();
        files.unlink(path.join(folder, name));
        ({ file, name, end, nextSeq } = next);
        allocated = end;
      }),
    records: () => scan(file.read(0, end), numberOf(name), name).records,
    size: () => end,
    close: () => {
      if (state !== 'closed') file.close();
      state = 'closed';
    },
  };
}

async function startSegment(
  files: FileSystem,
  folder: string,
  firstSeq: number,
  needed: Iterable<WalRecord>,
): Promise<Segment> {
  const name = segmentName(firstSeq);
  files.unlink(path.join(folder, name));
  const file = files.open(path.join(folder, name));
  const batch = beginBatch(firstSeq);
  let end = 0;
  const write = (bytes: Uint8Array): void => {
    file.write(bytes, end);
    end += bytes.length;
  };
  // Each on its own: together they may be twenty blocks.
  for (const record of needed) {
    const bytes = new Uint8Array(recordBytes(record));
    batch.put(bytes, 0, record);
    write(bytes);
  }
  const commit = new Uint8Array(commitBytes);
  const nextSeq = batch.commit(commit, 0);
  write(commit);
  await file.datasync();
  await files.dirsync(folder);
  return { file, name, end, nextSeq };
}

function segmentName(firstSeq: number): string {
  return `wal-${String(firstSeq).padStart(16, '0')}.log`;
}

function numberOf(name: string): number {
  return Number(name.slice(4, 20));
}

function encodeBatch(records: readonly WalRecord[], firstSeq: number): Uint8Array {
  const bodyBytes = records.reduce((sum, record) => sum + recordBytes(record), 0);
  const bytes = new Uint8Array(bodyBytes + commitBytes);
  const batch = beginBatch(firstSeq);
  let at = 0;
  for (const record of records) at = batch.put(bytes, at, record);
  batch.commit(bytes, at);
  return bytes;
}

function recordBytes({ payload }: WalRecord): number {
  return headBytes + payload.length + tailBytes;
}

/** A batch that is written record by record, with its checksum along the way. */
function beginBatch(firstSeq: number): {
  /** Answers where the record ends. */
  readonly put: (bytes: Uint8Array, at: number, record: WalRecord) => number;
  /** Answers the sequence number after it. */
  readonly commit: (bytes: Uint8Array, at: number) => number;
} {
  let seq = firstSeq;
  let crc = 0;
  return {
    put: (bytes, at, { type, payload }) => {
      const end = putRecord(bytes, at, seq, type, payload);
      const tail = bytes.subarray(end - tailBytes, end);
      const head = new DataView(tail.buffer, tail.byteOffset).getUint32(0);
      crc = crc32c(tail, joinedCrc32c(crc, head, end - tailBytes - at));
      seq += 1;
      return end;
    },
    commit: (bytes, at) => {
      const payload = new Uint8Array(commitPayloadBytes);
      const view = new DataView(payload.buffer);
      view.setBigUint64(0, BigInt(firstSeq));
      view.setUint32(8, seq - firstSeq);
      view.setUint32(12, crc);
      putRecord(bytes, at, seq, commitType, payload);
      return seq + 1;
    },
  };
}

function putRecord(
  bytes: Uint8Array,
  at: number,
  seq: number,
  type: number,
  payload: Uint8Array,
): number {
  if (payload.length > walRecordBytesMax) throw new RangeError('a log record is too large');
  const view = new DataView(bytes.buffer, bytes.byteOffset + at);
  const end = headBytes + payload.length;
  view.setUint32(0, payload.length);
  view.setBigUint64(4, BigInt(seq));
  view.setUint8(12, type);
  bytes.set(payload, at + headBytes);
  view.setUint32(end, crc32c(bytes.subarray(at, at + end)));
  return at + end + tailBytes;
}

type Scan = {
  readonly records: readonly WalRecord[];
  /** Where the last whole batch ends; 0 when there is none. */
  readonly goodEnd: number;
  readonly nextSeq: number;
  readonly droppedBytes: number;
};

type Parsed = {
  readonly seq: number;
  readonly type: number;
  readonly payload: Uint8Array;
  readonly end: number;
};

function scan(bytes: Uint8Array, firstSeq: number, name: string): Scan {
  const records: WalRecord[] = [];
  let batch: WalRecord[] = [];
  let at = 0;
  let goodEnd = 0;
  let nextSeq = firstSeq;
  let expected = firstSeq;
  for (;;) {
    const record = parseRecord(bytes, at);
    if (record === undefined || record.seq !== expected) break;
    if (record.type === commitType) {
      const commit = parseCommit(record);
      const whole =
        commit !== undefined &&
        commit.firstSeq === expected - batch.length &&
        commit.count === batch.length &&
        commit.crc === crc32c(bytes.subarray(goodEnd, at));
      if (!whole) break;
      records.push(...batch);
      batch = [];
      goodEnd = record.end;
      nextSeq = expected + 1;
    } else {
      batch.push({ type: record.type, payload: record.payload });
    }
    at = record.end;
    expected += 1;
  }
  const rest = bytes.subarray(goodEnd);
  const droppedBytes = lengthWithoutZeros(rest);
  // The last octets of a commit may be zeros themselves, so a whole record more is looked at.
  if (batchBehind(rest.subarray(0, droppedBytes + commitBytes), nextSeq)) {
    throw new WalFault(`${name} is damaged at octet ${goodEnd}, with a whole batch behind it`);
  }
  return { records, goodEnd, nextSeq, droppedBytes };
}

function lengthWithoutZeros(bytes: Uint8Array): number {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end -= 1;
  return end;
}

/** Is there a commit of a batch that began after `nextSeq`, anywhere in `bytes`? */
function batchBehind(bytes: Uint8Array, nextSeq: number): boolean {
  const last = bytes.length - commitBytes;
  for (let at = 0; at <= last; at += 1) {
    if (bytes[at + 12] !== commitType || bytes[at + 3] !== commitPayloadBytes) continue;
    const record = parseRecord(bytes, at);
    const commit = record === undefined ? undefined : parseCommit(record);
    if (commit !== undefined && commit.firstSeq > nextSeq) return true;
  }
  return false;
}

function parseRecord(bytes: Uint8Array, at: number): Parsed | undefined {
  if (at + headBytes + tailBytes > bytes.length) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, bytes.length - at);
  const length = view.getUint32(0);
  const end = headBytes + length;
  if (length > walRecordBytesMax || at + end + tailBytes > bytes.length) return undefined;
  if (view.getUint32(end) !== crc32c(bytes.subarray(at, at + end))) return undefined;
  return {
    seq: Number(view.getBigUint64(4)),
    type: view.getUint8(12),
    payload: bytes.slice(at + headBytes, at + end),
    end: at + end + tailBytes,
  };
}

function parseCommit(
  record: Parsed,
): { readonly firstSeq: number; readonly count: number; readonly crc: number } | undefined {
  if (record.type !== commitType || record.payload.length !== commitPayloadBytes) return undefined;
  const view = new DataView(record.payload.buffer, record.payload.byteOffset);
  return {
    firstSeq: Number(view.getBigUint64(0)),
    count: view.getUint32(8),
    crc: view.getUint32(12),
  };
}
