/** From JSON to fields and back, and from a typed input to a signed act. */
import { keyIdOf, verifyActSignature } from '@tallystick/chain/src/act/act.ts';
import { FieldError } from '@tallystick/chain/src/act/field.ts';
import {
  amountOf,
  bodyFromInput,
  decimalsOf,
  inputToJson,
  minorOf,
} from '@tallystick/chain/src/act/input.ts';
import type { ActRequest } from '@tallystick/chain/src/act/sign.ts';
import { actFor, actFromEnvelope, signAct } from '@tallystick/chain/src/act/sign.ts';
import { sha256, utf8 } from '@tallystick/chain/src/crypto/digest.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chainId, channel, signerFrom } from '../../support/proofs.ts';

const submission = {
  programme: 'prg_1',
  seller: 'org_bolt',
  buyer: 'org_aurora',
  document: 'doc_1',
  documentDigest: 'AQID_-8',
  format: 'ubl-2.1',
  number: 'RE\u0301-1',
  typeCode: '380',
  issueDate: '2026-03-02',
  payable: { amount: '1234.5', currency: 'EUR' },
};

describe('the input of an act', () => {
  it('becomes exact fields: minor units, octets, NFC, null where nothing is said', () => {
    expect(bodyFromInput('invoice.submit', submission)).toEqual({
      programme: 'prg_1',
      seller: 'org_bolt',
      buyer: 'org_aurora',
      document: 'doc_1',
      documentDigest: Uint8Array.of(1, 2, 3, 0xff, 0xef),
      format: 'ubl-2.1',
      number: 'RÉ-1',
      typeCode: '380',
      issueDate: '2026-03-02',
      dueDate: null,
      payable: [1234_50n, 'EUR'],
      orderReference: null,
    });
  });

  it('reads back from the JSON that it is shown as', () => {
    const input = bodyFromInput('invoice.submit', submission);

    expect(bodyFromInput('invoice.submit', inputToJson('invoice.submit', input))).toEqual(input);
  });

  it.each([
    ['a missing field', { number: undefined }],
    ['an unknown field', { colour: 'red' }],
    ['an amount that is a number', { payable: { amount: 1234.5, currency: 'EUR' } }],
    ['an amount with too many decimals', { payable: { amount: '1.234', currency: 'EUR' } }],
    ['decimals in yen', { payable: { amount: '1.5', currency: 'JPY' } }],
    ['an amount in words', { payable: { amount: '1e3', currency: 'EUR' } }],
    [
      'an amount with more than its parts',
      { payable: { amount: '1', currency: 'EUR', unit: 'k' } },
    ],
    ['padded base64', { documentDigest: 'AQI=' }],
    ['a number for text', { number: 1 }],
    ['no day of the calendar', { issueDate: '2026-02-30' }],
  ])('refuses %s', (_what, change) => {
    expect(() => bodyFromInput('invoice.submit', { ...submission, ...change })).toThrow(FieldError);
  });

  it('takes whole numbers as text or as numbers, and no others', () => {
    const request = { certificate: 'cer_1', invited: ['org_a'], payTo: 'acc_1' };

    expect(bodyFromInput('finance.request', { ...request, closesAtMs: 5 }).closesAtMs).toBe(5n);
    expect(bodyFromInput('finance.request', { ...request, closesAtMs: '5' }).closesAtMs).toBe(5n);
    for (const closesAtMs of [0.5, '05', '1.0', '-0', 2 ** 53, '9223372036854775808', true, null]) {
      expect(() => bodyFromInput('finance.request', { ...request, closesAtMs })).toThrow(
        FieldError,
      );
    }
  });
});

describe('an amount', () => {
  it('reads back from its text in every currency', () => {
    const currencies = fc.constantFrom('EUR', 'CNY', 'JPY', 'KWD', 'CLF');
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(10n ** 17n), max: 10n ** 17n }),
        currencies,
        (minor, currency) => {
          expect(minorOf(amountOf(minor, currency), currency)).toBe(minor);
        },
      ),
      { seed: 1, numRuns: 300 },
    );
  });

  it.each([
    ['0.05', 'EUR', 5n],
    ['-0.05', 'EUR', -5n],
    ['1', 'EUR', 100n],
    ['1.5', 'EUR', 150n],
    ['1', 'JPY', 1n],
    ['1.234', 'KWD', 1234n],
    ['1.234', 'EUR', undefined],
    ['.5', 'EUR', undefined],
    ['1.', 'EUR', undefined],
    ['+1', 'EUR', undefined],
    ['1,5', 'EUR', undefined],
    [' 1', 'EUR', undefined],
  ] as const)('%s %s is %s', (text, currency, minor) => {
    expect(minorOf(text, currency)).toBe(minor);
  });

  it('knows the decimals of currencies', () => {
    expect(['EUR', 'JPY', 'BHD', 'UYW'].map(decimalsOf)).toEqual([2, 0, 3, 4]);
  });
});

describe('signing', async () => {
  const signer = await signerFrom(5);
  const request: ActRequest<'certificate.split'> = {
    kind: 'certificate.split',
    input: {
      certificate: 'cer_1',
      parts: [
        [60n, 'EUR'],
        [40n, 'EUR'],
      ],
    },
    context: {
      chainId,
      channel,
      epoch: 0n,
      refs: [],
      party: 'org_bolt',
      person: 'per_1',
      mandate: null,
      businessDate: '2026-03-02',
      facts: { notes: [sha256(utf8('note'))] },
    },
    place: {
      keyId: keyIdOf(channel, signer.publicKey),
      seq: 3n,
      previousAct: sha256(utf8('before')),
      timeMs: 1n,
      seed: sha256(utf8('seed')),
    },
  };
  const { act, envelope } = await signAct(request, signer);
  const { place: _place, ...unplaced } = request;

  it('gives the server the same act from the same typed input', () => {
    const received = actFromEnvelope(unplaced, envelope, signer.publicKey);

    expect(received?.headerBytes).toEqual(act.headerBytes);
    expect(received?.body.bytes).toEqual(act.body.bytes);
    expect(verifyActSignature(signer.publicKey, chainId, act.actHash, envelope.signature)).toBe(
      true,
    );
  });

  it('shows validators the notes that the kind spends and creates', () => {
    const { notes } = act.header.effects;

    expect(notes.spend).toEqual([sha256(utf8('note'))]);
    expect(notes.create).toHaveLength(2);
  });

  const { context, input } = request;
  it.each([
    [
      'another amount',
      {
        input: {
          ...input,
          parts: [
            [61n, 'EUR'],
            [39n, 'EUR'],
          ] as const,
        },
      },
    ],
    ['another person', { context: { ...context, person: 'per_2' } }],
    ['another mandate', { context: { ...context, mandate: 'man_1' } }],
    ['another day', { context: { ...context, businessDate: '2026-03-03' } }],
    ['another note', { context: { ...context, facts: { notes: [sha256(utf8('other'))] } } }],
    ['another chain', { context: { ...context, chainId: channel } }],
    ['another epoch', { context: { ...context, epoch: 1n } }],
    ['another reference', { context: { ...context, refs: [chainId] } }],
  ])('does not hold for %s', (_what, change) => {
    expect(actFromEnvelope({ ...unplaced, ...change }, envelope, signer.publicKey)).toBeUndefined();
  });

  it.each([
    ['sequence number', { seq: 4n }],
    ['previous act', { previousAct: chainId }],
    ['time', { timeMs: 2n }],
    ['seed', { seed: chainId }],
    ['key', { keyId: new Uint8Array(16) }],
  ])('does not hold with another %s in the envelope', (_what, change) => {
    expect(actFromEnvelope(unplaced, { ...envelope, ...change }, signer.publicKey)).toBeUndefined();
  });

  it('refuses to sign at the place of another key', async () => {
    const other = await signerFrom(6);

    await expect(signAct(request, other)).rejects.toThrow('another key');
  });

  it('refuses an input that the kind does not admit, instead of signing it', () => {
    const wrong = { ...request, input: { ...input, certificate: '' } };

    expect(() => actFor(wrong)).toThrow(FieldError);
  });
});
