/** The programmes that the viewer is in: their rules, and who takes part. */
import { useSuspenseQuery } from '@apollo/client/react';
import { formatAmount, formatMoney, fromMinor } from '../lib/format-money.ts';
import type { ProgrammesOfViewerQuery } from '../lib/graphql/graphql.ts';
import { useKnown, useTexts } from '../lib/texts.ts';
import { type Column, DataTable } from '../ui/DataTable.tsx';
import { Empty } from '../ui/Empty.tsx';
import { Facts } from '../ui/Facts.tsx';
import { ProofMark } from '../ui/Proof.tsx';
import { Card, Screen, Section } from '../ui/Screen.tsx';
import { ProgrammesDocument } from './queries.ts';
import { partyTexts } from './texts.ts';

type Programme = NonNullable<ProgrammesOfViewerQuery['viewer']>['programmes'][number];
type Member = Programme['members'][number] & { readonly id: string };

export function ProgrammeScreen() {
  const say = useTexts(partyTexts);
  const { viewer } = useSuspenseQuery(ProgrammesDocument).data;
  const programmes = viewer?.programmes ?? [];
  const columns = useColumns();
  return (
    <Screen title={say('programmeTitle')} lead={say('programmeLead')}>
      {programmes.length === 0 && <Empty title={say('noProgramme')} />}
      {programmes.map((programme) => (
        <Section
          key={programme.id}
          title={programme.name}
          actions={<ProofMark anchor={programme.anchor} subjectId={programme.id} withWord />}
        >
          <Card>
            <Rules programme={programme} />
          </Card>
          <DataTable
            caption={say('members')}
            columns={columns}
            rows={programme.members.map((member) => ({
              ...member,
              id: `${member.party.id} ${member.role}`,
            }))}
          />
        </Section>
      ))}
    </Screen>
  );
}

function Rules({ programme }: { readonly programme: Programme }) {
  const say = useTexts(partyTexts);
  const known = useKnown(partyTexts);
  const { currency, minSplitMinor } = programme;
  return (
    <Facts
      facts={[
        { name: say('core'), value: programme.core.name, strong: true },
        { name: say('currency'), value: currency ?? say('anyCurrency') },
        {
          name: say('minSplit'),
          value:
            currency === null || currency === undefined
              ? say('minSplitAny', {
                  amount: formatAmount(fromMinor(BigInt(minSplitMinor), 'EUR')),
                  minor: minSplitMinor,
                })
              : formatMoney(fromMinor(BigInt(minSplitMinor), currency)),
        },
        {
          name: say('tenor'),
          value: say('tenorDays', { min: programme.minTenorDays, max: programme.maxTenorDays }),
        },
        { name: say('confirmDays'), value: say('businessDays', { count: programme.confirmDays }) },
        { name: say('graceDays'), value: say('days', { count: programme.graceDays }) },
        { name: say('dayCount'), value: known(programme.dayCount) ?? programme.dayCount },
        {
          name: say('holiday'),
          value: known(programme.businessDayRule) ?? programme.businessDayRule,
        },
        { name: say('recourse'), value: known(programme.recourse) ?? programme.recourse },
        { name: say('delivery'), value: say(programme.requireDelivery ? 'yes' : 'no') },
      ]}
    />
  );
}

function useColumns(): readonly Column<Member>[] {
  const say = useTexts(partyTexts);
  return [
    { id: 'party', title: say('member'), cell: (row) => row.party.name, card: 'title' },
    { id: 'role', title: say('role'), cell: (row) => say(row.role), card: 'state' },
    {
      id: 'registration',
      title: say('registration'),
      cell: (row) => (
        <>
          {row.party.registrationScheme} {row.party.registrationNumber}
          {row.party.registrationMadeUp && <span className="dim"> ({say('madeUp')})</span>}
        </>
      ),
      card: 'line',
    },
    { id: 'country', title: say('country'), cell: (row) => row.party.country, card: 'line' },
  ];
}
