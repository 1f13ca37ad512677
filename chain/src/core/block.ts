/**
 * What a block carries, in bytes, and what becomes of it: outcomes, leaves, the state after it.
 *
 *   payload = version u8 (1) ‖ timeMs u64 ‖ stateRoot[32] ‖ count u32 ‖ entries
 *   entry   = length u16 ‖ header ‖ length u16 ‖ signature                            (big endian)
 *
 * `stateRoot` is the root after the block's entries: a validator that computes another votes for
 * another block, so a difference between machines stops a block and never forks the log. Outcomes
 * are not in the payload, because they follow from it.
 *
 * The leaves of a block are its entries in order, then its header leaf.
 *
 * Pure.
 */
import { encodeEntry } from '../act/act.ts';
import { equalBytes } from '../crypto/digest.ts';
import { payloadBytesMax } from './params.ts';
import {
  applyEntry,
  type EntryFault,
  type ReadEntry,
  type Refusal,
  readEntry,
  type SignatureDemand,
  type StateContext,
  signatureDemand,
} from './state.ts';
import { rootOf, type StateMap } from './state-map.ts';

export type BlockBody = {
  readonly timeMs: bigint;
  readonly stateRoot: Uint8Array;
  readonly entries: readonly ReadEntry[];
};

/** Where the chain stands after a block. */
export type Standing = {
  readonly height: bigint;
  /** Leaves in the log. */
  readonly size: bigint;
  readonly timeMs: bigint;
  readonly map: StateMap;
};

export type Executed = {
  readonly body: BlockBody;
  readonly standing: Standing;
  readonly firstIndex: bigint;
  /** One for each entry; null when it was accepted. */
  readonly refusals: readonly (Refusal | null)[];
};

export type Execution =
  | {
      readonly kind: 'executed';
      readonly executed: Executed;
      readonly demands: readonly SignatureDemand[];
    }
  | { readonly kind: 'invalid'; readonly reason: string };

/** Entries of one block: its header leaf and its leaves are made in one turn. Protocol. */
export const blockEntriesMax = 4096;

/** Entries that a proposer puts into one block: executing them may not hold up a machine for long. Local. */
export const draftEntriesMax = 1_000;

const headBytes = 45;

/** The bytes of a body. */
export function encodeBody(body: BlockBody): Uint8Array {
  const length = body.entries.reduce((sum, entry) => sum + entryBytes(entry), headBytes);
  const bytes = new Uint8Array(length);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, 1);
  view.setBigUint64(1, body.timeMs);
  bytes.set(body.stateRoot, 9);
  view.setUint32(41, body.entries.length);
  let at = headBytes;
  for (const { headerBytes, signature } of body.entries) {
    for (const part of [headerBytes, signature]) {
      view.setUint16(at, part.length);
      bytes.set(part, at + 2);
      at += 2 + part.length;
    }
  }
  return bytes;
}

/** The body that a payload is; undefined for any other bytes. */
export function decodeBody(bytes: Uint8Array): BlockBody | undefined {
  if (bytes.length < headBytes || bytes.length > payloadBytesMax || bytes[0] !== 1)
    return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const count = view.getUint32(41);
  if (count > blockEntriesMax) return undefined;
  let at = headBytes;
  const part = (): Uint8Array | undefined => {
    if (at + 2 > bytes.length) return undefined;
    const end = at + 2 + view.getUint16(at);
    if (end > bytes.length) return undefined;
    const taken = bytes.subarray(at + 2, end);
    at = end;
    return taken;
  };
  const entries: ReadEntry[] = [];
  for (let order = 0; order < count; order += 1) {
    const header = part();
    const signature = part();
    if (header === undefined || signature === undefined) return undefined;
    const entry = readEntry(header, signature);
    if (entry === undefined) return undefined;
    entries.push(entry);
  }
  if (at !== bytes.length) return undefined;
  return { timeMs: view.getBigUint64(1), stateRoot: bytes.slice(9, 41), entries };
}

/** Octets that an entry takes in a payload. */
export function entryBytes(entry: ReadEntry): number {
  return 4 + entry.headerBytes.length + entry.signature.length;
}

export type Draft = {
  readonly executed: Executed;
  readonly payload: Uint8Array;
  /** Entries that cannot stand in this block. */
  readonly left: readonly { readonly entry: ReadEntry; readonly fault: EntryFault }[];
};

/**
 * Puts together the block that takes as many of `candidates`, in their order, as may stand on `parent`.
 * What may not stand is left out and named; what does not fit stays for a later block. The caller
 * vouches for the candidates' signatures.
 */
export function draftBody(
  context: StateContext,
  parent: Standing,
  candidates: Iterable<ReadEntry>,
  at: { readonly timeMs: bigint; readonly epoch: bigint },
): Draft {
  const entries: ReadEntry[] = [];
  const refusals: (Refusal | null)[] = [];
  const left: { entry: ReadEntry; fault: EntryFault }[] = [];
  let map = parent.map;
  let bytes = headBytes;
  for (const entry of candidates) {
    if (entries.length >= draftEntriesMax) break;
    if (bytes + entryBytes(entry) > payloadBytesMax) break;
    const applied = applyEntry(context, map, entry, at.epoch);
    if (applied.kind === 'invalid') {
      left.push({ entry, fault: applied.fault });
      continue;
    }
    ({ map } = applied);
    bytes += entryBytes(entry);
    entries.push(entry);
    refusals.push(applied.refusal);
  }
  const isAhead = at.timeMs > parent.timeMs;
  const { timeMs } = isAhead ? at : parent;
  const body: BlockBody = { timeMs, stateRoot: rootOf(map), entries };
  return {
    executed: {
      body,
      standing: standingAfter(parent, body, map),
      firstIndex: parent.size,
      refusals,
    },
    payload: encodeBody(body),
    left,
  };
}

/**
 * Executes a payload on top of `parent`. Invalid when it is not a body, when time runs backwards,
 * when an entry may not stand here, or when its state root is not the one that follows. The
 * signatures in `demands` must be checked as well before the block may be voted for.
 */
export function executePayload(
  context: StateContext,
  parent: Standing,
  payload: Uint8Array,
  epoch: bigint,
): Execution {
  const body = decodeBody(payload);
  if (body === undefined) return { kind: 'invalid', reason: 'the payload is malformed' };
  if (body.timeMs < parent.timeMs) return { kind: 'invalid', reason: 'time runs backwards' };
  const refusals: (Refusal | null)[] = [];
  const demands: SignatureDemand[] = [];
  let map = parent.map;
  for (const [order, entry] of body.entries.entries()) {
    const applied = applyEntry(context, map, entry, epoch);
    if (applied.kind === 'invalid') {
      return { kind: 'invalid', reason: `entry ${order}: ${applied.fault}` };
    }
    const demand = signatureDemand(context, entry, applied.signer);
    if (demand === undefined) {
      return { kind: 'invalid', reason: `entry ${order}: SIGNATURE_INVALID` };
    }
    ({ map } = applied);
    refusals.push(applied.refusal);
    demands.push(demand);
  }
  if (!equalBytes(rootOf(map), body.stateRoot)) {
    return { kind: 'invalid', reason: 'the state root is not the one that follows' };
  }
  const standing = standingAfter(parent, body, map);
  return {
    kind: 'executed',
    executed: { body, standing, firstIndex: parent.size, refusals },
    demands,
  };
}

/** The leaves of the entries, in order; the header leaf comes after them. */
export function entryLeaves(executed: Executed): readonly Uint8Array[] {
  return executed.body.entries.map(({ header, actHash }, order) =>
    encodeEntry({
      channel: header.channel,
      actHash,
      effects: header.effects,
      refusal: executed.refusals[order] ?? null,
    }),
  );
}

function standingAfter(parent: Standing, body: BlockBody, map: StateMap): Standing {
  return {
    height: parent.height + 1n,
    size: parent.size + BigInt(body.entries.length) + 1n,
    timeMs: body.timeMs,
    map,
  };
}
