/** What the financing screens ask, and the acts that they sign. */
import { graphql } from '../lib/graphql/gql.ts';

export const QuoteParts = graphql(`
  fragment QuoteParts on Quote {
    id
    state
    bank {
      id
      name
    }
    ratePercent
    method
    dayCount
    advancePercent
    feeFlat {
      ...MoneyParts
    }
    feePercent
    feeMin {
      ...MoneyParts
    }
    recourse
    validTo
    days
    calculation {
      file
    }
    advance {
      ...MoneyParts
    }
    discount {
      ...MoneyParts
    }
    fees {
      ...MoneyParts
    }
    net {
      ...MoneyParts
    }
    reserve {
      ...MoneyParts
    }
    allInPercent
    rank
    anchor {
      ...AnchorParts
    }
  }
`);

export const CheckParts = graphql(`
  fragment CheckParts on Check {
    rule
    ok
    message
    seen
    expected
  }
`);

export const RequestRow = graphql(`
  fragment RequestRow on FinanceRequest {
    id
    state
    isWaiting
    issuer {
      id
      name
    }
    holder {
      id
      name
    }
    face {
      ...MoneyParts
    }
    maturity
    closesAt
    invited
    quoteCount
    createdAt
    anchor {
      ...AnchorParts
    }
  }
`);

export const RequestParts = graphql(`
  fragment RequestParts on FinanceRequest {
    ...RequestRow
    certificate {
      id
    }
    invoice {
      id
    }
    payTo {
      heldUntil
      id
      identifier
      holderName
    }
    quotes {
      ...QuoteParts
    }
    chosen {
      ...QuoteParts
    }
    proposal {
      id
      state
      net {
        ...MoneyParts
      }
      proposedBy
      reason
    }
    checks {
      ...CheckParts
    }
    snapshot {
      id
      checks {
        ...CheckParts
      }
      policies
      calculator
      takenAt
      anchor {
        ...AnchorParts
      }
    }
    fundBy
    failReason
    followsId
    followedById
    legs {
      id
      kind
      state
      amount {
        ...MoneyParts
      }
      dueDate
      reference
    }
  }
`);

export const RequestsDocument = graphql(`
  query FinanceRequests($first: Int!, $after: String, $filter: FinanceRequestFilter) {
    financeRequests(first: $first, after: $after, filter: $filter) {
      edges {
        cursor
        node {
          ...RequestRow
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);

export const RequestDocument = graphql(`
  query FinanceRequest($id: ID!) {
    financeRequest(id: $id) {
      ...RequestParts
    }
  }
`);

export const FinanceableDocument = graphql(`
  query Financeable($id: ID!) {
    certificate(id: $id) {
      id
      state
      eligibility {
        ...CheckParts
      }
      face {
        ...MoneyParts
      }
      maturity
      issuer {
        id
        name
      }
      anchor {
        ...AnchorParts
      }
    }
    parties(first: 100, role: BANK) {
      edges {
        cursor
        node {
          id
          name
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);

export const PriceDocument = graphql(`
  query PriceQuote(
    $requestId: ID!
    $ratePercent: Decimal!
    $method: DiscountMethod!
    $dayCount: DayCount!
    $advancePercent: Decimal!
    $feeFlat: Decimal!
    $feePercent: Decimal!
    $feeMin: Decimal!
  ) {
    priceQuote(
      requestId: $requestId
      ratePercent: $ratePercent
      method: $method
      dayCount: $dayCount
      advancePercent: $advancePercent
      feeFlat: $feeFlat
      feePercent: $feePercent
      feeMin: $feeMin
    ) {
      days
      advance {
        ...MoneyParts
      }
      discount {
        ...MoneyParts
      }
      fees {
        ...MoneyParts
      }
      net {
        ...MoneyParts
      }
      reserve {
        ...MoneyParts
      }
      allInPercent
    }
  }
`);

export const LimitParts = graphql(`
  fragment LimitParts on CreditLimit {
    id
    dimension
    buyer {
      id
      name
    }
    supplier {
      id
      name
    }
    programme {
      id
      name
    }
    sanctioned {
      ...MoneyParts
    }
    adhoc {
      ...MoneyParts
    }
    adhocTo
    blocked {
      ...MoneyParts
    }
    utilised {
      ...MoneyParts
    }
    available {
      ...MoneyParts
    }
    validTo
    anchor {
      ...AnchorParts
    }
  }
`);

export const LimitProposalParts = graphql(`
  fragment LimitProposalParts on LimitProposal {
    id
    dimension
    buyer {
      id
      name
    }
    supplier {
      id
      name
    }
    programme {
      id
      name
    }
    sanctioned {
      ...MoneyParts
    }
    adhoc {
      ...MoneyParts
    }
    adhocTo
    validTo
    proposedBy
    isOwn
    isOpen
    anchor {
      ...AnchorParts
    }
  }
`);

export const LimitsDocument = graphql(`
  query Limits {
    limits {
      ...LimitParts
    }
    limitProposals {
      ...LimitProposalParts
    }
  }
`);

export const BuyersDocument = graphql(`
  query Buyers {
    buyers: parties(first: 100, role: CORE) {
      edges {
        cursor
        node {
          id
          name
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
    suppliers: parties(first: 100, role: SUPPLIER) {
      edges {
        cursor
        node {
          id
          name
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);

export const RequestFinancingDocument = graphql(`
  mutation RequestFinancing($input: RequestFinancingInput!) {
    result: requestFinancing(input: $input) {
      ... on RequestFinancingSuccess {
        request {
          ...RequestParts
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

export const SubmitQuoteDocument = graphql(`
  mutation SubmitQuote($input: SubmitQuoteInput!) {
    result: submitQuote(input: $input) {
      ... on SubmitQuoteSuccess {
        quote {
          ...QuoteParts
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

export const WithdrawQuoteDocument = graphql(`
  mutation WithdrawQuote($input: WithdrawQuoteInput!) {
    result: withdrawQuote(input: $input) {
      ... on WithdrawQuoteSuccess {
        quote {
          ...QuoteParts
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

export const ChooseQuoteDocument = graphql(`
  mutation ChooseQuote($input: ChooseQuoteInput!) {
    result: chooseQuote(input: $input) {
      ... on ChooseQuoteSuccess {
        request {
          ...RequestParts
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

export const ProposeFundingDocument = graphql(`
  mutation ProposeFunding($input: ProposeFundingInput!) {
    result: proposeFunding(input: $input) {
      ... on ProposeFundingSuccess {
        request {
          ...RequestParts
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

export const ReturnFundingDocument = graphql(`
  mutation ReturnFunding($input: ReturnFundingInput!) {
    result: returnFunding(input: $input) {
      ... on ReturnFundingSuccess {
        request {
          ...RequestParts
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

export const DeclineFundingDocument = graphql(`
  mutation DeclineFunding($input: DeclineFundingInput!) {
    result: declineFunding(input: $input) {
      ... on DeclineFundingSuccess {
        request {
          ...RequestParts
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

export const ApproveFundingDocument = graphql(`
  mutation ApproveFunding($input: ApproveFundingInput!) {
    result: approveFunding(input: $input) {
      ... on ApproveFundingSuccess {
        request {
          ...RequestParts
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

export const ProposeLimitDocument = graphql(`
  mutation ProposeLimit($input: ProposeLimitInput!) {
    result: proposeLimit(input: $input) {
      ... on ProposeLimitSuccess {
        proposal {
          ...LimitProposalParts
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

export const ApproveLimitDocument = graphql(`
  mutation ApproveLimit($input: ApproveLimitInput!) {
    result: approveLimit(input: $input) {
      ... on ApproveLimitSuccess {
        limit {
          ...LimitParts
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
