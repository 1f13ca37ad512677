/**
 * A validator's disk: what is written is lost by a crash unless it was synced.
 *
 * A crash may leave any prefix of the unsynced writes, in order, as a real log
 * with torn tails does. A synced commit prunes the records at or below its view.
 */
import type { Certificate } from '@tallystick/chain/src/core/certificate.ts';
import type { DurableRecord } from '@tallystick/chain/src/core/effect.ts';
import type { FinalizedMessage } from '@tallystick/chain/src/core/message.ts';
import { finalizedBatchMax } from '@tallystick/chain/src/core/params.ts';
import type { Block, FinalTip } from '@tallystick/chain/src/core/proposal.ts';
import { zeroDigest } from '@tallystick/chain/src/core/vote.ts';

/** One commit of the core: its blocks and what made them final. */
export type Group = {
  readonly blocks: readonly Block[];
  readonly trail: readonly Block[];
  readonly finalization: Certificate;
  readonly sealed: boolean;
};

type Write =
  | { readonly kind: 'record'; readonly record: DurableRecord }
  | { readonly kind: 'group'; readonly group: Group };

export type Disk = {
  readonly persist: (record: DurableRecord) => void;
  readonly commit: (group: Group) => void;
  readonly hasUnsynced: () => boolean;
  readonly sync: () => void;
  /** Loses the unsynced writes but for the first `kept`. */
  readonly crash: (kept: number) => void;
  readonly records: () => readonly DurableRecord[];
  readonly tip: () => FinalTip;
  /** Committed blocks, synced or not. */
  readonly blocks: () => readonly Block[];
  readonly answer: (height: bigint) => FinalizedMessage | null;
};

export function createDisk(): Disk {
  let records: DurableRecord[] = [];
  const groups: Group[] = [];
  let unsynced: Write[] = [];

  const apply = (write: Write): void => {
    if (write.kind === 'record') records.push(write.record);
    else {
      groups.push(write.group);
      const { epoch, view } = write.group.finalization;
      records = records.filter((record) => {
        const at = placeOf(record);
        return at.epoch > epoch || (at.epoch === epoch && at.view > view);
      });
    }
  };
  const allGroups = (): readonly Group[] => [
    ...groups,
    ...unsynced.flatMap((write) => (write.kind === 'group' ? [write.group] : [])),
  ];
  const sync = (): void => {
    unsynced.forEach(apply);
    unsynced = [];
  };

  return {
    persist: (record) => unsynced.push({ kind: 'record', record }),
    commit: (group) => unsynced.push({ kind: 'group', group }),
    hasUnsynced: () => unsynced.length > 0,
    sync,
    crash: (kept) => {
      unsynced = unsynced.slice(0, kept);
      sync();
    },
    records: () => records,
    tip: () => tipAfter(groups.at(-1)),
    blocks: () => allGroups().flatMap(({ blocks }) => blocks),
    answer: (height) => answerFrom(allGroups(), height),
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
