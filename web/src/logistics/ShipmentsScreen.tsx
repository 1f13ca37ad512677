/** Shipments that concern the viewer; one opens beside the list. */
import { useSuspenseQuery } from '@apollo/client/react';
import type { ShipmentRowFragment } from '../lib/graphql/graphql.ts';
import { moreOf, nodesOf, pageSize } from '../lib/pages.ts';
import { useTexts } from '../lib/texts.ts';
import { useViewer } from '../lib/viewer.ts';
import type { Column } from '../ui/DataTable.tsx';
import { MomentText } from '../ui/DateText.tsx';
import { Empty } from '../ui/Empty.tsx';
import { ListDetail, type ListState } from '../ui/ListDetail.tsx';
import { ListTable, proofColumn } from '../ui/ListTable.tsx';
import { Screen } from '../ui/Screen.tsx';
import { ShipmentsDocument } from './queries.ts';
import { ShipmentState } from './ShipmentState.tsx';
import { shipmentTexts } from './texts.ts';

export function ShipmentsScreen() {
  return <ListDetail>{(state) => <ShipmentList {...state} />}</ListDetail>;
}

function ShipmentList(state: ListState) {
  const say = useTexts(shipmentTexts);
  const viewer = useViewer();
  const { data, fetchMore } = useSuspenseQuery(ShipmentsDocument, {
    variables: { first: pageSize },
    fetchPolicy: 'cache-and-network',
  });
  const rows = nodesOf(data.shipments);
  const columns = useColumns();
  const isCarrier = viewer.party.roles.includes('CARRIER');

  return (
    <Screen title={say('title')} lead={state.narrow ? undefined : say('lead')}>
      <ListTable
        {...state}
        place="/shipments"
        empty={
          <Empty title={say('emptyTitle')}>{say(isCarrier ? 'emptyCarrier' : 'emptyOther')}</Empty>
        }
        caption={say('caption')}
        columns={columns}
        rows={rows}
        onMore={moreOf(data.shipments, fetchMore)}
      />
    </Screen>
  );
}

function useColumns(): readonly Column<ShipmentRowFragment>[] {
  const say = useTexts(shipmentTexts);
  return [
    { id: 'reference', title: say('reference'), cell: (row) => row.reference, card: 'title' },
    { id: 'carrier', title: say('carrier'), cell: (row) => row.carrier.name, card: 'line' },
    {
      id: 'created',
      title: say('created'),
      extra: true,
      cell: (row) => <MomentText moment={row.createdAt} />,
      card: 'line',
    },
    {
      id: 'state',
      title: say('state'),
      cell: (row) => <ShipmentState shipment={row} />,
      card: 'state',
    },
    proofColumn(),
  ];
}
