/** What the screens of acts, proofs and the network ask. */
import { graphql } from '../lib/graphql/gql.ts';

export const ActsDocument = graphql(`
  query Acts($first: Int!, $after: String, $kind: String) {
    acts(first: $first, after: $after, kind: $kind) {
      edges {
        cursor
        node {
          ...ActParts
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);

export const StopValidatorDocument = graphql(`
  mutation StopValidator($name: String!) {
    stopValidator(name: $name) {
      __typename
    }
  }
`);

export const StartValidatorDocument = graphql(`
  mutation StartValidator($name: String!) {
    startValidator(name: $name) {
      __typename
    }
  }
`);

export const NetworkDocument = graphql(`
  query Network {
    chain {
      origin
      height
      size
      waiting
      finalising
      anchorFile
      anchorFingerprint
      validators {
        name
        organisation
        stake
        running
      }
    }
  }
`);
