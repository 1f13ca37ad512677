/** Acts: strict headers, entries, public effects, pseudonyms, and one signature over many. */
import {
  ActError,
  actHash,
  batchOf,
  decodeEntry,
  decodeHeader,
  encodeEntry,
  encodeHeader,
  keyIdOf,
  noteIdOf,
  objectId,
  signedStatement,
  verifyActSignature,
} from '@tallystick/chain/src/act/act.ts';
import type { Encodable, Value } from '@tallystick/chain/src/act/codec.ts';
import { decode, encode } from '@tallystick/chain/src/act/codec.ts';
import {
  EffectsError,
  effectsFromValue,
  effectsToValue,
  noEffects,
} from '@tallystick/chain/src/act/effects.ts';
import {
  type GovernanceEffect,
  type PublicEffects,
  parameterNames,
} from '@tallystick/chain/src/act/kind.ts';
import { limits } from '@tallystick/chain/src/act/limits.ts';
import { hex, sha256, utf8 } from '@tallystick/chain/src/crypto/digest.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { actBy, chainId, channel, signerFrom } from '../../support/proofs.ts';

const signer = await signerFrom(1);
const made = await actBy(signer, 'invoice.withdraw', { invoice: 'inv_a', reason: 'Sent twice' });

const octets = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const name = fc.stringMatching(/^[a-z]{1,9}$/);
const stake = fc.bigInt({ min: 0n, max: 2n ** 62n });
const governance: fc.Arbitrary<GovernanceEffect> = fc.oneof(
  fc.record({
    ...{ op: fc.constant('admit' as const), name, organisation: name, operator: name },
    ...{ consensusKey: octets(32), cosignerKey: octets(32), stake },
  }),
  fc.record({ op: fc.constant('remove' as const), name }),
  fc.record({ op: fc.constant('weigh' as const), name, stake }),
  fc.record({
    op: fc.constant('set' as const),
    parameter: fc.constantFrom(...parameterNames),
    value: stake,
  }),
  fc.record({ op: fc.constant('cancel' as const), change: octets(32) }),
  fc.record({
    ...{ op: fc.constant('ready' as const), change: octets(32) },
    ...{ consensusSignature: octets(64), cosignerSignature: octets(64) },
  }),
  fc.record({
    ...{ op: fc.constant('approve' as const), change: octets(32) },
    ...{ validator: name, signature: octets(64) },
  }),
  fc.record({
    ...{ op: fc.constant('rotate' as const), logKey: octets(32), signature: octets(64) },
  }),
);
const effects: fc.Arbitrary<PublicEffects> = fc.record({
  keys: fc.uniqueArray(
    fc.record({
      op: fc.constant('revoke' as const),
      keyId: octets(16),
      publicKey: fc.constant(null),
      group: octets(16),
      custody: fc.constantFrom(
        ...(['device', 'program', 'custodial', 'automation', 'operator', 'network'] as const),
      ),
    }),
    { maxLength: 3, selector: ({ keyId }) => hex(keyId) },
  ),
  fingerprints: fc.uniqueArray(
    fc.record({ op: fc.constantFrom('reserve', 'release', 'finance', 'mark'), token: octets(32) }),
    { maxLength: 3, selector: ({ token }) => hex(token) },
  ),
  notes: fc
    .uniqueArray(octets(32), { maxLength: 6, selector: hex })
    .map((notes) => ({ spend: notes.slice(0, 2), create: notes.slice(2) })),
  governance: fc.option(governance),
});

describe('a header', () => {
  it('reads back as it was built', () => {
    expect(decodeHeader(made.act.headerBytes)).toEqual(made.act.header);
    expect(encodeHeader(made.act.header)).toEqual(made.act.headerBytes);
    expect(made.act.actHash).toEqual(actHash(made.act.headerBytes));
  });

  it.each([
    ['another version', 0, 2n],
    ['a chain id of 31 octets', 1, new Uint8Array(31)],
    ['a channel that is text', 2, 'main'],
    ['a kind without a version', 3, 'invoice.confirm'],
    ['a kind of version 0', 3, 'invoice.confirm/0'],
    ['a kind in capitals', 3, 'Invoice.confirm/1'],
    ['a key id of 32 octets', 4, new Uint8Array(32)],
    ['sequence number 0', 5, 0n],
    ['a second act without the first', 5, 2n],
    ['a negative epoch', 6, -1n],
    ['a time beyond 63 bits', 7, 2n ** 63n],
    ['a first act with an act before it', 8, new Uint8Array(32)],
    ['a root of 31 octets', 9, new Uint8Array(31)],
    ['depth 3', 10, 3n],
    ['depth 7', 10, 7n],
    ['a reference of 31 octets', 11, [new Uint8Array(31)]],
    [
      'too many references',
      11,
      Array.from({ length: limits.refsMax + 1 }, () => new Uint8Array(32)),
    ],
    ['effects that are a list', 12, []],
  ] as const)('refuses %s', (_what, at, value) => {
    const items = decode(made.act.headerBytes) as readonly Value[];
    const altered = items.map((item, order) => (order === at ? value : item));

    expect(() => decodeHeader(encode(altered as readonly Encodable[]))).toThrow(/.+/);
  });

  it('refuses a missing and a surplus part', () => {
    const items = decode(made.act.headerBytes) as readonly Value[];

    expect(() => decodeHeader(encode(items.slice(0, 12)))).toThrow(ActError);
    expect(() => decodeHeader(encode([...items, null]))).toThrow(ActError);
  });

  it('refuses to add a key under a pseudonym that is not its own', () => {
    const keyId = keyIdOf(sha256(utf8('another channel')), signer.publicKey);
    const added = {
      op: 'add',
      keyId,
      publicKey: signer.publicKey,
      group: new Uint8Array(16),
      custody: 'device',
    } as const;
    const header = { ...made.act.header, effects: { ...noEffects, keys: [added] } };

    expect(() => decodeHeader(encodeHeader(header))).toThrow('pseudonym');
    const proper = { ...added, keyId: keyIdOf(channel, signer.publicKey) };
    const right = { ...header, effects: { ...noEffects, keys: [proper] } };
    expect(decodeHeader(encodeHeader(right))).toEqual(right);
  });
});

describe('public effects', () => {
  it('read back, whatever they are', () => {
    fc.assert(
      fc.property(effects, (some) => {
        expect(effectsFromValue(decode(encode(effectsToValue(some))))).toEqual(some);
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  const note = new Uint8Array(32);
  it.each([
    ['an unknown part', { x: [] }],
    ['an empty list of keys', { k: [] }],
    ['an empty list of fingerprints', { f: [] }],
    [
      'empty notes',
      {
        n: new Map([
          ['spend', []],
          ['create', []],
        ]),
      },
    ],
    ['notes without creation', { n: new Map([['spend', [note]]]) }],
    ['an unknown operation', { f: [[9n, note]] }],
    ['operation 0', { f: [[0n, note]] }],
    ['a token of 31 octets', { f: [[1n, new Uint8Array(31)]] }],
    [
      'one token twice',
      {
        f: [
          [1n, note],
          [2n, note],
        ],
      },
    ],
    [
      'a note that is spent and created',
      {
        n: new Map([
          ['spend', [note]],
          ['create', [note]],
        ]),
      },
    ],
    [
      'a key that is added without its public key',
      { k: [[1n, new Uint8Array(16), null, new Uint8Array(16), 1n]] },
    ],
    [
      'a key that is revoked with its public key',
      { k: [[2n, new Uint8Array(16), note, new Uint8Array(16), 1n]] },
    ],
    ['an unknown custody', { k: [[2n, new Uint8Array(16), null, new Uint8Array(16), 7n]] }],
    [
      'a sixth part of a key change',
      { k: [[2n, new Uint8Array(16), null, new Uint8Array(16), 1n, 1n]] },
    ],
  ])('refuse %s', (_what, parts) => {
    const map = new Map(Object.entries(parts)) as ReadonlyMap<string, Value>;

    expect(() => effectsFromValue(map)).toThrow(EffectsError);
  });
});

describe('an entry', () => {
  const entry = { channel, actHash: made.act.actHash, effects: noEffects, refusal: null };

  it('reads back, accepted or refused', () => {
    const refused = { ...entry, refusal: 'FINGERPRINT_TAKEN' };

    expect(decodeEntry(encodeEntry(entry))).toEqual(entry);
    expect(decodeEntry(encodeEntry(refused))).toEqual(refused);
    expect(encodeEntry(refused)).not.toEqual(encodeEntry(entry));
  });

  it.each(['', 'lower', 'A'.repeat(65), 'É'])('refuses %j as the code of a refusal', (refusal) => {
    expect(() => encodeEntry({ ...entry, refusal })).toThrow(ActError);
    expect(() => decodeEntry(encode([channel, entry.actHash, new Map(), refusal]))).toThrow(
      ActError,
    );
  });

  it('refuses every other leaf', () => {
    const header = encode(['tallystick/block/1', channel, new Map()]);

    expect(() => decodeEntry(header)).toThrow(ActError);
    expect(() => decodeEntry(encode([channel, entry.actHash]))).toThrow(ActError);
    expect(() => decodeEntry(encode([channel, entry.actHash, new Map(), null]))).toThrow(ActError);
  });
});

describe('names', () => {
  it('of objects come from the act that made them, and are readable', () => {
    const ids = [0, 1].map((order) => objectId('inv', made.act.actHash, order));

    expect(ids[0]).toMatch(/^inv_[a-z2-7]{24}$/);
    expect(ids[0]).not.toBe(ids[1]);
  });

  it('of a key differ by channel, of notes by order', () => {
    expect(keyIdOf(channel, signer.publicKey)).toHaveLength(16);
    expect(keyIdOf(channel, signer.publicKey)).not.toEqual(keyIdOf(chainId, signer.publicKey));
    expect(noteIdOf(chainId, 0)).not.toEqual(noteIdOf(chainId, 1));
  });
});

describe('a signature over one act', () => {
  it('is valid for that act, chain and key only', async () => {
    const other = await signerFrom(2);
    const { actHash: hash } = made.act;

    expect(verifyActSignature(signer.publicKey, chainId, hash, made.signature)).toBe(true);
    expect(verifyActSignature(other.publicKey, chainId, hash, made.signature)).toBe(false);
    expect(verifyActSignature(signer.publicKey, channel, hash, made.signature)).toBe(false);
    expect(verifyActSignature(signer.publicKey, chainId, chainId, made.signature)).toBe(false);
  });
});

describe('one signature over many acts', () => {
  const hashes = Array.from({ length: 5 }, (_, order) => sha256(utf8(`act ${order}`)));

  it('holds for each of them through its own path', async () => {
    const batch = batchOf(chainId, hashes);
    const signatures = batch.place(await signer.sign(batch.message));

    const verdicts = hashes.map((hash, order) =>
      verifyActSignature(signer.publicKey, chainId, hash, signatures[order] ?? new Uint8Array()),
    );
    const messages = signatures.map((value, order) =>
      hex(signedStatement(chainId, hashes[order] ?? chainId, value)?.message ?? chainId),
    );

    expect(verdicts).toEqual([true, true, true, true, true]);
    expect(new Set(messages)).toEqual(new Set([hex(batch.message)]));
  });

  it('holds for no act beside them, nor at another place, nor as part of fewer', async () => {
    const batch = batchOf(chainId, hashes);
    const [first = new Uint8Array()] = batch.place(await signer.sign(batch.message));
    const [count, index, siblings, signature] = decode(first) as readonly Value[];
    const verify = (hash: Uint8Array, value: readonly (Value | undefined)[]) =>
      verifyActSignature(signer.publicKey, chainId, hash, encode(value as readonly Encodable[]));
    const [hash = chainId, second = chainId] = hashes;

    expect(verify(hash, [count, index, siblings, signature])).toBe(true);
    expect(verify(second, [count, index, siblings, signature])).toBe(false);
    expect(verify(hash, [count, 1n, siblings, signature])).toBe(false);
    expect(verify(hash, [6n, index, siblings, signature])).toBe(false);
    expect(verify(hash, [4n, index, siblings, signature])).toBe(false);
    expect(verify(hash, [count, 5n, siblings, signature])).toBe(false);
    expect(verify(hash, [count, index, siblings, signature, null])).toBe(false);
  });

  it('never takes an inner node for an act', async () => {
    const pair = batchOf(chainId, hashes.slice(0, 4));
    const values = pair.place(await signer.sign(pair.message));
    const [, , siblings, signature] = decode(values[0] ?? new Uint8Array()) as readonly Value[];
    const [, upper] = siblings as readonly Uint8Array[];
    const inner = sha256(utf8('tallystick/node/1\0'), hashes[0] ?? chainId, hashes[1] ?? chainId);

    const forged = encode([2n, 0n, [upper ?? chainId], signature ?? null]);

    expect(verifyActSignature(signer.publicKey, chainId, inner, forged)).toBe(false);
  });

  it('is refused for a single act, and beyond its limit', () => {
    expect(() => batchOf(chainId, hashes.slice(0, 1))).toThrow(ActError);
    expect(() =>
      batchOf(
        chainId,
        Array.from({ length: limits.batchMax + 1 }, () => chainId),
      ),
    ).toThrow(ActError);
  });
});
