/**
 * Keeps what a page of the network shows as it is now: read again when a block becomes final, and every
 * few seconds for what no block tells. The error is there while the server cannot be asked.
 */
import type { TypedDocumentNode } from '@apollo/client';
import { useApolloClient, useQuery, useSubscription } from '@apollo/client/react';
import { useEffect, useRef } from 'react';
import { BlockFinalDocument } from './queries.ts';

/** How often it is read again without news. */
const everyMs = 5_000;
/** How long a burst of news is gathered. */
const gatherMs = 250;

export function useWatched<V extends Record<string, unknown>>(
  document: TypedDocumentNode<unknown, V>,
  variables: V,
): { readonly error: unknown } {
  const client = useApolloClient();
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const { error } = useQuery<unknown, Record<string, unknown>>(document, {
    variables,
    pollInterval: everyMs,
    skipPollAttempt: () => window.document.hidden,
  });
  useSubscription(BlockFinalDocument, {
    onData: () => {
      clearTimeout(timer.current);
      timer.current = setTimeout(() => {
        // Being offline is told by the poll.
        client.refetchQueries({ include: [document] }).catch(() => undefined);
      }, gatherMs);
    },
    ignoreResults: true,
  });
  useEffect(() => () => clearTimeout(timer.current), []);
  return { error };
}
