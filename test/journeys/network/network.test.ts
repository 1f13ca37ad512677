/** A network of four processes with real keys, disks and TLS: blows of every kind, forgetting, strangers, and catching up. */
import { generateKeyPairSync } from 'node:crypto';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import tls from 'node:tls';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ChainClient } from '../../../chain/src/client.ts';
import type { Parameters } from '../../../chain/src/core/governance-record.ts';
import { hex } from '../../../chain/src/crypto/digest.ts';
import { startEmbeddedChain, startNetworkChain } from '../../../chain/src/index.ts';
import { encodeFrame } from '../../../chain/src/net/frame.ts';
import { readIdentity, tlsOptions } from '../../../chain/src/net/identity.ts';
import { parseAddress } from '../../../chain/src/net/network-file.ts';
import { encodeHello } from '../../../chain/src/net/words.ts';
import { diskFiles } from '../../../chain/src/shell/files.ts';
import { type Actor, actor, fourBanks, operator } from '../../support/chain-world.ts';
import { runNetworkCrashes } from './run.ts';
import { foundWorld, type NetworkWorld, type Process } from './world.ts';

/** Two thousand with a free machine take half a minute; `NETWORK_BLOCKS=5000` asks for more. */
const blocksMissed = Number(process.env.NETWORK_BLOCKS ?? '400');

let folder: string;
let world: NetworkWorld;
let open: ChainClient[] = [];

beforeEach(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tallystick-network-'));
});

afterEach(async () => {
  for (const client of open) await client.stop();
  open = [];
  await world?.close();
  fs.rmSync(folder, { recursive: true, force: true });
});

async function found(
  followers: readonly string[] = ['server'],
  parameters: Partial<Parameters> = {},
): Promise<void> {
  world = await foundWorld({ folder, founders: fourBanks.founders, followers, parameters });
}

async function startAll(): Promise<void> {
  await Promise.all(world.validators.map((each) => each.start()));
}

async function follower(order = 0): Promise<ChainClient> {
  const home = world.followers[order]?.home ?? '';
  const client = await startNetworkChain({
    home,
    onFatal: (error) => {
      throw error;
    },
  });
  open.push(client);
  return client;
}

/** Submits acts one after the other, each when the one before is final. */
async function makeBlocks(client: ChainClient, writer: Actor, count: number): Promise<bigint> {
  let height = client.status().height;
  for (let made = 0; made < count; made += 1) {
    const [result] = await client.submit([writer.act()]);
    expect(result).toEqual({ kind: 'waiting' });
    for await (const block of client.blocksFrom(height + 1n, AbortSignal.timeout(60_000))) {
      height = block.height;
      if (block.entries.length > 0) break;
    }
  }
  return height;
}

async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const limit = performance.now() + 60_000;
  while (!(await holds())) {
    if (performance.now() > limit) throw new Error(`${what} did not come`);
    await sleep(20);
  }
}

function heightOf({ home }: Process): bigint {
  const file = path.join(home, 'status.json');
  if (!fs.existsSync(file)) return 0n;
  return BigInt((JSON.parse(fs.readFileSync(file, 'utf8')) as { readonly height: string }).height);
}

describe('four validators that are killed, paused and cut off', () => {
  it('fork nothing, lose nothing that was shown, and prove every act', async () => {
    const report = await runNetworkCrashes({ seed: 11, kills: 20 });
    console.log('network:', JSON.stringify(report));

    expect(report.broken).toEqual([]);
    expect(report.kills).toBeGreaterThanOrEqual(20);
    expect(report.proofs).toBe(report.acts);
    expect(report.acts).toBeGreaterThan(20);
    expect(report.pendingAtKills).toBeGreaterThan(0);
    expect(report.residentMbMax).toBeLessThanOrEqual(150);
  }, 300_000);
});

describe('a validator that may have forgotten its votes', () => {
  it('signs nothing after its log was damaged, until what it may have signed is history', async () => {
    await found();
    await startAll();
    const client = await follower();
    const writer = actor(world.chainId, operator);
    await makeBlocks(client, writer, 3);
    const west = world.validator('west');
    await west.kill();
    damageLastBatch(path.join(west.home, 'wal'));

    await west.start();
    await until('the question', () => west.said().includes('votes may be forgotten'));
    const [, view = ''] = /signed up to view (\d+)/.exec(west.said()) ?? [];
    const votesBefore = west.said().match(/voting/g)?.length;
    await makeBlocks(client, writer, 6);
    await until('voting', () => (west.said().match(/voting/g)?.length ?? 0) > (votesBefore ?? 0));

    expect(votesBefore).toBe(1);
    expect(BigInt(view)).toBeGreaterThanOrEqual(4n);
    expect(fs.existsSync(path.join(west.home, 'unsure'))).toBe(false);
  }, 120_000);

  it('is told so by its peers, when its home was restored from a backup without a word', async () => {
    await found();
    await startAll();
    const client = await follower();
    const writer = actor(world.chainId, operator);
    await makeBlocks(client, writer, 2);
    const west = world.validator('west');
    await west.kill();
    const backup = path.join(folder, 'backup');
    fs.cpSync(west.home, backup, { recursive: true });
    await west.start();
    await makeBlocks(client, writer, 8);
    await west.kill();
    fs.rmSync(west.home, { recursive: true });
    fs.cpSync(backup, west.home, { recursive: true });

    await west.start();
    await until('the question', () => west.said().includes('votes may be forgotten'));
    await makeBlocks(client, writer, 6);
    const height = client.status().height;
    await until('the height', () => heightOf(west) >= height);

    expect(west.said()).not.toContain('evidence');
  }, 120_000);

  it('believes its owner, who says that it was restored', async () => {
    await found();
    await startAll();
    const client = await follower();
    await makeBlocks(client, actor(world.chainId, operator), 2);
    const west = world.validator('west');
    await west.stop();

    await west.start(['--restored']);
    await until('the question', () => west.said().includes('votes may be forgotten'));

    expect(fs.existsSync(path.join(west.home, 'unsure'))).toBe(true);
  }, 120_000);
});

describe('strangers at the door', () => {
  it('are refused without the pinned key, whatever they say, and nobody is harmed', async () => {
    await found();
    await startAll();
    const client = await follower();
    const writer = actor(world.chainId, operator);
    await makeBlocks(client, writer, 1);
    const { host, port } = parseAddress(world.validator('north').address);
    const { privateKey } = generateKeyPairSync('ed25519');

    const impostor = await knock(host, port, tlsOptions(privateKey), hello());
    const nobody = await knock(host, port, { rejectUnauthorized: false }, hello());
    const older = await knock(host, port, {
      ...tlsOptions(privateKey),
      minVersion: 'TLSv1.2',
      maxVersion: 'TLSv1.2',
    });
    const noise = await shout(host, port, new Uint8Array(200_000).fill(7));

    expect({ impostor, nobody, older, noise }).toEqual({
      impostor: 0,
      nobody: 0,
      older: 0,
      noise: 'closed',
    });
    await makeBlocks(client, writer, 1);
    expect(world.validators.every((each) => each.isRunning())).toBe(true);
  }, 120_000);

  it('with a pinned key are cut off for a frame of 2^32 − 1 octets, and memory does not grow', async () => {
    await found(['server', 'other']);
    await startAll();
    const client = await follower();
    const writer = actor(world.chainId, operator);
    await makeBlocks(client, writer, 1);
    const north = world.validator('north');
    const { host, port } = parseAddress(north.address);
    const home = world.followers[1]?.home ?? '';
    const identity = tlsOptions(readIdentity(diskFiles, home).key);
    const before = north.residentBytes();

    const huge = Uint8Array.of(255, 255, 255, 255, 2, 0, 0);
    const heard = await knock(host, port, identity, hello(), huge);
    const again = await knock(host, port, identity, hello());

    // It was greeted, then cut off; for a while it is not even greeted.
    expect(heard).toBeGreaterThan(0);
    expect(again).toBe(0);
    expect(north.said()).toContain('a frame of 4294967295 octets is not allowed');
    expect(north.residentBytes() - before).toBeLessThan(20 * 2 ** 20);
    await makeBlocks(client, writer, 1);
  }, 120_000);

  it('with a pinned key may flood, and are read only as fast as is allowed', async () => {
    await found(['server', 'other']);
    await startAll();
    const client = await follower();
    const writer = actor(world.chainId, operator);
    await makeBlocks(client, writer, 1);
    const north = world.validator('north');
    const { host, port } = parseAddress(north.address);
    const home = world.followers[1]?.home ?? '';
    const identity = tlsOptions(readIdentity(diskFiles, home).key);
    const before = north.residentBytes();

    const flooded = flood(host, port, identity, 3_000);
    await makeBlocks(client, writer, 3);
    const { frames, seconds } = await flooded;

    // 8,000 at once and 4,000 a second, and the few megabytes that the sockets' own buffers hold.
    expect(frames).toBeGreaterThan(8_000);
    expect(frames).toBeLessThan(8_000 + 4_000 * (seconds + 1) + 15_000);
    expect(north.residentBytes() - before).toBeLessThan(40 * 2 ** 20);
    await makeBlocks(client, writer, 1);
  }, 120_000);
});

describe('whoever comes late', () => {
  it('catches up some thousand blocks in little memory, as validator and as follower', async () => {
    await found(['server', 'late']);
    const height = await makeHistory(blocksMissed);

    await startAll();
    const west = world.validator('west');
    let residentMax = 0;
    await until('the height', () => {
      residentMax = Math.max(residentMax, west.residentBytes());
      return heightOf(west) >= height;
    });
    const client = await follower(1);
    const hashes: string[] = [];
    for await (const block of client.blocksFrom(1n, AbortSignal.timeout(60_000))) {
      hashes.push(hex(block.digest));
      if (block.height === height) break;
    }

    expect(hashes).toHaveLength(Number(height));
    expect(residentMax).toBeLessThanOrEqual(150 * 2 ** 20);
    await world.validator('east').kill();
    // With one away, the one that came late is needed for a quorum.
    const server = await follower(0);
    await until('the follower', () => server.status().height >= height);
    const writer = actor(world.chainId, operator);
    for (let done = 0; done < blocksMissed; done += 1) writer.act();
    await makeBlocks(server, writer, 2);
  }, 240_000);
});

describe('epochs of a network', () => {
  it('pass by, and are shown to whoever was away and to whoever comes late', async () => {
    await found(['server', 'late'], { epochBlocks: 4n });
    await startAll();
    const client = await follower();
    const writer = actor(world.chainId, operator);
    await makeBlocks(client, writer, 3);
    const west = world.validator('west');
    await west.kill();
    await makeBlocks(client, writer, 8);

    await west.start();
    const late = await follower(1);
    const height = await makeBlocks(client, writer, 3);
    const seen: bigint[] = [];
    for await (const block of late.blocksFrom(1n, AbortSignal.timeout(60_000))) {
      seen.push(block.epoch);
      if (block.height >= height) break;
    }
    await until('the height', () => heightOf(west) >= height);
    await world.validator('north').kill();
    // With one away, the one that was away is needed for a quorum.
    await makeBlocks(client, writer, 5);

    expect(seen).toHaveLength(Number(height));
    expect(seen.at(-1)).toBeGreaterThanOrEqual(3n);
    expect(client.status().epoch).toBeGreaterThanOrEqual(4n);
  }, 120_000);
});

/** A chain of so many blocks in the homes of all but west, made by all four keys in one process. */
async function makeHistory(blocks: number): Promise<bigint> {
  const home = path.join(folder, 'history');
  const north = world.validator('north').home;
  fs.mkdirSync(path.join(home, 'validators'), { recursive: true });
  fs.copyFileSync(path.join(north, 'genesis.json'), path.join(home, 'genesis.json'));
  fs.copyFileSync(path.join(world.followers[0]?.home ?? '', 'log.key'), path.join(home, 'log.key'));
  for (const { name, home: own } of world.validators) {
    fs.cpSync(path.join(own, 'validators', name), path.join(home, 'validators', name), {
      recursive: true,
    });
  }
  const chain = await startEmbeddedChain({ home, networkName: 'test' });
  const height = await makeBlocks(chain, actor(world.chainId, operator), blocks);
  await until('all', () => chain.status().validators.every(({ running }) => running));
  await chain.stop();
  for (const name of ['north', 'east', 'south']) {
    for (const part of ['wal', 'store']) {
      fs.cpSync(path.join(home, part), path.join(world.validator(name).home, part), {
        recursive: true,
      });
    }
  }
  return height;
}

const hello = () => encodeFrame({ type: 'hello', payload: encodeHello(world.chainId) });

/** Connects, says something and, once answered, something else; counts the octets that come back until the other side closes. */
function knock(
  host: string,
  port: number,
  options: tls.ConnectionOptions,
  says: Uint8Array = new Uint8Array(),
  later: Uint8Array = new Uint8Array(),
): Promise<number> {
  return new Promise((resolve) => {
    let heard = 0;
    const socket = tls.connect({ ...options, host, port, checkServerIdentity: () => undefined });
    socket.on('secureConnect', () => socket.write(says));
    socket.once('data', () => socket.write(later));
    socket.on('data', (data: Buffer) => {
      heard += data.length;
    });
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(heard));
  });
}

function shout(host: string, port: number, says: Uint8Array): Promise<string> {
  return new Promise((resolve) => {
    const socket = net.connect({ host, port }, () => socket.write(says));
    socket.on('data', () => undefined);
    socket.on('error', () => undefined);
    socket.on('close', () => resolve('closed'));
  });
}

/** Sends frames of a kilobyte as fast as they are taken, for a while; answers how many were taken. */
async function flood(
  host: string,
  port: number,
  options: tls.ConnectionOptions,
  forMs: number,
): Promise<{ readonly frames: number; readonly seconds: number }> {
  const began = performance.now();
  const piecesMax = 100;
  const frame = encodeFrame({ type: 'pulse', payload: new Uint8Array(1_000) });
  const piece = new Uint8Array(frame.length * piecesMax);
  for (let order = 0; order < piecesMax; order += 1) piece.set(frame, order * frame.length);
  const socket = tls.connect({ ...options, host, port, checkServerIdentity: () => undefined });
  socket.on('error', () => undefined);
  socket.on('data', () => undefined);
  await new Promise((resolve) => socket.once('secureConnect', resolve));
  socket.write(hello());
  let frames = 0;
  while (performance.now() - began < forMs && !socket.destroyed) {
    const isTaken = socket.write(piece);
    frames += piecesMax;
    if (!isTaken) {
      await Promise.race([
        new Promise((resolve) => socket.once('drain', resolve)),
        sleep(Math.max(1, forMs - (performance.now() - began))),
      ]);
    }
  }
  const seconds = (performance.now() - began) / 1000;
  socket.destroy();
  return { frames, seconds };
}

/** Turns one bit in the last batch of a log, as a bad disk would. */
function damageLastBatch(wal: string): void {
  const [name = ''] = fs.readdirSync(wal).sort().reverse();
  const file = path.join(wal, name);
  const bytes = fs.readFileSync(file);
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end -= 1;
  const at = end - 20;
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  fs.writeFileSync(file, bytes);
}
