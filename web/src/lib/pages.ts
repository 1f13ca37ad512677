/** Pages of a Relay connection as a screen needs them: the rows, and how to get more. */
import { startTransition } from 'react';

type Connection<N> = {
  readonly edges: readonly { readonly node: N }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor?: string | null };
};

export const pageSize = 50;

export function nodesOf<N>(connection: Connection<N>): readonly N[] {
  return connection.edges.map((edge) => edge.node);
}

/** How to get the next page, or undefined at the end. The rows on the page stay while it loads. */
export function moreOf(
  { pageInfo }: Connection<unknown>,
  fetchMore: (options: { readonly variables: { readonly after: string } }) => Promise<unknown>,
): (() => Promise<unknown>) | undefined {
  const { endCursor, hasNextPage } = pageInfo;
  if (!hasNextPage || endCursor === null || endCursor === undefined) {
    return undefined;
  }
  return () =>
    new Promise((resolve) => {
      startTransition(() => resolve(fetchMore({ variables: { after: endCursor } })));
    });
}
