/** The bank's statement, camt.053: read like its notification, and only when its balances add up. */
import { parseStatement } from '@tallystick/server/src/settlement/parsers.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const account = { identifier: '00421337', currency: 'CNY' };

type Entry = { readonly minor: bigint; readonly status?: string };

const text = (minor: bigint) => {
  const digits = (minor < 0n ? -minor : minor).toString().padStart(3, '0');
  return `${digits.slice(0, -2)}.${digits.slice(-2)}`;
};
const amount = (minor: bigint) =>
  `<Amt Ccy="CNY">${text(minor)}</Amt><CdtDbtInd>${minor < 0n ? 'DBIT' : 'CRDT'}</CdtDbtInd>`;
const balance = (type: string, minor: bigint) =>
  `<Bal><Tp><CdOrPrtry><Cd>${type}</Cd></CdOrPrtry></Tp>${amount(minor)}<Dt><Dt>2026-03-02</Dt></Dt></Bal>`;

function statement(
  balances: readonly string[],
  entries: readonly Entry[],
  version = '08',
): Uint8Array {
  const status = (code: string) => (version === '08' ? `<Cd>${code}</Cd>` : code);
  const booked = entries.map(
    ({ minor, status: code = 'BOOK' }, order) =>
      `<Ntry>${amount(minor)}<Sts>${status(code)}</Sts><BookgDt><Dt>2026-03-02</Dt></BookgDt>` +
      `<AcctSvcrRef>S-${order}</AcctSvcrRef></Ntry>`,
  );
  return new TextEncoder().encode(
    `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.${version}"><BkToCstmrStmt><Stmt>` +
      `<Acct><Id><Othr><Id>00421337</Id></Othr></Id></Acct>${balances.join('')}${booked.join('')}` +
      '</Stmt></BkToCstmrStmt></Document>',
  );
}

const read = (file: Uint8Array) => parseStatement(file, 'CAMT053', account);

describe('a camt.053 statement', () => {
  it.each(['02', '08'])('of version %s gives its booked lines', (version) => {
    const file = statement(
      [balance('OPBD', 10_00n), balance('CLBD', 60_00n)],
      [{ minor: 70_00n }, { minor: -20_00n }, { minor: 5_00n, status: 'PDNG' }],
      version,
    );

    const { lines, problems, skipped } = read(file);

    expect(problems).toEqual([]);
    expect(lines.map(({ credit, amountMinor }) => [credit, amountMinor])).toEqual([
      [true, 70_00n],
      [false, 20_00n],
    ]);
    expect(skipped).toMatchObject([{ seen: 'PDNG' }]);
  });

  it('is refused whole when one unit is missing between its balances', () => {
    const balances = [balance('OPBD', 10_00n), balance('CLBD', 80_01n)];

    expect(read(statement(balances, [{ minor: 70_00n }]))).toMatchObject({
      lines: [],
      problems: [{ code: 'BALANCE_DIFFERS', seen: '80.01 CNY', expected: '80.00 CNY' }],
    });
  });

  it.each([
    ['no balance', []],
    ['no closing balance', [balance('OPBD', 10_00n)]],
    ['no opening balance', [balance('CLBD', 10_00n)]],
  ])('is refused with %s', (_name, balances) => {
    expect(read(statement(balances, [{ minor: 70_00n }])).problems).toMatchObject([
      { code: 'BALANCE_MISSING' },
    ]);
  });

  it('may be a page between two others, with interim balances', () => {
    const balances = [balance('ITBD', 10_00n), balance('ITBD', -60_00n)];

    expect(read(statement(balances, [{ minor: -70_00n }])).problems).toEqual([]);
  });

  it('is no camt.054, and no camt.054 is one', () => {
    const file = statement([balance('OPBD', 0n), balance('CLBD', 1n)], [{ minor: 1n }]);

    expect(parseStatement(file, 'CAMT054', account).problems).toMatchObject([
      { code: 'FILE_NOT_CAMT' },
    ]);
  });

  it('is whole exactly when opening and entries make closing', () => {
    const minor = fc.bigInt({ min: -1_000_000n, max: 1_000_000n });
    fc.assert(
      fc.property(
        minor,
        fc.array(
          minor.filter((each) => each !== 0n),
          { minLength: 1, maxLength: 8 },
        ),
        fc.bigInt({ min: -2n, max: 2n }),
        (opening, moves, off) => {
          const closing = moves.reduce((sum, each) => sum + each, opening) + off;
          const file = statement(
            [balance('OPBD', opening), balance('CLBD', closing)],
            moves.map((each) => ({ minor: each })),
          );
          return read(file).problems.length === (off === 0n ? 0 : 1);
        },
      ),
      { numRuns: 60 },
    );
  });
});
