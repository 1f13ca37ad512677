/**
 * The terms of a hop in the page: as they are typed, and as their digest is signed.
 *
 * Pure.
 */
import {
  base64url,
  fromBase64url,
  type HopTerms,
  hopTermsDigest,
  minorOf,
} from '../../../chain/src/verify.ts';
import type { CertificatePartsFragment } from '../lib/graphql/graphql.ts';

export const recourses = ['NONE', 'DILUTION_ONLY', 'LIMITED', 'FULL'] as const;

export const recourseDaysMax = 3650;

/** Whole days from 1 to ten years, or undefined. */
export function daysTyped(text: string): number | undefined {
  const days = /^\d{1,4}$/.test(text.trim()) ? Number(text.trim()) : 0;
  return days >= 1 && days <= recourseDaysMax ? days : undefined;
}

/** Millionths for a percentage above 0 and up to 100 with at most four decimals, or undefined. */
export function capTyped(text: string): bigint | undefined {
  const match = /^(\d{1,3})(?:[.,](\d{1,4}))?$/.exec(text.trim());
  if (match === null) {
    return undefined;
  }
  const [, whole = '', fraction = ''] = match;
  const micros = BigInt(whole) * 10_000n + BigInt(fraction.padEnd(4, '0'));
  return micros > 0n && micros <= 1_000_000n ? micros : undefined;
}

type Offered = Pick<CertificatePartsFragment, 'id' | 'face' | 'maturity' | 'transfer'>;

/** The digest of the terms of the offer that the page shows, in the form in which an act carries it. */
export function termsDigestOf({ id, face, maturity, transfer }: Offered): string {
  const faceMinor = minorOf(face.amount, face.currency);
  if (transfer === null || transfer === undefined || faceMinor === undefined) {
    throw new RangeError('a certificate that is received is offered, with an exact amount');
  }
  const { recourse, governingLaw, tradeReference, tradeDocumentDigest } = transfer;
  const terms: HopTerms = {
    ...{ certificate: id, transfer: transfer.id },
    ...{ transferor: transfer.from.id, transferee: transfer.to.id },
    ...{ faceMinor, currency: face.currency, maturity, recourse },
    recourseDays: transfer.recourseDays ?? null,
    recourseCapMicros:
      transfer.recourseCapMicros == null ? null : BigInt(transfer.recourseCapMicros),
    ...{ governingLaw, tradeReference },
    tradeDocumentDigest:
      tradeDocumentDigest == null ? null : (fromBase64url(tradeDocumentDigest) ?? null),
  };
  return base64url(hopTermsDigest(terms));
}
