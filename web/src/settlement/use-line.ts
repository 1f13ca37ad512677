/** The bank line that a screen is about, by the address, and its figures for a sentence. */
import { useSuspenseQuery } from '@apollo/client/react';
import { useParams } from 'react-router';
import { formatDay } from '../lib/format-date.ts';
import { formatMoney } from '../lib/format-money.ts';
import type { QueueLineFragment } from '../lib/graphql/graphql.ts';
import { useLanguage, useTexts } from '../lib/texts.ts';
import { LineDocument } from './queue-queries.ts';
import { queueTexts } from './queue-texts.ts';

export type Assignment = QueueLineFragment['assignments'][number];

export function useLine(): QueueLineFragment {
  const { id = '' } = useParams();
  return useSuspenseQuery(LineDocument, { variables: { id }, fetchPolicy: 'cache-and-network' })
    .data.statementLine;
}

export function useLineWords(line: QueueLineFragment) {
  const say = useTexts(queueTexts);
  const language = useLanguage();
  return {
    amount: formatMoney(line.amount),
    day: formatDay(line.bookingDate, language),
    counterparty: line.counterparty === '' ? say('nobody') : line.counterparty,
    bankReference: line.bankReference,
    references: referencesOf(openOne(line)),
  };
}

/** What waits for another person, if anything does. */
export function openOne({ assignments }: QueueLineFragment): Assignment | undefined {
  return assignments.find(({ state }) => state === 'OPEN');
}

export function referencesOf(assignment: Assignment | undefined): string {
  return assignment?.legs.map(({ reference }) => reference).join(', ') ?? '';
}
