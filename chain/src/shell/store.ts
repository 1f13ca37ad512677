/**
 * The final chain on disk: blocks, leaves, the nodes of the log's tree, cosignatures.
 *
 *   blocks.log     record per block: length u32 ‖ record ‖ CRC32C u32
 *                  record = cert length u32 ‖ certificate ‖ refusals length u32 ‖ refusals ‖ block
 *                  of a sealing block: … refusals ‖ block length u32 ‖ block ‖ (filler length u32 ‖ filler) …
 *   blocks.idx     64 octets per height: offset u64 ‖ length u32 ‖ seals, entries u32 ‖ first index u64 ‖ timeMs u64 ‖ root[32]
 *   leaves.log     the leaves, one behind the other          leaves.idx   u64 per leaf: where it ends
 *   nodes-<level>  32 octets per whole subtree of 2^level leaves
 *                  the highest bit of `entries` says that the block seals; evidence counts as entries
 *   epochs.idx     per epoch from the second on: first height u64 ‖ validators u32 ‖ 0 u32
 *   cosignatures   per height, one slot per validator of the set: timeSeconds u64 ‖ signature[64];
 *                  the first epoch's; those of epoch e are in cosignatures-e
 *   places         act hash → index, block digest → height (with the top bit set); position-table.ts
 *   head.json      how far all of it is known to be durable, and up to which height `places` has it
 *
 * Everything is append-only and written without waiting; `sync` makes it durable and then moves the
 * head. What lies beyond the head after a crash is cut off and written again from the write-ahead
 * log, which keeps every final block that is beyond the head. A proof reads O(log n) nodes and no
 * block; nothing here grows in memory with the chain.
 */
import path from 'node:path';
import { decode, encode } from '../act/codec.ts';
import {
  type BlockBody,
  decodeBody,
  type Executed,
  entryCountOf,
  entryLeaves,
} from '../core/block.ts';
import type { Certificate } from '../core/certificate.ts';
import { decodeBlock, decodeCertificate, encodeBlock, encodeCertificate } from '../core/codec.ts';
import type { Block } from '../core/proposal.ts';
import { equalBytes, fromHex, textOf, utf8 } from '../crypto/digest.ts';
import {
  appendLeaves,
  consistencyProof,
  frontierAt,
  frontierRoot,
  inclusionProof,
  leafHash,
  type TreeFrontier,
} from '../log/merkle.ts';
import { crc32c } from './crc32c.ts';
import { type FileSystem, type OpenFile, readWhole, replaceFile } from './files.ts';
import { openPositionTable } from './position-table.ts';

/** Something that was durable is not there, or is not what it was. The chain must not go on. */
export class StoreFault extends Error {
  override readonly name = 'StoreFault';
}

export type StoreHead = {
  readonly height: bigint;
  readonly size: bigint;
  readonly root: Uint8Array;
  readonly timeMs: bigint;
};

export type StoredBlock = {
  readonly block: Block;
  /** Decodes what the block carries. */
  readonly body: () => BlockBody;
  /** The block's own finalization; null when it became final as an ancestor. */
  readonly finalization: Certificate | null;
  /** The fillers up to the one that the finalization names; none unless the block seals. */
  readonly trail: readonly Block[];
  /** The code of each refused entry, by its order in the block. */
  readonly refusals: ReadonlyMap<number, string>;
  readonly firstIndex: bigint;
  readonly entryCount: bigint;
  readonly timeMs: bigint;
  readonly root: Uint8Array;
};

export type StoredCosignature = {
  readonly validator: number;
  readonly timeSeconds: bigint;
  readonly signature: Uint8Array;
};

export type Store = {
  readonly head: () => StoreHead;
  /**
   * Adds the next block with its leaves; returns the log's new size and root. Not durable before `sync`. After
   * a block with a handover the next epoch begins.
   */
  readonly append: (
    block: Block,
    executed: Executed,
    headerLeaf: Uint8Array,
    finalization: Certificate | null,
    trail?: readonly Block[],
  ) => StoreHead;
  /** The epoch of the block that comes next. */
  readonly lastEpoch: () => bigint;
  /** Where an epoch begins; null for one that has not begun. */
  readonly firstHeight: (epoch: bigint) => bigint | null;
  readonly epochOf: (height: bigint) => bigint;
  readonly block: (height: bigint) => StoredBlock;
  /** The size and root after a block. */
  readonly headAt: (height: bigint) => StoreHead;
  readonly heightOfDigest: (digest: string) => bigint | null;
  readonly heightOfSize: (size: bigint) => bigint | null;
  /** The height of the block that holds a leaf. */
  readonly heightOfIndex: (index: bigint) => bigint;
  readonly leaf: (index: bigint) => Uint8Array;
  readonly inclusion: (index: bigint, size: bigint) => readonly Uint8Array[];
  readonly consistency: (size1: bigint, size2: bigint) => readonly Uint8Array[];
  /** `count` nodes of a level, one behind the other. */
  readonly nodes: (level: number, first: bigint, count: number) => Uint8Array;
  /** The octets of each of `count` leaves. */
  readonly leafLengths: (first: bigint, count: number) => readonly number[];
  /** Where the act stands, or null. */
  readonly find: (actHash: Uint8Array) => bigint | null;
  readonly putCosignature: (height: bigint, cosignature: StoredCosignature) => void;
  readonly cosignatures: (height: bigint) => readonly StoredCosignature[];
  readonly durableHeight: () => bigint;
  /** Makes all of it durable; positions of the newest blocks only when many wait, or it is the last time. */
  readonly sync: (isLast?: boolean) => Promise<void>;
  readonly close: () => void;
};

export type StoreOptions = {
  readonly files: FileSystem;
  readonly folder: string;
  readonly validatorCount: number;
  readonly digestOf: (content: Omit<Block, 'digest'>) => string;
};

const indexBytes = 64;
const cosignatureBytes = 72;
const epochBytes = 16;
/** In the index: the block seals its epoch. */
const sealFlag = 0x8000_0000;
/** Files of cosignatures kept open beside those that wait for a sync. */
const cosignedOpenMax = 4;
/** Positions that may wait in memory for their table. */
const positionsWaitingMax = 32_768;
const digestFlag = 1n << 62n;
const emptyHead: StoreHead = {
  height: 0n,
  size: 0n,
  root: frontierRoot({ size: 0n, peaks: [] }),
  timeMs: 0n,
};

type HeadFile = {
  readonly height: bigint;
  readonly size: bigint;
  readonly blocksBytes: number;
  readonly leavesBytes: number;
  /** Epochs that have begun. */
  readonly epochs: number;
  /** The height up to which positions are in their table. */
  readonly placed: bigint;
};

export function openStore({ files, folder, validatorCount, digestOf }: StoreOptions): Store {
  files.makeFolder(folder);
  const at = (name: string): string => path.join(folder, name);
  const durable = readHead(files, at('head.json'));
  const cut = (name: string, length: number): OpenFile => cutTo(files.open(at(name)), length, name);
  const blocks = cut('blocks.log', durable.blocksBytes);
  const blockIndex = cut('blocks.idx', Number(durable.height) * indexBytes);
  const leaves = cut('leaves.log', durable.leavesBytes);
  const leafEnds = cut('leaves.idx', Number(durable.size) * 8);
  const epochRows = files.open(at('epochs.idx'));
  /** What is synced and closed beside the cosignatures and the levels of the tree. */
  const rowFiles = [blocks, blockIndex, leaves, leafEnds, epochRows];
  cutTo(epochRows, (durable.epochs - 1) * epochBytes, 'epochs.idx');
  const epochs = readEpochs(epochRows, validatorCount);
  const positions = openPositionTable(files, at('places'));
  const levels: OpenFile[] = [];
  const level = (order: number): OpenFile => {
    levels[order] ??= cut(`nodes-${order}`, Math.floor(Number(durable.size) / 2 ** order) * 32);
    return levels[order];
  };
  for (const name of files.list(folder)) {
    if (name.startsWith('nodes-')) level(Number(name.slice('nodes-'.length)));
  }

  /** Epochs count from one. */
  const epochOf = (height: bigint): bigint => {
    let [low, high] = [0, epochs.length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((epochs[middle]?.firstHeight ?? 0n) <= height) low = middle;
      else high = middle - 1;
    }
    return BigInt(low + 1);
  };

  // Cosignatures: a file for each epoch, since each has its own number of validators.

  const cosignedFiles = new Map<bigint, OpenFile>();
  const touched = new Set<bigint>();
  const cosignedOf = (epoch: bigint): OpenFile => {
    const known = cosignedFiles.get(epoch);
    if (known !== undefined) return known;
    for (const [other, file] of cosignedFiles) {
      if (cosignedFiles.size < cosignedOpenMax) break;
      if (touched.has(other)) continue;
      file.close();
      cosignedFiles.delete(other);
    }
    const opened = files.open(at(epoch === 1n ? 'cosignatures' : `cosignatures-${epoch}`));
    cosignedFiles.set(epoch, opened);
    return opened;
  };
  /** Where the slots of a height lie. */
  const slotsOf = (height: bigint) => {
    const epoch = epochOf(height);
    const row = epochs[Number(epoch) - 1];
    const bytes = (row?.validatorCount ?? 0) * cosignatureBytes;
    return { epoch, bytes, at: Number(height - (row?.firstHeight ?? 1n)) * bytes };
  };
  const cutCosigned = (): void => {
    const end = slotsOf(durable.height + 1n);
    cutTo(cosignedOf(end.epoch), end.at, 'cosignatures', false);
    for (const name of files.list(folder)) {
      const later = /^cosignatures-(\d+)$/.exec(name)?.[1];
      if (later !== undefined && BigInt(later) > end.epoch) files.unlink(at(name));
    }
  };
  cutCosigned();

  let blocksEnd = durable.blocksBytes;
  let leavesEnd = durable.leavesBytes;
  let durableHeight = durable.height;

  const nodeAt = (order: number, index: bigint): Uint8Array => {
    const node = level(order).read(Number(index) * 32, 32);
    if (node.length !== 32) throw new StoreFault(`node ${index} of level ${order} is not stored`);
    return node;
  };
  const indexRow = (height: bigint) => {
    const row = blockIndex.read((Number(height) - 1) * indexBytes, indexBytes);
    if (height < 1n || row.length !== indexBytes)
      throw new RangeError(`there is no block ${height}`);
    const view = new DataView(row.buffer, row.byteOffset, row.byteLength);
    const counted = view.getUint32(12);
    const seals = counted >= sealFlag;
    const entryCount = BigInt(seals ? counted - sealFlag : counted);
    const firstIndex = view.getBigUint64(16);
    return {
      offset: Number(view.getBigUint64(0)),
      length: view.getUint32(8),
      entryCount,
      firstIndex,
      seals,
      size: firstIndex + entryCount + (seals ? 2n : 1n),
      timeMs: view.getBigUint64(24),
      root: row.slice(32, 64),
    };
  };
  const headAt = (height: bigint): StoreHead => {
    if (height === 0n) return emptyHead;
    const { size, root, timeMs } = indexRow(height);
    return { height, size, root, timeMs };
  };
  let head = headAt(durable.height);
  if (head.size !== durable.size) throw new StoreFault('the index of blocks does not fit the head');
  let frontier: TreeFrontier = frontierAt(head.size, nodeAt);
  if (!equalBytes(frontierRoot(frontier), head.root)) {
    throw new StoreFault(`the log's nodes do not give the root of height ${head.height}`);
  }

  const block = (height: bigint): StoredBlock => {
    const row = indexRow(height);
    const record = blocks.read(row.offset, row.length + 8);
    const view = new DataView(record.buffer, record.byteOffset, record.byteLength);
    const isWhole =
      record.length === row.length + 8 &&
      view.getUint32(0) === row.length &&
      view.getUint32(row.length + 4) === crc32c(record.subarray(4, row.length + 4));
    if (!isWhole) throw new StoreFault(`block ${height} is damaged`);
    const { blocks: parts, ...known } = readRecord(record.subarray(4, row.length + 4), row.seals);
    const [found, ...trail] = parts.map((bytes) => decodeBlock(bytes, digestOf));
    if (found === undefined) throw new StoreFault(`block ${height} is not there`);
    return { ...known, ...row, block: found, trail, body: () => bodyOf(found) };
  };

  /** The least height for which the test holds; heights are ascending in it. */
  const search = (holds: (height: bigint) => boolean): bigint => {
    let low = 1n;
    let high = head.height + 1n;
    while (low < high) {
      const middle = (low + high) / 2n;
      if (holds(middle)) high = middle;
      else low = middle + 1n;
    }
    return low;
  };
  const heightOfIndex = (index: bigint): bigint => {
    if (index < 0n || index >= head.size) throw new RangeError(`there is no leaf ${index}`);
    return search((height) => indexRow(height).size > index);
  };
  const leaf = (index: bigint): Uint8Array => {
    if (index < 0n || index >= head.size) throw new RangeError(`there is no leaf ${index}`);
    const order = Number(index);
    const ends = leafEnds.read(Math.max(0, order - 1) * 8, order === 0 ? 8 : 16);
    const view = new DataView(ends.buffer, ends.byteOffset, ends.byteLength);
    const start = order === 0 ? 0 : Number(view.getBigUint64(0));
    const end = Number(view.getBigUint64(order === 0 ? 0 : 8));
    const bytes = leaves.read(start, end - start);
    if (!equalBytes(leafHash(bytes), nodeAt(0, index)))
      throw new StoreFault(`leaf ${index} is damaged`);
    return bytes;
  };

  const placeDigest = (digest: string, height: bigint): void => {
    const bytes = fromHex(digest);
    if (bytes !== undefined) positions.put(bytes, height | digestFlag);
  };
  /** What waited for the table when the process ended, or all of it when the table is gone. */
  const placeAgain = (height: bigint): void => {
    const { firstIndex, entryCount } = indexRow(height);
    const order = Number(firstIndex);
    const ends = leafEnds.read(Math.max(0, order - 1) * 8, (Number(entryCount) + 1) * 8);
    const view = new DataView(ends.buffer, ends.byteOffset, ends.byteLength);
    let start = order === 0 ? 0 : Number(view.getBigUint64(0));
    for (let each = 0n; each < entryCount; each += 1n) {
      const end = Number(view.getBigUint64((Number(each) + (order === 0 ? 0 : 1)) * 8));
      const hash = hashInLeaf(leaves.read(start, end - start));
      if (hash.length === 32) positions.put(hash, firstIndex + each);
      start = end;
    }
    placeDigest(block(height).block.digest, height);
  };
  let placed = positions.count() === 0 ? 0n : durable.placed;
  for (let height = placed + 1n; height <= head.height; height += 1n) placeAgain(height);

  return {
    head: () => head,
    append: (next, executed, headerLeaf, finalization, trail = []) => {
      const newLeaves = [...entryLeaves(executed), headerLeaf];
      const { firstIndex } = executed;
      if (next.height !== head.height + 1n || firstIndex !== head.size) {
        throw new StoreFault(`block ${next.height} does not follow height ${head.height}`);
      }
      const rows = new Map<number, { first: bigint; hashes: Uint8Array[] }>();
      const grown = appendLeaves(frontier, newLeaves.map(leafHash));
      ({ frontier } = grown);
      for (const node of grown.nodes) {
        const row = rows.get(node.level);
        if (row === undefined) rows.set(node.level, { first: node.index, hashes: [node.hash] });
        else row.hashes.push(node.hash);
      }
      for (const [order, row] of rows) {
        level(order).write(joined(row.hashes), Number(row.first) * 32);
      }
      const ends = new DataView(new ArrayBuffer(newLeaves.length * 8));
      let leafEnd = leavesEnd;
      newLeaves.forEach((each, order) => {
        leafEnd += each.length;
        ends.setBigUint64(order * 8, BigInt(leafEnd));
      });
      leaves.write(joined(newLeaves), leavesEnd);
      leafEnds.write(new Uint8Array(ends.buffer), Number(firstIndex) * 8);
      leavesEnd = leafEnd;

      const record = writeRecord(next, executed, finalization, trail);
      const framed = new Uint8Array(record.length + 8);
      const view = new DataView(framed.buffer);
      view.setUint32(0, record.length);
      framed.set(record, 4);
      view.setUint32(record.length + 4, crc32c(record));
      blocks.write(framed, blocksEnd);
      const root = frontierRoot(frontier);
      const row = new Uint8Array(indexBytes);
      const rowView = new DataView(row.buffer);
      rowView.setBigUint64(0, BigInt(blocksEnd));
      rowView.setUint32(8, record.length);
      const { handover } = executed;
      const flag = handover === null ? 0 : sealFlag;
      rowView.setUint32(12, entryCountOf(executed.body) + flag);
      rowView.setBigUint64(16, firstIndex);
      rowView.setBigUint64(24, executed.body.timeMs);
      row.set(root, 32);
      blockIndex.write(row, Number(head.height) * indexBytes);
      blocksEnd += framed.length;

      executed.body.entries.forEach(({ actHash }, order) => {
        positions.put(actHash, firstIndex + BigInt(order));
      });
      placeDigest(next.digest, next.height);
      if (handover !== null) {
        const epoch = { firstHeight: next.height + 1n, validatorCount: handover.voters };
        epochRows.write(encodeEpoch(epoch), (epochs.length - 1) * epochBytes);
        epochs.push(epoch);
      }
      head = { height: next.height, size: frontier.size, root, timeMs: executed.body.timeMs };
      return head;
    },
    lastEpoch: () => BigInt(epochs.length),
    firstHeight: (epoch) => epochs[Number(epoch) - 1]?.firstHeight ?? null,
    epochOf,
    block,
    headAt,
    heightOfDigest: (digest) => {
      const bytes = fromHex(digest);
      if (bytes === undefined) return null;
      for (const position of positions.candidates(bytes)) {
        const height = position & ~digestFlag;
        const isBlock = (position & digestFlag) !== 0n && height <= head.height;
        if (isBlock && block(height).block.digest === digest) return height;
      }
      return null;
    },
    heightOfSize: (size) => {
      const height = search((each) => indexRow(each).size >= size);
      return height <= head.height && indexRow(height).size === size ? height : null;
    },
    heightOfIndex,
    leaf,
    inclusion: (index, size) => inclusionProof(index, size, nodeAt),
    consistency: (size1, size2) => consistencyProof(size1, size2, nodeAt),
    nodes: (order, first, count) => {
      const found = level(order).read(Number(first) * 32, count * 32);
      if (found.length === count * 32) return found;
      throw new RangeError(`there are no ${count} nodes of level ${order} from ${first} on`);
    },
    leafLengths: (first, count) => {
      const from = Math.max(0, Number(first) - 1);
      const rows = leafEnds.read(from * 8, (Number(first) + count - from) * 8);
      const view = new DataView(rows.buffer, rows.byteOffset, rows.byteLength);
      const ends = Array.from({ length: rows.length / 8 }, (_, order) =>
        Number(view.getBigUint64(order * 8)),
      );
      if (first === 0n) ends.unshift(0);
      if (ends.length !== count + 1)
        throw new RangeError(`there are no ${count} leaves at ${first}`);
      return ends.slice(1).map((end, order) => end - (ends[order] ?? 0));
    },
    find: (actHash) => {
      for (const index of positions.candidates(actHash)) {
        if ((index & digestFlag) !== 0n || index >= head.size) continue;
        // The hash of an act stands in its leaf; a header leaf has none.
        const row = indexRow(heightOfIndex(index));
        if (
          index < row.firstIndex + row.entryCount &&
          equalBytes(hashInLeaf(leaf(index)), actHash)
        ) {
          return index;
        }
      }
      return null;
    },
    putCosignature: (height, { validator, timeSeconds, signature }) => {
      const bytes = new Uint8Array(cosignatureBytes);
      new DataView(bytes.buffer).setBigUint64(0, timeSeconds);
      bytes.set(signature, 8);
      const slots = slotsOf(height);
      touched.add(slots.epoch);
      cosignedOf(slots.epoch).write(bytes, slots.at + validator * cosignatureBytes);
    },
    cosignatures: (height) => {
      if (height < 1n || height > head.height) return [];
      const slots = slotsOf(height);
      const bytes = cosignedOf(slots.epoch).read(slots.at, slots.bytes);
      const found: StoredCosignature[] = [];
      for (let from = 0; from + cosignatureBytes <= bytes.length; from += cosignatureBytes) {
        const view = new DataView(bytes.buffer, bytes.byteOffset + from, cosignatureBytes);
        const timeSeconds = view.getBigUint64(0);
        const signature = bytes.slice(from + 8, from + cosignatureBytes);
        const validator = from / cosignatureBytes;
        if (timeSeconds !== 0n) found.push({ validator, timeSeconds, signature });
      }
      return found;
    },
    durableHeight: () => durableHeight,
    sync: async (isLast = false) => {
      const covered = {
        height: head.height,
        size: head.size,
        blocksBytes: blocksEnd,
        leavesBytes: leavesEnd,
        epochs: epochs.length,
      };
      const written = [...touched];
      touched.clear();
      const cosigned = written.map(cosignedOf);
      for (const file of [...rowFiles, ...cosigned, ...levels]) {
        await file.datasync();
      }
      if (isLast || positions.waiting() >= positionsWaitingMax) {
        await positions.flush();
        placed = covered.height;
      }
      await files.dirsync(folder);
      await replaceFile(files, at('head.json'), encodeHead({ ...covered, placed }));
      durableHeight = covered.height;
    },
    close: () => {
      const cosigned = [...cosignedFiles.values()];
      for (const file of [...rowFiles, ...cosigned, ...levels]) {
        file.close();
      }
      positions.close();
    },
  };
}

function bodyOf(block: Block): BlockBody {
  const body = decodeBody(block.payload.bytes);
  if (body === undefined) throw new StoreFault(`block ${block.height} carries no body`);
  return body;
}

/** The act hash in an entry's leaf. */
function hashInLeaf(bytes: Uint8Array): Uint8Array {
  const value = decode(bytes);
  const hash = Array.isArray(value) ? value[1] : undefined;
  return hash instanceof Uint8Array ? hash : new Uint8Array();
}

function writeRecord(
  block: Block,
  executed: Executed,
  finalization: Certificate | null,
  trail: readonly Block[],
): Uint8Array {
  const certificate = finalization === null ? new Uint8Array() : encodeCertificate(finalization);
  const refusals = executed.refusals.flatMap((code, order) =>
    code === null ? [] : [[order, code]],
  );
  const refused = refusals.length === 0 ? new Uint8Array() : encode(refusals);
  const framed = executed.handover === null ? [] : [block, ...trail].map(encodeBlock);
  return joined([
    lengthOf(certificate),
    certificate,
    lengthOf(refused),
    refused,
    ...(executed.handover === null ? [encodeBlock(block)] : []),
    ...framed.flatMap((bytes) => [lengthOf(bytes), bytes]),
  ]);
}

function readRecord(
  record: Uint8Array,
  seals: boolean,
): {
  readonly finalization: Certificate | null;
  readonly refusals: ReadonlyMap<number, string>;
  /** The block, then its fillers. */
  readonly blocks: readonly Uint8Array[];
} {
  const view = new DataView(record.buffer, record.byteOffset, record.byteLength);
  const certificateEnd = 4 + view.getUint32(0);
  const refusedEnd = certificateEnd + 4 + view.getUint32(certificateEnd);
  const certificate = record.subarray(4, certificateEnd);
  const refused = record.subarray(certificateEnd + 4, refusedEnd);
  const refusals = new Map<number, string>();
  const pairs = refused.length === 0 ? [] : decode(refused);
  for (const pair of Array.isArray(pairs) ? pairs : []) {
    const [order, code] = Array.isArray(pair) ? pair : [];
    if (typeof order === 'bigint' && typeof code === 'string') refusals.set(Number(order), code);
  }
  const blocks: Uint8Array[] = seals ? [] : [record.subarray(refusedEnd)];
  for (let at = refusedEnd; seals && at + 4 <= record.length; ) {
    const end = at + 4 + view.getUint32(at);
    blocks.push(record.subarray(at + 4, end));
    at = end;
  }
  return {
    finalization: certificate.length === 0 ? null : decodeCertificate(certificate),
    refusals,
    blocks,
  };
}

type EpochRow = { readonly firstHeight: bigint; readonly validatorCount: number };

/** The epochs that have begun; the first has no row. */
function readEpochs(file: OpenFile, validatorCount: number): EpochRow[] {
  const epochs: EpochRow[] = [{ firstHeight: 1n, validatorCount }];
  const bytes = file.read(0, file.size());
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at + epochBytes <= bytes.length; at += epochBytes) {
    epochs.push({
      firstHeight: view.getBigUint64(at),
      validatorCount: view.getUint32(at + 8),
    });
  }
  return epochs;
}

function encodeEpoch({ firstHeight, validatorCount }: EpochRow): Uint8Array {
  const row = new Uint8Array(epochBytes);
  const view = new DataView(row.buffer);
  view.setBigUint64(0, firstHeight);
  view.setUint32(8, validatorCount);
  return row;
}

function lengthOf(bytes: Uint8Array): Uint8Array {
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, bytes.length);
  return length;
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

function cutTo(file: OpenFile, length: number, name: string, whole = true): OpenFile {
  if (whole && file.size() < length) throw new StoreFault(`${name} is shorter than it was`);
  if (file.size() > length) file.truncate(length);
  return file;
}

function encodeHead(head: HeadFile): Uint8Array {
  const { height, size, placed } = head;
  const texts = { height: `${height}`, size: `${size}`, placed: `${placed}` };
  return utf8(JSON.stringify({ ...head, ...texts }, null, 2));
}

function readHead(files: FileSystem, file: string): HeadFile {
  const bytes = readWhole(files, file);
  if (bytes === undefined)
    return { height: 0n, size: 0n, blocksBytes: 0, leavesBytes: 0, epochs: 1, placed: 0n };
  const json: unknown = JSON.parse(textOf(bytes));
  const fields = new Map(Object.entries(json ?? {}));
  const number = (name: string): bigint => {
    const value: unknown = fields.get(name);
    if (typeof value !== 'number' && typeof value !== 'string') {
      throw new StoreFault(`head.json lacks ${name}`);
    }
    return BigInt(value);
  };
  return {
    height: number('height'),
    size: number('size'),
    blocksBytes: Number(number('blocksBytes')),
    leavesBytes: Number(number('leavesBytes')),
    // A head that says nothing of it was written when there was one epoch.
    epochs: fields.has('epochs') ? Number(number('epochs')) : 1,
    placed: fields.has('placed') ? number('placed') : 0n,
  };
}
