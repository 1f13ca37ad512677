/** What anyone may ask the chain by GraphQL, signed in or not, and verify without us. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { channelOf, keyIdOf } from '../../../chain/src/act/act.ts';
import { base64url, sha256, utf8 } from '../../../chain/src/crypto/digest.ts';
import { parseHandovers } from '../../../chain/src/log/proof-files.ts';
import { parseAnchor, verifyFile } from '../../../chain/src/verify.ts';
import { type TestWorld, testWorld } from '../../support/world.ts';

const asked = `query ($type: StateType!, $id: Bytes!) {
  chain { stateProof(type: $type, id: $id) anchorFile handoversFile } }`;
type Answer = {
  readonly chain: {
    readonly stateProof: string | null;
    readonly anchorFile: string;
    readonly handoversFile: string;
  };
};

let world: TestWorld;
beforeAll(async () => {
  world = await testWorld();
});
afterAll(() => world.stop());

/** A stranger asks, and judges the answer with the anchor. */
async function state(type: string, id: Uint8Array) {
  const { chain } = await world.ask<Answer>(null, asked, { type, id: base64url(id) });
  const { stateProof, anchorFile } = chain;
  return stateProof === null ? null : verifyFile(stateProof, parseAnchor(anchorFile));
}

describe('a stranger asks for the state', () => {
  it('and gets a proof of what is not there, as of the newest block, once there is one', async () => {
    const unknown = sha256(utf8('an invoice that nobody handed in'));
    const before = await state('FINGERPRINT', unknown);
    await world.ask(
      world.governor,
      `mutation ($input: RegisterPartyInput!) { registerParty(input: $input) { __typename } }`,
      {
        input: {
          ...{ name: 'Aurora Motors', country: 'CN', scheme: 'USCC', number: 'N-1' },
          ...{ numberMadeUp: true, roles: ['CORE'], sponsor: null },
          ...{ idempotencyKey: 'k1', wait: true },
        },
      },
    );

    const verdict = await state('FINGERPRINT', unknown);

    expect(before).toBeNull();
    expect(verdict).toMatchObject({
      ok: true,
      proven: {
        kind: 'state.fingerprint',
        height: world.foundation.chain.status().height,
        fields: { channel: 'hub', status: 'absent', financed: false },
      },
      trust: { validatorsSigned: 4 },
    });
  });

  it('and of what is there: a founding key is active', async () => {
    const { chain } = world.foundation;
    const { founders } = await chain.anchor();
    const [founder] = founders;
    if (founder === undefined) throw new Error('a chain has founders');
    const keyId = keyIdOf(channelOf(chain.chainId, 'hub'), founder.publicKey);

    expect(await state('KEY', keyId)).toMatchObject({
      ok: true,
      proven: { kind: 'state.key', fields: { status: 'active' } },
    });
  });

  it('and gets the way from the anchor to the validators of today', async () => {
    const { chain } = await world.ask<Answer>(null, asked, {
      ...{ type: 'NOTE', id: base64url(sha256()) },
    });

    expect(parseHandovers(chain.handoversFile)).toEqual(
      await world.foundation.chain.log.handovers(),
    );
  });
});
