/** Ways up a tree: a climber that remembers answers as one that hashes everything does. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  makeClimber,
  rootFrom,
  treeLevels,
  treeRoot,
  treeSiblings,
} from '../../../chain/src/act/tree.ts';
import { hex, sha256, u32be } from '../../../chain/src/crypto/digest.ts';

const leaf = (number: number): Uint8Array => sha256(u32be(number));

/** One way up: whose leaf, in which of two trees, and what was changed on it. */
const way = fc.record({
  index: fc.nat(12),
  tree: fc.nat(1),
  changed: fc.option(fc.nat(4), { nil: null }),
  moved: fc.nat(1),
});

describe('a climber', () => {
  it('finds the root of a batch for each of its leaves', () => {
    const levels = treeLevels(
      Array.from({ length: 13 }, (_, at) => leaf(at)),
      4,
    );
    const climb = makeClimber();
    for (let at = 12; at >= 0; at -= 1) {
      expect(hex(climb(leaf(at), at, treeSiblings(levels, at)))).toBe(hex(treeRoot(levels)));
    }
  });

  it('finds what the plain way finds, whatever was climbed before, altered or from another tree', () => {
    const trees = [0, 100].map((first) =>
      treeLevels(
        Array.from({ length: 13 }, (_, at) => leaf(first + at)),
        4,
      ),
    );
    fc.assert(
      fc.property(fc.array(way, { maxLength: 40 }), (ways) => {
        const climb = makeClimber();
        for (const { index, tree, changed, moved } of ways) {
          const levels = trees[tree] ?? [];
          const siblings = treeSiblings(levels, index).map((each, at) =>
            at === changed ? leaf(7_777) : each,
          );
          const start = changed === 4 ? leaf(8_888) : leaf(100 * tree + index);
          const place = index ^ moved;
          expect(hex(climb(start, place, siblings))).toBe(hex(rootFrom(start, place, siblings)));
        }
      }),
    );
  });

  it('is not misled by a shorter way through nodes of the tree', () => {
    const levels = treeLevels([leaf(0), leaf(1), leaf(2), leaf(3)], 2);
    const climb = makeClimber();
    climb(leaf(0), 0, treeSiblings(levels, 0));
    const [, node] = treeSiblings(levels, 0);
    const short = [node ?? leaf(9)];

    expect(hex(climb(leaf(0), 0, short))).toBe(hex(rootFrom(leaf(0), 0, short)));
  });
});
