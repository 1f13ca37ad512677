/** Policy packs: what a released version says, on both sides of each border, for ever. */
import { describe, expect, it } from 'vitest';
import { cn77 } from '../../../server/src/party/cn-77.ts';
import type { PolicyDecisionRow } from '../../../server/src/party/model.ts';
import type { PolicyFacts } from '../../../server/src/party/policy-pack.ts';
import {
  findingsOf,
  packHash,
  packNamed,
  policyBarrier,
} from '../../../server/src/party/policy-packs.ts';
import { policyPreview, policyThen, policyToday } from '../../../server/src/party/policy-words.ts';

const promise: PolicyFacts = {
  occasion: 'invoice.confirm',
  today: '2026-03-02',
  dueDate: '2026-05-31',
  reason: null,
  hasTradeDocument: null,
  isOffer: null,
};

/** What each rule says, by name, and the refusal of the whole. */
function said(change: Partial<PolicyFacts>) {
  const facts = { ...promise, ...change };
  const findings = findingsOf(['CN-77/1'], facts);
  return {
    ...Object.fromEntries(findings.map(({ rule, outcome }) => [rule.name, outcome])),
    code: policyBarrier(findings, facts)?.code ?? null,
  };
}

describe('CN-77/1', () => {
  it('is the version that was released: its rule table has this hash', () => {
    expect(packNamed('CN-77/1')).toBe(cn77);
    expect(packHash(cn77)).toBe('b723d891193d9840ee2b7ce617345898698874244687303a6176ae308929152d');
  });

  it('lets a term of exactly six months pass, and wants a reason for a day more', () => {
    const six = { TERM_MAX_12M: 'PASS', TERM_OVER_6M: 'PASS', code: null };
    const over = { TERM_MAX_12M: 'PASS', TERM_OVER_6M: 'WARN' };

    expect(said({ dueDate: '2026-09-02' })).toEqual(six);
    expect(said({ dueDate: '2026-09-03' })).toEqual({ ...over, code: 'POLICY_REASON_REQUIRED' });
    expect(said({ dueDate: '2026-09-03', reason: '  ' }).code).toBe('POLICY_REASON_REQUIRED');
    expect(said({ dueDate: '2026-09-03', reason: 'Ships are built for a year.' })).toEqual({
      ...over,
      code: null,
    });
  });

  it('lets a term of exactly twelve months pass with a reason, and no day more with any', () => {
    const reason = 'Ships are built for a year.';

    expect(said({ dueDate: '2027-03-02', reason }).code).toBeNull();
    expect(said({ dueDate: '2027-03-03', reason }).code).toBe('POLICY_TERM_MAX_12M');
    expect(said({ dueDate: '2027-04-02' }).code).toBe('POLICY_TERM_MAX_12M');
  });

  it('B.9.63: counts months by the calendar: six months after 31 August end with February', () => {
    expect(said({ today: '2026-08-31', dueDate: '2027-02-28' }).code).toBeNull();
    expect(said({ today: '2026-08-31', dueDate: '2027-03-01' }).code).toBe(
      'POLICY_REASON_REQUIRED',
    );
    expect(said({ today: '2027-08-31', dueDate: '2028-02-29' }).code).toBeNull();
    expect(said({ today: '2027-08-31', dueDate: '2028-03-01' }).code).toBe(
      'POLICY_REASON_REQUIRED',
    );
  });

  it('never lets a voucher be forced on a supplier', () => {
    const occasion = 'certificate.issue' as const;

    expect(said({ occasion, isOffer: true })).toEqual({ NO_FORCED_VOUCHER: 'PASS', code: null });
    expect(said({ occasion, isOffer: false }).code).toBe('POLICY_NO_FORCED_VOUCHER');
  });

  it('notes a hop that names its trade without the document', () => {
    const occasion = 'certificate.transfer' as const;

    expect(said({ occasion, hasTradeDocument: true })).toEqual({
      TRADE_DOC_EACH_HOP: 'PASS',
      code: null,
    });
    expect(said({ occasion, hasTradeDocument: false })).toEqual({
      TRADE_DOC_EACH_HOP: 'WARN',
      code: null,
    });
  });

  it('names itself, its version and its rule in every refusal', () => {
    const facts = { ...promise, dueDate: '2027-04-02' };
    const refusal = policyBarrier(findingsOf(['CN-77/1'], facts), facts);

    expect(refusal).toMatchObject({
      path: 'dueDate',
      seen: '13 months and 0 days',
      expected: 'at most 12 months (CN-77/1, TERM_MAX_12M)',
    });
  });
});

describe('a policy', () => {
  it('says nothing in a programme without packs', () => {
    expect(findingsOf([], promise)).toEqual([]);
    expect(policyBarrier([], promise)).toBeNull();
  });

  it('is never guessed: an unknown version is a bug', () => {
    expect(packNamed('CN-77/2')).toBeNull();
    expect(() => findingsOf(['CN-77/2'], promise)).toThrow('released policy pack');
  });

  it('says beforehand what it will say', () => {
    const words = policyPreview(['CN-77/1'], '2026-03-02', '2026-10-02');

    expect(words.map(({ rule, outcome, needsReason }) => [rule, outcome, needsReason])).toEqual([
      ['TERM_MAX_12M', 'PASS', false],
      ['TERM_OVER_6M', 'WARN', true],
    ]);
  });

  it('is asked again about an earlier decision with the facts of that day', () => {
    const row: PolicyDecisionRow = {
      ...{ id: 'pol_1', version: 1, subject: 'inv_1', occasion: 'invoice.confirm', pack: 'CN-77' },
      ...{ packVersion: 1, packHash: packHash(cn77), rule: 'TERM_OVER_6M', outcome: 'PASS' },
      ...{ seen: 'six months', expected: '', reason: null, decidedDate: '2026-03-02' },
      facts: JSON.stringify({ ...promise, dueDate: '2026-09-03' }),
      createdMs: 1n,
    };

    expect(policyThen(row)).toMatchObject({ pack: 'CN-77/1', outcome: 'PASS', seen: 'six months' });
    expect(policyToday(row)).toMatchObject({ pack: 'CN-77/1', outcome: 'WARN' });
    expect(policyToday({ ...row, rule: 'GONE' })).toBeNull();
  });
});
