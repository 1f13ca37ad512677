/**
 * News while one looks: an act was committed, or became final. The anchor in the cache turns by
 * itself; what the act changed is read again, once for a burst of news.
 */
import { useApolloClient, useSubscription } from '@apollo/client/react';
import { useEffect, useRef } from 'react';
import { graphql } from '../lib/graphql/gql.ts';

const ActChangedDocument = graphql(`
  subscription ActChanged {
    actChanged {
      ...ActParts
    }
  }
`);

/** How long a burst of news is gathered before the page reads again. */
const gatherMs = 250;

export function useLive(): void {
  const client = useApolloClient();
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useSubscription(ActChangedDocument, {
    onData: () => {
      clearTimeout(timer.current);
      timer.current = setTimeout(() => {
        void client.refetchQueries({ include: 'active' });
      }, gatherMs);
    },
    ignoreResults: true,
  });
  useEffect(() => () => clearTimeout(timer.current), []);
}
