/** All invoices that concern the viewer, with where each stands; one opens beside the list. */
import { useSuspenseQuery } from '@apollo/client/react';
import { Link, useSearchParams } from 'react-router';
import type { InvoiceRowFragment } from '../lib/graphql/graphql.ts';
import { moreOf, nodesOf, pageSize } from '../lib/pages.ts';
import { useTexts } from '../lib/texts.ts';
import { mandateFor, useViewer } from '../lib/viewer.ts';
import { ActionLink } from '../ui/ActionLink.tsx';
import { Chips } from '../ui/Chips.tsx';
import type { Column, Selection } from '../ui/DataTable.tsx';
import { DayText } from '../ui/DateText.tsx';
import { Empty } from '../ui/Empty.tsx';
import { ListDetail, type ListState } from '../ui/ListDetail.tsx';
import { ListTable, proofColumn } from '../ui/ListTable.tsx';
import { MoneyText } from '../ui/MoneyText.tsx';
import { Screen } from '../ui/Screen.tsx';
import { SelectionBar } from '../ui/SelectionBar.tsx';
import { StateTag } from '../ui/StateTag.tsx';
import { useChosenInvoices } from './chosen.ts';
import { DraftList } from './DraftList.tsx';
import { sumsOf } from './many.ts';
import { manyTexts } from './many-texts.ts';
import { InvoicesDocument } from './queries.ts';
import { groups, isGroup, tones } from './states.ts';
import { invoiceTexts } from './texts.ts';

export function InvoicesScreen() {
  return <ListDetail>{(state) => <InvoiceList {...state} />}</ListDetail>;
}

function InvoiceList(state: ListState) {
  const say = useTexts(invoiceTexts);
  const viewer = useViewer();
  const [search] = useSearchParams();
  const group = search.get('show');
  const number = search.get('number');
  const filter = {
    ...(isGroup(group) ? { states: [...groups[group]] } : {}),
    ...(number === null ? {} : { number }),
  };
  const { data, fetchMore } = useSuspenseQuery(InvoicesDocument, {
    variables: { first: pageSize, filter },
    fetchPolicy: 'cache-and-network',
  });
  const rows = nodesOf(data.invoices);
  const columns = useColumns();
  const { selection, bar } = useSelection(rows, state);
  const maySubmit = mandateFor(viewer, 'invoice.submit') !== undefined;
  const upload = maySubmit && <ActionLink to="/invoices/upload">{say('upload')}</ActionLink>;
  const beside = (
    <>
      {upload}
      {!state.narrow && (
        <ActionLink to="/disputes" quiet>
          {say('disputesAndCredits')}
        </ActionLink>
      )}
    </>
  );

  return (
    <Screen title={say('title')} lead={state.narrow ? undefined : say('lead')} actions={beside}>
      {maySubmit && !state.narrow && <DraftList />}
      <Chips
        label={say('filter')}
        name="show"
        chips={[
          { value: 'all', label: say('all') },
          { value: 'open', label: say('open') },
          { value: 'promised', label: say('promised') },
          { value: 'paid', label: say('paid') },
          { value: 'ended', label: say('ended') },
        ]}
      />
      {number !== null && (
        <p className="row">
          {say('numberFilter', { number })} <Link to="/invoices">{say('clearFilter')}</Link>
        </p>
      )}
      <ListTable
        {...state}
        place="/invoices"
        empty={
          <Empty title={say('emptyTitle')} action={upload}>
            {maySubmit ? say('emptySeller') : say('emptyOther')}
          </Empty>
        }
        caption={say('caption')}
        columns={columns}
        rows={rows}
        onMore={moreOf(data.invoices, fetchMore)}
        exportName="invoices"
        selection={selection}
        totals={
          data.invoices.pageInfo.hasNextPage
            ? undefined
            : say('totals', { count: rows.length, sums: sums(rows) })
        }
      />
      {bar}
    </Screen>
  );
}

/** The sum of each currency: what it sums is what stands above it. */
function sums(rows: readonly InvoiceRowFragment[]): string {
  return sumsOf(rows.map(({ payable }) => payable));
}

/** What a buyer chooses to propose or confirm together, where the viewer may do either. */
function useSelection(rows: readonly InvoiceRowFragment[], { narrow }: ListState) {
  const say = useTexts(manyTexts);
  const viewer = useViewer();
  const chosen = useChosenInvoices();
  const mayConfirm = mandateFor(viewer, 'invoice.confirm') !== undefined;
  const mayPropose = mandateFor(viewer, 'invoice.propose') !== undefined;
  if (narrow || !(mayConfirm || mayPropose)) {
    return { selection: undefined, bar: null };
  }
  const mayChoose = (row: InvoiceRowFragment) =>
    row.state === 'RECEIVED' && row.buyer.id === viewer.party.id;
  // What was chosen before and waits no more is no longer chosen.
  const picked = rows.filter((row) => mayChoose(row) && chosen.ids.includes(row.id));
  const selection: Selection<InvoiceRowFragment> = {
    ids: new Set(picked.map(({ id }) => id)),
    set: chosen.set,
    mayChoose,
    label: ({ number }) => say('choose', { number }),
  };
  const count = picked.length;
  const bar = (
    <SelectionBar count={count} sums={sums(picked)} onNone={() => chosen.set([])}>
      {mayPropose && <ActionLink to="/invoices/propose">{say('propose', { count })}</ActionLink>}
      {mayConfirm && <ActionLink to="/invoices/confirm">{say('confirm', { count })}</ActionLink>}
    </SelectionBar>
  );
  return { selection, bar };
}

function useColumns(): readonly Column<InvoiceRowFragment>[] {
  const say = useTexts(invoiceTexts);
  const viewer = useViewer();
  const isSupplier = viewer.party.roles.includes('SUPPLIER');
  return [
    {
      id: 'number',
      title: say('number'),
      cell: (row) => row.number,
      text: (row) => row.number,
      card: 'title',
    },
    {
      id: 'party',
      title: isSupplier ? say('buyer') : say('seller'),
      cell: (row) => (isSupplier ? row.buyer.name : row.seller.name),
      text: (row) => (isSupplier ? row.buyer.name : row.seller.name),
      card: 'line',
    },
    {
      id: 'payable',
      title: say('payable'),
      align: 'right',
      cell: (row) => <MoneyText money={row.payable} />,
      text: (row) => row.payable.amount,
      card: 'amount',
    },
    {
      id: 'currency',
      title: say('promisedAmount'),
      align: 'right',
      extra: true,
      cell: (row) =>
        row.approved === null || row.approved === undefined ? null : (
          <MoneyText money={row.approved} />
        ),
      text: (row) => row.approved?.amount ?? '',
    },
    {
      id: 'due',
      title: say('due'),
      extra: true,
      cell: (row) =>
        row.dueDate === null || row.dueDate === undefined ? null : (
          <DayText day={row.dueDate} short />
        ),
      text: (row) => row.dueDate ?? '',
      card: 'line',
    },
    {
      id: 'state',
      title: say('state'),
      cell: (row) => <StateTag tone={tones[row.state]}>{say(row.state)}</StateTag>,
      text: (row) => say(row.state),
      card: 'state',
    },
    proofColumn(),
  ];
}
