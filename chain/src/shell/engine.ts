/**
 * The embedded engine: all validators of a chain in this process, one log, one store, one loop.
 *
 * A turn of the loop takes every input that waits, lets each validator handle its own, writes all that
 * must be durable as one batch, and only then sends: to the other validators (their next inputs), and
 * to followers. Bodies, finalizations and cosignatures are in one batch, so a cosignature leaves only
 * when all that it speaks of is durable (P5).
 *
 * It is one failure domain: one disk, one clock, one operator; a proof says so. An error of the disk,
 * a fork, or a broken rule stops everything at once (P7).
 */
import { setImmediate as nextMacrotask } from 'node:timers/promises';
import type { ChainClient, ChainStatus } from '../client.ts';
import type { DigestOf } from '../core/application.ts';
import type { Certificate } from '../core/certificate.ts';
import type { Evidence } from '../core/equivocation.ts';
import type { Input } from '../core/input.ts';
import { makeMempool } from '../core/mempool.ts';
import type { Message } from '../core/message.ts';
import type { Timing } from '../core/params.ts';
import type { Block, FinalTip } from '../core/proposal.ts';
import { allRules } from '../core/rules.ts';
import type { StateContext } from '../core/state.ts';
import { type PeerId, validatorSet } from '../core/validators.ts';
import { zeroDigest } from '../core/vote.ts';
import { makeApplication } from './application.ts';
import type { FileSystem } from './files.ts';
import { anchorOf, type Genesis, logPrivateKey, validatorKeys } from './genesis.ts';
import { makeInbox } from './inbox.ts';
import { makeIntake } from './intake.ts';
import {
  type CosignedRecord,
  encodeEntry,
  type Journal,
  type JournalEntry,
  type ValidatorJournal,
} from './journal.ts';
import { makeLedger } from './ledger.ts';
import { makeNode, type NodeHost, type ValidatorNode } from './node.ts';
import { type Base, expectHead, readJournal } from './recovery.ts';
import { makeSigner, type ValidatorSigner } from './signer.ts';
import { writeSnapshot } from './snapshot.ts';
import type { Store } from './store.ts';
import type { Wal } from './wal.ts';

export type EngineOptions = {
  readonly files: FileSystem;
  readonly home: string;
  readonly storeFolder: string;
  readonly genesis: Genesis;
  readonly context: StateContext;
  readonly digestOf: DigestOf;
  readonly store: Store;
  readonly wal: Wal;
  readonly journal: Journal;
  readonly base: Base;
  /** Final blocks that the log has beyond the store. */
  readonly beyond: readonly Block[];
  readonly timing: Timing;
  readonly now: () => bigint;
  /** The log is cut short when it is larger than this. */
  readonly walBytesMax: number;
  /** What the caller knows to be final. */
  readonly expected: { readonly height: bigint; readonly root: Uint8Array } | null;
  readonly onEvidence: (evidence: Evidence) => void;
  /** Sees every message as it leaves a validator, after all that it depends on is durable. */
  readonly onSent: (from: PeerId, message: Message) => void;
  readonly onFatal: (error: Error) => void;
};

/** The only epoch of this release. */
export const firstEpoch = 1n;

const gone = 'the chain is stopped';

/** Turns without waiting for the disk before others in the process get theirs. */
const turnsInARowMax = 32;

/** A snapshot of the state is due after this many entries, or half its size if that is more. */
const snapshotEntriesMin = 20_000;

type Slot = { node: ValidatorNode | null; walBytes: number };
/** Something to be done between two turns. */
type Control = { readonly run: () => Promise<void>; readonly reject: (error: Error) => void };
type Letter = { readonly from: number; readonly to: PeerId | null; readonly message: Message };

/** Starts the loop where the recovered parts end. Throws ChainBehind before any validator runs. */
export function startEngine(options: EngineOptions): ChainClient {
  const { files, home, genesis, context, store, wal, journal, now, digestOf } = options;
  const { validators, chainId, origin } = genesis;
  const set = validatorSet(
    firstEpoch,
    validators.map(({ name, stake, consensusKey }) => ({ id: name, stake, consensusKey })),
  );
  const mempool = makeMempool();
  const application = makeApplication({ context, mempool, now, ...options.base });
  const logKey = logPrivateKey(files, home, genesis);
  const ledger = makeLedger({ genesis, logKey, store, application });
  const inbox = makeInbox(chainId);
  const intake = makeIntake({
    context,
    mempool,
    map: application.standing().map,
    epoch: () => firstEpoch,
    find: store.find,
    vouch: application.vouch,
    disown: application.disown,
    onWork: () => {
      hasNewWork = true;
      kick();
    },
  });

  const slots: Slot[] = validators.map(() => ({ node: null, walBytes: 0 }));
  let queue: Queued[] = [];
  let controls: Control[] = [];
  let batch: JournalEntry[] = [];
  let letters: Letter[] = [];
  let hasNewWork = false;
  let saysWaiting = false;
  let isRunning = false;
  let state: 'open' | 'stopped' | Error = 'open';
  let lastFinalMs: bigint | null = null;
  let upkeep: 'idle' | 'syncing' | 'synced' = 'idle';
  let entriesSinceSnapshot = 0;

  // The loop

  const kick = (): void => {
    if (isRunning || state !== 'open') return;
    isRunning = true;
    queueMicrotask(() => void run());
  };

  const run = async (): Promise<void> => {
    try {
      for (let turns = 1; state === 'open' && hasSomethingToDo(); turns += 1) {
        await turn();
        if (turns % turnsInARowMax === 0) await nextMacrotask();
      }
    } catch (error) {
      fail(error instanceof Error ? error : new Error(String(error)));
    }
    isRunning = false;
  };

  const hasSomethingToDo = (): boolean =>
    queue.length > 0 || controls.length > 0 || hasNewWork || upkeep === 'synced';

  const turn = async (): Promise<void> => {
    const ordered = controls;
    controls = [];
    for (const { run: order } of ordered) await order();
    tellWork();
    const inputs = timersLast(queue);
    queue = [];
    for (const { index, input } of inputs) slots[index]?.node?.handle(input);
    if (batch.length > 0) await makeDurable();
    deliver();
    await maintain();
  };

  /** P7: what the batch holds is durable, or the process stops. Only then do followers see it. */
  const makeDurable = async (): Promise<void> => {
    const entries = batch;
    batch = [];
    const records = entries.map(encodeEntry);
    await wal.append(records);
    const cosigned: CosignedRecord[] = [];
    entries.forEach((entry, order) => {
      const slot = entry.kind === 'body' ? undefined : slots[entry.validator];
      if (slot !== undefined) slot.walBytes += records[order]?.payload.length ?? 0;
      if (entry.kind === 'cosigned') cosigned.push(entry);
    });
    for (const each of cosigned) ledger.putCosignature(each);
    if (cosigned.length > 0) ledger.announce();
  };

  /** Every signature is checked before a core may see it; a stopped validator sees nothing. */
  const deliver = (): void => {
    const posted = letters;
    letters = [];
    for (const { from, to, message } of posted) {
      const sender = validators[from]?.name;
      if (sender === undefined) continue;
      options.onSent(sender, message);
      if (!inbox.isGenuine(message, set)) continue;
      slots.forEach(({ node }, index) => {
        const isMeant = to === null ? index !== from : validators[index]?.name === to;
        if (node !== null && isMeant) {
          queue.push({ index, input: { kind: 'message', from: sender, message } });
        }
      });
    }
  };

  const tellWork = (): void => {
    const waiting = mempool.size() > 0;
    if (!hasNewWork && waiting === saysWaiting) return;
    hasNewWork = false;
    saysWaiting = waiting;
    slots.forEach(({ node }, index) => {
      if (node !== null) queue.push({ index, input: { kind: 'work', waiting } });
    });
  };

  const enqueue = (index: number, input: Input): void => {
    queue.push({ index, input });
    kick();
  };

  // What the validators ask for

  const persist = (entry: JournalEntry): void => {
    journal.add(entry);
    batch.push(entry);
  };

  const commit = (index: number, blocks: readonly Block[], finalization: Certificate): void => {
    const last = blocks.at(-1);
    if (last === undefined) return;
    for (const block of blocks) {
      const committed = ledger.commit(block, block === last ? finalization : null);
      if (committed.executed !== null) {
        const { entries } = committed.executed.body;
        if (!journal.hasBody(block.digest)) persist({ kind: 'body', block });
        intake.advance(entries, application.standing().map);
        lastFinalMs = now();
        entriesSinceSnapshot += entries.length;
      }
      const { size } = committed.head;
      const body = ledger.checkpoint(committed.head);
      const signer = signers[index];
      if (signer !== undefined && signer !== null) {
        const { timeSeconds, signature } = signer.cosign(size, body, now() / 1000n);
        const { height } = block;
        persist({ kind: 'cosigned', validator: index, height, size, timeSeconds, signature });
      }
    }
    const { epoch, view, digest } = finalization;
    const tip: FinalTip = { epoch, view, height: last.height, digest, finalization };
    persist({ kind: 'final', validator: index, tip });
  };

  const hostOf = (index: number): NodeHost => ({
    persist,
    send: (to, message) => letters.push({ from: index, to, message }),
    enqueue: (input) => enqueue(index, input),
    hasBody: journal.hasBody,
    onSigned: inbox.trust,
    propose: ({ parent, ancestors, mustExtend, epoch }) => {
      const { payload, left } = application.propose(parent, ancestors, mustExtend, epoch);
      if (left.length > 0) {
        const dropped = left.map(({ entry }) => entry);
        intake.drop(dropped, application.standing().map);
      }
      return payload;
    },
    check: application.check,
    commit: (blocks, finalization) => commit(index, blocks, finalization),
    blockOf: (digest) => journal.body(digest) ?? ledger.blockOf(digest),
    finalizedFrom: ledger.finalizedFrom,
    report: options.onEvidence,
  });

  // Validators come and go

  const signers: (ValidatorSigner | null)[] = validators.map(() => null);

  const boot = (index: number, known: ValidatorJournal): void => {
    const validator = validators[index];
    const slot = slots[index];
    if (validator === undefined || slot === undefined) return;
    const keys = validatorKeys(files, home, validator);
    const signer = makeSigner({ chainId, voter: index, keys });
    restoreSigner(signer, known);
    signers[index] = signer;
    const consensus = {
      ...{ self: validator.name, validators: set, digestOf, rules: allRules },
      timing: options.timing,
      tip: known.tip ?? genesisTip,
    };
    slot.node = makeNode({ index, consensus, signer, host: hostOf(index) });
    queue.push({ index, input: { kind: 'restart', records: known.records } });
    queue.push({ index, input: { kind: 'work', waiting: mempool.size() > 0 } });
  };

  const restoreSigner = (signer: ValidatorSigner, known: ValidatorJournal): void => {
    if (known.tip !== null) signer.raiseFloor(known.tip);
    for (const record of known.records) {
      if (record.kind === 'vote') signer.restoreVote(record.vote);
      const isNotarized = record.kind === 'certificate' && record.certificate.kind === 'notarize';
      if (isNotarized) signer.restoreNotarization(record.certificate);
    }
    if (known.lastCosigned !== null) {
      const { height, size, timeSeconds, signature } = known.lastCosigned;
      const body = ledger.checkpoint(store.headAt(height));
      signer.restoreCosignature(size, body, { timeSeconds, signature });
    }
  };

  const unload = (index: number): void => {
    slots[index]?.node?.halt();
    if (slots[index] !== undefined) slots[index].node = null;
    signers[index] = null;
    queue = queue.filter((each) => each.index !== index);
  };

  /** Runs between two turns. */
  const control = (work: () => void | Promise<void>): Promise<void> =>
    new Promise((resolve, reject) => {
      if (state !== 'open') {
        reject(state === 'stopped' ? new Error(gone) : state);
        return;
      }
      const order = async (): Promise<void> => {
        try {
          await work();
          resolve();
        } catch (error) {
          reject(error);
        }
      };
      controls.push({ run: order, reject });
      kick();
    });

  const indexOf = (name: string): number => {
    const index = validators.findIndex((validator) => validator.name === name);
    if (index < 0) throw new RangeError(`there is no validator ${name}`);
    return index;
  };

  // Upkeep

  /** Keeps the log short: what the store has durably is no longer needed there. */
  const maintain = async (): Promise<void> => {
    if (upkeep === 'synced') {
      upkeep = 'idle';
      await shorten();
    } else if (upkeep === 'idle' && wal.size() > options.walBytesMax) {
      upkeep = 'syncing';
      void syncStore();
    }
  };

  const syncStore = async (): Promise<void> => {
    try {
      const standing = application.standing();
      await store.sync();
      if (entriesSinceSnapshot > Math.max(snapshotEntriesMin, standing.map.size / 2)) {
        entriesSinceSnapshot = 0;
        await writeSnapshot(files, options.storeFolder, standing);
      }
      if (state !== 'open') return;
      upkeep = 'synced';
      kick();
    } catch (error) {
      fail(error instanceof Error ? error : new Error(String(error)));
    }
  };

  const shorten = async (): Promise<void> => {
    journal.forget(store.durableHeight());
    await wal.rotate(journal.needed());
  };

  const end = (reason: 'stopped' | Error): void => {
    if (state !== 'open') return;
    state = reason;
    for (const { node } of slots) node?.halt();
    for (const { reject } of controls) reject(reason === 'stopped' ? new Error(gone) : reason);
    ledger.close(reason === 'stopped' ? null : reason);
  };

  const fail = (error: Error): void => {
    if (state !== 'open') return;
    end(error);
    wal.close();
    store.close();
    options.onFatal(error);
  };

  const stop = async (): Promise<void> => {
    if (state !== 'open') return;
    await control(async () => {
      while (upkeep === 'syncing' && state === 'open') await nextMacrotask();
      opened(() => end('stopped'));
      await store.sync();
      await writeSnapshot(files, options.storeFolder, application.standing());
      await shorten();
      wal.close();
      store.close();
    });
  };

  const status = (): ChainStatus => {
    const { height, size } = store.head();
    const views = slots.map(({ node }) => node?.view() ?? 0n).sort((a, b) => (a < b ? -1 : 1));
    return {
      height,
      size,
      epoch: firstEpoch,
      view: views.at(-1) ?? 0n,
      validators: validators.map(({ name, organisation, stake }, index) => ({
        ...{ name, organisation, stake },
        running: slots[index]?.node !== null,
        walBytes: slots[index]?.walBytes ?? 0,
      })),
      mempool: mempool.size(),
      lastFinalMs,
    };
  };

  const opened = <T>(work: () => T): T => {
    if (state === 'open') return work();
    throw state === 'stopped' ? new Error(gone) : state;
  };

  // Start

  const tips = journal.finalizations();
  for (const block of options.beyond) {
    const { executed } = ledger.commit(block, tips.get(block.digest)?.finalization ?? null);
    entriesSinceSnapshot += executed?.body.entries.length ?? 0;
  }
  for (const each of journal.cosigned()) ledger.putCosignature(each);
  ledger.announce();
  if (options.expected !== null) expectHead(store, options.expected);
  intake.advance([], application.standing().map);
  validators.forEach((_, index) => {
    boot(index, journal.validator(index));
  });
  kick();

  return {
    chainId,
    origin,
    submit: async (entries) => opened(() => intake.submit(entries)),
    blocksFrom: ledger.blocksFrom,
    status,
    inclusion: async (index, size) => opened(() => ledger.inclusion(index, size)),
    tlogProof: async (index) => opened(() => ledger.tlogProof(index)),
    anchor: async () => anchorOf(genesis, firstEpoch),
    find: async (actHash) => opened(() => store.find(actHash)),
    stopValidator: async (name) => {
      const index = indexOf(name);
      await control(() => unload(index));
    },
    startValidator: async (name) => {
      const index = indexOf(name);
      await control(() => {
        if (slots[index]?.node !== null) return;
        boot(index, readJournal(wal.records(), digestOf).validator(index));
      });
    },
    stop,
  };
}

type Queued = { readonly index: number; readonly input: Input };

/** What was said before the clock ran out counts first, however long a sync or another task held us up. */
function timersLast(queue: readonly Queued[]): readonly Queued[] {
  const isTimer = ({ input }: Queued): boolean => input.kind === 'timer';
  return [...queue.filter((each) => !isTimer(each)), ...queue.filter(isTimer)];
}

const genesisTip: FinalTip = {
  epoch: firstEpoch,
  view: 0n,
  height: 0n,
  digest: zeroDigest,
  finalization: null,
};
