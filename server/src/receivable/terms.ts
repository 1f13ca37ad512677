/**
 * The terms of one hop: what the next holder may claim from the last one, for how long, up to what
 * share of the face, and under which law.
 *
 *   recourse       days       cap
 *   NONE           none       none
 *   DILUTION_ONLY  1 to 3650  none
 *   LIMITED        1 to 3650  above 0 %, at most 100 %
 *   FULL           1 to 3650  none
 *
 * Pure.
 */
import { type HopTerms, hopTermsDigest } from '../../../chain/src/act/hop-terms.ts';
import type { Refusal } from '../kernel/decision.ts';
import { type CertificateRow, receivableLimits, recourses, type TransferRow } from './model.ts';
import { texts } from './texts.ts';

type Terms = {
  readonly recourse: string;
  readonly recourseDays: bigint | null;
  readonly recourseCapMicros: bigint | null;
  readonly governingLaw: string;
};

const wholeMicros = 1_000_000n;

/** Why a hop cannot stand on these terms, or null. Refuses what does not fit together as above. */
export function termsBarrier(terms: Terms): Refusal | null {
  const { recourse, recourseDays: days, recourseCapMicros: cap } = terms;
  if (!recourses.some((name) => name === recourse)) {
    return texts.unknownRecourse(recourse, recourses);
  }
  const daysMax = BigInt(receivableLimits.recourseDaysMax);
  const isClaim = recourse !== 'NONE';
  if (!isClaim && days !== null) {
    return texts.recourseTerms('recourseDays', `${days}`, 'none without recourse');
  }
  if (isClaim && (days === null || days < 1n || days > daysMax)) {
    return texts.recourseTerms('recourseDays', `${days ?? 'nothing'}`, `1 to ${daysMax} days`);
  }
  if (recourse !== 'LIMITED' && cap !== null) {
    return texts.recourseTerms('recourseCapMicros', `${cap}`, 'none unless recourse is LIMITED');
  }
  if (recourse === 'LIMITED' && (cap === null || cap <= 0n || cap > wholeMicros)) {
    const expected = `1 to ${wholeMicros} millionths of the face`;
    return texts.recourseTerms('recourseCapMicros', `${cap ?? 'nothing'}`, expected);
  }
  return lawBarrier(terms.governingLaw);
}

function lawBarrier(given: string): Refusal | null {
  const law = given.trim();
  const most = receivableLimits.governingLawCharactersMax;
  if (law === '') return texts.governingLawRequired();
  return law.length > most ? texts.tooLong('governingLaw', law.length, most) : null;
}

/** The terms of an offer of that certificate, as its transferee signs them. */
export function hopTermsOf(certificate: CertificateRow, offer: TransferRow): HopTerms {
  const { faceMinor, currency, maturityDate } = certificate;
  const { id, transferor, transferee, recourse, recourseDays, recourseCapMicros } = offer;
  const { governingLaw, tradeReference, tradeDocumentDigest } = offer;
  return {
    ...{ certificate: certificate.id, transfer: id, transferor, transferee },
    ...{ faceMinor, currency, maturity: maturityDate },
    ...{ recourse, recourseDays, recourseCapMicros, governingLaw },
    ...{ tradeReference, tradeDocumentDigest },
  };
}

/** Why the transferee has not seen these terms, or null: the digest that it signs is theirs. */
export function seenBarrier(terms: HopTerms, signed: Uint8Array): Refusal | null {
  const [seen, expected] = [signed, hopTermsDigest(terms)].map(inHex);
  return seen === expected ? null : texts.termsNotSeen(`${seen}`, `${expected}`);
}

function inHex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
