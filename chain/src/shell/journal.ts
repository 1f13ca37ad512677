/**
 * What the records of the write-ahead log mean, and what of them is still needed.
 *
 *   1 body      a block, once for all validators of the process
 *   2 record    validator u8 ‖ a vote or certificate of its core
 *   3 holding   validator u8 ‖ digest[32]: its core holds that body
 *   4 final     validator u8 ‖ height u64 ‖ digest[32] ‖ finalization: how far the chain is final for it
 *   5 cosigned  validator u8 ‖ height u64 ‖ size u64 ‖ timeSeconds u64 ‖ signature[64]
 *
 * The same fold reads the log after a crash and follows it while it is written, so what a
 * rotation keeps is what a restart would have found. `final` raises the validator's signing
 * floor: its core's records at or below that view are forgotten with it (P6).
 */

import type { DigestOf } from '../core/application.ts';
import {
  decodeBlock,
  decodeCertificate,
  decodeRecord,
  encodeBlock,
  encodeCertificate,
  encodeRecord,
} from '../core/codec.ts';
import type { DurableRecord } from '../core/effect.ts';
import type { Block, FinalTip } from '../core/proposal.ts';
import { type Digest, writeDigest } from '../core/vote.ts';
import { concat, hex, u64be } from '../crypto/digest.ts';
import { isAtOrBelow, type Place } from './signer.ts';
import { WalFault, type WalRecord } from './wal.ts';

export type CosignedRecord = {
  readonly validator: number;
  readonly height: bigint;
  readonly size: bigint;
  readonly timeSeconds: bigint;
  readonly signature: Uint8Array;
};

export type JournalEntry =
  | { readonly kind: 'body'; readonly block: Block }
  | { readonly kind: 'record'; readonly validator: number; readonly record: DurableRecord }
  | { readonly kind: 'holding'; readonly validator: number; readonly digest: Digest }
  | { readonly kind: 'final'; readonly validator: number; readonly tip: FinalTip }
  | ({ readonly kind: 'cosigned' } & CosignedRecord);

/** What the log says of one validator. */
export type ValidatorJournal = {
  readonly tip: FinalTip | null;
  /** Its core's records above the tip, in the order written. */
  readonly records: readonly DurableRecord[];
  readonly lastCosigned: CosignedRecord | null;
};

export type Journal = {
  /** Takes note of an entry that is in the log, or is in the batch being written. */
  readonly add: (entry: JournalEntry) => void;
  readonly hasBody: (digest: Digest) => boolean;
  readonly body: (digest: Digest) => Block | undefined;
  readonly validator: (index: number) => ValidatorJournal;
  /** The furthest tip of any validator. */
  readonly furthestTip: () => FinalTip | null;
  /** The finalizations that are known by the digest they finalize. */
  readonly finalizations: () => ReadonlyMap<Digest, FinalTip>;
  readonly cosigned: () => readonly CosignedRecord[];
  /** Forgets bodies, tips and cosignatures that the store keeps durably up to this height. */
  readonly forget: (durableHeight: bigint) => void;
  /** All that a restart would still need, as log records, each made when it is asked for. */
  readonly needed: () => Iterable<WalRecord>;
};

const types = { body: 1, record: 2, holding: 3, final: 4, cosigned: 5 } as const;

type Mutable = {
  tip: FinalTip | null;
  held: DurableRecord[];
  lastCosigned: CosignedRecord | null;
};

export function makeJournal(): Journal {
  const bodies = new Map<Digest, Block>();
  const validators = new Map<number, Mutable>();
  const finalizations = new Map<Digest, FinalTip>();
  let cosigned: CosignedRecord[] = [];

  const at = (index: number): Mutable => {
    const known = validators.get(index);
    if (known !== undefined) return known;
    const made: Mutable = { tip: null, held: [], lastCosigned: null };
    validators.set(index, made);
    return made;
  };
  const furthestTip = (): FinalTip | null => {
    let furthest: FinalTip | null = null;
    for (const { tip } of validators.values()) {
      if (tip !== null && (furthest === null || tip.height > furthest.height)) furthest = tip;
    }
    return furthest;
  };

  return {
    add: (entry) => {
      switch (entry.kind) {
        case 'body':
          bodies.set(entry.block.digest, entry.block);
          return;
        case 'record':
          at(entry.validator).held.push(entry.record);
          return;
        case 'holding': {
          const block = bodies.get(entry.digest);
          if (block === undefined)
            throw new WalFault('the log names a block that it does not hold');
          at(entry.validator).held.push({ kind: 'block', block });
          return;
        }
        case 'final': {
          const mine = at(entry.validator);
          mine.tip = entry.tip;
          mine.held = mine.held.filter((record) => !isAtOrBelow(placeOf(record), entry.tip));
          finalizations.set(entry.tip.digest, entry.tip);
          return;
        }
        case 'cosigned': {
          const { kind: _, ...record } = entry;
          const mine = at(entry.validator);
          if (mine.lastCosigned === null || record.height > mine.lastCosigned.height) {
            mine.lastCosigned = record;
          }
          cosigned.push(record);
        }
      }
    },
    hasBody: (digest) => bodies.has(digest),
    body: (digest) => bodies.get(digest),
    validator: (index) => {
      const { tip, held, lastCosigned } = at(index);
      return { tip, records: [...held], lastCosigned };
    },
    furthestTip,
    finalizations: () => finalizations,
    cosigned: () => cosigned,
    forget: (durableHeight) => {
      const held = new Set<Digest>();
      for (const { held: records } of validators.values()) {
        for (const record of records) if (record.kind === 'block') held.add(record.block.digest);
      }
      const tip = furthestTip();
      for (const [digest, block] of bodies) {
        const isHistory = tip !== null && isAtOrBelow(block, tip);
        const isNeeded = held.has(digest) || !isHistory || block.height > durableHeight;
        if (!isNeeded) bodies.delete(digest);
      }
      for (const [digest, { height }] of finalizations) {
        if (height <= durableHeight) finalizations.delete(digest);
      }
      cosigned = cosigned.filter(({ height }) => height > durableHeight);
    },
    needed: () => {
      const entries: JournalEntry[] = [...bodies.values()].map((block) => ({
        kind: 'body',
        block,
      }));
      const written = new Set<Digest>();
      for (const [validator, { tip, held, lastCosigned }] of validators) {
        for (const [digest, final] of finalizations) {
          if (tip === null || final.height >= tip.height || written.has(digest)) continue;
          written.add(digest);
          entries.push({ kind: 'final', validator, tip: final });
        }
        if (tip !== null) entries.push({ kind: 'final', validator, tip });
        for (const record of held) {
          if (record.kind !== 'block') entries.push({ kind: 'record', validator, record });
          else entries.push({ kind: 'holding', validator, digest: record.block.digest });
        }
        const isKept = cosigned.some(
          (each) => each.validator === validator && each.height === lastCosigned?.height,
        );
        if (lastCosigned !== null && !isKept) entries.push({ kind: 'cosigned', ...lastCosigned });
      }
      for (const record of cosigned) entries.push({ kind: 'cosigned', ...record });
      return Iterator.from(entries).map(encodeEntry);
    },
  };
}

export function encodeEntry(entry: JournalEntry): WalRecord {
  const type = types[entry.kind];
  switch (entry.kind) {
    case 'body':
      return { type, payload: encodeBlock(entry.block) };
    case 'record':
      return { type, payload: concat(Uint8Array.of(entry.validator), encodeRecord(entry.record)) };
    case 'holding':
      return { type, payload: concat(Uint8Array.of(entry.validator), digestBytes(entry.digest)) };
    case 'final': {
      const { height, digest, finalization } = entry.tip;
      if (finalization === null) throw new WalFault('a final tip carries its finalization');
      const head = [Uint8Array.of(entry.validator), u64be(height), digestBytes(digest)];
      return { type, payload: concat(...head, encodeCertificate(finalization)) };
    }
    case 'cosigned': {
      const { validator, height, size, timeSeconds, signature } = entry;
      const numbers = [u64be(height), u64be(size), u64be(timeSeconds)];
      return { type, payload: concat(Uint8Array.of(validator), ...numbers, signature) };
    }
  }
}

export function decodeEntry({ type, payload }: WalRecord, digestOf: DigestOf): JournalEntry {
  const validator = payload[0] ?? 0;
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  switch (type) {
    case types.body:
      return { kind: 'body', block: decodeBlock(payload, digestOf) };
    case types.record:
      return { kind: 'record', validator, record: decodeRecord(payload.subarray(1), digestOf) };
    case types.holding:
      return { kind: 'holding', validator, digest: hex(payload.subarray(1, 33)) };
    case types.final: {
      const finalization = decodeCertificate(payload.subarray(41));
      const { epoch, view: number } = finalization;
      const digest = hex(payload.subarray(9, 41));
      const tip = { epoch, view: number, height: view.getBigUint64(1), digest, finalization };
      return { kind: 'final', validator, tip };
    }
    case types.cosigned:
      return {
        kind: 'cosigned',
        validator,
        height: view.getBigUint64(1),
        size: view.getBigUint64(9),
        timeSeconds: view.getBigUint64(17),
        signature: payload.slice(25, 89),
      };
    default:
      throw new WalFault(`a log record of type ${type} is not known`);
  }
}

function placeOf(record: DurableRecord): Place {
  switch (record.kind) {
    case 'block':
      return record.block;
    case 'vote':
      return record.vote;
    case 'certificate':
      return record.certificate;
  }
}

function digestBytes(digest: Digest): Uint8Array {
  const bytes = new Uint8Array(32);
  writeDigest(bytes, 0, digest);
  return bytes;
}
