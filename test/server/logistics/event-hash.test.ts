/** The event hash of CBV 2.0: the same event has one hash, another event another one. */
import { readFileSync } from 'node:fs';
import {
  eventHash,
  type JsonObject,
  namespacesOf,
  preHash,
} from '@tallystick/server/src/logistics/event-hash.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { official } from '../../support/official.ts';

const context = { example: 'https://ns.example.com/epcis/' };
const namespaces = namespacesOf(context);

const received: JsonObject = {
  type: 'ObjectEvent',
  action: 'OBSERVE',
  bizStep: 'receiving',
  disposition: 'in_progress',
  epcList: ['urn:epc:id:sgtin:0614141.107346.2018', 'urn:epc:id:sgtin:0614141.107346.2017'],
  eventTime: '2026-03-02T09:30:00.000+01:00',
  eventTimeZoneOffset: '+01:00',
  readPoint: { id: 'urn:epc:id:sgln:0012345.11111.400', 'example:gate': 'B 7' },
  bizTransactionList: [{ type: 'po', bizTransaction: 'http://orders.example/po/77' }],
  quantityList: [
    { epcClass: 'urn:epc:class:lgtin:4012345.012345.998877', quantity: 98.5, uom: 'KGM' },
  ],
  'example:seal': { 'example:number': '00071', 'example:whole': 'true' },
};

const same: readonly (readonly [name: string, change: JsonObject])[] = [
  ['the order of a list', { epcList: [...(received.epcList as string[])].reverse() }],
  ['a zone of the time', { eventTime: '2026-03-02T08:30:00Z' }],
  ['decimals of a second', { eventTime: '2026-03-02T09:30:00.00004+01:00' }],
  ['the URN of a word', { bizStep: 'urn:epcglobal:cbv:bizstep:receiving' }],
  ['the URI of a word', { bizStep: 'https://ref.gs1.org/cbv/BizStep-receiving' }],
  ['the short URI of a word', { disposition: 'cbv:Disp-in_progress' }],
  ['blanks around a text', { bizStep: ' receiving ' }],
  [
    'the form of a GS1 key',
    {
      epcList: [
        'https://id.gs1.org/01/10614141073464/21/2017',
        'https://shop.example/01/10614141073464/21/2018?x=1',
      ],
    },
  ],
  ['an id of its own', { eventID: 'urn:uuid:374d95fc-9457-4a51-bd6a-0bba133845a8' }],
  ['the time of recording', { recordTime: '2026-03-02T10:00:00Z' }],
  [
    'a declaration that it was wrong',
    { errorDeclaration: { declarationTime: '2026-03-03T10:00:00Z', reason: 'incorrect_data' } },
  ],
];

const other: readonly (readonly [name: string, change: JsonObject])[] = [
  ['another step', { bizStep: 'shipping' }],
  ['a millisecond later', { eventTime: '2026-03-02T09:30:00.001+01:00' }],
  ['half a millisecond later, which rounds up', { eventTime: '2026-03-02T09:30:00.0005+01:00' }],
  ['another zone', { eventTimeZoneOffset: '+02:00' }],
  ['another type', { type: 'TransactionEvent' }],
  ['a piece less', { epcList: ['urn:epc:id:sgtin:0614141.107346.2018'] }],
  [
    'another kind of transaction',
    { bizTransactionList: [{ type: 'desadv', bizTransaction: 'http://orders.example/po/77' }] },
  ],
  [
    'an extension within',
    { 'example:seal': { 'example:number': '00072', 'example:whole': 'true' } },
  ],
  [
    'an extension of a place',
    { readPoint: { id: 'urn:epc:id:sgln:0012345.11111.400', 'example:gate': 'B 8' } },
  ],
  ['a master datum', { ilmd: { 'example:grade': 'A' } }],
];

describe('the hash of an event', () => {
  it.each(same)('does not change with %s', (_name, change) => {
    expect(eventHash({ ...received, ...change }, namespaces).uri).toBe(
      eventHash(received, namespaces).uri,
    );
  });

  it.each(other)('changes with %s', (_name, change) => {
    expect(eventHash({ ...received, ...change }, namespaces).uri).not.toBe(
      eventHash(received, namespaces).uri,
    );
  });

  it('does not depend on the order in which fields are written', () => {
    const keys = Object.keys(received);

    fc.assert(
      fc.property(fc.shuffledSubarray(keys, { minLength: keys.length }), (order) => {
        const shuffled = Object.fromEntries(order.map((key) => [key, received[key] ?? null]));
        expect(preHash(shuffled, namespaces)).toBe(preHash(received, namespaces));
      }),
      { seed: 7, numRuns: 50 },
    );
  });

  it('names a prefix by its namespace, so another prefix for it changes nothing', () => {
    const renamed = JSON.parse(
      JSON.stringify(received).replaceAll('example:', 'ex:'),
    ) as JsonObject;

    const hash = eventHash(renamed, namespacesOf({ ex: context.example }));

    expect(hash.uri).toBe(eventHash(received, namespaces).uri);
  });

  it('writes the canonical text in the order of the standard', () => {
    expect(preHash(received, namespaces)).toBe(
      [
        'eventType=ObjectEvent',
        'eventTime=2026-03-02T08:30:00.000Z',
        'eventTimeZoneOffset=+01:00',
        'epcListepc=https://id.gs1.org/01/10614141073464/21/2017',
        'epc=https://id.gs1.org/01/10614141073464/21/2018',
        'quantityListquantityElementepcClass=https://id.gs1.org/01/04012345123456/10/998877',
        'quantity=98.5uom=KGM',
        'action=OBSERVE',
        'bizStep=https://ref.gs1.org/cbv/BizStep-receiving',
        'disposition=https://ref.gs1.org/cbv/Disp-in_progress',
        'readPointid=https://id.gs1.org/414/0012345111112/254/400',
        'bizTransactionListtype=https://ref.gs1.org/cbv/BTT-po',
        'bizTransaction=http://orders.example/po/77',
        'readPoint{https://ns.example.com/epcis/}gate=B 7',
        '{https://ns.example.com/epcis/}seal',
        '{https://ns.example.com/epcis/}number=71',
        '{https://ns.example.com/epcis/}whole=true',
      ].join(''),
    );
  });

  const file = official('epcis/transaction_event_all_possible_fields.jsonld');

  it.skipIf(file === undefined)(
    'is that of the reference implementation for an event with every field',
    () => {
      const document = JSON.parse(readFileSync(file ?? '', 'utf8')) as {
        '@context': JsonObject;
        epcisBody: { eventList: JsonObject[] };
      };
      const [event = {}] = document.epcisBody.eventList;

      const hash = eventHash(event, namespacesOf(document['@context']));

      expect(hash.uri).toBe(
        'ni:///sha-256;4a85d64a96409f0c57baed258666b26d83e6690d204a8aaed4c7e2624d8b0c81?ver=CBV2.0',
      );
    },
  );
});
