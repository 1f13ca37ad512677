/** What the screens of one bank line ask, and the acts that they sign. */
import { graphql } from '../lib/graphql/gql.ts';

export const QueueLine = graphql(`
  fragment QueueLine on StatementLine {
    ...LineParts
    isOwn
    isEvidence
    isForOurs
    assignments {
      id
      state
      reason
      returnedReason
      proposedBy
      mayConfirm
      legs {
        id
        reference
      }
    }
  }
`);

export const LineDocument = graphql(`
  query BankLine($id: ID!) {
    statementLine(id: $id) {
      ...QueueLine
    }
  }
`);

export const AssignableDocument = graphql(`
  query AssignableLegs($id: ID!) {
    statementLine(id: $id) {
      ...QueueLine
    }
    legs(first: 50, filter: { states: [SCHEDULED, INSTRUCTED, SENT, PART_SETTLED] }) {
      edges {
        cursor
        node {
          ...LegRow
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);

export const AssignLineDocument = graphql(`
  mutation AssignLine($input: AssignLineInput!) {
    result: assignLine(input: $input) {
      ... on AssignLineSuccess {
        line {
          ...QueueLine
        }
        act {
          ...ActParts
        }
      }
      ... on Refusal {
        ...RefusalParts
      }
    }
  }
`);

export const ConfirmLineDocument = graphql(`
  mutation ConfirmLine($input: ConfirmLineInput!) {
    result: confirmLine(input: $input) {
      ... on ConfirmLineSuccess {
        line {
          ...QueueLine
        }
        act {
          ...ActParts
        }
      }
      ... on Refusal {
        ...RefusalParts
      }
    }
  }
`);

export const ReturnLineDocument = graphql(`
  mutation ReturnLine($input: ReturnLineInput!) {
    result: returnLine(input: $input) {
      ... on ReturnLineSuccess {
        line {
          ...QueueLine
        }
        act {
          ...ActParts
        }
      }
      ... on Refusal {
        ...RefusalParts
      }
    }
  }
`);

export const RefundLineDocument = graphql(`
  mutation RefundLine($input: RefundLineInput!) {
    result: refundLine(input: $input) {
      ... on RefundLineSuccess {
        line {
          ...QueueLine
        }
        act {
          ...ActParts
        }
      }
      ... on Refusal {
        ...RefusalParts
      }
    }
  }
`);

export const DismissLineDocument = graphql(`
  mutation DismissLine($input: DismissLineInput!) {
    result: dismissLine(input: $input) {
      ... on DismissLineSuccess {
        line {
          ...QueueLine
        }
        act {
          ...ActParts
        }
      }
      ... on Refusal {
        ...RefusalParts
      }
    }
  }
`);
