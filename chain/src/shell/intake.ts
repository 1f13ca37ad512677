/**
 * The door for acts: what comes in is read, looked up, verified once, and put in line.
 *
 * An act is checked against the state as it will be when all that waits before it is in, so a chain
 * of acts by one key may be submitted together. Signatures are verified off the main thread and at
 * the same time; acts are then taken in, in the order of the calls.
 */
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
import { verifyAll } from './application.ts';

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
  readonly vouch: (entry: ReadEntry) => void;
  readonly disown: (entry: ReadEntry) => void;
  /** Something new waits. */
  readonly onWork: () => void;
};

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
    const read = entries.map(({ header, signature }) => readEntry(header, signature));
    const demands = read.map((entry): SignatureDemand | null | undefined => {
      if (entry === undefined) return undefined;
      introduce(entry);
      const publicKey = publicKeyOf(entry);
      return publicKey === undefined ? null : signatureDemand(context, entry, publicKey);
    });
    const shared = new Map<string, Promise<boolean>>();
    return Promise.all(
      read.map(async (entry, order): Promise<Candidate> => {
        if (entry === undefined) return { kind: 'unreadable' };
        const demand = demands[order];
        if (demand === null) return { kind: 'read', entry, isGenuine: null };
        if (demand === undefined) return { kind: 'read', entry, isGenuine: false };
        const name = hex(demand.signature) + hex(demand.message);
        const verdict = shared.get(name) ?? verifyAll([demand]);
        shared.set(name, verdict);
        return { kind: 'read', entry, isGenuine: await verdict };
      }),
    );
  };

  const isKnown = (entry: ReadEntry): boolean => {
    if (mempool.has(entry.actHash)) return true;
    const key = signerOf(ahead, entry);
    if (key === undefined || entry.header.seq > key.seq) return false;
    if (key.lastAct !== null && equalBytes(key.lastAct, entry.actHash)) return true;
    return find(entry.actHash) !== null;
  };

  const take = (candidate: Candidate): SubmitResult => {
    if (candidate.kind === 'unreadable') return { kind: 'malformed', reason: 'ACT_MALFORMED' };
    const { entry, isGenuine } = candidate;
    if (isKnown(entry)) return { kind: 'known' };
    const applied = applyEntry(context, ahead, entry, moment());
    if (applied.kind === 'invalid') return { kind: 'malformed', reason: applied.fault };
    // A key that was unknown when the signature could have been verified, and is known now.
    if (isGenuine === null) return { kind: 'malformed', reason: 'KEY_UNKNOWN' };
    if (!isGenuine) return { kind: 'malformed', reason: 'SIGNATURE_INVALID' };
    if (!mempool.add(entry)) return { kind: 'malformed', reason: 'MEMPOOL_FULL' };
    vouch(entry);
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
      const isInOrder = final.every(({ actHash }, order) => names[order] === hex(actHash));
      for (const { actHash } of final) mempool.remove(actHash);
      if (mempool.size() === 0) ahead = map;
      else if (!isInOrder) replay(map);
    },
    drop: (entries, map) => {
      for (const entry of entries) {
        mempool.remove(entry.actHash);
        disown(entry);
      }
      replay(map);
    },
  };
}
