/** What the bank is willing to have out, how much of it is taken, and what waits for a second person. */
import { useSuspenseQuery } from '@apollo/client/react';
import { formatDay } from '../lib/format-date.ts';
import { formatMoney, toMinor } from '../lib/format-money.ts';
import type { LimitPartsFragment, LimitProposalPartsFragment } from '../lib/graphql/graphql.ts';
import { useLanguage, useTexts } from '../lib/texts.ts';
import { mandateFor, useViewer } from '../lib/viewer.ts';
import { ActionLink } from '../ui/ActionLink.tsx';
import { type Column, DataTable } from '../ui/DataTable.tsx';
import { DayText } from '../ui/DateText.tsx';
import { Empty } from '../ui/Empty.tsx';
import { proofColumn } from '../ui/ListTable.tsx';
import { MoneyText } from '../ui/MoneyText.tsx';
import { Notice } from '../ui/Notice.tsx';
import { Screen } from '../ui/Screen.tsx';
import { useLimitWords } from './limit-words.ts';
import { LimitsDocument } from './queries.ts';
import { financingTexts } from './texts.ts';
import './LimitsScreen.css';

export function LimitsScreen() {
  const say = useTexts(financingTexts);
  const viewer = useViewer();
  const { data } = useSuspenseQuery(LimitsDocument, { fetchPolicy: 'cache-and-network' });
  const columns = useColumns();
  const set = mandateFor(viewer, 'limit.set') !== undefined && (
    <ActionLink to="/limits/set">{say('limitSet')}</ActionLink>
  );
  return (
    <Screen title={say('limits')} lead={say('limitsLead')} actions={set}>
      {data.limitProposals
        .filter(({ isOpen }) => isOpen)
        .map((proposal) => (
          <Waiting key={proposal.id} proposal={proposal} />
        ))}
      {data.limits.length === 0 ? (
        <Empty title={say('limitsEmpty')} action={set}>
          {say('limitsEmptyText')}
        </Empty>
      ) : (
        <DataTable caption={say('limits')} columns={columns} rows={data.limits} />
      )}
    </Screen>
  );
}

/** A proposed limit that a second person of the bank puts in force. */
function Waiting({ proposal }: { readonly proposal: LimitProposalPartsFragment }) {
  const say = useTexts(financingTexts);
  const language = useLanguage();
  const wordsOf = useLimitWords();
  const words = {
    on: wordsOf(proposal),
    by: proposal.proposedBy,
    amount: formatMoney(proposal.sanctioned),
    valid: formatDay(proposal.validTo, language),
  };
  return (
    <Notice
      tone="info"
      title={say('limitWaits', words)}
      action={
        !proposal.isOwn && (
          <ActionLink to={`/limits/approve/${proposal.id}`}>{say('limitApprove')}</ActionLink>
        )
      }
    >
      {proposal.isOwn && say('limitOwn')}
    </Notice>
  );
}

function useColumns(): readonly Column<LimitPartsFragment>[] {
  const say = useTexts(financingTexts);
  const wordsOf = useLimitWords();
  return [
    { id: 'on', title: say('limitBuyer'), cell: wordsOf, card: 'title' },
    {
      id: 'about',
      title: say('limitAbout'),
      cell: (row) => say(`limit.${row.dimension}`),
      card: 'line',
    },
    {
      id: 'bar',
      title: say('useOf'),
      cell: (row) => <UseBar limit={row} />,
    },
    {
      id: 'sanctioned',
      title: say('sanctioned'),
      align: 'right',
      cell: (row) => <MoneyText money={row.sanctioned} />,
      card: 'amount',
    },
    {
      id: 'adhoc',
      title: say('limitAdhoc'),
      align: 'right',
      cell: (row) =>
        row.adhocTo == null ? (
          '–'
        ) : (
          <>
            <MoneyText money={row.adhoc} />{' '}
            <span className="small dim">
              <DayText day={row.adhocTo} short />
            </span>
          </>
        ),
      extra: true,
      card: 'line',
    },
    {
      id: 'blocked',
      title: say('blocked'),
      align: 'right',
      cell: (row) => <MoneyText money={row.blocked} />,
      card: 'line',
    },
    {
      id: 'used',
      title: say('utilised'),
      align: 'right',
      cell: (row) => <MoneyText money={row.utilised} />,
      card: 'line',
    },
    {
      id: 'available',
      title: say('available'),
      align: 'right',
      cell: (row) => <MoneyText money={row.available} />,
      card: 'line',
    },
    {
      id: 'valid',
      title: say('validTo'),
      cell: (row) => <DayText day={row.validTo} short />,
      card: 'line',
    },
    proofColumn(),
  ];
}

/** Used and blocked as parts of the limit. The figures beside it say the same. */
function UseBar({ limit }: { readonly limit: LimitPartsFragment }) {
  const whole = toMinor(limit.sanctioned) + toMinor(limit.adhoc);
  const share = (minor: bigint) =>
    whole === 0n ? 0 : Math.min(100, Number((minor * 1000n) / whole) / 10);
  return (
    <span className="use-bar" aria-hidden="true">
      <span className="use-used" style={{ width: `${share(toMinor(limit.utilised))}%` }} />
      <span className="use-blocked" style={{ width: `${share(toMinor(limit.blocked))}%` }} />
    </span>
  );
}
