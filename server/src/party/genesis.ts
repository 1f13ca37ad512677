/**
 * The rows that stand before the first act: the operator, its governor, their key and the automation's
 * key, all from the genesis of the chain. The audit starts its fold with the same rows.
 */
import { type Change, type Grant, insert } from '../kernel/change.ts';
import { registrationKey } from '../kernel/registration.ts';
import type { BusinessDate, Moment } from '../kernel/time.ts';
import { dateIn } from '../kernel/zone.ts';
import { businessClockId, type ClockMode, mandateActions, operatorId } from './model.ts';

export type GenesisFacts = {
  readonly operatorName: string;
  readonly country: string;
  readonly governorName: string;
  /** Hex pseudonyms and public keys, as in the genesis of the chain. */
  readonly governorKey: { readonly id: string; readonly publicKey: Uint8Array };
  readonly automationKey: { readonly id: string; readonly publicKey: Uint8Array };
  /** The first business day; a REAL clock begins with the day of `createdMs`. */
  readonly businessDate: BusinessDate;
  readonly zone: string;
  readonly clock: ClockMode;
  readonly createdMs: Moment;
};

export const governorId = 'man_governor';

export function genesisRows(facts: GenesisFacts): {
  readonly changes: readonly Change[];
  readonly grants: readonly Grant[];
} {
  const { createdMs } = facts;
  const realDate = dateIn(createdMs, facts.zone);
  const own = (object: string, type: string): Grant => ({
    reader: operatorId,
    object,
    type,
    level: 'F',
    sinceMs: createdMs,
  });
  const key = (custody: string, { id, publicKey }: GenesisFacts['governorKey']) =>
    insert('signing_key', {
      id,
      version: 1,
      party: operatorId,
      person: custody === 'operator' ? governorId : null,
      publicKey,
      custody,
      label: custody === 'operator' ? 'genesis' : 'automation',
      holderName: custody === 'operator' ? facts.governorName : 'Automation',
      ownerName: facts.operatorName,
      revoked: false,
      seq: 0n,
      lastAct: null,
      createdMs,
    });
  return {
    changes: [
      insert('business_clock', {
        id: businessClockId,
        version: 1,
        date: facts.clock === 'REAL' ? realDate : facts.businessDate,
        realDate,
        zone: facts.zone,
        mode: facts.clock,
      }),
      insert('party', {
        id: operatorId,
        version: 1,
        name: facts.operatorName,
        country: facts.country,
        scheme: 'NETWORK',
        number: 'operator',
        registrationKey: registrationKey({ scheme: 'NETWORK', number: 'operator' }),
        numberMadeUp: false,
        roles: ['OPERATOR', 'GOVERNOR'],
        sponsor: null,
        state: 'ACTIVE',
        createdMs,
      }),
      insert('person', {
        id: governorId,
        version: 1,
        party: operatorId,
        name: facts.governorName,
        role: 'governor',
        createdMs,
      }),
      insert('mandate', {
        id: 'mdt_governor',
        version: 1,
        party: operatorId,
        holder: governorId,
        action: mandateActions[0],
        limitMinor: null,
        limitCurrency: null,
        validFromDate: '1970-01-01',
        validToDate: '2199-12-31',
        revoked: false,
        createdMs,
      }),
      key('operator', facts.governorKey),
      key('automation', facts.automationKey),
    ],
    grants: [
      own(operatorId, 'Party'),
      own(governorId, 'Person'),
      own('mdt_governor', 'Mandate'),
      own(facts.governorKey.id, 'Key'),
      own(facts.automationKey.id, 'Key'),
    ],
  };
}
