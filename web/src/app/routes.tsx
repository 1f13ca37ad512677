/** Every address and its screen. A slice's code is loaded when one first goes there. */
import type { ReactNode } from 'react';
import { createBrowserRouter, Outlet, type RouteObject } from 'react-router';
import { useTexts } from '../lib/texts.ts';
import { RouteError } from '../ui/ErrorView.tsx';
import { Screen } from '../ui/Screen.tsx';
import { OpenFrame } from './OpenFrame.tsx';
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
  screen('invoices/confirm', () => import('../invoice/ManyScreens.tsx'), 'ConfirmManyScreen'),
  screen('invoices/propose', () => import('../invoice/ManyScreens.tsx'), 'ProposeManyScreen'),
  screen('invoices', () => import('../invoice/InvoicesScreen.tsx'), 'InvoicesScreen', [
    screen(':id', () => import('../invoice/InvoiceDetail.tsx'), 'InvoiceDetail'),
  ]),
  screen('invoices/:id/propose', () => import('../invoice/ProposeScreen.tsx'), 'ProposeScreen'),
  screen('invoices/:id/confirm', () => import('../invoice/ConfirmScreen.tsx'), 'ConfirmScreen'),
  screen(
    'invoices/:id/review',
    () => import('../invoice/MatchReviewScreen.tsx'),
    'MatchReviewScreen',
  ),
  screen('invoices/:id/return', () => import('../invoice/WordsScreen.tsx'), 'ReturnScreen'),
  screen('invoices/:id/refuse', () => import('../invoice/WordsScreen.tsx'), 'RefuseScreen'),
  screen('invoices/:id/query', () => import('../invoice/WordsScreen.tsx'), 'QueryScreen'),
  screen('invoices/:id/answer', () => import('../invoice/WordsScreen.tsx'), 'AnswerScreen'),
  screen('invoices/:id/withdraw', () => import('../invoice/WordsScreen.tsx'), 'WithdrawScreen'),
  screen('invoices/:id/dispute', () => import('../dispute/RaiseScreen.tsx'), 'RaiseScreen'),
  screen('disputes', () => import('../dispute/DisputesScreen.tsx'), 'DisputesScreen'),
  screen('credit-notes', () => import('../dispute/CreditNotesScreen.tsx'), 'CreditNotesScreen'),
  screen('credit-notes/issue', () => import('../dispute/IssueScreens.tsx'), 'IssueAtLargeScreen'),
  screen('credit-notes/:id', () => import('../dispute/CreditNoteScreen.tsx'), 'CreditNoteScreen'),
  screen(
    'credit-notes/:id/acknowledge',
    () => import('../dispute/CreditNoteScreen.tsx'),
    'AcknowledgeScreen',
  ),
  screen('invoices/:id/credit', () => import('../dispute/IssueScreens.tsx'), 'IssueScreen'),
  screen('disputes/:id', () => import('../dispute/DisputeScreen.tsx'), 'DisputeScreen'),
  screen('disputes/:id/answer', () => import('../dispute/WordsScreens.tsx'), 'AnswerScreen'),
  screen('disputes/:id/reject', () => import('../dispute/WordsScreens.tsx'), 'RejectScreen'),
  screen('disputes/:id/close', () => import('../dispute/WordsScreens.tsx'), 'CloseScreen'),
  screen('disputes/:id/accept', () => import('../dispute/AmountScreens.tsx'), 'AcceptScreen'),
  screen('disputes/:id/settle', () => import('../dispute/AmountScreens.tsx'), 'SettleScreen'),
  screen('drafts/:id', () => import('../invoice/DraftScreen.tsx'), 'DraftScreen'),
  screen('drafts/:id/submit', () => import('../invoice/SubmitScreen.tsx'), 'SubmitScreen'),
];

const certificates = [
  screen(
    'certificates',
    () => import('../receivable/CertificatesScreen.tsx'),
    'CertificatesScreen',
    [screen(':id', () => import('../receivable/CertificateDetail.tsx'), 'CertificateDetail')],
  ),
  screen(
    'certificates/:id/accept',
    () => import('../receivable/AcceptScreens.tsx'),
    'AcceptScreen',
  ),
  screen(
    'certificates/:id/receive',
    () => import('../receivable/AcceptScreens.tsx'),
    'ReceiveScreen',
  ),
  screen(
    'certificates/:id/decline',
    () => import('../receivable/RejectScreens.tsx'),
    'DeclineScreen',
  ),
  screen(
    'certificates/:id/reject',
    () => import('../receivable/RejectScreens.tsx'),
    'RejectScreen',
  ),
  screen('certificates/:id/split', () => import('../receivable/SplitScreen.tsx'), 'SplitScreen'),
  screen(
    'certificates/:id/transfer',
    () => import('../receivable/TransferScreen.tsx'),
    'TransferScreen',
  ),
];

const shipments = [
  screen('shipments/assign/:id', () => import('../logistics/AssignScreen.tsx'), 'AssignScreen'),
  screen('shipments', () => import('../logistics/ShipmentsScreen.tsx'), 'ShipmentsScreen', [
    screen(':id', () => import('../logistics/ShipmentDetail.tsx'), 'ShipmentDetail'),
  ]),
  screen('shipments/:id/record', () => import('../logistics/RecordScreen.tsx'), 'RecordScreen'),
];

const funding = () => import('../financing/FundingScreens.tsx');
const late = () => import('../financing/LateScreens.tsx');
const financing = [
  screen('financing/request/:id', () => import('../financing/AskScreen.tsx'), 'AskScreen'),
  screen('financing', () => import('../financing/RequestsScreen.tsx'), 'RequestsScreen', [
    screen(':id', () => import('../financing/RequestDetail.tsx'), 'RequestDetail'),
  ]),
  screen('financing/:id/quote', () => import('../financing/QuoteScreen.tsx'), 'QuoteScreen'),
  screen(
    'financing/:id/choose/:quoteId',
    () => import('../financing/ChooseScreen.tsx'),
    'ChooseScreen',
  ),
  screen('financing/:id/withdraw', funding, 'WithdrawQuoteScreen'),
  screen('financing/:id/propose', funding, 'ProposeFundingScreen'),
  screen('financing/:id/approve', funding, 'ApproveFundingScreen'),
  screen('financing/:id/return', funding, 'ReturnFundingScreen'),
  screen('financing/:id/decline', funding, 'DeclineFundingScreen'),
  screen('financing/:id/recourse', late, 'CallRecourseScreen'),
  screen('financing/:id/write-off', late, 'WriteOffScreen'),
  screen('limits', () => import('../financing/LimitsScreen.tsx'), 'LimitsScreen'),
  screen(
    'limits/approve/:id',
    () => import('../financing/ApproveLimitScreen.tsx'),
    'ApproveLimitScreen',
  ),
  screen('limits/set', () => import('../financing/SetLimitScreen.tsx'), 'SetLimitScreen'),
];

const lineActs = () => import('../settlement/LineActScreens.tsx');
const fileActs = () => import('../settlement/FileActScreens.tsx');
const payments = [
  screen('payments/files', () => import('../settlement/FilesScreen.tsx'), 'FilesScreen', [
    screen(':id', () => import('../settlement/FileDetail.tsx'), 'FileDetail'),
  ]),
  screen('payments/files/new', () => import('../settlement/MakeFileScreen.tsx'), 'MakeFileScreen'),
  screen('payments/files/:id/release', fileActs, 'ReleaseFileScreen'),
  screen('payments/files/:id/send', fileActs, 'SendFileScreen'),
  screen('payments/files/:id/cancel', fileActs, 'CancelFileScreen'),
  screen('payments/files/:id/reject', fileActs, 'RejectFileScreen'),
  screen('payments/import', () => import('../settlement/ImportScreen.tsx'), 'ImportScreen'),
  screen('payments/lines/:id', () => import('../settlement/LineScreen.tsx'), 'LineScreen'),
  screen(
    'payments/lines/:id/assign',
    () => import('../settlement/AssignLineScreen.tsx'),
    'AssignLineScreen',
  ),
  screen('payments/lines/:id/confirm', lineActs, 'ConfirmLineScreen'),
  screen('payments/lines/:id/return', lineActs, 'ReturnLineScreen'),
  screen('payments/lines/:id/refund', lineActs, 'RefundLineScreen'),
  screen('payments/lines/:id/dismiss', lineActs, 'DismissLineScreen'),
  screen('payments/lines', () => import('../settlement/LinesScreen.tsx'), 'LinesScreen'),
  screen('payments', () => import('../settlement/PaymentsScreen.tsx'), 'PaymentsScreen', [
    screen(':id', () => import('../settlement/LegDetail.tsx'), 'LegDetail'),
  ]),
];

const reports = [
  screen('reports', () => import('../ledger/TrialBalanceScreen.tsx'), 'TrialBalanceScreen'),
  screen('reports/account', () => import('../ledger/AccountScreen.tsx'), 'AccountScreen'),
  screen('reports/standing', () => import('../ledger/StandingScreen.tsx'), 'StandingScreen'),
  screen('reports/ias7', () => import('../ledger/Ias7Screen.tsx'), 'Ias7Screen'),
];

const audit = [
  screen('acts', () => import('../audit/ActsScreen.tsx'), 'ActsScreen', [
    screen(':id', () => import('../audit/ActDetail.tsx'), 'ActDetail'),
  ]),
  screen('network', () => import('../audit/NetworkScreen.tsx'), 'NetworkScreen'),
  screen('network/blocks', () => import('../audit/BlocksScreen.tsx'), 'BlocksScreen', [
    screen(':id', () => import('../audit/BlockDetail.tsx'), 'BlockDetail'),
  ]),
  screen('network/epochs', () => import('../audit/EpochsScreen.tsx'), 'EpochsScreen'),
];

const accountChange = () => import('../party/AccountChangeScreens.tsx');
const revoking = () => import('../party/RevokeScreens.tsx');
const suspension = () => import('../party/SuspensionScreens.tsx');
const party = [
  screen('programme/open', () => import('../party/OpenProgrammeScreen.tsx'), 'OpenProgrammeScreen'),
  screen(
    'programme/:id/amend',
    () => import('../party/AmendProgrammeScreen.tsx'),
    'AmendProgrammeScreen',
  ),
  screen(
    'programme/:id/admit',
    () => import('../party/AdmitMemberScreen.tsx'),
    'AdmitMemberScreen',
  ),
  screen('calendars', () => import('../party/CalendarsScreen.tsx'), 'CalendarsScreen'),
  screen(
    'calendars/publish',
    () => import('../party/PublishCalendarScreen.tsx'),
    'PublishCalendarScreen',
  ),
  screen('team/appoint', () => import('../party/AppointScreen.tsx'), 'AppointScreen'),
  screen('team', () => import('../party/TeamScreen.tsx'), 'TeamScreen', [
    screen(':id', () => import('../party/PersonDetail.tsx'), 'PersonDetail'),
  ]),
  screen('team/:id/grant', () => import('../party/GrantMandateScreen.tsx'), 'GrantMandateScreen'),
  screen('team/:id/key', () => import('../party/GiveKeyScreen.tsx'), 'GiveKeyScreen'),
  screen('team/:id/mandates/:mandateId/revoke', revoking, 'RevokeMandateScreen'),
  screen('team/:id/keys/:keyId/revoke', revoking, 'RevokeKeyScreen'),
  screen('accounts', () => import('../party/AccountsScreen.tsx'), 'AccountsScreen'),
  screen(
    'accounts/:id/change',
    () => import('../party/ChangeAccountScreen.tsx'),
    'ChangeAccountScreen',
  ),
  screen('accounts/changes/:id', accountChange, 'AccountChangeScreen'),
  screen('accounts/changes/:id/approve', accountChange, 'ApproveAccountScreen'),
  screen('accounts/changes/:id/retract', accountChange, 'RetractAccountScreen'),
  screen('parties', () => import('../party/PartiesScreen.tsx'), 'PartiesScreen'),
  screen('parties/:id/suspend', suspension, 'SuspendScreen'),
  screen('parties/:id/reinstate', suspension, 'ReinstateScreen'),
  screen('programme', () => import('../party/ProgrammeScreen.tsx'), 'ProgrammeScreen'),
  screen('network/day', () => import('../party/BusinessDayScreen.tsx'), 'BusinessDayScreen'),
  screen('profile', () => import('../party/ProfileScreen.tsx'), 'ProfileScreen'),
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
    screen('search', () => import('../today/SearchScreen.tsx'), 'SearchScreen'),
    ...invoices,
    ...certificates,
    ...shipments,
    ...financing,
    ...payments,
    ...reports,
    ...audit,
    ...party,
    { path: '*', element: <Nowhere /> },
  ],
};

/** Verifying needs nobody's leave: the page stands before the door, in a frame of its own. */
const forAnyone: RouteObject = {
  element: <OpenFrame />,
  errorElement: <RouteError />,
  children: [screen('verify', () => import('../audit/VerifyScreen.tsx'), 'VerifyScreen')],
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
    children: [forViewers, forAnyone],
  },
]);

function Nowhere() {
  const say = useTexts(appTexts);
  return <Screen title={say('nothingThere')}>{null}</Screen>;
}
