/** The parts of an answer that the shared pieces show: money, anchors, signers, refusals. */
import { graphql } from '../lib/graphql/gql.ts';

export const MoneyParts = graphql(`
  fragment MoneyParts on Money {
    amount
    currency
  }
`);

export const AnchorParts = graphql(`
  fragment AnchorParts on Anchor {
    status
    actHash
    height
    index
    finalAt
    timeToFinalityMs
    refusal
  }
`);

export const RefusalParts = graphql(`
  fragment RefusalParts on Refusal {
    code
    path
    message
    seen
    expected
    help
    receipt
  }
`);

export const ActParts = graphql(`
  fragment ActParts on Act {
    id
    kind
    sequence
    at
    businessDate
    subjectId
    signer {
      partyId
      partyName
      personName
      custody
      keyId
      mandate {
        id
        action
        limit {
          ...MoneyParts
        }
        validFrom
        validTo
        holderName
      }
    }
    anchor {
      ...AnchorParts
    }
  }
`);

export const ProofDocument = graphql(`
  query Proof($id: ID!) {
    act(id: $id) {
      ...ActParts
      fields {
        name
        value
      }
      anchor {
        ...AnchorParts
        proof
      }
    }
    chain {
      anchorFile
      anchorFingerprint
      validators {
        name
        organisation
        stake
      }
    }
  }
`);

export const AnchorDocument = graphql(`
  query AnchorOfAct($id: ID!) {
    act(id: $id) {
      id
      anchor {
        ...AnchorParts
      }
    }
  }
`);

export const HistoryDocument = graphql(`
  query History($subjectId: ID!) {
    acts(first: 50, subjectId: $subjectId) {
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
