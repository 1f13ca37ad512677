/** What the payment screens ask, and the act that they sign. */
import { graphql } from '../lib/graphql/gql.ts';

export const LegRow = graphql(`
  fragment LegRow on Leg {
    id
    kind
    state
    payer {
      id
      name
    }
    payee {
      id
      name
    }
    amount {
      ...MoneyParts
    }
    settled {
      ...MoneyParts
    }
    dueDate
    reference
    createdAt
    anchor {
      ...AnchorParts
    }
  }
`);

export const LineParts = graphql(`
  fragment LineParts on StatementLine {
    id
    state
    bookingDate
    amount {
      ...MoneyParts
    }
    credit
    reference
    counterparty
    bankReference
    applied {
      ...MoneyParts
    }
    unapplied {
      ...MoneyParts
    }
    reason
    leg {
      id
      kind
      reference
    }
    anchor {
      ...AnchorParts
    }
  }
`);

export const LegsDocument = graphql(`
  query Legs($first: Int!, $after: String, $filter: LegFilter) {
    legs(first: $first, after: $after, filter: $filter) {
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

export const LegDocument = graphql(`
  query Leg($id: ID!) {
    leg(id: $id) {
      ...LegRow
      payTo {
        heldUntil
        id
        scheme
        identifier
        holderName
      }
      rootReference
      instruction {
        id
        state
      }
      calculation {
        file
      }
      lines {
        ...LineParts
        calculation {
          file
        }
      }
    }
  }
`);

export const LinesDocument = graphql(`
  query StatementLines($first: Int!, $after: String, $states: [LineState!]) {
    statementLines(first: $first, after: $after, states: $states) {
      edges {
        cursor
        node {
          ...LineParts
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);

export const UploadStatementDocument = graphql(`
  mutation UploadStatement($input: UploadStatementInput!) {
    result: uploadStatement(input: $input) {
      __typename
      ... on StatementPreview {
        account
        format
        documentDigest
        lines
        rows {
          bookingDate
          credit
          amount {
            ...MoneyParts
          }
          reference
          counterparty
          bankReference
        }
        problems {
          code
          row
          field
          message
          seen
          expected
          limit
        }
        skipped {
          row
          field
          message
          seen
          expected
        }
      }
      ... on Refusal {
        ...RefusalParts
      }
    }
  }
`);

export const ImportStatementDocument = graphql(`
  mutation ImportStatement($input: ImportStatementInput!) {
    result: importStatement(input: $input) {
      ... on ImportStatementSuccess {
        statement {
          id
          lineCount
          newLines
          knownLines
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
