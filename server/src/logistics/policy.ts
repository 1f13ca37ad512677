/**
 * Who may do what with a shipment. Pure.
 *
 * Seller and buyer of the invoice see it and may name the carrier; only that carrier may report. A
 * carrier of another shipment has no business with this one: for it there is no such thing.
 */
import type { Goods, ShipmentRow } from './model.ts';

export type Relation = 'carrier' | 'trader' | 'none';

/** How a party stands to a shipment. */
export function relationTo(
  shipment: Pick<ShipmentRow, 'seller' | 'buyer' | 'carrier'>,
  party: string,
): Relation {
  if (party === shipment.carrier) return 'carrier';
  return party === shipment.seller || party === shipment.buyer ? 'trader' : 'none';
}

/** Seller and buyer may name the carrier of an invoice's goods. */
export function mayAssign(goods: Goods, party: string): boolean {
  return party === goods.seller || party === goods.buyer;
}
