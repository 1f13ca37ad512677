/** A network of four processes with real keys, disks and TLS: blows of every kind, forgetting, strangers, and catching up. */
import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import tls from 'node:tls';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ChainClient } from '../../../chain/src/client.ts';
import { encodeProof } from '../../../chain/src/core/evidence.ts';
import { voteSigningBytes } from '../../../chain/src/core/vote.ts';
import { hex } from '../../../chain/src/crypto/digest.ts';
import { startEmbeddedChain, startNetworkChain } from '../../../chain/src/index.ts';
import { encodeFrame } from '../../../chain/src/net/frame.ts';
import { readIdentity, tlsOptions } from '../../../chain/src/net/identity.ts';
import { parseAddress } from '../../../chain/src/net/network-file.ts';
import { encodeHello } from '../../../chain/src/net/words.ts';
import { diskFiles } from '../../../chain/src/shell/files.ts';
import { signBytes } from '../../../chain/src/shell/signer.ts';
import { type Actor, actor, fourBanks, operator } from '../../support/chain-world.ts';
import { runNetworkCrashes } from './run.ts';
import { layWire, whyNoWire } from './wire.ts';
import { foundWorld, type NetworkWorld, names, type Process, type WorldOptions } from './world.ts';

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

async function found(options: Partial<WorldOptions> = {}): Promise<void> {
  world = await foundWorld({ folder, founders: fourBanks.founders, ...options });
}

async function startAll(): Promise<void> {
  await Promise.all(world.validators.map((each) => each.start()));
}

/** Four validators that run, a server that follows them, and whose acts it takes in. */
async function atWork(
  options: Partial<WorldOptions> = {},
): Promise<{ readonly client: ChainClient; readonly writer: Actor }> {
  await found(options);
  await startAll();
  return { client: await follower(), writer: actor(world.chainId, operator) };
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
    const { client, writer } = await atWork();
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

  it('B.9.72: is told so by its peers, when its home was restored from a backup without a word', async () => {
    const { client, writer } = await atWork();
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
    // Those who know it forget it too, and it starts again: it has noted it.
    await until('the note', () => fs.existsSync(path.join(west.home, 'unsure')));
    await Promise.all(world.validators.map((each) => each.kill()));
    const saidBefore = west.said().length;
    await startAll();
    await until('the note', () => west.said().slice(saidBefore).includes('may be forgotten'));
    await makeBlocks(client, writer, 6);
    await until('a sure one', () => !fs.existsSync(path.join(west.home, 'unsure')));
    const height = client.status().height;
    await until('the height', () => heightOf(west) >= height);

    expect(west.said()).not.toContain('evidence');
  }, 120_000);

  it('believes its owner, who says that it was restored', async () => {
    const { client, writer } = await atWork();
    await makeBlocks(client, writer, 2);
    const west = world.validator('west');
    await west.stop();

    await west.start(['--restored']);
    await until('the question', () => west.said().includes('votes may be forgotten'));

    expect(fs.existsSync(path.join(west.home, 'unsure'))).toBe(true);
  }, 120_000);
});

/** North, which has something to lose, and another party, which has a pinned key and means no good. */
async function atTheDoor() {
  const { client, writer } = await atWork({ followers: ['server', 'other'] });
  await makeBlocks(client, writer, 1);
  const north = world.validator('north');
  const { host, port } = parseAddress(north.address);
  const home = world.followers[1]?.home ?? '';
  const identity = tlsOptions(readIdentity(diskFiles, home).key);
  return { client, writer, north, host, port, identity, before: north.residentBytes() };
}

describe('whoever has proof of a broken rule', () => {
  it('may hand it to a follower: the epoch ends with it, and the guilty votes no more', async () => {
    const { client, writer } = await atWork();
    await makeBlocks(client, writer, 1);

    const ofOneBlock = await client.reportEvidence(twoVotesOf('west', ['aa', 'aa']));
    const answer = await client.reportEvidence(twoVotesOf('west', ['aa', 'bb']));
    await until('the next epoch', () => client.status().epoch === 2n);
    const [seen] = await client.evidence();

    expect([ofOneBlock, answer]).toEqual(['refused', 'waiting']);
    expect(seen).toMatchObject({ name: 'west', epoch: 1n, rule: 'doubleFinalize' });
    expect(client.status().validators.map(({ name }) => name)).toEqual(['north', 'east', 'south']);
    expect(await client.reportEvidence(twoVotesOf('west', ['aa', 'cc']))).toBe('refused');
    await makeBlocks(client, writer, 2);
  }, 120_000);
});

describe('strangers at the door', () => {
  it('are refused without the pinned key, whatever they say, and nobody is harmed', async () => {
    const { client, writer } = await atWork();
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
    const { client, writer, north, host, port, identity, before } = await atTheDoor();

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
    const { client, writer, north, host, port, identity, before } = await atTheDoor();

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
    await found({ followers: ['server', 'late'] });
    const height = await makeHistory(blocksMissed);

    await startAll();
    const west = world.validator('west');
    let residentMax = 0;
    const validatorMs = await msOf(() =>
      until('the height', () => {
        residentMax = Math.max(residentMax, west.residentBytes());
        return heightOf(west) >= height;
      }),
    );
    const client = await follower(1);
    const hashes: string[] = [];
    const followerMs = await msOf(async () => {
      for await (const block of client.blocksFrom(1n, AbortSignal.timeout(60_000))) {
        hashes.push(hex(block.digest));
        if (block.height === height) break;
      }
    });
    const restarts = await restartsOf(west, height);

    const figures = {
      ...{ blocks: hashes.length, residentMbMax: Math.round(residentMax / 2 ** 20) },
      validatorPerSecond: Math.round((hashes.length * 1_000) / validatorMs),
      followerPerSecond: Math.round((hashes.length * 1_000) / followerMs),
      ...restarts,
    };
    console.log('network: late', JSON.stringify(figures));
    expect(hashes).toHaveLength(Number(height));
    expect(residentMax).toBeLessThanOrEqual(150 * 2 ** 20);
    expect(restarts.restartMbMax).toBeLessThanOrEqual(150);
    await world.validator('east').kill();
    // With one away, the one that came late is needed for a quorum.
    const server = await follower(0);
    await until('the follower', () => server.status().height >= height);
    const writer = actor(world.chainId, operator);
    for (let done = 0; done < blocksMissed; done += 1) writer.act();
    await makeBlocks(server, writer, 2);
  }, 600_000);
});

const refused = whyNoWire();
if (refused !== null) console.log(`network: no hosts of their own here: ${refused}`);

describe.skipIf(refused !== null)('four validators on hosts of their own', () => {
  it('stand still while two and two do not hear each other, and go on when they do', async () => {
    const wire = layWire(names);
    try {
      const { client, writer } = await atWork({ wire });
      const height = await makeBlocks(client, writer, 3);

      const heal = world.partition(['south', 'west']);
      await client.submit([writer.act()]);
      await sleep(2_500);
      const heightApart = client.status().height;
      heal();
      const after = await makeBlocks(client, writer, 2);
      await until('west', () => heightOf(world.validator('west')) >= after);

      expect(heightApart).toBe(height);
      expect(after).toBeGreaterThan(height);
      for (const each of world.validators) expect(await each.stop()).toBe(0);
      expect(world.validators.some((each) => each.said().includes('evidence'))).toBe(false);
    } finally {
      await world.close();
      wire.close();
    }
  }, 120_000);
});

describe('epochs of a network', () => {
  it('pass by, and are shown to whoever was away and to whoever comes late', async () => {
    const { client, writer } = await atWork({
      followers: ['server', 'late'],
      parameters: { epochBlocks: 4n },
    });
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

async function msOf(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return Math.round(performance.now() - began);
}

/** How long a validator takes to start with the state as it stopped, and when it has to execute every block again. */
async function restartsOf(validator: Process, height: bigint) {
  const store = path.join(validator.home, 'store');
  const snapshots = () => fs.readdirSync(store).filter((name) => /^state-\d+\.map$/.test(name));
  let residentMax = 0;
  const start = async (): Promise<number> => {
    const ms = await msOf(() => validator.start());
    await until('the height', () => heightOf(validator) >= height);
    residentMax = Math.max(residentMax, validator.residentBytes());
    return ms;
  };
  expect(await validator.stop()).toBe(0);
  expect(snapshots()).not.toEqual([]);
  const withSnapshotMs = await start();
  await validator.kill();
  for (const name of snapshots()) fs.rmSync(path.join(store, name));
  const withoutSnapshotMs = await start();
  const restartMbMax = Math.round(residentMax / 2 ** 20);
  return { withSnapshotMs, withoutSnapshotMs, restartMbMax };
}

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

/** Two finalize votes of one view by a validator's own key, as they would stand in the log. */
function twoVotesOf(name: string, digests: readonly [string, string]): Uint8Array {
  const { home } = world.validator(name);
  const der = fs.readFileSync(path.join(home, 'validators', name, 'consensus.key'));
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  const voter = world.validators.findIndex((each) => each.name === name);
  const signed = (octet: string) => {
    const vote = { kind: 'finalize', epoch: 1n, view: 90n, digest: octet.repeat(32) } as const;
    return { ...vote, voter, signature: signBytes(key, voteSigningBytes(world.chainId, vote)) };
  };
  const [first, second] = digests;
  return encodeProof(world.chainId, {
    ...{ kind: 'votes', epoch: 1n, voter },
    ...{ first: signed(first), second: signed(second) },
  });
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
