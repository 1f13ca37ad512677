/** Payment files: what goes out to a bank, released by two people; one opens beside the list. */
import { useSuspenseQuery } from '@apollo/client/react';
import { useSearchParams } from 'react-router';
import type { FileRowFragment } from '../lib/graphql/graphql.ts';
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
import { FilesDocument } from './file-queries.ts';
import { fileTexts } from './file-texts.ts';
import { PaymentTabs } from './PaymentTabs.tsx';
import { fileGroups, fileTones, isFileGroup } from './tones.ts';

export function FilesScreen() {
  return <ListDetail>{(state) => <FileList {...state} />}</ListDetail>;
}

function FileList(state: ListState) {
  const say = useTexts(fileTexts);
  const viewer = useViewer();
  const [search] = useSearchParams();
  const group = search.get('show');
  const { data, fetchMore } = useSuspenseQuery(FilesDocument, {
    variables: {
      first: pageSize,
      ...(isFileGroup(group) ? { states: [...fileGroups[group]] } : {}),
    },
    fetchPolicy: 'cache-and-network',
  });
  const columns = useColumns();

  return (
    <Screen
      title={say('title')}
      lead={state.narrow ? undefined : say('lead')}
      actions={
        mandateFor(viewer, 'payment.instruct') !== undefined && (
          <ActionLink to="/payments/files/new">{say('make')}</ActionLink>
        )
      }
    >
      <PaymentTabs />
      <Chips
        label={say('filter')}
        name="show"
        chips={[
          { value: 'all', label: say('all') },
          { value: 'waiting', label: say('waiting') },
          { value: 'over', label: say('over') },
        ]}
      />
      <ListTable
        {...state}
        place="/payments/files"
        empty={<Empty title={say('emptyTitle')}>{say('emptyText')}</Empty>}
        caption={say('caption')}
        columns={columns}
        rows={nodesOf(data.instructions)}
        onMore={moreOf(data.instructions, fetchMore)}
        exportName="payment-files"
      />
    </Screen>
  );
}

function useColumns(): readonly Column<FileRowFragment>[] {
  const say = useTexts(fileTexts);
  return [
    {
      id: 'day',
      title: say('day'),
      cell: (row) => <DayText day={row.executionDate} short />,
      text: (row) => row.executionDate,
      card: 'title',
    },
    {
      id: 'account',
      title: say('account'),
      extra: true,
      cell: (row) => row.identifier,
      text: (row) => row.identifier ?? '',
      card: 'line',
    },
    {
      id: 'count',
      title: say('count'),
      align: 'right',
      cell: (row) => row.paymentCount,
      text: (row) => String(row.paymentCount),
      card: 'line',
    },
    {
      id: 'sum',
      title: say('sum'),
      align: 'right',
      cell: (row) => <MoneyText money={row.controlSum} />,
      text: (row) => row.controlSum.amount,
      card: 'amount',
    },
    {
      id: 'state',
      title: say('state'),
      cell: (row) => <StateTag tone={fileTones[row.state]}>{say(row.state)}</StateTag>,
      text: (row) => say(row.state),
      card: 'state',
    },
    proofColumn(),
  ];
}
