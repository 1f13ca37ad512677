/**
 * What a suspended organisation may still do. Pure.
 *
 *   ACTIVE ──suspend──▶ SUSPENDED ──reinstate──▶ ACTIVE
 *
 * Suspension stops new exposure only: nobody promises, passes on, quotes or pays out anything new with
 * it. What was promised before is delivered, disputed, paid and settled as if nothing had happened,
 * because its partners have done nothing wrong. Every kind of act stands on one side.
 */
import type { KindName } from '../../../chain/src/act/kinds.ts';
import type { Act } from '../kernel/act.ts';
import { update } from '../kernel/change.ts';
import { accept, type Decision, type Refusal, refuse } from '../kernel/decision.ts';
import type { PartyRow } from './model.ts';

/** NEW_EXPOSURE is refused with a suspended organisation; GOES_ON is not. */
export type Side = 'NEW_EXPOSURE' | 'GOES_ON';

/** The side of every kind of act; a new kind does not compile before it has one. */
export const sides: Readonly<Record<KindName, Side>> = {
  'party.register': 'NEW_EXPOSURE',
  'party.suspend': 'GOES_ON',
  'party.reinstate': 'GOES_ON',
  'person.appoint': 'GOES_ON',
  'mandate.grant': 'GOES_ON',
  'mandate.revoke': 'GOES_ON',
  'key.register': 'GOES_ON',
  'key.revoke': 'GOES_ON',
  'programme.open': 'NEW_EXPOSURE',
  'programme.amend': 'GOES_ON',
  'programme.admit': 'NEW_EXPOSURE',
  'calendar.publish': 'GOES_ON',
  'account.open': 'GOES_ON',
  'account.change': 'GOES_ON',
  'account.approve': 'GOES_ON',
  'account.retract': 'GOES_ON',
  'clock.set': 'GOES_ON',
  'clock.tick': 'GOES_ON',
  'invoice.submit': 'NEW_EXPOSURE',
  'invoice.withdraw': 'GOES_ON',
  'invoice.query': 'GOES_ON',
  'invoice.answer': 'GOES_ON',
  'invoice.propose': 'NEW_EXPOSURE',
  'invoice.return': 'GOES_ON',
  'invoice.confirm': 'NEW_EXPOSURE',
  'invoice.refuse': 'GOES_ON',
  'match.review': 'GOES_ON',
  'invoice.expire': 'GOES_ON',
  'dispute.raise': 'GOES_ON',
  'dispute.answer': 'GOES_ON',
  'dispute.accept': 'GOES_ON',
  'dispute.reject': 'GOES_ON',
  'dispute.settle': 'GOES_ON',
  'dispute.close': 'GOES_ON',
  'credit.issue': 'GOES_ON',
  'credit.acknowledge': 'GOES_ON',
  'credit.apply': 'GOES_ON',
  // The promise was made before; its certificate only follows.
  'certificate.issue': 'GOES_ON',
  'certificate.accept': 'GOES_ON',
  'certificate.decline': 'GOES_ON',
  'certificate.split': 'GOES_ON',
  'certificate.transfer': 'NEW_EXPOSURE',
  'certificate.receive': 'NEW_EXPOSURE',
  'certificate.reject': 'GOES_ON',
  'certificate.lapse': 'GOES_ON',
  'certificate.due': 'GOES_ON',
  'certificate.overdue': 'GOES_ON',
  'certificate.default': 'GOES_ON',
  'recourse.call': 'GOES_ON',
  'asset.provide': 'GOES_ON',
  'writeoff.propose': 'GOES_ON',
  'writeoff.approve': 'GOES_ON',
  'shipment.assign': 'GOES_ON',
  'delivery.record': 'GOES_ON',
  // Raising a limit; a bank may always lower it. A proposal alone takes on nothing.
  'limit.propose': 'GOES_ON',
  'limit.approve': 'NEW_EXPOSURE',
  'finance.request': 'NEW_EXPOSURE',
  'quote.submit': 'NEW_EXPOSURE',
  'quote.withdraw': 'GOES_ON',
  'finance.close': 'GOES_ON',
  'finance.withdraw': 'GOES_ON',
  'finance.expire': 'GOES_ON',
  'quote.choose': 'NEW_EXPOSURE',
  'finance.propose': 'NEW_EXPOSURE',
  'finance.return': 'GOES_ON',
  'finance.approve': 'NEW_EXPOSURE',
  'finance.decline': 'GOES_ON',
  'finance.fail': 'GOES_ON',
  'statement.import': 'GOES_ON',
  'payment.fund': 'GOES_ON',
  'payment.redeem': 'GOES_ON',
  'payment.park': 'GOES_ON',
  'line.assign': 'GOES_ON',
  'line.confirm': 'GOES_ON',
  'line.return': 'GOES_ON',
  'line.refund': 'GOES_ON',
  'line.dismiss': 'GOES_ON',
  'instruction.propose': 'GOES_ON',
  'instruction.approve': 'GOES_ON',
  'instruction.cancel': 'GOES_ON',
  'instruction.send': 'GOES_ON',
  'instruction.reject': 'GOES_ON',
  'validator.admit': 'GOES_ON',
  'validator.remove': 'GOES_ON',
  'validator.weigh': 'GOES_ON',
  'parameter.set': 'GOES_ON',
  'log.rotate': 'GOES_ON',
  'change.cancel': 'GOES_ON',
  'validator.ready': 'GOES_ON',
  'change.approve': 'GOES_ON',
};

/** Of those who would take on something new, by their part in it, the first that is suspended. */
export function suspendedBarrier(
  parts: readonly (readonly [part: string, party: PartyRow])[],
): Refusal | null {
  const found = parts.find(([, party]) => party.state === 'SUSPENDED');
  if (found === undefined) return null;
  const [part, { name }] = found;
  return refuse('PARTY_SUSPENDED', 'Nothing new is begun with a suspended organisation.', {
    path: part,
    seen: `${name} is suspended`,
    expected: 'an organisation that is active',
    help: 'What was promised before goes on. Ask the operator of the network why it was suspended.',
  });
}

/** The operator or the governor stops new business with an organisation. Again: nothing changes. */
export function suspend(act: Act<'party.suspend'>, acting: PartyRow, target: PartyRow): Decision {
  const wrong = maySuspend(acting) ?? reasonProblem(act.body.reason);
  if (wrong !== null) return wrong;
  if (acting.id === target.id) {
    return refuse('SUSPENDS_ITSELF', 'The operator cannot be suspended by itself.', {
      path: 'suspended',
      seen: target.name,
      expected: 'another organisation',
    });
  }
  return moved(target, 'SUSPENDED');
}

/** New business with it is possible again. Again: nothing changes. */
export function reinstate(
  act: Act<'party.reinstate'>,
  acting: PartyRow,
  target: PartyRow,
): Decision {
  return maySuspend(acting) ?? reasonProblem(act.body.reason) ?? moved(target, 'ACTIVE');
}

function moved(target: PartyRow, state: PartyRow['state']): Decision {
  const changes = target.state === state ? [] : [update('party', target, { state })];
  return accept(target.id, changes, { readers: [target.id] });
}

function maySuspend({ roles }: PartyRow): Refusal | null {
  if (roles.includes('OPERATOR') || roles.includes('GOVERNOR')) return null;
  return refuse('MAY_NOT_SUSPEND', 'Only the operator of the network suspends an organisation.', {
    seen: roles.join(', '),
    expected: 'OPERATOR or GOVERNOR',
    help: 'Ask the operator of the network.',
  });
}

const reasonMax = 1_000;

function reasonProblem(reason: string): Refusal | null {
  const length = reason.trim().length;
  if (length > 0 && length <= reasonMax) return null;
  return refuse('REASON_REQUIRED', 'Whoever suspends or reinstates says why.', {
    path: 'reason',
    seen: `${length} characters`,
    expected: `1 to ${reasonMax} characters`,
    help: 'Say why; the organisation reads it.',
  });
}
