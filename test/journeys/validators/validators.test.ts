/**
 * Validators that stop: with one of four away everything goes on, with two nothing becomes final and
 * nothing is lost, and those that come back take part again.
 *
 * A real world serves real HTTP; the journeys of the crash test are what goes on in it.
 */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allHandlers } from '../../../server/src/app.ts';
import { replayAudit } from '../../../server/src/audit/replay.ts';
import { readConfig } from '../../../server/src/config.ts';
import { demoSeed } from '../../../server/src/demo-world.ts';
import { openLog } from '../../../server/src/platform/log.ts';
import { clearHome, startWorld, type World } from '../../../server/src/world.ts';
import { seeded } from '../../support/random.ts';
import { gate, type Witness, witness } from '../crash/patient.ts';
import { type Cast, castOf } from '../crash/people.ts';
import { runTraffic, type Traffic } from '../crash/traffic.ts';

/** Promised: p99 to finality while one of four is away, in milliseconds. */
const finalityP99MsMax = 1_000;
const actsMin = 200;
const [away, other] = ['bank-b', 'aurora'] as const;

let world: World;
let cast: Cast;
const watch: Witness = witness();
const home = mkdtempSync(path.join(tmpdir(), 'tallystick-validators-'));
const config = readConfig({ TALLYSTICK_HOME: home, PORT: '0' });

beforeAll(async () => {
  world = await startWorld({
    ...{ config, seed: demoSeed('2026-03-02'), log: openLog({ level: 'silent', file: null }) },
    webFolder: Promise.resolve(null),
    failed: (error) => watch.broken.push(`the server failed: ${String(error)}`),
  });
  const door = gate();
  door.open();
  cast = await castOf(world.url, watch, door);
});

afterAll(async () => {
  await world.stop();
  await clearHome(config);
});

const chain = () => world.foundation.chain;
const validator = (name: string) =>
  chain()
    .status()
    .validators.find((each) => each.name === name);

async function rows<T extends object>(sql: string, values: readonly unknown[] = []): Promise<T[]> {
  return (await world.database.pool.query<T>(sql, [...values])).rows;
}

async function lastPosition(): Promise<bigint> {
  const [row] = await rows<{ last: bigint }>('SELECT max("position") AS last FROM act');
  return row?.last ?? 0n;
}

/** How long each act committed after `position` took to be final, in milliseconds, ascending. */
async function finality(position: bigint): Promise<readonly number[]> {
  const found = await rows<{ ms: bigint }>(
    `SELECT "finalMs" - "committedMs" AS ms FROM act WHERE "position" > $1 AND "finalMs" IS NOT NULL ORDER BY ms`,
    [position],
  );
  return found.map(({ ms }) => Number(ms));
}

function share(ascending: readonly number[], percent: number): number {
  return ascending[Math.ceil((ascending.length * percent) / 100) - 1] ?? Number.NaN;
}

async function until(isSo: () => Promise<boolean> | boolean, msMax = 30_000): Promise<void> {
  const endMs = performance.now() + msMax;
  while (!(await isSo())) {
    if (performance.now() > endMs) throw new Error(`not so after ${msMax} ms: ${isSo}`);
    await sleep(25);
  }
}

/** Journeys go on while `during` runs, and come to their end after it. */
async function whileWorking(during: () => Promise<void>): Promise<Traffic> {
  let isOver = false;
  const traffic = runTraffic({
    ...{ cast, watch, random: seeded(1), workers: 4, isOver: () => isOver },
  });
  traffic.catch(() => undefined);
  try {
    await during();
  } finally {
    isOver = true;
  }
  return traffic;
}

type ChainSeen = {
  readonly waiting: number;
  readonly finalising: boolean;
  readonly validators: readonly { readonly name: string; readonly running: boolean }[];
};

async function chainSeen(): Promise<ChainSeen> {
  const { chain: seen } = await cast.clerk.query<{ chain: ChainSeen }>(
    '{ chain { waiting finalising validators { name running } } }',
  );
  return seen;
}

type Switched = { readonly code?: string; readonly validators?: ChainSeen['validators'] };

/** As the governor does it in a demo. */
async function turn(way: 'stop' | 'start', name: string, by = cast.governor): Promise<Switched> {
  const { answer } = await by.query<{ answer: Switched }>(
    `mutation ($name: String!) { answer: ${way}Validator(name: $name) {
      ... on ChainStatus { validators { name running } } ... on Refusal { code } } }`,
    { name },
  );
  return answer;
}

async function audit() {
  const { pool } = world.database;
  const { genesis } = world.foundation;
  return replayAudit({ pool, chain: chain(), handlers: allHandlers(), genesis });
}

describe('a network of four validators', () => {
  it('goes on within a second while one is away, and the one that comes back takes part again', async () => {
    const figures: Record<string, string> = {};
    const note = (name: string, ms: readonly number[]) => {
      figures[name] = `${ms.length} acts, p50 ${share(ms, 50)} ms, p99 ${share(ms, 99)} ms`;
    };
    const { done } = await whileWorking(async () => {
      const all = await lastPosition();
      await until(async () => (await finality(all)).length >= 40);

      await turn('stop', away);
      const left = await lastPosition();
      const silent = validator(away)?.walBytes;
      await until(async () => (await finality(left)).length >= actsMin, 120_000);
      const withoutOne = await finality(left);
      note('one away', withoutOne);
      expect(validator(away)).toMatchObject({ running: false, walBytes: silent });
      expect(await chainSeen()).toMatchObject({ finalising: true });
      expect(share(withoutOne, 99)).toBeLessThanOrEqual(finalityP99MsMax);

      // Back again, it is needed as soon as another one goes.
      await turn('start', away);
      await turn('stop', other);
      const back = await lastPosition();
      await until(async () => (await finality(back)).length >= 60, 60_000);
      note('another away', await finality(back));
      expect(validator(away)?.walBytes).toBeGreaterThan(silent ?? Number.NaN);
      await turn('start', other);

      const whole = await lastPosition();
      await until(async () => (await finality(whole)).length >= 40);
      note('all four', await finality(whole));
    });
    await until(() => world.app.anchoring.waiting() === 0);
    await world.app.automation.settle();
    const report = await audit();
    console.log('validators:', { ...figures, ...done, audit: `${report.acts} acts` });

    expect(watch.broken).toEqual([]);
    expect(report.differences).toEqual([]);
  }, 300_000);

  it('is switched by nobody but its governor', async () => {
    expect(await turn('stop', away, cast.clerk)).toEqual({ code: 'NOT_GOVERNOR' });
    expect(await turn('stop', 'nobody')).toEqual({ code: 'VALIDATOR_UNKNOWN' });
    expect((await chainSeen()).validators.every(({ running }) => running)).toBe(true);
  });

  it('keeps what is handed in while two are away, and makes all of it final in order when they are back', async () => {
    await turn('stop', away);
    await turn('stop', other);
    const left = await lastPosition();
    const height = chain().status().height;

    const names = Array.from({ length: 12 }, (_, order) => `Member ${order}`);
    for (const [order, name] of names.entries()) {
      const { act } = await cast.governor.act(
        'registerParty',
        'party.register',
        {
          ...{ name, country: 'NL', scheme: 'KVK', number: `${order + 10_000_000}` },
          ...{ numberMadeUp: true, roles: ['SUPPLIER'], sponsor: null },
        },
        { key: `member:${order}`, wait: false },
      );
      expect(act.anchor).toMatchObject({ status: 'PENDING', height: null });
    }
    await until(async () => !(await chainSeen()).finalising);

    const seen = await chainSeen();
    expect(seen.waiting).toBeGreaterThanOrEqual(names.length);
    expect(seen.validators.filter(({ running }) => !running).map(({ name }) => name)).toEqual([
      ...[other, away],
    ]);
    const read = await cast.bolt.query<{ invoices: { edges: readonly unknown[] } }>(
      '{ invoices(first: 5) { edges { node { id state acts { kind anchor { status proof } } } } } }',
    );
    expect(read.invoices.edges).toHaveLength(5);
    expect(chain().status().height).toBe(height);
    expect(await finality(left)).toEqual([]);

    await turn('start', other);
    await until(() => world.app.anchoring.waiting() === 0);
    await turn('start', away);

    const final = await rows<{ status: string; index: bigint }>(
      'SELECT "status", "index" FROM act WHERE "position" > $1 ORDER BY "position"',
      [left],
    );
    expect(final.length).toBeGreaterThanOrEqual(names.length);
    expect(new Set(final.map(({ status }) => status))).toEqual(new Set(['FINAL']));
    const indices = final.map(({ index }) => index);
    expect(indices).toEqual([...indices].sort((a, b) => (a < b ? -1 : 1)));
    expect(await chainSeen()).toMatchObject({ finalising: true, waiting: 0 });
    expect((await audit()).differences).toEqual([]);
    expect(watch.broken).toEqual([]);
  }, 120_000);
});
