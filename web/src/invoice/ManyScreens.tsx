/** Many invoices at once: the clerk proposes them in full, the approver confirms them; one signature. */
import { useSuspenseQuery } from '@apollo/client/react';
import { useState } from 'react';
import { type Item, useActs } from '../lib/act/use-acts.ts';
import type {
  ConfirmInvoicesMutationVariables,
  ProposeConfirmationsMutationVariables,
} from '../lib/graphql/graphql.ts';
import { nodesOf } from '../lib/pages.ts';
import { useTexts } from '../lib/texts.ts';
import { mandatesFor, useViewer } from '../lib/viewer.ts';
import { ActionLink } from '../ui/ActionLink.tsx';
import type { Column } from '../ui/DataTable.tsx';
import { DayText } from '../ui/DateText.tsx';
import { Empty } from '../ui/Empty.tsx';
import { MoneyText } from '../ui/MoneyText.tsx';
import { type LeftOut, SignManyScreen } from '../ui/SignManyScreen.tsx';
import { useChosenInvoices } from './chosen.ts';
import {
  type Confirmable,
  type Promised,
  type Sorted,
  sumsOf,
  toConfirm,
  toPropose,
} from './many.ts';
import { manyTexts } from './many-texts.ts';
import {
  ChosenInvoicesDocument,
  ConfirmInvoicesDocument,
  ProposeConfirmationsDocument,
} from './queries.ts';
import { confirmationStatement } from './statement.ts';
import { invoiceTexts } from './texts.ts';

export function ConfirmManyScreen() {
  const say = useTexts(manyTexts);
  const words = useTexts(invoiceTexts);
  const viewer = useViewer();
  const acts = useActs(ConfirmInvoicesDocument, 'invoice.confirm');
  const mandates = mandatesFor(viewer, 'invoice.confirm');
  const { now, keep, done } = useSorted((chosen) => toConfirm(chosen, mandates));
  const { fit } = now;
  const values = valuesOf(fit, viewer.party.name);
  const columns = useColumns<Confirmable>({
    id: 'reason',
    title: say('reason'),
    cell: ({ open }) => open.reason ?? '',
    extra: true,
  });
  const leftOut = useLeftOut(now);
  if (fit.length === 0) {
    return <Nothing leftOut={leftOut} />;
  }
  const items = fit.map(
    ({ id, open, anchor }): Item<ConfirmInvoicesMutationVariables> => ({
      id,
      form: `confirm:${open.id}`,
      shows: [anchor],
      input: {
        invoice: id,
        proposal: open.id,
        approved: { amount: open.approved.amount, currency: open.approved.currency },
        dueDate: open.dueDate,
        reason: open.reason ?? null,
        statement: confirmationStatement,
      },
    }),
  );

  return (
    <SignManyScreen
      title={say('confirmTitle', values)}
      back="/invoices"
      caption={say('confirmTitle', values)}
      rows={fit}
      columns={columns}
      totals={say('totals', values)}
      leftOut={leftOut}
      leftOutTitle={say('leftOut', { count: leftOut.length })}
      statement={
        <>
          <p>{say('confirmSentence', values)}</p>
          <p className="small" lang="en">
            {confirmationStatement}
          </p>
          {words('confirmBoundChinese') !== 'confirmBoundChinese' && (
            <p className="small dim">{words('confirmBoundChinese')}</p>
          )}
        </>
      }
      happens={[say('confirmHappens1'), say('confirmHappens2', values)]}
      forGood={say('confirmForGood')}
      action={say('confirmAction', values)}
      acts={acts}
      onSign={() => {
        keep();
        void acts.run(items).then(done);
      }}
      next={<ActionLink to="/">{words('next')}</ActionLink>}
    />
  );
}

export function ProposeManyScreen() {
  const say = useTexts(manyTexts);
  const words = useTexts(invoiceTexts);
  const viewer = useViewer();
  const acts = useActs(ProposeConfirmationsDocument, 'invoice.propose');
  const mandates = mandatesFor(viewer, 'invoice.propose');
  const { now, keep, done } = useSorted((chosen) => toPropose(chosen, mandates));
  const { fit } = now;
  const values = valuesOf(fit, viewer.party.name);
  const columns = useColumns<Promised>();
  const leftOut = useLeftOut(now);
  if (fit.length === 0) {
    return <Nothing leftOut={leftOut} />;
  }
  const items = fit.map(
    ({ id, promise, payOn, anchor }): Item<ProposeConfirmationsMutationVariables> => ({
      id,
      form: `propose-all:${id}`,
      shows: [anchor],
      input: {
        invoice: id,
        approved: { amount: promise.amount, currency: promise.currency },
        dueDate: payOn,
        reason: null,
      },
    }),
  );

  return (
    <SignManyScreen
      title={say('proposeTitle', values)}
      back="/invoices"
      caption={say('proposeTitle', values)}
      rows={fit}
      columns={columns}
      totals={say('totals', values)}
      leftOut={leftOut}
      leftOutTitle={say('leftOut', { count: leftOut.length })}
      statement={<p>{say('proposeSentence', values)}</p>}
      happens={[say('proposeHappens1', values), say('proposeHappens2')]}
      action={say('proposeAction', values)}
      acts={acts}
      onSign={() => {
        keep();
        void acts.run(items).then(done);
      }}
      next={<ActionLink to="/">{words('next')}</ActionLink>}
    />
  );
}

/** The chosen invoices, sorted; from the signature on as they were when they were signed. */
function useSorted<R>(sort: (chosen: Parameters<typeof toConfirm>[0]) => Sorted<R>): {
  readonly now: Sorted<R>;
  readonly keep: () => void;
  /** The choice is forgotten when every act has its answer. */
  readonly done: (isWhole: boolean) => void;
} {
  const chosen = useChosenInvoices();
  const [ids] = useState(chosen.ids);
  const { data } = useSuspenseQuery(ChosenInvoicesDocument, {
    variables: { ids: [...ids] },
    fetchPolicy: 'cache-and-network',
  });
  const [signed, setSigned] = useState<Sorted<R>>();
  const sorted = sort(nodesOf(data.invoices));
  return {
    now: signed ?? sorted,
    keep: () => setSigned(sorted),
    done: (isWhole) => {
      if (isWhole) {
        chosen.done();
      }
    },
  };
}

function valuesOf(rows: readonly Promised[], buyer: string) {
  return { buyer, count: rows.length, sums: sumsOf(rows.map(({ promise }) => promise)) };
}

function useLeftOut({ leftOut }: Pick<Sorted<unknown>, 'leftOut'>): readonly LeftOut[] {
  const say = useTexts(manyTexts);
  return leftOut.map(({ invoice, why }) => ({
    id: invoice.id,
    name: invoice.number,
    why: say(why),
    href: `/invoices/${invoice.id}`,
  }));
}

function Nothing({ leftOut }: { readonly leftOut: readonly LeftOut[] }) {
  const say = useTexts(manyTexts);
  return (
    <Empty
      title={say('nothing')}
      action={<ActionLink to="/invoices?show=open">{say('toList')}</ActionLink>}
    >
      {leftOut.map(({ name, why }) => `${name}: ${why}`).join(' ')}
    </Empty>
  );
}

function useColumns<R extends Promised>(...more: readonly Column<R>[]): readonly Column<R>[] {
  const say = useTexts(invoiceTexts);
  return [
    { id: 'number', title: say('number'), cell: (row) => row.number, card: 'title' },
    { id: 'seller', title: say('seller'), cell: (row) => row.seller.name, card: 'line' },
    {
      id: 'payable',
      title: say('payable'),
      align: 'right',
      extra: true,
      cell: (row) => <MoneyText money={row.payable} />,
    },
    {
      id: 'promise',
      title: say('promisedAmount'),
      align: 'right',
      cell: (row) => <MoneyText money={row.promise} />,
      card: 'amount',
    },
    {
      id: 'due',
      title: say('due'),
      cell: (row) => <DayText day={row.payOn} short />,
      card: 'line',
    },
    ...more,
  ];
}
