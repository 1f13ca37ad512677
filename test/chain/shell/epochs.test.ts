/** A running chain through several epochs: validators join, leave and weigh more, and its proofs outlive them. */
import { createPrivateKey, sign } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { GovernanceEffect } from '../../../chain/src/act/kind.ts';
import { inspectCommand } from '../../../chain/src/cli/inspect.ts';
import type { ChainClient, FinalBlock } from '../../../chain/src/client.ts';
import { decodeProof, encodeProof } from '../../../chain/src/core/evidence.ts';
import type { Message } from '../../../chain/src/core/message.ts';
import { voteSigningBytes } from '../../../chain/src/core/vote.ts';
import { hex } from '../../../chain/src/crypto/digest.ts';
import { cosigningBytes } from '../../../chain/src/crypto/signature.ts';
import { type EmbeddedChainOptions, startEmbeddedChain } from '../../../chain/src/index.ts';
import { checkpointBody } from '../../../chain/src/log/checkpoint.ts';
import { decodeHandoverLeaf, decodeHeaderLeaf } from '../../../chain/src/log/handover.ts';
import { reignsUntil, supportOf } from '../../../chain/src/log/judge.ts';
import { leafHash } from '../../../chain/src/log/merkle.ts';
import { validatorSetHash } from '../../../chain/src/log/policy.ts';
import { parseTlogProof } from '../../../chain/src/log/proof.ts';
import { verifyTlogProof } from '../../../chain/src/verify.ts';
import { type Actor, actor, fourBanks, operator } from '../../support/chain-world.ts';

let folder: string;
let home: string;
let open: ChainClient[] = [];

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tallystick-epochs-'));
  home = path.join(folder, 'chain');
});

afterEach(async () => {
  for (const client of open) await client.stop();
  open = [];
  fs.rmSync(folder, { recursive: true, force: true });
});

const parameters = { epochBlocks: 0n, timeLockMs: 0n } as const;

async function start(options: Partial<EmbeddedChainOptions> = {}): Promise<ChainClient> {
  const founding = { ...fourBanks, ...options.genesis };
  const genesis = { ...founding, parameters: { ...parameters, ...founding.parameters } };
  const client = await startEmbeddedChain({ home, networkName: 'test', ...options, genesis });
  open.push(client);
  return client;
}

/** Submits one act and answers its block. */
async function put(
  client: ChainClient,
  writer: Actor,
  governance: GovernanceEffect | null = null,
): Promise<{ readonly block: FinalBlock; readonly outcome: string; readonly id: Uint8Array }> {
  const act = writer.act({ governance });
  const [result] = await client.submit([act]);
  expect(result).toEqual({ kind: 'waiting' });
  const from = client.status().height + 1n;
  for await (const block of client.blocksFrom(
    from > 3n ? from - 3n : 1n,
    AbortSignal.timeout(20_000),
  )) {
    const entry = block.entries.find(({ actHash }) => Buffer.compare(actHash, act.actHash) === 0);
    if (entry === undefined) continue;
    const { outcome } = entry;
    return {
      block,
      outcome: outcome.kind === 'refused' ? outcome.code : 'accepted',
      id: act.actHash,
    };
  }
  throw new Error('the act did not become final');
}

/** Every final block so far. */
async function allBlocks(client: ChainClient): Promise<readonly FinalBlock[]> {
  const blocks: FinalBlock[] = [];
  const { height } = client.status();
  for await (const block of client.blocksFrom(1n, AbortSignal.timeout(20_000))) {
    blocks.push(block);
    if (block.height >= height) break;
  }
  return blocks;
}

async function epochIs(client: ChainClient, epoch: bigint): Promise<void> {
  await expect.poll(() => client.status().epoch, { timeout: 20_000 }).toBe(epoch);
}

/** Proposes a validator whose keys lie here, and says that it is there. */
async function admit(client: ChainClient, writer: Actor, name: string, stake = 1n): Promise<void> {
  const keys = await client.makeValidator(name);
  const { id, outcome } = await put(client, writer, {
    ...{ op: 'admit', name, organisation: `Bank of the ${name}`, operator: 'one machine' },
    ...{ ...keys, stake },
  });
  expect(outcome).toBe('accepted');
  const readiness = await client.readiness(name, id);
  expect((await put(client, writer, { op: 'ready', change: id, ...readiness })).outcome).toBe(
    'accepted',
  );
}

const names = (client: ChainClient): readonly string[] =>
  client.status().validators.map(({ name, stake }) => (stake === 1n ? name : `${name} ${stake}`));

describe('an epoch of fixed length', () => {
  it('ends with the block that makes it full, hands over, and the next goes on', async () => {
    const client = await start({ genesis: { ...fourBanks, parameters: { epochBlocks: 3n } } });
    const writer = actor(client.chainId, operator);
    for (let count = 0; count < 7; count += 1) await put(client, writer);
    const blocks = await allBlocks(client);

    // An empty block may stand between two acts, so heights count here and not acts.
    const epochAt = (height: bigint): bigint => (height + 2n) / 3n;
    expect(blocks.map(({ epoch }) => epoch)).toEqual(blocks.map(({ height }) => epochAt(height)));
    expect(client.status().epoch).toBe(epochAt(client.status().height + 1n));
    expect(client.status().network.firstHeight % 3n).toBe(1n);
    const sealing = blocks.filter(({ height }) => height % 3n === 0n);
    const leaves = await Promise.all(
      sealing.map(({ headerIndex }) => client.log.leaf(headerIndex - 1n)),
    );
    const handovers = leaves.map(decodeHandoverLeaf);
    expect(handovers.map(({ epoch }) => epoch)).toEqual(sealing.map(({ epoch }) => epoch + 1n));
    const [first] = leaves;
    if (first === undefined) throw new Error('an epoch is over');
    expect(handovers.slice(0, 2).map(({ previousHandover }) => hex(previousHandover))).toEqual([
      '00'.repeat(32),
      hex(leafHash(first)),
    ]);
  });
});

describe('a set that changes', () => {
  it('lets validators join, weigh more and leave, and proofs of every epoch start from the first anchor', async () => {
    let client = await start();
    const writer = actor(client.chainId, operator);
    const anchor = await client.anchor();
    await put(client, writer);

    await admit(client, writer, 'centre');
    await epochIs(client, 2n);
    expect(names(client)).toEqual(['north', 'east', 'south', 'west', 'centre']);
    await put(client, writer);

    await put(client, writer, { op: 'remove', name: 'north' });
    await epochIs(client, 3n);
    expect(names(client)).toEqual(['east', 'south', 'west', 'centre']);
    await put(client, writer);

    await client.stop();
    client = await start();
    await put(client, writer, { op: 'set', parameter: 'stage', value: 1n });
    await epochIs(client, 4n);
    const { id } = await put(client, writer, { op: 'weigh', name: 'east', stake: 3n });
    for (const validator of ['east', 'south', 'west']) {
      const signature = await client.approval(validator, id);
      await put(client, writer, { op: 'approve', change: id, validator, signature });
    }
    await epochIs(client, 5n);
    expect(names(client)).toEqual(['east 3', 'south', 'west', 'centre']);
    const last = await put(client, writer);

    expect(last.block.epoch).toBe(5n);
    const handovers = await client.log.handovers();
    expect(handovers.length).toBe(4);
    for (const index of [0n, last.block.firstIndex]) {
      const proof = parseTlogProof(await client.tlogProof(index));
      const reigns = reignsUntil(anchor, handovers, proof.checkpoint);
      const reign = reigns[reigns.length - 1];
      if (reign === undefined) throw new Error('the proof has a reign');
      const support = supportOf(proof.checkpoint, proof.logLine, proof.cosignatures, reign);
      expect(reign.epoch).toBe(5n);
      expect(support.isQuorum).toBe(true);
      const header = decodeHeaderLeaf(await client.log.leaf(last.block.headerIndex));
      expect(hex(header.validatorSetHash)).toBe(hex(validatorSetHash(reign.validators)));
    }
    await client.stop();
    expect(await inspectCommand([home], { write: () => undefined })).toBe(0);
  });
});

describe('a validator that was away', () => {
  it('through several epochs, comes back by what the others have, and its vote is needed again', async () => {
    // The second block of an epoch seals it; without a finalization of its own it needs a filler above it.
    const isLost = (message: Message): boolean =>
      message.kind === 'vote' && message.vote.kind === 'finalize' && message.vote.view === 2n;
    const client = await start({
      genesis: { ...fourBanks, parameters: { epochBlocks: 2n } },
      says: (_from, message) => (isLost(message) ? [] : [message]),
    });
    const writer = actor(client.chainId, operator);
    await put(client, writer);
    await client.stopValidator('west');
    for (let count = 0; count < 6; count += 1) await put(client, writer);
    const { epoch } = client.status();
    await client.startValidator('west');
    await client.stopValidator('north');
    for (let count = 0; count < 3; count += 1) await put(client, writer);

    expect(epoch).toBeGreaterThanOrEqual(4n);
    expect(client.status().epoch).toBeGreaterThan(epoch);
    const walked = reignsUntil(
      await client.anchor(),
      await client.log.handovers(),
      parseTlogProof(await client.tlogProof(0n)).checkpoint,
    );
    expect(walked.at(-1)?.epoch).toBeGreaterThanOrEqual(epoch);
  });

  it('while it was removed, cosigns the end of its last epoch and then runs no more', async () => {
    const client = await start();
    const writer = actor(client.chainId, operator);
    await put(client, writer);
    await client.stopValidator('west');
    await put(client, writer, { op: 'remove', name: 'west' });
    await epochIs(client, 2n);
    const base = client.status().network.firstHeight - 1n;
    const sealed = (await allBlocks(client)).find(({ height }) => height === base);
    if (sealed === undefined) throw new Error('the epoch is over');
    const cosigners = async () =>
      (await client.log.checkpoint(sealed.size)).cosignatures.map(({ name }) => name);

    expect(await cosigners()).not.toContain('west');
    await client.startValidator('west');
    await expect.poll(cosigners, { timeout: 20_000 }).toContain('west');
    await put(client, writer);
    expect(names(client)).toEqual(['north', 'east', 'south']);
  });
});

describe('a change with a time lock', () => {
  const locked = { ...fourBanks, parameters: { timeLockMs: 1_200n } };

  it('is seen while it waits, and takes effect although nobody submits anything', async () => {
    const client = await start({ genesis: locked });
    const writer = actor(client.chainId, operator);
    const before = await put(client, writer, { op: 'remove', name: 'west' });

    const { pending, epoch } = client.status().network;
    expect(epoch).toBe(1n);
    expect(pending).toMatchObject([{ op: 'remove', validator: 'west', id: hex(before.id) }]);
    expect(pending[0]?.dueMs).toBe(before.block.timeMs + 1_200n);
    await epochIs(client, 2n);
    const sealing = (await allBlocks(client)).at(-1);
    expect(sealing?.entries).toEqual([]);
    expect(sealing?.timeMs).toBeGreaterThanOrEqual(before.block.timeMs + 1_200n);
    expect(names(client)).toEqual(['north', 'east', 'south']);
    expect(client.status().network.unbonding).toMatchObject([{ name: 'west', stake: 1n }]);
  });

  it('that became due while the chain was down takes effect when it starts', async () => {
    const client = await start({ genesis: locked });
    const writer = actor(client.chainId, operator);
    await put(client, writer, { op: 'remove', name: 'west' });
    await client.stop();
    await new Promise((resolve) => setTimeout(resolve, 1_300));

    const again = await start();
    expect(again.status().epoch).toBe(1n);
    await epochIs(again, 2n);
    expect(names(again)).toEqual(['north', 'east', 'south']);
  });

  it('is taken back before it takes effect', async () => {
    const client = await start({ genesis: locked });
    const writer = actor(client.chainId, operator);
    const { id } = await put(client, writer, { op: 'remove', name: 'west' });

    expect((await put(client, writer, { op: 'cancel', change: id })).outcome).toBe('accepted');
    expect((await put(client, writer, { op: 'cancel', change: id })).outcome).toBe(
      'CHANGE_MISSING',
    );
    await new Promise((resolve) => setTimeout(resolve, 1_400));
    await put(client, writer);
    expect(client.status()).toMatchObject({ epoch: 1n, network: { pending: [] } });
  });
});

describe('stake that does not go with heads', () => {
  const stakes = [7n, 1n, 1n, 1n];
  const validators = fourBanks.validators.map((each, at) => ({ ...each, stake: stakes[at] ?? 1n }));

  it('decides: one with seven of ten goes on alone, three with three of ten do not', async () => {
    const client = await start({
      genesis: { ...fourBanks, validators, parameters: { stage: 1n } },
    });
    const writer = actor(client.chainId, operator);
    for (const name of ['east', 'south', 'west']) await client.stopValidator(name);
    const alone = await put(client, writer);
    await client.stopValidator('north');
    for (const name of ['east', 'south', 'west']) await client.startValidator(name);
    const waiting = writer.act();
    await client.submit([waiting]);
    await new Promise((resolve) => setTimeout(resolve, 700));

    expect(alone.block.cosigned).toBe(true);
    expect(await client.find(waiting.actHash)).toBeNull();
    await client.startValidator('north');
    await expect.poll(() => client.find(waiting.actHash), { timeout: 20_000 }).not.toBeNull();
  });
});

describe('a validator that breaks a signing rule', () => {
  /** West votes twice: what it says, and the same about a block that nobody made. */
  function liarAt(home: string, chainId: () => Uint8Array, isLying: () => boolean) {
    return (from: string, message: Message): readonly Message[] => {
      if (from !== 'west' || message.kind !== 'vote' || !isLying()) return [message];
      const { vote } = message;
      if (vote.kind !== 'notarize') return [message];
      const der = fs.readFileSync(path.join(home, 'validators', 'west', 'consensus.key'));
      const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
      const other = { ...vote, digest: 'ab'.repeat(32) };
      const signature = new Uint8Array(sign(null, voteSigningBytes(chainId(), other), key));
      return [message, { kind: 'vote', vote: { ...other, signature } }];
    };
  }
  const stakes = fourBanks.validators.map((each) => ({ ...each, stake: 100n }));

  it('is slashed and jailed at the boundary from evidence in the log, and nobody else', async () => {
    let lies = false;
    let chainId = new Uint8Array();
    const reported: string[] = [];
    const client = await start({
      genesis: { ...fourBanks, validators: stakes },
      says: liarAt(
        home,
        () => chainId,
        () => lies,
      ),
      onEvidence: ({ kind, voter }) => reported.push(`${kind} by ${voter}`),
    });
    chainId = new Uint8Array(client.chainId);
    const writer = actor(client.chainId, operator);
    await put(client, writer);
    expect(client.status().network).toMatchObject({ epoch: 1n, accused: [], slashed: 0n });

    lies = true;
    await put(client, writer);
    await epochIs(client, 2n);
    lies = false;
    await put(client, writer);

    expect(new Set(reported)).toEqual(new Set(['doubleNotarize by 3']));
    const { network, validators, epoch } = client.status();
    expect(epoch).toBe(2n);
    expect(validators.map(({ name }) => name)).toEqual(['north', 'east', 'south']);
    expect(network.members.map(({ name, stake, jailed }) => ({ name, stake, jailed }))).toEqual([
      { name: 'north', stake: 100n, jailed: false },
      { name: 'east', stake: 100n, jailed: false },
      { name: 'south', stake: 100n, jailed: false },
      { name: 'west', stake: 90n, jailed: true },
    ]);
    expect(network).toMatchObject({ bonded: 400n, slashed: 10n, released: 0n, accused: [] });
    const leaves = await Promise.all(
      Array.from({ length: Number(client.status().size) }, (_, index) =>
        client.log.leaf(BigInt(index)),
      ),
    );
    const proofs = leaves.flatMap((leaf) => decodeProof(client.chainId, leaf) ?? []);
    expect(proofs).toMatchObject([{ kind: 'votes', epoch: 1n, voter: 3 }]);
    expect(await client.evidence()).toMatchObject([
      { name: 'west', epoch: 1n, rule: 'doubleNotarize', height: network.firstHeight - 1n },
    ]);
    const index = leaves.findIndex((leaf) => decodeProof(client.chainId, leaf) !== undefined);
    const file = await client.tlogProof(BigInt(index));
    const handovers = await client.log.handovers();
    const verdict = verifyTlogProof(file, await client.anchor(), undefined, handovers);
    expect(verdict.proven).toMatchObject({ kind: 'evidence', fields: { epoch: '1', voter: '3' } });
    expect(verdict.outcome).toBe('proven');
    await client.stop();
    expect(await inspectCommand([home], { write: () => undefined })).toBe(0);
  });

  it('is judged for two cosignatures of one size, brought by whoever found them; once', async () => {
    const client = await start({ genesis: { ...fourBanks, validators: stakes } });
    const writer = actor(client.chainId, operator);
    await put(client, writer);
    const der = fs.readFileSync(path.join(home, 'validators', 'east', 'cosigner.key'));
    const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
    const cosigned = (octet: number) => {
      const root = new Uint8Array(32).fill(octet);
      const body = checkpointBody({ origin: client.origin, size: 9n, root });
      const signature = new Uint8Array(sign(null, cosigningBytes(1_800_000_000n, body), key));
      return { size: 9n, root, timeSeconds: 1_800_000_000n, signature };
    };
    const proof = (first: number, second: number, voter = 1) =>
      encodeProof(client.chainId, {
        ...{ kind: 'cosignatures', epoch: 1n, voter },
        ...{ first: cosigned(first), second: cosigned(second) },
      });

    expect(await client.reportEvidence(proof(1, 1))).toBe('refused');
    expect(await client.reportEvidence(proof(1, 2, 0))).toBe('refused');
    expect(await client.reportEvidence(proof(1, 2))).toBe('waiting');
    await epochIs(client, 2n);
    expect(await client.reportEvidence(proof(1, 2))).toBe('refused');
    expect(await client.reportEvidence(proof(1, 3))).toBe('refused');
    expect(client.status().network.members[1]).toMatchObject({ name: 'east', jailed: true });
    expect(client.status().network.slashed).toBe(10n);
    await put(client, writer);
  });
});
