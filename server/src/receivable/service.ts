/**
 * Certificates: load, permit, decide. Each handler decides one kind of act.
 *
 * A certificate and its parts are seen by who holds or held them, hop by hop: a split or a received
 * transfer makes a new certificate whose readers are its holder and the auditors; who held the part
 * before keeps only its own. The buyer sees the first certificate of its promise, and each one that
 * has fallen due. Settlement's rows come in through `legs`.
 */
import type { MoneyValue } from '../../../chain/src/act/kind.ts';
import type { InvoiceRow } from '../invoice/model.ts';
import { markCertified } from '../invoice/service.ts';
import type { Act, Reader } from '../kernel/act.ts';
import { handler } from '../kernel/act.ts';
import { adjust } from '../kernel/calendar.ts';
import type { Change, Grant, Row } from '../kernel/change.ts';
import { insert, update } from '../kernel/change.ts';
import type { Refusal } from '../kernel/decision.ts';
import { accept } from '../kernel/decision.ts';
import { notFound } from '../kernel/fault.ts';
import { invariant } from '../kernel/invariant.ts';
import { amountText, type Money } from '../kernel/money.ts';
import type { MandateRow, MembershipRow } from '../party/model.ts';
import {
  calendarOf,
  membersOf,
  policyOf,
  requireParty,
  requireProgramme,
} from '../party/service.ts';
import type { CertificateRow, Recourse, RepaymentLegs, TransferRow } from './model.ts';
import { receivableLimits, recourses } from './model.ts';
import { holderOnly, mandateCovers, mayReceive, transfereeOnly } from './policy.ts';
import { texts } from './texts.ts';
import {
  answerBarrier,
  barrier,
  dueBarrier,
  reasonBarrier,
  redeemed,
  splitBarrier,
  transferBarrier,
} from './transitions.ts';

const disposing = { action: 'certificate.hold', amount: null } as const;

export function makeReceivableHandlers({ legs }: { readonly legs: RepaymentLegs }) {
  return [issue, acceptOffer, decline, split, transfer, receive, reject, due(legs)] as const;
}

/**
 * The confirmed amount becomes a certificate, once. Anyone can derive it again from the buyer's
 * confirmation, so it says nothing else: who owes, whom, how much, when.
 */
const issue = handler({
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
      currency,
      maturityDate: body.maturity,
      payableDate: adjust(
        body.maturity,
        programme.businessDayRule,
        await calendarOf(reader, programme),
      ),
      recourse: recourseNamed(programme.recourse),
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
const acceptOffer = handler({
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
const decline = handler({
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

/** The holder cuts a certificate into parts. The chain decides: a note is spent once. */
const split = handler({
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
const transfer = handler({
  kind: 'certificate.transfer',
  objects: ({ certificate }) => [certificate],
  mandate: () => disposing,
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
      tradeDocumentDigest: body.tradeDocumentDigest,
      recourse: recourseNamed(body.recourse),
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
        { ...grant(body.transferee, certificate), level: 'S' },
      ],
      readers,
    });
  },
});

/** The transferee takes the certificate: a new one in its name, the old one is consumed. */
const receive = handler({
  kind: 'certificate.receive',
  objects: ({ certificate, transfer: offer }) => [certificate, offer],
  mandate: () => disposing,
  async decide(reader, act) {
    const { certificate, offer } = await offerSeen(reader, act);
    const no =
      transfereeOnly(offer, act.party) ??
      answerBarrier(offer) ??
      barrier(certificate, 'receive') ??
      (await mandateBarrier(reader, act, disposing.action, faceOf(certificate)));
    if (no !== null) return no;

    const child: CertificateRow = {
      ...childOf(certificate, act, [certificate.faceMinor, certificate.currency], 0),
      holder: offer.transferee,
      recourse: offer.recourse,
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
const reject = handler({
  kind: 'certificate.reject',
  objects: ({ certificate, transfer: offer }) => [certificate, offer],
  mandate: () => disposing,
  async decide(reader, act) {
    const { certificate, offer } = await offerSeen(reader, act);
    const no =
      transfereeOnly(offer, act.party) ??
      answerBarrier(offer) ??
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

/**
 * The business day of maturity has come: the buyer pays the holder of record. An offer that nobody
 * answered lapses. From now on the buyer sees the certificate, because it must know whom to pay.
 */
function due(legs: RepaymentLegs) {
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

// What the slices to the right ask.

/** True when the party may see the object, whole or in summary. */
export async function maySee(reader: Reader, party: string, object: string): Promise<boolean> {
  return (await reader.get<Row>('access', `${party}:${object}`)) !== null;
}

export async function certificateOf(reader: Reader, id: string): Promise<CertificateRow> {
  const certificate = await reader.get<CertificateRow>('certificate', id);
  if (certificate === null) throw notFound();
  return certificate;
}

export function auditorsOf(reader: Reader, programme: string): Promise<readonly string[]> {
  return membersOf(reader, programme, 'AUDITOR');
}

/**
 * Why the person's mandates do not cover the whole face, or null. Which mandate the act names is
 * chosen before the certificate is known, so any valid one for the action counts.
 */
export async function mandateBarrier(
  reader: Reader,
  { person, businessDate }: Pick<Act, 'person' | 'businessDate'>,
  action: string,
  face: Money,
): Promise<Refusal | null> {
  if (person === null) return null;
  const held = await reader.where<MandateRow>('mandate', 'holder', person);
  const valid = held.filter(
    (each) =>
      each.action === action &&
      !each.revoked &&
      each.validFromDate <= businessDate &&
      businessDate <= each.validToDate,
  );
  return mandateCovers(valid, face);
}

/** The account of a party for that currency: one of that currency, else one that takes any. */
export async function accountOf(
  reader: Reader,
  owner: string,
  currency: string,
): Promise<string | null> {
  const accounts = await reader.where<{ readonly id: string; readonly currency: string | null }>(
    'account',
    'owner',
    owner,
  );
  const own = accounts.find((account) => account.currency === currency);
  return (own ?? accounts.find((account) => account.currency === null))?.id ?? null;
}

/** The certificate's note, for the public effects of an act that spends it. */
export async function noteOf(reader: Reader, id: string) {
  const certificate = await reader.get<CertificateRow>('certificate', id);
  return certificate === null ? {} : { notes: [certificate.note] };
}

/** The certificates from the parent up to the first one of the promise. */
async function ancestorsOf(
  reader: Reader,
  certificate: CertificateRow,
): Promise<readonly CertificateRow[]> {
  const path: CertificateRow[] = [];
  let above = certificate.parent;
  while (above !== null) {
    invariant(path.length < receivableLimits.pathMax, 'a path of certificates ends');
    const parent: CertificateRow = await certificateOf(reader, above);
    path.push(parent);
    above = parent.parent;
  }
  return path;
}

/** Shows a party the whole path of a certificate: every hop and every transfer above it. */
export async function pathGrants(
  reader: Reader,
  certificate: CertificateRow,
  party: string,
): Promise<readonly Grant[]> {
  const path = [certificate, ...(await ancestorsOf(reader, certificate))];
  const grants: Grant[] = [];
  for (const hop of path) {
    grants.push(grant(party, hop));
    if (hop.state !== 'TRANSFERRED' || hop.transfer === null) continue;
    const passed = await reader.get<TransferRow>('transfer', hop.transfer);
    if (passed !== null) grants.push(transferGrant(party, passed));
  }
  return grants;
}

/** Keeps a certificate for an act that waits for the chain. */
export function lock(
  certificate: CertificateRow,
  actHash: Uint8Array,
): { readonly change: Change; readonly locked: CertificateRow } {
  const locked = { ...certificate, pendingAct: actHash, version: certificate.version + 1 };
  return { change: update('certificate', certificate, { pendingAct: actHash }), locked };
}

/** The chain refused: the certificate is as it was. */
export function unlock(locked: CertificateRow): Change {
  return update('certificate', locked, { pendingAct: null });
}

/** The chosen bank's reservation stands on the chain: a note of its own. */
export function reservedChange(locked: CertificateRow, note: Uint8Array): Change {
  return update('certificate', locked, { state: 'RESERVED', note, pendingAct: null });
}

/** The reservation lapsed: the holder disposes of the certificate again. */
export function releasedChange(certificate: CertificateRow): Change {
  return update('certificate', certificate, { state: 'ACTIVE' });
}

/** The bank has paid: it is the holder of record. */
export function fundedChange(locked: CertificateRow, bank: string, note: Uint8Array): Change {
  return update('certificate', locked, {
    state: 'ASSIGNED',
    holder: bank,
    note,
    pendingAct: null,
  });
}

/** The buyer has paid a part or all: never more than what is open. */
export function redeemChange(certificate: CertificateRow, appliedMinor: bigint): Change {
  return update('certificate', certificate, redeemed(certificate, appliedMinor));
}

/** Why a payment cannot be applied to it, or null. */
export function redeemBarrier(certificate: CertificateRow): Refusal | null {
  return barrier(certificate, 'redeem');
}

export function grant(reader: string, certificate: CertificateRow): Grant {
  return {
    reader,
    object: certificate.id,
    type: 'Certificate',
    level: 'F',
    sinceMs: certificate.createdMs,
  };
}

// Helpers of the handlers above.

function transferGrant(reader: string, { id, createdMs }: TransferRow): Grant {
  return { reader, object: id, type: 'Transfer', level: 'F', sinceMs: createdMs };
}

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

/** The certificate that an act names, if its party may see it. */
async function certificateSeen(
  reader: Reader,
  act: Act & { readonly body: { readonly certificate: string } },
): Promise<CertificateRow> {
  const id = act.body.certificate;
  if (!(await maySee(reader, act.party, id))) throw notFound();
  return certificateOf(reader, id);
}

/** The offer that an answer names, with its certificate, if the party may see both. */
async function offerSeen(
  reader: Reader,
  act: Act & { readonly body: { readonly certificate: string; readonly transfer: string } },
) {
  const certificate = await certificateSeen(reader, act);
  const offer = await reader.get<TransferRow>('transfer', act.body.transfer);
  const seen = offer !== null && (await maySee(reader, act.party, offer.id));
  if (!seen || offer.certificate !== certificate.id) throw notFound();
  return { certificate, offer };
}

async function disposeBarrier(
  reader: Reader,
  act: Act,
  certificate: CertificateRow,
): Promise<Refusal | null> {
  return (
    holderOnly(certificate, act.party) ??
    (await mandateBarrier(reader, act, disposing.action, faceOf(certificate)))
  );
}

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
  const [party, memberships] = await Promise.all([
    requireParty(reader, transferee),
    reader.where<MembershipRow>('membership', 'programme', certificate.programme),
  ]);
  const roles = new Set(
    memberships.filter(({ member }) => member === transferee).map(({ role }) => role),
  );
  const no = mayReceive({ state: party.state, roles });
  if (no === 'unknown') throw notFound();
  return no;
}

/** A new certificate below `parent`, live, in the same hands and on the same terms. */
function childOf(
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

async function toldToIssuer(reader: Reader, certificate: CertificateRow) {
  const auditors = await auditorsOf(reader, certificate.programme);
  return { readers: [certificate.holder, certificate.issuer, ...auditors] };
}

function faceOf({ faceMinor, currency }: CertificateRow) {
  return { minor: faceMinor, currency };
}

function recourseNamed(text: string): Recourse {
  const named = recourses.find((recourse) => recourse === text);
  invariant(named !== undefined, 'a recourse has one of four names');
  return named;
}
