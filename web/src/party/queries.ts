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
        maxDepth
        calendars
        timeZone
        marketOpens
        marketCloses
        exDays
        policyPacks
        issueLimit {
          amount
          currency
        }
        promised {
          amount
          currency
        }
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
            state
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

export const TermsOnOfferDocument = graphql(`
  query TermsOnOffer {
    policyPacks {
      label
      title
      hash
      rules {
        name
        occasions
        says
      }
    }
    calendars {
      calendar
      year
      closed
      open
      source
    }
  }
`);

export const PartiesToAdmitDocument = graphql(`
  query PartiesToAdmit {
    parties(first: 100) {
      edges {
        cursor
        node {
          id
          name
          roles
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);

export const OpenProgrammeDocument = graphql(`
  mutation OpenProgramme($input: OpenProgrammeInput!) {
    result: openProgramme(input: $input) {
      ... on OpenProgrammeSuccess {
        programme {
          id
          name
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

export const AdmitMemberDocument = graphql(`
  mutation AdmitMember($input: AdmitMemberInput!) {
    result: admitMember(input: $input) {
      ... on AdmitMemberSuccess {
        programme {
          id
          name
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

export const PublishCalendarDocument = graphql(`
  mutation PublishCalendar($input: PublishCalendarInput!) {
    result: publishCalendar(input: $input) {
      ... on PublishCalendarSuccess {
        calendar {
          calendar
          year
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

export const PartiesDocument = graphql(`
  query Parties($first: Int!, $after: String) {
    parties(first: $first, after: $after) {
      edges {
        cursor
        node {
          id
          name
          country
          roles
          state
          registrationScheme
          registrationNumber
          registrationMadeUp
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

export const PartyStandingDocument = graphql(`
  query PartyStanding($id: ID!) {
    party(id: $id) {
      id
      name
      state
      registrationScheme
      registrationNumber
      anchor {
        ...AnchorParts
      }
    }
  }
`);

export const SuspendPartyDocument = graphql(`
  mutation SuspendParty($input: SuspendPartyInput!) {
    result: suspendParty(input: $input) {
      ... on SuspendPartySuccess {
        party {
          id
          state
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

export const ReinstatePartyDocument = graphql(`
  mutation ReinstateParty($input: ReinstatePartyInput!) {
    result: reinstateParty(input: $input) {
      ... on ReinstatePartySuccess {
        party {
          id
          state
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

export const AccountChangeParts = graphql(`
  fragment AccountChangeParts on AccountChange {
    id
    state
    owner {
      id
      name
    }
    accountId
    identifier
    holderName
    oldIdentifier
    oldHolderName
    reason
    proposedBy
    approvedBy
    approvalsLeft
    isYours
    heldUntil
    anchor {
      ...AnchorParts
    }
  }
`);

export const AccountsDocument = graphql(`
  query Accounts {
    viewer {
      accounts {
        id
        identifier
        holderName
        currency
        heldUntil
        changes {
          ...AccountChangeParts
        }
      }
    }
  }
`);

export const AccountChangeDocument = graphql(`
  query AccountChange($id: ID!) {
    accountChange(id: $id) {
      ...AccountChangeParts
    }
  }
`);

export const ChangeAccountDocument = graphql(`
  mutation ChangeAccount($input: ChangeAccountInput!) {
    result: changeAccount(input: $input) {
      ... on ChangeAccountSuccess {
        change {
          ...AccountChangeParts
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

export const ApproveAccountChangeDocument = graphql(`
  mutation ApproveAccountChange($input: ApproveAccountChangeInput!) {
    result: approveAccountChange(input: $input) {
      ... on ApproveAccountChangeSuccess {
        change {
          ...AccountChangeParts
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

export const RetractAccountChangeDocument = graphql(`
  mutation RetractAccountChange($input: RetractAccountChangeInput!) {
    result: retractAccountChange(input: $input) {
      ... on RetractAccountChangeSuccess {
        change {
          ...AccountChangeParts
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

export const PersonParts = graphql(`
  fragment PersonParts on Person {
    id
    name
    role
    mandates {
      id
      action
      limit {
        amount
        currency
      }
      validFrom
      validTo
      revoked
    }
    keys {
      id
      keyId
      publicKey
      custody
      label
      revoked
      registeredAt
    }
  }
`);

export const TeamDocument = graphql(`
  query Team {
    viewer {
      colleagues {
        ...PersonParts
      }
    }
  }
`);

export const PersonDocument = graphql(`
  query Person($id: ID!) {
    person(id: $id) {
      ...PersonParts
    }
  }
`);

export const MandateActionsDocument = graphql(`
  query MandateActions {
    mandateActions
  }
`);

export const PrepareCustodialKeyDocument = graphql(`
  mutation PrepareCustodialKey($holder: ID!) {
    prepareCustodialKey(holder: $holder)
  }
`);

export const AppointPersonDocument = graphql(`
  mutation AppointPerson($input: AppointPersonInput!) {
    result: appointPerson(input: $input) {
      ... on AppointPersonSuccess {
        person {
          id
          name
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

export const GrantMandateDocument = graphql(`
  mutation GrantMandate($input: GrantMandateInput!) {
    result: grantMandate(input: $input) {
      ... on GrantMandateSuccess {
        mandate {
          id
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

export const RevokeMandateDocument = graphql(`
  mutation RevokeMandate($input: RevokeMandateInput!) {
    result: revokeMandate(input: $input) {
      ... on RevokeMandateSuccess {
        mandate {
          id
          revoked
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

export const RevokeKeyDocument = graphql(`
  mutation RevokeKey($input: RevokeKeyInput!) {
    result: revokeKey(input: $input) {
      ... on RevokeKeySuccess {
        key {
          id
          revoked
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

export const AmendProgrammeDocument = graphql(`
  mutation AmendProgramme($input: AmendProgrammeInput!) {
    result: amendProgramme(input: $input) {
      ... on AmendProgrammeSuccess {
        programme {
          id
          name
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
