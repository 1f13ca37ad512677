/** What is owed after the money was paid out: what its screens ask, and the acts that they sign. */
import { graphql } from '../lib/graphql/gql.ts';

graphql(`
  fragment AdvanceParts on Advance {
    amount {
      ...MoneyParts
    }
    reserve {
      ...MoneyParts
    }
    dueDate
    graceDays
    graceRule
    rateMicros
    recourse
    owed {
      daysLate
      fees {
        ...MoneyParts
      }
      interest {
        ...MoneyParts
      }
      principal {
        ...MoneyParts
      }
      total {
        ...MoneyParts
      }
      calculation {
        file
      }
    }
    loss {
      ...MoneyParts
    }
    writtenOff {
      ...MoneyParts
    }
    receipts {
      paidOn
      amount {
        ...MoneyParts
      }
      fees {
        ...MoneyParts
      }
      interest {
        ...MoneyParts
      }
      principal {
        ...MoneyParts
      }
      over {
        ...MoneyParts
      }
      open {
        ...MoneyParts
      }
      isRecovery
    }
    recourses {
      ground
      most {
        ...MoneyParts
      }
      code
    }
    claims {
      id
      state
      ground
      amount {
        ...MoneyParts
      }
      paid {
        ...MoneyParts
      }
      dueDate
      reason
      legId
      calculation {
        file
      }
    }
    provisions {
      days
      provided {
        ...MoneyParts
      }
      carrying {
        ...MoneyParts
      }
    }
    writeOff {
      state
      amount {
        ...MoneyParts
      }
      reason
      proposedBy
      isMine
    }
  }
`);

export const AdvanceDocument = graphql(`
  query Advance($id: ID!) {
    financeRequest(id: $id) {
      id
      state
      advance {
        ...AdvanceParts
      }
    }
  }
`);

export const CallRecourseDocument = graphql(`
  mutation CallRecourse($input: CallRecourseInput!) {
    result: callRecourse(input: $input) {
      ... on CallRecourseSuccess {
        request {
          ...RequestParts
          advance {
            ...AdvanceParts
          }
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

export const ProposeWriteOffDocument = graphql(`
  mutation ProposeWriteOff($input: ProposeWriteOffInput!) {
    result: proposeWriteOff(input: $input) {
      ... on ProposeWriteOffSuccess {
        request {
          ...RequestParts
          advance {
            ...AdvanceParts
          }
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

export const ApproveWriteOffDocument = graphql(`
  mutation ApproveWriteOff($input: ApproveWriteOffInput!) {
    result: approveWriteOff(input: $input) {
      ... on ApproveWriteOffSuccess {
        request {
          ...RequestParts
          advance {
            ...AdvanceParts
          }
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
