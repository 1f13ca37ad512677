/**
 * A plain form becomes an EPCIS 2.0 event, so that a browser signs the same kind of thing as a
 * carrier's own system. Pure.
 */
import { canonicalJson, placeName } from './epcis.ts';
import type { JsonObject } from './event-hash.ts';
import type { ShipmentRow } from './model.ts';

export type DeliveryForm = {
  /** A word of the CBV, such as shipping or receiving. */
  readonly bizStep: string;
  readonly disposition: string | null;
  /** RFC 3339 with a zone. */
  readonly eventTime: string;
  /** A URI of a place, or its name. */
  readonly location: string | null;
};

const context = [
  'https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld',
  { tallystick: 'https://tallystick.example/epcis/' },
] as const;

/** The event that the form means, as canonical JSON. The same form gives the same event, and so the same id. */
export function eventOfForm(
  shipment: Pick<ShipmentRow, 'id' | 'reference'>,
  form: DeliveryForm,
): string {
  const place = form.location?.trim() ?? '';
  const event: JsonObject = {
    '@context': context,
    type: 'ObjectEvent',
    action: 'OBSERVE',
    bizStep: form.bizStep,
    ...(form.disposition === null ? {} : { disposition: form.disposition }),
    epcList: [`urn:tallystick:shipment:${shipment.id}`],
    eventTime: form.eventTime,
    eventTimeZoneOffset: offsetOf(form.eventTime),
    bizTransactionList: [
      {
        type: 'bol',
        bizTransaction: `urn:tallystick:transport:${encodeURIComponent(shipment.reference)}`,
      },
    ],
    ...(place === '' ? {} : isUri(place) ? { readPoint: { id: place } } : { [placeName]: place }),
  };
  return canonicalJson(event).normalize('NFC');
}

function offsetOf(eventTime: string): string {
  return /[+-]\d{2}:\d{2}$/.exec(eventTime)?.[0] ?? '+00:00';
}

function isUri(text: string): boolean {
  return /^(?:urn|https?|geo):\S+$/.test(text);
}
