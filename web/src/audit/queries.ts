/** What the screens of acts, proofs and the network ask. */
import { graphql } from '../lib/graphql/gql.ts';

export const ActsDocument = graphql(`
  query Acts($first: Int!, $after: String, $kind: String) {
    acts(first: $first, after: $after, kind: $kind) {
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

export const StopValidatorDocument = graphql(`
  mutation StopValidator($name: String!) {
    stopValidator(name: $name) {
      __typename
    }
  }
`);

export const StartValidatorDocument = graphql(`
  mutation StartValidator($name: String!) {
    startValidator(name: $name) {
      __typename
    }
  }
`);

export const NetworkDocument = graphql(`
  query Network {
    chain {
      origin
      height
      size
      waiting
      finalising
      anchorFile
      anchorFingerprint
    }
    networkHealth {
      epoch
      view
      mempool
      lastFinalAt
      since
      finality {
        count
        p50Ms
        p99Ms
        minutes
      }
      validators {
        name
        organisation
        operator
        stake
        running
        uptime
        seenAt
      }
    }
  }
`);

export const BlocksDocument = graphql(`
  query Blocks($first: Int!, $after: String) {
    blocks(first: $first, after: $after) {
      edges {
        cursor
        node {
          height
          epoch
          at
          root
          entryCount
          refusedCount
          evidenceCount
          handsOver
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);

export const BlockFinalDocument = graphql(`
  subscription BlockFinal {
    blockFinal {
      height
    }
  }
`);

export const BlockDocument = graphql(`
  query Block($height: Int!, $first: Int!, $after: String) {
    block(height: $height) {
      height
      epoch
      view
      at
      digest
      root
      size
      entryCount
      refusedCount
      evidenceCount
      handsOver
      headerIndex
      cosignedBy {
        validators
        stake
        total
      }
      entries(first: $first, after: $after) {
        edges {
          cursor
          node {
            ...EntryParts
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

export const EntryParts = graphql(`
  fragment EntryParts on LogEntry {
    index
    height
    actHash
    refusal
  }
`);

export const LogEntryDocument = graphql(`
  query LogEntry($actHash: String!) {
    logEntry(actHash: $actHash) {
      ...EntryParts
    }
  }
`);

export const EpochsDocument = graphql(`
  query Epochs($first: Int!, $after: String) {
    epochs(first: $first, after: $after) {
      edges {
        cursor
        node {
          number
          firstHeight
          handoverIndex
          vouchedStake
          vouchedTotal
          validators {
            name
            organisation
            stake
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

export const GovernanceDocument = graphql(`
  query Governance {
    networkHealth {
      epoch
      validators {
        name
        stake
      }
      evidence {
        index
        height
        at
        epoch
        validator
      }
    }
    network {
      slashedStake
      accused
      pending {
        change
        operation
        validator
        organisation
        stake
        parameter
        value
        proposedAt
        dueAt
        ready
        needsApproval
        approvedStake
      }
      unbonding {
        name
        stake
        until
      }
    }
  }
`);
