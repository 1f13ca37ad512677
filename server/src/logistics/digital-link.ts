/**
 * GS1 keys in their one canonical form, the constrained GS1 Digital Link.
 *
 * The same thing may be named by an EPC URI (`urn:epc:id:sgtin:…`), a class or pattern URI, or a
 * Digital Link on any domain. The event hash of CBV 2.0 (rules 17 and 18) needs one name:
 * `https://id.gs1.org/` and only the finest key, without attributes. What is no GS1 key is
 * returned as null and stays as it was written.
 *
 * Pure.
 */

/** The canonical Digital Link of a GS1 key, or null when the text names none. */
export function digitalLinkOf(text: string): string | null {
  return text.startsWith('urn:epc:') ? fromEpcUri(text) : fromDigitalLink(text);
}

const root = 'https://id.gs1.org';

// EPC URIs (Tag Data Standard). `prefix.reference.rest`: the company prefix and the reference have
// a fixed number of digits together, so the split between them is not fixed.

type Scheme = {
  /** Digits of company prefix and reference together; null where the reference is free text. */
  readonly digits: number | null;
  readonly write: (prefix: string, reference: string, rest: string) => string | null;
};

const schemes: Readonly<Record<string, Scheme>> = {
  'id:sgtin': { digits: 13, write: (p, r, s) => serial(`/01/${gtin(p, r)}/21/`, s) },
  'id:upui': { digits: 13, write: (p, r, s) => serial(`/01/${gtin(p, r)}/235/`, s) },
  'class:lgtin': { digits: 13, write: (p, r, s) => serial(`/01/${gtin(p, r)}/10/`, s) },
  'idpat:sgtin': { digits: 13, write: (p, r, s) => pattern(`/01/${gtin(p, r)}`, s) },
  'idpat:upui': { digits: 13, write: (p, r, s) => pattern(`/01/${gtin(p, r)}`, s) },
  'id:sscc': { digits: 17, write: (p, r) => `/00/${checked(first(r) + p + r.slice(1))}` },
  'id:sgln': {
    digits: 12,
    write: (p, r, s) =>
      s === '0' ? `/414/${checked(p + r)}` : serial(`/414/${checked(p + r)}/254/`, s),
  },
  'id:pgln': { digits: 12, write: (p, r) => `/417/${checked(p + r)}` },
  'id:grai': { digits: 12, write: (p, r, s) => serial(`/8003/0${checked(p + r)}`, s) },
  'idpat:grai': { digits: 12, write: (p, r, s) => pattern(`/8003/0${checked(p + r)}`, s) },
  'id:gdti': { digits: 12, write: (p, r, s) => serial(`/253/${checked(p + r)}`, s) },
  'idpat:gdti': { digits: 12, write: (p, r, s) => pattern(`/253/${checked(p + r)}`, s) },
  'id:sgcn': { digits: 12, write: (p, r, s) => serial(`/255/${checked(p + r)}`, s) },
  'idpat:sgcn': { digits: 12, write: (p, r, s) => pattern(`/255/${checked(p + r)}`, s) },
  'id:gsrn': { digits: 17, write: (p, r) => `/8018/${checked(p + r)}` },
  'id:gsrnp': { digits: 17, write: (p, r) => `/8017/${checked(p + r)}` },
  'id:gsin': { digits: 16, write: (p, r) => `/402/${checked(p + r)}` },
  'id:giai': { digits: null, write: (p, r) => `/8004/${p}${encoded(r)}` },
  'id:ginc': { digits: null, write: (p, r) => `/401/${p}${encoded(r)}` },
  'id:cpi': { digits: null, write: (p, r, s) => `/8010/${encoded(p + r)}/8011/${s}` },
  'idpat:cpi': { digits: null, write: (p, r, s) => pattern(`/8010/${encoded(p + r)}`, s) },
  'id:itip': { digits: 13, write: (p, r, s) => itip(p, r, s) },
};

function fromEpcUri(text: string): string | null {
  const match = /^urn:epc:((?:id|class|idpat):[a-z]+):(\d{6,12})\.(.*)$/s.exec(text);
  if (match === null) return null;
  const [, name = '', prefix = '', tail = ''] = match;
  const scheme = schemes[name];
  if (scheme === undefined) return null;
  const written =
    scheme.digits === null
      ? writeFree(scheme, name, prefix, tail)
      : writeDigits(scheme, scheme.digits, prefix, tail);
  return written === null ? null : root + written;
}

function writeDigits(scheme: Scheme, digits: number, prefix: string, tail: string): string | null {
  const dot = tail.indexOf('.');
  const reference = dot < 0 ? tail : tail.slice(0, dot);
  const rest = dot < 0 ? '' : tail.slice(dot + 1);
  if (prefix.length + reference.length !== digits || !/^\d*$/.test(reference)) return null;
  return scheme.write(prefix, reference, rest);
}

function writeFree(scheme: Scheme, name: string, prefix: string, tail: string): string | null {
  if (tail === '') return null;
  if (!name.endsWith(':cpi')) return scheme.write(prefix, tail, '');
  const dot = tail.lastIndexOf('.');
  return dot < 1 ? null : scheme.write(prefix, tail.slice(0, dot), tail.slice(dot + 1));
}

function itip(prefix: string, reference: string, rest: string): string | null {
  const match = /^(\d{2})\.(\d{2})\.(.+)$/s.exec(rest);
  if (match === null) return null;
  const [, piece = '', total = '', number = ''] = match;
  return serial(`/8006/${gtin(prefix, reference)}${piece}${total}/21/`, number);
}

function serial(path: string, rest: string): string | null {
  return rest === '' ? null : path + encoded(rest);
}

function pattern(path: string, rest: string): string | null {
  return rest === '*' ? path : null;
}

function gtin(prefix: string, reference: string): string {
  return checked(first(reference) + prefix + reference.slice(1));
}

function first(text: string): string {
  return text.slice(0, 1);
}

/** The digits with their GS1 check digit (modulo 10, weights 3 and 1 from the right). */
function checked(digits: string): string {
  const sum = [...digits]
    .reverse()
    .reduce((total, digit, order) => total + Number(digit) * (order % 2 === 0 ? 3 : 1), 0);
  return digits + String((10 - (sum % 10)) % 10);
}

/** What an EPC URI leaves bare and a Digital Link must encode. */
function encoded(text: string): string {
  return text.replace(
    /[!()*+,:]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );
}

// Digital Links on any domain.

/** Finer keys stand before the coarser ones that they contain. */
const linkForms: readonly (readonly [from: RegExp, to: (...parts: readonly string[]) => string])[] =
  [
    [/\/00\/(\d{18})(?=\/|$)/, (key) => `/00/${key}`],
    [
      /\/01\/(\d{8,14})(?:\/22\/[^/]+)?(?:\/10\/[^/]+)?\/21\/([^/]+)/,
      (key, s) => `/01/${wide(key)}/21/${s}`,
    ],
    [/\/01\/(\d{8,14})(?:\/22\/[^/]+)?\/10\/([^/]+)/, (key, lot) => `/01/${wide(key)}/10/${lot}`],
    [/\/01\/(\d{8,14})\/235\/([^/]+)/, (key, s) => `/01/${wide(key)}/235/${s}`],
    [/\/01\/(\d{8,14})(?=\/|$)/, (key) => `/01/${wide(key)}`],
    [/\/414\/(\d{13})\/254\/([^/]+)/, (key, s) => `/414/${key}/254/${s}`],
    [/\/414\/(\d{13})(?=\/|$)/, (key) => `/414/${key}`],
    [/\/417\/(\d{13})(?=\/|$)/, (key) => `/417/${key}`],
    [/\/253\/(\d{13}[^/]{0,17})(?=\/|$)/, (key) => `/253/${key}`],
    [/\/255\/(\d{13}\d{0,12})(?=\/|$)/, (key) => `/255/${key}`],
    [/\/401\/([^/]{1,30})(?=\/|$)/, (key) => `/401/${key}`],
    [/\/402\/(\d{17})(?=\/|$)/, (key) => `/402/${key}`],
    [/\/8003\/(\d{14}[^/]{0,16})(?=\/|$)/, (key) => `/8003/${key}`],
    [/\/8004\/([^/]{1,30})(?=\/|$)/, (key) => `/8004/${key}`],
    [/\/8006\/(\d{18})\/21\/([^/]+)/, (key, s) => `/8006/${key}/21/${s}`],
    [/\/8006\/(\d{18})\/10\/([^/]+)/, (key, lot) => `/8006/${key}/10/${lot}`],
    [/\/8006\/(\d{18})(?=\/|$)/, (key) => `/8006/${key}`],
    [/\/8010\/([^/]{1,30})\/8011\/(\d{1,12})(?=\/|$)/, (key, s) => `/8010/${key}/8011/${s}`],
    [/\/8010\/([^/]{1,30})(?=\/|$)/, (key) => `/8010/${key}`],
    [/\/8017\/(\d{18})(?=\/|$)/, (key) => `/8017/${key}`],
    [/\/8018\/(\d{18})(?=\/|$)/, (key) => `/8018/${key}`],
  ];

function fromDigitalLink(text: string): string | null {
  const match = /^https?:\/\/[^/?#\s]+(\/[^?#\s]*)/.exec(text);
  if (match === null) return null;
  const path = match[1] ?? '';
  for (const [from, to] of linkForms) {
    const found = from.exec(path);
    if (found !== null) return root + to(...found.slice(1));
  }
  return null;
}

/** A GTIN always stands with fourteen digits. */
function wide(key: string): string {
  return key.padStart(14, '0');
}
