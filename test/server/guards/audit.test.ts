/**
 * `npm run audit`, the real command, on a home whose server runs and on the same home stopped: a row
 * that was changed, one that was deleted and one that was put in are each named.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type SeededParty, seeder } from '../../../prisma/seed.ts';
import type { World } from '../../../server/src/world.ts';
import { smallWorld } from '../../support/small-world.ts';

const command = fileURLToPath(new URL('../../../server/src/audit/cli.ts', import.meta.url));
const home = mkdtempSync(path.join(tmpdir(), 'tallystick-audit-test-'));
let world: World;
let seeded: SeededParty;
/** What the running server could not go on with. */
const failures: unknown[] = [];

beforeAll(async () => {
  world = await smallWorld(home, {}, (error) => failures.push(error));
  seeded = await seeder(world.app, world.sessions).party({
    ...{ name: 'Bolt & Co', country: 'CN', scheme: 'USCC', number: 'BOLT', roles: ['SUPPLIER'] },
    numberMadeUp: true,
    people: [
      { name: 'Ben', role: 'owner', login: 'ben', mandates: [['invoice.submit', [500n, 'CNY']]] },
    ],
    account: { scheme: 'OTHER', identifier: 'BOLT-1' },
  });
}, 300_000);
afterAll(async () => {
  await world?.stop();
  rmSync(home, { recursive: true, force: true });
});

type Run = { readonly code: number; readonly out: string };

/** The command in a process of its own, with nothing of ours in its environment but the home. */
function audit(...args: readonly string[]): Promise<Run> {
  const env = { PATH: process.env.PATH ?? '', TALLYSTICK_HOME: home, LOG_LEVEL: 'silent' };
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [command, ...args],
      { env, maxBuffer: 2 ** 24 },
      (error, out, err) => {
        resolve({
          code: typeof error?.code === 'number' ? error.code : error === null ? 0 : -1,
          out: out + err,
        });
      },
    );
  });
}

const tampering = {
  changed: {
    by: () => `UPDATE mandate SET "limitMinor" = 999999 WHERE "limitMinor" = 500`,
    undo: () => `UPDATE mandate SET "limitMinor" = 500 WHERE "limitMinor" = 999999`,
    line: /mandate mdt_[a-z2-7]{24}, limitMinor: the acts say 500, the database says 999999; right at height \d+/,
  },
  deleted: {
    by: () => `DELETE FROM account WHERE "owner" = '${seeded.id}'`,
    undo: () =>
      `INSERT INTO account VALUES ('${seeded.account}', 1, '${seeded.id}', 'OTHER', 'BOLT-1', 'Bolt & Co', NULL, NULL,
        (SELECT "sinceMs" FROM access WHERE "object" = '${seeded.account}' AND "reader" = '${seeded.id}'))`,
    line: /account acc_[a-z2-7]{24}, row: the acts say a row, the database says no such row; right at height \d+/,
  },
  inserted: {
    by: () =>
      `INSERT INTO access VALUES ('pty_thief:${seeded.account}', 'pty_thief', '${seeded.account}', 'Account', 'F', 1)`,
    undo: () => `DELETE FROM access WHERE "reader" = 'pty_thief'`,
    line: /access pty_thief:acc_[a-z2-7]{24}, row: the acts say no such row, the database says a row/,
  },
} as const;

describe('the audit of a running home', () => {
  it('ends with no difference and code 0, in words and as JSON', async () => {
    const { code, out } = await audit();
    const json = await audit('--json');

    expect(out).toMatch(/audit: \d+ acts, \d+ rows, 0 differences, 10 invariants, 0 breaches\s*$/);
    expect(code).toBe(0);
    expect(out).toContain('  I1 holds: ');
    expect(out).toContain('  I9 holds: ');
    const { invariants, ...report } = JSON.parse(json.out) as {
      readonly invariants: readonly { readonly invariant: string; readonly state: string }[];
    };
    expect(report).toMatchObject({ differences: [], breaches: [] });
    expect(invariants.map(({ invariant, state }) => `${invariant} ${state}`)).toEqual(
      'I1 I2 I3 I4 I5 I6 I7 I8 I9 I10'.split(' ').map((name) => `${name} HOLDS`),
    );
    expect(json.code).toBe(0);
  }, 120_000);

  it.each(Object.entries(tampering))(
    'B.9.70: names a row that was %s, and ends with code 1',
    async (_what, { by, undo, line }) => {
      await world.database.pool.query(by());
      const { code, out } = await audit();
      await world.database.pool.query(undo());

      expect(out).toMatch(line);
      expect(out).toMatch(
        /audit: \d+ acts, \d+ rows, 1 differences, 10 invariants, 1 breaches\s*$/,
      );
      expect(code).toBe(1);
    },
    120_000,
  );
});

describe('a server whose home is audited', () => {
  it('notices nothing: every session lives on, and acts go through while it is audited', async () => {
    const sessions = async () => {
      const { rows } = await world.database.pool.query<{ pid: number }>(
        `SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND state IS NOT NULL`,
      );
      return rows.map(({ pid }) => pid);
    };
    const before = await sessions();
    let isDone = false;
    const audited = audit().finally(() => {
      isDone = true;
    });
    let acts = 0;
    while (!isDone) {
      acts += 1;
      await seeder(world.app, world.sessions).party({
        ...{ name: `Meanwhile ${acts}`, country: 'NL', scheme: 'KVK', number: `M-${acts}` },
        roles: ['SUPPLIER'],
        people: [{ name: 'Mia', role: 'owner', login: `mia-${acts}`, mandates: [] }],
      });
    }
    const { code, out } = await audited;
    const after = await sessions();

    expect(out).toMatch(/, 0 differences, 10 invariants, 0 breaches\s*$/);
    expect(code).toBe(0);
    expect(acts).toBeGreaterThan(1);
    expect(before.filter((pid) => !after.includes(pid))).toEqual([]);
    expect(failures).toEqual([]);
  }, 120_000);
});

describe('the audit of a stopped home', () => {
  it('names all three, with table, key, field, old and new', async () => {
    for (const { by } of Object.values(tampering)) await world.database.pool.query(by());
    await world.stop();
    const { code, out } = await audit();
    const json = await audit('--json');

    for (const { line } of Object.values(tampering)) expect(out).toMatch(line);
    expect(out).toMatch(/, 3 differences, 10 invariants, 3 breaches\s*$/);
    expect(code).toBe(1);
    const { differences } = JSON.parse(json.out) as { differences: readonly object[] };
    expect(differences).toHaveLength(3);
    expect(differences).toContainEqual(
      expect.objectContaining({ table: 'mandate', field: 'limitMinor', old: '500', new: '999999' }),
    );
  }, 240_000);

  it('leaves the home as it was: it starts again, and mended it is right again', async () => {
    world = await smallWorld(home);
    for (const { undo } of Object.values(tampering)) await world.database.pool.query(undo());
    const { code, out } = await audit();

    expect(out).toMatch(/, 0 differences, 10 invariants, 0 breaches\s*$/);
    expect(code).toBe(0);
  }, 240_000);
});
