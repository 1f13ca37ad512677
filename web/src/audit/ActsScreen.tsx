/** Everything that was signed and that the viewer may read; one act opens beside the list with its proof. */
import { useSuspenseQuery } from '@apollo/client/react';
import { Select } from '@mantine/core';
import { useSearchParams } from 'react-router';
import { kindNames } from '../../../chain/src/act/kinds.ts';
import { formatMoment } from '../lib/format-date.ts';
import type { ActPartsFragment } from '../lib/graphql/graphql.ts';
import { moreOf, nodesOf, pageSize } from '../lib/pages.ts';
import { useLanguage, useTexts } from '../lib/texts.ts';
import { ActionLink } from '../ui/ActionLink.tsx';
import { useActWords } from '../ui/act-words.ts';
import type { Column } from '../ui/DataTable.tsx';
import { MomentText } from '../ui/DateText.tsx';
import { Empty } from '../ui/Empty.tsx';
import { ListDetail, type ListState } from '../ui/ListDetail.tsx';
import { ListTable } from '../ui/ListTable.tsx';
import { ProofStatus } from '../ui/Proof.tsx';
import { Screen } from '../ui/Screen.tsx';
import { ActsDocument } from './queries.ts';
import { auditTexts } from './texts.ts';

export function ActsScreen() {
  return <ListDetail>{(state) => <ActList {...state} />}</ListDetail>;
}

function ActList(state: ListState) {
  const say = useTexts(auditTexts);
  const words = useActWords();
  const [search, setSearch] = useSearchParams();
  const kind = search.get('kind');
  const { data, fetchMore } = useSuspenseQuery(ActsDocument, {
    variables: { first: pageSize, ...(kind === null ? {} : { kind }) },
    fetchPolicy: 'cache-and-network',
  });
  const rows = nodesOf(data.acts);
  const columns = useColumns();

  return (
    <Screen
      title={say('title')}
      lead={state.narrow ? undefined : say('lead')}
      actions={
        state.narrow ? undefined : (
          <ActionLink to="/verify" quiet>
            {say('verifyFile')}
          </ActionLink>
        )
      }
    >
      <Select
        aria-label={say('filterKind')}
        placeholder={say('allKinds')}
        data={kindNames.map((name) => ({ value: name, label: words.kind(name) }))}
        value={kind}
        onChange={(value) => setSearch(value === null ? {} : { kind: value }, { replace: true })}
        searchable
        clearable
        maw={320}
      />
      <ListTable
        {...state}
        place="/acts"
        empty={<Empty title={say('emptyTitle')}>{say('emptyText')}</Empty>}
        caption={say('caption')}
        columns={columns}
        rows={rows}
        onMore={moreOf(data.acts, fetchMore)}
        exportName="acts"
      />
    </Screen>
  );
}

function useColumns(): readonly Column<ActPartsFragment>[] {
  const say = useTexts(auditTexts);
  const language = useLanguage();
  const words = useActWords();
  return [
    {
      id: 'kind',
      title: say('kind'),
      cell: (row) => words.kind(row.kind),
      text: (row) => row.kind,
      card: 'title',
    },
    {
      id: 'organisation',
      title: say('organisation'),
      cell: (row) => row.signer.partyName,
      text: (row) => row.signer.partyName,
      card: 'line',
    },
    {
      id: 'who',
      title: say('who'),
      extra: true,
      cell: (row) => row.signer.personName ?? say(row.signer.custody),
      text: (row) => row.signer.personName ?? '',
      card: 'line',
    },
    {
      id: 'key',
      title: say('key'),
      extra: true,
      cell: (row) => <span className="dim">{say(row.signer.custody)}</span>,
      text: (row) => row.signer.custody,
    },
    {
      id: 'when',
      title: say('when'),
      cell: (row) => <MomentText moment={row.at} />,
      text: (row) => formatMoment(row.at, language),
      card: 'line',
    },
    {
      id: 'state',
      title: say('state'),
      cell: (row) => <ProofStatus anchor={row.anchor} />,
      text: (row) => row.anchor.status,
      card: 'state',
    },
  ];
}
