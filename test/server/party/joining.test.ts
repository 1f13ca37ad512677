/** Organisations join, are set up, and from then on speak for themselves. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type InputOf, type KindName, verifyPack } from '../../../chain/src/verify.ts';
import { type SeededParty, seeder } from '../../../prisma/seed.ts';
import { type TestWorld, testWorld } from '../../support/world.ts';

const registerParty = `mutation ($input: RegisterPartyInput!) { registerParty(input: $input) {
  ... on RegisterPartySuccess { status party { id name } act { id anchor { status height index timeToFinalityMs proof } } }
  ... on Refusal { code path seen expected } } }`;

type Answer = {
  readonly registerParty: {
    readonly party: { readonly id: string };
    readonly act: { readonly anchor: { readonly proof: string } };
  };
};

let world: TestWorld;
beforeAll(async () => {
  world = await testWorld();
});
afterAll(() => world.stop());

function newParty(number: string, key: string, wait = true) {
  return {
    input: {
      name: 'Aurora Motors',
      country: 'CN',
      scheme: 'USCC',
      number,
      numberMadeUp: true,
      roles: ['CORE'],
      sponsor: null,
      idempotencyKey: key,
      wait,
    },
  };
}

describe('an organisation joins', () => {
  it('is registered by the governor, final at once, with a proof that verifies offline', async () => {
    const { registerParty: answer } = await world.ask<Answer>(
      world.governor,
      registerParty,
      newParty('N-1', 'k1'),
    );

    expect(answer).toMatchObject({ status: 'FINAL', party: { name: 'Aurora Motors' } });
    const verdict = verifyPack(answer.act.anchor.proof, await world.foundation.chain.anchor());
    expect(verdict).toMatchObject({ ok: true, outcome: 'proven' });
  });

  it('gets the same answer for the same request sent again', async () => {
    const [first, second] = await Promise.all([
      world.ask<Answer>(world.governor, registerParty, newParty('N-2', 'k2', false)),
      world.ask<Answer>(world.governor, registerParty, newParty('N-2', 'k2', false)),
    ]);

    expect(first.registerParty.party.id).toBe(second.registerParty.party.id);
  });

  it('is refused when its registration takes part already', async () => {
    await world.ask(world.governor, registerParty, newParty('N-3', 'k3'));

    const again = await world.ask<Answer>(world.governor, registerParty, newParty('N-3', 'k3b'));

    expect(again.registerParty).toMatchObject({ code: 'PARTY_KNOWN', path: 'number' });
  });

  it('is refused when its registration takes part already, written in another way', async () => {
    await world.ask(world.governor, registerParty, newParty('N-44 b', 'k44'));

    const again = await world.ask<Answer>(world.governor, registerParty, newParty('n44B', 'k44b'));

    expect(again.registerParty).toMatchObject({ code: 'PARTY_KNOWN', path: 'number' });
  });

  it('is refused when its number does not hold, and is registered with the one that does', async () => {
    const real = (number: string, key: string) => {
      const { input } = newParty(number, key);
      return { input: { ...input, numberMadeUp: false } };
    };
    const register = async (number: string, key: string) =>
      (await world.ask<Answer>(world.governor, registerParty, real(number, key))).registerParty;

    expect(await register('91330100799655058C', 'k45')).toMatchObject({
      ...{ code: 'TAX_ID_CHECKSUM', path: 'number', seen: 'C' },
      expected: 'the check character B',
    });
    expect(await register('91330100799655058B', 'k46')).toMatchObject({ status: 'FINAL' });
  });

  it('leaves rows that the audit derives again from the acts alone', async () => {
    const report = await world.audit();

    expect(report.differences).toEqual([]);
    expect(report.acts).toBeGreaterThanOrEqual(3);
  });
});

describe('a supplier that a core enterprise brings in', () => {
  it('is set up by it until it has a key of its own, and from then on by itself', async () => {
    const { party } = seeder(world.app, world.sessions);
    const organisation = { country: 'CN', scheme: 'USCC', numberMadeUp: true, roles: ['CORE'] };
    const person = (login: string) => ({ name: login, role: 'admin', login, mandates: [] });
    const core = await party({
      ...{ ...organisation, name: 'Zenith', number: 'ZENITH', people: [person('zenith')] },
    });
    const rival = await party({
      ...{ ...organisation, name: 'Apex', number: 'APEX', people: [person('apex')] },
    });
    let keys = 0;
    async function act<N extends KindName>(by: SeededParty, kind: N, input: InputOf<N>) {
      const [actor] = by.people.values();
      if (actor === undefined) throw new Error('it has an administrator');
      keys += 1;
      const idempotencyKey = `sponsor-${keys}`;
      const done = await world.app.acts.perform({
        kind,
        input,
        actor,
        idempotencyKey,
        envelope: null,
      });
      return done.kind === 'done' ? done.subject : done.code;
    }
    const supplier = await act(core, 'party.register', {
      ...{ name: 'New supplier', country: 'CN', scheme: 'USCC', number: 'NEW', numberMadeUp: true },
      ...{ roles: ['SUPPLIER'], sponsor: core.id },
    });
    const holder = await act(core, 'person.appoint', {
      ...{ employer: supplier, name: 'Nora', role: 'owner' },
    });
    const keyOf = (publicKey: Uint8Array) => ({
      ...{ owner: supplier, ownerName: 'New supplier', holder, holderName: 'Nora', publicKey },
      ...{ custody: 'custodial', label: 'held by the platform' },
    });
    const first = await world.app.prepareCustodialKey(holder);
    const second = await world.app.prepareCustodialKey(holder);

    await expect(act(rival, 'key.register', keyOf(first))).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    expect(await act(core, 'key.register', keyOf(first))).toMatch(/^[0-9a-f]{32}$/);
    expect(await act(core, 'key.register', keyOf(second))).toBe('NOT_YOUR_ORGANISATION');
    expect((await world.audit()).differences).toEqual([]);
  });
});

describe('a person is appointed', () => {
  const appoint = (login: string, password: string, name = 'Ada') =>
    world.ask<{ appointPerson: { code?: string; person?: { id: string } } }>(
      world.governor,
      `mutation ($input: AppointPersonInput!) { appointPerson(input: $input) {
        ... on AppointPersonSuccess { person { id } } ... on Refusal { code path seen expected } } }`,
      {
        input: {
          ...{ employer: 'pty_operator', name, role: 'clerk', login, password },
          idempotencyKey: `${login}-${name}`,
        },
      },
    );

  it('with a login that is free and a password that is long enough', async () => {
    const { appointPerson } = await appoint('ada', 'long-enough');

    expect(appointPerson.person?.id).toMatch(/^per_/);
  });

  it('again by the same request, which changes nothing', async () => {
    const first = await appoint('bob', 'long-enough', 'Bob');
    const second = await appoint('bob', 'long-enough', 'Bob');

    expect(second).toEqual(first);
  });

  it('never with the login of somebody else, and no act is left behind', async () => {
    const before = await world.audit();
    const taken = await appoint('ada', 'long-enough', 'Eve');
    const short = await appoint('eve', 'short', 'Eve');
    const after = await world.audit();

    expect(taken.appointPerson).toMatchObject({ code: 'LOGIN_TAKEN', path: 'login', seen: 'ada' });
    expect(short.appointPerson).toMatchObject({ code: 'PASSWORD_LENGTH', seen: '5 characters' });
    expect(after.acts).toBe(before.acts);
  });
});
