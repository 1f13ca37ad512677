/** The role's figures over the day's work: what its lists come to, and what falls due when. */
import { useSuspenseQuery } from '@apollo/client/react';
import { Link } from 'react-router';
import { useTexts } from '../lib/texts.ts';
import { useViewer } from '../lib/viewer.ts';
import { type Column, DataTable } from '../ui/DataTable.tsx';
import { MoneyText } from '../ui/MoneyText.tsx';
import { Section } from '../ui/Screen.tsx';
import { duesOf, figuresOf } from './figures.ts';
import { DashboardDocument } from './queries.ts';
import { todayTexts } from './texts.ts';
import './Figures.css';

export function Figures() {
  const say = useTexts(todayTexts);
  const { roles } = useViewer().party;
  const { data } = useSuspenseQuery(DashboardDocument, { fetchPolicy: 'cache-and-network' });
  const shown = figuresOf(roles, data.dashboard);
  const columns = useColumns();
  if (shown.length === 0) {
    return null;
  }
  const dues = duesOf(roles, data.dashboard).map((due) => ({
    ...due,
    id: `${due.when} ${due.open.currency}`,
  }));

  return (
    <>
      <ul className="figure-tiles" aria-label={say('figures')}>
        {shown.map(({ name, to, count, money }) => (
          <li key={name}>
            <Link to={to} className="figure">
              <span className="small dim">{say(`figure.${name}`)}</span>
              <span className="figure-count">{count}</span>
              {money.map((each) => (
                <MoneyText key={each.currency} money={each} />
              ))}
            </Link>
          </li>
        ))}
      </ul>
      {dues.length > 0 && (
        <Section title={say('dues')}>
          <DataTable caption={say('dues')} columns={columns} rows={dues} follows />
        </Section>
      )}
    </>
  );
}

type DueRow = ReturnType<typeof duesOf>[number] & { readonly id: string };

function useColumns(): readonly Column<DueRow>[] {
  const say = useTexts(todayTexts);
  return [
    {
      id: 'when',
      title: say('when'),
      cell: ({ when }) => say(`when.${when}`),
      text: ({ when }) => say(`when.${when}`),
      card: 'title',
    },
    {
      id: 'count',
      title: say('count'),
      align: 'right',
      cell: ({ count }) => count,
      text: ({ count }) => String(count),
      card: 'line',
    },
    {
      id: 'open',
      title: say('amount'),
      align: 'right',
      cell: ({ open, when }) => (
        <MoneyText money={open} {...(when === 'OVERDUE' ? { tone: 'bad' as const } : {})} />
      ),
      text: ({ open }) => open.amount,
      card: 'amount',
    },
  ];
}
