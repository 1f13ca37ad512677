/** Files as people upload them: read into an invoice, or refused in plain words. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { elementsMax, fileBytesMax } from '../../../server/src/invoice/model.ts';
import { readInvoiceFile } from '../../../server/src/invoice/reading.ts';

const main = sample('bolt-inv-1001-cny.xml');

describe('reading an invoice', () => {
  it('takes everything that the act and the screen need', () => {
    const reading = read(main);

    expect(reading.findings).toEqual([]);
    expect(reading.parsed).toEqual({
      format: 'UBL 2.1 Invoice',
      number: 'INV-1001',
      typeCode: '380',
      issueDate: '2026-03-02',
      dueDate: '2026-05-31',
      seller: {
        name: 'Bolt & Co',
        registrations: [{ scheme: 'USCC', number: 'DEMO00BOLT' }],
        country: 'CN',
      },
      buyer: {
        name: 'Aurora Motors',
        registrations: [{ scheme: 'USCC', number: 'DEMO00AURORA' }],
        country: 'CN',
      },
      payeeName: null,
      currency: 'CNY',
      net: { currency: 'CNY', minor: 88_495_58n },
      tax: { currency: 'CNY', minor: 11_504_43n },
      gross: { currency: 'CNY', minor: 100_000_01n },
      prepaid: null,
      rounding: { currency: 'CNY', minor: -1n },
      payable: { currency: 'CNY', minor: 100_000_00n },
      orderReference: 'PO-4711',
      lineCount: 2,
      lines: [
        {
          id: '1',
          description: 'Hex bolt M10 x 40, class 10.9',
          quantity: '60000 C62',
          net: { currency: 'CNY', minor: 75_000_00n },
        },
        {
          id: '2',
          description: 'Flange nut M10',
          quantity: '50000 C62',
          net: { currency: 'CNY', minor: 13_495_58n },
        },
      ],
    });
  });

  it.each([
    ['bolt-re-2026-0007-eur-allowances.xml', 13_284_80n, 'EUR'],
    ['kumo-2026-31-jpy.xml', 1_167_117n, 'JPY'],
    ['dana-4402-kwd.xml', 4_925_000n, 'KWD'],
    ['yonggu-2026-0305-cny-long-names.xml', 137_640_00n, 'CNY'],
  ])('reads %s exactly', (file, minor, currency) => {
    const reading = read(sample(file));

    expect(reading.findings).toEqual([]);
    expect(reading.parsed?.payable).toEqual({ minor, currency });
  });

  it('reads the same from other prefixes', () => {
    const text = main
      .replaceAll('cbc:', 'basic:')
      .replace('xmlns:cbc', 'xmlns:basic')
      .replaceAll('cac:', 'b2:')
      .replace('xmlns:cac', 'xmlns:b2')
      .replace('<Invoice xmlns=', '<inv:Invoice xmlns:inv=')
      .replace('</Invoice>', '</inv:Invoice>');

    expect(read(text)).toEqual(read(main));
  });

  it('does not take elements of a foreign namespace for UBL, whatever their prefix', () => {
    const foreign = main.replace('CommonBasicComponents-2', 'SomethingElse-2');

    expect(rules(read(foreign))).toContain('ERROR BR-02');
    expect(read(foreign).parsed).toBeNull();
  });

  it.each([
    ['a byte order mark', Buffer.from(`\ufeff${main}`)],
    ['UTF-16, little end first', utf16(main, 'little')],
    ['UTF-16, big end first', utf16(main, 'big')],
    [
      'ISO 8859-1',
      Buffer.from(main.replace('UTF-8', 'ISO-8859-1').replace('Hex bolt', 'Bülz'), 'latin1'),
    ],
  ])('reads %s', (_what, bytes) => {
    const reading = readInvoiceFile(bytes);

    expect(reading).toMatchObject({ kind: 'read', findings: [], parsed: { number: 'INV-1001' } });
  });

  it('composes letters and makes spaces single', () => {
    const text = main
      .replace(
        '<cbc:RegistrationName>Aurora Motors',
        '<cbc:RegistrationName>Aurora  Mo\u0308tors\n  Ltd.',
      )
      .replace('<cbc:ID>INV-1001</cbc:ID>', '<cbc:ID> INV-1001\n</cbc:ID>');

    expect(read(text).parsed).toMatchObject({
      number: 'INV-1001',
      buyer: { name: 'Aurora Mötors Ltd.' },
    });
  });
});

describe('a file that is no invoice', () => {
  it.each([
    ['an empty file', Buffer.alloc(0), 'FILE_EMPTY'],
    ['a PDF', Buffer.from('%PDF-1.7 …'), 'NOT_XML'],
    ['an archive', Buffer.from('PK\u0003\u0004…'), 'NOT_XML'],
    ['JSON', Buffer.from(' {"a": 1}'), 'NOT_XML'],
    ['plain text', Buffer.from('Invoice 1001'), 'NOT_WELL_FORMED'],
    ['an unclosed tag', Buffer.from(main.replace('</cbc:IssueDate>', '')), 'NOT_WELL_FORMED'],
    [
      'octets that are no UTF-8',
      Buffer.concat([Buffer.from(main), Buffer.from([0xff])]),
      'NOT_WELL_FORMED',
    ],
    [
      'an entity that nobody declared',
      Buffer.from(main.replace('INV-1001', '&nbsp;')),
      'NOT_WELL_FORMED',
    ],
    [
      'a document nested too deep',
      Buffer.from('<a>'.repeat(300) + '</a>'.repeat(300)),
      'NOT_WELL_FORMED',
    ],
    ['a document type', sampleBytes('bolt-inv-1004-doctype.xml'), 'DOCTYPE_REFUSED'],
    ['a credit note', sampleBytes('bolt-cn-2001-credit-note.xml'), 'NOT_AN_INVOICE'],
    ['another XML document', Buffer.from('<order/>'), 'FORMAT_UNKNOWN'],
    [
      'a Cross Industry Invoice',
      Buffer.from(
        '<r:CrossIndustryInvoice xmlns:r="urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100"/>',
      ),
      'FORMAT_UNKNOWN',
    ],
    ['an Invoice of no namespace', Buffer.from('<Invoice/>'), 'FORMAT_UNKNOWN'],
  ])('%s is refused', (_what, bytes, code) => {
    const refused = readInvoiceFile(bytes);

    expect(refused).toMatchObject({ kind: 'refusal', code, path: 'file' });
  });

  it('is refused one byte above the limit', () => {
    const padded = (length: number) =>
      Buffer.from(main.replace('?>', `?><!--${' '.repeat(length - main.length - 7 - slack)}-->`));
    const slack = Buffer.byteLength(main) - main.length;

    expect(padded(fileBytesMax).length).toBe(fileBytesMax);
    expect(readInvoiceFile(padded(fileBytesMax + 1))).toMatchObject({ code: 'FILE_TOO_LARGE' });
  });

  it('is refused when it has more elements than an invoice may have', () => {
    const many = Buffer.from(`<a>${'<b/>'.repeat(elementsMax)}</a>`);

    expect(readInvoiceFile(many)).toMatchObject({ code: 'FILE_TOO_LARGE' });
  });

  it.each([
    ['grows without end', bomb((last) => `<Invoice>&${last};</Invoice>`)],
    ['grows in an attribute', bomb((last) => `<Invoice a="&${last};"/>`)],
    ['is declared and not used', '<!DOCTYPE Invoice [<!ENTITY x "y">]><Invoice/>'],
  ])('an entity that %s is refused at once', (_how, text) => {
    const started = performance.now();

    expect(readInvoiceFile(Buffer.from(text))).toMatchObject({ code: 'DOCTYPE_REFUSED' });
    expect(performance.now() - started).toBeLessThan(1_000);
  });

  it('says where it is broken', () => {
    const broken = main.replace('</cbc:IssueDate>', '</cbc:Issue>');

    const refused = readInvoiceFile(Buffer.from(broken));

    expect(refused).toMatchObject({
      seen: expect.stringMatching(/IssueDate.* at line \d+, column \d+$/),
    });
  });
});

describe('what is wrong with an invoice', () => {
  it.each([
    ['no number', '<cbc:ID>INV-1001</cbc:ID>', '', 'ERROR BR-02'],
    ['a number of dashes', 'INV-1001', '--', 'ERROR BR-02'],
    ['no issue date', '<cbc:IssueDate>2026-03-02</cbc:IssueDate>', '', 'ERROR BR-03'],
    ['no type', '<cbc:InvoiceTypeCode>380</cbc:InvoiceTypeCode>', '', 'ERROR BR-04'],
    ['no currency', '<cbc:DocumentCurrencyCode>CNY</cbc:DocumentCurrencyCode>', '', 'ERROR BR-05'],
    ['no such currency', '>CNY<', '>yuan<', 'ERROR BR-CL-04'],
    ['no such day', '2026-05-31', '2026-06-31', 'ERROR DATE_INVALID'],
    ['a credit code', '>380<', '>381<', 'ERROR NOT_AN_INVOICE'],
    ['a factored code', '>380<', '>393<', 'ERROR ALREADY_ASSIGNED'],
    ['half a fen', '>100000.00<', '>100000.005<', 'ERROR AMOUNT_DECIMALS'],
    ['no amount', '>100000.00<', '>much<', 'ERROR AMOUNT_INVALID'],
    [
      'a foreign amount',
      'PayableAmount currencyID="CNY"',
      'PayableAmount currencyID="USD"',
      'ERROR AMOUNT_CURRENCY',
    ],
    [
      'an amount of no currency',
      'PayableAmount currencyID="CNY"',
      'PayableAmount',
      'WARNING AMOUNT_CURRENCY',
    ],
    [
      'nobody who sells',
      '<cbc:RegistrationName>Bolt &amp; Co',
      '<cbc:RegistrationName>',
      'WARNING BR-06',
    ],
    ['due on the issue date', '2026-05-31', '2026-03-02', 'WARNING DUE_NOT_AFTER_ISSUE'],
    ['due before the issue date', '2026-05-31', '2026-02-28', 'WARNING DUE_NOT_AFTER_ISSUE'],
    ['no due date and no terms', '<cbc:DueDate>2026-05-31</cbc:DueDate>', '', 'WARNING BR-CO-25'],
    ['one party twice', 'DEMO00AURORA', 'DEMO00BOLT', 'ERROR SELLER_IS_BUYER'],
  ])('%s is found', (_what, from, to, finding) => {
    expect(main).toContain(from);

    expect(rules(read(main.replace(from, to)))).toContain(finding);
  });

  it('a sum that does not hold is found with both amounts', () => {
    const { findings } = read(sample('bolt-inv-1003-bad-sums.xml'));

    expect(findings.map(({ rule, seen, expected }) => [rule, seen, expected])).toEqual([
      ['BR-CO-15', '8163.00 CNY', '8136.00 CNY'],
      ['BR-CO-16', '8163.10 CNY', '8163.00 CNY'],
    ]);
  });

  it.each(['0.00', '-5.00'])('nothing to pay (%s) is found', (prepaidLeft) => {
    const prepaid = prepaidLeft === '0.00' ? '100000.00' : '100005.00';
    const text = main
      .replace(
        '<cbc:PayableRoundingAmount',
        `<cbc:PrepaidAmount currencyID="CNY">${prepaid}</cbc:PrepaidAmount><cbc:PayableRoundingAmount`,
      )
      .replace('>100000.00</cbc:PayableAmount>', `>${prepaidLeft}</cbc:PayableAmount>`);

    expect(rules(read(text))).toEqual(['ERROR PAYABLE_NOT_POSITIVE']);
  });

  it('every line is looked at, and its place is named', () => {
    const twice = main.split('<cbc:InvoicedQuantity');
    const { findings } = read(
      `${twice[0]}<cbc:InvoicedQuantity${twice[1]}<cbc:Other${twice[2]}`.replace(
        '50000</cbc:InvoicedQuantity>',
        '50000</cbc:Other>',
      ),
    );

    expect(findings).toMatchObject([
      { rule: 'BR-22', path: '/Invoice/cac:InvoiceLine[2]/cbc:InvoicedQuantity' },
    ]);
  });
});

describe('a payee in the file', () => {
  const payee = (inner: string) =>
    main.replace('<cac:TaxTotal>', `<cac:PayeeParty>${inner}</cac:PayeeParty><cac:TaxTotal>`);
  const name = (text: string) => `<cac:PartyName><cbc:Name>${text}</cbc:Name></cac:PartyName>`;
  const number = (text: string) =>
    `<cac:PartyLegalEntity><cbc:CompanyID schemeID="USCC">${text}</cbc:CompanyID></cac:PartyLegalEntity>`;

  it('that is a factor means the claim was assigned', () => {
    const { parsed, findings } = read(sample('bolt-inv-1002-factored.xml'));

    expect(parsed?.payeeName).toBe('Harbour Factoring Ltd.');
    expect(findings).toMatchObject([
      { severity: 'ERROR', rule: 'ALREADY_ASSIGNED', path: '/Invoice/cac:PayeeParty' },
    ]);
  });

  it.each([
    ['by its registered name', name('BOLT &amp;  Co')],
    ['by its trading name', name('Bolt Fasteners')],
    ['by its number under another name', name('Bolt') + number('demo-00 bolt')],
  ])('that is the seller %s changes nothing', (_how, inner) => {
    expect(read(payee(inner)).findings).toEqual([]);
  });

  it.each([
    ['another name', name('Bolt &amp; Co Finance')],
    ['the same name and another number', name('Bolt &amp; Co') + number('91310115MA1H8FCT9X')],
    ['no name at all', ''],
  ])('with %s means the claim was assigned', (_how, inner) => {
    expect(rules(read(payee(inner)))).toEqual(['ERROR ALREADY_ASSIGNED']);
  });
});

function sampleBytes(name: string): Buffer {
  return readFileSync(new URL(`../../../samples/${name}`, import.meta.url));
}

function sample(name: string): string {
  return sampleBytes(name).toString('utf8');
}

function read(text: string) {
  const reading = readInvoiceFile(Buffer.from(text));
  if (reading.kind === 'refusal') throw new Error(`${reading.code}: ${reading.message}`);
  return reading;
}

function rules({ findings }: ReturnType<typeof read>): readonly string[] {
  return findings.map(({ severity, rule }) => `${severity} ${rule}`);
}

function utf16(text: string, end: 'little' | 'big'): Buffer {
  const bytes = Buffer.from(`\ufeff${text.replace('UTF-8', 'UTF-16')}`, 'utf16le');
  return end === 'little' ? bytes : bytes.swap16();
}

function bomb(document: (last: string) => string): string {
  const entities = Array.from({ length: 12 }, (_, order) => {
    const inner = order === 0 ? 'lol' : `&e${order - 1};`.repeat(10);
    return `<!ENTITY e${order} "${inner}">`;
  });
  return `<!DOCTYPE Invoice [${entities.join('')}]>${document('e11')}`;
}
