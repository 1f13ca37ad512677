/**
 * A network that its operators govern from the homes of their validators: a fifth joins, one leaves, the log gets
 * another key, each as processes of their own with real keys, disks and TLS, while acts keep coming.
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { validatorCommand } from '../../../chain/src/cli/validator.ts';
import type { ChainClient } from '../../../chain/src/client.ts';
import { base64, hex } from '../../../chain/src/crypto/digest.ts';
import { startNetworkChain } from '../../../chain/src/index.ts';
import { logKeyType, verifierKey } from '../../../chain/src/log/checkpoint.ts';
import { verifyTlogProof } from '../../../chain/src/verify.ts';
import { type Actor, actor, fourBanks, operator } from '../../support/chain-world.ts';
import { foundWorld, freePort, type NetworkWorld, type Process, processOf } from './world.ts';

/** The time lock of the network, in ms: long enough to be seen waiting. */
const timeLockMs = 1_500n;

/** An act is final within this time whatever is being decided, in ms: half a second usually, more on a machine that does much else. */
const stallMsMax = 20_000;

let folder: string;
let world: NetworkWorld;
let client: ChainClient;
let writer: Actor;
let centre: Process;
let slowestMs = 0;
/** Acts go on until this is called. */
let endTraffic: () => Promise<void>;

const home = (name: string): string => path.join(folder, name);

/** What `npm run validator -- …` says and its exit code. */
async function run(
  ...args: readonly string[]
): Promise<{ readonly code: number; readonly said: string }> {
  let said = '';
  const code = await validatorCommand(args, {
    write: (text) => {
      said += text;
    },
  });
  return { code, said };
}

async function must(...args: readonly string[]): Promise<string> {
  const { code, said } = await run(...args);
  expect({ args, code, said }).toMatchObject({ code: 0 });
  return said;
}

async function refusal(...args: readonly string[]): Promise<string> {
  const { code, said } = await run(...args);
  expect({ args, code }).toMatchObject({ code: 1 });
  return said;
}

async function until(what: string, holds: () => boolean): Promise<void> {
  const limit = performance.now() + 60_000;
  while (!holds()) {
    if (performance.now() > limit) throw new Error(`${what} did not come`);
    await sleep(20);
  }
}

const waiting = () => client.status().network.pending;
const onlyChange = (): string => waiting()[0]?.id ?? '';
const voters = (): readonly string[] => client.status().validators.map(({ name }) => name);

/** One act after the other, each when the one before is final; remembers the longest wait. */
function startTraffic(): () => Promise<void> {
  let isOver = false;
  const going = (async () => {
    while (!isOver) {
      const began = performance.now();
      const { actHash, ...entry } = writer.act();
      const [result] = await client.submit([{ ...entry }]);
      if (result?.kind !== 'waiting') throw new Error(`an act is ${JSON.stringify(result)}`);
      while ((await client.find(actHash)) === null) await sleep(10);
      slowestMs = Math.max(slowestMs, performance.now() - began);
      await sleep(50);
    }
  })();
  going.catch(() => undefined);
  return async () => {
    isOver = true;
    await going;
  };
}

beforeAll(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tallystick-governing-'));
  const parameters = { stage: 1n, timeLockMs };
  world = await foundWorld({ folder, founders: fourBanks.founders, parameters });
  await Promise.all(world.validators.map((each) => each.start()));
  client = await startNetworkChain({
    home: home('server'),
    onFatal: (error) => {
      throw error;
    },
  });
  writer = actor(world.chainId, operator);
  endTraffic = startTraffic();
}, 60_000);

afterAll(async () => {
  await endTraffic?.().catch(() => undefined);
  await client?.stop();
  await centre?.kill();
  await world?.close();
  fs.rmSync(folder, { recursive: true, force: true });
});

describe('a fifth validator', () => {
  it('is met by those who run, proposed, agreed to and ready; after the time lock it votes', async () => {
    const address = `127.0.0.5:${await freePort('127.0.0.5')}`;
    const about = ['--organisation', 'Bank of the centre', '--operator', 'centre runs it'] as const;
    const line = path.join(folder, 'centre.line');
    const made = ['--home', home('centre'), '--name', 'centre', '--address', address] as const;
    fs.writeFileSync(line, await must('init', ...made, ...about));
    for (const name of ['north', 'east', 'south', 'west', 'server']) {
      await must('trust', '--home', home(name), line);
    }
    for (const file of ['genesis.json', 'network.json']) {
      fs.copyFileSync(path.join(home('north'), file), path.join(home('centre'), file));
    }
    centre = processOf('centre', home('centre'), address, []);
    await centre.start();

    await must('propose', '--home', home('north'), 'admit', line);
    await until('the change', () => waiting().length === 1);
    const change = onlyChange();
    const proposed = await must('changes', '--home', home('north'));
    expect(proposed).toContain('admit centre of Bank of the centre with stake 1; due 2');
    expect(proposed).toContain('has not said that it is ready');
    expect(proposed).toContain('0 of 4 do');

    for (const name of ['north', 'east', 'south']) {
      await must('approve', '--home', home(name), change.slice(0, 12));
    }
    expect(await must('approve', '--home', home('east'), change)).toContain('agreed already');
    expect(await refusal('approve', '--home', home('centre'), change)).toContain(
      'no vote in epoch 1',
    );
    expect(await refusal('ready', '--home', home('west'), change)).toContain('does not admit west');
    // The chain does not know centre's own key: somebody carries what it signed.
    const paper = path.join(folder, 'centre.paper');
    fs.writeFileSync(paper, await must('ready', '--home', home('centre'), change));
    await must('carry', '--home', home('west'), paper);

    await until('the epoch', () => client.status().epoch === 2n);
    expect(voters()).toEqual(['north', 'east', 'south', 'west', 'centre']);
    const [sealed] = [client.status().network.firstHeight - 1n];
    for await (const block of client.blocksFrom(sealed, AbortSignal.timeout(20_000))) {
      expect(block.timeMs).toBeGreaterThanOrEqual((await proposedMs(change)) + timeLockMs);
      break;
    }
    // Four of five are needed: with west away, nothing is final without centre.
    await world.validator('west').kill();
    const { height } = client.status();
    await until('two blocks', () => client.status().height >= height + 2n);
    await world.validator('west').start();
  }, 180_000);
});

/** When the block with the act of that hash was made, by chain time. */
async function proposedMs(change: string): Promise<bigint> {
  for await (const block of client.blocksFrom(1n, AbortSignal.timeout(20_000))) {
    if (block.entries.some(({ actHash }) => hex(actHash) === change)) return block.timeMs;
  }
  throw new Error('the proposal is final');
}

describe('what may not be', () => {
  it('is refused with its reason, and leaves nothing behind', async () => {
    const at = ['--home', home('south')] as const;

    expect(await refusal('propose', ...at, 'set', 'colour', '1')).toContain(
      'a parameter is stage,',
    );
    expect(await refusal('propose', ...at, 'set', 'slashBps', 'much')).toContain('seen much');
    expect(await refusal('propose', ...at, 'set', 'slashBps', '10001')).toContain(
      'PARAMETER_OUT_OF_RANGE',
    );
    expect(await refusal('propose', ...at, 'remove', 'nobody')).toContain('there are north, east');
    expect(await refusal('approve', ...at, 'abcdef')).toContain('no change abcdef waits');
    expect(await refusal('rotate', ...at)).toContain('the key of the log is not in');
    expect(await refusal('propose', '--home', home('centre'), 'remove', 'west')).toContain('--via');
    expect(waiting()).toEqual([]);
  }, 120_000);

  it('goes no further than the governor lets it: a veto takes it back', async () => {
    await must('propose', '--home', home('east'), 'remove', 'centre');
    await until('the change', () => waiting().length === 1);
    const change = onlyChange();

    expect(await refusal('veto', '--home', home('south'), change)).toContain(
      'GOVERNANCE_UNAUTHORISED',
    );
    await must('veto', '--home', home('server'), change);
    await until('the veto', () => waiting().length === 0);
    expect(await refusal('veto', '--home', home('server'), change)).toContain('waits: it has');
  }, 120_000);
});

describe('a validator that leaves', () => {
  it('is agreed to by the others, and nothing waits for it any more', async () => {
    await must('propose', '--home', home('south'), 'remove', 'west');
    await until('the change', () => waiting().length === 1);
    const change = onlyChange();
    for (const name of ['north', 'east', 'south']) {
      await must('approve', '--home', home(name), change);
    }
    await must('approve', '--home', home('centre'), '--via', home('north'), change);
    await until('the epoch', () => client.status().epoch === 3n);

    expect(voters()).toEqual(['north', 'east', 'south', 'centre']);
    const peersOf = async (name: string): Promise<string> =>
      must('status', '--home', home(name), '--json');
    expect(await refusal('distrust', '--home', home('north'), 'centre')).toContain('centre votes');
    await must('distrust', '--home', home('north'), 'west');
    // North speaks no more with who was removed, and does not call; the others still do.
    await expect.poll(() => peersOf('north'), { timeout: 5_000 }).not.toContain('"west"');
    expect(await peersOf('south')).toContain('"west"');
    await expect
      .poll(() => world.validator('west').said(), { timeout: 5_000 })
      .toContain('north is gone');
    await world.validator('west').kill();
    await world.validator('east').kill();
    const { height } = client.status();
    await until('two blocks', () => client.status().height >= height + 2n);
    await world.validator('east').start();
  }, 180_000);
});

describe('the key of the log', () => {
  it("is rotated in its keeper's home, and proofs from before and after hold", async () => {
    const anchor = await client.anchor();
    const index = client.status().size - 1n;
    await until('the checkpoint', () => client.status().height > 0n);
    const early = await client.tlogProof(1n);
    const handedEarly = await client.log.handovers();

    await must('rotate', '--home', home('server'));
    await until('the change', () => waiting()[0]?.op === 'rotate');
    await until('the epoch', () => client.status().epoch === 4n);
    const { height } = client.status();
    await until('a block', () => client.status().height > height + 1n);

    const { logKey } = client.status().network;
    expect(base64(logKey)).not.toBe(base64(anchor.logKey));
    await expect
      .poll(() => must('changes', '--home', home('north')), { timeout: 10_000, interval: 500 })
      .toContain(verifierKey(client.origin, logKeyType, logKey));
    const late = await client.tlogProof(index);
    const handedLate = await client.log.handovers();
    expect(handedLate.length).toBe(3);
    expect(verifyTlogProof(early, anchor, undefined, handedEarly).outcome).toBe('proven');
    expect(verifyTlogProof(late, anchor, undefined, handedLate).outcome).toBe('proven');
    expect(verifyTlogProof(late, anchor, undefined, handedEarly)).toMatchObject({
      ...{ outcome: 'failed', failed: 'signatures' },
    });
  }, 120_000);

  it("stood in nobody's way: whatever was decided, acts became final", async () => {
    await endTraffic();

    console.log(`governing: the slowest act was final after ${slowestMs.toFixed(0)} ms`);
    expect(slowestMs).toBeLessThanOrEqual(stallMsMax);
  });
});
