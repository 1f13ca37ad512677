/** Acts on a receivable certificate. Each live certificate is one note on the chain; a note is spent once. */
import { kind } from '../kind.ts';

export const receivableKinds = [
  /** The confirmed amount becomes a certificate; anyone can re-derive it from the confirmation. */
  kind(
    'certificate.issue',
    { invoice: 'id', issuer: 'id', holder: 'id', face: 'money', maturity: 'date' },
    { automatic: true, effects: ({ note }) => ({ notes: { spend: [], create: [note(0)] } }) },
  ),
  kind('certificate.accept', { certificate: 'id' }),
  kind('certificate.decline', { certificate: 'id', reason: 'text' }),
  /** The parts sum to the parent, exactly; the parent is consumed. */
  kind(
    'certificate.split',
    { certificate: 'id', parts: 'moneys' },
    {
      contested: true,
      effects: ({ fields, facts, note }) => ({
        notes: { spend: facts.notes ?? [], create: fields.parts.map((_, order) => note(order)) },
      }),
    },
  ),
  /** The holder passes the certificate on, on these terms; the transferee has yet to accept. */
  kind(
    'certificate.transfer',
    {
      certificate: 'id',
      transferee: 'id',
      tradeReference: 'text',
      tradeDocument: 'id?',
      tradeDocumentDigest: 'bytes?',
      recourse: 'text',
      /** Days after maturity; null without recourse. */
      recourseDays: 'int?',
      /** Millionths of the face; null for all of it. */
      recourseCapMicros: 'int?',
      governingLaw: 'text',
    },
    {
      contested: true,
      effects: ({ facts, note }) => ({ notes: { spend: facts.notes ?? [], create: [note(0)] } }),
    },
  ),
  /** The transferee takes it on the terms whose digest it signs (hop-terms.ts). */
  kind('certificate.receive', { certificate: 'id', transfer: 'id', termsDigest: 'bytes' }),
  kind('certificate.reject', { certificate: 'id', transfer: 'id', reason: 'text' }),
  /** Nobody answered an offer in its time; the certificate is free again in the old hands. */
  kind('certificate.lapse', { certificate: 'id', transfer: 'id' }, { automatic: true }),
  /** Maturity, on the adjusted business day. */
  kind('certificate.due', { certificate: 'id' }, { automatic: true }),
  /** The day of maturity is over, and so much was not paid. */
  kind('certificate.overdue', { certificate: 'id', owed: 'money' }, { automatic: true }),
  /** The days of grace are over, and so much was not paid. */
  kind('certificate.default', { certificate: 'id', owed: 'money' }, { automatic: true }),
] as const;
