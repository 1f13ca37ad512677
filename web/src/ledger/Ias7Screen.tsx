/** The disclosure of supplier finance arrangements, and under each figure the promises that make it up. */
import { useSuspenseQuery } from '@apollo/client/react';
import { Link, useSearchParams } from 'react-router';
import type { Ias7Figure, Ias7ItemsQuery, Ias7Query } from '../lib/graphql/graphql.ts';
import { moreOf, nodesOf, pageSize } from '../lib/pages.ts';
import { useTexts } from '../lib/texts.ts';
import { Chips } from '../ui/Chips.tsx';
import { type Column, DataTable } from '../ui/DataTable.tsx';
import { DayText } from '../ui/DateText.tsx';
import { Empty } from '../ui/Empty.tsx';
import { Facts } from '../ui/Facts.tsx';
import { proofColumn } from '../ui/ListTable.tsx';
import { MoneyText } from '../ui/MoneyText.tsx';
import { Section } from '../ui/Screen.tsx';
import { Ias7Document, Ias7ItemsDocument } from './queries.ts';
import { Report, type ReportOf } from './Report.tsx';
import { ledgerTexts } from './texts.ts';

const figures = [
  'ARRANGED',
  'SUPPLIER_PAID',
  'COMPARABLE',
] as const satisfies readonly Ias7Figure[];

export function Ias7Screen() {
  const say = useTexts(ledgerTexts);
  return (
    <Report
      lead={say('ias7Lead')}
      exportName={({ book, from, to }) => `ias7.csv?from=${from}&to=${to}&book=${book}`}
    >
      {(of) => (
        <>
          <Figures {...of} />
          <Items {...of} />
        </>
      )}
    </Report>
  );
}

function Figures({ book, from, to }: ReportOf) {
  const say = useTexts(ledgerTexts);
  const { ias7 } = useSuspenseQuery(Ias7Document, {
    variables: { book, from, to },
    fetchPolicy: 'cache-and-network',
  }).data;
  if (ias7.length === 0) {
    return <Empty title={say('nothingBooked')}>{say('nothingBookedText')}</Empty>;
  }
  return ias7.map((row) => <Disclosure key={row.closing.currency} row={row} />);
}

function Disclosure({ row }: { readonly row: Ias7Query['ias7'][number] }) {
  const say = useTexts(ledgerTexts);
  const range = (isArranged: boolean) => {
    const known = row.terms.find((each) => each.isArranged === isArranged);
    return known === undefined
      ? say('noTerms')
      : say('range', { from: known.daysMin, to: known.daysMax });
  };
  return (
    <Section title={say('arrangements', { currency: row.closing.currency })}>
      <Facts
        facts={[
          { name: say('arrangedOpening'), value: <MoneyText money={row.opening} /> },
          { name: say('entered'), value: <MoneyText money={row.entered} /> },
          { name: say('other'), value: <MoneyText money={row.other} /> },
          { name: say('settled'), value: <MoneyText money={row.settled} /> },
          { name: say('arrangedClosing'), value: <MoneyText money={row.closing} />, strong: true },
          { name: say('paidOpening'), value: <MoneyText money={row.openingPaid} /> },
          { name: say('financed'), value: <MoneyText money={row.financed} /> },
          { name: say('paidClosing'), value: <MoneyText money={row.closingPaid} />, strong: true },
          { name: say('comparable'), value: <MoneyText money={row.comparable} /> },
          { name: say('termsArranged'), value: range(true) },
          { name: say('termsComparable'), value: range(false) },
        ]}
      />
    </Section>
  );
}

function Items({ book, to }: ReportOf) {
  const say = useTexts(ledgerTexts);
  const [search] = useSearchParams();
  const figure = figures.find((each) => each === search.get('figure')) ?? figures[0];
  const { data, fetchMore } = useSuspenseQuery(Ias7ItemsDocument, {
    variables: { book, figure, on: to, first: pageSize },
    fetchPolicy: 'cache-and-network',
  });
  const rows = nodesOf(data.ias7Items);
  const columns = useColumns();
  return (
    <Section title={say('behind')} actions={<DayText day={to} />}>
      <Chips
        label={say('behind')}
        name="figure"
        chips={figures.map((value) => ({ value, label: say(`figure.${value}`) }))}
      />
      {rows.length === 0 ? (
        <Empty title={say('noItems')} />
      ) : (
        <DataTable
          caption={say('behind')}
          columns={columns}
          rows={rows}
          follows
          onMore={moreOf(data.ias7Items, fetchMore)}
        />
      )}
    </Section>
  );
}

type Item = Ias7ItemsQuery['ias7Items']['edges'][number]['node'];

function useColumns(): readonly Column<Item>[] {
  const say = useTexts(ledgerTexts);
  return [
    {
      id: 'invoice',
      title: say('about'),
      cell: ({ id, invoiceNumber }) => <Link to={`/invoices/${id}`}>{invoiceNumber}</Link>,
      card: 'title',
    },
    { id: 'with', title: say('supplier'), cell: ({ seller }) => seller?.name ?? '', card: 'line' },
    {
      id: 'issued',
      title: say('issued'),
      cell: ({ issueDate }) => <DayText day={issueDate} short />,
      extra: true,
    },
    {
      id: 'due',
      title: say('due'),
      cell: ({ dueDate }) => <DayText day={dueDate} short />,
      card: 'line',
    },
    {
      id: 'owed',
      title: say('amount'),
      align: 'right',
      cell: ({ owed }) => <MoneyText money={owed} />,
      card: 'amount',
    },
    proofColumn(),
  ];
}
