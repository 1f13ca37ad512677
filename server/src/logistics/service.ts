/**
 * Carriage, decided: who carries an invoice's goods, and what that carrier reports.
 *
 * The facts of an event are read from its signed JSON, never from the fields beside it; those must
 * say the same. The invoice's slice stands to the right of this one, so what must be known of an
 * invoice is handed in as `goodsOf` where the parts are joined.
 */
import type { InputOf } from '../../../chain/src/act/kinds.ts';
import { type Act, handler, type Reader } from '../kernel/act.ts';
import type { Grant } from '../kernel/change.ts';
import { type Decision, type Refusal, refuse } from '../kernel/decision.ts';
import { notFound } from '../kernel/fault.ts';
import type { Moment } from '../kernel/time.ts';
import { isMember, membersOf } from '../party/service.ts';
import { parseEvent } from './epcis.ts';
import type { DeliveryEventRow, EventFacts, Goods, ShipmentRow } from './model.ts';
import { mayAssign, relationTo } from './policy.ts';
import { assign, isEcho, record } from './transitions.ts';

/** What must be known of an invoice; null when there is none of that id. */
export type GoodsOf = (reader: Reader, invoice: string) => Promise<Goods | null>;

export function makeLogisticsHandlers({ goodsOf }: { readonly goodsOf: GoodsOf }) {
  return [
    handler({
      kind: 'shipment.assign',
      objects: ({ invoice }) => [invoice],
      mandate: () => ({ action: 'shipment.assign', amount: null }),
      decide: (reader, act) => decideAssign(reader, act, goodsOf),
    }),
    handler({
      kind: 'delivery.record',
      objects: ({ shipment }) => [shipment],
      mandate: () => ({ action: 'delivery.record', amount: null }),
      decide: decideRecord,
    }),
  ] as const;
}

async function decideAssign(
  reader: Reader,
  act: Act<'shipment.assign'>,
  goodsOf: GoodsOf,
): Promise<Decision> {
  const { invoice, carrier, reference } = act.body;
  const goods = await goodsOf(reader, invoice);
  if (goods === null || !mayAssign(goods, act.party)) throw notFound();

  const shipment: ShipmentRow = {
    ...{ id: act.id('shp', 0), version: 1, invoice, ...goods, carrier, reference },
    ...{ shipped: false, received: false, createdMs: act.at },
  };
  const siblings = await reader.where<ShipmentRow>('shipment', 'invoice', invoice);
  const decision = assign(
    shipment,
    siblings,
    await isMember(reader, goods.programme, carrier, 'CARRIER'),
  );
  if (decision.kind === 'refusal') return decision;
  const readers = await readersOf(reader, shipment);
  return { ...decision, readers, grants: grantsTo(readers, 'Shipment', shipment.id, act.at) };
}

async function decideRecord(reader: Reader, act: Act<'delivery.record'>): Promise<Decision> {
  const shipment = await reader.get<ShipmentRow>('shipment', act.body.shipment);
  if (shipment === null) throw notFound();
  const relation = relationTo(shipment, act.party);
  if (relation === 'none') throw notFound();
  if (relation !== 'carrier') return notAssigned(shipment.reference);

  const facts = factsOf(act.body);
  if ('code' in facts) return facts;
  const events = await reader.where<DeliveryEventRow>('delivery_event', 'shipment', shipment.id);
  const sameId = await knownEvents(reader, act.party, facts.eventId);
  const id = act.id('evt', 0);
  const decision = record(shipment, events, sameId, { id, facts, at: act.at });
  if (decision.kind === 'refusal') return decision;
  const readers = await readersOf(reader, shipment);
  const isNew = decision.changes.some(({ op, row }) => op === 'insert' && row.id === id);
  return {
    ...decision,
    readers,
    grants: isNew ? grantsTo(readers, 'DeliveryEvent', id, act.at) : [],
  };
}

/** One answer for a shipment that is another carrier's and for one that does not exist. */
export function notAssigned(reference: string): Refusal {
  return refuse(
    'NOT_ASSIGNED_CARRIER',
    'Only the carrier that is assigned to a shipment reports its events.',
    {
      path: 'shipment',
      seen: reference,
      expected: 'a shipment that is assigned to you',
      help: 'Ask the seller or the buyer to assign the shipment to you, or check its reference.',
    },
  );
}

/** The facts of the signed event, after the fields beside it were compared with it. */
function factsOf(body: InputOf<'delivery.record'>): EventFacts | Refusal {
  const facts = parseEvent(body.event);
  if (facts === null || facts.report !== body.event)
    return refuse('EVENT_INVALID', 'The event is not one EPCIS 2.0 event as canonical JSON.', {
      path: 'event',
      seen: body.event.slice(0, 200),
      expected: 'sorted keys, no blanks, one event',
      help: 'Sign the event that prepareDelivery gives, or send it to /epcis/capture.',
    });
  const expected = deliveryInput(body.shipment, facts);
  for (const name of comparedFields)
    if (textOf(body[name]) !== textOf(expected[name]))
      return refuse('EVENT_MISMATCH', `The field ${name} does not say what the event says.`, {
        path: name,
        seen: textOf(body[name]),
        expected: textOf(expected[name]),
        help: 'Take the field from the event.',
      });
  return facts;
}

const comparedFields = [
  ...(['eventId', 'eventHash', 'eventType', 'action', 'bizStep', 'disposition'] as const),
  ...(['eventTime', 'location'] as const),
] as const;

/** The act's input for an event: every field is taken from the event itself. */
export function deliveryInput(shipment: string, facts: EventFacts): InputOf<'delivery.record'> {
  const { eventId, eventHash, eventType, action, bizStep, disposition, eventTime, location } =
    facts;
  return {
    ...{ shipment, eventId, eventHash, eventType, action, bizStep: bizStep ?? '', disposition },
    ...{ eventTime, location, event: facts.report },
  };
}

function textOf(value: string | Uint8Array | null): string {
  return value instanceof Uint8Array ? Buffer.from(value).toString('hex') : (value ?? '');
}

/** Events of this carrier that bear the id; another carrier's are none of its business. */
export async function knownEvents(
  reader: Reader,
  carrier: string,
  eventId: string,
): Promise<readonly DeliveryEventRow[]> {
  const rows = await reader.where<DeliveryEventRow>('delivery_event', 'eventId', eventId);
  return rows.filter((row) => row.carrier === carrier);
}

/** The event that this report only repeats, or null. At the edge a repeated report gets the first answer. */
export async function echoOf(
  reader: Reader,
  carrier: string,
  facts: EventFacts,
): Promise<DeliveryEventRow | null> {
  const known = await knownEvents(reader, carrier, facts.eventId);
  return known.find((row) => isEcho(row, facts)) ?? null;
}

/**
 * True when the goods of an invoice have arrived: it has shipments, and each has a receiving event
 * that was not declared wrong. Financing asks it where the programme requires delivery.
 */
export async function deliveredInFull(reader: Reader, invoice: string): Promise<boolean> {
  const shipments = await reader.where<ShipmentRow>('shipment', 'invoice', invoice);
  return shipments.length > 0 && shipments.every(({ received }) => received);
}

/** Lets further parties read the shipments of an invoice, and who carries them: the bank that finances it. */
export async function shipmentGrants(
  reader: Reader,
  invoice: string,
  readers: readonly string[],
): Promise<readonly Grant[]> {
  const shipments = await reader.where<ShipmentRow>('shipment', 'invoice', invoice);
  return shipments.flatMap(({ id, carrier, createdMs }) => [
    ...grantsTo(readers, 'Shipment', id, createdMs),
    ...grantsTo(readers, 'Party', carrier, createdMs),
  ]);
}

/** Seller, buyer, carrier, and the programme's auditors. */
async function readersOf(reader: Reader, shipment: ShipmentRow): Promise<readonly string[]> {
  const auditors = await membersOf(reader, shipment.programme, 'AUDITOR');
  return [...new Set([shipment.seller, shipment.buyer, shipment.carrier, ...auditors])];
}

function grantsTo(
  readers: readonly string[],
  type: string,
  object: string,
  sinceMs: Moment,
): readonly Grant[] {
  return readers.map((reader) => ({ reader, object, type, level: 'F', sinceMs }));
}
