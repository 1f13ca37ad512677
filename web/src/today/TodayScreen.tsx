/** The first screen of every role: what waits now, oldest deadline first, each with its one next action. */
import { useSuspenseQuery } from '@apollo/client/react';
import { Suspense } from 'react';
import type { TodayQuery, Urgency } from '../lib/graphql/graphql.ts';
import { useKnown, useTexts } from '../lib/texts.ts';
import { mandateFor, useViewer } from '../lib/viewer.ts';
import { ActionLink } from '../ui/ActionLink.tsx';
import { type Column, DataTable } from '../ui/DataTable.tsx';
import { DayText } from '../ui/DateText.tsx';
import { Empty } from '../ui/Empty.tsx';
import { MoneyText } from '../ui/MoneyText.tsx';
import { Screen } from '../ui/Screen.tsx';
import { StateTag, type Tone } from '../ui/StateTag.tsx';
import { Figures } from './Figures.tsx';
import { TodayDocument } from './queries.ts';
import { todayTexts } from './texts.ts';
import { screenFor } from './work.ts';

type Item = TodayQuery['today'][number];

const tones: Readonly<Record<Urgency, Tone>> = {
  OVERDUE: 'bad',
  TODAY: 'warn',
  SOON: 'accent',
  LATER: 'quiet',
};

export function TodayScreen() {
  const say = useTexts(todayTexts);
  const viewer = useViewer();
  const { data } = useSuspenseQuery(TodayDocument, { fetchPolicy: 'cache-and-network' });
  const items = data.today;
  const columns = useColumns();

  return (
    <Screen
      title={say('title')}
      lead={`${say('hello', { name: viewer.person.name })} ${
        items.length === 0 ? '' : say('waiting', { count: items.length })
      }`}
      actions={<FirstSteps />}
    >
      <Suspense fallback={null}>
        <Figures />
      </Suspense>
      {items.length === 0 ? (
        <Empty title={say('nothingTitle')}>{say('nothingText')}</Empty>
      ) : (
        <DataTable caption={say('caption')} columns={columns} rows={items} href={screenFor} />
      )}
    </Screen>
  );
}

/** What the role begins with, when nothing calls. */
function FirstSteps() {
  const say = useTexts(todayTexts);
  const viewer = useViewer();
  const { roles } = viewer.party;
  return (
    <>
      {mandateFor(viewer, 'invoice.submit') !== undefined && (
        <ActionLink to="/invoices/upload">{say('upload')}</ActionLink>
      )}
      {mandateFor(viewer, 'statement.import') !== undefined && (
        <ActionLink to="/payments/import" quiet>
          {say('import')}
        </ActionLink>
      )}
      {roles.some((role) => role === 'AUDITOR' || role === 'GOVERNOR') && (
        <>
          <ActionLink to="/acts">{say('acts')}</ActionLink>
          <ActionLink to="/verify" quiet>
            {say('verify')}
          </ActionLink>
        </>
      )}
    </>
  );
}

function useColumns(): readonly Column<Item>[] {
  const say = useTexts(todayTexts);
  const known = useKnown(todayTexts);
  return [
    {
      id: 'what',
      title: say('what'),
      cell: (item) => known(`what.${item.action}`, { title: item.title }) ?? item.title,
      text: (item) => item.title,
      card: 'title',
    },
    {
      id: 'who',
      title: say('who'),
      cell: (item) => item.counterparty,
      text: (item) => item.counterparty,
      card: 'line',
    },
    {
      id: 'amount',
      title: say('amount'),
      align: 'right',
      cell: (item) =>
        item.amount === null || item.amount === undefined ? null : (
          <MoneyText money={item.amount} />
        ),
      text: (item) => item.amount?.amount ?? '',
      card: 'amount',
    },
    {
      id: 'deadline',
      title: say('deadline'),
      cell: (item) =>
        item.deadline === null || item.deadline === undefined ? null : (
          <span className="row">
            <DayText day={item.deadline} short />
            {(item.urgency === 'OVERDUE' || item.urgency === 'TODAY') && (
              <StateTag tone={tones[item.urgency]}>{say(item.urgency)}</StateTag>
            )}
          </span>
        ),
      text: (item) => item.deadline ?? '',
      card: 'line',
    },
    {
      id: 'action',
      title: say('action'),
      align: 'right',
      cell: (item) => (
        <ActionLink to={screenFor(item)} small>
          {known(`do.${item.action}`) ?? say('open')}
        </ActionLink>
      ),
      card: 'state',
    },
  ];
}
