/** What the certificate screens ask, and the acts that they sign. */
import { graphql } from '../lib/graphql/gql.ts';

export const CertificateRow = graphql(`
  fragment CertificateRow on Certificate {
    id
    state
    face {
      ...MoneyParts
    }
    open {
      ...MoneyParts
    }
    maturity
    payableOn
    isWaiting
    issuer {
      id
      name
    }
    holder {
      id
      name
    }
    depth
    recourse
    createdAt
    transfer {
      id
      state
      from {
        id
        name
      }
      to {
        id
        name
      }
    }
    anchor {
      ...AnchorParts
    }
  }
`);

export const HopParts = graphql(`
  fragment HopParts on Transfer {
    id
    from {
      id
      name
    }
    to {
      id
      name
    }
    tradeReference
    tradeDocument {
      id
      name
      url
    }
    tradeDocumentDigest
    recourse
    recourseDays
    recourseCapMicros
    governingLaw
    answerBy
  }
`);

export const CertificateParts = graphql(`
  fragment CertificateParts on Certificate {
    ...CertificateRow
    invoice {
      id
      number
    }
    parent {
      id
      face {
        ...MoneyParts
      }
      holder {
        id
        name
      }
    }
    children {
      ...CertificateRow
    }
    transfer {
      ...HopParts
      reason
    }
    hop {
      ...HopParts
    }
    claims {
      from {
        id
        name
      }
      ground
      most {
        ...MoneyParts
      }
      since
      until
    }
  }
`);

export const CertificatesDocument = graphql(`
  query Certificates($first: Int!, $after: String, $filter: CertificateFilter) {
    certificates(first: $first, after: $after, filter: $filter) {
      edges {
        cursor
        node {
          ...CertificateRow
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);

export const CertificateDocument = graphql(`
  query Certificate($id: ID!) {
    certificate(id: $id) {
      ...CertificateParts
      request {
        id
        state
      }
    }
  }
`);

export const AcceptCertificateDocument = graphql(`
  mutation AcceptCertificate($input: AcceptCertificateInput!) {
    result: acceptCertificate(input: $input) {
      ... on AcceptCertificateSuccess {
        certificate {
          ...CertificateParts
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

export const DeclineCertificateDocument = graphql(`
  mutation DeclineCertificate($input: DeclineCertificateInput!) {
    result: declineCertificate(input: $input) {
      ... on DeclineCertificateSuccess {
        certificate {
          ...CertificateParts
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

export const SplitCertificateDocument = graphql(`
  mutation SplitCertificate($input: SplitCertificateInput!) {
    result: splitCertificate(input: $input) {
      ... on SplitCertificateSuccess {
        certificate {
          ...CertificateParts
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

export const TransferCertificateDocument = graphql(`
  mutation TransferCertificate($input: TransferCertificateInput!) {
    result: transferCertificate(input: $input) {
      ... on TransferCertificateSuccess {
        certificate {
          ...CertificateParts
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

export const ReceiveCertificateDocument = graphql(`
  mutation ReceiveCertificate($input: ReceiveCertificateInput!) {
    result: receiveCertificate(input: $input) {
      ... on ReceiveCertificateSuccess {
        certificate {
          ...CertificateParts
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

export const RejectCertificateDocument = graphql(`
  mutation RejectCertificate($input: RejectCertificateInput!) {
    result: rejectCertificate(input: $input) {
      ... on RejectCertificateSuccess {
        certificate {
          ...CertificateParts
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

export const SuppliersDocument = graphql(`
  query Suppliers {
    parties(first: 100, role: SUPPLIER) {
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
