/** Proofs of a running chain whose validators change: all start from the first anchor, and survive a restart. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { GovernanceEffect, PublicEffects } from '@tallystick/chain/src/act/kind.ts';
import type { ChainClient } from '@tallystick/chain/src/client.ts';
import { hex, sha256, utf8 } from '@tallystick/chain/src/crypto/digest.ts';
import { startEmbeddedChain } from '@tallystick/chain/src/index.ts';
import { encodeConsistencyProof } from '@tallystick/chain/src/log/consistency.ts';
import { reignsFrom } from '@tallystick/chain/src/log/judge.ts';
import { countPolicy } from '@tallystick/chain/src/log/policy.ts';
import { inEnglish } from '@tallystick/chain/src/log/said.ts';
import { diskFiles, type FileSystem } from '@tallystick/chain/src/shell/files.ts';
import { verifyFile } from '@tallystick/chain/src/verify.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Actor, actor, fourBanks, operator } from '../../support/chain-world.ts';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tallystick-proofs-'));
const financed = sha256(utf8('financed'));
const reserved = sha256(utf8('reserved'));
const sizes: bigint[] = [];
let chain: ChainClient;
let writer: Actor;

/** How many octets each read of the disk asked for. */
const reads: number[] = [];
const files: FileSystem = {
  ...diskFiles,
  open: (file) => {
    const opened = diskFiles.open(file);
    const read = (position: number, length: number) => {
      reads.push(length);
      return opened.read(position, length);
    };
    return { ...opened, read };
  },
};

function start(): Promise<ChainClient> {
  const parameters = { epochBlocks: 0n, timeLockMs: 0n };
  return startEmbeddedChain({
    ...{ home: path.join(folder, 'chain'), networkName: 'test', files },
    genesis: { ...fourBanks, parameters },
  });
}

/** Does an act and waits until everybody may see it; answers its hash. */
async function put(effects: Partial<PublicEffects>): Promise<Uint8Array> {
  const from = chain.status().height + 1n;
  const act = writer.act(effects);
  await chain.submit([act]);
  for await (const block of chain.blocksFrom(from, AbortSignal.timeout(20_000))) {
    sizes.push(block.size);
    if (block.entries.some(({ actHash }) => hex(actHash) === hex(act.actHash))) break;
  }
  return act.actHash;
}

const govern = (governance: GovernanceEffect) => put({ governance });
async function epochIs(epoch: bigint): Promise<void> {
  while (chain.status().epoch !== epoch) await delay(5);
}

beforeAll(async () => {
  chain = await start();
  writer = actor(chain.chainId, operator);
  await put({ fingerprints: [{ op: 'reserve', token: financed }] });
  const name = 'centre';
  const stake = 1n;
  const keys = await chain.makeValidator(name);
  const change = await govern({
    ...{ op: 'admit', name, organisation: 'Bank of the centre', operator: 'another machine' },
    ...{ ...keys, stake },
  });
  await govern({ op: 'ready', change, ...(await chain.readiness(name, change)) });
  await epochIs(2n);
  await put({ fingerprints: [{ op: 'finance', token: financed }] });
  await govern({ op: 'remove', name: 'north' });
  await epochIs(3n);
  await put({ fingerprints: [{ op: 'reserve', token: reserved }] });
}, 60_000);

afterAll(async () => {
  await chain.stop();
  fs.rmSync(folder, { recursive: true });
});

/** The state of a fingerprint, as somebody learns it who has only the first anchor. */
async function status(token: Uint8Array, height?: bigint) {
  const channel = writer.channel;
  const file = await chain.log.stateProof({ type: 'fingerprint', channel, id: token }, height);
  return verifyFile(file, await chain.anchor());
}

describe('a chain whose validators have changed twice', () => {
  it('proves its state to whoever has the first anchor, with the newest set and the way to it', async () => {
    const verdict = await status(financed);

    expect(verdict).toMatchObject({
      ok: true,
      proven: { fields: { status: 'financed' } },
      trust: { epoch: 3n, validatorsSigned: 4, validatorsTotal: 4 },
    });
    expect(verdict.trust?.organisations).toContain('Bank of the centre');
    expect(verdict.trust?.organisations).not.toContain('Bank of the north');
    expect(verdict.trust?.walked.map(({ validatorsTotal }) => validatorsTotal)).toEqual([4, 5]);
    expect(verdict.warnings.map(inEnglish)).toEqual([
      'One operator, one machine, runs a third of the stake or more.',
      'On the way from the anchor, epoch 1 was run by one operator, one machine.',
    ]);
    expect((await status(sha256(utf8('unknown')))).proven?.fields.status).toBe('absent');
    expect((await status(reserved)).proven?.fields.status).toBe('reserved');
    expect((await status(reserved, 1n)).proven?.fields.status).toBe('absent');
  });

  it('is consistent between any two of its sizes, and every leaf is proven', async () => {
    const anchor = await chain.anchor();
    for (const older of sizes) {
      for (const newer of sizes.filter((size) => size >= older)) {
        const file = encodeConsistencyProof({
          hashes: await chain.log.consistency(older, newer),
          older: await chain.log.checkpoint(older),
          newer: await chain.log.checkpoint(newer),
          handovers: await chain.log.handovers(newer),
        });

        expect(verifyFile(file, anchor)).toMatchObject({ ok: true });
      }
    }
    const handovers = await chain.log.handovers();
    const { size } = (await chain.log.checkpoint()).checkpoint;
    for (let index = 0n; index < size; index += 1n) {
      expect(verifyFile(await chain.tlogProof(index), anchor, handovers).ok).toBe(true);
    }
  });

  it('has a policy for each epoch, which a quorum of that epoch meets', async () => {
    const reigns = reignsFrom(await chain.anchor(), await chain.log.handovers());

    expect(reigns.map(({ validators }) => countPolicy(validators))).toEqual([3, 4, 3]);
    expect(reigns.map(({ validators }) => validators.some(({ name }) => name === 'north'))).toEqual(
      [true, true, false],
    );
  });

  it('reads no more of the disk for an answer because the log is longer', async () => {
    const cost = async (ask: () => Promise<unknown>): Promise<readonly number[]> => {
      // An answer is read in one go; what the chain reads for itself beside it, or only the first time, is not counted.
      await ask();
      reads.length = 0;
      const answer = ask();
      const own = [...reads];
      await answer;
      return own;
    };
    const costs = async () => ({
      tile: await cost(() => chain.log.nodes(0, 0n, 8)),
      lengths: await cost(() => chain.log.leafLengths(0n, 8)),
      leaf: await cost(() => chain.log.leaf(3n)),
      checkpoint: await cost(() => chain.log.checkpoint()),
    });
    const before = await costs();
    const acts = writer.batch(600);
    await chain.submit(acts);
    await expect.poll(() => chain.find(acts[599]?.actHash ?? new Uint8Array())).not.toBeNull();

    const after = await costs();

    expect(after).toEqual(before);
    expect(Math.max(...after.tile)).toBe(8 * 32);
  });

  it('says the same after a restart, from the height at which it stopped', async () => {
    const { height } = chain.status();
    await chain.stop();
    chain = await start();

    expect(await status(financed)).toMatchObject({ ok: true, proven: { height } });
    expect((await status(financed)).proven?.fields.status).toBe('financed');
    await expect(status(financed, 1n)).rejects.toThrow('not kept');
    await put({});
    expect((await status(financed, height)).ok).toBe(true);
  });
});
