/**
 * A certificate in the hands of suppliers: cut into parts, offered on, taken or sent back. Each hop is
 * a certificate of its own, so who held a part before does not see where it went.
 */
import type { MoneyValue } from '../../../chain/src/act/kind.ts';
import { type Act, handler, type Reader } from '../kernel/act.ts';
import { businessDaysAfter } from '../kernel/calendar.ts';
import { insert, update } from '../kernel/change.ts';
import { accept, type Refusal } from '../kernel/decision.ts';
import { notFound } from '../kernel/fault.ts';
import type { MembershipRow } from '../party/model.ts';
import { calendarOf, policyOf, requireProgramme } from '../party/service.ts';
import { type CertificateRow, receivableLimits, type TransferRow } from './model.ts';
import { mayReceive, transfereeOnly } from './policy.ts';
import {
  auditorsOf,
  certificateSeen,
  disposeBarrier,
  disposing,
  faceOf,
  grant,
  lock,
  mandateBarrier,
  noteOf,
  offerSeen,
  recourseNamed,
  tradeDocumentGrant,
  transferGrant,
  unlock,
} from './service.ts';
import { hopTermsOf, seenBarrier, termsBarrier } from './terms.ts';
import { texts } from './texts.ts';
import {
  answerBarrier,
  barrier,
  reasonBarrier,
  splitBarrier,
  transferBarrier,
} from './transitions.ts';

/** The holder cuts a certificate into parts. The chain decides: a note is spent once. */
export const split = handler({
  kind: 'certificate.split',
  objects: ({ certificate }) => [certificate],
  mandate: () => disposing,
  facts: (reader, { certificate }) => noteOf(reader, certificate),
  async decide(reader, act) {
    const certificate = await certificateSeen(reader, act);
    const { minSplitMinor } = await requireProgramme(reader, certificate.programme);
    const no =
      (await disposeBarrier(reader, act, certificate)) ??
      barrier(certificate, 'split') ??
      dueSoonBarrier(certificate, act) ??
      splitBarrier(certificate, act.body.parts, minSplitMinor);
    if (no !== null) return no;

    const children = act.body.parts.map((part, order) => childOf(certificate, act, part, order));
    const readers = [certificate.holder, ...(await auditorsOf(reader, certificate.programme))];
    const { change, locked } = lock(certificate, act.hash);
    return accept(certificate.id, [change], {
      whenFinal: [
        update('certificate', locked, { state: 'SPLIT', openMinor: 0n, pendingAct: null }),
        ...children.map((child) => insert('certificate', child)),
      ],
      whenRefused: [unlock(locked)],
      grants: children.flatMap((child) => readers.map((party) => grant(party, child))),
      readers,
    });
  },
});

/**
 * The holder offers the certificate to a supplier that it pays. A party outside the programme is
 * not found. Until the offer is answered the holder stays the holder of record.
 */
export const transfer = handler({
  kind: 'certificate.transfer',
  objects: ({ certificate }) => [certificate],
  mandate: () => disposing,
  exposes: async (_reader, { party, body: { transferee } }) => ({ holder: party, transferee }),
  facts: (reader, { certificate }) => noteOf(reader, certificate),
  async decide(reader, act) {
    const { body } = act;
    const certificate = await certificateSeen(reader, act);
    const programme = await requireProgramme(reader, certificate.programme);
    const isOpen = await calendarOf(reader, programme);
    const no =
      (await disposeBarrier(reader, act, certificate)) ??
      barrier(certificate, 'transfer') ??
      transferBarrier(certificate, { ...programme, ...body, isOpen }) ??
      termsBarrier(body) ??
      (await transfereeBarrier(reader, certificate, body.transferee));
    if (no !== null) return no;

    const id = act.id('trf', 0);
    const offered: TransferRow = {
      id,
      version: 1,
      state: 'PENDING',
      certificate: certificate.id,
      programme: certificate.programme,
      transferor: certificate.holder,
      transferee: body.transferee,
      tradeReference: body.tradeReference.trim(),
      tradeDocument: body.tradeDocument,
      tradeDocumentDigest: body.tradeDocumentDigest,
      recourse: recourseNamed(body.recourse),
      recourseDays: body.recourseDays === null ? null : Number(body.recourseDays),
      recourseCapMicros: body.recourseCapMicros,
      governingLaw: body.governingLaw.trim(),
      answerBy: businessDaysAfter(act.businessDate, receivableLimits.offerDays, isOpen),
      reason: null,
      createdMs: act.at,
    };
    const policy = policyOf(act, programme, id, {
      occasion: 'certificate.transfer',
      dueDate: certificate.maturityDate,
      hasTradeDocument: body.tradeDocumentDigest !== null,
    });
    if ('kind' in policy) return policy;
    const auditors = await auditorsOf(reader, certificate.programme);
    const readers = [certificate.holder, body.transferee, ...auditors];
    const { change, locked } = lock(certificate, act.hash);
    return accept(certificate.id, [change], {
      whenFinal: [
        update('certificate', locked, {
          state: 'TRANSFER_PENDING',
          note: act.note(0),
          transfer: id,
          pendingAct: null,
        }),
        insert('transfer', offered),
        ...policy,
      ],
      whenRefused: [unlock(locked)],
      grants: [
        ...readers.map((party) => transferGrant(party, offered)),
        ...readers.flatMap((party) => tradeDocumentGrant(party, offered)),
        { ...grant(body.transferee, certificate), level: 'S' },
      ],
      readers,
    });
  },
});

/**
 * The transferee takes the certificate: a new one in its name, the old one is consumed. Refuses
 * when the digest that it signs is not that of the terms of this hop.
 */
export const receive = handler({
  kind: 'certificate.receive',
  objects: ({ certificate, transfer: offer }) => [certificate, offer],
  mandate: () => disposing,
  async exposes(reader, { body }) {
    const offer = await reader.get<TransferRow>('transfer', body.transfer);
    return offer === null ? {} : { transferee: offer.transferee, transferor: offer.transferor };
  },
  async decide(reader, act) {
    const { certificate, offer } = await offerSeen(reader, act);
    const no =
      transfereeOnly(offer, act.party) ??
      answerBarrier(offer, act.businessDate) ??
      barrier(certificate, 'receive') ??
      seenBarrier(hopTermsOf(certificate, offer), act.body.termsDigest) ??
      (await mandateBarrier(reader, act, disposing.action, faceOf(certificate)));
    if (no !== null) return no;

    const child: CertificateRow = {
      ...childOf(certificate, act, [certificate.faceMinor, certificate.currency], 0),
      holder: offer.transferee,
      recourse: offer.recourse,
      hop: offer.id,
      depth: certificate.depth + 1,
      note: certificate.note,
    };
    const auditors = await auditorsOf(reader, certificate.programme);
    return accept(
      child.id,
      [
        update('certificate', certificate, { state: 'TRANSFERRED', openMinor: 0n }),
        update('transfer', offer, { state: 'RECEIVED' }),
        insert('certificate', child),
      ],
      {
        grants: [offer.transferee, ...auditors].map((party) => grant(party, child)),
        readers: [offer.transferor, offer.transferee, ...auditors],
      },
    );
  },
});

/** The transferee sends the certificate back; only as its very next act, for any other is acceptance. */
export const reject = handler({
  kind: 'certificate.reject',
  objects: ({ certificate, transfer: offer }) => [certificate, offer],
  mandate: () => disposing,
  async decide(reader, act) {
    const { certificate, offer } = await offerSeen(reader, act);
    const no =
      transfereeOnly(offer, act.party) ??
      answerBarrier(offer, act.businessDate) ??
      barrier(certificate, 'reject') ??
      reasonBarrier(act.body.reason);
    if (no !== null) return no;
    return accept(
      certificate.id,
      [
        update('certificate', certificate, { state: 'ACTIVE' }),
        update('transfer', offer, { state: 'REJECTED', reason: act.body.reason.trim() }),
      ],
      {
        readers: [
          offer.transferor,
          offer.transferee,
          ...(await auditorsOf(reader, certificate.programme)),
        ],
      },
    );
  },
});

/** A certificate whose day has come is not cut any more, even if nobody has marked it due yet. */
function dueSoonBarrier(certificate: CertificateRow, act: Act): Refusal | null {
  return act.businessDate < certificate.payableDate
    ? null
    : texts.pastMaturity(act.businessDate, certificate.payableDate);
}

async function transfereeBarrier(
  reader: Reader,
  certificate: CertificateRow,
  transferee: string,
): Promise<Refusal | null> {
  const memberships = await reader.where<MembershipRow>(
    'membership',
    'programme',
    certificate.programme,
  );
  const roles = new Set(
    memberships.filter(({ member }) => member === transferee).map(({ role }) => role),
  );
  const no = mayReceive(roles);
  if (no === 'unknown') throw notFound();
  return no;
}

/** A new certificate below `parent`, live, in the same hands and on the same terms. */
export function childOf(
  parent: CertificateRow,
  act: Act,
  [faceMinor, currency]: MoneyValue,
  part: number,
): CertificateRow {
  return {
    ...parent,
    id: act.id('cer', part),
    version: 1,
    state: 'ACTIVE',
    faceMinor,
    openMinor: faceMinor,
    currency,
    parent: parent.id,
    part,
    transfer: null,
    note: act.note(part),
    pendingAct: null,
    createdMs: act.at,
  };
}
