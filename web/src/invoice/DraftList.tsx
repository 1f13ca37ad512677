/** Drafts: read, not yet submitted, seen by their owner only. */
import { useSuspenseQuery } from '@apollo/client/react';
import { Link } from 'react-router';
import { nodesOf } from '../lib/pages.ts';
import { useTexts } from '../lib/texts.ts';
import { MoneyText } from '../ui/MoneyText.tsx';
import { Card, Section } from '../ui/Screen.tsx';
import { StateTag } from '../ui/StateTag.tsx';
import { DraftsDocument } from './queries.ts';
import { invoiceTexts } from './texts.ts';
import './DraftList.css';

export function DraftList() {
  const say = useTexts(invoiceTexts);
  const { data } = useSuspenseQuery(DraftsDocument, { fetchPolicy: 'cache-and-network' });
  const drafts = nodesOf(data.drafts);
  if (drafts.length === 0) {
    return null;
  }
  return (
    <Section title={say('drafts')}>
      <Card flush>
        <ul className="drafts">
          {drafts.map((draft) => {
            const errors = draft.findings.filter(({ severity }) => severity === 'ERROR').length;
            return (
              <li key={draft.id}>
                <Link to={`/drafts/${draft.id}`}>
                  {draft.parsed === null || draft.parsed === undefined
                    ? draft.document.name
                    : say('draftFrom', {
                        number: draft.parsed.number,
                        buyer: draft.parsed.buyer.name,
                      })}
                </Link>
                {draft.parsed !== null && draft.parsed !== undefined && (
                  <MoneyText money={draft.parsed.payable} />
                )}
                <StateTag tone={errors > 0 ? 'warn' : 'accent'}>
                  {errors > 0 ? say('draftProblems', { count: errors }) : say('draftReady')}
                </StateTag>
              </li>
            );
          })}
        </ul>
      </Card>
    </Section>
  );
}
