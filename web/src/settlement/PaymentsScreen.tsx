/** Payments that are expected or settled; one opens beside the list. */
import { useSuspenseQuery } from '@apollo/client/react';
import { useSearchParams } from 'react-router';
import type { LegRowFragment } from '../lib/graphql/graphql.ts';
import { moreOf, nodesOf, pageSize } from '../lib/pages.ts';
import { useTexts } from '../lib/texts.ts';
import { mandateFor, useViewer } from '../lib/viewer.ts';
import { ActionLink } from '../ui/ActionLink.tsx';
import { Chips } from '../ui/Chips.tsx';
import type { Column } from '../ui/DataTable.tsx';
import { DayText } from '../ui/DateText.tsx';
import { Empty } from '../ui/Empty.tsx';
import { ListDetail, type ListState } from '../ui/ListDetail.tsx';
import { ListTable, proofColumn } from '../ui/ListTable.tsx';
import { MoneyText } from '../ui/MoneyText.tsx';
import { Screen } from '../ui/Screen.tsx';
import { StateTag } from '../ui/StateTag.tsx';
import { PaymentTabs } from './PaymentTabs.tsx';
import { LegsDocument } from './queries.ts';
import { paymentTexts } from './texts.ts';
import { isLegGroup, legGroups, legTones } from './tones.ts';

export function PaymentsScreen() {
  return <ListDetail>{(state) => <LegList {...state} />}</ListDetail>;
}

function LegList(state: ListState) {
  const say = useTexts(paymentTexts);
  const viewer = useViewer();
  const [search] = useSearchParams();
  const group = search.get('show');
  const filter = isLegGroup(group) ? { states: [...legGroups[group]] } : {};
  const { data, fetchMore } = useSuspenseQuery(LegsDocument, {
    variables: { first: pageSize, filter },
    fetchPolicy: 'cache-and-network',
  });
  const rows = nodesOf(data.legs);
  const columns = useColumns();

  return (
    <Screen
      title={say('title')}
      lead={state.narrow ? undefined : say('lead')}
      actions={
        mandateFor(viewer, 'statement.import') !== undefined && (
          <ActionLink to="/payments/import">{say('import')}</ActionLink>
        )
      }
    >
      <PaymentTabs />
      <Chips
        label={say('filter')}
        name="show"
        chips={[
          { value: 'all', label: say('all') },
          { value: 'open', label: say('open') },
          { value: 'settled', label: say('settled') },
        ]}
      />
      <ListTable
        {...state}
        place="/payments"
        empty={<Empty title={say('emptyTitle')}>{say('emptyText')}</Empty>}
        caption={say('caption')}
        columns={columns}
        rows={rows}
        onMore={moreOf(data.legs, fetchMore)}
        exportName="payments"
      />
    </Screen>
  );
}

function useColumns(): readonly Column<LegRowFragment>[] {
  const say = useTexts(paymentTexts);
  return [
    {
      id: 'kind',
      title: say('kind'),
      cell: (row) => say(row.kind),
      text: (row) => say(row.kind),
      card: 'title',
    },
    {
      id: 'payer',
      title: say('payer'),
      cell: (row) => row.payer.name,
      text: (row) => row.payer.name,
      card: 'line',
    },
    {
      id: 'payee',
      title: say('payee'),
      extra: true,
      cell: (row) => row.payee.name,
      text: (row) => row.payee.name,
      card: 'line',
    },
    {
      id: 'amount',
      title: say('amount'),
      align: 'right',
      cell: (row) => <MoneyText money={row.amount} />,
      text: (row) => row.amount.amount,
      card: 'amount',
    },
    {
      id: 'due',
      title: say('due'),
      extra: true,
      cell: (row) => <DayText day={row.dueDate} short />,
      text: (row) => row.dueDate,
      card: 'line',
    },
    {
      id: 'state',
      title: say('state'),
      cell: (row) => <StateTag tone={legTones[row.state]}>{say(row.state)}</StateTag>,
      text: (row) => say(row.state),
      card: 'state',
    },
    proofColumn(),
  ];
}
