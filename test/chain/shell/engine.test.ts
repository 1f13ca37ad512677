/** Four validators in one process, on a real disk: submit, follow, prove, stop and come back. */
import { sign } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { batchOf } from '../../../chain/src/act/act.ts';
import { inspectCommand } from '../../../chain/src/cli/inspect.ts';
import type { ChainClient, FinalBlock } from '../../../chain/src/client.ts';
import { hex } from '../../../chain/src/crypto/digest.ts';
import {
  ChainBehind,
  type EmbeddedChainOptions,
  HomeInUse,
  startEmbeddedChain,
} from '../../../chain/src/index.ts';
import { parseCheckpointBody, parseNoteLine } from '../../../chain/src/log/checkpoint.ts';
import { verifiedCosignature } from '../../../chain/src/log/cosignature.ts';
import { decodeHeaderLeaf } from '../../../chain/src/log/handover.ts';
import { leafHash, verifyInclusion } from '../../../chain/src/log/merkle.ts';
import { verifyTlogProof } from '../../../chain/src/verify.ts';
import {
  type Act,
  type Actor,
  actor,
  adds,
  fourBanks,
  operator,
  person,
} from '../../support/chain-world.ts';
import { itemOf } from '../../support/proofs.ts';

let folder: string;
let home: string;
let open: ChainClient[] = [];

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tallystick-chain-'));
  home = path.join(folder, 'chain');
});

afterEach(async () => {
  for (const client of open) await client.stop();
  open = [];
  fs.rmSync(folder, { recursive: true, force: true });
});

async function start(options: Partial<EmbeddedChainOptions> = {}): Promise<ChainClient> {
  const client = await startEmbeddedChain({
    ...{ home, networkName: 'test', genesis: fourBanks },
    ...options,
  });
  open.push(client);
  return client;
}

/** Follows the chain until `count` acts are final. */
async function follow(
  client: ChainClient,
  count: number,
  from = 1n,
): Promise<readonly FinalBlock[]> {
  const blocks: FinalBlock[] = [];
  let seen = 0;
  for await (const block of client.blocksFrom(from, AbortSignal.timeout(20_000))) {
    blocks.push(block);
    seen += block.entries.length;
    if (seen >= count) return blocks;
  }
  throw new Error(`only ${seen} of ${count} acts became final`);
}

async function submitAll(client: ChainClient, acts: readonly Act[]): Promise<void> {
  const results = await client.submit(acts);
  expect(results.map(({ kind }) => kind)).toEqual(acts.map(() => 'waiting'));
}

function writerOn(client: ChainClient): Actor {
  return actor(client.chainId, operator);
}

const hashes = (blocks: readonly FinalBlock[]): readonly string[] =>
  blocks.flatMap(({ entries }) => entries.map(({ actHash }) => hex(actHash)));

describe('submitting acts', () => {
  it('makes them final in the order of submission, each once, cosigned by all', async () => {
    const client = await start();
    const writer = writerOn(client);
    const acts = Array.from({ length: 30 }, () => writer.act());

    await submitAll(client, acts.slice(0, 10));
    for (const act of acts.slice(10)) await submitAll(client, [act]);
    const blocks = await follow(client, 30);

    expect(hashes(blocks)).toEqual(acts.map(({ actHash }) => hex(actHash)));
    expect(blocks.every(({ cosigned }) => cosigned)).toBe(true);
    let size = 0n;
    let timeMs = 0n;
    blocks.forEach((block, order) => {
      expect(block.height).toBe(BigInt(order) + 1n);
      expect(block.firstIndex).toBe(size);
      expect(block.size).toBe(size + BigInt(block.entries.length) + 1n);
      expect(block.timeMs).toBeGreaterThanOrEqual(timeMs);
      ({ size, timeMs } = block);
    });
  });

  it('knows an act that waits, that is final, and that was final before a restart', async () => {
    const client = await start();
    const writer = writerOn(client);
    const [first, second] = [writer.act(), writer.act()];
    const twice = await client.submit([first, first]);
    await follow(client, 1);
    await submitAll(client, [second]);
    await follow(client, 2);
    await client.stop();
    const again = await start();

    expect(twice.map(({ kind }) => kind)).toEqual(['waiting', 'known']);
    expect(await again.submit([first, second])).toEqual([{ kind: 'known' }, { kind: 'known' }]);
    expect(await again.find(first.actHash)).toBe(0n);
    expect(await again.find(second.actHash)).toBe(2n);
    expect(await again.find(new Uint8Array(32))).toBeNull();
  });

  it('names what is wrong with an act, and takes the next one', async () => {
    const client = await start();
    const writer = writerOn(client);
    const good = writer.act();
    const forged = {
      ...good,
      signature: good.signature.map((octet, at) => (at === 9 ? octet ^ 1 : octet)),
    };
    const stranger = actor(client.chainId, person('nobody'));
    const skipping = writer.act({}, { seq: 5n, forget: true });
    const results = await client.submit([
      forged,
      { header: good.header.slice(1), signature: good.signature },
      stranger.act(),
      skipping,
      writer.act({}, { chainId: new Uint8Array(32), seq: 1n, previousAct: null, forget: true }),
      { ...good, signature: new Uint8Array(3) },
      good,
    ]);

    expect(results.map((each) => (each.kind === 'malformed' ? each.reason : each.kind))).toEqual([
      'SIGNATURE_INVALID',
      'ACT_MALFORMED',
      'KEY_UNKNOWN',
      'SEQUENCE_AHEAD',
      'CHAIN_MISMATCH',
      'SIGNATURE_INVALID',
      'waiting',
    ]);
    expect(hashes(await follow(client, 1))).toEqual([hex(good.actHash)]);
    expect(
      (
        await client.submit([
          writer.act({}, { seq: 1n, previousAct: null, forget: true, epoch: 0n }),
        ])
      )[0],
    ).toEqual({ kind: 'malformed', reason: 'SEQUENCE_STALE' });
  });

  it('takes a key and the first acts of that key together, and acts under one signature', async () => {
    const client = await start();
    const writer = writerOn(client);
    const guest = person('gil', 'Guest');
    const gil = actor(client.chainId, guest);
    const acts = [writer.act(adds(writer.channel, guest)), gil.act(), ...gil.batch(20)];

    await submitAll(client, acts);

    expect(hashes(await follow(client, acts.length))).toEqual(
      acts.map(({ actHash }) => hex(actHash)),
    );
  });

  it('refuses an act in another’s name that someone slips into a batch of their own', async () => {
    const client = await start();
    const writer = writerOn(client);
    const guest = person('gil', 'Guest');
    const gil = actor(client.chainId, guest);
    await submitAll(client, [writer.act(adds(writer.channel, guest))]);

    for (const order of ['before', 'behind']) {
      const forged = writer.act({}, { forget: true });
      const own = gil.act();
      const acts = order === 'before' ? [forged, own] : [own, forged];
      const { message, place } = batchOf(
        client.chainId,
        acts.map(({ actHash }) => actHash),
      );
      const signatures = place(new Uint8Array(sign(null, message, guest.privateKey)));
      const batch = acts.map((act, at) => ({ ...act, signature: itemOf(signatures, at) }));
      const results = await client.submit(batch);

      const verdict = { kind: 'malformed', reason: 'SIGNATURE_INVALID' };
      expect(results).toEqual(acts.map((act) => (act === own ? { kind: 'waiting' } : verdict)));
    }
  });

  it('includes the loser of a contest as refused, with its own proof, and goes on', async () => {
    const client = await start();
    const writer = writerOn(client);
    const token = new Uint8Array(32).fill(7);
    const reserve = { fingerprints: [{ op: 'reserve', token }] } as const;
    const acts = [writer.act(reserve), writer.act(reserve), writer.act()];

    await submitAll(client, acts);
    const blocks = await follow(client, 3);

    const entries = blocks.flatMap((block) => block.entries);
    expect(entries.map(({ outcome }) => outcome)).toEqual([
      { kind: 'accepted' },
      { kind: 'refused', code: 'FINGERPRINT_TAKEN' },
      { kind: 'accepted' },
    ]);
    await client.stop();
    const again = await start();
    const after = (await follow(again, 3)).flatMap((block) => block.entries);
    expect(after.map(({ outcome }) => outcome)).toEqual(entries.map(({ outcome }) => outcome));
  });

  it('leaves an idle chain idle', async () => {
    const client = await start();
    await submitAll(client, [writerOn(client).act()]);
    await follow(client, 1);
    await new Promise((resolve) => setTimeout(resolve, 300));
    const before = client.status();

    await new Promise((resolve) => setTimeout(resolve, 1_000));

    expect(client.status()).toEqual(before);
    expect(before.height).toBe(1n);
    expect(before.mempool).toBe(0);
  });
});

describe('following the chain', () => {
  it('gives stored blocks, then new ones, without gap or repeat, to many followers', async () => {
    const client = await start();
    const writer = writerOn(client);
    await submitAll(client, [writer.act(), writer.act()]);
    await follow(client, 2);

    const followers = [1n, 2n, 1n].map((from) => follow(client, from === 1n ? 22 : 20, from));
    for (let round = 0; round < 20; round += 1) await submitAll(client, [writer.act()]);
    const [all, rest, also] = await Promise.all(followers);

    const heights = all?.map(({ height }) => height) ?? [];
    expect(heights).toEqual(heights.map((_, order) => BigInt(order) + 1n));
    expect(also).toEqual(all);
    expect(rest?.[0]?.height).toBe(2n);
  }, 60_000);

  it('ends when the follower leaves and when the chain stops', async () => {
    const client = await start();
    const leaving = new AbortController();
    const ended = Promise.all(
      [leaving.signal, new AbortController().signal].map(async (signal) => {
        for await (const _ of client.blocksFrom(1n, signal)) throw new Error('there is no block');
        return 'ended';
      }),
    );

    leaving.abort();
    await client.stop();

    expect(await ended).toEqual(['ended', 'ended']);
  });
});

describe('proofs', () => {
  it('hold for every leaf, under every checkpoint, by the verifier that knows nothing else', async () => {
    const client = await start();
    const writer = writerOn(client);
    for (let round = 0; round < 6; round += 1) {
      await submitAll(client, [writer.act(), writer.act()]);
      await follow(client, 2 * round + 2);
    }
    const blocks = await follow(client, 12);
    const anchor = await client.anchor();
    const { size } = client.status();

    for (const checkpoint of blocks) {
      for (let index = 0n; index < checkpoint.size; index += 1n) {
        const parts = await client.inclusion(index, checkpoint.size);
        const { leaf, hashes: path, root } = parts;
        expect(
          verifyInclusion({ leaf: leafHash(leaf), index, size: parts.size, hashes: path, root }),
        ).toBe(true);
        expect(hex(parts.root)).toBe(hex(checkpoint.root));
        const seen = parseCheckpointBody(parts.checkpointBody);
        const cosigned = anchor.validators.filter((validator) =>
          parts.cosignatureLines.some((line) =>
            verifiedCosignature(parseNoteLine(line.trimEnd()), seen, validator),
          ),
        );
        expect(cosigned.length).toBe(4);
      }
      const header = decodeHeaderLeaf((await client.inclusion(checkpoint.headerIndex)).leaf);
      expect(header.height).toBe(checkpoint.height);
      expect(hex(header.stateRoot)).toBe(hex(checkpoint.stateRoot));
    }
    for (let index = 0n; index < size; index += 1n) {
      const text = await client.tlogProof(index);
      expect(verifyTlogProof(text, anchor).ok).toBe(true);
      expect(text.length).toBeLessThan(2_048);
    }
    await expect(client.inclusion(size)).rejects.toThrow(RangeError);
    await expect(client.inclusion(0n, 2n)).rejects.toThrow(RangeError);
  });
});

describe('validators that stop', () => {
  it('B.9.67: leave the chain going when one of four is away, and catch up from their log', async () => {
    const client = await start();
    const writer = writerOn(client);
    await submitAll(client, [writer.act()]);
    await follow(client, 1);
    await client.stopValidator('east');
    const silent = client.status().validators.find(({ name }) => name === 'east');
    const times: number[] = [];
    for (let round = 0; round < 40; round += 1) {
      const began = performance.now();
      const { height } = client.status();
      await submitAll(client, [writer.act()]);
      await follow(client, 1, height + 1n);
      times.push(performance.now() - began);
    }
    const away = client.status().validators.find(({ name }) => name === 'east');
    await client.startValidator('east');
    await submitAll(client, [writer.act()]);
    const blocks = await follow(client, 42);

    expect(times.sort((a, b) => a - b)[39]).toBeLessThan(1_000);
    expect(away).toEqual({ ...silent, running: false });
    expect(blocks.length).toBe(42);
    const back = client.status().validators.find(({ name }) => name === 'east');
    await expect
      .poll(() => client.status().validators.find(({ name }) => name === 'east')?.walBytes)
      .toBeGreaterThan(silent?.walBytes ?? 0);
    expect(back?.running).toBe(true);
  });

  it('B.9.68: stop the chain when two of four are away; then everything becomes final, in order', async () => {
    const client = await start();
    const writer = writerOn(client);
    const acts = Array.from({ length: 12 }, () => writer.act());
    await submitAll(client, acts.slice(0, 2));
    await follow(client, 2);
    await client.stopValidator('north');
    await client.stopValidator('south');
    for (const act of acts.slice(2)) await submitAll(client, [act]);
    const before = client.status();
    await new Promise((resolve) => setTimeout(resolve, 700));
    const meanwhile = client.status();
    const proof = await client.tlogProof(0n);
    await client.startValidator('south');
    const blocks = await follow(client, 12);
    await client.startValidator('north');

    expect(meanwhile.height).toBe(before.height);
    expect(meanwhile.mempool).toBe(10);
    expect(proof).toContain('test/hub');
    expect(hashes(blocks)).toEqual(acts.map(({ actHash }) => hex(actHash)));
  });

  it('may stop and start at random under load without harm', async () => {
    const client = await start();
    const writer = writerOn(client);
    const names = ['north', 'east', 'south', 'west'];
    const acts = Array.from({ length: 120 }, () => writer.act());
    const following = follow(client, 120);
    for (const [order, act] of acts.entries()) {
      await submitAll(client, [act]);
      const name = names[order % 4] ?? '';
      if (order % 6 === 0) await client.stopValidator(name);
      if (order % 6 === 3) for (const each of names) await client.startValidator(each);
    }
    for (const each of names) await client.startValidator(each);

    expect(hashes(await following)).toEqual(acts.map(({ actHash }) => hex(actHash)));
  }, 60_000);

  it('refuses a name that is no validator', async () => {
    const client = await start();

    await expect(client.stopValidator('nobody')).rejects.toThrow(RangeError);
  });
});

describe('inspecting a chain on disk', () => {
  it('recomputes everything and finds what was changed by hand', async () => {
    const client = await start();
    const writer = writerOn(client);
    const token = new Uint8Array(32).fill(7);
    const reserve = { fingerprints: [{ op: 'reserve', token }] } as const;
    await submitAll(client, [writer.act(reserve), writer.act(reserve), writer.act()]);
    await follow(client, 3);
    await client.stop();
    const said: string[] = [];
    const run = (...args: string[]) => inspectCommand(args, { write: (text) => said.push(text) });

    expect(await run(home)).toBe(0);
    expect(said.join('')).toContain('3 acts, 1 of them refused');
    const cosignatures = path.join(home, 'store', 'cosignatures');
    const bytes = fs.readFileSync(cosignatures);
    bytes[30] = (bytes[30] ?? 0) ^ 1;
    fs.writeFileSync(cosignatures, bytes);
    expect(await run(home, '--json')).toBe(1);
    expect(JSON.parse(said.at(-1) ?? '').problems).toEqual(['a cosignature of height 1 is false']);
    expect(await run(path.join(folder, 'none'))).toBe(1);
  });

  it('refuses while the chain runs', async () => {
    await start();

    expect(await inspectCommand([home], { write: () => undefined })).toBe(1);
  });
});

describe('starting again', () => {
  it('goes on where it stopped, with the same blocks and proofs', async () => {
    const client = await start();
    const writer = writerOn(client);
    await submitAll(
      client,
      Array.from({ length: 9 }, () => writer.act()),
    );
    const before = await follow(client, 9);
    const proof = await client.inclusion(3n);
    await client.stop();

    const again = await start();
    const after = await follow(again, 9);
    await submitAll(again, [writer.act()]);
    const more = await follow(again, 10);

    expect(after).toEqual(before);
    expect(await again.inclusion(3n, proof.size)).toEqual(proof);
    expect(more.length).toBe(before.length + 1);
  });

  it('keeps its log and its memory short while the chain grows', async () => {
    const client = await start({ walBytesMax: 60_000 });
    const writer = writerOn(client);
    for (let round = 0; round < 40; round += 1) {
      const { height } = client.status();
      await submitAll(
        client,
        Array.from({ length: 20 }, () => writer.act()),
      );
      await follow(client, 20, height + 1n);
    }
    // While the log is shortened, the next one stands beside it.
    const [walFile] = await vi.waitFor(() => {
      const files = fs.readdirSync(path.join(home, 'wal'));
      expect(files).toHaveLength(1);
      return files;
    });
    const bytes = fs.statSync(path.join(home, 'wal', walFile ?? '')).size;
    await client.stop();
    const again = await start();

    expect(bytes).toBeLessThan(60_000 + 400_000);
    expect(new Set(hashes(await follow(again, 800))).size).toBe(800);
  });

  it('refuses a home that is in use, and takes over a lock whose owner is gone', async () => {
    const client = await start();

    await expect(start()).rejects.toThrow(HomeInUse);
    await client.stop();
    fs.writeFileSync(path.join(home, 'lock'), '999999 12345\n');
    const again = await start();

    expect(again.status().height).toBe(0n);
  });

  it('refuses a chain that is shorter than what is known to be final, naming the height', async () => {
    const client = await start();
    await submitAll(client, [writerOn(client).act()]);
    const [block] = await follow(client, 1);
    await client.stop();
    const root = block?.root ?? new Uint8Array();

    await expect(start({ expect: { height: 3n, root } })).rejects.toThrow(
      'The chain ends at height 1, but height 3 is known to be final.',
    );
    await expect(start({ expect: { height: 1n, root: new Uint8Array(32) } })).rejects.toThrow(
      ChainBehind,
    );
    const again = await start({ expect: { height: 1n, root } });

    expect(again.status().height).toBe(1n);
  });

  it('refuses another network’s home and a home without a chain', async () => {
    const client = await start();
    await client.stop();

    await expect(start({ networkName: 'other' })).rejects.toThrow('test/hub');
    await expect(
      startEmbeddedChain({ home: path.join(folder, 'none'), networkName: 'test' }),
    ).rejects.toThrow('there is no chain');
  });

  it('B.9.71: refuses a block that was changed on disk', async () => {
    const client = await start();
    const writer = writerOn(client);
    await submitAll(client, [writer.act()]);
    await follow(client, 1);
    await client.stop();
    for (const file of fs.readdirSync(path.join(home, 'store'))) {
      if (file.endsWith('.map')) fs.rmSync(path.join(home, 'store', file));
    }
    const blocks = path.join(home, 'store', 'blocks.log');
    const bytes = fs.readFileSync(blocks);
    bytes[bytes.length - 80] = (bytes[bytes.length - 80] ?? 0) ^ 1;
    fs.writeFileSync(blocks, bytes);

    await expect(start()).rejects.toThrow('block 1 is damaged');
  });
});
