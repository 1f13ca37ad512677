/**
 * What a block carries, in bytes, and what becomes of it: outcomes, leaves, the state after it.
 *
 *   payload  = version u8 ‖ timeMs u64 ‖ stateRoot[32] ‖ count u32 ‖ entries                 version 1
 *                … ‖ count u16 ‖ evidence                                   version 2, with at least one
 *   entry    = length u16 ‖ header ‖ length u16 ‖ signature                          (big endian)
 *   evidence = length u16 ‖ leaf
 *
 * `stateRoot` is the root after all of that and, in a sealing block, after the end of the epoch: a
 * validator that computes another votes for another block, so a difference between machines stops a
 * block and never forks the log. Outcomes are not in the payload, because they follow from it, and
 * neither is whether the block seals: it must exactly when governance.ts says so.
 *
 * The leaves of a block are its entries in order, its evidence, the handover when it seals, then its
 * header leaf.
 *
 * Pure.
 */
import { encodeEntry, makeStatementReader } from '../act/act.ts';
import { equalBytes } from '../crypto/digest.ts';
import { encodeHandoverLeaf } from '../log/handover.ts';
import { leafHash } from '../log/merkle.ts';
import { blockEvidenceMax, evidenceBytesMax } from './evidence.ts';
import { isSealDue } from './governance.ts';
import { votersOf } from './governance-record.ts';
import { payloadBytesMax } from './params.ts';
import {
  type Applied,
  applyEntry,
  applyEvidence,
  type EntryFault,
  endEpoch,
  governanceOf,
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
  /** The leaves of evidence.ts, each accusing another validator. */
  readonly evidence: readonly Uint8Array[];
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
  /** The leaf that hands over to the next epoch, and how many vote there; null when the block does not seal. */
  readonly handover: { readonly leaf: Uint8Array; readonly voters: number } | null;
};

export type Execution =
  | {
      readonly kind: 'executed';
      readonly executed: Executed;
      /** The public key of each entry's signer. */
      readonly signers: readonly Uint8Array[];
    }
  | { readonly kind: 'invalid'; readonly reason: string };

/** Entries of one block: its header leaf and its leaves are made in one turn. Protocol. */
export const blockEntriesMax = 4096;

/** Entries that a proposer puts into one block: executing them may not hold up a machine for long. Local. */
export const draftEntriesMax = 1_000;

/** What a process knows of acts before they stand in a block: those that wait, by name, and what they do. */
export type AtHand = {
  readonly act: (name: string) => ReadEntry | undefined;
  /** What an act was found to do on this very map, in this epoch, whatever the time; undefined where it is not known. */
  readonly foreseen: (entry: ReadEntry, map: StateMap, epoch: bigint) => Applied | undefined;
};

const nothingAtHand: AtHand = { act: () => undefined, foreseen: () => undefined };

const headBytes = 45;

/** The bytes of a body. */
export function encodeBody(body: BlockBody): Uint8Array {
  const isPlain = body.evidence.length === 0;
  const length = body.entries.reduce((sum, entry) => sum + entryBytes(entry), headBytes);
  const bytes = new Uint8Array(length + (isPlain ? 0 : evidenceBytes(body.evidence)));
  const view = new DataView(bytes.buffer);
  view.setUint8(0, isPlain ? 1 : 2);
  view.setBigUint64(1, body.timeMs);
  bytes.set(body.stateRoot, 9);
  view.setUint32(41, body.entries.length);
  let at = headBytes;
  const put = (part: Uint8Array): void => {
    view.setUint16(at, part.length);
    bytes.set(part, at + 2);
    at += 2 + part.length;
  };
  for (const { headerBytes, signature } of body.entries) {
    put(headerBytes);
    put(signature);
  }
  if (isPlain) return bytes;
  view.setUint16(at, body.evidence.length);
  at += 2;
  for (const leaf of body.evidence) put(leaf);
  return bytes;
}

/** The body that a payload is; undefined for any other bytes. Acts that are `atHand` are not read again. */
export function decodeBody(
  bytes: Uint8Array,
  atHand: AtHand['act'] = nothingAtHand.act,
): BlockBody | undefined {
  if (bytes.length < headBytes || bytes.length > payloadBytesMax) return undefined;
  const version = bytes[0];
  if (version !== 1 && version !== 2) return undefined;
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
    const entry = readEntry(header, signature, atHand);
    if (entry === undefined) return undefined;
    entries.push(entry);
  }
  const evidence: Uint8Array[] = [];
  if (version === 2) {
    const pieces = at + 2 > bytes.length ? 0 : view.getUint16(at);
    at += 2;
    if (pieces === 0 || pieces > blockEvidenceMax) return undefined;
    for (let order = 0; order < pieces; order += 1) {
      const leaf = part();
      if (leaf === undefined || leaf.length > evidenceBytesMax) return undefined;
      evidence.push(leaf);
    }
  }
  if (at !== bytes.length) return undefined;
  return { timeMs: view.getBigUint64(1), stateRoot: bytes.slice(9, 41), entries, evidence };
}

function evidenceBytes(evidence: readonly Uint8Array[]): number {
  return evidence.reduce((sum, leaf) => sum + 2 + leaf.length, 2);
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
 * Puts together the block that takes as many of `candidates`, in their order, as may stand on `parent`, and
 * what of `evidence` may stand there. What may not stand is left out, and entries are named; what does not
 * fit stays for a later block. The caller vouches for the candidates' signatures.
 */
export function draftBody(
  context: StateContext,
  parent: Standing,
  candidates: Iterable<ReadEntry>,
  at: { readonly timeMs: bigint; readonly epoch: bigint },
  evidence: Iterable<Uint8Array> = [],
  foreseen: AtHand['foreseen'] = nothingAtHand.foreseen,
): Draft {
  const timeMs = at.timeMs > parent.timeMs ? at.timeMs : parent.timeMs;
  const entries: ReadEntry[] = [];
  const refusals: (Refusal | null)[] = [];
  const left: { entry: ReadEntry; fault: EntryFault }[] = [];
  const proofs: Uint8Array[] = [];
  let map = parent.map;
  let bytes = headBytes + 2;
  for (const leaf of evidence) {
    if (proofs.length >= blockEvidenceMax) break;
    if (applyEvidence(context, map, leaf, timeMs) === undefined) continue;
    bytes += 2 + leaf.length;
    proofs.push(leaf);
  }
  for (const entry of candidates) {
    if (entries.length >= draftEntriesMax) break;
    if (bytes + entryBytes(entry) > payloadBytesMax) break;
    const applied =
      foreseen(entry, map, at.epoch) ??
      applyEntry(context, map, entry, { epoch: at.epoch, timeMs });
    if (applied.kind === 'invalid') {
      left.push({ entry, fault: applied.fault });
      continue;
    }
    ({ map } = applied);
    bytes += entryBytes(entry);
    entries.push(entry);
    refusals.push(applied.refusal);
  }
  const judged = proofs.filter((leaf) => {
    const next = applyEvidence(context, map, leaf, timeMs);
    map = next ?? map;
    return next !== undefined;
  });
  const ended = finished(context, parent, map, timeMs);
  const body = { timeMs, stateRoot: rootOf(ended.map), entries, evidence: judged };
  return {
    executed: {
      body,
      standing: standingAfter(parent, body, ended),
      firstIndex: parent.size,
      refusals,
      handover: ended.handover,
    },
    payload: encodeBody(body),
    left,
  };
}

/**
 * Executes a payload on top of `parent`. Invalid when it is not a body, when time runs backwards,
 * when an entry or evidence may not stand here, when it seals and its epoch is not at its end or the
 * reverse, or when its state root is not the one that follows. What `demandsOf` names must be genuine as
 * well before the block may be voted for.
 */
export function executePayload(
  context: StateContext,
  parent: Standing,
  payload: Uint8Array,
  epoch: bigint,
  seals = false,
  atHand = nothingAtHand,
): Execution {
  const body = decodeBody(payload, atHand.act);
  if (body === undefined) return unfit('the payload is malformed');
  const { timeMs } = body;
  if (timeMs < parent.timeMs) return unfit('time runs backwards');
  const refusals: (Refusal | null)[] = [];
  const signers: Uint8Array[] = [];
  let map = parent.map;
  for (const [order, entry] of body.entries.entries()) {
    const applied =
      atHand.foreseen(entry, map, epoch) ?? applyEntry(context, map, entry, { epoch, timeMs });
    if (applied.kind === 'invalid') return unfit(`entry ${order}: ${applied.fault}`);
    ({ map } = applied);
    refusals.push(applied.refusal);
    signers.push(applied.signer);
  }
  for (const [order, leaf] of body.evidence.entries()) {
    const judged = applyEvidence(context, map, leaf, timeMs);
    if (judged === undefined) return unfit(`evidence ${order} may not stand`);
    map = judged;
  }
  const ended = finished(context, parent, map, timeMs);
  if ((ended.handover !== null) !== seals) return unfit('the epoch ends elsewhere');
  if (!equalBytes(rootOf(ended.map), body.stateRoot)) {
    return unfit('the state root is not the one that follows');
  }
  const standing = standingAfter(parent, body, ended);
  const { handover } = ended;
  return {
    kind: 'executed',
    executed: { body, standing, firstIndex: parent.size, refusals, handover },
    signers,
  };
}

/**
 * The signatures that must be genuine for an executed block, but for entries whose own were found genuine
 * before. Undefined when one has no known form.
 */
export function demandsOf(
  context: StateContext,
  { entries }: BlockBody,
  signers: readonly Uint8Array[],
  isVouched: (entry: ReadEntry) => boolean = () => false,
): readonly (SignatureDemand & { readonly entry: ReadEntry })[] | undefined {
  const statementOf = makeStatementReader(context.chainId);
  const demands: (SignatureDemand & { readonly entry: ReadEntry })[] = [];
  for (const [order, signer] of signers.entries()) {
    const entry = entries[order];
    if (entry === undefined || isVouched(entry)) continue;
    const demand = signatureDemand(context, entry, signer, statementOf);
    if (demand === undefined) return undefined;
    demands.push({ ...demand, entry });
  }
  return demands;
}

/** The leaves of the entries in order, of the evidence, and the handover; the header leaf comes after them. */
export function entryLeaves(executed: Executed): readonly Uint8Array[] {
  const { body, refusals, handover } = executed;
  const entries = body.entries.map(({ header, actHash }, order) =>
    encodeEntry({
      channel: header.channel,
      actHash,
      effects: header.effects,
      refusal: refusals[order] ?? null,
    }),
  );
  return [...entries, ...body.evidence, ...(handover === null ? [] : [handover.leaf])];
}

/** How many leaves of a block are acts or evidence: what its header counts. */
export function entryCountOf({ entries, evidence }: BlockBody): number {
  return entries.length + evidence.length;
}

type Ended = { readonly map: StateMap; readonly handover: Executed['handover'] };

/** What follows from the state after a block's content: nothing, or the end of the epoch. */
function finished(
  { network, chainId }: StateContext,
  parent: Standing,
  map: StateMap,
  timeMs: bigint,
): Ended {
  const height = parent.height + 1n;
  if (network === undefined || !isSealDue(governanceOf(network, map), height, timeMs)) {
    return { map, handover: null };
  }
  let leaf: Uint8Array = new Uint8Array();
  let voters = 0;
  const after = endEpoch(network, map, { height, timeMs }, (next) => {
    const validators = votersOf(next);
    const { origin } = network;
    const { epoch, handover: previousHandover } = next;
    const logKey = next.logKey ?? network.logKey;
    leaf = encodeHandoverLeaf({ origin, chainId, epoch, validators, logKey, previousHandover });
    voters = validators.length;
    return leafHash(leaf);
  });
  return { map: after, handover: { leaf, voters } };
}

function unfit(reason: string): Execution {
  return { kind: 'invalid', reason };
}

function standingAfter(parent: Standing, body: BlockBody, { map, handover }: Ended): Standing {
  const leaves = entryCountOf(body) + (handover === null ? 1 : 2);
  return {
    height: parent.height + 1n,
    size: parent.size + BigInt(leaves),
    timeMs: body.timeMs,
    map,
  };
}
