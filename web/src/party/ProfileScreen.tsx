/** Me: whether this device signs, my keys, what I may sign, where my organisation is paid. */
import { useSuspenseQuery } from '@apollo/client/react';
import { useDeviceKey } from '../lib/act/use-act.ts';
import type { MyKeysQuery } from '../lib/graphql/graphql.ts';
import { useTexts } from '../lib/texts.ts';
import { useViewer, type Viewer } from '../lib/viewer.ts';
import { ActionLink } from '../ui/ActionLink.tsx';
import { useActWords } from '../ui/act-words.ts';
import { type Column, DataTable } from '../ui/DataTable.tsx';
import { DayText, MomentText } from '../ui/DateText.tsx';
import { Empty } from '../ui/Empty.tsx';
import { MoneyText } from '../ui/MoneyText.tsx';
import { Screen, Section } from '../ui/Screen.tsx';
import { StateTag } from '../ui/StateTag.tsx';
import { DeviceCard } from './DeviceCard.tsx';
import { MyKeysDocument } from './queries.ts';
import { partyTexts } from './texts.ts';

type Key = NonNullable<MyKeysQuery['viewer']>['person']['keys'][number];
type Mandate = Viewer['person']['mandates'][number];
type Account = Viewer['accounts'][number];

export function ProfileScreen() {
  const say = useTexts(partyTexts);
  const words = useActWords();
  const viewer = useViewer();
  const { data } = useSuspenseQuery(MyKeysDocument, { fetchPolicy: 'cache-and-network' });
  const keys = data.viewer?.person.keys ?? [];
  const keyColumns = useKeyColumns();
  const mandateColumns = useMandateColumns();
  const accountColumns = useAccountColumns();
  const mandates = viewer.person.mandates.filter(({ revoked }) => !revoked);

  return (
    <Screen
      title={say('profileTitle')}
      lead={say('profileLead', {
        name: viewer.person.name,
        role: words.role(viewer.person.role),
        party: viewer.party.name,
      })}
    >
      <DeviceCard />
      <Section title={say('keys')}>
        <DataTable caption={say('keys')} columns={keyColumns} rows={keys} />
      </Section>
      <Section title={say('mandates')}>
        {mandates.length === 0 ? (
          <Empty title={say('mandatesNone')} />
        ) : (
          <DataTable caption={say('mandates')} columns={mandateColumns} rows={mandates} />
        )}
      </Section>
      <Section
        title={say('accounts', { party: viewer.party.name })}
        actions={
          <ActionLink to="/accounts" quiet>
            {say('accountsAll')}
          </ActionLink>
        }
      >
        {viewer.accounts.length === 0 ? (
          <Empty title={say('accountsNone')} />
        ) : (
          <DataTable
            caption={say('accounts', { party: viewer.party.name })}
            columns={accountColumns}
            rows={viewer.accounts}
          />
        )}
      </Section>
    </Screen>
  );
}

function useKeyColumns(): readonly Column<Key>[] {
  const say = useTexts(partyTexts);
  const viewer = useViewer();
  const device = useDeviceKey(viewer.person.id);
  return [
    {
      id: 'label',
      title: say('label'),
      cell: (row) => (
        <span className="row">
          {row.custody === 'CUSTODIAL' ? say('platformKey') : row.label}
          {row.keyId === device?.keyId && <StateTag tone="accent">{say('here')}</StateTag>}
          {row.revoked && <StateTag tone="bad">{say('revoked')}</StateTag>}
        </span>
      ),
      card: 'title',
    },
    {
      id: 'custody',
      title: say('custody'),
      cell: (row) => say(row.custody === 'OPERATOR' ? 'OPERATORKEY' : row.custody),
      card: 'line',
    },
    {
      id: 'since',
      title: say('since'),
      cell: (row) => <MomentText moment={row.registeredAt} />,
      card: 'line',
    },
    { id: 'key', title: say('key'), cell: (row) => <span className="mono">{row.keyId}</span> },
  ];
}

function useMandateColumns(): readonly Column<Mandate>[] {
  const say = useTexts(partyTexts);
  const words = useActWords();
  return [
    { id: 'action', title: say('mandate'), cell: (row) => words.action(row.action), card: 'title' },
    {
      id: 'limit',
      title: say('upTo'),
      align: 'right',
      cell: (row) =>
        row.limit === null || row.limit === undefined ? (
          <span className="dim">{say('noLimit')}</span>
        ) : (
          <MoneyText money={row.limit} />
        ),
      card: 'amount',
    },
    {
      id: 'until',
      title: say('until'),
      cell: (row) => <DayText day={row.validTo} short />,
      card: 'line',
    },
  ];
}

function useAccountColumns(): readonly Column<Account>[] {
  const say = useTexts(partyTexts);
  return [
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
  ];
}
