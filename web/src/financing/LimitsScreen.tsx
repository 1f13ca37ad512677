/** What the bank is willing to owe on each buyer, and how much of it is taken. */
import { useSuspenseQuery } from '@apollo/client/react';
import { toMinor } from '../lib/format-money.ts';
import type { LimitPartsFragment } from '../lib/graphql/graphql.ts';
import { useTexts } from '../lib/texts.ts';
import { mandateFor, useViewer } from '../lib/viewer.ts';
import { ActionLink } from '../ui/ActionLink.tsx';
import { type Column, DataTable } from '../ui/DataTable.tsx';
import { DayText } from '../ui/DateText.tsx';
import { Empty } from '../ui/Empty.tsx';
import { proofColumn } from '../ui/ListTable.tsx';
import { MoneyText } from '../ui/MoneyText.tsx';
import { Screen } from '../ui/Screen.tsx';
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

function useColumns(): readonly Column<LimitPartsFragment>[] {
  const say = useTexts(financingTexts);
  return [
    { id: 'buyer', title: say('limitBuyer'), cell: (row) => row.buyer.name, card: 'title' },
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
  const whole = toMinor(limit.sanctioned);
  const share = (minor: bigint) =>
    whole === 0n ? 0 : Math.min(100, Number((minor * 1000n) / whole) / 10);
  return (
    <span className="use-bar" aria-hidden="true">
      <span className="use-used" style={{ width: `${share(toMinor(limit.utilised))}%` }} />
      <span className="use-blocked" style={{ width: `${share(toMinor(limit.blocked))}%` }} />
    </span>
  );
}
