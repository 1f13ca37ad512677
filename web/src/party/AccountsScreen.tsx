/** Where the viewer's organisation is paid, and what was changed in it. */
import { useSuspenseQuery } from '@apollo/client/react';
import { formatMoment } from '../lib/format-date.ts';
import type { AccountsQuery } from '../lib/graphql/graphql.ts';
import { useLanguage, useTexts } from '../lib/texts.ts';
import { mandateFor, useViewer } from '../lib/viewer.ts';
import { ActionLink } from '../ui/ActionLink.tsx';
import { type Column, DataTable } from '../ui/DataTable.tsx';
import { Empty } from '../ui/Empty.tsx';
import { proofColumn } from '../ui/ListTable.tsx';
import { Screen, Section } from '../ui/Screen.tsx';
import { StateTag, type Tone } from '../ui/StateTag.tsx';
import { accountTexts } from './account-texts.ts';
import { AccountsDocument } from './queries.ts';

type Account = NonNullable<AccountsQuery['viewer']>['accounts'][number];
type Change = Account['changes'][number];

const tones: Readonly<Record<Change['state'], Tone>> = {
  OPEN: 'warn',
  IN_FORCE: 'good',
  RETRACTED: 'quiet',
};

export function AccountsScreen() {
  const say = useTexts(accountTexts);
  const me = useViewer();
  const { viewer } = useSuspenseQuery(AccountsDocument, { fetchPolicy: 'cache-and-network' }).data;
  const accounts = viewer?.accounts ?? [];
  const changes = accounts.flatMap((account) => account.changes).reverse();
  const accountColumns = useAccountColumns();
  const changeColumns = useChangeColumns();
  return (
    <Screen title={say('title')} lead={say('lead', { party: me.party.name })}>
      {accounts.length === 0 ? (
        <Empty title={say('none')} />
      ) : (
        <DataTable caption={say('title')} columns={accountColumns} rows={accounts} />
      )}
      <Section title={say('changes')}>
        {changes.length === 0 ? (
          <Empty title={say('changesNone')} />
        ) : (
          <DataTable
            caption={say('changes')}
            columns={changeColumns}
            rows={changes}
            href={(row) => `/accounts/changes/${row.id}`}
          />
        )}
      </Section>
    </Screen>
  );
}

function useAccountColumns(): readonly Column<Account>[] {
  const say = useTexts(accountTexts);
  const language = useLanguage();
  const viewer = useViewer();
  const mayChange = mandateFor(viewer, 'party.admin') !== undefined;
  const columns: readonly Column<Account>[] = [
    {
      id: 'account',
      title: say('account'),
      cell: (row) => <span className="figures">{row.identifier}</span>,
      card: 'title',
    },
    { id: 'holder', title: say('holder'), cell: (row) => row.holderName, card: 'line' },
    {
      id: 'currency',
      title: say('currency'),
      cell: (row) => row.currency ?? say('anyCurrency'),
      card: 'line',
    },
    {
      id: 'state',
      title: say('state'),
      cell: (row) =>
        row.heldUntil === null || row.heldUntil === undefined ? (
          <StateTag tone="good">{say('IN_USE')}</StateTag>
        ) : (
          <StateTag tone="warn">
            {say('HELD', { moment: formatMoment(row.heldUntil, language) })}
          </StateTag>
        ),
      card: 'state',
    },
  ];
  const action: Column<Account> = {
    id: 'action',
    title: say('action'),
    align: 'right',
    cell: (row) => (
      <ActionLink to={`/accounts/${row.id}/change`} small quiet>
        {say('change')}
      </ActionLink>
    ),
    card: 'state',
  };
  return mayChange ? [...columns, action] : columns;
}

function useChangeColumns(): readonly Column<Change>[] {
  const say = useTexts(accountTexts);
  return [
    {
      id: 'to',
      title: say('to'),
      cell: (row) => <span className="figures">{row.identifier}</span>,
      card: 'title',
    },
    {
      id: 'from',
      title: say('from'),
      cell: (row) => <span className="figures dim">{row.oldIdentifier}</span>,
      card: 'line',
    },
    { id: 'by', title: say('byWhom'), cell: (row) => row.proposedBy, card: 'line' },
    {
      id: 'state',
      title: say('state'),
      cell: (row) => <StateTag tone={tones[row.state]}>{say(row.state)}</StateTag>,
      card: 'state',
    },
    proofColumn(),
  ];
}
