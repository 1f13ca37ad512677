/** Reading EPCIS documents: what is taken, and how a broken one is explained. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { canonicalJson, parseEpcis, parseEvent } from '@tallystick/server/src/logistics/epcis.ts';
import { eventOfForm } from '@tallystick/server/src/logistics/form.ts';
import { logisticsLimits } from '@tallystick/server/src/logistics/model.ts';
import { describe, expect, it } from 'vitest';
import { official } from '../../support/official.ts';

const event = {
  type: 'ObjectEvent',
  action: 'OBSERVE',
  bizStep: 'shipping',
  epcList: ['urn:epc:id:sgtin:0614141.107346.2018'],
  eventTime: '2026-03-02T09:30:00.000+01:00',
  eventTimeZoneOffset: '+01:00',
  bizLocation: { id: 'urn:epc:id:sgln:0012345.11111.0' },
  bizTransactionList: [{ type: 'po', bizTransaction: 'urn:epcglobal:cbv:bt:0614141073467:PO-7' }],
};

function documentOf(events: readonly unknown[], more: object = {}): string {
  return JSON.stringify({
    '@context': ['https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld'],
    type: 'EPCISDocument',
    schemaVersion: '2.0',
    creationDate: '2026-03-02T10:00:00Z',
    epcisBody: { eventList: events },
    ...more,
  });
}

function problemsOf(text: string) {
  const parsed = parseEpcis(text);
  if (parsed.kind !== 'problems') throw new Error('it was read without a problem');
  return parsed.problems;
}

describe('reading an EPCIS document', () => {
  it('gives the facts of each event', () => {
    const parsed = parseEpcis(documentOf([event, { ...event, bizStep: 'cbv:BizStep-receiving' }]));

    expect(parsed).toMatchObject({
      kind: 'events',
      events: [
        {
          eventType: 'ObjectEvent',
          bizStep: 'shipping',
          eventTimeMs: BigInt(Date.parse('2026-03-02T08:30:00Z')),
          location: 'urn:epc:id:sgln:0012345.11111.0',
          references: ['urn:epcglobal:cbv:bt:0614141073467:PO-7'],
          errorDeclaration: null,
        },
        { bizStep: 'receiving' },
      ],
    });
  });

  it('takes a single event, and gives it the hash as id when it has none', () => {
    const parsed = parseEpcis(JSON.stringify(event));

    expect(parsed).toMatchObject({ kind: 'events' });
    if (parsed.kind !== 'events') return;
    expect(parsed.events[0]?.eventId).toMatch(/^ni:\/\/\/sha-256;[0-9a-f]{64}\?ver=CBV2\.0$/);
  });

  it('gives a report that is read back to the same facts', () => {
    const parsed = parseEpcis(documentOf([event]));
    if (parsed.kind !== 'events') throw new Error('not read');
    const [facts] = parsed.events;

    expect(parseEvent(facts?.report ?? '')).toEqual(facts);
  });

  it('keeps an error declaration apart from the event that it declares wrong', () => {
    const declaration = { declarationTime: '2026-03-03T10:00:00Z', reason: 'incorrect_data' };
    const [plain] = eventsOf(documentOf([event]));
    const [declared] = eventsOf(documentOf([{ ...event, errorDeclaration: declaration }]));

    expect(declared?.event).toBe(plain?.event);
    expect(declared?.eventId).toBe(plain?.eventId);
    expect(declared?.errorDeclaration).toBe(canonicalJson(declaration));
    expect(declared?.report).toContain('errorDeclaration');
  });

  it('takes composed and decomposed letters for the same text', () => {
    const [composed] = eventsOf(documentOf([{ ...event, 'example:place': 'Zürich' }]));
    const [decomposed] = eventsOf(documentOf([{ ...event, 'example:place': 'Zürich' }]));

    expect(decomposed?.report).toBe(composed?.report);
  });

  it.each([
    ['no JSON', '{', ''],
    ['a list', '[]', ''],
    ['another type', '{"type":"Invoice"}', 'type'],
    ['another version', documentOf([event], { schemaVersion: '1.2' }), 'schemaVersion'],
    ['no events', documentOf([]), 'epcisBody.eventList'],
    ['an event that is text', documentOf(['x']), 'epcisBody.eventList.0'],
    [
      'a missing time',
      documentOf([{ ...event, eventTime: undefined }]),
      'epcisBody.eventList.0.eventTime',
    ],
    [
      'a day that does not exist',
      documentOf([{ ...event, eventTime: '2026-02-30T00:00:00Z' }]),
      'epcisBody.eventList.0.eventTime',
    ],
    [
      'a time without a zone',
      documentOf([{ ...event, eventTime: '2026-02-03T00:00:00' }]),
      'epcisBody.eventList.0.eventTime',
    ],
    [
      'a missing action',
      documentOf([{ ...event, action: undefined }]),
      'epcisBody.eventList.0.action',
    ],
    [
      'an unknown action',
      documentOf([event, { ...event, action: 'LOSE' }]),
      'epcisBody.eventList.1.action',
    ],
    [
      'a field that EPCIS has not',
      documentOf([{ ...event, colour: 'red' }]),
      'epcisBody.eventList.0.colour',
    ],
    [
      'a place without id',
      documentOf([{ ...event, readPoint: {} }]),
      'epcisBody.eventList.0.readPoint.id',
    ],
  ])('names the place of %s', (_name, text, path) => {
    const problems = problemsOf(text);

    expect(problems.map((problem) => problem.path)).toContain(path);
    for (const problem of problems) {
      expect(problem.message).not.toBe('');
      expect(problem.expected).not.toBe('');
    }
  });

  it('refuses one event too many, and one level too deep', () => {
    const { captureEventsMax, jsonDepthMax } = logisticsLimits;
    const events = Array.from({ length: captureEventsMax + 1 }, () => event);
    const nested = (levels: number): unknown =>
      levels === 0 ? 'x' : { 'example:in': nested(levels - 1) };
    const inDocument = 4;

    expect(problemsOf(documentOf(events))[0]?.expected).toBe(`at most ${captureEventsMax}`);
    expect(parseEpcis(documentOf(events.slice(1))).kind).toBe('events');
    expect(
      problemsOf(documentOf([{ ...event, 'example:a': nested(jsonDepthMax) }]))[0]?.message,
    ).toMatch(/deep/);
    expect(
      parseEpcis(documentOf([{ ...event, 'example:a': nested(jsonDepthMax - inDocument - 1) }]))
        .kind,
    ).toBe('events');
  });

  it('refuses an event that would not fit into an act', () => {
    const long = 'x'.repeat(logisticsLimits.eventCharactersMax);

    expect(problemsOf(documentOf([{ ...event, 'example:note': long }]))[0]).toMatchObject({
      path: 'epcisBody.eventList.0',
      message: 'The event is too long.',
    });
  });
});

describe('the form', () => {
  const shipment = { id: 'shp_1', reference: 'TO 7/2026' };

  it('makes an event that reads like any other', () => {
    const text = eventOfForm(shipment, {
      bizStep: 'receiving',
      disposition: 'in_progress',
      eventTime: '2026-03-02T09:30:00+01:00',
      location: 'Warehouse 3, Lyon',
    });

    expect(parseEvent(text)).toMatchObject({
      bizStep: 'receiving',
      disposition: 'in_progress',
      location: 'Warehouse 3, Lyon',
      references: ['urn:tallystick:transport:TO%207%2F2026'],
      report: text,
    });
  });

  it('makes the same event of the same form', () => {
    const form = {
      bizStep: 'shipping',
      disposition: null,
      eventTime: '2026-03-02T09:30:00Z',
      location: null,
    };

    expect(eventOfForm(shipment, form)).toBe(eventOfForm(shipment, { ...form }));
  });
});

const examples = official('epcis');

describe.skipIf(examples === undefined)('the documents of GS1', () => {
  const folder = examples ?? '';
  const files =
    examples === undefined ? [] : readdirSync(folder).filter((name) => name.endsWith('.jsonld'));

  it.each(files)('%s is read, and each of its events reads back the same', (name) => {
    const parsed = parseEpcis(readFileSync(path.join(folder, name), 'utf8'));

    expect(parsed).toMatchObject({ kind: 'events' });
    if (parsed.kind !== 'events') return;
    expect(parsed.events.length).toBeGreaterThan(0);
    for (const facts of parsed.events) expect(parseEvent(facts.report)).toEqual(facts);
  });
});

function eventsOf(text: string) {
  const parsed = parseEpcis(text);
  if (parsed.kind !== 'events') throw new Error(JSON.stringify(parsed.problems));
  return parsed.events;
}
