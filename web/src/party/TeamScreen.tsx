/** The people of the viewer's organisation; one opens beside the list. */
import { useSuspenseQuery } from '@apollo/client/react';
import type { PersonPartsFragment } from '../lib/graphql/graphql.ts';
import { useTexts } from '../lib/texts.ts';
import { mandateFor, useViewer } from '../lib/viewer.ts';
import { ActionLink } from '../ui/ActionLink.tsx';
import { useActWords } from '../ui/act-words.ts';
import type { Column } from '../ui/DataTable.tsx';
import { DayText } from '../ui/DateText.tsx';
import { ListDetail, type ListState } from '../ui/ListDetail.tsx';
import { ListTable } from '../ui/ListTable.tsx';
import { Screen } from '../ui/Screen.tsx';
import { StateTag } from '../ui/StateTag.tsx';
import { nextEnd, standingOf } from './mandates.ts';
import { TeamDocument } from './queries.ts';
import { teamTexts } from './team-texts.ts';

export function TeamScreen() {
  return <ListDetail>{(state) => <TeamList {...state} />}</ListDetail>;
}

function TeamList(state: ListState) {
  const say = useTexts(teamTexts);
  const viewer = useViewer();
  const { data } = useSuspenseQuery(TeamDocument, { fetchPolicy: 'cache-and-network' });
  const columns = useColumns();
  return (
    <Screen
      title={say('title')}
      lead={state.narrow ? undefined : say('lead', { party: viewer.party.name })}
      actions={
        mandateFor(viewer, 'party.admin') !== undefined && (
          <ActionLink to="/team/appoint">{say('appoint')}</ActionLink>
        )
      }
    >
      <ListTable
        {...state}
        place="/team"
        empty={null}
        caption={say('title')}
        columns={columns}
        rows={data.viewer?.colleagues ?? []}
      />
    </Screen>
  );
}

function useColumns(): readonly Column<PersonPartsFragment>[] {
  const say = useTexts(teamTexts);
  const words = useActWords();
  const viewer = useViewer();
  const today = viewer.businessDate;
  const actionsOf = ({ mandates }: PersonPartsFragment) => [
    ...new Set(
      mandates
        .filter((each) => standingOf(each, today) === 'VALID')
        .map(({ action }) => words.action(action)),
    ),
  ];
  return [
    {
      id: 'name',
      title: say('name'),
      cell: (row) => (
        <span className="row">
          {row.name}
          {row.id === viewer.person.id && <StateTag tone="accent">{say('you')}</StateTag>}
        </span>
      ),
      card: 'title',
    },
    {
      id: 'role',
      title: say('role'),
      cell: (row) => <span className="nowrap">{words.role(row.role)}</span>,
      card: 'line',
    },
    {
      id: 'may',
      title: say('may'),
      cell: (row) => actionsOf(row).join(', ') || <span className="dim">{say('mayNothing')}</span>,
      extra: true,
      card: 'line',
    },
    {
      id: 'keys',
      title: say('keys'),
      cell: (row) => {
        const count = row.keys.filter(({ revoked }) => !revoked).length;
        return count === 0 ? (
          <StateTag tone="warn">{say('keysNone')}</StateTag>
        ) : (
          say('keysCount', { count })
        );
      },
      card: 'state',
    },
    {
      id: 'ends',
      title: say('ends'),
      cell: (row) => {
        const end = nextEnd(row.mandates, today);
        return end === undefined ? null : <DayText day={end} short />;
      },
      extra: true,
    },
  ];
}
