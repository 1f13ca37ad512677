/**
 * The life of a shipment.
 *
 *   assigned ──shipping──▶ shipped ──receiving──▶ received
 *       an event declared wrong no longer counts; what it had moved moves back
 *
 * Events may come late and in any order, so the state is what the standing events say, not what came
 * last. Pure: moments, ids and earlier events are passed in; who may ask is decided in policy.ts.
 */
import { insert, update } from '../kernel/change.ts';
import { accept, type Decision, type Refusal, refuse } from '../kernel/decision.ts';
import type { Moment } from '../kernel/time.ts';
import {
  type DeliveryEventRow,
  type EventFacts,
  logisticsLimits,
  receivedSteps,
  type ShipmentRow,
  shippedSteps,
} from './model.ts';

/**
 * Names the carrier of an invoice's goods.
 *
 * Refuses a carrier that is no member, an empty or too long reference, and a reference that the same
 * invoice has already, because the carrier's events are matched by it.
 */
export function assign(
  shipment: ShipmentRow,
  siblings: readonly ShipmentRow[],
  isMember: boolean,
): Decision {
  const { reference } = shipment;
  if (!isMember)
    return refuse(
      'CARRIER_NOT_MEMBER',
      'Only a carrier that is a member of the programme can be assigned.',
      {
        path: 'carrier',
        seen: shipment.carrier,
        expected: 'a member of the programme with the role CARRIER',
        help: 'Ask the core enterprise to admit the carrier to the programme.',
      },
    );
  if (
    reference.trim() !== reference ||
    reference === '' ||
    reference.length > logisticsLimits.referenceCharactersMax
  )
    return refuse(
      'REFERENCE_INVALID',
      'A transport reference is short text without blanks around it.',
      {
        path: 'reference',
        seen: reference,
        expected: `1 to ${logisticsLimits.referenceCharactersMax} characters`,
        help: 'Write the number of the transport order.',
      },
    );
  if (siblings.some((each) => each.reference === reference))
    return refuse(
      'SHIPMENT_EXISTS',
      `This invoice has a shipment with the reference ${reference} already.`,
      {
        path: 'reference',
        seen: reference,
        expected: 'a reference of its own for each shipment of an invoice',
        help: 'Use the shipment that is there, or another reference.',
      },
    );
  if (siblings.length >= logisticsLimits.shipmentsMax)
    return refuse('SHIPMENTS_TOO_MANY', 'This invoice has as many shipments as it can have.', {
      path: 'invoice',
      seen: String(siblings.length),
      expected: `at most ${logisticsLimits.shipmentsMax}`,
      help: 'Report the goods on the shipments that are there.',
    });
  return accept(shipment.id, [insert('shipment', shipment)]);
}

/** The event as it would stand when recorded first. */
export type NewEvent = {
  readonly id: string;
  readonly facts: EventFacts;
  readonly at: Moment;
};

/**
 * Records what the carrier reports, or declares an earlier report wrong.
 *
 * Refuses an event from the future, the same event again (EVENT_KNOWN; at the edge the first answer
 * is given instead) and another event under a known id. `sameId` are this carrier's events with the
 * same id, `events` all events of the shipment.
 */
export function record(
  shipment: ShipmentRow,
  events: readonly DeliveryEventRow[],
  sameId: readonly DeliveryEventRow[],
  { id, facts, at }: NewEvent,
): Decision {
  if (facts.bizStep === null) return noStep();
  if (facts.eventTimeMs > at + logisticsLimits.clockAheadMaxMs) return fromTheFuture(facts, at);
  const [known] = sameId;
  if (known !== undefined) return again(shipment, events, known, facts);

  const row: DeliveryEventRow = {
    ...{ id, version: 1, shipment: shipment.id, carrier: shipment.carrier },
    ...{ eventId: facts.eventId, eventHash: facts.eventHash, eventType: facts.eventType },
    ...{ action: facts.action, bizStep: facts.bizStep, disposition: facts.disposition },
    ...{ eventTime: facts.eventTime, location: facts.location, event: facts.event },
    ...{ errorDeclaration: facts.errorDeclaration, correctiveEventIds: facts.correctiveEventIds },
    createdMs: at,
  };
  return accept(shipment.id, [
    insert('delivery_event', row),
    update('shipment', shipment, reached([...events, row])),
  ]);
}

/** How far the goods are, by the events that stand. */
export function reached(
  events: readonly Pick<DeliveryEventRow, 'bizStep' | 'errorDeclaration'>[],
): Pick<ShipmentRow, 'shipped' | 'received'> {
  const standing = events.filter(({ errorDeclaration }) => errorDeclaration === null);
  return {
    shipped: standing.some(({ bizStep }) => shippedSteps.has(bizStep)),
    received: standing.some(({ bizStep }) => receivedSteps.has(bizStep)),
  };
}

/** True when the report is the one that is there: same id, same content, same declaration. */
export function isEcho(
  known: Pick<DeliveryEventRow, 'eventHash' | 'errorDeclaration'>,
  facts: Pick<EventFacts, 'eventHash' | 'errorDeclaration'>,
): boolean {
  const sameContent = sameOctets(known.eventHash, facts.eventHash);
  const repeatsOriginal = facts.errorDeclaration === null;
  return sameContent && (repeatsOriginal || facts.errorDeclaration === known.errorDeclaration);
}

function again(
  shipment: ShipmentRow,
  events: readonly DeliveryEventRow[],
  known: DeliveryEventRow,
  facts: EventFacts,
): Decision {
  if (isEcho(known, facts))
    return refuse('EVENT_KNOWN', 'This event was recorded before; nothing changes.', {
      path: 'eventId',
      seen: facts.eventId,
      expected: 'an event that was not recorded yet',
      help: 'Nothing is left to do.',
    });
  const declares = facts.errorDeclaration !== null && sameOctets(known.eventHash, facts.eventHash);
  if (!declares || known.shipment !== shipment.id) return idTaken(facts);
  if (known.errorDeclaration !== null)
    return refuse(
      'EVENT_ALREADY_CORRECTED',
      'This event was declared wrong before, with other words.',
      {
        path: 'event',
        seen: facts.errorDeclaration ?? '',
        expected: known.errorDeclaration,
        help: 'Report what really happened as an event of its own.',
      },
    );
  const { errorDeclaration, correctiveEventIds } = facts;
  const declared = { ...known, errorDeclaration, correctiveEventIds };
  const others = events.filter((each) => each.id !== known.id);
  return accept(shipment.id, [
    update('delivery_event', known, { errorDeclaration, correctiveEventIds }),
    update('shipment', shipment, reached([...others, declared])),
  ]);
}

function noStep(): Refusal {
  return refuse('BIZ_STEP_MISSING', 'The event does not say what happened to the goods.', {
    path: 'bizStep',
    seen: 'no bizStep',
    expected: 'a business step, such as shipping or receiving',
    help: 'Add bizStep to the event.',
  });
}

function fromTheFuture(facts: EventFacts, at: Moment): Refusal {
  return refuse('EVENT_TIME_FUTURE', 'An event cannot be recorded before it happens.', {
    path: 'eventTime',
    seen: facts.eventTime,
    expected: `not after ${new Date(Number(at)).toISOString()}`,
    help: 'Check the date and the time zone of the event.',
  });
}

function idTaken(facts: EventFacts): Refusal {
  return refuse('EVENT_ID_TAKEN', 'Another event with other content bears this id.', {
    path: 'eventId',
    seen: facts.eventId,
    expected: 'a new id for a new event, or the same content',
    help: 'To correct an event, send it again with an errorDeclaration, then send the right one under its own id.',
  });
}

function sameOctets(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((octet, order) => octet === b[order]);
}
