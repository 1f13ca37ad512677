import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CutWorld, cutWorld, type Life, type Trial } from '../../support/cut-world.ts';

let world: CutWorld;
let trial: Trial;
let life: Life | null = null;
beforeAll(async () => {
  world = await cutWorld();
  trial = await world.trial();
});
afterAll(async () => {
  await life?.end();
  await trial.drop();
  await world.drop();
});

const validity = { validFrom: '2000-01-01', validTo: '2099-12-31' };

/** A colleague who may do what the administrator may, with a key that the platform holds. */
async function newColleague({ app }: Life) {
  const [admin] = world.core.people.values();
  if (admin === undefined) throw new Error('there is an administrator');
  const { party } = admin;
  const by = { actor: admin, envelope: null } as const;
  const appointed = await app.acts.perform({
    ...{ ...by, kind: 'person.appoint', idempotencyKey: 'colleague' },
    input: { employer: party, name: 'Cor', role: 'clerk' },
  });
  if (appointed.kind !== 'done') throw new Error(appointed.message);
  const person = appointed.subject;
  await app.acts.perform({
    ...{ ...by, kind: 'mandate.grant', idempotencyKey: 'mandate' },
    input: { holder: person, action: 'party.admin', limit: null, ...validity },
  });
  const publicKey = await app.prepareCustodialKey(person);
  await app.acts.perform({
    ...{ ...by, kind: 'key.register', idempotencyKey: 'key' },
    input: {
      ...{ owner: party, ownerName: 'Core', holder: person, holderName: 'Cor', publicKey },
      ...{ custody: 'custodial', label: 'held by the platform' },
    },
  });
  return { party, person };
}

describe('anchoring after a crash', () => {
  it('sends what was left behind before what builds on it', async () => {
    const before = await trial.start();
    for (const name of ['validator-a', 'validator-b'])
      await before.foundation.chain.stopValidator(name);
    const colleague = await newColleague(before);
    expect(before.app.anchoring.waiting()).toBe(3);
    await before.end();
    trial.disk.kill();

    // The chain does not know the key yet with which the first act of the new life is signed.
    life = await trial.start();
    const done = await life.app.acts.perform({
      ...{ kind: 'person.appoint', actor: colleague, idempotencyKey: 'first', envelope: null },
      input: { employer: colleague.party, name: 'Dee', role: 'clerk' },
    });
    if (done.kind !== 'done') throw new Error(done.message);
    const settled = await life.app.anchoring.settled(done.actHash, 5_000);

    expect(life.failures).toEqual([]);
    expect(settled).toMatchObject({ status: 'FINAL' });
    expect((await life.audit()).differences).toEqual([]);
  });
});
