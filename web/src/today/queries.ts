/** What waits for the viewer. */
import { graphql } from '../lib/graphql/gql.ts';

export const TodayDocument = graphql(`
  query Today {
    today {
      id
      action
      subjectId
      subjectType
      title
      counterparty
      amount {
        ...MoneyParts
      }
      deadline
      urgency
    }
  }
`);
