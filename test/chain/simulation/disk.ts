/**
 * A validator's disk: what is written is lost by a crash unless it was synced.
 *
 * A crash may leave any prefix of the unsynced writes, in order, as a real log
 * with torn tails does. A synced commit prunes the records at or below its view.
 * A disk that lies may damage what was synced: its last batch, which is then
 * dropped, or an earlier one, which is a hole.
 */
import type { Certificate } from '@tallystick/chain/src/core/certificate.ts';
import type { DurableRecord } from '@tallystick/chain/src/core/effect.ts';
import type { FinalizedMessage } from '@tallystick/chain/src/core/message.ts';
import { finalizedBatchMax } from '@tallystick/chain/src/core/params.ts';
import type { Block, FinalTip } from '@tallystick/chain/src/core/proposal.ts';
import { zeroDigest } from '@tallystick/chain/src/core/vote.ts';

/** A validator's word that a block is final at its height. `bytes` stands for the signature with its time. */
export type Cosigned = { readonly height: bigint; readonly digest: string; readonly bytes: string };

/** One commit of the core: its blocks, what made them final, and what was cosigned with it. */
export type Group = {
  readonly blocks: readonly Block[];
  readonly trail: readonly Block[];
  readonly finalization: Certificate;
  readonly sealed: boolean;
  readonly cosigned: readonly Cosigned[];
};

type Write =
  | { readonly kind: 'record'; readonly record: DurableRecord }
  | { readonly kind: 'group'; readonly group: Group };

export type Disk = {
  readonly persist: (record: DurableRecord) => void;
  readonly commit: (group: Group) => void;
  readonly unsynced: () => number;
  readonly sync: () => void;
  /** Loses the unsynced writes but for the first `kept`. */
  readonly crash: (kept: number) => void;
  /** The last synced batch turns out to be damaged, and is dropped. False when there is none. */
  readonly loseLastBatch: () => boolean;
  /** A damaged batch before the last is skipped: every second record is gone. */
  readonly tearHole: () => void;
  readonly records: () => readonly DurableRecord[];
  readonly tip: () => FinalTip;
  /** Committed blocks, synced or not. */
  readonly blocks: () => readonly Block[];
  readonly lastCosigned: () => Cosigned | undefined;
  readonly answer: (height: bigint) => FinalizedMessage | null;
  /** Another disk with what was synced, as a thief of the machine would have. */
  readonly copy: () => Disk;
};

type Durable = { readonly records: readonly DurableRecord[]; readonly groups: readonly Group[] };

const emptyDurable: Durable = { records: [], groups: [] };

export function createDisk(prunesOnlyFinal: boolean, content = emptyDurable): Disk {
  let durable = content;
  let before: Durable | null = null;
  let unsynced: Write[] = [];

  const prunedBy = (records: readonly DurableRecord[], { epoch, view }: Certificate) =>
    records.filter((record) => {
      const at = placeOf(record);
      const reach = prunesOnlyFinal ? view : view + 2n;
      return at.epoch > epoch || (at.epoch === epoch && at.view > reach);
    });
  const allGroups = (): readonly Group[] => [
    ...durable.groups,
    ...unsynced.flatMap((write) => (write.kind === 'group' ? [write.group] : [])),
  ];
  const sync = (): void => {
    if (unsynced.length === 0) return;
    let records = [...durable.records];
    const groups = [...durable.groups];
    for (const write of unsynced) {
      if (write.kind === 'record') records.push(write.record);
      else {
        groups.push(write.group);
        records = prunedBy(records, write.group.finalization);
      }
    }
    before = durable;
    durable = { records, groups };
    unsynced = [];
  };

  return {
    persist: (record) => unsynced.push({ kind: 'record', record }),
    commit: (group) => unsynced.push({ kind: 'group', group }),
    unsynced: () => unsynced.length,
    sync,
    crash: (kept) => {
      unsynced = unsynced.slice(0, kept);
      sync();
    },
    loseLastBatch: () => {
      if (before === null) return false;
      durable = before;
      before = null;
      return true;
    },
    tearHole: () => {
      const records = durable.records.filter((_, order) => order % 2 === 1);
      durable = { ...durable, records };
    },
    records: () => durable.records,
    tip: () => tipAfter(durable.groups.at(-1)),
    blocks: () => allGroups().flatMap(({ blocks }) => blocks),
    lastCosigned: () =>
      durable.groups.findLast(({ cosigned }) => cosigned.length > 0)?.cosigned.at(-1),
    answer: (height) => answerFrom(allGroups(), height),
    copy: () => createDisk(prunesOnlyFinal, durable),
  };
}

/** The genesis, the last committed block, or the start of the next epoch after a sealing block. */
function tipAfter(group: Group | undefined): FinalTip {
  const last = group?.blocks.at(-1);
  if (group === undefined || last === undefined) {
    return { epoch: 0n, view: 0n, height: 0n, digest: zeroDigest, finalization: null };
  }
  const { height, digest, epoch } = last;
  if (group.sealed) return { epoch: epoch + 1n, view: 0n, height, digest, finalization: null };
  const { finalization } = group;
  return { epoch, view: finalization.view, height, digest, finalization };
}

function answerFrom(groups: readonly Group[], height: bigint): FinalizedMessage | null {
  const first = groups.findIndex(({ blocks }) => (blocks.at(-1)?.height ?? 0n) >= height);
  const taken: Group[] = [];
  let count = 0;
  for (const group of first < 0 ? [] : groups.slice(first)) {
    count += group.blocks.length;
    const isOtherEpoch = group.finalization.epoch !== taken[0]?.finalization.epoch;
    if (taken.length > 0 && (count > finalizedBatchMax || isOtherEpoch)) break;
    taken.push(group);
    if (group.sealed) break;
  }
  const last = taken.at(-1);
  if (last === undefined) return null;
  const { trail, finalization } = last;
  return { kind: 'finalized', blocks: taken.flatMap(({ blocks }) => blocks), trail, finalization };
}

function placeOf(record: DurableRecord): { readonly epoch: bigint; readonly view: bigint } {
  switch (record.kind) {
    case 'block':
      return record.block;
    case 'vote':
      return record.vote;
    case 'certificate':
      return record.certificate;
  }
}
