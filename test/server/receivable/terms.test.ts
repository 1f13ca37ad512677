/** The terms of a hop: what fits together, what is signed, and whom one can claim from afterwards. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hopTermsDigest } from '../../../chain/src/act/hop-terms.ts';
import type { TransferRow } from '../../../server/src/receivable/model.ts';
import { claimsOf } from '../../../server/src/receivable/passport.ts';
import { seenBarrier, termsBarrier } from '../../../server/src/receivable/terms.ts';

const none = {
  ...{ recourse: 'NONE', recourseDays: null, recourseCapMicros: null },
  governingLaw: 'Law of the PRC',
};
const full = { ...none, recourse: 'FULL', recourseDays: 180n };
const limited = { ...full, recourse: 'LIMITED', recourseCapMicros: 250_000n };

describe('the terms of a hop', () => {
  it.each([
    ['without recourse', none],
    ['with full recourse', full],
    ['with recourse for a wrong invoice', { ...full, recourse: 'DILUTION_ONLY' }],
    ['with recourse up to a share', limited],
    ['for one day', { ...full, recourseDays: 1n }],
    ['for ten years', { ...full, recourseDays: 3650n }],
    ['up to a millionth', { ...limited, recourseCapMicros: 1n }],
    ['up to all of it', { ...limited, recourseCapMicros: 1_000_000n }],
  ])('stand %s', (_name, terms) => {
    expect(termsBarrier(terms)).toBeNull();
  });

  it.each([
    ['a recourse without a name', { ...full, recourse: 'SOME' }, 'UNKNOWN_RECOURSE', 'recourse'],
    ['days without recourse', { ...none, recourseDays: 1n }, 'RECOURSE_TERMS', 'recourseDays'],
    ['recourse without days', { ...full, recourseDays: null }, 'RECOURSE_TERMS', 'recourseDays'],
    ['no day at all', { ...full, recourseDays: 0n }, 'RECOURSE_TERMS', 'recourseDays'],
    ['a day too many', { ...full, recourseDays: 3651n }, 'RECOURSE_TERMS', 'recourseDays'],
    [
      'a share of full recourse',
      { ...limited, recourse: 'FULL' },
      'RECOURSE_TERMS',
      'recourseCapMicros',
    ],
    [
      'a share that is missing',
      { ...limited, recourseCapMicros: null },
      'RECOURSE_TERMS',
      'recourseCapMicros',
    ],
    [
      'a share of nothing',
      { ...limited, recourseCapMicros: 0n },
      'RECOURSE_TERMS',
      'recourseCapMicros',
    ],
    [
      'more than all',
      { ...limited, recourseCapMicros: 1_000_001n },
      'RECOURSE_TERMS',
      'recourseCapMicros',
    ],
    ['no law', { ...none, governingLaw: ' ' }, 'GOVERNING_LAW_REQUIRED', 'governingLaw'],
    [
      'a law of 101 letters',
      { ...none, governingLaw: 'x'.repeat(101) },
      'TEXT_TOO_LONG',
      'governingLaw',
    ],
  ])('do not stand with %s', (_name, terms, code, path) => {
    expect(termsBarrier(terms)).toMatchObject({ code, path });
  });
});

const signed = {
  ...{ certificate: 'cer_1', transfer: 'trf_1', transferor: 'pty_bolt', transferee: 'pty_copper' },
  ...{ faceMinor: 120_000_00n, currency: 'CNY', maturity: '2026-05-31' },
  ...{ recourse: 'LIMITED', recourseDays: 180, recourseCapMicros: 250_000n },
  ...{ governingLaw: 'Law of the PRC', tradeReference: 'Contract 77' },
  tradeDocumentDigest: new Uint8Array(32),
};

describe('seeing the terms before receiving', () => {
  it('is shown by signing their digest', () => {
    expect(seenBarrier(signed, hopTermsDigest(signed))).toBeNull();
  });

  it.each([...(Object.keys(signed) as readonly (keyof typeof signed)[])])(
    'is not shown by the digest of terms with another %s',
    (field) => {
      const value = signed[field];
      const other = (() => {
        if (typeof value === 'string') return `${value} `;
        if (typeof value === 'bigint') return value + 1n;
        return typeof value === 'number' ? value + 1 : null;
      })();

      expect(seenBarrier(signed, hopTermsDigest({ ...signed, [field]: other }))?.code).toBe(
        'TERMS_NOT_SEEN',
      );
    },
  );

  it('does not take one text for two: what stands in one field cannot slip into the next', () => {
    const law = { ...signed, governingLaw: 'A","B', tradeReference: 'C' };
    const trade = { ...signed, governingLaw: 'A', tradeReference: 'B","C' };

    expect(hopTermsDigest(law)).not.toEqual(hopTermsDigest(trade));
  });
});

const held = {
  ...{ issuer: 'pty_aurora', holder: 'pty_copper', faceMinor: 120_000_00n, openMinor: 100_000_00n },
  ...{ payableDate: '2026-06-01', maturityDate: '2026-05-31' },
};
const hop: TransferRow = {
  ...{ id: 'trf_1', version: 2, state: 'RECEIVED', certificate: 'cer_1', programme: 'prg_1' },
  ...{ transferor: 'pty_bolt', transferee: 'pty_copper', tradeReference: 'Contract 77' },
  ...{ tradeDocument: 'doc_1', tradeDocumentDigest: new Uint8Array(32) },
  ...{ recourse: 'LIMITED', recourseDays: 180, recourseCapMicros: 250_000n },
  ...{ governingLaw: 'Law of the PRC', answerBy: '2026-03-16', reason: null, createdMs: 0n },
};
const promise = {
  ...{ from: 'pty_aurora', ground: 'PROMISE', mostMinor: 100_000_00n },
  ...{ since: '2026-06-01', until: null },
};

describe('whom a holder can claim from', () => {
  it('is the buyer alone for the supplier whom it owes, and without recourse', () => {
    expect(claimsOf(held, null)).toEqual([promise]);
    expect(claimsOf(held, { ...hop, recourse: 'NONE' })).toEqual([promise]);
  });

  it('is who passed it on as well, up to the share and the day of that hop', () => {
    expect(claimsOf(held, hop)).toEqual([
      promise,
      {
        ...{ from: 'pty_bolt', ground: 'RECOURSE', mostMinor: 30_000_00n },
        ...{ since: '2026-06-01', until: '2026-11-27' },
      },
    ]);
    const whole = { ...hop, recourse: 'FULL', recourseCapMicros: null } as const;
    expect(claimsOf(held, whole)[1]?.mostMinor).toBe(120_000_00n);
  });

  it('never owes more by recourse than the face, and rounds a share down', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 1n, max: 10n ** 15n }),
        fc.bigInt({ min: 1n, max: 1_000_000n }),
        (faceMinor, recourseCapMicros) => {
          const claims = claimsOf({ ...held, faceMinor }, { ...hop, recourseCapMicros });
          const most = claims[1]?.mostMinor ?? -1n;
          expect(most >= 0n && most <= faceMinor).toBe(true);
          expect(most * 1_000_000n <= faceMinor * recourseCapMicros).toBe(true);
          expect((most + 1n) * 1_000_000n > faceMinor * recourseCapMicros).toBe(true);
        },
      ),
    );
  });
});
