/**
 * The first hands of a certificate: it is issued for what the buyer confirmed, and the supplier takes
 * it or does not. The buyer sees it here, and again when it falls due.
 */
import type { InvoiceRow } from '../invoice/model.ts';
import { markCertified } from '../invoice/service.ts';
import { type Act, handler, type Reader } from '../kernel/act.ts';
import { adjust } from '../kernel/calendar.ts';
import { insert, update } from '../kernel/change.ts';
import { accept, type Refusal } from '../kernel/decision.ts';
import { notFound } from '../kernel/fault.ts';
import { invariant } from '../kernel/invariant.ts';
import { amountText } from '../kernel/money.ts';
import { calendarOf, policyOf, requireProgramme } from '../party/service.ts';
import type { CertificateRow } from './model.ts';
import {
  auditorsOf,
  certificateSeen,
  disposeBarrier,
  disposing,
  grant,
  recourseNamed,
} from './service.ts';
import { texts } from './texts.ts';
import { barrier, reasonBarrier } from './transitions.ts';

/**
 * The confirmed amount becomes a certificate, once. Anyone can derive it again from the buyer's
 * confirmation, so it says nothing else: who owes, whom, how much, when.
 */
export const issue = handler({
  kind: 'certificate.issue',
  objects: ({ invoice }) => [invoice],
  async decide(reader, act) {
    const { body } = act;
    const invoice = await reader.get<InvoiceRow>('invoice', body.invoice);
    if (invoice === null) throw notFound();
    const known = await reader.where<CertificateRow>('certificate', 'invoice', invoice.id);
    if (known.length > 0) return texts.alreadyCertified();
    const wrong = issueBarrier(invoice, body);
    if (wrong !== null) return wrong;

    const programme = await requireProgramme(reader, invoice.programme);
    const auditors = await auditorsOf(reader, invoice.programme);
    const [faceMinor, currency] = body.face;
    const id = act.id('cer', 0);
    const certificate: CertificateRow = {
      id,
      version: 1,
      state: 'OFFERED',
      invoice: invoice.id,
      programme: invoice.programme,
      issuer: body.issuer,
      holder: body.holder,
      faceMinor,
      openMinor: faceMinor,
      creditedMinor: 0n,
      currency,
      maturityDate: body.maturity,
      payableDate: adjust(
        body.maturity,
        programme.businessDayRule,
        await calendarOf(reader, programme),
      ),
      recourse: recourseNamed(programme.recourse),
      hop: null,
      depth: 0,
      parent: null,
      root: id,
      rootFaceMinor: faceMinor,
      part: 0,
      transfer: null,
      note: act.note(0),
      pendingAct: null,
      createdMs: act.at,
    };
    const policy = policyOf(act, programme, id, {
      occasion: 'certificate.issue',
      dueDate: body.maturity,
      isOffer: certificate.state === 'OFFERED',
    });
    if ('kind' in policy) return policy;
    const readers = [body.holder, body.issuer, ...auditors];
    const changes = [insert('certificate', certificate), markCertified(reader, invoice), ...policy];
    return accept(id, changes, {
      grants: readers.map((party) => grant(party, certificate)),
      readers,
    });
  },
});

/** The supplier takes the buyer's promise in this form. */
export const acceptOffer = handler({
  kind: 'certificate.accept',
  objects: ({ certificate }) => [certificate],
  mandate: () => disposing,
  async decide(reader, act) {
    const certificate = await certificateSeen(reader, act);
    const no = (await disposeBarrier(reader, act, certificate)) ?? barrier(certificate, 'accept');
    if (no !== null) return no;
    return accept(
      certificate.id,
      [update('certificate', certificate, { state: 'ACTIVE' })],
      await toldToIssuer(reader, certificate),
    );
  },
});

/** The supplier does not want a certificate; no one is forced to take one. The invoice stays owed. */
export const decline = handler({
  kind: 'certificate.decline',
  objects: ({ certificate }) => [certificate],
  mandate: () => disposing,
  async decide(reader, act) {
    const certificate = await certificateSeen(reader, act);
    const no =
      (await disposeBarrier(reader, act, certificate)) ??
      barrier(certificate, 'decline') ??
      reasonBarrier(act.body.reason);
    if (no !== null) return no;
    return accept(
      certificate.id,
      [update('certificate', certificate, { state: 'VOID', openMinor: 0n })],
      await toldToIssuer(reader, certificate),
    );
  },
});

function issueBarrier(invoice: InvoiceRow, body: Act<'certificate.issue'>['body']): Refusal | null {
  if (invoice.state !== 'CONFIRMED' && invoice.state !== 'PARTLY_CONFIRMED') {
    return texts.notConfirmed(invoice.state);
  }
  const { approvedMinor, currency } = invoice;
  invariant(approvedMinor !== null && invoice.dueDate !== null, 'a confirmation names sum and day');
  const approved = amountText({ minor: approvedMinor, currency });
  const face = amountText({ minor: body.face[0], currency: body.face[1] });
  const facts: readonly (readonly [path: string, seen: string, expected: string])[] = [
    ['issuer', body.issuer, invoice.buyer],
    ['holder', body.holder, invoice.seller],
    ['face.amount', face, approved],
    ['face.currency', body.face[1], currency],
    ['maturity', body.maturity, invoice.dueDate],
  ];
  const wrong = facts.find(([, seen, expected]) => seen !== expected);
  return wrong === undefined ? null : texts.issueMismatch(...wrong);
}

async function toldToIssuer(reader: Reader, certificate: CertificateRow) {
  const auditors = await auditorsOf(reader, certificate.programme);
  return { readers: [certificate.holder, certificate.issuer, ...auditors] };
}
