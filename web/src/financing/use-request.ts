/** The request that a signing screen is about, by the address. */
import { useSuspenseQuery } from '@apollo/client/react';
import { useParams } from 'react-router';
import type { RequestPartsFragment } from '../lib/graphql/graphql.ts';
import { RequestDocument } from './queries.ts';

export function useRequest(): RequestPartsFragment {
  const { id = '' } = useParams();
  return useSuspenseQuery(RequestDocument, { variables: { id } }).data.financeRequest;
}
