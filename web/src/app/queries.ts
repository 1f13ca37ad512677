/** What the frame itself asks: signing in and out, and how the network is. */
import { graphql } from '../lib/graphql/gql.ts';

export const SignInDocument = graphql(`
  mutation SignIn($login: String!, $password: String!) {
    signIn(login: $login, password: $password) {
      __typename
    }
  }
`);

export const SignOutDocument = graphql(`
  mutation SignOut {
    signOut
  }
`);

export const NetworkBannerDocument = graphql(`
  query NetworkBanner {
    chain {
      finalising
      waiting
      anchorFile
      anchorFingerprint
    }
    viewer {
      businessDate
    }
  }
`);
