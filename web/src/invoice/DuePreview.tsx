/** What follows from a due date before it is promised: when money moves, and what the policy says. */
import { useQuery } from '@apollo/client/react';
import { formatDay } from '../lib/format-date.ts';
import { graphql } from '../lib/graphql/gql.ts';
import type { DuePreviewQuery } from '../lib/graphql/graphql.ts';
import { useLanguage, useTexts } from '../lib/texts.ts';
import { Notice } from '../ui/Notice.tsx';
import { useRuleWords } from '../ui/PolicyDecisions.tsx';
import { policyTexts } from '../ui/policy-texts.ts';

export const DuePreviewDocument = graphql(`
  query DuePreview($programmeId: ID!, $dueDate: Date!) {
    programme(id: $programmeId) {
      id
      payable(dueDate: $dueDate) {
        date
        extraDays
        unpublished
      }
      policy(dueDate: $dueDate) {
        pack
        rule
        says
        outcome
        needsReason
        seen
        expected
      }
    }
  }
`);

type Preview = DuePreviewQuery['programme'];

/** The preview of a whole date, or undefined while it is asked for. */
export function useDuePreview(programmeId: string, dueDate: string): Preview | undefined {
  const isWhole = /^\d{4}-\d{2}-\d{2}$/.test(dueDate);
  const { data } = useQuery(DuePreviewDocument, {
    variables: { programmeId, dueDate },
    skip: !isWhole,
  });
  return isWhole ? data?.programme : undefined;
}

/** True when the policy lets the promise pass only with a reason. */
export function needsReason(preview: Preview | undefined): boolean {
  return preview?.policy.some((each) => each.outcome === 'WARN' && each.needsReason) ?? false;
}

/** The business day of the due date in words. */
export function usePayableWords(): (preview: Preview | undefined) => string | undefined {
  const say = useTexts(policyTexts);
  const language = useLanguage();
  return (preview) => {
    if (preview === undefined) return undefined;
    const { date, extraDays } = preview.payable;
    const day = formatDay(date, language);
    if (extraDays === 0) return day;
    return say(extraDays > 0 ? 'payableLater' : 'payableEarlier', {
      ...{ day, count: Math.abs(extraDays) },
    });
  };
}

/** True when there is something to say before the date is promised. */
export function hasNotices(preview: Preview | undefined): boolean {
  return (
    preview !== undefined &&
    (preview.payable.unpublished.length > 0 ||
      preview.policy.some(({ outcome }) => outcome !== 'PASS'))
  );
}

export function DueNotices({ preview }: { readonly preview: Preview | undefined }) {
  const say = useTexts(policyTexts);
  const words = useRuleWords();
  if (preview === undefined) return null;
  const { unpublished } = preview.payable;
  return (
    <>
      {preview.policy
        .filter(({ outcome }) => outcome !== 'PASS')
        .map((each) => (
          <Notice
            key={each.rule}
            tone={each.outcome === 'REFUSE' ? 'bad' : 'warn'}
            title={say(each.outcome === 'REFUSE' ? 'previewRefused' : 'previewReason')}
          >
            {words(each)} {each.seen} · {each.pack}, {each.rule}
          </Notice>
        ))}
      {unpublished.length > 0 && (
        <Notice tone="info" title={say('payable')}>
          {say('unpublished', { calendars: unpublished.join(', ') })}
        </Notice>
      )}
    </>
  );
}
