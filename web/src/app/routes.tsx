/** Every address and its screen. A slice's code is loaded when one first goes there. */
import type { ReactNode } from 'react';
import { createBrowserRouter, Outlet, type RouteObject } from 'react-router';
import { useTexts } from '../lib/texts.ts';
import { Empty } from '../ui/Empty.tsx';
import { RouteError } from '../ui/ErrorView.tsx';
import { Shell } from './Shell.tsx';
import { SignInScreen } from './SignInScreen.tsx';
import { ForViewer, SessionProvider } from './session.tsx';
import { appTexts } from './texts.ts';

type Screens = Readonly<Record<string, () => ReactNode>>;

/** A screen of a module that is loaded when it is first needed. */
function screen<M extends Screens>(
  path: string,
  load: () => Promise<M>,
  name: keyof M & string,
  children?: RouteObject[],
): RouteObject {
  return {
    path,
    lazy: async () => {
      const module = await load();
      return { Component: module[name] ?? Nowhere };
    },
    errorElement: <RouteError />,
    ...(children === undefined ? {} : { children }),
  };
}

const invoices = [
  screen('invoices/upload', () => import('../invoice/UploadScreen.tsx'), 'UploadScreen'),
  screen('invoices', () => import('../invoice/InvoicesScreen.tsx'), 'InvoicesScreen', [
    screen(':id', () => import('../invoice/InvoiceDetail.tsx'), 'InvoiceDetail'),
  ]),
  screen('invoices/:id/propose', () => import('../invoice/ProposeScreen.tsx'), 'ProposeScreen'),
  screen('invoices/:id/confirm', () => import('../invoice/ConfirmScreen.tsx'), 'ConfirmScreen'),
  screen('invoices/:id/return', () => import('../invoice/WordsScreen.tsx'), 'ReturnScreen'),
  screen('invoices/:id/refuse', () => import('../invoice/WordsScreen.tsx'), 'RefuseScreen'),
  screen('invoices/:id/query', () => import('../invoice/WordsScreen.tsx'), 'QueryScreen'),
  screen('invoices/:id/answer', () => import('../invoice/WordsScreen.tsx'), 'AnswerScreen'),
  screen('invoices/:id/withdraw', () => import('../invoice/WordsScreen.tsx'), 'WithdrawScreen'),
  screen('drafts/:id', () => import('../invoice/DraftScreen.tsx'), 'DraftScreen'),
  screen('drafts/:id/submit', () => import('../invoice/SubmitScreen.tsx'), 'SubmitScreen'),
];

const forViewers: RouteObject = {
  element: (
    <ForViewer door={<SignInScreen />}>
      <Shell />
    </ForViewer>
  ),
  errorElement: <RouteError />,
  children: [
    screen('/', () => import('../today/TodayScreen.tsx'), 'TodayScreen'),
    ...invoices,
    { path: '*', element: <Nowhere /> },
  ],
};

export const router = createBrowserRouter([
  {
    element: (
      <SessionProvider>
        <Outlet />
      </SessionProvider>
    ),
    // Nothing is shown while the first screen's code arrives: it is on its way already.
    HydrateFallback: () => null,
    errorElement: <RouteError />,
    children: [forViewers],
  },
]);

function Nowhere() {
  const say = useTexts(appTexts);
  return <Empty title={say('nothingThere')} />;
}
