/**
 * What time brings: an offer that nobody answers lapses, and on the day on which the buyer pays the
 * certificate falls due.
 * Settlement's rows come in through `legs`.
 */
import { handler, type Reader } from '../kernel/act.ts';
import { type Change, update } from '../kernel/change.ts';
import { accept } from '../kernel/decision.ts';
import { notFound } from '../kernel/fault.ts';
import { invariant } from '../kernel/invariant.ts';
import type { CertificateRow, RepaymentLegs, TransferRow } from './model.ts';
import { accountOf, auditorsOf, grant } from './service.ts';
import { barrier, dueBarrier, lapseBarrier } from './transitions.ts';

/**
 * Nobody answered the offer by its last business day: the old holder disposes of the certificate
 * again. Refuses before that day is over, and an offer that was answered.
 */
export const lapse = handler({
  kind: 'certificate.lapse',
  objects: ({ certificate, transfer }) => [certificate, transfer],
  async decide(reader, act) {
    const certificate = await reader.get<CertificateRow>('certificate', act.body.certificate);
    const offer = await reader.get<TransferRow>('transfer', act.body.transfer);
    if (certificate === null || offer?.certificate !== certificate.id) throw notFound();
    const no = lapseBarrier(offer, act.businessDate) ?? barrier(certificate, 'lapse');
    if (no !== null) return no;

    const auditors = await auditorsOf(reader, certificate.programme);
    return accept(
      certificate.id,
      [
        update('certificate', certificate, { state: 'ACTIVE' }),
        update('transfer', offer, { state: 'LAPSED' }),
      ],
      { readers: [offer.transferor, offer.transferee, ...auditors] },
    );
  },
});

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
  return [update('transfer', offer, { state: 'LAPSED' })];
}
