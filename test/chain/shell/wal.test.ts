/** The write-ahead log under every cut, tear and flip that a disk can do to it. */
import { describe, expect, it } from 'vitest';
import { crc32c, joinedCrc32c } from '../../../chain/src/shell/crc32c.ts';
import { openWal, WalFault, type WalRecord } from '../../../chain/src/shell/wal.ts';
import { faultyFiles } from '../../support/faulty-files.ts';
import { seeded } from '../../support/random.ts';

const folder = '/home/wal';
const segment = `${folder}/wal-0000000000000001.log`;

function record(number: number, length = 40): WalRecord {
  return { type: 1 + (number % 7), payload: new Uint8Array(length).fill(number % 251) };
}

function batch(from: number, count: number, length?: number): readonly WalRecord[] {
  return Array.from({ length: count }, (_, order) => record(from + order, length));
}

describe('the checksum', () => {
  it('is CRC-32C, by its known answers', () => {
    const text = new TextEncoder().encode('123456789');

    expect(crc32c(text)).toBe(0xe3069283);
    expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
    expect(crc32c(text.subarray(4), crc32c(text.subarray(0, 4)))).toBe(0xe3069283);
    for (const border of [0, 1, 4, 9]) {
      const [first, second] = [text.subarray(0, border), text.subarray(border)];
      expect(joinedCrc32c(crc32c(first), crc32c(second), second.length)).toBe(0xe3069283);
    }
  });
});

describe('the write-ahead log', () => {
  it('gives back whole batches, in order, after a restart', async () => {
    const files = faultyFiles();
    const first = await openWal(files, folder);
    await first.wal.append(batch(0, 3));
    await first.wal.append(batch(3, 1));
    first.wal.close();

    const again = await openWal(files, folder);
    await again.wal.append(batch(4, 2));
    again.wal.close();
    const last = await openWal(files, folder);

    expect(again.records).toEqual(batch(0, 4));
    expect(last.records).toEqual(batch(0, 6));
    expect(last.droppedBytes).toBe(0);
  });

  it('keeps exactly the acknowledged batches, or one more, through 400 power cuts', async () => {
    for (let seed = 1; seed <= 400; seed += 1) {
      const random = seeded(seed);
      const files = faultyFiles();
      let sent = 0;
      let acknowledged = 0;
      const opened = await openWal(files, folder);
      const cutAt = files.operations() + 1 + random.below(30);
      files.onOperation = (_operation, _file, order) => (order >= cutAt ? 'EIO' : undefined);
      try {
        for (let turn = 0; turn < 12; turn += 1) {
          const count = 1 + random.below(4);
          if (turn % 5 === 4) {
            await opened.wal.rotate(batch(0, sent));
            continue;
          }
          const next = batch(sent, count, 1 + random.below(900));
          sent += count;
          await opened.wal.append(next);
          acknowledged = sent;
        }
      } catch (error) {
        expect(error).toBeInstanceOf(WalFault);
      }
      files.onOperation = () => undefined;
      files.crash(random);

      const after = await openWal(files, folder);

      expect([acknowledged, sent], `seed ${seed}`).toContain(after.records.length);
      expect(after.records.map((each) => each.type)).toEqual(
        batch(0, after.records.length).map((each) => each.type),
      );
      await after.wal.append(batch(0, 1));
      files.crash(random);
      expect((await openWal(files, folder)).records.length).toBe(after.records.length + 1);
    }
  });

  it('loses acknowledged records when one sync is left out, so the test above can fail', async () => {
    let losses = 0;
    for (let seed = 1; seed <= 100; seed += 1) {
      const files = faultyFiles();
      const { wal } = await openWal(files, folder);
      files.onOperation = (operation) => (operation === 'datasync' ? 'forget' : undefined);
      await wal.append(batch(0, 3));
      files.onOperation = () => undefined;
      files.crash(seeded(seed));
      const after = await openWal(files, folder);
      if (after.records.length < 3) losses += 1;
    }
    expect(losses).toBeGreaterThan(20);
  });

  it('drops a last batch cut at every octet, and goes on', async () => {
    const files = faultyFiles();
    const { wal } = await openWal(files, folder);
    await wal.append(batch(0, 2));
    const before = wal.size();
    await wal.append(batch(2, 2));
    const after = wal.size();
    wal.close();

    for (let length = before; length < after; length += 1) {
      const cut = files.copy();
      cut.open(segment).truncate(length);
      const opened = await openWal(cut, folder);
      await opened.wal.append(batch(9, 1));
      opened.wal.close();
      const again = await openWal(cut, folder);

      expect(opened.records).toEqual(batch(0, 2));
      expect(again.records).toEqual([...batch(0, 2), ...batch(9, 1)]);
    }
  });

  it('never takes any flipped bit for data: it drops the last batch or refuses to open', async () => {
    const files = faultyFiles();
    const { wal } = await openWal(files, folder);
    await wal.append(batch(0, 2));
    await wal.append(batch(2, 2));
    const secondEnd = wal.size();
    await wal.append(batch(4, 2));
    const end = wal.size();
    wal.close();
    let dropped = 0;
    let refused = 0;

    for (let place = 0; place < 8 * end; place += 1) {
      const [octet, bit] = [Math.floor(place / 8), place % 8];
      // Whoever refuses has changed nothing, so one disk will do for all of these.
      const hurt = octet < secondEnd ? files : files.copy();
      hurt.flipBit(segment, octet, bit);
      const outcome = await openWal(hurt, folder).then(
        ({ records }) => records,
        (error: unknown) => error,
      );

      if (octet < secondEnd) {
        expect(outcome, `octet ${octet}, bit ${bit}`).toBeInstanceOf(WalFault);
        files.flipBit(segment, octet, bit);
        refused += 1;
      } else {
        expect(outcome, `octet ${octet}, bit ${bit}`).toEqual(batch(0, 4));
        dropped += 1;
      }
    }

    expect([refused, dropped]).toEqual([8 * secondEnd, 8 * (end - secondEnd)]);
    expect((await openWal(files, folder)).records).toEqual(batch(0, 6));
  });

  it('does not take what a torn batch left behind for a batch of its own', async () => {
    const files = faultyFiles();
    const { wal } = await openWal(files, folder);
    await wal.append(batch(0, 1));
    const tornAt = wal.size();
    await wal.append(batch(1, 9));
    wal.close();
    files.flipBit(segment, tornAt + 20, 0);

    const opened = await openWal(files, folder);
    await opened.wal.append(batch(50, 1, 3));
    opened.wal.close();

    expect((await openWal(files, folder)).records).toEqual([...batch(0, 1), ...batch(50, 1, 3)]);
  });

  it('begins a new segment with what is still needed, and removes the old one', async () => {
    const files = faultyFiles();
    const { wal } = await openWal(files, folder);
    await wal.append(batch(0, 50));
    await wal.rotate(batch(48, 2));
    await wal.append(batch(50, 1));
    wal.close();

    const after = await openWal(files, folder);

    expect(files.list(folder)).toEqual(['wal-0000000000000053.log']);
    expect(after.records).toEqual(batch(48, 3));
  });

  it('refuses to open when its only segment, not the first, is damaged from the start', async () => {
    const files = faultyFiles();
    const { wal } = await openWal(files, folder);
    await wal.rotate(batch(0, 2));
    wal.close();
    files.flipBit(`${folder}/wal-0000000000000002.log`, 15, 1);

    await expect(openWal(files, folder)).rejects.toThrow(WalFault);
  });

  it.each(['EIO', 'ENOSPC'] as const)(
    'stays failed after %s, whatever comes next',
    async (fault) => {
      const files = faultyFiles();
      const { wal } = await openWal(files, folder);
      await wal.append(batch(0, 1));
      files.onOperation = (operation) =>
        operation === (fault === 'EIO' ? 'datasync' : 'write') ? fault : undefined;
      await expect(wal.append(batch(1, 1))).rejects.toThrow(WalFault);
      files.onOperation = () => undefined;

      await expect(wal.append(batch(2, 1))).rejects.toThrow('the log is failed');
    },
  );
});
