/** What waits for the viewer. */
import { graphql } from '../lib/graphql/gql.ts';

export const TodayDocument = graphql(`
  query Today {
    today {
      id
      action
      subjectId
      subjectType
      title
      counterparty
      amount {
        ...MoneyParts
      }
      deadline
      urgency
    }
  }
`);

export const DashboardDocument = graphql(`
  query Dashboard {
    dashboard {
      asOf
      sums {
        type
        side
        state
        count
        amount {
          amount
          currency
        }
        open {
          amount
          currency
        }
      }
      dues {
        type
        side
        when
        count
        open {
          amount
          currency
        }
      }
    }
  }
`);

export const FoundNodes = graphql(`
  fragment FoundNodes on NodeConnection {
    edges {
      node {
        __typename
        id
        ... on Invoice {
          number
          seller {
            id
            name
          }
          buyer {
            id
            name
          }
          payable {
            amount
            currency
          }
        }
        ... on Certificate {
          face {
            amount
            currency
          }
          issuer {
            id
            name
          }
          holder {
            id
            name
          }
        }
        ... on FinanceRequest {
          face {
            amount
            currency
          }
          issuer {
            id
            name
          }
          holder {
            id
            name
          }
        }
        ... on Leg {
          reference
          payer {
            id
            name
          }
          payee {
            id
            name
          }
          legAmount: amount {
            amount
            currency
          }
        }
        ... on StatementLine {
          remittance: reference
          counterparty
          lineAmount: amount {
            amount
            currency
          }
        }
        ... on Party {
          name
          registrationNumber
        }
      }
    }
    pageInfo {
      hasNextPage
    }
  }
`);

export const SearchDocument = graphql(`
  query Search($text: String!, $first: Int!) {
    invoices: search(text: $text, type: Invoice, first: $first) {
      ...FoundNodes
    }
    certificates: search(text: $text, type: Certificate, first: $first) {
      ...FoundNodes
    }
    requests: search(text: $text, type: FinanceRequest, first: $first) {
      ...FoundNodes
    }
    legs: search(text: $text, type: Leg, first: $first) {
      ...FoundNodes
    }
    lines: search(text: $text, type: StatementLine, first: $first) {
      ...FoundNodes
    }
    parties: search(text: $text, type: Party, first: $first) {
      ...FoundNodes
    }
  }
`);
