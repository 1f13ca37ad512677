/** All disputes that concern the viewer, and where each stands. */
import { useSuspenseQuery } from '@apollo/client/react';
import { useSearchParams } from 'react-router';
import type { DisputePartsFragment, DisputeState } from '../lib/graphql/graphql.ts';
import { moreOf, nodesOf, pageSize } from '../lib/pages.ts';
import { useTexts } from '../lib/texts.ts';
import { Chips } from '../ui/Chips.tsx';
import { type Column, DataTable } from '../ui/DataTable.tsx';
import { DayText } from '../ui/DateText.tsx';
import { Empty } from '../ui/Empty.tsx';
import { proofColumn } from '../ui/ListTable.tsx';
import { MoneyText } from '../ui/MoneyText.tsx';
import { Screen } from '../ui/Screen.tsx';
import { StateTag } from '../ui/StateTag.tsx';
import { DisputesDocument } from './credit-queries.ts';
import { creditTexts } from './credit-texts.ts';
import { DisputeTabs } from './DisputeTabs.tsx';
import { tones } from './states.ts';
import { disputeTexts } from './texts.ts';

const shown: Readonly<Record<string, readonly DisputeState[]>> = {
  open: ['RAISED', 'EVIDENCE', 'REJECTED'],
  ended: ['ACCEPTED', 'SETTLED', 'CLOSED'],
};

export function DisputesScreen() {
  const say = useTexts(creditTexts);
  const [search] = useSearchParams();
  const states = shown[search.get('show') ?? ''];
  const { data, fetchMore } = useSuspenseQuery(DisputesDocument, {
    variables: { first: pageSize, ...(states === undefined ? {} : { states: [...states] }) },
    fetchPolicy: 'cache-and-network',
  });
  const rows = nodesOf(data.disputes);
  const columns = useColumns();
  return (
    <Screen title={say('disputes')} lead={say('disputesLead')}>
      <DisputeTabs />
      <Chips
        label={say('show')}
        name="show"
        chips={[
          { value: 'all', label: say('all') },
          { value: 'open', label: say('open') },
          { value: 'ended', label: say('ended') },
        ]}
      />
      {rows.length === 0 ? (
        <Empty title={say('disputesEmpty')}>{say('disputesEmptyText')}</Empty>
      ) : (
        <DataTable
          caption={say('disputes')}
          columns={columns}
          rows={rows}
          href={({ id }) => `/disputes/${id}`}
          onMore={moreOf(data.disputes, fetchMore)}
          exportName="disputes"
        />
      )}
    </Screen>
  );
}

function useColumns(): readonly Column<DisputePartsFragment>[] {
  const say = useTexts(disputeTexts);
  return [
    {
      id: 'invoice',
      title: say('invoice'),
      cell: (row) => row.invoice?.number ?? '',
      text: (row) => row.invoice?.number ?? '',
      card: 'title',
    },
    {
      id: 'why',
      title: say('why'),
      cell: (row) => say(row.reasonCode),
      text: (row) => say(row.reasonCode),
      card: 'line',
    },
    {
      id: 'raised',
      title: say('raised'),
      cell: (row) => <DayText day={row.raisedOn} short />,
      text: (row) => row.raisedOn,
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
      id: 'state',
      title: say('state'),
      cell: (row) => <StateTag tone={tones[row.state]}>{say(row.state)}</StateTag>,
      text: (row) => say(row.state),
      card: 'state',
    },
    proofColumn(),
  ];
}
