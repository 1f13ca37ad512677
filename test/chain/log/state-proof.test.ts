/** The state proof: what is in the state and what is not, for someone who has only the anchor. */
import { mapOf, proveIn, rootOf } from '@tallystick/chain/src/core/state-map.ts';
import { sha256, u64be } from '@tallystick/chain/src/crypto/digest.ts';
import { type BlockHeader, encodeHeaderLeaf } from '@tallystick/chain/src/log/handover.ts';
import { validatorSetHash } from '@tallystick/chain/src/log/policy.ts';
import {
  isProven,
  placeOf,
  stateBranchHash,
  stateLeafHash,
} from '@tallystick/chain/src/log/state.ts';
import { encodeStateProof, parseStateProof } from '@tallystick/chain/src/log/state-proof.ts';
import { verifyFile } from '@tallystick/chain/src/verify.ts';
import { describe, expect, it } from 'vitest';
import { epochLog, epochsChannel, token, twoSets } from '../../support/epochs.ts';
import {
  chainId,
  channel,
  council,
  flipped,
  origin,
  proofOf,
  sparseLog,
} from '../../support/proofs.ts';

const log = await epochLog();
const financed = await log.stateProof(token(3), 9n);
const reserved = await log.stateProof(token(9), 9n);
const absent = await log.stateProof(token(10), 9n);

describe('a bank that is no member asks whether an invoice is financed', () => {
  it.each([
    ['financed', financed, { status: 'financed', financed: true, value: '02' }],
    ['reserved only', reserved, { status: 'reserved', financed: false, value: '01' }],
    ['not there at all', absent, { status: 'absent', financed: false }],
  ] as const)(
    'and learns that it is %s, at which height, and on whose word',
    (_what, file, fields) => {
      const verdict = verifyFile(file, log.anchor);

      expect(verdict).toMatchObject({
        ok: true,
        outcome: 'proven',
        proven: {
          kind: 'state.fingerprint',
          height: 9n,
          timeMs: 1_790_000_000_009n,
          fields: { channel: 'hub', ...fields },
        },
        trust: { epoch: 3n, validatorsSigned: 4, stakePercent: '100.00' },
      });
      expect(verdict.steps.map(({ step, ok }) => [step, ok])).toEqual(
        ['leaf', 'state', 'inclusion', 'checkpoint', 'signatures', 'quorum', 'epoch', 'anchor'].map(
          (step) => [step, true],
        ),
      );
    },
  );

  it('reads back', () => {
    for (const file of [financed, reserved, absent]) {
      expect(encodeStateProof(parseStateProof(file))).toBe(file);
    }
  });

  it('is told of the state then, not of the state now', async () => {
    const before = await log.stateProof(token(3), 3n);
    const earlier = await log.stateProof(token(3), 2n);

    expect(verifyFile(before, log.anchor).proven).toMatchObject({
      height: 3n,
      fields: { status: 'reserved' },
    });
    expect(verifyFile(earlier, log.anchor).proven).toMatchObject({
      height: 2n,
      fields: { status: 'absent' },
    });
  });

  it('is told nothing without an anchor', () => {
    expect(verifyFile(absent)).toMatchObject({ ok: false, outcome: 'unanchored', proven: null });
  });
});

describe('a state proof that was tampered with', async () => {
  const small = await epochLog(twoSets, 2);

  it.each([
    ['of what is there', await small.stateProof(token(2), 4n)],
    ['of what is not there', await small.stateProof(token(5), 4n)],
  ])('fails at a named step whichever single octet is changed: one %s', (_what, file) => {
    const missed = [...file].flatMap((_, at) => {
      const { ok, failed } = verifyFile(flipped(file, at), small.anchor);
      return ok || failed === null ? [at] : [];
    });

    expect(missed).toEqual([]);
    expect(verifyFile(file, small.anchor).ok).toBe(true);
  });

  it('does not pass one value off as another, nor a place as empty, nor an empty one as taken', () => {
    const parsed = parseStateProof(financed);
    const nothing = parseStateProof(absent);
    const lies = [
      { ...parsed, value: Uint8Array.of(1) },
      { ...parsed, value: null },
      { ...parsed, value: null, path: { ...parsed.path, leaf: null } },
      { ...nothing, value: Uint8Array.of(1) },
      { ...nothing, path: { ...nothing.path, leaf: { key: token(5), valueHash: token(6) } } },
      { ...nothing, path: { ...nothing.path, siblings: [token(7), ...nothing.path.siblings] } },
      { ...parsed, name: { ...parsed.name, id: token(4) } },
      { ...parsed, name: { ...parsed.name, type: 'note' as const } },
    ];

    for (const lie of lies) {
      expect(verifyFile(encodeStateProof(lie), log.anchor)).toMatchObject({
        ok: false,
        failed: 'state',
      });
    }
  });

  it('does not take the place of a neighbour for its own: the path must fit as far as it is long', () => {
    const { name, path, header } = parseStateProof(absent);
    const { siblings, leaf } = path;
    const cut = { siblings: siblings.slice(1), leaf };

    expect(isProven(header.checkpoint.root, name.id, null, cut)).toBe(false);
    const file = encodeStateProof({ ...parseStateProof(absent), path: cut });
    expect(verifyFile(file, log.anchor).failed).toBe('state');
  });

  it('needs the header of a block: no act proves a state', async () => {
    const parsed = parseStateProof(financed);
    const leaf = log.leaves[0] ?? new Uint8Array();
    const file = encodeStateProof({ ...parsed, header: { ...parsed.header, leaf, index: 0n } });

    expect(verifyFile(file, log.anchor).failed).toBe('leaf');
    const bare = encodeStateProof({ ...parsed, header: { ...parsed.header, leaf: null } });
    expect(verifyFile(bare, log.anchor).failed).toBe('leaf');
  });

  it('needs the handovers from the anchor, and no other anchor will do', async () => {
    const parsed = parseStateProof(financed);
    const without = encodeStateProof({ ...parsed, handovers: parsed.handovers.slice(1) });
    const others = await epochLog([{ north: 1n, south: 1n }], 1);

    expect(verifyFile(without, log.anchor).failed).toBe('epoch');
    expect(verifyFile(financed, { ...log.anchor, chainId: token(1) }).ok).toBe(false);
    expect(verifyFile(financed, others.anchor).ok).toBe(false);
  });
});

/** A proof of absence under a checkpoint of a million leaves and seven validators; the header may be changed. */
async function amongMany(things: number, change: Partial<BlockHeader> = {}) {
  const id = token(1);
  const map = mapOf(
    Array.from({ length: things }, (_, each) => [sha256(u64be(BigInt(each))), id] as const),
  );
  const seven = await council([1n, 1n, 1n, 1n, 1n, 1n, 1n]);
  const leaf = encodeHeaderLeaf({
    ...{ chainId, height: 400_000n, epoch: 0n, view: 400_007n, timeMs: 1_790_000_000_000n },
    ...{ parentDigest: id, firstIndex: 999_000n, entryCount: 999n, stateRoot: rootOf(map) },
    validatorSetHash: validatorSetHash(seven.validators),
    ...change,
  });
  const nodeAt = sparseLog(new Map([[999_999n, leaf]]));
  const file = encodeStateProof({
    ...{ name: { type: 'fingerprint', channel, id }, value: null, handovers: [] },
    path: proveIn(map, placeOf('fingerprint', channel, id)),
    header: await proofOf(nodeAt, 999_999n, 1_000_000n, seven, { leaf }),
  });
  const anchor = {
    ...{ origin, chainId, epoch: 0n, firstSize: 1n, issuedAtMs: 0n, founders: [] },
    ...{ validators: seven.validators, logKey: seven.log.publicKey },
  };
  return { file, anchor };
}

describe('the header that carries the root of the state', () => {
  it.each([
    ['of another chain', { chainId: token(2) }, 'anchor'],
    ['of a later epoch than its checkpoint', { epoch: 1n }, 'epoch'],
    ['that names another set of validators', { validatorSetHash: token(3) }, 'epoch'],
    ['that stands elsewhere than at the end of its block', { entryCount: 997n }, 'inclusion'],
    ['with another root', { stateRoot: token(4) }, 'state'],
  ] as const)('is refused when it is one %s', async (_what, change, step) => {
    const { file, anchor } = await amongMany(100, change);

    expect(verifyFile(file, anchor)).toMatchObject({ ok: false, failed: step });
  });

  it('may stand behind a handover, at the end of a sealing block', async () => {
    const { file, anchor } = await amongMany(100, { entryCount: 998n });

    expect(verifyFile(file, anchor).ok).toBe(true);
  });
});

describe('a path through a map that was put together wrongly', () => {
  it('does not show a place to be empty by a leaf that could not stand there', () => {
    const place = new Uint8Array(32);
    const other = new Uint8Array(32).fill(0xff);
    const siblings = [token(1)];
    const path = { siblings, leaf: { key: other, valueHash: token(2) } };
    const root = stateBranchHash(stateLeafHash(other, token(2)), token(1));

    expect(isProven(root, place, null, path)).toBe(false);
    expect(isProven(root, place, null, { siblings, leaf: null })).toBe(false);
  });
});

describe('the file of a state proof', () => {
  it('stays below 3 kB among 50,000 things, a million leaves and seven validators', async () => {
    const { file, anchor } = await amongMany(50_000);

    expect(verifyFile(file, anchor)).toMatchObject({
      ok: true,
      proven: { height: 400_000n, fields: { status: 'absent', financed: false } },
    });
    expect(Buffer.byteLength(file)).toBeLessThan(3_000);
  });

  it('is a few kilobytes: what was asked, the path, one proof for each handover and one for the header', () => {
    const { handovers, header } = parseStateProof(absent);

    expect(handovers).toHaveLength(2);
    expect(header.leaf).not.toBeNull();
    expect(absent.split('\n').slice(0, 5)).toEqual([
      'tallystick-state-proof/1',
      'type fingerprint',
      `channel ${Buffer.from(epochsChannel).toString('base64')}`,
      `id ${Buffer.from(token(10)).toString('base64')}`,
      `place ${Buffer.from(placeOf('fingerprint', epochsChannel, token(10))).toString('base64')}`,
    ]);
    expect(absent.length).toBeLessThan(9_000);
  });

  it.each([
    ['leaf', 'an unknown type', (file: string) => file.replace('type fingerprint', 'type secret')],
    [
      'leaf',
      'a type that every object has',
      (file: string) => file.replace('type fingerprint', 'type toString'),
    ],
    ['leaf', 'a space too much', (file: string) => file.replace('type ', 'type  ')],
    ['state', 'a hash too few', (file: string) => file.replace(/\n[^ \n]+\n\n/, '\n\n')],
    ['leaf', 'another version', (file: string) => file.replace('proof/1', 'proof/2')],
    ['checkpoint', 'a part too few', (file: string) => file.slice(0, file.lastIndexOf('\n\n') + 1)],
    [
      'checkpoint',
      'nothing but its head',
      (file: string) => file.slice(0, file.indexOf('\n\n') + 1),
    ],
  ] as const)('fails at %s with %s', (step, _what, alter) => {
    const altered = alter(financed);

    expect(altered).not.toBe(financed);
    expect(verifyFile(altered, log.anchor)).toMatchObject({ ok: false, failed: step });
  });
});
