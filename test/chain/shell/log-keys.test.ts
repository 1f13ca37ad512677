/** A running chain whose log gets another key: proposed, waited for, handed over, and all its proofs before and after. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { GovernanceEffect } from '../../../chain/src/act/kind.ts';
import { inspectCommand } from '../../../chain/src/cli/inspect.ts';
import { policyCommand } from '../../../chain/src/cli/policy.ts';
import type { ChainClient } from '../../../chain/src/client.ts';
import { hex } from '../../../chain/src/crypto/digest.ts';
import { startEmbeddedChain } from '../../../chain/src/index.ts';
import { encodeAnchor } from '../../../chain/src/log/anchor.ts';
import { logKeyType, logLine, verifierKey } from '../../../chain/src/log/checkpoint.ts';
import { decodeHandoverLeaf } from '../../../chain/src/log/handover.ts';
import { parseTlogProof } from '../../../chain/src/log/proof.ts';
import { diskFiles } from '../../../chain/src/shell/files.ts';
import { offerLogKey } from '../../../chain/src/shell/log-keys.ts';
import { verifyFile, verifyTlogProof } from '../../../chain/src/verify.ts';
import { type Actor, actor, fourBanks, operator, person } from '../../support/chain-world.ts';

let folder: string;
let home: string;
let open: ChainClient[] = [];

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tallystick-log-keys-'));
  home = path.join(folder, 'chain');
});

afterEach(async () => {
  for (const client of open) await client.stop();
  open = [];
  fs.rmSync(folder, { recursive: true, force: true });
});

async function start(): Promise<ChainClient> {
  const genesis = { ...fourBanks, parameters: { timeLockMs: 0n } };
  const client = await startEmbeddedChain({ home, networkName: 'test', genesis });
  open.push(client);
  return client;
}

/** Submits one act; answers its index and outcome when it is final. */
async function put(
  client: ChainClient,
  writer: Actor,
  governance: GovernanceEffect | null = null,
): Promise<{ readonly index: bigint; readonly outcome: string }> {
  const act = writer.act({ governance });
  expect(await client.submit([act])).toEqual([{ kind: 'waiting' }]);
  for await (const block of client.blocksFrom(1n, AbortSignal.timeout(20_000))) {
    const entry = block.entries.find(({ actHash }) => hex(actHash) === hex(act.actHash));
    if (entry === undefined) continue;
    const { index, outcome } = entry;
    return { index, outcome: outcome.kind === 'refused' ? outcome.code : 'accepted' };
  }
  throw new Error('the act did not become final');
}

async function rotate(client: ChainClient, writer: Actor): Promise<Uint8Array> {
  const before = client.status().epoch;
  const offer = await client.makeLogKey();
  expect((await put(client, writer, { op: 'rotate', ...offer })).outcome).toBe('accepted');
  await expect.poll(() => client.status().epoch, { timeout: 20_000 }).toBe(before + 1n);
  return offer.logKey;
}

const verdictOf = async (client: ChainClient, file: string) =>
  verifyTlogProof(file, await client.anchor(), undefined, await client.log.handovers());

describe('the key of the log', () => {
  it('is handed over: proofs from before stay good, later ones are by the new key, also after a restart', async () => {
    let client = await start();
    const writer = actor(client.chainId, operator);
    const anchor = await client.anchor();
    const first = await put(client, writer);
    const old = await client.tlogProof(first.index);

    const second = await rotate(client, writer);
    const leaf = await client.log.leaf((await put(client, writer)).index - 2n);
    expect(hex(decodeHandoverLeaf(leaf).logKey)).toBe(hex(second));
    expect(hex(client.status().network.logKey)).toBe(hex(second));
    const third = await rotate(client, writer);
    await put(client, writer);
    await client.stop();
    client = await start();
    const last = await put(client, writer);

    const handovers = await client.log.handovers();
    expect(handovers).toHaveLength(2);
    expect(hex(client.status().network.logKey)).toBe(hex(third));
    expect(verifyTlogProof(old, anchor).outcome).toBe('proven');
    for (const index of [first.index, last.index]) {
      expect((await verdictOf(client, await client.tlogProof(index))).outcome).toBe('proven');
    }
    // What stands under an old checkpoint is signed by the key of its time, whenever it is asked for.
    const early = await client.log.checkpoint(parseTlogProof(old).checkpoint.size);
    expect(early.logLine).toEqual(parseTlogProof(old).logLine);
    await client.stop();
    expect(await inspectCommand([home], { write: () => undefined })).toBe(0);
  });

  it('is named by the policy of each epoch', async () => {
    const client = await start();
    const writer = actor(client.chainId, operator);
    const second = await rotate(client, writer);
    await put(client, writer);
    const anchor = await client.anchor();
    const files = [path.join(folder, 'anchor'), path.join(folder, 'handovers')] as const;
    fs.writeFileSync(files[0], encodeAnchor(anchor));
    fs.writeFileSync(files[1], (await client.log.handovers()).join('\n'));
    const policy = async (epoch: string): Promise<string> => {
      let said = '';
      const given = ['--anchor', files[0], '--handovers', files[1], '--form', 'tlog'];
      await policyCommand([...given, '--epoch', epoch], {
        write: (text) => {
          said += text;
        },
      });
      return said;
    };

    const keys = [anchor.logKey, second].map((each) =>
      verifierKey(client.origin, logKeyType, each),
    );
    expect(await policy('1')).toContain(`log ${keys[0]}\n`);
    expect(await policy('2')).toContain(`log ${keys[1]}\n`);
  });

  it('that signs is the one of the epoch: another one is refused and named', async () => {
    const client = await start();
    const writer = actor(client.chainId, operator);
    const anchor = await client.anchor();
    const stranger = await offerLogKey(diskFiles, folder, client.chainId, () => false);
    await rotate(client, writer);
    const { index } = await put(client, writer);
    const file = await client.tlogProof(index);
    const byKey = (publicKey: Uint8Array): string => {
      const mine = file.split('\n').find((line) => line.startsWith(`— ${client.origin} `)) ?? '';
      return file.replace(`${mine}\n`, logLine(client.origin, publicKey, new Uint8Array(64)));
    };

    for (const key of [anchor.logKey, stranger.logKey]) {
      const verdict = await verdictOf(client, byKey(key));
      expect(verdict).toMatchObject({ outcome: 'failed', failed: 'signatures' });
      expect(JSON.stringify(verdict.steps.find(({ ok }) => !ok))).toContain(
        verifierKey(client.origin, logKeyType, key).split('+')[1],
      );
    }
    // Without the handover nobody can know the new key.
    expect(verifyTlogProof(file, anchor)).toMatchObject({
      outcome: 'failed',
      failed: 'signatures',
    });
    expect(verifyFile(file, anchor, await client.log.handovers()).outcome).toBe('proven');
  });

  it('is not handed to a key that nobody holds, nor by anybody else, nor to one that has a purpose', async () => {
    const client = await start();
    const writer = actor(client.chainId, operator);
    const offer = await client.makeLogKey();
    const again = await client.makeLogKey();
    const other = await offerLogKey(diskFiles, folder, client.chainId, () => false);
    const bank = person('bank');
    const { channel } = writer;
    const keyId = actor(client.chainId, bank).keyId;
    const adding = {
      op: 'add',
      keyId,
      publicKey: bank.publicKey,
      group: bank.group,
      custody: 'program',
    } as const;
    await client.submit([writer.act({ keys: [adding] })]);
    const refusals = [
      await put(client, writer, { op: 'rotate', logKey: offer.logKey, signature: other.signature }),
      await put(client, writer, {
        op: 'rotate',
        logKey: new Uint8Array(32),
        signature: offer.signature,
      }),
      await put(client, actor(client.chainId, bank), { op: 'rotate', ...offer }),
    ];
    const genesis = (await client.anchor()).logKey;
    const known = await offerLogKey(diskFiles, folder, client.chainId, () => false);

    expect(channel).toEqual(writer.channel);
    expect(again).toEqual(offer);
    expect(known).toEqual(other);
    expect(refusals.map(({ outcome }) => outcome)).toEqual([
      ...['LOG_KEY_INVALID', 'LOG_KEY_INVALID', 'GOVERNANCE_UNAUTHORISED'],
    ]);
    expect(client.status()).toMatchObject({ epoch: 1n, network: { pending: [], logKey: genesis } });
  });

  it('that was lost is missed by name, and only under the checkpoints of its epochs', async () => {
    let client = await start();
    const writer = actor(client.chainId, operator);
    const { index } = await put(client, writer);
    const second = await rotate(client, writer);
    await put(client, writer);
    const size = parseTlogProof(await client.tlogProof(index)).checkpoint.size;
    await client.stop();
    fs.rmSync(path.join(home, 'log.key'));

    client = await start();
    await put(client, writer);
    expect(fs.existsSync(path.join(home, 'log-keys', `${hex(second)}.key`))).toBe(true);
    expect((await client.log.checkpoint(size)).checkpoint.size).toBe(size);
    await expect(client.log.checkpoint(2n)).rejects.toThrow('epoch 1 is not on this machine');
  });
});
