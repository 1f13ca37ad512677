/**
 * Fail closed: while the chain cannot be asked, no bank is led into a financing, and whoever was refused
 * has a signed receipt (edge 41, J7.6). Real chain, real validators stopped.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { base64, sha256, utf8 } from '../../../chain/src/crypto/digest.ts';
import { encodeRefusal, parseRefusal } from '../../../chain/src/log/refusal.ts';
import { verifyFile } from '../../../chain/src/verify.ts';
import { operatorId } from '../../../server/src/party/model.ts';
import { dedupeGuard, standstillMs } from '../../../server/src/platform/dedupe.ts';
import { keyring } from '../../../server/src/platform/keyring.ts';
import { purposeKey } from '../../../server/src/platform/seal.ts';
import { type TestWorld, testMasterKey, testWorld } from '../../support/world.ts';

let world: TestWorld;

beforeAll(async () => {
  world = await testWorld();
  // The first block: before it there is no checkpoint to show.
  await world.ask(
    world.governor,
    `mutation ($input: SetBusinessDateInput!) { setBusinessDate(input: $input) { ... on SetBusinessDateSuccess { status } } }`,
    { input: { date: '2026-01-16', idempotencyKey: 'day', wait: true } },
  );
});
afterAll(() => world.stop());

const approval = {
  ...{ request: 'frq_1', proposal: 'fpr_1', payTo: 'acc_1' },
  net: { amount: '98404.38', currency: 'EUR' },
  ...{ certificate: 'cer_1', invoice: 'inv_1' },
};
const approve = () =>
  world.raw(
    world.governor,
    `mutation ($input: ApproveFundingInput!) { answer: approveFunding(input: $input) {
      ... on Refusal { code seen help receipt } } }`,
    { input: { ...approval, idempotencyKey: 'approve' } },
  );

function guard(waitingMs: number) {
  const { pool } = world.database;
  return dedupeGuard({
    ...{ chain: world.foundation.chain, nowMs: () => 1_795_000_000_000n },
    anchoring: { oldestWaitingMs: () => waitingMs },
    keyring: keyring(pool, purposeKey(testMasterKey, 'custody')),
    automationKey: world.foundation.automationKey,
  });
}
const asked = { kind: 'finance.approve', input: approval, party: 'pty_bank' };

describe('an act that leads to a payment', () => {
  it('goes its way while the chain finalises acts', async () => {
    const { errors } = await approve();

    expect(errors?.[0]?.message).toMatch(/no such thing/);
    expect(await guard(standstillMs - 1)(asked)).toBeNull();
  });

  it('is refused when acts wait too long for their block, and others are not', async () => {
    expect(await guard(standstillMs)(asked)).toMatchObject({ code: 'DEDUPE_UNAVAILABLE' });
    expect(await guard(standstillMs)({ ...asked, kind: 'finance.propose' })).toBeNull();
  });

  it('B.9.41: is refused with a signed receipt when too few validators can be reached, until they are back', async () => {
    const { chain } = world.foundation;
    await chain.stopValidator('validator-b');
    expect(await guard(0)(asked)).toBeNull();
    await chain.stopValidator('validator-c');

    const { data } = await approve();

    const answer = data?.answer as { code: string; seen: string; receipt: string };
    expect(answer).toMatchObject({ code: 'DEDUPE_UNAVAILABLE' });
    expect(answer.seen).toMatch(/^2 of 4 of the validators/);
    expect(verifyFile(answer.receipt, await chain.anchor())).toMatchObject({
      ok: true,
      outcome: 'proven',
      proven: {
        ...{ kind: 'refusal', refusal: 'DEDUPE_UNAVAILABLE' },
        fields: {
          ...{ asked: 'finance.approve', party: operatorId, reached: '2 / 4' },
          requestDigest: base64(
            sha256(
              utf8(
                '["finance.approve",{"request":"frq_1","proposal":"fpr_1","net":{"amount":"98404.38","currency":"EUR"},"payTo":"acc_1","certificate":"cer_1","invoice":"inv_1"}]',
              ),
            ),
          ),
        },
      },
    });
    await chain.startValidator('validator-b');
    await chain.startValidator('validator-c');
    expect(await guard(0)(asked)).toBeNull();
  });
});

describe('a refusal receipt', () => {
  async function receipt(): Promise<string> {
    const refusal = await guard(standstillMs)(asked);
    return refusal?.receipt ?? '';
  }

  it('reads back, and fails in every line that somebody alters', async () => {
    const anchor = await world.foundation.chain.anchor();
    const text = await receipt();

    expect(encodeRefusal(parseRefusal(text))).toBe(text);
    expect(verifyFile(text, anchor).outcome).toBe('proven');
    const lines = text.split('\n');
    for (const [order, line] of lines.entries()) {
      if (line === '') continue;
      const at = line.length - 3;
      const other = line[at] === '1' ? '2' : '1';
      const altered = `${line.slice(0, at)}${other}${line.slice(at + 1)}`;
      const file = [...lines.slice(0, order), altered, ...lines.slice(order + 1)].join('\n');
      expect(`${line}: ${verifyFile(file, anchor).outcome}`).toBe(`${line}: failed`);
    }
  });

  it('says nothing without an anchor, nor by a key that is not of the automation', async () => {
    const anchor = await world.foundation.chain.anchor();
    const text = await receipt();
    const others = anchor.founders.map((each) => ({ ...each, custody: 'operator' as const }));

    expect(verifyFile(text).outcome).toBe('unanchored');
    expect(verifyFile(text, { ...anchor, founders: others })).toMatchObject({
      ok: false,
      failed: 'key',
    });
    expect(verifyFile(text, { ...anchor, chainId: new Uint8Array(32) })).toMatchObject({
      ok: false,
      failed: 'anchor',
    });
  });
});
