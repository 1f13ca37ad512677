/** The dispute that a screen is about, by the address, and its names and figures for a sentence. */
import { useSuspenseQuery } from '@apollo/client/react';
import { useParams } from 'react-router';
import { formatMoney } from '../lib/format-money.ts';
import type { DisputePartsFragment } from '../lib/graphql/graphql.ts';
import { DisputeDocument } from './queries.ts';

export function useDispute(): DisputePartsFragment {
  const { id = '' } = useParams();
  return useSuspenseQuery(DisputeDocument, { variables: { id }, fetchPolicy: 'cache-and-network' })
    .data.dispute;
}

export function wordsOf({ invoice, amount }: DisputePartsFragment) {
  return {
    number: invoice?.number ?? '',
    seller: invoice?.seller.name ?? '',
    buyer: invoice?.buyer.name ?? '',
    amount: formatMoney(amount),
  };
}
