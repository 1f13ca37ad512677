/** Certificates that the viewer holds, passed on or owes; one opens beside the list. */
import { useSuspenseQuery } from '@apollo/client/react';
import { useSearchParams } from 'react-router';
import type { CertificateRowFragment } from '../lib/graphql/graphql.ts';
import { moreOf, nodesOf, pageSize } from '../lib/pages.ts';
import { useTexts } from '../lib/texts.ts';
import { Chips } from '../ui/Chips.tsx';
import type { Column } from '../ui/DataTable.tsx';
import { DayText } from '../ui/DateText.tsx';
import { Empty } from '../ui/Empty.tsx';
import { ListDetail, type ListState } from '../ui/ListDetail.tsx';
import { ListTable, proofColumn } from '../ui/ListTable.tsx';
import { MoneyText } from '../ui/MoneyText.tsx';
import { Screen } from '../ui/Screen.tsx';
import { StateTag } from '../ui/StateTag.tsx';
import { CertificatesDocument } from './queries.ts';
import { groups, isGroup, tones } from './states.ts';
import { certificateTexts } from './texts.ts';

export function CertificatesScreen() {
  return <ListDetail>{(state) => <CertificateList {...state} />}</ListDetail>;
}

function CertificateList(state: ListState) {
  const say = useTexts(certificateTexts);
  const [search] = useSearchParams();
  const group = search.get('show');
  const filter = isGroup(group) ? { states: [...groups[group]] } : {};
  const { data, fetchMore } = useSuspenseQuery(CertificatesDocument, {
    variables: { first: pageSize, filter },
    fetchPolicy: 'cache-and-network',
  });
  const rows = nodesOf(data.certificates);
  const columns = useColumns();

  return (
    <Screen title={say('title')} lead={state.narrow ? undefined : say('lead')}>
      <Chips
        label={say('filter')}
        name="show"
        chips={[
          { value: 'all', label: say('all') },
          { value: 'live', label: say('live') },
          { value: 'funded', label: say('funded') },
          { value: 'ended', label: say('ended') },
        ]}
      />
      <ListTable
        {...state}
        place="/certificates"
        empty={<Empty title={say('emptyTitle')}>{say('emptyText')}</Empty>}
        caption={say('caption')}
        columns={columns}
        rows={rows}
        onMore={moreOf(data.certificates, fetchMore)}
        exportName="certificates"
      />
    </Screen>
  );
}

function useColumns(): readonly Column<CertificateRowFragment>[] {
  const say = useTexts(certificateTexts);
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
      id: 'issuer',
      title: say('issuer'),
      cell: (row) => row.issuer.name,
      text: (row) => row.issuer.name,
      card: 'line',
    },
    {
      id: 'holder',
      title: say('holder'),
      extra: true,
      cell: (row) => row.holder.name,
      text: (row) => row.holder.name,
      card: 'line',
    },
    {
      id: 'maturity',
      title: say('maturity'),
      cell: (row) => <DayText day={row.maturity} short />,
      text: (row) => row.maturity,
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
