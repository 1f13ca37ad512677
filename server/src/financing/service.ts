/**
 * Competing finance: its handlers together, and what settlement, to the right, asks of it.
 *
 * Quotes are sealed: until the window closes a quote and its act are seen by its bank alone, and
 * afterwards by the holder and the auditors; a bank never sees another bank's. Settlement's rows
 * come in through `legs`.
 */
import type { Act, Reader } from '../kernel/act.ts';
import type { Change } from '../kernel/change.ts';
import { update } from '../kernel/change.ts';
import type { Accepted, Refusal } from '../kernel/decision.ts';
import { invariant } from '../kernel/invariant.ts';
import {
  auditorsOf,
  certificateOf,
  fundedChange,
  lock,
  noteOf,
  unlock,
} from '../receivable/service.ts';
import type { FundingLegs, RequestRow } from './model.ts';
import { choose } from './service-choice.ts';
import { approve, decline, fail, propose, returnProposal } from './service-funding.ts';
import { approveLimit, proposeLimit } from './service-limits.ts';
import { submitQuote, withdrawQuote } from './service-quotes.ts';
import { close, expire, request, withdraw } from './service-requests.ts';
import { loweredExposures, utilisedExposures } from './service-room.ts';
import { requestOf } from './service-rows.ts';
import { texts } from './texts.ts';
import { barrier, isRepayable, type LateEvent, lateState, repaidState } from './transitions.ts';

export function makeFinancingHandlers({ legs }: { readonly legs: FundingLegs }) {
  return [
    proposeLimit,
    approveLimit,
    request,
    submitQuote,
    withdrawQuote,
    close,
    withdraw,
    expire,
    choose,
    propose,
    returnProposal,
    approve(legs),
    decline(legs),
    fail(legs),
  ] as const;
}

/** The note that `payment.fund` spends: the reservation of the request's certificate. */
export async function fundingNote(reader: Reader, requestId: string) {
  const asked = await reader.get<RequestRow>('finance_request', requestId);
  return asked === null ? {} : noteOf(reader, asked.certificate);
}

/** Why the request cannot be paid out, or null: instructed, and no other act under way. */
export async function fundBarrier(reader: Reader, requestId: string): Promise<Refusal | null> {
  const asked = await requestOf(reader, requestId);
  const certificate = await certificateOf(reader, asked.certificate);
  if (certificate.pendingAct !== null) return texts.pendingReservation();
  return barrier(asked, 'fund');
}

/**
 * The bank has paid exactly what was agreed: the certificate passes to the bank and its limits are
 * utilised, when the chain has taken the act. Only after fundBarrier; the caller adds its own rows.
 */
export async function fundedChanges(
  reader: Reader,
  act: Pick<Act, 'hash' | 'note'>,
  requestId: string,
): Promise<Pick<Accepted, 'changes' | 'whenFinal' | 'whenRefused' | 'readers'>> {
  const asked = await requestOf(reader, requestId);
  const certificate = await certificateOf(reader, asked.certificate);
  const { bank } = asked;
  invariant(bank !== null, 'an instructed request has its bank');
  const waiting: RequestRow = { ...asked, pendingAct: act.hash, version: asked.version + 1 };
  const { change, locked } = lock(certificate, act.hash);
  return {
    changes: [update('finance_request', asked, { pendingAct: act.hash }), change],
    whenFinal: [
      update('finance_request', waiting, { state: 'FUNDED', pendingAct: null }),
      fundedChange(locked, bank, act.note(0)),
      ...(await utilisedExposures(reader, asked)),
    ],
    whenRefused: [update('finance_request', waiting, { pendingAct: null }), unlock(locked)],
    readers: [asked.holder, bank, ...(await auditorsOf(reader, asked.programme))],
  };
}

/** The financing of a certificate that a bank holds, once it was paid out; null where there is none. */
export async function fundedRequest(
  reader: Reader,
  certificate: string,
): Promise<RequestRow | null> {
  const requests = await reader.where<RequestRow>('finance_request', 'certificate', certificate);
  return requests.find(isRepayable) ?? null;
}

/** The request after the buyer was late, or the seller claimed on; nothing where it stays as it is. */
export function lateChanges(asked: RequestRow | null, event: LateEvent): readonly Change[] {
  const state = asked === null ? null : lateState(asked, event);
  return asked === null || state === null ? [] : [update('finance_request', asked, { state })];
}

/**
 * The buyer has paid `appliedMinor` of what it owes the bank: the request is being paid back, and the
 * bank's limits have that much more room, unless what was open was given up before.
 */
export async function repaidChanges(
  reader: Reader,
  asked: RequestRow,
  appliedMinor: bigint,
  isWhole: boolean,
): Promise<readonly Change[]> {
  return [
    update('finance_request', asked, { state: repaidState(asked.state, isWhole) }),
    ...(await loweredExposures(reader, asked, appliedMinor)),
  ];
}
