/**
 * The final chain of this process: what was committed, who cosigned it, who follows it, and its proofs.
 *
 * A block is committed once, by whichever validator is first; for the others it must be the same block,
 * or agreement is broken. It is shown to followers, in height order and once each, when validators with
 * more than two thirds of the stake have cosigned it or a block above it.
 *
 * What is handed out as a proof was checked first: a disk that changed a leaf, a node or a cosignature makes
 * the ledger refuse with a StoreFault, or leave that cosignature out, and never a file that does not verify.
 */
import type { FinalBlock, FinalEntry, InclusionParts } from '../client.ts';
import { type Executed, entryCountOf, type Standing } from '../core/block.ts';
import type { Certificate } from '../core/certificate.ts';
import { ForkFound } from '../core/decision.ts';
import type { Message } from '../core/message.ts';
import { finalizedBatchMax } from '../core/params.ts';
import type { Block } from '../core/proposal.ts';
import type { StateMap } from '../core/state-map.ts';
import type { Digest } from '../core/vote.ts';
import { fromHex } from '../crypto/digest.ts';
import { logSigningBytes } from '../crypto/signature.ts';
import { checkpointBody, logLine, parseNoteLine } from '../log/checkpoint.ts';
import { cosignatureLine, verifiedCosignature } from '../log/cosignature.ts';
import { decodeHeaderLeaf, encodeHeaderLeaf } from '../log/handover.ts';
import { leafHash, verifyInclusion } from '../log/merkle.ts';
import type { SignedCheckpoint } from '../log/note.ts';
import { encodeTlogProof } from '../log/proof.ts';
import type { ChainApplication } from './application.ts';
import { type Epochs, isQuorumOf } from './epochs.ts';
import type { Genesis } from './genesis.ts';
import type { CosignedRecord } from './journal.ts';
import type { LogKeys } from './log-keys.ts';
import { signBytes } from './signer.ts';
import { type Store, type StoredBlock, StoreFault, type StoreHead } from './store.ts';

export type Ledger = {
  /** Makes the block the next final one; does nothing but compare when it is final already. */
  readonly commit: (
    block: Block,
    finalization: Certificate | null,
    trail: readonly Block[],
  ) => Committed;
  /** The text that validators cosign after a block. */
  readonly checkpoint: (head: StoreHead) => string;
  /**
   * Final blocks whose cosignatures are wanting before what is final can be shown: those that ended an epoch,
   * the lowest first, and the newest.
   */
  readonly lacking: () => readonly bigint[];
  /** Keeps a cosignature that is durable; one by nobody of that block's epoch is dropped. */
  readonly putCosignature: (cosigned: CosignedRecord) => void;
  /** Shows followers what may be shown now. */
  readonly announce: () => void;
  readonly blocksFrom: (height: bigint, signal: AbortSignal) => AsyncIterable<FinalBlock>;
  readonly inclusion: (index: bigint, size?: bigint) => InclusionParts;
  readonly tlogProof: (index: bigint) => string;
  /** Where the newest cosigned height stands: nothing beyond it is shown to anyone. */
  readonly shownHead: () => StoreHead;
  /** The proof files of the handovers up to the newest cosigned checkpoint, or to that of `size`, oldest first. */
  readonly handovers: (size?: bigint) => readonly string[];
  /** The newest checkpoint that a quorum has cosigned, or that of `size`. RangeError where there is none. */
  readonly signedCheckpoint: (size?: bigint) => SignedCheckpoint;
  /** The state after a block, for the newest heights up to the newest cosigned one, which is meant when none is named. */
  readonly stateAt: (height?: bigint) => { readonly height: bigint; readonly map: StateMap };
  readonly blockOf: (digest: Digest) => Block | null;
  readonly finalizedFrom: (height: bigint) => Message | null;
  /** Ends all followers, with the error when there is one. */
  readonly close: (failure: Error | null) => void;
};

export type Committed = {
  readonly head: StoreHead;
  /** Null when the block was final before. */
  readonly executed: Executed | null;
};

export type LedgerOptions = {
  readonly genesis: Genesis;
  /** Without the key of an epoch there are no proof files of its checkpoints here. */
  readonly logKeys: LogKeys;
  readonly store: Store;
  readonly application: ChainApplication;
  readonly epochs: Epochs;
  /** False where nobody follows: then cosignatures of others are not gathered, and nothing is ever shown. */
  readonly shows?: boolean;
};

/** Digests of final blocks kept at hand, to compare. */
const digestsMax = 1024;

/** States kept for proofs: the newest cosigned one is among them however late cosignatures come. */
const statesMax = 16;

/** Handovers whose files are kept at hand; as many as a verifier walks. */
const handoverFilesMax = 256;

/** Heights whose cosignatures were checked and are kept as lines. */
const cosignedHeightsMax = 64;

/** Octets of payload in one answer to a validator that lags; a single block may be larger. */
const finalizedBytesMax = 2 * 1024 * 1024;

/** Ends of epochs whose cosignatures are asked for at once. */
const lackingMax = 64;

/** Entries in the blocks that are kept at hand for followers who are a little behind. */
const recentEntriesMax = 8_192;

export function makeLedger(options: LedgerOptions): Ledger {
  const { genesis, logKeys, store, application, epochs } = options;
  const { origin, chainId } = genesis;
  const digests = new Map<bigint, Digest>();
  const recent = new Map<bigint, FinalBlock>();
  let recentEntries = 0;
  const handoverFiles = new Map<bigint, string>();
  const cosignatureLines = new Map<
    bigint,
    { readonly storedCount: number; readonly lines: readonly string[] }
  >();
  /** Final blocks that are not shown yet; what falls out of it is read from the store when it is shown. */
  const unseen = new Map<bigint, { readonly block: Block; readonly executed: Executed }>();
  let unseenEntries = 0;
  let waiting: (() => void)[] = [];
  let closed: { readonly failure: Error | null } | null = null;

  const isCosigned = (height: bigint): boolean =>
    height >= 1n &&
    isQuorumOf(
      epochs.at(height),
      store.cosignatures(height).map(({ validator }) => validator),
    );
  /**
   * The highest cosigned height. It is not beyond a sealing block that lacks its own quorum: whoever comes
   * later could not be shown who votes after it.
   */
  const highestCosigned = (above: bigint): bigint => {
    let end = store.head().height;
    for (let { number, base } = epochs.latest(); base > above; ) {
      if (!isCosigned(base)) end = base - 1n;
      number -= 1n;
      base = epochs.of(number)?.base ?? 0n;
    }
    for (let height = end; height > above; height -= 1n) if (isCosigned(height)) return height;
    return above;
  };
  /** The height up to which followers may see; it has a checkpoint with enough cosignatures. */
  let shown = options.shows === false ? 0n : highestCosigned(0n);
  /** The highest height that was ever found cosigned. */
  let cosigned = shown;
  /** The newest states; they share what they have in common. */
  const states = new Map<bigint, StateMap>();
  const keepState = ({ height, map }: Standing): void => {
    states.set(height, map);
    states.delete(height - BigInt(statesMax));
  };
  keepState(application.standing());

  const digestAt = (height: bigint): Digest =>
    digests.get(height) ?? store.block(height).block.digest;

  const checkpoint = ({ size, root }: StoreHead): string => checkpointBody({ origin, size, root });

  const commit: Ledger['commit'] = (block, finalization, trail) => {
    const { height } = block;
    if (height <= store.head().height) {
      if (digestAt(height) !== block.digest) {
        throw new ForkFound(`Two blocks of height ${height} were finalized.`);
      }
      return { head: store.headAt(height), executed: null };
    }
    const { setHash } = epochs.at(height);
    const executed = application.finalize(block);
    const headerLeaf = encodeHeaderLeaf({
      chainId,
      height,
      epoch: block.epoch,
      view: block.view,
      timeMs: executed.body.timeMs,
      parentDigest: octetsOf(block.parent.digest),
      firstIndex: executed.firstIndex,
      entryCount: BigInt(entryCountOf(executed.body)),
      stateRoot: executed.body.stateRoot,
      validatorSetHash: setHash,
    });
    const head = store.append(block, executed, headerLeaf, finalization, trail);
    keepState(executed.standing);
    digests.set(height, block.digest);
    digests.delete(height - BigInt(digestsMax));
    if (options.shows !== false) keepUnseen(block, executed);
    return { head, executed };
  };

  const blockAt = (height: bigint): FinalBlock => {
    const known = recent.get(height);
    if (known !== undefined) return known;
    const fresh = unseen.get(height);
    const parts =
      fresh === undefined
        ? storedParts(store.block(height))
        : {
            block: fresh.block,
            firstIndex: fresh.executed.firstIndex,
            entries: fresh.executed.body.entries,
            refusals: fresh.executed.refusals,
          };
    if (fresh === undefined) checkStored(store, height);
    const made = finalBlock(parts, store, height, isCosigned(height));
    if (fresh !== undefined) {
      dropUnseen(height, fresh.executed);
      remember(made);
    }
    return made;
  };

  const keepUnseen = (block: Block, executed: Executed): void => {
    unseen.set(block.height, { block, executed });
    unseenEntries += 1 + executed.refusals.length;
    for (const [height, each] of unseen) {
      if (unseenEntries <= recentEntriesMax || unseen.size === 1) return;
      dropUnseen(height, each.executed);
    }
  };

  const dropUnseen = (height: bigint, executed: Executed): void => {
    unseen.delete(height);
    unseenEntries -= 1 + executed.refusals.length;
  };

  const remember = (block: FinalBlock): void => {
    recent.set(block.height, block);
    recentEntries += 1 + block.entries.length;
    for (const [height, { entries }] of recent) {
      if (recentEntries <= recentEntriesMax || recent.size === 1) return;
      recent.delete(height);
      recentEntries -= 1 + entries.length;
    }
  };

  const wake = (): void => {
    const woken = waiting;
    waiting = [];
    for (const each of woken) each();
  };

  const cosignedHeight = (size?: bigint): bigint => {
    const height = size === undefined ? shown : store.heightOfSize(size);
    if (height === null || height === 0n || !isCosigned(height)) {
      throw new RangeError(
        `there is no cosigned checkpoint${size === undefined ? '' : ` of size ${size}`}`,
      );
    }
    return height;
  };

  const inclusion = (index: bigint, size?: bigint): InclusionParts => {
    const height = cosignedHeight(size);
    const head = store.headAt(height);
    if (index < 0n || index >= head.size) {
      throw new RangeError(`leaf ${index} is not under the checkpoint of size ${head.size}`);
    }
    const { size: total, root } = head;
    const leaf = store.leaf(index);
    const hashes = store.inclusion(index, total);
    if (!verifyInclusion({ leaf: leafHash(leaf), index, size: total, hashes, root })) {
      throw new StoreFault(`the stored tree does not prove leaf ${index} under size ${total}`);
    }
    return { index, leaf, hashes, size: total, root, height, ...signaturesAt(height) };
  };

  /** The text under which a height stands, and every signature that is at hand for it. */
  const signaturesAt = (height: bigint) => {
    const { number, logKey } = epochs.at(height);
    const key = logKeys(logKey);
    if (key === null) {
      throw new RangeError(`the key of the log in epoch ${number} is not on this machine`);
    }
    const body = checkpoint(store.headAt(height));
    return {
      checkpointBody: body,
      logLine: logLine(origin, logKey, signBytes(key, logSigningBytes(body))),
      cosignatureLines: genuineLines(height),
    };
  };

  /** The cosignatures of a height that hold, each checked once while it is at hand. */
  const genuineLines = (height: bigint): readonly string[] => {
    const stored = store.cosignatures(height);
    const known = cosignatureLines.get(height);
    if (known?.storedCount === stored.length) return known.lines;
    const epoch = epochs.at(height);
    const { size, root } = store.headAt(height);
    const genuine = stored.flatMap((cosignature) => {
      const validator = epoch.validators[cosignature.validator];
      if (validator === undefined) return [];
      const text = cosignatureLine(validator.name, validator.cosignerKey, cosignature);
      const line = parseNoteLine(text.trimEnd());
      const isGenuine = verifiedCosignature(line, { origin, size, root }, validator) !== undefined;
      return isGenuine ? [{ validator: cosignature.validator, text }] : [];
    });
    const voters = genuine.map(({ validator }) => validator);
    if (!isQuorumOf(epoch, voters)) {
      throw new StoreFault(`the stored cosignatures of height ${height} are damaged`);
    }
    const lines = genuine.map(({ text }) => text);
    cosignatureLines.set(height, { storedCount: stored.length, lines });
    if (cosignatureLines.size > cosignedHeightsMax) {
      const [oldest] = cosignatureLines.keys();
      if (oldest !== undefined) cosignatureLines.delete(oldest);
    }
    return lines;
  };

  const signedCheckpoint = (size?: bigint): SignedCheckpoint => {
    const height = cosignedHeight(size);
    const head = store.headAt(height);
    const lines = signaturesAt(height);
    return {
      checkpoint: { origin, size: head.size, root: head.root },
      logLine: parseNoteLine(lines.logLine.trimEnd()),
      cosignatures: lines.cosignatureLines.map((line) => parseNoteLine(line.trimEnd())),
    };
  };

  /** How an epoch was handed over: under the checkpoint that ended the one before. */
  const handoverOf = (number: bigint): string => {
    const known = handoverFiles.get(number);
    if (known !== undefined) return known;
    const index = epochs.handoverIndex(number);
    if (index === null) throw new RangeError(`epoch ${number} has not begun`);
    const size = index + 2n;
    const { leaf, hashes } = inclusion(index, size);
    const made = encodeTlogProof({ leaf, index, hashes, ...signedCheckpoint(size) });
    if (handoverFiles.size < handoverFilesMax) handoverFiles.set(number, made);
    return made;
  };

  return {
    commit,
    checkpoint,
    putCosignature: ({ validator, height, timeSeconds, signature }) => {
      const name = epochs.seats()[validator];
      const place = epochs.at(height).validators.findIndex((each) => each.name === name);
      if (place < 0) return;
      store.putCosignature(height, { validator: place, timeSeconds, signature });
      if (height > cosigned && isCosigned(height)) cosigned = height;
    },
    lacking: () => {
      const { height } = store.head();
      if (options.shows === false || shown >= height) return [];
      const ends: bigint[] = [];
      for (let { number, base } = epochs.latest(); base > shown; ) {
        if (!isCosigned(base)) ends.unshift(base);
        number -= 1n;
        base = epochs.of(number)?.base ?? 0n;
      }
      return [...new Set([...ends.slice(0, lackingMax), height])];
    },
    announce: () => {
      if (options.shows === false || cosigned <= shown) return;
      const highest = highestCosigned(shown);
      if (highest === shown) return;
      for (const height of [...unseen.keys()]) if (height <= highest) blockAt(height);
      shown = highest;
      wake();
    },
    blocksFrom: async function* (from, signal) {
      let next = from < 1n ? 1n : from;
      signal.addEventListener('abort', wake);
      try {
        while (!signal.aborted && closed === null) {
          if (next <= shown) {
            yield blockAt(next);
            next += 1n;
          } else await new Promise<void>((resolve) => waiting.push(resolve));
        }
      } finally {
        signal.removeEventListener('abort', wake);
      }
      if (!signal.aborted && closed !== null && closed.failure !== null) throw closed.failure;
    },
    inclusion,
    tlogProof: (index) => {
      const { leaf, hashes } = inclusion(index);
      return encodeTlogProof({ leaf, index, hashes, ...signedCheckpoint() });
    },
    shownHead: () => store.headAt(shown),
    handovers: (size) => {
      const files: string[] = [];
      const height = size === undefined ? shown : cosignedHeight(size);
      const { number } = height === 0n ? epochs.at(1n) : epochs.at(height);
      for (let next = 2n; next <= number; next += 1n) files.push(handoverOf(next));
      return files;
    },
    signedCheckpoint,
    stateAt: (height = shown) => {
      const map = height <= shown ? states.get(height) : undefined;
      if (map === undefined || height === 0n) {
        throw new RangeError(`the state at height ${height} is not kept; the newest is ${shown}`);
      }
      return { height, map };
    },
    blockOf: (digest) => {
      const height = store.heightOfDigest(digest);
      return height === null ? null : store.block(height).block;
    },
    finalizedFrom: (height) => {
      const blocks: Block[] = [];
      let answer: Message | null = null;
      let octets = 0;
      for (let at = height; at <= store.head().height; at += 1n) {
        const { block, finalization, trail } = store.block(at);
        blocks.push(block);
        octets += block.payload.bytes.length;
        const isTooMuch = octets > finalizedBytesMax && blocks.length > 1;
        if (isTooMuch && answer !== null) break;
        if (finalization !== null) {
          // A commit that is larger than an answer: its blocks are fetched one by one.
          if (isTooMuch) return { kind: 'certificate', certificate: finalization };
          answer = { kind: 'finalized', blocks: [...blocks], trail, finalization };
          // An answer is of one epoch.
          if (block.payload.seals) break;
        }
        if (blocks.length >= finalizedBatchMax && answer !== null) break;
      }
      return answer;
    },
    close: (failure) => {
      closed ??= { failure };
      wake();
    },
  };
}

type Parts = {
  readonly block: Block;
  readonly firstIndex: bigint;
  readonly entries: readonly {
    readonly actHash: Uint8Array;
    readonly headerBytes: Uint8Array;
    readonly signature: Uint8Array;
  }[];
  readonly refusals: readonly (string | null)[];
};

function storedParts(stored: StoredBlock): Parts {
  const body = stored.body();
  return {
    block: stored.block,
    firstIndex: stored.firstIndex,
    entries: body.entries,
    refusals: body.entries.map((_, order) => stored.refusals.get(order) ?? null),
  };
}

/** The header leaf on disk, and with it the state root, leads to the root on disk: no bit of the three has changed. */
function checkStored(store: Store, height: bigint): void {
  const { size, root } = store.headAt(height);
  const index = size - 1n;
  const leaf = leafHash(store.leaf(index));
  if (!verifyInclusion({ leaf, index, size, hashes: store.inclusion(index, size), root })) {
    throw new StoreFault(`the stored root of height ${height} does not follow from its leaves`);
  }
}

function finalBlock(parts: Parts, store: Store, height: bigint, cosigned: boolean): FinalBlock {
  const { block, firstIndex, entries, refusals } = parts;
  const { size, root } = store.headAt(height);
  const headerIndex = size - 1n;
  const header = decodeHeaderLeaf(store.leaf(headerIndex));
  return {
    height,
    epoch: block.epoch,
    view: block.view,
    timeMs: header.timeMs,
    digest: octetsOf(block.digest),
    firstIndex,
    entries: entries.map(({ actHash, headerBytes, signature }, order): FinalEntry => {
      const code = refusals[order] ?? null;
      return {
        actHash,
        index: firstIndex + BigInt(order),
        outcome: code === null ? { kind: 'accepted' } : { kind: 'refused', code },
        header: headerBytes,
        signature,
      };
    }),
    headerIndex,
    size,
    root,
    stateRoot: header.stateRoot,
    cosigned,
  };
}

function octetsOf(digest: Digest): Uint8Array {
  const bytes = fromHex(digest);
  if (bytes === undefined) throw new StoreFault('a digest is 64 hex digits');
  return bytes;
}
