/**
 * The terms on which a certificate is passed from one hand to the next, as octets.
 *
 * Whoever receives a certificate signs the digest of these terms, so that afterwards nobody can say
 * that they were others, or that they were not shown. The page makes the digest of what it shows, the
 * server of what was offered; where they differ nothing is received. A verifier makes it again of the
 * opened fields of the two acts.
 *
 * Pure.
 */
import { hex, sha256, utf8 } from '../crypto/digest.ts';

export type HopTerms = {
  readonly certificate: string;
  readonly transfer: string;
  readonly transferor: string;
  readonly transferee: string;
  readonly faceMinor: bigint;
  readonly currency: string;
  /** As the buyer promised. */
  readonly maturity: string;
  readonly recourse: string;
  /** Days after maturity within which the transferor may be claimed from; null without recourse. */
  readonly recourseDays: number | null;
  /** The most of the face that may be claimed, in millionths; null for all of it. */
  readonly recourseCapMicros: bigint | null;
  readonly governingLaw: string;
  readonly tradeReference: string;
  readonly tradeDocumentDigest: Uint8Array | null;
};

/** The SHA-256 of the terms as a JSON list of texts and nulls, in the order above. */
export function hopTermsDigest(terms: HopTerms): Uint8Array {
  const { certificate, transfer, transferor, transferee, currency, maturity, recourse } = terms;
  const { recourseDays, recourseCapMicros, tradeDocumentDigest } = terms;
  const list = [
    ...['tallystick-hop-terms/1', certificate, transfer, transferor, transferee],
    ...[`${terms.faceMinor}`, currency, maturity, recourse],
    recourseDays === null ? null : `${recourseDays}`,
    recourseCapMicros === null ? null : `${recourseCapMicros}`,
    ...[terms.governingLaw, terms.tradeReference],
    tradeDocumentDigest === null ? null : hex(tradeDocumentDigest),
  ];
  return sha256(utf8(JSON.stringify(list)));
}
