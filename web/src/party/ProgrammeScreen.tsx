/** The programmes that the viewer is in: their rules, and who takes part. */
import { useSuspenseQuery } from '@apollo/client/react';
import { formatAmount, formatMoney, fromMinor } from '../lib/format-money.ts';
import type { ProgrammesOfViewerQuery } from '../lib/graphql/graphql.ts';
import { useKnown, useTexts } from '../lib/texts.ts';
import { mandateFor, useViewer } from '../lib/viewer.ts';
import { ActionLink } from '../ui/ActionLink.tsx';
import { type Column, DataTable } from '../ui/DataTable.tsx';
import { Empty } from '../ui/Empty.tsx';
import { Facts } from '../ui/Facts.tsx';
import { useRuleWords } from '../ui/PolicyDecisions.tsx';
import { ProofMark } from '../ui/Proof.tsx';
import { Card, Screen, Section } from '../ui/Screen.tsx';
import { StateTag } from '../ui/StateTag.tsx';
import { programmeTexts } from './programme-texts.ts';
import { ProgrammesDocument, TermsOnOfferDocument } from './queries.ts';
import { partyTexts } from './texts.ts';

type Programme = NonNullable<ProgrammesOfViewerQuery['viewer']>['programmes'][number];
type Member = Programme['members'][number] & { readonly id: string };

export function ProgrammeScreen() {
  const say = useTexts(partyTexts);
  const add = useTexts(programmeTexts);
  const { viewer } = useSuspenseQuery(ProgrammesDocument, {
    fetchPolicy: 'cache-and-network',
  }).data;
  const me = useViewer();
  const mayManage = me.party.roles.includes('CORE') && mandateFor(me, 'party.admin') !== undefined;
  const programmes = viewer?.programmes ?? [];
  const columns = useColumns();
  return (
    <Screen
      title={say('programmeTitle')}
      lead={say('programmeLead')}
      actions={
        <>
          <ActionLink to="/calendars" quiet>
            {add('calendarsPage')}
          </ActionLink>
          {mayManage && <ActionLink to="/programme/open">{add('open')}</ActionLink>}
        </>
      }
    >
      {programmes.length === 0 && <Empty title={say('noProgramme')} />}
      {programmes.map((programme) => (
        <Section
          key={programme.id}
          title={programme.name}
          actions={
            <>
              <ProofMark anchor={programme.anchor} subjectId={programme.id} withWord />
              {mayManage && programme.core.id === me.party.id && (
                <>
                  <ActionLink to={`/programme/${programme.id}/amend`} quiet>
                    {add('amend')}
                  </ActionLink>
                  <ActionLink to={`/programme/${programme.id}/admit`} quiet>
                    {add('admit')}
                  </ActionLink>
                </>
              )}
            </>
          }
        >
          <Card>
            <Rules programme={programme} />
          </Card>
          <Policy programme={programme} />
          <DataTable
            caption={`${say('members')}: ${programme.name}`}
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
  const add = useTexts(programmeTexts);
  const known = useKnown(partyTexts);
  const known2 = useKnown(programmeTexts);
  const { currency, minSplitMinor } = programme;
  return (
    <Facts
      facts={[
        { name: say('core'), value: programme.core.name, strong: true },
        {
          name: add('technique'),
          value: known2(programme.technique) ?? programme.technique,
        },
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
        {
          name: add('calendars'),
          value: programme.calendars.map((name) => known2(name) ?? name).join(', '),
        },
        {
          name: add('hours'),
          value: add('hoursValue', {
            opens: programme.marketOpens,
            closes: programme.marketCloses,
            zone: programme.timeZone,
          }),
        },
        programme.exDays === 0
          ? undefined
          : { name: add('exDays'), value: say('businessDays', { count: programme.exDays }) },
        programme.issueLimit === null ||
        programme.issueLimit === undefined ||
        programme.promised === null ||
        programme.promised === undefined
          ? undefined
          : {
              name: add('promised'),
              value: add('promisedOf', {
                promised: formatMoney(programme.promised),
                limit: formatMoney(programme.issueLimit),
              }),
            },
        { name: add('depth'), value: `${programme.maxDepth ?? add('anyDepth')}` },
        {
          name: add('policy'),
          value:
            programme.policyPacks.length === 0 ? add('noPolicy') : programme.policyPacks.join(', '),
        },
      ]}
    />
  );
}

/** What the packs of a programme say, in words. */
function Policy({ programme }: { readonly programme: Programme }) {
  const add = useTexts(programmeTexts);
  const known = useKnown(programmeTexts);
  const words = useRuleWords();
  const { data } = useSuspenseQuery(TermsOnOfferDocument);
  const packs = data.policyPacks.filter(({ label }) => programme.policyPacks.includes(label));
  return packs.map((pack) => (
    <Section key={pack.label} title={`${pack.label}: ${pack.title}`}>
      <DataTable
        caption={`${add('policyRules')}: ${programme.name}, ${pack.label}`}
        columns={[
          { id: 'rule', title: add('rule'), cell: ({ id }) => id, card: 'title' },
          {
            id: 'says',
            title: add('says'),
            cell: ({ id, says }) => words({ pack: pack.label, rule: id, says }),
            card: 'line',
          },
          {
            id: 'asks',
            title: add('asks'),
            cell: ({ occasions }) => occasions.map((each) => known(each) ?? each).join(', '),
            card: 'line',
          },
        ]}
        rows={pack.rules.map((rule) => ({ ...rule, id: rule.name }))}
      />
      <p className="small dim">
        {add('hash')} <span className="mono">{pack.hash}</span>
      </p>
    </Section>
  ));
}

function useColumns(): readonly Column<Member>[] {
  const say = useTexts(partyTexts);
  return [
    {
      id: 'party',
      title: say('member'),
      cell: (row) => (
        <span className="row">
          {row.party.name}
          {row.party.state === 'SUSPENDED' && <StateTag tone="bad">{say('suspended')}</StateTag>}
        </span>
      ),
      card: 'title',
    },
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
