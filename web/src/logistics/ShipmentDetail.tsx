/** One shipment: what the carrier reported, in order, each report with its proof. */
import { useSuspenseQuery } from '@apollo/client/react';
import { Link, useParams } from 'react-router';
import type { ShipmentPartsFragment } from '../lib/graphql/graphql.ts';
import { useKnown, useTexts } from '../lib/texts.ts';
import { mandateFor, useViewer } from '../lib/viewer.ts';
import { ActionLink } from '../ui/ActionLink.tsx';
import { MomentText } from '../ui/DateText.tsx';
import { LifeLine } from '../ui/LifeLine.tsx';
import { Detail } from '../ui/ListDetail.tsx';
import { ProofMark } from '../ui/Proof.tsx';
import { Section } from '../ui/Screen.tsx';
import { ShipmentDocument } from './queries.ts';
import { ShipmentState } from './ShipmentState.tsx';
import { shipmentTexts } from './texts.ts';
import './ShipmentDetail.css';

export function ShipmentDetail() {
  const say = useTexts(shipmentTexts);
  const viewer = useViewer();
  const { id = '' } = useParams();
  const { data } = useSuspenseQuery(ShipmentDocument, {
    variables: { id },
    fetchPolicy: 'cache-and-network',
  });
  const { shipment } = data;
  const mayRecord =
    shipment.carrier.id === viewer.party.id && mandateFor(viewer, 'delivery.record') !== undefined;
  const isTrader = shipment.carrier.id !== viewer.party.id;

  return (
    <Detail
      title={say('shipmentNo', { reference: shipment.reference })}
      back="/shipments"
      state={
        <>
          <ShipmentState shipment={shipment} />
          <ProofMark anchor={shipment.anchor} subjectId={shipment.id} withWord />
        </>
      }
      actions={
        mayRecord ? (
          <ActionLink to={`/shipments/${shipment.id}/record`}>{say('record')}</ActionLink>
        ) : undefined
      }
    >
      <p className="prose">
        {say(shipment.received ? 'sayReceived' : shipment.shipped ? 'sayShipped' : 'sayWaiting', {
          carrier: shipment.carrier.name,
        })}
      </p>
      {isTrader && shipment.invoiceId !== null && shipment.invoiceId !== undefined && (
        <p className="small">
          <Link to={`/invoices/${shipment.invoiceId}`}>{say('invoice')}</Link>
        </p>
      )}
      <Section title={say('timeline')}>
        <Timeline shipment={shipment} />
      </Section>
    </Detail>
  );
}

function Timeline({ shipment }: { readonly shipment: ShipmentPartsFragment }) {
  const say = useTexts(shipmentTexts);
  const known = useKnown(shipmentTexts);
  if (shipment.events.length === 0) {
    return <p className="dim">{say('nothingYet')}</p>;
  }
  return (
    <LifeLine
      label={say('timeline')}
      steps={shipment.events.map((event) => ({
        id: event.id,
        when: 'done',
        title: (
          <span className="row">
            <span className={event.corrected ? 'event-corrected' : undefined}>
              {known(event.bizStep) ?? event.bizStep}
            </span>
            {event.corrected && <span className="small dim">{say('corrected')}</span>}
            {event.disposition !== null && event.disposition !== undefined && (
              <span className="small dim">{known(event.disposition) ?? event.disposition}</span>
            )}
            <ProofMark anchor={event.anchor} subjectId={shipment.id} />
          </span>
        ),
        note: (
          <>
            <MomentText moment={event.eventTime} />
            {event.location !== null &&
              event.location !== undefined &&
              ` ${say('at', { location: event.location })}`}
            <details>
              <summary>{say('raw')}</summary>
              <pre className="mono event-raw">{pretty(event.event)}</pre>
            </details>
          </>
        ),
      }))}
    />
  );
}

function pretty(json: string): string {
  try {
    return JSON.stringify(JSON.parse(json), null, 2);
  } catch {
    return json;
  }
}
