/**
 * A small world with a large log, for tests of proofs.
 *
 * Keys come from numbers, so every run has the same bytes. The log has any size at
 * no cost: where no act of the test stands, a subtree's hash is made up from its
 * place, and everything above it is real.
 */
import type { Act } from '@tallystick/chain/src/act/act.ts';
import { channelOf, encodeEntry, keyIdOf, objectId } from '@tallystick/chain/src/act/act.ts';
import type { InputOf, KindName } from '@tallystick/chain/src/act/kinds.ts';
import { signAct, signActs } from '@tallystick/chain/src/act/sign.ts';
import { fromHex, sha256, utf8 } from '@tallystick/chain/src/crypto/digest.ts';
import type { Signer } from '@tallystick/chain/src/crypto/signature.ts';
import {
  cosigningBytes,
  logSigningBytes,
  pkcs8Signer,
} from '@tallystick/chain/src/crypto/signature.ts';
import type { Anchor } from '@tallystick/chain/src/log/anchor.ts';
import type { Checkpoint } from '@tallystick/chain/src/log/checkpoint.ts';
import {
  checkpointBody,
  cosignerKeyType,
  logKeyType,
  noteKeyId,
} from '@tallystick/chain/src/log/checkpoint.ts';
import { encodeHandoverLeaf, encodeHeaderLeaf } from '@tallystick/chain/src/log/handover.ts';
import type { NodeAt } from '@tallystick/chain/src/log/merkle.ts';
import { inclusionProof, leafHash, nodeHash, rootAt } from '@tallystick/chain/src/log/merkle.ts';
import type { Pack, PackAct } from '@tallystick/chain/src/log/pack.ts';
import { packAct } from '@tallystick/chain/src/log/pack.ts';
import type { Validator } from '@tallystick/chain/src/log/policy.ts';
import { validatorSetHash } from '@tallystick/chain/src/log/policy.ts';
import type { TlogProof } from '@tallystick/chain/src/log/proof.ts';
import { encodeTlogProof } from '@tallystick/chain/src/log/proof.ts';

/** A key made from a number. */
export function signerFrom(number: number): Promise<Signer> {
  const prefix = fromHex('302e020100300506032b657004220420') ?? new Uint8Array();
  return pkcs8Signer(Uint8Array.from([...prefix, ...sha256(utf8(`key ${number}`))]));
}

export const chainId = sha256(utf8('genesis'));
export const channel = channelOf(chainId, 'main');
export const origin = 'demo.example/main';

export type Council = {
  readonly validators: readonly Validator[];
  readonly cosigners: readonly Signer[];
  readonly log: Signer;
};

/** Validators with these stakes; `generation` gives them other keys. */
export async function council(stakes: readonly bigint[], generation = 0): Promise<Council> {
  const base = 1000 * (generation + 1);
  const cosigners = await Promise.all(stakes.map((_, order) => signerFrom(base + order)));
  const voters = await Promise.all(stakes.map((_, order) => signerFrom(base + 500 + order)));
  const validators = stakes.map((stake, order) => ({
    name: `val${order + 1}`,
    organisation: `Organisation ${order + 1}`,
    operator: 'Demo',
    consensusKey: keyOf(voters, order),
    cosignerKey: keyOf(cosigners, order),
    stake,
  }));
  return { validators, cosigners, log: await signerFrom(base + 999) };
}

/** The nodes of a log in which only these leaves are known. */
export function sparseLog(leaves: ReadonlyMap<bigint, Uint8Array>): NodeAt {
  const known = [...leaves].map(([index, leaf]) => ({ index, hash: leafHash(leaf) }));
  return function nodeAt(level, index): Uint8Array {
    const within = known.filter((leaf) => leaf.index >> BigInt(level) === index);
    const [only] = within;
    if (only === undefined) return sha256(utf8(`made up ${level} ${index}`));
    if (level === 0) return only.hash;
    return nodeHash(nodeAt(level - 1, 2n * index), nodeAt(level - 1, 2n * index + 1n));
  };
}

/** A proof of the leaf at `index`, cosigned by `signing` of the council (all of it, if left out). */
export async function proofOf(
  nodeAt: NodeAt,
  index: bigint,
  size: bigint,
  by: Council,
  options: { readonly leaf?: Uint8Array; readonly signing?: readonly number[] } = {},
): Promise<TlogProof> {
  const checkpoint: Checkpoint = { origin, size, root: rootAt(size, nodeAt) };
  const body = checkpointBody(checkpoint);
  const signing = options.signing ?? by.validators.map((_, order) => order);
  const timeSeconds = 1_780_000_000n;
  const cosignatures = signing.map(async (order) => {
    const { name, cosignerKey } = itemOf(by.validators, order);
    const signature = await itemOf(by.cosigners, order).sign(cosigningBytes(timeSeconds, body));
    const keyId = noteKeyId(name, cosignerKeyType, cosignerKey);
    const time = new Uint8Array(8);
    new DataView(time.buffer).setBigUint64(0, timeSeconds);
    return { name, keyId, value: Uint8Array.from([...time, ...signature]) };
  });
  return {
    leaf: options.leaf ?? null,
    index,
    hashes: inclusionProof(index, size, nodeAt),
    checkpoint,
    logLine: {
      name: origin,
      keyId: noteKeyId(origin, logKeyType, by.log.publicKey),
      value: await by.log.sign(logSigningBytes(body)),
    },
    cosignatures: await Promise.all(cosignatures),
  };
}

/** An act that `signer` does as its first, with made-up ids for everything that is left out. */
export async function actBy<N extends KindName>(
  signer: Signer,
  kind: N,
  input: InputOf<N>,
  options: {
    readonly party?: string;
    readonly person?: string | null;
    readonly mandate?: string | null;
    readonly group?: Uint8Array;
    readonly timeMs?: bigint;
  } = {},
): Promise<{ readonly act: Act; readonly signature: Uint8Array; readonly publicKey: Uint8Array }> {
  const { act, envelope } = await signAct(
    {
      kind,
      input,
      context: {
        chainId,
        channel,
        epoch: 0n,
        refs: [],
        party: options.party ?? 'org_aurora',
        person: options.person === undefined ? 'per_approver' : options.person,
        mandate: options.mandate ?? null,
        businessDate: '2026-03-02',
        facts: options.group === undefined ? {} : { group: options.group },
      },
      place: {
        keyId: keyIdOf(channel, signer.publicKey),
        seq: 1n,
        previousAct: null,
        timeMs: options.timeMs ?? 1_780_000_000_000n,
        seed: sha256(utf8(`seed of ${kind}`), signer.publicKey),
      },
    },
    signer,
  );
  return { act, signature: envelope.signature, publicKey: signer.publicKey };
}

export type World = {
  readonly pack: Pack;
  readonly anchor: Anchor;
  readonly council: Council;
  readonly nodeAt: NodeAt;
  readonly leaves: ReadonlyMap<bigint, Uint8Array>;
  readonly founder: Signer;
};

export type WorldOptions = {
  readonly size?: bigint;
  readonly stakes?: readonly bigint[];
  readonly signing?: readonly number[];
  readonly refusal?: string | null;
  readonly show?: readonly string[];
  /** How many times the validators have changed between the anchor and the act. */
  readonly handovers?: number;
};

/** A buyer's approver confirms an invoice, with her own key and under a mandate: the pack that proves it. */
export async function confirmedInvoice(options: WorldOptions = {}): Promise<World> {
  const size = options.size ?? 1_000_000n;
  const stakes = options.stakes ?? [25n, 25n, 25n, 25n];
  const [founder, approver, admin] = await Promise.all([
    signerFrom(1),
    signerFrom(2),
    signerFrom(3),
  ]);
  const registered = await actBy(
    founder,
    'key.register',
    {
      owner: 'org_aurora',
      ownerName: 'Aurora Motors',
      holder: 'per_approver',
      holderName: 'Ada Approver',
      publicKey: approver.publicKey,
      custody: 'device',
      label: 'Laptop',
    },
    { party: 'org_operator', person: null, group: sha256(utf8('group')).slice(0, 16) },
  );
  const granted = await actBy(
    admin,
    'mandate.grant',
    {
      holder: 'per_approver',
      action: 'invoice.confirm',
      limit: [500_000_00n, 'CNY'],
      validFrom: '2026-01-01',
      validTo: '2026-12-31',
    },
    { person: 'per_treasurer' },
  );
  const confirmed = await actBy(
    approver,
    'invoice.confirm',
    {
      invoice: 'inv_aaaaaaaaaaaaaaaaaaaaaaaa',
      proposal: 'pro_aaaaaaaaaaaaaaaaaaaaaaaa',
      approved: [123_456_78n, 'CNY'],
      dueDate: '2026-06-30',
      reason: null,
      statement: 'We shall pay this amount on the due date, without set-off.',
    },
    { mandate: objectId('man', granted.act.actHash) },
  );
  const refusal = options.refusal ?? null;
  const index = size - 10n;
  const councils = await Promise.all(
    Array.from({ length: 1 + (options.handovers ?? 0) }, (_, order) => council(stakes, order)),
  );
  const last = itemOf(councils, councils.length - 1);
  const leaves = new Map([
    [5n, entryOf(registered.act, null)],
    [40n, entryOf(granted.act, null)],
    [index, entryOf(confirmed.act, refusal)],
  ]);
  const blockIndex = index + 5n;
  const handovers: string[] = [];
  let previousHandover = new Uint8Array(32);
  for (let order = 1; order < councils.length; order += 1) {
    const at = 100n * BigInt(order);
    const leaf = encodeHandoverLeaf({
      ...{ origin, chainId, epoch: BigInt(order), previousHandover },
      validators: itemOf(councils, order).validators,
      logKey: itemOf(councils, order).log.publicKey,
    });
    leaves.set(at, leaf);
    previousHandover = Uint8Array.from(leafHash(leaf));
    const nodeThen = sparseLog(leaves);
    const by = itemOf(councils, order - 1);
    handovers.push(encodeTlogProof(await proofOf(nodeThen, at, at + 2n, by, { leaf })));
  }
  const block = encodeHeaderLeaf({
    ...{ chainId, height: 4711n, epoch: BigInt(councils.length - 1), view: 4720n },
    timeMs: 1_780_000_000_123n,
    parentDigest: sha256(utf8('parent')),
    firstIndex: index - 5n,
    entryCount: 10n,
    stateRoot: sha256(utf8('state')),
    validatorSetHash: validatorSetHash(last.validators),
  });
  leaves.set(blockIndex, block);
  const nodeAt = sparseLog(leaves);
  const signing = options.signing === undefined ? {} : { signing: options.signing };
  const place = (at: bigint) => ({ index: at, hashes: inclusionProof(at, size, nodeAt) });
  const pack: Pack = {
    act: shown(
      confirmed,
      options.show ?? ['party', 'person', 'mandate', 'invoice', 'approved'],
      refusal,
    ),
    supporting: [
      {
        role: 'key',
        ...shown(registered, ['owner', 'ownerName', 'holder', 'holderName']),
        ...place(5n),
      },
      { role: 'mandate', ...shown(granted, ['party', 'holder', 'action', 'limit']), ...place(40n) },
    ],
    block: { leaf: block, ...place(blockIndex) },
    handovers,
    proof: await proofOf(nodeAt, index, size, last, signing),
  };
  const first = itemOf(councils, 0);
  const anchor: Anchor = {
    origin,
    chainId,
    epoch: 0n,
    validators: first.validators,
    founders: [{ publicKey: founder.publicKey, organisation: 'Operator', custody: 'operator' }],
    firstSize: 1n,
    issuedAtMs: 1_770_000_000_000n,
    logKey: first.log.publicKey,
  };
  return { pack, anchor, council: last, nodeAt, leaves, founder };
}

/** So many confirmations of one approver under one signature, each with the pack that proves it alone. */
export async function confirmedTogether(
  count: number,
): Promise<{ readonly packs: readonly Pack[]; readonly council: Council }> {
  const approver = await signerFrom(2);
  const signed = await signActs(
    Array.from({ length: count }, (_, order) => ({
      kind: 'invoice.confirm' as const,
      input: {
        ...{ invoice: `inv_${order}`, proposal: `prp_${order}`, dueDate: '2026-06-30' },
        ...{ approved: [100n + BigInt(order), 'CNY'] as const, reason: null, statement: 'Paid.' },
      },
      context: {
        ...{ chainId, channel, epoch: 0n, refs: [], facts: {}, party: 'org_aurora' },
        ...{ person: 'per_approver', mandate: null, businessDate: '2026-03-02' },
      },
      seed: sha256(utf8(`seed ${order}`)),
    })),
    {
      ...{ keyId: keyIdOf(channel, approver.publicKey), seq: 1n, previousAct: null },
      timeMs: 1_780_000_000_000n,
    },
    approver,
  );
  const voters = await council([25n, 25n, 25n, 25n]);
  const firstIndex = 1_000n;
  const block = encodeHeaderLeaf({
    ...{ chainId, height: 12n, epoch: 0n, view: 12n, timeMs: 1_780_000_000_123n, firstIndex },
    ...{ parentDigest: sha256(utf8('parent')), stateRoot: sha256(utf8('state')) },
    entryCount: BigInt(count),
    validatorSetHash: validatorSetHash(voters.validators),
  });
  const blockIndex = firstIndex + BigInt(count);
  const leaves = new Map([
    ...signed.map(({ act }, order) => [firstIndex + BigInt(order), entryOf(act, null)] as const),
    [blockIndex, block] as const,
  ]);
  const nodeAt = sparseLog(leaves);
  const size = blockIndex + 1n;
  const packs = signed.map(async ({ act, envelope }, order): Promise<Pack> => {
    const made = { act, signature: envelope.signature, publicKey: approver.publicKey };
    return {
      act: shown(made, ['invoice', 'approved']),
      ...{ supporting: [], handovers: [] },
      block: {
        ...{ leaf: block, index: blockIndex },
        hashes: inclusionProof(blockIndex, size, nodeAt),
      },
      proof: await proofOf(nodeAt, firstIndex + BigInt(order), size, voters),
    };
  });
  return { packs: await Promise.all(packs), council: voters };
}

export function entryOf(act: Act, refusal: string | null): Uint8Array {
  const { effects } = act.header;
  return encodeEntry({ channel, actHash: act.actHash, effects, refusal });
}

export function shown(
  made: { readonly act: Act; readonly signature: Uint8Array; readonly publicKey: Uint8Array },
  show: readonly string[],
  refusal: string | null = null,
): PackAct {
  const { act, signature, publicKey } = made;
  const { headerBytes, body } = act;
  return packAct({ headerBytes, signature, publicKey, refusal, body, show });
}

function keyOf(signers: readonly Signer[], order: number): Uint8Array {
  return itemOf(signers, order).publicKey;
}

export function itemOf<T>(items: readonly T[], order: number): T {
  const item = items[order];
  if (item === undefined) throw new RangeError(`nothing at ${order} of ${items.length}`);
  return item;
}

/** The text with the lowest bit of one character turned. */
export function flipped(whole: string, at: number): string {
  return whole.slice(0, at) + String.fromCharCode(whole.charCodeAt(at) ^ 1) + whole.slice(at + 1);
}
