/** What has the words that one typed, by kind; each line leads to the thing itself. */
import { useSuspenseQuery } from '@apollo/client/react';
import { Link, useSearchParams } from 'react-router';
import type { SearchQuery } from '../lib/graphql/graphql.ts';
import { nodesOf } from '../lib/pages.ts';
import { useTexts } from '../lib/texts.ts';
import { Empty } from '../ui/Empty.tsx';
import { MoneyText } from '../ui/MoneyText.tsx';
import { Screen, Section } from '../ui/Screen.tsx';
import { isSearchable, titleOf } from './found.ts';
import { SearchDocument } from './queries.ts';
import './Figures.css';
import { todayTexts } from './texts.ts';
import { screenFor } from './work.ts';

const kinds = ['invoices', 'certificates', 'requests', 'legs', 'lines', 'parties'] as const;
/** Found of each kind at first, and after asking for more. */
const firstFew = 5;
const many = 50;

export function SearchScreen() {
  const say = useTexts(todayTexts);
  const [search] = useSearchParams();
  const text = (search.get('text') ?? '').trim();
  return (
    <Screen title={say('searchTitle', { text })}>
      {isSearchable(text) ? (
        <Found text={text} first={search.get('all') === null ? firstFew : many} />
      ) : (
        <Empty title={say('searchShort')}>{say('searchShortText')}</Empty>
      )}
    </Screen>
  );
}

function Found({ text, first }: { readonly text: string; readonly first: number }) {
  const say = useTexts(todayTexts);
  const { data } = useSuspenseQuery(SearchDocument, { variables: { text, first } });
  const found = kinds.filter((kind) => data[kind].edges.length > 0);
  if (found.length === 0) {
    return <Empty title={say('searchNone')}>{say('searchNoneText')}</Empty>;
  }
  return (
    <>
      {found.map((kind) => (
        <Section
          key={kind}
          title={say(`found.${kind}`)}
          actions={
            data[kind].pageInfo.hasNextPage &&
            first === firstFew && (
              <Link to={`/search?text=${encodeURIComponent(text)}&all=1`}>{say('searchMore')}</Link>
            )
          }
        >
          <ul className="found">
            {nodesOf(data[kind]).map((node) => (
              <li key={node.id}>
                <FoundLine node={node} />
              </li>
            ))}
          </ul>
        </Section>
      ))}
    </>
  );
}

type Node = SearchQuery[(typeof kinds)[number]]['edges'][number]['node'];

function FoundLine({ node }: { readonly node: Node }) {
  const { title, who, money } = titleOf(node);
  const to = screenFor({ action: '', subjectId: node.id, subjectType: node.__typename });
  return (
    <div className="found-line">
      {to === '/' ? <span>{title}</span> : <Link to={to}>{title}</Link>}
      <span className="dim">{who}</span>
      {money !== undefined && <MoneyText money={money} />}
    </div>
  );
}
