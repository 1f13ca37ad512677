/** What the reports ask. */
import { graphql } from '../lib/graphql/gql.ts';

export const AccountParts = graphql(`
  fragment AccountParts on LedgerAccount {
    code
    number
    type
    name
    nameZh
  }
`);

export const BooksDocument = graphql(`
  query Books {
    books {
      id
      name
      roles
    }
  }
`);

export const TrialBalanceDocument = graphql(`
  query TrialBalance($on: Date, $book: ID) {
    trialBalance(on: $on, book: $book) {
      on
      lines {
        account {
          ...AccountParts
        }
        debit {
          ...MoneyParts
        }
        credit {
          ...MoneyParts
        }
        balance {
          ...MoneyParts
        }
      }
      totals {
        debit {
          ...MoneyParts
        }
        credit {
          ...MoneyParts
        }
      }
    }
  }
`);

export const AccountStatementDocument = graphql(`
  query AccountStatement(
    $account: String!
    $currency: String!
    $from: Date!
    $to: Date!
    $book: ID
    $first: Int!
    $after: String
  ) {
    accountStatement(account: $account, currency: $currency, from: $from, to: $to, book: $book) {
      account {
        ...AccountParts
      }
      opening {
        ...MoneyParts
      }
      closing {
        ...MoneyParts
      }
      lines(first: $first, after: $after) {
        edges {
          node {
            id
            date
            event
            amount {
              ...MoneyParts
            }
            balance {
              ...MoneyParts
            }
            counterparty {
              id
              name
            }
            invoiceNumber
            invoiceId
            certificateId
            anchor {
              ...AnchorParts
            }
          }
        }
        pageInfo {
          hasNextPage
          endCursor
        }
      }
    }
  }
`);

export const StandingDocument = graphql(`
  query Standing($book: ID, $from: Date!, $to: Date!) {
    ageing(book: $book) {
      account {
        ...AccountParts
      }
      bucket
      balance {
        ...MoneyParts
      }
    }
    counterpartyBalances(book: $book) {
      account {
        ...AccountParts
      }
      name
      balance {
        ...MoneyParts
      }
      sharePercent
    }
    workingCapital(from: $from, to: $to, book: $book) {
      payables {
        ...MoneyParts
      }
      purchases {
        ...MoneyParts
      }
      payableDays
      receivables {
        ...MoneyParts
      }
      sales {
        ...MoneyParts
      }
      receivableDays
      financingCost {
        ...MoneyParts
      }
      costOfFundsPercent
    }
  }
`);

export const Ias7Document = graphql(`
  query Ias7($book: ID, $from: Date!, $to: Date!) {
    ias7(from: $from, to: $to, book: $book) {
      opening {
        ...MoneyParts
      }
      openingPaid {
        ...MoneyParts
      }
      entered {
        ...MoneyParts
      }
      financed {
        ...MoneyParts
      }
      other {
        ...MoneyParts
      }
      settled {
        ...MoneyParts
      }
      closing {
        ...MoneyParts
      }
      closingPaid {
        ...MoneyParts
      }
      comparable {
        ...MoneyParts
      }
      terms {
        isArranged
        daysMin
        daysMax
      }
    }
  }
`);

export const Ias7ItemsDocument = graphql(`
  query Ias7Items($book: ID, $figure: Ias7Figure!, $on: Date!, $first: Int!, $after: String) {
    ias7Items(figure: $figure, on: $on, book: $book, first: $first, after: $after) {
      edges {
        node {
          id
          invoiceNumber
          certificateId
          seller {
            id
            name
          }
          issueDate
          dueDate
          owed {
            ...MoneyParts
          }
          anchor {
            ...AnchorParts
          }
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);
