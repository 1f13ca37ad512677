/** Many acts under one signature: each of them stands alone, in its own place, for its own input. */
import { ActError, type ActHeader } from '@tallystick/chain/src/act/act.ts';
import type { ActContext, Envelope } from '@tallystick/chain/src/act/sign.ts';
import { actFromEnvelope, signAct, signActs } from '@tallystick/chain/src/act/sign.ts';
import { sha256, utf8 } from '@tallystick/chain/src/crypto/digest.ts';
import type { Signer } from '@tallystick/chain/src/crypto/signature.ts';
import { keyIdOf } from '@tallystick/chain/src/verify.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chainId, channel, signerFrom } from '../../support/proofs.ts';

const signer = await signerFrom(1);
const keyId = keyIdOf(channel, signer.publicKey);
const first = { keyId, seq: 1n, previousAct: null, timeMs: 1_772_445_600_000n };
const context: ActContext = {
  ...{ chainId, channel, epoch: 1n, refs: [], facts: {} },
  ...{ party: 'pty_aurora', person: 'per_adam', mandate: null, businessDate: '2026-03-02' },
};
const confirmationOf = (order: number) => ({
  ...{ invoice: `inv_${order}`, proposal: `prp_${order}`, approved: [100n, 'CNY'] as const },
  ...{ dueDate: '2026-06-30', reason: null, statement: 'We promise.' },
});
const requestOf = (order: number) => ({
  kind: 'invoice.confirm' as const,
  input: confirmationOf(order),
  context,
  seed: sha256(utf8(`seed ${order}`)),
});
const requests = (count: number) => Array.from({ length: count }, (_, order) => requestOf(order));

describe('acts that are signed together', () => {
  it('stand in the sequence of their key one after the other', async () => {
    const signed = await signActs(requests(5), { ...first, seq: 8n, previousAct: chainId }, signer);

    const headers: readonly ActHeader[] = signed.map(({ act }) => act.header);
    expect(headers.map(({ seq }) => seq)).toEqual([8n, 9n, 10n, 11n, 12n]);
    expect(headers.map(({ previousAct }) => previousAct)).toEqual([
      chainId,
      ...signed.slice(0, -1).map(({ act }) => act.actHash),
    ]);
  });

  it('cost one signature, and each is accepted alone for its own input and no other', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 2, max: 70 }), async (count) => {
        let signatures = 0;
        const counting: Signer = {
          ...signer,
          sign: (message) => {
            signatures += 1;
            return signer.sign(message);
          },
        };

        const signed = await signActs(requests(count), first, counting);

        const verdicts = signed.map(({ envelope }, order) => [
          accepts(order, envelope),
          accepts((order + 1) % count, envelope),
        ]);
        expect(signatures).toBe(1);
        expect(verdicts).toEqual(Array.from({ length: count }, () => [true, false]));
      }),
      { numRuns: 8, seed: 20261123 },
    );
  });

  it('are not accepted by another key, nor one with the place of another in the batch', async () => {
    const stranger = await signerFrom(2);
    const [one, two] = await signActs(requests(2), first, signer);
    if (one === undefined || two === undefined) throw new Error('two acts are signed');
    const request = requestOf(0);

    expect(accepts(0, { ...one.envelope, signature: two.envelope.signature })).toBe(false);
    expect(actFromEnvelope(request, one.envelope, stranger.publicKey)).toBeUndefined();
  });

  it('of which there is one are signed as one act is', async () => {
    const { seed, ...request } = requestOf(0);

    const [only] = await signActs([requestOf(0)], first, signer);

    expect(only).toEqual(await signAct({ ...request, place: { ...first, seed } }, signer));
  });

  it('are refused when there is none, of two chains, or at the place of another key', async () => {
    const elsewhere = { ...requestOf(1), context: { ...context, chainId: channel } };

    await expect(signActs([], first, signer)).rejects.toThrow(ActError);
    await expect(signActs([requestOf(0), elsewhere], first, signer)).rejects.toThrow(ActError);
    await expect(signActs(requests(2), first, await signerFrom(2))).rejects.toThrow(ActError);
  });
});

function accepts(order: number, envelope: Envelope): boolean {
  const { seed: _seed, ...request } = requestOf(order);
  return actFromEnvelope(request, envelope, signer.publicKey) !== undefined;
}
