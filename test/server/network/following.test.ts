/**
 * A server whose validators run elsewhere (CHAIN_ENGINE=network): what it tells of them, what it cannot know and
 * leaves out, and that it goes on when validators decide something among themselves.
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { graphql } from 'graphql';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { validatorCommand } from '../../../chain/src/cli/validator.ts';
import { adopt, foundNetwork, initValidator, parseLine } from '../../../chain/src/net/home.ts';
import type { Member } from '../../../chain/src/net/member.ts';
import { startValidator } from '../../../chain/src/net/running.ts';
import { diskFiles } from '../../../chain/src/shell/files.ts';
import { allHandlers } from '../../../server/src/app.ts';
import { replayAudit } from '../../../server/src/audit/replay.ts';
import { readConfig } from '../../../server/src/config.ts';
import { demoSeed } from '../../../server/src/demo-world.ts';
import { chainHome, networkLine } from '../../../server/src/foundation.ts';
import { governorId } from '../../../server/src/party/genesis.ts';
import { startWorld, type World } from '../../../server/src/world.ts';
import { freePort } from '../../journeys/network/world.ts';
import { freshDatabase } from '../../support/database.ts';
import { testMasterKey } from '../../support/world.ts';

const names = ['north', 'east', 'south', 'west'] as const;
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tallystick-following-'));
const homeOf = (name: string): string => path.join(folder, name);
const failures: unknown[] = [];
const members = new Map<string, Member>();
let dropDatabase: () => Promise<void>;
let world: World;

async function begin(name: string): Promise<void> {
  members.set(name, await startValidator({ home: homeOf(name) }));
}

beforeAll(async () => {
  const home = homeOf('server');
  const { facts } = demoSeed('2026-03-02');
  const masterKey = testMasterKey;
  const nowMs = BigInt(Date.now());
  const lines = [parseLine(await networkLine({ home, masterKey, facts, nowMs }))];
  for (const [order, name] of names.entries()) {
    const about = { name, organisation: `Bank of the ${name}`, operator: name, stake: 1n };
    const host = `127.0.0.${order + 1}`;
    const address = `${host}:${await freePort(host)}`;
    lines.push(await initValidator(diskFiles, homeOf(name), { ...about, address }));
  }
  const files = foundNetwork('test', nowMs, lines, { stage: 1n, timeLockMs: 0n });
  for (const name of names) await adopt(diskFiles, homeOf(name), files);
  await adopt(diskFiles, chainHome(home), files);
  await Promise.all(names.map(begin));

  const fresh = await freshDatabase();
  dropDatabase = fresh.drop;
  const key = Buffer.from(masterKey).toString('base64');
  world = await startWorld({
    config: readConfig({
      ...{ TALLYSTICK_HOME: home, PORT: '0', CHAIN_ENGINE: 'network', DATABASE_URL: fresh.url },
      TALLYSTICK_MASTER_KEY: key,
    }),
    seed: { facts, plant: async () => [] },
    log: pino({ level: 'silent' }),
    webFolder: Promise.resolve(null),
    failed: (error) => failures.push(error),
  });
}, 60_000);

afterAll(async () => {
  await world?.stop();
  for (const member of members.values()) await member.stop();
  await dropDatabase?.();
  fs.rmSync(folder, { recursive: true, force: true });
});

async function ask<T>(source: string, variableValues: Readonly<Record<string, unknown>> = {}) {
  const contextValue = await world.app.contextOf({
    session: { key: governorId, personId: governorId, expiresMs: BigInt(Date.now()) + 1_000_000n },
    ...{ address: '127.0.0.1', requestId: 'req_test' },
    ...{ giveCookie: () => {}, takeCookie: () => {} },
  });
  const schema = world.app.schema;
  const { data, errors } = await graphql({ schema, source, variableValues, contextValue });
  if (errors !== undefined) throw new Error(errors.map(String).join('\n'));
  return data as T;
}

let acts = 0;
/** An act of the server's own, waited for until it is final. */
async function ownAct(): Promise<void> {
  acts += 1;
  const { setParameter } = await ask<{ setParameter: { status?: string; code?: string } }>(
    `mutation ($input: SetParameterInput!) { setParameter(input: $input) {
       ... on SetParameterSuccess { status } ... on Refusal { code } } }`,
    {
      input: {
        ...{ parameter: 'slashBps', value: `${1_000 + acts}`, reason: 'A try' },
        ...{ idempotencyKey: `own-${acts}`, wait: true },
      },
    },
  );
  expect(setParameter).toEqual({ status: 'FINAL' });
}

async function figures(): Promise<(name: string) => number | null> {
  const body = await (await fetch(`${world.url}/metrics`)).text();
  return (name) => {
    const line = body.split('\n').find((each) => each.startsWith(`${name} `));
    return line === undefined ? null : Number(line.slice(name.length + 1));
  };
}

type Health = {
  readonly height: number;
  readonly view: string;
  readonly epoch: string;
  readonly mempool: number;
  readonly lastFinalAt: string | null;
  readonly finality: { readonly count: number; readonly p50Ms: number | null };
  readonly validators: readonly {
    readonly name: string;
    readonly running: boolean;
    readonly walBytes: number | null;
    readonly seenAt: string | null;
  }[];
};

const health = async (): Promise<Health> =>
  (
    await ask<{ networkHealth: Health }>(
      `{ networkHealth { height view epoch mempool lastFinalAt finality { count p50Ms }
         validators { name running walBytes seenAt } } }`,
    )
  ).networkHealth;

describe('a server that follows a network', () => {
  it('tells before the first act what it knows, and no time to finality that nothing had', async () => {
    const seen = await health();

    expect(seen).toMatchObject({ height: 0, epoch: '1', mempool: 0, lastFinalAt: null });
    expect(seen.finality).toEqual({ count: 0, p50Ms: null });
    expect(seen.validators.map(({ name }) => name)).toEqual([...names]);
  });

  it('tells height, view, finality and who is there, and leaves out what only they can know', async () => {
    await ownAct();
    await ownAct();

    await expect
      .poll(async () => (await health()).height, { timeout: 10_000 })
      .toBeGreaterThanOrEqual(2);
    const seen = await health();
    const figure = await figures();
    expect(Number(seen.view)).toBeGreaterThanOrEqual(2);
    expect(seen.lastFinalAt).not.toBeNull();
    expect(seen.finality.count).toBe(2);
    expect(seen.finality.p50Ms).toBeGreaterThan(0);
    for (const { running, walBytes } of seen.validators) {
      expect({ running, walBytes }).toEqual({ running: true, walBytes: null });
    }
    // Another empty view may have passed since.
    expect(figure('tallystick_chain_height')).toBeGreaterThanOrEqual(seen.height);
    expect(figure('tallystick_chain_view')).toBeGreaterThanOrEqual(Number(seen.view));
    expect(figure('tallystick_chain_mempool_entries')).toBe(0);
    expect(figure('tallystick_finality_seconds_count')).toBe(2);
    expect(figure('tallystick_validators')).toBe(4);
    expect(figure('tallystick_validators_running')).toBe(4);
    expect(figure('tallystick_wal_bytes')).toBeGreaterThan(0);
    expect(figure('tallystick_validator_up{validator="west"}')).toBe(1);
    expect(figure('tallystick_validator_wal_bytes{validator="west"}')).toBeNull();
  });

  it('sees who is gone, and who has come back', async () => {
    await members.get('west')?.stop();
    const west = async () => (await health()).validators.find(({ name }) => name === 'west');

    await expect.poll(async () => (await west())?.running, { timeout: 10_000 }).toBe(false);
    const figure = await figures();
    expect(figure('tallystick_validators_running')).toBe(3);
    expect(figure('tallystick_validator_up{validator="west"}')).toBe(0);
    await ownAct();
    await begin('west');
    await expect.poll(async () => (await west())?.running, { timeout: 10_000 }).toBe(true);
  });

  it('shows what validators propose among themselves, goes on, and its audit misses nothing', async () => {
    const run = async (...args: readonly string[]): Promise<void> => {
      let said = '';
      const code = await validatorCommand(args, {
        write: (text) => {
          said += text;
        },
      });
      expect({ args, said, code }).toMatchObject({ code: 0 });
    };
    type Seen = {
      readonly pending: readonly {
        readonly value: string | null;
        readonly approvals: readonly string[];
      }[];
    };
    const network = async (): Promise<Seen> =>
      (await ask<{ network: Seen }>('{ network { pending { value approvals } } }')).network;

    await run('propose', '--home', homeOf('north'), 'set', 'slashBps', '2222');
    const theirs = async () => (await network()).pending.find(({ value }) => value === '2222');
    await expect.poll(theirs, { timeout: 10_000 }).toMatchObject({ approvals: [] });
    await ownAct();

    expect(failures).toEqual([]);
    const { database, foundation } = world;
    const { pool } = database;
    const handlers = allHandlers();
    const audited = await replayAudit({ ...foundation, pool, handlers });
    expect(audited.differences).toEqual([]);
  }, 60_000);
});
