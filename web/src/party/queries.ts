/** What the screens of programme, people and keys ask. */
import { graphql } from '../lib/graphql/gql.ts';

export const ProgrammesDocument = graphql(`
  query ProgrammesOfViewer {
    viewer {
      programmes {
        id
        name
        technique
        currency
        minSplitMinor
        minTenorDays
        maxTenorDays
        confirmDays
        graceDays
        dayCount
        businessDayRule
        recourse
        requireDelivery
        core {
          id
          name
        }
        members {
          party {
            id
            name
            country
            registrationScheme
            registrationNumber
            registrationMadeUp
          }
          role
        }
        anchor {
          ...AnchorParts
        }
      }
      accounts {
        id
        scheme
        identifier
        holderName
        currency
      }
    }
  }
`);

export const MyKeysDocument = graphql(`
  query MyKeys {
    viewer {
      person {
        id
        keys {
          id
          keyId
          custody
          label
          revoked
          registeredAt
        }
      }
    }
  }
`);

export const SetBusinessDateDocument = graphql(`
  mutation SetBusinessDate($input: SetBusinessDateInput!) {
    result: setBusinessDate(input: $input) {
      ... on SetBusinessDateSuccess {
        viewer {
          businessDate
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

export const RegisterKeyDocument = graphql(`
  mutation RegisterKey($input: RegisterKeyInput!) {
    result: registerKey(input: $input) {
      ... on RegisterKeySuccess {
        key {
          id
          keyId
          label
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
