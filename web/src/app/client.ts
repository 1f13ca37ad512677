/**
 * The line to the server: queries over HTTP, news over a socket, one cache.
 *
 * An anchor is one thing in the cache, by the hash of its act. When the socket says that an act is
 * final, every mark on the page that shows it turns at once; nothing is loaded again for that.
 */
import { ApolloClient, ApolloLink, HttpLink, InMemoryCache } from '@apollo/client';
import { CombinedGraphQLErrors } from '@apollo/client/errors';
import { ErrorLink } from '@apollo/client/link/error';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import type { Reference } from '@apollo/client/utilities';
import { OperationTypeNode } from 'graphql';
import { createClient } from 'graphql-ws';

export const graphqlAddress = '/graphql';

export type Line = { readonly client: ApolloClient; readonly close: () => void };

/** Opens the line for one session. `onSignedOut` hears when the server no longer knows it. */
export function openLine(onSignedOut: () => void): Line {
  let connections = 0;
  const socket = createClient({
    url: () =>
      `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}${graphqlAddress}`,
    lazy: true,
    retryAttempts: 1000,
    shouldRetry: () => true,
    on: {
      // What happened while the socket was away is read again.
      connected: () => {
        connections += 1;
        if (connections > 1) {
          void client.refetchQueries({ include: 'active' });
        }
      },
    },
  });
  const client = new ApolloClient({
    cache: makeCache(),
    link: ApolloLink.from([
      new ErrorLink(({ error }) => {
        if (
          CombinedGraphQLErrors.is(error) &&
          error.errors.some((each) => each.extensions?.code === 'UNAUTHENTICATED')
        ) {
          onSignedOut();
        }
      }),
      ApolloLink.split(
        ({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION,
        new GraphQLWsLink(socket),
        new HttpLink({ uri: graphqlAddress }),
      ),
    ]),
  });
  return {
    client,
    close: () => {
      client.stop();
      void socket.dispose();
    },
  };
}

/** The cache: lists by their filter, anchors by their act, the viewer and the network once. */
export function makeCache(): InMemoryCache {
  return new InMemoryCache({
    possibleTypes: { Node: nodeTypes },
    typePolicies: {
      Anchor: {
        keyFields: ['actHash'],
        // News may overtake an answer: what is decided never becomes pending again.
        fields: {
          status: {
            merge: (known: string | undefined, told: string) =>
              told === 'PENDING' ? (known ?? told) : told,
          },
          height: onceKnown,
          index: onceKnown,
          finalAt: onceKnown,
          timeToFinalityMs: onceKnown,
          refusal: onceKnown,
          proof: onceKnown,
        },
      },
      Viewer: { keyFields: [] },
      ChainStatus: { keyFields: [] },
      Network: { keyFields: [] },
      NetworkChange: { keyFields: ['change'] },
      NetworkHealth: { keyFields: [] },
      ValidatorHealth: { keyFields: ['name'] },
      EvidenceInLog: { keyFields: ['index'] },
      Block: { keyFields: ['height'], fields: { entries: list([]) } },
      LogEntry: { keyFields: ['index'] },
      CheckpointSupport: { merge: true },
      Finality: { merge: true },
      Epoch: { keyFields: ['number'] },
      Signer: { merge: true },
      ParsedInvoice: { merge: true },
      Query: {
        fields: {
          invoices: list(['filter']),
          certificates: list(['filter']),
          shipments: list([]),
          financeRequests: list(['filter']),
          legs: list(['filter']),
          statementLines: list(['states']),
          acts: list(['kind', 'subjectId']),
          drafts: list([]),
          parties: list(['role']),
          programmes: list([]),
          blocks: list([]),
          epochs: list([]),
        },
      },
    },
  });
}

/** A field that is null until it is known, and then stays. */
const onceKnown = {
  merge: (known: unknown, told: unknown) => told ?? known ?? null,
};

const nodeTypes = [
  'Act',
  'Party',
  'Person',
  'Mandate',
  'Key',
  'Account',
  'Programme',
  'Document',
  'Draft',
  'Proposal',
  'Invoice',
  'Transfer',
  'Certificate',
  'Shipment',
  'DeliveryEvent',
  'Quote',
  'FundingProposal',
  'FundingSnapshot',
  'FinanceRequest',
  'CreditLimit',
  'LimitProposal',
  'Leg',
  'StatementLine',
  'Statement',
];

type Edges = {
  readonly edges: readonly { readonly cursor: string; readonly node: Reference }[];
  readonly pageInfo: unknown;
};

/**
 * Pages of one list, joined. The first page read again renews the head and keeps what was loaded
 * below it, so that a reader who is far down stays where she is.
 */
function list(keyArgs: readonly string[]) {
  return {
    keyArgs: [...keyArgs],
    merge(
      existing: Edges | undefined,
      incoming: Edges,
      { args }: { readonly args: Readonly<Record<string, unknown>> | null },
    ): Edges {
      return joinPages(existing, incoming, typeof args?.after === 'string');
    },
  };
}

/** Pure: the pages so far and the page that came, as one list. */
export function joinPages(existing: Edges | undefined, incoming: Edges, further: boolean): Edges {
  if (existing === undefined) {
    return incoming;
  }
  const came = new Set(incoming.edges.map(({ node }) => node.__ref));
  if (further) {
    const before = existing.edges.filter(({ node }) => !came.has(node.__ref));
    return { ...incoming, edges: [...before, ...incoming.edges] };
  }
  const lastKnown = existing.edges.findLastIndex(({ node }) => came.has(node.__ref));
  const below = existing.edges.slice(lastKnown + 1);
  const reaches = lastKnown >= 0 && below.length > 0;
  return reaches
    ? { ...incoming, edges: [...incoming.edges, ...below], pageInfo: existing.pageInfo }
    : incoming;
}
