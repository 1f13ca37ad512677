/**
 * The recourse passport: whom the holder of a certificate can claim from, how much, and until when.
 *
 * The buyer who promised pays it, whole. Who passed it on pays by the terms of that hop alone, and
 * whoever held it before that pays nothing to this holder. Pure.
 */
import { addDays, type BusinessDate } from '../kernel/time.ts';
import type { CertificateRow, TransferRow } from './model.ts';

export type Claim = {
  readonly from: string;
  /** PROMISE: it promised to pay. RECOURSE: it passed the certificate on with recourse. */
  readonly ground: 'PROMISE' | 'RECOURSE';
  /** The most that may be claimed, in minor units of the certificate's currency. */
  readonly mostMinor: bigint;
  readonly since: BusinessDate;
  /** The last day; null where the terms of the hop set none. */
  readonly until: BusinessDate | null;
};

type Held = Pick<
  CertificateRow,
  'issuer' | 'holder' | 'faceMinor' | 'openMinor' | 'payableDate' | 'maturityDate'
>;

/**
 * The claims that go with a certificate for whom the hop brings or brought it to, the buyer first.
 * `hop` is null for the supplier whom the buyer owes, and where the holder had it in another way.
 * A share of the face is rounded down to the minor unit.
 */
export function claimsOf(certificate: Held, hop: TransferRow | null): readonly Claim[] {
  const { issuer, faceMinor, openMinor, payableDate, maturityDate } = certificate;
  const promise: Claim = {
    ...{ from: issuer, ground: 'PROMISE', mostMinor: openMinor },
    ...{ since: payableDate, until: null },
  };
  if (hop === null || hop.recourse === 'NONE') return [promise];
  const cap = hop.recourseCapMicros;
  const mostMinor = cap === null ? faceMinor : (faceMinor * cap) / 1_000_000n;
  const until = hop.recourseDays === null ? null : addDays(maturityDate, hop.recourseDays);
  return [
    promise,
    { from: hop.transferor, ground: 'RECOURSE', mostMinor, since: payableDate, until },
  ];
}
