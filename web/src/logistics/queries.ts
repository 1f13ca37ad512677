/** What the shipment screens ask, and the acts that they sign. */
import { graphql } from '../lib/graphql/gql.ts';

export const ShipmentRow = graphql(`
  fragment ShipmentRow on Shipment {
    id
    reference
    carrier {
      id
      name
    }
    invoiceId
    shipped
    received
    createdAt
    anchor {
      ...AnchorParts
    }
  }
`);

export const ShipmentParts = graphql(`
  fragment ShipmentParts on Shipment {
    ...ShipmentRow
    events {
      id
      eventId
      eventType
      bizStep
      disposition
      eventTime
      location
      event
      corrected
      errorDeclaration
      anchor {
        ...AnchorParts
      }
    }
  }
`);

export const ShipmentsDocument = graphql(`
  query Shipments($first: Int!, $after: String) {
    shipments(first: $first, after: $after) {
      edges {
        cursor
        node {
          ...ShipmentRow
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);

export const ShipmentDocument = graphql(`
  query Shipment($id: ID!) {
    shipment(id: $id) {
      ...ShipmentParts
    }
  }
`);

export const AssignableDocument = graphql(`
  query Assignable($id: ID!) {
    invoice(id: $id) {
      id
      number
      seller {
        name
      }
      buyer {
        name
      }
      anchor {
        ...AnchorParts
      }
    }
    parties(first: 100, role: CARRIER) {
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

export const AssignShipmentDocument = graphql(`
  mutation AssignShipment($input: AssignShipmentInput!) {
    result: assignShipment(input: $input) {
      ... on AssignShipmentSuccess {
        shipment {
          ...ShipmentParts
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

export const RecordDeliveryDocument = graphql(`
  mutation RecordDelivery($input: RecordDeliveryInput!) {
    result: recordDelivery(input: $input) {
      ... on RecordDeliverySuccess {
        shipment {
          ...ShipmentParts
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

export const PrepareDeliveryDocument = graphql(`
  query PrepareDelivery(
    $shipment: ID!
    $bizStep: String!
    $disposition: String
    $eventTime: String!
    $location: String
  ) {
    prepareDelivery(
      shipment: $shipment
      bizStep: $bizStep
      disposition: $disposition
      eventTime: $eventTime
      location: $location
    ) {
      eventId
      eventHash
      eventType
      action
      bizStep
      disposition
      eventTime
      location
      event
    }
  }
`);
