/** One person of the team: what they may sign, and their keys. */
import type { PersonPartsFragment } from '../lib/graphql/graphql.ts';
import { useTexts } from '../lib/texts.ts';
import { mandateFor, useViewer } from '../lib/viewer.ts';
import { ActionLink } from '../ui/ActionLink.tsx';
import { useActWords } from '../ui/act-words.ts';
import { type Column, DataTable } from '../ui/DataTable.tsx';
import { DayText, MomentText } from '../ui/DateText.tsx';
import { Empty } from '../ui/Empty.tsx';
import { Detail } from '../ui/ListDetail.tsx';
import { MoneyText } from '../ui/MoneyText.tsx';
import { Section } from '../ui/Screen.tsx';
import { StateTag, type Tone } from '../ui/StateTag.tsx';
import { standingOf } from './mandates.ts';
import { teamTexts } from './team-texts.ts';
import { partyTexts } from './texts.ts';
import { usePerson } from './use-person.ts';

type Mandate = PersonPartsFragment['mandates'][number];
type Key = PersonPartsFragment['keys'][number];

const tones: Readonly<Record<ReturnType<typeof standingOf>, Tone>> = {
  VALID: 'good',
  COMING: 'accent',
  EXPIRED: 'quiet',
  REVOKED: 'bad',
};

export function PersonDetail() {
  const say = useTexts(teamTexts);
  const words = useActWords();
  const viewer = useViewer();
  const person = usePerson();
  const mayAdmin = mandateFor(viewer, 'party.admin') !== undefined;
  const mandateColumns = useMandateColumns(person, mayAdmin);
  const keyColumns = useKeyColumns(person, mayAdmin);
  const hasKey = person.keys.some(({ revoked }) => !revoked);
  const { name, mandates, keys } = person;
  return (
    <Detail title={name} back="/team" state={words.role(person.role)}>
      <Section
        title={say('mandates', { name })}
        actions={
          mayAdmin && <ActionLink to={`/team/${person.id}/grant`}>{say('grant')}</ActionLink>
        }
      >
        {mandates.length === 0 ? (
          <Empty title={say('mandatesNone', { name })} />
        ) : (
          <DataTable caption={say('mandates', { name })} columns={mandateColumns} rows={mandates} />
        )}
      </Section>
      <Section
        title={say('keysOf', { name })}
        actions={
          mayAdmin &&
          !hasKey && (
            <ActionLink to={`/team/${person.id}/key`}>{say('giveKey', { name })}</ActionLink>
          )
        }
      >
        {keys.length === 0 ? (
          <Empty title={say('keysOfNone', { name })} />
        ) : (
          <DataTable caption={say('keysOf', { name })} columns={keyColumns} rows={keys} />
        )}
      </Section>
    </Detail>
  );
}

function useMandateColumns(
  person: PersonPartsFragment,
  mayAdmin: boolean,
): readonly Column<Mandate>[] {
  const say = useTexts(teamTexts);
  const words = useActWords();
  const today = useViewer().businessDate;
  return [
    { id: 'action', title: say('action'), cell: (row) => words.action(row.action), card: 'title' },
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
    {
      id: 'state',
      title: say('state'),
      cell: (row) => {
        const standing = standingOf(row, today);
        const mayRevoke = mayAdmin && (standing === 'VALID' || standing === 'COMING');
        return (
          <span className="row">
            <StateTag tone={tones[standing]}>{say(standing)}</StateTag>
            {mayRevoke && (
              <ActionLink to={`/team/${person.id}/mandates/${row.id}/revoke`} small quiet>
                {say('revoke')}
              </ActionLink>
            )}
          </span>
        );
      },
      card: 'state',
    },
  ];
}

function useKeyColumns(person: PersonPartsFragment, mayAdmin: boolean): readonly Column<Key>[] {
  const say = useTexts(teamTexts);
  const party = useTexts(partyTexts);
  return [
    { id: 'label', title: say('key'), cell: (row) => row.label, card: 'title' },
    {
      id: 'held',
      title: say('held'),
      cell: (row) => party(row.custody === 'OPERATOR' ? 'OPERATORKEY' : row.custody),
      card: 'line',
    },
    {
      id: 'since',
      title: say('since'),
      cell: (row) => <MomentText moment={row.registeredAt} />,
      card: 'line',
    },
    {
      id: 'state',
      title: say('state'),
      cell: (row) =>
        row.revoked ? (
          <StateTag tone="bad">{party('revoked')}</StateTag>
        ) : (
          <span className="row">
            <StateTag tone="good">{say('VALID')}</StateTag>
            {mayAdmin && (
              <ActionLink to={`/team/${person.id}/keys/${row.keyId}/revoke`} small quiet>
                {say('revoke')}
              </ActionLink>
            )}
          </span>
        ),
      card: 'state',
    },
  ];
}
