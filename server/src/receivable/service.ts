/**
 * Certificates: what their handlers share, and what the slices to the right ask of them.
 *
 * A certificate and its parts are seen by who holds or held them, hop by hop: a split or a received
 * transfer makes a new certificate whose readers are its holder and the auditors; who held the part
 * before keeps only its own. The buyer sees the first certificate of its promise, and each one that
 * has fallen due.
 */
import type { Act, Reader } from '../kernel/act.ts';
import { type Change, type Grant, type Row, update } from '../kernel/change.ts';
import type { Refusal } from '../kernel/decision.ts';
import { notFound } from '../kernel/fault.ts';
import { invariant } from '../kernel/invariant.ts';
import type { Money } from '../kernel/money.ts';
import type { MandateRow } from '../party/model.ts';
import { membersOf } from '../party/service.ts';
import {
  type CertificateRow,
  type Recourse,
  receivableLimits,
  recourses,
  type TransferRow,
} from './model.ts';
import { holderOnly, mandateCovers } from './policy.ts';
import { barrier, redeemed, target } from './transitions.ts';

/** What one disposes of a certificate by. */
export const disposing = { action: 'certificate.hold', amount: null } as const;

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
    if (passed === null) continue;
    grants.push(transferGrant(party, passed), ...tradeDocumentGrant(party, passed));
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

/** The buyer is late, or in default, or the bank has given it up; only where the event may happen. */
export function lateChange(
  certificate: CertificateRow,
  event: 'overdue' | 'default' | 'writeOff',
): Change {
  const state = target(certificate.state, event);
  invariant(state !== null, 'the event was looked at before');
  return update('certificate', certificate, { state });
}

/** Why the buyer is not late, or not in default, or it is not given up, or null. */
export function lateBarrier(
  certificate: CertificateRow,
  event: 'overdue' | 'default' | 'writeOff',
): Refusal | null {
  return barrier(certificate, event);
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

// What the handlers of this slice share.

/** The document of a hop's trade is read by whom the hop concerns. */
export function tradeDocumentGrant(
  reader: string,
  { tradeDocument, createdMs }: TransferRow,
): readonly Grant[] {
  if (tradeDocument === null) return [];
  return [{ reader, object: tradeDocument, type: 'Document', level: 'F', sinceMs: createdMs }];
}

export function transferGrant(reader: string, { id, createdMs }: TransferRow): Grant {
  return { reader, object: id, type: 'Transfer', level: 'F', sinceMs: createdMs };
}

/** The certificate that an act names, if its party may see it. */
export async function certificateSeen(
  reader: Reader,
  act: Act & { readonly body: { readonly certificate: string } },
): Promise<CertificateRow> {
  const id = act.body.certificate;
  if (!(await maySee(reader, act.party, id))) throw notFound();
  return certificateOf(reader, id);
}

/** The offer that an answer names, with its certificate, if the party may see both. */
export async function offerSeen(
  reader: Reader,
  act: Act & { readonly body: { readonly certificate: string; readonly transfer: string } },
) {
  const certificate = await certificateSeen(reader, act);
  const offer = await reader.get<TransferRow>('transfer', act.body.transfer);
  const seen = offer !== null && (await maySee(reader, act.party, offer.id));
  if (!seen || offer.certificate !== certificate.id) throw notFound();
  return { certificate, offer };
}

export async function disposeBarrier(
  reader: Reader,
  act: Act,
  certificate: CertificateRow,
): Promise<Refusal | null> {
  return (
    holderOnly(certificate, act.party) ??
    (await mandateBarrier(reader, act, disposing.action, faceOf(certificate)))
  );
}

export function faceOf({ faceMinor, currency }: CertificateRow) {
  return { minor: faceMinor, currency };
}

export function recourseNamed(text: string): Recourse {
  const named = recourses.find((recourse) => recourse === text);
  invariant(named !== undefined, 'a recourse has one of four names');
  return named;
}
