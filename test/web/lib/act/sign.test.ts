/**
 * Signing on the device with a real key: the server's own function accepts what was signed, and
 * nothing else; a context that disagrees gives no signature at all.
 */
import {
  actFromEnvelope,
  base64url,
  bodyFromInput,
  channelOf,
  encodeAnchor,
  fromBase64url,
  fromHex,
  hex,
  keyIdOf,
} from '@tallystick/chain/src/verify.ts';
import { makeKey } from '@tallystick/web/src/lib/act/device-key.ts';
import {
  type ServerContext,
  type Shown,
  sign,
  signMany,
} from '@tallystick/web/src/lib/act/sign.ts';
import { describe, expect, it } from 'vitest';

const nowMs = 1_772_540_000_000;
const chainId = new Uint8Array(32).fill(7);
const channel = channelOf(chainId, 'hub');
const head = new Uint8Array(32).fill(9);
const key = await makeKey();
const keyId = hex(keyIdOf(channel, key.publicKey));
const device = { ...key, personId: 'per_ben', keyId, label: 'this test' };

const input = {
  certificate: 'cer_aaaaaaaaaaaaaaaaaaaaaaaa',
  parts: [
    { amount: '60000.00', currency: 'CNY' },
    { amount: '38000.00', currency: 'CNY' },
  ],
};
const context: ServerContext = {
  __typename: 'ActContext',
  chainId: base64url(chainId),
  channel: base64url(channel),
  keyId,
  seq: '1',
  previousAct: '',
  epoch: '1',
  timeMs: `${nowMs}`,
  refs: [base64url(head)],
  party: 'pty_bolt',
  person: 'per_ben',
  mandate: null,
  businessDate: '2026-03-03',
  fingerprint: null,
  notes: [base64url(new Uint8Array(32).fill(3))],
  group: null,
};
const shown: Shown = {
  anchorFile: await anchorFile(),
  party: 'pty_bolt',
  person: 'per_ben',
  businessDate: '2026-03-03',
  mandates: [],
  refs: [hex(head)],
};
const request = {
  kind: 'certificate.split' as const,
  input,
  context,
  shown,
  key: device,
  nowMs,
  seed: new Uint8Array(32).fill(5),
};

describe('signing on the device', () => {
  it('gives an envelope that the server accepts for exactly this input', async () => {
    const signed = await sign(request);

    expect(signed.kind).toBe('signed');
    expect(accepted(signed, input)).toBe(true);
  });

  it('gives nothing that would stand for another input', async () => {
    const signed = await sign(request);
    const cheaper = { ...input, parts: [...input.parts].reverse() };

    expect(accepted(signed, cheaper)).toBe(false);
  });

  it('gives nothing that would stand for another organisation', async () => {
    const signed = await sign(request);

    expect(accepted(signed, input, { party: 'pty_copper' })).toBe(false);
  });

  it('signs nothing when the context disagrees with the page', async () => {
    const tampered = { ...context, refs: [base64url(new Uint8Array(32).fill(1))] };

    expect(await sign({ ...request, context: tampered })).toEqual({
      kind: 'disagrees',
      problem: 'contextRefs',
    });
  });

  it('signs nothing at a place in the sequence at which no act can stand', async () => {
    expect(await sign({ ...request, context: { ...context, seq: '7' } })).toEqual({
      kind: 'disagrees',
      problem: 'contextPlace',
    });
  });

  it('keeps the private half out of reach', async () => {
    expect(key.privateKey.extractable).toBe(false);
    await expect(crypto.subtle.exportKey('pkcs8', key.privateKey)).rejects.toThrow();
  });
});

describe('signing many on the device', () => {
  const other = { ...input, certificate: 'cer_bbbbbbbbbbbbbbbbbbbbbbbb' };
  const { refs: _refs, ...page } = shown;
  const items = [input, other].map((each, order) => ({
    input: each,
    standing: context,
    refs: shown.refs,
    seed: new Uint8Array(32).fill(40 + order),
  }));
  const many = {
    ...{ kind: request.kind, place: context, shown: page, key: device, nowMs },
    items,
  };

  it('gives envelopes that the server accepts alone, each for its own input', async () => {
    const signed = await signMany(many);

    if (signed.kind !== 'signed') throw new Error('it is signed');
    const [first, second] = signed.envelopes.map(
      (envelope) => ({ kind: 'signed', envelope }) as const,
    );
    if (first === undefined || second === undefined) throw new Error('there are two');
    expect([accepted(first, input), accepted(second, other)]).toEqual([true, true]);
    expect([accepted(first, other), accepted(second, input)]).toEqual([false, false]);
    expect(signed.envelopes.map(({ seq }) => seq)).toEqual(['1', '2']);
    expect(signed.envelopes[1]?.previousAct).not.toBe('');
  });

  it('signs none when one of them builds on another act than the page shows', async () => {
    const [first, second] = items;
    if (first === undefined || second === undefined) throw new Error('there are two');
    const changed = { ...second, refs: [hex(new Uint8Array(32).fill(1))] };

    expect(await signMany({ ...many, items: [first, changed] })).toEqual({
      kind: 'disagrees',
      problem: 'contextRefs',
    });
  });
});

function accepted(
  signed: Awaited<ReturnType<typeof sign>>,
  sent: unknown,
  change: { readonly party?: string } = {},
): boolean {
  if (signed.kind !== 'signed') {
    return false;
  }
  const { envelope } = signed;
  const act = actFromEnvelope(
    {
      kind: 'certificate.split',
      input: bodyFromInput('certificate.split', sent),
      context: {
        chainId,
        channel,
        epoch: 1n,
        refs: [head],
        party: 'pty_bolt',
        person: 'per_ben',
        mandate: null,
        businessDate: '2026-03-03',
        facts: { notes: [new Uint8Array(32).fill(3)] },
        ...change,
      },
    },
    {
      keyId: octets(fromHex(envelope.keyId)),
      seq: BigInt(envelope.seq),
      previousAct: envelope.previousAct === '' ? null : octets(fromBase64url(envelope.previousAct)),
      timeMs: BigInt(envelope.timeMs),
      seed: octets(fromBase64url(envelope.seed)),
      signature: octets(fromBase64url(envelope.signature)),
    },
    key.publicKey,
  );
  return act !== undefined;
}

function octets(read: Uint8Array | undefined): Uint8Array {
  if (read === undefined) {
    throw new Error('the envelope holds octets');
  }
  return read;
}

/** An anchor with one validator, whose keys are real so that the anchor is admitted. */
async function anchorFile(): Promise<string> {
  const [consensus, cosigner, log] = await Promise.all([makeKey(), makeKey(), makeKey()]);
  return encodeAnchor({
    origin: 'test.tallystick.example/hub',
    chainId,
    epoch: 1n,
    validators: [
      {
        name: 'one',
        organisation: 'One',
        operator: 'test',
        consensusKey: consensus.publicKey,
        cosignerKey: cosigner.publicKey,
        stake: 1n,
      },
    ],
    founders: [],
    firstSize: 0n,
    issuedAtMs: 0n,
    logKey: log.publicKey,
  });
}
