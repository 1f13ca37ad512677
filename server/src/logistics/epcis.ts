/**
 * EPCIS 2.0 in JSON, read strictly.
 *
 * Takes an EPCISDocument, an EPCISQueryDocument or one event, and gives the facts of each event, or
 * every problem with its place, what was seen and what is expected. The schema below is our own and
 * covers what we use; fields of other vocabularies are allowed where their name has a prefix. No
 * remote context is fetched.
 *
 * Text is brought to NFC first, so that what is hashed, signed and stored is the same text. Pure but
 * for the digest.
 */
import { Ajv, type ErrorObject } from 'ajv';
import { eventHash, type Json, type JsonObject, namespacesOf } from './event-hash.ts';
import { type EventFacts, type EventType, eventTypes, logisticsLimits } from './model.ts';

export type Problem = {
  readonly path: string;
  readonly message: string;
  readonly seen: string;
  readonly expected: string;
};

export type Parsed =
  | { readonly kind: 'events'; readonly events: readonly EventFacts[] }
  | { readonly kind: 'problems'; readonly problems: readonly Problem[] };

/** Problems that are reported of one document; the rest would only repeat them. */
const problemsMax = 50;

/** Reads a captured document or a single event. */
export function parseEpcis(text: string): Parsed {
  const json = parseJson(text.normalize('NFC'));
  if ('problem' in json) return { kind: 'problems', problems: [json.problem] };
  const found = eventsOf(json.value);
  if ('problem' in found) return { kind: 'problems', problems: [found.problem] };
  const problems = found.events.flatMap(({ event, path }) => problemsOf(event, path));
  if (problems.length > 0) return { kind: 'problems', problems: problems.slice(0, problemsMax) };
  return { kind: 'events', events: found.events.map(({ event }) => factsOf(event, found.context)) };
}

/** Reads the canonical JSON of one event, as an act carries it; null when it is not that. */
export function parseEvent(text: string): EventFacts | null {
  const parsed = parseEpcis(text);
  if (parsed.kind === 'problems' || parsed.events.length !== 1) return null;
  return parsed.events[0] ?? null;
}

/** JSON with sorted keys and no blanks: one text for one value. */
export function canonicalJson(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, each]) => `${JSON.stringify(key)}:${canonicalJson(each)}`).join(',')}}`;
}

/** Where our own form puts a place that has no URI. */
export const placeName = 'tallystick:place';

// The document.

type Found = {
  readonly events: readonly { readonly event: JsonObject; readonly path: string }[];
  readonly context: Json | undefined;
};

function parseJson(text: string): { readonly value: Json } | { readonly problem: Problem } {
  try {
    const value = JSON.parse(text) as Json;
    if (depthOf(value) > logisticsLimits.jsonDepthMax)
      return problem(
        '',
        'The document is nested too deeply.',
        'deeper',
        `at most ${logisticsLimits.jsonDepthMax} levels`,
      );
    return { value };
  } catch (error) {
    const seen = error instanceof Error ? error.message : 'not JSON';
    return problem('', 'This is not JSON.', seen, 'an EPCIS 2.0 document or event in JSON');
  }
}

function eventsOf(value: Json): Found | { readonly problem: Problem } {
  if (!isObject(value))
    return problem(
      '',
      'An EPCIS document is a JSON object.',
      typeof value,
      'an object with a type',
    );
  const context = value['@context'];
  if (eventTypes.some((type) => type === value.type))
    return { events: [{ event: value, path: '' }], context };
  if (value.type !== 'EPCISDocument' && value.type !== 'EPCISQueryDocument')
    return problem(
      'type',
      'The type is none of EPCIS 2.0.',
      textOf(value.type),
      `EPCISDocument or ${eventTypes.join(', ')}`,
    );
  if (typeof value.schemaVersion !== 'string' || !/^2(\.\d+)*$/.test(value.schemaVersion))
    return problem('schemaVersion', 'Only EPCIS 2 is read.', textOf(value.schemaVersion), '2.0');
  return listOf(value, context);
}

function listOf(
  document: JsonObject,
  context: Json | undefined,
): Found | { readonly problem: Problem } {
  const body = document.epcisBody;
  const results =
    isObject(body) && isObject(body.queryResults) ? body.queryResults.resultsBody : undefined;
  const holder = isObject(results) ? results : body;
  const path = isObject(results) ? 'epcisBody.queryResults.resultsBody' : 'epcisBody';
  const list = isObject(holder)
    ? (holder.eventList ?? (holder.event === undefined ? undefined : [holder.event]))
    : undefined;
  if (!isArray(list) || list.length === 0)
    return problem(
      `${path}.eventList`,
      'The document has no events.',
      textOf(list),
      'a list with at least one event',
    );
  if (list.length > logisticsLimits.captureEventsMax)
    return problem(
      `${path}.eventList`,
      'The document has too many events.',
      String(list.length),
      `at most ${logisticsLimits.captureEventsMax}`,
    );
  const strange = list.findIndex((each) => !isObject(each));
  if (strange >= 0)
    return problem(
      `${path}.eventList.${strange}`,
      'An event is a JSON object.',
      textOf(list[strange]),
      'an object',
    );
  return {
    events: list
      .filter(isObject)
      .map((event, order) => ({ event, path: `${path}.eventList.${order}.` })),
    context,
  };
}

function problem(
  path: string,
  message: string,
  seen: string,
  expected: string,
): { readonly problem: Problem } {
  return { problem: { path, message, seen: seen.slice(0, 200), expected } };
}

// One event.

function factsOf(event: JsonObject, context: Json | undefined): EventFacts {
  const { errorDeclaration, ...rest } = event;
  const ownContext = event['@context'] ?? context;
  const whole = ownContext === undefined ? rest : { ...rest, '@context': ownContext };
  const hash = eventHash(whole, namespacesOf(ownContext));
  const declaration = isObject(errorDeclaration) ? errorDeclaration : null;
  const eventTime = textOf(event.eventTime);
  return {
    eventId: typeof event.eventID === 'string' ? event.eventID : hash.uri,
    eventHash: new Uint8Array(hash.digest),
    eventType: event.type as EventType,
    action: textOrNull(event.action),
    bizStep: wordOf(event.bizStep, 'bizstep', 'BizStep'),
    disposition: wordOf(event.disposition, 'disp', 'Disp'),
    eventTime,
    eventTimeMs: BigInt(Date.parse(eventTime)),
    location: idOf(event.bizLocation) ?? idOf(event.readPoint) ?? textOrNull(event[placeName]),
    event: canonicalJson(whole),
    report: canonicalJson(
      declaration === null ? whole : { ...whole, errorDeclaration: declaration },
    ),
    errorDeclaration: declaration === null ? null : canonicalJson(declaration),
    correctiveEventIds: texts(declaration?.correctiveEventIDs),
    references: transactionsOf(event.bizTransactionList),
  };
}

/** A CBV word in its bare form, whichever way it was written; other vocabularies stay whole. */
function wordOf(value: Json | undefined, urn: string, curie: string): string | null {
  if (typeof value !== 'string' || value === '') return null;
  const prefixes = [
    `urn:epcglobal:cbv:${urn}:`,
    `https://ref.gs1.org/cbv/${curie}-`,
    `cbv:${curie}-`,
  ];
  const prefix = prefixes.find((each) => value.startsWith(each));
  return prefix === undefined ? value : value.slice(prefix.length);
}

function transactionsOf(value: Json | undefined): readonly string[] {
  if (!isArray(value)) return [];
  return value.flatMap((each) => (isObject(each) ? texts([each.bizTransaction ?? null]) : []));
}

function idOf(value: Json | undefined): string | null {
  return isObject(value) ? textOrNull(value.id) : null;
}

function texts(value: Json | undefined): readonly string[] {
  return isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}

function textOrNull(value: Json | undefined): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

// The schema of what we use.

const text = { type: 'string', minLength: 1, maxLength: logisticsLimits.uriCharactersMax } as const;
const uri = { ...text, pattern: '^[A-Za-z][A-Za-z0-9+.-]*:' } as const;
const moment = { type: 'string', format: 'moment' } as const;
const epcList = { type: 'array', items: uri } as const;
const place = { type: 'object', required: ['id'], properties: { id: uri } } as const;
const quantityList = {
  type: 'array',
  items: {
    type: 'object',
    required: ['epcClass'],
    properties: { epcClass: uri, quantity: { type: 'number', minimum: 0 }, uom: text },
  },
} as const;

function typedList(value: string) {
  return {
    type: 'array',
    items: { type: 'object', required: [value], properties: { type: text, [value]: text } },
  } as const;
}

const words = { type: 'array', items: text } as const;
const schema = {
  type: 'object',
  required: ['type', 'eventTime', 'eventTimeZoneOffset'],
  properties: {
    '@context': {},
    type: { enum: eventTypes },
    eventID: uri,
    eventTime: moment,
    recordTime: moment,
    eventTimeZoneOffset: { type: 'string', pattern: '^[+-](?:0\\d|1[0-4]):[0-5]\\d$' },
    certificationInfo: {},
    errorDeclaration: {
      type: 'object',
      required: ['declarationTime'],
      properties: { declarationTime: moment, reason: text, correctiveEventIDs: epcList },
    },
    action: { enum: ['ADD', 'OBSERVE', 'DELETE'] },
    bizStep: text,
    disposition: text,
    persistentDisposition: { type: 'object', properties: { set: words, unset: words } },
    readPoint: place,
    bizLocation: place,
    parentID: uri,
    transformationID: uri,
    epcList,
    childEPCs: epcList,
    inputEPCList: epcList,
    outputEPCList: epcList,
    quantityList,
    childQuantityList: quantityList,
    inputQuantityList: quantityList,
    outputQuantityList: quantityList,
    bizTransactionList: typedList('bizTransaction'),
    sourceList: typedList('source'),
    destinationList: typedList('destination'),
    sensorElementList: {
      type: 'array',
      items: {
        type: 'object',
        required: ['sensorReport'],
        properties: {
          sensorMetadata: { type: 'object' },
          sensorReport: { type: 'array', minItems: 1, items: { type: 'object' } },
        },
      },
    },
    ilmd: { type: 'object' },
  },
  patternProperties: { '^[A-Za-z][\\w.-]*:|^https?://': {} },
  additionalProperties: false,
  if: { properties: { type: { const: 'TransformationEvent' } } },
  else: { required: ['action'] },
} as const;

const ajv = new Ajv({ allErrors: true, strict: true, strictRequired: false, verbose: true });
ajv.addFormat('moment', isMoment);
const validate = ajv.compile(schema);

function problemsOf(event: JsonObject, path: string): readonly Problem[] {
  const problems = validate(event)
    ? []
    : (validate.errors ?? [])
        .filter(({ keyword }) => keyword !== 'if')
        .map((error) => problemOf(error, path));
  const length = canonicalJson(event).length;
  if (problems.length > 0 || length <= logisticsLimits.eventCharactersMax) return problems;
  const expected = `at most ${logisticsLimits.eventCharactersMax} characters`;
  return [
    {
      path: path.replace(/\.$/, ''),
      message: 'The event is too long.',
      seen: String(length),
      expected,
    },
  ];
}

function problemOf(error: ErrorObject, path: string): Problem {
  const place = path + error.instancePath.slice(1).replaceAll('/', '.');
  const at = (name: unknown) =>
    `${place === '' || place.endsWith('.') ? place : `${place}.`}${String(name)}`;
  const seen = textOf(error.data as Json).slice(0, 200);
  switch (error.keyword) {
    case 'required': {
      const { missingProperty: name } = error.params;
      return {
        path: at(name),
        message: `${String(name)} is missing.`,
        seen: 'nothing',
        expected: String(name),
      };
    }
    case 'additionalProperties': {
      const { additionalProperty: name } = error.params;
      const message = `${String(name)} is no field of an EPCIS 2.0 event.`;
      return {
        path: at(name),
        message,
        seen: String(name),
        expected: 'a field of EPCIS 2.0, or an extension with a prefix',
      };
    }
    case 'enum': {
      const expected = (error.params.allowedValues as readonly unknown[]).map(String).join(', ');
      return { path: place, message: 'This is none of the words allowed here.', seen, expected };
    }
    case 'format':
      return {
        path: place,
        message: 'This is no moment.',
        seen,
        expected: 'date, time and zone, as in 2026-03-02T10:00:00.000+01:00',
      };
    default:
      return {
        path: place,
        message: `This ${error.message ?? 'is not as it must be'}.`,
        seen,
        expected: error.message ?? '',
      };
  }
}

/** RFC 3339 with a zone, and a day that exists. */
function isMoment(value: string): boolean {
  const match = /^(\d{4}-\d{2}-\d{2})T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/.exec(
    value,
  );
  if (match === null || Number.isNaN(Date.parse(value))) return false;
  const day = Date.parse(`${match[1]}T00:00:00Z`);
  return !Number.isNaN(day) && new Date(day).toISOString().startsWith(match[1] ?? '');
}

function depthOf(value: Json): number {
  let depth = 0;
  let level: readonly Json[] = [value];
  while (level.length > 0 && depth <= logisticsLimits.jsonDepthMax) {
    depth += 1;
    level = level.flatMap((each) =>
      isArray(each) ? each : isObject(each) ? Object.values(each) : [],
    );
  }
  return depth;
}

function textOf(value: Json | undefined): string {
  if (value === undefined) return 'nothing';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function isArray(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
