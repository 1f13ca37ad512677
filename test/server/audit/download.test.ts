/** The log for everyone: what a stranger's program reads over HTTP, and verifies without us. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import Fastify from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ChainClient } from '../../../chain/src/client.ts';
import { hex, sha256, utf8 } from '../../../chain/src/crypto/digest.ts';
import { startEmbeddedChain } from '../../../chain/src/index.ts';
import type { Anchor } from '../../../chain/src/log/anchor.ts';
import {
  consistencyProof,
  inclusionProof,
  leafHash,
  type NodeAt,
  verifyConsistency,
  verifyInclusion,
} from '../../../chain/src/log/merkle.ts';
import { parseNote } from '../../../chain/src/log/note.ts';
import { parseHandovers } from '../../../chain/src/log/proof-files.ts';
import {
  entriesOfTile,
  nodesFromTiles,
  type Tile,
  tilePath,
  tilesFor,
} from '../../../chain/src/log/tiles.ts';
import { verifyFile } from '../../../chain/src/verify.ts';
import { addLog } from '../../../server/src/audit/download.ts';
import { statusOf } from '../../../server/src/graphql/errors.ts';
import { Fault } from '../../../server/src/kernel/fault.ts';
import { type Act, type Actor, actor, fourBanks, operator } from '../../support/chain-world.ts';

const app = Fastify();
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tallystick-log-'));
const financed = sha256(utf8('a financed invoice'));
const reserved = sha256(utf8('a reserved invoice'));
let chain: ChainClient;
let anchor: Anchor;
let first: Act;
/** The sizes of the log after each block, in order. */
const sizes: bigint[] = [];

beforeAll(async () => {
  // Epochs of two blocks, so that the log goes through several.
  const parameters = { epochBlocks: 2n, timeLockMs: 0n };
  chain = await startEmbeddedChain({
    ...{ home: path.join(folder, 'chain'), networkName: 'test' },
    genesis: { ...fourBanks, parameters },
  });
  const writer = actor(chain.chainId, operator);
  first = writer.act({ fingerprints: [{ op: 'reserve', token: financed }] });
  await put([first]);
  await put([writer.act({ fingerprints: [{ op: 'finance', token: financed }] })]);
  await put([writer.act({ fingerprints: [{ op: 'reserve', token: reserved }] })]);
  await put(batch(writer, 300));
  await put([writer.act()]);
  await quiet();
  anchor = await chain.anchor();
  app.setErrorHandler((error, _request, reply) =>
    reply.code(error instanceof Fault ? statusOf(error.code) : 500).send(String(error)),
  );
  addLog(app, chain);
  await app.ready();
}, 60_000);

afterAll(async () => {
  await app.close();
  await chain.stop();
  fs.rmSync(folder, { recursive: true });
});

function batch(writer: Actor, count: number): readonly Act[] {
  return writer.batch(count);
}

/** Submits acts and waits until all of them are final and everybody may see them. */
async function put(acts: readonly Act[]): Promise<void> {
  const from = BigInt(sizes.length) + 1n;
  await chain.submit(acts);
  const open = new Set(acts.map(({ actHash }) => hex(actHash)));
  for await (const block of chain.blocksFrom(from, AbortSignal.timeout(20_000))) {
    sizes.push(block.size);
    for (const { actHash } of block.entries) open.delete(hex(actHash));
    if (open.size === 0) return;
  }
}

/** Waits for the blocks that end an epoch by themselves. */
async function quiet(): Promise<void> {
  for await (const block of chain.blocksFrom(BigInt(sizes.length) + 1n, AbortSignal.timeout(500))) {
    sizes.push(block.size);
  }
}

const get = (url: string, headers: Record<string, string> = {}) => app.inject({ url, headers });

async function newest() {
  return parseNote((await get('/checkpoint')).body);
}

/** Reads what the work needs, tile by tile, as a client that knows nothing but a checkpoint. */
async function overTiles<T>(size: bigint, work: (nodeAt: NodeAt) => T): Promise<T> {
  const tiles = new Map<string, Uint8Array>();
  for (const tile of tilesFor(size, work)) {
    const answer = await get(`/${tilePath(tile)}`);
    expect(answer.statusCode).toBe(200);
    tiles.set(tilePath(tile), new Uint8Array(answer.rawPayload));
  }
  return work(nodesFromTiles(size, tiles));
}

async function entries(tile: Tile): Promise<readonly Uint8Array[]> {
  const { rawPayload } = await get(`/${tilePath(tile)}`);
  return entriesOfTile(new Uint8Array(rawPayload), tile.width) ?? [];
}

describe('the checkpoint', () => {
  it('is the newest one, with every cosignature, and is asked for again each time', async () => {
    const answer = await get('/checkpoint');
    const note = parseNote(answer.body);

    expect(answer.headers).toMatchObject({
      'content-type': 'text/plain; charset=utf-8',
      'cache-control': 'no-cache',
      'access-control-allow-origin': '*',
    });
    expect(note.checkpoint).toMatchObject({ origin: 'test/hub', size: sizes.at(-1) });
    expect(note.cosignatures.map(({ name }) => name)).toEqual(['east', 'north', 'south', 'west']);
  });

  it('of an earlier block can be had by its size; between two blocks there is none', async () => {
    const [, second = 0n] = sizes;

    expect(parseNote((await get(`/log/checkpoint/${second}`)).body).checkpoint.size).toBe(second);
    for (const wrong of [`${second - 1n}`, '0', '99999', '-1', '1.5', '007', 'x']) {
      expect((await get(`/log/checkpoint/${wrong}`)).statusCode).toBe(404);
    }
  });
});

describe('tiles', () => {
  it('are kept for ever by whoever has them, partial ones too', async () => {
    for (const url of ['/tile/0/000', '/tile/0/001.p/7', '/tile/1/000.p/1', '/tile/entries/000']) {
      const answer = await get(url);

      expect(answer.statusCode).toBe(200);
      expect(answer.headers).toMatchObject({
        'content-type': 'application/octet-stream',
        'cache-control': 'public, max-age=31536000, immutable',
        'content-length': `${answer.rawPayload.length}`,
      });
    }
    expect((await get('/tile/0/000')).rawPayload).toHaveLength(256 * 32);
    expect((await get('/tile/0/001.p/7')).rawPayload).toHaveLength(7 * 32);
  });

  it('prove every leaf: what stands in the entries is what the hashes and the checkpoint say', async () => {
    const { size, root } = (await newest()).checkpoint;
    const width = Number(size % 256n);
    const leaves = [
      ...(await entries({ kind: 'entries', index: 0n, width: 256 })),
      ...(await entries({ kind: 'entries', index: 1n, width })),
    ];

    expect(leaves).toHaveLength(Number(size));
    for (const index of [0n, 1n, 2n, 255n, 256n, size - 2n, size - 1n]) {
      const hashes = await overTiles(size, (nodeAt) => inclusionProof(index, size, nodeAt));
      const leaf = leafHash(leaves[Number(index)] ?? new Uint8Array());

      expect(verifyInclusion({ leaf, index, size, hashes, root })).toBe(true);
    }
  });

  it('prove that nothing was rewritten between any two checkpoints', async () => {
    const notes = await Promise.all(
      sizes.map(async (size) => parseNote((await get(`/log/checkpoint/${size}`)).body).checkpoint),
    );
    for (const older of notes) {
      for (const newer of notes.filter(({ size }) => size >= older.size)) {
        const [size1, size2] = [older.size, newer.size];
        const hashes = await overTiles(size2, (at) => consistencyProof(size1, size2, at));

        expect(
          verifyConsistency({ size1, root1: older.root, size2, root2: newer.root, hashes }),
        ).toBe(true);
      }
    }
  });

  it.each([
    '/tile/0/001',
    '/tile/0/001.p/255',
    '/tile/0/002.p/1',
    '/tile/1/000',
    '/tile/1/000.p/2',
    '/tile/2/000.p/1',
    '/tile/entries/001',
    '/tile/entries/000.p/0',
    '/tile/0/0',
    '/tile/0/000.p/256',
    '/tile/0/%30%30%30',
    '/tile/0/000/',
    '/tile/x',
    '/tile/',
    '/tile/0/x999/x999/x999/x999/x999/x999/999',
  ])('are not found where the log has none: %s', async (url) => {
    expect((await get(url)).statusCode).toBe(404);
  });
});

describe('asking politely', () => {
  const urls = ['/checkpoint', '/tile/0/000', '/tile/entries/000', '/log/proof/0', '/log/policy/1'];

  it.each(urls)('%s answers HEAD with the same headers and nothing else', async (url) => {
    const whole = await get(url);
    const head = await app.inject({ method: 'HEAD', url });

    expect(head.statusCode).toBe(200);
    expect(head.rawPayload).toHaveLength(0);
    for (const name of ['content-type', 'content-length', 'cache-control', 'etag']) {
      expect(head.headers[name]).toBe(whole.headers[name]);
    }
  });

  it.each(urls)('%s is not sent again to those who have it', async (url) => {
    const { headers } = await get(url);
    const etag = String(headers.etag);
    const again = await get(url, { 'if-none-match': `"other", W/${etag}` });
    const other = await get(url, { 'if-none-match': '"other"' });

    expect(again).toMatchObject({ statusCode: 304, body: '' });
    expect(again.headers).toMatchObject({ etag, 'cache-control': headers['cache-control'] });
    expect(other.statusCode).toBe(200);
  });

  it.each(['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const)(
    '%s is not allowed anywhere, whatever it carries',
    async (method) => {
      for (const url of [...urls, '/log/handovers']) {
        const answer = await app.inject({
          ...{ method, url, payload: 'anything' },
          headers: { 'content-type': 'image/png' },
        });

        expect(answer.statusCode).toBe(405);
        expect(answer.headers.allow).toBe('GET, HEAD');
      }
    },
  );
});

describe('proof files', () => {
  it('of a leaf can be had by its index and by the hash of its act', async () => {
    const byIndex = await get('/log/proof/0');
    const byHash = await get(`/log/proof/${hex(first.actHash)}`);
    const handovers = parseHandovers((await get('/log/handovers')).body);

    expect(byHash.body).toBe(byIndex.body);
    expect(verifyFile(byIndex.body, anchor, handovers)).toMatchObject({
      ok: true,
      proven: { kind: 'act', actHash: hex(first.actHash), index: 0n },
    });
    for (const wrong of ['99999', hex(sha256()), 'x', '-1', hex(first.actHash).toUpperCase()]) {
      expect((await get(`/log/proof/${wrong}`)).statusCode).toBe(404);
    }
  });

  it('of consistency join any two checkpoints, across epochs', async () => {
    for (const older of sizes) {
      for (const newer of sizes.filter((size) => size >= older)) {
        const { body } = await get(`/log/consistency/${older}/${newer}`);

        expect(verifyFile(body, anchor)).toMatchObject({
          ok: true,
          proven: { fields: { olderSize: `${older}`, newerSize: `${newer}` } },
        });
      }
    }
    const [one, two] = [sizes[0], sizes[1]];
    expect((await get(`/log/consistency/${two}/${one}`)).statusCode).toBe(404);
    expect((await get(`/log/consistency/${one}/${(two ?? 0n) + 1n}`)).statusCode).toBe(404);
  });

  it('of the state tell a stranger whether an invoice is financed', async () => {
    const unknown = hex(sha256(utf8('never seen')));
    const states = await Promise.all(
      [hex(financed), hex(reserved), unknown].map(async (id) => {
        const { body } = await get(`/log/state/fingerprint/hub/${id}`);
        const verdict = verifyFile(body, anchor);
        expect(verdict).toMatchObject({ ok: true, trust: { validatorsSigned: 4 } });
        return verdict.proven?.fields.status;
      }),
    );

    expect(states).toEqual(['financed', 'reserved', 'absent']);
  });

  it('of the state are there for the last heights and not for those long gone or to come', async () => {
    const url = `/log/state/fingerprint/hub/${hex(financed)}`;
    const { height } = chain.status();
    const before = await get(`${url}?height=${height - 1n}`);

    expect(verifyFile(before.body, anchor)).toMatchObject({
      ok: true,
      proven: { height: height - 1n },
    });
    expect((await get(`${url}?height=${height + 1n}`)).statusCode).toBe(404);
    expect((await get(`${url}?height=0`)).statusCode).toBe(404);
    expect((await get('/log/state/fingerprint/hub/xyz')).statusCode).toBe(404);
    expect((await get('/log/state/toString/hub/00')).statusCode).toBe(404);
  });
});

describe('the policy of an epoch', () => {
  it('is k of n for programs that count, and the weights for ours', async () => {
    const count = await get('/log/policy/1');
    const weights = await get('/log/policy/1.json');

    expect(count.body).toContain('group validators 3 w1 w2 w3 w4\nquorum validators\n');
    expect(weights.json()).toMatchObject({
      ...{ format: 'tallystick-policy/1', epoch: '1', firstSize: '0', quorum: 'stake > 2/3' },
      ...{ stakeTotal: '4', stakeEnough: '3', countEnough: '3', countTotal: '4' },
    });
  });

  it('is there for each epoch so far, with the size from which it holds, and for no other', async () => {
    const handovers = parseHandovers((await get('/log/handovers')).body);
    expect(handovers.length).toBeGreaterThan(0);
    const last = handovers.length + 1;
    const { firstSize } = (await get(`/log/policy/${last}.json`)).json();

    expect(BigInt(firstSize)).toBeGreaterThan(0n);
    for (const wrong of ['0', `${last + 1}`, 'x', '01']) {
      expect((await get(`/log/policy/${wrong}`)).statusCode).toBe(404);
    }
  });
});
