/** Where a certificate stands, as a sentence. */
import { formatDay } from '../lib/format-date.ts';
import { formatMoney } from '../lib/format-money.ts';
import type { CertificatePartsFragment } from '../lib/graphql/graphql.ts';
import { useLanguage, useTexts } from '../lib/texts.ts';
import { certificateTexts } from './texts.ts';

/** The names and figures of a certificate, ready to stand in a sentence. */
export function useCertificateWords(certificate: CertificatePartsFragment) {
  const language = useLanguage();
  const { transfer } = certificate;
  return {
    face: formatMoney(certificate.face),
    open: formatMoney(certificate.open),
    issuer: certificate.issuer.name,
    holder: certificate.holder.name,
    maturity: formatDay(certificate.maturity, language),
    from: transfer?.from.name ?? '',
    to: transfer?.to.name ?? '',
    trade: transfer?.tradeReference ?? '',
    count: certificate.children.length,
  };
}

export function useCertificateSentence(certificate: CertificatePartsFragment): string {
  const say = useTexts(certificateTexts);
  const words = useCertificateWords(certificate);
  switch (certificate.state) {
    case 'OFFERED':
      return say('sayOffered', words);
    case 'ACTIVE':
      return say('sayActive', words);
    case 'RESERVED':
      return say('sayReserved', words);
    case 'ASSIGNED':
    case 'PLEDGED':
      return say('sayAssigned', words);
    case 'TRANSFER_PENDING':
      return say('sayPending', words);
    case 'TRANSFERRED':
      return say('sayTransferred', words);
    case 'SPLIT':
      return say('saySplit', words);
    case 'DUE':
    case 'OVERDUE':
      return say('sayDue', words);
    case 'PART_REDEEMED':
      return say('sayPart', words);
    case 'REDEEMED':
    case 'BURNT':
      return say('sayRedeemed', words);
    case 'VOID':
      return say('sayVoid', words);
    default:
      return say('sayOther', words);
  }
}
