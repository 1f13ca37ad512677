/** The sparse Merkle map: the same contents give one root, and both "is in" and "is not in" are proven. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  emptyMap,
  getFrom,
  mapOf,
  pairsOf,
  proveIn,
  putInto,
  removeFrom,
  rootOf,
  type StateMap,
} from '../../../chain/src/core/state-map.ts';
import { compareBytes, domain, hex, sha256, u32be } from '../../../chain/src/crypto/digest.ts';
import { isProven } from '../../../chain/src/log/state.ts';

const key = (number: number): Uint8Array => sha256(u32be(number));
/** Some are long, as the records of keys are: a bucket is full of them sooner. */
const value = (number: number): Uint8Array =>
  number % 3 === 0 ? new Uint8Array([...u32be(number), ...new Uint8Array(120)]) : u32be(number);

/** The root by the definition, from sorted pairs, without any sharing or caching. */
function plainRoot(pairs: readonly (readonly [Uint8Array, Uint8Array])[], depth = 0): Uint8Array {
  const [first] = pairs;
  if (first === undefined) return new Uint8Array(32);
  if (pairs.length === 1) return sha256(domain('state-leaf'), first[0], sha256(first[1]));
  const isRight = ([each]: readonly [Uint8Array, Uint8Array]): boolean =>
    (((each[depth >> 3] ?? 0) >> (7 - (depth & 7))) & 1) === 1;
  const left = plainRoot(
    pairs.filter((pair) => !isRight(pair)),
    depth + 1,
  );
  const right = plainRoot(pairs.filter(isRight), depth + 1);
  return sha256(domain('state-node'), left, right);
}

type Change = { readonly number: number; readonly value: number | null };
const changes = fc.array(
  fc.record({ number: fc.nat(40), value: fc.option(fc.nat(1000), { nil: null }) }),
  { maxLength: 80 },
);

function applied(list: readonly Change[]): { map: StateMap; plain: Map<number, number> } {
  const plain = new Map<number, number>();
  let map = emptyMap;
  for (const change of list) {
    if (change.value === null) {
      plain.delete(change.number);
      map = removeFrom(map, key(change.number));
    } else {
      plain.set(change.number, change.value);
      map = putInto(map, key(change.number), value(change.value));
    }
  }
  return { map, plain };
}

describe('the map of the state', () => {
  it('has the root that its definition gives, after any changes', () => {
    fc.assert(
      fc.property(changes, (list) => {
        const { map, plain } = applied(list);
        const pairs = [...plain].map(([number, held]) => [key(number), value(held)] as const);

        expect(hex(rootOf(map))).toBe(hex(plainRoot(pairs)));
        expect(map.size).toBe(plain.size);
        expect([...pairsOf(map)]).toEqual(pairs.sort(([a], [b]) => compareBytes(a, b)));
        expect(hex(rootOf(mapOf(pairs.toReversed())))).toBe(hex(rootOf(map)));
      }),
      { seed: 7, numRuns: 300 },
    );
  });

  it('leaves the map before a change as it was', () => {
    fc.assert(
      fc.property(changes, changes, (before, after) => {
        const { map } = applied(before);
        const root = hex(rootOf(map));
        let next = map;
        for (const change of after) next = putInto(next, key(change.number), value(77));

        expect(hex(rootOf(map))).toBe(root);
        expect(hex(rootOf(applied(before).map))).toBe(root);
      }),
      { seed: 8, numRuns: 100 },
    );
  });

  it('proves what is in and what is not, and nothing else', () => {
    fc.assert(
      fc.property(changes, fc.nat(60), (list, number) => {
        const { map, plain } = applied(list);
        const root = rootOf(map);
        const held = plain.get(number);
        const proof = proveIn(map, key(number));
        const truth = held === undefined ? null : value(held);
        const lie = held === undefined ? value(5) : null;

        expect(isProven(root, key(number), truth, proof)).toBe(true);
        expect(isProven(root, key(number), lie, proof)).toBe(false);
        expect(isProven(root, key(number), value((held ?? 0) + 1), proof)).toBe(false);
        expect(isProven(sha256(root), key(number), truth, proof)).toBe(false);
        expect(isProven(root, key(number + 1), truth, proof)).toBe(
          truth === null && !plain.has(number + 1) && samePath(map, number),
        );
      }),
      { seed: 9, numRuns: 500 },
    );
  });

  it('does not take the absence of one key from the place of another', () => {
    const map = mapOf([1, 2, 3, 4, 5, 6, 7, 8].map((each) => [key(each), value(each)] as const));
    const absent = key(99);
    const foreign = proveIn(map, key(1));

    expect(isProven(rootOf(map), absent, null, foreign)).toBe(
      foreign.siblings.length === 0 || sharesPath(absent, key(1), foreign.siblings.length),
    );
    expect(getFrom(map, absent)).toBeUndefined();
  });

  it('needs about log2 n hashes for a change among many', () => {
    let map = emptyMap;
    for (let number = 0; number < 4096; number += 1) {
      map = putInto(map, key(number), value(number));
    }

    const depths = [1, 500, 4000].map((number) => proveIn(map, key(number)).siblings.length);

    expect(Math.max(...depths)).toBeLessThanOrEqual(24);
  });
});

/** Would the next number's path end at the same place? Then one proof shows both absences. */
function samePath(map: StateMap, number: number): boolean {
  const mine = proveIn(map, key(number));
  return sharesPath(key(number), key(number + 1), mine.siblings.length);
}

function sharesPath(a: Uint8Array, b: Uint8Array, bits: number): boolean {
  for (let depth = 0; depth < bits; depth += 1) {
    const mask = 0x80 >> (depth & 7);
    if (((a[depth >> 3] ?? 0) & mask) !== ((b[depth >> 3] ?? 0) & mask)) return false;
  }
  return true;
}
