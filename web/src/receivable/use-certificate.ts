/** The certificate that a signing screen is about, by the address. */
import { useSuspenseQuery } from '@apollo/client/react';
import { useParams } from 'react-router';
import type { Certificate } from './CertificateDetail.tsx';
import { CertificateDocument } from './queries.ts';

export function useCertificate(): Certificate {
  const { id = '' } = useParams();
  return useSuspenseQuery(CertificateDocument, { variables: { id } }).data.certificate;
}
