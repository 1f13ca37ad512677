/** Where the goods are, in a word. */
import { useTexts } from '../lib/texts.ts';
import { StateTag } from '../ui/StateTag.tsx';
import { shipmentTexts } from './texts.ts';

export function ShipmentState({
  shipment,
}: {
  readonly shipment: { readonly shipped: boolean; readonly received: boolean };
}) {
  const say = useTexts(shipmentTexts);
  if (shipment.received) {
    return <StateTag tone="good">{say('received')}</StateTag>;
  }
  return shipment.shipped ? (
    <StateTag tone="accent">{say('shipped')}</StateTag>
  ) : (
    <StateTag tone="quiet">{say('waiting')}</StateTag>
  );
}
