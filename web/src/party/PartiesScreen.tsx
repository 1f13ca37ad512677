/** The operator's list of organisations: who takes part, and with whom nothing new is begun. */
import { useSuspenseQuery } from '@apollo/client/react';
import type { PartiesQuery } from '../lib/graphql/graphql.ts';
import { moreOf, nodesOf, pageSize } from '../lib/pages.ts';
import { useTexts } from '../lib/texts.ts';
import { mandateFor, useViewer } from '../lib/viewer.ts';
import { ActionLink } from '../ui/ActionLink.tsx';
import { type Column, DataTable } from '../ui/DataTable.tsx';
import { Empty } from '../ui/Empty.tsx';
import { proofColumn } from '../ui/ListTable.tsx';
import { Screen } from '../ui/Screen.tsx';
import { StateTag } from '../ui/StateTag.tsx';
import { PartiesDocument } from './queries.ts';
import { suspensionTexts } from './suspension-texts.ts';
import { partyTexts } from './texts.ts';

type Party = PartiesQuery['parties']['edges'][number]['node'];

export function PartiesScreen() {
  const say = useTexts(suspensionTexts);
  const { data, fetchMore } = useSuspenseQuery(PartiesDocument, {
    variables: { first: pageSize },
    fetchPolicy: 'cache-and-network',
  });
  const rows = nodesOf(data.parties);
  const columns = useColumns();
  return (
    <Screen title={say('partiesTitle')} lead={say('partiesLead')}>
      {rows.length === 0 ? (
        <Empty title={say('partiesNone')} />
      ) : (
        <DataTable
          caption={say('partiesTitle')}
          columns={columns}
          rows={rows}
          onMore={moreOf(data.parties, fetchMore)}
        />
      )}
    </Screen>
  );
}

function useColumns(): readonly Column<Party>[] {
  const say = useTexts(suspensionTexts);
  const party = useTexts(partyTexts);
  const viewer = useViewer();
  const mayDecide = mandateFor(viewer, 'party.admin') !== undefined;
  const columns: readonly Column<Party>[] = [
    { id: 'name', title: say('name'), cell: (row) => row.name, card: 'title' },
    {
      id: 'roles',
      title: say('roles'),
      cell: (row) => row.roles.map((role) => party(role)).join(', '),
      card: 'line',
    },
    {
      id: 'registration',
      title: say('registration'),
      cell: (row) => (
        <span className="figures">
          {`${row.registrationScheme} ${row.registrationNumber}`}
          {row.registrationMadeUp && <span className="small dim"> ({say('madeUp')})</span>}
        </span>
      ),
      card: 'line',
    },
    { id: 'country', title: say('country'), cell: (row) => row.country },
    {
      id: 'state',
      title: say('state'),
      cell: (row) => <PartyStateTag state={row.state} />,
      card: 'state',
    },
  ];
  const action: Column<Party> = {
    id: 'action',
    title: say('action'),
    align: 'right',
    cell: (row) =>
      row.id !== viewer.party.id && (
        <ActionLink
          to={`/parties/${row.id}/${row.state === 'SUSPENDED' ? 'reinstate' : 'suspend'}`}
          small
          quiet
        >
          {say(row.state === 'SUSPENDED' ? 'reinstate' : 'suspend')}
        </ActionLink>
      ),
    card: 'state',
  };
  return mayDecide ? [...columns, proofColumn(), action] : [...columns, proofColumn()];
}

function PartyStateTag({ state }: { readonly state: Party['state'] }) {
  const say = useTexts(suspensionTexts);
  return <StateTag tone={state === 'ACTIVE' ? 'good' : 'bad'}>{say(state)}</StateTag>;
}
