/**
 * The engine: one log, one store, one loop for the validators that are seated in this process.
 *
 * Embedded, all validators of the chain are here. In a network one is, or none: then the process only
 * listens, and holds the same final chain. What goes to others is handed to `outside`, and what comes
 * from them enters by `receive`.
 *
 * A turn of the loop takes every input that waits, lets each validator handle its own, writes all that
 * must be durable as one batch, and only then sends: to the other validators (their next inputs), and
 * to followers. Bodies, finalizations and cosignatures are in one batch, so a cosignature leaves only
 * when all that it speaks of is durable (P5).
 *
 * A process is one failure domain: one disk, one clock, one operator; a proof says so. An error of the
 * disk, a fork, or a broken rule stops everything at once (P7).
 */
import { setImmediate as nextMacrotask } from 'node:timers/promises';
import { actHash } from '../act/act.ts';
import type { ChainClient, ChainStatus, SignedEntry, SubmitResult } from '../client.ts';
import type { DigestOf } from '../core/application.ts';
import type { Effect } from '../core/effect.ts';
import type { Evidence } from '../core/equivocation.ts';
import { encodeProof, proofOf } from '../core/evidence.ts';
import { nextDueMs } from '../core/governance.ts';
import type { Governance } from '../core/governance-record.ts';
import type { Input } from '../core/input.ts';
import { makeMempool } from '../core/mempool.ts';
import { type Message, signedVotesIn } from '../core/message.ts';
import type { Timing } from '../core/params.ts';
import type { Block, FinalTip } from '../core/proposal.ts';
import { governanceOf, type StateContext } from '../core/state.ts';
import type { PeerId, ValidatorSet } from '../core/validators.ts';
import { equalBytes, hex } from '../crypto/digest.ts';
import { approvalSigningBytes, readySigningBytes } from '../crypto/signature.ts';
import type { Validator } from '../log/policy.ts';
import { makeApplication } from './application.ts';
import { makeCosigners } from './cosigners.ts';
import { makeEarly } from './early.ts';
import { firstEpoch, makeEpochs } from './epochs.ts';
import { evidenceIn } from './evidence-list.ts';
import { makeEvidencePool } from './evidence-pool.ts';
import type { FileSystem } from './files.ts';
import {
  anchorOf,
  type Genesis,
  makeValidatorKeys,
  networkOf,
  validatorKeysNamed,
} from './genesis.ts';
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
import { holdsLogKeys, offerLogKey, openLogKeys } from './log-keys.ts';
import { makeLogReader } from './log-reader.ts';
import { networkStatusOf } from './network-status.ts';
import type { NodeHost } from './node.ts';
import { type Base, expectHead, readJournal, trailOf } from './recovery.ts';
import { makeSeating } from './seating.ts';
import { isAtOrBelow, type Place, signBytes } from './signer.ts';
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
  /** What leaves a validator in place of a message: a test makes a liar of one here. */
  readonly says?: (from: PeerId, message: Message) => readonly Message[];
  readonly onFatal: (error: Error) => void;
  /** The validators that run here, by name. With none the process listens. */
  readonly hosted: readonly string[];
  /** Whoever is elsewhere; null when all are here. */
  readonly outside: Outside | null;
  /** P7: sign no vote before `beginVoting` says that nothing was forgotten. */
  readonly isListening: boolean;
};

/** The world beyond this process. Nothing here may fail: what cannot be delivered is dropped. */
export type Outside = {
  /** A message of a validator here, after all that it depends on is durable; `to` null for everyone. */
  readonly send: (to: PeerId | null, message: Message) => void;
  /** Acts that were taken in here. */
  readonly relay: (entries: readonly SignedEntry[]) => void;
  /** A cosignature of a validator here, which is durable. */
  readonly cosigned: (cosigned: CosignedRecord) => void;
  /** Is that validator within reach? */
  readonly isNear: (name: string) => boolean;
};

/** A chain's client, and the doors for those who are elsewhere. */
export type Engine = ChainClient & {
  /** False when a signature in it is not genuine: no honest peer sends that. */
  readonly receive: (from: PeerId, message: Message) => boolean;
  readonly receiveActs: (entries: readonly SignedEntry[]) => Promise<void>;
  /** False when the signature is not that validator's over the checkpoint of a final block. */
  readonly receiveCosignature: (cosigned: CosignedRecord) => Promise<boolean>;
  /** Acts that wait, oldest first. */
  readonly waiting: (countMax: number) => readonly SignedEntry[];
  /** The last durable cosignature of a validator of this process. */
  readonly lastCosigned: (name: string) => CosignedRecord | null;
  /** What a validator cosigned at a height, as the store has it. */
  readonly cosignatureAt: (name: string, height: bigint) => CosignedRecord | null;
  /** Final blocks whose cosignatures are wanting before they can be shown. */
  readonly lacking: () => readonly bigint[];
  /** Who votes in an epoch, in the order of its set; null for one that has not begun here. */
  readonly votersOf: (epoch: bigint) => readonly Validator[] | null;
  /** Ends listening. Resolves when votes may be signed. */
  readonly beginVoting: () => Promise<void>;
  /** What its log says that a validator of this process has signed last. */
  readonly lastSigned: (name: string) => Place | null;
  /** Where it stands: the epoch and view that it is in. */
  readonly place: () => Place;
  /** The last final view. */
  readonly finalPlace: () => Place | null;
  /** Evidence that waits for a block. */
  readonly accusing: () => readonly Uint8Array[];
};

/** Longer waits are cut into several: the runtime's timers hold no more. Milliseconds. */
const timerMsMax = 2 ** 31 - 1;

const gone = 'the chain is stopped';

/** Turns without waiting for the disk before others in the process get theirs. */
const turnsInARowMax = 32;

/** A snapshot of the state is due after this many entries, or an eighth of its size if that is more. */
const snapshotEntriesMin = 20_000;

/** Something to be done between two turns. */
type Control = { readonly run: () => Promise<void>; readonly reject: (error: Error) => void };
type Letter = { readonly from: number; readonly to: PeerId | null; readonly message: Message };

/** Starts the loop where the recovered parts end. Throws ChainBehind before any validator runs. */
export function startEngine(options: EngineOptions): Engine {
  const { files, home, genesis, context, store, wal, journal, now, digestOf, outside } = options;
  const { chainId, origin } = genesis;
  const network = networkOf(genesis);
  const mempool = makeMempool();
  const evidence = makeEvidencePool(context, now);
  const application = makeApplication({
    ...{ context, mempool, now, evidence: evidence.waiting },
    ...options.base,
  });
  const epochs = makeEpochs(genesis, store);
  const shows = outside === null || options.hosted.length === 0;
  const logKeys = openLogKeys(files, home);
  const ledger = makeLedger({ genesis, logKeys, store, application, epochs, shows });
  const inbox = makeInbox(chainId);
  const forLater = makeEarly();
  const intake = makeIntake({
    context,
    mempool,
    map: application.standing().map,
    moment: () => ({ epoch: epochs.latest().number, timeMs: now() }),
    find: store.find,
    vouch: application.vouch,
    disown: application.disown,
    onWork: () => {
      hasNewWork = true;
      kick();
    },
  });

  /** P7: true until votes may be signed. */
  let { isListening } = options;
  const { promise: voting, resolve: nowVoting } = Promise.withResolvers<void>();
  let queue: Queued[] = [];
  let controls: Control[] = [];
  let batch: JournalEntry[] = [];
  let letters: Letter[] = [];
  let hasNewWork = false;
  let saysWaiting = false;
  /** Octets that each seat has written into the log. */
  const walBytes = new Map<number, number>();
  let isRunning = false;
  let state: 'open' | 'stopped' | Error = 'open';
  let lastFinalMs: bigint | null = null;
  let upkeep: 'idle' | 'syncing' | 'synced' = 'idle';
  let entriesSinceSnapshot = 0;
  /** When a change is due that waits for nothing but time; and what wakes us then. */
  let dueMs: bigint | null = null;
  let dueTimer: NodeJS.Timeout | null = null;

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
    queue.length + controls.length + batch.length > 0 || hasNewWork || upkeep === 'synced';

  const turn = async (): Promise<void> => {
    const ordered = controls;
    controls = [];
    for (const { run: order } of ordered) await order();
    tellWork();
    const inputs = timersLast(queue);
    queue = [];
    for (const { index, input } of inputs) seating.node(index)?.handle(input);
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
      if (entry.kind !== 'body') {
        const written = records[order]?.payload.length ?? 0;
        walBytes.set(entry.validator, (walBytes.get(entry.validator) ?? 0) + written);
      }
      if (entry.kind === 'cosigned') cosigned.push(entry);
    });
    for (const each of cosigned) {
      ledger.putCosignature(each);
      if (seating.signer(each.validator) !== null) outside?.cosigned(each);
    }
    if (cosigned.length > 0) ledger.announce();
  };

  /** Every signature is checked before a core may see it; a stopped validator sees nothing. */
  const deliver = (): void => {
    const posted = letters;
    letters = [];
    for (const { from, to, message } of posted) {
      outside?.send(to, message);
      const sender = seating.nameOf(from);
      if (sender === undefined) continue;
      const meant = seating
        .running()
        .filter((index) => (to === null ? index !== from : seating.nameOf(index) === to));
      for (const said of options.says?.(sender, message) ?? [message]) {
        options.onSent(sender, said);
        if (meant.length > 0) pass(meant, sender, said);
      }
    }
  };

  /**
   * Hands a message over where its signatures hold, by the set of its epoch; whoever has not come to that epoch
   * learns that it is behind. False when a signature is false.
   */
  const pass = (meant: readonly number[], from: PeerId, message: Message): boolean => {
    const number = signedVotesIn(message)[0]?.epoch ?? firstEpoch;
    const epoch = epochs.of(number);
    if (epoch !== undefined && !inbox.isGenuine(message, epoch.set)) return false;
    for (const index of meant) {
      const own = seating.node(index)?.epoch() ?? number;
      const isAhead = number > own;
      if (number === own + 1n) forLater.keep(index, number, from, message);
      const input: Input = isAhead ? { kind: 'ahead', from } : { kind: 'message', from, message };
      queue.push({ index, input });
    }
    return true;
  };

  const receive = (from: PeerId, message: Message): boolean => {
    if (state !== 'open') return true;
    const isGenuine = pass(seating.running(), from, message);
    kick();
    return isGenuine;
  };

  const tellWork = (): void => {
    const isDue = dueMs !== null && now() >= dueMs;
    const waiting = mempool.size() > 0 || evidence.size() > 0 || isDue;
    if (!hasNewWork && waiting === saysWaiting) return;
    hasNewWork = false;
    saysWaiting = waiting;
    for (const index of seating.running()) queue.push({ index, input: { kind: 'work', waiting } });
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

  const commit = (index: number, effect: Effect & { kind: 'commit' }): ValidatorSet | null => {
    const { blocks, trail, finalization, sealed } = effect;
    const last = blocks.at(-1);
    if (last === undefined) return null;
    for (const filler of trail) {
      if (!journal.hasBody(filler.digest)) persist({ kind: 'body', block: filler });
    }
    for (const block of blocks) {
      const isLast = block === last;
      const committed = ledger.commit(block, isLast ? finalization : null, isLast ? trail : []);
      if (committed.executed !== null) {
        const { entries } = committed.executed.body;
        if (!journal.hasBody(block.digest)) persist({ kind: 'body', block });
        intake.advance(entries, application.standing().map);
        lastFinalMs = now();
        entriesSinceSnapshot += entries.length;
        cosigners.hearEarly(block.height);
        noteGovernance();
      }
      const { size } = committed.head;
      const body = ledger.checkpoint(committed.head);
      const signer = seating.signer(index);
      if (signer !== null && seating.placeIn(epochs.at(block.height), index) >= 0) {
        const { timeSeconds, signature } = signer.cosign(size, body, now() / 1000n);
        const { height } = block;
        persist({ kind: 'cosigned', validator: index, height, size, timeSeconds, signature });
      }
    }
    const { epoch, view } = finalization;
    const digest = sealed ? last.digest : finalization.digest;
    const tip: FinalTip = { epoch, view, height: last.height, digest, finalization };
    persist({ kind: 'final', validator: index, tip });
    if (!sealed) return null;
    void control(turnEpoch).catch(() => undefined);
    return epochs.of(epoch + 1n)?.set ?? null;
  };

  /** What waits may have become final, and another change the next to be due. */
  const noteGovernance = (): void => {
    const standing = application.standing();
    if (evidence.size() > 0) evidence.prune(standing);
    dueMs = nextDueMs(governance());
    if (dueTimer !== null) clearTimeout(dueTimer);
    dueTimer = null;
    if (dueMs === null) return;
    const waitMs = Math.min(Math.max(0, Number(dueMs - now())), timerMsMax);
    dueTimer = setTimeout(() => {
      hasNewWork = true;
      noteGovernance();
      kick();
    }, waitMs).unref();
  };

  const isLogKeyUsed = (logKey: Uint8Array): boolean => {
    for (let { number } = epochs.latest(); number >= firstEpoch; number -= 1n) {
      const used = epochs.of(number)?.logKey;
      if (used !== undefined && equalBytes(used, logKey)) return true;
    }
    return false;
  };

  const governance = (): Governance => governanceOf(network, application.standing().map);

  const report = (leaf: Uint8Array): boolean => {
    const isTaken = evidence.add(leaf, application.standing());
    if (isTaken) {
      hasNewWork = true;
      kick();
    }
    return isTaken;
  };

  /** An epoch has ended for somebody: who votes now, and what came early for him is heard. */
  const turnEpoch = (): void => {
    seating.settle();
    for (const index of seating.running()) {
      const epoch = seating.node(index)?.epoch() ?? 0n;
      for (const { from, message } of forLater.take(index, epoch)) pass([index], from, message);
    }
  };

  /** What the log says: more than the journal at hand, which forgets. */
  const written = (): Journal => readJournal(wal.records(), digestOf);

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
    commit: (effect) => commit(index, effect),
    blockOf: (digest) => journal.body(digest) ?? ledger.blockOf(digest),
    finalizedFrom: ledger.finalizedFrom,
    report: (found) => {
      options.onEvidence(found);
      report(encodeProof(chainId, proofOf(found)));
    },
  });

  const seating = makeSeating({
    ...{ files, home, genesis, epochs, store, journal, ledger, digestOf, hostOf },
    timing: options.timing,
    hosted: options.hosted,
    isEmbedded: outside === null,
    isListening: () => isListening,
    hasWork: () => mempool.size() > 0,
    enter: (index, input) => queue.push({ index, input }),
    clear: (index) => {
      queue = queue.filter((each) => each.index !== index);
    },
  });
  const cosigners = makeCosigners({
    ...{ epochs, store, ledger, seating },
    isOpen: () => state === 'open',
    take: (cosigned) => {
      persist({ kind: 'cosigned', ...cosigned });
      kick();
    },
  });

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
      if (entriesSinceSnapshot > Math.max(snapshotEntriesMin, standing.map.size / 8)) {
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
    if (dueTimer !== null) clearTimeout(dueTimer);
    seating.halt();
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
      await store.sync(true);
      await writeSnapshot(files, options.storeFolder, application.standing());
      await shorten();
      wal.close();
      store.close();
    });
  };

  const status = (): ChainStatus => {
    const { height, size } = store.head();
    return {
      height,
      size,
      epoch: epochs.latest().number,
      view: place().view,
      validators: epochs.latest().validators.map(({ name, organisation, stake }) => {
        const seat = epochs.seats().indexOf(name);
        const isRunning = seating.node(seat) !== null;
        return {
          ...{ name, organisation, stake },
          running: isRunning || (outside?.isNear(name) ?? false),
          walBytes:
            outside === null || options.hosted.includes(name) ? (walBytes.get(seat) ?? 0) : null,
        };
      }),
      network: networkStatusOf(network, governance(), now()),
      walBytes: wal.size(),
      mempool: mempool.size(),
      lastFinalMs,
    };
  };

  const place = (): Place => {
    const { number } = epochs.latest();
    let view = 0n;
    for (const index of seating.running()) {
      const node = seating.node(index);
      if (node?.epoch() === number && node.view() > view) view = node.view();
    }
    return { epoch: number, view };
  };

  const submit = async (entries: readonly SignedEntry[]): Promise<readonly SubmitResult[]> => {
    const results = await intake.submit(entries);
    const taken = entries.filter((_, order) => results[order]?.kind === 'waiting');
    if (taken.length > 0) outside?.relay(taken);
    return results;
  };

  const waiting = (countMax: number): readonly SignedEntry[] =>
    Iterator.from(mempool.waiting(new Set()))
      .take(countMax)
      .map(({ headerBytes, signature }) => ({ header: headerBytes, signature }))
      .toArray();

  const opened = <T>(work: () => T): T => {
    if (state === 'open') return work();
    throw state === 'stopped' ? new Error(gone) : state;
  };

  // Start

  const tips = journal.finalizations();
  for (const block of options.beyond) {
    const tip = tips.get(block.digest);
    const trail = tip === undefined ? [] : trailOf(journal, tip);
    const { executed } = ledger.commit(block, tip?.finalization ?? null, trail);
    entriesSinceSnapshot += executed?.body.entries.length ?? 0;
  }
  for (const each of journal.cosigned()) ledger.putCosignature(each);
  ledger.announce();
  if (options.expected !== null) expectHead(store, options.expected);
  intake.advance([], application.standing().map);
  const signedBefore = new Map(
    epochs.seats().map((_, index) => [index, lastPlace(journal.validator(index))] as const),
  );
  noteGovernance();
  seating.settle();
  kick();

  return {
    chainId,
    origin,
    submit: async (entries) => opened(() => submit(entries)),
    blocksFrom: ledger.blocksFrom,
    status,
    inclusion: async (index, size) => opened(() => ledger.inclusion(index, size)),
    tlogProof: async (index) => opened(() => ledger.tlogProof(index)),
    log: makeLogReader({ ledger, store, opened }),
    anchor: async () => anchorOf(genesis, firstEpoch),
    find: async (actHash) => opened(() => store.find(actHash)),
    stopValidator: async (name) => {
      const seat = seating.seatOf(name);
      await control(() => seating.rest(seat));
    },
    startValidator: async (name) => {
      const seat = seating.seatOf(name);
      await control(() => seating.wake(seat, () => written().validator(seat)));
    },
    reportEvidence: async (leaf) => opened(() => (report(leaf) ? 'waiting' : 'refused')),
    evidence: async () => opened(() => evidenceIn(chainId, store, epochs)),
    makeValidator: async (name) => {
      if (outside !== null) throw new RangeError('validators of this network run elsewhere');
      return opened(() => makeValidatorKeys(files, home, name));
    },
    makeLogKey: async () => {
      if (!holdsLogKeys(files, home)) throw new RangeError('the log is kept elsewhere');
      return opened(() => offerLogKey(files, home, chainId, isLogKeyUsed));
    },
    readiness: async (name, change) => {
      const keys = validatorKeysNamed(files, home, name);
      const message = readySigningBytes(chainId, change);
      return {
        consensusSignature: signBytes(keys.consensus, message),
        cosignerSignature: signBytes(keys.cosigner, message),
      };
    },
    approval: async (name, change) => {
      const keys = validatorKeysNamed(files, home, name);
      return signBytes(keys.consensus, approvalSigningBytes(chainId, change));
    },
    stop,
    receive,
    receiveActs: async (entries) => {
      if (state !== 'open') return;
      // What comes again costs a hash and no signature.
      const fresh = entries.filter(({ header }) => !mempool.has(hex(actHash(header))));
      if (fresh.length > 0) await intake.submit(fresh);
    },
    receiveCosignature: cosigners.receive,
    waiting,
    lastCosigned: (name) => {
      const seat = epochs.seats().indexOf(name);
      return seat < 0 ? null : journal.validator(seat).lastCosigned;
    },
    cosignatureAt: (name, height) => {
      const { height: top } = store.head();
      if (height < 1n || height > top) return null;
      const place = epochs.at(height).validators.findIndex((each) => each.name === name);
      const found = store.cosignatures(height).find(({ validator }) => validator === place);
      if (found === undefined) return null;
      const { size } = store.headAt(height);
      return { ...found, validator: epochs.seats().indexOf(name), height, size };
    },
    lacking: ledger.lacking,
    votersOf: (epoch) => epochs.of(epoch)?.validators ?? null,
    beginVoting: () => {
      if (isListening) {
        isListening = false;
        void control(() => seating.reload(written())).then(nowVoting, () => undefined);
      }
      return voting;
    },
    lastSigned: (name) => signedBefore.get(epochs.seats().indexOf(name)) ?? null,
    place,
    finalPlace: journal.furthestTip,
    accusing: () => [...evidence.waiting()],
  };
}

/** The last view for which the log holds a vote, or a notarization, which stands for a finalize vote. */
function lastPlace({ tip, records }: ValidatorJournal): Place | null {
  let last: Place | null = tip;
  for (const record of records) {
    if (record.kind === 'block') continue;
    const place = record.kind === 'vote' ? record.vote : record.certificate;
    const isSigned = record.kind === 'vote' || record.certificate.kind === 'notarize';
    if (isSigned && (last === null || isAtOrBelow(last, place))) last = place;
  }
  return last;
}

type Queued = { readonly index: number; readonly input: Input };

/** What was said before the clock ran out counts first, however long a sync or another task held us up. */
function timersLast(queue: readonly Queued[]): readonly Queued[] {
  const isTimer = ({ input }: Queued): boolean => input.kind === 'timer';
  return [...queue.filter((each) => !isTimer(each)), ...queue.filter(isTimer)];
}
