/**
 * Registered ids of organisations, compared as the trade means them: 'NL8200.98.395.B.01' and
 * 'nl820098395b01' are one number; '0088' and 'GLN' are one scheme. Pure.
 */
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
export function registrationKey(registration: {
  readonly scheme: string;
  readonly number: string;
}): string {
  return `${schemeName(registration.scheme)} ${plainNumber(registration.number)}`;
}

/** The one name of a scheme. */
export function schemeName(scheme: string): string {
  const name = scheme.normalize('NFKC').trim().toUpperCase();
  return schemes[name] ?? name;
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
