/** Statement files: what is read, and how every problem names its row and field. */
import { readFileSync } from 'node:fs';
import { lineText, parseLineText } from '@tallystick/server/src/settlement/line-text.ts';
import { type BankLine, settlementLimits } from '@tallystick/server/src/settlement/model.ts';
import { linesToTexts, parseStatement } from '@tallystick/server/src/settlement/parsers.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const euros = { identifier: 'DE75 5121 0800 1245 1261 99', currency: 'EUR' };
const yuan = { identifier: '00421337', currency: 'CNY' };

function sample(name: string): Uint8Array {
  return readFileSync(new URL(`../../../samples/${name}`, import.meta.url));
}

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

describe('a camt.054 message', () => {
  it('gives one line for each booked transaction, and lists what is only announced', () => {
    const { lines, problems, skipped } = parseStatement(
      sample('statement-funding.camt054.xml'),
      'CAMT054',
      euros,
    );

    expect(problems).toEqual([]);
    expect(lines).toEqual([
      {
        bookingDate: '2026-03-02',
        credit: false,
        amountMinor: 98_310_96n,
        currency: 'EUR',
        remittance: 'Purchase of receivable TS-ABCDE FGHIJ',
        counterparty: 'Bolt & Co',
        bankReference: 'B-1001',
        endToEndId: 'E2E-1001',
      },
      {
        bookingDate: '2026-03-02',
        credit: false,
        amountMinor: 100_00n,
        currency: 'EUR',
        remittance: 'TS-ABCDEABCDE',
        counterparty: 'Copper Works',
        bankReference: 'B-1002/1',
        endToEndId: null,
      },
      {
        bookingDate: '2026-03-02',
        credit: false,
        amountMinor: 200_00n,
        currency: 'EUR',
        remittance: '',
        counterparty: '东方染织有限责任公司',
        bankReference: 'B-1002-OWN',
        endToEndId: null,
      },
    ]);
    expect(skipped).toMatchObject([{ row: 4, field: 'Sts', seen: 'PDNG' }]);
  });

  it('is read in its older version, whatever the prefix', () => {
    const { lines, problems } = parseStatement(
      sample('statement-repayment.camt054.xml'),
      'CAMT054',
      yuan,
    );

    expect(problems).toEqual([]);
    expect(lines).toMatchObject([
      {
        credit: true,
        amountMinor: 100_000_00n,
        counterparty: 'Aurora Motors',
        bankReference: 'R-77',
        endToEndId: 'AP-2026-0415',
      },
    ]);
  });

  it.each([
    ['of another account', sample('statement-funding.camt054.xml'), yuan, 'Acct/Id'],
    [
      'of another kind',
      bytes('<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"/>'),
      euros,
      'file',
    ],
    [
      'that is an invoice',
      bytes('<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"/>'),
      euros,
      'file',
    ],
    ['with a tag that is not closed', bytes('<Document>'), euros, 'file'],
    [
      'with a document type',
      bytes('<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>'),
      euros,
      'file',
    ],
    ['that is no XML', bytes('bookingDate,direction'), euros, 'file'],
    ['without a byte', new Uint8Array(), euros, 'file'],
    ['beyond the limit', new Uint8Array(settlementLimits.statementBytesMax + 1), euros, 'file'],
  ])('is refused with the reason when it is one %s', (_name, file, account, field) => {
    const { lines, problems } = parseStatement(file, 'CAMT054', account);

    expect(lines).toEqual([]);
    expect(problems.map((problem) => problem.field)).toContain(field);
    for (const problem of problems) expect(problem.expected).not.toBe('');
  });

  it('is refused when it books in a currency that the account has not', () => {
    const { lines, problems } = parseStatement(
      sample('statement-repayment.camt054.xml'),
      'CAMT054',
      {
        ...yuan,
        currency: 'USD',
      },
    );

    expect(lines).toEqual([]);
    expect(problems).toMatchObject([{ row: 1, field: 'currency', seen: 'CNY', expected: 'USD' }]);
  });
});

describe('a CSV statement', () => {
  it('gives its lines', () => {
    const { lines, problems } = parseStatement(sample('statement.csv'), 'CSV', yuan);

    expect(problems).toEqual([]);
    expect(lines.map(({ amountMinor, credit }) => [amountMinor, credit])).toEqual([
      [70_000_00n, true],
      [30_000_00n, true],
      [12_50n, false],
    ]);
    expect(lines[1]?.remittance).toBe('TS-ABCDEFGHIJ, the rest');
    expect(lines[2]?.endToEndId).toBeNull();
  });

  it('names the row and the field of every problem, and gives no line at all', () => {
    const { lines, problems } = parseStatement(sample('statement-with-errors.csv'), 'CSV', yuan);

    expect(lines).toEqual([]);
    expect(problems.map(({ row, field, seen }) => [row, field, seen])).toEqual([
      [1, 'bookingDate', '2026-02-30'],
      [2, 'direction', 'X'],
      [2, 'amount', '30000.001'],
      [3, 'amount', '-5.00'],
      [3, 'bankReference', ''],
    ]);
  });

  it('refuses the same bank reference twice in one file', () => {
    const text = new TextDecoder().decode(sample('statement.csv'));

    const { problems } = parseStatement(bytes(text.replace('C-3', 'C-1')), 'CSV', yuan);

    expect(problems).toMatchObject([{ row: 3, field: 'bankReference', seen: 'C-1' }]);
  });

  it.each([
    ['without a header', '2026-04-15,C,1.00,CNY,x,y,z,\n', 'bookingDate'],
    [
      'with a column too few',
      'bookingDate,direction,amount,currency,remittance,counterparty,bankReference\n',
      'endToEndId',
    ],
    ['with rows of different length', 'bookingDate,direction\n1\n', 'file'],
    [
      'with a header alone',
      'bookingDate,direction,amount,currency,remittance,counterparty,bankReference,endToEndId\n',
      'file',
    ],
  ])('is refused when it comes %s', (_name, text, field) => {
    const { problems } = parseStatement(bytes(text), 'CSV', yuan);

    expect(problems.map((problem) => problem.field)).toContain(field);
  });

  it('is refused when it is not UTF-8', () => {
    expect(parseStatement(Uint8Array.of(0xff, 0xfe, 0x00), 'CSV', yuan).problems).toMatchObject([
      { field: 'encoding' },
    ]);
  });

  it('takes as many lines as an act can carry, and not one more', () => {
    const header =
      'bookingDate,direction,amount,currency,remittance,counterparty,bankReference,endToEndId\n';
    const rows = (count: number) =>
      Array.from({ length: count }, (_, order) => `2026-04-15,C,1.00,CNY,x,y,R-${order},`).join(
        '\n',
      );
    const { linesMax } = settlementLimits;

    expect(parseStatement(bytes(header + rows(linesMax)), 'CSV', yuan).lines).toHaveLength(
      linesMax,
    );
    expect(parseStatement(bytes(header + rows(linesMax + 1)), 'CSV', yuan)).toMatchObject({
      lines: [],
      problems: [{ row: 0, field: 'file', seen: `${linesMax + 1} lines` }],
    });
  });

  it.each([
    ['JPY', '1000', 1000n],
    ['KWD', '1.234', 1234n],
  ])('reads an amount with the decimals of %s', (currency, amount, minor) => {
    const text = `bookingDate,direction,amount,currency,remittance,counterparty,bankReference,endToEndId\n2026-04-15,C,${amount},${currency},x,y,z,\n`;

    const { lines } = parseStatement(bytes(text), 'CSV', { ...yuan, currency: null });

    expect(lines[0]?.amountMinor).toBe(minor);
  });
});

describe('the text of a line', () => {
  const short = fc
    .string({ unit: 'grapheme', maxLength: 40 })
    .map((text) =>
      text
        .normalize('NFC')
        .replace(/[\s\p{Cc}]+/gu, ' ')
        .trim()
        .normalize('NFC'),
    )
    .filter((text) => text.isWellFormed());
  const line: fc.Arbitrary<BankLine> = fc.record({
    bookingDate: fc.constantFrom('2026-03-02', '2028-02-29'),
    credit: fc.boolean(),
    amountMinor: fc.bigInt({ min: 1n, max: 10n ** 15n - 1n }),
    currency: fc.constantFrom('CNY', 'JPY', 'KWD'),
    remittance: short,
    counterparty: short,
    bankReference: short.filter((text) => text !== ''),
    endToEndId: fc.option(short.filter((text) => text !== '' && text !== 'NOTPROVIDED')),
  });

  it('is read back to the same line, and no other text is that line', () => {
    fc.assert(
      fc.property(line, (each) => {
        const text = lineText(each);
        expect(parseLineText(text)).toEqual(each);
        expect(parseLineText(text.replace('","', '", "'))).not.toEqual(each);
      }),
      { seed: 11, numRuns: 300 },
    );
  });

  it('is one line', () => {
    const { lines } = parseStatement(sample('statement.csv'), 'CSV', yuan);

    for (const text of linesToTexts(lines)) expect(text).not.toMatch(/[\n\r]/);
  });
});
