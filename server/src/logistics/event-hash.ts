/**
 * The event hash of CBV 2.0 (§8.9): one name for one event, however it is written.
 *
 * What it does, step by step:
 *  1. `eventID`, `recordTime`, `errorDeclaration`, `certificationInfo`, `@context` and `type` are left out
 *     (the type opens the text as `eventType=`). So an error declaration has the hash of the event
 *     that it declares wrong.
 *  2. The standard fields are written as key=value in the canonical order, without separators;
 *     absent and empty ones are left out. The elements of a list are sorted by code point.
 *  3. Values: trimmed; moments in UTC with milliseconds (the fourth decimal rounds); decimal numbers
 *     without needless zeros; CBV words, URNs and CURIEs as GS1 web URIs; GS1 keys as canonical
 *     Digital Links.
 *  4. Then `ilmd`, extensions inside readPoint, bizLocation and sensor elements, then extensions of
 *     the event: keys as `{namespace}name` by the prefixes of `@context`, siblings sorted.
 *  5. SHA-256 over the UTF-8 text, as `ni:///sha-256;<hex>?ver=CBV2.0`.
 *
 * Prefixes that `@context` does not define stay as written; a remote context is never fetched.
 * Pure but for the digest.
 */
import { createHash } from 'node:crypto';
import { digitalLinkOf } from './digital-link.ts';

export type Json = string | number | boolean | null | readonly Json[] | JsonObject;
export type JsonObject = { readonly [key: string]: Json };

/** Namespaces by prefix, as `@context` declares them. */
export type Namespaces = Readonly<Record<string, string>>;

export type EventHash = {
  /** ni:///sha-256;…?ver=CBV2.0 */
  readonly uri: string;
  readonly digest: Uint8Array;
};

/** The CBV 2.0 hash of one event. `namespaces` come from the document that carried it. */
export function eventHash(event: JsonObject, namespaces: Namespaces): EventHash {
  const digest = createHash('sha256').update(preHash(event, namespaces), 'utf8').digest();
  return { uri: `ni:///sha-256;${digest.toString('hex')}?ver=CBV2.0`, digest };
}

/** The prefixes that a JSON-LD context declares in place, after the ones that every context knows. */
export function namespacesOf(context: Json | undefined): Namespaces {
  const found: Record<string, string> = { ...knownNamespaces };
  const entries = Array.isArray(context) ? context : [context ?? null];
  for (const entry of entries)
    if (isObject(entry))
      for (const [prefix, uri] of Object.entries(entry))
        if (typeof uri === 'string') found[prefix] = uri;
  return found;
}

const knownNamespaces: Namespaces = {
  cbvmda: 'urn:epcglobal:cbv:mda',
};

/** The canonical text that is hashed. */
export function preHash(event: JsonObject, namespaces: Namespaces): string {
  const writer: Writer = { namespaces };
  return [
    `eventType=${textOf(event.type)}`,
    ...eventFields.map((field) => writeField(field, event)),
    ...extensionHolders.map((key) => writeHolder(key, event[key], writer)),
    writeExtensions(event, eventNames, writer),
  ].join('');
}

/** Where the reference implementation of CBV 2.0 puts measurement types and sensor exceptions. */
const gs1Vocabulary = 'https://ref.gs1.org/voc/';

type Writer = { readonly namespaces: Namespaces };

// The standard fields, in canonical order.

type Field = {
  readonly key: string;
  readonly write: (value: Json) => string;
};

function writeField({ key, write }: Field, from: JsonObject): string {
  const value = from[key];
  return value === undefined || value === null ? '' : write(value);
}

function plain(key: string, canonical: (text: string) => string = canonicalValue): Field {
  return {
    key,
    write: (value) => {
      const text = canonical(textOf(value).trim());
      return text === '' ? '' : `${key}=${text}`;
    },
  };
}

function moment(key: string): Field {
  return plain(key, momentText);
}

/** A list that is named once, then its elements, sorted. */
function list(key: string, element: (value: Json) => string, named = true): Field {
  return {
    key,
    write: (value) => {
      const parts = (Array.isArray(value) ? value : [value])
        .map(element)
        .filter((text) => text !== '');
      return parts.length === 0 ? '' : (named ? key : '') + parts.sort(byCodePoint).join('');
    },
  };
}

function record(name: string, fields: readonly Field[]): (value: Json) => string {
  return (value) => {
    if (!isObject(value)) return '';
    const text = fields.map((field) => writeField(field, value)).join('');
    return text === '' ? '' : name + text;
  };
}

const epcs = (key: string): Field => list(key, (epc) => plain('epc').write(epc));
const quantities = (key: string): Field =>
  list(key, record('quantityElement', [plain('epcClass'), plain('quantity'), plain('uom')]));
const typed = (key: string, value: string, vocabulary: string): Field =>
  list(key, record('', [plain('type', word(vocabulary)), plain(value)]));
const place = (key: string): Field => ({ key, write: record(key, [plain('id')]) });

const sensorMetadata: readonly Field[] = [
  moment('time'),
  moment('startTime'),
  moment('endTime'),
  ...['deviceID', 'deviceMetadata', 'rawData', 'dataProcessingMethod', 'bizRules'].map((key) =>
    plain(key),
  ),
];

const sensorReport: readonly Field[] = [
  plain('type', word(gs1Vocabulary)),
  plain('exception', word(gs1Vocabulary)),
  ...['deviceID', 'deviceMetadata', 'rawData', 'dataProcessingMethod'].map((key) => plain(key)),
  moment('time'),
  ...[
    ...['microorganism', 'chemicalSubstance', 'value', 'component', 'stringValue', 'booleanValue'],
    ...['hexBinaryValue', 'uriValue', 'minValue', 'maxValue', 'meanValue', 'sDev', 'percRank'],
    ...['percValue', 'uom', 'coordinateReferenceSystem'],
  ].map((key) => plain(key)),
];

const dispositions = word('https://ref.gs1.org/cbv/Disp-');

const eventFields: readonly Field[] = [
  moment('eventTime'),
  plain('eventTimeZoneOffset', (text) => text),
  epcs('epcList'),
  plain('parentID'),
  epcs('inputEPCList'),
  epcs('childEPCs'),
  quantities('quantityList'),
  quantities('childQuantityList'),
  quantities('inputQuantityList'),
  epcs('outputEPCList'),
  quantities('outputQuantityList'),
  plain('action'),
  plain('transformationID'),
  plain('bizStep', word('https://ref.gs1.org/cbv/BizStep-')),
  plain('disposition', dispositions),
  {
    key: 'persistentDisposition',
    write: record('persistentDisposition', [
      list('set', (value) => plain('set', dispositions).write(value), false),
      list('unset', (value) => plain('unset', dispositions).write(value), false),
    ]),
  },
  place('readPoint'),
  place('bizLocation'),
  typed('bizTransactionList', 'bizTransaction', 'https://ref.gs1.org/cbv/BTT-'),
  typed('sourceList', 'source', 'https://ref.gs1.org/cbv/SDT-'),
  typed('destinationList', 'destination', 'https://ref.gs1.org/cbv/SDT-'),
  list(
    'sensorElementList',
    record('sensorElement', [
      { key: 'sensorMetadata', write: record('sensorMetadata', sensorMetadata) },
      list('sensorReport', record('sensorReport', sensorReport), false),
    ]),
    false,
  ),
];

// Extensions.

const extensionHolders = ['ilmd', 'readPoint', 'bizLocation', 'sensorElementList'] as const;
const placeNames = new Set(['id']);
const metadataNames = new Set(sensorMetadata.map(({ key }) => key));
const reportNames = new Set(sensorReport.map(({ key }) => key));
const elementNames = new Set(['sensorMetadata', 'sensorReport', 'type']);
const eventNames = new Set([
  ...eventFields.map(({ key }) => key),
  ...['ilmd', 'type', 'eventID', 'recordTime', 'errorDeclaration', 'certificationInfo', '@context'],
]);

function writeHolder(
  key: (typeof extensionHolders)[number],
  value: Json | undefined,
  writer: Writer,
): string {
  if (key === 'sensorElementList')
    return (Array.isArray(value) ? value : [])
      .map((element) => (isObject(element) ? writeSensorExtensions(element, writer) : ''))
      .sort(byCodePoint)
      .join('');
  if (!isObject(value)) return '';
  const text = writeExtensions(value, key === 'ilmd' ? new Set() : placeNames, writer);
  return text === '' ? '' : key + text;
}

function writeSensorExtensions(element: JsonObject, writer: Writer): string {
  const metadata = isObject(element.sensorMetadata)
    ? writeExtensions(element.sensorMetadata, metadataNames, writer)
    : '';
  const reports = (Array.isArray(element.sensorReport) ? element.sensorReport : [])
    .map((report) => (isObject(report) ? writeExtensions(report, reportNames, writer) : ''))
    .filter((text) => text !== '')
    .map((text) => `sensorReport${text}`)
    .sort(byCodePoint)
    .join('');
  const own = writeExtensions(element, elementNames, writer);
  const text = (metadata === '' ? '' : `sensorMetadata${metadata}`) + reports + own;
  return text === '' ? '' : `sensorElement${text}`;
}

/** All fields beyond the known ones; siblings sorted, each element of an array on its own. */
function writeExtensions(from: JsonObject, known: ReadonlySet<string>, writer: Writer): string {
  return Object.entries(from)
    .filter(([key]) => !known.has(key))
    .flatMap(([key, value]) =>
      (Array.isArray(value) ? value : [value]).map((each) => writeExtension(key, each, writer)),
    )
    .sort(byCodePoint)
    .join('');
}

function writeExtension(key: string, value: Json, writer: Writer): string {
  const name = expandedName(key, writer.namespaces);
  if (isObject(value)) return name + writeExtensions(value, new Set(), writer);
  const text = canonicalValue(textOf(value).trim());
  return text === '' ? name : `${name}=${text}`;
}

function expandedName(key: string, namespaces: Namespaces): string {
  const colon = key.indexOf(':');
  const namespace = colon < 0 ? undefined : namespaces[key.slice(0, colon)];
  return namespace === undefined ? key : `{${namespace}}${key.slice(colon + 1)}`;
}

// Values.

const urnVocabularies: readonly (readonly [urn: string, uri: string])[] = [
  ['urn:epcglobal:cbv:bizstep:', 'https://ref.gs1.org/cbv/BizStep-'],
  ['urn:epcglobal:cbv:disp:', 'https://ref.gs1.org/cbv/Disp-'],
  ['urn:epcglobal:cbv:btt:', 'https://ref.gs1.org/cbv/BTT-'],
  ['urn:epcglobal:cbv:sdt:', 'https://ref.gs1.org/cbv/SDT-'],
  ['urn:epcglobal:cbv:er:', 'https://ref.gs1.org/cbv/ER-'],
];

const curies: readonly (readonly [prefix: string, uri: string])[] = [
  ['gs1:', gs1Vocabulary],
  ['https://gs1.org/voc/', gs1Vocabulary],
  ['cbv:', 'https://ref.gs1.org/cbv/'],
  ['epcis:', 'https://ref.gs1.org/epcis/'],
];

function canonicalValue(text: string): string {
  for (const [from, to] of [...urnVocabularies, ...curies])
    if (text.startsWith(from)) return to + text.slice(from.length);
  return numberText(text) ?? digitalLinkOf(text) ?? text;
}

/** A bare word of a vocabulary becomes its web URI; URIs pass through. */
function word(vocabulary: string): (text: string) => string {
  return (text) => (/^[A-Za-z_]+$/.test(text) ? vocabulary + text : canonicalValue(text));
}

/** A plain decimal without needless zeros, or null. */
function numberText(text: string): string | null {
  const match = /^([+-]?)0*(\d+)(?:\.(\d*?)0*)?$/.exec(text);
  if (match === null) return null;
  const [, sign = '', whole = '', fraction = ''] = match;
  const size = fraction === '' ? whole : `${whole}.${fraction}`;
  return sign === '-' && size !== '0' ? `-${size}` : size;
}

/** UTC with milliseconds; a fourth decimal of 5 or more rounds up. Text that is no moment stays. */
function momentText(text: string): string {
  const match = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.(\d+))?(Z|[+-]\d{2}:\d{2})$/.exec(text);
  if (match === null) return text;
  const [, seconds = '', fraction = '', zone = ''] = match;
  const base = Date.parse(`${seconds}${zone}`);
  if (Number.isNaN(base)) return text;
  const digits = fraction.padEnd(4, '0');
  const ms = Number(digits.slice(0, 3)) + (Number(digits.charAt(3)) >= 5 ? 1 : 0);
  return new Date(base + ms).toISOString();
}

function textOf(value: Json | undefined): string {
  return typeof value === 'string'
    ? value
    : value === null || value === undefined
      ? ''
      : String(value);
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** By code point, as UTF-8 sorts; not by UTF-16 unit. */
function byCodePoint(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a, 'utf8'), Buffer.from(b, 'utf8'));
}
