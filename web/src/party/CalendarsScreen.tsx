/** The holidays that were published, year by year. */
import { useSuspenseQuery } from '@apollo/client/react';
import type { TermsOnOfferQuery } from '../lib/graphql/graphql.ts';
import { useTexts } from '../lib/texts.ts';
import { mandateFor, useViewer } from '../lib/viewer.ts';
import { ActionLink } from '../ui/ActionLink.tsx';
import { type Column, DataTable } from '../ui/DataTable.tsx';
import { Empty } from '../ui/Empty.tsx';
import { Screen } from '../ui/Screen.tsx';
import { programmeTexts } from './programme-texts.ts';
import { TermsOnOfferDocument } from './queries.ts';

type Year = TermsOnOfferQuery['calendars'][number] & { readonly id: string };

export function CalendarsScreen() {
  const add = useTexts(programmeTexts);
  const viewer = useViewer();
  const { data } = useSuspenseQuery(TermsOnOfferDocument, { fetchPolicy: 'cache-and-network' });
  const columns = useColumns();
  const isOperator = viewer.party.roles.some((role) => role === 'OPERATOR' || role === 'GOVERNOR');
  const mayPublish = isOperator && mandateFor(viewer, 'party.admin') !== undefined;
  return (
    <Screen
      title={add('calendarsTitle')}
      lead={add('calendarsLead')}
      actions={mayPublish && <ActionLink to="/calendars/publish">{add('publish')}</ActionLink>}
    >
      {data.calendars.length === 0 ? (
        <Empty title={add('noCalendars')} />
      ) : (
        <DataTable
          caption={add('calendarsTitle')}
          columns={columns}
          rows={data.calendars.map((year) => ({ ...year, id: `${year.calendar}:${year.year}` }))}
        />
      )}
    </Screen>
  );
}

function useColumns(): readonly Column<Year>[] {
  const add = useTexts(programmeTexts);
  return [
    {
      id: 'calendar',
      title: add('calendar'),
      cell: (row) => `${row.calendar} ${row.year}`,
      card: 'title',
    },
    {
      id: 'closed',
      title: add('closed'),
      cell: (row) => spans(row.closed).join(', '),
      card: 'line',
    },
    {
      id: 'open',
      title: add('worked'),
      cell: (row) => spans(row.open).join(', '),
      card: 'line',
    },
    { id: 'source', title: add('source'), cell: (row) => row.source, card: 'line' },
  ];
}

const dayMs = 86_400_000;

/** Days in a row as one span, without the year: '10-01 – 10-07'. */
function spans(days: readonly string[]): readonly string[] {
  const runs: { first: string; last: string }[] = [];
  for (const day of days) {
    const run = runs.at(-1);
    if (run !== undefined && Date.parse(day) - Date.parse(run.last) === dayMs) run.last = day;
    else runs.push({ first: day, last: day });
  }
  return runs.map(({ first, last }) =>
    first === last ? first.slice(5) : `${first.slice(5)} – ${last.slice(5)}`,
  );
}
