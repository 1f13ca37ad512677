/** Which rules of which policy version were applied to an object, and what the newest version says today. */
import { useQuery } from '@apollo/client/react';
import { graphql } from '../lib/graphql/gql.ts';
import type { PolicyDecisionsQuery } from '../lib/graphql/graphql.ts';
import { useLanguage, useTexts } from '../lib/texts.ts';
import { type Column, DataTable } from './DataTable.tsx';
import { DayText } from './DateText.tsx';
import { policyTexts, rulesInChinese } from './policy-texts.ts';
import { Section } from './Screen.tsx';
import { StateTag } from './StateTag.tsx';
import { Why } from './Why.tsx';

export const PolicyDecisionsDocument = graphql(`
  query PolicyDecisions($subjectId: ID!) {
    policyDecisions(subjectId: $subjectId) {
      decidedOn
      hash
      reason
      verdict {
        pack
        rule
        says
        outcome
        seen
        expected
      }
      today {
        pack
        outcome
      }
    }
  }
`);

type Decision = PolicyDecisionsQuery['policyDecisions'][number];
type Row = Decision & { readonly id: string };

const tones = { PASS: 'good', WARN: 'warn', REFUSE: 'bad' } as const;

export function PolicyDecisions({ subjectId }: { readonly subjectId: string }) {
  const say = useTexts(policyTexts);
  const columns = useColumns();
  const { data } = useQuery(PolicyDecisionsDocument, {
    variables: { subjectId },
    fetchPolicy: 'cache-and-network',
  });
  const rows = (data?.policyDecisions ?? []).map((each) => ({ ...each, id: each.verdict.rule }));
  if (rows.length === 0) return null;
  return (
    <Section title={say('title')}>
      <DataTable caption={say('title')} columns={columns} rows={rows} />
    </Section>
  );
}

/** The rule in the reader's language. */
export function useRuleWords(): (
  rule: Pick<Decision['verdict'], 'pack' | 'rule' | 'says'>,
) => string {
  const language = useLanguage();
  return ({ pack, rule, says }) =>
    language === 'zh' ? (rulesInChinese[`${pack} ${rule}`] ?? says) : says;
}

function useColumns(): readonly Column<Row>[] {
  const say = useTexts(policyTexts);
  const words = useRuleWords();
  return [
    {
      id: 'rule',
      title: say('rule'),
      cell: ({ verdict, hash, reason }) => (
        <span className="row">
          {verdict.pack} {verdict.rule}
          <Why
            rule={words(verdict)}
            seen={verdict.seen}
            expected={verdict.expected}
            help={[reason === null ? '' : `${say('reason')}: ${reason}`, `${say('hash')}: ${hash}`]
              .filter((each) => each !== '')
              .join(' · ')}
            label={verdict.rule}
          />
        </span>
      ),
      card: 'title',
    },
    {
      id: 'outcome',
      title: say('outcome'),
      cell: ({ verdict }) => (
        <StateTag tone={tones[verdict.outcome]}>{say(verdict.outcome)}</StateTag>
      ),
      card: 'state',
    },
    {
      id: 'decided',
      title: say('decided'),
      cell: ({ decidedOn }) => <DayText day={decidedOn} short />,
      card: 'line',
    },
    {
      id: 'today',
      title: say('today'),
      cell: ({ verdict, today }) =>
        today === null || today === undefined
          ? say('gone')
          : today.outcome === verdict.outcome && today.pack === verdict.pack
            ? say('same')
            : `${today.pack}: ${say(today.outcome)}`,
      card: 'line',
    },
  ];
}
