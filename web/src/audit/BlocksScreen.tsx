/** The network's blocks as they become final; one opens beside the list, and an act is found by its hash. */
import { useSuspenseQuery } from '@apollo/client/react';
import { formatMoment } from '../lib/format-date.ts';
import type { BlocksQuery } from '../lib/graphql/graphql.ts';
import { moreOf, nodesOf } from '../lib/pages.ts';
import { useLanguage, useTexts } from '../lib/texts.ts';
import type { Column } from '../ui/DataTable.tsx';
import { MomentText } from '../ui/DateText.tsx';
import { Empty } from '../ui/Empty.tsx';
import { ListDetail, type ListState } from '../ui/ListDetail.tsx';
import { ListTable } from '../ui/ListTable.tsx';
import { Screen } from '../ui/Screen.tsx';
import { BlockState } from './BlockState.tsx';
import { explorerTexts } from './explorer-texts.ts';
import { FindInLog } from './FindInLog.tsx';
import { NetworkTabs } from './NetworkTabs.tsx';
import { BlocksDocument } from './queries.ts';
import { Stale } from './Stale.tsx';
import { useWatched } from './use-watched.ts';

type Row = BlocksQuery['blocks']['edges'][number]['node'] & { readonly id: string };

/** Blocks are read whole by the server, and one looks at the newest. */
const blocksOnPage = 20;

export function BlocksScreen() {
  return <ListDetail>{(state) => <BlockList {...state} />}</ListDetail>;
}

function BlockList(state: ListState) {
  const say = useTexts(explorerTexts);
  const variables = { first: blocksOnPage };
  const { data, fetchMore } = useSuspenseQuery(BlocksDocument, {
    variables,
    fetchPolicy: 'cache-and-network',
  });
  const { error } = useWatched(BlocksDocument, variables);
  const rows = nodesOf(data.blocks).map((block) => ({ ...block, id: `${block.height}` }));
  const columns = useColumns();

  return (
    <Screen title={say('blocksTitle')} lead={state.narrow ? undefined : say('blocksLead')}>
      <NetworkTabs />
      <Stale error={error} />
      <FindInLog newest={rows[0]?.height ?? 0} />
      <ListTable
        {...state}
        place="/network/blocks"
        empty={<Empty title={say('blocksEmpty')}>{say('blocksEmptyText')}</Empty>}
        caption={say('blocksCaption')}
        columns={columns}
        rows={rows}
        follows={state.selectedId === undefined}
        onMore={moreOf(data.blocks, fetchMore)}
        exportName="blocks"
      />
    </Screen>
  );
}

function useColumns(): readonly Column<Row>[] {
  const say = useTexts(explorerTexts);
  const language = useLanguage();
  return [
    {
      id: 'height',
      title: say('height'),
      cell: (row) => <span className="figures">{say('block', { height: row.height })}</span>,
      text: (row) => `${row.height}`,
      card: 'title',
    },
    {
      id: 'time',
      title: say('time'),
      cell: (row) => <MomentText moment={row.at} seconds />,
      text: (row) => formatMoment(row.at, language, true),
      card: 'line',
    },
    {
      id: 'epoch',
      title: say('epoch'),
      align: 'right',
      extra: true,
      cell: (row) => <span className="figures">{row.epoch}</span>,
      text: (row) => row.epoch,
      card: 'line',
    },
    {
      id: 'entries',
      title: say('entries'),
      align: 'right',
      cell: (row) => <span className="figures">{row.entryCount}</span>,
      text: (row) => `${row.entryCount}`,
      card: 'line',
    },
    {
      id: 'root',
      title: say('root'),
      extra: true,
      cell: (row) => <span className="mono dim">{row.root.slice(0, 8)}…</span>,
      text: (row) => row.root,
    },
    {
      id: 'state',
      title: say('state'),
      cell: (row) => <BlockState {...row} />,
      text: (row) => `${row.refusedCount}`,
      card: 'state',
    },
  ];
}
