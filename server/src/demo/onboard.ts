/** Brings organisations and their people into a demo world, by GraphQL, as a governor would. */
import { type ActClient, type Json, signedInClient } from './client.ts';

export type Role = 'CORE' | 'SUPPLIER' | 'BANK' | 'CARRIER' | 'AUDITOR';

export type NewPerson = {
  readonly login: string;
  readonly name: string;
  readonly role: string;
  /** Actions with the most that one act may promise; null: no limit. */
  readonly mandates: readonly (readonly [action: string, limit: Json | null])[];
};

export type NewParty = {
  readonly name: string;
  readonly country: string;
  readonly scheme: string;
  readonly number: string;
  readonly numberMadeUp: boolean;
  readonly role: Role;
  readonly people: readonly NewPerson[];
};

export type Member = {
  readonly id: string;
  readonly name: string;
  readonly account: string;
  readonly accountNumber: string;
  /** One signing client a person, in the order of `people`. */
  readonly clients: readonly ActClient[];
};

const password = 'demo-password';
const validity = { validFrom: '1970-01-01', validTo: '2199-12-31' };

/**
 * Registers the organisation and its administrator as the governor; the administrator does the rest.
 * Everybody then enrols a key of their own, so that from here on no custodial key signs.
 */
export async function onboard(url: string, governor: ActClient, seed: NewParty): Promise<Member> {
  const { name, country, scheme, number, numberMadeUp, role } = seed;
  const { party } = await governor.act<{ party: { id: string } }>(
    'registerParty',
    'party.register',
    { name, country, scheme, number, numberMadeUp, roles: [role], sponsor: null },
    { select: 'party { id }' },
  );
  const clients: ActClient[] = [];
  for (const [order, person] of seed.people.entries()) {
    const by = clients[0] ?? governor;
    const mandates =
      order === 0 ? [['party.admin', null] as const, ...person.mandates] : person.mandates;
    clients.push(await appoint(url, by, { id: party.id, name }, { ...person, mandates }));
  }
  const [admin] = clients;
  if (admin === undefined) throw new Error(`${name} has an administrator`);
  const accountNumber = `DEMO-${party.id.slice(-12).toUpperCase()}`;
  const { account } = await admin.act<{ account: { id: string } }>(
    'openAccount',
    'account.open',
    {
      ...{ owner: party.id, scheme: 'OTHER', identifier: accountNumber, holderName: name },
      ...{ currency: null, servicer: null },
    },
    { select: 'account { id }' },
  );
  return { id: party.id, name, account: account.id, accountNumber, clients };
}

async function appoint(
  url: string,
  by: ActClient,
  party: { readonly id: string; readonly name: string },
  { login, name, role, mandates }: NewPerson,
): Promise<ActClient> {
  const { person } = await by.act<{ person: { id: string } }>(
    'appointPerson',
    'person.appoint',
    { employer: party.id, name, role },
    { select: 'person { id }', beside: { login, password } },
  );
  for (const [action, limit] of mandates) {
    await by.act('grantMandate', 'mandate.grant', {
      holder: person.id,
      action,
      limit,
      ...validity,
    });
  }
  const { prepareCustodialKey } = await by.query<{ prepareCustodialKey: string }>(
    'mutation ($holder: ID!) { prepareCustodialKey(holder: $holder) }',
    { holder: person.id },
  );
  await by.act('registerKey', 'key.register', {
    ...{ owner: party.id, ownerName: party.name, holder: person.id, holderName: name },
    ...{ publicKey: prepareCustodialKey, custody: 'custodial', label: 'held by the platform' },
  });
  const client = await signedInClient(url, login, password);
  await client.enrol('demo program');
  return client;
}
