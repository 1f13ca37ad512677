/** What the screens of payment files ask, and the acts that they sign. */
import { graphql } from '../lib/graphql/gql.ts';

export const FileRow = graphql(`
  fragment FileRow on Instruction {
    id
    state
    identifier
    holderName
    executionDate
    paymentCount
    controlSum {
      ...MoneyParts
    }
    anchor {
      ...AnchorParts
    }
  }
`);

export const FilesDocument = graphql(`
  query Files($first: Int!, $after: String, $states: [InstructionState!]) {
    instructions(first: $first, after: $after, states: $states) {
      edges {
        cursor
        node {
          ...FileRow
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);

export const FileDocument = graphql(`
  query File($id: ID!) {
    instruction(id: $id) {
      ...FileRow
      digest
      file
      mayRelease
      proposedBy
      approvedBy
      reason
      payments {
        payee
        identifier
        amount {
          ...MoneyParts
        }
        reference
        isLive
        legId
      }
    }
  }
`);

export const PayableDocument = graphql(`
  query Payable($payerId: ID!) {
    legs(
      first: 50
      filter: { payerId: $payerId, states: [SCHEDULED, INSTRUCTED, SENT, PART_SETTLED] }
    ) {
      edges {
        cursor
        node {
          ...LegRow
          payTo {
            id
            identifier
          }
          instruction {
            id
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

export const ProposeInstructionDocument = graphql(`
  mutation ProposeInstruction($input: ProposeInstructionInput!) {
    result: proposeInstruction(input: $input) {
      ... on ProposeInstructionSuccess {
        instruction {
          ...FileRow
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

export const ApproveInstructionDocument = graphql(`
  mutation ApproveInstruction($input: ApproveInstructionInput!) {
    result: approveInstruction(input: $input) {
      ... on ApproveInstructionSuccess {
        instruction {
          ...FileRow
          file
          approvedBy
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

export const SendInstructionDocument = graphql(`
  mutation SendInstruction($input: SendInstructionInput!) {
    result: sendInstruction(input: $input) {
      ... on SendInstructionSuccess {
        instruction {
          ...FileRow
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

export const CancelInstructionDocument = graphql(`
  mutation CancelInstruction($input: CancelInstructionInput!) {
    result: cancelInstruction(input: $input) {
      ... on CancelInstructionSuccess {
        instruction {
          ...FileRow
          reason
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

export const RejectInstructionDocument = graphql(`
  mutation RejectInstruction($input: RejectInstructionInput!) {
    result: rejectInstruction(input: $input) {
      ... on RejectInstructionSuccess {
        instruction {
          ...FileRow
          reason
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
