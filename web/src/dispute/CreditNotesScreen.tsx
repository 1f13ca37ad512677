/** All credit notes that concern the viewer, and how much of each is applied. */
import { useSuspenseQuery } from '@apollo/client/react';
import { useSearchParams } from 'react-router';
import type { CreditNoteRowFragment, CreditNoteState } from '../lib/graphql/graphql.ts';
import { moreOf, nodesOf, pageSize } from '../lib/pages.ts';
import { useTexts } from '../lib/texts.ts';
import { mandateFor, useViewer } from '../lib/viewer.ts';
import { ActionLink } from '../ui/ActionLink.tsx';
import { Chips } from '../ui/Chips.tsx';
import { type Column, DataTable } from '../ui/DataTable.tsx';
import { DayText } from '../ui/DateText.tsx';
import { Empty } from '../ui/Empty.tsx';
import { proofColumn } from '../ui/ListTable.tsx';
import { MoneyText } from '../ui/MoneyText.tsx';
import { Screen } from '../ui/Screen.tsx';
import { CreditTag } from './CreditTag.tsx';
import { CreditNotesDocument } from './credit-queries.ts';
import { creditTexts } from './credit-texts.ts';
import { DisputeTabs } from './DisputeTabs.tsx';

const shown: Readonly<Record<string, readonly CreditNoteState[]>> = {
  open: ['ISSUED', 'ACKNOWLEDGED'],
  ended: ['APPLIED', 'INVALID'],
};

export function CreditNotesScreen() {
  const say = useTexts(creditTexts);
  const viewer = useViewer();
  const [search] = useSearchParams();
  const states = shown[search.get('show') ?? ''];
  const { data, fetchMore } = useSuspenseQuery(CreditNotesDocument, {
    variables: { first: pageSize, ...(states === undefined ? {} : { states: [...states] }) },
    fetchPolicy: 'cache-and-network',
  });
  const rows = nodesOf(data.creditNotes);
  const columns = useColumns();
  const issue = mandateFor(viewer, 'credit.issue') !== undefined && (
    <ActionLink to="/credit-notes/issue">{say('issue')}</ActionLink>
  );
  return (
    <Screen title={say('notes')} lead={say('notesLead')} actions={issue}>
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
        <Empty title={say('notesEmpty')} action={issue}>
          {say('notesEmptyText')}
        </Empty>
      ) : (
        <DataTable
          caption={say('notes')}
          columns={columns}
          rows={rows}
          href={({ id }) => `/credit-notes/${id}`}
          onMore={moreOf(data.creditNotes, fetchMore)}
          exportName="credit-notes"
        />
      )}
    </Screen>
  );
}

function useColumns(): readonly Column<CreditNoteRowFragment>[] {
  const say = useTexts(creditTexts);
  const viewer = useViewer();
  const isSeller = (row: CreditNoteRowFragment) => row.seller.id === viewer.party.id;
  const other = (row: CreditNoteRowFragment) => (isSeller(row) ? row.buyer.name : row.seller.name);
  return [
    {
      id: 'number',
      title: say('number'),
      cell: (row) => row.number,
      text: (row) => row.number,
      card: 'title',
    },
    {
      id: 'other',
      title: `${say('seller')} / ${say('buyer')}`,
      cell: other,
      text: other,
      card: 'line',
    },
    {
      id: 'invoice',
      title: say('invoice'),
      cell: (row) => row.invoice?.number ?? say('atLarge'),
      text: (row) => row.invoice?.number ?? '',
      card: 'line',
    },
    {
      id: 'issued',
      title: say('issued'),
      cell: (row) => <DayText day={row.issueDate} short />,
      text: (row) => row.issueDate,
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
      id: 'applied',
      title: say('applied'),
      align: 'right',
      cell: (row) => <MoneyText money={row.applied} />,
      text: (row) => row.applied.amount,
    },
    {
      id: 'state',
      title: say('state'),
      cell: (row) => <CreditTag note={row} />,
      text: (row) => say(row.state),
      card: 'state',
    },
    proofColumn(),
  ];
}
