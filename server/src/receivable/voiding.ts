/**
 * A certificate that a credit note takes a part of, while its seller still holds it: that part is void,
 * and the rest goes on. Faces never change, so both are certificates of their own and sum to the one
 * before.
 */
import type { Act } from '../kernel/act.ts';
import { insert, update } from '../kernel/change.ts';
import type { Addition, CertificateRow } from './model.ts';
import { childOf } from './passing.ts';
import { grant } from './service.ts';

/**
 * So much of the certificate is void, and the rest goes on under the same note; all of it: it is void
 * itself. `order` keeps apart the certificates that one act cuts.
 */
export function voidedPart(
  act: Act,
  certificate: CertificateRow,
  minor: bigint,
  order: number,
  auditors: readonly string[],
): Addition {
  const { faceMinor, currency, state, note, holder } = certificate;
  if (minor === faceMinor) {
    const voided = update('certificate', certificate, { state: 'VOID', openMinor: 0n });
    return { changes: [voided], grants: [] };
  }
  const child = (face: bigint, part: number) => ({
    ...childOf(certificate, act, [face, currency], part),
    id: act.id('cer', 2 * order + part),
  });
  const parts: readonly CertificateRow[] = [
    { ...child(faceMinor - minor, 0), state, note },
    { ...child(minor, 1), state: 'VOID', openMinor: 0n, note: act.note(order) },
  ];
  return {
    changes: [
      update('certificate', certificate, { state: 'SPLIT', openMinor: 0n }),
      ...parts.map((part) => insert('certificate', part)),
    ],
    grants: parts.flatMap((part) => [holder, ...auditors].map((reader) => grant(reader, part))),
  };
}
