/** The terms of a hop as they are typed and as their digest is signed. */
import { base64url, hopTermsDigest } from '@tallystick/chain/src/verify.ts';
import { capTyped, daysTyped, termsDigestOf } from '@tallystick/web/src/receivable/hop-terms.ts';
import { describe, expect, it } from 'vitest';

describe('typed terms', () => {
  it('read whole days from one to ten years', () => {
    expect(['1', ' 180 ', '3650'].map(daysTyped)).toEqual([1, 180, 3650]);
    expect(['', '0', '3651', '1.5', '-1', 'x'].map(daysTyped)).toEqual(Array(6).fill(undefined));
  });

  it('read a share above nothing and up to all, to four decimals', () => {
    expect(['0.0001', '25', '33,3333', '100'].map(capTyped)).toEqual([
      ...[1n, 250_000n, 333_333n, 1_000_000n],
    ]);
    expect(['', '0', '100.0001', '1.00001', '-5'].map(capTyped)).toEqual(Array(5).fill(undefined));
  });
});

describe('the digest that is signed', () => {
  it('is that of the terms which the page shows', () => {
    const party = (id: string) => ({ __typename: 'Party' as const, id, name: id });
    const transfer = {
      ...{ __typename: 'Transfer' as const, id: 'trf_1', state: 'PENDING' as const, reason: null },
      ...{ from: party('pty_bolt'), to: party('pty_copper'), tradeReference: 'Contract 77' },
      ...{ tradeDocument: null, tradeDocumentDigest: base64url(new Uint8Array(32)) },
      ...{ recourse: 'LIMITED' as const, recourseDays: 180, recourseCapMicros: '250000' },
      ...{ governingLaw: 'Law of the PRC', answerBy: '2026-03-16' },
    };
    const face = { __typename: 'Money' as const, amount: '120000.00', currency: 'CNY' };

    expect(termsDigestOf({ id: 'cer_1', face, maturity: '2026-05-31', transfer })).toBe(
      base64url(
        hopTermsDigest({
          ...{ certificate: 'cer_1', transfer: 'trf_1' },
          ...{ transferor: 'pty_bolt', transferee: 'pty_copper' },
          ...{ faceMinor: 12_000_000n, currency: 'CNY', maturity: '2026-05-31' },
          ...{ recourse: 'LIMITED', recourseDays: 180, recourseCapMicros: 250_000n },
          ...{ governingLaw: 'Law of the PRC', tradeReference: 'Contract 77' },
          tradeDocumentDigest: new Uint8Array(32),
        }),
      ),
    );
  });
});
