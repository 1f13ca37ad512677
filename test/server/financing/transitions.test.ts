import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { QuoteRow, RequestState } from '../../../server/src/financing/model.ts';
import { requestStates } from '../../../server/src/financing/model.ts';
import {
  afterClose,
  barrier,
  beforeClose,
  certificateBarrier,
  firmBarrier,
  invitedBarrier,
  isLapsed,
  isRepayable,
  lateState,
  type OfferedTerms,
  type RequestEvent,
  ranking,
  repaidState,
  requestEvents,
  termsBarrier,
  windowBarrier,
} from '../../../server/src/financing/transitions.ts';

const today = '2026-01-15';
const asked = { faceMinor: 500_000_00n, currency: 'EUR', payableDate: '2026-03-18' };
const terms: OfferedTerms = {
  rateMicros: 64_000n,
  method: 'STRAIGHT',
  dayCount: 'ACT_365F',
  advanceMicros: 1_000_000n,
  feeFlat: [0n, 'EUR'],
  feeMicros: 0n,
  feeMin: [0n, 'EUR'],
  recourse: 'NONE',
  validTo: '2026-01-20',
  ...{ penaltyMicros: null, graceRule: null, recourseDays: null, recourseMicros: null },
};

function quote(id: string, change: Partial<QuoteRow> = {}): QuoteRow {
  return {
    id,
    version: 1,
    state: 'COMMITTED',
    request: 'req_1',
    bank: `pty_${id}`,
    currency: 'EUR',
    rateMicros: 64_000n,
    method: 'STRAIGHT',
    dayCount: 'ACT_365F',
    advanceMicros: 1_000_000n,
    feeFlatMinor: 0n,
    feeMicros: 0n,
    feeMinMinor: 0n,
    recourse: 'NONE',
    ...{ penaltyMicros: 0n, graceRule: 'DEFER', recourseDays: null, recourseMicros: null },
    validToDate: '2026-01-20',
    rank: null,
    act: new Uint8Array(32),
    createdMs: 0n,
    ...change,
  };
}

const admitted: Readonly<Record<RequestEvent, readonly RequestState[]>> = {
  quote: ['OPEN'],
  close: ['OPEN'],
  withdraw: ['OPEN', 'CLOSED'],
  expire: ['OPEN', 'CLOSED', 'RESERVED', 'APPROVAL'],
  choose: ['CLOSED'],
  propose: ['RESERVED'],
  return: ['APPROVAL'],
  approve: ['APPROVAL'],
  fund: ['INSTRUCTED'],
  fail: ['INSTRUCTED'],
  repay: [
    ...(['FUNDED', 'REPAYING', 'OVERDUE', 'DEFAULTED'] as const),
    ...(['RECOURSE_CALLED', 'RECOURSE_PAID', 'LOSS'] as const),
  ],
  overdue: ['FUNDED', 'REPAYING'],
  default: ['OVERDUE'],
  recourse: ['DEFAULTED'],
  recoursePaid: ['RECOURSE_CALLED'],
  writeOff: ['DEFAULTED', 'RECOURSE_CALLED', 'RECOURSE_PAID'],
};

const pairs = requestStates.flatMap((state) =>
  requestEvents.map((event) => [state, event] as const),
);

describe('the life of a request', () => {
  it.each(pairs)('when %s, asked to %s, goes on or refuses by name', (state, event) => {
    const no = barrier({ state, pendingAct: null }, event);

    expect(no?.code).toBe(admitted[event].includes(state) ? undefined : `REQUEST_${state}`);
  });

  it.each(requestEvents)('is not asked to %s while another act waits for the chain', (event) => {
    for (const state of requestStates) {
      expect(barrier({ state, pendingAct: new Uint8Array(32) }, event)?.code).toBe(
        'PENDING_RESERVATION',
      );
    }
  });

  it('is late, in default, claimed on and given up in that order, and stays as it is otherwise', () => {
    const late = (state: RequestState) =>
      (['overdue', 'default', 'recourse', 'recoursePaid', 'writeOff'] as const).map((event) =>
        lateState({ state, pendingAct: null }, event),
      );

    expect(late('FUNDED')).toEqual(['OVERDUE', null, null, null, null]);
    expect(late('REPAYING')).toEqual(['OVERDUE', null, null, null, null]);
    expect(late('OVERDUE')).toEqual([null, 'DEFAULTED', null, null, null]);
    expect(late('DEFAULTED')).toEqual([null, null, 'RECOURSE_CALLED', null, 'LOSS']);
    expect(late('RECOURSE_CALLED')).toEqual([null, null, null, 'RECOURSE_PAID', 'LOSS']);
    expect(late('RECOURSE_PAID')).toEqual([null, null, null, null, 'LOSS']);
    expect(late('LOSS')).toEqual([null, null, null, null, null]);
  });

  it('is repaid by a payment of all that is owed from every state but a loss, which is never opened again', () => {
    const parts = admitted.repay.map((state) => repaidState(state, false));
    const wholes = admitted.repay.map((state) => repaidState(state, true));

    expect(parts).toEqual(['REPAYING', ...admitted.repay.slice(1)]);
    expect(wholes).toEqual([...admitted.repay.slice(1).map(() => 'REPAID'), 'LOSS']);
    expect(requestStates.filter((state) => isRepayable({ state }))).toEqual(
      requestStates.filter((state) => admitted.repay.includes(state)),
    );
  });

  it('has a window that closes later than now and within thirty days', () => {
    expect(windowBarrier(1_000n, 1_000n)?.code).toBe('WINDOW_IN_PAST');
    expect(windowBarrier(1_001n, 1_000n)).toBeNull();
    expect(windowBarrier(2_592_001_000n, 1_000n)).toBeNull();
    expect(windowBarrier(2_592_001_001n, 1_000n)?.code).toBe('WINDOW_TOO_LONG');
  });

  it('B.9.65: takes quotes up to the millisecond before the close, and closes at it', () => {
    const window = { closesAtMs: 1_000n };

    expect([beforeClose(window, 999n), afterClose(window, 1_000n)]).toEqual([null, null]);
    expect(beforeClose(window, 1_000n)?.code).toBe('WINDOW_CLOSED');
    expect(afterClose(window, 999n)?.code).toBe('WINDOW_OPEN');
  });

  it.each<[string, Partial<OfferedTerms>, string | undefined]>([
    ['a penalty below nothing', { penaltyMicros: -1n }, 'RATE_OUT_OF_RANGE'],
    ['a penalty above all reason', { penaltyMicros: 1_000_001n }, 'RATE_OUT_OF_RANGE'],
    ['a penalty of all reason', { penaltyMicros: 1_000_000n }, undefined],
    ['grace that forgives', { graceRule: 'FORGIVE' }, undefined],
    ['grace of another name', { graceRule: 'MERCY' }, 'UNKNOWN_NAME'],
    ['LIMITED recourse to nothing', { recourse: 'LIMITED' }, 'RECOURSE_LIMIT'],
    [
      'LIMITED recourse without its share',
      { recourse: 'LIMITED', recourseDays: 30n },
      'RECOURSE_LIMIT',
    ],
    ['limits of FULL recourse', { recourse: 'FULL', recourseDays: 0n }, 'RECOURSE_LIMIT'],
    ['LIMITED recourse', { recourse: 'LIMITED', recourseDays: 0n, recourseMicros: 1n }, undefined],
    [
      'LIMITED recourse to more than the advance',
      { recourse: 'LIMITED', recourseDays: 365n, recourseMicros: 1_000_001n },
      'RECOURSE_LIMIT',
    ],
    [
      'LIMITED recourse after more than a year',
      { recourse: 'LIMITED', recourseDays: 366n, recourseMicros: 1n },
      'RECOURSE_LIMIT',
    ],
  ])('is quoted with %s, or refused by name', (_name, change, code) => {
    expect(termsBarrier({ ...terms, ...change }, asked, today)?.code).toBe(code);
  });

  it('invites each bank once, and at least one', () => {
    expect(invitedBarrier([])?.code).toBe('NO_BANK_INVITED');
    expect(invitedBarrier(['a', 'b', 'a'])).toMatchObject({
      code: 'BANK_INVITED_TWICE',
      path: 'invited.2',
    });
    expect(invitedBarrier(['a', 'b'])).toBeNull();
    expect(invitedBarrier(Array.from({ length: 51 }, (_, n) => `b${n}`))?.code).toBe(
      'TOO_MANY_INVITED',
    );
  });

  it('B.9.32: finances a live certificate before its maturity, not on the day', () => {
    const live = { state: 'ACTIVE', payableDate: '2026-03-18' } as const;

    expect(certificateBarrier(live, 'ACTIVE', '2026-03-17')).toBeNull();
    expect(certificateBarrier(live, 'ACTIVE', '2026-03-18')?.code).toBe('PAST_MATURITY');
    expect(certificateBarrier({ ...live, state: 'OFFERED' }, 'ACTIVE', today)?.code).toBe(
      'CERTIFICATE_NOT_ACTIVE',
    );
    expect(certificateBarrier(live, 'RESERVED', today)?.code).toBe('CERTIFICATE_NOT_RESERVED');
  });
});

describe('the terms of a quote', () => {
  const code = (change: Partial<OfferedTerms>) =>
    termsBarrier({ ...terms, ...change }, asked, today)?.code;

  it('B.9.28: may be of no interest, but not of less', () => {
    expect(code({ rateMicros: 0n })).toBeUndefined();
    expect(code({ rateMicros: -1n })).toBe('RATE_OUT_OF_RANGE');
    expect(code({ rateMicros: 1_000_000n })).toBeUndefined();
    expect(code({ rateMicros: 1_000_001n })).toBe('RATE_OUT_OF_RANGE');
  });

  it('B.9.29: may advance all of the face, but neither nothing nor more', () => {
    expect(code({ advanceMicros: 1_000_000n })).toBeUndefined();
    expect(code({ advanceMicros: 1_000_001n })).toBe('ADVANCE_OUT_OF_RANGE');
    expect(code({ advanceMicros: 0n })).toBe('ADVANCE_OUT_OF_RANGE');
  });

  it('have fees in the currency of the certificate, of nothing or more', () => {
    expect(code({ feeFlat: [-1n, 'EUR'] })).toBe('FEE_NEGATIVE');
    expect(code({ feeMin: [1n, 'USD'] })).toBe('CURRENCY_MISMATCH');
    expect(code({ feeMicros: 200_001n })).toBe('FEE_OUT_OF_RANGE');
    expect(code({ feeMicros: 200_000n })).toBeUndefined();
  });

  it('use the known names only', () => {
    expect(code({ method: 'GUESS' })).toBe('UNKNOWN_NAME');
    expect(code({ dayCount: 'ACT_366' })).toBe('UNKNOWN_NAME');
    expect(code({ recourse: 'SOME' })).toBe('UNKNOWN_NAME');
  });

  it('are firm for today at least, and leave something to pay out', () => {
    expect(code({ validTo: today })).toBeUndefined();
    expect(code({ validTo: '2026-01-14' })).toBe('VALID_TO_IN_PAST');
    expect(code({ rateMicros: 0n, feeFlat: [500_000_00n, 'EUR'] })).toBe('NET_NOT_POSITIVE');
    expect(code({ rateMicros: 0n, feeFlat: [499_999_99n, 'EUR'] })).toBeUndefined();
  });

  it('B.9.23: hold on the last day of the quote, and not on the next', () => {
    expect(firmBarrier({ validToDate: '2026-01-20' }, '2026-01-20')).toBeNull();
    expect(firmBarrier({ validToDate: '2026-01-20' }, '2026-01-21')?.code).toBe('QUOTE_EXPIRED');
  });
});

describe('ranking quotes', () => {
  it('V13: puts the most net cash first, though another has the lowest rate', () => {
    const ranked = ranking(
      [
        quote('c', { rateMicros: 65_500n }),
        quote('b', { rateMicros: 62_500n, feeFlatMinor: 150_00n }),
        quote('a'),
      ],
      asked,
      today,
    );

    expect(ranked.map(({ quote: { id }, netMinor, rank }) => [id, netMinor, rank])).toEqual([
      ['a', 494_564_38n, 1],
      ['b', 494_541_78n, 2],
      ['c', 494_436_99n, 3],
    ]);
  });

  it('B.9.26: gives a tie to the quote that was committed earlier, then to the smaller id', () => {
    const ranked = ranking(
      [quote('y', { createdMs: 7n }), quote('z', { createdMs: 6n }), quote('x', { createdMs: 7n })],
      asked,
      today,
    );

    expect(ranked.map(({ quote: { id } }) => id)).toEqual(['z', 'x', 'y']);
  });

  it('leaves out what was withdrawn and what is no longer firm', () => {
    const quotes = [quote('a', { state: 'WITHDRAWN' }), quote('b', { validToDate: '2026-01-14' })];

    expect(ranking(quotes, asked, today)).toEqual([]);
  });

  it('does not depend on the order in which quotes are read', () => {
    const anyQuotes = fc.array(
      fc.record({
        rateMicros: fc.bigInt({ min: 60_000n, max: 60_004n }),
        createdMs: fc.bigInt({ min: 0n, max: 2n }),
      }),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(anyQuotes, fc.nat(), (all, turn) => {
        const quotes = all.map((each, order) => quote(`q${order}`, each));
        const cut = quotes.length === 0 ? 0 : turn % quotes.length;
        const turned = [...quotes.slice(cut), ...quotes.slice(0, cut)].reverse();
        expect(ranking(turned, asked, today)).toEqual(ranking(quotes, asked, today));
      }),
      { seed: 20260119 },
    );
  });
});

describe('a request that lapses', () => {
  const request = (state: RequestState, chosen: string | null = null) => ({
    state,
    chosen,
    payableDate: '2026-03-18',
    blockedTo: '2026-01-22',
  });
  const free = { state: 'ACTIVE' } as const;
  const locked = { state: 'RESERVED' } as const;

  it('does so when no quote is firm any more, not before', () => {
    const quotes = [quote('a', { state: 'REVEALED' })];

    expect(isLapsed(request('CLOSED'), quotes, free, '2026-01-20')).toBe(false);
    expect(isLapsed(request('CLOSED'), quotes, free, '2026-01-21')).toBe(true);
  });

  it('does so when the chosen quote ran out before the bank paid', () => {
    const quotes = [quote('a', { state: 'SELECTED' })];

    expect(isLapsed(request('RESERVED', 'a'), quotes, locked, '2026-01-20')).toBe(false);
    expect(isLapsed(request('APPROVAL', 'a'), quotes, locked, '2026-01-21')).toBe(true);
  });

  it('does so when the limits were blocked for long enough', () => {
    const quotes = [quote('a', { state: 'SELECTED', validToDate: '2026-03-01' })];

    expect(isLapsed(request('RESERVED', 'a'), quotes, locked, '2026-01-22')).toBe(false);
    expect(isLapsed(request('RESERVED', 'a'), quotes, locked, '2026-01-23')).toBe(true);
    expect(isLapsed(request('CLOSED'), quotes, free, '2026-01-23')).toBe(false);
  });

  it('does so when the certificate went another way, or has fallen due', () => {
    expect(isLapsed(request('OPEN'), [], { state: 'SPLIT' }, today)).toBe(true);
    expect(isLapsed(request('OPEN'), [], free, today)).toBe(false);
    expect(isLapsed(request('OPEN'), [], free, '2026-03-18')).toBe(true);
  });
});
