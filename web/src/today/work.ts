/**
 * Where a waiting thing is done: each action has one screen. An action that this page does not know
 * leads to the thing itself, so a newer server never leaves a dead end.
 *
 * Pure.
 */
export type Work = {
  readonly action: string;
  readonly subjectId: string;
  readonly subjectType: string;
};

const screens: Readonly<Record<string, (id: string) => string>> = {
  'submit-draft': (id) => `/drafts/${id}`,
  correct: (id) => `/drafts/${id}`,
  propose: (id) => `/invoices/${id}/propose`,
  'review-match': (id) => `/invoices/${id}/review`,
  confirm: (id) => `/invoices/${id}/confirm`,
  answer: (id) => `/invoices/${id}/answer`,
  'approve-account': (id) => `/accounts/changes/${id}`,
  'check-account': (id) => `/accounts/changes/${id}`,
  'answer-dispute': (id) => `/disputes/${id}`,
  'acknowledge-credit': (id) => `/credit-notes/${id}`,
  'assign-shipment': (id) => `/shipments/assign/${id}`,
  'record-delivery': (id) => `/shipments/${id}/record`,
  'accept-certificate': (id) => `/certificates/${id}/accept`,
  'accept-transfer': (id) => `/certificates/${id}/receive`,
  'request-financing': (id) => `/financing/request/${id}`,
  quote: (id) => `/financing/${id}/quote`,
  choose: (id) => `/financing/${id}`,
  'call-recourse': (id) => `/financing/${id}/recourse`,
  'approve-write-off': (id) => `/financing/${id}/write-off`,
  'propose-funding': (id) => `/financing/${id}/propose`,
  'approve-funding': (id) => `/financing/${id}/approve`,
  'approve-limit': (id) => `/limits/approve/${id}`,
  pay: (id) => `/payments/${id}`,
  refund: (id) => `/payments/${id}`,
  'release-file': (id) => `/payments/files/${id}/release`,
  'send-file': (id) => `/payments/files/${id}`,
  'confirm-line': (id) => `/payments/lines/${id}`,
  'check-payment': (id) => `/payments/lines/${id}`,
};

const places: Readonly<Record<string, string>> = {
  Draft: '/drafts',
  Invoice: '/invoices',
  Dispute: '/disputes',
  CreditNote: '/credit-notes',
  Certificate: '/certificates',
  Shipment: '/shipments',
  FinanceRequest: '/financing',
  Leg: '/payments',
  StatementLine: '/payments/lines',
  Instruction: '/payments/files',
  Act: '/acts',
};

/** The address of the screen on which it is done. */
export function screenFor({ action, subjectId, subjectType }: Work): string {
  const screen = screens[action];
  if (screen !== undefined) {
    return screen(subjectId);
  }
  const place = places[subjectType];
  return place === undefined ? '/' : `${place}/${subjectId}`;
}
