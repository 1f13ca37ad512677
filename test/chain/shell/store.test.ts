/** The store and what lies beside it: blocks, proofs, positions and snapshots on an unreliable disk. */
import { describe, expect, it } from 'vitest';
import type { Standing } from '../../../chain/src/core/block.ts';
import { draftBody } from '../../../chain/src/core/block.ts';
import { blockDigest } from '../../../chain/src/core/codec.ts';
import { genesisState, readEntry } from '../../../chain/src/core/state.ts';
import { mapOf, rootOf } from '../../../chain/src/core/state-map.ts';
import { zeroDigest } from '../../../chain/src/core/vote.ts';
import { hex, sha256, u32be, utf8 } from '../../../chain/src/crypto/digest.ts';
import { leafHash, verifyInclusion } from '../../../chain/src/log/merkle.ts';
import { openPositionTable } from '../../../chain/src/shell/position-table.ts';
import { readSnapshot, writeSnapshot } from '../../../chain/src/shell/snapshot.ts';
import { openStore, type Store, StoreFault } from '../../../chain/src/shell/store.ts';
import { actor, operator } from '../../support/chain-world.ts';
import { type FaultyFiles, faultyFiles } from '../../support/faulty-files.ts';
import { seeded } from '../../support/random.ts';

const chainId = sha256(utf8('a chain'));
const context = { chainId, operatorGroups: new Set([hex(operator.group)]) };
const folder = '/chain/store';
const digestOf = blockDigest(chainId);

function opened(files: FaultyFiles): Store {
  return openStore({ files, folder, validatorCount: 4, digestOf });
}

/** Appends blocks of one to three acts each; the same seed gives the same blocks. */
function makeWriter() {
  const writer = actor(chainId, operator);
  const random = seeded(3);
  const first = genesisState([{ ...operator, channel: writer.channel, custody: 'operator' }]);
  let standing: Standing = { height: 0n, size: 0n, timeMs: 0n, map: first };
  let parent = { view: 0n, digest: zeroDigest };
  const hashes: Uint8Array[] = [];
  return {
    hashes,
    next: () => {
      const acts = Array.from({ length: 1 + random.below(3) }, () => writer.act());
      const entries = acts.flatMap(({ header, signature }) => readEntry(header, signature) ?? []);
      hashes.push(...acts.map(({ actHash }) => actHash));
      const at = { timeMs: 1_000n + standing.height, epoch: 1n };
      const { executed, payload } = draftBody(context, standing, entries, at);
      const content = {
        ...{ epoch: 1n, view: standing.height + 1n, height: standing.height + 1n, parent },
        ...{ payload: { bytes: payload, seals: false }, filler: false },
      };
      const block = { ...content, digest: digestOf(content) };
      parent = { view: block.view, digest: block.digest };
      ({ standing } = executed);
      return { block, executed, headerLeaf: utf8(`header ${block.height}`) };
    },
  };
}

describe('the store', () => {
  it('proves every leaf under every checkpoint and finds every act', () => {
    const store = opened(faultyFiles());
    const writer = makeWriter();
    for (let height = 0; height < 12; height += 1) {
      const { block, executed, headerLeaf } = writer.next();
      store.append(block, executed, headerLeaf, null);
    }

    for (let height = 1n; height <= 12n; height += 1n) {
      const { size, root } = store.headAt(height);
      expect(store.heightOfSize(size)).toBe(height);
      for (let index = 0n; index < size; index += 1n) {
        const leaf = leafHash(store.leaf(index));
        const hashes = store.inclusion(index, size);
        expect(verifyInclusion({ leaf, index, size, hashes, root })).toBe(true);
        expect(store.heightOfIndex(index)).toBeLessThanOrEqual(height);
      }
      expect(store.heightOfDigest(store.block(height).block.digest)).toBe(height);
    }
    expect(store.heightOfSize(store.headAt(3n).size + 1n)).toBeNull();
    const found = writer.hashes.map((hash) => store.find(hash));
    expect(found.every((index) => index !== null)).toBe(true);
    expect(new Set(found).size).toBe(found.length);
  });

  it('is, after a power cut, what the last sync made durable, and takes the lost blocks again', async () => {
    for (let seed = 1; seed <= 60; seed += 1) {
      const random = seeded(seed);
      const files = faultyFiles();
      const writer = makeWriter();
      const blocks = Array.from({ length: 14 }, () => writer.next());
      const store = opened(files);
      const synced = 2 + random.below(10);
      for (const [order, { block, executed, headerLeaf }] of blocks.entries()) {
        store.append(block, executed, headerLeaf, null);
        if (order + 1 === synced) await store.sync();
      }
      const whole = store.head();
      files.crash(random);

      const again = opened(files);
      expect(again.head().height, `seed ${seed}`).toBe(BigInt(synced));
      for (const { block, executed, headerLeaf } of blocks.slice(synced)) {
        again.append(block, executed, headerLeaf, null);
      }
      expect(again.head()).toEqual(whole);
      expect(writer.hashes.map((hash) => again.find(hash) !== null)).not.toContain(false);
    }
  });

  it('knows where all stands: what is in its table, what waited for it, and all when it is gone', async () => {
    const files = faultyFiles();
    const writer = makeWriter();
    const store = opened(files);
    const digests: string[] = [];
    for (let height = 1; height <= 9; height += 1) {
      const { block, executed, headerLeaf } = writer.next();
      store.append(block, executed, headerLeaf, null);
      digests.push(block.digest);
      if (height % 3 === 0) await store.sync(height === 6);
    }
    const known = (at: Store) => ({
      acts: writer.hashes.map((hash) => at.find(hash)),
      blocks: digests.map((digest) => at.heightOfDigest(digest)),
    });
    const before = known(store);
    expect(before.acts).not.toContain(null);
    expect(before.blocks).toEqual(digests.map((_, order) => BigInt(order) + 1n));

    files.crash(seeded(3));
    expect(known(opened(files))).toEqual(before);
    files.unlink(`${folder}/places`);
    const again = opened(files);
    expect(known(again)).toEqual(before);
    await again.sync(true);
    again.close();
    expect(known(opened(files))).toEqual(before);
  });

  it('does not start on files that are shorter than they were, or give another root', async () => {
    const files = faultyFiles();
    const writer = makeWriter();
    const store = opened(files);
    for (let height = 0; height < 6; height += 1) {
      const { block, executed, headerLeaf } = writer.next();
      store.append(block, executed, headerLeaf, null);
    }
    await store.sync();
    store.close();
    const short = files.copy();
    short.open(`${folder}/leaves.idx`).truncate(8);
    const bent = files.copy();
    const levels = bent.list(folder).filter((name) => name.startsWith('nodes-'));
    bent.flipBit(`${folder}/nodes-${levels.length - 1}`, 9, 3);

    expect(() => opened(short)).toThrow(StoreFault);
    expect(() => opened(bent)).toThrow(StoreFault);
  });

  it('refuses a block that does not follow, and a leaf or block that was changed', async () => {
    const files = faultyFiles();
    const writer = makeWriter();
    const store = opened(files);
    const [first, second] = [writer.next(), writer.next()];
    expect(() => store.append(second.block, second.executed, second.headerLeaf, null)).toThrow(
      StoreFault,
    );
    store.append(first.block, first.executed, first.headerLeaf, null);
    files.flipBit(`${folder}/leaves.log`, 12, 1);
    files.flipBit(`${folder}/blocks.log`, 60, 1);

    expect(() => store.leaf(0n)).toThrow('leaf 0 is damaged');
    expect(() => store.block(1n)).toThrow('block 1 is damaged');
  });

  it('keeps each validator’s cosignature in its own place', () => {
    const store = opened(faultyFiles());
    const { block, executed, headerLeaf } = makeWriter().next();
    store.append(block, executed, headerLeaf, null);
    const cosignature = (validator: number) => ({
      ...{ validator, timeSeconds: BigInt(validator) + 5n },
      signature: new Uint8Array(64).fill(validator + 1),
    });
    for (const validator of [3, 1]) store.putCosignature(1n, cosignature(validator));
    store.putCosignature(1n, cosignature(1));

    expect(store.cosignatures(1n)).toEqual([cosignature(1), cosignature(3)]);
    expect(store.cosignatures(2n)).toEqual([]);
  });
});

describe('the table of positions', () => {
  it('finds what was put, grows, and keeps all of it', async () => {
    const files = faultyFiles();
    const table = openPositionTable(files, '/positions');
    const hash = (number: number): Uint8Array => sha256(u32be(number));
    for (let number = 0; number < 12_000; number += 1) table.put(hash(number), BigInt(number));
    await table.flush();
    table.close();
    const again = openPositionTable(files, '/positions');

    for (let number = 0; number < 12_000; number += 7) {
      expect(again.candidates(hash(number))).toEqual([BigInt(number)]);
    }
    expect(again.candidates(hash(99_999))).toEqual([]);
  });
});

describe('a snapshot of the state', () => {
  const map = mapOf(
    Array.from({ length: 5_000 }, (_, number) => [
      sha256(u32be(number)),
      new Uint8Array(number % 91).fill(number % 256),
    ]),
  );
  const standing: Standing = { height: 9n, size: 77n, timeMs: 5n, map };

  it('gives the same state again', async () => {
    const files = faultyFiles();
    await writeSnapshot(files, folder, standing);
    const read = readSnapshot(files, folder, 12n, () => true);

    expect(read).toMatchObject({ height: 9n, size: 77n, timeMs: 5n });
    expect(hex(rootOf(read?.map ?? mapOf([])))).toBe(hex(rootOf(map)));
  });

  it('is not believed when it is too new, changed, or not the chain’s own', async () => {
    const files = faultyFiles();
    await writeSnapshot(files, folder, standing);
    const hurt = files.copy();
    hurt.flipBit(`${folder}/state-9.map`, 4_000, 2);

    expect(readSnapshot(files, folder, 8n, () => true)).toBeUndefined();
    expect(readSnapshot(hurt, folder, 9n, () => true)).toBeUndefined();
    expect(readSnapshot(files, folder, 9n, () => false)).toBeUndefined();
  });
});
