/** Translates between GraphQL and carriage. No decision lives here. */
import type { ObjectRef } from '@pothos/core';
import type { defineActMutations } from '../graphql/act-mutation.ts';
import type { AnchorSchema } from '../graphql/anchor.ts';
import { found, pageOf, type Schema, type Types } from '../graphql/builder.ts';
import { type Context, signedIn, type Viewer } from '../graphql/context.ts';
import type { NodeLoader } from '../graphql/node.ts';
import type { WorkItem } from '../graphql/today.ts';
import { Fault } from '../kernel/fault.ts';
import type { PartySchema } from '../party/graphql.ts';
import type { PartyRow } from '../party/model.ts';
import { parseEpcis } from './epcis.ts';
import { eventOfForm } from './form.ts';
import type { EventFacts } from './model.ts';
import { type DeliveryEventView, type ShipmentView, shipmentStore } from './store.ts';

export type LogisticsSchema = ReturnType<typeof defineLogistics>;

export function defineLogistics(
  schema: Schema,
  anchors: AnchorSchema,
  { actMutation }: ReturnType<typeof defineActMutations>,
  { PartyType }: Pick<PartySchema, 'PartyType'>,
) {
  const { builder, NodeType, connection, pageArgs } = schema;
  const { Anchor } = anchors;
  const storeOf = ({ see }: Context) => shipmentStore(see);

  const DeliveryEventType = builder.objectRef<DeliveryEventView>('DeliveryEvent').implement({
    description:
      'One EPCIS 2.0 event, as its carrier reported it. It is never changed and never gone.',
    interfaces: [NodeType],
    fields: (t) => ({
      eventId: t.exposeString('eventId', { description: "The event's own URI." }),
      eventHash: t.string({
        description: 'SHA-256 of the canonical text of CBV 2.0, hex.',
        resolve: ({ eventHash }) => Buffer.from(eventHash).toString('hex'),
      }),
      eventType: t.exposeString('eventType', { description: 'Such as ObjectEvent.' }),
      bizStep: t.exposeString('bizStep', { description: 'What happened: shipping, receiving …' }),
      disposition: t.exposeString('disposition', {
        nullable: true,
        description: 'In what state the goods were left.',
      }),
      eventTime: t.field({
        type: 'DateTime',
        description: 'When it happened.',
        resolve: ({ eventTime }) => BigInt(Date.parse(eventTime)),
      }),
      location: t.exposeString('location', { nullable: true, description: 'Where.' }),
      event: t.exposeString('event', { description: 'The event as canonical JSON.' }),
      corrected: t.boolean({
        description: 'True when its carrier declared it wrong; it no longer counts.',
        resolve: ({ errorDeclaration }) => errorDeclaration !== null,
      }),
      errorDeclaration: t.exposeString('errorDeclaration', {
        nullable: true,
        description: 'The declaration as canonical JSON.',
      }),
      correctiveEventIds: t.exposeStringList('correctiveEventIds', {
        description: 'The events that say what really happened.',
      }),
      anchor: t.field({
        type: Anchor,
        nullable: true,
        description: 'Its newest act that you may read.',
        resolve: ({ id }, _args, { acts }) => acts.anchorOf(id),
      }),
    }),
  });
  const ShipmentType = builder.objectRef<ShipmentView>('Shipment').implement({
    description: "The goods of an invoice on one carrier's order.",
    interfaces: [NodeType],
    fields: (t) => ({
      reference: t.exposeString('reference', { description: 'The number of the transport order.' }),
      carrier: t.field({
        type: PartyType,
        description: 'Who carries them.',
        resolve: async ({ carrier }, _args, { see }) =>
          found(await see.row<PartyRow>('party', carrier)),
      }),
      invoiceId: t.id({
        nullable: true,
        description: 'The invoice, where it is yours to see.',
        resolve: async ({ invoice }, _args, { see }) =>
          (await see.level(invoice)) === null ? null : invoice,
      }),
      shipped: t.exposeBoolean('shipped', { description: 'The goods have left.' }),
      received: t.exposeBoolean('received', { description: 'The goods have arrived.' }),
      events: t.field({
        type: [DeliveryEventType],
        description: 'What was reported, oldest first.',
        resolve: ({ id }, _args, context) => storeOf(context).events(id),
      }),
      anchor: t.field({
        type: Anchor,
        nullable: true,
        description: 'Its newest act that you may read.',
        resolve: ({ id }, _args, { acts }) => acts.anchorOf(id),
      }),
      createdAt: t.expose('createdMs', { type: 'DateTime', description: 'When it was assigned.' }),
    }),
  });
  const ShipmentConnection = connection('Shipment', ShipmentType);
  const Prepared = builder.objectRef<EventFacts>('PreparedDelivery').implement({
    description: 'The act fields of recordDelivery for one event; sign and send them as they are.',
    fields: (t) => ({
      eventId: t.exposeString('eventId', { description: "The event's own URI." }),
      eventHash: t.expose('eventHash', { type: 'Bytes', description: 'Its CBV 2.0 hash.' }),
      eventType: t.exposeString('eventType', { description: 'Such as ObjectEvent.' }),
      action: t.exposeString('action', { nullable: true, description: 'ADD, OBSERVE or DELETE.' }),
      bizStep: t.string({ description: 'What happened.', resolve: ({ bizStep }) => bizStep ?? '' }),
      disposition: t.exposeString('disposition', { nullable: true, description: 'In what state.' }),
      eventTime: t.exposeString('eventTime', { description: 'When, as written in the event.' }),
      location: t.exposeString('location', { nullable: true, description: 'Where.' }),
      event: t.exposeString('report', { description: 'The event as canonical JSON.' }),
    }),
  });

  builder.queryFields((t) => ({
    shipment: t.field({
      type: ShipmentType,
      description: 'One shipment that you may see.',
      args: { id: t.arg.id({ required: true, description: 'Of the shipment.' }) },
      resolve: async (_root, { id }, context) => {
        signedIn(context);
        return found(await storeOf(context).shipment(id));
      },
    }),
    shipments: t.field({
      type: ShipmentConnection,
      description: 'Shipments that you may see, newest first.',
      args: pageArgs,
      resolve: (_root, args, context) => {
        signedIn(context);
        return storeOf(context).shipments(pageOf(args));
      },
    }),
    prepareDelivery: t.field({
      type: Prepared,
      description: 'The EPCIS event that a plain form means, with its hash, ready to be signed.',
      args: {
        shipment: t.arg.id({ required: true, description: 'What was carried.' }),
        bizStep: t.arg.string({ required: true, description: 'Such as shipping or receiving.' }),
        disposition: t.arg.string({ description: 'Such as in_transit or in_progress.' }),
        eventTime: t.arg.string({ required: true, description: 'RFC 3339 with a zone.' }),
        location: t.arg.string({ description: 'A URI of a place, or its name.' }),
      },
      resolve: async (_root, { shipment, ...form }, context) => {
        signedIn(context);
        const row = found(await storeOf(context).shipment(shipment));
        return prepared(
          eventOfForm(row, {
            ...{ bizStep: form.bizStep, eventTime: form.eventTime },
            ...{ disposition: form.disposition ?? null, location: form.location ?? null },
          }),
        );
      },
    }),
  }));

  actMutation('assignShipment', {
    kind: 'shipment.assign',
    description: 'Seller or buyer names the carrier of the goods.',
    field: 'shipment',
    type: ShipmentType,
    load: (context, id) => storeOf(context).shipment(id),
  });
  actMutation('recordDelivery', {
    kind: 'delivery.record',
    description: 'The carrier reports what happened to the goods, or declares a report wrong.',
    field: 'shipment',
    type: ShipmentType,
    load: (context, id) => storeOf(context).shipment(id),
  });

  const nodes: readonly NodeLoader[] = [
    { prefix: 'shp', type: 'Shipment', load: (context, id) => storeOf(context).shipment(id) },
    { prefix: 'evt', type: 'DeliveryEvent', load: (context, id) => storeOf(context).event(id) },
  ];

  /** The shipments of an invoice, for the slice of invoices, which stands to the right of this one. */
  function addShipments<T extends { readonly id: string }>(type: ObjectRef<Types, T>): void {
    builder.objectField(type, 'shipments', (t) =>
      t.field({
        type: [ShipmentType],
        description: 'Its goods on their way, as far as you may see them.',
        resolve: ({ id }, _args, context) => storeOf(context).shipmentsOf(id),
      }),
    );
  }

  return { ShipmentType, DeliveryEventType, nodes, addShipments };
}

/** What a carrier has yet to deliver. */
export async function workItems({ see }: Context, viewer: Viewer): Promise<readonly WorkItem[]> {
  const shipments = await shipmentStore(see).underWay(viewer.party);
  return Promise.all(
    shipments.map(async ({ id, reference, seller }) => ({
      ...{ id: `record-delivery:${id}`, action: 'record-delivery', subjectId: id },
      ...{ subjectType: 'Shipment', title: reference },
      counterparty: (await see.row<PartyRow>('party', seller))?.name ?? '',
      ...{ amount: null, deadline: null },
    })),
  );
}

function prepared(text: string): EventFacts {
  const parsed = parseEpcis(text);
  const [facts] = parsed.kind === 'events' ? parsed.events : [];
  if (facts !== undefined) return facts;
  const [problem] = parsed.kind === 'problems' ? parsed.problems : [];
  throw new Fault('BAD_INPUT', problem?.message ?? 'This is no event.', {
    path: problem?.path ?? '',
    seen: problem?.seen ?? '',
    expected: problem?.expected ?? '',
  });
}
