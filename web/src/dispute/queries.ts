/** What the dispute screens ask, and the acts that they sign. */
import { graphql } from '../lib/graphql/gql.ts';

export const DisputeParts = graphql(`
  fragment DisputeParts on Dispute {
    id
    state
    reasonCode
    ofPromise
    claim
    answer
    closedReason
    raisedBy
    raisedOn
    amount {
      ...MoneyParts
    }
    offered {
      ...MoneyParts
    }
    offeredBy {
      id
      name
    }
    settled {
      ...MoneyParts
    }
    invoice {
      id
      number
      seller {
        id
        name
      }
      buyer {
        id
        name
      }
    }
    creditNote {
      id
      number
    }
    anchor {
      ...AnchorParts
    }
  }
`);

export const DisputeDocument = graphql(`
  query Dispute($id: ID!) {
    dispute(id: $id) {
      ...DisputeParts
    }
  }
`);

export const DisputedInvoiceDocument = graphql(`
  query DisputedInvoice($id: ID!) {
    invoice(id: $id) {
      id
      number
      state
      seller {
        id
        name
      }
      payable {
        ...MoneyParts
      }
      approved {
        ...MoneyParts
      }
      paid {
        ...MoneyParts
      }
      disputed {
        ...MoneyParts
      }
      anchor {
        ...AnchorParts
      }
    }
  }
`);

export const RaiseDisputeDocument = graphql(`
  mutation RaiseDispute($input: RaiseDisputeInput!) {
    result: raiseDispute(input: $input) {
      ... on RaiseDisputeSuccess {
        dispute {
          ...DisputeParts
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

export const AnswerDisputeDocument = graphql(`
  mutation AnswerDispute($input: AnswerDisputeInput!) {
    result: answerDispute(input: $input) {
      ... on AnswerDisputeSuccess {
        dispute {
          ...DisputeParts
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

export const AcceptDisputeDocument = graphql(`
  mutation AcceptDispute($input: AcceptDisputeInput!) {
    result: acceptDispute(input: $input) {
      ... on AcceptDisputeSuccess {
        dispute {
          ...DisputeParts
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

export const RejectDisputeDocument = graphql(`
  mutation RejectDispute($input: RejectDisputeInput!) {
    result: rejectDispute(input: $input) {
      ... on RejectDisputeSuccess {
        dispute {
          ...DisputeParts
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

export const SettleDisputeDocument = graphql(`
  mutation SettleDispute($input: SettleDisputeInput!) {
    result: settleDispute(input: $input) {
      ... on SettleDisputeSuccess {
        dispute {
          ...DisputeParts
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

export const CloseDisputeDocument = graphql(`
  mutation CloseDispute($input: CloseDisputeInput!) {
    result: closeDispute(input: $input) {
      ... on CloseDisputeSuccess {
        dispute {
          ...DisputeParts
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
