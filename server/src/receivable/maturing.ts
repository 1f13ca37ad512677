/**
 * The day on which the buyer pays: the certificate falls due, and an unanswered offer lapses.
 * Settlement's rows come in through `legs`.
 */
import { handler, type Reader } from '../kernel/act.ts';
import { type Change, update } from '../kernel/change.ts';
import { accept } from '../kernel/decision.ts';
import { notFound } from '../kernel/fault.ts';
import { invariant } from '../kernel/invariant.ts';
import type { CertificateRow, RepaymentLegs, TransferRow } from './model.ts';
import { accountOf, auditorsOf, grant } from './service.ts';
import { barrier, dueBarrier } from './transitions.ts';

/**
 * The business day of maturity has come: the buyer pays the holder of record. An offer that nobody
 * answered lapses. From now on the buyer sees the certificate, because it must know whom to pay.
 */
export function due(legs: RepaymentLegs) {
  return handler({
    kind: 'certificate.due',
    objects: ({ certificate }) => [certificate],
    async decide(reader, act) {
      const certificate = await reader.get<CertificateRow>('certificate', act.body.certificate);
      if (certificate === null) throw notFound();
      const no = barrier(certificate, 'mature') ?? dueBarrier(certificate, act.businessDate);
      if (no !== null) return no;

      const auditors = await auditorsOf(reader, certificate.programme);
      const matured = { ...certificate, state: 'DUE', version: certificate.version + 1 } as const;
      const leg = legs.repayment({
        act,
        certificate: matured,
        payer: certificate.issuer,
        payee: certificate.holder,
        payTo: await accountOf(reader, certificate.holder, certificate.currency),
        dueDate: certificate.payableDate,
        auditors,
      });
      return accept(
        certificate.id,
        [
          update('certificate', certificate, { state: 'DUE' }),
          ...(await lapsedOffer(reader, certificate)),
          ...leg.changes,
        ],
        {
          grants: [grant(certificate.issuer, certificate), ...leg.grants],
          readers: [certificate.holder, certificate.issuer, ...auditors],
        },
      );
    },
  });
}

async function lapsedOffer(
  reader: Reader,
  certificate: CertificateRow,
): Promise<readonly Change[]> {
  if (certificate.state !== 'TRANSFER_PENDING' || certificate.transfer === null) return [];
  const offer = await reader.get<TransferRow>('transfer', certificate.transfer);
  invariant(offer !== null, 'an offered certificate has its offer');
  const reason = 'Maturity came before an answer.';
  return [update('transfer', offer, { state: 'REJECTED', reason })];
}
