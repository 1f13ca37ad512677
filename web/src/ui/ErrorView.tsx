/** What could not be shown, and why: nothing there, no connection, or our fault with a reference. */
import { CombinedGraphQLErrors } from '@apollo/client/errors';
import { Button } from '@mantine/core';
import { Link, useRouteError } from 'react-router';
import { useTexts } from '../lib/texts.ts';
import { Notice } from './Notice.tsx';
import { Screen } from './Screen.tsx';
import { uiTexts } from './texts.ts';

export type Trouble =
  | { readonly kind: 'not-found' }
  | { readonly kind: 'offline' }
  | {
      readonly kind: 'fault';
      readonly code: string;
      readonly message: string;
      readonly reference: string;
    };

/** Sorts what was thrown. Unknown things are faults of ours. */
export function troubleOf(error: unknown): Trouble {
  if (CombinedGraphQLErrors.is(error)) {
    const first = error.errors[0];
    const code = String(first?.extensions?.code ?? 'INTERNAL');
    const reference = first?.extensions?.reference;
    return code === 'NOT_FOUND'
      ? { kind: 'not-found' }
      : {
          kind: 'fault',
          code,
          message: code === 'INTERNAL' ? '' : (first?.message ?? ''),
          reference: typeof reference === 'string' ? reference : '',
        };
  }
  const offline = !navigator.onLine || error instanceof TypeError;
  return offline
    ? { kind: 'offline' }
    : { kind: 'fault', code: 'INTERNAL', message: '', reference: '' };
}

/** In place of a screen that could not be drawn. */
export function RouteError() {
  const say = useTexts(uiTexts);
  const error = useRouteError();
  const trouble = troubleOf(error);
  if (trouble.kind === 'not-found') {
    return (
      <Screen title={say('notFoundTitle')} lead={say('notFoundText')}>
        <p>
          <Link to="/">{say('toToday')}</Link>
        </p>
      </Screen>
    );
  }
  return (
    <Screen title={say('notShown')} narrow>
      <ErrorWords error={error} />
      <div>
        <Button variant="default" onClick={() => window.location.reload()}>
          {say('tryAgain')}
        </Button>
      </div>
    </Screen>
  );
}

/** The same in a notice beside what one was doing. */
export function ErrorWords({ error }: { readonly error: unknown }) {
  const say = useTexts(uiTexts);
  const trouble = troubleOf(error);
  switch (trouble.kind) {
    case 'not-found':
      return (
        <Notice tone="bad" title={say('notFoundTitle')}>
          {say('notFoundText')}
        </Notice>
      );
    case 'offline':
      return (
        <Notice tone="warn" title={say('offlineTitle')}>
          {say('offlineText')}
        </Notice>
      );
    case 'fault':
      return (
        <Notice tone="bad" title={say('faultTitle')}>
          {trouble.message !== '' && <p>{trouble.message}</p>}
          <p>
            {trouble.reference === ''
              ? say('faultNoReference')
              : say('faultText', { reference: trouble.reference })}
          </p>
        </Notice>
      );
  }
}
