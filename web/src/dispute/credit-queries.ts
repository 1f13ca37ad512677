/** What the screens of credit notes ask, and the acts that they sign; and the two lists. */
import { graphql } from '../lib/graphql/gql.ts';

export const CreditNoteRow = graphql(`
  fragment CreditNoteRow on CreditNote {
    id
    state
    isWaiting
    number
    issueDate
    reason
    amount {
      ...MoneyParts
    }
    applied {
      ...MoneyParts
    }
    seller {
      id
      name
    }
    buyer {
      id
      name
    }
    invoice {
      id
      number
    }
    anchor {
      ...AnchorParts
    }
  }
`);

export const CreditNoteParts = graphql(`
  fragment CreditNoteParts on CreditNote {
    ...CreditNoteRow
    dispute {
      id
    }
    applications {
      appliedOn
      amount {
        ...MoneyParts
      }
      owedBack {
        ...MoneyParts
      }
      invoice {
        id
        number
      }
    }
  }
`);

export const CreditNoteDocument = graphql(`
  query CreditNote($id: ID!) {
    creditNote(id: $id) {
      ...CreditNoteParts
    }
  }
`);

export const CreditNotesDocument = graphql(`
  query CreditNotes($first: Int!, $after: String, $states: [CreditNoteState!]) {
    creditNotes(first: $first, after: $after, states: $states) {
      edges {
        cursor
        node {
          ...CreditNoteRow
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);

export const DisputesDocument = graphql(`
  query Disputes($first: Int!, $after: String, $states: [DisputeState!]) {
    disputes(first: $first, after: $after, states: $states) {
      edges {
        cursor
        node {
          ...DisputeParts
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);

export const CreditedInvoiceDocument = graphql(`
  query CreditedInvoice($id: ID!) {
    invoice(id: $id) {
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
      programme {
        id
      }
      openToCredit {
        ...MoneyParts
      }
      disputes {
        id
        state
        ofPromise
        settled {
          ...MoneyParts
        }
        creditNote {
          id
        }
      }
      anchor {
        ...AnchorParts
      }
    }
  }
`);

export const CreditPlanDocument = graphql(`
  query CreditPlan($id: ID!, $amount: MoneyInput!) {
    invoice(id: $id) {
      id
      creditPlan(amount: $amount) {
        isWaiting
        held {
          ...MoneyParts
        }
        sold {
          ...MoneyParts
        }
        owedBack {
          ...MoneyParts
        }
      }
    }
  }
`);

export const IssueCreditNoteDocument = graphql(`
  mutation IssueCreditNote($input: IssueCreditNoteInput!) {
    result: issueCreditNote(input: $input) {
      ... on IssueCreditNoteSuccess {
        creditNote {
          ...CreditNoteParts
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

export const AcknowledgeCreditNoteDocument = graphql(`
  mutation AcknowledgeCreditNote($input: AcknowledgeCreditNoteInput!) {
    result: acknowledgeCreditNote(input: $input) {
      ... on AcknowledgeCreditNoteSuccess {
        creditNote {
          ...CreditNoteParts
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
