/** The statement of one account: what stood on it, each line with its proof, what stands on it now. */
import { useSuspenseQuery } from '@apollo/client/react';
import { Link, useSearchParams } from 'react-router';
import type { AccountStatementQuery } from '../lib/graphql/graphql.ts';
import { moreOf, nodesOf, pageSize } from '../lib/pages.ts';
import { useTexts } from '../lib/texts.ts';
import { type Column, DataTable } from '../ui/DataTable.tsx';
import { DayText } from '../ui/DateText.tsx';
import { Empty } from '../ui/Empty.tsx';
import { Facts } from '../ui/Facts.tsx';
import { proofColumn } from '../ui/ListTable.tsx';
import { MoneyText } from '../ui/MoneyText.tsx';
import { Section } from '../ui/Screen.tsx';
import { AccountStatementDocument } from './queries.ts';
import { Report, type ReportOf, useAccountName } from './Report.tsx';
import { ledgerTexts } from './texts.ts';

export function AccountScreen() {
  const say = useTexts(ledgerTexts);
  const [search] = useSearchParams();
  const account = search.get('account') ?? 'CASH';
  const currency = search.get('currency') ?? 'CNY';
  return (
    <Report
      lead={say('accountLead')}
      exportName={({ book, from, to }) =>
        `account.csv?account=${account}&currency=${currency}&from=${from}&to=${to}&book=${book}`
      }
    >
      {(of) => <AccountStatement {...of} account={account} currency={currency} />}
    </Report>
  );
}

type Line = AccountStatementQuery['accountStatement']['lines']['edges'][number]['node'];

function AccountStatement({
  book,
  from,
  to,
  account,
  currency,
}: ReportOf & { readonly account: string; readonly currency: string }) {
  const say = useTexts(ledgerTexts);
  const nameOf = useAccountName();
  const columns = useColumns();
  const { data, fetchMore } = useSuspenseQuery(AccountStatementDocument, {
    variables: { account, currency, from, to, book, first: pageSize },
    fetchPolicy: 'cache-and-network',
  });
  const statement = data.accountStatement;
  const rows = nodesOf(statement.lines);
  return (
    <Section title={`${statement.account.number} ${nameOf(statement.account)}`}>
      <Facts
        facts={[
          { name: say('opening'), value: <MoneyText money={statement.opening} /> },
          { name: say('closing'), value: <MoneyText money={statement.closing} />, strong: true },
        ]}
      />
      {rows.length === 0 ? (
        <Empty title={say('noLines')} />
      ) : (
        <DataTable
          caption={nameOf(statement.account)}
          columns={columns}
          rows={rows}
          follows
          onMore={moreOf(statement.lines, fetchMore)}
        />
      )}
    </Section>
  );
}

function useColumns(): readonly Column<Line>[] {
  const say = useTexts(ledgerTexts);
  return [
    {
      id: 'date',
      title: say('date'),
      cell: ({ date }) => <DayText day={date} short />,
      card: 'line',
    },
    { id: 'event', title: say('event'), cell: ({ event }) => say(`event.${event}`), card: 'title' },
    {
      id: 'with',
      title: say('with'),
      cell: ({ counterparty }) => counterparty?.name ?? '',
      card: 'line',
    },
    { id: 'about', title: say('about'), cell: (line) => <About line={line} />, card: 'line' },
    {
      id: 'amount',
      title: say('amount'),
      align: 'right',
      cell: ({ amount }) => <MoneyText money={amount} />,
      card: 'amount',
    },
    {
      id: 'balance',
      title: say('running'),
      align: 'right',
      cell: ({ balance }) => <MoneyText money={balance} tone="dim" />,
      card: 'line',
    },
    proofColumn(),
  ];
}

/** The invoice by its number where one may see it, else the certificate. */
function About({ line }: { readonly line: Line }) {
  const say = useTexts(ledgerTexts);
  const { invoiceId, invoiceNumber, certificateId } = line;
  if (invoiceId != null && invoiceNumber != null) {
    return <Link to={`/invoices/${invoiceId}`}>{invoiceNumber}</Link>;
  }
  return certificateId == null ? (
    ''
  ) : (
    <Link to={`/certificates/${certificateId}`}>{say('certificate')}</Link>
  );
}
