/**
 * Who is signed in. The session is a cookie that no script can read; the page only asks who it is.
 * Each session has a line of its own: signing out closes it and forgets what was loaded, so that
 * nothing of one person is shown to the next. All tabs of the browser follow.
 */
import { ApolloProvider, useQuery } from '@apollo/client/react';
import {
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useState,
} from 'react';
import { useTexts } from '../lib/texts.ts';
import { ViewerDocument, ViewerProvider } from '../lib/viewer.ts';
import { Waiting } from '../ui/Empty.tsx';
import { ErrorWords } from '../ui/ErrorView.tsx';
import { uiTexts } from '../ui/texts.ts';
import { openLine } from './client.ts';

const channelName = 'tallystick.session';

/** Begins again after sign-in and sign-out: the cookie has changed. */
const Renew = createContext<() => void>(() => {});

export function useRenewSession(): () => void {
  return useContext(Renew);
}

export function SessionProvider({ children }: { readonly children: ReactNode }) {
  const [round, setRound] = useState(0);
  const begin = useCallback(() => setRound((before) => before + 1), []);
  const renew = useCallback(() => {
    begin();
    tellOtherTabs();
  }, [begin]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each round has a line of its own
  const line = useMemo(() => openLine(begin), [begin, round]);
  useEffect(() => () => line.close(), [line]);
  useEffect(() => followOtherTabs(begin), [begin]);

  return (
    <Renew.Provider value={renew}>
      <ApolloProvider client={line.client} key={round}>
        {children}
      </ApolloProvider>
    </Renew.Provider>
  );
}

/** The app for who is signed in, the door for who is not. */
export function ForViewer({
  door,
  children,
}: {
  readonly door: ReactNode;
  readonly children: ReactNode;
}) {
  const say = useTexts(uiTexts);
  const { data, error } = useQuery(ViewerDocument);

  if (error !== undefined && data === undefined) {
    return (
      <main className="alone">
        <ErrorWords error={error} />
      </main>
    );
  }
  if (data === undefined) {
    return (
      <main className="alone">
        <Waiting label={say('loading')} />
      </main>
    );
  }
  const { viewer } = data;
  return viewer === null || viewer === undefined ? (
    door
  ) : (
    <ViewerProvider value={viewer}>{children}</ViewerProvider>
  );
}

function tellOtherTabs(): void {
  if (typeof BroadcastChannel !== 'undefined') {
    const channel = new BroadcastChannel(channelName);
    channel.postMessage('renewed');
    channel.close();
  }
}

function followOtherTabs(renewed: () => void): () => void {
  if (typeof BroadcastChannel === 'undefined') {
    return () => {};
  }
  const channel = new BroadcastChannel(channelName);
  channel.onmessage = renewed;
  return () => channel.close();
}
