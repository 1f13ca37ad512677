/** Governing the network by GraphQL: a validator joins, a change is taken back, and what the chain refuses is said. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parameterNames } from '../../../chain/src/act/kind.ts';
import { fromHex, verifyPack } from '../../../chain/src/verify.ts';
import { proofPack } from '../../../server/src/audit/proof.ts';
import { type TestWorld, testWorld } from '../../support/world.ts';

let world: TestWorld;

beforeAll(async () => {
  world = await testWorld('2026-01-15', { timeLockMs: 0 });
});
afterAll(() => world.stop());

type Network = {
  readonly epoch: string;
  readonly stage: number;
  readonly members: readonly { readonly name: string; readonly stake: string }[];
  readonly pending: readonly {
    readonly change: string;
    readonly operation: string;
    readonly validator: string | null;
    readonly ready: boolean;
  }[];
};

async function network(): Promise<Network> {
  const { network: seen } = await world.ask<{ network: Network }>(
    world.governor,
    `{ network { epoch stage members { name stake } pending { change operation validator ready }
         parameters { name value } unbonding { name } accused slashedStake firstHeight
         evidence { name rule height } } }`,
  );
  return seen;
}

let keys = 0;
/** Carries an act out as the governor and waits for the chain; answers its status or the refusal's code. */
async function act(mutation: string, input: Readonly<Record<string, unknown>>) {
  const type = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}`;
  keys += 1;
  const answer = await world.ask<
    Record<string, { status?: string; code?: string; seen?: string; act?: { id: string } }>
  >(
    world.governor,
    `mutation ($input: ${type}Input!) { ${mutation}(input: $input) {
       ... on ${type}Success { status act { id } } ... on Refusal { code seen path } } }`,
    { input: { ...input, idempotencyKey: `act-${keys}`, wait: true } },
  );
  const result = answer[mutation];
  if (result === undefined) throw new Error('the mutation answers');
  return {
    said: result.status ?? result.code ?? '',
    seen: result.seen,
    hash: result.act?.id.replace('act_', ''),
  };
}

async function prepared(name: string) {
  const answer = await world.ask<{
    prepareValidator: { consensusKey: string; cosignerKey: string };
  }>(
    world.governor,
    `mutation ($name: String!) { prepareValidator(name: $name) {
       ... on ValidatorKeys { consensusKey cosignerKey } ... on Refusal { code message } } }`,
    { name },
  );
  return answer.prepareValidator;
}

const validator = (name: string, stake = '1') => ({
  ...{ name, organisation: 'Organisation E', operator: 'Test network', stake },
});

describe('a validator', () => {
  it('joins when the governor proposed it and it has said that it is ready; proofs cross the epoch', async () => {
    const admitted = await act('admitValidator', {
      ...validator('validator-e'),
      ...(await prepared('validator-e')),
    });
    expect(admitted.said).toBe('FINAL');
    const waiting = await network();
    expect(waiting).toMatchObject({ epoch: '1', stage: 0 });
    expect(waiting.pending).toMatchObject([
      { operation: 'admit', validator: 'validator-e', ready: false },
    ]);
    const [{ change } = { change: '' }] = waiting.pending;

    const { signReadiness } = await world.ask<{ signReadiness: Record<string, string> }>(
      world.governor,
      `mutation ($change: Bytes!) { signReadiness(name: "validator-e", change: $change) {
         ... on ValidatorSignatures { consensusSignature cosignerSignature } } }`,
      { change },
    );
    expect((await act('confirmReadiness', { change, ...signReadiness })).said).toBe('FINAL');
    await expect.poll(async () => (await network()).epoch).toBe('2');
    expect((await network()).members.map(({ name }) => name)).toContain('validator-e');
    const { validators } = world.foundation.chain.status();
    expect(validators.find(({ name }) => name === 'validator-e')).toMatchObject({ running: true });

    const after = await act('setParameter', {
      ...{ parameter: 'slashBps', value: '2000', reason: 'Agreed on Monday' },
    });
    expect(after.said).toBe('FINAL');
    await expect.poll(async () => (await network()).epoch).toBe('3');
    const anchor = await world.foundation.chain.anchor();
    for (const hash of [admitted.hash, after.hash]) {
      const octets = fromHex(hash ?? '') ?? new Uint8Array();
      const pack = await proofPack(world.database.pool, world.foundation.chain, octets);
      const verdict = verifyPack(pack ?? '', anchor);
      expect(verdict.steps.filter(({ ok }) => !ok)).toEqual([]);
    }
  });

  it('does not join when the proposal is taken back', async () => {
    await act('admitValidator', {
      ...validator('validator-f'),
      ...(await prepared('validator-f')),
    });
    const [{ change } = { change: '' }] = (await network()).pending;

    const cancelled = await act('cancelChange', { change, reason: 'Not yet' });
    const again = await act('cancelChange', { change, reason: 'Not yet' });

    expect([cancelled.said, again.said]).toEqual(['FINAL', 'CHANGE_MISSING']);
    expect((await network()).pending).toEqual([]);
  });
});

describe('the key of the log', () => {
  it('is changed by the governor, from the next epoch on; proofs from before stay good', async () => {
    const { chain } = world.foundation;
    const anchor = await chain.anchor();
    const early = await act('setParameter', {
      ...{ parameter: 'slashBps', value: '1500', reason: 'Agreed on Tuesday' },
    });
    const packOf = async (hash: string | undefined) =>
      (await proofPack(world.database.pool, chain, fromHex(hash ?? '') ?? new Uint8Array())) ?? '';
    const before = await packOf(early.hash);
    const { epoch } = await network();
    const { prepareLogKey: offer } = await world.ask<{ prepareLogKey: Record<string, string> }>(
      world.governor,
      `mutation { prepareLogKey { ... on LogKeyOffer { logKey signature } } }`,
    );
    const weak = { ...offer, signature: Buffer.alloc(64).toString('base64url') };

    expect((await act('rotateLogKey', { ...weak, reason: 'A try' })).said).toBe('LOG_KEY_INVALID');
    const rotated = await act('rotateLogKey', { ...offer, reason: 'The year is over' });
    expect(rotated.said).toBe('FINAL');
    await expect.poll(async () => Number((await network()).epoch)).toBeGreaterThan(Number(epoch));
    const { network: seen } = await world.ask<{ network: { logKey: string } }>(
      world.governor,
      '{ network { logKey } }',
    );
    expect(seen.logKey).toBe(offer.logKey);
    const again = await act('rotateLogKey', { ...offer, reason: 'Twice' });
    expect(again.said).toBe('LOG_KEY_TAKEN');
    for (const pack of [before, await packOf(early.hash), await packOf(rotated.hash)]) {
      expect(verifyPack(pack, anchor).outcome).toBe('proven');
    }
  });
});

describe('what may not be', () => {
  it('is refused by the chain with the name of the rule', async () => {
    const other = { ...validator('validator-g', '2'), ...(await prepared('validator-g')) };

    expect((await act('admitValidator', other)).said).toBe('STAKE_UNEQUAL');
    const gone = { name: 'nobody', reason: 'Gone' };
    expect((await act('removeValidator', gone)).said).toBe('MEMBER_MISSING');
    const heavy = { name: 'validator-a', stake: '5', reason: 'More' };
    expect((await act('weighValidator', heavy)).said).toBe('STAKE_UNEQUAL');
    expect((await network()).pending).toEqual([]);
  });

  it('is refused at the door when it has no form', async () => {
    const set = (parameter: string, value: string) =>
      act('setParameter', { parameter, value, reason: 'A try' });

    expect(await set('colour', '1')).toMatchObject({ said: 'BAD_INPUT', seen: 'colour' });
    expect(await set('stage', '-1')).toMatchObject({ said: 'BAD_INPUT', seen: '-1' });
    const change = Buffer.from('short').toString('base64url');
    expect(await act('cancelChange', { change, reason: 'A try' })).toMatchObject({
      said: 'BAD_INPUT',
      seen: '5 octets',
    });
    const weak = Buffer.alloc(32).toString('base64url');
    const keysOf = { consensusKey: weak, cosignerKey: weak };
    expect((await act('admitValidator', { ...validator('weak'), ...keysOf })).said).toBe(
      'KEY_NOT_ADMITTED',
    );
  });

  it('is refused as well when only the context of such an act is asked for', async () => {
    const contextOf = async (parameter: string) => {
      const { actContext } = await world.ask<{ actContext: Record<string, string> }>(
        world.governor,
        `query ($input: ActContextInput!) { actContext(input: $input) {
           __typename ... on Refusal { code path seen expected } } }`,
        {
          input: {
            kind: 'parameter.set',
            input: JSON.stringify({ parameter, value: '1', reason: 'A try' }),
          },
        },
      );
      return actContext;
    };

    expect(await contextOf('colour')).toEqual({
      ...{ __typename: 'Refusal', code: 'BAD_INPUT', path: 'parameter', seen: 'colour' },
      expected: parameterNames.join(', '),
    });
    expect(await contextOf('slashBps')).toEqual({ __typename: 'ActContext' });
  });

  it('leaves nothing that the audit does not find again', async () => {
    expect((await world.audit()).differences).toEqual([]);
  });
});
