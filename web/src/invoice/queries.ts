/** What the invoice screens ask, and the acts that they sign. */
import { graphql } from '../lib/graphql/gql.ts';
import type { InvoiceQuery } from '../lib/graphql/graphql.ts';

/** One invoice as its screens ask for it. */
export type Invoice = InvoiceQuery['invoice'];

export const InvoiceRow = graphql(`
  fragment InvoiceRow on Invoice {
    id
    number
    state
    seller {
      id
      name
    }
    buyer {
      id
      name
    }
    payable {
      ...MoneyParts
    }
    approved {
      ...MoneyParts
    }
    issueDate
    dueDate
    confirmBy
    createdAt
    anchor {
      ...AnchorParts
    }
  }
`);

export const InvoiceParts = graphql(`
  fragment InvoiceParts on Invoice {
    ...InvoiceRow
    typeCode
    approvedReason
    orderReference
    refusalReason
    question
    answer
    proposal {
      id
      state
      approved {
        ...MoneyParts
      }
      dueDate
      reason
      proposedBy
      returnedReason
    }
    nearMatches {
      id
      rule
      riskClass
      state
      reason
      reviewedBy
      other {
        id
        number
        state
        issueDate
        dueDate
        orderReference
        payable {
          ...MoneyParts
        }
      }
    }
    disputed {
      ...MoneyParts
    }
    disputes {
      id
      state
      amount {
        ...MoneyParts
      }
    }
    credited {
      ...MoneyParts
    }
    creditNotes {
      id
      number
      amount {
        ...MoneyParts
      }
    }
    programme {
      id
      name
      minTenorDays
      maxTenorDays
      requireDelivery
    }
  }
`);

export const ParsedParts = graphql(`
  fragment ParsedParts on ParsedInvoice {
    format
    number
    typeCode
    issueDate
    dueDate
    seller {
      name
      registrationScheme
      registrationNumber
      country
      partyId
    }
    buyer {
      name
      registrationScheme
      registrationNumber
      country
      partyId
    }
    payeeName
    currency
    net {
      ...MoneyParts
    }
    tax {
      ...MoneyParts
    }
    gross {
      ...MoneyParts
    }
    prepaid {
      ...MoneyParts
    }
    rounding {
      ...MoneyParts
    }
    payable {
      ...MoneyParts
    }
    orderReference
    lines {
      id
      description
      quantity
      net {
        ...MoneyParts
      }
    }
  }
`);

export const InvoicesDocument = graphql(`
  query Invoices($first: Int!, $after: String, $filter: InvoiceFilter) {
    invoices(first: $first, after: $after, filter: $filter) {
      edges {
        cursor
        node {
          ...InvoiceRow
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);

export const ChosenInvoicesDocument = graphql(`
  query ChosenInvoices($ids: [ID!]!) {
    invoices(first: 50, filter: { ids: $ids }) {
      edges {
        cursor
        node {
          ...InvoiceRow
          proposal {
            id
            state
            approved {
              ...MoneyParts
            }
            dueDate
            reason
            proposedBy
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

export const DraftsDocument = graphql(`
  query Drafts {
    drafts(first: 20) {
      edges {
        cursor
        node {
          id
          createdAt
          document {
            id
            name
          }
          parsed {
            number
            buyer {
              name
            }
            payable {
              ...MoneyParts
            }
          }
          findings {
            severity
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

export const InvoiceDocument = graphql(`
  query Invoice($id: ID!) {
    invoice(id: $id) {
      ...InvoiceParts
      document {
        id
        name
        mediaType
        size
        url
      }
      parsed {
        ...ParsedParts
      }
      certificate {
        id
        state
        face {
          ...MoneyParts
        }
      }
      shipments {
        id
        reference
        shipped
        received
        carrier {
          id
          name
        }
      }
      acts {
        ...ActParts
      }
    }
  }
`);

export const DraftDocument = graphql(`
  query Draft($id: ID!) {
    draft(id: $id) {
      id
      createdAt
      document {
        id
        name
        mediaType
        size
        digest
        text
      }
      parsed {
        ...ParsedParts
      }
      findings {
        severity
        rule
        path
        message
        seen
        expected
      }
      programme {
        id
        name
        core {
          id
          name
        }
      }
    }
  }
`);

export const UploadInvoiceDocument = graphql(`
  mutation UploadInvoice($input: UploadInvoiceInput!) {
    result: uploadInvoice(input: $input) {
      __typename
      ... on Draft {
        id
      }
      ... on Refusal {
        ...RefusalParts
      }
    }
  }
`);

export const DiscardDraftDocument = graphql(`
  mutation DiscardDraft($id: ID!) {
    discardDraft(id: $id)
  }
`);

export const SubmitInvoiceDocument = graphql(`
  mutation SubmitInvoice($input: SubmitInvoiceInput!) {
    result: submitInvoice(input: $input) {
      ... on SubmitInvoiceSuccess {
        invoice {
          ...InvoiceParts
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

export const ProposeConfirmationDocument = graphql(`
  mutation ProposeConfirmation($input: ProposeConfirmationInput!) {
    result: proposeConfirmation(input: $input) {
      ... on ProposeConfirmationSuccess {
        invoice {
          ...InvoiceParts
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

export const ConfirmInvoiceDocument = graphql(`
  mutation ConfirmInvoice($input: ConfirmInvoiceInput!) {
    result: confirmInvoice(input: $input) {
      ... on ConfirmInvoiceSuccess {
        invoice {
          ...InvoiceParts
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

export const ProposeConfirmationsDocument = graphql(`
  mutation ProposeConfirmations($input: ProposeConfirmationsInput!) {
    result: proposeConfirmations(input: $input) {
      results {
        ... on ProposeConfirmationSuccess {
          act {
            id
            anchor {
              ...AnchorParts
            }
          }
        }
        ... on Refusal {
          ...RefusalParts
        }
      }
    }
  }
`);

export const ConfirmInvoicesDocument = graphql(`
  mutation ConfirmInvoices($input: ConfirmInvoicesInput!) {
    result: confirmInvoices(input: $input) {
      results {
        ... on ConfirmInvoiceSuccess {
          act {
            id
            anchor {
              ...AnchorParts
            }
          }
        }
        ... on Refusal {
          ...RefusalParts
        }
      }
    }
  }
`);

export const ReturnProposalDocument = graphql(`
  mutation ReturnProposal($input: ReturnProposalInput!) {
    result: returnProposal(input: $input) {
      ... on ReturnProposalSuccess {
        invoice {
          ...InvoiceParts
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

export const ReviewMatchesDocument = graphql(`
  mutation ReviewMatches($input: ReviewMatchesInput!) {
    result: reviewMatches(input: $input) {
      ... on ReviewMatchesSuccess {
        invoice {
          ...InvoiceParts
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

export const RefuseInvoiceDocument = graphql(`
  mutation RefuseInvoice($input: RefuseInvoiceInput!) {
    result: refuseInvoice(input: $input) {
      ... on RefuseInvoiceSuccess {
        invoice {
          ...InvoiceParts
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

export const QueryInvoiceDocument = graphql(`
  mutation QueryInvoice($input: QueryInvoiceInput!) {
    result: queryInvoice(input: $input) {
      ... on QueryInvoiceSuccess {
        invoice {
          ...InvoiceParts
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

export const AnswerInvoiceDocument = graphql(`
  mutation AnswerInvoice($input: AnswerInvoiceInput!) {
    result: answerInvoice(input: $input) {
      ... on AnswerInvoiceSuccess {
        invoice {
          ...InvoiceParts
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

export const WithdrawInvoiceDocument = graphql(`
  mutation WithdrawInvoice($input: WithdrawInvoiceInput!) {
    result: withdrawInvoice(input: $input) {
      ... on WithdrawInvoiceSuccess {
        invoice {
          ...InvoiceParts
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
