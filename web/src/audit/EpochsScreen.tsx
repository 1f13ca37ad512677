/** Who votes since when, what has been decided about it and when that takes effect, and who broke a rule. */
import { useSuspenseQuery } from '@apollo/client/react';
import { Link } from 'react-router';
import { formatMoment } from '../lib/format-date.ts';
import type { EpochsQuery, GovernanceQuery } from '../lib/graphql/graphql.ts';
import { moreOf, nodesOf } from '../lib/pages.ts';
import { useKnown, useLanguage, useTexts } from '../lib/texts.ts';
import { type Column, DataTable } from '../ui/DataTable.tsx';
import { MomentText } from '../ui/DateText.tsx';
import { Empty } from '../ui/Empty.tsx';
import { Notice } from '../ui/Notice.tsx';
import { Screen, Section } from '../ui/Screen.tsx';
import { StateTag } from '../ui/StateTag.tsx';
import { changeState } from './change-state.ts';
import { explorerTexts } from './explorer-texts.ts';
import { NetworkTabs } from './NetworkTabs.tsx';
import { EpochsDocument, GovernanceDocument } from './queries.ts';
import { Stale } from './Stale.tsx';
import { stakeShare } from './shares.ts';
import { useWatched } from './use-watched.ts';

type Change = GovernanceQuery['network']['pending'][number];
type EvidenceSeen = GovernanceQuery['networkHealth']['evidence'][number];
type Epoch = EpochsQuery['epochs']['edges'][number]['node'];
type Row<T> = T & { readonly id: string };

const epochsOnPage = 20;

export function EpochsScreen() {
  const say = useTexts(explorerTexts);
  const { network, networkHealth } = useSuspenseQuery(GovernanceDocument, {
    fetchPolicy: 'cache-and-network',
  }).data;
  const { error } = useWatched(GovernanceDocument, {});
  const total = networkHealth.validators.reduce((sum, { stake }) => sum + BigInt(stake), 0n);

  return (
    <Screen title={say('epochsTitle')} lead={say('epochsLead')}>
      <NetworkTabs />
      <Stale error={error} />
      <Section title={say('pending')}>
        <Changes changes={network.pending} total={total} />
      </Section>
      <Epochs epochNow={networkHealth.epoch} />
      <Section title={say('evidence')}>
        {network.accused.length > 0 && (
          <Notice tone="bad" title={say('accused', { names: network.accused.join(', ') })} />
        )}
        <Evidence evidence={networkHealth.evidence} />
        {network.slashedStake !== '0' && (
          <p className="small dim">{say('slashed', { stake: network.slashedStake })}</p>
        )}
      </Section>
      <Unbonding unbonding={network.unbonding} />
    </Screen>
  );
}

function Changes({
  changes,
  total,
}: {
  readonly changes: readonly Change[];
  readonly total: bigint;
}) {
  const say = useTexts(explorerTexts);
  const language = useLanguage();
  const sentence = useSentence();
  if (changes.length === 0) {
    return <Empty title={say('pendingNone')}>{say('pendingNoneText')}</Empty>;
  }
  const columns: readonly Column<Row<Change>>[] = [
    { id: 'change', title: say('change'), cell: sentence, card: 'title' },
    {
      id: 'proposed',
      title: say('proposed'),
      cell: (row) => <MomentText moment={row.proposedAt} />,
      card: 'line',
    },
    {
      id: 'due',
      title: say('due'),
      cell: (row) => say('dueValue', { at: formatMoment(row.dueAt, language) }),
      card: 'line',
    },
    {
      id: 'state',
      title: say('state'),
      cell: (row) => <ChangeState change={row} total={total} />,
      card: 'state',
    },
  ];
  const rows = changes.map((each) => ({ ...each, id: each.change }));
  return <DataTable caption={say('pending')} columns={columns} rows={rows} follows />;
}

function ChangeState({ change, total }: { readonly change: Change; readonly total: bigint }) {
  const say = useTexts(explorerTexts);
  const state = changeState(change, total, Date.now());
  switch (state) {
    case 'ready':
      return <StateTag tone="warn">{say('waitsReady')}</StateTag>;
    case 'approval':
      return (
        <StateTag tone="warn">
          {say('waitsApproval', { share: stakeShare(change.approvedStake, total) })}
        </StateTag>
      );
    case 'time':
      return <StateTag tone="quiet">{say('waitsTime')}</StateTag>;
    case 'epoch':
      return <StateTag tone="accent">{say('waitsEpoch')}</StateTag>;
  }
}

/** A change in one sentence; one of a kind that this page does not know, by the kind's name. */
function useSentence(): (change: Change) => string {
  const known = useKnown(explorerTexts);
  return ({ operation, validator, organisation, stake, parameter, value }) =>
    known(`change.${operation}`, {
      ...{ validator: validator ?? '', organisation: organisation ?? '' },
      ...{ stake: stake ?? '', value: value ?? '' },
      parameter: known(`parameter.${parameter}`) ?? parameter ?? '',
    }) ?? operation;
}

function Epochs({ epochNow }: { readonly epochNow: string }) {
  const say = useTexts(explorerTexts);
  const { data, fetchMore } = useSuspenseQuery(EpochsDocument, {
    variables: { first: epochsOnPage },
    fetchPolicy: 'cache-and-network',
  });
  useWatched(EpochsDocument, { first: epochsOnPage });
  const columns = useEpochColumns(epochNow);
  const rows = nodesOf(data.epochs).map((epoch) => ({ ...epoch, id: epoch.number }));
  return (
    <Section title={say('epochs')}>
      <DataTable
        caption={say('epochsCaption')}
        columns={columns}
        rows={rows}
        follows
        onMore={moreOf(data.epochs, fetchMore)}
      />
    </Section>
  );
}

function useEpochColumns(epochNow: string): readonly Column<Row<Epoch>>[] {
  const say = useTexts(explorerTexts);
  return [
    {
      id: 'number',
      title: say('epochNumber'),
      cell: (row) => <span className="figures">{say('epochTitle', { number: row.number })}</span>,
      card: 'title',
    },
    {
      id: 'from',
      title: say('from'),
      align: 'right',
      cell: ({ firstHeight, handoverIndex }) => (
        <span className="figures">
          {handoverIndex === null || handoverIndex === undefined ? (
            firstHeight
          ) : (
            <Link to={`/network/blocks/${firstHeight - 1}`}>{firstHeight}</Link>
          )}
        </span>
      ),
      card: 'line',
    },
    {
      id: 'voters',
      title: say('voters'),
      cell: ({ validators }) => {
        const total = validators.reduce((sum, { stake }) => sum + BigInt(stake), 0n);
        return validators
          .map(({ name, stake }) => say('votersValue', { name, share: stakeShare(stake, total) }))
          .join(', ');
      },
      card: 'line',
    },
    {
      id: 'handover',
      title: say('handover'),
      cell: ({ vouchedStake, vouchedTotal }) =>
        vouchedStake === null || vouchedStake === undefined
          ? say('handoverGenesis')
          : say('handoverValue', { share: stakeShare(vouchedStake, vouchedTotal ?? '0') }),
      card: 'line',
    },
    {
      id: 'state',
      title: say('state'),
      cell: ({ number }) =>
        number === epochNow ? (
          <StateTag tone="good">{say('running')}</StateTag>
        ) : (
          <StateTag tone="quiet">{say('past')}</StateTag>
        ),
      card: 'state',
    },
  ];
}

function Evidence({ evidence }: { readonly evidence: readonly EvidenceSeen[] }) {
  const say = useTexts(explorerTexts);
  if (evidence.length === 0) {
    return <Empty title={say('evidenceNone')}>{say('evidenceNoneText')}</Empty>;
  }
  const columns: readonly Column<Row<EvidenceSeen>>[] = [
    { id: 'validator', title: say('validator'), cell: (row) => row.validator, card: 'title' },
    {
      id: 'broke',
      title: say('broke'),
      align: 'right',
      cell: (row) => <span className="figures">{row.epoch}</span>,
      card: 'line',
    },
    {
      id: 'time',
      title: say('time'),
      cell: (row) => <MomentText moment={row.at} />,
      card: 'line',
    },
    {
      id: 'height',
      title: say('height'),
      cell: (row) => (
        <Link to={`/network/blocks/${row.height}`}>{say('block', { height: row.height })}</Link>
      ),
      card: 'line',
    },
  ];
  const rows = evidence.map((each) => ({ ...each, id: each.index }));
  return <DataTable caption={say('evidenceCaption')} columns={columns} rows={rows} follows />;
}

function Unbonding({ unbonding }: { readonly unbonding: GovernanceQuery['network']['unbonding'] }) {
  const say = useTexts(explorerTexts);
  if (unbonding.length === 0) {
    return null;
  }
  const columns: readonly Column<Row<(typeof unbonding)[number]>>[] = [
    { id: 'name', title: say('validator'), cell: (row) => row.name, card: 'title' },
    {
      id: 'stake',
      title: say('stake'),
      align: 'right',
      cell: (row) => <span className="figures">{row.stake}</span>,
      card: 'amount',
    },
    {
      id: 'until',
      title: say('until'),
      cell: (row) => <MomentText moment={row.until} />,
      card: 'line',
    },
  ];
  const rows = unbonding.map((each) => ({ ...each, id: `${each.name} ${each.until}` }));
  return (
    <Section title={say('unbonding')}>
      <DataTable caption={say('unbonding')} columns={columns} rows={rows} follows />
    </Section>
  );
}
