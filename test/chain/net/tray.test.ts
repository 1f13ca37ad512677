/** Acts that an owner lays into a home, and what the process there answers. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ChainClient } from '../../../chain/src/client.ts';
import { startEmbeddedChain } from '../../../chain/src/index.ts';
import { emptyTray, layIn } from '../../../chain/src/net/tray.ts';
import { actor, fourBanks, operator, person } from '../../support/chain-world.ts';

let home: string;
let chain: ChainClient;

beforeEach(async () => {
  home = fs.mkdtempSync(path.join(os.tmpdir(), 'tallystick-tray-'));
  chain = await startEmbeddedChain({ home, networkName: 'test', genesis: fourBanks });
});

afterEach(async () => {
  await chain.stop();
  fs.rmSync(home, { recursive: true, force: true });
});

/** As the running process does it. */
async function whileAttended<T>(work: () => Promise<T>): Promise<T> {
  let isOver = false;
  const attending = (async () => {
    while (!isOver) {
      await emptyTray(home, chain.submit);
      await sleep(10);
    }
  })();
  try {
    return await work();
  } finally {
    isOver = true;
    await attending;
  }
}

const left = () => fs.readdirSync(path.join(home, 'tray'));

describe('an act in the tray', () => {
  it('is taken in, answered, and gone; laid there again it is known', async () => {
    const act = actor(chain.chainId, operator).act();

    const first = await whileAttended(() => layIn(home, act, 5_000));
    await expect.poll(() => chain.find(act.actHash)).not.toBeNull();
    const second = await whileAttended(() => layIn(home, act, 5_000));

    expect([first, second]).toEqual(['waiting', 'known']);
    expect(left()).toEqual([]);
  });

  it('by a key that the chain does not know, or that is no act at all, is answered with why', async () => {
    const strange = actor(chain.chainId, person('nobody')).act();
    const rest = path.join(home, 'tray', `${'a'.repeat(64)}`);
    fs.mkdirSync(path.join(home, 'tray'));
    fs.writeFileSync(`${rest}.act`, 'no act');
    fs.writeFileSync(path.join(home, 'tray', 'notes.txt'), 'not looked at');

    expect(await whileAttended(() => layIn(home, strange, 5_000))).toBe('KEY_UNKNOWN');
    expect(fs.readFileSync(`${rest}.answer`, 'utf8')).toBe('ACT_MALFORMED');
    expect(left().sort()).toEqual([`${'a'.repeat(64)}.answer`, 'notes.txt']);
  });

  it('is taken out again where nobody runs, so that it is not said later', async () => {
    const act = actor(chain.chainId, operator).act();

    expect(await layIn(home, act, 150)).toBeNull();
    expect(left()).toEqual([]);
  });
});
