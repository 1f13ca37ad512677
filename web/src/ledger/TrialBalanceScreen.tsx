/** The trial balance: every account with anything on it; each leads to its lines. */
import { useSuspenseQuery } from '@apollo/client/react';
import type { TrialBalanceQuery } from '../lib/graphql/graphql.ts';
import { useTexts } from '../lib/texts.ts';
import { type Column, DataTable } from '../ui/DataTable.tsx';
import { DayText } from '../ui/DateText.tsx';
import { Empty } from '../ui/Empty.tsx';
import { MoneyText } from '../ui/MoneyText.tsx';
import { Section } from '../ui/Screen.tsx';
import { TrialBalanceDocument } from './queries.ts';
import { Report, type ReportOf, useAccountName } from './Report.tsx';
import { shownBalance } from './spans.ts';
import { ledgerTexts } from './texts.ts';

export function TrialBalanceScreen() {
  const say = useTexts(ledgerTexts);
  return (
    <Report
      lead={say('trialLead')}
      hasSpan={false}
      exportName={({ book, today }) => `trial-balance.csv?on=${today}&book=${book}`}
    >
      {(of) => <TrialBalance {...of} />}
    </Report>
  );
}

type Line = TrialBalanceQuery['trialBalance']['lines'][number] & { readonly id: string };

function TrialBalance({ book, today }: ReportOf) {
  const say = useTexts(ledgerTexts);
  const { trialBalance } = useSuspenseQuery(TrialBalanceDocument, {
    variables: { on: today, book },
    fetchPolicy: 'cache-and-network',
  }).data;
  const columns = useColumns();
  const rows = trialBalance.lines.map((line) => ({
    ...line,
    id: `${line.account.code}&currency=${line.balance.currency}`,
  }));

  if (rows.length === 0) {
    return <Empty title={say('nothingBooked')}>{say('nothingBookedText')}</Empty>;
  }
  return (
    <Section title={say('trial')} actions={<DayText day={trialBalance.on} />}>
      <DataTable
        caption={say('trial')}
        columns={columns}
        rows={rows}
        href={({ id }) => `/reports/account?account=${id}&book=${book}`}
        follows
        totals={
          <span>
            {trialBalance.totals.map(({ debit, credit }) => (
              <span key={debit.currency} className="row">
                {say('debits')} <MoneyText money={debit} /> = {say('credits')}{' '}
                <MoneyText money={credit} />
              </span>
            ))}
          </span>
        }
      />
    </Section>
  );
}

function useColumns(): readonly Column<Line>[] {
  const say = useTexts(ledgerTexts);
  const nameOf = useAccountName();
  return [
    {
      id: 'account',
      title: say('account'),
      cell: ({ account }) => `${account.number} ${nameOf(account)}`,
      card: 'title',
    },
    {
      id: 'type',
      title: say('type'),
      cell: ({ account }) => say(`type.${account.type}`),
      extra: true,
    },
    {
      id: 'debit',
      title: say('debits'),
      align: 'right',
      cell: ({ debit }) => <MoneyText money={debit} tone="dim" />,
      card: 'line',
    },
    {
      id: 'credit',
      title: say('credits'),
      align: 'right',
      cell: ({ credit }) => <MoneyText money={credit} tone="dim" />,
      card: 'line',
    },
    {
      id: 'balance',
      title: say('balance'),
      align: 'right',
      cell: ({ balance, account }) => <MoneyText money={shownBalance(balance, account.type)} />,
      card: 'amount',
    },
  ];
}
