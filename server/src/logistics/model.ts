/**
 * The words of carriage: a shipment, and the events that its carrier reports (EPCIS 2.0).
 *
 * A shipment hangs on an invoice and names one carrier. An event is never changed and never deleted:
 * an error declaration is written beside it, and from then on it no longer counts.
 */

export type ShipmentRow = {
  readonly id: string;
  readonly version: number;
  readonly invoice: string;
  readonly programme: string;
  readonly seller: string;
  readonly buyer: string;
  readonly carrier: string;
  /** The number on the transport order; what the carrier knows the goods by. */
  readonly reference: string;
  /** True while an uncorrected event says that the goods left. */
  readonly shipped: boolean;
  /** True while an uncorrected event says that the goods arrived. */
  readonly received: boolean;
  readonly createdMs: bigint;
};

export type DeliveryEventRow = {
  readonly id: string;
  readonly version: number;
  readonly shipment: string;
  /** Who recorded it; an event id is unique for one carrier. */
  readonly carrier: string;
  /** The event's own URI; its CBV hash where it came without one. */
  readonly eventId: string;
  /** SHA-256 of the canonical text of CBV 2.0; the error declaration is not part of it. */
  readonly eventHash: Uint8Array;
  readonly eventType: EventType;
  readonly action: string | null;
  /** A word of the CBV, or the URI of another vocabulary. */
  readonly bizStep: string;
  readonly disposition: string | null;
  /** RFC 3339, as reported. */
  readonly eventTime: string;
  readonly location: string | null;
  /** The event as canonical JSON with its context. */
  readonly event: string;
  /** The declaration as canonical JSON; null while the event stands. */
  readonly errorDeclaration: string | null;
  readonly correctiveEventIds: readonly string[];
  readonly createdMs: bigint;
};

export const eventTypes = [
  'ObjectEvent',
  'AggregationEvent',
  'TransactionEvent',
  'TransformationEvent',
  'AssociationEvent',
] as const;
export type EventType = (typeof eventTypes)[number];

/** What this slice must know of an invoice, whose slice stands to the right of it. */
export type Goods = {
  readonly programme: string;
  readonly seller: string;
  readonly buyer: string;
};

/** What an event says, read from its JSON and nowhere else. */
export type EventFacts = {
  readonly eventId: string;
  readonly eventHash: Uint8Array;
  readonly eventType: EventType;
  readonly action: string | null;
  /** Null where the event names none; such an event cannot be recorded. */
  readonly bizStep: string | null;
  readonly disposition: string | null;
  readonly eventTime: string;
  /** Milliseconds since 1970. */
  readonly eventTimeMs: bigint;
  readonly location: string | null;
  /** Canonical JSON without the error declaration. */
  readonly event: string;
  /** Canonical JSON of the whole report, as its carrier signs it. */
  readonly report: string;
  readonly errorDeclaration: string | null;
  readonly correctiveEventIds: readonly string[];
  /** The business transactions that it names: orders, despatch advices, invoices. */
  readonly references: readonly string[];
};

/** The steps that say the goods left, and that they arrived (CBV 2.0 §7.1). */
export const shippedSteps: ReadonlySet<string> = new Set(['shipping', 'departing']);
export const receivedSteps: ReadonlySet<string> = new Set(['receiving']);

/** The limits of this slice. */
export const logisticsLimits = {
  /** Characters of a transport reference. */
  referenceCharactersMax: 100,
  /** Characters of an event id or a location. */
  uriCharactersMax: 500,
  /** Characters of an event's canonical JSON: it stands in one text field of the act. */
  eventCharactersMax: 60_000,
  /** Octets of a captured document. */
  captureBytesMax: 1_048_576,
  /** Events of a captured document. */
  captureEventsMax: 200,
  /** Containers within containers of a captured document. */
  jsonDepthMax: 32,
  /** Milliseconds by which a carrier's clock may be ahead of ours. */
  clockAheadMaxMs: 120_000n,
  /** Shipments of one invoice. */
  shipmentsMax: 50,
} as const;
