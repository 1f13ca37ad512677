/** The invoice that a signing screen is about, by the address. */
import { useSuspenseQuery } from '@apollo/client/react';
import { useParams } from 'react-router';
import type { Invoice } from './queries.ts';
import { InvoiceDocument } from './queries.ts';

export function useInvoice(): Invoice {
  const { id = '' } = useParams();
  return useSuspenseQuery(InvoiceDocument, { variables: { id } }).data.invoice;
}
