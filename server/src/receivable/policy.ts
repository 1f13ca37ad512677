/**
 * Who may ask what of a certificate. What a party may not see is thrown as not found by the service
 * before it comes here; here is decided what a party that sees it may do. Pure.
 */
import type { Refusal } from '../kernel/decision.ts';
import type { Money } from '../kernel/money.ts';
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

/** What a mandate says of amounts; null limits admit every amount. */
export type MandateLimit = {
  readonly id: string;
  readonly limitMinor: bigint | null;
  readonly limitCurrency: string | null;
};

/**
 * The mandate covers the whole face, although the act does not repeat the amount: who may dispose
 * of at most a thousand does not pass on a certificate of a million.
 */
export function mandateCovers(mandate: MandateLimit | null, face: Money): Refusal | null {
  if (mandate === null || mandate.limitMinor === null || mandate.limitCurrency === null)
    return null;
  if (mandate.limitCurrency === face.currency && face.minor <= mandate.limitMinor) return null;
  return texts.mandateExceeded(face, {
    minor: mandate.limitMinor,
    currency: mandate.limitCurrency,
  });
}

/**
 * A certificate is passed to a live supplier of its programme. A party outside the programme is not
 * told apart from one that does not exist: then the answer is 'unknown'.
 */
export function mayReceive(transferee: {
  readonly state: string;
  readonly roles: ReadonlySet<string>;
}): 'unknown' | Refusal | null {
  if (transferee.roles.size === 0) return 'unknown';
  if (!transferee.roles.has('SUPPLIER')) return texts.notASupplier();
  return transferee.state === 'ACTIVE' ? null : texts.partySuspended();
}
