/** Who looks at the page: the person, the organisation and what they may sign. Set by the session, read by every screen. */
import { createContext, useContext } from 'react';
import { graphql } from './graphql/gql.ts';
import type { ViewerQuery } from './graphql/graphql.ts';

export const ViewerDocument = graphql(`
  query Viewer {
    viewer {
      person {
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
      }
      party {
        id
        name
        country
        roles
        state
      }
      businessDate
      demo
      programmes {
        id
        name
        currency
        minSplitMinor
        minTenorDays
        maxTenorDays
        confirmDays
        requireDelivery
        core {
          id
          name
        }
        members {
          party {
            id
            name
          }
          role
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

export type Viewer = NonNullable<ViewerQuery['viewer']>;

const Context = createContext<Viewer | undefined>(undefined);
export const ViewerProvider = Context.Provider;

/** The viewer. Screens stand behind the sign-in; without a viewer it is our bug. */
export function useViewer(): Viewer {
  const viewer = useContext(Context);
  if (viewer === undefined) {
    throw new Error('a screen is shown only to someone who signed in');
  }
  return viewer;
}

/** The business day of the page, or undefined before sign-in. */
export function useBusinessDate(): string | undefined {
  return useContext(Context)?.businessDate;
}

/** The mandate under which the viewer may do it today, or undefined. The server decides; the page only offers. */
export function mandateFor(viewer: Viewer, action: string) {
  return mandatesFor(viewer, action)[0];
}

/** All the mandates under which the viewer may do it today. */
export function mandatesFor(viewer: Viewer, action: string) {
  return viewer.person.mandates.filter(
    (mandate) =>
      mandate.action === action &&
      !mandate.revoked &&
      mandate.validFrom <= viewer.businessDate &&
      viewer.businessDate <= mandate.validTo,
  );
}
