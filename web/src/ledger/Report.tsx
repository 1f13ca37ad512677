/** What all reports share: whose books, which of them, over which days, and the file of it. */
import { useSuspenseQuery } from '@apollo/client/react';
import { Button, Select } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useSearchParams } from 'react-router';
import type { AccountPartsFragment } from '../lib/graphql/graphql.ts';
import { useLanguage, useTexts } from '../lib/texts.ts';
import { useBusinessDate, useViewer } from '../lib/viewer.ts';
import { Chips } from '../ui/Chips.tsx';
import { Empty } from '../ui/Empty.tsx';
import { Screen } from '../ui/Screen.tsx';
import { Tabs } from '../ui/Tabs.tsx';
import { BooksDocument } from './queries.ts';
import { daysOf, isSpan, spans } from './spans.ts';
import { ledgerTexts } from './texts.ts';
import './Report.css';

export type ReportOf = {
  /** The books that are looked at. */
  readonly book: string;
  readonly roles: readonly string[];
  readonly from: string;
  readonly to: string;
  readonly today: string;
};

/** The frame of a report; `children` is asked only when there are books to look at. */
export function Report({
  lead,
  exportName,
  hasSpan = true,
  children,
}: {
  readonly lead: string;
  /** The file of it, and more that stands in its address. */
  readonly exportName: (of: ReportOf) => string;
  readonly hasSpan?: boolean;
  readonly children: (of: ReportOf) => ReactNode;
}) {
  const say = useTexts(ledgerTexts);
  const viewer = useViewer();
  const today = useBusinessDate() ?? viewer.businessDate;
  const [search, setSearch] = useSearchParams();
  const { books } = useSuspenseQuery(BooksDocument).data;
  const chosen = books.find(({ id }) => id === search.get('book')) ?? books[0];
  const span = search.get('span');
  const days = daysOf(hasSpan && isSpan(span) ? span : 'year', today);

  if (chosen === undefined) {
    return (
      <Screen title={say('title')}>
        <Empty title={say('noBooks')}>{say('noBooksText')}</Empty>
      </Screen>
    );
  }
  const of = { book: chosen.id, roles: chosen.roles, ...days, today };
  return (
    <Screen
      title={say('title')}
      lead={lead}
      actions={
        <Button
          component="a"
          href={`/export/${exportName(of)}`}
          download
          variant="default"
          size="sm"
          leftSection={<IconDownload size={16} aria-hidden="true" />}
        >
          {say('download')}
        </Button>
      }
    >
      <ReportTabs isCore={chosen.roles.includes('CORE')} book={search.get('book')} />
      {(books.length > 1 || hasSpan) && (
        <div className="report-choices">
          {books.length > 1 && (
            <Select
              label={say('whose')}
              data={books.map(({ id, name }) => ({ value: id, label: name }))}
              value={chosen.id}
              onChange={(id) => {
                const next = new URLSearchParams(search);
                next.set('book', id ?? '');
                setSearch(next, { replace: true });
              }}
              allowDeselect={false}
            />
          )}
          {hasSpan && (
            <Chips
              label={say('span')}
              name="span"
              chips={spans.map((value) => ({ value, label: say(`span.${value}`) }))}
            />
          )}
        </div>
      )}
      {children(of)}
    </Screen>
  );
}

function ReportTabs({ isCore, book }: { readonly isCore: boolean; readonly book: string | null }) {
  const say = useTexts(ledgerTexts);
  const kept = book === null ? '' : `?book=${book}`;
  return (
    <Tabs
      label={say('tabs')}
      tabs={[
        { to: `/reports${kept}`, label: say('trial'), end: true },
        { to: `/reports/standing${kept}`, label: say('standing') },
        ...(isCore ? [{ to: `/reports/ias7${kept}`, label: say('ias7') }] : []),
      ]}
    />
  );
}

/** The account's name in the language of the page. */
export function useAccountName(): (account: AccountPartsFragment) => string {
  const language = useLanguage();
  return ({ name, nameZh }) => (language === 'zh' ? nameZh : name);
}
