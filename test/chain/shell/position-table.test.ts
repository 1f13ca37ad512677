import { describe, expect, it } from 'vitest';
import { sha256, utf8 } from '../../../chain/src/crypto/digest.ts';
import { openPositionTable } from '../../../chain/src/shell/position-table.ts';
import { faultyFiles } from '../../support/faulty-files.ts';
import { seeded } from '../../support/random.ts';

const file = '/store/positions';
/** The first table is enlarged somewhere between these two counts. */
const [fits, tooMany] = [9_000, 11_000];
const hashOf = (order: number) => sha256(utf8(`act ${order}`));

function missing(table: ReturnType<typeof openPositionTable>, count: number): number {
  let misses = 0;
  for (let order = 0; order < count; order += 1) {
    if (!table.candidates(hashOf(order)).includes(BigInt(order))) misses += 1;
  }
  return misses;
}

describe('where acts stand', () => {
  it('is known of every act when the table was enlarged, and enlarged again', async () => {
    const disk = faultyFiles();
    const table = openPositionTable(disk, file);
    for (let order = 0; order < 40_000; order += 1) table.put(hashOf(order), BigInt(order));
    await table.flush();
    table.close();
    disk.kill();

    expect(missing(openPositionTable(disk, file), 40_000)).toBe(0);
  });

  it('is known of what was synced when the power goes before the enlarged table was', async () => {
    for (let seed = 1; seed <= 20; seed += 1) {
      const disk = faultyFiles();
      const table = openPositionTable(disk, file);
      for (let order = 0; order < fits; order += 1) table.put(hashOf(order), BigInt(order));
      await table.flush();
      await disk.dirsync('/store');
      for (let order = fits; order < tooMany; order += 1) table.put(hashOf(order), BigInt(order));
      disk.crash(seeded(seed));

      expect(missing(openPositionTable(disk, file), fits), `seed ${seed}`).toBe(0);
    }
  });
});
