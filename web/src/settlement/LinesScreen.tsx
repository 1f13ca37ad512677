/** What the banks said, line by line: matched, set aside with the reason, or more than was owed. */
import { useSuspenseQuery } from '@apollo/client/react';
import { Link, useSearchParams } from 'react-router';
import { toMinor } from '../lib/format-money.ts';
import type { LinePartsFragment, LineState } from '../lib/graphql/graphql.ts';
import { moreOf, nodesOf, pageSize } from '../lib/pages.ts';
import { useTexts } from '../lib/texts.ts';
import { mandateFor, useViewer } from '../lib/viewer.ts';
import { ActionLink } from '../ui/ActionLink.tsx';
import { Chips } from '../ui/Chips.tsx';
import { type Column, DataTable } from '../ui/DataTable.tsx';
import { DayText } from '../ui/DateText.tsx';
import { Empty } from '../ui/Empty.tsx';
import { proofColumn } from '../ui/ListTable.tsx';
import { MoneyText } from '../ui/MoneyText.tsx';
import { Screen } from '../ui/Screen.tsx';
import { LineResult } from './LineResult.tsx';
import { PaymentTabs } from './PaymentTabs.tsx';
import { LinesDocument } from './queries.ts';
import { paymentTexts } from './texts.ts';

export function LinesScreen() {
  const say = useTexts(paymentTexts);
  const viewer = useViewer();
  const [search] = useSearchParams();
  const show = search.get('show');
  const states: LineState[] | undefined = show === 'parked' ? ['PARKED'] : undefined;
  const { data, fetchMore } = useSuspenseQuery(LinesDocument, {
    variables: { first: pageSize, ...(states === undefined ? {} : { states }) },
    fetchPolicy: 'cache-and-network',
  });
  const rows = nodesOf(data.statementLines).filter(
    ({ state, unapplied }) =>
      show !== 'over' ||
      (state === 'MATCHED' &&
        unapplied !== null &&
        unapplied !== undefined &&
        toMinor(unapplied) > 0n),
  );
  const columns = useColumns();

  return (
    <Screen
      title={say('title')}
      lead={say('lead')}
      actions={
        mandateFor(viewer, 'statement.import') !== undefined && (
          <ActionLink to="/payments/import">{say('import')}</ActionLink>
        )
      }
    >
      <PaymentTabs />
      <Chips
        label={say('linesFilter')}
        name="show"
        chips={[
          { value: 'all', label: say('all') },
          { value: 'parked', label: say('parked') },
          { value: 'over', label: say('over') },
        ]}
      />
      {rows.length === 0 ? (
        <Empty title={say('linesEmpty')}>{say('linesEmptyText')}</Empty>
      ) : (
        <DataTable
          caption={say('lines')}
          columns={columns}
          rows={rows}
          onMore={moreOf(data.statementLines, fetchMore)}
          exportName="bank-lines"
        />
      )}
    </Screen>
  );
}

function useColumns(): readonly Column<LinePartsFragment>[] {
  const say = useTexts(paymentTexts);
  return [
    {
      id: 'booked',
      title: say('booked'),
      cell: (row) => <DayText day={row.bookingDate} short />,
      text: (row) => row.bookingDate,
      card: 'line',
    },
    {
      id: 'counterparty',
      title: say('counterparty'),
      cell: (row) => (
        <Link to={`/payments/lines/${row.id}`}>
          {row.counterparty === '' ? row.bankReference : row.counterparty}
        </Link>
      ),
      text: (row) => row.counterparty,
      card: 'title',
    },
    {
      id: 'reference',
      title: say('reference'),
      cell: (row) =>
        row.leg === null || row.leg === undefined ? (
          row.reference
        ) : (
          <Link to={`/payments/${row.leg.id}`}>{row.reference}</Link>
        ),
      text: (row) => row.reference,
      card: 'line',
    },
    {
      id: 'direction',
      title: say('kind'),
      cell: (row) => say(row.credit ? 'credit' : 'debit'),
      text: (row) => say(row.credit ? 'credit' : 'debit'),
      card: 'line',
    },
    {
      id: 'amount',
      title: say('amount'),
      align: 'right',
      cell: (row) => <MoneyText money={row.amount} />,
      text: (row) => row.amount.amount,
      card: 'amount',
    },
    {
      id: 'unapplied',
      title: say('unapplied'),
      align: 'right',
      cell: (row) =>
        row.unapplied === null ||
        row.unapplied === undefined ||
        toMinor(row.unapplied) === 0n ? null : (
          <MoneyText money={row.unapplied} />
        ),
      text: (row) => row.unapplied?.amount ?? '',
    },
    {
      id: 'result',
      title: say('result'),
      cell: (row) => <LineResult line={row} />,
      text: (row) => say(row.state),
      card: 'state',
    },
    proofColumn(),
  ];
}
