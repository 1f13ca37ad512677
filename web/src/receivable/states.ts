/**
 * What a certificate's state means on a page, and which acts the viewer is offered.
 *
 * Pure.
 */
import type { CertificateRowFragment, CertificateState } from '../lib/graphql/graphql.ts';
import type { Tone } from '../ui/StateTag.tsx';

export const tones: Readonly<Record<CertificateState, Tone>> = {
  OFFERED: 'accent',
  ACTIVE: 'good',
  RESERVED: 'accent',
  ASSIGNED: 'good',
  PLEDGED: 'good',
  DUE: 'warn',
  PART_REDEEMED: 'accent',
  REDEEMED: 'good',
  BURNT: 'quiet',
  TRANSFER_PENDING: 'accent',
  SPLIT: 'quiet',
  TRANSFERRED: 'quiet',
  MERGED: 'quiet',
  FROZEN: 'warn',
  OVERDUE: 'bad',
  DEFAULTED: 'bad',
  RECOVERED: 'quiet',
  WRITTEN_OFF: 'bad',
  VOID: 'quiet',
};

export const groups = {
  live: [
    'OFFERED',
    'ACTIVE',
    'RESERVED',
    'TRANSFER_PENDING',
    'DUE',
    'PART_REDEEMED',
    'FROZEN',
    'OVERDUE',
  ],
  funded: ['ASSIGNED', 'PLEDGED'],
  ended: [
    'REDEEMED',
    'BURNT',
    'SPLIT',
    'TRANSFERRED',
    'MERGED',
    'DEFAULTED',
    'RECOVERED',
    'WRITTEN_OFF',
    'VOID',
  ],
} as const satisfies Readonly<Record<string, readonly CertificateState[]>>;

export function isGroup(name: string | null): name is keyof typeof groups {
  return name !== null && name in groups;
}

export type CertificateAct =
  | 'accept'
  | 'decline'
  | 'finance'
  | 'transfer'
  | 'split'
  | 'receive'
  | 'reject';

type Looked = Pick<CertificateRowFragment, 'state' | 'holder' | 'transfer'>;

/** The acts that this party, with these mandates, may take next; the first is the one to do. */
export function actsOffered(
  certificate: Looked,
  party: string,
  mayDo: (mandate: string) => boolean,
): readonly CertificateAct[] {
  const { state, holder, transfer } = certificate;
  const mayHold = mayDo('certificate.hold');
  if (state === 'TRANSFER_PENDING') {
    const isOffered = transfer?.state === 'PENDING' && transfer.to.id === party;
    return isOffered && mayHold ? ['receive', 'reject'] : [];
  }
  if (holder.id !== party) {
    return [];
  }
  if (state === 'OFFERED') {
    return mayHold ? ['accept', 'decline'] : [];
  }
  if (state !== 'ACTIVE') {
    return [];
  }
  const finance: readonly CertificateAct[] = mayDo('finance.request') ? ['finance'] : [];
  return mayHold ? [...finance, 'transfer', 'split'] : finance;
}
