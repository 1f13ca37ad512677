/** Whatever waits leads somewhere: to its one screen, or at least to the thing itself. */
import { screenFor } from '@tallystick/web/src/today/work.ts';
import { describe, expect, it } from 'vitest';

describe('a thing that waits', () => {
  it.each([
    ['confirm', 'Invoice', 'inv_1', '/invoices/inv_1/confirm'],
    ['submit-draft', 'Draft', 'drf_1', '/drafts/drf_1'],
    ['accept-transfer', 'Certificate', 'cer_1', '/certificates/cer_1/receive'],
    ['quote', 'FinanceRequest', 'req_1', '/financing/req_1/quote'],
    ['choose', 'FinanceRequest', 'req_1', '/financing/req_1'],
    ['call-recourse', 'FinanceRequest', 'req_1', '/financing/req_1/recourse'],
    ['approve-write-off', 'FinanceRequest', 'req_1', '/financing/req_1/write-off'],
    ['pay', 'Leg', 'leg_1', '/payments/leg_1'],
    ['answer-dispute', 'Dispute', 'dsp_1', '/disputes/dsp_1'],
    ['release-file', 'Instruction', 'ins_1', '/payments/files/ins_1/release'],
    ['send-file', 'Instruction', 'ins_1', '/payments/files/ins_1'],
    ['confirm-line', 'StatementLine', 'lin_1', '/payments/lines/lin_1'],
    ['check-payment', 'StatementLine', 'lin_1', '/payments/lines/lin_1'],
    ['acknowledge-credit', 'CreditNote', 'crn_1', '/credit-notes/crn_1'],
  ])('to %s leads to its screen', (action, subjectType, subjectId, screen) => {
    expect(screenFor({ action, subjectType, subjectId })).toBe(screen);
  });

  it('leads to the thing when a newer server asks for what this page does not know', () => {
    expect(screenFor({ action: 'endorse', subjectType: 'Invoice', subjectId: 'inv_1' })).toBe(
      '/invoices/inv_1',
    );
  });

  it('leads home when even the thing is unknown', () => {
    expect(screenFor({ action: 'endorse', subjectType: 'Parcel', subjectId: 'x' })).toBe('/');
  });
});
