/** A slip of the pen in a registration number is seen: numbers that are published hold, altered ones do not. */
import { numberProblem } from '@tallystick/server/src/party/check-digits.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

/** Of companies and authorities that publish them, and of the examples in the schemes' own papers. */
const published: readonly (readonly [scheme: string, number: string])[] = [
  ...['9144030071526726XG', '91330100799655058B', '914403001922038216', '91110000802100433B'].map(
    (number) => ['USCC', number] as const,
  ),
  ...['HWUPKR0MPOU8FGXBT394', '7LTWFZYICNSX8D621K86', '5493001KJTIIGC8Y1R12'].map(
    (number) => ['LEI', number] as const,
  ),
  ...['DE136695976', 'DE811569869', 'NL004495445B01', 'NL123456789B13', 'FR40303265045'].map(
    (number) => ['VAT', number] as const,
  ),
  ...['FR83404833048', 'BE0428759497', 'IT00743110157', 'ES54362315K', 'ESX2482300W'].map(
    (number) => ['VAT', number] as const,
  ),
  ...['ESJ99216582', 'ESB58378431', 'ATU13585627', 'GB980780684', 'SE123456789701'].map(
    (number) => ['VAT', number] as const,
  ),
];

describe('a registration number that is published', () => {
  it.each(published)('%s %s holds', (scheme, number) => {
    expect(numberProblem(scheme, number)).toBeNull();
  });

  it('holds however it is written', () => {
    expect(numberProblem('vatin', ' de 136.695.976 ')).toBeNull();
    expect(numberProblem('0199', 'hwup-kr0m-pou8-fgxb-t394')).toBeNull();
    expect(numberProblem('USCC', '９１４４０３００７１５２６７２６ＸＧ')).toBeNull();
  });
});

describe('a registration number that is mistyped', () => {
  it.each([
    [
      'a unified code',
      'USCC',
      '9144030071526726XH',
      { seen: 'H', expected: 'the check character G' },
    ],
    ['a unified code with an O', 'USCC', '9144030O71526726XG', null],
    ['a unified code that is too short', 'USCC', '9144030071526726X', null],
    ['an LEI', 'LEI', 'HWUPKR0MPOU8FGXBT395', { seen: '95', expected: 'the check digits 94' }],
    ['a German number', 'VAT', 'DE136695975', { seen: '5', expected: 'the check character 6' }],
    ['a Belgian number', 'VAT', 'BE0428759498', { seen: '98', expected: 'the check digits 97' }],
    ['a French key', 'VAT', 'FR41303265045', { seen: '41', expected: 'the key 40' }],
    ['a Dutch number', 'VAT', 'NL004495446B01', { seen: '6', expected: 'the check digit 5' }],
    ['a British number', 'VAT', 'GB980780685', null],
    ['a Spanish letter', 'VAT', 'ES54362315L', { seen: 'L', expected: 'the check character K' }],
    ['a number without its country', 'VAT', '136695976', null],
    ['a number of no form', 'VAT', 'PL1', null],
  ])('%s is refused, and what is needed is said', (_what, scheme, number, problem) => {
    const found = numberProblem(scheme, number);

    expect(found).not.toBeNull();
    if (problem !== null) expect(found).toEqual(problem);
  });

  // An LEI counts letters as two digits: it promises nothing where a letter stands for a digit.
  it.each(['USCC', 'LEI'])('any one character, and any two that change places: %s', (scheme) => {
    const isPromised = (one: string, other: string) =>
      scheme === 'USCC' || /\d/.test(one) === /\d/.test(other);
    const letters = scheme === 'USCC' ? '0123456789ABCDEFGHJKLMNPQRTUWXY' : alphanumeric;
    fc.assert(
      fc.property(
        valid(scheme, letters),
        fc.nat(16),
        fc.constantFrom(...letters),
        (good, at, letter) => {
          fc.pre(isPromised(good.charAt(at), letter));
          fc.pre(isPromised(good.charAt(at), good.charAt(at + 1)));
          const other = `${good.slice(0, at)}${letter}${good.slice(at + 1)}`;
          const swapped = `${good.slice(0, at)}${good.charAt(at + 1)}${good.charAt(at)}${good.slice(at + 2)}`;

          expect(numberProblem(scheme, good)).toBeNull();
          expect(numberProblem(scheme, other) === null).toBe(other === good);
          expect(numberProblem(scheme, swapped) === null).toBe(swapped === good);
        },
      ),
      { numRuns: 200, seed: 20261123 },
    );
  });

  it.each([
    ['DE', 8, 1],
    ['BE', 8, 2],
    ['IT', 10, 1],
    ['SE', 9, 1],
    ['ATU', 7, 1],
  ])('any one digit of a number of %s', (prefix, digits, checkLength) => {
    const tail = prefix === 'SE' ? '01' : '';
    fc.assert(
      fc.property(fc.nat(10 ** 9 - 1), fc.nat(digits - 1), fc.nat(9), (body, at, digit) => {
        const stem = `${prefix === 'BE' ? '0' : '1'}${String(body).padStart(9, '0')}`.slice(
          0,
          digits,
        );
        const good = completed(prefix, stem, checkLength, tail);
        const changed = `${stem.slice(0, at)}${digit}${stem.slice(at + 1)}`;
        const other = `${prefix}${changed}${good.slice(prefix.length + digits)}`;

        expect(numberProblem('VAT', other) === null).toBe(other === good);
      }),
      { numRuns: 200, seed: 20261123 },
    );
  });
});

describe('a scheme that promises nothing', () => {
  it('is not judged', () => {
    expect(numberProblem('KVK', '12345678')).toBeNull();
    expect(numberProblem('REG-NL', 'x')).toBeNull();
  });

  it('of another country is held to its form only', () => {
    expect(numberProblem('VAT', 'PL1234567890')).toBeNull();
  });
});

const alphanumeric = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';

/** Numbers of a scheme, their check characters found by trying. */
function valid(scheme: string, letters: string): fc.Arbitrary<string> {
  const length = scheme === 'USCC' ? 17 : 18;
  return fc
    .array(fc.constantFrom(...letters), { minLength: length, maxLength: length })
    .map((characters) => {
      const stem = characters.join('');
      const tails =
        scheme === 'USCC'
          ? [...letters]
          : Array.from({ length: 100 }, (_, order) => String(order).padStart(2, '0'));
      return (
        tails.map((tail) => stem + tail).find((each) => numberProblem(scheme, each) === null) ?? ''
      );
    });
}

/** The number with the check digits that make it hold. */
function completed(prefix: string, stem: string, checkLength: number, tail: string): string {
  const checks = Array.from({ length: 10 ** checkLength }, (_, order) =>
    String(order).padStart(checkLength, '0'),
  );
  const found = checks
    .map((check) => `${prefix}${stem}${check}${tail}`)
    .filter((each) => numberProblem('VAT', each) === null);
  expect(found).toHaveLength(1);
  return found[0] ?? '';
}
