/** Proof packs and bare proofs: what holds is proven, and whatever is altered is refused by name. */
import { actHash, encodeEntry } from '@tallystick/chain/src/act/act.ts';
import { base64, fromBase64, hex } from '@tallystick/chain/src/crypto/digest.ts';
import { anchorFingerprint, encodeAnchor, parseAnchor } from '@tallystick/chain/src/log/anchor.ts';
import { decodeHeaderLeaf, encodeHeaderLeaf } from '@tallystick/chain/src/log/handover.ts';
import { inclusionProof } from '@tallystick/chain/src/log/merkle.ts';
import type { Included, Pack } from '@tallystick/chain/src/log/pack.ts';
import { encodePack, parsePack } from '@tallystick/chain/src/log/pack.ts';
import { encodeTlogProof } from '@tallystick/chain/src/log/proof.ts';
import { inEnglish } from '@tallystick/chain/src/log/said.ts';
import { steps } from '@tallystick/chain/src/log/step.ts';
import { verifyFile, verifyPack, verifyTlogProof } from '@tallystick/chain/src/verify.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  actBy,
  confirmedInvoice,
  council,
  entryOf,
  flipped,
  itemOf,
  proofOf,
  shown,
  signerFrom,
  sparseLog,
} from '../support/proofs.ts';

const world = await confirmedInvoice();
const text = encodePack(world.pack);

describe('a proof pack of a confirmed invoice', () => {
  it('says what is proven, who signed it, under which mandate and with what trust', () => {
    const verdict = verifyPack(text, world.anchor);

    expect(verdict).toMatchObject({
      ok: true,
      outcome: 'proven',
      failed: null,
      proven: {
        kind: 'invoice.confirm/1',
        refusal: null,
        index: 999_990n,
        height: 4711n,
        timeMs: 1_780_000_000_123n,
        fields: {
          party: 'org_aurora',
          person: 'per_approver',
          invoice: 'inv_aaaaaaaaaaaaaaaaaaaaaaaa',
          approved: { amount: '123456.78', currency: 'CNY' },
        },
      },
      signedBy: {
        custody: 'device',
        organisation: 'Aurora Motors',
        person: 'Ada Approver',
        mandate: { action: 'invoice.confirm', limit: { amount: '500000.00', currency: 'CNY' } },
      },
      trust: { stakeSigned: 100n, stakeTotal: 100n, stakePercent: '100.00', validatorsSigned: 4 },
    });
    expect(verdict.steps.map(({ step, ok }) => [step, ok])).toEqual(
      steps
        .filter((each) => each !== 'state' && each !== 'consistency')
        .map((each) => [each, true]),
    );
    expect(verdict.trust?.organisations).toHaveLength(4);
    expect(verdict.warnings.map(inEnglish)).toEqual([
      'All 4 validators are run by one operator, Demo, perhaps in one process.',
    ]);
  });

  it('reads back to the same pack', () => {
    expect(encodePack(parsePack(text))).toBe(text);
  });

  it('is at most 10 kB with five shown fields, a million leaves and seven validators', async () => {
    const seven = await confirmedInvoice({ stakes: [1n, 1n, 1n, 1n, 1n, 1n, 1n] });

    expect(encodePack(seven.pack).length).toBeLessThanOrEqual(10_000);
    expect(verifyPack(encodePack(seven.pack), seven.anchor).ok).toBe(true);
  });

  it('proves nothing without an anchor, and says so', () => {
    const verdict = verifyPack(text);

    expect(verdict).toMatchObject({
      ok: false,
      outcome: 'unanchored',
      failed: 'anchor',
      proven: null,
    });
    expect(verdict.steps.find(({ step }) => step === 'quorum')).toMatchObject({ reached: false });
  });

  it('shows the refusal that the chain recorded', async () => {
    const refused = await confirmedInvoice({ refusal: 'NOTE_SPENT' });

    const verdict = verifyPack(encodePack(refused.pack), refused.anchor);

    expect(verdict).toMatchObject({ ok: true, proven: { refusal: 'NOTE_SPENT' } });
  });

  it('never passes a refused act off as accepted', async () => {
    const refused = await confirmedInvoice({ refusal: 'NOTE_SPENT' });
    const whitewashed = { ...refused.pack, act: { ...refused.pack.act, refusal: null } };

    expect(verifyPack(encodePack(whitewashed), refused.anchor).failed).toBe('inclusion');
  });

  it('walks the handovers from the anchor to the epoch of the checkpoint', async () => {
    const later = await confirmedInvoice({ handovers: 2 });

    expect(verifyPack(encodePack(later.pack), later.anchor)).toMatchObject({
      ok: true,
      trust: { epoch: 2n },
    });
    expect(later.pack.handovers).toHaveLength(2);
  });
});

describe('an altered pack', () => {
  it('fails at a named step whichever single octet is changed', () => {
    const missed: number[] = [];
    const failed = new Set<string>();
    for (let at = 0; at < text.length; at += 1) {
      const verdict = verifyFile(flipped(text, at), world.anchor);
      if (verdict.ok || verdict.failed === null) missed.push(at);
      else failed.add(verdict.failed);
    }

    expect(missed).toEqual([]);
    expect([...failed].sort()).toEqual([
      'act signature',
      'anchor',
      'checkpoint',
      'disclosure',
      'epoch',
      'inclusion',
      'key',
      'leaf',
      'signatures',
    ]);
  });

  it('fails whatever octet takes the place of another', () => {
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const octet = (text.charCodeAt(at) + change) % 256;
        const altered = text.slice(0, at) + String.fromCharCode(octet) + text.slice(at + 1);
        return altered === text || !verifyFile(altered, world.anchor).ok;
      }),
      { seed: 2, numRuns: 1500 },
    );
  });

  it.each([
    ['act signature', 'the signature', ['act', 'signature'], 10],
    ['act signature', 'the time in the header', ['act', 'header'], 115],
    ['disclosure', 'the root in the header', ['act', 'header'], 130],
    ['key', 'the public key', ['act', 'publicKey'], 3],
    ['disclosure', 'a salt', ['act', 'disclosed', 1, 'salt'], 3],
    ['key', 'the signature of the registration', ['supporting', 0, 'signature'], 3],
    ['key', 'a salt of the mandate', ['supporting', 1, 'disclosed', 0, 'salt'], 3],
    ['inclusion', 'the header of the block', ['block', 'leaf'], 100],
  ] as const)('names %s when one bit of %s is altered', (step, _what, path, at) => {
    const json: unknown = JSON.parse(text);
    const altered = `${JSON.stringify(withBitTurned(json, path, at))}\n`;

    expect(verifyPack(altered, world.anchor)).toMatchObject({ ok: false, failed: step });
  });

  it.each([
    ['disclosure', 'a shown amount', (json: string) => json.replace('123456.78', '923456.78')],
    ['disclosure', 'a shown name', (json: string) => json.replace('org_aurora', 'org_borora')],
    [
      'key',
      'a name in the registration',
      (json: string) => json.replace('Ada Approver', 'Eve Approver'),
    ],
    ['leaf', 'a space', (json: string) => json.replace('"act":', '"act": ')],
    ['leaf', 'an unknown part', (json: string) => json.replace('{"format"', '{"extra":1,"format"')],
    ['checkpoint', 'the size', (json: string) => json.replace('\\n1000000\\n', '\\n01000000\\n')],
    [
      'inclusion',
      'the size, well-formed',
      (json: string) => json.replace('\\n1000000\\n', '\\n1000001\\n'),
    ],
    ['inclusion', 'the index', (json: string) => json.replace('index 999990', 'index 999991')],
    ['anchor', 'the origin', (json: string) => json.replaceAll('demo.example', 'devo.example')],
    ['signatures', 'the name of a cosigner', (json: string) => json.replace('val3', 'val9')],
    [
      'signatures',
      'a cosignature that is left over',
      (json: string) => json.replace(/(— val4 [^\\]+\\n)/, '$1$1'),
    ],
  ] as const)('names %s when %s is altered', (step, _what, alter) => {
    expect(alter(text)).not.toBe(text);
    expect(verifyPack(alter(text), world.anchor)).toMatchObject({ ok: false, failed: step });
  });
});

describe('the weight of a proof', () => {
  it.each([
    [[0, 1, 2], true],
    [[0, 1], false],
    [[], false],
  ] as const)('with validators %j of four equal ones is enough: %s', async (signing, ok) => {
    const some = await confirmedInvoice({ signing });

    expect(verifyPack(encodePack(some.pack), some.anchor)).toMatchObject({
      ok,
      failed: ok ? null : 'quorum',
    });
  });

  it('is not enough at exactly two thirds, and enough one unit above', async () => {
    const exactly = await confirmedInvoice({ stakes: [200n, 100n], signing: [0] });
    const above = await confirmedInvoice({ stakes: [201n, 99n], signing: [0] });

    expect(verifyPack(encodePack(exactly.pack), exactly.anchor).failed).toBe('quorum');
    expect(verifyPack(encodePack(above.pack), above.anchor).ok).toBe(true);
  });
});

describe('who may sign', () => {
  it('refuses an act whose key nothing in the file registers', () => {
    const pack = { ...world.pack, supporting: world.pack.supporting.slice(1) };

    expect(verifyPack(encodePack(pack), world.anchor)).toMatchObject({ ok: false, failed: 'key' });
  });

  it('refuses a registration that stands after the act', () => {
    const [registration, ...others] = world.pack.supporting;
    if (registration === undefined) throw new Error('the pack has a registration');
    const pack = { ...world.pack, supporting: [{ ...registration, index: 999_991n }, ...others] };

    expect(verifyPack(encodePack(pack), world.anchor).failed).toBe('key');
  });

  it('refuses the registration of another key', async () => {
    const other = await signerFrom(77);
    const registered = await actBy(
      await signerFrom(1),
      'key.register',
      {
        owner: 'org_aurora',
        ownerName: 'Aurora Motors',
        holder: 'per_approver',
        holderName: 'Ada Approver',
        publicKey: other.publicKey,
        custody: 'device',
        label: 'Phone',
      },
      { group: new Uint8Array(16) },
    );
    const [first, ...others] = world.pack.supporting;
    if (first === undefined) throw new Error('the pack has a registration');
    const wrong = { ...first, ...shown(registered, ['owner']) };

    const verdict = verifyPack(
      encodePack({ ...world.pack, supporting: [wrong, ...others] }),
      world.anchor,
    );

    expect(verdict.failed).toBe('key');
  });

  it('refuses a registration that the chain itself refused', async () => {
    const [registration, ...others] = world.pack.supporting;
    if (registration === undefined) throw new Error('the pack has a registration');
    const refused = { ...registration, refusal: 'KEY_TAKEN' };
    const { channel: at, effects } = registration.header;
    const entry = { channel: at, actHash: actHash(registration.headerBytes), effects };
    const leaves = new Map(world.leaves).set(5n, encodeEntry({ ...entry, refusal: 'KEY_TAKEN' }));
    const pack = await included({ ...world.pack, supporting: [refused, ...others] }, leaves);

    expect(verifyPack(encodePack(pack), world.anchor)).toMatchObject({ ok: false, failed: 'key' });
  });

  it('refuses a mandate that the act does not name', async () => {
    const hidden = await confirmedInvoice({ show: ['party', 'person', 'invoice'] });

    expect(verifyPack(encodePack(hidden.pack), hidden.anchor).failed).toBe('key');
  });

  it('accepts a key of the genesis without a registration, and names its custody', async () => {
    const made = await actBy(world.founder, 'clock.set', { date: '2026-03-03' }, { person: null });
    const leaves = new Map(world.leaves).set(999_990n, entryOf(made.act, null));
    const nodeAt = sparseLog(leaves);
    const proof = await proofOf(nodeAt, 999_990n, 1_000_000n, world.council);
    const again = await proofOf(nodeAt, world.pack.block.index, 1_000_000n, world.council);
    const pack = {
      ...world.pack,
      act: shown(made, ['date']),
      supporting: [],
      block: { ...world.pack.block, hashes: again.hashes },
      proof,
    };

    expect(verifyPack(encodePack(pack), world.anchor)).toMatchObject({
      ok: true,
      signedBy: { custody: 'operator', organisation: 'Operator', person: null, mandate: null },
    });
    expect(verifyPack(encodePack(pack), { ...world.anchor, founders: [] }).failed).toBe('key');
    expect(verifyPack(encodePack(pack)).outcome).toBe('unanchored');
  });
});

describe('the block of an act', () => {
  const header = decodeHeaderLeaf(world.pack.block.leaf);

  it.each([
    ['begins after the act', { firstIndex: 999_991n }],
    ['ends before the act', { entryCount: 5n }],
    ['ends elsewhere than before its header', { entryCount: 12n }],
    ['is a sealing block whose header is missing', { entryCount: 8n }],
  ])('refuses a header of a block that %s', async (_what, change) => {
    const leaf = encodeHeaderLeaf({ ...header, ...change });
    const leaves = new Map(world.leaves).set(world.pack.block.index, leaf);
    const pack = await included({ ...world.pack, block: { ...world.pack.block, leaf } }, leaves);

    expect(verifyPack(encodePack(pack), world.anchor)).toMatchObject({
      ok: false,
      failed: 'inclusion',
    });
  });

  it('accepts a sealing block, whose handover stands before the header', async () => {
    const leaf = encodeHeaderLeaf({ ...header, entryCount: 9n });
    const leaves = new Map(world.leaves).set(world.pack.block.index, leaf);
    const pack = await included({ ...world.pack, block: { ...world.pack.block, leaf } }, leaves);

    expect(verifyPack(encodePack(pack), world.anchor).ok).toBe(true);
  });

  it('refuses a block of an epoch after the one that vouches for it', async () => {
    const leaf = encodeHeaderLeaf({ ...header, epoch: 1n });
    const leaves = new Map(world.leaves).set(world.pack.block.index, leaf);
    const pack = await included({ ...world.pack, block: { ...world.pack.block, leaf } }, leaves);

    expect(verifyPack(encodePack(pack), world.anchor)).toMatchObject({
      ok: false,
      failed: 'epoch',
    });
  });
});

describe('epochs', () => {
  it('refuses retired keys on a size after their handover', async () => {
    const later = await confirmedInvoice({ handovers: 1 });
    const retired = await council([25n, 25n, 25n, 25n], 0);
    const proof = await proofOf(later.nodeAt, 999_990n, 1_000_000n, retired);

    const verdict = verifyPack(encodePack({ ...later.pack, proof }), later.anchor);

    expect(verdict).toMatchObject({ ok: false, failed: 'signatures' });
  });

  it('refuses a checkpoint from before the handover that the file shows', async () => {
    const later = await confirmedInvoice({ handovers: 1 });
    const early = await confirmedInvoice({ size: 90n });
    const pack = { ...early.pack, handovers: later.pack.handovers };

    expect(verifyPack(encodePack(pack), later.anchor).failed).toBe('epoch');
  });

  it('refuses a handover that is left out, repeated, altered or without a quorum', async () => {
    const later = await confirmedInvoice({ handovers: 2 });
    const [first = '', second = ''] = later.pack.handovers;
    const thin = first.replace(/— val[34] .*\n/g, '');
    const attempts = [
      [second],
      [first, first, second],
      [flipped(first, 60), second],
      [thin, second],
    ];

    const failed = attempts.map(
      (handovers) => verifyPack(encodePack({ ...later.pack, handovers }), later.anchor).failed,
    );

    expect(failed).toEqual(['epoch', 'epoch', 'epoch', 'epoch']);
  });

  it('refuses a handover that its epoch signed past its own end', async () => {
    const later = await confirmedInvoice({ handovers: 1 });
    const retired = await council([25n, 25n, 25n, 25n], 0);
    const leaf = later.leaves.get(100n) ?? new Uint8Array();
    const late = await proofOf(later.nodeAt, 100n, 103n, retired, { leaf });

    const pack = { ...later.pack, handovers: [encodeTlogProof(late)] };

    expect(verifyPack(encodePack(pack), later.anchor)).toMatchObject({ failed: 'epoch' });
  });

  it('refuses an act that a later anchor does not cover', () => {
    expect(verifyPack(text, { ...world.anchor, firstSize: 1_000_001n }).failed).toBe('epoch');
  });

  it('refuses the anchor of another chain or of other validators', async () => {
    const others = await council([25n, 25n, 25n, 25n], 8);

    expect(verifyPack(text, { ...world.anchor, chainId: new Uint8Array(32) }).failed).toBe(
      'anchor',
    );
    expect(verifyPack(text, { ...world.anchor, origin: 'other.example/main' }).failed).toBe(
      'anchor',
    );
    expect(verifyPack(text, { ...world.anchor, validators: others.validators }).failed).toBe(
      'signatures',
    );
    expect(verifyPack(text, { ...world.anchor, logKey: others.log.publicKey }).failed).toBe(
      'signatures',
    );
  });

  it('refuses a block that names another set of validators', () => {
    const validators = world.anchor.validators.map((each) => ({
      ...each,
      operator: 'Somebody else',
    }));

    expect(verifyPack(text, { ...world.anchor, validators }).failed).toBe('epoch');
  });
});

describe('a bare proof', async () => {
  const index = 999_990n;
  const leaf = world.leaves.get(index) ?? new Uint8Array();
  const proof = await proofOf(world.nodeAt, index, 1_000_000n, world.council, { leaf });
  const file = encodeTlogProof(proof);

  it('proves that the act is in the log, and says that it does not show who signed', () => {
    const verdict = verifyTlogProof(file, world.anchor);

    expect(verdict).toMatchObject({
      ok: true,
      proven: { kind: 'act', index, refusal: null },
      signedBy: null,
    });
    expect(verdict.proven?.actHash).toBe(hex(leaf.slice(37, 69)));
    expect(verdict.steps.map(({ step }) => step)).toEqual([
      'leaf',
      'inclusion',
      'checkpoint',
      'signatures',
      'quorum',
      'epoch',
      'anchor',
    ]);
  });

  it('takes the leaf from beside the file as well', () => {
    const without = encodeTlogProof({ ...proof, leaf: null });

    expect(verifyTlogProof(without, world.anchor, leaf).ok).toBe(true);
    expect(verifyTlogProof(without, world.anchor).failed).toBe('leaf');
    expect(verifyTlogProof(file, world.anchor, leaf.slice(1)).failed).toBe('leaf');
  });

  it('tells a block header from an act', async () => {
    const at = world.pack.block.index;
    const header = world.pack.block.leaf;
    const bare = await proofOf(world.nodeAt, at, 1_000_000n, world.council, { leaf: header });

    expect(verifyTlogProof(encodeTlogProof(bare), world.anchor)).toMatchObject({
      ok: true,
      proven: { kind: 'block header', height: 4711n },
    });
  });

  it('fails at a named step whichever single octet is changed', () => {
    const missed = [...file].flatMap((_, at) => {
      const { ok, failed } = verifyFile(flipped(file, at), world.anchor);
      return ok || failed === null ? [at] : [];
    });

    expect(missed).toEqual([]);
  });

  it('is at most 2 kB in the midst of a million leaves with seven validators, its leaf included', async () => {
    const seven = await confirmedInvoice({ stakes: [1n, 1n, 1n, 1n, 1n, 1n, 1n] });
    const carried = seven.leaves.get(index) ?? new Uint8Array();
    const midst = sparseLog(new Map([[500_001n, carried]]));
    const longest = await proofOf(midst, 500_001n, 1_048_576n, seven.council, { leaf: carried });

    expect(longest.hashes).toHaveLength(20);
    expect(new TextEncoder().encode(encodeTlogProof(longest)).length).toBeLessThanOrEqual(2048);
    const sevenfold = await proofOf(seven.nodeAt, index, 1_000_000n, seven.council, {
      leaf: carried,
    });

    expect(new TextEncoder().encode(encodeTlogProof(sevenfold)).length).toBeLessThanOrEqual(2048);
  });
});

describe('the anchor', () => {
  it('reads back from its file with the same fingerprint', () => {
    const read = parseAnchor(encodeAnchor(world.anchor));

    expect(read).toEqual(world.anchor);
    expect(anchorFingerprint(read)).toBe(anchorFingerprint(world.anchor));
  });

  it('is refused when an octet of its file is altered', () => {
    const whole = encodeAnchor(world.anchor);
    const fingerprint = anchorFingerprint(world.anchor);
    const unnoticed = Array.from({ length: whole.length / 7 }, (_, at) =>
      flipped(whole, 7 * at),
    ).filter((altered) => {
      try {
        return anchorFingerprint(parseAnchor(altered)) === fingerprint;
      } catch {
        return false;
      }
    });

    expect(unnoticed).toEqual([]);
  });

  it.each([
    ['no validators', { validators: [] }],
    ['one key in two roles', { twice: true }],
    ['no stake', { stake: 0n }],
    ['a key of small order', { key: new Uint8Array(32) }],
  ] as const)('refuses %s', (_what, change) => {
    const first = itemOf(world.anchor.validators, 0);
    const altered =
      'validators' in change
        ? change.validators
        : 'twice' in change
          ? [{ ...first, cosignerKey: first.consensusKey }]
          : 'stake' in change
            ? [{ ...first, stake: change.stake }]
            : [{ ...first, cosignerKey: change.key }];

    expect(() => parseAnchor(encodeAnchor({ ...world.anchor, validators: altered }))).toThrow(/.+/);
  });
});

/** The pack with all its proofs made again in a log that holds these leaves. */
async function included(pack: Pack, leaves: ReadonlyMap<bigint, Uint8Array>): Promise<Pack> {
  const nodeAt = sparseLog(leaves);
  const { size } = pack.proof.checkpoint;
  const placed = <T extends Included>(each: T): T => ({
    ...each,
    hashes: inclusionProof(each.index, size, nodeAt),
  });
  return {
    ...pack,
    supporting: pack.supporting.map(placed),
    block: placed(pack.block),
    proof: await proofOf(nodeAt, pack.proof.index, size, world.council),
  };
}

/** The JSON with one bit turned in the octets that stand at `path`. */
function withBitTurned(json: unknown, path: readonly (string | number)[], at: number): unknown {
  const [name, ...rest] = path;
  if (name === undefined) {
    const bytes = fromBase64(String(json)) ?? new Uint8Array();
    return base64(bytes.map((octet, order) => (order === at ? octet ^ 1 : octet)));
  }
  if (Array.isArray(json)) {
    return json.map((item, order) => (order === name ? withBitTurned(item, rest, at) : item));
  }
  const record = json as Readonly<Record<string, unknown>>;
  return { ...record, [name]: withBitTurned(record[name], rest, at) };
}
