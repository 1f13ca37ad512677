/** The same invoice, however it is typed; two invoices, however alike. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalText, isNumber } from '../../../server/src/invoice/fingerprint.ts';
import { canonicalNumber } from '../../../server/src/kernel/document-number.ts';

const bolt = { scheme: 'VAT', number: 'DE812345678' };
const aurora = { scheme: 'USCC', number: '91310000MA1K3AR7XL' };
const invoice = { seller: bolt, buyer: aurora, number: 'INV-1001', issueDate: '2026-03-02' };

describe('the number of an invoice', () => {
  it.each([
    'inv 1001 ',
    'INV1001',
    'Inv–1001',
    'INV/1001',
    'INV-001001',
    'ＩＮＶ－１００１',
    'inv\u00a01001',
    'inv\u200b-1001',
    'INV-١٠٠١',
    'I N V 1 0 0 1',
  ])('INV-1001 typed as %j is the same', (typed) => {
    expect(canonicalText({ ...invoice, number: typed })).toBe(canonicalText(invoice));
  });

  it.each([
    ['1-11', '11-1'],
    ['INV-1001', 'INV-1010'],
    ['INV-1001', 'INW-1001'],
    ['1001-A', '1001-B'],
    ['10', '100'],
    ['0', '1'],
  ])('%s and %s are two', (one, other) => {
    expect(canonicalNumber(one)).not.toBe(canonicalNumber(other));
  });

  it('is its own canonical form', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), (typed) => {
        const once = canonicalNumber(typed);

        expect(canonicalNumber(once)).toBe(once);
      }),
      { seed: 20261122, numRuns: 2_000 },
    );
  });

  it('B.9.34: does not change with case, spaces around and between, or leading zeros', () => {
    const part = fc.stringMatching(/^([A-Z]{1,4}|[1-9][0-9]{0,6})$/);
    const style = fc.record({
      zeros: fc.nat(4),
      lower: fc.boolean(),
      wide: fc.boolean(),
      space: fc.constantFrom('', ' ', '\t', '\u3000'),
    });
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 4 }), style, (parts, how) => {
        const plain = parts.join('-');
        const typed = parts
          .map((each) => (/^\d/.test(each) ? '0'.repeat(how.zeros) + each : each))
          .map((each) => (how.lower ? each.toLowerCase() : each))
          .map((each) => (how.wide ? widened(each) : each))
          .join(`${how.space}-${how.space}`);

        expect(canonicalNumber(typed)).toBe(canonicalNumber(plain));
      }),
      { seed: 20261122 },
    );
  });

  it('must have a letter or a digit', () => {
    expect(isNumber('№ 7')).toBe(true);
    expect(isNumber('请求书')).toBe(true);
    expect(isNumber(' -/- ')).toBe(false);
  });
});

describe('the fingerprint of an invoice', () => {
  it('names its version first', () => {
    expect(canonicalText(invoice)).toBe(
      'tallystick/invoice/1\nVAT DE812345678\nUSCC 91310000MA1K3AR7XL\nINV-1001\n2026-03-02',
    );
  });

  it('knows parties by registered id, however that is punctuated', () => {
    const typed = { ...invoice, seller: { scheme: 'vat', number: 'de 812.345.678' } };

    expect(canonicalText(typed)).toBe(canonicalText(invoice));
  });

  it.each([
    ['another supplier with the same number', { seller: { ...bolt, number: 'DE812345679' } }],
    ['another buyer', { buyer: { ...aurora, number: '91310000MA1K3AR7X0' } }],
    ['another scheme', { seller: { ...bolt, scheme: 'GLN' } }],
    ['the day after', { issueDate: '2026-03-03' }],
  ])('is another for %s', (_what, other) => {
    expect(canonicalText({ ...invoice, ...other })).not.toBe(canonicalText(invoice));
  });
});

function widened(text: string): string {
  return [...text]
    .map((each) => String.fromCodePoint((each.codePointAt(0) ?? 0) + 0xfee0))
    .join('');
}
