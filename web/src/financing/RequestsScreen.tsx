/** Financing requests: the holder's own, or those that a bank may quote on. */
import { useSuspenseQuery } from '@apollo/client/react';
import { useSearchParams } from 'react-router';
import type { RequestRowFragment } from '../lib/graphql/graphql.ts';
import { moreOf, nodesOf, pageSize } from '../lib/pages.ts';
import { useTexts } from '../lib/texts.ts';
import { useViewer } from '../lib/viewer.ts';
import { Chips } from '../ui/Chips.tsx';
import type { Column } from '../ui/DataTable.tsx';
import { DayText, MomentText } from '../ui/DateText.tsx';
import { Empty } from '../ui/Empty.tsx';
import { ListDetail, type ListState } from '../ui/ListDetail.tsx';
import { ListTable, proofColumn } from '../ui/ListTable.tsx';
import { MoneyText } from '../ui/MoneyText.tsx';
import { Screen } from '../ui/Screen.tsx';
import { StateTag } from '../ui/StateTag.tsx';
import { RequestsDocument } from './queries.ts';
import { groups, isGroup, tones } from './states.ts';
import { financingTexts } from './texts.ts';

export function RequestsScreen() {
  return <ListDetail>{(state) => <RequestList {...state} />}</ListDetail>;
}

function RequestList(state: ListState) {
  const say = useTexts(financingTexts);
  const viewer = useViewer();
  const isBank = viewer.party.roles.includes('BANK');
  const [search] = useSearchParams();
  const group = search.get('show');
  const filter = isGroup(group) ? { states: [...groups[group]] } : {};
  const { data, fetchMore } = useSuspenseQuery(RequestsDocument, {
    variables: { first: pageSize, filter },
    fetchPolicy: 'cache-and-network',
  });
  const rows = nodesOf(data.financeRequests);
  const columns = useColumns();

  return (
    <Screen
      title={say('title')}
      lead={state.narrow ? undefined : say(isBank ? 'leadBank' : 'leadHolder')}
    >
      <Chips
        label={say('filter')}
        name="show"
        chips={[
          { value: 'all', label: say('all') },
          { value: 'open', label: say('openOnes') },
          { value: 'running', label: say('running') },
          { value: 'funded', label: say('funded') },
          { value: 'ended', label: say('ended') },
        ]}
      />
      <ListTable
        {...state}
        place="/financing"
        empty={<Empty title={say('emptyTitle')}>{say(isBank ? 'emptyBank' : 'emptyHolder')}</Empty>}
        caption={say('caption')}
        columns={columns}
        rows={rows}
        onMore={moreOf(data.financeRequests, fetchMore)}
        exportName="financing"
      />
    </Screen>
  );
}

function useColumns(): readonly Column<RequestRowFragment>[] {
  const say = useTexts(financingTexts);
  return [
    {
      id: 'face',
      title: say('face'),
      align: 'right',
      cell: (row) => <MoneyText money={row.face} />,
      text: (row) => row.face.amount,
      card: 'title',
    },
    {
      id: 'holder',
      title: say('holder'),
      cell: (row) => row.holder.name,
      text: (row) => row.holder.name,
      card: 'line',
    },
    {
      id: 'maturity',
      title: say('maturity'),
      extra: true,
      cell: (row) => <DayText day={row.maturity} short />,
      text: (row) => row.maturity,
      card: 'line',
    },
    {
      id: 'closes',
      title: say('closes'),
      extra: true,
      cell: (row) => <MomentText moment={row.closesAt} />,
      text: (row) => row.closesAt,
      card: 'line',
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
