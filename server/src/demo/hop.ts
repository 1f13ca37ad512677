/**
 * Passing a certificate on, as a program does it: the file of the trade is stored first, and whoever
 * receives signs the digest of the terms as the server shows them.
 */
import { base64url, fromBase64url, hopTermsDigest, minorOf } from '../../../chain/src/verify.ts';
import { type ActClient, type Json, Refused } from './client.ts';

/** Terms without recourse, for a trade whose file is stored. */
export async function plainTerms(
  client: Pick<ActClient, 'upload'>,
  tradeReference: string,
): Promise<Json> {
  const file = new File([`Agreement on ${tradeReference}\n`], 'agreement.txt', {
    type: 'text/plain',
  });
  const { uploadDocument } = await client.upload<{
    readonly uploadDocument: { readonly id: string; readonly digest: string };
  }>(
    'mutation ($input: UploadDocumentInput!) { uploadDocument(input: $input) { id digest } }',
    { input: { file: null } },
    file,
    'variables.input.file',
  );
  return {
    ...{ tradeReference, tradeDocument: uploadDocument.id },
    tradeDocumentDigest: uploadDocument.digest,
    ...{ recourse: 'NONE', recourseDays: null, recourseCapMicros: null },
    governingLaw: 'Law of the PRC',
  };
}

type Offered = {
  readonly face: { readonly amount: string; readonly currency: string };
  readonly maturity: string;
  readonly transfer: {
    readonly id: string;
    readonly from: { readonly id: string };
    readonly to: { readonly id: string };
    readonly tradeReference: string;
    readonly tradeDocumentDigest: string | null;
    readonly recourse: string;
    readonly recourseDays: number | null;
    readonly recourseCapMicros: string | null;
    readonly governingLaw: string;
  } | null;
};

const offerDocument = `query ($id: ID!) { certificate(id: $id) { face { amount currency } maturity
  transfer { id from { id } to { id } tradeReference tradeDocumentDigest recourse recourseDays
    recourseCapMicros governingLaw } } }`;

/** What one signs to receive a certificate: the offer, and the digest of the terms that it shows. */
export async function receipt(
  query: <T>(document: string, variables: Json) => Promise<T>,
  certificate: string,
): Promise<Json> {
  const { certificate: seen } = await query<{ certificate: Offered }>(offerDocument, {
    id: certificate,
  });
  const { transfer, face, maturity } = seen;
  const faceMinor = minorOf(face.amount, face.currency);
  if (transfer === null || faceMinor === undefined) {
    throw new Refused('NOT_OFFERED', `certificate ${certificate} is not offered`);
  }
  const { from, to, recourseCapMicros, tradeDocumentDigest, id, ...terms } = transfer;
  const digest = hopTermsDigest({
    ...terms,
    ...{ certificate, transfer: id, transferor: from.id, transferee: to.id },
    ...{ faceMinor, currency: face.currency, maturity },
    recourseCapMicros: recourseCapMicros === null ? null : BigInt(recourseCapMicros),
    tradeDocumentDigest:
      tradeDocumentDigest === null ? null : (fromBase64url(tradeDocumentDigest) ?? null),
  });
  return { certificate, transfer: id, termsDigest: base64url(digest) };
}
