/** Bodies: salted leaves, fixed places, and showing some fields without the others. */
import { buildBody, decodeBody, leafOf, saltOf } from '@tallystick/chain/src/act/body.ts';
import { decode, encode } from '@tallystick/chain/src/act/codec.ts';
import type { Disclosure } from '@tallystick/chain/src/act/disclosure.ts';
import { checkDisclosure, disclose } from '@tallystick/chain/src/act/disclosure.ts';
import { depthOf, FieldError, fieldsOf } from '@tallystick/chain/src/act/field.ts';
import type { ActKind } from '@tallystick/chain/src/act/kind.ts';
import { kind } from '@tallystick/chain/src/act/kind.ts';
import { kindNamed, kindNames } from '@tallystick/chain/src/act/kinds.ts';
import { treeLevels, treeRoot, treeSiblings } from '@tallystick/chain/src/act/tree.ts';
import { hex, sha256, utf8 } from '@tallystick/chain/src/crypto/digest.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const sale = kind('test.sale', {
  number: 'text',
  total: 'money',
  paid: 'bool',
  due: 'date?',
  digest: 'bytes',
  count: 'int',
  parts: 'moneys',
  tags: 'texts',
  items: 'ids',
}) as unknown as ActKind;
const seed = sha256(utf8('seed'));
const fields = {
  party: 'org_a',
  person: null,
  mandate: null,
  businessDate: '2026-03-02',
  number: 'R-1',
  total: [100_00n, 'EUR'],
  paid: false,
  due: '2028-02-29',
  digest: Uint8Array.of(1, 2),
  count: -5n,
  parts: [
    [60_00n, 'EUR'],
    [40_00n, 'EUR'],
  ],
  tags: ['ü', ''],
  items: ['itm_1'],
} as const;
const body = buildBody(sale, fields, seed);

describe('a body', () => {
  it('reads back from its stored form', () => {
    const read = decodeBody(sale, body.bytes);

    expect(read.fields).toEqual(fields);
    expect(read.root).toEqual(body.root);
  });

  it('has the same bytes whatever order the fields came in', () => {
    const reversed = Object.fromEntries(Object.entries(fields).reverse());

    expect(buildBody(sale, reversed, seed).bytes).toEqual(body.bytes);
    expect(buildBody(sale, reversed, seed).root).toEqual(body.root);
  });

  it('has another root with another seed, so that equal content does not show', () => {
    expect(hex(buildBody(sale, fields, sha256(seed)).root)).not.toBe(hex(body.root));
  });

  it.each([
    ['a missing field', { number: undefined }],
    ['an unknown field', { colour: 'red' }],
    ['text that is not in NFC', { number: 'e\u0301' }],
    ['a number for an amount', { total: 100 }],
    ['an amount without a currency', { total: [100n] }],
    ['a currency in small letters', { total: [100n, 'eur'] }],
    ['an amount of 65 bits', { total: [2n ** 63n, 'EUR'] }],
    ['29 February of a common year', { due: '2026-02-29' }],
    ['29 February of 1900', { due: '1900-02-29' }],
    ['month 13', { due: '2026-13-01' }],
    ['a date with a time', { due: '2026-01-01T00:00:00Z' }],
    ['null where it is not admitted', { number: null }],
    ['a text for a truth value', { paid: 'false' }],
    ['an id with a space', { items: ['itm 1'] }],
    ['a number that is not whole', { count: 1.5 }],
    ['too long a list', { tags: Array.from({ length: 257 }, () => '') }],
  ])('refuses %s', (_what, change) => {
    const altered = { ...fields, ...change } as unknown as typeof fields;

    expect(() => buildBody(sale, altered, seed)).toThrow(FieldError);
  });

  it('refuses a stored form that is not its own', () => {
    const value = decode(body.bytes) as readonly [Uint8Array, ReadonlyMap<string, bigint>];
    const without = new Map([...value[1]].slice(1));

    expect(() => decodeBody(sale, encode([seed, without]))).toThrow(FieldError);
    expect(() => decodeBody(sale, encode([seed.slice(1), value[1]]))).toThrow(FieldError);
    expect(() => decodeBody(sale, encode([seed]))).toThrow(FieldError);
  });

  it('is padded to 16, 32 or 64 leaves', () => {
    const wide = (count: number) =>
      kind(
        'test.wide',
        Object.fromEntries(
          Array.from({ length: count }, (_, order) => [`f${order}`, 'text?'] as const),
        ),
      ) as unknown as ActKind;

    expect([12, 13, 28, 29, 60].map((count) => depthOf(wide(count)))).toEqual([4, 5, 5, 6, 6]);
    expect(() => depthOf(wide(61))).toThrow(RangeError);
  });
});

describe('showing fields', () => {
  it('proves each of them, and any set of them', () => {
    const paths = fieldsOf(sale).map(({ path }) => path);
    fc.assert(
      fc.property(fc.subarray(paths), (some) => {
        const shown = disclose(body, some);
        expect(shown.map(({ path }) => path)).toEqual(some);
        expect(shown.map((each) => checkDisclosure(sale, body.root, each))).toEqual(
          some.map(() => 'ok'),
        );
      }),
      { seed: 1, numRuns: 60 },
    );
  });

  const [total] = disclose(body, ['total']);
  const alterations: readonly [string, (shown: Disclosure) => Disclosure][] = [
    ['another value', (shown) => ({ ...shown, value: [100_01n, 'EUR'] })],
    ['another currency', (shown) => ({ ...shown, value: [100_00n, 'USD'] })],
    ['a value of another type', (shown) => ({ ...shown, value: 'much' })],
    ['another salt', (shown) => ({ ...shown, salt: saltOf(seed, 'number') })],
    ['a short salt', (shown) => ({ ...shown, salt: shown.salt.slice(1) })],
    ['another name', (shown) => ({ ...shown, path: 'parts' })],
    ['another place', (shown) => ({ ...shown, index: shown.index + 1 })],
    ['the place of padding', (shown) => ({ ...shown, index: 15 })],
    ['a place outside', (shown) => ({ ...shown, index: 16 + shown.index })],
    ['a shorter path', (shown) => ({ ...shown, siblings: shown.siblings.slice(1) })],
    ['a turned path', (shown) => ({ ...shown, siblings: [...shown.siblings].reverse() })],
  ];
  it.each(alterations)('refuses %s', (_what, alter) => {
    if (total === undefined) throw new Error('the total is shown');

    expect(checkDisclosure(sale, body.root, total)).toBe('ok');
    expect(checkDisclosure(sale, body.root, alter(total))).not.toBe('ok');
  });

  it('cannot pass one field off as another of the same type', () => {
    const [party] = disclose(body, ['party']);
    const [, , , , number] = fieldsOf(sale);
    if (party === undefined || number === undefined) throw new Error('both fields are there');

    const forged = { ...party, index: 4, path: number.path };

    expect(checkDisclosure(sale, body.root, forged)).not.toBe('ok');
  });

  it('refuses a leaf that its signer put at the place of another field', () => {
    const salt = saltOf(seed, 'number');
    const levels = treeLevels([leafOf(salt, 'number', 'R-1')], depthOf(sale));
    const misplaced = {
      index: 0,
      path: 'number',
      salt,
      value: 'R-1',
      siblings: treeSiblings(levels, 0),
    };

    expect(checkDisclosure(sale, treeRoot(levels), misplaced)).toBe('place');
  });

  it('refuses to show a field that the kind does not have', () => {
    expect(() => disclose(body, ['colour'])).toThrow(FieldError);
  });

  it('has a leaf that only the salt opens', () => {
    expect(hex(leafOf(saltOf(seed, 'paid'), 'paid', false))).not.toBe(
      hex(leafOf(saltOf(sha256(seed), 'paid'), 'paid', false)),
    );
  });
});

describe('the registry of kinds', () => {
  it('gives every kind distinct fields that fit into a body', () => {
    const broken = kindNames.filter((name) => {
      const found = kindNamed(name);
      if (found === undefined) return true;
      const paths = fieldsOf(found).map(({ path }) => path);
      return new Set(paths).size !== 4 + Object.keys(found.fields).length || depthOf(found) > 6;
    });

    expect(broken).toEqual([]);
    expect(new Set(kindNames).size).toBe(kindNames.length);
  });
});
