/** Deterministic CBOR: one value, one encoding, and nothing else is read. */
import type { Encodable } from '@tallystick/chain/src/act/codec.ts';
import { CodecError, decode, diagnose, encode } from '@tallystick/chain/src/act/codec.ts';
import { fromHex, hex } from '@tallystick/chain/src/crypto/digest.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

/** Any value that the format can say, three levels deep. */
const { value: values } = fc.letrec<{ value: Encodable; leaf: Encodable }>((tie) => ({
  leaf: fc.oneof(
    fc.bigInt({ min: -(2n ** 64n), max: 2n ** 64n - 1n }),
    fc.constantFrom(0n, 23n, 24n, 255n, 256n, 65535n, 65536n, 2n ** 32n, -1n, -24n, -25n, -257n),
    fc.string({ unit: 'grapheme' }).map((text) => text.normalize('NFC')),
    fc.uint8Array(),
    fc.boolean(),
    fc.constant(null),
  ),
  value: fc.oneof(
    { depthSize: 'small', maxDepth: 4 },
    tie('leaf'),
    fc.array(tie('value'), { maxLength: 5 }),
    fc
      .array(
        fc.tuple(
          fc.string({ unit: 'grapheme' }).map((text) => text.normalize('NFC')),
          tie('value'),
        ),
        { maxLength: 5 },
      )
      .map((entries) => new Map(entries)),
  ),
}));

describe('the codec', () => {
  it('reads back every value, and writes it in one way', () => {
    fc.assert(
      fc.property(values, (value) => {
        const bytes = encode(value);
        const read = decode(bytes);
        expect(hex(encode(read))).toBe(hex(bytes));
        expect(diagnose(read)).toBe(diagnose(decode(encode(read))));
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  it('reads nothing that it would not have written', () => {
    const anything = fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc.tuple(values, fc.nat(), fc.nat(255)).map(([value, at, octet]) => {
        const bytes = encode(value);
        bytes[at % bytes.length] = octet;
        return bytes;
      }),
    );
    fc.assert(
      fc.property(anything, (bytes) => {
        try {
          expect(hex(encode(decode(bytes)))).toBe(hex(bytes));
        } catch (fault) {
          if (!(fault instanceof CodecError)) throw fault;
        }
      }),
      { seed: 1, numRuns: 3000 },
    );
  });

  it.each([
    ['0', 0n, '00'],
    ['23', 23n, '17'],
    ['24', 24n, '1818'],
    ['256', 256n, '190100'],
    ['2^16', 65_536n, '1a00010000'],
    ['2^64-1', 2n ** 64n - 1n, '1bffffffffffffffff'],
    ['-1', -1n, '20'],
    ['-2^64', -(2n ** 64n), '3bffffffffffffffff'],
    ['octets', Uint8Array.of(1, 2), '420102'],
    ['text', 'ü水', '65c3bce6b0b4'],
    ['a list', [1n, [2n, 3n]], '8201820203'],
    [
      'a map, its shorter keys first',
      new Map<string, Encodable>([
        ['aa', 2n],
        ['b', 1n],
      ]),
      'a261620162616102',
    ],
    ['true', true, 'f5'],
    ['null', null, 'f6'],
  ] as const)('writes %s', (_what, value, text) => {
    expect(hex(encode(value))).toBe(text);
    expect(hex(encode(decode(fromHex(text) ?? new Uint8Array())))).toBe(text);
  });

  it.each([
    ['nothing', '', 0],
    ['an integer longer than needed', '1817', 0],
    ['a two-octet integer below 256', '1900ff', 0],
    ['a four-octet integer below 65536', '1a0000ffff', 0],
    ['an eight-octet integer below 2^32', '1b00000000ffffffff', 0],
    ['a negative integer longer than needed', '3817', 0],
    ['a length longer than needed', '580101', 0],
    ['a count longer than needed', '980101', 0],
    ['a float', 'f90000', 0],
    ['undefined', 'f7', 0],
    ['a simple value', 'f820', 0],
    ['a tag', 'c000', 0],
    ['a big number', 'c24101', 0],
    ['text of no stated length', '7f6161ff', 0],
    ['octets of no stated length', '5f4101ff', 0],
    ['a list of no stated length', '9f01ff', 0],
    ['a map of no stated length', 'bf616101ff', 0],
    ['a stop without a beginning', 'ff', 0],
    ['a reserved length', '1c', 0],
    ['octets that pass the end', '4201', 0],
    ['a list that passes the end', '8201', 0],
    ['a list that claims four thousand million items', '9affffffff', 0],
    ['an integer that breaks off', '1901', 1],
    ['two values', '0000', 1],
    ['repeated keys', 'a2616101616102', 4],
    ['unsorted keys', 'a2616201616102', 4],
    ['a longer key before a shorter one', 'a262616101616202', 5],
    ['a key that is no text', 'a10101', 1],
    ['a key that is a list', 'a18001', 1],
    ['malformed UTF-8', '61ff', 0],
    ['a surrogate in UTF-8', '63eda080', 0],
    ['text that is not in NFC', '6365cc81', 0],
    ['depth nine', '81818181818181818100', 8],
  ])('refuses %s, naming the octet', (_what, text, offset) => {
    const attempt = () => decode(fromHex(text) ?? new Uint8Array());

    expect(attempt).toThrow(CodecError);
    expect(attempt).toThrow(`at octet ${offset}:`);
  });

  it('reads depth eight', () => {
    expect(diagnose(decode(fromHex('818181818181818100') ?? new Uint8Array()))).toBe(
      '[[[[[[[[0]]]]]]]]',
    );
  });

  it.each([
    ['a fraction', 0.5],
    ['an unsafe number', 2 ** 53],
    ['an integer of 65 bits', 2n ** 64n],
    ['text that is not in NFC', 'e\u0301'],
    ['half a surrogate pair', '\ud800'],
    ['depth nine', [[[[[[[[[0n]]]]]]]]]],
  ])('does not write %s', (_what, value) => {
    expect(() => encode(value as Encodable)).toThrow(CodecError);
  });

  it('copies the octets that it reads', () => {
    const bytes = Buffer.from('4101', 'hex');
    const read = decode(bytes);
    bytes[1] = 9;

    expect(read).toEqual(Uint8Array.of(1));
  });
});
