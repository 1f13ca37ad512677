import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allocate } from '../../../chain/src/calc/amount.ts';
import { weekdays } from '../../../server/src/kernel/calendar.ts';
import type {
  CertificateRow,
  CertificateState,
  TransferState,
} from '../../../server/src/receivable/model.ts';
import { certificateStates } from '../../../server/src/receivable/model.ts';
import {
  answerBarrier,
  barrier,
  type CertificateEvent,
  certificateEvents,
  dueBarrier,
  redeemed,
  splitBarrier,
  target,
  transferBarrier,
} from '../../../server/src/receivable/transitions.ts';

const certificate: CertificateRow = {
  id: 'cer_1',
  version: 1,
  state: 'ACTIVE',
  invoice: 'inv_1',
  programme: 'prg_1',
  issuer: 'pty_aurora',
  holder: 'pty_bolt',
  faceMinor: 100_000_00n,
  openMinor: 100_000_00n,
  creditedMinor: 0n,
  currency: 'EUR',
  maturityDate: '2026-05-31',
  payableDate: '2026-06-01',
  recourse: 'NONE',
  hop: null,
  depth: 0,
  parent: null,
  root: 'cer_1',
  rootFaceMinor: 100_000_00n,
  part: 0,
  transfer: null,
  note: new Uint8Array(32),
  pendingAct: null,
  createdMs: 0n,
};

/** The life of a certificate as the trade knows it (domain B.2); every pair not named is illegal. */
const legal: Readonly<Record<string, CertificateState>> = {
  'OFFERED accept': 'ACTIVE',
  'OFFERED decline': 'VOID',
  'ACTIVE split': 'SPLIT',
  'ACTIVE transfer': 'TRANSFER_PENDING',
  'TRANSFER_PENDING receive': 'TRANSFERRED',
  'TRANSFER_PENDING reject': 'ACTIVE',
  'TRANSFER_PENDING lapse': 'ACTIVE',
  'ACTIVE reserve': 'RESERVED',
  'RESERVED release': 'ACTIVE',
  'RESERVED fund': 'ASSIGNED',
  'OFFERED mature': 'DUE',
  'ACTIVE mature': 'DUE',
  'TRANSFER_PENDING mature': 'DUE',
  'ASSIGNED mature': 'DUE',
  'PLEDGED mature': 'DUE',
  'DUE redeem': 'REDEEMED',
  'PART_REDEEMED redeem': 'REDEEMED',
  'OVERDUE redeem': 'REDEEMED',
  'DEFAULTED redeem': 'RECOVERED',
  'WRITTEN_OFF redeem': 'RECOVERED',
  'DUE overdue': 'OVERDUE',
  'PART_REDEEMED overdue': 'OVERDUE',
  'OVERDUE default': 'DEFAULTED',
  'DEFAULTED writeOff': 'WRITTEN_OFF',
};

const pairs: readonly (readonly [CertificateState, CertificateEvent])[] = certificateStates.flatMap(
  (state) => certificateEvents.map((event) => [state, event] as const),
);

describe('the life of a certificate', () => {
  it.each(pairs)(
    'when %s, asked to %s, does what the trade says or refuses by name',
    (state, event) => {
      const expected = legal[`${state} ${event}`] ?? null;
      const no = barrier({ state, pendingAct: null }, event);

      expect(target(state, event)).toBe(expected);
      expect(no === null).toBe(expected !== null);
      const answered = state === 'ACTIVE' && (event === 'accept' || event === 'decline');
      if (expected === null) {
        expect(no?.code).toBe(answered ? 'ALREADY_ACCEPTED' : `CERTIFICATE_${state}`);
      }
    },
  );

  it.each(certificateEvents)(
    'is not asked to %s while another act waits for the chain',
    (event) => {
      for (const state of certificateStates) {
        expect(barrier({ state, pendingAct: new Uint8Array(32) }, event)?.code).toBe(
          'PENDING_RESERVATION',
        );
      }
    },
  );

  it('falls due on its business day, not the day before', () => {
    expect(dueBarrier(certificate, '2026-05-31')?.code).toBe('NOT_DUE');
    expect(dueBarrier(certificate, '2026-06-01')).toBeNull();
    expect(dueBarrier(certificate, '2026-06-02')).toBeNull();
  });

  it('is partly redeemed until the last unit is paid, and never beyond', () => {
    const due = { ...certificate, state: 'DUE' } as const;

    expect(redeemed(due, 99_999_99n)).toEqual({ state: 'PART_REDEEMED', openMinor: 1n });
    expect(redeemed(due, 100_000_00n)).toEqual({ state: 'REDEEMED', openMinor: 0n });
    expect(() => redeemed(due, 100_000_01n)).toThrow('at most what is open');
    expect(() => redeemed(due, 0n)).toThrow('more than nothing');
  });

  it.each<[CertificateState, CertificateState, CertificateState]>([
    ['PART_REDEEMED', 'PART_REDEEMED', 'REDEEMED'],
    ['OVERDUE', 'OVERDUE', 'REDEEMED'],
    ['DEFAULTED', 'DEFAULTED', 'RECOVERED'],
    ['WRITTEN_OFF', 'WRITTEN_OFF', 'RECOVERED'],
  ])('when %s, is %s after a part and %s after the rest', (state, part, rest) => {
    expect(redeemed({ ...certificate, state }, 1n).state).toBe(part);
    expect(redeemed({ ...certificate, state }, 100_000_00n).state).toBe(rest);
  });
});

describe('splitting a certificate', () => {
  const split = (...minors: readonly bigint[]) =>
    splitBarrier(
      certificate,
      minors.map((minor) => [minor, 'EUR'] as const),
      1_000_00n,
    );

  it('B.9.1: makes at least two parts', () => {
    expect(split()?.code).toBe('TOO_FEW_PARTS');
    expect(split(100_000_00n)?.code).toBe('TOO_FEW_PARTS');
  });

  it('B.9.2: refuses a part of nothing or less', () => {
    expect(split(100_000_00n, 0n)).toMatchObject({
      code: 'PART_NOT_POSITIVE',
      path: 'parts.1.amount',
    });
    expect(split(110_000_00n, -10_000_00n)?.code).toBe('PART_NOT_POSITIVE');
  });

  it('B.9.3: refuses a part a cent below the smallest, and takes the smallest itself', () => {
    expect(split(99_000_01n, 999_99n)).toMatchObject({
      code: 'BELOW_MIN_SPLIT',
      path: 'parts.1.amount',
      seen: '999.99 EUR',
      expected: 'at least 1000.00 EUR',
    });
    expect(split(99_000_00n, 1_000_00n)).toBeNull();
  });

  it('B.9.4: refuses a sum that is one cent off, either way, and says which', () => {
    expect(split(50_000_00n, 49_999_99n)).toMatchObject({
      code: 'SPLIT_SUM_MISMATCH',
      help: 'Add 0.01 to one part.',
    });
    expect(split(50_000_00n, 50_000_01n)).toMatchObject({
      code: 'SPLIT_SUM_MISMATCH',
      help: 'Take 0.01 from one part.',
    });
    expect(split(50_000_00n, 50_000_00n)).toBeNull();
  });

  it('refuses a part in another currency', () => {
    const parts = [[50_000_00n, 'EUR'] as const, [50_000_00n, 'USD'] as const];

    expect(splitBarrier(certificate, parts, 1n)).toMatchObject({
      code: 'CURRENCY_MISMATCH',
      path: 'parts.1.currency',
    });
  });

  it('makes at most 256 parts', () => {
    const face = { ...certificate, faceMinor: 257n };
    const parts = Array.from({ length: 257 }, () => [1n, 'EUR'] as const);

    expect(splitBarrier(face, parts, 1n)?.code).toBe('TOO_MANY_PARTS');
    expect(splitBarrier({ ...face, faceMinor: 256n }, parts.slice(1), 1n)).toBeNull();
  });

  it('takes every allocation of the face, and none that is off by any amount', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 1_000n, max: 10n ** 14n }),
        fc.array(fc.bigInt({ min: 1n, max: 100n }), { minLength: 2, maxLength: 9 }),
        fc.bigInt({ min: 1n, max: 1_000n }),
        (faceMinor, weights, off) => {
          const parts = allocate(faceMinor, weights).map((minor) => [minor, 'EUR'] as const);
          const [[first], ...rest] = parts as [readonly [bigint, 'EUR'], ...typeof parts];
          const face = { ...certificate, faceMinor };
          fc.pre(parts.every(([minor]) => minor > 0n));

          expect(splitBarrier(face, parts, 1n)).toBeNull();
          expect(splitBarrier(face, [[first + off, 'EUR'], ...rest], 1n)?.code).toBe(
            'SPLIT_SUM_MISMATCH',
          );
        },
      ),
      { seed: 20260118 },
    );
  });
});

describe('passing a certificate on', () => {
  const hop = {
    transferee: 'pty_copper',
    tradeReference: 'Contract 77',
    tradeDocument: 'doc_contract',
    tradeDocumentDigest: new Uint8Array(32),
    businessDate: '2026-03-02',
    maxDepth: null,
    exDays: 0,
    isOpen: weekdays,
  };
  const code = (change: Partial<Parameters<typeof transferBarrier>[1]>) =>
    transferBarrier(certificate, { ...hop, ...change })?.code;

  it('goes to a supplier with the trade that it pays for', () => {
    expect(transferBarrier(certificate, hop)).toBeNull();
  });

  it('B.9.7: does not go to the holder itself, nor to the buyer who owes it', () => {
    expect(code({ transferee: 'pty_bolt' })).toBe('TRANSFER_TO_SELF');
    expect(code({ transferee: 'pty_aurora' })).toBe('TRANSFER_TO_ISSUER');
  });

  it('needs the trade of this hop; blanks are none (J4.2)', () => {
    expect(code({ tradeReference: '' })).toBe('TRADE_DOC_REQUIRED');
    expect(code({ tradeReference: ' \t' })).toBe('TRADE_DOC_REQUIRED');
    expect(code({ tradeReference: 'x'.repeat(201) })).toBe('TEXT_TOO_LONG');
    expect(code({ tradeReference: 'x'.repeat(200) })).toBeUndefined();
  });

  it('needs the file of that trade, and its digest', () => {
    expect(transferBarrier(certificate, { ...hop, tradeDocument: null })).toMatchObject({
      code: 'TRADE_DOC_REQUIRED',
      path: 'tradeDocument',
    });
    expect(code({ tradeDocumentDigest: null })).toBe('TRADE_DOC_REQUIRED');
  });

  it('B.9.10: passes through no more hands than the programme admits', () => {
    expect(code({ maxDepth: 0 })).toBe('DEPTH_EXCEEDED');
    expect(code({ maxDepth: 1 })).toBeUndefined();
  });

  it('B.9.11: stops the ex-days of the programme before maturity, counted in business days', () => {
    expect(certificate.payableDate).toBe('2026-06-01');
    expect(code({ exDays: 3, businessDate: '2026-05-26' })).toBeUndefined();
    expect(code({ exDays: 3, businessDate: '2026-05-27' })).toBe('EX_DATE');
    expect(code({ exDays: 3, businessDate: '2026-05-31' })).toBe('EX_DATE');
    expect(code({ exDays: 3, businessDate: '2026-06-01' })).toBe('PAST_MATURITY');
  });

  it('happens before the business day of maturity, not on it', () => {
    expect(code({ businessDate: '2026-05-31' })).toBeUndefined();
    expect(code({ businessDate: '2026-06-01' })).toBe('PAST_MATURITY');
  });

  it('is answered once', () => {
    const answer = (state: TransferState) =>
      answerBarrier({ state, answerBy: '2026-03-16' }, '2026-03-16')?.code;

    expect(answer('PENDING')).toBeUndefined();
    expect(answer('RECEIVED')).toBe('ALREADY_ACCEPTED');
    expect(answer('REJECTED')).toBe('ALREADY_REJECTED');
    expect(answer('LAPSED')).toBe('OFFER_LAPSED');
  });
});
