/**
 * Registered ids of organisations, compared as the trade means them: 'NL8200.98.395.B.01' and
 * 'nl820098395b01' are one number; '0088' and 'GLN' are one scheme. Pure.
 */
import type { Registration } from './model.ts';

/** Schemes that have several names: ISO 6523 and EAS codes beside their common short names. */
const schemes: Readonly<Record<string, string>> = {
  '0060': 'DUNS',
  '0088': 'GLN',
  '0199': 'LEI',
  EAN: 'GLN',
  GLEIF: 'LEI',
  'UST-ID': 'VAT',
  VATIN: 'VAT',
};

/** A registration as one comparable text: 'VAT NL820098395B01'. */
export function registrationKey({ scheme, number }: Registration): string {
  const name = scheme.normalize('NFKC').trim().toUpperCase();
  return `${schemes[name] ?? name} ${plainNumber(number)}`;
}

/** A registered number without case, spaces and punctuation. Leading zeros are part of it. */
export function plainNumber(number: string): string {
  return number
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[^\p{L}\p{N}]/gu, '');
}

/** A name for comparing: without case, full-width forms and repeated spaces. */
export function plainName(name: string): string {
  return name.normalize('NFKC').toLowerCase().replace(/\s+/gu, ' ').trim();
}
