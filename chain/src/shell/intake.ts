/**
 * The door for acts: what comes in is read, looked up, verified once, and put in line.
 *
 * An act is checked against the state as it will be when all that waits before it is in, so a chain
 * of acts by one key may be submitted together. Signatures are verified off the main thread and at
 * the same time; acts are then taken in, in the order of the calls.
 */
import { makeStatementReader } from '../act/act.ts';
import type { SignedEntry, SubmitResult } from '../client.ts';
import type { Mempool } from '../core/mempool.ts';
import {
  applyEntry,
  type Moment,
  type ReadEntry,
  readEntry,
  type SignatureDemand,
  type StateContext,
  signatureDemand,
  signerOf,
} from '../core/state.ts';
import type { StateMap } from '../core/state-map.ts';
import { equalBytes, hex } from '../crypto/digest.ts';
import type { Trial } from './application.ts';
import { areGenuine } from './genuine.ts';

export type Intake = {
  readonly submit: (entries: readonly SignedEntry[]) => Promise<readonly SubmitResult[]>;
  /** The chain went on: `final` are the acts of the block, in order, and `map` the state after it. */
  readonly advance: (final: readonly ReadEntry[], map: StateMap) => void;
  /** Acts that can never be in a block any more. */
  readonly drop: (entries: readonly ReadEntry[], map: StateMap) => void;
};

export type IntakeOptions = {
  readonly context: StateContext;
  readonly mempool: Mempool;
  readonly map: StateMap;
  /** Where the next block would stand. */
  readonly moment: () => Moment;
  readonly find: (actHash: Uint8Array) => bigint | null;
  readonly vouch: (entry: ReadEntry, trial?: Trial) => void;
  readonly disown: (entry: ReadEntry) => void;
  /** Something new waits. */
  readonly onWork: () => void;
};

/** Acts in line of which it is kept what they did when they were tried. */
const trialsMax = 4_096;

/** Keys of acts that are on their way in. */
const introducedMax = 10_000;

type Candidate =
  | { readonly kind: 'unreadable' }
  | { readonly kind: 'read'; readonly entry: ReadEntry; readonly isGenuine: boolean | null };

export function makeIntake(options: IntakeOptions): Intake {
  const { context, mempool, moment, find, vouch, disown, onWork } = options;
  /** The state after everything that waits. */
  let ahead = options.map;
  let line: Promise<unknown> = Promise.resolve();
  /** Public keys that acts on their way in register; a key's id is its hash, so none can be false. */
  const introduced = new Map<string, Uint8Array>();

  const publicKeyOf = (entry: ReadEntry): Uint8Array | undefined =>
    signerOf(ahead, entry)?.publicKey ?? introduced.get(hex(entry.header.keyId));

  const introduce = ({ header }: ReadEntry): void => {
    for (const { keyId, publicKey } of header.effects.keys) {
      if (publicKey === null) continue;
      if (introduced.size >= introducedMax) introduced.clear();
      introduced.set(hex(keyId), publicKey);
    }
  };

  const verified = async (entries: readonly SignedEntry[]): Promise<readonly Candidate[]> => {
    const statementOf = makeStatementReader(context.chainId);
    const read = entries.map(({ header, signature }) => readEntry(header, signature));
    const demands: SignatureDemand[] = [];
    let last: { readonly place: Uint8Array; readonly publicKey: Uint8Array } | null = null;
    /** Where each demand stands among them; what cannot be genuine, and what cannot be known yet. */
    const asked = read.map((entry): number | 'false' | 'unknown' => {
      if (entry === undefined) return 'false';
      introduce(entry);
      // Acts of one key come in a row.
      const publicKey = last?.place === entry.keyPlace ? last.publicKey : publicKeyOf(entry);
      if (publicKey === undefined) return 'unknown';
      last = { place: entry.keyPlace, publicKey };
      const demand = signatureDemand(context, entry, publicKey, statementOf);
      return demand === undefined ? 'false' : demands.push(demand) - 1;
    });
    const verdicts = await areGenuine(demands);
    return read.map((entry, order): Candidate => {
      if (entry === undefined) return { kind: 'unreadable' };
      const question = asked[order];
      if (question === 'unknown') return { kind: 'read', entry, isGenuine: null };
      const isGenuine = typeof question === 'number' && verdicts[question] === true;
      return { kind: 'read', entry, isGenuine };
    });
  };

  /** Is the act final already? */
  const isFinal = (entry: ReadEntry): boolean => {
    const key = signerOf(ahead, entry);
    if (key === undefined || entry.header.seq > key.seq) return false;
    if (key.lastAct !== null && equalBytes(key.lastAct, entry.actHash)) return true;
    return find(entry.actHash) !== null;
  };

  const take = (candidate: Candidate): SubmitResult => {
    if (candidate.kind === 'unreadable') return { kind: 'malformed', reason: 'ACT_MALFORMED' };
    const { entry, isGenuine } = candidate;
    if (mempool.has(entry.name)) return { kind: 'known' };
    const at = moment();
    const applied = applyEntry(context, ahead, entry, at);
    if (applied.kind === 'invalid') {
      return isFinal(entry) ? { kind: 'known' } : { kind: 'malformed', reason: applied.fault };
    }
    // A key that was unknown when the signature could have been verified, and is known now.
    if (isGenuine === null) return { kind: 'malformed', reason: 'KEY_UNKNOWN' };
    if (!isGenuine) return { kind: 'malformed', reason: 'SIGNATURE_INVALID' };
    if (!mempool.add(entry)) return { kind: 'malformed', reason: 'MEMPOOL_FULL' };
    // What is done about the network depends on the time as well; a long line is not worth its memory.
    const isTrial = entry.header.effects.governance === null && mempool.size() <= trialsMax;
    vouch(entry, isTrial ? { map: ahead, epoch: at.epoch, applied } : undefined);
    ahead = applied.map;
    return { kind: 'waiting' };
  };

  const replay = (map: StateMap): void => {
    ahead = map;
    for (const entry of [...mempool.waiting(new Set())]) {
      const applied = applyEntry(context, ahead, entry, moment());
      if (applied.kind === 'valid') ahead = applied.map;
    }
  };

  return {
    submit: (entries) => {
      const checked = verified(entries);
      const taken = line.then(async () => {
        const results = (await checked).map(take);
        if (results.some(({ kind }) => kind === 'waiting')) onWork();
        return results;
      });
      line = taken.catch(() => undefined);
      return taken;
    },
    advance: (final, map) => {
      const names = mempool.first(final.length);
      const isInOrder = final.every(({ name }, order) => names[order] === name);
      for (const { name } of final) mempool.remove(name);
      if (mempool.size() === 0) ahead = map;
      else if (!isInOrder) replay(map);
    },
    drop: (entries, map) => {
      for (const entry of entries) {
        mempool.remove(entry.name);
        disown(entry);
      }
      replay(map);
    },
  };
}
