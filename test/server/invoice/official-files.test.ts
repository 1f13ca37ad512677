/**
 * Files that nobody of this project wrote: the examples and the unit files of EN 16931 and Peppol.
 * They are read where they lie, beside the project, and never copied into it.
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readInvoiceFile } from '../../../server/src/invoice/reading.ts';
import { official } from '../../support/official.ts';

const folder = official('en16931');
const at = (...names: readonly string[]) => path.join(folder ?? '', ...names);

/** Every example: the refusal or the errors that it must have, and what is payable. */
const examples: Readonly<Record<string, string>> = {
  'BIS3_Invoice_positive.xml': '782179.43 DKK',
  'BIS_Billing_30-DataIT.xml': '10158.00 SEK',
  'BIS_Billing_30-Elhandel.xml': '792.00 SEK',
  'BIS_Billing_30-Factoring.xml': 'ALREADY_ASSIGNED',
  'BIS_Billing_30-Kreditering_med_kreditnota.xml': 'NOT_AN_INVOICE',
  'BIS_Billing_30-Rabatter_och_avgifter.xml': '224600.00 SEK',
  'BIS_Billing_30-Tjanster_Kopiering.xml': '6266.00 SEK',
  'CreditNote-Min_content_with_VAT.xml': 'NOT_AN_INVOICE',
  'Invoice-Max_content.xml': 'ALREADY_ASSIGNED',
  'Invoice-Min_content_with_VAT.xml': '500.00 SEK',
  'guide-example1.xml': '250.33 EUR',
  'guide-example2.xml': 'ALREADY_ASSIGNED',
  'guide-example3.xml': '1125.00 DKK',
  'ubl-tc434-creditnote1.xml': 'NOT_AN_INVOICE',
  'ubl-tc434-example1.xml': '250.33 EUR',
  'ubl-tc434-example2.xml': 'ALREADY_ASSIGNED',
  'ubl-tc434-example3.xml': '2005.00 DKK',
  'ubl-tc434-example4.xml': '4675.00 DKK',
  'ubl-tc434-example5.xml': 'ALREADY_ASSIGNED',
};

/** The rules of EN 16931 that are checked here. */
const rules: ReadonlySet<string> = new Set(
  `BR-01 BR-02 BR-03 BR-04 BR-05 BR-06 BR-07 BR-08 BR-09 BR-10 BR-11 BR-12 BR-13 BR-14 BR-15 BR-16 BR-21
   BR-22 BR-24 BR-25 BR-26 BR-CO-10 BR-CO-11 BR-CO-12 BR-CO-13 BR-CO-14 BR-CO-15 BR-CO-16 BR-CO-17 BR-CO-25`.split(
    /\s+/,
  ),
);

describe.skipIf(folder === undefined)('the official examples', () => {
  it('are all known to this test', () => {
    expect(readdirSync(at('ubl')).sort()).toEqual(Object.keys(examples).sort());
  });

  it.each(Object.entries(examples))('%s: %s', (file, expected) => {
    const reading = readInvoiceFile(readFileSync(at('ubl', file)));

    expect(outcome(reading)).toBe(expected);
  });
});

describe.skipIf(folder === undefined)('the official unit files', () => {
  it('agree on every rule that is checked here', () => {
    const verdicts = readdirSync(at('unit-ubl')).flatMap((file) =>
      casesOf(readFileSync(at('unit-ubl', file), 'utf8')).map((each) => ({
        file,
        ...each,
      })),
    );

    const checked = verdicts.filter(({ rule }) => rules.has(rule));
    expect(checked.length).toBeGreaterThan(50);
    expect(checked.filter(({ found, expected }) => found !== expected)).toEqual([]);
  });
});

function outcome(reading: ReturnType<typeof readInvoiceFile>): string {
  if (reading.kind === 'refusal') return reading.code;
  const errors = reading.findings.filter(({ severity }) => severity === 'ERROR');
  if (errors.length > 0) return errors.map(({ rule }) => rule).join(' ');
  const payable = reading.parsed?.payable;
  return payable === undefined
    ? 'nothing'
    : `${payable.minor / 100n}.${`${payable.minor % 100n}`.padStart(2, '0')} ${payable.currency}`;
}

/** Each test of a unit file: an invoice in part, the rule it is about, and whether it breaks it. */
function casesOf(text: string) {
  return [...text.matchAll(/<test>[\s\S]*?<\/test>/g)].flatMap(([test]) => {
    const invoice = /<Invoice[\s\S]*<\/Invoice>/.exec(test)?.[0];
    const reading = invoice === undefined ? null : readInvoiceFile(Buffer.from(invoice));
    if (reading === null || reading.kind === 'refusal') return [];
    return [...test.matchAll(/<(success|error)>([^<]*)</g)].map(([, verdict, rule = '']) => ({
      rule,
      expected: verdict === 'error',
      found: reading.findings.some((finding) => finding.rule === rule),
    }));
  });
}
