/** Acts on goods: who carries them, and what the carrier reports (EPCIS 2.0). */
import { kind } from '../kind.ts';

export const logisticsKinds = [
  /** The seller names the carrier of an invoice's goods. */
  kind('shipment.assign', { invoice: 'id', carrier: 'id', reference: 'text' }),
  /** One EPCIS event; its CBV 2.0 hash is what is anchored, the event itself stays with its readers. */
  kind('delivery.record', {
    shipment: 'id',
    eventId: 'text',
    eventHash: 'bytes',
    eventType: 'text',
    action: 'text?',
    bizStep: 'text',
    disposition: 'text?',
    eventTime: 'text',
    location: 'text?',
    /** The canonical JSON of the event, as its readers see it. */
    event: 'text',
  }),
] as const;
