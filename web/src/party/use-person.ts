/** The colleague that the address names. */
import { useSuspenseQuery } from '@apollo/client/react';
import { useParams } from 'react-router';
import type { PersonPartsFragment } from '../lib/graphql/graphql.ts';
import { PersonDocument } from './queries.ts';

export function usePerson(): PersonPartsFragment {
  const { id = '' } = useParams();
  return useSuspenseQuery(PersonDocument, {
    variables: { id },
    fetchPolicy: 'cache-and-network',
  }).data.person;
}
