/** Exports that open in a spreadsheet without doing anything there. */
import { csvField } from '@tallystick/web/src/lib/files.ts';
import { describe, expect, it } from 'vitest';

describe('a field of an export', () => {
  it('is quoted where it holds a separator or a quote', () => {
    expect(csvField('Bolt & Co')).toBe('Bolt & Co');
    expect(csvField('98,000.00')).toBe('"98,000.00"');
    expect(csvField('said "yes"')).toBe('"said ""yes"""');
  });

  it('is disarmed where a spreadsheet would take it for a formula', () => {
    expect(csvField('=HYPERLINK("x")')).toBe(`"'=HYPERLINK(""x"")"`);
    expect(csvField('@SUM(1)')).toBe("'@SUM(1)");
  });

  it('keeps a negative amount an amount', () => {
    expect(csvField('-12.50')).toBe('-12.50');
  });
});
