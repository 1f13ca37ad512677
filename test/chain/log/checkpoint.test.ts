/** Checkpoints, their signature lines, the quorum, and the leaves that the log writes about itself. */
import { encode } from '@tallystick/chain/src/act/codec.ts';
import { base64, sha256, utf8 } from '@tallystick/chain/src/crypto/digest.ts';
import { cosigningBytes, logSigningBytes } from '@tallystick/chain/src/crypto/signature.ts';
import {
  checkpointBody,
  cosignerKeyType,
  logKeyType,
  logLine,
  NoteError,
  parseCheckpointBody,
  parseNoteLine,
  parseVerifierKey,
  verifierKey,
  verifyLogLine,
} from '@tallystick/chain/src/log/checkpoint.ts';
import { cosignatureLine, verifiedCosignature } from '@tallystick/chain/src/log/cosignature.ts';
import {
  decodeHandoverLeaf,
  decodeHeaderLeaf,
  encodeHandoverLeaf,
  encodeHeaderLeaf,
} from '@tallystick/chain/src/log/handover.ts';
import { countPolicy, isQuorum, stakeOf, tlogPolicy } from '@tallystick/chain/src/log/policy.ts';
import { encodeTlogProof, ProofError, parseTlogProof } from '@tallystick/chain/src/log/proof.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  chainId,
  council,
  itemOf,
  origin,
  proofOf,
  signerFrom,
  sparseLog,
} from '../../support/proofs.ts';

const root = sha256(utf8('root'));
const checkpoint = { origin, size: 42n, root };
const body = checkpointBody(checkpoint);
const four = await council([1n, 1n, 1n, 1n]);

describe('a checkpoint', () => {
  it('is three lines, and reads back', () => {
    expect(body).toBe(`demo.example/main\n42\n${base64(root)}\n`);
    expect(parseCheckpointBody(body)).toEqual(checkpoint);
  });

  it.each([
    ['a fourth line', `${body}extension\n`],
    ['a missing line feed', body.slice(0, -1)],
    ['a leading zero', body.replace('42', '042')],
    ['a sign', body.replace('42', '+42')],
    ['hexadecimal', body.replace('42', '0x2a')],
    ['a size of 64 bits', body.replace('42', '9223372036854775808')],
    ['an empty origin', body.replace(origin, '')],
    ['a space in the origin', body.replace(origin, 'demo example')],
    ['a short root', body.replace(base64(root), base64(root.slice(1)))],
    ['a carriage return', body.replaceAll('\n', '\r\n')],
  ])('refuses %s', (_what, text) => {
    expect(() => parseCheckpointBody(text)).toThrow(NoteError);
  });
});

describe('a signature line', () => {
  it('of the log is bound to origin, key and body', async () => {
    const log = await signerFrom(9);
    const line = logLine(origin, log.publicKey, await log.sign(logSigningBytes(body)));
    const parsed = parseNoteLine(line.slice(0, -1));

    expect(verifyLogLine(parsed, checkpoint, log.publicKey)).toBe(true);
    expect(verifyLogLine(parsed, { ...checkpoint, size: 43n }, log.publicKey)).toBe(false);
    expect(verifyLogLine({ ...parsed, name: 'other' }, checkpoint, log.publicKey)).toBe(false);
    expect(verifyLogLine({ ...parsed, keyId: new Uint8Array(4) }, checkpoint, log.publicKey)).toBe(
      false,
    );
  });

  it('of a validator is bound to its name, key, time and body', async () => {
    const validator = itemOf(four.validators, 0);
    const signer = itemOf(four.cosigners, 0);
    const signature = await signer.sign(cosigningBytes(7n, body));
    const line = cosignatureLine(validator.name, validator.cosignerKey, {
      timeSeconds: 7n,
      signature,
    });
    const parsed = parseNoteLine(line.slice(0, -1));
    const later = parsed.value.map((octet, order) => (order === 7 ? octet + 1 : octet));

    expect(verifiedCosignature(parsed, checkpoint, validator)?.timeSeconds).toBe(7n);
    expect(verifiedCosignature({ ...parsed, value: later }, checkpoint, validator)).toBeUndefined();
    expect(
      verifiedCosignature(parsed, { ...checkpoint, root: chainId }, validator),
    ).toBeUndefined();
    expect(verifiedCosignature(parsed, checkpoint, itemOf(four.validators, 1))).toBeUndefined();
  });

  it.each([
    ['a hyphen for the dash', '- val1 AAAAAAAA'],
    ['two spaces', '—  val1 AAAAAAAA'],
    ['a plus in the name', '— val+1 AAAAAAAA'],
    ['no signature', '— val1 '],
    ['only a key id', '— val1 AAAAAA=='],
    ['a part too many', '— val1 AAAAAAAA x'],
    ['loose base64', '— val1 AAAAAAA'],
  ])('refuses %s', (_what, line) => {
    expect(() => parseNoteLine(line)).toThrow(NoteError);
  });

  it('names its key in the form that other programs take', () => {
    const { name, cosignerKey } = itemOf(four.validators, 0);
    const text = verifierKey(name, cosignerKeyType, cosignerKey);

    expect(parseVerifierKey(text)).toEqual({ name, type: 4, publicKey: cosignerKey });
    expect(text).toMatch(/^val1\+[0-9a-f]{8}\+[A-Za-z0-9+/]{44}$/);
    expect(() => parseVerifierKey(text.replace('val1', 'val2'))).toThrow(NoteError);
    expect(verifierKey(name, logKeyType, cosignerKey)).not.toBe(text);
  });
});

describe('a quorum', () => {
  it('is strictly more than two thirds of the stake', () => {
    expect([
      isQuorum(66n, 99n),
      isQuorum(67n, 99n),
      isQuorum(2n ** 61n * 2n, 2n ** 61n * 3n),
    ]).toEqual([false, true, false]);
  });

  it('by count never accepts what the weights refuse', () => {
    fc.assert(
      fc.property(
        fc.array(fc.bigInt({ min: 1n, max: 1000n }), { minLength: 1, maxLength: 8 }),
        fc.nat(255),
        (stakes, mask) => {
          const validators = stakes.map((stake) => ({ ...itemOf(four.validators, 0), stake }));
          const signed = validators.filter((_, order) => (mask >> order) & 1);
          const enough = countPolicy(validators);
          if (signed.length >= enough)
            expect(isQuorum(stakeOf(signed), stakeOf(validators))).toBe(true);
          const lightest = [...stakes].sort((a, b) => Number(a - b)).slice(0, enough - 1);
          const fewer = lightest.reduce((sum, stake) => sum + stake, 0n);
          expect(isQuorum(fewer, stakeOf(validators))).toBe(false);
        },
      ),
      { seed: 1, numRuns: 500 },
    );
  });

  it('is written down for programs that count', () => {
    const lines = tlogPolicy(origin, four.log.publicKey, four.validators).split('\n');

    expect(lines.map((line) => line.split(' ')[0])).toEqual([
      'log',
      'witness',
      'witness',
      'witness',
      'witness',
      'group',
      'quorum',
      '',
    ]);
    expect(lines[5]).toBe('group validators 3 w1 w2 w3 w4');
  });
});

describe('the leaves that the log writes about itself', () => {
  const header = {
    ...{ chainId, height: 1n, epoch: 2n, view: 3n, timeMs: 4n, parentDigest: root },
    ...{ firstIndex: 5n, entryCount: 6n, stateRoot: root, validatorSetHash: root },
  };
  const handover = {
    ...{ origin, chainId, epoch: 1n, validators: four.validators },
    ...{ logKey: four.log.publicKey, previousHandover: root },
  };

  it('read back', () => {
    expect(decodeHeaderLeaf(encodeHeaderLeaf(header))).toEqual(header);
    expect(decodeHandoverLeaf(encodeHandoverLeaf(handover))).toEqual(handover);
  });

  it('are not taken for each other, nor read with surplus or missing parts', () => {
    expect(() => decodeHeaderLeaf(encodeHandoverLeaf(handover))).toThrow(NoteError);
    expect(() => decodeHandoverLeaf(encodeHeaderLeaf(header))).toThrow(NoteError);
    expect(() => decodeHeaderLeaf(encode(['tallystick/block/1']))).toThrow(NoteError);
    expect(() => decodeHeaderLeaf(encodeHeaderLeaf({ ...header, height: -1n }))).toThrow(NoteError);
    expect(() => decodeHandoverLeaf(encodeHandoverLeaf({ ...handover, validators: [] }))).toThrow(
      NoteError,
    );
  });

  it('hand over only to keys that may sign', () => {
    const [first, ...others] = four.validators;
    if (first === undefined) throw new Error('there are validators');
    const weak = {
      ...first,
      cosignerKey: Uint8Array.from({ length: 32 }, (_, order) => (order === 0 ? 1 : 0)),
    };

    expect(() =>
      decodeHandoverLeaf(encodeHandoverLeaf({ ...handover, validators: [weak, ...others] })),
    ).toThrow('small order');
  });
});

describe('a proof file', async () => {
  const leaf = utf8('the leaf');
  const nodeAt = sparseLog(new Map([[7n, leaf]]));
  const proof = await proofOf(nodeAt, 7n, 11n, four, { leaf });
  const text = encodeTlogProof(proof);

  it('reads back, and writes its cosignatures in the order of their names', () => {
    expect(parseTlogProof(text)).toEqual(proof);
    expect(encodeTlogProof({ ...proof, cosignatures: [...proof.cosignatures].reverse() })).toBe(
      text,
    );
  });

  it.each([
    ['leaf', 'another version', text.replace('@v1', '@v2')],
    ['leaf', 'loose base64 in the leaf', text.replace('extra ', 'extra =')],
    ['inclusion', 'no index', text.replace(/index .*\n/, '')],
    ['inclusion', 'a leading zero', text.replace('index 7', 'index 07')],
    ['inclusion', 'a broken hash', text.replace(/(index 7\n).*\n/, '$1AAAA\n')],
    ['checkpoint', 'an extension line', text.replace('\n11\n', '\n11\nmore\n')],
    ['checkpoint', 'nothing but its head', text.slice(0, text.indexOf('\n\n'))],
    ['signatures', 'a missing last line feed', text.slice(0, -1)],
    ['signatures', 'an empty line at the end', `${text}\n`],
    ['signatures', 'cosignatures out of order', turnedAround(text)],
    ['signatures', 'one cosigner twice', text.replace(/(— val1 .*\n)/, '$1$1')],
  ] as const)('fails at %s with %s', (step, _what, altered) => {
    expect(altered).not.toBe(text);
    expect(() => parseTlogProof(altered)).toThrow(ProofError);
    expect(stepOf(altered)).toBe(step);
  });
});

function stepOf(text: string): string {
  try {
    parseTlogProof(text);
    return 'none';
  } catch (fault) {
    if (fault instanceof ProofError) return fault.step;
    throw fault;
  }
}

function turnedAround(text: string): string {
  const lines = text.split('\n');
  return [
    ...lines.slice(0, -3),
    itemOf(lines, lines.length - 2),
    itemOf(lines, lines.length - 3),
    '',
  ].join('\n');
}
