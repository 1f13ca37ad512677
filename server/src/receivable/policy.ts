/**
 * Who may ask what of a certificate. What a party may not see is thrown as not found by the service
 * before it comes here; here is decided what a party that sees it may do. Pure.
 */
import type { Refusal } from '../kernel/decision.ts';
import type { Money } from '../kernel/money.ts';
import type { MandateRow } from '../party/model.ts';
import type { CertificateRow, TransferRow } from './model.ts';
import { texts } from './texts.ts';

/** Only the holder of record disposes of a certificate. */
export function holderOnly(certificate: CertificateRow, party: string): Refusal | null {
  return certificate.holder === party ? null : texts.notHolder(certificate);
}

/** Only the transferee answers an offer. */
export function transfereeOnly(transfer: TransferRow, party: string): Refusal | null {
  return transfer.transferee === party ? null : texts.notTransferee();
}

/**
 * One of the mandates covers the whole face, although the act does not repeat the amount: who may
 * dispose of at most a thousand does not pass on a certificate of a million.
 */
export function mandateCovers(mandates: readonly MandateRow[], face: Money): Refusal | null {
  const covers = ({ limitMinor, limitCurrency }: MandateRow) =>
    limitMinor === null || (limitCurrency === face.currency && face.minor <= limitMinor);
  if (mandates.length === 0 || mandates.some(covers)) return null;
  const limits = mandates.flatMap(({ limitMinor, limitCurrency }) =>
    limitMinor === null || limitCurrency === null
      ? []
      : [{ minor: limitMinor, currency: limitCurrency }],
  );
  return texts.mandateExceeded(face, limits);
}

/**
 * A certificate is passed to a supplier of its programme. A party outside the programme, which has no
 * role there, is not told apart from one that does not exist: then the answer is 'unknown'.
 */
export function mayReceive(roles: ReadonlySet<string>): 'unknown' | Refusal | null {
  if (roles.size === 0) return 'unknown';
  return roles.has('SUPPLIER') ? null : texts.notASupplier();
}
