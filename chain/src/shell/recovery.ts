/**
 * What a process finds when it starts: the store up to its head, and what the log has beyond it.
 *
 * The state comes from the last snapshot and the blocks after it; final blocks that were not yet
 * durable in the store are taken from the write-ahead log and written again. The result is where the
 * process was when it stopped, or one batch before, which nobody had seen.
 */

import type { DigestOf } from '../core/application.ts';
import { decodeBody, executePayload, type Standing } from '../core/block.ts';
import type { Block, FinalTip } from '../core/proposal.ts';
import { genesisState, type StateContext } from '../core/state.ts';
import { rootOf } from '../core/state-map.ts';
import { type Digest, zeroDigest } from '../core/vote.ts';
import { equalBytes, hex } from '../crypto/digest.ts';
import type { FileSystem } from './files.ts';
import { type Genesis, networkOf } from './genesis.ts';
import { decodeEntry, type Journal, makeJournal } from './journal.ts';
import { readSnapshot } from './snapshot.ts';
import { type Store, StoreFault } from './store.ts';
import { WalFault, type WalRecord } from './wal.ts';

/** The chain here is shorter than, or not the one that, the caller knows to be final. */
export class ChainBehind extends Error {
  override readonly name = 'ChainBehind';
  readonly height: bigint;

  constructor(height: bigint, message: string) {
    super(message);
    this.height = height;
  }
}

export type Base = { readonly standing: Standing; readonly digest: Digest };

export function contextOf(genesis: Genesis): StateContext {
  const operators = genesis.founders.filter(({ custody }) => custody === 'operator');
  return {
    chainId: genesis.chainId,
    operatorGroups: new Set(operators.map(({ group }) => hex(group))),
    network: networkOf(genesis),
  };
}

/** The state after the store's last block. Throws a StoreFault when the blocks do not give their own state. */
export function restoreState(
  files: FileSystem,
  folder: string,
  store: Store,
  genesis: Genesis,
  context: StateContext,
): Base {
  const { channel } = genesis;
  const founders = genesis.founders.map((founder) => ({ ...founder, channel }));
  const first = { height: 0n, size: 0n, timeMs: 0n, map: genesisState(founders) };
  const { height } = store.head();
  let standing =
    readSnapshot(files, folder, height, (at, map) => {
      const body = decodeBody(store.block(at).block.payload.bytes);
      return body !== undefined && equalBytes(body.stateRoot, rootOf(map));
    }) ?? first;
  let digest = standing.height === 0n ? zeroDigest : store.block(standing.height).block.digest;
  while (standing.height < height) {
    const { block } = store.block(standing.height + 1n);
    const { bytes, seals } = block.payload;
    const execution = executePayload(context, standing, bytes, block.epoch, seals);
    if (execution.kind === 'invalid' || block.parent.digest !== digest) {
      throw new StoreFault(`block ${block.height} does not follow from the one before it`);
    }
    ({ standing } = execution.executed);
    ({ digest } = block);
  }
  return { standing, digest };
}

/** What the records of the log say. */
export function readJournal(records: readonly WalRecord[], digestOf: DigestOf): Journal {
  const journal = makeJournal();
  for (const record of records) journal.add(decodeEntry(record, digestOf));
  return journal;
}

/** The final blocks that the log has beyond the store's head, oldest first. */
export function blocksBeyond(journal: Journal, height: bigint, digest: Digest): readonly Block[] {
  const tip = journal.furthestTip();
  if (tip === null || tip.height <= height) return [];
  const blocks: Block[] = [];
  let wanted = tip.digest;
  while (wanted !== digest) {
    const block = journal.body(wanted);
    if (block === undefined || block.height <= height) {
      throw new WalFault(`the log lacks a final block below height ${tip.height}`);
    }
    blocks.push(block);
    wanted = block.parent.digest;
  }
  return blocks.reverse();
}

/** The fillers between a final block and the one that its finalization names, oldest first. */
export function trailOf(journal: Journal, { digest, finalization }: FinalTip): readonly Block[] {
  const trail: Block[] = [];
  for (let wanted = finalization?.digest ?? digest; wanted !== digest; ) {
    const block = journal.body(wanted);
    if (block === undefined) throw new WalFault('the log lacks a filler of a sealed epoch');
    trail.push(block);
    wanted = block.parent.digest;
  }
  return trail.reverse();
}

/** Refuses a chain that is shorter than, or different from, what the caller knows as final. */
export function expectHead(
  store: Store,
  expected: { readonly height: bigint; readonly root: Uint8Array },
): void {
  const { height } = store.head();
  if (height < expected.height) {
    throw new ChainBehind(
      height,
      `The chain ends at height ${height}, but height ${expected.height} is known to be final.`,
    );
  }
  if (!equalBytes(store.headAt(expected.height).root, expected.root)) {
    throw new ChainBehind(
      expected.height,
      `The chain is another one at height ${expected.height}: its root is not the one known to be final.`,
    );
  }
}
