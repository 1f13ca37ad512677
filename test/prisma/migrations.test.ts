import { cpSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { composeScript, deploy, drift, projectFolders } from '../../server/src/platform/migrate.ts';
import { bareDatabase, type FreshDatabase } from '../support/database.ts';

let database: FreshDatabase;
let copy: string;

beforeEach(async () => {
  database = await bareDatabase();
  copy = await mkdtemp(path.join(tmpdir(), 'tallystick-migrations-'));
  cpSync(projectFolders.prisma, copy, { recursive: true });
});

afterEach(async () => {
  await database.drop();
  await rm(copy, { recursive: true, force: true });
});

describe('the migrations', () => {
  it('lead from nothing to the schema, and nothing is left to apply the second time', async () => {
    const first = await deploy(database.url);
    const second = await deploy(database.url);

    expect(first).toEqual(await migrationFolders(projectFolders.prisma));
    expect(second).toEqual([]);
  });

  it('say the same as the schema', async () => {
    expect(await drift(database.url)).toBeNull();
  });

  it('name what drifted when the schema has a column that no migration makes', async () => {
    const file = path.join(copy, 'schema', 'session.prisma');
    const schema = await readFile(file, 'utf8');
    await writeFile(
      file,
      schema.replace('passwordHash String', 'passwordHash String\n  nickname String?'),
    );

    expect(await drift(database.url, { prisma: copy })).toContain('nickname');
  });

  it('make the database that schema and constraints say, to the last rule', async () => {
    const other = await bareDatabase();
    try {
      await deploy(database.url);
      await runSql(other.url, await composeScript(other.url));

      expect(await rulesOf(database.url)).toEqual(await rulesOf(other.url));
    } finally {
      await other.drop();
    }
  });

  it('refuse a database that another text of a migration has made', async () => {
    await deploy(database.url, { prisma: copy });
    const [initial = ''] = await migrationFolders(copy);
    const file = path.join(copy, 'migrations', initial, 'migration.sql');
    await writeFile(file, `${await readFile(file, 'utf8')}\n-- edited\n`);

    await expect(deploy(database.url, { prisma: copy })).rejects.toThrow(initial);
  });

  it('guard in the database what must never be: a session that ends before it begins', async () => {
    await deploy(database.url);
    const client = new pg.Client(database.url);
    await client.connect();
    await client.query(`INSERT INTO login VALUES ('per_1', 'ada', '$argon2id$x', 1)`);

    const refused = client.query(`INSERT INTO session VALUES (sha256('x'), 'per_1', 5, 4)`);

    await expect(refused).rejects.toThrow('session_ends_later');
    await client.end();
  });
});

/** Every column, constraint, index, trigger and function of a database, as PostgreSQL itself words them. */
async function rulesOf(url: string): Promise<readonly string[]> {
  const rows = await runSql(
    url,
    `SELECT concat_ws(' ', 'column', table_name, column_name, udt_name, is_nullable, column_default) AS rule
       FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> '_prisma_migrations'
     UNION ALL SELECT concat_ws(' ', 'constraint', conrelid::regclass, conname, pg_get_constraintdef(oid)) FROM pg_constraint
       WHERE connamespace = 'public'::regnamespace AND conrelid <> coalesce(to_regclass('_prisma_migrations'), 0::regclass)
     UNION ALL SELECT concat_ws(' ', 'index', indexdef) FROM pg_indexes
       WHERE schemaname = 'public' AND tablename <> '_prisma_migrations'
     UNION ALL SELECT concat_ws(' ', 'trigger', pg_get_triggerdef(t.oid)) FROM pg_trigger t WHERE NOT tgisinternal
     UNION ALL SELECT concat_ws(' ', 'function', pg_get_functiondef(p.oid)) FROM pg_proc p
       WHERE pronamespace = 'public'::regnamespace AND prokind = 'f' AND NOT EXISTS
         (SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')`,
  );
  return rows.map(({ rule }) => String(rule)).sort();
}

async function runSql(url: string, sql: string): Promise<readonly Record<string, unknown>[]> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

async function migrationFolders(prisma: string): Promise<readonly string[]> {
  const entries = await readdir(path.join(prisma, 'migrations'), { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
}
