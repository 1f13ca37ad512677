/** Who may change who takes part. Pure. */
import { type Refusal, refuse } from '../kernel/decision.ts';
import type { PartyRow } from './model.ts';

/**
 * The operator and the sponsor may set a party up until that party has a key of its own; from then on
 * only itself.
 */
export function maySetUp(
  acting: PartyRow,
  target: Pick<PartyRow, 'id' | 'sponsor'>,
  targetHasKey: boolean,
): Refusal | null {
  if (acting.id === target.id) return null;
  const bringsIn = acting.roles.includes('OPERATOR') || target.sponsor === acting.id;
  if (bringsIn && !targetHasKey) return null;
  return refuse('NOT_YOUR_ORGANISATION', 'Only the organisation itself may do this.', {
    seen: acting.name,
    expected: 'a person of the organisation, or its sponsor before its first key',
    help: 'Ask the administrator of that organisation.',
  });
}

/** Calendars are the same for everyone, so one organisation publishes them. */
export function mayPublish(acting: PartyRow): Refusal | null {
  if (acting.roles.includes('OPERATOR') || acting.roles.includes('GOVERNOR')) return null;
  return refuse('NOT_THE_OPERATOR', 'Only the operator of the network publishes calendars.', {
    seen: acting.roles.join(', '),
    expected: 'OPERATOR',
    help: 'Ask the operator of the network.',
  });
}

/** The operator registers anyone; a core enterprise brings in its own suppliers and carriers. */
export function mayRegister(
  acting: PartyRow,
  roles: readonly string[],
  sponsor: string | null,
): Refusal | null {
  if (acting.roles.includes('OPERATOR')) return null;
  if (sponsor !== null && sponsor !== acting.id) {
    return refuse('SPONSOR_NOT_ACTING', 'You bring in an organisation for yourself only.', {
      path: 'sponsor',
      seen: 'another organisation',
      expected: acting.name,
      help: 'Name your own organisation as the sponsor.',
    });
  }
  const sponsored = roles.every((role) => role === 'SUPPLIER' || role === 'CARRIER');
  if (acting.roles.includes('CORE') && sponsored) return null;
  return refuse('MAY_NOT_REGISTER', 'You may not bring in an organisation with these roles.', {
    path: 'roles',
    seen: roles.join(', '),
    expected: acting.roles.includes('CORE') ? 'SUPPLIER or CARRIER' : 'the operator registers',
    help: 'Ask the operator of the network.',
  });
}
