/** Who owes how much and how late, on whom one depends, how long money is bound and what it costs. */
import { useSuspenseQuery } from '@apollo/client/react';
import { toMinor } from '../lib/format-money.ts';
import type { StandingQuery } from '../lib/graphql/graphql.ts';
import { useTexts } from '../lib/texts.ts';
import { type Column, DataTable } from '../ui/DataTable.tsx';
import { Empty } from '../ui/Empty.tsx';
import { Facts } from '../ui/Facts.tsx';
import { MoneyText } from '../ui/MoneyText.tsx';
import { Section } from '../ui/Screen.tsx';
import { StandingDocument } from './queries.ts';
import { Report, type ReportOf, useAccountName } from './Report.tsx';
import { barsOf, shownBalance } from './spans.ts';
import { ledgerTexts } from './texts.ts';

export function StandingScreen() {
  const say = useTexts(ledgerTexts);
  return (
    <Report lead={say('standingLead')} exportName={({ book }) => `standing.csv?book=${book}`}>
      {(of) => <Standing {...of} />}
    </Report>
  );
}

/** Accounts on which somebody owes somebody: what concentration is about. */
const owing: ReadonlySet<string> = new Set(['ASSET', 'LIABILITY']);

function Standing({ book, from, to }: ReportOf) {
  const say = useTexts(ledgerTexts);
  const { data } = useSuspenseQuery(StandingDocument, {
    variables: { book, from, to },
    fetchPolicy: 'cache-and-network',
  });
  const ages = useAges();
  const shares = useShares();
  const bars = barsOf(data.ageing.map(({ balance }) => toMinor(balance)));
  const aged = data.ageing.map((row, order) => ({
    ...row,
    id: `${row.account.code} ${row.bucket} ${row.balance.currency}`,
    bar: bars[order] ?? 0,
  }));
  const balances = data.counterpartyBalances
    .filter(({ account }) => owing.has(account.type))
    .map((row) => ({ ...row, id: `${row.account.code} ${row.name} ${row.balance.currency}` }));

  return (
    <>
      <Section title={say('ageing')}>
        {aged.length === 0 ? (
          <Empty title={say('nothingOwed')} />
        ) : (
          <DataTable caption={say('ageing')} columns={ages} rows={aged} follows />
        )}
      </Section>
      {balances.length > 0 && (
        <Section title={say('concentration')}>
          <DataTable caption={say('concentration')} columns={shares} rows={balances} follows />
        </Section>
      )}
      {data.workingCapital.map((row) => (
        <Capital key={row.payables.currency} row={row} />
      ))}
    </>
  );
}

function Capital({ row }: { readonly row: StandingQuery['workingCapital'][number] }) {
  const say = useTexts(ledgerTexts);
  const { payableDays, receivableDays, costOfFundsPercent } = row;
  if (payableDays == null && receivableDays == null && costOfFundsPercent == null) {
    return null;
  }
  return (
    <Section title={say('capital', { currency: row.payables.currency })}>
      <Facts
        facts={[
          ...(payableDays == null
            ? []
            : [
                { name: say('dpo'), value: say('days', { count: payableDays }), strong: true },
                { name: say('purchases'), value: <MoneyText money={row.purchases} /> },
                { name: say('payables'), value: <MoneyText money={row.payables} /> },
              ]),
          ...(receivableDays == null
            ? []
            : [
                { name: say('dso'), value: say('days', { count: receivableDays }), strong: true },
                { name: say('sales'), value: <MoneyText money={row.sales} /> },
                { name: say('receivables'), value: <MoneyText money={row.receivables} /> },
              ]),
          ...(costOfFundsPercent == null
            ? []
            : [
                { name: say('costOfFunds'), value: `${costOfFundsPercent} %`, strong: true },
                { name: say('financingCost'), value: <MoneyText money={row.financingCost} /> },
              ]),
        ]}
      />
    </Section>
  );
}

type AgeRow = StandingQuery['ageing'][number] & { readonly id: string; readonly bar: number };

function useAges(): readonly Column<AgeRow>[] {
  const say = useTexts(ledgerTexts);
  const nameOf = useAccountName();
  return [
    { id: 'account', title: say('account'), cell: ({ account }) => nameOf(account), card: 'title' },
    {
      id: 'bucket',
      title: say('late'),
      cell: ({ bucket }) => say(`bucket.${bucket}`),
      card: 'line',
    },
    {
      id: 'bar',
      title: '',
      cell: ({ bar, bucket }) => (
        <span className="age-bar" aria-hidden="true">
          <span className={bucket === 'NOT_DUE' ? '' : 'age-late'} style={{ width: `${bar}%` }} />
        </span>
      ),
    },
    {
      id: 'balance',
      title: say('amount'),
      align: 'right',
      cell: ({ balance, account, bucket }) => (
        <MoneyText
          money={shownBalance(balance, account.type)}
          {...(bucket === 'NOT_DUE' ? {} : { tone: 'bad' as const })}
        />
      ),
      card: 'amount',
    },
  ];
}

type ShareRow = StandingQuery['counterpartyBalances'][number] & { readonly id: string };

function useShares(): readonly Column<ShareRow>[] {
  const say = useTexts(ledgerTexts);
  const nameOf = useAccountName();
  return [
    { id: 'with', title: say('with'), cell: ({ name }) => name, card: 'title' },
    { id: 'account', title: say('account'), cell: ({ account }) => nameOf(account), card: 'line' },
    {
      id: 'share',
      title: say('share'),
      align: 'right',
      cell: ({ sharePercent }) => `${sharePercent} %`,
      card: 'line',
    },
    {
      id: 'balance',
      title: say('amount'),
      align: 'right',
      cell: ({ balance, account }) => <MoneyText money={shownBalance(balance, account.type)} />,
      card: 'amount',
    },
  ];
}
